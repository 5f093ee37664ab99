"""A progress bar for long work: in a notebook a bar that is filled in place, elsewhere lines on stderr."""

from __future__ import annotations

import sys
import time
from html import escape
from types import TracebackType
from typing import Any

#: Work that ends sooner shows nothing.
_PATIENCE = 1.0


class Bar:
    """Count the parts of a work as they are named: ``with Bar("verify", 11) as bar: bar("convex")``.

    Without a ``total`` the bar only shows that work goes on.
    """

    def __init__(self, what: str, total: int | None = None) -> None:
        self.what, self.total, self.begun = what, total, 0
        self._started = time.monotonic()
        self._handle: Any = None

    def __enter__(self) -> Bar:
        return self

    def __call__(self, name: str) -> None:
        """Say that the work has come to the part called ``name``."""
        self.begun += 1
        place = f"{self.begun}/{self.total}" if self.total else str(self.begun)
        if time.monotonic() - self._started < _PATIENCE:
            return
        if display := _notebook():
            self._show(display, self._html(f"{self.what} {place}: {name}"))
        else:
            print(f"{self.what} {place}: {name} ...", file=sys.stderr)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self._handle is not None and (display := _notebook()):
            spent = f"{time.monotonic() - self._started:.1f} s"
            word = "done in" if kind is None else "stopped after"
            self._show(display, f"<small>{escape(self.what)}: {word} {spent}</small>")

    def _html(self, words: str) -> str:
        filled = f' value="{self.begun - 1}" max="{self.total}"' if self.total else ""
        return f'<progress{filled} style="width:14em"></progress> {escape(words)} …'

    def _show(self, display: Any, html: str) -> None:
        data = {"text/html": html, "text/plain": ""}
        if self._handle is None:
            self._handle = display.display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)


def _notebook() -> Any:
    """Return IPython's display module where a notebook listens, else None; IPython is never imported for it."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return sys.modules.get("IPython.display") if getattr(shell, "kernel", None) is not None else None

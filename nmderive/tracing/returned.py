"""Losses that are returned as Python numbers, by ``float(...)`` or ``.item()``: they are the array they are taken from.

``float`` forgets where its number is from, so that only one that the function returns at once is taken; a number of
``item()`` is a ``Taken``, which refuses to be computed with, and may be kept in a name first.
"""

from __future__ import annotations

import dis
import sys
from pathlib import Path
from typing import Any

from nmderive.tracing.context import current, refused

_PACKAGE = str(Path(__file__).parent.parent)
#: What a reading says of such a function, and how to mend one that computes with the number first.
SAID = "the function returns a Python number; the loss is the array that it is taken from"
HINT = "return float(...) as it is, or, without float(), the array itself; of math use the library's functions"


class Taken(float):
    """A number that code takes from an array by ``item()``: it may be printed or returned, not put into the loss.

    ``held`` is what it is taken from; None where it was changed since.
    """

    held: Any = None

    @classmethod
    def of(cls, held: Any) -> Taken:
        """Return the number of what code takes it from."""
        found = cls("nan")
        found.held = held
        return found

    def refuse(self, *_: Any) -> Any:
        """Refuse to be computed with."""
        raise refused("item(): the reading cannot depend on data",
                      "what is shown, or returned as it is, may be taken; else leave item() out")

    def changed(self, *others: Any) -> Any:
        """Return a number computed from it, that may be shown and kept; refuse what is computed with arrays."""
        return Taken("nan") if all(isinstance(x, int | float) for x in others) else self.refuse()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = changed
    __rpow__ = __neg__ = __abs__ = changed
    __bool__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __int__ = refuse
    __hash__ = float.__hash__

    def __round__(self, *_: Any) -> Taken:  # type: ignore[override]
        return Taken("nan")

    def __float__(self) -> float:
        return keep(self.held) if is_returned() and self.held is not None else self.refuse()


def is_returned() -> bool:
    """Tell whether the running call is all that the traced function returns, so that nothing can depend on it."""
    frame: Any = sys._getframe(1)
    while frame is not None and _is_inside(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None or frame.f_back is None or not frame.f_back.f_code.co_filename.startswith(_PACKAGE):
        return False  # a helper, whose caller may compute with the number
    # Python 3.11 has two instructions a call, and either runs it.
    left = [i.opname for i in dis.get_instructions(frame.f_code) if i.offset >= frame.f_lasti and i.opname != "PRECALL"]
    return left[1:2] == ["RETURN_VALUE"]


def _is_inside(file: str) -> bool:
    return file != current().file and (file.startswith(_PACKAGE) or "site-packages" in file or file[:1] == "<")


def keep(array: Any) -> float:
    """Keep the array that a returned number is taken from; return the number."""
    current().returned = array
    return float("nan")


def behind(result: Any) -> Any:
    """Return the array behind a number that the function returned; None where it is no such number."""
    found = result.held if isinstance(result, Taken) else current().returned if type(result) is float else None
    if found is not None:
        current().note(SAID)
    elif isinstance(result, Taken):
        result.refuse()
    return found


__all__ = ["HINT", "SAID", "Taken", "behind", "is_returned", "keep"]

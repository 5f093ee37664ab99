"""Row shifts: a constant of its own that is added to the logits of every row."""

from __future__ import annotations

from typing import Any

from . import trees
from .case import Case

_SHIFT = "shift_of_row"


def _moved(case: Case) -> Any:
    """The loss with a constant of its own added to every row."""
    constant = (lambda at: ["at", _SHIFT, [at[0]]]) if "n" in case.shape else (lambda at: ["sym", _SHIFT])
    return trees.replaced(case.loss, "s", lambda at: trees.total(["at", "s", at], constant(at)))


def is_invariant(case: Case, sizes: dict[str, int] | None = None) -> bool:
    """Whether the loss is shown to be the same after row shifts."""
    more = {"arrays" if "n" in case.shape else "parameters": {_SHIFT: "real"}}
    return case.equal(_moved(case), case.loss, sizes=sizes or {}, more=more)


__all__ = ["is_invariant"]

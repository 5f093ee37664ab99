"""Expressions that are found equal, for all labels or for hard ones."""

from __future__ import annotations

from typing import Any

from . import close, setup, trees, zero
from .context import Context
from .read import read
from .reject import Reject


def with_hard_labels(cx: Context, node: Any, free: dict[str, str]) -> Any:
    """The expression with functions of labels written as sums over the values that these may have."""
    of_classes = cx.array_spans.get("t", ())[-1:] == ("m",)
    return _as_read(cx, trees.zero_or_one(trees.by_target(node) if of_classes else node), node, free)


def _as_read(cx: Context, wanted: Any, other: Any, free: dict[str, str]) -> Any:
    """The expression that is wanted where it can be read: a function of a label may be defined at one of 0 and 1."""
    try:
        for env in setup.free_environments(cx, free):
            read(cx, wanted, env)
    except (Reject, ArithmeticError):
        return other
    return wanted


def require_equal(cx: Context, left: Any, right: Any, free: dict[str, str]) -> None:
    """Refuse unless the two expressions are found equal."""
    for env in setup.free_environments(cx, free):
        difference = close.total(cx, ((read(cx, left, env), 1), (read(cx, right, env), -1)))
        if not zero.is_zero(cx, difference):
            raise Reject("the difference of the two sides was not found to be zero")


__all__ = ["require_equal", "with_hard_labels"]

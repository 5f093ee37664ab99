"""Expressions that are found equal, for all labels or for hard ones."""

from __future__ import annotations

from typing import Any

from . import close, extrema, setup, trees, zero
from .context import Context
from .outward import outward
from .read import Env, read
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
        if not _are_equal(cx, left, right, env) and not (_has_extrema(left) and _has_extrema(right) and _are_equal(
                cx, outward(cx, left, env), outward(cx, right, env), env)):
            raise Reject("the difference of the two sides was not found to be zero")


def _are_equal(cx: Context, left: Any, right: Any, env: Env) -> bool:
    return zero.is_zero(cx, close.total(cx, ((read(cx, left, env), 1), (read(cx, right, env), -1))))


def _has_extrema(node: Any) -> bool:
    return any(True for _ in extrema.needed(node))


__all__ = ["require_equal", "with_hard_labels"]

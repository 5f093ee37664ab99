"""Strong convexity: a loss less a multiple of the squares of the logits, all or beside row shifts, is convex."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import defined, shifts, trees
from .case import Case, Found


def squares(shape: tuple[str, ...], whole: bool = False) -> Any:
    """Half the sum of the squares of the logits less the mean of their row; nothing less if ``whole``, or of tasks."""
    free = ["i" if r == "n" else "j" for r in shape]
    own = ["at", "s", free]
    if "m" in shape and not whole:
        total = ["sum", "k", "m", [], ["at", "s", [*free[:-1], "k"]]]
        own = trees.minus(own, trees.product(["pow", ["sym", "m"], ["num", "-1"]], total))
    square_sum: Any = trees.product(["num", "1/2"], ["pow", own, ["num", "2"]])
    for name, size in reversed(list(zip(free, shape, strict=True))):
        square_sum = ["sum", name, size, [], square_sum]
    return square_sum


def attains(case: Case) -> Iterator[Found]:
    """Certificates that l grows like the squares of all logits, or of those beside row shifts, which change nothing.

    Then it is least at one place, up to row shifts, for all labels in [0, 1], and a minimising sequence tends there.
    """
    yield from strongly_convex(case, whole=True)
    for x in strongly_convex(case) if "m" in case.shape else ():
        if shifts.is_invariant(case):
            yield x


def strongly_convex(case: Case, whole: bool = False) -> Iterator[Found]:
    """Certificates with a number mu > 0, without logits, for which l less mu times the squares is convex."""
    for x in case.kinds("convex"):
        mu = x.data.get("modulus")
        if mu is not None and _is_number(case, mu):
            less = trees.minus(case.loss, trees.product(mu, squares(case.shape, whole)))
            if any(y is x for y in case.about(less).own("convex")):
                yield x


def _is_number(case: Case, mu: Any) -> bool:
    """Whether the modulus holds sizes and parameters only, and is positive."""
    if trees.names(mu) & {"at", "fn", "dfn", *trees.BINDERS}:
        return False
    cx = case.context()
    return defined.is_defined(cx, mu, {}, 2) and defined.strong_sign(cx, mu, {}, 2) == "pos"


__all__ = ["attains", "squares", "strongly_convex"]

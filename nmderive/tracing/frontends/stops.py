"""Stop-gradients: of what does not depend on the logits, or of a maximum that cancels, they change nothing."""

from __future__ import annotations

from sympy import Indexed

from nmderive.calculus.extrema import IndexExtremum
from nmderive.calculus.symbols import S
from nmderive.tracing.array import Array
from nmderive.tracing.context import current, refused

_OF_MAXIMA = (
    "the maximum does not cancel, as where a small number is added to a sum of exponentials: leave that number out, or "
    "the maximum, which only keeps floats from overflowing"
)


def without_gradient(x: Array, what: str) -> Array:
    """Return ``x``; refuse where it depends on the logits, since value and gradient would be of two functions."""
    if any(entry.base == S for entry in x.expr.atoms(Indexed)):
        raise refused(
            f"{what} (a stop-gradient): value and gradient would be of two different functions",
            _OF_MAXIMA if x.expr.has(IndexExtremum) else "leave it out, or read the two parts as losses of their own",
        )
    current().stopped |= {e.base for e in x.expr.atoms(Indexed) if e.base in current().maxima}
    return x


__all__ = ["without_gradient"]

"""Comparisons that go one way for all that was declared or guessed of an array: then that is no reading of the code.

Labels are read between 0 and 1 where their name is all that tells; code that compares them with 5 says that they are
classes. Weights that are declared positive are never 0, so that a mask among them would leave nothing out.
"""

from __future__ import annotations

from sympy import Expr, Indexed, Integer, Rational, sign

from nmderive.calculus.symbols import S, T
from nmderive.tracing.array import Array, subscripts
from nmderive.tracing.context import LabelsBeyond, current, place, refused
from nmderive.tracing.sums import is_target

#: Labels at which a comparison is tried, from one end of where they are read to the other.
_LABELS = (Integer(0), Rational(1, 3), Rational(1, 2), Rational(2, 3), Integer(1))


def known_before(what: str, x: Array, y: Array, side: Expr) -> bool | None:
    """Return how a comparison goes, by the sign ``side`` of y - x, where labels between 0 and 1 decide it; else None.

    Raises Refused where what was declared of given numbers decides it.
    """
    given = sorted(((e, a) for a in (x, y) for e in a.expr.atoms(Indexed)), key=str)
    if side.is_number and given and not any(e.base in (S, T) for e, _ in given):
        entry, own = given[0]
        shape = [size for axis, size in zip(own.axes, own.shape, strict=True) if axis in entry.indices]
        name = f"{entry.base.name}{subscripts(shape)}"
        raise refused(f"{what}: as {entry.base.name} was declared, the comparison goes one way for all its values",
                      f"a mask of 0 and 1 is --let '{name} in {{0,1}}', any real numbers are '{name}'")
    return _of_labels(what, x, y)


def _of_labels(what: str, x: Array, y: Array) -> bool | None:
    """Return how a comparison of a label with a number goes for all labels between 0 and 1; None where it varies.

    Where that they are labels is a guess, a number that none of them comes to says that they are classes.
    """
    side = y.expr - x.expr
    entry = next((e for e in side.atoms(Indexed) if e.base == T or "labels" in (x.role, y.role)), None)
    slope = Integer(0) if entry is None else side.coeff(entry)
    if entry is None or not slope.is_number or slope == 0 or not (side - slope * entry).is_number:
        return None
    signs = [sign(side.xreplace({entry: value})) for value in _LABELS]
    ways = {bool(value == 0 if what == "equal" else value > 0) for value in signs}
    if len(ways) > 1:
        return None
    is_below = bool((slope * entry - side) / slope <= 0)
    if not is_below and not current().declared_labels:
        raise refused(
            f"{what} compares labels with a number that none between 0 and 1 comes to",
            "--let '{labels}: target class' where they are classes, '{labels}: labels' where they are at most 1, "
            f"'{{labels}}{subscripts(current().shape)}' where they are given numbers", LabelsBeyond)
    current().given(f"{place()}no label is {'below 0' if is_below else 'above 1'}, which the code asks")
    return ways.pop()


def note_none_below(number: Expr, *places: Expr) -> None:
    """Say that no target class is negative, where a comparison with ``number`` leaves out those that are."""
    if any(is_target(e) for place in places for e in place.atoms(Indexed)):
        current().note(f"no target is ignored: none is {'negative' if number == 0 else number}")


__all__ = ["known_before", "note_none_below"]

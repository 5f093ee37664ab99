"""Branches on data that guard against an empty set, such as ``if mask.sum() == 0``: the reading is of the other way.

A condition on how many labels, samples or classes there are is taken as it is where there are many. What was taken is
kept beside its condition, so that the check skips labels at which the code goes the other way, and the reading says so.
A condition of one pass of a loop, such as ``if j == y[i]: continue``, is gone through both ways, each with its factor.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from sympy import Add, Expr, Indexed, Integer, Mul, Number, expand_mul, sign

from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S
from nmderive.tracing.array import Array
from nmderive.tracing.context import current, place, refused
from nmderive.tracing.numbers import exact
from nmderive.tracing.operations import OPERATIONS
from nmderive.tracing.returned import Taken

_COMPARISONS = {operator.eq: "equal", operator.ne: "not_equal", operator.lt: "less", operator.le: "less_equal",
                operator.gt: "greater", operator.ge: "greater_equal"}
#: What is said of a branch on labels, before how its condition goes where the code is read.
ON_COUNTS = "the code branches on a count of labels or weights; it is read where the condition is"
#: Up to how many entries such a guard may ask for.
_FEW = 2
#: Up to which size a comparison is tried: with larger numbers none is compared that means "one".
_MANY = 64
#: Conditions of single passes that one run of the code may meet.
_MOST = 8
#: Sizes that no array has.
_FAR = 1e15


def decided(x: Array) -> bool | None:
    """Return how a branch on a number or condition without axes goes; None where that depends on the logits."""
    if x.kind == "index" or any(size != 1 for size in x.shape) or x.hole != 0 or x.kept != 1:
        return None
    if x.expr.is_Number:
        return bool(x.expr != 0)
    condition = x.expr if x.kind == "bool" else sign(x.expr) ** 2
    found = _of_many(condition)
    if found is None:
        is_of_pass = any(condition.has(loop.at(k)) for loop in current().loops.values() for k in (0, 1))
        return _way(condition) if is_of_pass else None
    current().guards.append((x.expr, found))
    current().given(f"{place()}{ON_COUNTS} {'true' if found else 'false'}")
    return found


class _Fork(BaseException):
    """The code comes to a condition of one pass, of which both ways are to be gone; no error that code may catch."""

    def __init__(self, condition: Expr) -> None:
        super().__init__()
        self.condition = condition


def _way(condition: Expr) -> bool:
    """Return how the code goes at a condition of one pass in this run."""
    ways = current().ways
    if condition in ways:
        return ways[condition]
    if 1 - condition in ways:
        return not ways[1 - condition]
    if len(ways) >= _MOST:
        raise refused("branches in Python loops that are met too often", "np.where or torch.where selects by entries")
    raise _Fork(condition)


def both_ways(run: Callable[[], Expr]) -> Expr:
    """Return what a run computes, where it branches on conditions of one pass: each way times its condition."""
    ways = current().ways
    try:
        return run()
    except _Fork as fork:
        condition = fork.condition
    results = []
    for holds in (True, False):
        ways[condition] = holds
        results.append(both_ways(run))
        del ways[condition]
    return expand_mul(condition * results[0] + (1 - condition) * results[1])


def plain_of_way(result: Any) -> Array | None:
    """Return the plain number that one of several ways gives, as a sum to which nothing is added; None else."""
    if not current().ways or not isinstance(result, int | float) or isinstance(result, bool | Taken):
        return None
    if result != result:  # not a number, as the mean of an empty list is
        raise refused("one way of a branch in a Python loop gives no number: it may be the mean of an empty list",
                      "divide the sum by how many there are: (x * mask).sum() / mask.sum()")
    return Array(exact(float(result) if isinstance(result, float) else result))


def _of_many(condition: Expr) -> bool | None:
    """Return whether a condition holds where every count in it is large; None where it is of something else."""
    if any(e.base == S for e in condition.atoms(Indexed)):
        return None
    value = _at_many(condition)
    return bool(value != 0) if value in (0, 1) else None


def _at_many(expr: Expr) -> Expr:
    """Return a condition with the signs of counts beside small numbers as they are where the counts are large."""
    if isinstance(expr, IndexSum) or not expr.args:
        return expr
    if isinstance(expr, sign):
        direction = _direction(expr.args[0])
        return expr if direction is None else Integer(direction)
    return expr.func(*map(_at_many, expr.args))


def _direction(expr: Expr) -> int | None:
    """Return the sign of a count beside a small number, where the count is large; None for any other expression."""
    number = sum((a for a in Add.make_args(expr) if a.is_Number), Integer(0))
    rest = [a for a in Add.make_args(expr) if not a.is_Number]
    factors = [a.as_coeff_Mul() for a in rest]
    if not rest or abs(number) > _FEW or not all(_counts(f, number == 0) for _, f in factors):
        return None
    signs = {bool(c > 0) for c, _ in factors}
    return (1 if signs.pop() else -1) if len(signs) == 1 else None


def _counts(expr: Expr, scaled: bool) -> bool:
    """Tell whether an expression is a sum over samples or classes; where ``scaled`` it may be divided by sizes."""
    parts = Mul.make_args(expr)
    return any(isinstance(p, IndexSum) for p in parts) and all(
        isinstance(p, IndexSum | Number) or scaled and bool(p.is_positive) for p in parts)


def of_sizes(size: Expr, holds: Callable[[int], bool], number: Any) -> bool | None:
    """Return how a comparison of a size with ``number`` goes, where that is one thing from size 2 on; else None.

    Where it is another thing at size 1, the reading is of larger sizes, and says so.
    """
    first, more = holds(1), holds(2)
    beside = range(max(3, int(number) - 1), int(number) + 3) if abs(float(number)) < _FAR else ()
    if size not in (N, M) or any(holds(k) != more for k in (*range(3, _MANY), *beside)):
        return None
    if first != more:
        current().least[size.name] = 2
        current().given(f"{place()}the code branches on whether {size} is 1; it is read for {size} >= 2")
    return more


def of_counts(left: Expr, right: Expr, meaning: Callable[[Any, Any], Any]) -> bool | None:
    """Return how a comparison of a size, or of how many entries a mask picks, goes; None where that is not known."""
    if left in (N, M) and right.is_Number:
        return of_sizes(left, lambda k: bool(meaning(k, right)), right)
    if left == N * M and right.is_Number and right < 1:
        return bool(meaning(1, right))
    if left.free_symbols | right.free_symbols <= {N, M}:
        return None
    return decided(OPERATIONS[_COMPARISONS[meaning]](Array(left), Array(right)))


__all__ = ["ON_COUNTS", "both_ways", "decided", "of_counts", "of_sizes", "plain_of_way"]

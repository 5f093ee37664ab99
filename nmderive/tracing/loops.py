"""Python loops over samples or classes: gone through once and twice, and what the second pass adds is the summand.

What a loop adds up, takes the mean of or counts is told from these two: at each place of the expression where they
differ, the second has one term more, f(k), and the whole loop has the sum of f over the range. What is guessed so is
compared with the function at several sizes, as every reading is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from sympy import Add, Expr, Integer, KroneckerDelta, Mul, Symbol

from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, index
from nmderive.tracing.array import Array
from nmderive.tracing.context import Trace, current, place, refused
from nmderive.tracing.sums import picked, total

#: Loops of one function; each doubles the number of its traces.
_MOST = 3
#: Arguments of a sum or product that differ, up to which the two are matched.
_MATCHED = 4
_HINT = "a loop is read that adds up, or takes the mean of, one expression for each sample or class"
Known = Mapping[Any, Any]


@dataclass(frozen=True)
class Loop:
    """A loop over the positions of a range, from ``start`` on (0 or 1); ``name`` is that of its indices."""

    name: str
    size: Symbol
    start: int = 0

    def at(self, number: int) -> Symbol:
        """Return the index of one pass."""
        return index(f"nmderive_{self.name}_pass{number}")

    def over(self, body: Expr) -> Expr:
        """Return the sum of what a pass adds over all positions."""
        left = total(body, self.at(0), self.size)
        return left - body.xreplace({self.at(0): Integer(1)}) if self.start else left

    @property
    def count(self) -> Expr:
        """How many positions there are."""
        return self.size - self.start


def positions(size: Any, start: int = 0) -> list[Array]:
    """Return the positions that a loop over a range goes through in this trace."""
    trace = current()
    if size not in (N, M) or start not in (0, 1):
        raise refused("a Python loop over a range whose ends n and m decide otherwise", _HINT)
    key = (place(), size, start)
    loop = trace.loops.setdefault(key, Loop(f"loop{len(trace.loops)}", size, start))
    if len(trace.loops) > _MOST:
        raise refused(f"more than {_MOST} Python loops over samples and classes", "use sums and axes")
    return [Array(loop.at(k), (), "index", size) for k in range(trace.passes.get(key, 1))]


def over_loops(first: Expr, trace: Trace, again: Callable[[dict[Any, int]], Expr]) -> Expr:
    """Return the whole of a result that was traced with one pass a loop; ``again`` traces it with other numbers."""
    if not trace.loops:
        return first
    trace.note("a Python loop over samples or classes is read as the sum of what one pass adds")
    return _contracted(_without(list(trace.loops), {}, trace, again))


def _contracted(expr: Expr) -> Expr:
    """Return an expression without sums over classes of which a loop's index picks one."""
    def one(operator: Any) -> Any:
        bound = index("nmderive_contracted")
        body, conditions = operator.open(bound)
        found = None if conditions else picked(body, bound)
        return operator if found is None else found

    return expr.replace(lambda e: isinstance(e, IndexSum) and e.domain in (N, M), one)


def _without(keys: list[Any], passes: dict[Any, int], trace: Trace, again: Callable[[dict[Any, int]], Expr]) -> Expr:
    if not keys:
        return again(passes)
    key, loop = keys[0], trace.loops[keys[0]]
    one, two = (_without(keys[1:], {**passes, key: k}, trace, again) for k in (1, 2))
    renamed = _bases(trace, loop)
    # Two passes are at different positions.
    apart = two.xreplace({KroneckerDelta(loop.at(0), loop.at(1)): Integer(0)})
    found = _general(one, apart, loop, renamed)
    if found is None:
        raise refused(f"{key[0]}a Python loop whose passes depend on each other", _HINT)
    return found


def _bases(trace: Trace, loop: Loop) -> Known:
    """Return the free values of maxima in the second pass, each with that of the first."""
    rule = {loop.at(1): loop.at(0)}
    moved = {key: _moved(key, rule) for key in trace.known}
    return {trace.known[key]: trace.known[other] for key, other in moved.items()
            if other != key and other in trace.known}


def _moved(key: Any, rule: Known) -> Any:
    if isinstance(key, tuple):
        return tuple(_moved(k, rule) for k in key)
    return key.xreplace(rule) if isinstance(key, Expr) else key


def _general(one: Expr, two: Expr, loop: Loop, renamed: Known) -> Expr | None:
    """Return what one and two passes are with all of them; None where that cannot be told."""
    if one == two:
        return None if one.has(loop.at(0)) else one  # such as the entry of the first position: a return in a loop
    found = _added(one, two, loop, renamed)
    if found is None and one.is_Rational and two.is_Rational:
        return one * loop.count if two == 2 * one else one / loop.count if one == 2 * two else None
    return _inside(one, two, loop, renamed) if found is None else found


def _added(one: Expr, two: Expr, loop: Loop, renamed: Known) -> Expr | None:
    """Return one as a rest and a sum, or a mean, of what the second pass adds."""
    first, second = loop.at(0), loop.at(1)
    new = Add(*(a for a in Add.make_args(two) if a.has(second, *renamed)))
    back = {second: first, **renamed}
    for share, body in ((1, two - one), (2, 2 * new)):
        if not body.has(second) or body.has(first):
            continue
        rest = one - body.xreplace(back)
        if not rest.has(first) and (two - rest - (body.xreplace(back) + body) / share).expand() == 0:
            whole = loop.over(body.xreplace(back))
            return rest + (whole if share == 1 else whole / loop.count)
    return None


def _inside(one: Expr, two: Expr, loop: Loop, renamed: Known) -> Expr | None:
    """Return an expression whose parts are those of one and two passes, each with all of them."""
    if isinstance(one, Mul) or isinstance(two, Mul):
        kind, a, b = Mul, list(_factors(one)), list(_factors(two))
    elif one.func != two.func or not one.args:
        return None
    else:
        kind, a, b = one.func, list(one.args), list(two.args)
    if kind not in (Add, Mul):
        parts = [_general(x, y, loop, renamed) for x, y in zip(a, b, strict=False)] if len(a) == len(b) else [None]
        return None if None in parts else kind(*parts)
    common = [x for x in a if x in b]
    a, b = [x for x in a if x not in common], [x for x in b if x not in common]
    if kind is Mul and set(common) - {1} and len(a) != len(b):  # a product in one pass, a sum of products in two
        rest = _general(Mul(*a), Mul(*b), loop, renamed)
        return None if rest is None else Mul(*common, rest)
    if len(a) != len(b) or not 0 < len(a) <= _MATCHED:
        return None
    for order in permutations(b):
        parts = [_general(x, y, loop, renamed) for x, y in zip(a, order, strict=True)]
        if None not in parts:
            return kind(*common, *parts)
    return None


def _factors(expr: Expr) -> tuple[Expr, ...]:
    number, rest = expr.as_coeff_Mul()
    return (number, *Mul.make_args(rest))


__all__ = ["Loop", "over_loops", "positions"]

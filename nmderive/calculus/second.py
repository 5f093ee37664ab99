r"""Second derivatives by two logits, taken apart by whether their rows, and their classes, are the same.

For logits s_ij and s_ak of a loss,

    d^2 l / ds_ij ds_ak = delta_ia (delta_jk D_ij + R_ijk) + delta_jk E_iaj + C_iajk,

where D and R are the block of one row, and E and C what couples different rows. A loss of one sample has D and R,
one of binary tasks D and E. Every delta comes from ``differentiate``, so that the parts are read off its terms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from sympy import Add, Expr, Indexed, Integer, KroneckerDelta, Mul, Ne, Symbol, nan, zoo

from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.sums import Iverson


@dataclass(frozen=True)
class Parts:
    """The parts of a second derivative; ``row`` and ``own`` (D, R) where the rows are one, E and C elsewhere."""

    same: Expr
    row: Expr
    own: Expr
    rest: Expr

    def map(self, change: Callable[[Expr], Expr]) -> Parts:
        """Return the parts, each changed."""
        return Parts(*(change(getattr(self, f.name)) for f in fields(self)))

    @property
    def is_by_rows(self) -> bool:
        """Whether different rows do not interact."""
        return bool(self.own == 0 and self.rest == 0)


@dataclass(frozen=True)
class Pair:
    """The free indices of two logits: of one row each (None for one sample), and of one class each."""

    rows: tuple[Symbol, Symbol] | None
    classes: tuple[Symbol, Symbol] | None

    @property
    def deltas(self) -> tuple[Expr, Expr]:
        """Whether the rows, and the classes, are the same; 1 where there is one only."""
        same = [Integer(1) if x is None else KroneckerDelta(*x) for x in (self.rows, self.classes)]
        return same[0], same[1]

    @property
    def to_first(self) -> tuple[dict[Symbol, Symbol], dict[Symbol, Symbol]]:
        """The second row, and the second class, as the first."""
        changes = [{} if x is None else {x[1]: x[0]} for x in (self.rows, self.classes)]
        return changes[0], changes[1]


def second_parts(gradient: Expr, wrt: Indexed, pair: Pair) -> Parts:
    """Return the parts of the derivative of ``gradient`` by the second logit ``wrt``."""
    found: dict[tuple[bool, bool], list[Expr]] = {(a, b): [] for a in (True, False) for b in (True, False)}
    for term in Add.make_args(differentiate(gradient, wrt)):
        for key, value in _placed(term, pair):
            found[key].append(value)
    return Parts(*(Add(*found[key]) for key in ((True, True), (True, False), (False, True), (False, False))))


def _placed(term: Expr, pair: Pair) -> list[tuple[tuple[bool, bool], Expr]]:
    """Return (same row, same class) with the coefficient, of one term; k != j is 1 - delta_jk."""
    is_same = []
    for delta, change in zip(pair.deltas, pair.to_first, strict=True):
        factors = Mul.make_args(term)
        is_same.append(delta == 1 or delta in factors)
        if delta != 1 and delta in factors:
            term = Mul(*(f for f in factors if f != delta)).xreplace(change)
    key = is_same[0], is_same[1]
    apart = None if pair.classes is None else Iverson(Ne(*pair.classes))
    if apart is None or key[1] or apart not in Mul.make_args(term):
        return [(key, term)]
    plain = Mul(*(f for f in Mul.make_args(term) if f != apart))
    there = plain.xreplace(pair.to_first[1])
    if there.has(zoo, nan):
        return [(key, term)]
    return [(key, plain), ((key[0], True), -there)]


def joined(parts: Parts, pair: Pair, factored: Callable[[Expr], Expr]) -> Expr:
    """Return the second derivative as one expression, each bracket with its common factors in front."""
    same_row, same_class = pair.deltas
    block = factored(same_class * parts.same + parts.row)
    return same_row * block + factored(same_class * parts.own + parts.rest)


def block_of_row(parts: Parts, pair: Pair) -> Parts:
    """Return the parts of d^2 l / ds_ij ds_ik, the rows being one."""
    change = pair.to_first[0]
    return Parts(parts.same + parts.own.xreplace(change), parts.row + parts.rest.xreplace(change), *[Integer(0)] * 2)


def diagonal(parts: Parts, pair: Pair) -> Expr:
    """Return d^2 l / ds_ij^2."""
    one = block_of_row(parts, pair)
    return one.same + one.row.xreplace(pair.to_first[1])


def outer_product(row: Expr, pair: Pair) -> tuple[str, Expr, Expr] | None:
    """Return sign, c and u where an expression is plus or minus c u_j u_k."""
    assert pair.classes is not None
    j, k = pair.classes
    number, rest = row.as_coeff_Mul()
    factors = Mul.make_args(rest)
    first, second, front = (Mul(*(f for f in factors if (f.has(j), f.has(k)) == which))
                            for which in ((True, False), (False, True), (False, False)))
    if first == 1 or first.xreplace({j: k}) != second or any(f.has(j) and f.has(k) for f in factors):
        return None
    return ("-" if number < 0 else "+"), abs(number) * front, first


__all__ = ["Pair", "Parts", "block_of_row", "diagonal", "joined", "outer_product", "second_parts"]

"""What a formula needs in order to be defined, and whether SymPy's own arithmetic dropped some of it.

SymPy turns x/x into 1, x - x into 0, and 0 log x into 0. Where x may be zero, or negative under a logarithm, the
formula on paper is not defined everywhere though the result is; such a formula is refused, so that nothing is ever
proved of an expression that was not read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import Dummy, Expr, Indexed, Integer, Mul, Pow, Symbol, exp, log

from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, S, T


def dropped(parts: Sequence[Expr], whole: Expr) -> Expr | None:
    """Return a quantity that ``parts`` divide by, or take a root or a logarithm of, and ``whole`` no longer does.

    Only what is not known to be positive counts; None where nothing was dropped.
    """
    before: set[Expr] = set()
    for part in parts:
        if not (part.is_Atom or isinstance(part, Indexed)):
            before |= needs(part)
    if not before:
        return None
    left = needs(whole)
    has_two = any(e.base == S and e.indices[-1].is_Integer and e.indices[-1] > 1 for e in whole.atoms(Indexed))
    return min((x for x in before if x not in left and not _only_in_roots(x, parts)
                and not (has_two and _is_less_than_one(x))), key=str, default=None)


def dropped_by(body: Expr, values: Mapping[Expr, Expr], result: Expr) -> Expr | None:
    """Return a quantity that ``body`` needs at ``values`` and ``result``, the body there, no longer does."""
    if body.is_Atom or isinstance(body, Indexed):
        return None
    left = needs(result)
    asked = (x for need in needs(body) for x in _unsure(need.xreplace(values)))
    return min((x for x in asked if x not in left), key=str, default=None)


def _is_less_than_one(x: Expr) -> bool:
    """Tell whether ``x`` is p - 1 for a softmax probability p, which is below 1 where there are two classes."""
    share = x + 1
    above, below = share.as_numer_denom()
    if not isinstance(below, IndexSum) or below.domain != M or below.conditions or not isinstance(above, exp):
        return False
    own, other = above.args[0], below.body
    is_entry = isinstance(own, Indexed) and own.base == S
    return is_entry and other == exp(Indexed(S, *own.indices[:-1], below.bound))


def _only_in_roots(x: Expr, parts: Sequence[Expr]) -> bool:
    """Tell whether ``x`` is at least zero and the parts take only roots of it, which are defined at zero, too."""
    if not is_share(x) or any(part.has(log) for part in parts):
        return False
    powers = [p for part in parts for p in part.atoms(Pow) if p.base.has(x)]
    return bool(powers) and all(p.base == x and p.exp.is_positive for p in powers)


def needs(expr: Expr) -> set[Expr]:
    """Return what has to be nonzero, or positive, for the expression to be defined."""
    found: set[Expr] = set()
    for atom in expr.atoms(Pow, log):  # in no order: printing all of them at every level of a deep formula is slow
        if isinstance(atom, Pow) and atom.exp.is_integer and atom.exp.is_nonnegative:
            continue
        found.update(_unsure(atom.base if isinstance(atom, Pow) else atom.args[0]))
    return found


def _unsure(base: Expr) -> list[Expr]:
    """Return the factors of a base that are not known to be positive, each with the sign that is printed first."""
    factors = [f.base if isinstance(f, Pow) else f for f in Mul.make_args(base)]
    return [-f if f.could_extract_minus_sign() else f for f in factors if not (f.is_number or f.is_positive)]


def shown(expr: Expr) -> str:
    """Return the quantity as text, bound indices under the names that the source gives them."""
    return str(expr.xreplace({x: Symbol(x.name) for x in expr.atoms(Dummy)}))


def is_share(expr: Expr) -> bool:
    """Tell whether this is not negative, or c - c' t with a label, c >= c' > 0: e^(log x) is x for it, at 0 as well."""
    if expr.is_nonnegative:
        return True
    labels = list(expr.atoms(Indexed))
    if len(labels) != 1 or labels[0].base != T or expr.atoms(Symbol) - labels[0].atoms(Symbol):
        return False
    ends = {expr.xreplace({labels[0]: Integer(k)}) for k in (0, 1)}
    is_line = not expr.diff(labels[0]).has(labels[0])
    return is_line and (all(e >= 0 for e in ends) or all(e <= 0 for e in ends))


__all__ = ["dropped", "dropped_by", "is_share", "needs", "shown"]

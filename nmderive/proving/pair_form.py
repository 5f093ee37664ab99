r"""Write sums over ordered pairs as sums over all pairs: sum_{j<k} f(j,k) is sum_{j != k} f(j,k)/2 for a symmetric f.

So is sum_{j<k} (f(j,k) + f(k,j)), the sum of f over j != k. Papers write either; the proofs about permutations,
directions and classes read the second, in which no class comes before another.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Add, Expr, Mul, Ne, Rational, StrictGreaterThan, StrictLessThan, Symbol

from nmderive.calculus.counting import counted
from nmderive.calculus.log_form import without_products
from nmderive.calculus.normal_form import Frame, normal_form
from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import index
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.proving.composed import Equation, proved_equal

_LOW, _HIGH = index("pair1"), index("pair2")


def in_whole_pairs(loss: Loss) -> tuple[Loss, Certificate, str] | None:
    """Return an equal loss without ordered pairs and idle sums, its certificate, and what was done; else None."""
    plain = counted(without_products(loss.expr), loss.ranges, loss.least_sizes)
    found = _whole(plain, loss.ranges)
    if found == loss.expr:
        return None
    text = "it is shown equal to a sum without idle indices and logarithms of products" if found == plain else (
        "the sums over j < k are shown equal to sums over j != k")
    certificate = proved_equal(loss, Equation(loss.expr, found, {}), {})
    if certificate is None or "simplex" in certificate.data:  # it holds for all labels, or something is wrong
        return None
    return replace(loss, expr=found), certificate, text


def _whole(expr: Expr, ranges: dict[str, str]) -> Expr:
    if not expr.has(StrictLessThan, StrictGreaterThan):
        return expr
    if isinstance(expr, Add):
        return _merged([_whole(a, ranges) for a in expr.args], ranges)
    if isinstance(expr, IndexedOperator):
        letter = index(f"w{expr.bound.name.lstrip('_')}")
        body, conditions = expr.open(letter)
        inner = {**ranges, letter.name: expr.domain.name}
        return _merged([expr.func(_whole(body, inner), letter, expr.domain, *conditions)], ranges)
    return expr.func(*(_whole(a, ranges) if isinstance(a, Expr) else a for a in expr.args))


def _merged(addends: list[Expr], ranges: dict[str, str]) -> Expr:
    """Return the sum of the addends with ordered pairs joined to whole ones where their summands match."""
    rest: list[Expr] = []
    ordered: list[tuple[Expr, Symbol]] = []
    for term in (t for a in addends for t in _spread(a)):
        pair = _pair(term)
        if pair is None:
            rest.append(term)
        else:
            ordered.append(pair)
    while ordered:
        body, domain = ordered.pop()
        turned = body.xreplace({_LOW: _HIGH, _HIGH: _LOW})
        inside = {**ranges, _LOW.name: domain.name, _HIGH.name: domain.name}
        if _same(body, turned, inside):
            rest.append(_over(body * Rational(1, 2), domain, Ne(_HIGH, _LOW)))
            continue
        match = next((p for p in ordered if p[1] == domain and _same(p[0], turned, inside)), None)
        if match is not None:
            ordered.remove(match)
        rest.append(_over(body, domain, (Ne if match else StrictGreaterThan)(_HIGH, _LOW)))
    return Add(*rest)


def _over(body: Expr, domain: Symbol, condition: Expr) -> Expr:
    return IndexSum(IndexSum(body, _HIGH, domain, condition), _LOW, domain)


def _spread(expr: Expr) -> list[Expr]:
    """Return the addends with sums over ordered pairs spread over theirs."""
    if isinstance(expr, Add):
        return [t for a in expr.args for t in _spread(a)]
    if isinstance(expr, Mul) and expr.has(StrictLessThan, StrictGreaterThan):
        sums = [a for a in expr.args if a.has(StrictLessThan, StrictGreaterThan)]
        if len(sums) == 1 and isinstance(sums[0], IndexSum | Add):
            return [Mul(*(a for a in expr.args if a is not sums[0]), t) for t in _spread(sums[0])]
    if not isinstance(expr, IndexSum) or not expr.has(StrictLessThan, StrictGreaterThan):
        return [expr]
    letter = index(f"v{expr.bound.name.lstrip('_')}")
    body, conditions = expr.open(letter)
    inner = _spread(body) if not _is_ordered(expr) else _addends(body)
    return [IndexSum(t, letter, expr.domain, *conditions) for t in inner]


def _addends(body: Expr) -> list[Expr]:
    """Return the addends of what stands under an ordered sum, sums over other indices spread."""
    if isinstance(body, Add):
        return [t for a in body.args for t in _addends(a)]
    if isinstance(body, IndexSum):
        letter = index(f"u{body.bound.name.lstrip('_')}")
        inner, conditions = body.open(letter)
        return [IndexSum(t, letter, body.domain, *conditions) for t in _addends(inner)]
    return [body]


def _is_ordered(expr: IndexSum) -> bool:
    return any(isinstance(c, StrictLessThan | StrictGreaterThan) for c in expr.conditions)


def _pair(term: Expr) -> tuple[Expr, Symbol] | None:
    """Return the summand at (low, high) and the range where the term is a sum over an ordered pair, else None."""
    factor, outer = term.as_coeff_Mul()
    if not isinstance(outer, IndexSum) or outer.conditions:
        return None
    inner, _ = outer.open(_LOW)
    scale, inner = inner.as_coeff_Mul()
    if not isinstance(inner, IndexSum) or inner.domain != outer.domain or len(inner.conditions) != 1:
        return None
    body, (condition,) = inner.open(_HIGH)
    if condition in (StrictLessThan(_LOW, _HIGH), StrictGreaterThan(_HIGH, _LOW)):
        return factor * scale * body, outer.domain
    if condition in (StrictLessThan(_HIGH, _LOW), StrictGreaterThan(_LOW, _HIGH)):
        return factor * scale * body.xreplace({_LOW: _HIGH, _HIGH: _LOW}), outer.domain
    return None


def _same(left: Expr, right: Expr, ranges: dict[str, str]) -> bool:
    """Tell whether two summands are equal; what is built from them is proved again as a whole."""
    if left == right:
        return True
    try:
        return normal_form(left, Frame({}, ranges)) == normal_form(right, Frame({}, ranges))
    except NmderiveError:
        return False

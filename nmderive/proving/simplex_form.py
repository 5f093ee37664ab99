"""A loss as a function of p = softmax(s), or sigmoid(s): a sum of functions of one p_ij, or p_i, and its label."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sympy import (
    Add,
    Dummy,
    Expr,
    Indexed,
    Integer,
    Mul,
    Pow,
    Symbol,
    cancel,
    expand,
    expand_log,
    factor,
    log,
    powsimp,
    together,
)
from sympy.polys.polyerrors import PolynomialError

from nmderive.budget import limited, remembered_with_steps, step
from nmderive.calculus.expansion import MAX_TERMS, terms
from nmderive.calculus.extrema import has_kinks
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, array, index
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.binary_form import binary_form
from nmderive.structure.canonical import P
from nmderive.structure.margins import by_softmax
from nmderive.structure.reader import in_rows, probability_forms

_X = array("x", "positive")
_I, _J = index("i"), index("j")


@dataclass(frozen=True)
class SimplexForm:
    """loss = rest + sum_i sum_j body, the body in p[i, j] and t[i, j] alone."""

    body: Expr
    rest: Expr
    scale: Expr

    def whole(self, has_classes: bool) -> Expr:
        """Return the loss in p."""
        return self.rest + IndexSum(IndexSum(self.body, _J, M) if has_classes else self.body, _I, N)


@remembered_with_steps(64)
def simplex_certificate(loss: Loss, *properties: str) -> Certificate | None:
    """Return the accepted certificate of the first of the checker's properties that is shown, for a loss in p."""
    loss = in_rows(loss)
    if N not in loss.shape or loss.has_undefined_functions or M not in loss.shape and properties != ("unique",):
        return None
    for form in simplex_forms(loss) if M in loss.shape else _binary_forms(loss):
        found = _certified(loss, form, properties)
        if found is not None:
            return found
    return None


def _certified(loss: Loss, form: SimplexForm, properties: tuple[str, ...]) -> Certificate | None:
    whole = form.whole(M in loss.shape)
    plain = {
        "loss": to_ast(by_softmax(whole, loss, form.scale)), "shape": [x.name for x in loss.shape],
        "body": to_ast(form.body),
        "rest": to_ast(form.rest), "scale": to_ast(form.scale), **certificates.declarations(loss),
    }
    barrier = _barrier(form.body) if M in loss.shape else {}
    for name in properties:
        stated = _stated(form.body, name)
        needed = name in ("prefers-target", "prefers-larger")  # the others are shown without a barrier, too
        ways = (barrier | stated, barrier) if needed else (barrier | stated, stated, {})
        if name not in ("forces-argmax", "prefers-target"):
            ways = (*ways, {"simplex": True} | barrier | stated)  # labels are at most one
        for extra in ways:
            certificate = Certificate("simplex", {**plain, "property": name, **extra})
            if check(certificate.as_json()).accepted:
                return certificate
    return None


def _stated(body: Expr, what: str) -> dict[str, Any]:
    """Return reduced forms of the derivatives whose signs the checker needs, where SymPy finds some in time.

    Of kinks there are none: no curvature is known across one, and SymPy takes minutes over quotients of signs.
    """
    if has_kinks(body):
        return {}
    try:
        with limited(steps=MAX_TERMS):
            step(body.count_ops())  # SymPy counts no steps: its job is bounded by its size
            entry = next(e for e in body.atoms(Indexed) if e.base == P)
            odds, label = _X[entry.indices], T[entry.indices]
            at_odds = body.xreplace({entry: 1 / (1 + odds)})
            is_bent = what in ("unique", "keeps-order")
            curvature = {"curvature": to_ast(_curvature(body, entry, odds))} if is_bent else {}
            if what == "unique":
                return curvature
            if what in ("keeps-order", "prefers-larger"):
                mixed = _derivative(_derivative(at_odds, odds, 1), label, 1)
                return {**curvature, "mixed": to_ast(_reduced(mixed))}
            at = [at_odds.xreplace({label: Integer(value)}) for value in (1, 0)]
            if what == "prefers-target":
                return {"slope": to_ast(_reduced(_derivative(at[0] - at[1], odds, 1)))}
            return {"slopes": [to_ast(_reduced(_derivative(x, odds, 1))) for x in at]}
    except (NmderiveError, PolynomialError):
        return {}


def _curvature(body: Expr, entry: Indexed, odds: Indexed) -> Expr:
    """Return the second derivative by p, in p, or in the odds x where the logarithm of 1 + x is kept below x.

    In p the sign of 1 - p below a line is not seen.
    """
    in_p = _reduced(_derivative(body, entry, 2))
    over = any(isinstance(x.base, Add) and x.base.has(entry) for x in in_p.atoms(Pow) if x.exp.is_negative)
    if not in_p.has(log) and not over:
        return in_p
    if not in_p.has(log):
        at_odds = body.xreplace({entry: 1 / (1 + odds)})
        slope = (1 + odds) ** 2 * _derivative(at_odds, odds, 1)
        return _reduced((1 + odds) ** 2 * _derivative(slope, odds, 1))
    return _below_its_argument(body.xreplace({entry: 1 / (1 + odds)}), odds)


def _below_its_argument(body: Expr, odds: Indexed) -> Expr:
    """Return (1 + x)^2 d/dx (1 + x)^2 d/dx body with -a log(1 + x) as a (x - log(1 + x)) - a x: log(1 + x) <= x."""
    x, above = Dummy("x", positive=True), Dummy("above", positive=True)  # above is log(1 + x)
    letters = {e: Dummy("t", positive=True) for e in body.atoms(Indexed) if e != odds}
    plain = expand_log(body.xreplace({odds: x, **letters}), force=True).replace(
        lambda e: isinstance(e, Pow) and not e.exp.is_Integer, lambda e: _power(e.base, e.exp))
    head = Mul(*(f for f in Mul.make_args(plain) if isinstance(f, Pow) and not f.exp.is_Integer))
    rational = cancel(powsimp(_twice(plain, x) / head)).xreplace({log(1 + x): above})
    outside, top = factor(together(rational)).as_independent(above, as_Add=False)
    if outside.could_extract_minus_sign():
        outside, top = -outside, -top
    top = expand(top)
    weights = Add.make_args(expand(top.coeff(above, 1)))
    lowered = Add(*(-t for t in weights if t.could_extract_minus_sign()))
    rest = expand(top - top.coeff(above, 1) * above - lowered * x)
    kept = Add(*(t * above for t in weights if not t.could_extract_minus_sign()), rest)
    # Times x, since SymPy spreads a number over the bracket.
    found = head * outside / x * (expand(x * kept) + lowered * x * (x - above))
    return found.xreplace({above: log(1 + x)}).xreplace({x: odds, **{v: k for k, v in letters.items()}})


def _power(base: Expr, exponent: Expr) -> Expr:
    """Return a power with its base as a quotient of factors: (1 - 1/(1 + x))^g is x^g (1 + x)^(-g)."""
    top, bottom = cancel(together(base)).as_numer_denom()
    above, below = Mul.make_args(factor(top)), Mul.make_args(factor(bottom))
    return Mul(*(f**exponent for f in above), *(f**-exponent for f in below))


def _twice(body: Expr, x: Symbol) -> Expr:
    for _ in range(2):
        body = (1 + x) ** 2 * body.diff(x)
    return body


def _derivative(expr: Expr, entry: Indexed, times: int) -> Expr:
    letter = Symbol("letter", positive=True)
    return expr.xreplace({entry: letter}).diff(letter, times).xreplace({letter: entry})


def _reduced(expr: Expr) -> Expr:
    """Return the expression factored, its logarithms merged to one of 1 + (something positive) where they can be."""
    step(terms(expr))
    letters = {e: Dummy("x", positive=True) for e in expr.atoms(Indexed)}
    plain = expr.xreplace(letters)
    spread = expand_log(plain, force=True).expand()
    logarithms = sorted(spread.atoms(log), key=str)
    weights = [spread.coeff(a) for a in logarithms]
    rest = spread - Add(*(w * a for w, a in zip(weights, logarithms, strict=True)))
    ratios = [cancel(w / weights[0]) for w in weights]
    if logarithms and not rest.has(log) and all(r.is_Integer for r in ratios):
        merged = cancel(Mul(*(a.args[0] ** r for a, r in zip(logarithms, ratios, strict=True))))
        for argument, sign in ((merged, 1), (1 / merged, -1)):
            above = _above_one(argument)
            if above is not None:
                plain = Mul(sign * factor(together(weights[0])), log(above)) + factor(together(rest))
                return plain.xreplace({v: k for k, v in letters.items()})
    return factor(together(plain)).xreplace({v: k for k, v in letters.items()})


def _above_one(argument: Expr) -> Expr | None:
    """Return a polynomial 1 + (positive terms) that the argument is; None if it is not one."""
    form = expand(cancel(argument))
    beyond = Add.make_args(form - 1)
    return form if form.is_polynomial() and form != 1 and all(x.is_positive for x in beyond) else None


def _barrier(body: Expr) -> dict[str, Any]:
    """Return how the body is written as h - w log p - v log(1 - p), h = body where it holds no such logarithm."""
    own, less = log(P[_I, _J]), log(1 - P[_I, _J])
    weight = _weight(body, own)
    rest = (body + weight * own).expand()
    ceiling = _weight(rest, less)
    above = {"ceiling": to_ast(ceiling)} if ceiling != 0 else {}
    return {"barrier": to_ast(weight), "remainder": to_ast((rest + ceiling * less).expand()), **above}


def _weight(body: Expr, logarithm: Expr) -> Expr:
    """Return minus what a logarithm is multiplied by, in the terms as they are or multiplied out."""
    terms = Add.make_args(body if body.coeff(logarithm) == 0 and isinstance(body, Add) else body.expand())
    terms = [t for t in Add.make_args(body) if logarithm in Mul.make_args(t)] or [
        t for t in terms if logarithm in Mul.make_args(t)]
    return Add(*(-t / logarithm for t in terms))


def simplex_forms(loss: Loss) -> Iterator[SimplexForm]:
    """Yield the forms of a loss in p that are sums of functions of one p_ij each."""
    for own in probability_forms(loss):
        try:
            body, rest = _collected(own.expr, Integer(1))
        except _Other:
            continue
        if body != 0:
            yield SimplexForm(body, rest, own.scale)


def _binary_forms(loss: Loss) -> Iterator[SimplexForm]:
    found = binary_form(loss.expr)
    if found is not None and found[0].has(P):
        yield SimplexForm(*found)


class _Other(Exception):
    """The expression is not of the form."""


def _collected(expr: Expr, weight: Expr) -> tuple[Expr, Expr]:
    """Return (body, rest) of ``weight * expr``, sums over rows and classes opened as i and j."""
    if not expr.has(P) and not expr.has(S):
        return Integer(0), weight * expr
    if isinstance(expr, Add):
        parts = [_collected(a, weight) for a in expr.args]
        return Add(*(b for b, _ in parts)), Add(*(r for _, r in parts))
    if isinstance(expr, Mul):
        inner = [a for a in expr.args if a.has(P) or a.has(S)]
        if len(inner) == 1:
            return _collected(inner[0], weight * Mul(*(a for a in expr.args if a is not inner[0])))
    if isinstance(expr, IndexSum) and not expr.conditions and expr.domain == N:
        return _over_rows(expr, weight)
    raise _Other


def _over_rows(expr: IndexSum, weight: Expr) -> tuple[Expr, Expr]:
    body, _ = expr.open(_I)
    found, rest = _over_classes(body, weight)
    return found, IndexSum(rest, _I, N)


def _over_classes(expr: Expr, weight: Expr) -> tuple[Expr, Expr]:
    if not expr.has(P) and not expr.has(S):
        return Integer(0), weight * expr
    if isinstance(expr, Add):
        parts = [_over_classes(a, weight) for a in expr.args]
        return Add(*(b for b, _ in parts)), Add(*(r for _, r in parts))
    if isinstance(expr, Mul):
        inner = [a for a in expr.args if a.has(P) or a.has(S)]
        if len(inner) == 1:
            return _over_classes(inner[0], weight * Mul(*(a for a in expr.args if a is not inner[0])))
    if isinstance(expr, IndexSum) and not expr.conditions and expr.domain == M:
        body, _ = expr.open(_J)
        if not body.has(S):
            return weight * body, Integer(0)
    raise _Other

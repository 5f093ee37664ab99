"""A loss as a function of p = softmax(s): a sum over rows and classes of functions of one p_ij and its label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import (
    Add,
    Dummy,
    Expr,
    Indexed,
    Integer,
    Mul,
    Symbol,
    cancel,
    expand,
    expand_log,
    factor,
    log,
    together,
)
from sympy.polys.polyerrors import PolynomialError

from nmderive.budget import limited, step
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, array, index
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.structure.canonical import P
from nmderive.structure.margins import by_softmax
from nmderive.structure.reader import probabilities

_X = array("x", "positive")
_I, _J = index("i"), index("j")


@dataclass(frozen=True)
class SimplexForm:
    """loss = rest + sum_i sum_j body, the body in p[i, j] and t[i, j] alone."""

    body: Expr
    rest: Expr

    def whole(self) -> Expr:
        """Return the loss in p."""
        return self.rest + IndexSum(IndexSum(self.body, _J, M), _I, N)


def simplex_certificate(loss: Loss, what: str) -> Certificate | None:
    """Return the accepted certificate of "unique" or "forces-argmax" for a loss of that form."""
    if loss.shape != (N, M) or loss.has_undefined_functions:
        return None
    form = simplex_form(loss)
    if form is None:
        return None
    stated_loss = to_ast(by_softmax(form.whole(), loss, Integer(1)))
    stated = _stated(form.body, what)
    for extra in (_barrier(form.body) | stated, stated, {}):
        certificate = Certificate("simplex", {
            "loss": stated_loss, "shape": ["n", "m"], "body": to_ast(form.body), "rest": to_ast(form.rest),
            "property": what, **extra, **certificates.declarations(loss),
        })
        if check(certificate.as_json()).accepted:
            return certificate
    return None


def _stated(body: Expr, what: str) -> dict[str, Any]:
    """Return reduced forms of the derivatives whose signs the checker needs, where SymPy finds some in time."""
    try:
        with limited(steps=300):
            step(body.count_ops())  # SymPy counts no steps: its job is bounded by its size
            if what == "unique":
                return {"curvature": to_ast(_reduced(_derivative(body, P[_I, _J], 2)))}
            odds = {P[_I, _J]: 1 / (1 + _X[_I, _J])}
            at = [body.xreplace({T[_I, _J]: Integer(label)}).xreplace(odds) for label in (1, 0)]
            return {"slopes": [to_ast(_reduced(_derivative(x, _X[_I, _J], 1))) for x in at]}
    except (NmderiveError, PolynomialError):
        return {}


def _derivative(expr: Expr, entry: Indexed, times: int) -> Expr:
    letter = Symbol("letter", positive=True)
    return expr.xreplace({entry: letter}).diff(letter, times).xreplace({letter: entry})


def _reduced(expr: Expr) -> Expr:
    """Return the expression factored, its logarithms merged to one of 1 + (something positive) where they can be."""
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
    """Return how the body is written as h - w log p, empty where it holds no logarithm of p."""
    logarithm = log(P[_I, _J])
    weight = Integer(0)
    for term in Add.make_args(body.expand()):
        if logarithm in Mul.make_args(term):
            weight -= term / logarithm
    if weight == 0 or weight.has(P):
        return {}
    return {"barrier": to_ast(weight), "remainder": to_ast((body + weight * logarithm).expand())}


def simplex_form(loss: Loss) -> SimplexForm | None:
    """Return the form of a loss in p, None where it is not a sum of functions of one p_ij each."""
    own = probabilities(loss)
    if own is None or own.scale != 1:
        return None
    try:
        body, rest = _collected(own.expr, Integer(1))
    except _Other:
        return None
    return None if body == 0 else SimplexForm(body, rest)


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

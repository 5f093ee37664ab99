"""A loss with hard labels as a function of the odds x_i = (1 - p_iy) / p_iy against the target, and of shares.

With u_ij = p_ij / (1 - p_iy) for the other classes, p_ij = (t_ij + (1 - t_ij) x_i u_ij) / (1 + x_i). Where the loss
rises with each x_i, whatever the shares are, its infimum is approached only where every target's p tends to 1. The form
is proposed here; the checker decides whether it is the loss, and whether it rises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from sympy import Add, Dummy, Expr, Indexed, Integer, Mul, Ne, Symbol, exp, factor, log, nan, oo, together, zoo

from nmderive.budget import step
from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.extrema import has_kinks
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.sums import IndexedOperator, IndexProduct, IndexSum
from nmderive.calculus.symbols import M, N, T, array, index
from nmderive.checker import check
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.along import labelled_points, value_of
from nmderive.proving.points import entries_of
from nmderive.structure.canonical import P
from nmderive.structure.joining import outward
from nmderive.structure.reader import probability_forms

#: What the checker shows: the infimum only where the targets win, or also where they do not.
TOWARDS, AGAINST = "forces-argmax", "against-target"
_LONG, _POINTS, _NEAR = 120, 8, 1e-9
_X, _U = array("x", "nonnegative"), array("u", "nonnegative")
_OTHER = array("other", "nonnegative")  # 1 - t, whole until the end, so that its sign is seen
_R, _OWN = index("r"), Symbol("own", positive=True)


def odds_certificate(loss: Loss, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate that the loss rises with the odds against the target, or falls; else None."""
    if loss.shape != (N, M) or loss.is_square or loss.has_undefined_functions or loss.class_sets:
        return None
    name = _seen(loss, sizes)
    forms = (f for f in probability_forms(loss) if f.expr.count_ops() <= _LONG) if name else ()
    for form in forms:
        for in_odds in _in_odds(form.expr):
            apart = _apart(_reduced(outward(in_odds)))
            for slope in () if has_kinks(apart) else _slopes(apart):
                certificate = Certificate("odds", {
                    "loss": to_ast(loss.expr), "shape": ["n", "m"], "in_p": to_ast(form.expr),
                    "scale": to_ast(form.scale), "in_odds": to_ast(_in_labels(apart)), "sizes": dict(sizes),
                    "simplex": True, "slope": to_ast(_in_labels(slope)), "property": name,
                    **certificates.declarations(loss),
                })
                if check(certificate.as_json()).accepted:
                    return certificate
    return None


def _seen(loss: Loss, sizes: Mapping[str, int]) -> str | None:
    """Return what the loss does in floating point, at hard labels, as the odds against a target rise; None if both."""
    size = {"n": 2, "m": 3, **sizes}
    signs: set[bool] = set()
    random = Random("odds")
    for point in labelled_points(loss, size, hard=True):
        value = value_of(loss, point)
        for _ in range(_POINTS):
            logits = {e: random.uniform(-3, 3) for e in entries_of(loss, size)}
            row, by = random.randint(1, size["n"]), random.uniform(0.2, 2)
            raised = {e: x + by * (e[0] == row and point.arrays["t"][e] == 0) for e, x in logits.items()}
            before, after = value(list(logits.values())), value(list(raised.values()))
            if before is not None and after is not None and abs(after - before) > _NEAR:
                signs.add(after > before)
            if len(signs) == 2:
                return None
    return TOWARDS if True in signs else AGAINST


def _slopes(apart: Expr) -> Iterator[Expr]:
    """Yield forms of the derivative by x_r: its terms by themselves, and over one denominator."""
    plain = _reduced(outward(differentiate(apart.xreplace({_X[_R]: _OWN}), _OWN)))
    for form in (plain, _factored(plain)) if plain.count_ops() <= 2 * _LONG else (plain,):
        yield form.xreplace({_OWN: _X[_R]})


def _in_odds(in_p: Expr) -> Iterator[Expr]:
    """Yield the function of odds and shares, its sums over classes split at the target."""
    try:
        found = _split(in_p)
    except _Other:
        return
    if not found.has(P):
        yield found


def _in_labels(expr: Expr) -> Expr:
    i, j = index("row"), index("place")
    return substitute_array(expr, _OTHER, (i, j), 1 - T[i, j])


class _Other(Exception):
    """A class of labels or probabilities is bound nowhere, or by a sum with conditions."""


def _split(expr: Expr) -> Expr:
    """Return the expression with sum_j f(t_ij, p_ij) as f(1, 1/(1+x_i)) + sum_j (1 - t_ij) f(0, x_i u_ij/(1+x_i))."""
    if not expr.args or isinstance(expr, Indexed) or not expr.has(P, T):
        return expr
    if isinstance(expr, IndexedOperator):
        letter = index(f"q{expr.bound.name.lstrip('_')}")
        body, conditions = expr.open(letter)
        body = _split(body)
        if expr.domain != M or not _entries(body, letter):
            return expr.func(body, letter, expr.domain, *conditions)
        if conditions or not isinstance(expr, IndexSum):
            raise _Other
        return _at_target(body, letter)
    return expr.func(*(_split(a) if isinstance(a, Expr) else a for a in expr.args))


def _entries(body: Expr, letter: Symbol) -> set[Indexed]:
    return {e for e in body.atoms(Indexed) if e.base in (P, T) and e.indices[-1] == letter}


def _at_target(body: Expr, letter: Symbol) -> Expr:
    rows = {e.indices[:-1] for e in _entries(body, letter)}
    if len(rows) != 1:
        raise _Other
    (row,) = rows
    label, entry, odds = T[(*row, letter)], P[(*row, letter)], _X[row]
    own = body.xreplace({entry: 1 / (1 + odds), label: Integer(1)})
    other = body.xreplace({entry: odds * _U[(*row, letter)] / (1 + odds), label: Integer(0)})
    if any(x.has(zoo, oo, nan) for x in (own, other)):
        raise _Other
    at = IndexSum(label * own, letter, M) if letter in own.free_symbols else own
    return at if other == 0 else at + IndexSum(_OTHER[(*row, letter)] * other, letter, M)


def _reduced(expr: Expr) -> Expr:
    """Return an equal expression, multiples of one sum or function collected and brought to factors."""
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        letter = index(f"d{expr.bound.name.lstrip('_')}")
        body, conditions = expr.open(letter)
        return _signed(_reduced(body), letter, expr, conditions)
    inner = expr.func(*(_reduced(a) if isinstance(a, Expr) else a for a in expr.args))
    if not isinstance(inner, Add):
        return inner
    multiples: dict[Expr, Expr] = {}
    for term in inner.args:
        opaque = [f for f in Mul.make_args(term) if f.has(IndexedOperator, exp, log)]
        plain = Mul(*(f for f in Mul.make_args(term) if f not in opaque))
        multiples[Mul(*opaque)] = multiples.get(Mul(*opaque), Integer(0)) + plain
    return Add(*(_factored(plain) * whole for whole, plain in multiples.items()))


def _factored(plain: Expr) -> Expr:
    letters = {e: Dummy("e", positive=True) for e in plain.atoms(IndexedOperator, Indexed, exp, log)}
    step(plain.count_ops())  # SymPy counts no steps: its job is bounded by its size
    return factor(together(plain.xreplace(letters))).xreplace({v: k for k, v in letters.items()})


def _signed(body: Expr, letter: Symbol, like: IndexedOperator, conditions: tuple[Any, ...]) -> Expr:
    """Return the operator over the body, a sum's sign before it."""
    if isinstance(like, IndexSum) and body.could_extract_minus_sign():
        return -IndexSum(-body, letter, like.domain, *conditions)
    return like.func(body, letter, like.domain, *conditions)


def _apart(expr: Expr) -> Expr:
    """Return the expression with its sums and products over rows split at row r."""
    if not expr.args or isinstance(expr, Indexed) or not expr.has(_X):
        return expr
    if not isinstance(expr, IndexedOperator):
        return expr.func(*(_apart(a) if isinstance(a, Expr) else a for a in expr.args))
    letter = index(f"a{expr.bound.name.lstrip('_')}")
    body, conditions = expr.open(letter)
    body = _apart(body)
    rest = expr.func(body, letter, expr.domain, *conditions, *([Ne(letter, _R)] if expr.domain == N else []))
    if expr.domain != N or conditions:
        return rest
    own = body.xreplace({letter: _R})
    return own * rest if isinstance(expr, IndexProduct) else own + rest

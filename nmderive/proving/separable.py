r"""Labels at which a sum of functions of one probability each is stationary, as a closed form of the logits.

Of l = sum_ij (t_ij f(p_ij) + g(p_ij)) with p = softmax(c s) the gradient vanishes where t_ij f'(p_ij) + g'(p_ij) is the
same number for all classes of a row, their multiplier; since the labels of a row sum to one, it is a closed form:

    t_ij = (u_i - g'(p_ij)) / f'(p_ij),   u_i = (1 + sum_k g'(p_ik) / f'(p_ik)) / sum_k 1 / f'(p_ik).

Source: the link of a separable loss, Williamson, Vernet and Reid (2016), section 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr, Integer, Rational, Symbol, factor, together

from nmderive.budget import step
from nmderive.calculus.expansion import terms
from nmderive.calculus.extrema import has_kinks
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, T, index
from nmderive.checker import check
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.outscored_form import renamed
from nmderive.proving.simplex_form import SimplexForm, simplex_forms
from nmderive.structure.canonical import P
from nmderive.structure.margins import by_softmax
from nmderive.structure.reader import in_rows

_I, _J, _K = (index(name) for name in "ijk")


@dataclass(frozen=True)
class SeparableLabels:
    """The labels in p_ij = softmax(c s)_ij, c the scale, and the multiplier of a row."""

    form: SimplexForm
    labels: Expr
    multiplier: Expr
    letters: tuple[Symbol, Symbol] = (_I, _J)


def separable_labels(loss: Loss) -> Iterator[SeparableLabels]:
    """Yield the labels of a loss with classes that is such a sum; none of them is judged here."""
    if M not in loss.shape or loss.has_undefined_functions:
        return
    for form in simplex_forms(in_rows(loss)):
        label, entry = T[_I, _J], P[_I, _J]
        slope = form.body.diff(label)
        if slope.has(T) or not slope.has(P) or has_kinks(form.body):
            continue
        step(terms(form.body))
        yield _solved(form, _derivative(slope, entry), _derivative(form.body.xreplace({label: Integer(0)}), entry))


def separable_certificate(loss: Loss, found: SeparableLabels) -> Certificate | None:
    """Return the accepted certificate that the labels are labels, and make the gradient vanish."""
    if loss.shape != (N, M):
        return None
    whole = found.form.whole(True)
    certificate = Certificate("separable", {
        "loss": to_ast(by_softmax(whole, loss, found.form.scale)), "shape": ["n", "m"],
        "body": to_ast(found.form.body), "rest": to_ast(found.form.rest), "scale": to_ast(found.form.scale),
        "labels": renamed(to_ast(found.labels), {}, "k"), "multiplier": renamed(to_ast(found.multiplier), {}, "k"),
        **certificates.declarations(loss),
    })
    return certificate if check(certificate.as_json()).accepted else None


def _derivative(expr: Expr, entry: Expr) -> Expr:
    letter = Symbol("letter", positive=True)
    return factor(together(expr.xreplace({entry: letter}).diff(letter))).xreplace({letter: entry})


def _solved(form: SimplexForm, of_label: Expr, other: Expr) -> SeparableLabels:
    """Return the labels of a row whose derivatives by p_ij are t_ij times the first, plus the second."""
    side = -1 if other == 0 and _is_negative(of_label) else 1  # so that what divides the labels is positive
    share = side / of_label

    def over_row(expr: Expr) -> Expr:
        return IndexSum(expr.xreplace({_J: _K}), _K, M)

    multiplier = (1 + (over_row(other * share) if other != 0 else 0)) / over_row(share)
    return SeparableLabels(form, share * multiplier - other * share, side * multiplier)


def _is_negative(expr: Expr) -> bool:
    """Tell whether a derivative is negative at p = 1/3, all letters being one half: a sign to try."""
    numbers = {a: Rational(1, 2) for a in expr.free_symbols}
    entries = [e for e in expr.atoms(type(P[_I, _J])) if e.base == P]
    value = expr.xreplace(dict.fromkeys(entries, Rational(1, 3))).xreplace(numbers)
    return bool(value.is_number and value.is_real and value.evalf() < 0)


__all__ = ["SeparableLabels", "separable_certificate", "separable_labels"]

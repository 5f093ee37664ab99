r"""Solve a loss whose rows are sums of functions of one probability each, linear in its label, for the labels.

Of l = sum_ij (t_ij f(p_ij) + g(p_ij)) with p = softmax(c s) the gradient vanishes where t_ij f'(p_ij) + g'(p_ij) is the
same number for all classes of a row, their multiplier; since the labels of a row sum to one, it is a closed form:

    t_ij = (u_i - g'(p_ij)) / f'(p_ij),   u_i = (1 + sum_k g'(p_ik) / f'(p_ik)) / sum_k 1 / f'(p_ik).

So cross-entropies with any function of p for the logarithm are solved, such as the focal loss. Source: the implicit
link of a separable loss, Williamson, Vernet and Reid (2016), section 4.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Integer, Symbol, factor, together

from nmderive.budget import step
from nmderive.calculus.expansion import terms
from nmderive.calculus.extrema import has_kinks
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, T, index
from nmderive.losses.links import Link
from nmderive.losses.loss import Loss
from nmderive.proving.simplex_form import SimplexForm, simplex_forms
from nmderive.solving.judged import label_solution
from nmderive.solving.record import Direction, Finding, Outcome
from nmderive.structure.canonical import P
from nmderive.structure.margins import by_softmax
from nmderive.structure.reader import in_rows

TITLE = "separable rows"
COST = 3
STEPS = 30_000
WORKER = False
_ASSUMED = "l is a sum of functions of one p_ij each, linear in t_ij; one multiplier a row"
_I, _J, _K = (index(name) for name in "ijk")


def search(loss: Loss, direction: Direction) -> Finding:
    """Solve for the labels, and have the link judged."""
    if direction is not Direction.LABELS or loss.has_undefined_functions or M not in loss.shape:
        return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, "it solves for the labels of classes")
    tried = []
    for link in separable_links(loss):
        solution, verdict = label_solution(loss, link, {})
        if solution is not None:
            return Finding(TITLE, _ASSUMED, Outcome.SOLVED, solution.formula, solutions=(solution,),
                           certificates=verdict.certificates, verdicts=(verdict,))
        tried.append(link.latex)
    return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, "; ".join(tried) or "l is no such sum")


def separable_links(loss: Loss) -> Iterator[Link]:
    """Yield the labels as functions of the logits; none of them is judged here."""
    for form in simplex_forms(in_rows(loss)):
        label, entry = T[_I, _J], P[_I, _J]
        slope = form.body.diff(label)
        if slope.has(T) or not slope.has(P) or has_kinks(form.body):
            continue
        step(terms(form.body))
        yield _link(loss, form, _derivative(slope, entry), _derivative(form.body.xreplace({label: Integer(0)}), entry))


def _derivative(expr: Expr, entry: Expr) -> Expr:
    letter = Symbol("letter", positive=True)
    return factor(together(expr.xreplace({entry: letter}).diff(letter))).xreplace({letter: entry})


def _link(loss: Loss, form: SimplexForm, of_label: Expr, other: Expr) -> Link:
    """Return the link of a row whose derivatives by p_ij are t_ij times the first, plus the second."""
    share = 1 / of_label

    def over_row(expr: Expr) -> Expr:
        return IndexSum(expr.xreplace({_J: _K}), _K, M)

    multiplier = (1 + (over_row(other * share) if other != 0 else 0)) / over_row(share)
    in_p = share * multiplier - other * share
    own = dict(zip((_I, _J), loss.indices, strict=True)) if len(loss.shape) == 2 else {_J: loss.indices[0]}
    if len(loss.shape) == 1:
        in_p = in_p.replace(lambda e: getattr(e, "base", None) == P, lambda e: P[e.indices[-1]])
    in_p = in_p.xreplace(own)
    entry = P[loss.indices]
    value = by_softmax(in_p, loss, form.scale)
    where = rf"{loss.written(entry)} = {loss.written(by_softmax(entry, loss, form.scale))}"
    latex = rf"{loss.written(loss.label)} = {loss.written(in_p)},\quad {where}"
    return Link(f"t = {in_p}", latex, value)

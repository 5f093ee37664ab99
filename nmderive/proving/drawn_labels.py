"""Judge what a loss does with labels that are drawn: linear in the labels, and the sum over the hard labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sympy import Add, Expr, Integer, KroneckerDelta, Mul, Rational, log

from nmderive.calculus.normal_form import Frame, normal_form, to_expression
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, array, index, parameter
from nmderive.errors import NmderiveError
from nmderive.evidence import Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.notation.printers import to_text
from nmderive.proving.composed import Equation, over_functions, proved_equal, refuted_at, undecided
from nmderive.proving.hard_labels import one_positive, without_label_logs, zero_or_one
from nmderive.proving.points import sizes_for
from nmderive.proving.refute import size_text

_ROW, _TO, _FROM, _DRAWN = (index(name) for name in ("row_of_step", "to_class", "from_class", "drawn_class"))
_STEP, _SHIFT = parameter("step_of_labels"), array("shift_of_logits")


def judge_linear(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on "up to terms without logits, l is linear in the labels of each row"."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_linear(one, claim, statement, sizes))
    base = undecided(loss, claim, statement, sizes)
    first = [Integer(1)] * len(loss.shape)
    both = M in loss.shape
    step = (T[(*first[:-1], Integer(2))] if both else 1 - T[tuple(first)]) / 4
    here = second_difference(loss, loss.logit, step, Integer(1), (Integer(1), Integer(2)))
    raised = loss.logit + log(Integer(2)) * _at(loss, first)
    there = second_difference(loss, raised, step, Integer(1), (Integer(1), Integer(2)))
    large = [s for s in sizes_for(loss, fixed=sizes) if not both or s["m"] > 1]
    found = refuted_at(loss, Equation(there, here, {}), sizes, "what log 2 added to s_1 changes", large)
    if found is not None:
        witness, certificate, record = found
        text = "the second difference of l, where a label moves to another class, changes with a logit"
        return replace(base, status=Status.REFUTED, scope=f"at {size_text(loss, witness.point.sizes)}",
                       certificates=(certificate,), witness=record, findings=(text,))
    free = {str(x): size.name for x, size in ((_ROW, N), (_TO, M), (_FROM, M)) if size in loss.shape}
    moved = loss.logit + _SHIFT[loss.indices]
    left, right = (second_difference(loss, x, _STEP, _ROW, (_TO, _FROM)) for x in (moved, loss.logit))
    proof = proved_equal(loss, Equation(left, right, free), sizes)
    if proof is None:
        return replace(base, findings=("no point found at which it fails, and no proof by the normal form",))
    return replace(base, status=Status.PROVED, certificates=(proof,), findings=(
        "so l at soft labels is the risk of hard labels drawn with these probabilities, up to terms without logits",))


def second_difference(loss: Loss, logit: Expr, step: Expr, row: Expr, classes: tuple[Expr, Expr]) -> Expr:
    """Return l(t + 2 d) + l(t) - 2 l(t + d), l less its terms without logits, at the given logits.

    d moves ``step`` between two classes of a row.
    """
    place = Integer(1)
    if N in loss.shape:
        place *= KroneckerDelta(loss.indices[0], row)
    if M in loss.shape:
        one, other = (KroneckerDelta(loss.indices[-1], x) for x in classes)
        place *= one - other
    moved = substitute_array(_of_logits(loss.expr), S, loss.indices, logit)
    one_step, two_steps = (
        substitute_array(moved, T, loss.indices, loss.label + k * step * place) for k in (1, 2))
    return two_steps + moved - 2 * one_step


def _of_logits(expr: Expr) -> Expr:
    """Return the expression less terms without logits, those under sums and beside factors, too."""
    if not expr.has(S):
        return Integer(0)
    if isinstance(expr, Add):
        return Add(*map(_of_logits, expr.args))
    if isinstance(expr, IndexSum):
        body, conditions = expr.open(expr.bound)
        return IndexSum(_of_logits(body), expr.bound, expr.domain, *conditions)
    inner = [a for a in expr.args if a.has(S)] if isinstance(expr, Mul) else []
    if len(inner) == 1:
        return Mul(*(_of_logits(a) if a is inner[0] else a for a in expr.args))
    return expr


def judge_symmetric(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on "the sum of l over the hard labels of one sample does not depend on the logits"."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_symmetric(one, claim, statement, sizes))
    base = undecided(loss, claim, statement, sizes)
    one = {**sizes, "n": 1} if N in loss.shape else dict(sizes)
    here = over_labels(loss, loss.logit)
    raised = loss.logit + log(Integer(2)) * KroneckerDelta(loss.indices[-1], Integer(1))
    quantity = "sum_y l(s + log 2 at class 1, e_y) - sum_y l(s, e_y)"
    found = refuted_at(loss, Equation(over_labels(loss, raised), here, {}), one, quantity)
    if found is not None:
        witness, certificate, record = found
        return replace(base, status=Status.REFUTED, scope=f"at {size_text(loss, witness.point.sizes)}",
                       certificates=(certificate,), witness=record)
    moved = loss.logit + _SHIFT[loss.indices[-1]]
    proof = proved_equal(loss, Equation(over_labels(loss, moved), here, {}), one)
    if proof is None:
        return replace(base, findings=("no point found at which it fails, and no proof by the normal form",))
    return replace(base, status=Status.PROVED, certificates=(proof,), findings=_constant(loss, here, one))


def over_labels(loss: Loss, logit: Expr) -> Expr:
    """Return the sum of l over the hard labels of a row, class sets with it as their one positive."""
    at_labels = zero_or_one(without_label_logs(one_positive(loss.expr, _DRAWN)))
    moved = substitute_array(at_labels, S, loss.indices, logit)
    hard = KroneckerDelta(loss.indices[-1], _DRAWN)
    return IndexSum(substitute_array(moved, T, loss.indices, hard), _DRAWN, M)


def _constant(loss: Loss, total: Expr, sizes: Mapping[str, int]) -> tuple[str, ...]:
    """Return what the sum is, by its normal form where all logits are zero, checked to be equal."""
    try:
        level = to_expression(normal_form(substitute_array(total, S, loss.indices, Rational(0)), Frame(sizes)))
    except NmderiveError:
        return ()
    if proved_equal(loss, Equation(total, level, {}), sizes) is None:
        return ()
    return (f"sum_y l(s, e_y) = {to_text(level)}",)


def _at(loss: Loss, place: list[Integer]) -> Expr:
    result: Expr = Integer(1)
    for letter, number in zip(loss.indices, place, strict=True):
        result *= KroneckerDelta(letter, number)
    return result


__all__ = ["judge_linear", "judge_symmetric", "over_labels", "second_difference"]

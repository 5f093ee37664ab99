"""A loss as it is for hard labels: sum_i sum_y t_iy g_y(s_i), whatever functions the labels of a row stand in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nmderive.calculus.symbols import M
from nmderive.evidence import Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.degenerate import hard_proof
from nmderive.proving.hard_labels import by_target, without_label_logs, zero_or_one


def of_hard_labels(loss: Loss, verdict: Verdict, judge: Callable[[Loss], Verdict]) -> Verdict:
    """Return the verdict of ``judge`` on the loss that this one is for hard labels, where its own is open.

    Class sets have one positive beside hard labels, which no such form says; losses with class sets keep theirs.
    """
    if verdict.status is not Status.UNDECIDED or M not in loss.shape or loss.class_sets or loss.is_square:
        return verdict
    form = zero_or_one(by_target(without_label_logs(loss.expr)))
    if form == loss.expr:
        return verdict
    found = judge(replace(loss, expr=form))
    proof = None if found.status is Status.UNDECIDED else hard_proof(loss, form, {})
    if proof is None:
        return verdict
    said = "hard labels pull out of functions of them: f(t_i) = sum_y t_iy f(e_y)"
    return replace(found, certificates=(*found.certificates, proof), findings=(*found.findings, said))

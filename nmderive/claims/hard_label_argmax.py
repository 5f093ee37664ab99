"""With hard labels the infimum is approached only where the target class has the largest logit of its row.

Definition: let t_ij = [j = y_i], m >= 2. Along every sequence of logits on which l tends to its infimum, s_iy > s_ik
from some point on, for every sample i and every class k other than its target y. Where the infimum is not attained the
verdict says whether s_iy - s_ik tends to infinity; with smoothed labels it does not.
Proved for sums of logarithms of a constant and weighted exponentials: each s_ik - s_iy is a nonnegative combination
of exponents that must fall (Farkas), as a template for all m; and where l rises with the odds (1 - p_iy) / p_iy
against the target in every row; and where a row in which another class has the target's logit, or more, is at least a
number that it can fall below, as for hinges. Refuted by a rational ray along which all exponents fall and another class
wins, and where l does not rise with these odds. Linear programs propose, exact arithmetic decides.
Source: Su (2022), https://kexue.fm/archives/9158, below loss-3; Schrijver (1986), corollary 7.1d.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from nmderive.calculus.symbols import M, N
from nmderive.checker.claims.hard_label_argmax import STATEMENT
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate, Verdict
from nmderive.losses.catalogue import load
from nmderive.losses.loss import Loss
from nmderive.proving.degenerate import hard_proof
from nmderive.proving.hard_argmax import judge_hard
from nmderive.proving.hard_form import of_hard_labels
from nmderive.proving.points import domain_of, values_in
from nmderive.proving.refute import refute_equal
from nmderive.proving.told_apart import alike_for_hard_labels

TITLE = "hard labels force the target to be the argmax"
NAME = "hard-label-argmax"
_SMOOTHINGS = (0.1, 0.01, 0.001)


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge what hard labels force; the gap at nearly hard labels is added as numbers."""
    verdict = judge_hard(loss, NAME, STATEMENT, sizes)
    verdict = of_hard_labels(loss, verdict, lambda one: judge_hard(one, NAME, STATEMENT, sizes))
    if sizes or loss.has_undefined_functions:
        return verdict
    same = list(_same_for_hard_labels(loss))
    return replace(
        verdict, findings=(*verdict.findings, *(text for text, _ in same), *_near_hard(loss)),
        certificates=(*verdict.certificates, *(proof for _, proof in same)),
    )


def _same_for_hard_labels(loss: Loss) -> Iterator[tuple[str, Certificate]]:
    """Yield the losses of the catalogue that this one becomes for hard labels, with the proof for all sizes."""
    for name in alike_for_hard_labels(loss):
        other = load(name)
        if other.shape != loss.shape or other.expr == loss.expr or other.parameters or other.has_undefined_functions:
            continue
        if refute_equal(loss.expr, other.expr, loss, [{"n": 2, "m": 3}], hard=True).witness is not None:
            continue
        proof = hard_proof(loss, other.expr, {})
        if proof is not None:
            yield f"hard labels make it {name}, for all {' and '.join(s.name for s in loss.shape)}", proof


def _near_hard(loss: Loss) -> tuple[str, ...]:
    """Say by how much the optimum lies below the best point with a wrong class on top, labels being nearly hard."""
    from nmderive.numeric.gap import near_hard_gap  # SciPy's minimisers are slow to import

    if loss.shape != (N, M) or loss.is_square or loss.arrays or loss.class_sets or loss.has_undefined_functions:
        return ()
    half, domains = Fraction(1, 2), {p.name: domain_of(p.name, p, loss) for p in loss.parameters}
    parameters: dict[str, Any] = {k: float(half if half in d else values_in(d)[0]) for k, d in domains.items()}
    try:
        found = near_hard_gap(loss, _SMOOTHINGS, **parameters)
    except NmderiveError:
        return ()
    gaps = ", ".join(f"{g.gap:.3g} at {g.smoothing:g}" for g in found)
    given = "".join(f", {name} = {value:g}" for name, value in parameters.items())
    text = (
        f"with labels smoothed (n=1, m=3{given}) the best point with a wrong class on top lies above the optimum by "
        f"{gaps} (floating point)"
    )
    return (text,)

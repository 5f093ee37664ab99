"""Verdicts of one dossier that cannot both hold: such a pair is a fault of ours, and both are shown as UNDECIDED."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nmderive.evidence import Status, Verdict

#: A claim that is PROVED, and a kind of certificate that no verdict on the same loss may rest on then.
_EXCLUDED = (
    ("convex", "witness-line"), ("unique-optimum", "no-stationary"), ("softmax-optimum", "no-stationary"),
    ("softmax-optimum", "slope"), ("bounded-below", "falls"), ("nonnegative", "falls"),
)
#: Claims that cannot be PROVED and REFUTED together: cross-entropy at n = 1 forces the argmax there.
_TOGETHER = (("degenerates-n1", "hard-label-argmax"), ("bounded", "bounded-below"), ("nonnegative", "bounded-below"))


def without_contradictions(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Return the verdicts with every pair that contradicts itself as UNDECIDED."""
    bad = {claim: other for pair in _pairs(verdicts) for claim, other in (pair, pair[::-1])}
    return tuple(_open(v, bad[v.claim]) if v.claim in bad else v for v in verdicts)


def _open(verdict: Verdict, other: str) -> Verdict:
    text = f"internal fault: it contradicts the verdict on {other}; please report this loss"
    return replace(verdict, status=Status.UNDECIDED, findings=(*verdict.findings, text))


def _pairs(verdicts: Sequence[Verdict]) -> Iterator[tuple[str, str]]:
    status = {v.claim: v.status for v in verdicts}
    for claim, kind in _EXCLUDED:
        if status.get(claim) is Status.PROVED:
            for v in verdicts:
                if v.claim != claim and v.status is Status.REFUTED and any(c.kind == kind for c in v.certificates):
                    yield claim, v.claim
    for claim, other in _TOGETHER:
        if status.get(claim) is Status.PROVED and status.get(other) is Status.REFUTED:
            yield claim, other


__all__ = ["without_contradictions"]

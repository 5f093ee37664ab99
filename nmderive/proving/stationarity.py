"""Judge whether a link makes the gradient vanish: refute, prove, attack the proof, check it again.

1. Refute at small sizes with exact rational points.
2. Prove for all sizes with the normal form; where that does not close, at fixed sizes.
3. Attack the proof with further points, and hand its certificate to the independent checker: only what
   survives both is PROVED.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from nmderive.checker import check
from nmderive.checker.headline import scope_at
from nmderive.evidence import Certificate, Status, Step, Verdict
from nmderive.losses.links import Link
from nmderive.losses.loss import Loss
from nmderive.notation import to_latex
from nmderive.notation.limits import is_printable
from nmderive.proving import certificates
from nmderive.proving.aggregates import aggregate_certificate
from nmderive.proving.evaluate import Point
from nmderive.proving.points import sizes_for
from nmderive.proving.refute import Search, Witness, refute_stationary, size_text
from nmderive.proving.symbolic import Attempt, prove_stationary

#: Sizes at which an exact proof is tried when none is found for all n and m.
_SMALL = 4
#: Steps for attacking a proof with further exact points before it is printed.
_ATTACK_STEPS = 10_000


def judge_stationary(loss: Loss, link: Link, claim: str, sizes: Mapping[str, int] | None = None) -> Verdict:
    """Return the verdict on "dl/ds = 0 wherever the labels follow ``link``", for all sizes not fixed."""
    started = time.perf_counter()
    sizes = dict(sizes or {})
    statement = f"{link.text} is stationary: dl/ds = 0 there for every s"
    search = refute_stationary(loss, link, sizes_for(loss, fixed=sizes))
    if search.witness is not None:
        verdict = _refuted(loss, link, claim, statement, search.witness)
    else:
        verdict = _unrefuted(loss, link, claim, statement, sizes, search)
    return _timed(verdict, started)


def _timed(verdict: Verdict, started: float) -> Verdict:
    return replace(verdict, seconds=time.perf_counter() - started)


def attacked(tried: Iterable[str]) -> str:
    """Return the finding that says at which sizes exact points attacked a proof."""
    places = "; ".join(t for t in tried if t)
    return f"attacked at {places or 'exact points'}; re-checked independently"


def scope_text(loss: Loss, sizes: Mapping[str, int]) -> str:
    """Return "for all n, m", "for m=2 and all n", or the fixed sizes."""
    return scope_at([s.name for s in loss.shape], sizes)


def _refuted(loss: Loss, link: Link, claim: str, statement: str, witness: Witness) -> Verdict:
    certificate = certificates.witness_gradient(loss, link, witness)
    conditions = [*loss.conditions]
    return Verdict(
        claim, Status.REFUTED, statement, f"at {size_text(loss, witness.point.sizes)}", tuple(conditions),
        (certificate,), witness=witness_record(loss, witness, "dl/ds"),
    )


def witness_record(loss: Loss, witness: Witness, quantity: str) -> dict[str, Any]:
    """Return a witness as plain data for reports."""
    record: dict[str, Any] = {
        "sizes": {s.name: witness.point.sizes[s.name] for s in loss.spans},
        "exp_s": certificates.nested(witness.point.exp_s),
        "quantity": quantity, "entry": list(witness.entry), "value": witness.value, "exact": witness.exact,
    }
    if witness.free:
        record["free"] = dict(witness.free)
    if witness.labels:
        record["t"] = certificates.nested(witness.labels)
    return record | letters_of(witness.point)


def letters_of(point: Point) -> dict[str, Any]:
    """Return every parameter, extra array and class set of a point, for a witness that can be read and re-done."""
    arrays = {k: v for k, v in point.arrays.items() if k != "t"}
    found: dict[str, Any] = {
        "parameters": {k: str(v) for k, v in point.parameters.items()},
        "arrays": {k: certificates.nested(v) for k, v in arrays.items()},
        "sets": {k: sorted(v) for k, v in point.sets.items()},
    }
    return {k: v for k, v in found.items() if v}


def _unrefuted(
    loss: Loss, link: Link, claim: str, statement: str, sizes: dict[str, int], search: Search
) -> Verdict:
    through = aggregate_certificate(loss, link, sizes)
    if through is not None:
        return _confirmed(loss, link, claim, statement, sizes, search, through)
    attempt = prove_stationary(loss, link, sizes)
    if attempt.proved:
        return _confirmed(loss, link, claim, statement, sizes, search, certificates.stationary(loss, link, sizes))
    tried = f"no counterexample at {'; '.join(search.tried)}" if search.tried else "no point could be evaluated exactly"
    evidence = [tried, f"proof attempt: {attempt.reason}"]
    small = _proved_sizes(loss, link) if not sizes else []
    if small:
        texts = ", ".join(size_text(loss, s) for s in small)
        evidence.append(f"proved exactly at the fixed sizes {texts}, and nothing is said about others")
    certificates_ = tuple(certificates.stationary(loss, link, s) for s in small)
    return Verdict(
        claim, Status.UNDECIDED, statement, scope_text(loss, sizes), loss.conditions, certificates_,
        findings=tuple(evidence),
    )


def _confirmed(
    loss: Loss, link: Link, claim: str, statement: str, sizes: dict[str, int], search: Search, certificate: Certificate
) -> Verdict:
    attack = refute_stationary(loss, link, sizes_for(loss, fixed=sizes)[-3:], each=3, steps=_ATTACK_STEPS)
    checked = check(certificate.as_json())
    scope = scope_text(loss, sizes)
    if attack.witness is not None or not checked.accepted:
        reason = "an exact point contradicts the proof" if attack.witness else f"the checker says: {checked.reason}"
        return Verdict(
            claim, Status.UNDECIDED, statement, scope, loss.conditions,
            findings=(f"the normal form gives a proof, but {reason}; please report this",),
        )
    return Verdict(
        claim, Status.PROVED, statement, scope, (*loss.conditions, *_side_conditions(loss)), (certificate,),
        _steps(loss, link), (attacked(search.tried),),
    )


def _side_conditions(loss: Loss) -> tuple[str, ...]:
    signs = [f"{p} > 0" for p in loss.parameters if p.is_positive]
    signs += [f"{name} >= {least}" for name, least in loss.least_sizes.items() if least > 1]
    return (*signs, "wherever the loss is defined")


def _steps(loss: Loss, link: Link) -> tuple[Step, ...]:
    logit = to_latex(loss.logit)
    if not is_printable(loss.gradient):
        return ()
    return (
        Step("loss", to_latex(loss.expr)),
        Step("differentiate", rf"\frac{{\partial l}}{{\partial {logit}}} = {to_latex(loss.gradient)}"),
        Step("substitute the link", rf"{to_latex(loss.label)} = {to_latex(link.expr)}"),
        Step("normal form", r"\frac{\partial l}{\partial " + logit + "} = 0", "every monomial cancels"),
    )


def _proved_sizes(loss: Loss, link: Link) -> list[dict[str, int]]:
    """Return fixed sizes at which the normal form proves the link and the checker agrees."""
    proved = []
    for sizes in sizes_for(loss, 3)[:_SMALL]:
        own = {s.name: sizes[s.name] for s in loss.shape}
        attempt: Attempt = prove_stationary(loss, link, own, steps=6_000)
        if attempt.proved and check(certificates.stationary(loss, link, own).as_json()).accepted:
            proved.append(own)
    return proved


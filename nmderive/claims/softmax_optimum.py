"""t = softmax(s) is stationary: dl/ds_ij = 0 for all i, j whenever the labels are softmax of the logits.

Definition: with the labels held fixed, the gradient by every logit vanishes at t_i = softmax(s_i), for
every s and all n, m. (For binary tasks with one logit each, softmax means the sigmoid.) "Stationary" says
nothing yet about a minimum: see ``convex`` and ``unique-optimum``.
Proved by the normal form of the gradient; refuted by a rational point where the gradient is not zero. Where
it fails, links t = softmax(c s) and t = sigmoid(c s) that hold instead are reported.
Source: properness of a loss with its canonical link; Su (2022), https://kexue.fm/archives/9158.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nmderive.calculus.symbols import M
from nmderive.checker.claims.softmax_optimum import STATEMENT as STATEMENT
from nmderive.evidence import Status, Verdict
from nmderive.losses.links import Link, softmax_link
from nmderive.losses.loss import Loss
from nmderive.proving.composed import over_functions
from nmderive.proving.increasing import transferred
from nmderive.proving.stationarity import judge_stationary
from nmderive.solving.link_search import guess_links

TITLE = "softmax optimum"
NAME = "softmax-optimum"
_ASK = "`nmderive solve` says which condition on the function makes it so"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge t = softmax(s); where it fails, look for the link that holds."""
    if loss.has_undefined_functions:
        found = over_functions(loss, lambda one: judge_stationary(one, softmax_link(one), NAME, sizes))
        return replace(found, findings=(*found.findings, _ASK))
    link = softmax_link(loss)
    verdict = judge_stationary(loss, link, NAME, sizes)
    if verdict.status is Status.UNDECIDED:
        verdict = transferred(loss, verdict, lambda rows: judge_stationary(rows, link, NAME, sizes))
    if verdict.status is Status.PROVED:
        return verdict
    others = [v for guess in _guesses(loss, link) for v in _judged(loss, guess, sizes)]
    others += _beyond_two_classes(loss, link, sizes, verdict)
    findings = tuple(f"{_finding(v)}: {v.status.value}" for v in others)
    proofs = tuple(c for v in others for c in v.certificates)
    return replace(verdict, findings=verdict.findings + findings, certificates=verdict.certificates + proofs)


def _finding(verdict: Verdict) -> str:
    text = f"{verdict.statement.split(':')[0]} {verdict.scope}"
    if verdict.status is Status.REFUTED:
        w = verdict.witness
        text += f", where e^s = {w['exp_s']} gives dl/ds = {w['value']} at {tuple(w['entry'])}".replace("'", "")
    return text


def _beyond_two_classes(loss: Loss, link: Link, sizes: Mapping[str, int], verdict: Verdict) -> list[Verdict]:
    """Return the refutation at three classes where the one found has two, which are often special."""
    if verdict.status is not Status.REFUTED or M not in loss.shape or "m" in sizes:
        return []
    if verdict.witness["sizes"].get("m") != 2:
        return []
    again = judge_stationary(loss, link, NAME, {**sizes, "n": sizes.get("n", 1), "m": 3})
    return [again] if again.status is Status.REFUTED else []


def _guesses(loss: Loss, tried: Link) -> list[Link]:
    found: dict[str, Link] = {}
    for guess in guess_links(loss):
        if guess.expr != tried.expr:
            found.setdefault(guess.text, guess)
    return list(found.values())


def _judged(loss: Loss, link: Link, sizes: Mapping[str, int]) -> list[Verdict]:
    """Return the proof for all sizes, or else for two classes with the refutation beyond them, if any."""
    verdict = judge_stationary(loss, link, NAME, sizes)
    if verdict.status is Status.PROVED:
        return [verdict]
    if M not in loss.shape or "m" in sizes:
        return []
    at_two = judge_stationary(loss, link, NAME, {**sizes, "m": 2})
    if at_two.status is not Status.PROVED:
        return []
    return [at_two, *([verdict] if verdict.status is Status.REFUTED else [])]

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
from nmderive.evidence import Status, Verdict
from nmderive.losses.links import Link, softmax_link
from nmderive.losses.loss import Loss
from nmderive.proving.stationarity import judge_stationary, scope_text
from nmderive.solving.link_search import guess_links

TITLE = "softmax optimum"
STATEMENT = "t = softmax(s) is stationary for all n, m"
NAME = "softmax-optimum"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge t = softmax(s); where it fails, look for the link that holds."""
    if loss.has_undefined_functions:
        return _undefined(loss, sizes)
    link = softmax_link(loss)
    verdict = judge_stationary(loss, link, NAME, sizes)
    if verdict.status is Status.PROVED:
        return verdict
    others = [v for guess in _guesses(loss, link) for v in _judged(loss, guess, sizes)]
    findings = tuple(f"{v.statement.split(' is stationary')[0]} is stationary {v.scope}: PROVED" for v in others)
    proofs = tuple(c for v in others for c in v.certificates)
    return replace(
        verdict, findings=verdict.findings + findings, certificates=verdict.certificates + proofs,
        seconds=verdict.seconds + sum(v.seconds for v in others),
    )


def _guesses(loss: Loss, tried: Link) -> list[Link]:
    found = {}
    for guess in guess_links(loss):
        if guess.expr != tried.expr:
            found.setdefault(guess.text, guess)
    return list(found.values())


def _judged(loss: Loss, link: Link, sizes: Mapping[str, int]) -> list[Verdict]:
    """Return the proof for all sizes, or else the proof for two classes, if there is one."""
    choices = [dict(sizes)]
    if M in loss.shape and "m" not in sizes:
        choices.append({**sizes, "m": 2})
    for choice in choices:
        verdict = judge_stationary(loss, link, NAME, choice)
        if verdict.status is Status.PROVED:
            return [verdict]
    return []


def _undefined(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    finding = "the loss holds an undefined function; define it, or ask `nmderive solve` for the condition on it"
    return Verdict(
        NAME, Status.UNDECIDED, STATEMENT, scope_text(loss, sizes), loss.conditions, findings=(finding,)
    )

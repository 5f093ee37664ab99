"""What a worker does with formulas: read and put aside what numbers contradict, then judge what is left.

All goes in and out as plain data, so that it may run on another machine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from sympy import Symbol

from nmderive.claims import claim_names
from nmderive.equal import equal
from nmderive.errors import NmderiveError
from nmderive.evidence import Status
from nmderive.losses.catalogue import entries, load
from nmderive.losses.loss import Loss
from nmderive.losses.reading import read
from nmderive.notation import to_text
from nmderive.report.json import as_data
from nmderive.search.cost import Power, cost
from nmderive.search.grammar import with_values
from nmderive.search.screens import contradicted
from nmderive.search.unknowns import values
from nmderive.structure.canonical import canonical
from nmderive.verify import dossier, judge_one

#: Claims from the one that is refuted soonest to the one that takes longest; others come after them.
ORDER = (
    "bounded-below", "bounded", "lipschitz", "saturating", "shift-invariant", "softmax-optimum", "nonnegative",
    "degenerates-n1", "degenerates-m2", "permutation-invariant", "label-linear", "symmetric", "convex", "balance",
    "decoupled", "unique-optimum", "hard-label-argmax",
)
#: When the clock ends a claim; steps are its budget.
_SECONDS = 120.0


@dataclass(frozen=True)
class Formula:
    """A formula of the grammar; ``letter`` is to be solved for, ``want`` the claims to be screened."""

    text: str
    letter: str | None
    want: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A loss that a formula stands for: its key is the same for all formulas of one normal form."""

    text: str
    key: str
    contradicted: tuple[str, ...] = ()
    cost: tuple[Power, ...] = ()


@dataclass(frozen=True)
class Screened:
    """The losses that one formula stands for (several where a letter has several values), or why it is none."""

    text: str
    candidates: tuple[Candidate, ...] = ()
    refused: str = ""


@dataclass(frozen=True)
class Judged:
    """How claims of a loss stand, in words of ``Status``, and its dossier where all that was wanted holds."""

    key: str
    statuses: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    dossier: dict[str, Any] | None = None
    same_as: str = ""


@dataclass(frozen=True)
class Question:
    """A loss to judge: the claims that must be PROVED, and those that must be REFUTED, as far as they are not known."""

    text: str
    key: str
    want: tuple[str, ...]
    forbid: tuple[str, ...]


def screen(formulas: tuple[Formula, ...]) -> tuple[Screened, ...]:
    """Read formulas, solve for their letter, and say what numbers contradict."""
    return tuple(_screened(f) for f in formulas)


def _screened(formula: Formula) -> Screened:
    try:
        found = [_candidate(text, formula.want) for text in _solved(formula)]
    except NmderiveError as error:
        return Screened(formula.text, refused=error.message)
    except MemoryError:
        return Screened(formula.text, refused="the memory was used up")
    return Screened(formula.text, tuple(found))


def _solved(formula: Formula) -> list[str]:
    letter = formula.letter
    loss = read(formula.text, [letter] if letter else [], form="text")
    symbol: Symbol | None = next((p for p in loss.parameters if p.name == letter), None)
    if letter is None or symbol is None:
        return [formula.text]
    return [with_values(formula.text, {letter: value}) for value in values(loss.expr, symbol)]


def _candidate(text: str, want: tuple[str, ...]) -> Candidate:
    loss = read(text, form="text")
    return Candidate(to_text(loss.expr), key_of(loss), contradicted(loss, want), cost(loss))


def key_of(loss: Loss) -> str:
    """Return the same text for losses of one normal form."""
    form = canonical(loss)
    return hashlib.sha256(to_text(loss.expr if form is None else form).encode()).hexdigest()[:24]


def judge(question: Question) -> Judged:
    """Judge claims, those that fall soonest first, until one is not as wanted; where all are, judge all others too."""
    started = perf_counter()
    loss = read(question.text, form="text")
    verdicts = {}
    asked = [(c, Status.PROVED) for c in ordered(question.want)]
    asked += [(c, Status.REFUTED) for c in ordered(question.forbid)]
    for name, wanted in asked:
        verdicts[name] = judge_one(loss, name, {}, _SECONDS)
        if verdicts[name].status is not wanted:
            return Judged(question.key, {k: v.status.value for k, v in verdicts.items()}, perf_counter() - started)
    for name in claim_names():
        if name not in verdicts:
            verdicts[name] = judge_one(loss, name, {}, _SECONDS)
    found = dossier(loss, [verdicts[name] for name in claim_names()])
    statuses = {v.claim: v.status.value for v in found.verdicts}
    return Judged(question.key, statuses, perf_counter() - started, as_data(found), same_as(loss))


def ordered(claims: tuple[str, ...]) -> list[str]:
    """Return claims in the order in which they are judged."""
    return sorted(claims, key=lambda c: (ORDER.index(c) if c in ORDER else len(ORDER), c))


def same_as(loss: Loss) -> str:
    """Return the loss of the catalogue that this one is proved to equal for all n, m, or where it is told from them."""
    open_ones = []
    for other in entries():
        known = load(other.name)
        if known.shape != loss.shape or known.parameters or known.arrays or known.class_sets:
            continue
        if known.has_undefined_functions:
            continue
        status = equal(to_text(loss.expr), to_text(known.expr), form="text").verdicts[0].status
        if status is Status.PROVED:
            return other.name
        if status is not Status.REFUTED:
            open_ones.append(other.name)
    return "new" if not open_ones else "new, or equal to " + " or ".join(open_ones)

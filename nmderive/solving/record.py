"""The record of a search for the optimum: what each strategy assumed, found, took, and why it stopped."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sympy import Expr

from nmderive.evidence import Certificate, Verdict
from nmderive.losses.links import Link

SOLUTION_SCHEMA = "nmderive-solution/1"


class Direction(Enum):
    """Which unknown is solved for: labels at which given logits are optimal, or the other way round."""

    LABELS = "t"
    LOGITS = "s"


class Outcome(Enum):
    """How a strategy, or the whole search, ended."""

    SOLVED = "SOLVED"
    PARTIAL = "PARTIAL"
    NO_RADICAL_FORMULA = "NO RADICAL FORMULA"
    CLOCK = "ENDED BY CLOCK"
    NOT_FOUND = "NOT FOUND"


@dataclass(frozen=True)
class Solution:
    """A closed form, or a partial one with ``unknowns_left`` of ``unknowns`` (texts such as "n").

    ``formula`` is LaTeX. ``scope`` says for which sizes; ``role`` is "necessary", "sufficient" or "necessary
    and sufficient"; ``unique`` is a sentence. ``link`` or ``logits`` hold the expression where it is closed.
    """

    formula: str
    scope: str
    role: str
    unique: str = ""
    conditions: tuple[str, ...] = ()
    unknowns_left: str = ""
    unknowns: str = ""
    link: Link | None = None
    logits: Expr | None = None
    sizes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One line of the record."""

    strategy: str
    assumed: str
    outcome: Outcome
    found: str
    seconds: float = 0.0
    stopped: str = "finished"
    solutions: tuple[Solution, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """The whole search in one direction; ``letters`` are those of labels and logits in the source."""

    loss: str
    latex: str
    direction: Direction
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    letters: tuple[str, ...] = ("t", "s")

    @property
    def outcome(self) -> Outcome:
        """The last line: SOLVED only where a closed form for all open sizes was judged."""
        outcomes = {f.outcome for f in self.findings}
        for outcome in (Outcome.SOLVED, Outcome.PARTIAL, Outcome.NO_RADICAL_FORMULA):
            if outcome in outcomes:
                return outcome
        return Outcome.NOT_FOUND

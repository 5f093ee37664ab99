"""From verdicts to the standing of a claim of the source, by fixed rules.

A claim stands on parts, each a question with a verdict of the tool. The claim asserts some parts and denies others;
what is known besides does not count. A part that is asserted and PROVED, or denied and REFUTED, holds; the other
way round it fails. If all hold the claim is PROVED; if one fails it is REFUTED, unless the judge names the
condition that separates what holds from what fails, which makes it CONDITIONAL. A step that is argued in prose
turns PROVED into ARGUED. An open part makes the claim UNDECIDED.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from nmderive.evidence import Status, Verdict


class Standing(Enum):
    """How a claim of the source stands."""

    PROVED = "PROVED"
    REFUTED = "REFUTED"
    CONDITIONAL = "CONDITIONAL"
    ARGUED = "ARGUED"
    UNDECIDED = "UNDECIDED"


class Role(Enum):
    """What the claim says of a part."""

    ASSERTS = "asserts"
    DENIES = "denies"
    BESIDES = "besides"


@dataclass(frozen=True)
class Part:
    """One question with its verdict; ``latex`` is what was judged, where that is a formula."""

    question: str
    verdict: Verdict
    role: Role = Role.ASSERTS
    latex: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the part is as the claim has it; None where it is open."""
        if self.verdict.status is Status.UNDECIDED:
            return None
        if self.verdict.status is Status.NOT_APPLICABLE:  # what has no meaning for a loss, it does not have
            return True if self.role is Role.DENIES else None
        return (self.verdict.status is not Status.REFUTED) is (self.role is not Role.DENIES)


@dataclass(frozen=True)
class Judged:
    """What the tool found out about one claim; ``argued`` holds the steps in prose that it rests on.

    ``formulas`` are pairs (LaTeX, what it is) that a search found besides.
    """

    parts: tuple[Part, ...]
    condition: str = ""
    argued: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    formulas: tuple[tuple[str, str], ...] = ()

    @property
    def standing(self) -> Standing:
        """The standing by the rules above."""
        found = [p.holds for p in self.parts if p.role is not Role.BESIDES]
        if False in found and not self.condition:
            return Standing.REFUTED
        if None in found or not found:
            return Standing.UNDECIDED
        if False not in found:
            return Standing.ARGUED if self.argued else Standing.PROVED
        return Standing.CONDITIONAL if True in found else Standing.REFUTED


def judged(
    *parts: Part | list[Part],
    condition: str = "",
    argued: str = "",
    remark: str = "",
    formulas: tuple[tuple[str, str], ...] = (),
) -> Judged:
    """Return the parts, flattened, as a judgement."""
    flat = [p for part in parts for p in (part if isinstance(part, list) else [part])]
    return Judged(tuple(flat), condition, (argued,) if argued else (), (remark,) if remark else (), formulas)

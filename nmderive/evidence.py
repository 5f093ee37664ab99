"""Verdicts and what carries them: plain frozen data, readable without any other room of the house."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

CERTIFICATE_SCHEMA = "nmderive-certificate/1"
DOSSIER_SCHEMA = "nmderive-dossier/1"
#: A claim of a source, with the parts that decide it.
CLAIM_SCHEMA = "nmderive-claim/1"


class Shown:
    """A record that shows itself: HTML and LaTeX in a notebook, text at a prompt.

    How it looks is the business of ``nmderive.display``, which stands above the records: the package hands it in.
    """

    #: Returns a record as "html", "latex" or "text".
    presenter: Callable[[Any, str], Any] = staticmethod(lambda record, form: object.__repr__(record))

    def _repr_html_(self) -> str:
        return str(self._as("html"))

    def _repr_latex_(self) -> str | None:
        found = self._as("latex")
        return None if found is None else str(found)

    def __repr__(self) -> str:
        return str(self._as("text"))

    def _as(self, form: str) -> Any:
        return Shown.presenter(self, form)


class Status(Enum):
    """What a verdict promises; see the README for the exact wording."""

    PROVED = "PROVED"
    CERTIFIED = "CERTIFIED"
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"
    NOT_APPLICABLE = "NOT APPLICABLE"


@dataclass(frozen=True)
class Step:
    """One step of a derivation: the rule, what it gives (LaTeX), and its side condition."""

    rule: str
    latex: str
    note: str = ""


@dataclass(frozen=True)
class Certificate:
    """A JSON object that ``nmderive check`` re-checks; ``kind`` names the checker's rule."""

    kind: str
    data: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return the JSON form with its schema."""
        return {"schema": CERTIFICATE_SCHEMA, "kind": self.kind, **self.data}


@dataclass(frozen=True, repr=False)
class Verdict(Shown):
    """The answer to one claim about one loss.

    ``statement`` is what was judged, ``scope`` the sizes it holds for, ``conditions`` what it needs,
    ``findings`` what is known besides (another link that holds, evidence of an undecided claim). ``reading`` is what
    was judged where that is not the dossier's loss: the two sides of an equation, or an instance of it.
    """

    claim: str
    status: Status
    statement: str
    scope: str
    conditions: tuple[str, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    steps: tuple[Step, ...] = ()
    findings: tuple[str, ...] = ()
    witness: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    reading: dict[str, Any] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Return the verdict as plain data, without the time it took."""
        return {
            "property": self.claim, "status": self.status.value, "statement": self.statement,
            "scope": self.scope, "conditions": list(self.conditions), "findings": list(self.findings),
            "witness": self.witness, "steps": [asdict(s) for s in self.steps],
            "certificates": [c.as_json() for c in self.certificates],
        }


@dataclass(frozen=True, repr=False)
class Dossier(Shown):
    """All that was found out about one loss, or about an equation; ``read_as`` is what was read into the formula."""

    loss: str
    latex: str
    gradient_latex: str
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()
    is_equation: bool = False
    reading: dict[str, Any] = field(default_factory=dict)
    read_as: tuple[str, ...] = ()

    @property
    def formula(self) -> str:
        """What was judged, in LaTeX: l = ..., or the equation."""
        return self.latex if self.is_equation else f"l = {self.latex}"


def digest(data: dict[str, Any]) -> str:
    """Return a fingerprint of a dossier's data without its own: an edit by accident shows."""
    plain = json.dumps({k: v for k, v in data.items() if k != "digest"}, sort_keys=True, ensure_ascii=False)
    return "sha256:" + hashlib.sha256(plain.encode()).hexdigest()

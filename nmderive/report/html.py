"""A dossier as one HTML page: no scripts, no network; formulas as MathML, derivations folded."""

from __future__ import annotations

from typing import Any

from nmderive.evidence import Dossier, Verdict
from nmderive.pages.html import document, formula, formulas, part, prose, source_text


def render(dossier: Dossier) -> str:
    """Return the dossier as a whole page."""
    parts = "".join(f"<article>{part(_as_part(v))}</article>" for v in dossier.verdicts)
    notes = "".join(f"<p>{prose(note)}</p>" for note in dossier.notes)
    gradient = ""
    if dossier.gradient_latex:
        gradient = f"<h2>Gradient</h2>{formulas(dossier.gradient_latex)}{source_text(dossier.gradient_latex)}"
    title = "Are these equal?" if dossier.is_equation else "What this loss teaches"
    loss = f"<h1>{title}</h1>{formula(dossier.formula)}{source_text(dossier.formula)}"
    return document("nmderive: verdicts on a loss", f"{loss}{gradient}<h2>Verdicts</h2>{parts}{notes}")


def _as_part(verdict: Verdict) -> dict[str, Any]:
    return {**verdict.as_data(), "question": verdict.claim, "latex": ""}

"""A dossier as LaTeX: the formulas and an itemised list of verdicts, to paste into a paper."""

from __future__ import annotations

from collections.abc import Iterable

from nmderive.evidence import Dossier, Verdict
from nmderive.pages.latex import prose


def render(dossier: Dossier) -> str:
    """Return the dossier as LaTeX."""
    lines = [r"\[ " + dossier.formula + r" \]"]
    if dossier.gradient_latex:
        lines.append(r"\[ " + dossier.gradient_latex + r" \]")
    return "\n".join([*lines, render_verdicts(dossier.verdicts)])


def render_verdicts(verdicts: Iterable[Verdict]) -> str:
    """Return verdicts as a list."""
    items = [line for verdict in verdicts for line in _verdict(verdict)]
    return "\n".join([r"\begin{description}", *items, r"\end{description}"])


def _verdict(verdict: Verdict) -> list[str]:
    given = f" Given: {prose('; '.join(verdict.conditions))}." if verdict.conditions else ""
    lines = [rf"\item[{verdict.status.value}] {prose(verdict.statement)}, {prose(verdict.scope)}.{given}"]
    lines += [rf"  \par {prose(finding)}" for finding in verdict.findings]
    return lines

"""A dossier as Markdown."""

from __future__ import annotations

from typing import Any

from nmderive.evidence import Dossier, Verdict


def render(dossier: Dossier) -> str:
    """Return the dossier as a Markdown page: the formulas, a table of verdicts, and what is known of each."""
    lines = [f"# {dossier.loss}", "", f"$${dossier.formula}$$", ""]
    if dossier.gradient_latex:
        lines += [f"$${dossier.gradient_latex}$$", ""]
    lines += ["| verdict | claim | scope | certificates |", "|---|---|---|---|"]
    for v in dossier.verdicts:
        kinds = ", ".join(c.kind for c in v.certificates)
        lines.append(f"| {v.status.value} | {_plain(v.statement)} | {v.scope} | {kinds} |")
    for v in dossier.verdicts:
        lines += ["", f"## {v.claim}: {v.status.value}", "", *_details(v)]
    lines += [f"\n> {note}" for note in dossier.notes]
    return "\n".join(lines)


def _details(verdict: Verdict) -> list[str]:
    lines = [f"{_plain(verdict.statement)}, {verdict.scope}."]
    if verdict.conditions:
        lines += ["", f"Given: {_plain('; '.join(verdict.conditions))}."]
    if verdict.witness:
        lines += ["", f"Witness: {_plain(_point(verdict.witness))}."]
    if verdict.findings:
        lines += ["", *(f"- {_plain(finding)}" for finding in verdict.findings)]
    return lines


def _point(witness: dict[str, Any]) -> str:
    sizes = ", ".join(f"{k} = {v}" for k, v in witness["sizes"].items())
    tables = ", ".join(f"{name} = {witness[key]}" for key, name in (("exp_s", "e^s"), ("t", "t")) if key in witness)
    return f"{sizes}, {tables}; {witness['quantity']} = {witness['value']}".replace("'", "")


def _plain(text: str) -> str:
    return text.replace("|", r"\|").replace("_", r"\_").replace("*", r"\*")

"""A dossier as plain text for a terminal."""

from __future__ import annotations

from typing import Any

from nmderive.evidence import Dossier, Verdict


def render(dossier: Dossier) -> str:
    """Return the dossier as lines of text."""
    lines = [f"{'equation' if dossier.is_equation else 'loss':<10}{dossier.loss}", f"          {dossier.formula}"]
    lines += read_as_lines(dossier.read_as)
    lines += [f"gradient  {dossier.gradient_latex}"] * bool(dossier.gradient_latex) + [""]
    for verdict in dossier.verdicts:
        lines.extend(verdict_lines(verdict))
    lines.extend(f"note: {note}" for note in dossier.notes)
    return "\n".join(lines)


def read_as_lines(read_as: tuple[str, ...]) -> list[str]:
    """Return what was read into a formula as lines of text."""
    return [f"{'read as' if k == 0 else '':<10}{sentence}" for k, sentence in enumerate(read_as)]


def verdict_lines(verdict: Verdict) -> list[str]:
    """Return one verdict as lines of text."""
    lines = [f"{verdict.status.value:<15}{verdict.claim}  ({verdict.seconds * 1e3:.0f} ms)"]
    lines.append(f"          {verdict.statement}, {verdict.scope}")
    if verdict.conditions:
        lines.append(f"          given: {'; '.join(verdict.conditions)}")
    if verdict.witness:
        lines.extend(f"          {line}" for line in witness_lines(verdict.witness))
    lines.extend(f"          - {finding}" for finding in verdict.findings)
    return lines


def witness_lines(witness: dict[str, Any]) -> list[str]:
    """Return a witness as readable lines: the point, and the value that contradicts the claim."""
    sizes = ", ".join(f"{k}={v}" for k, v in witness["sizes"].items())
    lines = [f"witness at {sizes}: e^s = {_table(witness['exp_s'])}"] if sizes else ["witness:"]
    for key, name in (("exp_d", "e^d"), ("t", "t"), ("t_other", "t'")):
        if key in witness:
            lines.append(f"  {name} = {_table(witness[key])}")
    for key in ("parameters", "free"):
        if witness.get(key):
            lines.append("  " + ", ".join(f"{k} = {v}" for k, v in witness[key].items()))
    for name, table in witness.get("arrays", {}).items():
        lines.append(f"  {name} = {_table(table)}")
    for name, members in witness.get("sets", {}).items():
        lines.append(f"  {name} = {{{', '.join(map(str, members))}}}")
    entry = f" at entry {tuple(witness['entry'])}" if witness.get("entry") and not witness.get("free") else ""
    exact = "exactly " if witness.get("exact") else ""
    lines.append(f"  {witness['quantity']}{entry} = {exact}{witness['value']}")
    return lines


def _table(rows: list[Any]) -> str:
    if rows and isinstance(rows[0], list):
        return "[" + ", ".join(_table(row) for row in rows) + "]"
    return "(" + ", ".join(rows) + ")"

"""A dossier as JSON with a versioned schema; certificates are complete, so each can be re-checked."""

from __future__ import annotations

import json
from typing import Any

from nmderive.evidence import DOSSIER_SCHEMA, Dossier, Verdict, digest


def as_data(dossier: Dossier) -> dict[str, Any]:
    """Return the dossier as plain data."""
    data: dict[str, Any] = {
        "schema": DOSSIER_SCHEMA, "loss": dossier.loss, "latex": dossier.latex,
        "gradient_latex": dossier.gradient_latex, "reading": dossier.reading,
        "verdicts": [_verdict(v) for v in dossier.verdicts], "notes": list(dossier.notes),
        **({"read_as": list(dossier.read_as)} if dossier.read_as else {}),
    }
    return {**data, "digest": digest(data)}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "claim": verdict.claim, "status": verdict.status.value, "statement": verdict.statement,
        "scope": verdict.scope, "conditions": list(verdict.conditions), "findings": list(verdict.findings),
        "witness": verdict.witness, "seconds": round(verdict.seconds, 4),
        "steps": [{"rule": s.rule, "latex": s.latex, "note": s.note} for s in verdict.steps],
        "certificates": [c.as_json() for c in verdict.certificates],
        **({"reading": verdict.reading} if verdict.reading else {}),
    }


def render(dossier: Dossier) -> str:
    """Return the dossier as indented JSON."""
    return json.dumps(as_data(dossier), indent=2, ensure_ascii=False)

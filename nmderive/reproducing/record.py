"""The record on disk: one JSON file a piece of work, written whole or not at all, trusted only if it fits this tool."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nmderive.evidence import CLAIM_SCHEMA
from nmderive.files import tool_hash, write
from nmderive.reproducing.outcome import Judged, Part, Role
from nmderive.reproducing.source import Entry

#: How a part stands to the claim, by what ``Part.holds`` says.
_HOLDS = {True: "as claimed", False: "against the claim", None: "open"}


def key(about: Any) -> str:
    """Return what a file has to carry to stand for this piece of work (plain data) and this tool."""
    text = json.dumps(about, sort_keys=True) + tool_hash()
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def as_data(entry: Entry, found: Judged) -> dict[str, Any]:
    """Return a judged claim as plain data; certificates are complete, so ``nmderive check FILE`` re-checks them."""
    return {
        "schema": CLAIM_SCHEMA, **asdict(entry), "verdict": found.standing.value,
        "condition": found.condition if found.standing.value == "CONDITIONAL" else "",
        "argued": list(found.argued), "remarks": list(found.remarks),
        "formulas": [{"latex": x, "note": note} for x, note in found.formulas],
        "parts": [_part(p) for p in found.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    holds = "besides" if part.role is Role.BESIDES else _HOLDS[part.holds]
    return {"question": part.question, "role": part.role.value, "holds": holds, "latex": part.latex,
            **part.verdict.as_data()}


def load(path: Path, fit: str) -> dict[str, Any] | None:
    """Return what a file holds, or None where it is not whole or its key does not ``fit``."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) and data.get("key") == fit else None


def store(path: Path, data: dict[str, Any]) -> None:
    """Write plain data as JSON."""
    write(path, json.dumps(data, indent=1, ensure_ascii=False) + "\n")

"""What the source says, entry by entry; the file holds no verdicts."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """One formula or claim of the source; ``latex`` is as the source prints it, or empty."""

    id: str
    kind: str
    where: str
    claim: str
    latex: str = ""


@lru_cache(maxsize=1)
def entries() -> dict[str, Entry]:
    """Return all entries by id, in the order of the source."""
    text = (Path(__file__).parent / "claims.toml").read_text(encoding="utf-8")
    return {e["id"]: Entry(**e) for e in tomllib.loads(text)["entry"]}


def latex(claim: str) -> str:
    """Return the formula of an entry as the source prints it."""
    return entries()[claim].latex

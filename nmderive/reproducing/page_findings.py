"""What the reproduction found, in three sentences that the verdicts make: the first thing on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nmderive.pages.html import prose
from nmderive.reproducing.past import COLUMNS, NEW, ROWS
from nmderive.reproducing.sections import MEANING

Cells = Mapping[tuple[str, str], Mapping[str, Any]]


def findings(counts: Mapping[str, int], cells: Cells) -> str:
    """Return the sentences: what became of the claims, which losses have every property, what the others lack."""
    total = sum(counts.values())
    share = "; ".join(f'<b class="{word}">{k}</b> {word} <span class="soft">({MEANING[word]})</span>'
                      for word, k in counts.items() if k)
    sentences = (f"Of {total} claims of the article and its comments: {share}.", _whole(cells), _lacking(cells))
    return f'<ul class="findings">{"".join(f"<li>{x}</li>" for x in sentences if x)}</ul>'


def _whole(cells: Cells) -> str:
    """Say which losses have all properties, and at which sizes where these are named."""
    named = [name for name in COLUMNS if all(_verdict(cells, name, claim) == "PROVED" for claim in ROWS)]
    if not named:
        return f"No loss of the table below is proved to have all of its {len(ROWS)} properties."
    shown = " and ".join(sorted((f"{name}{_sizes(cells, name)}" for name in named), key=lambda x: "(" in x))
    has = "has" if len(named) == 1 else "have"
    return prose(f"What its author looked for exists: {shown} {has} every property of the table below, proved.")


def _lacking(cells: Cells) -> str:
    """Say what the article's own losses lack."""
    parts = []
    for name in (x for x in COLUMNS if x not in NEW):
        refuted = [claim for claim in ROWS if _verdict(cells, name, claim) == "REFUTED"]
        parts += [f"{name} fails at {' and '.join(refuted)}"] if refuted else []
    return prose("The article's own losses have not: " + ", ".join(parts) + ".") if parts else ""


def _verdict(cells: Cells, name: str, claim: str) -> str:
    return str(cells[name, claim]["verdict"]) if (name, claim) in cells else ""


def _sizes(cells: Cells, name: str) -> str:
    """Return the sizes that all of a loss's cells name, as in " (m=2,3,4)"."""
    text = str(cells[name, ROWS[0]]["text"])
    sizes = text.partition("(")[2].rpartition(")")[0]
    return f" ({sizes})" if sizes.startswith("m=") else ""


__all__ = ["findings"]

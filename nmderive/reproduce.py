"""The verb ``reproduce``: every claim of the article and its comments, judged by the tool, with a page to read.

Each claim is written to ``DIR/claims/ID.json`` as soon as it is judged; a later run takes over what is whole and was
found by the same version of the tool, so it may be killed at any moment.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nmderive.errors import NmderiveError, UsageError
from nmderive.reproducing import article, comments, record
from nmderive.reproducing.outcome import Judged, Standing
from nmderive.reproducing.page import page
from nmderive.reproducing.source import Entry, entries

SCHEMA = "nmderive-reproduction/1"
JUDGES: dict[str, Callable[[], Judged]] = {**article.JUDGES, **comments.JUDGES}


@dataclass(frozen=True)
class Reproduction:
    """The records of all claims asked for, in the order of the source."""

    claims: tuple[dict[str, Any], ...]
    page: Path | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many claims stand in each way."""
        found = [c["verdict"] for c in self.claims]
        return {s.value: found.count(s.value) for s in Standing}

    def as_data(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {"schema": SCHEMA, "counts": self.counts, "claims": list(self.claims)}

    def __str__(self) -> str:
        width = max(len(c["id"]) for c in self.claims)
        lines = [f"{c['verdict']:<12}{c['id']:<{width + 2}}{_short(c)}" for c in self.claims]
        total = ", ".join(f"{count} {name}" for name, count in self.counts.items())
        lines += ["", f"{len(self.claims)} claims: {total}"]
        return "\n".join(lines + ([f"report: {self.page}"] if self.page else []))


def _short(claim: dict[str, Any]) -> str:
    text = f"{claim['where']}: {claim['claim']}"
    return text if len(text) <= 120 else text[:117] + "..."


def reproduce(
    out: str | Path, progress: Callable[[str], None] | None = None, only: Iterable[str] | None = None
) -> Reproduction:
    """Judge every claim of the source (or ``only`` some ids) and write records and page into ``out``."""
    folder = Path(out)
    chosen = _chosen(only)
    try:
        claims = tuple(_one(folder / "claims", e, progress) for e in chosen)
        done = Reproduction(claims)
        index = _page(folder, done) if only is None else None
    except OSError as error:
        raise UsageError(f"cannot write to {folder}: {error.strerror or error}") from error
    return Reproduction(claims, index)


def _chosen(only: Iterable[str] | None) -> list[Entry]:
    known = entries()
    for name in only or ():
        if name not in known:
            raise UsageError(f"the source has no claim {name!r}", hint="A1 to A18, B1 to B23, R1 to R3, C1")
    return [e for e in known.values() if only is None or e.id in set(only)]


def _one(folder: Path, entry: Entry, progress: Callable[[str], None] | None) -> dict[str, Any]:
    """Return the record of one claim: the one on disk if it fits, else a new one, stored."""
    data = record.load(folder, entry)
    if data is not None:
        if progress:
            progress(f"{entry.id}: {data['verdict']} (from an earlier run)")
        return data
    started = time.perf_counter()
    found = judge(entry.id)
    data = record.as_data(entry, found, time.perf_counter() - started)
    record.store(folder, data)
    if progress:
        progress(f"{entry.id}: {data['verdict']} ({data['seconds']:.1f} s)")
    return data


def judge(claim: str) -> Judged:
    """Return what the tool finds out about one claim; a fault of ours costs that claim only."""
    try:
        return JUDGES[claim]()
    except NmderiveError as error:
        return Judged((), remarks=(f"not judged: {error.message}",))
    except Exception as error:  # a fault in one judge leaves the others standing
        return Judged((), remarks=(f"internal fault: {type(error).__name__}: {error}",))


def _page(folder: Path, done: Reproduction) -> Path:
    """Write everything as JSON and as a page; return the page."""
    record.write(folder / "claims.json", json.dumps(done.as_data(), indent=1, ensure_ascii=False) + "\n")
    record.write(folder / "index.html", page(done.claims, done.counts))
    return folder / "index.html"

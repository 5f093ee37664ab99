"""The verb ``reproduce``: every claim of the article and its comments, judged by the tool, with a page to read.

Each claim is written to ``DIR/claims/ID.json`` as soon as it is judged, each cell of the comparison and each derivation
to ``DIR/past/``, each picture's numbers to ``DIR/pictures/``; a later run takes over what is whole and was found by the
same version of the tool, so it may be killed at any moment.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from nmderive.errors import NmderiveError, UsageError
from nmderive.files import write
from nmderive.reproducing import article, comments, past, pictures, record
from nmderive.reproducing.jobs import Job, run_all
from nmderive.reproducing.outcome import Judged, Standing
from nmderive.reproducing.page import page
from nmderive.reproducing.paper import paper
from nmderive.reproducing.source import Entry, entries
from nmderive.workers import Workers

SCHEMA = "nmderive-reproduction/1"
JUDGES: dict[str, Callable[[], Judged]] = {**article.JUDGES, **comments.JUDGES}


@dataclass(frozen=True)
class Reproduction:
    """The records of all claims asked for, in the order of the source, and what goes past the article."""

    claims: tuple[dict[str, Any], ...]
    past: dict[str, Any] = field(default_factory=dict)
    pictures: tuple[dict[str, Any], ...] = ()
    page: Path | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many claims stand in each way."""
        found = [c["verdict"] for c in self.claims]
        return {s.value: found.count(s.value) for s in Standing}

    @property
    def cells(self) -> dict[str, int]:
        """How many cells of the comparison have each verdict."""
        return dict(sorted(Counter(c.get("verdict", "UNDECIDED") for c in self.past.get("cells", ())).items()))

    def as_data(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {"schema": SCHEMA, "counts": self.counts, "claims": list(self.claims), "past": self.past,
                "pictures": list(self.pictures)}

    def __str__(self) -> str:
        width = max(len(c["id"]) for c in self.claims)
        lines = [f"{c['verdict']:<12}{c['id']:<{width + 2}}{_short(c)}" for c in self.claims]
        total = ", ".join(f"{count} {name}" for name, count in self.counts.items())
        lines += ["", f"{len(self.claims)} claims: {total}"]
        if self.cells:
            total = ", ".join(f"{count} {name}" for name, count in self.cells.items())
            asked = f"{len(self.past['cells'])} questions on {len(past.COLUMNS)} losses"
            lines.append(f"past the article, {asked}: {total}")
        return "\n".join(lines + ([f"report: {self.page}"] if self.page else []))


def _short(claim: dict[str, Any]) -> str:
    text = f"{claim['where']}: {claim['claim']}"
    return text if len(text) <= 120 else text[:117] + "..."


def reproduce(
    out: str | Path, progress: Callable[[str], None] | None = None, only: Iterable[str] | None = None,
    workers: Workers | None = None,
) -> Reproduction:
    """Judge every claim of the source (or ``only`` some ids) in ``workers``; write records and page into ``out``."""
    folder, chosen = Path(out), _chosen(only)
    work = [_claim(e) for e in chosen]
    beyond, drawn = ([], []) if only is not None else (past.jobs(), pictures.jobs())
    try:
        found = run_all(folder, [*work, *drawn, *beyond], progress, workers)
        claims, numbers, rest = found[:len(work)], found[len(work):len(work) + len(drawn)], found[-len(beyond):]
        if only is not None:
            return Reproduction(tuple(claims))
        return _written(folder, Reproduction(tuple(claims), past.gathered(rest), tuple(numbers)))
    except OSError as error:
        raise UsageError(f"cannot write to {folder}: {error.strerror or error}") from error


def _chosen(only: Iterable[str] | None) -> list[Entry]:
    known = entries()
    for name in only or ():
        if name not in known:
            raise UsageError(f"the source has no claim {name!r}", hint="A1 to A18, B1 to B23, R1 to R3, C1")
    return [e for e in known.values() if only is None or e.id in set(only)]


def _claim(entry: Entry) -> Job:
    return Job(entry.id, f"claims/{entry.id}.json", asdict(entry), partial(_judged, entry))


def _judged(entry: Entry) -> dict[str, Any]:
    return record.as_data(entry, judge(entry.id))


def judge(claim: str) -> Judged:
    """Return what the tool finds out about one claim; a fault of ours costs that claim only."""
    try:
        return JUDGES[claim]()
    except NmderiveError as error:
        return Judged((), remarks=(f"not judged: {error.message}",))
    except Exception as error:  # a fault in one judge leaves the others standing
        return Judged((), remarks=(f"internal fault: {type(error).__name__}: {error}",))


def _written(folder: Path, done: Reproduction) -> Reproduction:
    """Write everything as JSON, as a page and as an article in LaTeX."""
    write(folder / "claims.json", json.dumps(done.as_data(), indent=1, ensure_ascii=False) + "\n")
    write(folder / "article.tex", paper(done.as_data()))
    write(folder / "index.html", page(done.as_data()))
    return replace(done, page=folder / "index.html")

"""The verb ``compare``: losses side by side, one row a property, each cell with its verdict and certificates."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from nmderive import compare_page
from nmderive.claims import claim, claim_names
from nmderive.errors import UsageError
from nmderive.evidence import Shown, Status, Verdict
from nmderive.losses.catalogue import families, family_entries, find, load, member
from nmderive.losses.loss import Loss
from nmderive.pages.latex import prose
from nmderive.tracing.target import is_target
from nmderive.tracing.worker import read_target
from nmderive.verify import judge_one
from nmderive.workers import Lost, Workers

SCHEMA = "nmderive-comparison/1"
#: The rows that the article asks for come first.
FIRST = (
    "balance", "softmax-optimum", "decoupled", "hard-label-argmax", "convex", "degenerates-m2", "degenerates-n1",
)
#: The numbers of classes at which a family that is built for each m is judged.
FAMILY_SIZES = (2, 3, 4)
#: When the clock ends a cell, and the cell says so; steps are its budget.
_SECONDS = 240.0
#: A formula without a name of more characters is told by its number, and stands below the table.
_WIDE = 24
#: A loss named on the command line, skew=\log(...); an equation L = ... names its loss just so.
_NAMED = re.compile(r"\s*([A-Za-z][\w-]*)\s*=(?!=)\s*(?=\S)(.*)", re.DOTALL)
_Judge = Callable[[Loss, str, Mapping[str, int], float], Verdict]
_WORDS = {Status.PROVED: "yes", Status.CERTIFIED: "yes (numbers)", Status.REFUTED: "no", Status.UNDECIDED: "?",
          Status.NOT_APPLICABLE: "n/a"}


@dataclass(frozen=True)
class Cell:
    """One property of one loss: the word for the table, and the verdicts behind it."""

    text: str
    verdicts: tuple[Verdict, ...]

    @property
    def status(self) -> Status:
        """The status of the verdict that decides the cell."""
        return self.verdicts[0].status if self.verdicts else Status.UNDECIDED


@dataclass(frozen=True)
class Row:
    """One property over all losses."""

    claim: str
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """A table of losses and properties."""

    names: tuple[str, ...]
    formulas: tuple[str, ...]
    rows: tuple[Row, ...]
    seconds: float

    @property
    def heads(self) -> tuple[str, ...]:
        """What stands over each column: the name, or a number where a formula without a name would be too wide."""
        return tuple(n if len(n) <= _WIDE else f"({k})" for k, n in enumerate(self.names, 1))

    def render(self, form: str = "terminal") -> str:
        """Return the table as ``terminal``, ``markdown``, ``latex``, ``html`` or ``json``."""
        require_form(form)
        return _FORMS[form](self)

    def counts(self) -> dict[str, int]:
        """Return how many cells have each status."""
        found = dict.fromkeys((s.value for s in Status), 0)
        for row in self.rows:
            for cell in row.cells:
                found[cell.status.value] += 1
        return found


def require_form(form: str) -> None:
    """Raise UsageError unless ``form`` is a format of tables."""
    if form not in _FORMS:
        raise UsageError(f"there is no table format {form!r}", hint="one of: " + ", ".join(_FORMS))


def compare(
    losses: Iterable[str | Loss], *, lets: Iterable[str] = (), claims: Iterable[str] | None = None,
    form: str | None = None, seconds: float = _SECONDS, progress: Callable[[str], None] | None = None,
    judge: _Judge = judge_one, workers: Workers | None = None,
) -> Comparison:
    """Judge every claim (or ``claims``) about every loss: names of the catalogue, formulas, or loss records.

    ``judge`` judges one claim of one loss in a worker (of ``workers``; default: processes of this machine, one a core);
    one that remembers saves the work of earlier runs.
    """
    started = time.perf_counter()
    columns = [_column(source, tuple(lets), form) for source in losses]
    if not columns:
        raise UsageError("there is nothing to compare", hint="name at least one loss")
    asked = list(claims or _ordered())
    titles = {name: claim(name).TITLE for name in asked}  # an unknown name is an error before any work
    cells = _cells(columns, asked, partial(_cell, seconds=seconds, judge=judge), progress, workers or Workers())
    rows = [Row(c, titles[c], tuple(cells[k, c] for k in range(len(columns)))) for c in asked]
    names = tuple(c.name for c in columns)
    return Comparison(names, tuple(c.formula for c in columns), tuple(rows), time.perf_counter() - started)


def _cells(
    columns: list[_Column], asked: list[str], cell: Callable[[_Column, str], Cell],
    progress: Callable[[str], None] | None, workers: Workers,
) -> dict[tuple[int, str], Cell]:
    """Judge every cell, losses side by side in workers; the members of a family one claim at a time."""
    tasks = [_Task(k, c, (name,)) for k, c in enumerate(columns) if len(c.members) > 1 for name in asked]
    tasks += [_Task(k, c, tuple(asked)) for k, c in enumerate(columns) if len(c.members) == 1]
    found: dict[tuple[int, str], Cell] = {}
    with workers as pool:
        for task, cells in pool.each(partial(_judged, cell=cell), tasks):
            if isinstance(cells, Lost):
                cells = [Cell(f"? ({cells.reason})", ())] * len(task.claims)
            found |= {(task.number, name): cell for name, cell in zip(task.claims, cells, strict=True)}
            if progress:
                progress(f"{task.column.name}: {', '.join(task.claims) if len(task.claims) == 1 else 'all'}")
    return found


def _judged(task: _Task, cell: Callable[[_Column, str], Cell]) -> list[Cell]:
    return [cell(task.column, name) for name in task.claims]


@dataclass(frozen=True)
class _Column:
    """A loss to judge at the sizes given: one record for all sizes, or a family's members."""

    name: str
    formula: str
    members: tuple[tuple[Loss, dict[str, int]], ...]


@dataclass(frozen=True)
class _Task:
    """The claims of a column that one worker judges."""

    number: int
    column: _Column
    claims: tuple[str, ...]


def _column(source: str | Loss, lets: tuple[str, ...], form: str | None) -> _Column:
    named = _NAMED.fullmatch(source) if isinstance(source, str) else None
    if named:
        return replace(_column(named[2], lets, form), name=named[1])
    name = source.strip() if isinstance(source, str) else ""
    if name in families():
        members = tuple((load(f"{name}-{m}"), {"m": m}) for m in FAMILY_SIZES)
        return _Column(name, members[0][0].source, members)
    loss = _read(source, lets, form)
    found = member(loss.name)
    sizes = {"m": found[1]} if found else {}
    return _Column(loss.name or name or str(source), loss.latex, ((loss, sizes),))


def _read(source: str | Loss, lets: tuple[str, ...], form: str | None) -> Loss:
    if isinstance(source, Loss):
        return source
    if is_target(source):
        return read_target(source, lets)
    return find(source, lets, form)


def _ordered() -> list[str]:
    names = claim_names()
    return [n for n in FIRST if n in names] + [n for n in names if n not in FIRST]


def _cell(column: _Column, name: str, seconds: float, judge: _Judge) -> Cell:
    if len(column.members) == 1:
        loss, sizes = column.members[0]
        verdict = judge(loss, name, sizes, seconds)
        return Cell(_text(loss, verdict, sizes, seconds), (verdict,))
    return _family_cell(column, name, seconds, judge)


def _family_cell(column: _Column, name: str, seconds: float, judge: _Judge) -> Cell:
    """Judge a family at each m; once an m is open the larger ones are not tried."""
    verdicts: list[Verdict] = []
    used: list[int] = []
    for loss, sizes in column.members:
        verdict = judge(loss, name, sizes, seconds)
        if verdict.status is Status.NOT_APPLICABLE and (verdicts or loss is not column.members[-1][0]):
            continue
        if verdict.status is Status.UNDECIDED and verdicts:
            break
        verdicts.append(verdict)
        used.append(sizes["m"])
        if verdict.status is not Status.PROVED:
            break
    worst = next((v for v in verdicts if v.status is Status.REFUTED), verdicts[0])
    order = (worst, *(v for v in verdicts if v is not worst))
    shown = f"m={used[0]}" if len(used) == 1 else "m=" + ",".join(map(str, used))
    note = _note(worst)
    return Cell(f"{_WORDS[worst.status]} ({'; '.join(x for x in (note, shown) if x)})", order)


def _text(loss: Loss, verdict: Verdict, sizes: Mapping[str, int], seconds: float) -> str:
    word = _WORDS[verdict.status]
    note = _note(verdict)
    if verdict.status is Status.REFUTED and not note:
        note = _first_failing(loss, verdict, sizes, seconds)
    return f"{word} ({note})" if note else word


def _note(verdict: Verdict) -> str:
    """Return what the table adds in brackets: a scale, hard labels, another link, what it rests on."""
    if verdict.status is Status.UNDECIDED and any("ended by the clock" in f for f in verdict.findings):
        return "ended by the clock"
    for finding in verdict.findings:
        if finding.startswith("it equals ") and not finding.endswith((" of s", " of s_i1 - s_i2")):
            return "of " + finding.rpartition(" of ")[2]
        if finding.startswith("with hard labels it is"):
            return "hard labels: yes"
        if finding.startswith("t = ") and finding.endswith("PROVED"):
            return finding.removesuffix(": PROVED").replace(" is stationary", "").replace("for all n, m", "").strip()
        if finding.startswith("not for every f"):
            return "not for every f"
    return ""


def _first_failing(loss: Loss, verdict: Verdict, sizes: Mapping[str, int], seconds: float) -> str:
    """Return from how many classes on a property fails that holds for all fewer ones, from two on."""
    found = re.search(r"m=(\d+)", verdict.scope)
    if "m" in sizes or found is None or verdict.claim.startswith("degenerates"):
        return ""
    fewer = range(2, int(found[1]))
    holds = (judge_one(loss, verdict.claim, {**sizes, "m": m}, seconds).status is Status.PROVED for m in fewer)
    return f"m>={found[1]}" if fewer and all(holds) else ""


def _terminal(table: Comparison) -> str:
    head = ["", *table.heads]
    body = [[row.title, *(cell.text for cell in row.cells)] for row in table.rows]
    widths = [max(len(line[k]) for line in [head, *body]) for k in range(len(head))]
    lines = ["  ".join(x.ljust(w) for x, w in zip(line, widths, strict=True)).rstrip() for line in [head, *body]]
    lines.insert(1, "  ".join("-" * w for w in widths))
    counts = table.counts()
    total = sum(counts.values())
    proofs = sum(len(v.certificates) for row in table.rows for c in row.cells for v in c.verdicts)
    shown = ", ".join(f"{n} {s}" for s, n in counts.items() if n)
    lines += ["", *_told(table, "{0} = {1}")]
    lines.append(f"{total} cells: {shown}; {proofs} certificates; {table.seconds:.1f} s")
    return "\n".join(lines)


def page(table: Comparison) -> str:
    """Return the table as a Markdown page, losses down and properties across, with the share of open cells."""
    lines = ["# Every property of every loss of the catalogue", ""]
    lines += ["| | " + " | ".join(row.claim for row in table.rows) + " |", "|---|" + "---|" * len(table.rows)]
    for k, name in enumerate(table.names):
        lines.append(f"| {name} | " + " | ".join(row.cells[k].text for row in table.rows) + " |")
    counts = table.counts()
    total = sum(counts.values())
    share = 100 * counts[Status.UNDECIDED.value] / total
    lines += ["", f"{total} verdicts: " + ", ".join(f"{n} {s}" for s, n in counts.items() if n)
              + f"; {share:.1f} percent UNDECIDED (?).", "", "The rows say:", ""]
    lines += [f"- {row.claim}: {claim(row.claim).STATEMENT}" for row in table.rows]
    lines += ["", "Not among the rows: losses that are no formula for all m. `nmderive compare NAME` judges them at "
              f"m = {', '.join(map(str, FAMILY_SIZES))}, `nmderive verify NAME --where m=3` at one.", ""]
    lines += [f"- {found.name}: {found.title}" for found in family_entries()]
    return "\n".join(lines) + "\n"


def _markdown(table: Comparison) -> str:
    lines = ["| | " + " | ".join(table.heads) + " |", "|---|" + "---|" * len(table.names)]
    lines += [f"| {row.title} | " + " | ".join(c.text for c in row.cells) + " |" for row in table.rows]
    return "\n".join([*lines, *_told(table, "\n{0} $l = {2}$")])


def _told(table: Comparison, line: str) -> list[str]:
    """Return a line for each loss that is told by its number: (number, name, formula)."""
    return [line.format(head, name, latex)
            for head, name, latex in zip(table.heads, table.names, table.formulas, strict=True) if head != name]


def _latex(table: Comparison) -> str:
    columns = "l" * (1 + len(table.names))
    lines = [rf"\begin{{tabular}}{{{columns}}}", " & ".join(["", *map(prose, table.heads)]) + r" \\ \hline"]
    lines += [" & ".join([prose(r.title), *(prose(c.text) for c in r.cells)]) + r" \\" for r in table.rows]
    return "\n".join([*lines, r"\end{tabular}", *_told(table, r"\par {0} ${2}$")])


def _json(table: Comparison) -> str:
    data = {
        "schema": SCHEMA, "losses": [{"name": n, "latex": f} for n, f in zip(table.names, table.formulas, strict=True)],
        "rows": [
            {"claim": row.claim, "title": row.title, "cells": [
                {"loss": name, "text": cell.text, "status": cell.status.value,
                 "verdicts": [_verdict(v) for v in cell.verdicts]}
                for name, cell in zip(table.names, row.cells, strict=True)
            ]}
            for row in table.rows
        ],
        "counts": table.counts(), "seconds": round(table.seconds, 3),
    }
    return json.dumps(data, indent=2, ensure_ascii=False)


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "status": verdict.status.value, "statement": verdict.statement, "scope": verdict.scope,
        "conditions": list(verdict.conditions), "findings": list(verdict.findings), "witness": verdict.witness,
        "seconds": round(verdict.seconds, 4), "certificates": [c.as_json() for c in verdict.certificates],
    }


_FORMS: dict[str, Callable[[Comparison], str]] = {
    "terminal": _terminal, "markdown": _markdown, "latex": _latex,
    "html": compare_page.render, "json": _json,
}

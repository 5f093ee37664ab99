"""The verb ``solve``: search for the optimum in closed form, and keep the record of the search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nmderive.errors import UnsupportedError, UsageError
from nmderive.evidence import Shown
from nmderive.losses.loss import Loss
from nmderive.solving.crosscheck import CrossCheck, crosscheck
from nmderive.solving.record import SOLUTION_SCHEMA, Direction, Finding, Outcome, Record, Solution
from nmderive.solving.search import search


@dataclass(frozen=True, repr=False)
class Solved(Shown):
    """The record of one direction, with the numeric cross-check of each formula."""

    record: Record
    checks: tuple[tuple[Solution, CrossCheck | None], ...]

    @property
    def outcome(self) -> Outcome:
        """SOLVED, PARTIAL, NO RADICAL FORMULA or NOT FOUND."""
        return self.record.outcome

    def as_data(self) -> dict[str, Any]:
        """Return the record as plain data with a versioned schema."""
        return {
            "schema": SOLUTION_SCHEMA, "loss": self.record.loss, "latex": self.record.latex,
            "for": self.record.direction.value, "outcome": self.outcome.value,
            "findings": [_finding_data(f) for f in self.record.findings],
            "crosschecks": [{"formula": s.formula, "text": c.text() if c else "no closed form to check",
                             "largest": c.largest if c else None} for s, c in self.checks],
            "notes": list(self.record.notes),
        }

    def lines(self) -> list[str]:
        """Return the record as lines of text."""
        return _lines(self)


def solve(
    loss: Loss,
    direction: str = "t",
    seconds: float | None = None,
    progress: Callable[[str], None] | None = None,
    everything: bool = False,
    baselines: bool = True,
) -> Solved:
    """Search for labels at which given logits are optimal ("t"), or logits optimal for given labels ("s")."""
    if direction not in ("t", "s"):
        raise UsageError(f"solve is for t or for s, not for {direction!r}")
    if loss.is_square:
        raise UnsupportedError(
            "the logits are a square matrix whose labels are t_ij = [i = j], so there are no others to solve for",
            hint="verify says what holds for it; write t_{i,j} for labels that may be any",
        )
    record = search(loss, Direction(direction), seconds, progress, everything, baselines)
    checks = () if record.notes else tuple((s, crosscheck(loss, s)) for s in best_solutions(record))
    return Solved(record, checks)


def best_solutions(record: Record) -> list[Solution]:
    """Return every formula once, in its strongest statement."""
    best: dict[tuple[str, str], Solution] = {}
    for finding in record.findings:
        for solution in finding.solutions:
            key = (solution.formula, solution.scope)
            if key not in best or solution.role == "necessary and sufficient":
                best[key] = solution
    return list(best.values())


def _finding_data(finding: Finding) -> dict[str, Any]:
    return {
        "strategy": finding.strategy, "assumed": finding.assumed, "outcome": finding.outcome.value,
        "found": finding.found, "seconds": round(finding.seconds, 4), "stopped": finding.stopped,
        "solutions": [_solution_data(s) for s in finding.solutions],
        "certificates": [c.as_json() for c in finding.certificates],
    }


def _solution_data(solution: Solution) -> dict[str, Any]:
    return {
        "formula": solution.formula, "scope": solution.scope, "role": solution.role, "unique": solution.unique,
        "conditions": list(solution.conditions), "unknowns_left": solution.unknowns_left or "0",
        "unknowns": solution.unknowns,
    }


def _lines(solved: Solved) -> list[str]:
    record = solved.record
    labels, logits = record.letters
    what = f"labels {labels} at which given logits {logits} are optimal" if record.direction is Direction.LABELS else \
        f"logits {logits} that are optimal for given labels {labels}"
    lines = [f"loss      {record.loss}", f"          l = {record.latex}", f"solve     dl/d{logits} = 0 for {what}", ""]
    lines.append(f"{'strategy':<20}{'outcome':<20}{'seconds':>8}  found")
    for f in record.findings:
        lines.append(f"{f.strategy:<20}{f.outcome.value:<20}{f.seconds:>8.2f}  {_found(f)}")
        lines += [f"{'':<50}{line}" for line in f.data.get("lines", ())[1:]]
        lines += [f"{'':<50}assumed: {f.assumed}"] if f.assumed and f.outcome is not Outcome.NOT_FOUND else []
    for s in best_solutions(record):
        lines += _solution_lines(s)
    lines += [f"check     {check.text()}" for _, check in solved.checks if check is not None]
    lines += [f"note      {note}" for note in record.notes]
    return [*lines, "", last_line(record)]


def _found(finding: Finding) -> str:
    lines = finding.data.get("lines")
    text = lines[0] if lines else finding.found
    return text if finding.stopped == "finished" else f"{text} ({finding.stopped})"


def _solution_lines(solution: Solution) -> list[str]:
    lines = ["", f"formula   {solution.formula}", f"          {solution.scope}; {solution.role}; {solution.unique}"]
    if solution.unknowns_left:
        lines.append(f"          unknowns left: {solution.unknowns_left} of {solution.unknowns}")
    if solution.conditions:
        lines.append(f"          given: {'; '.join(solution.conditions)}")
    return lines


def last_line(record: Record) -> str:
    """Return the line that sums the search up, beginning with its outcome."""
    outcome = record.outcome
    if outcome is Outcome.SOLVED:
        scopes = {s.scope for f in record.findings for s in f.solutions if f.outcome is Outcome.SOLVED and not s.sizes}
        how = " and re-checked" if any(f.certificates for f in record.findings if f.outcome is Outcome.SOLVED) else ""
        return f"SOLVED {', '.join(sorted(scopes))}: back-substituted exactly{how}"
    without = [line for f in record.findings for line in f.data.get("lines", ()) if "NO RADICAL FORMULA" in line]
    places = ", ".join(line.split(":")[0].removeprefix("(n, m) = ") for line in without)
    suffix = f"; NO RADICAL FORMULA at (n, m) = {places} (certificates)" if places else ""
    clock = [f.strategy for f in record.findings if f.outcome is Outcome.CLOCK]
    suffix += f"; ended by the clock: {', '.join(clock)}" if clock else ""
    if outcome is Outcome.PARTIAL:
        return f"PARTIAL: the forms above hold, with the unknowns that they name{suffix}"
    if outcome is Outcome.NO_RADICAL_FORMULA:
        return f"NO RADICAL FORMULA at (n, m) = {places} (certificates){suffix.split('(certificates)')[-1]}"
    return f"NOT FOUND within the budgets of {', '.join(f.strategy for f in record.findings)}{suffix}"

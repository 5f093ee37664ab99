"""Run the strategies, each under its budget, and keep the record of what each tried and found."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from nmderive.budget import in_worker, limited
from nmderive.errors import BudgetExceeded, NmderiveError
from nmderive.losses.loss import Loss
from nmderive.notation import to_latex
from nmderive.solving.record import Direction, Finding, Outcome, Record
from nmderive.solving.strategies import Strategy, strategies

_MEGABYTES = 4096


def search(
    loss: Loss,
    direction: Direction,
    seconds: float | None = None,
    progress: Callable[[str], None] | None = None,
    only: tuple[str, ...] = (),
) -> Record:
    """Return the record of all strategies; ``seconds`` caps the budget of each.

    An interruption ends the search; what is known so far is in the record.
    """
    findings: list[Finding] = []
    notes: list[str] = []
    for name, strategy in strategies().items():
        if only and name not in only:
            continue
        if progress:
            progress(strategy.TITLE)
        budget = strategy.SECONDS if seconds is None else min(seconds, strategy.SECONDS)
        try:
            findings.append(_run(strategy, loss, direction, budget))
        except KeyboardInterrupt:
            notes.append(f"interrupted during {strategy.TITLE}")
            break
    return Record(loss.name or loss.source, to_latex(loss.expr), direction, tuple(findings), tuple(notes))


def _run(strategy: Strategy, loss: Loss, direction: Direction, seconds: float) -> Finding:
    started = time.perf_counter()
    try:
        if strategy.WORKER:
            finding = in_worker(strategy.search, loss, direction, seconds=seconds, megabytes=_MEGABYTES)
        else:
            with limited(seconds):
                finding = strategy.search(loss, direction)
    except BudgetExceeded as error:
        finding = Finding(strategy.TITLE, "", Outcome.NOT_FOUND, "nothing", stopped=error.message)
    except NmderiveError as error:
        finding = Finding(strategy.TITLE, "", Outcome.NOT_FOUND, "does not apply", stopped=error.message)
    return replace(finding, seconds=time.perf_counter() - started)

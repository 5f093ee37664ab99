"""Run the strategies, each under its budget, and keep the record of what each tried and found."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from sympy import Symbol

from nmderive.budget import in_worker, limited
from nmderive.errors import BudgetExceeded, ClockEnded, NmderiveError
from nmderive.losses.loss import Loss
from nmderive.solving.record import Direction, Finding, Outcome, Record
from nmderive.solving.strategies import Strategy, strategies

_MEGABYTES = 3072
#: When the clock ends a strategy: far beyond what its steps take, and said in words where it does.
_CLOCK = 120.0
#: Strategies of this cost or more run only while nothing is solved.
_COSTLY = 5


def search(
    loss: Loss,
    direction: Direction,
    seconds: float | None = None,
    progress: Callable[[str], None] | None = None,
    everything: bool = False,
    baselines: bool = True,
) -> Record:
    """Return the record of all strategies; each within its steps; ``seconds`` ends one by the clock.

    Once the optimum is solved for all sizes, costly strategies are skipped and said so, unless ``everything``
    is asked for. ``baselines`` are the methods of others, to compare with; they can be left out. An interruption ends
    the search; what is known so far is in the record.
    """
    findings: list[Finding] = []
    notes: list[str] = []
    for strategy in strategies().values():
        if not baselines and getattr(strategy, "BASELINE", False):
            continue
        if strategy.COST >= _COSTLY and not everything and any(f.outcome is Outcome.SOLVED for f in findings):
            findings.append(Finding(strategy.TITLE, "", Outcome.NOT_FOUND, "not run", stopped="solved already"))
            continue
        if progress:
            progress(strategy.TITLE)
        try:
            findings.append(_run(strategy, loss, direction, seconds or _clock(strategy)))
        except KeyboardInterrupt:
            notes.append(f"interrupted during {strategy.TITLE}")
            break
    return Record(loss.name or loss.source, loss.latex, direction, tuple(findings), tuple(notes),
                  letters=tuple(loss.written(Symbol(a)) for a in ("t", "s")))


def _run(strategy: Strategy, loss: Loss, direction: Direction, seconds: float) -> Finding:
    started = time.perf_counter()
    try:
        if strategy.WORKER:
            finding = in_worker(_in_steps, strategy, loss, direction, seconds=seconds, megabytes=_MEGABYTES)
        else:
            with limited(seconds):
                finding = _in_steps(strategy, loss, direction)
    except ClockEnded:
        text = f"ended by the clock after {seconds:g} s; more time may find more"
        finding = Finding(strategy.TITLE, "", Outcome.CLOCK, "nothing", stopped=text)
    except BudgetExceeded as error:
        finding = Finding(strategy.TITLE, "", Outcome.NOT_FOUND, "nothing", stopped=error.message)
    except MemoryError:
        finding = Finding(strategy.TITLE, "", Outcome.NOT_FOUND, "nothing", stopped="the memory was used up")
    except NmderiveError as error:
        finding = Finding(strategy.TITLE, "", Outcome.NOT_FOUND, "does not apply", stopped=error.message)
    except Exception as error:  # a strategy that fails never takes the others with it
        finding = Finding(strategy.TITLE, "", Outcome.NOT_FOUND, "nothing",
                          stopped=f"internal fault: {type(error).__name__}: {error}")
    return replace(finding, seconds=time.perf_counter() - started)


def _in_steps(strategy: Strategy, loss: Loss, direction: Direction) -> Finding:
    with limited(steps=strategy.STEPS):
        return strategy.search(loss, direction)


def _clock(strategy: Strategy) -> float:
    return float(getattr(strategy, "CLOCK", _CLOCK))

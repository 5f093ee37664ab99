"""The verb ``verify``: judge the claims about one loss, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from nmderive.budget import limited
from nmderive.claims import claim, claim_names
from nmderive.derive import derive
from nmderive.errors import BudgetExceeded, ClockEnded, NmderiveError, UsageError
from nmderive.evidence import Dossier, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.notation import to_latex
from nmderive.notation.limits import is_printable
from nmderive.proving.pair_form import in_whole_pairs
from nmderive.proving.stationarity import scope_text

#: How a finding begins that speaks of an error inside nmderive; tests look for it.
FAULT = "internal fault"
#: Steps for one claim, which are the same on every machine.
CLAIM_STEPS = 150_000
#: Seconds after which the clock ends a claim all the same, and says so, unless the caller says otherwise.
CLAIM_SECONDS = 60.0


def verify(
    loss: Loss,
    claims: Iterable[str] | None = None,
    sizes: Mapping[str, int] | None = None,
    seconds: float = CLAIM_SECONDS,
    progress: Callable[[str], None] | None = None,
) -> Dossier:
    """Return the verdicts on ``claims`` (all of them by default), each within ``seconds``.

    ``sizes`` fixes n or m. An interruption ends the run; the verdicts so far are in the dossier.
    """
    require_sizes(loss, sizes or {})
    verdicts: list[Verdict] = []
    notes: list[str] = []
    for name in claims or claim_names():
        if progress:
            progress(name)
        try:
            verdicts.append(judge_one(loss, name, sizes or {}, seconds))
        except KeyboardInterrupt:
            notes.append(f"interrupted while judging {name}")
            break
    return Dossier(loss.name or loss.source, to_latex(loss.expr), _gradient(loss), tuple(verdicts), tuple(notes))


def _gradient(loss: Loss) -> str:
    """Return the gradient as LaTeX, empty where it is too long to print."""
    return derive(loss).shown("latex") if is_printable(loss.gradient) else ""


def require_sizes(loss: Loss, sizes: Mapping[str, int]) -> None:
    """Raise UsageError where a fixed size is below the classes or rows that the formula names."""
    for name, least in loss.least_sizes.items():
        if sizes.get(name, least) < least:
            raise UsageError(
                f"the formula names {'class' if name == 'm' else 'row'} {least}, so {name}={sizes[name]} is too small",
                hint=f"fix {name} to {least} or more",
            )


def judge_one(loss: Loss, name: str, sizes: Mapping[str, int], seconds: float) -> Verdict:
    """Return the verdict on one claim; a claim over its budget is UNDECIDED, never an error."""
    module = claim(name)
    started = time.perf_counter()
    try:
        with limited(seconds, steps=CLAIM_STEPS):
            verdict = _judged(module.judge, loss, sizes)
    except ClockEnded:
        why = f"ended by the clock after {seconds:g} s, not by its budget; more time may decide it"
        verdict = _undecided(loss, name, module.STATEMENT, sizes, why)
    except BudgetExceeded as error:
        verdict = _undecided(loss, name, module.STATEMENT, sizes, f"stopped: {error.message}")
    except NmderiveError as error:
        verdict = _undecided(loss, name, module.STATEMENT, sizes, error.message)
    except Exception as error:  # a fault of ours costs one claim, not the run
        text = f"{FAULT}: {type(error).__name__}: {error}; please report this loss"
        verdict = _undecided(loss, name, module.STATEMENT, sizes, text)
    named = tuple(f"{k} >= {v}" for k, v in loss.least_sizes.items() if v > 1 and k not in sizes)
    conditions = tuple(dict.fromkeys((*verdict.conditions, *named)))
    return replace(verdict, claim=name, conditions=conditions, seconds=time.perf_counter() - started)


def _judged(judge: Callable[[Loss, Mapping[str, int]], Verdict], loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on the loss, with ordered pairs (j < k) written as whole ones where that is shown equal."""
    found = in_whole_pairs(loss)
    if found is None:
        return judge(loss, sizes)
    whole, certificate = found
    verdict = judge(whole, sizes)
    if verdict.status is Status.UNDECIDED:
        return verdict
    return replace(verdict, certificates=(*verdict.certificates, certificate),
                   findings=(*verdict.findings, "the sums over j < k are shown equal to sums over j != k"))


def _undecided(loss: Loss, name: str, statement: str, sizes: Mapping[str, int], why: str) -> Verdict:
    return Verdict(name, Status.UNDECIDED, statement, scope_text(loss, sizes), loss.conditions, findings=(why,))


def main_status(dossier: Dossier, asked: Iterable[str] | None) -> Status:
    """Return the status that decides the exit code.

    Claims that were asked for are questions: one REFUTED decides, then one that is open. Without any the dossier is a
    report, which is done where every claim was decided, whichever way.
    """
    names = set(asked or ())
    found = {v.status for v in dossier.verdicts if not names or v.claim in names}
    for status in (Status.REFUTED, Status.UNDECIDED) if names else (Status.UNDECIDED,):
        if status in found:
            return status
    decided = found & {Status.PROVED, Status.CERTIFIED} if names else found
    return Status.PROVED if decided else Status.UNDECIDED

"""The verb ``verify``: judge the claims about one loss, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sympy import Rational, nan, zoo

from nmderive.budget import limited, remaining
from nmderive.calculus.normal_form.remembered import forget
from nmderive.calculus.symbols import parameter
from nmderive.checker import headline as headlines
from nmderive.checker.headline import inapplicable
from nmderive.claims import MAIN_CLAIM, claim, claim_names
from nmderive.derive import derive
from nmderive.errors import BudgetExceeded, ClockEnded, NmderiveError, UsageError
from nmderive.evidence import Dossier, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.notation.limits import is_printable
from nmderive.proving import certificates
from nmderive.proving.composed import Equation, proved_equal
from nmderive.proving.contradictions import without_contradictions
from nmderive.proving.pair_form import in_whole_pairs
from nmderive.proving.points import domain_of
from nmderive.proving.settled import settled
from nmderive.proving.stationarity import scope_text
from nmderive.structure.reader import standard

#: How a finding begins that speaks of an error inside nmderive; tests look for it.
FAULT = "internal fault"
#: Steps for one claim, which are the same on every machine.
CLAIM_STEPS = 150_000
#: No size beyond this is fixed.
_MAX_SIZE = 100
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
    return dossier(loss, verdicts, sizes or {}, notes)


def dossier(
    loss: Loss, verdicts: Sequence[Verdict], sizes: Mapping[str, int] | None = None, notes: Iterable[str] = ()
) -> Dossier:
    """Return the verdicts on one loss with what was read; two that contradict each other are UNDECIDED in it."""
    return Dossier(
        loss.name or loss.source, loss.latex, gradient_latex(loss), without_contradictions(verdicts),
        tuple(notes), read_as=loss.read_as, reading={
            **certificates.reading_of(loss), "source": loss.source, "name": loss.name, "lets": list(loss.lets),
            "form": loss.form, "fixed": dict(sizes or {}),
        },
    )


def gradient_latex(loss: Loss) -> str:
    """Return the gradient as LaTeX, empty where it is too long to print."""
    return derive(loss).shown("latex") if is_printable(loss.gradient) else ""


def require_sizes(loss: Loss, sizes: Mapping[str, int]) -> None:
    """Raise UsageError where what is fixed is no size, not the loss's own, or below classes that are named."""
    for name, size in sizes.items():
        if name not in ("n", "m") or type(size) is not int or not 1 <= size <= _MAX_SIZE:
            raise UsageError(f"{name} = {size!r} fixes no size",
                             hint=f'fix n or m to a whole number from 1 to {_MAX_SIZE}: {{"m": 2}}')
    for name, size in loss.sizes:
        if sizes.get(name, size) != size:
            raise UsageError(f"the loss is known for {name}={size} only", hint=f"leave {name}={sizes[name]} out")
    for name, least in loss.least_sizes.items():
        if sizes.get(name, least) < least:
            is_read = dict(loss.least).get(name) == least
            named = f"names {'class' if name == 'm' else 'row'} {least}"
            raise UsageError(
                f"the formula {f'is read for {name} >= {least}' if is_read else named}, so {name}={sizes[name]} is too "
                "small",
                hint=f"fix {name} to {least} or more",
            )


def judge_one(loss: Loss, name: str, sizes: Mapping[str, int], seconds: float) -> Verdict:
    """Return the verdict on one claim; a claim over its budget is UNDECIDED, never an error."""
    module = claim(name)
    started = time.perf_counter()
    sizes = {**dict(loss.sizes), **sizes}
    senseless = inapplicable(name, certificates.reading_of(loss), sizes)
    if senseless:
        return replace(
            _undecided(loss, name, statement_of(name, loss), sizes, senseless), status=Status.NOT_APPLICABLE
        )
    try:
        with limited(seconds):
            verdict = _of_sizes(name, module.judge, loss, sizes)
    except ClockEnded:
        why = f"ended by the clock after {seconds:g} s, not by its budget; more time may decide it"
        verdict = _undecided(loss, name, module.STATEMENT, sizes, why)
    except BudgetExceeded as error:
        verdict = _undecided(loss, name, module.STATEMENT, sizes, f"stopped: {error.message}")
    except NmderiveError as error:
        verdict = _undecided(loss, name, module.STATEMENT, sizes, error.message)
    except MemoryError:
        forget()
        verdict = _undecided(loss, name, module.STATEMENT, sizes, "stopped: the memory was used up")
    except Exception as error:  # a fault of ours costs one claim, not the run
        text = f"{FAULT}: {type(error).__name__}: {error}; please report this loss"
        verdict = _undecided(loss, name, module.STATEMENT, sizes, text)
    return replace(verdict, claim=name, seconds=time.perf_counter() - started)


Judge = Callable[[Loss, Mapping[str, int]], Verdict]


def _of_sizes(name: str, judge: Judge, loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict at the sizes that are fixed, for which holds what is shown for all sizes."""
    if not sizes:
        return _within(name, judge, loss, {})
    is_of_one = loss.sizes or any(sizes.get(name) == least > 1 for name, least in loss.least_sizes.items())
    if not is_of_one:  # the proof for all sizes mostly costs less
        return _for_all(name, judge, loss, sizes) or _within(name, judge, loss, sizes)
    verdict = _within(name, judge, loss, sizes)
    found = _for_all(name, judge, loss, sizes) if verdict.status is Status.UNDECIDED else None
    return verdict if found is None else found


def _for_all(name: str, judge: Judge, loss: Loss, sizes: Mapping[str, int]) -> Verdict | None:
    """Return the proof for all sizes, under the headline for those that are fixed; None where there is none.

    Half of the time is left to what is asked.
    """
    left = remaining()
    with suppress(NmderiveError, ClockEnded), limited(None if left is None else left / 2):
        verdict = settled(loss, _within(name, judge, loss, {}), fixed=sizes)
        return verdict if verdict.status is Status.PROVED else None
    return None


def _within(name: str, judge: Judge, loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    with limited(steps=CLAIM_STEPS):
        return _judged(name, judge, loss, sizes)


def _judged(name: str, judge: Judge, loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict under the checker's headline; where it is open, refuted at an end of a parameter's domain."""
    verdict = settled(loss, replace(_rewritten(judge, loss, sizes), claim=name), fixed=sizes)
    if verdict.status is Status.UNDECIDED:
        verdict = _standard(name, judge, loss, sizes, verdict)
    if verdict.status is not Status.UNDECIDED:
        return verdict
    for end, parameters in at_ends(loss):
        again = replace(_rewritten(judge, end, sizes), claim=name)
        again = settled(end, replace(again, reading={**again.reading, "parameters": parameters}), loss, sizes)
        if again.status is Status.REFUTED:
            return again
    return _with_inside(name, judge, loss, sizes, verdict)


def _standard(name: str, judge: Judge, loss: Loss, sizes: Mapping[str, int], verdict: Verdict) -> Verdict:
    """Return the verdict on the form that all spellings share, where that decides; that they are equal is checked."""
    form = standard(loss)
    if form == loss.expr:
        return verdict
    found = replace(judge(replace(loss, expr=form), sizes), claim=name)
    own = settled(loss, found, fixed=sizes)
    if own.status is not found.status:
        same = proved_equal(loss, Equation(loss.expr, form, {}), {})
        own = settled(loss, replace(found, certificates=(*found.certificates, same) if same else ()), fixed=sizes)
    return verdict if own.status is Status.UNDECIDED else own


def _with_inside(name: str, judge: Judge, loss: Loss, sizes: Mapping[str, int], verdict: Verdict) -> Verdict:
    """Return the open verdict with what holds for parameters inside their domains, the ends left out."""
    inner = inside_domains(loss)
    if inner is None:
        return verdict
    again = settled(inner, replace(_rewritten(judge, inner, sizes), claim=name), fixed=sizes)
    if again.status is not Status.PROVED:
        return verdict
    given = ", ".join(d.shown(k) for k, d in inner.domains if d != dict(loss.domains)[k])
    text = f"PROVED for {given}: {again.scope}, given {'; '.join(again.conditions)}"
    return replace(verdict, findings=(*verdict.findings, text), certificates=again.certificates)


def at_ends(loss: Loss) -> Iterator[tuple[Loss, dict[str, Any]]]:
    """Yield the loss with a parameter at an end of its domain, or at a special value in it, and what declares that."""
    usual = certificates.declarations(loss)["parameters"]
    for symbol in loss.parameters if loss.diagonal is None else ():  # a diagonal is given for all of them
        domain = domain_of(symbol.name, symbol, loss)
        special = (domain.low, domain.high, *map(Fraction, (0, -1, -4, 4)))
        for value in dict.fromkeys(x for x in special if x is not None and x in domain and not domain.values):
            fixed = replace(loss, expr=loss.expr.xreplace({symbol: Rational(value.numerator, value.denominator)}))
            if not fixed.expr.has(zoo, nan):
                yield fixed, {**usual, symbol.name: {"values": [str(value)]}}


def _rewritten(judge: Judge, loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on the loss, its ordered pairs (j < k) and idle sums rewritten where that is shown equal."""
    found = in_whole_pairs(loss)
    if found is None:
        return judge(loss, sizes)
    whole, certificate, text = found
    verdict = judge(whole, sizes)
    if verdict.status is Status.UNDECIDED:
        return verdict
    return replace(verdict, certificates=(*verdict.certificates, certificate),
                   findings=(*verdict.findings, text))


def inside_domains(loss: Loss) -> Loss | None:
    """Return the loss for parameters inside their domains, the ends left out; None where no end belongs to one."""
    inner = {name: replace(d, low_open=True, high_open=True) for name, d in loss.domains
             if not d.values and not d.integer and (d.low != d.high or d.low is None)}
    changed = {k: d for k, d in inner.items()
               if any(end is not None and end in dict(loss.domains)[k] for end in (d.low, d.high))}
    if not changed:
        return None
    symbols = {p: parameter(p.name, changed[p.name].sign) for p in loss.parameters if p.name in changed}
    domains = tuple((name, changed.get(name, d)) for name, d in loss.domains)
    return replace(loss, expr=loss.expr.xreplace(symbols), domains=domains) if symbols else None


def statement_of(name: str, loss: Loss) -> str:
    """Return the claim's statement in the checker's words."""
    return headlines.statement_of(name, tuple(size.name for size in loss.shape))


def _undecided(loss: Loss, name: str, statement: str, sizes: Mapping[str, int], why: str) -> Verdict:
    return Verdict(name, Status.UNDECIDED, statement, scope_text(loss, sizes), loss.conditions, findings=(why,))


def main_status(dossier: Dossier, asked: Iterable[str] | None) -> Status:
    """Return the status that decides the exit code.

    Claims that were asked for are questions: one REFUTED decides, then one that is open. Without any the main claim is
    the question; where it has no meaning the rest is a report, which is done where all of it was decided.
    """
    names = set(asked or ())
    main = next((v.status for v in dossier.verdicts if v.claim == MAIN_CLAIM), Status.NOT_APPLICABLE)
    if not names and main is not Status.NOT_APPLICABLE:
        return main
    found = {v.status for v in dossier.verdicts if not names or v.claim in names}
    for status in (Status.REFUTED, Status.UNDECIDED) if names else (Status.UNDECIDED,):
        if status in found:
            return status
    decided = found & {Status.PROVED, Status.CERTIFIED} if names else found
    return Status.PROVED if decided else Status.UNDECIDED

"""What a job does for each verb: it tells events, plain data with pieces of HTML, and ends with what ``--json`` prints.

Kinds of events: ``reading`` (the formula and the guesses in it), ``part`` (a piece for the verb's tab), ``judging`` and
``verdict`` (one claim), ``answer`` (JSON text with the command line's schema).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from nmderive import loss_page
from nmderive.checking import check_text
from nmderive.claims import claim, claim_names, definition
from nmderive.derive import derive
from nmderive.equal import equal
from nmderive.evidence import Verdict
from nmderive.hessian import hessian
from nmderive.losses.catalogue import find
from nmderive.losses.loss import Loss
from nmderive.pages.html import badge, bullets, formula
from nmderive.plots import plot
from nmderive.report import render
from nmderive.serving.asked import Asked
from nmderive.serving.readings import chips
from nmderive.solve import solve
from nmderive.verify import CLAIM_SECONDS, dossier, judge_one, require_sizes

Tell = Callable[[dict[str, Any]], None]
#: The clock ends no claim sooner than this, so that the last ones say so themselves.
_LEAST = 0.05


def run(question: Asked, tell: Tell, seconds: float) -> None:
    """Do what was asked for and tell of it; ``seconds`` are what the clock leaves for the whole of it."""
    if question.verb == "check":
        _check(question.loss, tell)
    elif question.verb == "equal":
        _equal(question, tell)
    else:
        loss = find(question.loss, question.lets, question.form)
        require_sizes(loss, dict(question.sizes))
        tell(_reading(loss.latex, loss.read_as))
        {"derive": _derive, "verify": _verify, "hessian": _hessian, "solve": _solve, "code": _code, "plot": _plot}[
            question.verb](loss, question, tell, seconds)


def _reading(latex: str, read_as: tuple[str, ...], left: str = "l = ") -> dict[str, Any]:
    return {"kind": "reading", "html": formula(left + latex), "latex": latex, "guesses": chips(read_as)}


def _part(html: str) -> dict[str, Any]:
    return {"kind": "part", "html": html}


def _answer(data: Any) -> dict[str, Any]:
    text = data if isinstance(data, str) else json.dumps(data, indent=2, ensure_ascii=False)
    return {"kind": "answer", "json": text}


def _derive(loss: Loss, question: Asked, tell: Tell, seconds: float) -> None:
    tell(_part(loss_page.gradient_part(loss)))
    tell(_answer(derive(loss).shown("json")))


def _verify(loss: Loss, question: Asked, tell: Tell, seconds: float) -> None:
    ends = time.monotonic() + seconds
    names = question.claims or tuple(claim_names())
    for name in names:
        claim(name)
    tell({"kind": "gradient", "html": loss_page.gradient_part(loss)})
    verdicts: list[Verdict] = []
    sizes = dict(question.sizes)
    for name in names:
        tell({"kind": "judging", "claim": name, "of": len(names), "number": len(verdicts) + 1})
        left = max(_LEAST, min(CLAIM_SECONDS, ends - time.monotonic()))
        verdicts.append(judge_one(loss, name, sizes, left))
        tell(_verdict(verdicts[-1]))
    whole = dossier(loss, verdicts, sizes)
    for before, after in zip(verdicts, whole.verdicts, strict=True):
        if after is not before:  # two verdicts that contradict each other are open once both are known
            tell(_verdict(after))
    tell(_answer(render(whole, "json")))


def _verdict(verdict: Verdict) -> dict[str, Any]:
    known = verdict.claim in claim_names()
    return {"kind": "verdict", "claim": verdict.claim, "status": verdict.status.value,
            "html": loss_page.card(verdict), "definition": definition(verdict.claim) if known else ""}


def _equal(question: Asked, tell: Tell) -> None:
    found = equal(question.loss, question.right or None, lets=question.lets, sizes=dict(question.sizes),
                  form=question.form, hard_labels=question.hard_labels)
    tell(_reading(found.latex, found.read_as, ""))
    for verdict in found.verdicts:
        tell(_verdict(verdict))
    tell(_answer(render(found, "json")))


def _hessian(loss: Loss, question: Asked, tell: Tell, seconds: float) -> None:
    tell(_part(loss_page.hessian_part(loss)))
    kind = "row" if len(loss.shape) == 2 else "full"
    tell(_answer(hessian(loss, kind).shown("json")))


def _solve(loss: Loss, question: Asked, tell: Tell, seconds: float) -> None:
    records: list[dict[str, Any]] = []
    for direction, words in loss_page.DIRECTIONS.items():
        tell({"kind": "judging", "claim": words, "of": len(loss_page.DIRECTIONS), "number": len(records) + 1})
        found = solve(loss, direction, seconds)
        tell(_part(loss_page.optimum_of(found, words)))
        records.append(found.as_data())
    tell(_answer(records))


def _code(loss: Loss, question: Asked, tell: Tell, seconds: float) -> None:
    tell(_part(loss_page.code_part(loss)))
    tell(_answer(loss_page.modules(loss)))


def _plot(loss: Loss, question: Asked, tell: Tell, seconds: float) -> None:
    found = plot(loss, moving=True)
    tell(_part(found.html()))
    tell(_answer([figure.as_data() for figure in found.figures]))


def _check(text: str, tell: Tell) -> None:
    results = check_text(text)
    lines = [f"{'ACCEPTED' if r.accepted else 'REJECTED'}: {r.statement or r.reason}" for r in results]
    word = "ACCEPTED" if results and all(r.accepted for r in results) else "REJECTED"
    tell(_part(f"<p>{badge(word)} by the independent checker, which read the formula anew</p>{bullets(lines)}"))
    tell(_answer([{"accepted": r.accepted, "statement": r.statement, "reason": r.reason} for r in results]))


__all__ = ["run"]

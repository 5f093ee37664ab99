"""The page about one loss: formula, summary of all claims, gradient, Hessian, optimum, verdicts, code, certificates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from nmderive.claims import claim_names, definition
from nmderive.derive import derive
from nmderive.errors import NmderiveError
from nmderive.evidence import Dossier, Status, Verdict
from nmderive.export import render as module_of
from nmderive.hessian import hessian
from nmderive.losses.loss import Loss
from nmderive.pages.html import badge, bullets, document, folded, formula, formulas, part, prose, source_text, wide
from nmderive.plots import plot
from nmderive.report import render
from nmderive.solve import Solved, best_solutions, last_line, solve
from nmderive.solving.record import Finding
from nmderive.verify import verify

_TARGETS = {"numpy": "NumPy", "torch": "PyTorch", "jax": "JAX"}
#: What ``solve`` looks for in each direction.
DIRECTIONS = {"t": "labels at which given logits are optimal", "s": "logits that are optimal for given labels"}


@dataclass(frozen=True)
class LossPage:
    """The page, and the dossier with every certificate as JSON, which ``nmderive check`` reads."""

    html: str
    dossier: str


def loss_page(
    loss: Loss, title: str = "", seconds: float = 60.0, progress: Callable[[str], None] | None = None
) -> LossPage:
    """Return the page about ``loss``, ``title`` its name if it has one; the clock ends a claim after ``seconds``."""
    dossier = verify(loss, None, {}, seconds, progress)
    body = "".join((
        f"<h1>{escape(title) or 'What this loss teaches'}</h1>", formula(dossier.formula), source_text(dossier.formula),
        _section("Read as", bullets(loss.read_as)) if loss.read_as else "",
        _section("At a glance", _summary(dossier)),
        _section("Gradient", gradient_part(loss)),
        _section("Hessian", hessian_part(loss)),
        _section("Optimum", optimum_part(loss, progress)),
        _section("Pictures", pictures_part(loss, title)),
        _section("Verdicts", "".join(map(card, dossier.verdicts)) + bullets(dossier.notes)),
        _section("Code", code_part(loss)),
        _section("Certificates", "<p>Every certificate is in <a href=\"dossier.json\">dossier.json</a>; "
                 "<code>nmderive check dossier.json</code> reads the formula anew and re-checks them all.</p>"),
    ))
    return LossPage(document(f"nmderive: {title or 'a loss'}", body), render(dossier, "json"))


def _section(title: str, body: str) -> str:
    return f"<h2>{title}</h2>{body}"


def _summary(dossier: Dossier) -> str:
    """Return a row a claim: its name with the definition to hover over, the verdict, and one sentence."""
    rows = "".join(
        f'<tr><td><a href="#{v.claim}" title="{escape(definition(v.claim), quote=True)}">{v.claim}</a></td>'
        f"<td>{badge(v.status.value)}</td><td>{prose(_sentence(v))}</td></tr>"
        for v in dossier.verdicts
    )
    head = "<tr><th>claim</th><th>verdict</th><th>what it says</th></tr>"
    return wide(head + rows, "glance")


def _sentence(verdict: Verdict) -> str:
    if verdict.status is Status.PROVED:
        given = f" (given: {'; '.join(verdict.conditions)})" if verdict.conditions else ""
        return f"{verdict.statement}, {verdict.scope}{given}"
    reason = verdict.findings[0] if verdict.findings else ""
    if verdict.status is not Status.REFUTED:
        return reason or f"{verdict.statement}, {verdict.scope}"
    at = f" {verdict.scope}" if verdict.scope.startswith("at ") else ""
    return f"not true{at}: {verdict.statement}" + (f"; {reason}" if reason else "")


def gradient_part(loss: Loss) -> str:
    """Return the gradient as HTML, with its LaTeX to copy."""
    return _shown(lambda: derive(loss).shown("latex")) + _beside_kinks(loss)


def hessian_part(loss: Loss) -> str:
    """Return the second derivative as HTML: the block of one row where there are rows and classes."""
    kind = "row" if len(loss.shape) == 2 else "full"
    return _shown(lambda: hessian(loss, kind).shown("latex")) + _beside_kinks(loss)


def _shown(text: Callable[[], str]) -> str:
    try:
        latex = text()
    except NmderiveError as error:
        return f"<p>{escape(error.message)}</p>"
    return formulas(latex) + source_text(latex)


def _beside_kinks(loss: Loss) -> str:
    gradient = derive(loss)
    return f'<p class="soft">{escape(gradient.at_kinks)}</p>' if gradient.has_kinks else ""


def optimum_part(loss: Loss, progress: Callable[[str], None] | None = None) -> str:
    """Return the searches for the optimum, in both directions, as HTML."""
    parts = []
    for direction, words in DIRECTIONS.items():
        try:
            found = solve(loss, direction, progress=progress)
        except NmderiveError as error:
            return f"<p>{escape(error.message)}</p>"
        parts.append(optimum_of(found, words))
    return "".join(parts)


def optimum_of(found: Solved, words: str) -> str:
    """Return the record of one search as HTML, ``words`` saying what was looked for."""
    return f"<h3>{badge(found.outcome.value)} <small>{words}</small></h3>{solved_part(found)}"


def solved_part(found: Solved) -> str:
    """Return the formulas that a search found, its numeric checks, and what was tried, as HTML."""
    word, _, rest = last_line(found.record).partition(found.outcome.value)
    parts = [f"<p>{prose(word + rest.lstrip(': '))}</p>"]
    for solution in best_solutions(found.record):
        left = f"unknowns left: {solution.unknowns_left} of {solution.unknowns}" if solution.unknowns_left else ""
        about = "; ".join(x for x in (solution.scope, solution.role, left, solution.unique, *solution.conditions) if x)
        parts.append(f'<div class="part">{formula(solution.formula)}<p class="soft">{prose(about)}</p></div>')
    parts += [f"<p>{prose(check.text())}</p>" for _, check in found.checks if check is not None]
    parts += [f"<p>{prose(note)}</p>" for note in found.record.notes]
    cells = ((f.strategy, f.outcome.value, f"{f.seconds:.2f}", _tried(f)) for f in found.record.findings)
    rows = "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in cells)
    head = "<tr><th>strategy</th><th>outcome</th><th>seconds</th><th>found</th></tr>"
    return "".join(parts) + folded("what was tried", wide(head + rows))


def _tried(finding: Finding) -> str:
    """Return what a strategy found: a formula set as one, a sentence as prose."""
    shown = formula(finding.found) if "\\" in finding.found and "=" in finding.found else prose(finding.found)
    lines = "".join(f"<br>{prose(line)}" for line in finding.data.get("lines", ())[1:])
    return shown + lines + (f" ({finding.stopped})" if finding.stopped != "finished" else "")


def card(verdict: Verdict) -> str:
    """Return one verdict as an article of a page: statement, findings, steps, witness."""
    data = {**verdict.as_data(), "question": verdict.claim, "latex": ""}
    return f'<article id="{verdict.claim}">{part(data)}</article>'


def pictures_part(loss: Loss, name: str = "") -> str:
    """Return the pictures that the loss has, with why it has no others, as HTML."""
    try:
        return plot(loss, called=name, moving=True).html()
    except NmderiveError as error:
        return f"<p>{escape(error.message)}</p>"


def code_part(loss: Loss) -> str:
    """Return the modules to copy, one a target, each folded."""
    return "".join(folded(_TARGETS[target], f"<pre><code>{escape(text)}</code></pre>")
                   for target, text in modules(loss).items())


def modules(loss: Loss) -> dict[str, str]:
    """Return the modules to copy by their target; where there is none, a line that says why."""
    found = {}
    for target in _TARGETS:
        try:
            found[target] = module_of(loss, target)
        except NmderiveError as error:
            found[target] = f"# none: {error.message}\n"
    return found


def definitions() -> dict[str, str]:
    """Return every claim's definition by its name, the main claim first."""
    return {name: definition(name) for name in claim_names()}


__all__ = ["DIRECTIONS", "LossPage", "card", "code_part", "definitions", "gradient_part",
           "hessian_part", "loss_page", "modules", "optimum_of", "optimum_part",
           "pictures_part", "solved_part"]

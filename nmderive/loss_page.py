"""The page about one loss: formula, summary of all claims, gradient, Hessian, optimum, verdicts, code, certificates."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from nmderive.claims import claim, claim_names
from nmderive.derive import AT_KINKS, derive
from nmderive.errors import NmderiveError
from nmderive.evidence import Dossier, Status, Verdict
from nmderive.export import render as module_of
from nmderive.hessian import hessian
from nmderive.losses.loss import Loss
from nmderive.pages.html import badge, bullets, document, folded, formula, formulas, part, prose, source_text
from nmderive.report import render
from nmderive.solve import Solved, solve
from nmderive.verify import verify

_TARGETS = {"numpy": "NumPy", "torch": "PyTorch", "jax": "JAX"}
_DIRECTIONS = {"t": "labels at which given logits are optimal", "s": "logits that are optimal for given labels"}


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
        _section("Gradient", _shown(lambda: derive(loss).shown("latex")) + _beside_kinks(loss)),
        _section("Hessian", _shown(lambda: hessian(loss, "row" if len(loss.shape) == 2 else "full").shown("latex"))
                 + _beside_kinks(loss)),
        _section("Optimum", _optimum(loss, progress)),
        _section("Verdicts", "".join(map(_article, dossier.verdicts)) + bullets(dossier.notes)),
        _section("Code", "".join(_code(loss, target) for target in _TARGETS)),
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
    return f'<div class="wide"><table><tr><th>claim</th><th>verdict</th><th>what it says</th></tr>{rows}</table></div>'


def definition(name: str) -> str:
    """Return what a claim means: the first paragraphs of its file, up to how it is proved."""
    text = inspect.getdoc(claim(name)) or ""
    return " ".join(text.split("Proved")[0].split())


def _sentence(verdict: Verdict) -> str:
    if verdict.status is Status.PROVED:
        given = f" (given: {'; '.join(verdict.conditions)})" if verdict.conditions else ""
        return f"{verdict.statement}, {verdict.scope}{given}"
    return verdict.findings[0] if verdict.findings else f"{verdict.statement}, {verdict.scope}"


def _shown(text: Callable[[], str]) -> str:
    try:
        latex = text()
    except NmderiveError as error:
        return f"<p>{escape(error.message)}</p>"
    return formulas(latex) + source_text(latex)


def _beside_kinks(loss: Loss) -> str:
    return f'<p class="soft">{escape(AT_KINKS)}</p>' if derive(loss).has_kinks else ""


def _optimum(loss: Loss, progress: Callable[[str], None] | None) -> str:
    parts = []
    for direction, words in _DIRECTIONS.items():
        try:
            found = solve(loss, direction, progress=progress)
        except NmderiveError as error:
            return f"<p>{escape(error.message)}</p>"
        parts.append(f"<h3>{badge(found.outcome.value)} <small>{words}</small></h3>{_lines(found)}")
    return "".join(parts)


def _lines(found: Solved) -> str:
    return f"<pre><code>{escape(chr(10).join(found.lines()))}</code></pre>"


def _article(verdict: Verdict) -> str:
    data = {**verdict.as_data(), "question": verdict.claim, "latex": ""}
    return f'<article id="{verdict.claim}">{part(data)}</article>'


def _code(loss: Loss, target: str) -> str:
    try:
        text = module_of(loss, target)
    except NmderiveError as error:
        return f"<p>{target}: {escape(error.message)}</p>"
    return folded(_TARGETS[target], f"<pre><code>{escape(text)}</code></pre>")


def definitions() -> dict[str, str]:
    """Return every claim's definition by its name, the main claim first."""
    return {name: definition(name) for name in claim_names()}


__all__ = ["LossPage", "definition", "definitions", "loss_page"]

"""How records show themselves: HTML and LaTeX in a notebook, text at a prompt.

Nothing of IPython is imported: front ends ask an object for ``_repr_html_`` and ``_repr_latex_``. Losses and gradients
are one formula each, which front ends set best from LaTeX alone, so they have no HTML of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from html import escape
from typing import Any

from nmderive.compare import Comparison
from nmderive.derivation import Derivation
from nmderive.evidence import Dossier, Verdict
from nmderive.loss_page import solved_part
from nmderive.numeric.roots import Root
from nmderive.pages.html import badge, folded, formula, formulas, part, prose
from nmderive.report import latex as latex_report
from nmderive.report import terminal
from nmderive.solve import Solved, best_solutions

#: Colours that read on light and on dark ground; the page's style sheet is for whole pages.
_STYLE = """<style>
.nmderive { --good: #14713d; --bad: #b3261e; --part: #8a5a00; --argued: #5b4bb5; --rest: #667; }
[data-jp-theme-light="false"] .nmderive, .vscode-dark .nmderive { --good: #6fcf97; --bad: #ff8a80; --part: #f2c14e;
  --argued: #b8adff; --rest: #aab; }
.nmderive p { margin: .3em 0; } .nmderive .soft { color: var(--rest); }
.nmderive .badge { font: 600 .75em/1.5 system-ui, sans-serif; padding: 0 .45em; border: 1.5px solid currentColor;
  border-radius: .3em; color: var(--rest); white-space: nowrap; }
.nmderive .PROVED, .nmderive .CERTIFIED, .nmderive .SOLVED { color: var(--good); }
.nmderive .REFUTED { color: var(--bad); } .nmderive .PARTIAL { color: var(--part); }
.nmderive .ARGUED { color: var(--argued); }
.nmderive .part { border-left: 2px solid #8884; padding-left: .8em; margin: .5em 0; }
.nmderive .math { overflow-x: auto; overflow-y: hidden; padding: .3em 0; }
.nmderive math { margin: 0; text-align: left; }
.nmderive summary { cursor: pointer; } .nmderive details { margin: .25em 0; }
.nmderive dl { display: grid; grid-template-columns: max-content 1fr; gap: .1em .8em; margin: .3em 0; }
.nmderive dl dt, .nmderive dl dd { float: none; width: auto; margin: 0; overflow-wrap: anywhere; }
.nmderive pre { white-space: pre-wrap; font-family: ui-monospace, "DejaVu Sans Mono", Menlo, monospace; }
.nmderive table { border-collapse: collapse; margin: .4em 0; }
.nmderive table th, .nmderive table td { text-align: left !important; white-space: normal;
  padding: .2em .7em; border-bottom: 1px solid #8884; }
</style>"""

def html(record: Any) -> str:
    """Return a record as a piece of HTML."""
    return f'{_STYLE}<div class="nmderive">{_body(record)}</div>'


@singledispatch
def text(record: Any) -> str:
    """Return a record as lines of text."""
    raise TypeError(f"there is no display of {type(record).__name__}")


@singledispatch
def latex(record: Any) -> str | None:
    """Return a record as LaTeX to stand in a document, None where there is no sensible one."""
    return None


@singledispatch
def _body(record: Any) -> str:
    raise TypeError(f"there is no display of {type(record).__name__}")


@text.register
def _(record: Verdict) -> str:
    return "\n".join(terminal.verdict_lines(record))


@latex.register
def _(record: Verdict) -> str:
    return latex_report.render_verdicts((record,))


@_body.register
def _(record: Verdict) -> str:
    return part({**record.as_data(), "question": record.claim, "latex": ""})


@text.register
def _(record: Dossier) -> str:
    return terminal.render(record)


@latex.register
def _(record: Dossier) -> str:
    return latex_report.render(record)


@_body.register
def _(record: Dossier) -> str:
    lines = [formula(record.formula), formulas(record.gradient_latex) if record.gradient_latex else ""]
    for verdict in record.verdicts:
        scope = f'<span class="soft">{prose(verdict.scope)}</span>' if verdict.scope.strip() not in ("", "for") else ""
        lines.append(folded(f"{badge(verdict.status.value)} <b>{prose(verdict.claim)}</b> {scope}", _body(verdict),
                            unfolded=len(record.verdicts) == 1))
    return "".join([*lines, *(f"<p>{prose(note)}</p>" for note in record.notes)])


@text.register
def _(record: Comparison) -> str:
    return record.render("terminal")


@latex.register
def _(record: Comparison) -> str:
    return record.render("latex")


@_body.register
def _(record: Comparison) -> str:
    heads = [prose(head) if head == name else formula(latex)
             for head, name, latex in zip(record.heads, record.names, record.formulas, strict=True)]
    rows = [_row("th", ["", *heads])]
    for row in record.rows:
        cells = [f'<span class="{cell.status.value}">{prose(cell.text)}</span>' for cell in row.cells]
        rows.append(_row("td", [prose(row.title), *cells]))
    why = "".join(
        f"<p><b>{prose(row.title)}</b></p>{head}" + "".join(map(_body, cell.verdicts))
        for row in record.rows for head, cell in zip(heads, row.cells, strict=True)
    )
    return f"<table>{''.join(rows)}</table>{folded('why', why)}"


def _row(tag: str, cells: list[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"


@text.register
def _(record: Solved) -> str:
    return "\n".join(record.lines())


@latex.register
def _(record: Solved) -> str:
    return "\n".join(rf"\[ {s.formula} \]" for s in best_solutions(record.record))


@_body.register
def _(record: Solved) -> str:
    return f"<p>{badge(record.outcome.value)}</p>{solved_part(record)}"


@text.register
def _(record: Root) -> str:
    if getattr(record.converged, "shape", ()):
        return f"{int(record.converged.sum())} of {record.converged.size} problems converged: {record.reason}"
    word = "stationary point" if record.converged else "not converged"
    return (f"{word} by {record.method}: {record.reason}\n"
            f"l = {record.value:.12g}, |dl/ds| <= {record.residual:.2g}, error about {record.error_estimate:.2g}\n"
            f"s = {record.s}")


@_body.register
def _(record: Root) -> str:
    return f"<pre>{escape(text(record))}</pre>"


@text.register
def _(record: Derivation) -> str:
    return record.shown("text")


@latex.register
def _(record: Derivation) -> str:
    return "\n".join(rf"\[ {line.latex} \]" for line in record.lines if line.latex)


@_body.register
def _(record: Derivation) -> str:
    return record.body()


#: The functions by the name of the format, for records that stand below this room.
FORMS: dict[str, Callable[[Any], Any]] = {"html": html, "latex": latex, "text": text}

__all__ = ["FORMS", "html", "latex", "text"]

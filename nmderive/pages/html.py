"""Parts of a page: prose, formulas, verdicts with their witness and steps, and the page around them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from uuid import uuid4

from nmderive.errors import UnsupportedError
from nmderive.notation.mathml import to_mathml
from nmderive.pages.prose import pieces
from nmderive.pages.typeset import formulas_in, matrix, number

_ROLE = {"as claimed": "(as claimed)", "against the claim": "(against the claim)", "besides": "(known besides)",
         "open": "(open)"}
#: A formula of so many characters of LaTeX fits on a phone.
_SHORT = 24
_SIGNS = {"sum": "∑", "prod": "∏", "Omega": "<i>Ω</i>", "": ""}


@cache
def style() -> str:
    """Return the style sheet with the font for formulas in it."""
    here = Path(__file__).parent
    font = b64encode((here / "maths.woff2").read_bytes()).decode("ascii")
    face = f'@font-face {{ font-family: "nmderive maths"; src: url(data:font/woff2;base64,{font}) format("woff2"); }}\n'
    return face + picture_style() + slider_style() + (here / "page.css").read_text(encoding="utf-8")


@cache
def picture_style() -> str:
    """Return the colours, and the style of pictures, which stand in a picture's own file too."""
    return (Path(__file__).parent / "picture.css").read_text(encoding="utf-8")


@cache
def slider_style() -> str:
    """Return the style of sliders, which stands in a notebook's output too."""
    return (Path(__file__).parent / "slider.css").read_text(encoding="utf-8")


def document(title: str, body: str) -> str:
    """Return a whole page around ``body``."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>\n<style>\n{style()}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )


def prose(text: str) -> str:
    """Return a sentence as HTML, with s_ij, t_k^2, sum_j and formulas of the text form set as mathematics."""
    return "".join(_prose(plain) + formula for plain, formula in formulas_in(text.replace("\\log", "log")))


def _prose(text: str) -> str:
    return "".join(_plain_text(plain) + _set(base, script) for plain, base, script in pieces(text))


def _plain_text(text: str) -> str:
    return escape(text, quote=False).replace("&gt;=", "≥").replace("&lt;=", "≤").replace("!=", "≠")


def _set(base: str, script: str) -> str:
    """Return a letter with its script, which holds a subscript, a power or both."""
    below, _, above = script.removeprefix("_").partition("^")
    sub = f"<sub>{escape(below)}</sub>" if below else ""
    return _SIGNS.get(base, f"<i>{base}</i>") + sub + (f"<sup>{_inner(above)}</sup>" if above else "")


def _inner(text: str) -> str:
    return "".join(escape(plain) + _set(base, script) for plain, base, script in pieces(text))


def formula(latex: str) -> str:
    """Return a formula as MathML, or as its LaTeX where it has something that MathML does not show here."""
    try:
        focus = ' tabindex="0"' * (len(latex) > _SHORT)  # one that is wider than its place is scrolled by keys
        return f'<div class="math"{focus}>{to_mathml(latex)}</div>'
    except UnsupportedError:
        return f"<pre><code>{escape(latex)}</code></pre>"


def formulas(latex: str) -> str:
    r"""Return a formula and the definitions after it (``,\quad``), one below the other."""
    return "".join(map(formula, latex.split(r",\quad ")))


def badge(word: str) -> str:
    """Return a verdict as a coloured label."""
    return f'<span class="badge {escape(word)}">{escape(word)}</span>'


def wide(table: str, kind: str = "") -> str:
    """Return a table that is scrolled, by keys too, where it is wider than its place."""
    return f'<div class="{f"wide {kind}".strip()}" tabindex="0"><table>{table}</table></div>'


def bullets(texts: Sequence[str]) -> str:
    """Return sentences as a list, or nothing."""
    return f"<ul>{''.join(f'<li>{prose(t)}</li>' for t in texts)}</ul>" if texts else ""


def folded(summary: str, body: str, unfolded: bool = False) -> str:
    """Return ``body`` folded under a line."""
    return f"<details{' open' * unfolded}><summary>{summary}</summary>{body}</details>"


def moving(title: str, rows: Sequence[Sequence[tuple[str, str, bool, str]]]) -> str:
    """Return sliders, a row a letter with (letter, value, whether it is the usual one, frame) at each of its stops.

    One frame is shown at a time: one letter moves, the others stay at their usual value, which has a ring.

    They are radio buttons, which move by arrow keys and need no script, where scripts are not run as where they are.
    """
    name, parts = f"at-{uuid4().hex[:8]}", []
    for row in rows:
        parts.append(f'<i class="letter">{escape(row[0][0])}</i>')
        for k, (letter, value, is_usual, frame) in enumerate(row):
            own, said = f"{name}-{escape(letter)}-{k}", escape(f"{letter} = {value}", quote=True)
            checked, ring = " checked" * (is_usual and row is rows[0]), ' class="usual"' * is_usual
            parts.append(f'<input type="radio" name="{name}" id="{own}" aria-label="{said}"{checked}>'
                         f'<label for="{own}"{ring}>{escape(value)}</label><div class="frame">{frame}</div>')
        parts.append('<i class="end"></i>')
    return f'<div class="moving" role="radiogroup" aria-label="{escape(title, quote=True)}">{"".join(parts)}</div>'


def source_text(latex: str) -> str:
    """Return LaTeX to copy, folded."""
    return folded("LaTeX", f"<pre><code>{escape(latex)}</code></pre>")


def witness(data: Mapping[str, Any]) -> str:
    """Return a witness as a small table."""
    names = {"exp_s": "e<sup>s</sup>", "exp_d": "e<sup>d</sup>", "t_other": "t'", "quantity": "value of"}
    rows = [(names.get(k, escape(k)), k, v) for k, v in data.items() if k != "exact" and v not in ({}, [], "")]
    cells = "".join(f"<dt>{name}</dt><dd tabindex=0>{_set_value(k, v)}</dd>" for name, k, v in rows)
    exact = "exactly" if data.get("exact") else "enclosed"
    return f"<p><b>Witness</b> <span class=soft>({exact})</span></p><dl>{cells}</dl>" if rows else ""


def _set_value(key: str, value: Any) -> str:
    """Return what stands in a witness: numbers as a matrix or set in a line, words as they are."""
    if key == "quantity":
        return prose(str(value))
    if key in ("exp_s", "exp_d", "t", "t_other") and isinstance(value, list):
        return matrix(value) or escape(_plain(value))
    if key == "arrays" and isinstance(value, dict):
        return ", ".join(f"{escape(k)} = {matrix(v) or escape(_plain(v))}" for k, v in value.items())
    return number(str(value)) or escape(_plain(value)) if key == "value" else escape(_plain(value))


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} = {_plain(v)}" for k, v in value.items())
    if isinstance(value, list):
        return f"({', '.join(_plain(v) for v in value)})"
    return str(value)


def part(data: Mapping[str, Any], shown: str = "") -> str:
    """Return one question with its verdict; the formula is left out where it was ``shown`` just before."""
    role = f' <span class="soft">{_ROLE[data["holds"]]}</span>' if data.get("holds") else ""
    given = f"; given: {'; '.join(data['conditions'])}" if data["conditions"] else ""
    scope = f", {data['scope']}" if data["scope"].strip() not in ("", "for") else ""
    kinds = ", ".join(sorted({c["kind"] for c in data["certificates"]}))
    proof = f"certificate: {kinds}" if kinds else ""
    steps = "".join(f"<li>{prose(s['rule'])}{formula(s['latex'])}{prose(s['note'])}</li>" for s in data["steps"])
    return "".join((
        f'<div class="part"><p>{badge(data["status"])} {prose(data["question"])}{role}</p>',
        formula(data["latex"]) if data["latex"] not in ("", shown) else "",
        f'<p class="soft">{prose(data["statement"] + scope + given)}</p>',
        bullets([*data["findings"], *([proof] if proof else [])]),
        f"<ol>{steps}</ol>" if steps else "", witness(data["witness"]), "</div>",
    ))



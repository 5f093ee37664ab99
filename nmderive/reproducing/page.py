"""The page: all claims as one HTML file without scripts, fonts or network, readable on a phone and in print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from nmderive.errors import UnsupportedError
from nmderive.notation.mathml import to_mathml

_ROLE = {"as claimed": "(as claimed)", "against the claim": "(against the claim)", "besides": "(known besides)",
         "open": "(open)"}
_MEANING = {
    "PROVED": "every part of it is proved", "REFUTED": "a counterexample, or an enclosure, excludes it",
    "CONDITIONAL": "some of it is proved and some refuted; the condition says which", "ARGUED": "a step is in prose",
    "UNDECIDED": "neither proof nor counterexample was found",
}
_SECTIONS = (
    ("analogy", "The analogy: loss-1", ("A1", "A2", "A3", "A4", "A5", "A6")),
    ("backwards", "From the result backwards: loss-2 and loss-3", ("A7", "A8", "A9", "A10", "A11", "A12")),
    ("analysis", "Hard labels, two classes, balance", ("A13", "A14", "A15", "A16", "A17", "A18")),
    ("comment-1", "Comment 1: another form", tuple(f"B{k}" for k in range(1, 14))),
    ("comment-2", "Comment 2: cross terms", tuple(f"B{k}" for k in range(14, 19))),
    ("comment-3", "Comment 3: offset and margin", tuple(f"B{k}" for k in range(19, 24))),
    ("replies", "The author's reply, and the coupling of tasks", ("R1", "R2", "R3", "C1")),
)
_SUBSCRIPT = re.compile(r"\b([A-Za-z]|Omega)_(?:\{([^{}]{1,12})\}|([A-Za-z0-9]{1,3})\b)")


def document(title: str, body: str) -> str:
    """Return a whole page around ``body``."""
    css = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>\n<style>\n{css}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )


def prose(text: str) -> str:
    """Return a sentence as HTML, with s_ij and s_{i,j} as subscripts."""
    text = escape(text.replace("\\log", "log"))
    text = _SUBSCRIPT.sub(lambda x: f"<i>{x[1].replace('Omega', 'Ω')}</i><sub>{x[2] or x[3]}</sub>", text)
    return text.replace("&gt;=", "≥").replace("&lt;=", "≤")


def formula(latex: str) -> str:
    """Return a formula as MathML, or as its LaTeX where it has something that MathML does not show here."""
    try:
        return f'<div class="math">{to_mathml(latex)}</div>'
    except UnsupportedError:
        return f"<pre><code>{escape(latex)}</code></pre>"


def badge(word: str) -> str:
    """Return a verdict as a coloured label."""
    return f'<span class="badge {escape(word)}">{escape(word)}</span>'


def bullets(texts: Sequence[str]) -> str:
    """Return sentences as a list, or nothing."""
    return f"<ul>{''.join(f'<li>{prose(t)}</li>' for t in texts)}</ul>" if texts else ""


def folded(summary: str, body: str) -> str:
    """Return ``body`` folded under a line."""
    return f"<details><summary>{summary}</summary>{body}</details>"


def source_text(latex: str) -> str:
    """Return LaTeX to copy, folded."""
    return folded("LaTeX", f"<pre><code>{escape(latex)}</code></pre>")


def witness(data: Mapping[str, Any]) -> str:
    """Return a witness as a small table."""
    names = {"exp_s": "e^s", "exp_d": "e^d", "t_other": "t'", "quantity": "value of"}
    rows = [(names.get(k, k), v) for k, v in data.items() if k not in ("exact",) and v not in ({}, [], "")]
    cells = "".join(f"<dt>{escape(k)}</dt><dd>{escape(_plain(v))}</dd>" for k, v in rows)
    exact = "exactly" if data.get("exact") else "enclosed"
    return f"<p><b>Witness</b> <span class=soft>({exact})</span></p><dl>{cells}</dl>" if rows else ""


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


def _parts(parts: Sequence[Mapping[str, Any]]) -> str:
    before = ["", *(p["latex"] for p in parts)]
    return "".join(part(p, shown) for p, shown in zip(parts, before, strict=False))


def claim(data: Mapping[str, Any]) -> str:
    """Return one claim of the source."""
    word = data["verdict"]
    what = "".join(f"{formula(f['latex'])}<p class=soft>{prose(f['note'])}</p>" for f in data["formulas"])
    failing = [p for p in data["parts"] if p["holds"] == "against the claim" and p["witness"]]
    shown = witness(failing[0]["witness"]) if word == "REFUTED" and failing else ""
    count = len(data["parts"])
    return "".join((
        f'<article id="{data["id"]}"><h3>{data["id"]} {badge(word)} <small>{prose(data["where"])}</small></h3>',
        f"<p>{prose(data['claim'])}</p>", formula(data["latex"]) if data["latex"] else "",
        f'<p class="condition">{prose(data["condition"])}</p>' if data["condition"] else "",
        *(f"<p>Argued, not proved: {prose(x)}</p>" for x in data["argued"]), shown,
        folded("Found by the search", what) if what else "",
        folded(f"Derivation: {count} verdict{'s' * (count != 1)}",
               _parts(data["parts"]) + "".join(f"<p>{prose(x)}.</p>" for x in data["remarks"])),
        source_text(data["latex"]) if data["latex"] else "",
        f'<p class="soft"><a href="claims/{data["id"]}.json">certificates ({data["id"]}.json)</a></p></article>',
    ))


def _contents(claims: Mapping[str, Mapping[str, Any]]) -> str:
    lines = []
    for name, title, ids in _SECTIONS:
        links = "".join(
            f'<li><a class="{word}" title="{word}" href="#{k}"><span>{k}</span></a></li>'
            for k, word in ((k, claims[k]["verdict"]) for k in ids if k in claims))
        lines.append(f'<p><a href="#{name}">{escape(title)}</a></p><ol>{links}</ol>')
    return f'<nav aria-label="contents">{"".join(lines)}</nav>'


def page(claims: Iterable[Mapping[str, Any]], counts: Mapping[str, int]) -> str:
    """Return the page of all claims."""
    known = {c["id"]: c for c in claims}
    totals = "".join(f'<li><b class="{k}">{v}</b>{k} <span class="soft">{_MEANING[k]}</span></li>'
                     for k, v in counts.items() if v)
    head = (
        "<h1>Every claim of “n m-way classifications”, judged</h1>"
        '<p><span lang="zh">苏剑林 (2022), 不成功的尝试:将多标签交叉熵推广到“n个m分类”上去</span>, '
        '<a href="https://kexue.fm/archives/9158">kexue.fm/archives/9158</a>, and its reader comments. Each verdict is '
        "nmderive's own: proofs hold for all n and m unless a size is named, and carry certificates that "
        "<code>nmderive check FILE</code> re-checks with code that shares nothing with the prover.</p>"
        f'<ul class="counts">{totals}</ul>'
    )
    sections = "".join(
        f'<section id="{name}"><h2>{escape(title)}</h2>'
        f'{"".join(claim(known[k]) for k in ids if k in known)}</section>\n'
        for name, title, ids in _SECTIONS)
    return document("Every claim of the article, judged", head + _contents(known) + sections)

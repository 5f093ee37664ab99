"""The page: all claims as one HTML file without scripts or network, readable on a phone and in print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from nmderive.pages.html import badge, document, folded, formula, part, prose, source_text, witness

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

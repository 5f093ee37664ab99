"""The page: all claims as one HTML file without scripts or network, readable on a phone and in print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from nmderive.pages.html import badge, document, folded, formula, part, prose, source_text, witness
from nmderive.reproducing.page_findings import findings
from nmderive.reproducing.page_past import cells_of, past, table
from nmderive.reproducing.page_pictures import figure
from nmderive.reproducing.sections import (
    ABOUT,
    EVIDENCE,
    NEW_LOSSES,
    ORIGINAL,
    PAST,
    PAST_PARTS,
    SECTIONS,
    SOURCE,
    TITLE,
)


def _parts(parts: Sequence[Mapping[str, Any]]) -> str:
    """Return the verdicts; a formula is shown once, at the first of those that it belongs to."""
    seen: set[str] = set()
    shown = []
    for data in parts:
        shown.append(part(data, data["latex"] if data["latex"] in seen else ""))
        seen.add(data["latex"])
    return "".join(shown)


def claim(data: Mapping[str, Any], figures: str = "") -> str:
    """Return one claim of the source, with links to the pictures that belong to it."""
    word = data["verdict"]
    what = "".join(f"{formula(f['latex'])}<p class=soft>{prose(f['note'])}</p>" for f in data["formulas"])
    failing = [p for p in data["parts"] if p["holds"] == "against the claim" and p["witness"]]
    shown = witness(failing[0]["witness"]) if word == "REFUTED" and failing else ""
    count = len(data["parts"])
    return "".join((
        f'<article id="{data["id"]}"><h3>{data["id"]} {badge(word)} <small>{prose(data["where"])}</small></h3>',
        f"<p>{prose(data['claim'])}</p>", formula(data["latex"]) if data["latex"] else "",
        f'<p class="condition">{prose(data["condition"])}</p>' if data["condition"] else "",
        *(f"<p>Argued, not proved: {prose(x)}</p>" for x in data["argued"]), shown, figures,
        folded("Found by the search", what) if what else "",
        folded(f"Derivation: {count} verdict{'s' * (count != 1)}",
               _parts(data["parts"]) + "".join(f"<p>{prose(x)}.</p>" for x in data["remarks"])),
        source_text(data["latex"]) if data["latex"] else "",
        f'<p class="soft"><a href="claims/{data["id"]}.json">certificates ({data["id"]}.json)</a></p></article>',
    ))


def _contents(claims: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a line a claim, its verdict before it."""
    lines = []
    for name, title, ids in SECTIONS:
        links = "".join(
            f'<li><a href="#{k}">{k}</a> {badge(c["verdict"])} {prose(c["claim"])}</li>'
            for k, c in ((k, claims[k]) for k in ids if k in claims))
        lines.append(f'<p><a href="#{name}">{escape(title)}</a></p><ol>{links}</ol>')
    parts = [("new-losses", NEW_LOSSES), *((name, title) for name, title, _ in PAST_PARTS)]
    links = "".join(f'<li><a href="#{n}">{prose(t)}</a></li>' for n, t in parts)
    lines.append(f'<p><a href="#{PAST[0]}">{escape(PAST[1])}</a></p><ul>{links}</ul>')
    return f'<nav aria-label="contents"><h2>The claims</h2>{"".join(lines)}</nav>'


def _pictures(pictures: Iterable[Mapping[str, Any]]) -> str:
    return f'<section id="pictures"><h2>Pictures</h2><p>{EVIDENCE}</p>{"".join(map(figure, pictures))}</section>'


def _head() -> str:
    original = folded("The original title", f'<span lang="zh">{ORIGINAL}</span>')
    about = ABOUT.replace("nmderive check FILE", "<code>nmderive check FILE</code>")
    link = '<a href="https://kexue.fm/archives/9158">kexue.fm/archives/9158</a>'
    return f"<h1>{TITLE}</h1><p>{SOURCE}, {link}, and its reader comments. {about}</p>{original}"


def page(data: Mapping[str, Any]) -> str:
    """Return the page of a whole reproduction, given as plain data: what was found first, then what carries it."""
    known, cells = {c["id"]: c for c in data["claims"]}, cells_of(data["past"])
    drawn = [p for p in data["pictures"] if "numbers" in p]
    shown = {k: "".join(f'<p><a href="#picture-{p["picture"]}">Picture: {prose(p["title"])}</a></p>' for p in drawn
                        if p["claim"] == k) for k in known}
    sections = "".join(
        f'<section id="{name}"><h2>{escape(title)}</h2>'
        f'{"".join(claim(known[k], shown[k]) for k in ids if k in known)}</section>\n'
        for name, title, ids in SECTIONS)
    return document("Every claim of the article, judged", "".join((
        _head(), findings(data["counts"], cells), table(cells), _pictures(data["pictures"]), _contents(known), sections,
        past(data["past"]))))

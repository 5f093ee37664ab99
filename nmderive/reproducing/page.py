"""The page: all claims as one HTML file without scripts or network, readable on a phone and in print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from nmderive.pages.html import badge, document, folded, formula, part, prose, source_text, witness
from nmderive.reproducing.page_past import past
from nmderive.reproducing.page_pictures import figure
from nmderive.reproducing.sections import ABOUT, EVIDENCE, MEANING, NEW_LOSSES, PAST, PAST_PARTS, SECTIONS, TITLE


def _parts(parts: Sequence[Mapping[str, Any]]) -> str:
    """Return the verdicts; a formula is shown once, at the first of those that it belongs to."""
    seen: set[str] = set()
    shown = []
    for data in parts:
        shown.append(part(data, data["latex"] if data["latex"] in seen else ""))
        seen.add(data["latex"])
    return "".join(shown)


def claim(data: Mapping[str, Any], figures: str = "") -> str:
    """Return one claim of the source, with the pictures that belong to it."""
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


def _contents(claims: Mapping[str, Mapping[str, Any]], pictures: Iterable[Mapping[str, Any]]) -> str:
    lines = []
    for name, title, ids in SECTIONS:
        links = "".join(
            f'<li><a class="{word}" title="{word}" href="#{k}"><span>{k}</span></a></li>'
            for k, word in ((k, claims[k]["verdict"]) for k in ids if k in claims))
        lines.append(f'<p><a href="#{name}">{escape(title)}</a></p><ol>{links}</ol>')
    parts = [*PAST_PARTS[:1], ("new-losses", NEW_LOSSES, ()), *PAST_PARTS[1:]]
    lines.append(_links(PAST[0], PAST[1], [(name, title) for name, title, _ in parts]))
    lines.append(_links("", "Pictures", [(f"picture-{p['picture']}", p["title"]) for p in pictures if "numbers" in p]))
    return f'<nav aria-label="contents">{"".join(lines)}</nav>'


def _links(anchor: str, title: str, entries: Sequence[tuple[str, str]]) -> str:
    head = f'<a href="#{anchor}">{escape(title)}</a>' if anchor else escape(title)
    return f"<p>{head}</p><ul>" + "".join(f'<li><a href="#{n}">{prose(t)}</a></li>' for n, t in entries) + "</ul>"


def page(data: Mapping[str, Any]) -> str:
    """Return the page of a whole reproduction, given as plain data."""
    known = {c["id"]: c for c in data["claims"]}
    figures = {k: "".join(figure(p) for p in data["pictures"] if p.get("claim") == k) for k in known}
    totals = "".join(f'<li><b class="{k}">{v}</b>{k} <span class="soft">{MEANING[k]}</span></li>'
                     for k, v in data["counts"].items() if v)
    head = (
        f"<h1>{TITLE}</h1>"
        '<p><span lang="zh">苏剑林 (2022), 不成功的尝试:将多标签交叉熵推广到“n个m分类”上去</span>, '
        '<a href="https://kexue.fm/archives/9158">kexue.fm/archives/9158</a>, and its reader comments. '
        f'{ABOUT.replace("nmderive check FILE", "<code>nmderive check FILE</code>")} {EVIDENCE}</p>'
        f'<ul class="counts">{totals}</ul>'
    )
    sections = "".join(
        f'<section id="{name}"><h2>{escape(title)}</h2>'
        f'{"".join(claim(known[k], figures[k]) for k in ids if k in known)}</section>\n'
        for name, title, ids in SECTIONS)
    missing = "".join(figure(p) for p in data["pictures"] if "numbers" not in p)
    return document("Every claim of the article, judged",
                    head + _contents(known, data["pictures"]) + sections + past(data["past"]) + missing)

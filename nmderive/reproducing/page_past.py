"""The losses side by side, and the page's last section: the new losses, loss-1's optimum, the no-go theorem."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from nmderive.pages.html import badge, folded, formula, prose, source_text, wide
from nmderive.reproducing.past import COLUMNS, NEW, ROWS
from nmderive.reproducing.sections import NEW_LOSSES, PAST, PAST_PARTS, QUESTION, TABLE


def cells_of(data: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return the cells of the table by loss and claim."""
    return {(c["loss"], c["claim"]): c for c in data["cells"] if "loss" in c}


def table(cells: Mapping[tuple[str, str], Mapping[str, Any]]) -> str:
    """Return the losses side by side."""
    return f'<section id="table"><h2>{prose(TABLE)}</h2><p>{QUESTION}</p>{_table(cells)}</section>'


def past(data: Mapping[str, Any]) -> str:
    """Return the section."""
    cells = cells_of(data)
    losses = "".join(_loss(name, data, cells) for name in NEW)
    parts = [f'<div id="new-losses"><h3>{prose(NEW_LOSSES)}</h3>{losses}</div>']
    for anchor, title, names in PAST_PARTS:
        inner = "".join(_derivation(data["derivations"][name], True) for name in names)
        parts.append(f'<article id="{anchor}"><h3>{prose(title)}</h3>{inner}{_file(names[0])}</article>')
    return f'<section id="{PAST[0]}"><h2>{PAST[1]}</h2>{"".join(parts)}</section>'


def _table(cells: Mapping[tuple[str, str], Mapping[str, Any]]) -> str:
    rows = []
    for claim in ROWS:
        found = [(name, cells.get((name, claim))) for name in COLUMNS]
        title = next((c["title"] for _, c in found if c), claim)
        inner = "".join(
            f'<td><a class="{c["verdict"]}" href="past/{name}.{claim}.json">{prose(c["text"])}</a></td>' if c
            else "<td>?</td>" for name, c in found)
        rows.append(f"<tr><th>{prose(title)}</th>{inner}</tr>")
    head = "".join(f"<th>{escape(name)}</th>" for name in COLUMNS)
    return wide(f"<tr><th></th>{head}</tr>{''.join(rows)}", "verdicts")


def _loss(name: str, data: Mapping[str, Any], cells: Mapping[tuple[str, str], Mapping[str, Any]]) -> str:
    facts = data["facts"][name]
    found = [c for (own, _), c in cells.items() if own == name]
    if "fault" in facts:
        return f'<article id="{name}"><h4>{name}</h4><p>{prose(facts["fault"])}</p></article>'
    sizes = f" at {facts['sizes']}" if facts["sizes"] else ""
    gradient = formula(facts["gradient"]) + source_text(facts["gradient"])
    return "".join((
        f'<article id="{name}"><h4>{escape(facts["title"])}</h4>', formula(facts["latex"]), source_text(facts["latex"]),
        folded(f"Gradient{sizes}", gradient), "<ul>", *(_line(c) for c in found), "</ul>",
        _derivation(data["derivations"][name]), _file(name), "</article>"))


def _line(cell: Mapping[str, Any]) -> str:
    kinds = sorted({x["kind"] for v in cell["verdicts"] for x in v["certificates"]})
    count = sum(len(v["certificates"]) for v in cell["verdicts"])
    proof = f'<span class="soft"> ({prose(", ".join(kinds))})</span>' if kinds else ""
    file = f'past/{cell["loss"]}.{cell["claim"]}.json'
    return (f'<li>{badge(cell["verdict"])} {prose(cell["title"])}: {prose(cell["text"])}; '
            f'<a href="{file}">{count} certificate{"s" * (count != 1)}</a>{proof}</li>')


def _derivation(data: Mapping[str, Any], unfolded: bool = False) -> str:
    if "fault" in data:
        return f"<p>{prose(data['fault'])}</p>"
    lines = "".join(_step(line) for line in data["lines"])
    title = f'{prose(data["title"])} <span class="soft">({prose(data["text"])})</span>'
    return folded(title, f"<ol>{lines}</ol>", unfolded)


def _step(line: Mapping[str, Any]) -> str:
    word = badge(line["verdict"]) + " " if line["verdict"] else ""
    given = f' <span class="soft">{prose(line["condition"])}</span>' if line["condition"] else ""
    notes = "".join(f"<p>{prose(note)}</p>" for note in line["notes"])
    return f"<li>{word}{prose(line['rule'])}{given}{notes}{formula(line['latex']) if line['latex'] else ''}</li>"


def _file(name: str) -> str:
    return f'<p class="soft"><a href="past/{name}.json">certificates of the steps ({name}.json)</a></p>'



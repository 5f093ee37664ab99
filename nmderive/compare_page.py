"""A comparison as one page: the table of verdicts, what its rows mean, and each verdict with what shows it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from nmderive.claims import definition
from nmderive.pages.html import document, folded, formula, part, prose, wide

if TYPE_CHECKING:
    from nmderive.compare import Cell, Comparison, Row


def render(table: Comparison) -> str:
    """Return the comparison as a whole page, with nothing loaded from elsewhere and without scripts."""
    losses = "".join(f"<article><h3>{escape(head)}</h3>{formula(latex)}</article>"
                     for head, latex in zip(table.heads, table.formulas, strict=True))
    meanings = "".join(f"<dt>{escape(row.claim)}</dt><dd>{prose(definition(row.claim))}</dd>" for row in table.rows)
    body = "".join((
        f"<h1>{_title(table)}</h1>", _counts(table), _grid(table),
        f"<h2>The losses</h2>{losses}", f"<h2>What the rows say</h2><dl>{meanings}</dl>",
        "<h2>Why</h2>", "".join(_reasons(table, row) for row in table.rows),
        '<p class="soft">Every certificate is in what <code>nmderive compare --format json</code> prints.</p>',
    ))
    return document("nmderive: losses side by side", body)


def _title(table: Comparison) -> str:
    return "Losses side by side" if len(table.names) > 1 else escape(table.heads[0])


def _counts(table: Comparison) -> str:
    shown = "".join(f'<li class="{status}"><b>{count}</b>{status}</li>'
                    for status, count in table.counts().items() if count)
    return f'<ul class="counts">{shown}</ul>'


def _grid(table: Comparison) -> str:
    """Return the table; on a phone each row is a block with the losses below each other."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.heads)
    rows = "".join(
        f'<tr><th scope="row" title="{escape(definition(row.claim), quote=True)}">{prose(row.title)}</th>'
        + "".join(_cell(row, cell, name) for name, cell in zip(table.heads, row.cells, strict=True)) + "</tr>"
        for row in table.rows)
    return wide(f'<tr><th scope="col">property</th>{head}</tr>{rows}', "verdicts sides")


def _cell(row: Row, cell: Cell, name: str) -> str:
    return (f'<td data-loss="{escape(name, quote=True)}"><a class="{cell.status.value}" href="#{row.claim}">'
            f"{prose(cell.text)}</a></td>")


def _reasons(table: Comparison, row: Row) -> str:
    cells = "".join(
        folded(f"<b>{escape(name)}</b>: {prose(cell.text)}",
               "".join(part({**v.as_data(), "question": v.claim, "latex": ""}) for v in cell.verdicts))
        for name, cell in zip(table.heads, row.cells, strict=True))
    return f'<article id="{row.claim}"><h3>{prose(row.title)}</h3>{cells}</article>'


__all__ = ["render"]

"""One picture: its panels, its words, and the numbers that it shows."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any

from nmderive.errors import UsageError
from nmderive.pages.html import folded, prose
from nmderive.plots.subject import Subject

#: In the order in which they are shown.
_ORDER = ("landscape", "optimum", "slopes", "shares", "gaps")


def names() -> list[str]:
    """Return the names of all pictures."""
    found = {p.stem for p in (Path(__file__).parent / "kinds").glob("[a-z]*.py")}
    return [*(name for name in _ORDER if name in found), *sorted(found - set(_ORDER))]


def kind(name: str) -> ModuleType:
    """Return the file of one picture."""
    if name not in names():
        raise UsageError(f"there is no picture {name!r}", hint="one of: " + ", ".join(names()))
    return importlib.import_module(f"nmderive.plots.kinds.{name}")


@dataclass(frozen=True)
class Figure:
    """A picture of one loss."""

    name: str
    title: str
    caption: str
    panels: tuple[str, ...]
    numbers: dict[str, Any]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def html(self) -> str:
        """Return the picture with its caption, and its numbers folded under it."""
        return figure_html(self.name, self.title, self.caption, self.panels, (self.head, self.rows))

    def as_data(self) -> dict[str, Any]:
        """Return the numbers as plain data."""
        return {"schema": "nmderive-picture/1", "picture": self.name, "title": self.title, "caption": self.caption,
                "numbers": self.numbers}


def figure(name: str, subject: Subject, called: str) -> Figure:
    """Return a picture of one loss, ``called`` so in its legend; raises an NmderiveError where it has none."""
    own, losses = kind(name), {called: subject}
    numbers = own.numbers(losses)
    head, rows = own.table(numbers)
    said = subject.said()
    caption = own.caption(losses) + (f" Drawn at {said}." if said else "")
    return Figure(name, own.TITLE, caption, tuple(own.draw(numbers)), numbers, tuple(head), tuple(map(tuple, rows)))


def figure_html(
    name: str, title: str, caption: str, panels: Sequence[str],
    table: tuple[Sequence[str], Sequence[Sequence[str]]],
) -> str:
    """Return panels and words as a figure of a page."""
    head, rows = table
    lines = "".join(f"<tr><th>{escape(row[0])}</th>{''.join(f'<td>{escape(x)}</td>' for x in row[1:])}</tr>"
                    for row in rows)
    cells = f"<tr>{''.join(f'<th>{escape(x)}</th>' for x in head)}</tr>{lines}"
    numbers = folded("Numbers", f'<div class="wide"><table>{cells}</table></div>')
    return (f'<figure id="picture-{name}"><div class="panels">{"".join(panels)}</div>'
            f"<figcaption><b>{prose(title)}.</b> {prose(caption)}{numbers}</figcaption></figure>")


def left_out(reasons: Mapping[str, str]) -> str:
    """Return which pictures a loss does not have, and why, as a list of a page."""
    lines = "".join(f"<li>{prose(name)}: {prose(why)}</li>" for name, why in reasons.items())
    return f'<p class="soft">Not drawn:</p><ul class="soft">{lines}</ul>' if lines else ""


__all__ = ["Figure", "figure", "figure_html", "kind", "left_out", "names"]

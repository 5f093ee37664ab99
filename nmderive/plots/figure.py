"""One picture: its panels, its words, and the numbers that it shows."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any

from nmderive.errors import NmderiveError, UsageError
from nmderive.pages.html import folded, moving, prose, wide
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
    #: The same picture at other values of the letters, a tuple a letter; empty where it does not move.
    stops: tuple[tuple[Stop, ...], ...] = ()

    def html(self) -> str:
        """Return the picture with its caption, its numbers folded under it, and sliders where it moves."""
        if self.stops:
            return self.slider(lambda frame: replace(frame, name="").html())  # an id stands once on a page
        return figure_html(self.name, self.title, self.caption, self.panels, (self.head, self.rows))

    def slider(self, shown: Callable[[Figure], str]) -> str:
        """Return sliders, one a letter, over what is ``shown`` of the picture at each of their stops."""
        usual = replace(self, stops=())
        rows = [[(stop.letter, stop.value, stop.figure == usual, shown(stop.figure)) for stop in row]
                for row in self.stops]
        return f'<div id="picture-{self.name}">{moving(self.title, rows)}</div>'

    def as_data(self) -> dict[str, Any]:
        """Return the numbers as plain data."""
        return {"schema": "nmderive-picture/1", "picture": self.name, "title": self.title, "caption": self.caption,
                "numbers": self.numbers}


@dataclass(frozen=True)
class Stop:
    """A picture at one value of one letter."""

    letter: str
    value: str
    figure: Figure


def moved(own: Figure, subject: Subject, called: str) -> Figure:
    """Return the picture with its stops, where it is drawn fast enough and the loss has letters without a value."""
    if not hasattr(kind(own.name), "scale"):
        return own
    rows = [tuple(_stops(own, subject, called, letter, values)) for letter, values in subject.stops().items()]
    rows = [row for row in rows if any(stop.figure.numbers != own.numbers for stop in row)]
    if not rows:
        return own
    scale = kind(own.name).scale([own.numbers, *(stop.figure.numbers for row in rows for stop in row)])

    def drawn(one: Figure) -> Figure:
        return replace(one, panels=tuple(kind(one.name).draw(one.numbers, *scale)))

    return replace(drawn(own), stops=tuple(tuple(replace(s, figure=drawn(s.figure)) for s in row) for row in rows))


def _stops(own: Figure, subject: Subject, called: str, letter: str, values: Sequence[float]) -> Iterator[Stop]:
    for value in values:
        try:
            yield Stop(letter, f"{value:g}", figure(own.name, subject.at(letter, value), called))
        except NmderiveError:  # there is no such picture at this value
            continue


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
    numbers = folded("Numbers", wide(cells))
    own = f' id="picture-{name}"' if name else ""
    return (f'<figure{own}><div class="panels">{"".join(panels)}</div>'
            f"<figcaption><b>{prose(title)}.</b> {prose(caption)}{numbers}</figcaption></figure>")


def left_out(reasons: Mapping[str, str]) -> str:
    """Return which pictures a loss does not have, and why, as a list of a page."""
    lines = "".join(f"<li>{prose(name)}: {prose(why)}</li>" for name, why in reasons.items())
    return f'<p class="soft">Not drawn:</p><ul class="soft">{lines}</ul>' if lines else ""


__all__ = ["Figure", "figure", "figure_html", "kind", "left_out", "names"]

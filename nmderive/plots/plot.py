"""The verb ``plot``: pictures of any loss, together as one SVG that needs nothing else."""

from __future__ import annotations

import re
import textwrap
from base64 import b64encode
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from nmderive.errors import NmderiveError, UsageError
from nmderive.losses.loss import Loss
from nmderive.notation import to_unicode
from nmderive.pages.html import picture_style, slider_style
from nmderive.plots.figure import Figure, figure, kind, left_out, moved, names
from nmderive.plots.subject import Subject

_WIDTH, _EDGE, _GAP, _LINE = 440.0, 20.0, 16.0, 16.0
_COLUMNS = 58
_BOX = re.compile(r'<svg viewBox="0 0 ([\d.]+) ([\d.]+)" width="[\d.]+"')


@dataclass(frozen=True)
class Plot:
    """The pictures of one loss, and why it has no others; shows itself in a notebook, with sliders where they move."""

    title: str
    figures: tuple[Figure, ...]
    left_out: dict[str, str]

    @property
    def svg(self) -> str:
        """All pictures below each other, as the text of one SVG file."""
        top, parts = _EDGE + _LINE, [_words(_EDGE, _EDGE + 4, self.title[:_COLUMNS], "title")]
        for own in self.figures:
            drawn, top = _stacked(own, top)
            parts += drawn
        size = f'viewBox="0 0 {_WIDTH:g} {top:g}" width="{_WIDTH:g}" height="{top:g}"'
        ground = f'<rect width="{_WIDTH:g}" height="{top:g}" class="ground"/>'
        return (f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(self.title)}">'
                f"<style>{picture_style()}</style>{ground}{''.join(parts)}</svg>\n")

    def html(self) -> str:
        """Return the pictures as a piece of a page that has the style sheet."""
        return "".join(own.html() for own in self.figures) + left_out(self.left_out)

    def save(self, path: str | Path) -> Path:
        """Write the SVG to a file and return its path."""
        Path(path).write_text(self.svg, encoding="utf-8")
        return Path(path)

    def _repr_html_(self) -> str:
        moving = [own for own in self.figures if own.stops]
        still = tuple(own for own in self.figures if not own.stops)
        parts = [own.slider(lambda frame: self._image((frame,))) for own in moving]
        parts += [self._image(still)] if still else []
        return (f"<style>{slider_style()}</style>" if moving else "") + "".join(parts)

    def _image(self, figures: tuple[Figure, ...]) -> str:
        # So that the style of the picture stays inside it.
        data = b64encode(Plot(self.title, figures, {}).svg.encode()).decode("ascii")
        return f'<img alt="{escape(self.title)}" src="data:image/svg+xml;base64,{data}">'

    def __repr__(self) -> str:
        drawn = ", ".join(own.name for own in self.figures)
        return "\n".join([f"pictures of {self.title}: {drawn}", *(f"  no {k}: {v}" for k, v in self.left_out.items())])


def _stacked(own: Figure, top: float) -> tuple[list[str], float]:
    """Return the elements of one picture that begins at ``top``, and where it ends."""
    parts, x, high = [_words(_EDGE, top + _LINE, own.title, "head")], _EDGE, 0.0
    top += 1.5 * _LINE
    for panel in own.panels:
        box = _BOX.match(panel)
        assert box is not None, "every panel is made by pages.svg"
        width, height = float(box[1]), float(box[2])
        if x > _EDGE and x + width > _WIDTH:
            x, top, high = _EDGE, top + high + _GAP, 0.0
        parts.append(f'<svg x="{x:g}" y="{top:g}" height="{box[2]}"{panel[4:]}')
        x, high = x + width + _GAP, max(high, height)
    top += high
    for line in textwrap.wrap(own.caption.replace(" = ", "\u00a0=\u00a0"), _COLUMNS, break_on_hyphens=False):
        top += _LINE
        parts.append(_words(_EDGE, top, line, "soft"))
    return parts, top + 1.5 * _LINE


def _words(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="start" class="{kind}">{escape(text)}</text>'


def plot(loss: Loss, *pictures: str, called: str = "", moving: bool = False, **values: Any) -> Plot:
    """Return the pictures of a loss: those named, or all that it has; ``values`` are of its parameters.

    With ``moving`` the other parameters get sliders. A picture that is asked for by its name and cannot be drawn is an
    error; of all of them it is left out.
    """
    for name in pictures:
        kind(name)
    subject, name_of = Subject(loss, values), called or loss.name or "l"
    drawn, reasons = [], {}
    for name in pictures or names():
        try:
            own = figure(name, subject, name_of)
            drawn.append(moved(own, subject, name_of) if moving else own)
        except NmderiveError as error:
            if pictures or values and "has no parameter" in error.message:
                raise
            reasons[name] = error.message
    if not drawn:
        why = next(iter(reasons.values()))
        raise UsageError(f"there is no picture of this loss: {why}")
    return Plot(_title(loss, name_of), tuple(drawn), reasons)


def _title(loss: Loss, name: str) -> str:
    """Return the loss's name, or its formula where that is short."""
    formula = "" if loss.has_undefined_functions else f"l = {to_unicode(loss.expr)}"
    return formula if name == "l" and len(formula) <= _COLUMNS else "a loss" if name == "l" else name


def figures(loss: Loss, **values: Any) -> tuple[Figure, ...]:
    """Return all pictures that a loss has."""
    return plot(loss, **values).figures


__all__ = ["Plot", "figures", "plot"]

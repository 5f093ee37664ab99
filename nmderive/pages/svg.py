"""Plots as SVG text: axes, lines, contours, dots; colours come from the page's style, so dark mode needs nothing more.

Sizes are in pixels at the width of a phone; numbers are rounded to a tenth of a pixel.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

Point = tuple[float, float]
#: A bend of fewer pixels is not drawn.
_SEEN = 0.12


def svg(width: float, height: float, body: str, label: str) -> str:
    """Return an SVG element of this size; ``label`` says what it shows to those who do not see it."""
    return (f'<svg viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}" role="img" '
            f'aria-label="{escape(label)}">{body}</svg>')


def path(points: Iterable[Point], kind: str = "", closed: bool = False) -> str:
    """Return a line through points, or a closed region; ``kind`` names classes of the style."""
    return f'<path{_class(kind)} d="{_trace(points)}{"z" if closed else ""}"/>'


def paths(lines: Iterable[Sequence[Point]], kind: str = "") -> str:
    """Return several lines as one element."""
    return f'<path{_class(kind)} d="{"".join(_trace(line) for line in lines)}"/>'


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "middle") -> str:
    """Return words at a point; ``anchor`` is start, middle or end."""
    where = "" if anchor == "middle" else f' text-anchor="{anchor}"'
    return f'<text x="{_n(x)}" y="{_n(y)}"{where}{_class(kind)}>{escape(words)}</text>'


def dots(points: Iterable[Point], kind: str, radius: float = 2.5) -> str:
    """Return points as discs."""
    r = _n(radius)
    disc = "".join(f"M{_n(x - radius)} {_n(y)}a{r} {r} 0 1 0 {_n(2 * radius)} 0a{r} {r} 0 1 0 {_n(-2 * radius)} 0"
                   for x, y in points)
    return f'<path{_class(kind)} d="{disc}"/>'


@dataclass(frozen=True)
class Axis:
    """Values from ``low`` to ``high`` on pixels from ``start`` to ``end``, with ticks at values named by words."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[tuple[float, str], ...] = ()
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        low, high = self._scaled(self.low), self._scaled(self.high)
        return self.start + (self._scaled(value) - low) / (high - low) * (self.end - self.start)

    def _scaled(self, value: float) -> float:
        return math.log10(value) if self.logarithmic else value


def ticks(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Return three to six round values from ``low`` to ``high``, with their words."""
    rough = (high - low) / 4
    unit = 10.0 ** math.floor(math.log10(rough))
    step = min((f * unit for f in (1, 2, 2.5, 5, 10)), key=lambda x: abs(x - rough))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple((k * step, f"{k * step:.4g}") for k in range(first, last + 1))


def axes(x: Axis, y: Axis, below: str, above: str) -> str:
    """Return frame, grid, ticks and the two titles, the y axis's above the frame."""
    grid = [((x.at(v), y.start), (x.at(v), y.end)) for v, _ in x.ticks]
    grid += [((x.start, y.at(v)), (x.end, y.at(v))) for v, _ in y.ticks]
    words = [text(x.at(v), y.start + 15, w) for v, w in x.ticks]
    words += [text(x.start - 5, y.at(v) + 4, w, anchor="end") for v, w in y.ticks]
    words += [text((x.start + x.end) / 2, y.start + 33, below), text(x.start, y.end - 9, above, anchor="start")]
    return paths(grid, "grid") + "".join(words)


def legend(names: Sequence[str], x: float, y: float, step: float, columns: int) -> str:
    """Return a short piece of each line with its name, in rows."""
    parts = []
    for k, name in enumerate(names):
        left, top = x + step * (k % columns), y + 17 * (k // columns)
        parts += [path([(left, top), (left + 22, top)], f"line c{k}"), text(left + 28, top + 4, name, anchor="start")]
    return "".join(parts)


def contour(values: Sequence[Sequence[float]], level: float) -> list[list[Point]]:
    """Return the lines where a grid of values crosses a level, in grid coordinates (column, row).

    Every cell is cut into two triangles, in which the crossing is one segment; segments with an end in common are
    joined.
    """
    level += 1e-7 * (1 + abs(level))  # so that a line never runs exactly through a point of the grid
    segments: list[tuple[Point, Point]] = []
    for r in range(len(values) - 1):
        for c in range(len(values[0]) - 1):
            corners = [(c, r), (c + 1, r), (c + 1, r + 1), (c, r + 1)]
            for triangle in ((0, 1, 2), (0, 2, 3)):
                ends = _crossings([corners[k] for k in triangle], values, level)
                if len(ends) == 2:
                    segments.append((ends[0], ends[1]))
    return _joined(segments)


def _crossings(corners: Sequence[tuple[int, int]], values: Sequence[Sequence[float]], level: float) -> list[Point]:
    found = []
    for a, b in ((0, 1), (1, 2), (0, 2)):
        # the ends in one order, so that neighbouring cells get the same point
        (c0, r0), (c1, r1) = sorted((corners[a], corners[b]))
        low, high = values[r0][c0], values[r1][c1]
        if (low < level) != (high < level):
            share = (level - low) / (high - low)
            found.append((c0 + share * (c1 - c0), r0 + share * (r1 - r0)))
    return found


def _joined(segments: Sequence[tuple[Point, Point]]) -> list[list[Point]]:
    at: dict[Point, set[int]] = defaultdict(set)
    for k, ends in enumerate(segments):
        for end in ends:
            at[end].add(k)
    left, lines = set(range(len(segments))), []
    starts = [k for k in left if any(len(at[e]) == 1 for e in segments[k])]
    for first in [*starts, *range(len(segments))]:
        if first not in left:
            continue
        left.discard(first)
        a, b = segments[first]
        line = [a, b] if len(at[a]) == 1 or len(at[b]) != 1 else [b, a]
        while follows := at[line[-1]] & left:
            k = follows.pop()
            left.discard(k)
            line.append(segments[k][1] if segments[k][0] == line[-1] else segments[k][0])
        lines.append(line)
    return lines


def _trace(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in _thinned(list(points)))


def _thinned(points: list[Point]) -> list[Point]:
    """Leave out points that lie on the line between those around them, as far as one can see."""
    kept = points[:1]
    for k, (x, y) in enumerate(points[1:-1], 1):
        (x0, y0), (x1, y1) = kept[-1], points[k + 1]
        long = math.hypot(x1 - x0, y1 - y0)
        if long == 0 or abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / long > _SEEN:
            kept.append((x, y))
    return kept + points[1:][-1:]


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _n(value: float) -> str:
    shown = f"{value:.1f}"
    return "0" if shown == "-0.0" else shown.removesuffix(".0")

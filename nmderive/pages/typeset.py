"""Formulas of the text form set as mathematics inside sentences, and the numbers of a witness.

Findings are plain text, which a terminal shows and anybody can paste; on a page ``sum(j, t[i,j])`` is set. What does
not read as a formula stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from nmderive.errors import NmderiveError
from nmderive.notation import Declarations, parse, to_latex
from nmderive.notation.mathml import to_mathml

#: What begins a formula that needs setting: a sum, or an entry of an array.
_NEEDED = re.compile(r"\b(?:sum|prod|mean)\(|\b[A-Za-z]\w*\[[^\]\s]")
_ATOM = re.compile(r"\d+(?:\.\d+)?|[A-Za-z]\w*")
_OPERATOR = re.compile(r"\*\*| [+-] |[*/]")
#: A letter alone that is no size, index, logit or label: a parameter, of which a finding gives no declaration.
_LETTER, _USUAL = re.compile(r"\b[A-Za-z]\b(?![(\[])"), set("abdhijklmnst")
#: A longer formula has a line of its own, which a narrow screen can scroll.
_LONG = 50
_CLOSING = {"(": ")", "[": "]"}
_TERM = re.compile(r"(?P<number>-?\d+(?:/\d+)?)(?:\*log\((?P<log>\d+)\))?")
_ENCLOSED = re.compile(r"\[(-?[\d.]+)(?:e([-+]?\d+))? \+/- ([\d.]+)e([-+]?\d+)\]")
#: Logits or labels of several rows, as findings write them.
_ROWS = re.compile(r"\[\[-?\d[-\d/, ]*(?:\], \[[-\d/, ]+)*\]\]")


def formulas_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield (plain text, formula after it as MathML); the last formula is empty."""
    last = 0
    for start, end in _runs(text):
        found = _numbers(text[start:end]) or _set(text[start:end])
        if found:
            yield text[last:start], found
            last = end
    yield text[last:], ""


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield where formulas with a sum or an entry stand, each as long as it reads like one, and where numbers do."""
    place = 0
    while place < len(text):
        numbers = _ROWS.match(text, place) or _ENCLOSED.match(text, place)
        end = numbers.end() if numbers else _run(text, place)
        if numbers or end > place and _NEEDED.search(text, place, end):
            yield place, end
        place = max(end, place + 1)


def _numbers(text: str) -> str:
    """Return rows of numbers or an enclosure as MathML; nothing for any other text."""
    if not _ROWS.fullmatch(text):
        return number(text) if _ENCLOSED.fullmatch(text) else ""
    return matrix([row.split(", ") for row in text[2:-2].split("], [")])


def _run(text: str, place: int) -> int:
    """Return the end of the longest formula that begins at ``place``; ``place`` where none does."""
    if place and (text[place - 1].isalnum() or text[place - 1] in "_^.{\\"):
        return place
    end = _atom(text, place + (text[place] == "-"))
    if end is None:
        return place
    while (operator := _OPERATOR.match(text, end)) and (after := _atom(text, operator.end())):
        end = after
    return end


def _atom(text: str, place: int) -> int | None:
    """Return the end of a number, name, call, entry or bracket; None where there is none."""
    atom = _ATOM.match(text, place)
    end = atom.end() if atom else place
    while end < len(text) and text[end] in _CLOSING:
        closed = _closed(text, end)
        if closed is None:
            break
        end = closed
    return end if end > place else None


def _closed(text: str, place: int) -> int | None:
    """Return the place after the bracket that closes the one at ``place``."""
    waiting = []
    for k in range(place, len(text)):
        if text[k] in _CLOSING:
            waiting.append(_CLOSING[text[k]])
        elif text[k] in ")]":
            if text[k] != waiting.pop():
                return None
            if not waiting:
                return k + 1
    return None


@lru_cache(maxsize=4096)
def _set(formula: str) -> str:
    letters = sorted(set(_LETTER.findall(formula)) - _USUAL)
    for lets in ([], [f"{letter}>0" for letter in letters]):
        try:
            (side,) = parse(formula, Declarations.from_lets(lets), "text").sides
            shown = inline(to_latex(side))
            return f'<span class="math">{shown}</span>' if len(formula) > _LONG else shown
        except (NmderiveError, ValueError):
            continue
    return ""


def inline(latex: str) -> str:
    """Return LaTeX as MathML that stands in a line."""
    return to_mathml(latex, display=False)


def number(text: str) -> str:
    """Return an exact value (``3*log(2) + -1*log(5)``, ``5/28``) or an enclosure as MathML, other text as it is."""
    enclosed = _ENCLOSED.fullmatch(text)
    if enclosed:
        middle, power, radius, tenth = enclosed.groups()
        scale = rf" \cdot 10^{{{int(power)}}}" if power else ""
        return inline(rf"{middle}{scale} \pm {radius} \cdot 10^{{{int(tenth)}}}")
    terms = [_TERM.fullmatch(term) for term in text.split(" + ")]
    if not all(terms):
        return ""
    shown = "".join(_signed(k, term["number"], term["log"]) for k, term in enumerate(terms) if term is not None)
    return inline(shown)


def _signed(place: int, factor: str, log: str | None) -> str:
    sign = "-" if factor.startswith("-") else "+" if place else ""
    size = _fraction(factor.removeprefix("-"))
    return f"{sign} {'' if log and size == '1' else size} " + (rf"\log {log} " if log else "")


def _fraction(text: str) -> str:
    above, _, below = text.partition("/")
    return rf"\frac{{{above}}}{{{below}}}" if below else above


def matrix(rows: Sequence[Any]) -> str:
    """Return numbers, or rows of numbers, as a matrix in MathML; nothing where they are no plain numbers."""
    table = [row if isinstance(row, list) else None for row in rows]
    lines = [rows] if all(row is None for row in table) else table
    if not all(line and all(re.fullmatch(r"-?\d+(/\d+)?", str(x)) for x in line) for line in lines):
        return ""
    body = r" \\ ".join(" & ".join(map(str, line or ())) for line in lines)
    return inline(rf"\begin{{pmatrix}} {body} \end{{pmatrix}}")


__all__ = ["formulas_in", "inline", "matrix", "number"]

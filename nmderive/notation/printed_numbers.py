r"""Numbers as programs write them, in the type of print: 1\mathrm{e}{-8}, 1\text{e-8}, 1e{-8} and \texttt{1e-8}.

An e that is set apart by spaces alone, ``1 e-8``, may be Euler's number less 8, and is asked back.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from nmderive.errors import NmderiveError

_GAP = r"(?:\s|\\[,;:!\ ]|\{\})*"
_FONT = r"\\(?:mathrm|mathtt|mathsf|mathit|mathbf|text|texttt|textrm|operatorname)"
_SIGN = rf"(?:\{{{_GAP}[+-]{_GAP}\}}|[+-])"
_DIGITS = r"(?P<{0}>\d+)(?![\w.])"
#: The e, and what stands after it, where the two can only be a power of ten.
_SURE = re.compile("|".join((
    rf"{_GAP}{_FONT}\s*\{{\s*[eE]\s*(?P<sign1>[+-]?)\s*\}}{_GAP}\{{\s*(?P<sign2>[+-]?)\s*{_DIGITS.format('a')}\s*\}}",
    rf"{_GAP}{_FONT}\s*\{{\s*[eE]\s*(?P<sign3>[+-]?)\s*{_DIGITS.format('b')}\s*\}}",
    rf"{_GAP}{_FONT}\s*\{{\s*[eE]\s*(?P<sign4>[+-])\s*\}}{_GAP}{_DIGITS.format('c')}",
    rf"[eE]\{{\s*(?P<sign5>[+-])\s*{_DIGITS.format('d')}\s*\}}",
)))
#: The same with a sign that may be a minus between two numbers, or with none, where the e may be a factor.
_DOUBTED = re.compile("|".join((
    rf"{_GAP}(?:{_FONT}\s*\{{\s*[eE]\s*\}}|[eE]){_GAP}(?:{_SIGN}(?:\\!|\s*(?=\d))*|\{{\s*[+-]\s*)(?P<digits>\d+(?:\.\d+)?)(?!\w)",
    rf"{_GAP}{_FONT}\s*\{{\s*[eE]\s*\}}{_GAP}\{{?\s*[+-]?\s*(?P<digits2>\d+(?:\.\d+)?)",
    r"[eE]\{\s*(?P<digits3>\d+)\s*\}", r"[eE](?P<digits4>\d+)(?=[A-Za-z])")))
_IN_TYPE = re.compile(r"\s*\{\s*(\d+(?:\.\d+)?[eE][+-]?\d+)\s*\}")
#: An e with spaces on both sides of the sign after it, as sums have: 2 e - 8.
_APART = re.compile(r"\s*[eE]\s+[+-]|\s*[eE]\s*[+-]\s+")


def power_of_ten(
    number: str, source: str, position: int, end: int, fail: Callable[..., NmderiveError]
) -> tuple[str, int] | None:
    r"""Return 1e-8 and the place after it where ``number`` goes on to ``\mathrm{e}{-8}``; None where it does not."""
    found = _SURE.match(source, position, end)
    if found is not None:
        parts = found.groupdict()
        sign = next((parts[a] for a in parts if a.startswith("sign") and parts[a]), "")
        return f"{number}e{sign}{next(parts[a] for a in 'abcd' if parts[a])}", found.end()
    doubted = _DOUBTED.match(source, position, end)
    if doubted is None or _APART.match(source, position, end):
        return None
    sign = "-" if "-" in doubted[0] else ""
    digits = next(x for x in doubted.groups() if x)
    raise fail("is this a power of ten, or Euler's number e in a sum?", position, doubted.end(),
               f"for the power of ten write {number} \\cdot 10^{{{sign}{digits}}}; "
               rf"for Euler's number put a sign before it, {number} \cdot e")


def number_in_type(source: str, position: int, end: int) -> tuple[str, int] | None:
    r"""Return the number of ``\texttt{1e-8}`` and the place after it."""
    found = _IN_TYPE.match(source, position, end)
    return None if found is None else (found[1], found.end())


__all__ = ["number_in_type", "power_of_ten"]

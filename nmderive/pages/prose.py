"""Sentences with a little mathematics in them: subscripts, powers and sums as our texts write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARK = re.compile(
    r"\b(?P<sum>sum|prod)_(?:\{(?P<under>[^{}]{1,12})\}|(?P<under2>[a-z]{1,2})\b)"
    r"|(?P<d>\bd)?(?:(?<=d)|\b)(?P<letter>[A-Za-z]|Omega)_(?:\{(?P<sub>[^{}]{1,12})\}|(?P<sub2>[A-Za-z0-9]{1,3})\b)"
    r"(?:\^(?P<power>\d)\b)?"
    r"|\be\^\((?P<exponent>(?:[^()^]|\([^()^]*\)){1,24})\)|\be\^\{(?P<exponent2>(?:[^{}]|\{[^{}]*\}){1,24})\}"
    r"|(?<=\))_(?P<after>[a-z]{1,2})\b"
)


def pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield (plain text, letter or sum after it, its script as _ below ^ above); the last may be empty."""
    last = 0
    for found in _MARK.finditer(text):
        yield (text[last:found.start()], *_read(found))
        last = found.end()
    yield text[last:], "", ""


def _read(found: re.Match[str]) -> tuple[str, str]:
    if found["sum"]:
        return found["sum"], "_" + (found["under"] or found["under2"])
    if exponent := found["exponent"] or found["exponent2"]:
        return "e", "^" + exponent
    if found["after"]:
        return "", "_" + found["after"]
    below = found["sub"] or found["sub2"]
    return (found["d"] or "") + found["letter"], f"_{below}" + (f"^{found['power']}" if found["power"] else "")

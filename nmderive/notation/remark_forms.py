r"""How remarks beside a published formula are spelled: \gamma \in \mathbb{R}_+, y \in \{1, \dots, K\}, (\gamma = 2)."""

from __future__ import annotations

import re

from lark import Token

from nmderive.notation.brackets import closing
from nmderive.notation.chunks import RawChunk

Tokens = tuple[Token, ...]
REALS = r"\\mathbb\s*\{?\s*R\s*\}?"
_SPACES = re.compile(r"\\(?:left|right|[,;!: ]|q?quad)")
_FRACTION = re.compile(r"\\[dt]?frac\s*(?:\{\s*(\d+)\s*\}|(\d))\s*(?:\{\s*(\d+)\s*\}|(\d))")
_GREATER = r"(?:>|\\gt|\\geq?(?:slant)?(?![A-Za-z]))"
#: The positive numbers, and those that are not negative: \mathbb{R}_+ may be either, and the wider one is safe.
_POSITIVE = re.compile(rf"\\in\s*{REALS}\s*(?:[_^]\s*\{{\s*(?:>|\\gt)\s*0\s*\}}|[_^]\s*\{{\s*\+\+\s*\}}|"
                       r"_\s*\{?\s*\+\s*\}?\s*\^\s*\{?\s*(?:\*|\\ast|\\star)\s*\}?)\s*$")
_NOT_NEGATIVE = re.compile(rf"\\in\s*{REALS}\s*(?:[_^]\s*\+|[_^]\s*\{{\s*(?:\+|{_GREATER}\s*0)\s*\}}|"
                           r"\^\s*\{?\s*\+\s*\}?\s*_\s*\{?\s*0\s*\}?|_\s*\{?\s*0\s*\}?\s*\^\s*\{?\s*\+\s*\}?)\s*$")
_SIZE = "[KCMV]"
#: The set of all classes, with a letter for their number, or as a letter of its own.
_CLASSES = re.compile(r"\\in\s*(?:\\\{\s*(?P<low>[01])\s*,\s*(?:[12]\s*,\s*)?(?:\\[lc]?dots|\.\.\.)\s*,\s*"
                      rf"(?P<size>{_SIZE})(?P<less>\s*-\s*1)?\s*\\\}}|\[\s*(?P<all>{_SIZE})\s*\]|\\mathcal\s*\{{?\s*[YC]\s*\}}?)")
_FROM_ONE = re.compile(r"_\s*\{\s*\w+\s*=\s*1\s*\}")


def spelled(text: str) -> str:
    r"""Return a domain as a declaration has it, without the spaces of LaTeX: "q \in [0, 1/2]"."""
    text = _SPACES.sub(" ", text)
    text = re.sub(r"\\([gl])eqslant(?![A-Za-z])", r"\\\1e ", text)
    text = _FRACTION.sub(lambda m: f" {m[1] or m[2]}/{m[3] or m[4]} ", text)
    text = _NOT_NEGATIVE.sub(" >= 0", _POSITIVE.sub(" > 0", text))
    text = re.sub(r"-\s+(?=\d)", "-", text)
    return re.sub(r"_\s*\{?\s*[a-z]\s*\}?", "_j", text).strip()  # one entry stands for all of them


def size_of_classes(said: str, source: str) -> str | None:
    r"""Return the letter for the number of classes in a set of all of them, empty where it has none; else None.

    Classes from 0 are those only where no sum counts them from 1.
    """
    match = _CLASSES.fullmatch(_SPACES.sub(" ", said).strip())
    if match is None or bool(match["less"]) != (match["low"] == "0"):
        return None
    if match["low"] == "0" and _FROM_ONE.search(source):
        return None
    return match["size"] or match["all"] or ""


def is_number_at(side: Tokens) -> bool:
    r"""Tell whether tokens are a number, with a sign or as a fraction: -1, 1/2, \frac12."""
    kinds = [t.type for t in side]
    kinds = kinds[1:] if kinds[:1] == ["MINUS"] else kinds
    plain = [k for k in kinds if k not in ("LBRACE", "RBRACE")]
    return plain in (["NUMBER"], ["NUMBER", "SLASH", "NUMBER"], ["FRAC", "NUMBER", "NUMBER"])


def without_bracket(chunk: RawChunk) -> list[RawChunk]:
    r"""Return the remark (\lambda > 0), or those of (\gamma = 2, \alpha = 0.25), without their bracket."""
    side = chunk.sides[0]
    if len(chunk.sides) != 1 or len(side) < 4 or side[0].type != "LPAR" or closing(side, 0) != len(side) - 1:
        return [chunk]
    inside = side[1:-1]
    if not any(t.type == "EQ" for t in inside):
        return [RawChunk((inside,))] if any(t.type == "REL" for t in inside) else [chunk]
    parts: list[list[Token]] = [[]]
    for token in inside:
        if token.type in ("COMMA", "SEP"):
            parts.append([])
        else:
            parts[-1].append(token)
    found = [_value(tuple(part)) for part in parts]
    return [c for c in found if c is not None] if all(found) else [chunk]


def _value(part: Tokens) -> RawChunk | None:
    """Return what gives one letter a number, as a formula; None for anything else."""
    at = next((k for k, t in enumerate(part) if t.type == "EQ"), 0)
    head, number = part[:at], part[at + 1 :]
    is_letter = bool(head) and head[0].type == "LETTER" and all(t.type != "REL" for t in part)
    return RawChunk((head, number)) if is_letter and is_number_at(number) else None


__all__ = ["REALS", "is_number_at", "size_of_classes", "spelled", "without_bracket"]

r"""Cases in a line of text, ``p_t = p \text{ if } y = 1 \text{ and } 1-p \text{ otherwise}``, as a bracket of cases."""

from __future__ import annotations

from lark import Token

from nmderive.notation.brackets import CLOSE, OPEN

#: The token that \text{if} is outside of a bracket of cases.
IF = "if"
_ENDS = ("SEP", "COMMA", "NEWLINE")


def with_inline_cases(tokens: list[Token]) -> list[Token]:
    """Return the tokens with every definition that is told by if and otherwise as one by cases."""
    while (found := _first(tokens)) is not None:
        tokens = found
    return tokens


def _first(tokens: list[Token]) -> list[Token] | None:
    at = next((k for k, t in enumerate(tokens) if t.type == "SEP" and t == IF), None)
    if at is None:
        return None
    start = _before(tokens, at)
    ends = _pieces(tokens, at + 1)
    if start is None or len(ends) < 2:
        return _without(tokens, at)
    first, condition = tokens[start:at], tokens[at + 1 : ends[0][0]]
    second = tokens[ends[0][1] : ends[1][0]]
    other, end = _other(tokens, ends)
    if not first or not condition or not second or not other:
        return _without(tokens, at)
    place, last = first[0].start_pos or 0, tokens[end - 1].end_pos
    comma = Token("COMMA", ",", place, end_pos=place)
    inside = [*first, comma, *condition, comma, *second, comma, *other]
    head = [Token("LETTER", "cases", place, end_pos=place), Token("LPAR", "cases", place, end_pos=place)]
    return [*tokens[:start], *head, *inside, Token("RPAR", "cases", place, end_pos=last), *tokens[end:]]


def _without(tokens: list[Token], at: int) -> list[Token]:
    """Return the tokens with an if that tells no cases as any other word between formulas."""
    old = tokens[at]
    return [*tokens[:at], Token("SEP", "text", old.start_pos or 0, end_pos=old.end_pos), *tokens[at + 1 :]]


def _before(tokens: list[Token], at: int) -> int | None:
    """Return the place after the equality sign before ``at``, on its level."""
    depth = 0
    for k in range(at - 1, -1, -1):
        depth += (tokens[k].type in CLOSE) - (tokens[k].type in OPEN)
        if depth == 0 and tokens[k].type == "EQ":
            return k + 1
        if depth < 0 or depth == 0 and tokens[k].type in _ENDS:
            return None
    return None


def _pieces(tokens: list[Token], at: int) -> list[tuple[int, int]]:
    """Return (end, next start) of the pieces after ``at``: they end at commas and words, and before otherwise."""
    found: list[tuple[int, int]] = []
    depth, k = 0, at
    while k < len(tokens) and len(found) < 3:
        depth += (tokens[k].type in OPEN) - (tokens[k].type in CLOSE)
        is_rest = tokens[k].type == "WORD" and tokens[k] in ("otherwise", "else")
        if depth == 0 and (tokens[k].type in _ENDS or is_rest):
            end = k
            while k < len(tokens) and tokens[k].type in _ENDS and tokens[k] != IF:
                k += 1
            k += k < len(tokens) and tokens[k] == IF
            found.append((end, k))
            is_rest = k < len(tokens) and tokens[k].type == "WORD" and tokens[k] in ("otherwise", "else")
            if is_rest:
                found[-1] = (end, k)
                if len(found) > 1:
                    return found
            if k == end:
                k += 1
            continue
        k += 1
    return [*found, (len(tokens), len(tokens))]


def _other(tokens: list[Token], ends: list[tuple[int, int]]) -> tuple[list[Token], int]:
    """Return the second condition, which follows the second value, and the place after it."""
    start = ends[1][1]
    if start < len(tokens) and tokens[start].type == "WORD":
        return [tokens[start]], start + 1
    is_told = start > 0 and tokens[start - 1] == IF
    end = ends[2][0] if len(ends) > 2 else len(tokens)
    return (list(tokens[start:end]), end) if is_told else ([], end)


__all__ = ["IF", "with_inline_cases"]

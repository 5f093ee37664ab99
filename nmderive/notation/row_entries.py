r"""Entries of a row as code writes them, \text{softmax}(z_i)[y_i], as subscripts before a formula is parsed."""

from __future__ import annotations

from lark import Token

from nmderive.notation.brackets import closing
from nmderive.notation.vocabulary import INDEX_LETTERS

#: Functions of a row that give a row.
_ROWS = frozenset(["softmax", "log-softmax"])
_INDICES = INDEX_LETTERS | {"y", "n"}


def with_row_entries(tokens: list[Token]) -> list[Token]:
    """Return the tokens with the square bracket after a softmax of a row, where it holds one index, as a subscript."""
    for start in reversed(range(len(tokens) - 1)):
        if tokens[start].type != "FUNC" or tokens[start] not in _ROWS or tokens[start + 1].type != "LPAR":
            continue
        at = closing(tokens, start + 1) + 1
        if at >= len(tokens) or tokens[at].type != "LBRACK":
            continue
        end = closing(tokens, at)
        if not _is_index(tokens[at + 1 : end]):
            continue
        first, last = tokens[at], tokens[end]
        tokens = [*tokens[:at], _at("SUB", "_", first), _at("LBRACE", "{", first), *tokens[at + 1 : end],
                  _at("RBRACE", "}", last), *tokens[end + 1 :]]
    return tokens


def _is_index(inside: list[Token]) -> bool:
    """Tell whether tokens are one letter of an index, with a subscript or without."""
    is_letter = bool(inside) and inside[0].type == "LETTER" and str(inside[0]) in _INDICES
    return is_letter and (len(inside) == 1 or inside[1].type == "SUB" and (
        len(inside) == 3 or inside[2].type == "LBRACE" and closing(inside, 2) == len(inside) - 1))


def _at(kind: str, text: str, place: Token) -> Token:
    return Token(kind, text, place.start_pos or 0, end_pos=place.end_pos)


__all__ = ["with_row_entries"]

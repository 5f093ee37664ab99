"""The brackets of a source's tokens."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

OPEN = ("LPAR", "LBRACK", "LBRACE")
CLOSE = ("RPAR", "RBRACK", "RBRACE")


def closing(tokens: Sequence[Token], at: int) -> int:
    """Return the place of the bracket that closes the one at ``at``; the end where none does."""
    depth = 0
    for k in range(at, len(tokens)):
        depth += (tokens[k].type in OPEN) - (tokens[k].type in CLOSE)
        if depth == 0:
            return k
    return len(tokens)

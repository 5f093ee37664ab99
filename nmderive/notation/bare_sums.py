r"""Sums that name no index, \sum \log p_{y_i}: over the one index of their term that nothing else binds."""

from __future__ import annotations

from lark import Token

from nmderive.notation.brackets import CLOSE, OPEN, closing
from nmderive.notation.vocabulary import INDEX_LETTERS

_LETTERS = INDEX_LETTERS | {"n", "t"}
_ENDS = ("EQ", "SEP", "NEWLINE")


def with_sum_indices(tokens: list[Token]) -> tuple[list[Token], list[str]]:
    """Return the tokens with an index below each sum that names none, where one letter only can be meant."""
    notes: list[str] = []
    has_indices = any(t.type == "SUB" and any(a.type in ("LETTER", "NUMBER") for a in tokens[k + 1 : k + 3])
                      for k, t in enumerate(tokens))
    for at in reversed(range(len(tokens))):
        after = [t.type for t in tokens[at + 1 : at + 2]]
        is_bare = tokens[at].type == "BIG" and tokens[at] == "sum" and after not in (["SUB"], ["SUP"])
        letters = _free(_term(tokens, at)) - _outer(tokens, at) if is_bare else set()
        if is_bare and not has_indices and "x" not in map(str, tokens):
            letters = {"x"}  # of one sample, as \sum_x [y \log p + ...] has it
        if len(letters) != 1:
            continue
        (letter,) = letters
        place = tokens[at]
        made = [Token(kind, text, place.start_pos or 0, end_pos=place.end_pos) for kind, text in (
            ("SUB", "_"), ("LETTER", letter))]
        tokens = [*tokens[: at + 1], *made, *tokens[at + 1 :]]
        notes.append("a sum that names no index is over the samples" if letter == "x" else
                     f"a sum that names no index is over {letter}")
    return tokens, list(dict.fromkeys(notes))


def _term(tokens: list[Token], at: int) -> list[Token]:
    """Return the tokens of what a sum is of: up to the next sign, or to the end of its bracket."""
    depth = 0
    for k in range(at + 1, len(tokens)):
        depth += (tokens[k].type in OPEN) - (tokens[k].type in CLOSE)
        if depth < 0 or depth == 0 and tokens[k].type in (*_ENDS, "PLUS", "MINUS"):
            return tokens[at + 1 : k]
    return tokens[at + 1 :]


def _outer(tokens: list[Token], at: int) -> set[str]:
    """Return the letters of the sums that the place stands under."""
    depth, is_other_term, found = 0, False, set()
    for k in range(at - 1, -1, -1):
        depth += (tokens[k].type in CLOSE) - (tokens[k].type in OPEN)
        if depth < 0:
            depth, is_other_term = 0, False
        elif depth == 0 and tokens[k].type in _ENDS:
            break
        elif depth == 0 and tokens[k].type in ("PLUS", "MINUS"):
            is_other_term = True
        elif depth == 0 and tokens[k].type == "BIG" and not is_other_term:
            found |= _below(tokens, k + 1)
    return found


def _below(tokens: list[Token], at: int) -> set[str]:
    if at + 1 >= len(tokens) or tokens[at].type != "SUB":
        return set()
    end = closing(tokens, at + 1) if tokens[at + 1].type == "LBRACE" else at + 1
    return {str(t) for t in tokens[at + 1 : end + 1] if t.type == "LETTER" and str(t) in _LETTERS}


def _free(term: list[Token]) -> set[str]:
    """Return the letters of indices below entries that no sum of the term binds."""
    bound, found = set(), set()
    for k, token in enumerate(term[:-1]):
        if token.type == "SUB" and k:
            letters = _below(term, k)
            bound |= letters if term[k - 1].type in ("BIG", "FUNC") else set()
            found |= letters if term[k - 1].type not in ("BIG", "FUNC") else set()
    return found - bound


__all__ = ["with_sum_indices"]

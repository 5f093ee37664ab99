r"""The true class with a star, k^* in p_{k^*} and P(y^*), as the target class y before a formula is parsed."""

from __future__ import annotations

from lark import Token

#: Letters of classes; others with a star are optimal numbers, or the truth beside a prediction.
_CLASSES = frozenset("yckj")
_BEFORE = frozenset(["LBRACE", "COMMA", "LPAR", "REL"])
_AFTER = frozenset(["RBRACE", "COMMA", "RPAR", "BAR"])


def with_true_class(tokens: list[Token]) -> tuple[list[Token], list[str]]:
    r"""Return the tokens with a starred letter that is an index everywhere as y, and what was read in.

    One that is defined, as \arg\max p is, stands left of an equality sign and is left as it is; so is one beside a y.
    """
    places = [(k, end) for k, t in enumerate(tokens) if t.type == "LETTER" and (end := _past_star(tokens, k))]
    names = {str(tokens[k]) for k, _ in places}
    starts = {k for k, _ in places}
    has_other = any(t.type == "LETTER" and t == "y" and k not in starts for k, t in enumerate(tokens))
    if len(names) != 1 or not names <= _CLASSES or has_other or not all(_is_index(tokens, *a) for a in places):
        return tokens, []
    for start, end in reversed(places):
        letter = Token("LETTER", "y", tokens[start].start_pos or 0, end_pos=tokens[end - 1].end_pos)
        tokens = [*tokens[:start], letter, *tokens[end:]]
    (name,) = names
    return tokens, [f"{name}^* is the true class, y"]


def _past_star(tokens: list[Token], at: int) -> int:
    """Return the place after the star above a letter; 0 where there is none."""
    kinds = [t.type for t in tokens[at + 1 : at + 5]]
    if kinds[:2] == ["SUP", "TIMES"]:
        return at + 3
    return at + 5 if kinds == ["SUP", "LBRACE", "TIMES", "RBRACE"] else 0


def _is_index(tokens: list[Token], start: int, end: int) -> bool:
    """Tell whether nothing but a starred letter stands in an index, in a bracket, or beside a relation."""
    before = tokens[start - 1].type if start else ""
    after = tokens[end].type if end < len(tokens) else ""
    is_first = before == "LBRACE" and start > 1 and tokens[start - 2].type == "SUB"
    is_argument = before == "LPAR" and start > 1 and tokens[start - 2].type in ("LETTER", "RBRACE") and (
        tokens[start - 1] == "(")
    return after in _AFTER and before in _BEFORE and (is_first or is_argument or before in ("COMMA", "REL"))


__all__ = ["with_true_class"]

r"""Responses that a preference calls by another letter or by words: a^+ and a^-, \tau_w and \tau_l, the chosen one.

They become marks of y, and the state or the prompt beside them becomes x, before the responses are looked for.
"""

from __future__ import annotations

from lark import Token

from nmderive.notation.brackets import closing

#: Letters of actions, trajectories and outputs; marks that tell two of them apart.
_LETTERS = ("a", "tau", "o", "c")
_MARKS = ({"plus", "minus"}, {"w", "l"})
_WORDS = {"chosen": "w", "rejected": "l", "preferred": "w", "dispreferred": "l", "winner": "w", "loser": "l"}
_ENDS = frozenset(["LPAR", "RPAR", "COMMA", "SEP", "BAR"])


def as_responses(tokens: list[Token]) -> tuple[list[Token], list[str]]:
    """Return the tokens with the two responses as y with a mark, where y is nothing else, and what was read in."""
    if any(t.type == "LETTER" and t == "y" for t in tokens):
        return tokens, []
    tokens = _from_words(tokens)
    for letter in _LETTERS:
        found = _marked(tokens, letter)
        if found is not None:
            renamed = {k: "y" for k in found}
            inputs = {k for at in found if (k := _input(tokens, at)) is not None}
            names = {str(tokens[k]) for k in inputs}
            if len(names) == 1 and all(k in inputs for k, t in enumerate(tokens) if t.type == "LETTER" and t in names):
                renamed |= dict.fromkeys(inputs, "x")
            made = [_at(t, renamed[k]) if k in renamed else t for k, t in enumerate(tokens)]
            return made, [f"{letter} with a mark is a response, and is written y"]
    return tokens, []


def _at(token: Token, text: str) -> Token:
    return Token("LETTER", text, token.start_pos or 0, end_pos=token.end_pos)


def _from_words(tokens: list[Token]) -> list[Token]:
    """Return the tokens with the chosen and the rejected response, written so, as y_w and y_l, and the prompt as x."""
    places = [k for k, t in enumerate(tokens)
              if t.type == "WORD" and str(t) in _WORDS and _is_argument(tokens, k, k + 1)]
    marks = {_WORDS[str(tokens[k])] for k in places}
    if marks != {"w", "l"}:
        return tokens
    found: list[Token] = []
    for k, token in enumerate(tokens):
        if k in places:
            found += [_at(token, "y"), Token("SUB", "_", token.start_pos or 0, end_pos=token.end_pos),
                      _at(token, _WORDS[str(token)])]
        elif token.type == "WORD" and token in ("prompt", "input", "context") and _is_argument(tokens, k, k + 1):
            found.append(_at(token, "x"))
        else:
            found.append(token)
    return found


def _is_argument(tokens: list[Token], start: int, end: int) -> bool:
    return 0 < start and end < len(tokens) and tokens[start - 1].type in _ENDS and tokens[end].type in _ENDS


def _marked(tokens: list[Token], letter: str) -> list[int] | None:
    """Return the places of a letter that stands with one of two marks, as an argument, everywhere."""
    places = [k for k, t in enumerate(tokens) if t.type == "LETTER" and t == letter]
    marks = set()
    for at in places:
        kind = tokens[at + 1].type if at + 1 < len(tokens) else ""
        if kind not in ("SUB", "SUP") or at + 2 >= len(tokens):
            return None
        end = closing(tokens, at + 2) if tokens[at + 2].type == "LBRACE" else at + 2
        inside = tokens[at + 3 : end] if end > at + 2 else tokens[at + 2 : at + 3]
        if len(inside) != 1 or not _is_argument(tokens, at, end + 1):
            return None
        marks.add(str(inside[0]))
    return places if marks in _MARKS else None


def _input(tokens: list[Token], at: int) -> int | None:
    """Return the place of the one letter before a response in its bracket: the s of r(s, a^+)."""
    is_second = at > 2 and tokens[at - 1].type in ("COMMA", "SEP") and tokens[at - 2].type == "LETTER"
    return at - 2 if is_second and tokens[at - 3] == "(" else None


__all__ = ["as_responses"]

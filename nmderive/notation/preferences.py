r"""The two responses of a preference, whatever a paper calls them, in one spelling before a formula is parsed.

The chosen and the rejected response are y_w and y_l, y_c and y_r, y^+ and y^-, y_1 and y_2; their rewards r(x, y_w),
\hat{r}_\theta(x, y_w), h_\theta(y_w) or r_w. All become r(x, y_w) and r(x, y_l).
"""

from __future__ import annotations

from collections.abc import Iterator

from lark import Token

from nmderive.notation.brackets import closing
from nmderive.notation.paper_names import GIVEN, LENGTH
from nmderive.notation.response_letters import as_responses

#: Marks of the chosen and the rejected response.
_PAIRS = (("w", "l"), ("c", "r"), ("plus", "minus"), ("1", "2"), ("chosen", "rejected"), ("win", "lose"))
#: Letters of rewards that may stand with the mark alone, and of policies.
_REWARDS, _POLICIES = frozenset("r"), frozenset(["pi", "p", "P", "q"])
_SIGNS = {"plus": "^+", "minus": "^-"}
_ENDS = ("LPAR", "RPAR", "COMMA", "SEP", "BAR")


def with_responses(tokens: list[Token]) -> tuple[list[Token], list[str]]:
    """Return the tokens with the responses as y_w and y_l in one spelling of their rewards, and what was read in."""
    written = tokens
    tokens, renamed = as_responses(tokens)
    tokens = _with_rewards_alone(tokens)
    marked = list(_marked(tokens))
    pair = _pair(tokens, marked)
    if pair is None:
        return (written if renamed else tokens), []
    names = dict(zip(pair, "wl", strict=True))
    for at, end, mark in (a for a in reversed(marked) if a[2]):
        first, last = tokens[at], tokens[end - 1]
        tokens[at:end] = [first, _token("SUB", "_", last), _token("LETTER", names[mark], last)]
    tokens, notes = _without_hats(_with_lengths(tokens))
    shown = [f"y{_SIGNS.get(a, f'_{a}')}" for a in pair]
    if pair != _PAIRS[0]:
        notes.append(f"{shown[0]} is class 1, {shown[1]} is class 2")
    return _with_inputs(_with_parameters(tokens)), [*renamed, *notes]


def _with_parameters(tokens: list[Token]) -> list[Token]:
    r"""Return the tokens with the policy \pi(y_w | x) beside a reference as \pi_\theta: it is the model's."""
    found: list[Token] = []
    has_reference = any(a == "pi" and b.type == "SUB" for a, b in zip(tokens, tokens[1:], strict=False))
    for k, token in enumerate(tokens):
        found.append(token)
        if has_reference and token == "pi" and token.type == "LETTER" and tokens[k + 1 : k + 2] == ["("]:
            found += [_token("SUB", "_", token), _token("LETTER", "theta", token)]
    return found


def _token(kind: str, text: str, place: Token) -> Token:
    return Token(kind, text, place.start_pos or 0, end_pos=place.end_pos)


def _marked(tokens: list[Token], letter: str = "y") -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, mark) of every y with one mark below or above; the mark is empty where there is none."""
    for k, token in enumerate(tokens):
        if token.type != "LETTER" or token != letter:
            continue
        at = k + 1
        if at + 1 < len(tokens) and tokens[at].type in ("SUB", "SUP"):
            end = closing(tokens, at + 1) if tokens[at + 1].type == "LBRACE" else at + 1
            inside = tokens[at + 2 : end] if end > at + 1 else tokens[at + 1 : end + 1]
            yield k, end + 1, str(inside[0]) if len(inside) == 1 else "?"
        else:
            yield k, at, ""


def _pair(tokens: list[Token], marked: list[tuple[int, int, str]]) -> tuple[str, str] | None:
    """Return the marks of the two responses; None where y is something else."""
    marks = {mark for _, _, mark in marked} - {""}
    pair = next((p for p in _PAIRS if set(p) == marks), None)
    bound = {str(tokens[k + 3 if tokens[k + 2].type == "LBRACE" else k + 2]) for k, t in enumerate(tokens[:-3])
             if t.type == "BIG"}
    if pair is None or bound & {*pair}:
        return None
    places = [(at, end) for at, end, mark in marked if mark]
    is_argument = all(tokens[at - 1].type in _ENDS and end < len(tokens) and tokens[end].type in _ENDS
                      for at, end in places if at)
    is_alone = all(mark or _is_of_responses(tokens, at) for at, _, mark in marked)
    is_applied = any(_before(tokens, at) for at, _ in places)
    return pair if pair == _PAIRS[0] or is_argument and is_alone and is_applied else None


def _is_of_responses(tokens: list[Token], at: int) -> bool:
    r"""Tell whether a y without a mark runs over the responses or is an argument: y \in \{y_w, y_l\}, r(x, y)."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    is_bound = after is not None and after.type == "REL" and tokens[at - 1].type == "LBRACE"
    return is_bound or tokens[at - 1].type in _ENDS and after is not None and after.type in _ENDS


def _before(tokens: list[Token], at: int) -> int:
    """Return the place of the bracket of an application in which y stands first or after x; 0 where there is none."""
    start = at - 1 if tokens[at - 1].type == "LPAR" else at - 3 if (
        tokens[at - 1].type in ("COMMA", "SEP") and tokens[at - 2] == "x") else 0
    is_open = start > 0 and tokens[start].type == "LPAR" and tokens[start] == "("
    is_named = is_open and tokens[start - 1].type in ("LETTER", "RBRACE", "WORD")
    return start if is_named else 0


def _with_rewards_alone(tokens: list[Token]) -> list[Token]:
    """Return the tokens with the rewards r_w and r_l, where no y stands beside them, as r(x, y_w) and r(x, y_l)."""
    marked = [a for letter in sorted(_REWARDS) for a in _marked(tokens, letter)]
    has_y = any(t == "y" for t in tokens if t.type == "LETTER")
    marked = [a for a in marked if a[2]]
    if has_y or {mark for _, _, mark in marked} != {"w", "l"}:
        return tokens
    found = list(tokens)
    for at, end, mark in sorted(marked, reverse=True):
        kinds = [("LPAR", "("), ("LETTER", "x"), ("COMMA", ","), ("LETTER", "y"), ("SUB", "_"), ("LETTER", mark),
                 ("RPAR", ")")]
        found[at + 1 : end] = [_token(kind, text, found[end - 1]) for kind, text in kinds]
    return found


def _without_hats(tokens: list[Token]) -> tuple[list[Token], list[str]]:
    r"""Return the tokens with \hat{r}(x, y_w) as r(x, y_w)."""
    found, notes = list(tokens), []
    for k in reversed(range(len(tokens) - 3)):
        kinds = [t.type for t in tokens[k : k + 4]]
        if kinds != ["ACCENT", "LBRACE", "LETTER", "RBRACE"]:
            continue
        at = _past_script(tokens, k + 4)
        is_reward = tokens[at : at + 1] and tokens[at].type == "LPAR" and any(
            _before(tokens, y) == at for y, _, mark in _marked(tokens) if mark)
        if is_reward:
            found[k : k + 4] = [tokens[k + 2]]
            notes = [f"{tokens[k]} {tokens[k + 2]} of a response is written {tokens[k + 2]}"]
    return found, notes


def _past_script(tokens: list[Token], at: int) -> int:
    if at + 1 < len(tokens) and tokens[at].type == "SUB":
        return closing(tokens, at + 1) + 1 if tokens[at + 1].type == "LBRACE" else at + 2
    return at


def _with_lengths(tokens: list[Token]) -> list[Token]:
    """Return the tokens with the length |y_w| of a response as a number of its own, of each sample."""
    found = list(tokens)
    for at, end, mark in reversed(list(_marked(tokens))):
        is_inside = mark in ("w", "l") and at > 1 and tokens[at - 1] == "|" and end < len(tokens) and tokens[end] == "|"
        if is_inside:
            start = at - 2 if tokens[at - 2] in ("size", "abs") else at - 1
            kinds = [("LETTER", f"{LENGTH}{mark}"), ("SUB", "_"), ("LBRACE", "{"), ("LETTER", GIVEN), ("RBRACE", "}")]
            found[start : end + 1] = [_token(kind, text, tokens[at]) for kind, text in kinds]
    return found


def _with_inputs(tokens: list[Token]) -> list[Token]:
    r"""Return the tokens with the input that h_\theta(y_w) leaves out: h_\theta(x, y_w), and \pi_\theta(y_w | x)."""
    found = list(tokens)
    for at, end, mark in reversed(list(_marked(tokens))):
        start = _before(tokens, at)
        if not mark or start != at - 1 or start < 1 or end >= len(tokens) or tokens[end].type != "RPAR":
            continue
        base = start - 1
        while base and tokens[base].type == "RBRACE" or tokens[base - 1].type == "SUB":
            base = next(k for k in range(base, -1, -1) if tokens[k].type == "SUB") - 1
        place = tokens[at]
        if tokens[base] in _POLICIES:
            found[end:end] = [_token("BAR", "|", place), _token("LETTER", "x", place)]
        elif tokens[base].type == "LETTER" and tokens[base] not in ("sigma", "size"):
            found[at:at] = [_token("LETTER", "x", place), _token("COMMA", ",", place)]
    return found


__all__ = ["with_responses"]

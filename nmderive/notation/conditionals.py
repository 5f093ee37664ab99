r"""Conditional probabilities in one spelling before a formula is parsed: p(x_{t+1} \mid x_{1:t}), P(y = 1 | x).

What is given says which sample it is, and nothing else: in p(x_{t+1} | x_1, \dots, x_t) that is t, and x_{t+1} is its
target class. P(y = 1 | x) beside a label y that is a factor is the prediction of a binary task.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lark import Token

from nmderive.notation.brackets import CLOSE, OPEN, closing

DISTRIBUTIONS = frozenset(["p", "P", "q", "Q", "pi", "Pr"])
#: What tells that more is given than one entry with an index.
_LISTED = frozenset(["COLON", "DOTS", "PLUS", "MINUS", "WITHOUT"])
_LABELS = frozenset("yYt")
#: What is said of the probability of an outcome, y = 1.
BINARY = "is that of a binary task"


@dataclass(frozen=True)
class _Place:
    """p(a | b): where its letter, its bracket and its bar stand, and where the bracket ends."""

    base: int
    start: int
    bar: int
    end: int


def with_conditions(tokens: list[Token]) -> tuple[list[Token], list[str]]:
    """Return the tokens with conditional probabilities in one spelling, and what was read in."""
    tokens, notes = _with_outcomes(tokens)
    tokens, more = _with_samples(tokens)
    return tokens, [*notes, *more]


def conditions_in(tokens: list[Token]) -> Iterator[_Place]:
    """Yield every conditional probability of the tokens."""
    for start, token in enumerate(tokens):
        if token != "(" or token.type != "LPAR" or not start:
            continue
        base = base_of(tokens, start - 1)
        if base is None or tokens[base] not in DISTRIBUTIONS:
            continue
        bar = bar_in(tokens, start)
        if bar is not None:
            yield _Place(base, start, bar, closing(tokens, start))


def bar_in(tokens: list[Token], start: int) -> int | None:
    """Return the place of the first bar in the bracket that opens at ``start``."""
    depth = 0
    for k in range(start + 1, closing(tokens, start)):
        depth += (tokens[k].type in OPEN) - (tokens[k].type in CLOSE)
        if depth == 0 and tokens[k].type == "BAR":
            return k
    return None


def base_of(tokens: list[Token], at: int) -> int | None:
    r"""Return the place of the letter before a bracket, past its subscript: the p of p_\theta(."""
    if tokens[at].type == "RBRACE":
        depth = 0
        for k in range(at, -1, -1):
            depth += (tokens[k].type in CLOSE) - (tokens[k].type in OPEN)
            if depth == 0:
                return k - 2 if k > 1 and tokens[k - 1].type == "SUB" else None
        return None
    return at - 2 if at > 1 and tokens[at - 1].type == "SUB" else at


def _texts(tokens: list[Token]) -> list[str]:
    return [str(t) for t in tokens if t.type not in ("LBRACE", "RBRACE")]


def _token(kind: str, text: str, place: Token) -> Token:
    return Token(kind, text, place.start_pos or 0, end_pos=place.end_pos)


# Outcomes of a binary task.


def _with_outcomes(tokens: list[Token]) -> tuple[list[Token], list[str]]:
    """Return the tokens with P(y = 1 | x) as p and P(y = 0 | x) as 1 - p, where y is a number elsewhere."""
    places = [(place, found) for place in conditions_in(tokens) if (found := _outcome(tokens, place)) is not None]
    names = {(str(tokens[place.base]), label) for place, (label, _, _) in places}
    if len(names) != 1:
        return tokens, []
    (base, label), = names
    inside = {k for place in conditions_in(tokens) for k in range(place.base, place.end + 1)}
    if not any(t == label and t.type == "LETTER" and k not in inside for k, t in enumerate(tokens)):
        return tokens, []
    for place, (_, index, value) in sorted(places, key=lambda a: -a[0].start):
        first = tokens[place.base]
        made = [_token("LETTER", base, first), *([_token("SUB", "_", first), *index] if index else [])]
        if value == "0":
            made = [_token("LPAR", "(", first), _token("NUMBER", "1", first), _token("MINUS", "-", first), *made,
                    _token("RPAR", ")", first)]
        tokens = [*tokens[: place.base], *made, *tokens[place.end + 1 :]]
    return tokens, [f"the probability of {label} = 1 {BINARY}, {base}"]


def _outcome(tokens: list[Token], place: _Place) -> tuple[str, list[Token], str] | None:
    """Return (label, tokens of its index, 0 or 1) of what a probability is of; None where it is another thing."""
    inside = tokens[place.start + 1 : place.bar]
    at = next((k for k, t in enumerate(inside) if t.type == "EQ"), 0)
    if not at or _texts(inside[at + 1 :]) not in (["0"], ["1"]) or str(inside[0]) not in _LABELS:
        return None
    sub = inside[1:at] or _given_index(tokens[place.bar + 1 : place.end])
    return (str(inside[0]), sub[1:], str(inside[-1])) if not sub or sub[0].type == "SUB" else None


def _given_index(given: list[Token]) -> list[Token]:
    """Return the subscript of the input that a condition starts with: the _i of x_i."""
    if len(given) < 3 or str(given[0]) not in ("x", "X") or given[1].type != "SUB":
        return []
    return given[1 : closing(given, 2) + 1] if given[2].type == "LBRACE" else given[1:3]


# The sample that a condition tells.


def _with_samples(tokens: list[Token]) -> tuple[list[Token], list[str]]:
    """Return the tokens with x_t for all that is given beside the target x_{t+1}, and with x_t as that target."""
    places = list(conditions_in(tokens))
    found = [_target(tokens[a.start + 1 : a.bar]) for a in places]
    given = {tuple(_texts(tokens[a.bar + 1 : a.end])) for a in places}
    shifts = {shift for _, shift in filter(None, found)}
    is_listed = any(t.type in _LISTED for a in places for t in tokens[a.bar + 1 : a.end])
    if len(given) != 1 or len(shifts) != 1 or None in found or not (is_listed or shifts != {""}):
        return tokens, []
    indices = {index for index, _ in filter(None, found)}
    letters = {str(tokens[a.start + 1]) for a in places}
    if len(indices) != 1 or len(letters) != 1:
        return tokens, []
    (index,), (letter,), (shift,) = indices, letters, shifts
    for a in sorted(places, key=lambda a: -a.start):
        first = tokens[a.start + 1]
        entry = [_token("SUB", "_", first), _token("LETTER", index, first)]
        tokens = [*tokens[: a.start + 1], first, *entry, tokens[a.bar], _token("LETTER", "x", first), *entry,
                  *tokens[a.end :]]
    target = f"{letter}_{{{index}{shift}}}" if shift else f"{letter}_{index}"
    note = f"what is given is sample {index}, and {target} is its target class"
    if not shift:
        return tokens, [note]
    tokens, sizes = _without_last(tokens)
    return tokens, [note, *sizes]


def _target(inside: list[Token]) -> tuple[str, str] | None:
    """Return (index, shift) of x_t and x_{t+1}; None for anything else."""
    texts = _texts(inside)
    if len(texts) < 3 or inside[0].type != "LETTER" or texts[1] != "_" or len(texts[2]) > 2:
        return None
    is_letter = any(t.type == "LETTER" for t in inside[2:4])
    shift = texts[3:]
    return (texts[2], "".join(shift)) if is_letter and shift in ([], ["+", "1"]) else None


def _without_last(tokens: list[Token]) -> tuple[list[Token], list[str]]:
    r"""Return the tokens with T for T - 1, where a size stands so alone: the last token has no successor."""
    starts = [k for k, t in enumerate(tokens[:-2]) if t.type == "LETTER" and t.isupper() and len(t) == 1
              and tokens[k + 1].type == "MINUS" and tokens[k + 2] == "1"]
    names = {str(tokens[k]) for k in starts}
    from_zero = any(t.type == "BIG" and _texts(tokens[k + 1 : k + 7])[2:4] == ["=", "0"] for k, t in enumerate(tokens))
    is_alone = sum(str(t) in names for t in tokens) == len(starts)
    if len(names) != 1 or from_zero or not is_alone:
        return tokens, []
    kept = [t for k, t in enumerate(tokens) if k - 1 not in starts and k - 2 not in starts]
    (name,) = names
    return kept, [f"{name} - 1 is the number of samples, as the last one has no target"]


__all__ = ["BINARY", "DISTRIBUTIONS", "bar_in", "base_of", "conditions_in", "with_conditions"]

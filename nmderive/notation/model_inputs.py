r"""What is refused of one model at several inputs, f(x) beside f(x^+): the input falls away when the formula is read.

The index of a sample, x_i and x^{(i)}, says which row is meant and is kept; any other mark makes another input.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lark import Token

from nmderive.errors import Span
from nmderive.notation.brackets import closing
from nmderive.notation.conditionals import bar_in
from nmderive.notation.vocabulary import INDEX_LETTERS

#: (message, place, hint).
Refusal = tuple[str, Span, str]
#: Letters of a model or of what it predicts, before a bracket with the input.
_MODELS = frozenset("fFgGhHSZpPqQzs") | {"Pr", "pi", "softmax", "sigma", "phi", "psi"}
_INPUTS = frozenset("xX")
_INDICES = INDEX_LETTERS | {"n", "b"}


@dataclass(frozen=True)
class _Use:
    """A model with its accent, its number above, its input, and the place of the whole."""

    model: str
    above: str
    argument: str
    is_input: bool
    span: Span


def refused_inputs(tokens: list[Token]) -> Refusal | None:
    """Return why a model is not read, where it is taken at two inputs or has two numbers; None where it is."""
    first: dict[str, _Use] = {}
    hint = ("each has logits of its own: give what is not trained another letter, q_k, which is an array of positive "
            "numbers")
    heads = {use.model for use, is_head in _uses(tokens) if is_head}
    for use, _ in _uses(tokens):
        if use.model in heads and not use.is_input:
            continue  # a function that is defined here: what it is of is put in
        known = first.setdefault(use.model, use)
        if known.above != use.above:
            return (f"{use.model}^{known.above} and {use.model}^{use.above} are two models here".replace("^ ", " "),
                    use.span, hint)
        if known.argument != use.argument:
            return (f"{use.model} is taken at {known.argument} and at {use.argument} here", use.span, hint)
    return None


def _uses(tokens: list[Token]) -> Iterator[tuple[_Use, bool]]:
    """Yield every application of a model to one input, and whether a definition starts with it."""
    for start, token in enumerate(tokens):
        if token.type not in ("LETTER", "WORD") or token.type == "WORD" and token not in _MODELS:
            continue
        accent = next((f"{t} " for t in tokens[max(start - 2, 0) : start] if t.type == "ACCENT"), "")
        at = start + 1 + bool(accent and [t.type for t in tokens[start + 1 : start + 2]] == ["RBRACE"])
        at, above = _past_scripts(tokens, at)
        if at >= len(tokens) or tokens[at].type != "LPAR" or tokens[at] not in ("(", "["):
            continue
        end, bar = closing(tokens, at), bar_in(tokens, at)
        inside = tokens[at + 1 if bar is None else bar + 1 : end]
        found = _input(inside)
        is_row = [t.type for t in tokens[end + 1 : end + 2]] == ["SUB"]
        is_model = is_row and bar is None and token in _MODELS
        if not found or not found[1] and not is_model:
            continue
        if " " in found[0] and not is_row and tokens[at - 1] is token:
            continue  # f(\tilde{x}) alone: whether it is a function is asked when it is read
        span = Span(token.start_pos or 0, tokens[min(end, len(tokens) - 1)].end_pos or 0)
        after, _ = _past_scripts(tokens, end + 1)
        is_head = [t.type for t in tokens[after : after + 1]] == ["EQ"]
        yield _Use(f"{accent}{token}", above, found[0], found[1], span), is_head


def _past_scripts(tokens: list[Token], at: int) -> tuple[int, str]:
    """Return the place after scripts, and the number in brackets that stands above: the 1 of f^{(1)}."""
    above = ""
    while at + 1 < len(tokens) and tokens[at].type in ("SUB", "SUP"):
        end = closing(tokens, at + 1) if tokens[at + 1].type == "LBRACE" else at + 1
        inside = [t for t in tokens[at + 1 : end + 1] if t.type not in ("LBRACE", "RBRACE")]
        if tokens[at].type == "SUP" and [t.type for t in inside] == ["LPAR", "NUMBER", "RPAR"]:
            above = f"({inside[1]})"
        at = end + 1
    return at, above


def _input(inside: list[Token]) -> tuple[str, bool] | None:
    """Return (the one letter that a bracket starts with and its marks, whether it is an input x); None if it is none.

    What stands after a comma, as parameters and labels do, is left out.
    """
    end = next((k for k, t in enumerate(inside) if t.type in ("COMMA", "SEP")), len(inside))
    part = [t for t in inside[:end] if t.type not in ("LBRACE", "RBRACE")]
    accents = [str(t) for t in part[:1] if t.type == "ACCENT"]
    rest = inside[:end]
    while rest and (rest[0].type in ("ACCENT", "LBRACE")):
        rest = rest[1:]
    if not rest or rest[0].type != "LETTER":
        return None
    letter, rest = str(rest[0]), rest[1:]
    if rest and rest[0].type == "RBRACE":
        rest = rest[1:]
    marks = []
    while len(rest) > 1 and rest[0].type in ("SUB", "SUP"):
        stop = closing(rest, 1) if rest[1].type == "LBRACE" else 1
        script = [t for t in rest[1 : stop + 1] if t.type not in ("LBRACE", "RBRACE")]
        if not _is_index(script):
            marks.append(("_" if rest[0].type == "SUB" else "^") + "".join(map(str, script)))
        rest = rest[stop + 1 :]
    if rest or end < len(inside) and letter not in _INPUTS:
        return None
    shown = f"{' '.join((*accents, letter))}{''.join(marks)}".replace("prime", "'")
    return shown, letter.replace("prime", "") in _INPUTS


def _is_index(script: list[Token]) -> bool:
    """Tell whether a script is of indices, i and (i) and <t: it says which sample is meant."""
    letters = [str(t).replace("prime", "") for t in script if t.type == "LETTER"]
    return bool(letters) and all(a in _INDICES for a in letters) and not any(t.type == "WORD" for t in script)


__all__ = ["refused_inputs"]

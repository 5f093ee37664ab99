r"""What an expectation may run over: the data, or the index of a sample. Anything else would be forgotten.

\mathbb{E}_{(x,y)\sim D}[...] is the mean over the samples; one over a model, over classes or over noise is another
thing, and two sets of data have means of their own.
"""

from __future__ import annotations

from lark import Token

from nmderive.errors import Span
from nmderive.notation.brackets import CLOSE, OPEN, closing
from nmderive.notation.conditionals import conditions_in

#: (message, place, hint).
Refusal = tuple[str, Span, str]
_SAMPLES = frozenset(["x", "X", "i", "n", "b", "s"])
_OUTCOMES = frozenset(["y", "Y"])
#: Letters of a set, or of the distribution, of the data.
_SETS = frozenset(["D", "S", "X", "T", "B", "P", "U", "N", "Dprime", "Z", "data", "mu", "rho", "nu"])
_DATA = frozenset(["data", "D", "train", "X", "XY", "xy", "x"])
_OVER_DATA = (r"over the data write \mathbb{E}_{(x,y)}[...]; anything else write out: over labels q write "
              r"-\sum_k q_k \log p_k")


def plain_means(tokens: list[Token]) -> list[Token]:
    r"""Return the tokens with \mathop{\mathbb{E}}_q, {\mathbb{E}}_q and \underset{q}{\mathbb{E}} as \mathbb{E}_q."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = closing(tokens, at + 1) if token.type == "STACK" and token == "underset" else 0
        if [str(t) for t in tokens[end + 1 : end + 4]] == ["{", "expectation", "}"] and end:
            found += [tokens[end + 2], Token("SUB", "_", token.start_pos or 0, end_pos=token.end_pos),
                      *tokens[at + 1 : end + 1]]
            at = end + 4
        elif [str(t) for t in tokens[at : at + 3]] == ["{", "expectation", "}"]:
            found.append(tokens[at + 1])
            at += 3
        else:
            found.append(token)
            at += 1
    return found


def refused_expectations(tokens: list[Token]) -> Refusal | None:
    """Return why a mean is not read that is not over the data, or over other data than another; None where it is."""
    known = ""
    outcomes = _OUTCOMES | {str(tokens[a.start + 1]) for a in conditions_in(tokens)}
    for at, token in enumerate(tokens[:-2]):
        if _is_plain_letter(tokens, at):
            return ("is E the mean here, or a factor?", Span(token.start_pos or 0, token.end_pos or 0),
                    r"for the mean over the data write \mathbb{E}_{(x,y)}[...], for a product E \cdot (...)")
        is_mean, is_sum = token == "expectation", token.type == "BIG" and token == "sum"
        if is_mean and tokens[at + 1].type == "SUP":
            return ("over what does this mean run?", Span(token.start_pos or 0, tokens[at + 1].end_pos or 0),
                    _OVER_DATA)
        if not is_mean and not is_sum or tokens[at + 1].type != "SUB":
            continue
        end = closing(tokens, at + 2) if tokens[at + 2].type == "LBRACE" else at + 2
        span = Span(token.start_pos or 0, tokens[min(end, len(tokens) - 1)].end_pos or 0)
        below = _unbraced(tokens[at + 2 : end + 1])
        if is_sum and (len(below) < 2 or str(below[0]) not in ("x", "X", "(")):
            continue
        drawn, sets = _drawn(below)
        whole = [t for t in drawn if t.type not in ("LBRACE", "RBRACE")]
        if is_mean and not sets and _is_data(whole):
            drawn, sets = [Token("LETTER", "x")], [whole]  # \mathbb{E}_{\mathcal{D}}
        if is_mean and not _is_over_data(drawn, sets, outcomes):
            return "over what does this mean run?", span, _OVER_DATA
        for found in ("".join(map(str, a)) for a in sets):
            known = known or found
            if known != found:
                shown, other = (a.replace("prime", "'") for a in (known, found))
                return (f"{shown} and {other} are two sets of data here", span,
                        r"sum over all samples with arrays of 0 and 1 for the members, -\sum_i a_i \log p_{i,y_i} - "
                        r"\sum_i b_i \log p_{i,y_i}, and declare 'a_i>=0' and 'b_i>=0'")
    return None


def _is_plain_letter(tokens: list[Token], at: int) -> bool:
    """Tell whether the letter E stands before a square bracket, as many write a mean: E_q[...]."""
    end = at + 1
    if tokens[at].type != "LETTER" or tokens[at] != "E":
        return False
    while end + 1 < len(tokens) and tokens[end].type in ("SUB", "SUP"):
        end = closing(tokens, end + 1) + 1 if tokens[end + 1].type == "LBRACE" else end + 2
    return [t.type for t in tokens[end : end + 1]] == ["LBRACK"] or [str(t) for t in tokens[end : end + 1]] == ["["]


def _unbraced(tokens: list[Token]) -> list[Token]:
    """Return tokens without the braces around all of them."""
    while tokens and tokens[0].type == "LBRACE" and closing(tokens, 0) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def _drawn(below: list[Token]) -> tuple[list[Token], list[list[Token]]]:
    r"""Return what is drawn, and what from: (x, y) and D of (x,y)\sim D."""
    drawn: list[Token] = []
    sets: list[list[Token]] = []
    depth = 0
    is_set = False
    for token in below:
        if depth == 0 and token.type == "REL" and token in ("~", "in"):
            is_set = True
            sets.append([])
            continue
        depth += (token.type in OPEN) - (token.type in CLOSE)
        if depth == 0 and token.type == "COMMA":
            is_set = False
        (sets[-1] if is_set else drawn).append(token)
    return drawn, [[t for t in a if t.type not in ("LBRACE", "RBRACE")] for a in sets]


def _is_over_data(drawn: list[Token], sets: list[list[Token]], outcomes: frozenset[str]) -> bool:
    """Tell whether an expectation runs over samples of data alone, with their ``outcomes`` or without."""
    if any(t.type not in ("LETTER", "LPAR", "RPAR", "COMMA", "SUB", "SUP", "LBRACE", "RBRACE", "PLUS", "MINUS",
                          "NUMBER") for t in drawn):
        return False
    bases = {str(t) for before, t in zip((None, *drawn), drawn, strict=False) if t.type == "LETTER" and not (
        before is not None and before.type in ("SUB", "SUP", "LBRACE"))}
    above = [drawn[k + 2 :] for k, t in enumerate(drawn[:-2]) if t in _SAMPLES and drawn[k + 1].type == "SUP"]
    if any([str(t) for t in _unbraced_start(rest)][:1] != ["("] for rest in above):
        return False  # x^+ is another input than x; x^{(i)} is that of a sample
    is_known = bool(bases & _SAMPLES or sets) and bases <= _SAMPLES | outcomes
    return is_known and all(_is_data(a, True) for a in sets)


def _unbraced_start(tokens: list[Token]) -> list[Token]:
    return tokens[1:] if tokens[:1] and tokens[0].type == "LBRACE" else tokens


def _is_data(tokens: list[Token], is_drawn: bool = False) -> bool:
    r"""Tell whether tokens are a set of data or its distribution: D, \mathcal{D}_S, p_{\text{data}}, p(x, y)."""
    if not tokens or tokens[0].type not in ("LETTER", "WORD"):
        return False
    texts = [str(t) for t in tokens]
    if texts[0] in ("p", "q", "P", "hatp"):
        is_joint = texts[1:2] == ["("] and "|" not in texts and bool({"x", "X"} & {*texts})
        return is_joint or texts[1:2] == ["_"] and texts[2:3] != [] and texts[2].lower() in {a.lower() for a in _DATA} \
            or texts in (["P"], ["p"]) and is_drawn
    return texts[0] in _SETS - {"X"} or texts[0].lower() in ("data", "train", "batch")


__all__ = ["refused_expectations"]

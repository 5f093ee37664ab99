r"""What is refused of conditional probabilities before a formula is read, as its reading forgets what is given.

p(y | x) beside p(y) or p(y | x, c) is another distribution with other logits; of y \sim q only the label would be left.
"""

from __future__ import annotations

from collections.abc import Iterator

from lark import Token

from nmderive.errors import Span
from nmderive.notation.brackets import CLOSE, OPEN, closing
from nmderive.notation.conditionals import DISTRIBUTIONS, bar_in, base_of, conditions_in
from nmderive.notation.expectations import plain_means, refused_expectations
from nmderive.notation.model_inputs import refused_inputs
from nmderive.notation.paper_names import MODEL_LETTERS
from nmderive.notation.vocabulary import INDEX_LETTERS

_INDICES = INDEX_LETTERS | {"n"}
_INPUTS = frozenset("xX")
#: What the outcome in p(y) may be made of; a bracket with other things multiplies.
_OUTCOME = ("LETTER", "NUMBER", "TIMES", "SUB", "SUP", "EQ", "LBRACE", "RBRACE")
#: Subscripts of a distribution that is that of the data.
_DATA = frozenset(["data", "D"])
#: Letters of a model, before the parameters below it; y_w and r_w are responses.
_MODELS = frozenset("pPqQfgh") | {"Pr", "pi"}
_PARAMETERS = MODEL_LETTERS - {"w", "W"}
#: What stands at the two responses of a preference.
_RESPONSES = frozenset(["w", "l", "+", "-", "1", "2"])
#: (message, place, hint).
Refusal = tuple[str, Span, str]


def refused_conditions(tokens: list[Token]) -> Refusal | None:
    """Return why the conditional probabilities of a formula are not read; None where they are."""
    tokens = plain_means(tokens)
    found = _listed_terms(tokens) or _two_models(tokens) or _two_outcomes(tokens)
    found = found or _two_givens(tokens) or refused_inputs(tokens)
    return found or _drawn_outcome(tokens) or refused_expectations(tokens)


# Terms that dots leave out.


def _listed_terms(tokens: list[Token]) -> Refusal | None:
    r"""Refuse y_1 \log p_1 + \dots + y_K \log p_K: its K would be a class of its own."""
    for k, token in enumerate(tokens[:-1]):
        if token.type != "DOTS" or tokens[k + 1].type not in ("PLUS", "MINUS", "TIMES"):
            continue
        last = [str(t) for t, sign in zip(tokens[k + 2 :], tokens[k + 1 :], strict=False) if sign.type == "SUB"]
        if any(len(a) == 1 and a.isupper() for a in last):
            return ("dots between terms are not read", Span(token.start_pos or 0, token.end_pos or 0),
                    r"write the sum that they stand for: \sum_{k=1}^K y_k \log p_k")
    return None


# Two models under one letter.


def _two_models(tokens: list[Token]) -> Refusal | None:
    r"""Refuse p_\theta beside p_\phi: both would be p, and the two have logits of their own."""
    first: dict[str, str] = {}
    for k, token in enumerate(tokens):
        accent = next((f"{t} " for t in tokens[max(k - 2, 0) : k] if t.type == "ACCENT"), "")
        at = k + 1 + bool(accent and [t.type for t in tokens[k + 1 : k + 2]] == ["RBRACE"])
        is_model = token.type in ("LETTER", "WORD") and token in _MODELS
        if not is_model or [t.type for t in tokens[at : at + 1]] not in (["SUB"], ["LPAR"]):
            continue
        below = [str(t) for t in _script(tokens, at)] if tokens[at].type == "SUB" else _last_argument(tokens, at)
        for model in (a for a in below[:1] if a in _PARAMETERS):
            known = first.setdefault(f"{accent}{token}", model)
            if known != model:
                return (f"{token}_{known} and {token}_{model} are two models here",
                        Span(token.start_pos or 0, tokens[at].end_pos or 0),
                        f"each has logits of its own: give what is not trained another letter, q_k for {token}_k")
    return None


def _last_argument(tokens: list[Token], at: int) -> list[str]:
    r"""Return the last of several letters in a bracket, the \theta of f(x; \theta)."""
    inside = tokens[at + 1 : closing(tokens, at)]
    has_others = len(inside) > 2 and inside[-2].type in ("COMMA", "SEP")
    return [str(inside[-1])] if has_others and "BAR" not in [t.type for t in inside] else []


# Two outcomes in one probability.


def _two_outcomes(tokens: list[Token]) -> Refusal | None:
    """Refuse p(y, z | x): as p(y | x) its other outcome would be forgotten."""
    for _, base, bar, end in _applied(tokens):
        start = next(k for k in range(base, bar) if tokens[k].type == "LPAR" and closing(tokens, k) == end)
        outcomes = list(_parts(tokens[start + 1 : bar]))
        if len(outcomes) > 1:
            return (f"this is a probability of {len(outcomes)} outcomes", Span(
                tokens[base].start_pos or 0, tokens[end].end_pos or 0),
                    "write a factor for each of them, every outcome of a sample of its own: p(y_i | x_i)")
    return None


# Two distributions under one letter.


def _two_givens(tokens: list[Token]) -> Refusal | None:
    first: dict[str, tuple[frozenset[str], str]] = {}
    for key, start, bar, end in _applied(tokens):
        given = frozenset(_parts(tokens[bar + 1 : end]))
        shown = f"{key}({'.|' + _shown(tokens[bar + 1 : end]) if bar < end else '.'})"
        known, other = first.setdefault(key, (given, shown))
        if known != given:
            span = Span(tokens[start].start_pos or 0, tokens[end].end_pos or 0)
            return (f"{other} and {shown} are two distributions here", span,
                    "each has logits of its own: give what is not trained another letter, r_k, which is an array of "
                    "positive numbers")
    return None


def _applied(tokens: list[Token]) -> Iterator[tuple[str, int, int, int]]:
    """Yield (letter, place of the letter, of the bar, of the closing bracket); without a bar the last two are one."""
    for start, token in enumerate(tokens):
        base = _base(tokens, start - 1) if start and token.type == "LPAR" and token == "(" else None
        if base is None or tokens[base] not in DISTRIBUTIONS:
            continue
        end, bar = closing(tokens, start), bar_in(tokens, start)
        is_head = [t.type for t in tokens[end + 1 : end + 2]] == ["EQ"]  # PP(W) = ... names the loss
        if bar is not None or not is_head and _is_outcome(tokens[start + 1 : end]):
            yield _letter(tokens, base, start), base, end if bar is None else bar, end


def _base(tokens: list[Token], at: int) -> int | None:
    r"""Return the place of the letter before a bracket, past its subscript and within its accent: \hat{p}_\theta(."""
    base = base_of(tokens, at)
    base = at if base is None else base
    return base - 1 if tokens[base].type == "RBRACE" else base


def _is_outcome(inside: list[Token]) -> bool:
    """Tell whether a bracket holds one outcome: y, y_i, a dot, y = 1, and no input."""
    if not inside or str(inside[0]) in _INPUTS or inside[0].type not in ("LETTER", "TIMES"):
        return False
    return all(t.type in _OUTCOME for t in inside) and [t.type for t in inside[1:2]] in ([], ["SUB"], ["SUP"], ["EQ"])


def _letter(tokens: list[Token], at: int, end: int) -> str:
    """Return the letter of a distribution with its subscript; the parameters of the model below p are none."""
    accent = next((f"{t} " for t in tokens[max(at - 2, 0) : at] if t.type == "ACCENT"), "")
    base, below = str(tokens[at]), next((k for k in range(at, end) if tokens[k].type == "SUB"), end)
    sub = "".join(str(t) for t in tokens[below + 1 : end] if t.type not in ("LBRACE", "RBRACE"))
    return accent + (base if not sub or sub in MODEL_LETTERS and base != "pi" else f"{base}_{sub}")


def _parts(given: list[Token]) -> Iterator[str]:
    """Yield what is given, part by part, without the indices of samples."""
    depth, start = 0, 0
    for k, token in enumerate(given):
        depth += (token.type in OPEN) - (token.type in CLOSE)
        if depth == 0 and token.type in ("COMMA", "SEP"):
            yield _without_indices(given[start:k])
            start = k + 1
    if given[start:]:
        yield _without_indices(given[start:])


def _without_indices(part: list[Token]) -> str:
    r"""Return a part as text: x for x_i and x^{(i)}; x_{<t} and x_{<s} are one, x_1 and x_2 are not."""
    if any(str(t).replace("prime", "") in _INPUTS for t in part):
        part = [t for t in part if t.type != "ACCENT"]  # the inputs x and \tilde{x} are told apart elsewhere
    texts: list[str] = []
    k = 0
    while k < len(part):
        script = _script(part, k)
        if script and not _is_index(script):
            texts += [str(part[k]), *("." if str(t) in _INDICES else str(t) for t in script)]
        elif not script and part[k].type not in ("LBRACE", "RBRACE"):
            texts.append(str(part[k]).replace("prime", ""))
        k += _length(part, k)
    return "".join(texts)


def _length(part: list[Token], at: int) -> int:
    """Return how many tokens a script has, with its mark; one for anything else."""
    if part[at].type not in ("SUB", "SUP") or at + 1 >= len(part):
        return 1
    return closing(part, at + 1) - at + 1 if part[at + 1].type == "LBRACE" else 2


def _script(part: list[Token], at: int) -> list[Token]:
    """Return what stands below or above, without its braces."""
    inside = part[at + 1 : at + _length(part, at)]
    return [t for t in inside if t.type not in ("LBRACE", "RBRACE")]


def _is_index(script: list[Token]) -> bool:
    """Tell whether a script is of indices alone, i and (i) and n,t: it says which sample is given."""
    return all(str(t) in _INDICES or t.type in ("COMMA", "LPAR", "RPAR") for t in script)


def _shown(given: list[Token]) -> str:
    texts = [str(t) for t in given if t.type not in ("LBRACE", "RBRACE")]
    return "".join(f"{t.replace('prime', chr(39))}" for t in texts)


# Outcomes that are drawn.


def _drawn_outcome(tokens: list[Token]) -> Refusal | None:
    r"""Refuse \mathbb{E}_{y \sim q}: what y is drawn from would be forgotten."""
    outcomes = {"y", *(str(tokens[a.start + 1]) for a in conditions_in(tokens))}
    for k, token in enumerate(tokens[:-3]):
        if token != "expectation" or tokens[k + 1].type != "SUB":
            continue
        end = k + _length(tokens, k + 1)
        if _script(tokens, k + 1)[:1] in (["y"], ["Y"]) and [t.type for t in tokens[k + 2 : end + 1]][-1:] and (
                not any(t == "~" or t.type in ("COMMA", "SUB") for t in tokens[k + 2 : end + 1])):
            return (f"from what is {_script(tokens, k + 1)[0]} drawn here?", Span(
                token.start_pos or 0, tokens[end].end_pos or 0),
                    r"over the data write \mathbb{E}_{(x,y)}[...]; over labels q write -\sum_k q_k \log p_k")
        if tokens[k + 2].type != "LBRACE":
            continue
        for drawn, at in _draws(tokens, k + 3, end):
            if drawn & outcomes and not drawn & _INPUTS and _is_drawn_from(tokens, at):
                return (f"{min(drawn & outcomes)} is drawn from {tokens[at]} here, which the loss depends on",
                        Span(token.start_pos or 0, tokens[end].end_pos or 0),
                        r"write the mean out: -\sum_k q_k \log p_k, where q_k is the probability of the class k")
    return None


def _draws(tokens: list[Token], start: int, end: int) -> Iterator[tuple[set[str], int]]:
    r"""Yield (letters that are drawn, place of what they are drawn from); the pair y_w, y_l is of data."""
    drawn: set[str] = set()
    for at in range(start, end):
        if tokens[at] == "~":
            yield drawn, at + 1
            drawn = set()
        elif "".join(map(str, _script(tokens, at + 1))) not in _RESPONSES:
            drawn.add(str(tokens[at]))


def _is_drawn_from(tokens: list[Token], at: int) -> bool:
    """Tell whether a distribution stands there that is not said to be that of the data."""
    sub = "".join(map(str, _script(tokens, at + 1))) if tokens[at + 1].type == "SUB" else ""
    return str(tokens[at]) in DISTRIBUTIONS and sub not in _DATA


__all__ = ["refused_conditions"]

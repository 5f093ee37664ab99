r"""Bars told apart on tokens: |x|, and in published formulas p(c \mid x), KL(q \| p), the size |B| of a set, a norm."""

from __future__ import annotations

from lark import Token

from nmderive.notation.brackets import CLOSE, OPEN

#: What may stand before a bar that opens.
_BEFORE = ("PLUS", "MINUS", "TIMES", "SLASH", "EQ", "REL", "COMMA", "SEP", "FUNC", "SUP", "SUB", "RBRACE", *OPEN)
#: What may stand after a bar that closes.
_AFTER = ("PLUS", "MINUS", "TIMES", "SLASH", "EQ", "REL", "COMMA", "SEP", "SUP", "SUB", "NEWLINE",
          "FRAC", "FUNC", "BIG", *CLOSE)
_BARS = ("BAR", "DBAR")
#: Commands that are bars.
BARS = {"|": "DBAR", "Vert": "DBAR", "lVert": "DBAR", "rVert": "DBAR",
        "lvert": "BAR", "rvert": "BAR", "vert": "BAR"}
#: What the name of a set may hold: B, P(i), \\mathcal{Y}_k.
_NAMES = ("LETTER", "WORD", "NUMBER", "SUB", "SUP", "LBRACE", "RBRACE", "LPAR", "RPAR")


def with_bars(tokens: list[Token]) -> list[Token]:
    """Return the tokens with bars that enclose as brackets of abs, ``size`` or ``norm``, and the others as separators.

    Two bars of one kind in one bracket enclose where the first can open and the second close; ``||`` is one bar.
    """
    tokens = _joined(_with_signs(_without_colons(tokens)))
    pairs = _pairs(tokens)
    found: list[Token] = []
    for k, token in enumerate(tokens):
        start, end = token.start_pos or 0, token.end_pos or 0
        if pairs.get(k) == "open":
            found.append(_function(tokens, k, pairs))
            found.append(Token("LPAR", "|", start, end_pos=end))
        elif pairs.get(k) == "close":
            found.append(Token("RPAR", "|", start, end_pos=end))
        elif token.type == "DBAR":
            found.append(Token("BAR", "||", start, end_pos=end))
        else:
            found.append(token)
    return _with_short_contexts(found)


def _without_colons(tokens: list[Token]) -> list[Token]:
    r"""Return the tokens with the mark between an index and its condition, \sum_{j : y_j < y_i}, as a comma."""
    found = list(tokens)
    for k, token in enumerate(tokens):
        if token.type == "BIG" and [t.type for t in tokens[k + 1 : k + 3]] == ["SUB", "LBRACE"]:
            for at in range(k + 3, _end_of_bracket(tokens, k + 3)):
                if tokens[at].type in ("COLON", "BAR"):
                    found[at] = Token("COMMA", ",", tokens[at].start_pos or 0, end_pos=tokens[at].end_pos)
    return found


def _with_short_contexts(tokens: list[Token]) -> list[Token]:
    r"""Return the tokens with what is given in p(y_t | y_{<t}, x), when it is more than one letter, as the letter x.

    What is kept is the first of the letters between commas that is no list of what came before: x_i of (x_i; \theta).
    """
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        found.append(tokens[at])
        at += 1
        if found[-1].type == "BAR":
            end = _end_of_bracket(tokens, at)
            inside = tokens[at:end]
            if end < len(tokens) and any(t.type in ("REL", "DOTS", "COMMA", "SEP", "COLON") for t in inside):
                context = Token("LETTER", "x", inside[0].start_pos or 0, end_pos=inside[-1].end_pos)
                found += _first_letter(inside) or [context]
                at = end
    return found


def _end_of_bracket(tokens: list[Token], at: int) -> int:
    depth = 0
    for k in range(at, len(tokens)):
        depth += (tokens[k].type in OPEN) - (tokens[k].type in CLOSE)
        if depth < 0:
            return k
    return len(tokens)


def _first_letter(inside: list[Token]) -> list[Token]:
    parts: list[list[Token]] = [[]]
    for token in inside:
        if token.type in ("COMMA", "SEP", "COLON") and _depth(parts[-1]) == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    if any(t.type == "DOTS" for t in inside):
        return []
    return next((p for p in parts if p and not any(t.type == "REL" for t in p)), [])


def _depth(tokens: list[Token]) -> int:
    return sum((t.type in OPEN) - (t.type in CLOSE) for t in tokens)


def _with_signs(tokens: list[Token]) -> list[Token]:
    r"""Return the tokens with the signs that stand alone in \gamma_+, s_{-} and \tau^- as words: labels."""
    words = {"PLUS": "plus", "MINUS": "minus"}
    found = list(tokens)
    for k, token in enumerate(tokens):
        before = [t.type for t in tokens[max(k - 2, 0) : k]]
        after = tokens[k + 1].type if k + 1 < len(tokens) else ""
        is_braced = before in (["SUB", "LBRACE"], ["SUP", "LBRACE"]) and after == "RBRACE"
        if token.type in words and (is_braced or before[-1:] in (["SUB"], ["SUP"])):
            found[k] = Token("WORD", words[token.type], token.start_pos or 0, end_pos=token.end_pos)
            at = k - 2 if is_braced else k - 1
            if at and found[at].type == "SUP" and found[at - 1].type in ("RPAR", "RBRACK"):
                found[at] = Token("SUB", "_", token.start_pos or 0, end_pos=token.end_pos)  # the positive part
    return found


def _function(tokens: list[Token], at: int, pairs: dict[int, str]) -> Token:
    """Return what the pair of bars that opens at ``at`` is: a norm, the size of a set, or an absolute value."""
    start = tokens[at].start_pos or 0
    if tokens[at].type == "DBAR":
        return Token("LETTER", "norm", start, end_pos=start)
    end = next(k for k in range(at + 1, len(tokens)) if pairs.get(k) == "close")
    inside = tokens[at + 1 : end]
    if _is_length(tokens, at, inside):
        return Token("LETTER", "size", start, end_pos=start)
    is_set = inside[0].type == "LETTER" and inside[0][0].isupper() and all(t.type in _NAMES for t in inside)
    return Token("LETTER", "size", start, end_pos=start) if is_set else Token("FUNC", "abs", start, end_pos=start)


def _is_length(tokens: list[Token], at: int, inside: list[Token]) -> bool:
    r"""Tell whether bars are the upper end of a sum, \sum_{t=1}^{|y|}: the length of y."""
    before = [t.type for t in tokens[max(at - 2, 0) : at]]
    if len(inside) != 1 or inside[0].type != "LETTER" or before != ["SUP", "LBRACE"]:
        return False
    depth, k = 0, at - 3
    while k > 0 and (depth or tokens[k].type != "SUB"):
        depth += (tokens[k].type in CLOSE) - (tokens[k].type in OPEN)
        k -= 1
    return k > 0 and tokens[k - 1].type == "BIG"


def _joined(tokens: list[Token]) -> list[Token]:
    """Return the tokens with two bars side by side as one double bar, but for |a||b|, where the first closes."""
    found: list[Token] = []
    single = [0]  # bars so far in each bracket that is open
    for k, token in enumerate(tokens):
        if token.type in OPEN:
            single.append(0)
        elif token.type in CLOSE and len(single) > 1:
            single.pop()
        last = found[-1] if found else None
        is_beside = token.type == "BAR" and last is not None and last.type == "BAR" and last.end_pos == token.start_pos
        has_more = any(t.type == "BAR" for t in tokens[k + 1 : k + 40])
        if is_beside and last is not None and (single[-1] % 2 or not has_more):
            found[-1] = Token("DBAR", "||", last.start_pos or 0, end_pos=token.end_pos)
            single[-1] -= 1
            continue
        single[-1] += token.type == "BAR"
        found.append(token)
    return found


def _pairs(tokens: list[Token]) -> dict[int, str]:
    """Return which bars open and which close; the content of a pair is a bracket of its own."""
    found: dict[int, str] = {}
    levels: list[list[int]] = [[]]
    alone: list[list[int]] = []
    free = [True]  # whether a bar can only enclose: outside of p(y | x) and of scripts
    for k, token in enumerate(tokens):
        if token.type in OPEN:
            levels.append([])
            free.append(token.type == "LBRACE" and (not k or tokens[k - 1].type not in ("SUB", "SUP")))
        elif token.type in CLOSE and len(levels) > 1:
            alone.append(levels.pop())
            free.pop()
        elif token.type in _BARS:
            waiting = levels[-1]
            at = next((w for w in reversed(waiting) if tokens[w].type == token.type), None)
            is_pair = at is not None and k > at + 1 and (_opens(tokens, at) and _closes(tokens, k) or (
                _must_close(tokens, at, k, free[-1])))
            if at is not None and is_pair:
                found[at], found[k] = "open", "close"
                del waiting[waiting.index(at) :]
            else:
                waiting.append(k)
    for left in (*alone, *levels):  # two bars that are left in a bracket can only enclose, as in 2 |x|
        if len(left) == 2 and tokens[left[0]].type == tokens[left[1]].type == "BAR" and _closes(tokens, left[1]):
            found[left[0]], found[left[1]] = "open", "close"
    return found


def _must_close(tokens: list[Token], opened: int, at: int, is_free: bool) -> bool:
    """Tell whether a bar can only close: it stands after a factor, and the one before it can only open."""
    before, last = tokens[opened - 1].type if opened else "", tokens[at - 1].type
    is_clear = is_free or before in _BEFORE and before != "RBRACE"
    return is_clear and tokens[opened][0] == tokens[at][0] == "|" and tokens[at].type == "BAR" and (
        last in ("LETTER", "NUMBER", *CLOSE))


def _opens(tokens: list[Token], at: int) -> bool:
    before = tokens[at - 1].type if at else ""
    if tokens[at][0] != "|":
        return bool(tokens[at].startswith("open"))
    is_script = before in ("LETTER", "NUMBER") and at > 1 and tokens[at - 2].type in ("SUB", "SUP")
    return at == 0 or before in _BEFORE or is_script or (
        tokens[at].type == "DBAR" and before in ("LETTER", "NUMBER", "DBAR"))


def _closes(tokens: list[Token], at: int) -> bool:
    if tokens[at][0] != "|":
        return bool(tokens[at].startswith("close"))
    after = tokens[at + 1].type if at + 1 < len(tokens) else ""
    return not after or after in _AFTER or tokens[at].type == after == "DBAR"  # \|y\|\|p\|


__all__ = ["with_bars"]

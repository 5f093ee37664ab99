"""Splitting a source into formulas (the loss and its definitions) and their sides, on tokens."""

from __future__ import annotations

from dataclasses import dataclass

from lark import Token

from nmderive.errors import ParseError, Span
from nmderive.notation.brackets import CLOSE, OPEN, closing
from nmderive.notation.latex_tokens import GREEK
from nmderive.notation.vocabulary import INDEX_LETTERS, LOSS_NAMES

_CONTINUES = ("PLUS", "MINUS", "TIMES", "SLASH", "EQ", "REL", "SUP", "SUB", "POW")
_LETTERS = ("LETTER", "NAME", "WORD")
_SEPARATORS = ("SEP", "COMMA", "NEWLINE")
#: Letters of predictions and weights, which are never labels.
_NO_LABELS = frozenset("pwzsxf")


@dataclass(frozen=True)
class RawChunk:
    """The sides of one formula as token lists."""

    sides: tuple[tuple[Token, ...], ...]

    @property
    def span(self) -> Span:
        """The place of the formula in the source."""
        tokens = [t for side in self.sides for t in side]
        return Span(tokens[0].start_pos or 0, tokens[-1].end_pos or 0) if tokens else Span(0, 1)

    @property
    def is_loss(self) -> bool:
        """Whether the left side is a name of the loss: l, L_{CE}, L(s, t)."""
        return len(self.sides) > 1 and is_loss_head(self.sides[0])

    @property
    def is_gradient(self) -> bool:
        """Whether a side is the derivative of a loss that is not written out there."""
        return any(_is_gradient(side) for side in self.sides)

    @property
    def function(self) -> str | None:
        """The name of the function that this formula defines, as in f(x) = ..."""
        head = self.sides[0]
        if len(self.sides) < 2 or len(head) < 4 or self.is_loss or head[0].type not in _LETTERS:
            return None
        return str(head[0]) if head[1].type == "LPAR" and closing(head, 1) == len(head) - 1 else None


def split(tokens: list[Token], source: str, is_latex: bool) -> list[RawChunk]:
    """Return the formulas of ``tokens``."""
    if is_latex:
        _check_semicolons(tokens, source)
    flat = _without_inner_breaks(tokens)
    pieces: list[list[Token]] = [[]]
    depth = 0
    for k, token in enumerate(flat):
        depth += (token.type in OPEN) - (token.type in CLOSE)
        if depth == 0 and token.type in _SEPARATORS:
            if _separates(flat, k, pieces[-1], is_latex):
                pieces.append([])
        else:
            pieces[-1].append(token)
    chunks = [_sides(piece) for piece in pieces if piece]
    if not chunks:
        raise ParseError("there is no formula here", source=source, span=Span(0, 1))
    return chunks


def _check_semicolons(tokens: list[Token], source: str) -> None:
    r"""Refuse \text{softmax}(z; \tau): without its semicolon it would be of a product."""
    for k, token in enumerate(tokens):
        before = tokens[_before_scripts(tokens, k - 1)] if k else token
        is_applied = k and before.type in ("LETTER", "WORD", "RBRACE", "RPAR") and before != "sigma"  # f(x; W)
        if token.type not in ("LPAR", "LBRACK") or is_applied:
            continue
        depth = 0
        for inner in tokens[k : closing(tokens, k)]:
            depth += (inner.type in OPEN) - (inner.type in CLOSE)
            if depth == 1 and inner.type == "SEP" and inner == ";":
                raise ParseError("what stands after the semicolon is not read", source=source,
                                 span=Span(inner.start_pos or 0, inner.end_pos or 0),
                                 hint=r"write what is done with it: \text{softmax}(z/\tau), \sigma(z/T)")


def _before_scripts(tokens: list[Token], at: int) -> int:
    """Return the place of what the scripts that end at ``at`` belong to: the softmax of softmax_y."""
    while at > 1:
        start = at
        if tokens[at].type == "RBRACE":
            start = next((k for k in range(at, -1, -1) if tokens[k].type == "LBRACE" and closing(tokens, k) == at), at)
        if start < 2 or tokens[start - 1].type not in ("SUB", "SUP"):
            return at
        at = start - 2
    return at


def _without_inner_breaks(tokens: list[Token]) -> list[Token]:
    """Drop line breaks inside brackets, except in a substack."""
    kept: list[Token] = []
    stack: list[bool] = []
    for token in tokens:
        if token.type in OPEN:
            stack.append(bool(kept) and kept[-1].type == "SUBSTACK")
        elif token.type in CLOSE and stack:
            stack.pop()
        is_break = token.type == "NEWLINE" or (token.type == "SEP" and not (stack and stack[-1]))
        if stack and is_break:
            continue
        kept.append(token)
    return kept


def _separates(flat: list[Token], at: int, before: list[Token], is_latex: bool) -> bool:
    """Tell whether a separator ends a formula, or is only a line break within one."""
    token = flat[at]
    after = next((t for t in flat[at + 1 :] if t.type not in _SEPARATORS), None)
    if not before or after is None:
        return False
    if token.type == "COMMA":
        return True
    if before[-1].type in _CONTINUES or after.type in (*_CONTINUES, "DOTS") or before[-1].type == "BIG":
        return False
    if token.type == "SEP":
        return True
    rest = flat[at + 1 :]
    end = next((k for k, t in enumerate(rest) if t.type in ("NEWLINE", "SEP")), len(rest))
    equality = next((k for k, t in enumerate(rest[:end]) if t.type == "EQ"), None)
    if equality is None:
        return False
    return not is_latex or (_is_head(rest[:equality]) and any(t.type == "EQ" for t in before))


def _is_head(tokens: list[Token]) -> bool:
    """Tell whether tokens can be the left side of a definition."""
    allowed = (*_LETTERS, "ACCENT", "SUB", "COMMA", "NUMBER", *OPEN, *CLOSE)
    starts = bool(tokens) and tokens[0].type in (*_LETTERS, "ACCENT")
    return starts and all(t.type in allowed for t in tokens)


def _sides(piece: list[Token]) -> RawChunk:
    sides: list[list[Token]] = [[]]
    depth = 0
    for token in piece:
        depth += (token.type in OPEN) - (token.type in CLOSE)
        if token.type == "EQ" and depth == 0:
            if sides[-1] and sides[-1][-1].type == "COLON":
                sides[-1].pop()
            sides.append([])
        else:
            sides[-1].append(token)
    return RawChunk(tuple(tuple(side) for side in sides))


def is_loss_head(side: tuple[Token, ...]) -> bool:
    """Tell whether a side is a name of the loss, with a label and arguments or without."""
    if not side or side[0].type not in _LETTERS:
        return False
    name = str(side[0])
    at = 1
    if side[0].type == "NAME" and "_" in name:
        name = name.partition("_")[0]
    if name not in LOSS_NAMES:
        return False
    if at + 1 < len(side) and side[at].type == "SUB":
        label, at = _label(side, at + 1)
        if len(label) == 1 and label in INDEX_LETTERS | {"n", "m"}:
            return False
    if at < len(side) and side[at].type in ("LPAR", "LBRACK"):
        at = closing(side, at) + 1
    return at == len(side)


def is_head(side: tuple[Token, ...]) -> bool:
    r"""Tell whether a side is only a name: L, \sigma_i, FL(p_t), J(w, b), BPR-OPT, {L}, with whatever arguments."""
    at = 0
    if side[:1] and side[0].type == "LBRACE" and closing(side, 0) == 2:
        at = 2
    elif side[:1] and side[0].type == "LBRACE" and is_head(side[1 : closing(side, 0)]):
        return _is_arguments(side, closing(side, 0) + 1)
    elif side[:1] and side[0].type == "ACCENT":
        return is_head(side[1:])
    if at >= len(side) or side[min(at, 1) if at else 0].type not in _LETTERS:
        return False
    at = max(at + 1, _past_word(side))
    while at < len(side) and side[at].type == "LETTER" and str(side[at]).isupper() and str(side[at - 1]).isupper():
        at += 1
    while at + 1 < len(side) and side[at].type in ("SUB", "SUP"):
        at = closing(side, at + 1) + 1 if side[at + 1].type == "LBRACE" else at + 2
    return _is_arguments(side, at)


def _past_word(side: tuple[Token, ...]) -> int:
    """Return where a word of three or more Latin letters side by side ends that a side starts with, as RecallCE."""
    at = 0
    while at < len(side) and side[at].type == "LETTER" and len(side[at]) == 1 and (
            at == 0 or side[at - 1].end_pos == side[at].start_pos):
        at += 1
    return at if at > 2 else 0


def names_only(side: tuple[Token, ...], known: frozenset[str]) -> bool:
    r"""Tell whether the side left of an equality is a name that nothing else has, with labels and arguments or without.

    R_{\exp}(f), V(f(x), y) and \bar{\ell}(y, f) are; an entry A_j, and a name that is ``known``, are not.
    """
    sizes = {"n", "m", "e"} if _past_word(side) else set()  # the letters of a word, as in Dice
    start = next((k for k, t in enumerate(side) if t.type in ("LPAR", "LBRACK")), len(side))
    if not is_head(side) or (known - sizes) & {str(t) for t in side[:start] if t.type == "LETTER"}:
        return False
    below = [str(t) for k, t in enumerate(side[:start]) if t.type == "LETTER" and any(
        side[j].type in ("SUB", "SUP") for j in range(k))]
    is_index = len(below) in (1, 2) and set(below) <= INDEX_LETTERS | {"n", "m", "y"}
    return not is_index and not any(t.type == "SUB" for t in side[start:])


def _is_arguments(side: tuple[Token, ...], at: int) -> bool:
    """Tell whether nothing but the arguments of a head stands from ``at`` on."""
    if at < len(side) and side[at].type in ("LPAR", "LBRACK"):
        at = closing(side, at) + 1
    return at == len(side)


def is_range(chunk: RawChunk) -> bool:
    r"""Tell whether a formula only says what an index runs over: j \in \{1, \dots, k\}."""
    if is_sign_range(chunk):
        return True
    tokens = [t for side in chunk.sides for t in side]
    at = next((k for k, t in enumerate(tokens) if t.type == "REL"), 0)
    is_letter = bool(at) and tokens[0].type == "LETTER" and str(tokens[0]) in INDEX_LETTERS and at == 1
    return len(chunk.sides) == 1 and is_letter and tokens[at] == "in" and not {"FUNC", "BIG", "FRAC"} & {
        t.type for t in tokens}


def without_ranges(chunks: list[RawChunk]) -> list[RawChunk]:
    r"""Return the formulas without those that only say what is a vector, or what an index runs over.

    That is ``j \in \{1, \dots, k\}``, or ``i = 1, \dots, N``, whose commas have made three formulas of it.
    """
    kept: list[RawChunk] = []
    for chunk in chunks:
        if is_vector(chunk) or is_range(chunk):
            continue
        types = [t.type for t in chunk.sides[0]]
        is_dots, is_end = types == ["DOTS"], types == ["LETTER"] and len(chunk.sides) == 1
        if is_dots and kept and _is_start(kept[-1]):
            continue
        if is_end and kept and _is_start(kept[-1]):
            kept.pop()
            continue
        kept.append(chunk)
    return kept or chunks


def _is_start(chunk: RawChunk) -> bool:
    kinds = [[t.type for t in side] for side in chunk.sides]
    return kinds == [["LETTER"], ["NUMBER"]] and str(chunk.sides[0][0]) in INDEX_LETTERS | {"n", "m"}


def is_sign_range(chunk: RawChunk) -> str:
    r"""Return the letter of which a formula says that it is -1 or 1: y_i \in \{-1, 1\}; else nothing."""
    tokens = [t for side in chunk.sides for t in side]
    kinds = [t.type for t in tokens[:4]]
    if kinds[:1] == ["ACCENT"] and tokens[0] == "tilde":  # the \tilde{y}_i that y_i is written for
        tokens = [tokens[2], *tokens[4:]] if kinds[1:4] == ["LBRACE", "LETTER", "RBRACE"] else tokens[1:]
    at = next((k for k, t in enumerate(tokens) if t.type == "REL" and t == "in"), 0)
    inside = [str(t) for t in tokens[at + 1 :] if t.type in ("NUMBER", "MINUS", "LETTER", "WORD", "DOTS")]
    is_head = bool(at) and tokens[0].type == "LETTER" and (at == 1 or tokens[1].type in ("SUB", "SUP"))
    if tokens[at + 1 : at + 2] != ["{"] or str(tokens[0]) in GREEK | _NO_LABELS:
        return ""  # the interval [-1, 1], or the range of a number, of weights or of a prediction
    return str(tokens[0]) if len(chunk.sides) == 1 and is_head and sorted(inside) == ["-", "1", "1"] else ""


def is_vector(chunk: RawChunk) -> bool:
    r"""Tell whether a formula only says that a loss is a vector: L = \{l_1, \dots, l_N\}^\top."""
    last = chunk.sides[-1]
    kinds = [t.type for t in last]
    return kinds[:1] == ["LPAR"] and "DOTS" in kinds and "COMMA" in kinds and not {"BIG", "FUNC", "FRAC"} & set(kinds)


def _label(side: tuple[Token, ...], at: int) -> tuple[str, int]:
    if side[at].type != "LBRACE":
        return str(side[at]), at + 1
    end = closing(side, at)
    return "".join(side[at + 1 : end]), end + 1


def _is_gradient(side: tuple[Token, ...]) -> bool:
    kinds = [t.type for t in side]
    return (
        kinds[:4] == ["FRAC", "LBRACE", "PARTIAL", "LETTER"]
        and kinds[4:5] != ["LPAR"]
        and closing(side, 1) <= 9
        and str(side[3]) in LOSS_NAMES
    )

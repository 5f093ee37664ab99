r"""What is said beside a published formula of its letters: \gamma \ge 0, q \in (0, 1], y_k \in \{0, 1\}.

A domain of a number is a declaration, as if the user had made it. What labels and probabilities are anyway is left out,
and said to be; any other sentence is asked about, since it may change what the formula means.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lark import Token

from nmderive.errors import NmderiveError
from nmderive.notation.brackets import closing
from nmderive.notation.chunks import RawChunk, is_sign_range
from nmderive.notation.declarations import Declarations
from nmderive.notation.latex_tokens import GREEK
from nmderive.notation.vocabulary import INDEX_LETTERS

Tokens = tuple[Token, ...]
#: Letters that are labels, logits, inputs or sizes far more often than numbers whose domain is said.
_ARRAYS = frozenset("ytpsxzfuvKNCMBDnmijkhe")
#: Letters of weights, whose entries have the domain that is said of one.
_WEIGHTS = frozenset(["w", "alpha", "pi", "omega", "lambda", "beta", "gamma"])
#: What a sentence may call a letter that is a number.
_NUMBER = re.compile(r"(?:is|are) (?:a |an |the )?(?:\w+ )*(?:hyper-?parameters?|temperature|coefficients?|constants?|"
                     r"weighting factor|scaling factor|balancing factor|focusing parameter)$")
_COUNTS = (("classes", re.compile(r"number of (?:classes|categories|labels)\b|vocabulary size")),
           ("rows", re.compile(r"number of (?:\w+ )?(?:samples|examples|instances|points|pixels)\b|batch size")))


@dataclass
class Remarks:
    """Takes the remarks out of the formulas of one source; ``declared`` are those that are declarations."""

    source: str
    fail: Callable[..., NmderiveError]
    declared: Declarations = Declarations()

    def __post_init__(self) -> None:
        self.notes: list[str] = []

    def taken_out(self, chunks: list[RawChunk]) -> list[RawChunk]:
        """Return the formulas without the remarks beside them."""
        kept = chunks[:1]
        heads: list[RawChunk] = []
        for chunk in map(_without_bracket, chunks[1:]):
            if len(chunk.sides) == 1 and _is_name(chunk.sides[0]):
                heads.append(chunk)  # the alpha of \alpha, \beta \ge 0
                continue
            if _is_remark(chunk) and self._said(chunk, heads):
                heads = []
                continue
            kept += [*heads, chunk]
            heads = []
        return kept + [c for c in heads if not (len(c.sides[0]) == 1 and str(c.sides[0][0]) in INDEX_LETTERS)]

    def _said(self, chunk: RawChunk, heads: list[RawChunk]) -> bool:
        """Note or declare what one remark says; return whether it is one that is understood."""
        side = chunk.sides[0]
        text = self.source[chunk.span.start : chunk.span.end].strip(" ,.;$")
        if len(chunk.sides) == 2 or [t.type for t in side] == ["LPAR", "NUMBER", "RPAR"]:
            self.notes += [f"{text}, as the labels of a row over the classes have it"] if len(chunk.sides) == 2 else []
            return True
        if any(t.type == "WORD" for t in side):
            return self._is_count(side, chunk)
        if is_sign_range(chunk) or not any(t.type == "REL" for t in side):
            return False
        relation = next(k for k, t in enumerate(side) if t.type == "REL")
        for head in [h.sides[0] for h in heads]:
            self._bound(self.source[head[0].start_pos or 0 : head[-1].end_pos] + self.source[
                side[relation].start_pos or 0 : side[-1].end_pos], head)
        self._bound(text, side)
        return True

    def _bound(self, text: str, side: Tokens) -> None:
        """Declare the domain that the text says of a number, or of weights; of labels it only is said."""
        letter = next((str(t) for t in side if t.type == "LETTER"), "")
        is_entry = any(t.type == "SUB" for t in side)
        is_number = letter in GREEK or len(letter) == 1 and letter not in _ARRAYS
        try:
            found = Declarations.from_lets([_plain(text)]) if is_number or letter in _WEIGHTS else Declarations()
        except NmderiveError:
            found = Declarations()
        is_domain = bool(found.domains) and (not is_entry or bool(found.arrays) and letter in _WEIGHTS)
        if is_domain and letter not in self.declared.names():
            self.declared = self.declared.merge(found)
            self.notes += [f"{domain.shown(name)}, as the formula says" for name, domain in found.domains]
        elif letter in "yt" and re.search(r"\{\s*0\s*,\s*1\s*\\", text):
            self.notes.append(f"{letter} is 0 or 1, as the formula says: read as labels in [0, 1]")

    def _is_count(self, side: Tokens, chunk: RawChunk) -> bool:
        """Declare the size that a sentence says a letter to be, K is the number of classes; ask about any other."""
        words = " ".join(str(t) for t in side if t.type == "WORD")
        kind = next((kind for kind, form in _COUNTS if form.search(words)), "")
        if side[0].type == "LETTER" and kind and side[1].type == "WORD":
            if str(side[0]) not in ("n", "m"):
                self.declared = self.declared.merge(Declarations.from_lets([f"{side[0]}: {kind}"]))
            self.notes.append(f"{side[0]} is the number of {'classes' if kind == 'classes' else 'samples'}, as is said")
            return True
        if [t.type for t in side] == ["LETTER", "WORD"] and _NUMBER.search(words) and str(side[0]) not in _ARRAYS:
            self.notes.append(f"{side[0]} {words}, as is said")
            return True
        raise self.fail("sentences beside a formula are not read", chunk.span,
                        r"leave it out; a definition has the form u = ..., and a domain is written g \ge 0")


def _without_bracket(chunk: RawChunk) -> RawChunk:
    r"""Return the remark (\lambda > 0) without its bracket."""
    side = chunk.sides[0]
    is_whole = len(chunk.sides) == 1 and len(side) > 3 and side[0].type == "LPAR" and closing(side, 0) == len(side) - 1
    return RawChunk((side[1:-1],)) if is_whole and any(t.type == "REL" for t in side) else chunk


def _plain(text: str) -> str:
    r"""Return a domain without spaces of LaTeX and \left, \right: "q \in [0,1]"."""
    text = re.sub(r"\\(?:left|right|[,;!: ]|q?quad)", " ", text)
    return re.sub(r"\\(?:mathbb|mathrm)\s*\{?R\}?", "", text).strip()


def _is_name(side: Tokens) -> bool:
    """Tell whether tokens are one letter, with a subscript or without."""
    if not side or side[0].type != "LETTER":
        return False
    if len(side) == 1:
        return True
    end = closing(side, 2) if len(side) > 2 and side[2].type == "LBRACE" else 2
    return side[1].type == "SUB" and end == len(side) - 1


def _is_remark(chunk: RawChunk) -> bool:
    """Tell whether a formula says something of a letter: a relation, a sentence, a sum that is 1, its own number."""
    side = chunk.sides[0]
    kinds = [t.type for t in side]
    if len(chunk.sides) == 2:
        tail = [str(t) for t in chunk.sides[1]]
        names = [str(t) for t in side if t.type == "LETTER"]
        return kinds[:1] == ["BIG"] and tail == ["1"] and not {"FUNC", "FRAC"} & set(kinds) and bool({*names} & {*"yt"})
    if len(chunk.sides) != 1:
        return False
    is_number = kinds == ["LPAR", "NUMBER", "RPAR"]
    depths = _depths(side)
    is_related = any(t.type == "REL" and depth == 0 for t, depth in zip(side, depths, strict=True))
    starts = kinds[:1] in (["LETTER"], ["NUMBER"]) and not {"BIG", "FUNC", "FRAC"} & set(kinds)
    is_sentence = kinds[:1] == ["LETTER"] and kinds[-1] == "WORD" and str(side[-1]).split()[0] in (
        "is", "are", "denotes", "denote", "being")
    return is_number or starts and is_related or is_sentence


def _depths(side: Tokens) -> list[int]:
    depth, found = 0, []
    for token in side:
        depth += (token.type in ("LPAR", "LBRACK", "LBRACE")) - (token.type in ("RPAR", "RBRACK", "RBRACE"))
        found.append(depth)
    return found


__all__ = ["Remarks"]

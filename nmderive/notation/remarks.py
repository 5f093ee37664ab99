r"""What is said beside a published formula of its letters: \gamma \ge 0, q \in (0, 1], y_k \in \{0, 1\}.

A domain of a number is a declaration, as if the user had made it. What labels and probabilities are anyway is left out,
and said to be; any other sentence is asked about, since it may change what the formula means.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lark import Token

from nmderive.calculus.domains import Domain
from nmderive.errors import NmderiveError
from nmderive.notation.brackets import closing
from nmderive.notation.chunks import RawChunk, is_sign_range
from nmderive.notation.declarations import Declarations
from nmderive.notation.domain_forms import both
from nmderive.notation.latex_tokens import GREEK
from nmderive.notation.remark_forms import REALS, is_number_at, size_of_classes, spelled, without_bracket
from nmderive.notation.said_roles import said_role, sentences_apart, starts_sentence
from nmderive.notation.vocabulary import INDEX_LETTERS

Tokens = tuple[Token, ...]
#: Letters that are labels, logits, inputs or sizes far more often than numbers whose domain is said.
_ARRAYS = frozenset("ytpsxzfuvKNCMBDnmijkhe")
#: Letters of weights, whose entries have the domain that is said of one.
_WEIGHTS = frozenset(["w", "alpha", "pi", "omega", "lambda", "beta", "gamma"])
_KIND = (r"(?:(?:a|an|the|tunable|fixed|given|scalar|small|trade-?off|tuning|regulari[sz]ation|weighting|balancing|"
         r"scaling|focusing|smoothing) )*")
#: What a sentence may call a letter that is a number.
_NUMBER = re.compile(rf"(?:is|are|denotes?) {_KIND}(non-?negative |positive )?{_KIND}"
                     r"(?:hyper-?parameters?|temperature|coefficients?|constants?|parameter|weight|factor)")
_COUNTS = tuple((kind, re.compile(rf"(?:is|denotes|being) the (?:total )?{what}")) for kind, what in (
    ("classes", r"(?:number of (?:classes|categories|labels)|vocabulary size)"),
    ("rows", r"(?:number of (?:training )?(?:samples|examples|instances|points|pixels)|batch size)")))
#: The rows of labels, or of probabilities, that sum to one.
_ROW = re.compile(r"\\sum(?:\\limits)?\s*_\{?\s*(\w)\s*(?:=\s*1\s*)?\}?\s*(?:\^\s*\{?\s*[A-Z]\s*\}?\s*)?"
                  r"([ytp])\s*_\s*\{?\s*(?:\w\s*,?\s*)?\1\s*\}?\s*=\s*1")
#: What labels, probabilities, logits, inputs and sizes are anyway, by the letters of which it is said.
_ANYWAY = tuple((letters, re.compile(form)) for letters, form in (
    ("yt", r"\\in\s*\[\s*0\s*,\s*1\s*\]|\\geq?\s*0"),
    ("p", r"\\in\s*[\[(]\s*0\s*,\s*1\s*[\])]|\\geq?\s*0|>\s*0"),
    ("szxfuvh", rf"\\in\s*{REALS}(?:\s*\^\s*(?:[A-Za-z]|\{{\s*[A-Za-z]\s*(?:\\times\s*[A-Za-z]\s*)?\}}))?"),
    ("ijk", r"\\in\s*(?:\\\{\s*1\s*,\s*(?:2\s*,\s*)?\\[lc]?dots\s*,\s*[A-Za-xz]\s*\\\}|\[\s*[KCNMBnm]\s*\])"),
    ("KNCMBnm", r"\\geq?(?:slant)?\s*1|>\s*0|\\in\s*\\mathbb\s*\{?\s*N\s*\}?(?:\s*[_^]\s*\{?\s*\+\s*\}?)?")))
#: The same of labels and probabilities in the middle: 0 < p_k < 1.
_BELOW = r"\s*(?:<|\\leq?(?![A-Za-z]))\s*"
_BETWEEN = re.compile(rf"0{_BELOW}[ytp]\s*(?:_\s*(?:\w|\{{[\w\s,]*\}}))?{_BELOW}1")
#: What makes a remark one of several, or of some places only.
_ALTERNATIVE = re.compile(r"\b(?:or|if|when|unless|except|but|not)\b")
#: Sigmoids, and labels that are classes, by how they are written.
_OF_TASKS = re.compile(r"\\sigma\b|sigmoid|1\s*-\s*p")
_AS_CLASS = re.compile(r"_\s*(?:[yt]\b|\{[^{}=]*\b[yt]\b)")
#: Besides: p(y | x), and an indicator of y = k.
_OUTCOME = re.compile(r"\b[yt]\s*(?:_\s*(?:\w|\{\s*\w\s*\})\s*)?(?:\||\\mid\b|=\s*[jkc]\b)")
_TWO_AT_LEAST = re.compile(r"\\geq?(?:slant)?\s*2|>\s*1")
_ZERO_OR_ONE = re.compile(r"\\in\s*\\\{\s*0\s*,\s*1\s*\\\}")


@dataclass
class Remarks:
    """Takes the remarks out of the formulas of one source; ``declared`` are declarations beside the user's ``own``."""

    source: str
    fail: Callable[..., NmderiveError]
    own: Declarations
    declared: Declarations = Declarations()

    def __post_init__(self) -> None:
        self.notes: list[str] = []

    def taken_out(self, chunks: list[RawChunk]) -> list[RawChunk]:
        """Return the formulas without the remarks beside them."""
        if len(chunks) == 1:
            return chunks
        kept: list[RawChunk] = []
        heads: list[RawChunk] = []
        chunks = [part for chunk in chunks for sentence in sentences_apart(chunk) for part in without_bracket(sentence)]
        for at, chunk in enumerate(chunks):
            before = chunks[at - 1].span.end if at else 0
            is_doubtful = _is_half(chunk) and any(map(_is_remark, chunks[at + 1 : at + 2]))  # 0 < \alpha, \beta < 1
            if _is_remark(chunk) and (is_doubtful or _ALTERNATIVE.search(self.source[before : chunk.span.start])):
                raise self._not_read(chunk)
            if len(chunk.sides) == 1 and _is_name(chunk.sides[0]):
                heads.append(chunk)  # the alpha of \alpha, \beta \ge 0
                continue
            if _is_remark(chunk) and self._said(chunk, heads):
                heads = []
                continue
            kept += [*heads, chunk]
            heads = []
        kept += [c for c in heads if not (len(c.sides[0]) == 1 and str(c.sides[0][0]) in INDEX_LETTERS)]
        return kept or chunks

    def _said(self, chunk: RawChunk, heads: list[RawChunk]) -> bool:
        """Note or declare what one remark says; return whether it is one that is understood."""
        side = chunk.sides[0]
        text = self.source[chunk.span.start : chunk.span.end].strip(" ,.;$")
        if [t.type for t in side] == ["LPAR", "NUMBER", "RPAR"]:
            return not heads
        if len(chunk.sides) == 2 and _is_name(side):
            raise self._not_read(chunk)  # a part of the loss only, where the label is that
        if len(chunk.sides) == 2:
            if _ROW.fullmatch(text) is None or _OF_TASKS.search(self.source):
                return False
            self.notes.append(f"{text}, as the rows of labels and of softmax have it")
            return True
        if not heads and (role := said_role(side, self.source)) is not None:
            let, note = role
            if let and let.partition(":")[0] not in self.own.names():
                self.declared = self.declared.merge(Declarations.from_lets([let]))
            if not let or let.partition(":")[0] not in self.own.names():  # else the user says what it is
                self.notes.append(note)
            return True
        words = [k for k, t in enumerate(side) if t.type == "WORD" and t not in ("plus", "minus")]
        if words and self._is_bound_number(side, words[0]):
            end = side[words[0] - 1].end_pos
            text, side = self.source[chunk.span.start : end].strip(" ,.;$"), side[: words[0]]
        elif words:
            said = words[0]
            names = [*(h.sides[0] for h in heads), side[:said]]
            return all(self._is_count((*name, *side[said:]), chunk) for name in names)
        if is_sign_range(chunk) or not any(t.type == "REL" for t in side):
            return False
        relation = next(k for k, t in enumerate(side) if t.type == "REL")
        for head in [h.sides[0] for h in heads]:
            self._bound(self.source[head[0].start_pos or 0 : head[-1].end_pos] + self.source[
                side[relation].start_pos or 0 : side[-1].end_pos], head, chunk)
        self._bound(text, _bounded(side), chunk, _bounded(side) == side[:relation])
        return True

    def _bound(self, text: str, name: Tokens, chunk: RawChunk, comes_first: bool = True) -> None:
        """Declare the domain that the text says of a number, or of weights; of others only what they are anyway."""
        if not name:
            raise self._not_read(chunk)
        letter = str(name[0])
        is_entry = len(name) > 1
        is_number = letter in GREEK or len(letter) == 1 and letter not in _ARRAYS
        if self._is_so_anyway(letter, text, comes_first):
            return
        found = self._domain(text) if is_number or letter in _WEIGHTS else None
        names = {name for name, _ in found.domains} if found is not None else set()
        if found is None or not names or is_entry and not (found.arrays and letter in _WEIGHTS):
            raise self._not_read(chunk)
        given = dict(self.own.domains)
        if all(name in given and _lies_in(given[name], domain) for name, domain in found.domains):
            return
        if names & {*self.declared.names(), *self.own.names()}:
            raise self._said_twice(letter, found, chunk)
        self.declared = self.declared.merge(found)
        self.notes += [f"{domain.shown(name)}, as the formula says" for name, domain in found.domains]

    def _said_twice(self, letter: str, found: Declarations, chunk: RawChunk) -> NmderiveError:
        """Return the error for two domains of one letter, with the one that both of them are where there is one."""
        before = {**dict(self.own.domains), **dict(self.declared.domains)}
        try:
            shown = [both(before[name], domain).shown(name) for name, domain in found.domains if name in before]
        except ValueError:
            shown = []
        let = f", or --let '{shown[0]}'" if len(shown) == 1 and letter not in self.own.names() else ""
        return self.fail(f"the domain of {letter} is said twice", chunk.span,
                         f"say it once, with both of its ends: 0 \\le {letter} \\le 1{let}")

    def _is_so_anyway(self, letter: str, text: str, comes_first: bool) -> bool:
        """Tell whether labels, logits, indices and sizes are what is said of them anyway; of 0 and 1 it is noted."""
        if not comes_first:
            return letter in [*"ytp"] and _BETWEEN.fullmatch(text) is not None
        start = re.search(r"\\(?:in|[gl]eq?(?:slant)?)(?![A-Za-z])|[<>]", text)
        said = re.sub(r"\\(?:left|right|[,;!: ]|q?quad)", " ", text[start.start() :]).strip() if start else ""
        is_class = _AS_CLASS.search(self.source) is not None  # the y of p_y: 0 and 1 are then all classes there are
        if letter in [*"yt"] and _ZERO_OR_ONE.fullmatch(said) and not is_class:
            self.notes.append(f"{letter} is 0 or 1, as the formula says: read as labels in [0, 1]")
            return True
        is_class |= _OUTCOME.search(self.source) is not None
        if letter in [*"yt"] and is_class and (size := size_of_classes(said, self.source)) is not None:
            self._classes(letter, size)
            return True
        if letter in [*"KCm"] and _TWO_AT_LEAST.fullmatch(said) and self._is_size(letter, text):
            self.notes.append(f"{letter} is 2 or more, as the formula says: a case of one class says nothing of it")
            return True
        return any(letter in [*letters] and form.fullmatch(said) for letters, form in _ANYWAY)

    def _is_size(self, letter: str, text: str) -> bool:
        """Tell whether a letter stands above a sum, or nowhere but in the remark: then it is no number of its own."""
        rest = self.source.replace(text, " ")
        alone = rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])"
        return re.search(rf"\^\s*\{{?\s*{letter}\b", rest) is not None or re.search(alone, rest) is None

    def _classes(self, letter: str, size: str) -> None:
        """Note that a letter is a class, and declare what the number of classes is called."""
        if size and size not in self.own.names():
            self.declared = self.declared.merge(Declarations.from_lets([f"{size}: classes"]))
        self.notes.append(f"{letter} is a class, as the formula says")

    def _is_bound_number(self, side: Tokens, at: int) -> bool:
        r"""Tell whether the words after a domain say what anybody knows of a number: \gamma > 0 \text{ is a factor}."""
        words = " ".join(str(t) for t in side[at:])
        is_related = any(t.type == "REL" for t in side[:at]) and all(t.type == "WORD" for t in side[at:])
        found = _NUMBER.fullmatch(words)
        return is_related and found is not None and not found[1]

    def _domain(self, text: str) -> Declarations | None:
        """Return the declaration that a domain is; None where it is none."""
        try:
            return Declarations.from_lets([spelled(text)])
        except NmderiveError:
            return None

    def _not_read(self, chunk: RawChunk) -> NmderiveError:
        return self.fail("what is said beside the formula is not read", chunk.span,
                         r"leave it out if the loss is the same without it; the domain of a number is written g \ge 0")

    def _is_count(self, side: Tokens, chunk: RawChunk) -> bool:
        """Declare what a sentence says a letter to be, a number of classes or a constant; ask about any other."""
        words = re.sub(r",?\s*\band$", "", " ".join(str(t) for t in side if t.type == "WORD"))
        letter = str(side[0])
        is_plain = [t.type for t in side] == ["LETTER", "WORD"]
        kind = next((kind for kind, form in _COUNTS if form.fullmatch(words)), "")
        if is_plain and kind:
            if letter not in ("n", "m"):
                self.declared = self.declared.merge(Declarations.from_lets([f"{letter}: {kind}"]))
            self.notes.append(f"{letter} is the number of {'classes' if kind == 'classes' else 'samples'}, as is said")
            return True
        number = _NUMBER.fullmatch(words)
        if is_plain and number and letter not in _ARRAYS:
            if number[1]:
                self._bound(f"{letter} {'>' if number[1] == 'positive ' else '>='} 0", side[:1], chunk)
            else:
                self.notes.append(f"{letter} {words}, as is said")
            return True
        raise self.fail("sentences beside a formula are not read", chunk.span,
                        r"leave it out; a definition has the form u = ..., and a domain is written g \ge 0")


def _lies_in(inner: Domain, outer: Domain) -> bool:
    """Tell whether all numbers of one domain are in the other."""
    try:
        return both(inner, outer) == inner
    except ValueError:
        return False


def _is_half(chunk: RawChunk) -> bool:
    """Tell whether a remark is a number and one relation: 0 < g, which may go on after a comma."""
    side = chunk.sides[0]
    at = next((k for k, t in enumerate(side) if t.type == "REL"), 0)
    return bool(at) and is_number_at(side[:at]) and sum(t.type == "REL" for t in side) == 1


def _bounded(side: Tokens) -> Tokens:
    r"""Return the letter, with its subscript, of which alone a chain of relations speaks: g >= 0, 0 < g < 1."""
    depths = _depths(side)
    at = [-1, *(k for k, t in enumerate(side) if t.type == "REL" and depths[k] == 0), len(side)]
    parts = [side[a + 1 : b] for a, b in zip(at, at[1:], strict=False)]
    place = 1 if len(parts) > 2 or is_number_at(parts[0]) else 0
    is_plain = len(parts) in (2, 3) and all(map(is_number_at, parts[:place]))
    return parts[place] if is_plain and _is_name(parts[place]) else ()


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
        is_row = kinds[:1] == ["BIG"] and not {"FUNC", "FRAC"} & set(kinds) and bool({*names} & {*"ytp"})
        return tail == ["1"] and is_row or _is_name(side) and str(side[0]) == "y" and tail in (["0"], ["1"])
    if len(chunk.sides) != 1:
        return False
    is_number = kinds == ["LPAR", "NUMBER", "RPAR"]
    depths = _depths(side)
    is_related = any(t.type == "REL" and depth == 0 for t, depth in zip(side, depths, strict=True))
    starts = kinds[:1] in (["LETTER"], ["NUMBER"], ["FRAC"]) or kinds[:2] == ["MINUS", "NUMBER"]
    is_sentence = starts_sentence(side)
    return is_number or starts and is_related or is_sentence


def _depths(side: Tokens) -> list[int]:
    depth, found = 0, []
    for token in side:
        depth += (token.type in ("LPAR", "LBRACK", "LBRACE")) - (token.type in ("RPAR", "RBRACK", "RBRACE"))
        found.append(depth)
    return found


__all__ = ["Remarks"]

"""A published formula, read as a person reads it: its letters take their roles from how they are used.

Tried where the notation of this program does not read a formula. Every guess is a sentence of ``read_as``; where a
label and a prediction cannot be told, nothing is guessed and the plain reading's error stands.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from lark import Token

from nmderive.errors import NmderiveError
from nmderive.notation.applied_parts import with_applied
from nmderive.notation.bare_sums import with_sum_indices
from nmderive.notation.chunks import RawChunk, is_head, is_sign_range, split, without_ranges
from nmderive.notation.class_numbers import class_as_value, without_places
from nmderive.notation.conditionals import BINARY, with_conditions
from nmderive.notation.declarations import Declarations
from nmderive.notation.definition_chains import Alternative, first_sides, with_alternatives
from nmderive.notation.definitions import Definition, Definitions
from nmderive.notation.index_ranges import Ranges
from nmderive.notation.inline_cases import with_inline_cases
from nmderive.notation.latex_lexer import LatexLexer
from nmderive.notation.latex_scope import Scope as LatexScope
from nmderive.notation.omitted import omitted_sample
from nmderive.notation.own_letters import letters_of
from nmderive.notation.paper_asked import PaperAsked, number_with_index
from nmderive.notation.paper_said import PaperSaid
from nmderive.notation.parts import (
    only_names,
    outcomes_as_classes,
    sizes_in_code,
    with_indices_below,
    with_labels_above,
    with_parts,
    with_words,
    without_dress,
    without_known,
    without_weights,
)
from nmderive.notation.preferences import with_responses
from nmderive.notation.preparing import Preparation
from nmderive.notation.remarks import Remarks
from nmderive.notation.roles import Reader, Roles
from nmderive.notation.row_entries import with_row_entries
from nmderive.notation.source import Source
from nmderive.notation.starred import with_true_class
from nmderive.notation.statement import Statement
from nmderive.notation.targets import OneHot, find_targets, rewrite, second_class
from nmderive.notation.tree import Big, Call, Name, Node, walk
from nmderive.notation.two_conditions import refused_conditions
from nmderive.notation.vocabulary import LOSS_NAMES

#: What only this reading knows, though every letter may be this program's own.
_ONLY_PAPERS = re.compile(
    r"'|\\prime\b|\\[lr]angle\b|\\begin\s*\{(?:[dr]?cases|array)\}|\\mathbb\s*\{?\s*[1IE]|\\mathbf\s*\{?\s*1|"
    r"\\mathds|\\mathbbm|\\[lr]?V?[vV]ert\b|\\\||\\top\b")
#: An entry of this program's own logits or labels.
_OWN_ENTRY = re.compile(r"(?<![A-Za-z\\])[st]_")
#: Published formulas are short; what is longer is not read twice.
_MAX_CHARACTERS = 4_000


class NotAPaper(Exception):
    """The formula has no label and prediction that could be told.

    ``question`` asks for them, where the plain reading fails; without one the plain reading's error stands.
    """

    def __init__(self, question: NmderiveError | None = None) -> None:
        super().__init__()
        self.question = question


class PaperSource(PaperSaid, PaperAsked, Source):
    """The trip of one published formula."""

    def statement(self) -> Statement:
        """Return the statement; NotAPaper where nothing can be guessed."""
        self.notes: list[str] = []
        #: The source's letter for each index letter inside.
        self.letters: dict[str, str] = {}
        #: Whether the formula could be taken apart, so that what is wrong with it afterwards is worth saying.
        self.is_told = False
        self.is_special = False
        chunks = self._chunks()
        self.stage = 1
        defined = frozenset(c.function for c in chunks if c.function is not None)
        self.reader = LatexScope(self.source, self.declarations.vocabulary(defined), self._applied())
        signs = {*self.declarations.signs, *filter(None, map(is_sign_range, chunks))}
        remarks = Remarks(self.source, self._fail, self.declarations)
        chunks = remarks.taken_out(chunks)
        self.said_labels = frozenset(remarks.declared.labels)
        self.declarations = remarks.declared.merge(self.declarations)
        self.notes += remarks.notes
        chunks = without_ranges(chunks)
        chunks = _in_chains(chunks)
        main = self.main = self._main(chunks)
        chunks, others = first_sides([c for c in chunks if c is not main])
        definitions = self._definitions(chunks)
        name, sides = self._main_sides(main, definitions)
        sides = self._with_alternatives(sides, definitions, others)
        self.notes += dict.fromkeys(self.reader.notes)
        self.signs = frozenset(signs)
        self.is_told = self.reader.is_special
        sides, definitions, declarations = self._adapted(sides, definitions)
        plain, self.declarations = self.declarations, declarations
        built = self._in_one_base(name or "", sides, definitions)
        self.declarations = plain
        built = self._over_classes(built)
        self._check_free(built, sides)
        twice = "y_w is class 1, y_l is class 2" if any(a.endswith(" is class 2") for a in self.responses) else ""
        notes = tuple(a for a in dict.fromkeys((*self.notes, *built.read_as)) if a != twice)
        return replace(built, name=name, read_as=notes, is_paper=True, letters=self.own_letters,
                       is_square=self.is_square)

    def in_own_letters(self, error: NmderiveError) -> NmderiveError:
        """Return the error with the index letters of the source in its words."""

        def own(text: str) -> str:
            return re.sub(r"\b[ij]\d+\b", lambda match: self.letters.get(match[0], match[0]), text)

        hint = own(error.hint) if error.hint else None
        return type(error)(own(error.message), source=error.source, span=error.span, hint=hint)

    def _applied(self) -> frozenset[str]:
        roles = self.declarations
        return frozenset(("p", *roles.probabilities, *roles.labels, *roles.logits, *(name for name, _ in roles.arrays)))

    def _chunks(self) -> list[RawChunk]:
        words = self.declarations.vocabulary().words
        lexer = LatexLexer(self.source, words, is_paper=True)
        tokens = lexer.run()
        self._check_conditions(lexer.tokens)
        if lexer.is_maximised:
            self.notes.append("what is maximised is read as it is written: its negative is the loss")
        tokens, notes = sizes_in_code(with_inline_cases(tokens))
        self.notes += notes
        for change in (with_sum_indices, with_true_class, with_conditions):
            tokens, notes = change(tokens)
            self.notes += notes
        tokens = with_row_entries(tokens)
        tokens = without_weights(outcomes_as_classes(without_dress(tokens)))
        tokens, self.responses = with_responses(tokens)
        self.notes += self.responses
        chunks = with_applied(with_indices_below(without_known(split(tokens, self.source, True))))
        return with_labels_above(with_parts(with_words(chunks)))

    def _check_conditions(self, tokens: list[Token]) -> None:
        """Refuse conditional probabilities that are told apart by what is given alone, which falls away afterwards."""
        refusal = refused_conditions(tokens)
        if refusal is not None:
            self.is_special = True
            raise self._fail(*refusal)

    def _main(self, chunks: list[RawChunk]) -> RawChunk:
        losses = [c for c in chunks if c.is_loss and len(c.sides) > 1]
        named = [c for c in losses if not self._is_used(c, chunks)]
        if len(named) > 1:
            raise self._fail("a second formula for the loss", named[1].span, "give one loss at a time")
        if named:
            return named[0]
        unused = [c for c in chunks if not self._is_used(c, chunks, True)]
        return unused[0] if len(unused) == 1 else chunks[0]

    def _is_used(self, chunk: RawChunk, chunks: list[RawChunk], is_whole: bool = False) -> bool:
        r"""Tell whether another formula speaks of the head of this one, as ``\frac1N \sum_n l_n`` of l_n."""
        head = [str(t) for t in chunk.sides[0][: None if is_whole else 2]]
        if is_whole and len(chunk.sides) < 2:
            return False
        for other in chunks:
            for side in () if other is chunk else other.sides[1:]:
                texts = [str(t) for t in side]
                if any(texts[k : k + len(head)] == head for k in range(len(texts))):
                    return True
        return False

    def _main_sides(self, main: RawChunk, definitions: Definitions) -> tuple[str | None, list[Node]]:
        sides = [side for side in main.sides if side]
        heads = 0
        while heads < len(sides) - 1 and is_head(sides[heads]):
            heads += 1
        name = "".join(str(t) for t in sides[heads - 1]) if heads else None
        #: Letters below the name of the loss, as the n and c of l_{n,c}.
        self.entry_letters = {str(t) for t in (sides[heads - 1] if heads else ())[1:] if t.type == "LETTER"}
        return name, self._read_sides(sides[heads:], main)

    def _read_sides(self, sides: list[tuple[Any, ...]], main: RawChunk) -> list[Node]:
        r"""Return the trees of the sides; one that only names the loss, \frac1m\sum_i L(y_i), is left out."""
        trees = []
        for k, side in enumerate(sides):
            if k + 1 < len(sides) and only_names(side, [str(t) for later in sides[k + 1 :] for t in later],
                                                self.source):
                self.notes.append("a side that names the loss without saying what it is was left out")
                continue
            try:
                trees.append(self._tree(side, main))
            except NmderiveError:
                self.is_special = self.reader.is_special
                names = [str(a) for a, b in zip(side, side[1:], strict=False) if b.type in ("LPAR", "SUB", "SUP")]
                if k + 1 == len(sides) or not LOSS_NAMES & set(names):
                    raise
                self.notes.append("a side that names the loss without saying what it is was left out")
        return trees

    def _with_alternatives(
        self, sides: list[Node], definitions: Definitions, others: list[tuple[RawChunk, int]]
    ) -> list[Node]:
        """Return the sides, and those with the other right sides of what is defined by several."""
        found = []
        for chunk, number in others:
            head = self._tree(chunk.sides[0], chunk)
            if not isinstance(head, Name):
                raise self._fail("expected one definition with one '='", chunk.span, "give one of its sides")
            body = self._tree(chunk.sides[number], chunk)
            text = self.source[chunk.span.start : chunk.span.end]
            # By its own place, as definitions are told apart by the text of their heads.
            found.append(Alternative(replace(head, span=body.span), body, text))
        return with_alternatives(sides, definitions, found, lambda other: self._fail(
            "expected one definition with one '='", other.head.span, "give one of its sides"))

    # Letters.

    def _adapted(self, sides: list[Node], definitions: Definitions) -> tuple[list[Node], Definitions, Declarations]:
        """Return the trees in this program's letters, and what has to be declared for them."""
        preparation = Preparation(sides, definitions, self.declarations, self.notes, self._fail, self.signs,
                                  frozenset(self.reader.of_model))
        self.is_told |= preparation.is_special
        sides, definitions = preparation.run()
        self.declarations = preparation.declarations
        self.is_square = preparation.is_square
        bodies = [d.body for d in definitions.all()]
        trees = [*sides, *bodies]
        known = self._known(definitions)
        targets = find_targets(trees, self.declarations.targets) - frozenset(known) - {*self.declarations.labels}
        if (second := second_class(trees, targets)) is not None:
            self.is_told = True
            raise self._fail(f"{second.name} with an accent and without are two classes here", second.span,
                             r"write the terms of one of them with marks of its own: \sum_{k=1}^K c_k \log p_k")
        if (indexed := number_with_index(trees, self.declarations)) is not None:
            self.is_told = True
            raise self._fail(*indexed)
        declared = Roles("".join(self.declarations.labels[:1]), "".join(self.declarations.logits[:1]),
                         {("", name) for name in self.declarations.probabilities})
        declared.is_preference = any(note.startswith("y_w") for note in self.notes)
        declared.has_operators, declared.is_binary = preparation.has_operators, preparation.is_binary
        declared.is_binary |= any(BINARY in note for note in self.notes)
        declared.has_signs = bool(self.signs)
        declared.is_own = _ONLY_PAPERS.search(self.source) is not None
        self.is_told = True
        defined = frozenset((mark, name) for mark, name, _ in definitions.entries)
        roles = Reader(trees, targets, frozenset(known), defined, declared, self._fail).roles()
        if roles is not None:
            self._check_class(class_as_value(trees, targets))
            sides, definitions = self._with_samples(sides, definitions, roles, targets)
            trees = [*sides, *(d.body for d in definitions.all())]
        is_own = not self.notes and not self.reader.is_special and not self._has_sizes(trees)
        is_own &= _ONLY_PAPERS.search(self.source) is None and not (roles is not None and roles.has_pairs)
        if roles is None and not targets:
            self._check_asked(trees, {name for _, name, _ in definitions.entries})
        if roles is None:
            raise NotAPaper(self._role_question(trees, targets, known | {name for _, name in defined}))
        if is_own and self._is_plain(roles, targets):
            raise NotAPaper
        ranges = Ranges(roles, targets, frozenset(known), self._fail, self.is_square)
        heads = {d.head.name: d.formals for d in definitions.entries.values() if isinstance(d.head, Name)}
        ranges.collect(trees, heads)
        ranges.declare(self.declarations.indices, trees[0])
        ranges.decide(trees)
        ranges.check_order(trees)
        sizes = ranges.size_ranges(trees)
        self._check_sizes(sizes, trees[0])
        self._check_sentences(ranges, trees[0])
        self.trees = trees
        self._say(roles, targets, ranges, sizes)
        names = ranges.renamed()
        self.letters = {new: old.replace("prime", "'") for old, new in names.items()}
        self.own_letters = letters_of(roles, ranges, sizes, targets, self.signs)
        one_hot = OneHot(targets, roles.labels or "t", self._fail)

        def adapt(node: Node) -> Node:
            node = rewrite(one_hot.side(node), without_places)
            return rewrite(node, lambda a: self._renamed(a, roles, names))

        sides = [adapt(s) for s in sides]
        return sides, self._definitions_renamed(definitions, adapt, names), self._declared(roles, sizes)

    def _is_plain(self, roles: Roles, targets: frozenset[str]) -> bool:
        """Tell whether a formula has this program's letters only: then the plain reading has the last word."""
        own = roles.labels in ("", "t") and roles.logits in ("", "s") and roles.predictions <= {("", "p")}
        return own and not targets and not roles.arrays and not roles.parameters - {"n", "m"}

    def _check_logged(self, trees: list[Node]) -> None:
        """Ask nothing more: which letter the logits are was told."""

    def _has_sizes(self, trees: list[Node]) -> bool:
        """Tell whether a sum runs up to a letter that is no size here unless its use says so."""
        uppers = (a.upper for tree in trees for a in walk(tree) if isinstance(a, Big))
        return any(isinstance(a, Name) and not a.subs and a.name not in ("n", "m") for a in uppers)

    def _known(self, definitions: Definitions) -> set[str]:
        roles = self.declarations
        taken = {*roles.labels, *roles.logits, *roles.probabilities, *roles.targets}
        entries = {name for mark, name, _ in definitions.entries if not mark}
        return (set(roles.names()) - taken) | entries | set(definitions.functions)

    def _with_samples(
        self, sides: list[Node], definitions: Definitions, roles: Roles, targets: frozenset[str]
    ) -> tuple[list[Node], Definitions]:
        """Return the trees with the sample index that the logits leave out beside the class y_i of a sample."""
        trees = [*sides, *(d.body for d in definitions.all())]
        found = omitted_sample(trees, roles, targets)
        if found is None:
            return sides, definitions
        self.notes.append(f"logits and probabilities are those of sample {found[0].name}, which is left out there")
        for d in definitions.all():
            if rewrite(d.body, found[1]) != d.body and found[0].name not in d.formals:
                raise self._fail("the sample index is left out here", d.head.span, "write both indices: s_{i,j}")
        renamed = self._definitions_renamed(definitions, lambda body: rewrite(body, found[1]), {})
        return [rewrite(side, found[1]) for side in sides], renamed

    def _renamed(self, node: Node, roles: Roles, names: dict[str, str]) -> Node:
        if not isinstance(node, Name):
            return node
        if (node.mark, node.name) in roles.predictions:
            if roles.is_multi_label and len(node.subs) == 2:
                return Call(node.span, "sigmoid", (replace(node, name=roles.logits or "s", mark=""),))
            return replace(node, name="p", mark="")
        if node.name == roles.labels == "p" and not node.mark:
            return replace(node, name="t")
        if not node.subs and not node.mark and node.name in names:
            return replace(node, name=names[node.name])
        if node.name.startswith("target") and not node.subs:
            return replace(node, name=f"k{node.name[6:]}")
        return node

    def _definitions_renamed(self, definitions: Definitions, adapt: Any, names: dict[str, str]) -> Definitions:
        result = Definitions(self.source)
        for d in definitions.all():
            formals = tuple(names.get(a, a) for a in d.formals)
            new: Definition = replace(d, body=adapt(d.body), formals=formals)
            if isinstance(d.head, Name):
                key = next(k for k, v in definitions.entries.items() if v is d)
                result.entries[key] = new
            elif isinstance(d.head, Call):
                result.functions[d.head.name] = new
        return result


def _in_chains(chunks: list[RawChunk]) -> list[RawChunk]:
    """Return the formulas, those of a loss under one name as a chain of sides that have to be equal."""
    found: list[RawChunk] = []
    heads: dict[tuple[str, ...], int] = {}
    for chunk in chunks:
        head = tuple(map(str, chunk.sides[0]))
        if len(chunk.sides) > 1 and head[:1] and head[0] in LOSS_NAMES and head in heads:
            first = found[heads[head]]
            found[heads[head]] = replace(first, sides=(*first.sides, *chunk.sides[1:]))
            continue
        heads[head] = len(found)
        found.append(chunk)
    return found


def read_paper(
    source: str, declarations: Declarations, failed: NmderiveError | None = None, stage: int = 0
) -> Statement | None:
    """Return the statement of a published formula, None where nothing in it can be guessed.

    ``failed`` is the error of the plain reading, if that was tried before, and ``stage`` how far that came: where this
    reading goes further, it is this reading's own obstacle that is said.
    """
    if len(source) > _MAX_CHARACTERS:
        return None
    paper = PaperSource(source, declarations, "latex")
    obstacle: NmderiveError | None = None
    try:
        return paper.statement()
    except NotAPaper as found:
        obstacle = found.question
    except NmderiveError as error:
        if paper.is_told or paper.is_special:
            raise paper.in_own_letters(error) from None
        is_mine = failed is not None and _OWN_ENTRY.search(source) is None and (
            stage == 2 or (paper.stage, _start(error)) >= (stage, _start(failed)))
        obstacle = error if is_mine else None
    if failed is not None and obstacle is not None:
        raise paper.in_own_letters(obstacle) from None
    return None


def _start(error: NmderiveError) -> int:
    return error.span.start if error.span is not None else 0


__all__ = ["read_paper"]

"""What is asked back of a published formula as a whole: a class that no sum binds, letters without a role."""

from __future__ import annotations

import re
from dataclasses import replace

from sympy import Indexed

from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, T
from nmderive.errors import NmderiveError, Span
from nmderive.notation.ast import free_index_symbols
from nmderive.notation.binders import default_domain
from nmderive.notation.chunks import RawChunk, is_head
from nmderive.notation.declarations import Declarations
from nmderive.notation.index_ranges import CLASS, ROW, Ranges
from nmderive.notation.latex_scope import Scope as LatexScope
from nmderive.notation.latex_tokens import GREEK
from nmderive.notation.role_checks import ACCENTS, as_array
from nmderive.notation.roles import LABEL_LETTERS, LOGIT_LETTERS, POSITIVE_ARRAYS, values
from nmderive.notation.said_roles import contradicted
from nmderive.notation.similarities import MATRIX
from nmderive.notation.statement import Statement
from nmderive.notation.targets import bound_letters
from nmderive.notation.tree import Name, Node, Number
from nmderive.notation.vocabulary import INDEX_LETTERS

#: (message, place, hint).
Question = tuple[str, Span, str]
#: More letters than these are not asked for by name.
_MANY = 3
#: What the sizes of each range count.
_KINDS = {ROW: "samples", CLASS: "classes"}


class PaperAsked:
    """The part of ``paper.PaperSource`` that asks back; the attributes are those of the whole."""

    source: str
    declarations: Declarations
    notes: list[str]
    letters: dict[str, str]
    entry_letters: set[str]
    main: RawChunk
    reader: LatexScope
    is_told: bool

    def _over_classes(self, built: Statement) -> Statement:
        """Return the statement summed over a class that its own name has: l_{n,c} is the loss of one entry."""
        if len(built.sides) != 1 or built.gradient_of is not None:
            return built
        for symbol in sorted(free_index_symbols(built.sides[0]), key=str):
            is_labelled = any(a.base == T and a.has(symbol) for a in built.sides[0].atoms(Indexed))
            is_entry = self.letters.get(symbol.name) in self.entry_letters
            if default_domain(symbol.name) == M and is_entry and is_labelled:  # else -\log p_c is of the class c
                built = replace(built, sides=(IndexSum(built.sides[0], symbol, M),))
                self.notes.append("the loss of one class is summed over the classes")
        return built

    def _check_free(self, built: Statement, sides: list[Node]) -> None:
        """Refuse a class that no sum binds; a free sample is summed over by who asked for a loss."""
        names = {a.name for side in built.sides for a in free_index_symbols(side)}
        if built.gradient_of is not None or len(built.sides) > 1:
            return
        for name in sorted(names):
            if default_domain(name) == M:
                raise self._unbound(self.letters.get(name, name), sides[0])

    def _unbound(self, letter: str, side: Node) -> NmderiveError:
        r"""Return the error for a class that no sum binds; the letter of w_p alone may label a number."""
        labelled = re.findall(rf"\\?([A-Za-z]+)_\{{?{letter}\}}?(?![A-Za-z_,'])", self.source)
        if len(set(labelled)) == 1 and letter not in INDEX_LETTERS and labelled[0] in POSITIVE_ARRAYS:
            return self.reader.fail(f"is {labelled[0]} {letter} a number of its own?", side.span,
                              f"if so, --let '{labelled[0]}_{letter}>0'; else put a sum over {letter}")
        is_second = re.search(rf"\(\s*\w\s*,\s*{letter}\s*\)|_\s*\{{\s*\w\s*,?\s*{letter}\s*\}}", self.source)
        if is_second is not None and letter in "cjk":
            return self.reader.fail(f"no sum binds the class {letter}: is it the positive of the row?", side.span,
                                    r"put a sum over it; for the positive of row i write s_{i,i}, and under a sum or "
                                    r"a maximum over the others their condition, \max_{k \neq i}")
        return self.reader.fail(f"no sum binds the class {letter}", side.span,
                          f"put a sum over it, or declare it: --let '{letter}: target class'")

    def _check_class(self, number: Name | None) -> None:
        r"""Refuse the y of y^2 beside p_y: its number would be forgotten."""
        if number is not None:
            self.is_told = True
            raise self.reader.fail(f"{number.name} is the target class elsewhere, and a number here", number.span,
                                   rf"for the number of the class write \sum_k k [k = {number.name}]; another number "
                                   "has another letter")

    def _check_sentences(self, ranges: Ranges, place: Node) -> None:
        """Refuse "the label of sample k" where k runs over the classes."""
        kinds = {a: "class" if ranges.find(("letter", a)) == CLASS else "sample" for a in ranges.letters}
        found = contradicted(self.notes, kinds)
        if found is not None:
            letter, sentence = found
            raise self.reader.fail(f"{letter} runs over {_KINDS[ranges.find(('letter', letter))]} here, and "
                                   f"it is said that {sentence}", place.span,
                                   r"write both indices, \sum_i \sum_k y_{i,k} \log p_{i,k}, or leave the sentence out")

    def _check_sizes(self, sizes: dict[str, str], place: Node) -> None:
        r"""Refuse two sizes of one range, c_+ and c_- or N and M, unless both are declared: there is one of each."""
        said = {name for name, _ in self.declarations.sizes}
        for kind in sorted(set(sizes.values())):
            found = sorted(name for name, k in sizes.items() if k == kind)
            labelled = [name for name in found if "_" in name]
            same = {name for a in labelled for name in found if name != a and name.split("_")[0] == a.split("_")[0]}
            letters = {name for name in found if len(name) == 1} - said
            apart = {*same, *labelled} if same else letters if len(letters) > 1 else set()
            if apart:
                one = "" if same else "; if they are the same: " + ", ".join(
                    f"--let '{a}: {'rows' if kind == ROW else 'classes'}'" for a in sorted(apart))
                raise self.reader.fail(f"{' and '.join(sorted(apart))} are two sizes, and there is one number of "
                                       f"{_KINDS[kind]} here", place.span,
                                       "sum over all, with an array of 0 and 1 for the members: "
                                       + (r"\sum_i a_i (...)" if kind == ROW else r"\sum_{j=1}^K a_j (...)") + one)

    def _role_question(
        self, trees: list[Node], targets: frozenset[str], known: set[str]
    ) -> NmderiveError | None:
        """Return what asks for the logits of a formula in letters that are not this program's own."""
        said = self.declarations
        marked = [a for tree in trees for a, _ in values(tree) if a.subs and a.mark in ACCENTS and _is_letter(a)]
        is_predicted = said.logits or said.probabilities or any(
            a.name == "p" and a.subs and not a.mark for tree in trees for a, _ in values(tree))
        if len({(a.mark, a.name) for a in marked}) == 1 and is_predicted and not targets and not said.labels:
            mark, name = marked[0].mark, marked[0].name
            return self.reader.fail(f"what is {mark} {name} here: labels?", marked[0].span,
                                    rf"--let '\{mark}{{{name}}}: labels'{as_array(marked[0])}")
        if said.logits or said.probabilities:
            return None
        hats = {rf"\hat{{{a.name}}}" for a in marked if a.mark == "hat" and f"hat{a.name}" not in known}
        others = {a.name for tree in trees for a, _ in values(tree) if a.subs and not a.mark and _is_letter(a)} - known
        if len(hats) == 1 and len(others - said.names()) == 1 - len(said.labels) and not targets:
            (hat,) = hats
            if said.labels:
                return self.reader.fail(f"is {hat} predicted probabilities, or logits?", marked[0].span,
                                        f"--let '{hat}: probabilities' or --let '{hat}: logits'")
            return self.reader.fail("which letter is predicted, and which are the labels?", marked[0].span,
                                    _both_ways([hat, *others], {hat}))
        places = [a for tree in trees for a, _ in values(tree) if a.subs and not a.mark and _is_letter(a)]
        names = {a.name for a in places} - known - said.names() - targets - POSITIVE_ARRAYS - {"e", "delta"}
        bound = set().union(*map(bound_letters, trees))
        if "p" in names and not known and (one := _alone(places, bound)) is not None:
            return self._unbound(one, trees[0])
        if {"s", "t", "p"} & names and not (targets - {"t"} or bound & {"n", "m"}):
            return None
        names -= LABEL_LETTERS
        of_target = {a.name for a in places if any(getattr(s, "name", "") in targets for s in a.subs)} & names
        shown = sorted(of_target or names, key=lambda a: (a not in LOGIT_LETTERS, a))
        if not shown or len(shown) > _MANY:
            return None
        place = next(a.span for a in places if a.name == shown[0])
        if len(shown) == 1:
            return self.reader.fail(f"is {shown[0]} the logits, or predicted probabilities?", place,
                                    f"--let '{shown[0]}: logits' or --let '{shown[0]}: probabilities'")
        return self.reader.fail(f"which of {', '.join(shown)} are the logits, or predicted probabilities?", place,
                                " or ".join(f"--let '{a}: {role}'" for role in ("logits", "probabilities")
                                            for a in shown))

    def _check_asked(self, trees: list[Node], defined: set[str]) -> None:
        """Ask for the labels and the predictions, one after the other, of a formula with a name and two arrays."""
        said = self.declarations
        names = {a.name for tree in trees for a, _ in values(tree) if len(a.subs) in (1, 2) and not a.mark
                 and all(isinstance(s, Name) for s in a.subs)}
        is_foreign = bool({"n", "m"} & set().union(*map(bound_letters, trees)))  # no index letters of this program
        names -= said.names() | (set() if is_foreign else {"s", "t", "p"}) | defined | POSITIVE_ARRAYS
        is_named = any(is_head(side) for side in self.main.sides[:1]) and len(self.main.sides) > 1
        is_named |= is_foreign or not any(a.name in ("s", "t") and a.subs for tree in trees for a, _ in values(tree))
        place = trees[0].span if trees else self.main.span
        if MATRIX in names and len(names) == 2:  # what marks the pairs of similarities
            mark = (names - {MATRIX}).pop()
            raise self.reader.fail(f"what is {mark} here: marks of pairs?", place,
                                   f"for marks of -1 and 1 --let '{mark}: sign labels', for others "
                                   f"--let '{mark}: labels'")
        has_predictions = bool(said.logits or said.probabilities) or any(
            a.name == "p" and a.subs and not a.mark for tree in trees for a, _ in values(tree))
        told = bool(said.labels) + has_predictions
        if not is_named or told == 2 or len(names) != 2 - told:
            return
        shown = sorted(names)
        if said.labels:
            raise self.reader.fail(f"is {shown[0]} predicted probabilities, or logits?", place,
                                   f"--let '{shown[0]}: probabilities' or --let '{shown[0]}: logits'")
        if has_predictions:
            raise self.reader.fail("which letter are the labels?", place, f"--let '{shown[0]}: labels'")
        raise self.reader.fail("which letter is predicted, and which are the labels?", place,
                               _both_ways(shown, _logged(trees)))


def number_with_index(trees: list[Node], declared: Declarations) -> Question | None:
    """Return what is asked where a declared number has an index: an array, where it has one in all places."""
    numbers = {name for name, _ in declared.parameters} - {"m"}
    places = [a for tree in trees for a, _ in values(tree) if a.name in numbers]
    node = next((a for a in places if any(isinstance(s, Name) for s in a.subs)), None)
    if node is None:
        return None
    always = all(a.subs for a in places if a.name == node.name)
    return (f"{node.name} is a number elsewhere, and has an index here", node.span,
            f"declare it with its index: --let '{node.name}_j>0'" if always else "rename one")


def _alone(places: list[Name], bound: set[str]) -> str | None:
    """Return the class c of p_c that no sum binds, beside a sum over the classes: it may be the target."""
    entries = [a.subs[0] for a in places if a.name == "p" and len(a.subs) == 1]
    letters = {s.name for s in entries if isinstance(s, Name) and not s.subs and s.name in INDEX_LETTERS}
    return min(letters - bound) if len(letters - bound) == 1 and letters & bound else None


def _is_letter(node: Name) -> bool:
    """Tell whether an entry has letters or numbers as its indices, and a letter as its name."""
    is_indexed = len(node.subs) < 3 and all(isinstance(s, Name | Number) for s in node.subs)
    return is_indexed and (len(node.name) == 1 or node.name in GREEK)


def _logged(trees: list[Node]) -> set[str]:
    return {a.name for tree in trees for a, around in values(tree) if "log" in around}


def _both_ways(names: list[str], logged: set[str]) -> str:
    """Return all that is to be declared of two letters, the likelier way first: what is in a logarithm is predicted."""
    one, other = sorted(names, key=lambda a: (a not in logged, a in LABEL_LETTERS | {"o"}, a))
    ways = [f"if {a} is predicted: --let '{a}: probabilities' (or --let '{a}: logits') and --let '{b}: labels'"
            for a, b in ((one, other), (other, one))]
    return "; ".join(ways)


__all__ = ["PaperAsked", "number_with_index"]

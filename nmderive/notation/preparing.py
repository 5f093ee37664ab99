r"""What a published formula leaves out or writes in its own way is put in before its letters take their roles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from nmderive.errors import NmderiveError
from nmderive.notation.accents import accents_off, hat_as_logits
from nmderive.notation.class_first import class_first
from nmderive.notation.class_numbers import class_numbers, classes_of_samples
from nmderive.notation.declarations import Declarations
from nmderive.notation.definitions import Definition, Definitions
from nmderive.notation.labelled_numbers import labelled_numbers
from nmderive.notation.latex_tokens import GREEK
from nmderive.notation.linear_scores import linear_scores
from nmderive.notation.member_sets import members_apart, sets_of_samples, tuples_as_samples, whole_sets
from nmderive.notation.missing_brackets import BRACKETS_MISSING, with_brackets
from nmderive.notation.omitted import as_vectors, bare_binary, given_samples, labels_as_arguments
from nmderive.notation.pair_masks import has_masks, with_masks
from nmderive.notation.paper_cases import Cases
from nmderive.notation.paper_forms import (
    binary_indicators,
    constant_definitions,
    cosines,
    less,
    squared_norms,
    student_and_teacher,
    sums_of_weights,
)
from nmderive.notation.paper_names import MODEL_LETTERS
from nmderive.notation.paper_operators import DISTRIBUTIONS, Operators
from nmderive.notation.parts import PART
from nmderive.notation.roles import LABEL_LETTERS, LOGIT_LETTERS, values
from nmderive.notation.row_products import row_products
from nmderive.notation.row_sets import as_arrays
from nmderive.notation.rows import mixtures, row_names, whole_rows
from nmderive.notation.similarities import positive_pairs, similarity_matrix, sizes_apart
from nmderive.notation.targets import as_label, bound_letters, find_targets, respelled, rewrite
from nmderive.notation.tree import Big, Call, Chain, Name, Node, Word, walk

Change = Callable[[Node], Node]
#: Parameters of a model that nothing else is called by.
PARAMETERS = frozenset(["theta", "phi", "Theta", "psi"])


@dataclass
class Preparation:
    """The trees of one source on their way; ``notes`` takes in what is read into them."""

    sides: list[Node]
    definitions: Definitions
    declarations: Declarations
    notes: list[str]
    fail: Callable[..., NmderiveError]
    #: Labels that are -1 or 1.
    signs: frozenset[str] = frozenset()
    #: Letters that were written with the parameters of the model, q_\theta(y | x).
    of_model: frozenset[str] = frozenset()
    #: Whether an operator such as KL says what is compared with what.
    has_operators: bool = False
    #: Whether a case says that the label is 0 or 1.
    is_binary: bool = False
    #: Whether the logits are a square matrix whose entry (i, i) is the positive of row i.
    is_square: bool = False

    @property
    def is_special(self) -> bool:
        """Whether something stands in the trees that only published formulas write."""
        calls = {a.name for tree in self._trees() for a in walk(tree) if isinstance(a, Call)}
        return bool(calls & {"cos", "cases", "norm", "norm1", "normpower", "size", "inner", "KL", "CE", "BCE", "JS",
                             "H", "LSE", "logsumexp"})

    def run(self) -> tuple[list[Node], Definitions]:
        """Return the trees in one spelling, with missing brackets and missing indices put in."""
        self._class_numbers()
        if has_masks(self._trees()):
            self.sides = [with_masks(side) for side in self.sides]
            self.notes.append("an indicator is 1 where its relation holds, else 0; where two sides with logits are "
                              "equal it is 1/2")
        self._apply(members_apart)
        self._put_in_parts()
        self._one_spelling()
        self._applied(labels_as_arguments(self._trees()))
        self.sides = [self._bracketed(side) for side in self.sides]
        bound = set().union(*map(bound_letters, self._trees()))
        self._apply(lambda a: respelled(a, bound))
        self._applied(given_samples(self._trees()))
        self.sides, was_vector = as_vectors(self.sides, self.declarations)
        if was_vector:
            self.notes.append("products of labels and probabilities are summed over the classes")
        self.is_binary = any(note.endswith("is 0 or 1") for note in self.notes)
        index = bare_binary(self._trees(), self.is_binary, self.declarations, self.signs)
        if index:
            self.notes.append("the formula is of one sample, i: a binary task")
            self._apply(index)
            self.sides = [self._bracketed(side) for side in self.sides]
        self._formals_apart()
        return self.sides, self.definitions

    def _check_part(self, node: Node) -> None:
        r"""Ask back whether the set of \sum_{i \in M} p_{i, y_i}, no letter of a batch, is that of all samples."""
        parts = sets_of_samples([node]) if isinstance(node, Big) else set()
        for where in (c.parts[-1] for c in node.under) if isinstance(node, Big) else ():
            name = getattr(where, "name", "")
            if name not in parts or where.mark == "range":  # type: ignore[attr-defined]
                continue
            raise self.fail(f"is {name} the set of all samples, or a part of them?", where.span,
                            f"of all: --let '{name}: samples'; for a part sum over all samples with an array of 0 and "
                            r"1, \sum_i a_i (...), and declare 'a_i>=0'")

    def _formals_apart(self) -> None:
        """Rename the y of odds(y | x) = ... within its definition: it is an index there, and no label elsewhere."""
        for key, d in list(self.definitions.entries.items()):
            for letter in sorted({*d.formals} & LABEL_LETTERS):
                new = f"{letter}prime"
                while any(isinstance(a, Name) and a.name == new for a in walk(d.body)):
                    new += "prime"

                def change(node: Node, letter: str = letter, new: str = new) -> Node:
                    is_formal = isinstance(node, Name) and node.name == letter and not node.subs and not node.mark
                    return replace(node, name=new) if is_formal else node  # type: ignore[call-arg]

                formals = tuple(new if a == letter else a for a in d.formals)
                d = replace(d, head=rewrite(d.head, change), body=rewrite(d.body, change), formals=formals)
            self.definitions.entries[key] = d

    def _class_numbers(self) -> None:
        said = self.declarations
        arrays = frozenset((*said.labels, *said.logits, *said.probabilities, *(name for name, _ in said.arrays)))
        self._replaced(*class_numbers(self._trees(), arrays))
        self._replaced(*classes_of_samples(self._trees(), frozenset(said.targets)))

    def _replaced(self, trees: list[Node], notes: list[str]) -> None:
        if notes:
            found = iter(trees)
            self.sides = [next(found) for _ in self.sides]
            for table in (self.definitions.entries, self.definitions.functions):
                for key, d in table.items():
                    table[key] = replace(d, body=next(found))  # type: ignore[index]
            self.notes += notes

    def _models(self) -> None:
        r"""Take the parameters of the model off p_\theta and q_\phi, which are p and q."""
        bound = set().union(*map(bound_letters, self._trees()))
        known = self.declarations.names()

        def change(node: Node) -> Node:
            if not isinstance(node, Name) or node.name not in ("p", "q", "f", "h", "P", "Q") or node.name in bound:
                return node
            kept = tuple(s for s in node.subs if getattr(s, "name", "") not in PARAMETERS - bound)
            is_whole = len(node.subs) == 1 and f"{node.name}_{getattr(node.subs[0], 'name', '')}" in known
            return node if is_whole or len(kept) == len(node.subs) else replace(node, subs=kept)

        self._model_is_predicted(PARAMETERS - bound)
        self._apply(change)

    def _model_is_predicted(self, parameters: frozenset[str] | set[str]) -> None:
        r"""Declare q as predicted and p as given where one of the two has the parameters of the model, q_\theta."""
        values_ = [a for tree in self._trees() for a, _ in values(tree) if not a.mark]
        names = {a.name for a in values_ if a.name in DISTRIBUTIONS}
        marked = {a.name for a in values_ if {getattr(s, "name", "") for s in a.subs} & parameters}
        of_model = names & (marked | self.of_model)
        known = self.declarations.names() | {name for _, name, _ in self.definitions.entries}
        others = {a.name for a in values_} & LABEL_LETTERS or {*self.declarations.labels, *self.declarations.logits}
        others |= find_targets(self._trees(), self.declarations.targets)
        if len(names) == 2 and len(of_model) == 1 and not others and not names & known:
            (model,), (given,) = of_model, names - of_model
            self.declarations = self.declarations.merge(Declarations(probabilities=(model,), labels=(given,)))
            self.notes.append(f"{model} has the parameters of the model: it is predicted, and {given} is given")

    def _numbers_with_labels(self) -> None:
        r"""Make one name of w_p, where it is declared as a number, and of \gamma_{hc}, whose letters index nothing."""
        bound = set().union(*map(bound_letters, self._trees()))
        known = {name for name, _ in (*self.declarations.parameters, *self.declarations.values)}

        def change(node: Node) -> Node:
            if not isinstance(node, Name) or not node.subs or not all(map(_is_letter, node.subs)):
                return node
            letters = [str(getattr(s, "name", "")) for s in node.subs]
            full = f"{node.name}_{''.join(letters)}"
            is_label = letters[0] in MODEL_LETTERS and node.name in ("lambda", "beta", "alpha", "eta", "mu")
            is_label |= len(letters) == 2 and node.name in GREEK and not {*letters} & (bound | {"y", "i", "j"})
            return replace(node, name=full, subs=()) if full in known or is_label else node

        self._apply(change)

    def _labelled_numbers(self) -> None:
        """Make one name of a number whose subscript is a label, for no sum binds it."""
        said = self.declarations
        defined = {name for _, name, _ in self.definitions.entries}
        known = frozenset(said.names() | {name for name, _ in said.indices} | set(said.targets) | defined)
        trees = [(side, ()) for side in self.sides] + [(d.body, d.formals) for d in self.definitions.all()]
        change = labelled_numbers(trees, known, self.fail)
        if change is not None:
            self._apply(change)

    def _single_classes(self) -> None:
        r"""Put in 1 - c_{y_n} for \mathbb{1}[y_n \neq c], c being declared as a class: c_j is 1 at it, else 0."""
        arrays = {name for name, _ in self.declarations.arrays}

        def change(node: Node) -> Node:
            chain = node.args[0] if isinstance(node, Call) and node.name == "iverson" else None
            if not isinstance(chain, Chain) or chain.relations not in (("=",), ("!=",)):
                return node
            places = [p for p in chain.parts if isinstance(p, Name) and p.name in arrays and not p.subs]
            others = [p for p in chain.parts if p not in places]
            if len(places) != 1 or len(others) != 1:
                return node
            entry = replace(places[0], subs=(others[0],))
            return entry if chain.relations == ("=",) else less(entry)

        self._apply(change)

    def _sizes_in_words(self) -> None:
        r"""Make one letter of n_{\text{samples}}, where a sum runs up to it: it is a size."""
        uppers = [a for tree in self._trees() for b in walk(tree) if isinstance(b, Big) and b.upper is not None
                  for a in walk(b.upper) if isinstance(a, Name) and [type(s) for s in a.subs] == [Word]]
        names = {(a.name, a.subs[0].text) for a in uppers}  # type: ignore[attr-defined]
        if names:
            self._apply(lambda a: replace(a, name=f"{a.name}_{a.subs[0].text}", subs=())  # type: ignore[attr-defined]
                        if isinstance(a, Name) and [type(s) for s in a.subs] == [Word]
                        and (a.name, a.subs[0].text) in names else a)  # type: ignore[attr-defined]

    def _one_spelling(self) -> None:
        self._applied(class_first(self._trees()))
        self._models()
        self._single_classes()
        self._numbers_with_labels()
        self._labelled_numbers()
        self._sizes_in_words()
        name = hat_as_logits(self._trees(), self.definitions, self.declarations, self.signs)
        if name:
            self.declarations = self.declarations.merge(Declarations(logits=(f"hat{name}",)))
            self.notes.append(f"hat {name}: logits")
        declared = self.declarations
        self._apply(accents_off(self._trees(), self.definitions, declared, self.notes))
        if self.signs:
            self.notes += [f"{a} is -1 or 1: it is 2 t - 1, t a label of 0 or 1" for a in sorted(self.signs)]
            self._apply(lambda a: as_label(a, self.signs))
        self._put_in_constants()
        self._applied(as_arrays(self._trees(), self.fail))
        self._applied(student_and_teacher(self._trees()))
        self._applied(tuples_as_samples(self._trees(), declared.logits))
        sized = {name for name, _ in declared.sizes}
        self._applied(whole_sets(self._trees(), declared.names() - sized, frozenset(sized)))
        for node in (a for tree in self._trees() for a in walk(tree)):
            self._check_part(node)
            if isinstance(node, Call) and node.name == "size":
                raise self.fail("the number of members of which set is this?", node.span,
                                "give the number a letter of its own, N_1, and sum over all samples with an array of 0 "
                                r"and 1 for the members, \sum_i a_i (...)")
        self._applied(binary_indicators(self._trees()))
        self._applied(linear_scores(self._trees()))
        self._applied(cosines(self._trees(), self.fail))
        arrays = frozenset(name for name, _ in declared.arrays)
        self._applied(squared_norms(self._trees(), arrays))
        self._applied(sums_of_weights(self._trees(), arrays))
        self._apply(lambda a: row_products(a, declared, self.fail))
        self._applied(similarity_matrix(self._trees()))
        self._applied(sizes_apart(self._trees()))
        self._positive_pairs()
        rows = row_names(self.definitions, declared)
        whole_rows(self.definitions, rows)
        mixtures(self.definitions, self.sides, declared)
        pairs = {a.name for tree in self._trees() for a, _ in values(tree) if len(a.subs) == 2 and not a.mark}
        operators = Operators(rows, self.fail, tables=LOGIT_LETTERS & pairs)
        self._apply(operators.written_out)
        self.has_operators = bool(operators.count) or any("of the teacher" in note for note in self.notes)
        self.notes += dict.fromkeys(operators.notes)
        bare = frozenset(a.name for tree in self._trees() for a, _ in values(tree) if not a.subs)
        cases = Cases(self.fail, bare=bare - set().union(*map(bound_letters, self._trees())))
        self.sides = [cases.side(side) for side in self.sides]
        for table in (self.definitions.entries, self.definitions.functions):
            for key, d in table.items():
                table[key] = replace(d, body=cases.side(d.body))  # type: ignore[index]
        self.notes += dict.fromkeys(cases.notes)

    def _put_in_parts(self) -> None:
        """Put in the parts of the loss that are defined beside it: they may have indices that are left out."""
        parts = {key[1]: d.body for key, d in self.definitions.entries.items() if key[1].endswith(PART)}
        for key in [key for key in self.definitions.entries if key[1] in parts]:
            del self.definitions.entries[key]

        def change(node: Node) -> Node:
            return parts.get(node.name, node) if isinstance(node, Name) and not node.subs else node

        for _ in parts:  # a part may be made of parts
            self._apply(change)
        for node in (a for tree in self._trees() for a in walk(tree) if isinstance(a, Name) and a.subs):
            below = "".join(str(getattr(s, "name", getattr(s, "text", getattr(s, "value", "")))) for s in node.subs)
            if f"{node.name}{below}{PART}" in parts:
                raise self.fail(f"{node.name}_{below} is defined beside the loss: what is it here?", node.span,
                                f"write out what {node.name}_{below} is, (...), with what stands above after it")

    def _put_in_constants(self) -> None:
        before = [(d.head, d.body) for d in self.definitions.entries.values()]
        change, _ = constant_definitions(before, [*self.sides, *(body for _, body in before)])
        if change is not None:
            for key, d in list(self.definitions.entries.items()):
                if change(d.head) is not d.head:
                    del self.definitions.entries[key]
            self._apply(change)

    def _positive_pairs(self) -> None:
        if not self.definitions.all():
            self.sides, notes = positive_pairs(self.sides)
            self.notes += notes
            self.is_square = bool(notes)

    def _trees(self) -> list[Node]:
        return [*self.sides, *(d.body for d in self.definitions.all())]

    def _applied(self, found: tuple[Change | None, list[str]]) -> None:
        change, notes = found
        self.notes += notes
        if change is not None:
            self._apply(change)

    def _apply(self, change: Change) -> None:
        self.sides = [rewrite(side, change) for side in self.sides]
        new = Definitions(self.definitions.source)
        for d in self.definitions.entries.values():
            head = rewrite(d.head, change)
            assert isinstance(head, Name)
            names = tuple(s.name for s in head.subs if isinstance(s, Name))
            formals = names if len(names) == len(head.subs) else d.formals
            made: Definition = replace(d, head=head, body=rewrite(d.body, change), formals=formals)
            new.entries[(head.mark, head.name, len(head.subs))] = made
        for name, d in self.definitions.functions.items():
            new.functions[name] = replace(d, body=rewrite(d.body, change))
        self.definitions = new

    def _bracketed(self, side: Node) -> Node:
        def change(node: Node) -> Node:
            node, was_needed = with_brackets(node)
            if was_needed:
                self.notes.append(BRACKETS_MISSING)
            return node

        return rewrite(side, change)


def _is_letter(node: Node) -> bool:
    is_short = isinstance(node, Name) and (len(node.name) == 1 or node.name in MODEL_LETTERS)
    return is_short and not node.subs and not node.mark  # type: ignore[attr-defined]


__all__ = ["Preparation"]

r"""Names as only published formulas write them: y_k^{(i)}, p(c \mid x_i), f_y(x), x[y], y^{\text{smooth}}."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from nmderive.errors import NmderiveError, Span
from nmderive.notation import latex_raw as raw
from nmderive.notation.latex_tokens import GREEK
from nmderive.notation.tree import Chain, Name, Node, Number, Word
from nmderive.notation.vocabulary import INDEX_LETTERS, Vocabulary

#: The index of the sample x in p(c | x), where nothing names it.
GIVEN = "given"
#: What marks a similarity that is called by its name, sim or cos: it may be normalised.
COSINE = "cosine"
#: A set whose members are written out, y \in \{y_w, y_l\}.
MEMBERS = "members"
#: How the name of the length of a response starts.
LENGTH = "len_"
#: The index of the sample x in p_c(x), which an expectation runs over.
INPUT = "input"
#: Subscripts that name the parameters of a model.
MODEL_LETTERS = frozenset(["theta", "phi", "w", "W", "Theta", "psi"])
#: The mark of a student, beside which T is the teacher's.
_STUDENT_ABOVE = re.compile(r"\^\s*\{?\s*\(\s*S\s*\)")
#: Letters that are functions before a bracket that holds one letter.
_FUNCTIONS = frozenset("fghFPQ")


class PaperNames:
    """The part of ``latex_names.Names`` for published formulas; the attributes are those of the whole."""

    vocabulary: Vocabulary
    source: str
    scope: Any
    subscripts: Callable[..., tuple[Node, ...]]
    under: Callable[..., tuple[Any, ...]]
    _part: Callable[..., Node]
    plain: Callable[..., Node]
    relation: Callable[..., Chain]
    _of_values: Callable[..., Chain]

    def inside(self, content: tuple[raw.Chain, ...]) -> tuple[raw.Chain, ...]:
        """Return what stands inside a bracket that is all of ``content``, or ``content`` itself."""
        if len(content) == 1 and len(content[0].parts) == 1:
            items = content[0].parts[0].terms[0][1]
            if len(items) == 1 and isinstance(items[0].atom, raw.Group):
                return self.inside(items[0].atom.content)
        return content

    def superscripted(self, node: Node, item: raw.Item) -> Node | None:
        r"""Return y_k^{(i)} as y_{i,k} and y^{\text{smooth}} as a name of its own; None where it is an exponent."""
        if not isinstance(node, Name) or item.sup is None or len(item.sup) != 1 or len(item.sup[0].parts) != 1:
            return None
        terms = item.sup[0].parts[0].terms
        word = self._word(terms[0][1]) if len(terms) == 1 else ""
        if word:
            return Name(node.span, f"{node.name}^{word}", node.subs, node.mark)
        above = terms[0][1] if len(terms) == 1 else ()
        if len(above) == 2 and getattr(above[0].atom, "bracket", "") == "[":
            above = above[1:]  # The layer of a network, a^{[2](i)}.
        if len(above) != 1:
            return None
        atom = above[0].atom
        if isinstance(atom, raw.Group) and atom.bracket in "([":
            index = self.subscripts(atom.content)
            self._check_above(node, index)
            subs = (*node.subs, *index) if self._has_classes_above(node.name) else (*index, *node.subs)
            return Name(node.span, node.name, subs, node.mark) if len(index) == 1 else None
        label = self._superscript_label(atom)
        if label in ("plus", "minus"):
            return Name(node.span, f"{node.name}_{label}", node.subs, node.mark)
        return Name(node.span, f"{node.name}^{label}", node.subs, node.mark) if label else None

    def _check_above(self, node: Name, index: tuple[Node, ...]) -> None:
        r"""Ask back what \tau or T is in p_k^{(\tau)} where no sum binds it: a temperature more often than a sample."""
        name = getattr(index[0], "name", "") if len(index) == 1 else ""
        is_teacher = name == "T" and _STUDENT_ABOVE.search(self.source) is not None
        is_bare = not getattr(index[0], "subs", ()) and name not in self.scope.outer
        if name in {*GREEK, "T"} and not is_teacher and is_bare:
            self.scope.is_special = True
            raise self.scope.fail(f"is {name} an index here, or a temperature?", index[0].span,
                                  r"a temperature is written where it stands, \text{softmax}(z/\tau)_k; an index has a "
                                  f"letter of its own, {node.name}_i")

    def _has_classes_above(self, name: str) -> bool:
        r"""Tell whether z_i^{(y_i)} occurs, the target class of the sample below: then z_i^{(k)} is of class k, too."""
        target = rf"{re.escape(name)}\}}?\s*_\s*\{{?\s*(\w)\s*\}}?\s*\^\s*\{{?\s*\(\s*[A-Za-z]_\{{?\1\b"
        return re.search(target, self.source) is not None

    def _word(self, items: tuple[raw.Item, ...]) -> str:
        """Return the capital letters that stand side by side: the label LS of y^{LS}, no power."""
        texts = [getattr(a.atom, "text", "") for a in items if a.sub is None and a.sup is None]
        is_word = len(texts) == len(items) > 1 and all(len(a) == 1 and a.isupper() for a in texts)
        return "".join(texts) if is_word else ""

    def _superscript_label(self, atom: raw.Atom) -> str:
        if isinstance(atom, raw.Leaf) and atom.kind in ("WORD", "TIMES"):
            return "star" if atom.kind == "TIMES" else atom.text
        return ""

    def with_superscript(self, item: raw.Item) -> str:
        """Return the name of a letter with the label above it, P^* as "P^star"."""
        assert isinstance(item.atom, raw.Leaf)
        name = item.atom.text
        if item.sup is None:
            return name
        found = self.superscripted(Name(item.span, name), item)
        return found.name if isinstance(found, Name) else ""

    def application_of(self, name: str, group: raw.Group, is_declared: bool, is_indexed: bool = False) -> str:
        r"""Tell how a letter before a bracket takes it.

        "conditional" is p(c \mid x_i); "applied" f(x_i), h(x^{(i)}) and P(i); "product" a product; "unclear" where
        a letter that is no usual function stands before one indexed letter.
        """
        if any(c.bar for c in group.content):
            return "conditional"
        if len(group.content) != 1 or len(group.content[0].parts) != 1 or len(group.content[0].parts[0].terms) != 1:
            return "product"
        sign, items = group.content[0].parts[0].terms[0]
        atom = items[0].atom
        if sign == "-":  # another input than without it, as S(2z) is
            is_input = len(items) == 1 and getattr(atom, "text", "") in ("x", "X")
            return "unclear" if is_input and (is_declared or name in _FUNCTIONS) else "product"
        if len(items) == 1 and isinstance(atom, raw.Accent) and (is_declared and name != "p" or name in _FUNCTIONS):
            inner = self.plain(items[0])  # another input, which a product with it would hide: f(\tilde{x}_k)
            return "unclear" if getattr(inner, "name", "") in ("x", "X") else "product"
        if self._is_application(items) and name not in self.vocabulary.scalars | self.vocabulary.functions | {"sigma"}:
            return "unclear"  # G_d(f(x_i)) is of the value, or a product with it
        if len(items) != 1 or not isinstance(atom, raw.Leaf) or atom.kind != "LETTER":
            return "product"
        if is_indexed and name in "pqPyzfhs" and (items[0].sub is None or atom.text in "xX"):
            return "applied" if atom.text in ("x", "X", *self.scope.outer) else "unclear"
        if name == "sigma" or name in self.vocabulary.scalars | self.vocabulary.functions:
            return "product"
        is_other_input = atom.text.endswith("prime") and atom.text.replace("prime", "") in ("x", "X")
        if name in _FUNCTIONS and self._is_value(items[0]) or is_other_input:
            return "unclear"
        if self._is_place(items[0]):
            return "applied"  # w(k) is w_k, and no product with the number of the class
        is_function = is_declared and name != "p" or name in _FUNCTIONS
        if items[0].sub is not None or items[0].sup is not None:
            return "applied" if is_function or name == "p" else "unclear"
        if name in ("p", "q", "P") and not is_indexed and atom.text in {*INDEX_LETTERS, "y"}:
            return "applied"
        return "applied" if is_function and atom.text in (*INDEX_LETTERS, "x", "X", "n") else "product"

    def _is_application(self, items: tuple[raw.Item, ...]) -> bool:
        """Tell whether items are one function of one thing, f(x_i)."""
        head = items[0].atom
        return len(items) == 2 and isinstance(head, raw.Leaf) and head.kind == "LETTER" and isinstance(
            items[1].atom, raw.Group) and items[1].atom.bracket == "("

    def _is_place(self, item: raw.Item) -> bool:
        """Tell whether an argument is a bound index, the class y, or the input of a sample: k, y_i, x_i."""
        text = getattr(item.atom, "text", "")
        is_bare = item.sub is None and text in self.scope.outer
        return item.sup is None and (is_bare or text in ("x", "X", "y"))

    def _is_value(self, item: raw.Item) -> bool:
        """Tell whether an argument is an entry at the target class, z_y and p_{y_i}, or a probability: no index."""
        below = self.subscripts(item.sub)[-1:] if item.sub is not None else ()
        is_at_target = bool(below) and getattr(below[0], "name", "") in ("y", "t")
        return is_at_target or bool(below) and getattr(item.atom, "text", "") == "p"

    def is_code_index(self, name: str, group: raw.Group) -> bool:
        """Tell x[y] and x_n[c], as code writes entries, from a product with a bracket."""
        if len(group.content) != 1 or len(group.content[0].parts) != 1 or len(group.content[0].parts[0].terms) != 1:
            return False
        items = group.content[0].parts[0].terms[0][1]
        known = INDEX_LETTERS | {"y", "n", "m", "class"}
        atom = items[0].atom
        is_letter = len(items) == 1 and isinstance(atom, raw.Leaf) and atom.kind == "LETTER" and atom.text in known
        return is_letter and items[0].sup is None and name not in self.vocabulary.scalars and name.isalpha()

    def labelled(self, name: str, item: raw.Item) -> str:
        r"""Return the name of p_\theta and \pi_{\text{ref}} where they are applied: p and pi_ref."""
        subs = () if item.sub is None else self.subscripts(item.sub)
        text = "".join(map(_text_of, subs))
        if f"{name}_{text}" in self.scope.applied:
            return f"{name}_{text}"
        if text in MODEL_LETTERS and name != "pi":
            self.scope.of_model.add(name)
            return name
        return f"{name}_{text}" if text else name

    def condition(self, chain: raw.Chain) -> Chain:
        r"""Return the condition of a case: a relation of values may be one of bare letters there, y f(x) \ge 1."""
        firsts = [items[0].atom for p in chain.parts for _, items in p.terms[:1] if items]
        is_accented = any(isinstance(a, raw.Accent) for a in firsts)
        try:
            if is_accented and set(chain.relations) <= {"<", ">", "<=", ">="}:
                return self._of_values(chain)
            return self.relation(chain)
        except NmderiveError:
            if not set(chain.relations) <= {"<", ">", "<=", ">="}:
                raise
            return self._of_values(chain)

    def _check_input(self, node: Name) -> None:
        r"""Refuse p(y | x) beside p(y | \tilde{x}): one model at two inputs has two rows of logits."""
        if node.name.replace("prime", "") not in ("x", "X"):
            return
        self.scope.inputs.add(f"{node.mark} {node.name}".strip().replace("prime", "'"))
        if len(self.scope.inputs) > 1:
            self.scope.is_special = True
            raise self.scope.fail(f"the model is taken at {' and '.join(sorted(self.scope.inputs))} here", node.span,
                                  "give the prediction at one of them a letter of its own, q: it is given then")

    def row_set(self, items: tuple[raw.Item, ...]) -> Name | None:
        """Return the set P(i) of a row as an entry of P; None where the items are something else."""
        group = items[1].atom if len(items) == 2 else None
        head = items[0].atom
        if not isinstance(group, raw.Group) or not isinstance(head, raw.Leaf) or not head.text.isupper():
            return None
        letter = self.single_letter(group.content[0]) if len(group.content) == 1 else None
        is_plain = items[0].sub is None and items[0].sup is None and items[1].sub is None and items[1].sup is None
        if letter is None or letter.subs or not is_plain or group.bracket != "(":
            return None
        return Name(Span(items[0].span.start, group.span.end), head.text, (letter,))

    def _members(self, content: tuple[raw.Chain, ...], span: Span) -> tuple[Name, ...]:
        r"""Return the members of \{y_w, y_l\}, two entries of one letter; nothing where it is no such set."""
        found = [self.single_letter(c) for c in content if not c.relations]
        names = [a for a in found if a is not None and a.subs]
        is_braced = self.source[span.start : span.start + 1] == "\\"
        is_set = is_braced and len(names) == len(content) == 2 and len({a.name for a in names}) == 1
        return tuple(names) if is_set else ()

    def single_letter(self, chain: raw.Chain) -> Name | None:
        """Return the one letter that a chain is, with its subscripts."""
        if len(chain.parts) != 1 or len(chain.parts[0].terms) != 1 or len(chain.parts[0].terms[0][1]) != 1:
            return None
        sign, (item,) = chain.parts[0].terms[0]
        if not isinstance(item.atom, raw.Leaf) or item.atom.kind != "LETTER" or item.sup is not None or sign == "-":
            return None
        return Name(item.span, item.atom.text, () if item.sub is None else self.subscripts(item.sub))

    def sample_of(self, item: raw.Item) -> str:
        """Return the letter that an expectation runs over: its own, where it names one, else the given sample's."""
        subs = self.under(item.sub) if item.sub is not None and self._is_single(item.sub) else ()
        name = subs[0].parts[0] if len(subs) == 1 else None
        return name.name if isinstance(name, Name) and not name.subs and name.name in "inb" else GIVEN

    def _is_single(self, content: tuple[raw.Chain, ...]) -> bool:
        return len(content) == 1 and len(content[0].parts) == 1 and len(content[0].parts[0].terms[0][1]) == 1

    def _is_row(self, chain: raw.Chain) -> bool:
        r"""Tell whether a dot stands for all classes: p(\cdot | x)."""
        atom = chain.parts[0].terms[0][1][0].atom
        return isinstance(atom, raw.Leaf) and atom.kind == "TIMES" and len(chain.parts[0].terms[0][1]) == 1

    def application(self, group: raw.Group) -> tuple[Node, ...]:
        """Return the indices of p(c | x_i), the sample before the class."""
        found: list[Node] = []
        for chain in reversed(group.content):
            if self._is_row(chain):
                continue
            node = self._part(chain.parts[-1])
            is_condition = len(group.content) == 1 or chain is not group.content[0]
            if not isinstance(node, Name):
                self.scope.is_special = True
                raise self.scope.fail("of which outcome is this the probability?", group.span,
                                      "write p_i for the probability that y_i is 1, and p_{i,k} for that of class k")
            is_index = not node.subs and node.name in INDEX_LETTERS and node.name not in "x"
            if is_condition and len(group.content) > 1:
                self._check_input(node)
            if is_condition and not node.subs and not node.mark and node.name in self.scope.outer:
                found.append(node)  # the sample that a sum runs over, \sum_{u \in U} p(k | u)
            elif is_condition and len(group.content) > 1:
                found.extend(node.subs or (Name(node.span, GIVEN),))
            elif is_condition and node.name in ("x", "X") and not node.subs:
                found.append(Name(node.span, INPUT))
            elif is_condition and node.name != "y":
                found.extend(node.subs or ((node,) if is_index else ()))
            else:
                found.append(node)
        return tuple(found)


def _text_of(sub: Node) -> str:
    """Return what a subscript calls its letter: the 0 of p_0 and the accent of a fixed copy of the parameters, too."""
    if isinstance(sub, Number):
        return str(sub.value)
    return sub.text if isinstance(sub, Word) else f"{getattr(sub, 'mark', '')}{getattr(sub, 'name', '')}"

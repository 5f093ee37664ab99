r"""Factors as only published formulas write them: indicators, expectations, applied arrays, operators, cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nmderive.errors import NmderiveError, Span
from nmderive.notation import latex_raw as raw
from nmderive.notation.latex_tokens import OPERATORS
from nmderive.notation.paper_indicators import Found, PaperIndicators
from nmderive.notation.paper_names import COSINE, GIVEN, MODEL_LETTERS
from nmderive.notation.tree import Big, Call, Chain, Name, Node, Power, Word
from nmderive.notation.vocabulary import INDEX_LETTERS

#: Names of a similarity of two embeddings.
SIMILARITIES = frozenset(["sim", "inner", "cos", "cossim", "cosine", "similarity"])


class PaperFactors(PaperIndicators):
    """The part of ``latex_scope.Scope`` for published formulas; the attributes are those of the whole."""

    source: str
    notes: list[str]
    names: Any
    applied: frozenset[str]
    outer: tuple[str, ...]
    is_special: bool
    fail: Callable[..., NmderiveError]
    only: Callable[..., Node]

    def _paper_factor(self, items: tuple[raw.Item, ...], at: int) -> Found | None:
        r"""Read what only published formulas write: an indicator, or an array applied as in p(c | x_i), h(x^{(i)})."""
        item, name = items[at], getattr(items[at].atom, "text", "")
        follower = items[at + 1] if at + 1 < len(items) else None
        group = follower.atom if follower is not None and isinstance(follower.atom, raw.Group) else None
        is_plain = item.sub is None and item.sup is None and name not in self.names.vocabulary.scalars
        if name == "indicator" or name in ("I", "delta", "chi") and is_plain and self._is_relation(group):
            return self._indicator(item, group, at, follower)
        if name == "expectation" and (group is None or group.bracket == "{"):
            self.is_special = True
            raise self.fail("of what is this the mean?", item.span,
                            "put all that it is the mean of into brackets: \\mathbb{E}[...]")
        if follower is None or group is None or group.bracket == "{":
            return None
        if name == "expectation":
            letter = self.names.sample_of(item)
            over = Chain(item.span, (Name(item.span, letter),))
            mean = Big(item.span, "mean", (over,), None, self.only(group.content, group.span))
            return self._with_scripts(mean, follower), at + 2
        if name == "O" and is_plain:
            self.is_special = True
            raise self.fail("is this a remainder of higher order?", Span(item.span.start, group.span.end),
                            r"leave it out, as it is not written out; for a factor write O \cdot (...)")
        if name == "delta" and is_plain and (node := self._kronecker(item, group)) is not None:
            return self._with_scripts(node, follower), at + 2
        if is_plain and follower.sup is None and follower.sub is None:
            self._check_shift(item, group)
        found = self._operator(item, group) or self._of_two(item, group) or self._applied(item, group)
        if found is None and name == "sigma" and item.sub is not None and item.sup is None and follower.sub is None:
            found = self._row_sigma_below(item, group)
        if found is None and name == "sigma" and item.sub is None and item.sup is None and follower.sub is not None:
            found = self._row_sigma(item, group)
            if isinstance(found, Call):
                follower, found = replace(follower, sub=None), replace(
                    found, subs=self.names.subscripts(follower.sub or ()))
        if found is None and name in "fghSZ" and item.sub is None and item.sup is None and follower.sub is not None:
            self._check_argument(name, group)
            found = Name(item.span, name)  # f(s)_k, one entry of a row
        if found is None and item.sub is None and item.sup is None and group.bracket == "(":
            found = self._word_before(item, group)
        if found is None:
            return None
        self.is_special = True
        return self._with_scripts(found, follower), at + 2

    def _check_argument(self, name: str, group: raw.Group) -> None:
        r"""Ask back what S(z/\tau)_k and f(x + \delta)_k are of: as entries of a row they would be of anything."""
        if len(group.content) != 1 or self.names.single_letter(group.content[0]) is None:
            self.is_special = True
            raise self.fail(f"what is {name} of this?", group.span,
                            rf"where {name} is softmax write \text{{softmax}}(z/\tau)_k; the prediction at another "
                            "input has a letter of its own, q_k")

    def _word_before(self, item: raw.Item, group: raw.Group) -> Node | None:
        """Return the one-hot row that onehot(y) is; a word before a bracket that nothing tells of is asked back."""
        name = getattr(item.atom, "text", "")
        is_word = isinstance(item.atom, raw.Leaf) and item.atom.kind == "WORD" and len(name) > 1
        if not is_word or name in self.names.vocabulary.scalars:
            return None
        span = Span(item.span.start, group.span.end)
        letter = self.names.single_letter(group.content[0]) if len(group.content) == 1 else None
        if name.lower().replace("-", "").replace("_", "").replace(" ", "") == "onehot" and letter is not None:
            return Name(span, "e", (letter,))
        self.is_special = True
        raise self.fail(f"what is {name} of this?", span, "define it after the formula, or write out what it is")

    def _with_scripts(self, node: Node, follower: raw.Item) -> Node:
        """Return the node with what stands below and above the bracket after it: f(x_i)_k, f_y(x)^q."""
        is_norm = isinstance(node, Call) and node.name == "norm"
        if is_norm and isinstance(node, Call) and follower.sub is not None and self._is_below(follower, "1"):
            node, follower = replace(node, name="norm1"), replace(follower, sub=None)
        if is_norm and isinstance(node, Call) and follower.sub is not None and follower.sup is not None:
            order, power = (self.only(c, follower.span) for c in (follower.sub, follower.sup))
            if isinstance(order, Name) and isinstance(power, Name) and order.name == power.name and not order.subs:
                return Call(node.span, "normpower", (*node.args, power))  # \|p\|_q^q
        if follower.sub is not None and not (is_norm and self._is_euclidean(follower)):
            if not isinstance(node, Name):
                raise self.fail("a subscript on a bracket has no meaning here", follower.span,
                                "give what stands in the bracket a letter of its own")
            node = replace(node, subs=(*node.subs, *self.names.subscripts(follower.sub)))
        if follower.sup is not None:
            node = Power(node.span, node, self.only(follower.sup, follower.span))
        return node

    def _is_euclidean(self, follower: raw.Item) -> bool:
        subs = self.names.subscripts(follower.sub or ())
        return len(subs) == 1 and str(getattr(subs[0], "value", getattr(subs[0], "name", ""))) in ("2", "F")

    def _check_shift(self, item: raw.Item, group: raw.Group) -> None:
        r"""Ask back whether w(k + 1) is the weight of the next class, or a product with the number of this one."""
        rows = [row for c in group.content for part in c.parts for _, row in part.terms]
        atoms = [row[0].atom for row in rows if len(row) == 1 and row[0].sub is None and row[0].sup is None]
        kinds = sorted(getattr(a, "kind", "") for a in atoms)
        names = {getattr(a, "text", "") for a in atoms} & {*self.outer}
        is_letter = isinstance(item.atom, raw.Leaf) and item.atom.kind == "LETTER" and group.bracket == "("
        if is_letter and len(rows) == 2 and len(group.content) == 1 and kinds == ["LETTER", "NUMBER"] and names:
            self.is_special = True
            raise self.fail(f"is {getattr(item.atom, 'text', '')} a function here, or a factor?",
                            Span(item.span.start, group.span.end), "for a product write "
                            rf"{self.source[item.span.start : item.span.end]} \cdot (...)")

    def _is_below(self, follower: raw.Item, text: str) -> bool:
        subs = self.names.subscripts(follower.sub or ())
        return len(subs) == 1 and str(getattr(subs[0], "value", "")) == text

    def _applied(self, item: raw.Item, group: raw.Group) -> Node | None:
        """Return the entry that x[y], p(c | x_i) or h(x_i) is; None where the bracket is a factor."""
        name = getattr(item.atom, "text", "")
        starred = self.names.with_superscript(item)
        if not starred and item.sub is not None and name in "pqzyfhs" and len(group.content) == 1 and (
                self.names.single_letter(group.content[0]) is not None):
            self.is_special = True
            raise self.fail(f"is {name} a function here, or a factor?", Span(item.span.start, group.span.end),
                            r"for a product write a \cdot (...); what a function is of is left out: p_k^t")
        if not starred:
            return None
        if group.bracket == "[" and self.names.is_code_index(starred, group):
            below = () if item.sub is None else self.names.subscripts(item.sub)
            subs = (*below, *self.names.subscripts(group.content))
            return Name(Span(item.span.start, group.span.end), starred, subs)
        if group.bracket == "[" and self._is_nested(group):
            raise self.fail("an index with an index of its own, as code writes it, is not supported", group.span,
                            "write one-hot labels t_{i,j}, or sets of classes")
        is_named, is_indexed = starred in self.applied or self._is_model(item), item.sub is not None
        kind = self.names.application_of(starred, group, is_named, is_indexed and not self._is_model(item))
        span = Span(item.span.start, group.span.end)
        if kind == "product":
            return self._penalty(name, group, span) if item.sub is None and item.sup is None else None
        if kind == "unclear":
            raise self.fail(f"is {name} a function here, or a factor?", span,
                            r"for a product write a \cdot (...); what is predicted at another input has a letter of "
                            "its own, q_k")
        is_named = kind == "conditional" or self._is_model(item)
        own: tuple[Node, ...] = () if item.sub is None or is_named else self.names.subscripts(item.sub)
        starred = self.names.labelled(starred, item) if is_named else starred
        inside = self.names.application(group)
        letter = self.names.single_letter(group.content[0])
        is_place = letter is not None and letter.name not in ("x", "X")  # p_i(k), p_i(y_i): in their order
        return Name(span, starred, (*own, *inside) if is_place and not is_named else (*inside, *own))

    def _penalty(self, name: str, group: raw.Group, span: Span) -> Node | None:
        r"""Return the number that a penalty on the parameters is, R(\theta) and \Omega(W); None for a product."""
        letter = self.names.single_letter(group.content[0]) if len(group.content) == 1 else None
        is_model = letter is not None and not letter.subs and letter.name in MODEL_LETTERS and name not in MODEL_LETTERS
        if not is_model or not (name == "Omega" or len(name) == 1 and name.isupper()) or letter is None:
            return None
        note = f"{name} of {letter.name} is a number: no logit is in it"
        self.notes += [] if note in self.notes else [note]
        return Name(span, name)

    def _is_nested(self, group: raw.Group) -> bool:
        """Tell whether a bracket holds a letter and a bracket of its own alone: the y[j] of x[y[j]]."""
        terms = group.content[0].parts[0].terms if len(group.content) == 1 and len(group.content[0].parts) == 1 else ()
        items = terms[0][1] if len(terms) == 1 else ()
        return len(items) == 2 and isinstance(items[0].atom, raw.Leaf) and getattr(items[1].atom, "bracket", "") == "["

    def _is_model(self, item: raw.Item) -> bool:
        r"""Tell whether the letter carries the parameters of a model: f_\theta(x_i), h_\theta(x^{(i)})."""
        if item.sub is None or getattr(item.atom, "text", "") not in ("f", "h", "g", "p", "r"):
            return False
        return any(getattr(a, "name", "") in MODEL_LETTERS for a in self.names.subscripts(item.sub))

    # Operators on distributions, similarities, cases.

    def _operator(self, item: raw.Item, group: raw.Group) -> Node | None:
        r"""Return KL(q \| p), CE(y, p), H(p), a norm, the size of a set, or cases, as a call of its arguments."""
        name = getattr(item.atom, "text", "")
        span = Span(item.span.start, group.span.end)
        if name == "cases":
            return self._cases_of(group, span)
        if name == "size" and len(group.content) == 1 and len(group.content[0].parts) == 1:
            terms = group.content[0].parts[0].terms
            row_set = self.names.row_set(terms[0][1]) if len(terms) == 1 else None
            if row_set is not None:
                return Call(span, "size", (row_set,))
        if name in ("size", "norm"):
            return Call(span, name, (self.only(group.content, group.span),))
        if name in ("sg", "stopgrad", "detach"):
            self.is_special = True
            raise self.fail("a stopped gradient is not supported", span,
                            "write it as an array of its own, q_j, which is then given with the data")
        if name == "delta" and len(group.content) == 2 and item.sub is None:
            return Name(span, "delta", tuple(self.only((c,), span) for c in group.content))
        kind = OPERATORS.get(name, "") if item.sup is None else ""
        if name == "D" and item.sub is None and item.sup is None and len(group.content) == 2 and group.content[1].bar:
            kind = "KL"
        if item.sub is not None and name in ("D", "L", "l", "ell", "H", "loss"):
            words = self.names.subscripts(item.sub)
            text = "".join(getattr(a, "text", getattr(a, "name", "")) for a in words)
            kind = OPERATORS.get(text, OPERATORS.get(text.upper(), ""))
        if not kind or any(c.relations for c in group.content):
            return None
        return Call(span, kind, self._rows([self.only((c,), group.span) for c in group.content]))

    def _rows(self, parts: list[Node]) -> tuple[Node, ...]:
        """Return p(y | x) and q(y | x), of an outcome that the operator sums over, as the rows p and q."""
        last = [a.subs[-1] if isinstance(a, Name) and len(a.subs) > 1 else None for a in parts]
        outcomes = {getattr(x, "name", "") for x in last if x is not None and not getattr(x, "subs", ())}
        if len(outcomes) != 1 or not outcomes <= {"y", "a"} - {*self.outer}:
            return tuple(parts)
        return tuple(replace(a, subs=a.subs[:-1]) if isinstance(a, Name) and x is not None else a
                     for a, x in zip(parts, last, strict=True))

    def _cases_of(self, group: raw.Group, span: Span) -> Node:
        parts: list[Node] = []
        for k, chain in enumerate(group.content):
            if k % 2 == 0:
                parts.append(self.only((chain,), span))
            elif chain.relations:
                parts.append(self.names.condition(chain))
            else:
                parts.append(self.only((chain,), span))
        if len(parts) < 4 or len(parts) % 2:
            raise self.fail("cases are values, each with its condition", span,
                            r"write \begin{cases} a & y = 1 \\ b & y = 0 \end{cases}")
        if len(parts) > 4 and isinstance(parts[-1], Chain):
            raise self.fail("are these all the cases?", parts[-1].span, r"write \text{otherwise} for the last of three")
        while len(parts) > 4:  # the third is what is left of the second
            last = Call(span, "cases", tuple(parts[-4:]))
            parts = [*parts[:-4], last, Name(span, "otherwise")]
        return Call(span, "cases", tuple(parts))

    def _of_two(self, item: raw.Item, group: raw.Group) -> Node | None:
        r"""Return sim(z_i, z_j) and f(x_i, y_j) as calls of both, r(x, y_w) as the entry of the response y_w."""
        name = getattr(item.atom, "text", "")
        if len(group.content) != 2 or any(c.bar or c.relations for c in group.content):
            return None
        span = Span(item.span.start, group.span.end)
        first, second = (self.names.single_letter(c) for c in group.content)
        places = [a for a in (first, second) if a is not None and not a.subs
                  and a.name.replace("prime", "") in INDEX_LETTERS]
        if len(places) == 2 and len(name) == 1 and item.sub is None and name not in self.names.vocabulary.scalars:
            return Name(span, name, tuple(places))  # s(i, j) is the entry s_{i,j}
        if name in SIMILARITIES or (name in "fsSKg" and item.sub is None):
            parts = tuple(self.only((c,), span) for c in group.content)
            is_pair = all(len(getattr(a, "subs", ())) == 1 for a in parts)
            mark = () if name == "inner" else (Word(span, COSINE),)  # a similarity is no inner product of rows
            if name in SIMILARITIES or is_pair:
                return Call(span, "inner", parts, mark)
        is_response = second is not None and second.name == "y" and (
            len(second.subs) == 1 or not second.subs and "y" in self.outer)
        if second is None or not is_response:
            return None
        row: Node = Name(span, GIVEN)
        if first is not None and first.name in ("x", "X"):
            row = next((a for a in first.subs if getattr(a, "name", "") in self.outer), row)
        return Name(span, self.names.labelled(name, item), (row, second))

    def _marked_factor(self, items: tuple[raw.Item, ...], at: int) -> Found | None:
        r"""Read \hat{p}(y | x), \hat{p}_k(x_i) and \hat{p}_i[k]; any other accent is read as a letter."""
        group = items[at + 1].atom if at + 1 < len(items) else None
        if not isinstance(items[at].atom, raw.Accent) or not isinstance(group, raw.Group):
            return None
        name = self.names.plain(items[at])
        if isinstance(name, Name) and group.bracket == "[" and self.names.is_code_index(name.name, group):
            span = Span(name.span.start, group.span.end)
            found = Name(span, name.name, (*name.subs, *self.names.subscripts(group.content)), name.mark)
            return self._with_scripts(found, items[at + 1]), at + 2
        letter = self.names.single_letter(group.content[0]) if len(group.content) == 1 else None
        is_of_input = letter is not None and letter.name in ("x", "X") and group.bracket == "("
        if not isinstance(name, Name) or not (is_of_input or any(c.bar for c in group.content)):
            return None
        span = Span(name.span.start, group.span.end)
        of = letter.subs if is_of_input and letter is not None else self.names.application(group)
        found = Name(span, name.name, (*of, *(name.subs if is_of_input else ())), name.mark)
        return self._with_scripts(found, items[at + 1]), at + 2


__all__ = ["PaperFactors"]

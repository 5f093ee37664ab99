"""What a letter means: index, array entry, parameter, definition, or an error that says how to declare it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sympy import Dummy, Expr, Indexed, IndexedBase, Integer, Symbol

from nmderive.calculus.sums import mean
from nmderive.calculus.symbols import M, N, S, T, index, parameter
from nmderive.errors import Span
from nmderive.notation.binders import default_domain
from nmderive.notation.definitions import Definition
from nmderive.notation.instances import Instances
from nmderive.notation.probabilities import Probabilities
from nmderive.notation.scope import Scope, ZeroBased
from nmderive.notation.shifted import Shifted, is_shifted
from nmderive.notation.tree import Call, Name, Node, Number, Word
from nmderive.notation.unknown_names import unknown_name
from nmderive.notation.vocabulary import INDEX_LETTERS

if TYPE_CHECKING:
    from nmderive.notation.builder import Builder

_FREE_AS_NUMBERS = frozenset("ijkh")


class NameReader(Shifted):
    """Reads the names of one source for its ``Builder``."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        declared = builder.declarations
        self.logits = frozenset(declared.logits or ("s",))
        self.labels = frozenset(declared.labels or ("t",))
        self.parameters = dict(declared.parameters)
        self.values = dict(declared.values)
        self.arrays = dict(declared.arrays)
        self.index_domains = dict(declared.indices)
        self.arity: dict[IndexedBase, int] = {}
        self.row_domains: set[Any] = set()
        self.free_domains: set[Any] = set()
        #: A literal class 0, the letters of classes, and whether a range starts at 0.
        self.zero_literal: Number | None = None
        self.class_letters: set[str] = set()
        self.ranges_from_zero = False
        #: Where ranges of samples start, 0 or 1; places that count on a number of a sample, or of a class.
        self.ranges_of_samples: set[int] = set()
        self.counted: list[Node] = []
        self.probabilities = Probabilities(self)
        self.instances = Instances(self)

    def two_index_arrays(self) -> frozenset[str]:
        """Return the names whose two indices are row and class."""
        return self.logits | self.labels | frozenset(["p"]) | frozenset(self.arrays)

    # Names.

    def read(self, node: Name, scope: Scope) -> Expr:
        """Return what ``node`` stands for."""
        if not node.subs and not node.mark:
            return self._bare(node, scope)
        definition = self.builder.definitions.entries.get((node.mark, node.name, len(node.subs)))
        if definition is not None and self._fits(definition, node):
            return self.instances.instance(definition, node.subs, scope, node)
        if len(node.subs) == 1 and isinstance(node.subs[0], Word):
            return self._labelled(node, node.subs[0].text)
        if node.mark:
            return self._marked(node, scope)
        if len(node.subs) == 1 and isinstance(node.subs[0], Name | Number):
            sub = node.subs[0]
            full = f"{node.name}_{sub.name if isinstance(sub, Name) else sub.value}"
            if full in self.parameters or full in self.values:
                return self.parameters.get(full, self.values.get(full))
        return self._array(node, scope)

    def _fits(self, definition: Definition, node: Name) -> bool:
        word = node.subs[0] if len(node.subs) == 1 else None
        head = definition.head
        head_word = head.subs[0] if isinstance(head, Name) and len(head.subs) == 1 else None
        if isinstance(head_word, Word) or isinstance(word, Word):
            return isinstance(word, Word) and isinstance(head_word, Word) and word.text == head_word.text
        return True

    def _bare(self, node: Name, scope: Scope) -> Expr:
        name = node.name
        for known, value in reversed(scope.variables):
            if known == name:
                return value
        bound = scope.find(name)
        if bound is not None:
            return self._as_number(node, *bound)
        for table in (self.values, self.parameters):
            if name in table:
                return table[name]
        definition = self.builder.definitions.entries.get(("", name, 0))
        if definition is not None:
            return self.instances.instance(definition, (), scope, node)
        if name in self.builder.sizes:
            return self.builder.sizes[name]
        if scope.row is not None and name in self.logits:
            return self._array(node, scope)
        if name in self.builder.declarations.logits and self.arity.get(S, 1) == 1:
            self.builder.notes.append(f"{name} is one logit, {name}_i of sample i")
            self._record_domain(N, node, False, node)
            return self.entry(S, Name(node.span, name, (Name(node.span, "i"),)), scope)
        if name in _FREE_AS_NUMBERS or name in self.index_domains:
            return self._as_number(node, self._free_index(node, scope), self.index_domains.get(name))
        if "_" in name:
            head, _, label = name.partition("_")
            return self._labelled(Name(node.span, head), label)
        raise self._unknown(node)

    def _as_number(self, node: Name, symbol: Symbol, domain: Expr | None) -> Symbol:
        if self.builder.class_base == 0 and domain != N:
            raise self.builder.unsupported(
                "an index is used as a number while classes are counted from 0",
                node.span,
                "count classes from 1",
            )
        self.counted += [node] if domain == N else []
        return symbol

    def _labelled(self, node: Name, label: str) -> Expr:
        full = f"{node.name}_{label}"
        for table in (self.values, self.parameters):
            if full in table:
                return table[full]
        if not node.mark and node.name in self.logits and self._is_signed(node):
            raise self.builder.fail(f"is {node.name} with the sign an array of its own here?", node.span,
                                    f"write it as entries of {node.name}: {node.name}_1 for one, {node.name}_2, "
                                    f"{node.name}_3 for others")
        if not node.mark and node.name in self.logits:
            return parameter(f"s_{label}")
        if not node.mark and node.name in self.labels:
            return parameter(f"t_{label}", "positive")
        raise self._unknown(Name(node.span, full))

    def _is_signed(self, node: Name) -> bool:
        """Tell whether the subscript is a sign, as of the score s_+ of a positive: no threshold is called so."""
        return re.search(r"_\s*\{?\s*[+-]\s*\}?\s*$", self.builder.source[node.span.start : node.span.end]) is not None

    def _marked(self, node: Name, scope: Scope) -> Expr:
        full = f"{node.mark}{node.name}"
        is_declared = full in self.arrays or node.mark == "hat" and full in (
            self.logits | self.labels | {*self.builder.declarations.probabilities})
        if is_declared:
            return self.read(replace(node, name=full, mark=""), scope)  # what is declared is no guess
        if node.mark == "bar" and node.name in self.logits and len(node.subs) <= 1:
            row = tuple(self.place(s, scope) for s in node.subs)
            self.record(S, len(row) + 1, node)
            last = Dummy("k", integer=True, positive=True)
            return mean(Indexed(S, *row, last), last, M)
        if node.mark == "hat" and node.name in self.labels | {"p", "y", "t"}:
            return self.probabilities.probability(node, scope)
        raise self._unknown(node)

    def _array(self, node: Name, scope: Scope) -> Expr:
        name = node.name
        if name in self.logits:
            return self.entry(S, node, scope)
        if name in self.labels:
            return self.entry(T, node, scope)
        if name in self.arrays:
            return self.entry(self.arrays[name], node, scope)
        if name == "p" or name in self.builder.declarations.probabilities:
            return self.probabilities.probability(node, scope)
        if name == "Z" and len(node.subs) <= 1:
            return self.probabilities.partition(node, scope)
        if name == "delta" and len(node.subs) == 2:
            return self.builder.build(Call(node.span, "delta", node.subs), scope)
        raise self._unknown(node)

    def _unknown(self, node: Name) -> Exception:
        return unknown_name(self, node)

    # Array entries and indices.

    def entry(self, base: IndexedBase, node: Name, scope: Scope) -> Expr:
        """Return the array entry that ``node`` is."""
        subs = tuple(self.place(s, scope, k == len(node.subs) - 1) for k, s in enumerate(node.subs))
        if scope.row is not None and base == S:
            row, last = scope.row
            missing = len(row) + 1 - len(subs)
            subs = subs if missing <= 0 else (*subs, *row[len(subs) :], last)[: len(row) + 1]
        if not 1 <= len(subs) <= 2:
            raise self.builder.fail(
                f"{node.name} takes one index or two, not {len(subs)}", node.span, f"write {node.name}_{{i,j}}"
            )
        self.record(base, len(subs), node)
        self._check_places(node, scope, len(subs))
        return Indexed(base, *subs)

    def record(self, base: IndexedBase, count: int, node: Node) -> None:
        """Note how many indices an array has; refuse a second number. Logits and labels have the same."""
        others = [self.arity[a] for a in ((S, T) if base in (S, T) else (base,)) if a in self.arity]
        self.arity.setdefault(base, count)
        if any(other != count for other in others):
            one, two = ("one index", "two") if count == 1 else ("two indices", "one")
            what = "logits and labels have" if base in (S, T) else f"{base} has"
            hint = f"write both: {getattr(node, 'name', 's')}_{{i,j}}"
            raise self.builder.fail(f"{what} {one} here and {two} elsewhere", node.span, hint)

    def _check_places(self, node: Name, scope: Scope, count: int) -> None:
        """Refuse a row index in the place of the class, and the other way round."""
        for place, sub in enumerate(node.subs):
            if is_shifted(sub) and count == 1:
                self._record_domain(M, Name(sub.span, ""), False, node)
            if not isinstance(sub, Name) or self.is_last_class(sub, scope):
                continue
            bound = scope.find(sub.name)
            domain = bound[1] if bound is not None else None
            if count == 1:
                self._record_domain(domain, sub, bound is None, node)
            elif domain is not None and domain != (N, M)[place] and node.name not in self.arrays:
                kind = "sample" if place == 0 else "class"
                raise self.builder.fail(
                    f"{sub.name} runs over 1..{domain} but stands in the place of the {kind}",
                    sub.span,
                    rf"write its range: \sum_{{{sub.name}=1}}^{{{'n' if place == 0 else 'm'}}}",
                )

    def _record_domain(self, domain: Expr | None, sub: Name, is_free: bool, node: Name) -> None:
        if node.name not in self.logits | self.labels:
            return
        if is_free:
            self.free_domains.add(self.index_domains.get(sub.name) or default_domain(sub.name) or M)
        elif domain is not None:
            self.row_domains.add(domain)
            if len(self.row_domains) > 1:
                raise self.builder.fail(
                    f"the one index of {node.name} runs over 1..n and over 1..m",
                    sub.span,
                    f"write both indices: {node.name}_{{i,j}}",
                )

    def place(self, node: Node, scope: Scope, is_class: bool = True) -> Expr:
        """Return the index that ``node`` is."""
        if is_shifted(node) or is_class and self.is_last_class(node, scope):
            return self.shifted(node, scope, is_class)
        if isinstance(node, Number):
            return self._literal(node, is_class)
        if isinstance(node, Name) and not node.subs and not node.mark:
            self.class_letters |= {node.name} if is_class and node.name != "t" else set()
            bound = scope.find(node.name)
            return bound[0] if bound is not None else self._free_index(node, scope)
        raise self.builder.fail(
            "this is not an index", node.span, "an index is a letter or a positive integer"
        )

    def range_of(self, node: Node, scope: Scope) -> Expr | None:
        """Return the range of the index ``node``, None where it is a number or not known."""
        if is_shifted(node) or self.is_last_class(node, scope):
            return M
        if not isinstance(node, Name):
            return None
        bound = scope.find(node.name)
        if bound is not None:
            return bound[1]
        return self.index_domains.get(node.name) or default_domain(node.name)

    def _literal(self, node: Number, is_class: bool) -> Integer:
        if node.value.q != 1 or not 0 <= node.value <= 1000:
            raise self.builder.fail("an index is a small positive integer", node.span)
        self.counted += [] if is_class and self.ranges_from_zero else [node]
        if not is_class:
            if node.value == 0:
                raise self.builder.fail("samples are counted from 1", node.span)
            return Integer(node.value)
        if node.value == 0:
            self.zero_literal = node
        if node.value == 0 and self.builder.class_base == 1:
            raise ZeroBased
        return Integer(node.value + 1 - self.builder.class_base)

    def _free_index(self, node: Name, scope: Scope) -> Symbol:
        name = node.name
        if name not in self.index_domains and name.rstrip("0123456789") not in INDEX_LETTERS:
            raise self.builder.fail(
                f"unknown index {name}", node.span,
                f"declare it: --let '{name} in m' (or in n)"
            )
        if scope.inside and name != "t" and name not in self.index_domains:
            raise self.builder.fail(
                f"the definition of {scope.inside[-1]} uses the index {name}, which is not its own",
                node.span,
                f"give it the index: {scope.inside[-1]}_{name}, or bind it by a sum",
            )
        return index(name)

    def check_literals(self) -> None:
        """Ask back what class 0 is where no range starts at 0, and what is counted where samples are from 0."""
        if self.ranges_of_samples == {0, 1}:
            raise self.builder.fail("samples are counted from 0 and from 1 here", Span(0, len(self.builder.source)),
                                    r"count all from 1: \sum_{i=1}^{n}")
        if 0 in self.ranges_of_samples and self.counted:
            raise self.builder.fail("is this counted from 0 here, as the samples are?", self.counted[0].span,
                                    r"count samples from 1: \sum_{i=1}^{n}")
        node = self.zero_literal
        if node is None or self.ranges_from_zero:
            return
        if not self.class_letters:
            self.builder.notes.append("classes are counted from 0: 0 is the first, class 1 here")
            return
        letter = min(self.class_letters)
        before = re.findall(r"[A-Za-z]+(?=_\{?$|\[$)", self.builder.source[: node.span.start])
        own = f"; if it is a number of its own: --let '{before[0]}_0>0'" if before else ""
        raise self.builder.fail(
            f"is this class 0 one of the classes that {letter} runs over?", node.span,
            rf"if so, write \sum_{{{letter}=0}}^{{m-1}}{own}",
        )

    def variable(self, node: Node, scope: Scope) -> Any:
        """Return the array entry or parameter that a derivative is taken by."""
        found = self.builder.build(node, scope)
        if isinstance(found, Indexed | Symbol) and not found.is_integer:
            return found
        raise self.builder.fail("a derivative is by an entry such as s_{i,j} or by a parameter", node.span)


__all__ = ["NameReader"]

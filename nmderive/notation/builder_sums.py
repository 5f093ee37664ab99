"""Sums, products and means: what they bind, their ranges and their conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Add, Dummy, Expr, Indexed, Integer, Le, Lt, Mul, Ne, Symbol, preorder_traversal
from sympy.logic.boolalg import Boolean

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.extrema import IndexExtremum, IndexMax, IndexMin
from nmderive.calculus.sums import IndexProduct, IndexSum
from nmderive.calculus.symbols import ClassSet, M, Member, N, array, index, parameter
from nmderive.errors import NmderiveError, Span
from nmderive.notation.binders import Binding, Condition, Surroundings, default_domain, resolve, used_domain
from nmderive.notation.builder_calls import EXTREMA
from nmderive.notation.declarations import Declarations
from nmderive.notation.scope import Scope, ZeroBased
from nmderive.notation.tree import Big, Name, Negative, Node, Number, Sum

_MAX_EXPANDED = 50
_MAX_NODES = 20_000
_ONE = Integer(1)


class Sums:
    """The part of ``builder.Builder`` that builds sums; the attributes are those of the whole."""

    source: str
    declarations: Declarations
    class_base: int
    free: frozenset[str]
    binds_all: bool
    is_named: bool
    sizes: dict[str, Any]
    names: Any
    notes: list[str]
    maxima: dict[Expr, tuple[str, int]]
    fail: Callable[..., NmderiveError]
    unsupported: Callable[..., NmderiveError]
    build: Callable[..., Expr]
    _class_set: Callable[..., ClassSet]

    def _big(self, node: Big, scope: Scope) -> Expr:
        around = Surroundings(lambda name: scope.find(name) is not None, self._bindable, self.sizes, self.fail)
        binding = resolve(node.under, around)
        self._ranges(binding, node)
        self._check_doubts(binding, node)
        inner = scope
        for name in binding.names:
            if scope.find(name) is not None:
                self.notes.append(f"{name} is bound again by the inner {node.kind}, which is over its own {name}")
            # A dummy, so that a free index inside a definition is never captured.
            symbol = Dummy(name, integer=True, positive=True)
            inner = inner.bind(name, symbol, self._domain(name, binding, node))
        return self._closed(node, binding, inner, self.build(node.body, inner))

    def _check_doubts(self, binding: Binding, node: Big) -> None:
        r"""Ask back where a condition may be meant for one more letter: ``j,k \neq l`` in one range."""
        for letter, subject, chain in binding.doubts:
            if self._domain(letter.name, binding, node) != self._domain(subject, binding, node):
                continue
            other, condition = letter.name, self.source[chain.span.start : chain.span.end]
            if letter.span.start > chain.span.start:
                both = rf"\sum_{other} \sum_{{{condition}, {subject} \neq {other}}}"
            else:
                rest = self.source[chain.parts[0].span.end : chain.span.end]
                both = rf"\sum_{{{other}{rest}, {condition}}}"
            raise self.fail(
                f"is this condition on {subject} alone, or on {other} too?", letter.span,
                rf"for {subject} alone write \sum_{other} \sum_{{{condition}}}, for both {both}",
            )

    def _bindable(self, name: str, listed: bool = False) -> bool:
        """Tell whether an undefined letter in a condition is to be bound: with the first, or as one ``listed``."""
        if name == "t" or name in self.free:
            return False
        if any(name == known for known, _ in self.declarations.indices):
            return self.is_named  # what a loss has no free letter of runs over the range that is declared
        return listed or self.binds_all

    def _ranges(self, binding: Binding, node: Big) -> None:
        """Take the upper end of the range, and check the lower one against the way classes are counted."""
        upper = node.upper
        if upper is not None and not isinstance(upper, Number):
            domain = self._upper(upper, binding)
            for name in binding.names:
                binding.domains.setdefault(name, domain)
        elif upper is None and any(low > 1 for low in binding.lower.values()):
            raise self.fail("the upper end of this range is missing", node.span, r"write \sum_{j=2}^{m}")

    def _upper(self, upper: Node, binding: Binding) -> Expr:
        if isinstance(upper, Name) and not upper.subs and upper.name in self.sizes:
            return self.sizes[upper.name]
        if self._is_size_less_one(upper):
            size = self.sizes[upper.terms[0].name]  # type: ignore[attr-defined]
            starts_late = size == M and all(binding.lower.get(name, 0) >= 1 for name in binding.names)
            if self.class_base == 1 and size == M and not starts_late:
                raise ZeroBased
            return size
        text = self.source[upper.span.start : upper.span.end]
        if isinstance(upper, Name) and not upper.subs:
            hint = f"if it is the number of classes or samples: --let '{text}: classes', --let '{text}: rows'"
            raise self.fail(f"{text} is not a known size", upper.span, hint)
        raise self.unsupported("a sum runs up to n or m; shifted ranges are not supported", upper.span)

    def _is_size_less_one(self, upper: Node) -> bool:
        if not isinstance(upper, Sum) or len(upper.terms) != 2:
            return False
        size, less = upper.terms
        return (
            isinstance(size, Name)
            and size.name in self.sizes
            and isinstance(less, Negative)
            and isinstance(less.operand, Number)
            and less.operand.value == 1
            and self.class_base in (0, 1)
        )

    def _domain(self, name: str, binding: Binding, node: Big) -> Expr:
        if name in binding.domains:
            return binding.domains[name]
        declared = dict(self.declarations.indices).get(name)
        found = declared if declared is not None else default_domain(name)
        if found is None:
            found = used_domain(name, node.body, self.names.two_index_arrays())
        if found is None:
            hint = rf"write \sum_{{{name}=1}}^{{m}}, or declare it: --let '{name} in m'"
            raise self.fail(f"does {name} run over 1..n or 1..m?", node.span, hint)
        return found

    def _closed(self, node: Big, binding: Binding, inner: Scope, body: Expr) -> Expr:
        conditions = [self._condition(c, inner) for c in binding.conditions]
        for name in reversed(binding.names):
            symbol, domain = self._found(inner, name)
            own = [c for c in conditions if c.has(symbol)]
            conditions = [c for c in conditions if not c.has(symbol)]
            if isinstance(node.upper, Number):
                body = self._expanded(node, name, symbol, body, binding, own)
                continue
            own += self._start(name, symbol, binding, domain, node)
            if node.kind in EXTREMA:
                body = self._extremum(node, body, symbol, domain, own)
                continue
            body = self._operator(node.kind, body, symbol, domain, own)
        return body

    def _found(self, scope: Scope, name: str) -> tuple[Symbol, Expr | None]:
        found = scope.find(name)
        assert found is not None
        return found

    def _operator(self, kind: str, body: Expr, symbol: Any, domain: Any, conditions: list[Boolean]) -> Expr:
        operator = IndexProduct if kind == "prod" else IndexSum
        total = operator(body, symbol, domain, *conditions)
        if kind != "mean":
            return total
        return total / (IndexSum(_ONE, symbol, domain, *conditions) if conditions else domain)

    def _extremum(self, node: Big, body: Expr, symbol: Any, domain: Any, conditions: list[Boolean]) -> Expr:
        if not all(isinstance(c, Ne) and symbol in c.args for c in conditions):
            raise self.fail(
                f"this {node.kind} may be over no index", node.span,
                rf"only single indices can be left out, as in \{node.kind}_{{k \neq j}}",
            )
        found = (IndexMax if node.kind == "max" else IndexMin)(body, symbol, domain, *conditions)
        return self._free_value(found) if isinstance(found, IndexExtremum) else found

    def _free_value(self, over: Expr) -> Expr:
        """Return the letter that stands for a maximum until it is known whether it cancels; equal ones share it."""
        used = sorted((x for x in over.free_symbols if getattr(x, "is_integer", False) and x not in (N, M)), key=str)
        alike = over.xreplace({x: index(f"place{k}") for k, x in enumerate(used)})
        letter, count = self.maxima.setdefault(alike, (f"maximum{len(self.maxima) + 1}", len(used)))
        return array(letter)[tuple(used)] if count else parameter(letter)

    def _operator_of(self, value: Expr) -> Any:
        """Return the maximum that a letter stands for; None for anything else."""
        indices = value.indices if isinstance(value, Indexed) else ()
        for operator, (letter, count) in self.maxima.items():
            if value == (array(letter)[tuple(indices)] if count else parameter(letter)):
                return operator.xreplace({index(f"place{k}"): x for k, x in enumerate(indices)})
        return None

    def _start(self, name: str, symbol: Symbol, binding: Binding, domain: Any, node: Big) -> list[Boolean]:
        """Return the conditions that leave out what comes before the lower end of a range."""
        low = binding.lower.get(name, 1)
        whole = self._upper_is_shifted(node)
        if domain == N and whole:
            if low:
                raise self.fail("this range leaves the last sample out", node.span, r"write \sum_{i=1}^{n}")
            self.names.ranges_of_samples.add(0)  # all samples; what counts on their numbers is asked back
            return []
        self.names.ranges_of_samples |= {1} if domain == N and name in binding.lower else set()
        if low == 0 and self.class_base == 1:
            raise ZeroBased
        if whole and self.class_base == 1:  # all classes but the last
            return [*(Ne(symbol, Integer(k)) for k in range(1, low)), Ne(symbol, Cyclic(0))]
        if (low == 0) != whole or (
            low == 1 and self.class_base == 0 and name in binding.lower and domain == M
        ):
            raise self.fail(
                "this range does not fit the way classes are counted",
                node.span,
                r"count classes from 1: \sum_{j=1}^{m}; or from 0: \sum_{j=0}^{m-1}",
            )
        self.names.ranges_from_zero |= low == 0
        return [Ne(symbol, Integer(k)) for k in range(1, low)]

    def _upper_is_shifted(self, node: Big) -> bool:
        return node.upper is not None and self._is_size_less_one(node.upper)

    def _expanded(
        self, node: Big, name: str, symbol: Symbol, body: Expr, binding: Binding, conditions: list[Any]
    ) -> Expr:
        upper, low = node.upper, binding.lower.get(name, 1)
        assert isinstance(upper, Number)
        fits = upper.value.q == 1 and low <= upper.value <= _MAX_EXPANDED
        if (
            not fits
            or conditions
            or node.kind == "mean"
            or _is_larger(body, _MAX_NODES // int(upper.value + 1))
        ):
            raise self.unsupported(
                "this range cannot be written out", node.span, "use n or m as its upper end"
            )
        if low == 0 and self.class_base == 1:
            raise ZeroBased
        shift = 1 - self.class_base if self._domain(name, binding, node) == M else 0
        values = [body.xreplace({symbol: Integer(v + shift)}) for v in range(low, int(upper.value) + 1)]
        return Mul(*values) if node.kind == "prod" else Add(*values)

    def _condition(self, condition: Condition, scope: Scope) -> Boolean:
        left = self.names.place(condition.left, scope)
        if condition.relation == "in":
            return Member(left, self._class_set(condition.right, scope))
        right = self.names.place(condition.right, scope)
        self._check_relation(condition.left, condition.right, left, right, scope)
        return {"!=": Ne, "<": Lt, "<=": Le}[condition.relation](left, right)

    def _check_relation(self, left: Node, right: Node, *rest: Any) -> None:
        """Refuse a relation between an index and itself, or between a sample and a class."""
        first, second, scope = rest
        if first == second and not isinstance(first, Integer):
            raise self.fail("an index is compared with itself", right.span, "compare two different letters")
        ranges = [self.names.range_of(a, scope) for a in (left, right)]
        if None not in ranges and ranges[0] != ranges[1]:
            words = {N: "a sample (1..n)", M: "a class (1..m)"}
            names = [self.source[a.span.start : a.span.end] for a in (left, right)]
            raise self.fail(
                f"{names[0]} is {words[ranges[0]]}, {names[1]} {words[ranges[1]]}: they cannot be compared",
                Span(left.span.start, right.span.end),
                rf"compare indices of one range, or fix one to a number: {names[0]} \neq 1",
            )


def _is_larger(expr: Expr, limit: int) -> bool:
    """Tell whether ``expr`` has more than ``limit`` nodes, without walking further."""
    return any(count >= limit for count, _ in enumerate(preorder_traversal(expr)))

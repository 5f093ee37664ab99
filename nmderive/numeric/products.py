"""Sums of products on the graph: cancelling, sharing and the order of summation.

``contract`` is the work horse: coefficient times a product of arrays to integer powers, summed over some
axes. Factors that a summed axis does not touch are pulled out, which is what makes the sums of the losses
linear in n and m; two groups of factors that share the summed axis only become a matrix product.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import inf
from typing import Any

from nmderive.numeric.graph import Axis, BaseGraph, Factor, Ref, Term, local_names

#: Guessed lengths, only to choose the order of summation.
_COST = {"n": 4000, "m": 40}


class Graph(BaseGraph):
    """The builder with sums and products."""

    def __init__(self) -> None:
        super().__init__()
        self._products: dict[int, tuple[Counter[Any], float]] = {}

    def add(self, terms: Iterable[Term]) -> Ref:
        """Return the sum of coefficient times reference; equal references are combined."""
        flat: dict[Ref, float] = {}
        constant = 0.0
        for coefficient, ref in _flat_terms(terms):
            if ref.node.op == "const":
                constant += coefficient * ref.node.data
            else:
                flat[ref] = flat.get(ref, 0.0) + coefficient
        groups: dict[frozenset[Axis], list[Term]] = {}
        for ref, coefficient in flat.items():
            if coefficient:
                groups.setdefault(frozenset(ref.axes), []).append((coefficient, ref))
        if not groups:
            return self.const(constant)
        parts: list[Term] = []
        for members in sorted(groups.values(), key=lambda g: len(g[0][1].axes)):
            if constant:
                members, constant = [*members, (1.0, self.const(constant))], 0.0
            keep = len(groups) == 1 or len(members) == 1
            parts += members if keep else [(1.0, self._sum_of(members))]
        return self._sum_of(parts)

    def _sum_of(self, terms: list[Term]) -> Ref:
        if len(terms) == 1 and terms[0][0] == 1.0:
            return terms[0][1]
        if len(terms) == 1:
            return self.contract([(terms[0][1], 1)], (), terms[0][0])
        joined = self._joined(terms)
        if joined is not None:
            return self.add(joined)
        terms = sorted(terms, key=lambda p: (p[0] < 0, -len(p[1].axes)))
        refs = [r for _, r in terms]
        return self.make("add", refs, {a for r in refs for a in r.axes}, tuple(c for c, _ in terms))

    def _joined(self, terms: list[Term]) -> list[Term] | None:
        """Write a x + a y as a (x + y), an array a of all axes: one pass less; None where nothing is shared."""
        seen: dict[Ref, tuple[int, Ref]] = {}
        for k, (_, ref) in enumerate(terms):
            for shared, rest in _halves(ref):
                if shared not in seen:
                    seen[shared] = (k, rest)
                    continue
                first, other = seen[shared]
                if first != k:
                    inner = self.add([(terms[first][0], other), (terms[k][0], rest)])
                    left = [t for h, t in enumerate(terms) if h not in (first, k)]
                    return [*left, (1.0, self.contract([(shared, 1), (inner, 1)]))]
        return None

    def contract(self, factors: Iterable[Factor], over: Iterable[Axis] = (), coefficient: float = 1.0) -> Ref:
        """Return coefficient times the product of factors to their powers, summed over the axes ``over``."""
        flat, coefficient = self._flat_factors(factors, coefficient)
        if coefficient == 0:
            return self.const(0.0)
        items = [(ref, power) for ref, power in flat.items() if power]
        waiting = set(over)
        for axis in sorted(waiting):
            if not any(axis in ref.axes for ref, _ in items):
                items.append((self.size(axis), 1))
                waiting.discard(axis)
        while waiting:
            items = self._eliminate(items, waiting)
        return self._product(items, coefficient)

    def _flat_factors(self, factors: Iterable[Factor], coefficient: float) -> tuple[dict[Ref, int], float]:
        flat: dict[Ref, int] = {}
        for ref, power in factors:
            if ref.node.op == "const":
                value = ref.node.data
                coefficient *= value**power if value or power > 0 else inf
                continue
            parts = self._products.get(ref.node.number)
            if parts is None:
                flat[ref] = flat.get(ref, 0) + power
                continue
            names = dict(zip(ref.node.axes, ref.axes, strict=True))
            for (number, axes), p in parts[0].items():
                part = Ref(self.nodes[number], tuple(names[a] for a in axes))
                flat[part] = flat.get(part, 0) + p * power
            coefficient *= parts[1] ** power
        return flat, coefficient

    def apart(self, x: Ref, axis: Axis) -> tuple[Ref, list[Factor], float]:
        """Return (y, factors, coefficient) with x = coefficient y times factors that do not hold ``axis``."""
        flat, coefficient = self._flat_factors([(x, 1)], 1.0)
        outside = [(ref, power) for ref, power in flat.items() if power and axis not in ref.axes]
        if not outside and coefficient == 1.0:
            return x, [], 1.0
        return self._product([(ref, p) for ref, p in flat.items() if axis in ref.axes]), outside, coefficient

    def _eliminate(self, items: list[Factor], waiting: set[Axis]) -> list[Factor]:
        """Sum over the axis whose factors span the fewest entries; a step of a sum-product elimination."""
        axis = min(waiting, key=lambda a: _join_cost(items, a))
        near = [f for f in items if axis in f[0].axes]
        far = [f for f in items if axis not in f[0].axes]
        alone = {a for a in waiting if not any(a in ref.axes for ref, _ in far)}
        groups: dict[frozenset[Axis], list[Factor]] = {}
        for ref, power in near:
            groups.setdefault(frozenset(ref.axes), []).append((ref, power))
        while len(groups) > 2:
            small = sorted(groups, key=len)[:2]
            merged = groups.pop(small[0]) + groups.pop(small[1])
            groups.setdefault(small[0] | small[1], []).extend(merged)
        if len(groups) == 1:
            (axes, members), = groups.items()
            summed = alone & axes
            result = self._reduced(members, summed, full=summed == axes)
        else:
            left, right = (self._product(g) for g in groups.values())
            summed = {axis}
            result = self._dot(left, right, summed)
        waiting -= summed
        return [*far, (result, 1)]

    def _reduced(self, members: list[Factor], summed: set[Axis], full: bool) -> Ref:
        positive = [f for f in members if f[1] == 1]
        if full and len(members) > 1 and positive:
            last = max(positive, key=lambda f: f[0].node.number)
            return self._dot(self._product([f for f in members if f is not last]), last[0], summed)
        whole = self._product(members)
        return self.make("sum", (whole,), [a for a in whole.axes if a not in summed])

    def _dot(self, left: Ref, right: Ref, summed: set[Axis]) -> Ref:
        if left.node.number > right.node.number:
            left, right = right, left
        return self.make("dot", (left, right), [a for a in (*left.axes, *right.axes) if a not in summed])

    def separated(self, x: Ref, axis: Axis) -> tuple[Ref, Ref] | None:
        """Return (A, B) where x_ijk = A_ij + B_ik and ``axis`` is the rows i; None where x has another form."""
        node = x.node
        if node.op != "add" or len(node.args) != 2 or axis[0] != "n" or len(x.axes) != 3:
            return None
        names = dict(zip(node.axes, x.axes, strict=True))
        left, right = (self.contract([(r.renamed(names), 1)], (), c) for c, r in zip(node.data, node.args, strict=True))
        fits = all(len(r.axes) == 2 and axis in r.axes for r in (left, right))
        return (left, right) if fits and all(a == axis or a[0] == "m" for a in x.axes) else None

    def _product(self, items: list[Factor], coefficient: float = 1.0) -> Ref:
        """Return a chain of binary products that reuses the largest product known already."""
        combined: dict[Ref, int] = {}
        for ref, power in items:
            combined[ref] = combined.get(ref, 0) + power
        items = [(ref, power) for ref, power in combined.items() if power]
        if not items:
            return self.const(coefficient)
        if len(items) == 1 and items[0][1] == 1 and coefficient == 1.0:
            return items[0][0]
        axes = dict.fromkeys(a for r, _ in items for a in r.axes)
        local = local_names(list(axes))
        whole = Counter({(r.node.number, r.renamed(local).axes): p for r, p in items})
        back = {v: k for k, v in local.items()}
        chosen = self._largest_part(whole)
        chain: list[Factor] = []
        if chosen is not None:
            node = self.nodes[chosen]
            chain = [(Ref(node, tuple(back[a] for a in node.axes)), 1)]
            whole = _quotient(whole, self._products[chosen][0])
        rest = [(Ref(self.nodes[k], tuple(back[a] for a in axes)), p) for (k, axes), p in whole.items() if p]
        return self._chained(chain + rest, coefficient)

    def _largest_part(self, whole: Counter[Any]) -> int | None:
        best, size = None, 1
        for number, (parts, scale) in self._products.items():
            count = sum(abs(p) for p in parts.values())
            if count >= size and count > 1 and scale == 1.0 and all(
                whole[k] * p > 0 and abs(whole[k]) >= abs(p) for k, p in parts.items()
            ):
                best, size = number, count
        return best

    def _chained(self, items: list[Factor], coefficient: float) -> Ref:
        """Multiply the groups of equal axes, the small ones first; a sign stays outside, for sums to take."""
        groups: dict[frozenset[Axis], list[Factor]] = {}
        for ref, power in sorted(items, key=lambda f: f[0].node.number):
            groups.setdefault(frozenset(ref.axes), []).append((ref, power))
        ordered = sorted(groups.values(), key=lambda g: len(g[0][0].axes))
        outside = coefficient if len(ordered) == 1 or coefficient < 0 else 1.0
        if coefficient < 0 and len(ordered) > 1:
            outside, coefficient = -1.0, -coefficient
        inner = coefficient if len(ordered) > 1 else 1.0
        parts = []
        for k, members in enumerate(ordered):
            parts.append(self._chain_of(members, inner if k == 0 else 1.0))
        value = parts.pop()
        for part in reversed(self._gathered(parts)):
            value = self._binary([(value, 1), (part, 1)], 1.0)
        return value if outside == 1.0 else self._binary([(value, 1)], outside)

    def _gathered(self, parts: list[Ref]) -> list[Ref]:
        """Multiply a small part into a larger one that has its axes, so that the largest array is passed over once."""
        kept: list[Ref] = []
        for part in parts:
            while kept and set(kept[-1].axes) < set(part.axes):
                part = self._binary([(part, 1), (kept.pop(), 1)], 1.0)
            kept.append(part)
        return kept

    def _chain_of(self, members: list[Factor], coefficient: float) -> Ref:
        """Multiply factors of the same axes in the order of their making, so that later products share."""
        single = [(r, 1 if p > 0 else -1) for r, p in members for _ in range(abs(p))]
        start = next((k for k, f in enumerate(single) if f[1] > 0), None)
        if start is None:
            value = self._binary([single.pop(0)], coefficient)
            coefficient = 1.0
        else:
            value = single.pop(start)[0]
        for factor in single:
            value = self._binary([(value, 1), factor], 1.0)
        return value if coefficient == 1.0 else self._binary([(value, 1)], coefficient)

    def _binary(self, factors: list[Factor], coefficient: float) -> Ref:
        refs = [r for r, _ in factors]
        powers = tuple(p for _, p in factors)
        ref = self.make("prod", refs, {a for r in refs for a in r.axes}, (powers, coefficient))
        if ref.node.number not in self._products:
            parts: Counter[Any] = Counter()
            scale = coefficient
            for arg, power in zip(ref.node.args, powers, strict=True):
                itself = Counter({(arg.node.number, arg.node.axes): 1})
                inner, factor = self._products.get(arg.node.number, (itself, 1.0))
                names = dict(zip(arg.node.axes, arg.axes, strict=True))
                scale *= factor**power
                for (number, axes), p in inner.items():
                    parts[number, tuple(names[a] for a in axes)] += p * power
            self._products[ref.node.number] = (parts, scale)
        return ref


def _halves(ref: Ref) -> Iterable[tuple[Ref, Ref]]:
    """Yield (a, x) and (x, a) where the array is a x, for factors a that have all its axes."""
    node = ref.node
    if node.op == "prod" and node.data == ((1, 1), 1.0):
        names = dict(zip(node.axes, ref.axes, strict=True))
        left, right = (r.renamed(names) for r in node.args)
        for a, x in ((left, right), (right, left)):
            if len(a.axes) == len(ref.axes) > 1 and a.node.op == "exp":
                yield a, x


def _quotient(whole: Counter[Any], part: Counter[Any]) -> Counter[Any]:
    rest = Counter(whole)
    for key, power in part.items():
        rest[key] -= power
    return rest


def _flat_terms(terms: Iterable[Term]) -> Iterable[Term]:
    for coefficient, ref in terms:
        node = ref.node
        names = dict(zip(node.axes, ref.axes, strict=True))
        if node.op == "add":
            yield from _flat_terms(
                (coefficient * c, r.renamed(names)) for c, r in zip(node.data, node.args, strict=True)
            )
        elif node.op == "prod" and node.data[0] == (1,) and node.args[0].node.op != "add":
            yield from _flat_terms([(coefficient * node.data[1], node.args[0].renamed(names))])
        else:
            yield coefficient, ref


def _join_cost(items: list[Factor], axis: Axis) -> tuple[int, int]:
    near = [ref for ref, _ in items if axis in ref.axes]
    cost = 1
    for a in {a for ref in near for a in ref.axes}:
        cost *= _COST[a[0]]
    return cost, len(near)


__all__ = ["Graph"]

"""What is left of each logarithm when the rows of one class are repeated without end, labels being hard.

An exponential under row indices stands for a product of rows.  With rows of two classes A and B, and those of A
repeated r times, a term in which d of its row indices have class A is multiplied by r^d; log(c + sum of terms)
minus D log r, D the largest d, tends to the logarithm of the terms with d = D, the leading ones (c is one of
them if D = 0), and so do the derivatives by the logits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from . import calculus, hard, signs, sizes, trees
from .context import Context
from .direction import DIRECTION, linear_part
from .groups import Exponent, Group, Index
from .nodes import Label, Poly
from .read import Env, bind, condition, read
from .reject import Malformed, Reject, TooLarge

#: A class of rows: a class label, or 1 and 0 for binary tasks.
Class = Label
_FIRST = 900
_MAX_TERMS = 20_000


@dataclass(frozen=True)
class Term:
    """A term of a logarithm: for each row index, the classes it may have, and whether its logits matter."""

    rows: tuple[frozenset[Class], ...]
    moves: tuple[bool, ...]

    def degree(self, a: Class) -> int:
        """The most row indices that can have class ``a``."""
        return sum(a in row for row in self.rows)

    def leads_with(self, a: Class, b: Class, degree: int) -> bool:
        """Whether a row of class ``b`` whose logits matter can stand beside ``degree`` rows of class ``a``."""
        return any(
            b in row and moves and self.degree(a) - (a in row) == degree
            for row, moves in zip(self.rows, self.moves, strict=True)
        )


@dataclass(frozen=True)
class Instance:
    """A logarithm at values of the indices outside of it: its terms, and whether its weight is positive."""

    terms: tuple[Term, ...]
    counts: bool

    def degree(self, a: Class) -> int:
        """The power of r with which it grows."""
        return max((term.degree(a) for term in self.terms), default=0)

    def feels(self, b: Class) -> bool:
        """Whether any term depends on the logits of a row of class ``b``."""
        return any(b in row and moves for term in self.terms for row, moves in zip(term.rows, term.moves, strict=True))

    def left(self, a: Class, b: Class) -> bool:
        """Whether its leading terms depend on the logits of a row of class ``b``."""
        most = self.degree(a)
        return any(term.leads_with(a, b, most) for term in self.terms)

    def bends(self, a: Class, b: Class) -> bool:
        """Whether it is not affine in the logits of a row of class ``b``: a leading term has no such row."""
        most = self.degree(a)
        alone = not most or any(len(x.rows) == most and x.degree(a) == most for x in self.terms)
        return alone and self.left(a, b)


def sums_rows(node: Any) -> bool:
    """Whether an expression sums over rows or contains their number."""
    if not isinstance(node, list | tuple) or not node:
        return False
    if node[0] in trees.BINDERS and len(node) == 5 and node[2] == "n":
        return True
    if len(node) == 2 and node[0] == "sym" and node[1] == "n":
        return True
    return any(sums_rows(x) for x in node)


def rows_are_anonymous(node: Any, scope: dict[str, str], spans: dict[str, tuple[str, ...]]) -> None:
    """Refuse literal rows, rows used as numbers, compared, or as indices of other arrays than s and t."""
    kind = node[0]
    if kind in trees.BINDERS:
        scope = {**scope, node[1]: node[2]}
        for cond in node[3]:
            if any(isinstance(x, str) and scope.get(x) == "n" for x in cond[1:]):
                raise Reject("rows are compared")
        rows_are_anonymous(node[4], scope, spans)
    elif kind == "at":
        for x, span in zip(node[2], spans[node[1]], strict=True):
            if span == "n" and (scope.get(x) != "n" or node[1] not in ("s", "t")):
                raise Reject("a single row is named, or another array has rows")
    elif kind == "sym":
        if scope.get(node[1]) == "n":
            raise Reject("a row is used as a number")
    elif kind in ("add", "mul"):
        for x in node[1]:
            rows_are_anonymous(x, scope, spans)
    elif kind in ("pow", "exp", "log", "tanh", "sign"):
        for x in node[1:]:
            rows_are_anonymous(x, scope, spans)
    elif kind in ("iverson", "delta"):
        pair = node[1][1:] if kind == "iverson" else node[1:]
        if any(isinstance(x, str) and scope.get(x) == "n" for x in pair):
            raise Reject("rows are compared")
    elif kind != "num":
        raise Reject("the form holds something else than sums, powers, exponentials and logarithms")


def require_plain_rows(cx: Context, form: Any, groups: list[Group]) -> None:
    """Refuse forms that count, name or compare rows, and exponents and weights that sum over them."""
    rows_are_anonymous(form, {}, cx.array_spans)
    if _counts_rows(form):
        raise Reject("the form holds the number of rows")
    for group in groups:
        nodes = [*group.weights, *(x for e in group.exponents for x in (*e.weights, *e.parts))]
        if any(map(sums_rows, nodes)):
            raise Reject("a weight or an exponent contains a sum over rows")


def _counts_rows(node: Any) -> bool:
    if not isinstance(node, list | tuple):
        return False
    return list(node) == ["sym", "n"] or any(map(_counts_rows, node))


def standins(cx: Context, groups: list[Group]) -> Iterator[tuple[list[Label], int]]:
    """The class labels to tell apart, with the least m: literals for a fixed m, else for each m that differs."""
    if "m" in cx.sizes:
        yield [("L", k + 1) for k in range(cx.sizes["m"])], cx.sizes["m"]
        return
    most = max(sum(x.range_name == "m" for x in (*g.outer, *e.inner)) for g in groups for e in g.exponents)
    for extra in range(most + 1):
        yield [("L", _FIRST + k) for k in range(2 + extra)], 2 + extra


def row_classes(cx: Context, shape: tuple[str, ...], labels: list[Label]) -> list[Class]:
    """The classes that rows can have."""
    return [("C", 1), ("C", 0)] if shape == ("n",) else list(labels)


def instances(
    cx: Context, group: Group, labels: list[Label], classes: list[Class], least: int
) -> Iterator[Instance]:
    """The instances of a logarithm at class labels, for rows of the given classes."""
    if any(x.range_name == "n" for x in group.outer):
        raise Reject("a logarithm stands under a sum over rows")
    for env in _values(cx, group.outer, {}, labels):
        sign = sizes.sign_from(cx, read(cx, ["mul", list(group.weights)], env), least)
        if not signs.at_least_zero(sign):
            raise Reject("a logarithm's weight is not known to be nonnegative")
        terms = [t for e in group.exponents for t in _terms(cx, e, env, labels, classes, least)]
        yield Instance(tuple(terms), sign == "pos")


def _values(cx: Context, indices: tuple[Index, ...], env: Env, labels: list[Label]) -> Iterator[Env]:
    """All values of class indices that satisfy their conditions; row indices stay free."""
    choices = [labels if x.range_name == "m" else [("F", x.name, "n")] for x in indices]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > _MAX_TERMS:
        raise TooLarge("too many values of the class indices")
    for values in product(*choices):
        own = env
        for x, label in zip(indices, values, strict=True):
            own = bind(cx, own, x.name, label, x.range_name)
        holds = [condition(cx, c, own) for x in indices for c in x.conds]
        if any(cx.constant(h) not in (0, 1) for h in holds):
            raise Reject("a condition is not decided by which classes are equal")
        if all(h.terms for h in holds):
            yield own


def _terms(
    cx: Context, exponent: Exponent, env: Env, labels: list[Label], classes: list[Class], least: int
) -> Iterator[Term]:
    names = [x.name for x in exponent.inner if x.range_name == "n"]
    if any(x.conds for x in exponent.inner if x.range_name == "n"):
        raise Reject("a sum over rows has conditions")
    if any(trees.mentions(node, "t") for node in exponent.parts):
        raise Reject("an exponent contains labels")
    factors = [f for w in exponent.weights for f in _factors(hard.simplified(cx, w))]
    for own in _values(cx, exponent.inner, env, labels):
        found = [{c for c in classes if _positive(cx, factors, name, own, c, least)} for name in names]
        if all(found) and _positive(cx, factors, None, own, None, least):
            linear = linear_part(cx, exponent.parts, own)
            yield Term(tuple(map(frozenset, found)), tuple(_moves(cx, linear, own[n], labels, least) for n in names))


def _moves(cx: Context, linear: Poly, row: Label, labels: list[Label], least: int) -> bool:
    """Whether an exponent depends on the logits of a row, for every number of classes from the least on."""
    # The rows of one term are different ones: what belongs to the others says nothing of this one.
    linear = cx.poly({t: c for t, c in linear.terms if any(row in a.labels for a, _ in t.facs)})
    if not linear.terms:
        return False
    binary = len(cx.array_spans[DIRECTION]) == 1
    for place in [()] if binary else [(label,) for label in labels]:
        slope = calculus.derivative(cx, linear, (DIRECTION, (row, *place)))
        if sizes.sign_from(cx, slope, least) in ("pos", "neg"):
            return True
    raise Reject("whether an exponent depends on a row's logits may hang on sizes or parameters")


def _factors(node: Any) -> list[Any]:
    return [f for x in node[1] for f in _factors(x)] if node[0] == "mul" else [node]


def _positive(
    cx: Context, factors: list[Any], row: str | None, env: Env, kind: Class | None, least: int
) -> bool:
    """Whether the factors with labels of this row (of no row) are positive, the row being of the given class."""
    own = [f for f in factors if _row(f) == row]
    if row is not None and kind is not None and kind[0] != "C":
        env = bind(cx, env, hard.TARGET, kind, "m")
    whole = read(cx, ["mul", [_given(f, row, kind) for f in own]], env)
    sign = sizes.sign_from(cx, whole, least)
    if sign not in ("pos", "zero"):
        raise Reject("a weight is not known to be positive or zero for hard labels")
    return sign == "pos"


def _row(node: Any) -> str | None:
    """The row index of the labels in a factor, None where there are none."""
    found = set(_rows(node))
    if len(found) > 1:
        raise Reject("a weight mixes labels of several rows")
    return found.pop() if found else None


def _rows(node: Any) -> Iterator[str]:
    if not isinstance(node, list | tuple) or not node:
        return
    if node[0] in trees.BINDERS and len(node) == 5 and node[1] == hard.TARGET:
        raise Malformed("an index has a reserved name")
    if len(node) == 3 and node[0] == "at" and node[1] == "t":
        yield node[2][0]
        return
    for x in node:
        yield from _rows(x)


def _given(node: Any, row: str | None, kind: Class | None) -> Any:
    """The factor with the labels of a row of the given class."""
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 3 and node[0] == "at" and node[1] == "t":
        if kind is None or row is None:
            raise Malformed("labels without a row")
        return ["num", str(kind[1])] if kind[0] == "C" else ["delta", node[2][1], hard.TARGET]
    return [_given(x, row, kind) for x in node]

"""One symbolic array: an elementwise expression in index symbols, and the size of every axis.

The index symbol of an axis is fixed by its place from the right (``AXES[0]`` is that of the last axis), so that
broadcasting needs no renaming: an axis of size one is an axis on which the expression does not depend.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sympy import Add, Expr, Indexed, Integer, KroneckerDelta, Mul, Pow, Symbol, expand, sign

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.sums import IndexSum, Iverson
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.tracing.context import ClassIsNumber, LabelsCompared, LabelsIndex, Misfit, current, refused
from nmderive.tracing.held import how_to_count
from nmderive.tracing.numbers import exact
from nmderive.tracing.returned import Taken
from nmderive.tracing.targets import has_target, is_number_of_class, is_target

#: Index symbols of the axes, counted from the right.
AXES = tuple(index(f"nmderive_axis{k}") for k in range(8))
#: The sizes of the two axes in an axis of a merged size.
MERGED = {N * M: (N, M), N * N: (N, N), M * M: (M, M)}
ONE = Integer(1)
#: What is done to classes that are no numbers.
_COMPARISONS = ("equal", "less", "a cast to numbers")


def inner(axis: Symbol) -> tuple[Symbol, Symbol]:
    """Return the two index symbols of an axis that a reshape merged of two; the last one runs faster."""
    return index(f"{axis.name}_outer"), index(f"{axis.name}_inner")


def with_inner(rule: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return a rule from axes to axes for those of which they are merged, too."""
    pairs = [(a, b) for a, b in rule.items() if isinstance(a, Symbol) and isinstance(b, Symbol)]
    return {**rule, **{own: new for a, b in pairs for own, new in zip(inner(a), inner(b), strict=True)}}


@dataclass(frozen=True)
class Array:
    """``expr`` at the index symbols of the axes; ``shape`` holds n, m or whole numbers.

    ``kind`` is "real", "bool" (0 or 1) or "index": then ``expr`` is a position, counted from 1, along a range of
    size ``range``. ``role`` is "labels" where an argument was taken for labels by its name, so that
    its use as classes can be told. ``hole`` is 1 at entries that are minus infinity, as masks write it, else 0; what
    ``expr`` is there means nothing. ``kept`` is 1 at the entries that a mask picked, x[mask], 0 at those that are gone.
    """

    expr: Expr
    shape: tuple[Expr, ...] = ()
    kind: str = "real"
    range: Expr | None = None
    role: str = ""
    hole: Expr = Integer(0)
    kept: Expr = Integer(1)

    def __post_init__(self) -> None:
        if current().classes is not None:
            object.__setattr__(self, "shape", tuple(map(of_classes, self.shape)))

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def axes(self) -> tuple[Symbol, ...]:
        """The index symbols of the axes, in the order of ``shape``."""
        return AXES[: self.ndim][::-1]

    def number(self, what: str) -> Expr:
        """Return the expression of an array that is used as numbers by the operation ``what``; code counts from 0."""
        if current().asks_class and what not in _COMPARISONS and is_number_of_class(self.expr):
            raise refused(f"{what} uses classes as numbers", "--let '{labels}: target class' where they are classes",
                          ClassIsNumber)
        if self.kind == "index":
            if not current().compares:
                raise refused(f"{what} uses positions as numbers", "--let '{labels}: target class' where they are "
                              "classes, '{labels}: labels' where they are numbers", LabelsCompared)
            return self.expr - 1
        if self.hole != 0:
            raise refused(
                f"{what} of entries that are minus infinity",
                "they are read in sums with numbers, maxima, exp, softmax, log_softmax and logsumexp",
            )
        if self.kept != 1:
            raise refused(f"{what} of entries that a mask picks", "they are summed, averaged and changed one by one",
                          LabelsIndex)  # rows, where the mask is of classes
        return self.expr

    def moved(self, rule: Mapping[Any, Any], shape: Sequence[Expr]) -> Array:
        """Return the array of another shape whose index symbols are those of ``rule``."""
        rule = with_inner(rule)
        if self.expr.has(Cyclic):
            return replace(self, expr=_in_circle(self.expr, rule), shape=tuple(shape))
        hole = self.hole if self.hole == 0 else as_mask(self.hole.xreplace(rule))
        expr, kept = self.expr.xreplace(rule), self.kept.xreplace(rule)
        return replace(self, expr=expr, hole=hole, kept=kept, shape=tuple(shape))

    def truth(self, what: str) -> Expr:
        """Return the expression of an array of conditions that is used by the operation ``what``."""
        if self.kind == "index" or self.kind == "real" and not is_mask(self.expr):
            raise refused(
                f"{what} needs conditions on positions; this one depends on values",
                self._as_truth() or "conditions compare positions: eye, arange == arange, y[:, None] == y[None, :]",
            )
        return self.expr

    def position(self, what: str) -> tuple[Expr, Expr]:
        """Return (position, range) of an array that is used as an index by the operation ``what``."""
        if self.kind != "index" or self.range is None:
            if self.role == "labels":
                raise refused(f"{what} uses the labels as an index", "--let '{labels}: target class'", LabelsIndex)
            if _is_computed(self.expr):
                raise refused(f"{what} by a computed position, such as i - 1, y - 1, -i or n - 1",
                              "positions and classes are read as indices as they are: s[i, y[i]]; classes in another "
                              "order are np.roll(s, 1, axis=1), the last class is s[:, -1]")
            raise refused(f"{what} needs an index: arange or a target class",
                          self._as_truth() or "say --let '{labels}: target class'")
        if has_target(self.expr):
            current().picks = True
        return self.expr, self.range

    def _as_truth(self) -> str:
        """Return how to say that given numbers are a mask; "" for other arrays."""
        name = self.expr.base.name if isinstance(self.expr, Indexed) else ""
        is_given = name and self.expr.base not in (S, T)
        return f"where {name} holds True and False: --let '{name}{subscripts(self.shape)}: mask'" if is_given else ""


def _is_computed(expr: Expr) -> bool:
    """Tell whether an expression is computed of positions, classes and sizes alone."""
    return bool(expr.free_symbols) and all(map(is_target, expr.atoms(Indexed)))


def subscripts(shape: Sequence[Expr]) -> str:
    """Return the subscripts that declare an array of a shape."""
    return {(N,): "_i", (M,): "_j"}.get(tuple(shape), "_ij")


def _in_circle(expr: Expr, rule: Mapping[Any, Any]) -> Expr:
    """Return an expression at other positions, where classes are counted in a circle: those of targets by deltas."""
    classes = {axis: place for axis, place in rule.items() if isinstance(place, Indexed)}
    for k, (axis, place) in enumerate(classes.items()):
        bound = index(f"nmderive_at_class{k}")
        expr = IndexSum(KroneckerDelta(bound, place) * expr.xreplace({axis: bound}), bound, M)
    return expr.xreplace({axis: place for axis, place in rule.items() if axis not in classes})


def is_mask(expr: Expr) -> bool:
    """Tell whether an expression is 0 or 1 at every position, by how it is made or as it is declared."""
    if isinstance(expr, KroneckerDelta | Iverson) or expr in (0, 1):
        return True
    if isinstance(expr, Indexed):
        return expr.base in current().masks
    if isinstance(expr, Pow):
        whole = bool(expr.exp.is_Integer and expr.exp > 0)
        return whole and (is_mask(expr.base) or isinstance(expr.base, sign) and expr.exp % 2 == 0)
    if isinstance(expr, Mul):
        return all(map(is_mask, expr.args))
    if not isinstance(expr, Add):
        return False
    other = 1 - expr
    signs = expr.atoms(sign)
    return not isinstance(other, Add) and is_mask(other) or len(signs) == 1 and any(
        e == positive(next(iter(signs))) for e in (expr, other))


def positive(x: Expr) -> Expr:
    """Return 1 where a sign is that of a positive number, else 0."""
    return x**2 / 2 + x / 2


def as_mask(expr: Expr) -> Expr:
    """Return an expression of factors that are 0 or 1, written out, so that one that is 0 everywhere is 0."""
    return expand(expr).replace(
        lambda e: isinstance(e, Pow) and e.exp.is_Integer and e.exp > 0 and is_mask(e.base), lambda e: e.base)


def scalar(value: Any) -> Array:
    """Return a number as an array without axes."""
    if isinstance(value, Taken):
        value.refuse()
    if isinstance(value, float) and value == float("-inf"):
        return Array(Integer(0), hole=Integer(1))
    return Array(exact(value))


def broadcast_shape(shapes: Iterable[Sequence[Expr]], what: str) -> tuple[Expr, ...]:
    """Return the common shape; axes are aligned from the right, and those of size 1 repeat."""
    found: list[Expr] = []
    for shape in shapes:
        for k, size in enumerate(reversed(shape)):
            if k == len(found):
                found.append(size)
            elif found[k] == 1:
                found[k] = size
            elif size not in (1, found[k]):
                raise misfit(f"{what}: an axis of size {found[k]} meets one of size {size}",
                             _unlike(found[k], size), found[k], size)
    if len(found) > len(AXES) - 1:
        raise refused(f"{what}: more than {len(AXES) - 1} axes")
    return tuple(reversed(found))


def _unlike(one: Expr, other: Expr) -> str:
    fixed = next((size for size in (one, other) if size.is_Integer), None)
    if fixed is None:
        return "n samples and m classes are different sizes here; reshape or index to align the axes"
    return how_to_count(fixed)


def misfit(what: str, hint: str | None, *sizes: Expr) -> Misfit:
    """Return the refusal of sizes that do not fit; where a number meets m, it says which."""
    error = cast(Misfit, refused(what, hint, Misfit))
    return error.at(*sizes) if M in sizes else error


def axis_number(axis: Any, ndim: int, what: str) -> int:
    """Return an axis counted from the left, from 0."""
    if isinstance(axis, bool) or not hasattr(axis, "__index__"):
        raise refused(f"{what}: the axis is not a whole number")
    value = axis.__index__()
    if not -ndim <= value < ndim:
        raise refused(f"{what}: there is no axis {value} in an array of {ndim} axes",
                      "logits have the axes (n, m): what code does to each pixel or token is read for samples", Misfit)
    return int(value) % ndim


def axis_numbers(axis: Any, ndim: int, what: str) -> tuple[int, ...]:
    """Return the axes named by None (all), a number or a tuple, counted from the left."""
    if axis is None:
        return tuple(range(ndim))
    if isinstance(axis, tuple | list):
        return tuple(sorted({axis_number(a, ndim, what) for a in axis}))
    return (axis_number(axis, ndim, what),)


def rearranged(x: Array, order: Sequence[int | None]) -> Array:
    """Return the array whose axes are those of ``x`` in this order; None is a new axis of size 1."""
    target = AXES[: len(order)][::-1]
    kept = {p: q for q, p in enumerate(order) if p is not None}
    rule = {x.axes[p]: target[q] for p, q in kept.items()}
    shape = tuple(ONE if p is None else x.shape[p] for p in order)
    return x.moved(rule, shape)


def of_classes(size: Expr) -> Expr:
    """Return a size in m, where the code fixes m: then any axis of that many entries is one of classes."""
    fixed = current().classes
    return size / fixed * M if fixed is not None and size in (fixed, fixed * N) else size


def size_of(value: Any) -> Expr:
    """Return a size as n, m or a whole number."""
    expr = value.expr if isinstance(value, Array) else value if isinstance(value, Expr) else exact(value)
    expr = of_classes(expr)
    if expr in (N, M) or expr in MERGED or expr.is_Integer and expr >= 0:
        return expr
    raise refused(f"a size is n, m or a number, not {expr}", "shapes come from x.shape")


__all__ = [
    "AXES", "MERGED", "Array", "as_mask", "axis_number", "axis_numbers", "broadcast_shape", "inner", "is_mask",
    "misfit", "of_classes", "positive", "rearranged", "scalar", "size_of", "subscripts", "with_inner",
]

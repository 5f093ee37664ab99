"""The graph between a formula and its code: array operations on named axes.

A node is one array over local axes, rows first: ``("n", 0), ("m", 0), ("m", 1)``. A ``Ref`` is a node with
its axes renamed, so that s_ij and s_ik are the same array under two names. Equal nodes are one node, which
is what shares subexpressions between value and gradient.

Operations: ``input``, ``const``, ``scalar``, ``arange``, ``mask``, ``logmask`` (leaves); ``prod``, ``sum``,
``dot`` (products with powers, summed over the axes that the result lacks); ``add``; ``exp log log1p log0
log1p0 tanh abs sign larger sigmoid softplus logsoftplus steepness pow``; ``lse`` and ``logadd`` (log of a sum of
exponentials), ``lsex`` (the same over the other entries of one axis), ``exsum`` (sum over the other
entries), ``lsedot`` (log of a matrix product of exponentials) and ``mixdot`` (its derivative); ``weight``
exp(x - y); ``exmix`` and ``exmixt`` (their sums over the other entries); ``take`` and ``put`` (one entry of
an axis); ``amax`` and ``amaxex`` (the largest entry, of all or of the others), ``share`` (one over their number
at the entries that attain it), ``exshare`` and ``exsharet`` (sums with such shares of the others); ``place`` (a
class index modulo m of other indices, a leaf) and ``gather`` (the entries of an axis there).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Axis = tuple[str, int]
_NONNEGATIVE = {"exp", "abs", "sigmoid", "softplus", "steepness", "weight", "mask", "arange", "place", "share"}
_SIGN_KEEPING = {"prod", "sum", "dot", "exsum", "exmix", "exmixt", "take", "put", "gather", "amax", "amaxex"}


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """One array: ``axes`` are local names, ``over`` the axis that an operation on other entries works on."""

    number: int
    op: str
    args: tuple[Ref, ...]
    axes: tuple[Axis, ...]
    data: Any
    over: tuple[Axis, ...]
    nonneg: bool
    active: bool


@dataclass(frozen=True, slots=True)
class Ref:
    """A node whose axes carry the names ``axes``."""

    node: Node
    axes: tuple[Axis, ...]

    def renamed(self, names: Mapping[Axis, Axis]) -> Ref:
        """Return this reference with its axes renamed."""
        return Ref(self.node, tuple(names.get(a, a) for a in self.axes))


def variable(name: str) -> str:
    """Return the name of a parameter in generated code, which no other variable there can have."""
    return "p_" + "".join(c if c.isalnum() or c == "_" else "_" for c in name)


Factor = tuple[Ref, int]
Term = tuple[float, Ref]


class BaseGraph:
    """Builder of nodes; equal calls give the same node."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._known: dict[Any, Node] = {}

    def make(
        self, op: str, args: Sequence[Ref], out: Iterable[Axis], data: Any = None, over: Sequence[Axis] = (),
        *, nonneg: bool | None = None, active: bool | None = None,
    ) -> Ref:
        """Return the node ``op(args)`` with the axes ``out``; all axis names are the caller's."""
        wanted = set(out)
        order = list(dict.fromkeys(a for r in args for a in r.axes)) if args else list(out)
        axes = [a for d in ("n", "m") for a in order if a[0] == d and a in wanted]
        local = local_names(axes + [a for a in order if a not in wanted])
        inner = tuple(r.renamed(local) for r in args)
        shape, span = tuple(local[a] for a in axes), tuple(local[a] for a in over)
        key = (op, tuple((r.node.number, r.axes) for r in inner), shape, data, span)
        node = self._known.get(key)
        if node is None:
            sign = _sign(op, args, data) if nonneg is None else nonneg
            moving = any(r.node.active for r in args) if active is None else active
            node = Node(len(self.nodes), op, inner, shape, data, span, sign, moving)
            self.nodes.append(node)
            self._known[key] = node
        return Ref(node, tuple(axes))

    def leaf(
        self, op: str, axes: Sequence[Axis], data: Any, *, nonneg: bool = False, active: bool = False
    ) -> Ref:
        """Return an input, a mask or a number."""
        return self.make(op, (), axes, data, nonneg=nonneg or op in _NONNEGATIVE, active=active)

    def place(self, letters: Mapping[Axis, int], number: int) -> Ref:
        """Return the class, modulo m, that the sum of the letters with their coefficients and the number is."""
        axes = tuple(letters)
        ref = self.leaf("place", axes, (tuple(letters.values()), number))
        return Ref(ref.node, axes)

    def gather(self, x: Ref, axis: Axis, letters: Mapping[Axis, int], number: int) -> Ref:
        """Return x with the class that the letters are, modulo m, in the place of ``axis``."""
        out = [a for a in x.axes if a != axis]
        return self.make("gather", (x, self.place(letters, number)), [*out, *letters], None, (axis,))

    def const(self, value: float) -> Ref:
        """Return a number."""
        return self.make("const", (), (), float(value), nonneg=value >= 0)

    def size(self, axis: Axis) -> Ref:
        """Return the length of an axis."""
        return self.leaf("scalar", (), axis[0], nonneg=True)

    def log(self, x: Ref) -> Ref:
        """Return log(x); the logarithm of log(1 + exp(y)) is one operation, as log(1 + exp(y)) may underflow."""
        if x.node.op == "softplus":
            names = dict(zip(x.node.axes, x.axes, strict=True))
            return self.unary("logsoftplus", x.node.args[0].renamed(names))
        return self.unary("log", x)

    def power(self, base: Ref, exponent: Ref) -> Ref:
        """Return a real power; each of the two may have axes that the other lacks."""
        return self.make("pow", (base, exponent), {*base.axes, *exponent.axes}, nonneg=base.node.nonneg)

    def sign(self, x: Ref) -> Ref:
        """Return the sign of x, 0 at 0; its derivative counts as 0."""
        return self.make("sign", (x,), x.axes, active=False)

    def largest(self, x: Ref, axis: Axis) -> Ref:
        """Return the largest entry along an axis."""
        return self.make("amax", (x,), [a for a in x.axes if a != axis])

    def largest_other(self, x: Ref, axis: Axis, other: Axis) -> Ref:
        """Return, for each entry along an axis, the largest of the others, under the name ``other`` of the axis."""
        return self.make("amaxex", (x,), x.axes, None, (axis,)).renamed({axis: other})

    def larger(self, x: Ref, y: Ref) -> Ref:
        """Return max(x, y)."""
        return self.make("larger", (x, y), {*x.axes, *y.axes}, nonneg=x.node.nonneg or y.node.nonneg)

    def unary(self, op: str, x: Ref) -> Ref:
        """Return an operation entry by entry."""
        return self.make(op, (x,), x.axes)


def local_names(axes: list[Axis]) -> dict[Axis, Axis]:
    """Return new names for ``axes``, numbered by domain in their order."""
    count = {"n": 0, "m": 0}
    names = {}
    for axis in axes:
        names[axis] = (axis[0], count[axis[0]])
        count[axis[0]] += 1
    return names


def _sign(op: str, args: Sequence[Ref], data: Any) -> bool:
    if op in _NONNEGATIVE:
        return True
    if op in _SIGN_KEEPING:
        return all(r.node.nonneg for r in args) and (op != "prod" or data[1] >= 0)
    if op == "add":
        return all(r.node.nonneg for r in args) and all(c >= 0 for c in data)
    return op == "log1p" and args[0].node.nonneg


__all__ = ["Axis", "BaseGraph", "Factor", "Node", "Ref", "Term", "local_names", "variable"]

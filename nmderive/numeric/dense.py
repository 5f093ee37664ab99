"""NumPy statements for a graph on whole arrays, optionally for many problems at once.

Arrays keep the axes of their node; with ``batch`` every array that depends on logits or labels has one more
axis at the end, the problems, so that NumPy's inner loops are long even where n and m are small.
"""

from __future__ import annotations

from collections.abc import Sequence

from nmderive.numeric.graph import Axis, Node, Ref
from nmderive.numeric.words import NUMPY, Words

_LETTERS = "abcdefgh"
_UFUNCS = {"exp": "np.exp", "log": "np.log", "log1p": "np.log1p", "tanh": "np.tanh", "abs": "np.abs",
           "sign": "np.sign"}
#: Operations on each entry of an axis and the others.
ALONG_AXIS = frozenset(["lsex", "exmix", "exmixt", "exsum", "share", "amaxex", "exshare", "exsharet"])
_SYMBOLS = {"ne": "!=", "lt": "<", "le": "<=", "eq": "=="}


def needed(outputs: Sequence[Ref]) -> list[Node]:
    """Return the nodes that ``outputs`` need, arguments first."""
    found: dict[int, Node] = {}
    stack = [r.node for r in outputs]
    while stack:
        node = stack.pop()
        if node.number not in found:
            found[node.number] = node
            stack.extend(r.node for r in node.args)
    return [found[k] for k in sorted(found)]


class DenseCode:
    """Writes one assignment a node; ``lines`` is the body of a function of ``s``, ``t``, ``n``, ``m``."""

    def __init__(self, outputs: Sequence[Ref], *, batch: bool = False) -> None:
        self.batch = batch
        self.lines: list[str] = []
        self._names: dict[int, str] = {}
        self._batched: set[int] = set()
        self._directed: set[int] = set()
        for node in needed(outputs):
            self._write(node)

    def name(self, ref: Ref) -> str:
        """Return the code of a reference in the order of its node's axes."""
        return self._names[ref.node.number]

    def is_batched(self, ref: Ref) -> bool:
        """Tell whether the reference's array has the axis of problems."""
        return ref.node.number in self._batched

    def view(self, ref: Ref, axes: Sequence[Axis], batched: bool) -> str:
        """Return the code of ``ref`` laid out for broadcasting along ``axes``."""
        code = self.name(ref)
        if self.batch:
            return self._view_from_the_end(ref, axes, batched)
        if not axes or not ref.axes:
            return code
        own = [a for a in axes if a in ref.axes]
        order = [ref.axes.index(a) for a in own]
        if order != sorted(order):
            code += f".transpose({', '.join(map(str, order))})"
        slots = [":" if a in ref.axes else "None" for a in axes]
        while slots and slots[0] == "None":
            slots = slots[1:]
        return f"{code}[{', '.join(slots)}]" if "None" in slots else code

    def _view_from_the_end(self, ref: Ref, axes: Sequence[Axis], batched: bool) -> str:
        """Do the same for arrays that may have more axes in front: all positions count from the end."""
        code, tail = self.name(ref), int(self.is_batched(ref))
        directed = ref.node.number in self._directed
        if not ref.axes and not directed:
            return code
        own = [a for a in axes if a in ref.axes]
        if [a for a in ref.axes if a in own] != own:
            places = [ref.axes.index(a) - len(own) - tail for a in own]
            code = f"np.moveaxis({code}, {places}, {list(range(-len(own) - tail, -tail))})"
        slots = [":" if a in ref.axes else "None" for a in axes]
        while slots and slots[0] == "None" and not directed:
            slots = slots[1:]
        if batched:
            slots.append(":" if tail else "None")
        return f"{code}[..., {', '.join(slots)}]" if "None" in slots else code

    def _write(self, node: Node) -> None:
        if node.op in ("const", "scalar"):
            value = node.data if node.op == "scalar" else repr(node.data)
            self._names[node.number] = f"({value})" if str(value).startswith("-") else str(value)
            return
        if node.op == "input":
            self._names[node.number] = node.data[0]
            if self.batch and node.data[0] in ("s", "t", "v"):
                self._batched.add(node.number)
            if node.data[0] == "v":
                self._directed.add(node.number)
            return
        if any(r.node.number in self._directed for r in node.args):
            self._directed.add(node.number)
        batched = any(r.node.number in self._batched for r in node.args)
        if batched:
            self._batched.add(node.number)
        name = f"x{node.number}"
        self.lines.append(f"{name} = {self._code(node, batched)}")
        self._names[node.number] = name

    def _code(self, node: Node, batched: bool) -> str:
        axes = node.axes
        if node.op == "arange":
            return f"np.arange(1, {axes[0][0]} + 1, dtype=dtype)"
        if node.op == "mask":
            return mask_code(node)
        if node.op == "place":
            return place_code(node)
        if node.op == "gather":
            x, place = node.args
            inside = self.view(x, [*axes, *node.over], batched)
            return f"gather({inside}, {self.view(place, axes, False)}, {-1 - int(batched and self.batch)})"
        if node.op == "prod":
            return self._product(node, batched)
        if node.op == "sum":
            return f"np.sum({self.name(node.args[0])}, axis={self._positions(node.args[0], node)})"
        if node.op == "dot":
            return self._einsum(node, batched)
        if node.op in ("lsedot", "mixdot"):
            views = [self.view(r, x, batched) for r, x in zip(node.args, joint_axes(node), strict=True)]
            return f"{node.op}({', '.join(views)})"
        views = [self.view(r, axes, batched) for r in node.args]
        if node.op == "add":
            return added(views, node.data)
        if node.op in _UFUNCS:
            return f"{_UFUNCS[node.op]}({views[0]})"
        if node.op == "pow":
            return f"np.power({views[0]}, {views[1]})"
        return self._kernel(node, views)

    def _kernel(self, node: Node, views: list[str]) -> str:
        position = node.axes.index(node.over[0]) if node.over and node.op != "take" else 0
        if self.batch:
            position -= len(node.axes) + int(node.number in self._batched)
        if node.op in ("lse", "amax"):
            return f"{node.op}({self.name(node.args[0])}, {self._positions(node.args[0], node)})"
        if node.op in ALONG_AXIS:
            return f"{node.op}({', '.join(views)}, {position})"
        if node.op == "take":
            arg = node.args[0]
            slots = [str(node.data) if a == node.over[0] else ":" for a in arg.axes]
            slots = ["...", *slots, *([":"] if self.is_batched(arg) else [])] if self.batch else slots
            return f"{self.name(arg)}[{', '.join(slots)}]"
        if node.op == "put":
            kept = [a for a in node.axes if a != node.over[0]]
            value = self.view(node.args[0], kept, self.is_batched(node.args[1]))
            return f"put({value}, {self.name(node.args[1])}, {node.data}, {position})"
        return f"{node.op}({', '.join(views)})"

    def _product(self, node: Node, batched: bool) -> str:
        powers, coefficient = node.data
        views = [self.view(r, node.axes, batched) for r in node.args]
        return multiplied(views, powers, coefficient)

    def _positions(self, arg: Ref, node: Node) -> str:
        found = [k for k, a in enumerate(arg.axes) if a not in node.axes]
        if self.batch:
            found = [k - len(arg.axes) - int(self.is_batched(arg)) for k in found]
        return str(found[0]) if len(found) == 1 else str(tuple(found))

    def _einsum(self, node: Node, batched: bool) -> str:
        letters = {a: _LETTERS[k] for k, a in enumerate(dict.fromkeys(a for r in node.args for a in r.axes))}
        inputs = ["".join(letters[a] for a in r.axes) + ("z" if self.is_batched(r) else "") for r in node.args]
        out = "".join(letters[a] for a in node.axes) + ("z" if batched else "")
        if self.batch:
            inputs, out = ["..." + x for x in inputs], "..." + out
        names = ", ".join(self.name(r) for r in node.args)
        return f"np.einsum('{','.join(inputs)}->{out}', {names}{'' if batched else ', optimize=True'})"


def joint_axes(node: Node) -> list[list[Axis]]:
    """Return the axes in which ``lsedot`` and ``mixdot`` take A_ij, B_ik and any arrays of (j, k)."""
    rows = next(a for a in node.args[0].axes if a in node.args[1].axes)
    left, right = (next(a for a in r.axes if a != rows) for r in node.args[:2])
    return [[rows, left], [rows, right], *[[left, right]] * (len(node.args) - 2)]


def mask_code(node: Node, words: Words = NUMPY) -> str:
    """Return the code of a mask: a vector for a set or a number, a matrix for two indices."""
    numbers = words.numbers(node.axes[0][0])
    kind = node.data[0]
    if kind == "in":
        return words.cast(words.member(numbers, node.data[1]))
    sign = _SYMBOLS[kind]
    if len(node.axes) == 2:
        return words.cast(f"({numbers}[:, None] {sign} {numbers})")
    fixed = f"len({numbers})" if node.data[1] == "last" else str(node.data[1])
    left, right = (fixed, numbers) if node.data[2] == "left" else (numbers, fixed)
    return words.cast(f"({left} {sign} {right})")


def place_code(node: Node, words: Words = NUMPY) -> str:
    """Return the code of positions, from 0 on, of a class index modulo m."""
    numbers = words.numbers("m")
    coefficients, number = node.data
    terms = []
    for k, c in enumerate(coefficients):
        slots = ", ".join([":", *["None"] * (len(coefficients) - 1 - k)])
        terms.append(f"{c} * {numbers}[{slots}]")
    return f"({' + '.join(terms)} + {number - 1}) % len({numbers})"


def multiplied(views: Sequence[str], powers: Sequence[int], coefficient: float) -> str:
    """Return the code of coefficient times the product of views to their powers."""
    code = "" if coefficient == 1.0 else repr(coefficient)
    if coefficient == -1.0 and powers[0] > 0:
        code = "-" + views[0] + _raised(powers[0])
        views, powers = views[1:], powers[1:]
    for view, power in zip(views, powers, strict=True):
        if power > 0:
            code = f"{code} * {view}{_raised(power)}" if code else f"{view}{_raised(power)}"
        else:
            code = f"{code or '1'} / {view}{_raised(-power)}"
    return code


def _raised(power: int) -> str:
    return "" if power == 1 else f"**{power}"


def added(views: Sequence[str], coefficients: Sequence[float]) -> str:
    """Return the code of a sum of coefficient times view."""
    code = ""
    for view, c in zip(views, coefficients, strict=True):
        term = view if abs(c) == 1.0 else f"{abs(c)!r} * {view}"
        code = f"{code} {'-' if c < 0 else '+'} {term}" if code else ("-" if c < 0 else "") + term
    return code


__all__ = ["ALONG_AXIS", "DenseCode", "added", "joint_axes", "mask_code", "multiplied", "needed", "place_code"]

"""Statements for a graph whose arrays may have any number of axes in front: one problem for each of their places.

Axes of the formula are counted from the end, so that the same code serves (n, m) and (..., n, m). The statements
are for libraries that differentiate by themselves. What such a library has a stable kernel for is found by its
place in the graph, whatever the loss is called (``library.py``): x - lse(x) is a log-softmax, its exponential a
softmax, the sum of (a - b)^2 a squared distance.
"""

from __future__ import annotations

from collections.abc import Sequence

from nmderive.numeric.dense import added, joint_axes, mask_code, multiplied, needed, place_code
from nmderive.numeric.graph import Axis, Node, Ref
from nmderive.numeric.library import library_kernel, softmax_axis
from nmderive.numeric.words import Words

_UNARY = {"exp", "log", "log1p", "tanh", "abs", "sign"}
_ALONG = {"lsex", "exsum", "amaxex"}


class LeadingCode:
    """Writes one assignment a node; ``lines`` is the body of a function of ``s``, ``t``, ``n``, ``m``."""

    def __init__(self, outputs: Sequence[Ref], words: Words) -> None:
        self.words = words
        self.lines: list[str] = []
        self._names: dict[int, str] = {}
        self._leading: set[int] = set()
        self._patterns: dict[int, tuple[str, list[Ref]]] = {}
        self._nodes = {x.number: x for x in needed(outputs)}
        for node in self._nodes.values():
            found = library_kernel(node)
            if found is not None:
                self._patterns[node.number] = found
        self._drop_patterns(outputs)
        self.written = self._read(outputs)
        for node in self.written:
            self._write(node)

    @property
    def is_one_softmax(self) -> bool:
        """Tell whether the value is a softmax or its logarithm and one sum: autograd is good enough there."""
        wide = [x for x in self.written if len({a for r in self._arguments(x) for a in r.axes}) > 1]
        patterns = [x for x in wide if self._patterns.get(x.number, ("mean",))[0] != "mean"]
        return bool(patterns) and len(wide) <= 2

    def name(self, ref: Ref) -> str:
        """Return the code of a reference in the order of its node's axes."""
        return self._names[ref.node.number]

    def leads(self, ref: Ref) -> bool:
        """Tell whether the array depends on logits or labels, and so may have axes in front."""
        return ref.node.number in self._leading

    def _drop_patterns(self, outputs: Sequence[Ref]) -> None:
        """Give up log-softmaxes whose sum of exponentials is wanted besides: they are one subtraction then.

        Those beside a power of 1 - softmax(x) become ``log_shares``, exact enough for both.
        """
        read = {x.number for x in self._read(outputs)}
        shared = [args[0] for name, args in self._patterns.values() if name == "rest_power"]
        for number, (name, args) in list(self._patterns.items()):
            if name != "log_softmax":
                continue
            if any(r.node.op == "lse" and r.node.number in read for r in self._nodes[number].args):
                del self._patterns[number]
            elif args[0] in shared:
                self._patterns[number] = ("log_shares", args)

    def _read(self, outputs: Sequence[Ref]) -> list[Node]:
        """Return the nodes that are read when patterns stand for their nodes, arguments first."""
        found: dict[int, Node] = {}
        stack = [r.node for r in outputs]
        while stack:
            node = stack.pop()
            if node.number not in found:
                found[node.number] = node
                stack.extend(r.node for r in self._arguments(node))
        return [found[k] for k in sorted(found)]

    def _arguments(self, node: Node) -> Sequence[Ref]:
        return self._patterns[node.number][1] if node.number in self._patterns else node.args

    def _write(self, node: Node) -> None:
        if node.op in ("const", "scalar"):
            value = repr(node.data) if node.op == "const" else node.data
            self._names[node.number] = f"({value})" if value.startswith("-") else value
            return
        if node.op == "input":
            self._names[node.number] = node.data[0]
            if node.data[0] in ("s", "t"):
                self._leading.add(node.number)
            return
        if any(self.leads(r) for r in self._arguments(node)):
            self._leading.add(node.number)
        self._names[node.number] = f"x{node.number}"
        self.lines.append(f"x{node.number} = {self._code(node)}")

    def _code(self, node: Node) -> str:
        if node.number in self._patterns:
            name, args = self._patterns[node.number]
            return self._kernel(name, node, args)
        if node.op == "arange":
            return self.words.arange("1", f"{node.axes[0][0]} + 1")
        if node.op == "mask":
            return mask_code(node, self.words)
        if node.op == "place":
            return place_code(node, self.words)
        if node.op == "gather":
            x, place = node.args
            return f"gather({self.view(x, [*node.axes, *node.over])}, {self.view(place, node.axes)}, -1)"
        if node.op == "sum":
            return self.words.total(self.name(node.args[0]), self._gone(node.args[0], node.axes))
        if node.op == "dot":
            return self._dot(node)
        if node.op == "lsedot":
            views = [self.view(r, x) for r, x in zip(node.args, joint_axes(node), strict=True)]
            return f"lsedot({', '.join(views)})"
        if node.op in ("lse", "amax"):
            return f"{node.op}({self.name(node.args[0])}, {self._gone(node.args[0], node.axes)})"
        if node.op == "take":
            arg = node.args[0]
            slots = ", ".join(str(node.data) if a == node.over[0] else ":" for a in arg.axes)
            return f"{self.name(arg)}[..., {slots}]"
        return self._by_entry(node)

    def _by_entry(self, node: Node) -> str:
        views = [self.view(r, node.axes) for r in node.args]
        if node.op == "prod":
            powers, coefficient = node.data
            if len(views) == 2 and views[0] == views[1] and powers == (1, 1):
                views, powers = views[:1], (2,)
            return multiplied(views, powers, coefficient)
        if node.op == "add":
            return added(views, node.data)
        if node.op == "pow":
            return self.words.power(views[0], views[1])
        if node.op in _UNARY:
            return self.words.unary(node.op, views[0] if node.axes else self.words.number(views[0]))
        if node.op in _ALONG:
            return f"{node.op}({views[0]}, {node.axes.index(node.over[0]) - len(node.axes)})"
        return f"{node.op}({', '.join(views if node.axes else [self.words.number(v) for v in views])})"

    def _kernel(self, name: str, node: Node, args: Sequence[Ref]) -> str:
        if name == "squared_distance":
            axes = args[0].axes if len(args[0].axes) >= len(args[1].axes) else args[1].axes
            views = ", ".join(self.view(r, axes) for r in args)
            return f"squared_distance({views}, {len(axes)})"
        if name == "rest_power":
            power = self.view(args[1], node.axes) if len(args) > 1 else repr(node.args[0].node.data[0])
            return f"rest_power({self._log_shares(node, args[0])}, {power})"
        arg, = args
        if name == "mean":
            return f"{self.name(arg)}.mean({self._gone(arg, node.axes)})"
        return f"{name}({self.name(arg)}, {softmax_axis(node)})"

    def _log_shares(self, node: Node, arg: Ref) -> str:
        """Return the code of the log-softmax of an array: its name, where an earlier statement has it."""
        known = (x for x in self.written if self._patterns.get(x.number) == ("log_shares", [arg]))
        found = next((x.number for x in known if x.number < node.number), None)
        return f"log_shares({self.name(arg)}, {softmax_axis(node)})" if found is None else f"x{found}"

    # Sums of products

    def _gone(self, arg: Ref, kept: Sequence[Axis]) -> str:
        gone = [k - len(arg.axes) for k, a in enumerate(arg.axes) if a not in kept]
        return str(gone[0]) if len(gone) == 1 else str(tuple(gone))

    def _dot(self, node: Node) -> str:
        left, right = node.args
        summed = [a for a in left.axes if a not in node.axes]
        if set(left.axes) == set(right.axes) and not node.axes:
            return f"inner({self.name(left)}, {self.view(right, left.axes)}, {len(left.axes)})"
        shared = [a for a in left.axes if a in right.axes]
        if shared == summed and len(shared) == 1 and len(left.axes) + len(right.axes) < 5:
            return self._matmul(node, shared[0])
        letters = {a: "abcdefgh"[k] for k, a in enumerate(dict.fromkeys(a for r in node.args for a in r.axes))}
        inputs = ["..." * self.leads(r) + "".join(letters[a] for a in r.axes) for r in node.args]
        out = "..." * (self.leads(left) or self.leads(right)) + "".join(letters[a] for a in node.axes)
        return self.words.einsum(f"{','.join(inputs)}->{out}", self.name(left), self.name(right))

    def _matmul(self, node: Node, axis: Axis) -> str:
        """Return a matrix product with the result's axes in the node's order; vectors that lead become matrices."""
        left, right = node.args
        if [a for a in (*left.axes, *right.axes) if a != axis] != list(node.axes):
            left, right = right, left
        x, y = self.name(left), self.name(right)
        x = f"{x}.mT" if left.axes.index(axis) == 0 and len(left.axes) == 2 else x
        y = f"{y}.mT" if right.axes.index(axis) == 1 else y
        if len(left.axes) == len(right.axes) == 1:
            return f"inner({x}, {y}, 1)"
        if len(right.axes) == 1:
            return f"({x} @ {y}[..., None])[..., 0]" if self.leads(right) else f"{x} @ {y}"
        if len(left.axes) == 1:
            return f"({x}[..., None, :] @ {y})[..., 0, :]" if self.leads(left) else f"{x} @ {y}"
        return f"{x} @ {y}"

    # Views

    def view(self, ref: Ref, axes: Sequence[Axis]) -> str:
        """Return the code of ``ref`` laid out for broadcasting along ``axes``, the last axes of the array."""
        code = self.name(ref)
        if not axes or tuple(ref.axes) == tuple(axes):
            return code
        if not ref.axes:
            return f"{code}[{', '.join(['...'] + ['None'] * len(axes))}]" if self.leads(ref) else code
        order = [ref.axes.index(a) for a in axes if a in ref.axes]
        if order != sorted(order):
            code = f"{code}.mT" if len(order) == 2 else self.words.transposed(code, str(order))
        slots = [":" if a in ref.axes else "None" for a in axes]
        while not self.leads(ref) and slots[0] == "None":
            slots = slots[1:]
        return f"{code}[..., {', '.join(slots)}]" if "None" in slots else code


__all__ = ["LeadingCode"]

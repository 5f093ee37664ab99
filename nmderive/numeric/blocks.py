"""NumPy statements that run over blocks of rows which fit the cache.

Two styles share the schedule. The fast style writes every step into a buffer (``out=``), row sums are
products with a vector of ones, and every exponential is checked to lie in the safe range: outside it the
function returns None and the caller takes the robust code. The robust style calls the kernels of
``kernels.py`` on blocks whose columns are contiguous where m is small.
"""

from __future__ import annotations

from collections.abc import Sequence

from nmderive.numeric.dense import ALONG_AXIS, added, joint_axes, mask_code, multiplied, place_code
from nmderive.numeric.graph import Axis, Node, Ref
from nmderive.numeric.in_place import IN_PLACE, into_product, into_sum, may_overwrite, single
from nmderive.numeric.library import surely_safe
from nmderive.numeric.schedule import Schedule, rowed
from nmderive.numeric.words import NUMPY, Words

_UNARY = {"exp", "log", "log1p", "tanh", "abs", "sign"}


class BlockCode:
    """Writes the body of one function; ``value`` and ``gradient`` are the outputs (gradient may be None)."""

    def __init__(self, value: Ref, gradient: Ref | None, *, fast: bool, words: Words = NUMPY) -> None:
        self.fast, self.value, self.gradient, self.words = fast, value, gradient, words
        outputs = [value] if gradient is None else [value, gradient]
        self.plan = Schedule(outputs, gradient, words.saved, words.kept)
        self.lines: list[str] = []
        self.names: dict[int, str] = {}
        self.buffers = 0
        self.tiles: list[str] = []
        self._write()

    # Layout

    def _write(self) -> None:
        body: list[str] = []
        for k in range(self.plan.count):
            for node in self.plan.between[k]:
                self._global(node, body)
            self._loop(k, body)
            for node in self.plan.reductions[k]:
                if node.op in ("lse", "lsedot"):
                    x = self.names[node.number]
                    body.append(f"{x} = lse(np.array({x}), 0) if {x} else np.full({self._shape(node)}, -np.inf)")
        for node in self.plan.between[self.plan.count]:
            self._global(node, body)
        if self.gradient is not None and not rowed(self.gradient.node):
            body.append(f"grad[...] = {self._name(self.gradient)}")
        if self.buffers:
            body += self.words.work_done()
        self.lines = [*self._head(), *body]

    def _head(self) -> list[str]:
        lines = []
        if self.gradient is not None:
            lines.append(f"grad = {self.words.empty('s.shape')}")
        large = [x for x in self._saved_nodes() if len(x.axes) == 2]
        for k, node in enumerate(large):
            borrowed = k == 0 and self.gradient is not None and self.plan.last == self.plan.count - 1
            borrowed = borrowed and self.gradient is not None and len(self.gradient.axes) == 2
            lines.append(f"keep{node.number} = {'grad' if borrowed else self.words.empty('(n, m)')}")
        lines += [f"keep{x.number} = {self.words.empty('n')}" for x in self._saved_nodes() if len(x.axes) == 1]
        return [*lines, *self.words.work(self.buffers)] if self.fast and self.buffers else lines

    def _saved_nodes(self) -> list[Node]:
        return [x for x in self.plan.nodes if x.number in self.plan.saved]

    def _shape(self, node: Node) -> str:
        return "(" + "".join(f"{a[0]}, " for a in node.axes) + ")"

    # Small arrays

    def _global(self, node: Node, out: list[str]) -> None:
        if node.op in ("const", "scalar", "input"):
            value = repr(node.data) if node.op == "const" else node.data if node.op == "scalar" else node.data[0]
            self.names[node.number] = f"({value})" if value.startswith("-") else value
            return
        name = f"x{node.number}"
        self.names[node.number] = name
        out.append(f"{name} = {self._expression(node)}")

    def _expression(self, node: Node) -> str:
        axes = node.axes
        if node.op == "arange":
            rows = axes[0][0] == "n"
            return self.words.arange("a + 1", "a + r + 1") if rows else self.words.arange("1", "m + 1")
        if node.op == "mask":
            return mask_code(node, self.words)
        if node.op == "place":
            return place_code(node, self.words)
        if node.op == "gather":
            x, place = node.args
            return f"gather({self._view(x, [*axes, *node.over])}, {self._view(place, axes)}, -1)"
        if node.op in ("sum", "dot"):
            return self._sum(node)
        if node.op in ("lsedot", "mixdot"):
            return f"{node.op}({', '.join(self._view(r, x) for r, x in zip(node.args, joint_axes(node), strict=True))})"
        views = [self._view(r, axes) for r in node.args]
        if node.op == "prod":
            inverse = axes and node.data == ((-1,), 1.0)
            return self.words.reciprocal(views[0]) if inverse else multiplied(views, *node.data)
        if node.op == "add":
            return added(views, node.data)
        if node.op in _UNARY:
            return self.words.unary(node.op, views[0] if axes else self.words.number(views[0]))
        if node.op == "pow":
            return self.words.power(views[0], views[1])
        return self._kernel(node, views)

    def _kernel(self, node: Node, views: list[str]) -> str:
        where = node.axes.index(node.over[0]) if node.over and node.op != "take" else 0
        arg = node.args[0]
        if node.op in ("lse", "amax"):
            gone = [k for k, a in enumerate(arg.axes) if a not in node.axes]
            return f"{node.op}({self._name(arg)}, {gone[0] if len(gone) == 1 else tuple(gone)})"
        if node.op == "take":
            slots = [str(node.data) if a == node.over[0] else ":" for a in arg.axes]
            return f"{self._name(arg)}[{', '.join(slots)}]"
        if node.op == "put":
            kept = [a for a in node.axes if a != node.over[0]]
            return f"put({self._view(arg, kept)}, {self._name(node.args[1])}, {node.data}, {where})"
        if node.op in ALONG_AXIS:
            return f"{node.op}({', '.join(views)}, {where})"
        return f"{node.op}({', '.join(views)})"

    def _sum(self, node: Node) -> str:
        if node.op == "sum":
            return self._plain_sum(node)
        left, right = node.args
        x, y = self._name(left), self._name(right)
        shared = [a for a in left.axes if a in right.axes and a not in node.axes]
        if left.axes == right.axes and not node.axes:
            return self.words.inner(x, y, len(left.axes)) if len(left.axes) > 1 else self.words.dot(x, y)
        batch = set(left.axes) & set(right.axes) - set(shared)
        if len(shared) == 1 and not batch and len(left.axes) + len(right.axes) < 5:
            return self._matmul(node, shared[0])
        letters = {a: "abcdefgh"[k] for k, a in enumerate(dict.fromkeys((*left.axes, *right.axes)))}
        code = ["".join(letters[a] for a in axes) for axes in (left.axes, right.axes, node.axes)]
        return self.words.einsum(f"{code[0]},{code[1]}->{code[2]}", x, y)

    def _matmul(self, node: Node, axis: Axis) -> str:
        """Return a matrix product with the result's axes in the node's order."""
        left, right = node.args
        kept = [a for a in (*left.axes, *right.axes) if a != axis]
        if kept != list(node.axes):
            left, right = right, left
        x, y = self._name(left), self._name(right)
        x = f"{x}.T" if left.axes.index(axis) == 0 and len(left.axes) == 2 else x
        y = f"{y}.T" if right.axes.index(axis) == 1 else y
        return f"{x} @ {y}"

    def _plain_sum(self, node: Node) -> str:
        arg = node.args[0]
        x = self._name(arg)
        gone = [k for k, a in enumerate(arg.axes) if a not in node.axes]
        domains = tuple(a[0] for a in arg.axes)
        if gone == [1] and domains == ("n", "m"):
            return f"{x} @ ones_m"
        if gone == [0] and domains == ("n", "m"):
            return self.words.column_sums(x)
        return self.words.total(x, str(gone[0] if len(gone) == 1 else tuple(gone)))

    # Loops over rows

    def _loop(self, k: int, out: list[str]) -> None:
        members, reductions = self.plan.loops[k], self.plan.reductions[k]
        if not members:
            return
        for node in reductions:
            self.names[node.number] = f"x{node.number}"
            start = "[]" if node.op in ("lse", "lsedot") else self.words.zeros(self._shape(node))
            out.append(f"x{node.number} = {start}")
        inside: list[str] = []
        self.tiles = []
        self._steps(k, members, reductions, inside)
        out += self.tiles
        out.append("for a in range(0, n, rows):")
        out += ["    r = min(rows, n - a)", *("    " + line for line in inside)]

    def _steps(self, k: int, members: list[Node], reductions: list[Node], out: list[str]) -> None:
        last = self._last_uses(k, members, reductions)
        free = [self.words.buffer(b) for b in range(self.buffers)]
        held: dict[int, str] = {}
        final = self.gradient.node if self.gradient is not None and k == self.plan.last else None
        final = final if final is not None and rowed(final) else None
        # The gradient's last step is written straight into the result, unless other steps read it too.
        read = final is not None and any(r.node is final for x in (*members, *reductions) for r in x.args)
        late = None if read else final
        pending = list(reductions)
        for step, node in enumerate(members):
            if node is not late or node.op == "input":
                self._step(k, node, step, out, last, free, held, None)
            self._reduce(pending, members[: step + 1], out, late)
        if final is not None:
            self._store(k, final, len(members), out, last, free, held, done=read)
        self._reduce(pending, members, out, None)

    def _last_uses(self, k: int, members: list[Node], reductions: list[Node]) -> dict[int, int]:
        place = {x.number: p for p, x in enumerate(members)}
        last = dict(place)
        for p, node in enumerate(members):
            for r in node.args:
                if r.node.number in place and self.plan.saved.get(node.number, k) >= k:
                    last[r.node.number] = max(last[r.node.number], p)
        for node in reductions:
            ready = max(place[r.node.number] for r in node.args if r.node.number in place)
            for r in node.args:
                if r.node.number in place:
                    last[r.node.number] = max(last[r.node.number], ready + 1)
        if self.gradient is not None and k == self.plan.last:
            for node in (self.gradient.node, *(r.node for r in self.gradient.node.args)):
                if node.number in place:
                    last[node.number] = len(members) + 1
        return last

    def _reduce(self, pending: list[Node], done: list[Node], out: list[str], final: Node | None) -> None:
        ready = {x.number for x in done} - ({final.number} if final is not None else set())
        for node in list(pending):
            if all(r.node.number in ready or not rowed(r.node) for r in node.args):
                name = self.names[node.number]
                code = self._expression(node)
                out.append(f"{name}.append({code})" if node.op in ("lse", "lsedot") else f"{name} += {code}")
                pending.remove(node)

    def _step(
        self, k: int, node: Node, step: int, out: list[str], last: dict[int, int], free: list[str],
        held: dict[int, str], target: str | None,
    ) -> None:
        name = f"b{node.number}"
        self.names[node.number] = name
        if node.op == "input":
            part = self.words.part(node.data[0])
            out.append(f"{name} = {part if self.fast or len(node.axes) < 2 else f'columns({part}, order)'}")
            return
        saved = self.plan.saved.get(node.number)
        if saved is not None and saved < k:
            out.append(f"{name} = {self.words.part(f'keep{node.number}')}")
            return
        twin = self._twin(node, k)
        if twin is not None:
            if twin.number > node.number:
                out.append(f"{name}, b{twin.number} = {self._expression(node).replace('mixdot', 'mixdots', 1)}")
            return
        if not self.fast or len(node.axes) != 2 or not self._lands(node):
            out.append(f"{name} = {self._expression(node)}")
            if saved is not None:
                out.append(f"keep{node.number}[a:a + r] = {name}")
        else:
            place = target or (self.words.part(f"keep{node.number}") if saved is not None else None)
            self._into(node, place or self._buffer(node, step, last, free, held), name, out)
        self._release(node, step, last, free, held)
        if self.fast and node.op == "exp" and not surely_safe(node, self.plan.nodes):
            out += [f"if {self.words.unsafe(name)}:", "    return None"]

    def _lands(self, node: Node) -> bool:
        """Tell whether the node's value can be written into a given array."""
        return node.op in IN_PLACE | {"exsum"} or (
            node.op == "pow" and self.words.has_powers and node.args[0].axes == node.axes and not node.args[1].axes
        )

    def _twin(self, node: Node, k: int) -> Node | None:
        """Return the ``mixdot`` of the same loop that sums over the other of the two indices."""
        if node.op != "mixdot":
            return None
        parts = [r.node.number for r in node.args]
        wanted = [parts[1], parts[0], *parts[2:]]
        found = (x for x in self.plan.loops[k] if x.op == "mixdot" and [r.node.number for r in x.args] == wanted)
        return next((x for x in found if x.number != node.number), None)

    def _buffer(
        self, node: Node, step: int, last: dict[int, int], free: list[str], held: dict[int, str]
    ) -> str:
        """Return a buffer for the node's value: that of an argument that dies here, a free one, or a new one."""
        if may_overwrite(node):
            for r in node.args[:1] if node.op == "add" else node.args:
                if r.node.number in held and last[r.node.number] <= step and r.axes == node.axes:
                    held[node.number] = held.pop(r.node.number)
                    return held[node.number]
        if not free:
            free.append(self.words.buffer(self.buffers))
            self.buffers += 1
        held[node.number] = free.pop()
        return held[node.number]

    def _release(self, node: Node, step: int, last: dict[int, int], free: list[str], held: dict[int, str]) -> None:
        for number in [x for x in held if last.get(x, -1) <= step and x != node.number]:
            free.append(held.pop(number))

    def _into(self, node: Node, place: str, name: str, out: list[str]) -> None:
        """Write the statements that compute ``node`` into ``place``."""
        views = [self._view(r, node.axes) for r in node.args]
        if node.op == "exsum":
            sign = "nonneg" if node.args[0].node.nonneg else "signed"
            out.append(f"{name} = others_{sign}({views[0]}, others_matrix, {place})")
        elif node.op == "prod":
            into_product(node, views, place, name, out, self.words)
        elif node.op == "pow":
            out.append(f"{name} = {self.words.power(views[0], views[1], place)}")
        elif node.op == "add":
            into_sum(node, views, place, name, out, self.words)
        else:
            out.append(f"{name} = {self.words.unary(node.op, views[0], place)}")

    def _store(
        self, k: int, final: Node, step: int, out: list[str], last: dict[int, int], free: list[str],
        held: dict[int, str], done: bool,
    ) -> None:
        """Write the gradient of the block; it is the last statement, as it may overwrite what was saved."""
        if final.op != "input" and not done and final.number not in self.plan.saved:
            direct = self.fast and len(final.axes) == 2 and final.op in IN_PLACE and (
                single(final) or not any(r.node.number in self.plan.saved for r in final.args)
            )
            self._step(k, final, step, out, last, free, held, self.words.part("grad") if direct else None)
            if direct:
                return
        assert self.gradient is not None
        axes: list[Axis] = [("n", 0)] if len(self.gradient.axes) == 1 else list(final.axes)
        out.append(f"grad[a:a + r] = {self._wide_view(self.gradient, axes)}")

    def _wide_view(self, ref: Ref, axes: list[Axis]) -> str:
        name = self._name(ref)
        return f"{name}[:, None] if grad.ndim == 2 else {name}" if len(ref.axes) == 1 else name

    # Views

    def _name(self, ref: Ref) -> str:
        return self.names[ref.node.number]

    def _view(self, ref: Ref, axes: Sequence[Axis]) -> str:
        """Return ``ref`` laid out for broadcasting along ``axes``."""
        name = self._name(ref)
        if not ref.axes or not axes or tuple(ref.axes) == tuple(axes):
            return name
        if self.fast and self.words.tiled and [a[0] for a in (*ref.axes, *axes)] == ["m", "n", "m"]:
            tile = f"wide{ref.node.number}"
            line = f"{tile} = {self.words.tile(name)}"
            if line not in self.tiles:
                self.tiles.append(line)
            return f"{tile}[:r]"
        order = [ref.axes.index(a) for a in axes if a in ref.axes]
        if order != sorted(order):
            name = self.words.transposed(name, ", ".join(map(str, order)))
        slots = [":" if a in ref.axes else "None" for a in axes]
        while slots and slots[0] == "None":
            slots = slots[1:]
        return f"{name}[{', '.join(slots)}]" if "None" in slots else name


__all__ = ["BlockCode"]

"""Which array is computed where: loops over blocks of rows, and small arrays without rows between them.

A sum over rows ends a loop; what needs its result runs in the next one. What an earlier loop computed is
loaded again, saved or computed again, whichever is cheapest: exponentials are saved in full (at most
``SAVED`` arrays of (n, m), the first of them in the memory of the result), cheap steps are repeated.
"""

from __future__ import annotations

from collections.abc import Sequence

from nmderive.numeric.dense import needed
from nmderive.numeric.graph import Node, Ref

#: How many (n, m) arrays may be kept between loops, the result's memory included.
SAVED = 2
_COSTLY = {
    "exp", "log", "log1p", "tanh", "pow", "softplus", "sigmoid", "logsoftplus", "steepness", "lse", "logadd", "lsex",
    "weight", "lsedot", "mixdot", "amax", "amaxex", "exshare", "exsharet",
}
_ROW_BOUND = {"mask", "take", "put", "lsex", "exsum", "exmix", "exmixt", "share", "amaxex", "exshare", "exsharet"}


def rowed(node: Node) -> bool:
    """Tell whether the node has an axis of rows."""
    return any(a[0] == "n" for a in node.axes)


def blockable(outputs: Sequence[Ref]) -> bool:
    """Tell whether the graph can run over blocks of rows."""
    nodes = needed(outputs)
    if not any(rowed(node) for node in nodes):
        return False
    for node in nodes:
        if node.op == "gather" and rowed(node) or node.op == "amax" and not rowed(node) and rowed(node.args[0].node):
            return False
        names = {a for r in node.args for a in r.axes} | set(node.axes)
        if sum(a[0] == "n" for a in names) > 1:
            return False
        crosses = any(a[0] == "n" for a in (*node.over, *(node.axes if node.op == "mask" else ())))
        if node.op in _ROW_BOUND and crosses:
            return False
    return True


class Schedule:
    """The loops of one function: ``loops[k]`` lists its row nodes in order, ``between[k]`` what precedes it."""

    def __init__(
        self, outputs: Sequence[Ref], final: Ref | None, most: int = SAVED, kept: frozenset[str] = frozenset()
    ) -> None:
        """Plan the loops; ``most`` large arrays are kept, of the costly operations and of those in ``kept``."""
        self.nodes = needed(outputs)
        self.most, self.costly = most, _COSTLY | kept
        self.final = final.node if final is not None else None
        self.stage: dict[int, int] = {}
        for node in self.nodes:
            self.stage[node.number] = self._stage(node)
        self.last = self.stage[self.final.number] if self.final is not None else 0
        steps = [self._loop(x) for x in self.nodes if self.reduces(x)]
        self.count = 1 + max([self.last, *steps]) if self.final is None or rowed(self.final) else 1 + max(steps)
        self.between = [[x for x in self.nodes if self._is_between(x, k)] for k in range(self.count + 1)]
        self.reductions = [[x for x in self.nodes if self.reduces(x) and self._loop(x) == k] for k in range(self.count)]
        self.saved = self._choose_saved()
        self.loops = [self._members(k) for k in range(self.count)]

    def reduces(self, node: Node) -> bool:
        """Tell whether the node sums over the rows."""
        return not rowed(node) and any(rowed(r.node) for r in node.args)

    def _loop(self, node: Node) -> int:
        return max(self.stage[r.node.number] for r in node.args)

    def _stage(self, node: Node) -> int:
        """For row nodes the loop that computes them first; for the others the loop that they precede."""
        before = [self.stage[r.node.number] for r in node.args]
        if rowed(node):
            return max(before, default=0)
        return max((s + (1 if rowed(r.node) else 0) for s, r in zip(before, node.args, strict=True)), default=0)

    def _is_between(self, node: Node, k: int) -> bool:
        return not rowed(node) and not self.reduces(node) and self.stage[node.number] == k

    def _roots(self, k: int) -> list[Node]:
        roots = [r.node for x in self.reductions[k] for r in x.args if rowed(r.node)]
        if self.final is not None and k == self.last and rowed(self.final):
            roots.append(self.final)
        return roots

    def _choose_saved(self) -> dict[int, int]:
        """Return, for each node to be saved, the first loop that computes it."""
        saved: dict[int, int] = {}
        large = 0
        for k in range(1, self.count):
            while True:
                found = [x for x in self._closure(k, saved) if self._worth_saving(x, k, saved, large)]
                if not found:
                    break
                large += len(found[0].axes) != 1
                saved[found[0].number] = self.stage[found[0].number]
        return saved

    def _worth_saving(self, node: Node, k: int, saved: dict[int, int], large: int) -> bool:
        if self.stage[node.number] >= k or node.op in ("input", "arange") or node.number in saved:
            return False
        return len(node.axes) == 1 or (node.op in self.costly and len(node.axes) == 2 and large < self.most)

    def _closure(self, k: int, saved: dict[int, int]) -> list[Node]:
        found: dict[int, Node] = {}
        stack = self._roots(k)
        while stack:
            node = stack.pop()
            if node.number in found or not rowed(node):
                continue
            found[node.number] = node
            if saved.get(node.number, k) >= k:
                stack.extend(r.node for r in node.args)
        return sorted(found.values(), key=lambda x: (len(x.axes) != 1, x.op != "exp", -x.number))

    def _members(self, k: int) -> list[Node]:
        extra = [node for node in self.nodes if self.saved.get(node.number) == k]
        found = {x.number: x for x in self._closure(k, self.saved)}
        stack = [x for x in extra if x.number not in found]
        while stack:
            node = stack.pop()
            if node.number not in found and rowed(node):
                found[node.number] = node
                stack.extend(r.node for r in node.args)
        return [found[number] for number in sorted(found)]


__all__ = ["SAVED", "Schedule", "blockable", "rowed"]

"""What a loss costs to compute: elementary operations of the code that is generated for it, as powers of n and m."""

from __future__ import annotations

from nmderive.errors import NmderiveError
from nmderive.losses.loss import Loss
from nmderive.numeric.dense import needed
from nmderive.numeric.graph import Node
from nmderive.numeric.reader import Reader

Power = tuple[int, int]
#: The sizes at which costs are compared.
ROWS, CLASSES = 1000, 100
#: Operations that look at as many entries as they give.
_PICKS = ("gather", "place", "take", "put", "mask")


def cost(loss: Loss) -> tuple[Power, ...]:
    """Return the powers (a, b) of the leading terms n^a m^b, () where there is no code.

    Only terms that no other one dominates for all n, m are named.
    """
    try:
        value = Reader(loss, fast=False, powers=False, joined=True).value()
    except NmderiveError:
        return ()
    found = {_of(node) for node in needed([value])}
    return tuple(sorted(p for p in found if not any(p != q and p[0] <= q[0] and p[1] <= q[1] for q in found)))


def _of(node: Node) -> Power:
    picks = node.op in _PICKS
    axes = set(node.axes) if picks else {a for ref in node.args for a in ref.axes} | set(node.axes) | set(node.over)
    return sum(a[0] == "n" for a in axes), sum(a[0] == "m" for a in axes)


def operations(powers: tuple[Power, ...]) -> float:
    """Return the leading terms' number at n = 1000, m = 100; infinite where there is no code."""
    return float(sum(ROWS**a * CLASSES**b for a, b in powers)) if powers else float("inf")


def shown(powers: tuple[Power, ...]) -> str:
    """Return the leading terms as text, such as "n m^2"."""
    return " + ".join(_term(*p) for p in powers) or "-"


def _term(a: int, b: int) -> str:
    factors = [name if power == 1 else f"{name}^{power}" for name, power in (("n", a), ("m", b)) if power]
    return " ".join(factors) or "1"

"""What a library has a stable kernel for, found by its place in the graph, whatever the loss is called."""

from __future__ import annotations

from collections.abc import Iterable

from nmderive.numeric.graph import Axis, Node, Ref


def library_kernel(node: Node) -> tuple[str, list[Ref]] | None:
    """Return a library kernel that computes the node, with its arguments."""
    rest = _rest_power(node)
    if rest is not None:
        return "rest_power", rest
    if node.op == "exp" and _normalised(node.args[0].node) is not None:
        names = dict(zip(node.args[0].node.axes, node.args[0].axes, strict=True))
        inner = _normalised(node.args[0].node)
        return ("softmax", [inner.renamed(names)]) if inner is not None else None
    inner = _normalised(node)
    if inner is not None:
        return "log_softmax", [inner]
    if node.op in ("sum", "dot") and not node.axes:
        return _squared(node)
    return ("mean", [_mean_of(node)]) if averaged(node) is not None else None


def _mean_of(node: Node) -> Ref:
    """Return the array of which the node is the mean, under the names of the node's axes."""
    total = next(r for r in node.args if r.node.op == "sum")
    return _along(total, total.node.args[0])


def _normalised(node: Node) -> Ref | None:
    """Return x where the node is x - lse(x) over one axis, laid out as x is."""
    if node.op != "add" or node.data != (1.0, -1.0) or node.args[1].node.op != "lse":
        return None
    x, whole = node.args
    inner = whole.node.args[0]
    kept = dict(zip(whole.node.axes, whole.axes, strict=True))
    fits = x.node is inner.node and len(inner.axes) == len(whole.axes) + 1 and tuple(x.axes) == tuple(node.axes)
    same = all(kept.get(a, b) == b for a, b in zip(inner.axes, x.axes, strict=True)) if fits else False
    return x if same else None


def _squared(node: Node) -> tuple[str, list[Ref]] | None:
    """Return (a, b) where the node is the sum over all entries of (a - b)^2."""
    arg = node.args[0]
    if node.op == "sum":
        powers = arg.node.data[0] if arg.node.op == "prod" and arg.node.data[1] == 1.0 else ()
        square = powers == (2,) or (powers == (1, 1) and arg.node.args[0] == arg.node.args[1])
        if not square:
            return None
        arg = arg.node.args[0]
    elif node.args[0] != node.args[1]:
        return None
    inner = arg.node
    if inner.op != "add" or inner.data != (1.0, -1.0):
        return None
    axes = {frozenset(inner.axes), *(frozenset(r.axes) for r in inner.args)}
    return ("squared_distance", list(inner.args)) if len(axes) == 1 else None


def softmax_axis(node: Node) -> int:
    """Return the axis of a softmax, of its logarithm or of a power of what it leaves, counted from the end."""
    inner = node.args[0].node if node.op == "exp" else node
    whole = inner.args[1]
    return next(k for k, a in enumerate(inner.axes) if a not in whole.axes) - len(inner.axes)


def _rest_power(node: Node) -> list[Ref] | None:
    """Return [x, g] where the node is (1 - softmax(x))^g = exp(g lsex(x) - g lse(x)), g >= 0; [x] for a number g."""
    inner = node.args[0].node if node.op == "exp" else None
    if inner is None or inner.op != "add" or len(inner.args) != 2 or inner.data[0] != -inner.data[1]:
        return None
    (others, power), (whole, same) = map(_factored, inner.args)
    if others.node.op != "lsex" or whole.node.op != "lse" or power != same or inner.data[0] <= 0:
        return None
    x = _along(others, others.node.args[0])
    aligned = _along(whole, whole.node.args[0])
    fits = x.node is aligned.node and tuple(x.axes) == tuple(others.axes) == tuple(inner.axes)
    if not fits or any(a != b for a, b in zip(aligned.axes, x.axes, strict=True) if a in whole.axes):
        return None
    if softmax_axis(node) != others.node.axes.index(others.node.over[0]) - len(x.axes):
        return None
    if power and (inner.data[0] != 1.0 or not power[0].node.nonneg):
        return None
    return [x, *power]


def _factored(ref: Ref) -> tuple[Ref, list[Ref]]:
    """Return (y, [g]) where the array is y g, (y, []) where it is no product."""
    node = ref.node
    if node.op != "prod" or node.data != ((1, 1), 1.0):
        return ref, []
    left, right = (_along(ref, r) for r in node.args)
    return (right, [left]) if right.node.op in ("lse", "lsex") else (left, [right])


def _along(ref: Ref, arg: Ref) -> Ref:
    """Return an argument of the node under the names of ``ref``."""
    return arg.renamed(dict(zip(ref.node.axes, ref.axes, strict=True)))


def rest_share(node: Node) -> tuple[Ref, Ref, Axis] | None:
    """Return (e, 1/z, axis) where the node is 1 - e/z = exsum(e)/z, with z the sum of e over the axis."""
    if node.op != "prod" or node.data != ((1, 1), 1.0):
        return None
    others, inverse = sorted(node.args, key=lambda r: r.node.op != "exsum")
    whole = inverse.node.args[0].node if inverse.node.op == "prod" and inverse.node.data == ((-1,), 1.0) else None
    if others.node.op != "exsum" or whole is None or whole.op != "sum":
        return None
    e, axis = _along(others, others.node.args[0]), others.axes[others.node.axes.index(others.node.over[0])]
    kept = dict(zip(whole.axes, inverse.axes, strict=True))
    summed = whole.args[0].renamed(kept)
    same = summed.node is e.node and all(a == b or b == axis for a, b in zip(summed.axes, e.axes, strict=True))
    return (e, inverse, axis) if same and len(whole.axes) == len(e.axes) - 1 and axis not in inverse.axes else None


def averaged(node: Node) -> Node | None:
    """Return x where the node is the mean of x over one axis, so that it lies between entries of x."""
    if node.op != "prod" or node.data != ((1, 1), 1.0):
        return None
    total, share = sorted((r.node for r in node.args), key=lambda x: x.op != "sum")
    size = share.args[0].node if share.op == "prod" and share.data == ((-1,), 1.0) else None
    if total.op != "sum" or size is None or size.op != "scalar":
        return None
    gone = [a for a in total.args[0].axes if a not in total.axes]
    return total.args[0].node if len(gone) == 1 and gone[0][0] == size.data else None


def surely_safe(node: Node, nodes: Iterable[Node]) -> bool:
    """Tell whether an exponential is one of a mean of entries whose exponentials come before it among ``nodes``."""
    inner = averaged(node.args[0].node)
    before = (x for x in nodes if x.op == "exp" and x.number < node.number)
    return inner is not None and any(x.args[0].node is inner for x in before)


__all__ = ["averaged", "library_kernel", "rest_share", "softmax_axis", "surely_safe"]

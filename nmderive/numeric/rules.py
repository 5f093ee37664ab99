"""Derivatives on the graph: adjoints backwards, tangents forwards.

Under a logarithm an adjoint flows through weights exp(child - parent), which lie in [0, 1]: gradients stay
finite and accurate wherever the values are.
"""

from __future__ import annotations

from nmderive.errors import UnsupportedError
from nmderive.numeric.graph import Axis, Factor, Node, Ref, Term
from nmderive.numeric.library import rest_share
from nmderive.numeric.products import Graph


def gradient(graph: Graph, output: Ref, *, in_shares: bool = False) -> Ref:
    """Return the derivative of the number ``output`` by every entry of the logits.

    ``in_shares`` takes that of 1 - p, p = softmax, in p where log(p) is there, too, whose derivative is as exact: one
    row sum in the place of sums over the others.
    """
    logged = {x.args[0].node.number for x in graph.nodes if x.op == "log"} if in_shares else set()
    waiting: dict[int, list[Ref]] = {output.node.number: [graph.const(1.0)]}
    for number in range(output.node.number, -1, -1):
        terms = waiting.pop(number, None)
        node = graph.nodes[number]
        if terms is None or not node.active:
            continue
        if node.op == "input":
            return graph.add((1.0, t) for t in terms)
        own = Ref(node, node.axes)
        rest = rest_share(node) if logged else None
        if rest is not None and rest[1].node.args[0].node.number in logged:
            part = _pulled_by_shares(graph, graph.add((1.0, t) for t in terms), *rest)
            waiting.setdefault(rest[0].node.number, []).append(part)
            continue
        for k in range(len(node.args) - 1, -1, -1):
            arg = node.args[k]
            if not arg.node.active:
                continue
            names = dict(zip(arg.axes, arg.node.axes, strict=True))
            for part in _pulled(graph, node, own, terms, k):
                waiting.setdefault(arg.node.number, []).append(part.renamed(names))
    return graph.const(0.0)


def _pulled_by_shares(graph: Graph, adjoint: Ref, e: Ref, inverse: Ref, axis: Axis) -> Ref:
    """Return what 1 - e/z gives to e: (sum of adjoint e/z - adjoint)/z, on the axes of e's node."""
    whole = graph.contract([(adjoint, 1), (e, 1), (inverse, 1)], {axis})
    part = graph.contract([(graph.add([(1.0, whole), (-1.0, adjoint)]), 1), (inverse, 1)])
    return part.renamed(dict(zip(e.axes, e.node.axes, strict=True)))


def _pulled(graph: Graph, node: Node, own: Ref, terms: list[Ref], k: int) -> list[Ref]:
    """Return what the adjoint of ``node`` gives to its k-th argument, on the argument's axes."""
    if node.op == "exp":
        return [graph.contract([(t, 1), (own, 1)]) for t in terms]
    adjoint = graph.add((1.0, t) for t in terms)
    arg = node.args[k]
    extra = {a for r in node.args for a in r.axes} | set(node.axes)
    over = extra - set(arg.axes)
    if node.op == "add":
        return [graph.contract([(adjoint, 1)], over, node.data[k])]
    if node.op in ("prod", "sum", "dot"):
        coefficient, factors = _partial(node, k)
        return [graph.contract([(adjoint, 1), *factors], over, coefficient)]
    if node.op == "pow":
        return [graph.contract([(adjoint, 1), *_power_slope(graph, node, own, k)], over)]
    if node.op in ("lse", "logadd"):
        return [graph.contract([(adjoint, 1), (_weight(graph, arg, own), 1)], over)]
    if node.op == "larger":
        return [graph.contract([(adjoint, 1), (_above(graph, node, k), 1)], over)]
    if node.op == "amax":
        return [graph.contract([(adjoint, 1), (_share(graph, arg, own), 1)], over)]
    if node.op == "amaxex":
        return [graph.make("exsharet", (arg, own, adjoint), arg.axes, None, node.over)]
    if node.op in ("exshare", "exsharet"):  # the shares are constant off the kinks
        turned = "exsharet" if node.op == "exshare" else "exshare"
        return [graph.make(turned, (node.args[0], node.args[1], adjoint), arg.axes, None, node.over)] if k == 2 else []
    if node.op == "lsedot":
        return [graph.make("mixdot", (arg, node.args[1 - k], own, adjoint), arg.axes)]
    if node.op == "lsex":
        return [graph.make("exmixt", (arg, own, adjoint), arg.axes, None, node.over)]
    if node.op == "exsum":
        return [_others(graph, adjoint, node)]
    if node.op == "gather":
        return [_scattered(graph, node, adjoint)]
    if node.op == "take":
        axis, = node.over
        return [graph.make("put", (adjoint, arg), arg.axes, node.data, node.over)]
    return [graph.contract([(adjoint, 1), *_slope(graph, node, own)])]


def _partial(node: Node, k: int) -> tuple[float, list[Factor]]:
    """Return (coefficient, factors) of the derivative of a product by its k-th factor."""
    powers, coefficient = node.data if node.op == "prod" else ((1,) * len(node.args), 1.0)
    factors = [(r, p) for h, (r, p) in enumerate(zip(node.args, powers, strict=True)) if h != k]
    return coefficient * powers[k], [*factors, (node.args[k], powers[k] - 1)]


def _others(graph: Graph, x: Ref, node: Node) -> Ref:
    axis, = node.over
    if axis in x.axes:  # what does not hold the axis is taken out of the sum
        inside, outside, coefficient = graph.apart(x, axis)
        summed = graph.make("exsum", (inside,), inside.axes, None, node.over)
        return graph.contract([(summed, 1), *outside], (), coefficient)
    count = graph.add([(1.0, graph.size(axis)), (-1.0, graph.const(1.0))])
    return graph.contract([(x, 1), (count, 1)])


def _scattered(graph: Graph, node: Node, adjoint: Ref) -> Ref:
    """Return what each entry along the gathered axis gets: the letter of a class is solved for, modulo m."""
    (arg, place), (axis,) = node.args, node.over
    letters, number = dict(zip(place.axes, place.node.data[0], strict=True)), place.node.data[1]
    own = next((a for a, c in letters.items() if abs(c) == 1 and a not in arg.axes), None)
    if own is None:
        raise UnsupportedError("there is no code for the derivative by a class index such as 2 j modulo m")
    side = letters[own]
    others = {a: -side * c for a, c in letters.items() if a != own}
    if own in adjoint.axes:
        adjoint = graph.gather(adjoint, own, {axis: side, **others}, -side * number)
    return graph.contract([(adjoint, 1)], [a for a in others if a not in arg.axes])


def _weight(graph: Graph, part: Ref, whole: Ref) -> Ref:
    return graph.make("weight", (part, whole), {*part.axes, *whole.axes})


def _share(graph: Graph, x: Ref, top: Ref) -> Ref:
    """Return one over their number at the entries that attain a maximum, 0 elsewhere."""
    gone = [a for a in x.axes if a not in top.axes]
    return graph.make("share", (x, top), x.axes, None, gone, active=False)


def _above(graph: Graph, node: Node, k: int) -> Ref:
    """Return 1 where the k-th of two arguments is the larger one, 0 where the other is, 1/2 where they are equal."""
    side = graph.sign(graph.add([(1.0, node.args[k]), (-1.0, node.args[1 - k])]))
    return graph.add([(0.5, graph.const(1.0)), (0.5, side)])


def _power_slope(graph: Graph, node: Node, own: Ref, k: int) -> list[Factor]:
    """Return the derivative of a power by its base (k = 0) or its exponent (k = 1), as factors."""
    base, exponent = node.args
    if k == 1:
        return [(own, 1), (graph.log(base), 1)]
    return [(exponent, 1), (graph.power(base, graph.add([(1.0, exponent), (-1.0, graph.const(1.0))])), 1)]


def _slope(graph: Graph, node: Node, own: Ref) -> list[Factor]:
    """Return the derivative of an operation entry by entry, as factors."""
    x = node.args[0]
    if node.op == "log":
        return [(x, -1)]
    if node.op == "log1p":
        return [(graph.add([(1.0, graph.const(1.0)), (1.0, x)]), -1)]
    if node.op == "tanh":
        return [(graph.add([(1.0, graph.const(1.0)), (-1.0, graph.contract([(own, 2)]))]), 1)]
    if node.op == "abs":
        return [(graph.sign(x), 1)]
    if node.op == "softplus":
        return [(graph.unary("sigmoid", x), 1)]
    if node.op == "logsoftplus":
        return [(graph.unary("steepness", x), 1)]
    if node.op == "steepness":
        rest = graph.unary("sigmoid", graph.contract([(x, 1)], (), -1.0))
        return [(own, 1), (graph.add([(1.0, rest), (-1.0, own)]), 1)]
    if node.op == "sigmoid":
        return [(own, 1), (graph.unary("sigmoid", graph.contract([(x, 1)], (), -1.0)), 1)]
    raise AssertionError(f"no derivative of {node.op}")


def tangent(graph: Graph, output: Ref, direction: str = "v") -> Ref:
    """Return the derivative of ``output`` along the array ``direction`` of the logits' shape."""
    tangents: dict[int, Ref | None] = {}
    for node in list(graph.nodes[: output.node.number + 1]):
        tangents[node.number] = _pushed(graph, node, tangents, direction) if node.active else None
    found = tangents[output.node.number]
    return graph.const(0.0) if found is None else found.renamed(dict(zip(output.node.axes, output.axes, strict=True)))


def _pushed(graph: Graph, node: Node, tangents: dict[int, Ref | None], direction: str) -> Ref | None:
    if node.op == "input":
        made = graph.leaf("input", node.axes, (direction, node.data[1]), active=True)
        return Ref(made.node, node.axes)
    moved: list[Ref | None] = []
    for r in node.args:
        t = tangents[r.node.number]
        moved.append(None if t is None else t.renamed(dict(zip(r.node.axes, r.axes, strict=True))))
    terms = [term for k, t in enumerate(moved) if t is not None for term in _pushed_by(graph, node, k, t)]
    return graph.add(terms) if terms else None


def _pushed_by(graph: Graph, node: Node, k: int, t: Ref) -> list[Term]:
    """Return the terms that the tangent ``t`` of the k-th argument adds to the tangent of ``node``."""
    own, arg = Ref(node, node.axes), node.args[k]
    extra = {a for r in node.args for a in r.axes} | set(node.axes)
    over: set[Axis] = extra - set(node.axes)
    if node.op == "add":
        return [(node.data[k], t)]
    if node.op in ("prod", "sum", "dot"):
        coefficient, factors = _partial(node, k)
        return [(1.0, graph.contract([(t, 1), *factors], over, coefficient))]
    if node.op == "pow":
        return [(1.0, graph.contract([(t, 1), *_power_slope(graph, node, own, k)], over))]
    if node.op in ("lse", "logadd"):
        return [(1.0, graph.contract([(t, 1), (_weight(graph, arg, own), 1)], over))]
    if node.op == "larger":
        return [(1.0, graph.contract([(t, 1), (_above(graph, node, k), 1)]))]
    if node.op == "amax":
        return [(1.0, graph.contract([(t, 1), (_share(graph, arg, own), 1)], over))]
    if node.op == "amaxex":
        return [(1.0, graph.make("exshare", (arg, own, t), node.axes, None, node.over))]
    if node.op in ("exshare", "exsharet"):
        return [(1.0, graph.make(node.op, (*node.args[:2], t), node.axes, None, node.over))] if k == 2 else []
    if node.op == "weight":
        return [(1.0 if k == 0 else -1.0, graph.contract([(t, 1), (own, 1)]))]
    if node.op == "lsex":
        return [(1.0, graph.make("exmix", (arg, own, t), node.axes, None, node.over))]
    if node.op in ("exmix", "exmixt"):
        return _pushed_mix(graph, node, own, k, t)
    if node.op == "exsum":
        return [(1.0, _others(graph, t, node))]
    if node.op == "take":
        return [(1.0, graph.make("take", (t,), node.axes, node.data, node.over))]
    if node.op == "gather":
        return [(1.0, graph.make("gather", (t, node.args[1]), node.axes, None, node.over))]
    if node.op == "put":
        return [(1.0, graph.make("put", (t, node.args[1]), node.axes, node.data, node.over))] if k == 0 else []
    if node.op == "exp":
        return [(1.0, graph.contract([(t, 1), (own, 1)]))]
    return [(1.0, graph.contract([(t, 1), *_slope(graph, node, own)]))] if k == 0 else []


def _pushed_mix(graph: Graph, node: Node, own: Ref, k: int, t: Ref) -> list[Term]:
    """Differentiate sum over the others of exp(x_k - y_j) z, summed over k (exmix) or j (exmixt)."""
    x, y, z = node.args

    def mixed(value: Ref) -> Ref:
        return graph.make(node.op, (x, y, value), node.axes, None, node.over)

    if k == 2:
        return [(1.0, mixed(t))]
    inside = (k == 0) == (node.op == "exmix")
    sign = 1.0 if k == 0 else -1.0
    if inside:
        return [(sign, mixed(graph.contract([(z, 1), (t, 1)])))]
    return [(sign, graph.contract([(own, 1), (t, 1)]))]


__all__ = ["gradient", "tangent"]

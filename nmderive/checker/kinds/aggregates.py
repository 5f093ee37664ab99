"""aggregates: at the labels given by the link the gradient vanishes, shown through sums that the loss is made of.

{"loss", "shape", "sizes": m fixed where there are classes, "link", "outer": AST in the parts' names, without s, t and
sums, "parts": {name: AST without free indices}, "same": {name: name of a part}}.

With the parts for their names the outer function F is the loss, as it is written.  Where the labels follow the link,
every part in "same" is shown equal to the part that it is said to equal.  By the chain rule the derivative of the
loss by a logit is the sum of F's derivatives by the parts times theirs; with the derivatives of the parts at the link,
and equal parts denoted alike by letters of unknown value, it is shown to vanish.
"""

from __future__ import annotations

from typing import Any

from .. import calculus, close, setup, trees, words, zero
from ..context import Context
from ..nodes import Poly
from ..read import read
from ..reject import Malformed, Reject
from ..stationarity import Link, labels_may_be_the_link

KIND = "aggregates"
_MAX_PARTS = 40


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss, link, outer = (setup.expression(certificate, key) for key in ("loss", "link", "outer"))
    parts, same = (setup.mapping(certificate, key) for key in ("parts", "same"))
    shape = setup.shape_of(certificate)
    free = setup.free_of_shape(shape)
    cx = setup.context(certificate)
    if "m" in shape and "m" not in cx.sizes or trees.mentions(link, "t") or not 1 <= len(parts) <= _MAX_PARTS:
        raise Malformed("the number of classes must be fixed, and the link a function of the logits")
    if set(same) - set(parts) or set(same.values()) - (set(parts) - set(same)):
        raise Malformed('"same" must map parts to parts that are not mapped themselves')
    if set(parts) & (set(cx.parameters) | {"n", "m"}) or not all(map(str.isidentifier, parts)):
        raise Malformed("a part needs a name of its own")
    for name in parts:
        setup.expression(parts, name)
    if _put(outer, parts) != _listed(loss) or any(_occurs(outer, kind) for kind in ("at", "sum", "prod", "fn")):
        raise Reject("the outer function of the parts is not the loss as it is written")
    setup.shapes(cx, certificate, [(loss, {}), (link, free)])
    cx.sum_rule = cx.t_at_most_one = False
    labels_may_be_the_link(cx, link, free)
    formula = Link(cx, link, free)
    cx.parameters |= dict.fromkeys(parts, "real")
    values = {name: read(cx, node, {}) for name, node in parts.items()}
    _are_the_same(cx, values, same, formula)
    slopes = _slopes(cx, outer, parts, same)
    for env in setup.free_environments(cx, free):
        target = ("s", tuple(env[name] for name in free))
        terms = [
            close.times(cx, slopes[name], calculus.replaced(cx, calculus.derivative(cx, value, target), "t", formula))
            for name, value in values.items()
        ]
        if not zero.is_zero(cx, close.total(cx, [(t, 1) for t in terms])):
            raise Reject("the gradient at the link was not found to vanish")
    for name in parts:
        del cx.parameters[name]
    at = f"t[{','.join(free)}] = {words.show(link)}"
    claim = f"the gradient of {words.show(loss)} by s, labels fixed, vanishes at {at}"
    return words.wherever(cx, f"{words.quantifiers(cx, certificate)}: {claim}")


def _listed(node: Any) -> Any:
    return [_listed(x) for x in node] if isinstance(node, list | tuple) else node


def _put(node: Any, parts: dict[str, Any]) -> Any:
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 2 and node[0] == "sym" and node[1] in parts:
        return _listed(parts[node[1]])
    return [_put(x, parts) for x in node]


def _occurs(node: Any, kind: str) -> bool:
    if not isinstance(node, list | tuple) or not node:
        return False
    return node[0] == kind or any(_occurs(x, kind) for x in node)


def _are_the_same(cx: Context, values: dict[str, Poly], same: dict[str, str], formula: Link) -> None:
    for name, other in same.items():
        sides = [calculus.replaced(cx, values[x], "t", formula) for x in (name, other)]
        if not zero.is_zero(cx, close.total(cx, ((sides[0], 1), (sides[1], -1)))):
            raise Reject(f"the parts {name} and {other} were not found to be equal at the link")


def _slopes(cx: Context, outer: Any, parts: dict[str, Any], same: dict[str, str]) -> dict[str, Poly]:
    """The outer function's derivatives by the parts, equal parts denoted by one letter."""
    whole = read(cx, outer, {})
    found = {name: calculus.derivative(cx, whole, (name, ())) for name in parts}
    for name, other in same.items():
        found = {k: calculus.replaced(cx, p, name, _letter(cx, other), "sym") for k, p in found.items()}
    return found


def _letter(cx: Context, name: str) -> calculus.Formula:
    value = cx.single(cx.atom("sym", name))
    return lambda _: value

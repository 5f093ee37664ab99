"""A function of one probability p[i,j] = softmax(c s)[i,j], or p[i] = sigmoid(c s)[i], and its label, in certificates.

The body of a sum over rows and classes holds p and t at [i,j] only, and with p = 1/(1 + x) the odds x[i,j] > 0.
"""

from __future__ import annotations

from typing import Any

from . import defined, setup, trees
from .context import Context
from .equality import require_equal
from .nodes import Label
from .read import Env
from .reject import Malformed, Reject
from .stated import scale, softmax
from .written import contains_s

P, X = "p", "x"


def loss_and_body(cx: Context, certificate: dict[str, Any], shape: tuple[str, ...]) -> tuple[Any, Any]:
    """The loss, shown equal to rest + sum_i sum_j body with the link for p, both defined; p and x are declared."""
    loss, body, rest = (setup.expression(certificate, key) for key in ("loss", "body", "rest"))
    if {P, X} & (set(cx.arrays) | set(cx.parameters)):
        raise Malformed("the names p and x are used for probabilities")
    free = dict(zip("ij", shape, strict=False))
    setup.shapes(cx, certificate, [(loss, {}), (body, free), (rest, {})])
    if contains_s(body) or contains_s(rest) or any(trees.mentions(x, a) for x in (rest, loss) for a in (P, X)):
        raise Malformed("the body contains logits, or the rest or the loss something that it must not")
    if trees.mentions(body, X):
        raise Malformed("the name x is used for probabilities")
    for name in (P, X):
        cx.arrays[name], cx.array_spans[name] = "positive", shape
    require_own_entry(cx, body)
    whole = by_link(cx, body, scale(cx, certificate))
    for name, size in reversed(free.items()):
        whole = ["sum", name, size, [], whole]
    whole = ["add", [whole, rest]]
    require_equal(cx, loss, whole, {})
    for node in (loss, whole):
        defined.require(cx, node, {}, len(shape))  # labels or targets of the claims have two classes
    return loss, body


def forget(cx: Context) -> None:
    """Take p and x away, so that the words of the statement speak of the loss alone."""
    del cx.arrays[P], cx.arrays[X]


def environments(cx: Context) -> list[Env]:
    """The free indices of an entry in scope."""
    return setup.free_environments(cx, dict(zip("ij", cx.array_spans[P], strict=False)))


def place(cx: Context) -> list[str]:
    """The indices of an entry: i and j, or i for binary tasks."""
    return ["i", "j"][: len(cx.array_spans[P])]


def entry(cx: Context, env: Env) -> tuple[Label, ...]:
    """The labels of the entry in scope."""
    return tuple(env[name] for name in place(cx))


def odds(cx: Context) -> Any:
    """The odds x of the entry."""
    return ["at", X, place(cx)]


def above(cx: Context) -> Any:
    """One more than the odds."""
    return ["add", [["num", "1"], odds(cx)]]


def require_own_entry(cx: Context, node: Any) -> None:
    """Refuse entries of p and t other than [i,j], and any binding of i and j."""
    if not isinstance(node, list | tuple):
        return
    if len(node) == 3 and node[0] == "at" and node[1] in (P, X, "t") and list(node[2]) != place(cx):
        raise Reject("the body holds another entry than its own")
    if len(node) == 5 and node[0] in trees.BINDERS:
        raise Reject("the body holds a sum")
    for x in node:
        require_own_entry(cx, x)


def by_link(cx: Context, node: Any, factor: Any) -> Any:
    """The expression with softmax, or for binary tasks the sigmoid, in place of p."""
    own = ["mul", [factor, ["at", "s", place(cx)]]]
    if len(place(cx)) == 1:
        below = ["add", [["num", "1"], ["exp", ["mul", [["num", "-1"], own]]]]]
        return with_value(node, P, ["pow", below, ["num", "-1"]])
    return with_value(node, P, softmax(factor, ["i", "j"]))


def at_odds(cx: Context, node: Any) -> Any:
    """The expression with p = 1/(1 + x) and 1 - p = x/(1 + x)."""
    inverse = ["pow", above(cx), ["num", "-1"]]
    return with_value(one_minus_p(cx, node, ["mul", [odds(cx), inverse]]), P, inverse)


def one_minus_p(cx: Context, node: Any, value: Any) -> Any:
    """The expression with a value in place of 1 - p[i,j] where that is written out."""
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 2 and node[0] == "add" and len(node[1]) == 2:
        negative = ["mul", [["num", "-1"], ["at", P, place(cx)]]]
        parts = list(node[1])
        if ["num", "1"] in parts and negative in parts:
            return value
    return [one_minus_p(cx, x, value) for x in node]


def with_value(node: Any, array: str, value: Any) -> Any:
    """The expression with a value in place of an array's entries."""
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 3 and node[0] == "at" and node[1] == array:
        return value
    return [with_value(x, array, value) for x in node]


__all__ = [
    "P", "X", "above", "at_odds", "by_link", "entry", "environments", "forget", "loss_and_body", "place",
    "require_own_entry", "with_value",
]

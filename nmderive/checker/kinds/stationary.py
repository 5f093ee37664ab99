"""stationary: at the labels given by the link, the loss's gradient by the logits vanishes."""

from __future__ import annotations

from typing import Any

from .. import calculus, setup, signs, words, zero
from ..context import Context
from ..nodes import Label, Poly
from ..read import Env, bind, read
from ..reject import Malformed, Reject
from .gradient import loss_derivative

KIND = "stationary"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss, link = setup.expression(certificate, "loss"), setup.expression(certificate, "link")
    shape = setup.shape_of(certificate)
    free = setup.free_of_shape(shape)
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(loss, {}), (link, free)])
    if mentions(link, "t"):
        raise Malformed("the link contains the labels")
    cx.sum_rule = cx.t_at_most_one = False
    labels_may_be_the_link(cx, link, free)
    formula = Link(cx, link, free)
    for env in setup.free_environments(cx, free):
        gradient = loss_derivative(cx, loss, free, env)
        if not zero.is_zero(cx, calculus.replaced(cx, gradient, "t", formula)):
            raise Reject("the gradient at the link was not found to vanish")
    at = f"t[{','.join(free)}] = {words.show(link)}"
    claim = f"the gradient of {words.show(loss)} by s, labels fixed, vanishes at {at}"
    return words.wherever(cx, f"{words.quantifiers(cx, certificate)}: {claim}")


def mentions(node: Any, array: str) -> bool:
    """Whether an expression contains the array."""
    if not isinstance(node, list | tuple):
        return False
    return (len(node) == 3 and node[0] == "at" and node[1] == array) or any(mentions(x, array) for x in node)


def labels_may_be_the_link(cx: Context, link: Any, free: dict[str, str]) -> None:
    """Labels count as real, not as nonnegative, while differentiating, if the link's sign is not known."""
    for env in setup.free_environments(cx, free):
        sign = signs.sign(cx, read(cx, link, env))
        if sign != "pos" and not (sign in ("nonneg", "zero") and cx.arrays["t"] == "nonnegative"):
            cx.arrays["t"] = "real"


class Link:
    """The link as a formula in index labels."""

    def __init__(self, cx: Context, link: Any, free: dict[str, str]) -> None:
        self.cx, self.link, self.free = cx, link, free

    def __call__(self, labels: tuple[Label, ...]) -> Poly:
        """The link at the given index labels."""
        env: Env = {}
        for label, (name, range_name) in zip(labels, self.free.items(), strict=True):
            env = bind(self.cx, env, name, label, range_name)
        return read(self.cx, self.link, env)

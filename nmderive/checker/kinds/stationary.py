"""stationary: at the labels given by the link, the loss's gradient by the logits vanishes."""

from __future__ import annotations

from typing import Any

from .. import calculus, setup, trees, words, zero
from ..reject import Malformed, Reject
from ..stationarity import Link, labels_may_be_the_link, loss_derivative

KIND = "stationary"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss, link = setup.expression(certificate, "loss"), setup.expression(certificate, "link")
    shape = setup.shape_of(certificate)
    free = setup.free_of_shape(shape)
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(loss, {}), (link, free)])
    if trees.mentions(link, "t"):
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

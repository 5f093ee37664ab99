"""gradient: the stated formula is the loss's partial derivative by each logit."""

from __future__ import annotations

from typing import Any

from .. import close, setup, words, zero
from ..read import read
from ..reject import Reject
from ..stationarity import loss_derivative

KIND = "gradient"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss, gradient = setup.expression(certificate, "loss"), setup.expression(certificate, "gradient")
    shape = setup.shape_of(certificate)
    free = setup.free_of_shape(shape)
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(loss, {}), (gradient, free)])
    cx.kinks = True  # the statement is about where the derivative exists
    for env in setup.free_environments(cx, free):
        actual, stated = loss_derivative(cx, loss, free, env), read(cx, gradient, env)
        difference = close.total(cx, ((actual, 1), (stated, -1)))
        if not zero.is_zero(cx, difference):
            raise Reject("the formula was not found to be the loss's gradient")
    entry = f"s[{','.join(free)}]"
    claim = f"the derivative of {words.show(loss)} by {entry} is {words.show(gradient)}"
    return words.wherever(cx, f"{words.quantifiers(cx, certificate)}: {claim}")

"""gradient: the stated formula is the loss's partial derivative by each logit."""

from __future__ import annotations

from typing import Any

from .. import calculus, close, setup, words, zero
from ..context import Context
from ..nodes import Label, Poly
from ..read import Env, read
from ..reject import Reject

KIND = "gradient"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss, gradient = setup.expression(certificate, "loss"), setup.expression(certificate, "gradient")
    shape = setup.shape_of(certificate)
    free = setup.free_of_shape(shape)
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(loss, {}), (gradient, free)])
    for env in setup.free_environments(cx, free):
        difference = close.total(cx, ((loss_derivative(cx, loss, free, env), 1), (read(cx, gradient, env), -1)))
        if not zero.is_zero(cx, difference):
            raise Reject("the formula was not found to be the loss's gradient")
    entry = f"s[{','.join(free)}]"
    return words.wherever(
        f"{words.quantifiers(cx, certificate)}: the derivative of {words.show(loss)} by {entry} is {words.show(gradient)}"
    )


def loss_derivative(cx: Context, loss: Any, free: dict[str, str], env: Env) -> Poly:
    """The derivative of the loss by the logit with the free indices."""
    target: tuple[Label, ...] = tuple(env[name] for name in free)
    return calculus.derivative(cx, read(cx, loss, {}), ("s", target))

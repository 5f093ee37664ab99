"""The gradient of a loss, and a formula for its labels or logits that is put into it."""

from __future__ import annotations

from typing import Any

from . import calculus, setup, signs
from .context import Context
from .nodes import Label, Poly
from .read import Env, bind, read


def loss_derivative(cx: Context, loss: Any, free: dict[str, str], env: Env) -> Poly:
    """The derivative of the loss by the logit with the free indices."""
    target: tuple[Label, ...] = tuple(env[name] for name in free)
    return calculus.derivative(cx, read(cx, loss, {}), ("s", target))


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


__all__ = ["Link", "labels_may_be_the_link", "loss_derivative"]

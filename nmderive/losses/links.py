"""Links: labels as a function of the logits, such as t = softmax(c s) or t = sigmoid(c s)."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Integer, exp, sympify
from sympy import S as Sy

from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.losses.loss import Loss


@dataclass(frozen=True)
class Link:
    """The statement t_{i,j} = expr at the loss's free indices; ``text`` is how a sentence names it.

    ``scale`` is c where the link is softmax(c s) or sigmoid(c s), which ``family`` then names.
    """

    text: str
    latex: str
    expr: Expr
    scale: Expr | None = None
    family: str = ""


def softmax_link(loss: Loss, scale: Expr | int = 1) -> Link:
    """Return t = softmax(scale * s) over the classes, or t = sigmoid(scale * s) for binary tasks."""
    scale = sympify(scale)
    if loss.shape == (N,):
        return sigmoid_link(loss, scale)
    k = index("k")
    row = loss.indices[:-1]
    total = IndexSum(exp(scale * S[(*row, k)]), k, M)
    shown = _scaled(loss, scale)
    value = exp(scale * loss.logit) / total
    latex = rf"{loss.written(T.label)} = \operatorname{{softmax}}({shown[1]})"
    return Link(f"t = softmax({shown[0]})", latex, value, scale, "softmax")


def sigmoid_link(loss: Loss, scale: Expr | int = 1) -> Link:
    """Return t = sigmoid(scale * s), entry by entry."""
    scale = sympify(scale)
    shown = _scaled(loss, scale)
    value = Sy.One / (1 + exp(-scale * loss.logit))
    return Link(f"t = sigmoid({shown[0]})", rf"{loss.written(T.label)} = \sigma({shown[1]})", value, scale, "sigmoid")


def _scaled(loss: Loss, scale: Expr) -> tuple[str, str]:
    """Return c s for a sentence, and in LaTeX in the letters of the source."""
    own = loss.written(S.label)
    if scale == 1:
        return "s", own
    text = str(scale) if isinstance(scale, Integer) or scale.is_Symbol else f"({scale})"
    shown = loss.written(scale)
    return f"{text} s", f"{shown} {own}" if not scale.is_Add else rf"({shown}) {own}"

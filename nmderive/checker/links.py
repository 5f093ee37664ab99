"""Links: labels as a function of the logits, t = softmax(c s) over the classes or t = sigmoid(c s)."""

from __future__ import annotations

from typing import Any

from . import defined, trees
from .case import Case, Found
from .reject import Reject

ONE = ["num", "1"]


def softmax(shape: tuple[str, ...], scale: Any) -> Any:
    """The expression of softmax(c s) at the free indices; sigmoid(c s) for binary tasks."""
    if "m" not in shape:
        return sigmoid(shape, scale)
    row = ["i"] if len(shape) == 2 else []
    whole = ["sum", "k", "m", [], ["exp", trees.product(scale, ["at", "s", [*row, "k"]])]]
    return trees.product(["exp", trees.product(scale, ["at", "s", [*row, "j"]])], ["pow", whole, ["num", "-1"]])


def sigmoid(shape: tuple[str, ...], scale: Any) -> Any:
    """The expression of sigmoid(c s) at the free indices."""
    entry = ["at", "s", ["i" if r == "n" else "j" for r in shape]]
    negative = trees.product(["num", "-1"], scale, entry)
    return ["pow", trees.total(ONE, ["exp", negative]), ["num", "-1"]]


def stationary(case: Case) -> list[tuple[Found, str]]:
    """The certificates of a stationary link t = softmax(c s) or sigmoid(c s), c nowhere zero, and the families."""
    out = []
    for x in case.own("stationary", "aggregates"):
        scale = x.data.get("scale")
        for name, family in (("softmax", softmax), ("sigmoid", sigmoid)):
            own = scale is not None and is_link(case, x, family(case.shape, scale))
            if own and _sign(case, scale) in ("pos", "neg"):
                out.append((x, name))
                break
    return out


def is_link(case: Case, x: Found, link: Any) -> bool:
    """Whether a certificate's link is the given one."""
    return case.equal(x.data["link"], link, case.free, x.sizes, simplex=False)


def is_positive(case: Case, scale: Any) -> bool:
    """Whether a scale is defined and positive for all sizes and parameters."""
    return _sign(case, scale) == "pos"


def _sign(case: Case, scale: Any) -> str:
    cx = case.context()
    try:
        defined.require(cx, scale, {})
        return defined.strong_sign(cx, scale, {})
    except Reject:
        return "unknown"

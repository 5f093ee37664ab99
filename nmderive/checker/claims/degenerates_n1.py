"""For one sample with a hard label l is softmax cross-entropy, at some temperature."""

from __future__ import annotations

from typing import Any

from .. import links, trees
from ..case import Basis, Case, Found
from ..point import positives
from ..reject import Reject

STATEMENT = "for one sample with a hard label, l is softmax cross-entropy, at some temperature"
TRANSFERS = ""
#: Without these the claim has no meaning.
NEEDS = ("labels or class sets", "n = 1", "any labels", "hard labels")
_Y = "target_y"


def cross_entropy(case: Case, scale: Any, target: Any) -> Any:
    """Return log sum_k exp(c (s_k - s_y)) of row 1; log(1 + exp(-c s)) at target 1, log(1 + exp(c s)) at 0."""
    if "m" not in case.shape:
        sign = trees.number(1 - 2 * target)
        return ["log", trees.total(["num", "1"], ["exp", trees.product(sign, scale, ["at", "s", [1]])])]
    row = [1] if len(case.shape) == 2 else []
    margin = trees.minus(["at", "s", [*row, "k"]], ["at", "s", [*row, target]])
    return ["log", ["sum", "k", "m", [], ["exp", trees.product(scale, margin)]]]


def at_target(case: Case, target: Any) -> Any:
    """The loss with the hard label ``target``; class sets have it as their one positive."""
    if "m" not in case.shape:
        return trees.replaced(trees.without_label_logs(case.loss), "t", lambda at: trees.number(target))
    loss = trees.without_label_logs(trees.positive_class(case.loss, target))
    return trees.replaced(loss, "t", lambda at: _label(at[-1], target))


def _label(column: Any, target: Any) -> Any:
    """The hard label of a column: a number where both are."""
    if isinstance(column, int) and isinstance(target, int):
        return trees.number(int(column == target))
    return ["delta", column, target]


def proved(case: Case) -> Basis:
    """The loss with a hard label is cross-entropy, for each target."""
    for x in case.kinds("identity"):
        scale, sizes = x.data.get("scale"), x.sizes
        if scale is None or "n" in case.shape and sizes.get("n") != 1 or not links.is_positive(case, scale):
            continue
        targets: list[Any] = [1, 0] if "m" not in case.shape else (
            list(range(1, sizes["m"] + 1)) if "m" in sizes else [_Y])
        if all(_holds(case, scale, y, sizes) for y in targets):
            return Basis((x,), case.somewhere(), fixed={"n": 1} if "n" in case.shape else {})
    raise Reject("no certificate says that the loss of one sample is cross-entropy")


def _holds(case: Case, scale: Any, target: Any, sizes: dict[str, int]) -> bool:
    free = {_Y: "m"} if target == _Y else {}
    return case.equal(at_target(case, target), cross_entropy(case, scale, target), free, sizes)


def refuted(case: Case) -> Basis:
    """A value that cross-entropy does not have where logits are equal, or a relation that it satisfies for every c."""
    for x in case.kinds("witness-values"):
        if case.shape == ("m",) or x.sizes.get("n") == 1:
            if _is_hard(case, x) and (_at_equal_logits(case, x) or _by_doubling(case, x)):
                return Basis((x,), at=x.sizes)
    raise Reject("no certificate shows that the loss of one sample is no cross-entropy")


def _rows(case: Case, table: Any) -> list[Any]:
    return list(table[0] if len(case.shape) == 2 else table)


def _is_hard(case: Case, x: Found) -> bool:
    """Whether the labels of the one sample are hard: a single 1; class sets have it as their one positive."""
    point = x.data["point"]
    row = list(map(str, _rows(case, point["t"]))) if "t" in point else []
    if "t" not in point and trees.mentions(case.loss, "t"):
        return False
    positive = positives(point, x.sizes.get("m", 1))
    if positive is not None and (len(positive) != 1 or row and row[min(positive) - 1] != "1"):
        return False
    if "m" not in case.shape:
        return row == ["1"]
    return not row or sorted(row) == ["0"] * (len(row) - 1) + ["1"]


def _at_equal_logits(case: Case, x: Found) -> bool:
    row = set(map(str, _rows(case, x.data["point"].get("exp_s", [[]]))))
    value: Any = ["log", ["sym", "m"]] if "m" in case.shape else ["log", ["num", "2"]]
    equal = len(row) == 1 and ("m" in case.shape or row == {"1"})
    return equal and case.differs(x, case.loss, value).accepted


def _by_doubling(case: Case, x: Found) -> bool:
    """(m - 1) (e^l(2 s) - 1) = (e^l(s) - 1)^2, where only the target's logit is not zero."""
    if "m" not in case.shape or "t" not in x.data["point"]:
        return False
    row, label = (_rows(case, x.data["point"][key]) for key in ("exp_s", "t"))
    alone = all(str(e) == "1" for e, t in zip(row, label, strict=True) if str(t) == "0")
    twice = trees.replaced(case.loss, "s", lambda at: trees.product(["num", "2"], ["at", "s", at]))
    less = ["num", "-1"]
    left = trees.product(trees.total(["sym", "m"], less), trees.total(["exp", twice], less))
    right = ["pow", trees.total(["exp", case.loss], less), ["num", "2"]]
    return alone and case.differs(x, left, right).accepted

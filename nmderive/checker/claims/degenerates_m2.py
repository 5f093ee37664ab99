"""For two classes with soft labels l is the multi-label loss of the scaled logit differences."""

from __future__ import annotations

from typing import Any

from .. import links, trees
from ..case import Basis, Case
from ..reject import Reject

STATEMENT = "for two classes with soft labels, l is the multi-label loss of c (s_i1 - s_i2), for some c"
TRANSFERS = ""
#: Without these the claim has no meaning.
NEEDS = ("labels", "m = 2", "any labels")


def multi_label(case: Case, scale: Any) -> Any:
    """log(1 + sum_i t_i1 e^(-z_i)) + log(1 + sum_i t_i2 e^(z_i)), z_i = c (s_i1 - s_i2), or z_i = c s_i."""
    row = ["i"] if "n" in case.shape else []
    if "m" in case.shape:
        first, second = (["at", "t", [*row, k]] for k in (1, 2))
        margin = trees.minus(*(["at", "s", [*row, k]] for k in (1, 2)))
    else:
        first, margin = ["at", "t", row], ["at", "s", row]
        second = trees.minus(["num", "1"], first)
    parts = [trees.product(w, ["exp", trees.product(trees.number(c), scale, margin)])
             for w, c in ((first, -1), (second, 1))]
    if row:
        parts = [["sum", "i", "n", [], part] for part in parts]
    return trees.total(*(["log", trees.total(["num", "1"], part)] for part in parts))


def mixing(case: Case) -> tuple[Any, Any]:
    """e^l u = (1 + t_1 t_2) u + t_1 u^2 + t_2 for one row, where u = e^l - 1 at the hard label 1 (u is e^(-z))."""
    hard = trees.replaced(case.loss, "t", lambda at: ["num", str(int(at[-1] == 1))] if isinstance(at[-1], int)
                          else ["delta", at[-1], 1])
    u = trees.total(["exp", hard], ["num", "-1"])
    first, second = (["at", "t", [1, k]] for k in (1, 2))
    both = trees.total(["num", "1"], trees.product(first, second))
    right = trees.total(trees.product(both, u), trees.product(first, ["pow", u, ["num", "2"]]), second)
    return trees.product(["exp", case.loss], u), right


def proved(case: Case) -> Basis:
    """The loss of two classes is the multi-label loss at a scale."""
    for x in case.kinds("identity"):
        scale = x.data.get("scale")
        if scale is None or "m" in case.shape and x.sizes.get("m") != 2 or not links.is_positive(case, scale):
            continue
        if case.equal(case.loss, multi_label(case, scale), sizes=x.sizes):
            return Basis((x,), case.somewhere(), fixed={"m": 2} if "m" in case.shape else {})
    raise Reject("no certificate says that the loss of two classes is the multi-label loss")


def refuted(case: Case) -> Basis:
    """A value that the multi-label loss does not have where logits are equal, or a relation that it has for every c."""
    for x in case.kinds("witness-values"):
        if "m" in case.shape and x.sizes.get("m") != 2:
            continue
        rows = x.data["point"].get("exp_s", [])
        rows = rows if len(case.shape) == 2 else [rows] if "m" in case.shape else [[q] for q in rows]
        equal = all(len(set(map(str, row))) == 1 and ("m" in case.shape or str(row[0]) == "1") for row in rows)
        if equal and case.differs(x, case.loss, multi_label(case, ["num", "1"])).accepted:
            return Basis((x,), at=x.sizes)
        if len(case.shape) == 2 and x.sizes.get("n") == 1 and case.differs(x, *mixing(case)).accepted:
            return Basis((x,), at=x.sizes)
    raise Reject("no certificate shows that the loss of two classes is not the multi-label loss")

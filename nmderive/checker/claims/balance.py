"""Repeating a class's rows adds at most a multiple of log r, and starves no other class."""

from __future__ import annotations

from typing import Any

from .. import calculus, setup, shares, signs, trees
from ..case import Basis, Case, Found
from ..read import read
from ..reject import Reject

STATEMENT = (
    "with a class's rows repeated r times at fixed logits, l grows at most like log r, its gradient stays bounded, and "
    "no other class's gradient vanishes"
)
LABELS = "labels in [0, 1]"
TRANSFERS = ""
#: Without these the claim has no meaning.
NEEDS = ("rows", "any labels")
_R = "r_of_rows"


def proved(case: Case) -> Basis:
    """Growth, and the shares of the other classes."""
    case.require_defined()
    for x in case.own("balanced"):
        for y in case.own("shares"):
            return Basis((x, y), (LABELS,))
    for other, z in case.companions(once=True):
        for x in other.own("balanced"):
            for y in other.own("shares"):
                return Basis((x, y, z), (LABELS,))
    raise Reject("the certificates do not show growth like log r and the shares of all classes")


def refuted(case: Case) -> Basis:
    """A class that takes all, growth like r, or a mean over rows."""
    for x in case.own("starves"):
        return Basis((x,), at={k: v for k, v in x.sizes.items()} or None)
    return _grows(case) or _is_mean(case)


def _grows(case: Case) -> Basis | None:
    """With r copies of every row the loss is at least r times as large, and it is positive somewhere, or exactly r."""
    many = _repeated(case)
    if many is None:
        return None
    more = {"parameters": {_R: {"low": "1", "low_open": False, "high_open": True}}}
    r = ["sym", _R]
    changes = [x for x in case.kinds("witness-values") if _doubles(case, x, case.loss)]
    if changes and case.equal(many, trees.product(r, case.loss), more=more):
        return Basis(())
    positive = [x for x in case.kinds("witness-values") if _is_positive(case, x)]
    if positive and _rises(case, many):
        return Basis(())
    return None


def _repeated(case: Case) -> Any:
    cx = case.context()
    try:
        shares.rows_are_anonymous(case.loss, {}, cx.array_spans)
    except Reject:
        return None
    return _copies(case.loss)


def _copies(node: Any) -> Any:
    """The loss of the data with every row repeated r times."""
    if not isinstance(node, list | tuple):
        return node
    if list(node) == ["sym", "n"]:
        return trees.product(["sym", _R], ["sym", "n"])
    out = [_copies(x) for x in node]
    if len(node) == 5 and node[0] == "sum" and node[2] == "n":
        return trees.product(["sym", _R], out)
    if len(node) == 5 and node[0] == "prod" and node[2] == "n":
        return ["pow", out, ["sym", _R]]
    return out


def _rises(case: Case, many: Any) -> bool:
    """Whether many / r does not fall as r grows."""
    data = case.declared({"parameters": {_R: {"low": "1", "low_open": False, "high_open": True}}})
    cx = setup.context({**data, "simplex": True})
    setup.shapes(cx, data, [(many, {})])
    each = read(cx, trees.product(["pow", ["sym", _R], ["num", "-1"]], many), {})
    return signs.at_least_zero(signs.sign(cx, calculus.derivative(cx, each, (_R, ()))))


def _doubles(case: Case, x: Found, loss: Any) -> bool:
    """Whether a witness shows that l(2 s) is not l(s)."""
    twice = trees.replaced(loss, "s", lambda at: trees.product(["num", "2"], ["at", "s", at]))
    return case.differs(x, twice, loss).accepted


def _is_positive(case: Case, x: Found) -> bool:
    value = case.differs(x, case.loss, trees.number(0)).value
    return value is not None and value[0] > 0


def _is_mean(case: Case) -> Basis:
    """Times n, the loss has a gradient by each row that holds this row alone, and is not constant."""
    from .decoupled import holds_own_row

    scaled = trees.product(["sym", "n"], case.loss)
    for x in case.about(scaled).own("gradient"):
        if holds_own_row(x.data["gradient"]):
            for y in case.kinds("witness-values"):
                if _doubles(case, y, scaled):
                    return Basis((x,))
    raise Reject("no certificate shows growth like r, or a class that takes all")

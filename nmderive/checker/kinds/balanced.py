"""balanced: repeating rows r times at fixed logits adds at most bound * log r to the loss.

{"loss", "form" (optional, shown equal to the loss), "shape" with rows, "bound": AST in sizes and parameters}.
Up to terms that depend neither on s nor on the rows the form must be a sum, with weights W >= 0, of
log(c + sum of w exp(a)), c > 0, w >= 0 for all labels; nothing outside the logarithms is summed over
rows, nor depends on n or on a single row; inside, an exponential's weight and exponent depend on rows
only through the (at most D) row indices that are summed over beside it.  Repeating every row of a set of
rows r times multiplies each term of such a sum by at most r^D, so each logarithm grows by at most
D log r; "bound" is D times the sum of the weights W.  The derivative by a logit, summed over its copies, is a
weighted mean of the exponents' slopes times weights W: it stays below the sum of W times the largest
slope for every r.
"""

from __future__ import annotations

from typing import Any

from .. import close, defined, setup, shares, signs, trees, words, zero
from ..context import Context
from ..forms import loss_and_form
from ..groups import Group
from ..logsums import LogSum
from ..read import Env, read
from ..reject import Malformed, Reject
from ..written import contains_s, inside

KIND = "balanced"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    bound = setup.expression(certificate, "bound")
    if "n" not in setup.shape_of(certificate):
        raise Malformed("there are no rows to repeat")
    cx = setup.context(certificate)
    if "n" in cx.sizes:
        raise Malformed("the number of rows must be open")
    loss, form = loss_and_form(cx, certificate)
    defined.require(cx, bound)
    shares.rows_are_anonymous(form, {}, cx.array_spans)
    _apart(form)
    logs = LogSum(cx, form)
    if any(_depends_on_rows(node) for node in logs.constants):
        raise Reject("a constant in a logarithm depends on the rows")
    order = max(_order(group) for group in logs.groups)
    terms = [_weight(cx, group) for group in logs.groups]
    stated = ["add", [["mul", [["num", str(order)], ["add", terms]]], ["mul", [["num", "-1"], bound]]]]
    if contains_s(bound) or trees.mentions(bound, "t") or not zero.is_zero(cx, read(cx, stated, {})):
        raise Reject("the bound is not the sum of the logarithms' weights")
    return (
        f"{words.quantifiers(cx, certificate)}, all r >= 1: repeating rows r times at fixed logits adds at most "
        f"{words.show(bound)} * log r to {words.show(loss)} and to no derivative by a logit more than a "
        f"number that does not depend on r, wherever it is defined{words.also_excluded(cx)}"
    )


def _apart(node: Any) -> None:
    """Refuse terms without s that depend on the rows: they might grow like r."""
    if not contains_s(node):
        if _depends_on_rows(node):
            raise Reject("a term without s depends on the rows")
    elif node[0] == "add":
        for x in node[1]:
            _apart(x)
    elif node[0] == "sum":
        _apart(node[4])


def _order(group: Group) -> int:
    """The most row indices of one exponential of the group."""
    if any(x.range_name == "n" for x in group.outer) or any(_depends_on_rows(w) for w in group.weights):
        raise Reject("a logarithm stands under a sum over rows, or its weight depends on them")
    orders = []
    for exponent in group.exponents:
        if exponent.sign not in ("pos", "nonneg", "zero"):
            raise Reject("a weight is not known to be nonnegative")
        rows = sum(x.range_name == "n" for x in exponent.inner)
        if any(x.conds for x in exponent.inner if x.range_name == "n"):
            raise Reject("a sum over rows has conditions")
        if any(shares.sums_rows(node) for node in (*exponent.parts, *exponent.weights)):
            raise Reject("an exponent or a weight contains a sum over rows")
        orders.append(rows)
    if not orders or group.sign not in ("pos", "nonneg", "zero"):
        raise Reject("the group has no exponentials, or a weight of unknown sign")
    return max(1, *orders)


def _weight(cx: Context, group: Group) -> Any:
    """The sum of the weight over the indices outside the logarithm."""
    body: Any = ["mul", [["num", "1"], *group.weights]]
    env: Env = {}
    for x in group.outer:
        env = inside(cx, ["sum", x.name, x.range_name, list(x.conds), None], env)
    if not signs.at_least_zero(signs.sign(cx, close.plus(cx, read(cx, body, env), cx.zero))):
        raise Reject("a logarithm's weight is not known to be nonnegative")
    for x in reversed(group.outer):
        body = ["sum", x.name, x.range_name, list(x.conds), body]
    return body


def _depends_on_rows(node: Any) -> bool:
    """Whether an expression without s can depend on the rows."""
    return shares.sums_rows(node) or trees.mentions(node, "t")

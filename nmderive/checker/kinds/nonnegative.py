"""nonnegative: the loss is at least zero, for all logits and nonnegative labels.

{"loss", "form" (optional, shown equal to the loss), "shape", "jensen" (optional): a list of {"outer": [[name, range,
conditions], ...], "factor", "over": [name, range, conditions], "weight", "value"}, "rest" (optional)}.

The form's structure shows its sign: sums and products of what is not negative, even powers, exponentials, logarithms
of a number of at least one plus such.

With "jensen" that is shown of the form less the sum, over the outer indices, of
factor * (log sum_k w_k x_k - sum_k w_k log x_k), k the index of "over"; "rest", where it is given, is shown to equal
what is left, and to be defined.  Checked of each: factor >= 0, w >= 0, x > 0, and sum_k w_k = 1, for all values of the
outer indices; so it is not negative (Jensen, log being concave).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .. import close, defined, setup, signs, words, zero
from ..context import Context
from ..curvature import curve
from ..forms import loss_and_form
from ..read import Env, condition, read
from ..reject import Malformed, Reject

KIND = "nonnegative"
_MINUS = ["num", "-1"]


@dataclass(frozen=True)
class Gap:
    """What Jensen's inequality says of one logarithm of a mean."""

    outer: list[Any]
    factor: Any
    over: list[Any]
    weight: Any
    value: Any

    @property
    def node(self) -> Any:
        """Factor * (log sum w x - sum w log x), summed over the outer indices."""
        mean = ["log", self._summed(["mul", [self.weight, self.value]])]
        logs = self._summed(["mul", [self.weight, ["log", self.value]]])
        body = ["mul", [self.factor, ["add", [mean, ["mul", [_MINUS, logs]]]]]]
        for name, span, conds in reversed(self.outer):
            body = ["sum", name, span, conds, body]
        return body

    def _summed(self, body: Any) -> Any:
        return ["sum", *self.over, body]


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx = setup.context(certificate)
    setup.shape_of(certificate)
    loss, form = loss_and_form(cx, certificate, loss_too=False)
    rest = form
    for gap in map(_gap, _list(certificate.get("jensen", []))):
        setup.shapes(cx, certificate, [(gap.node, {})])
        defined.require(cx, gap.node, {}, cx.least_m)
        for env in setup.free_environments(cx, {x[0]: x[1] for x in gap.outer}):
            _require_jensen(cx, gap, env)
        rest = ["add", [rest, ["mul", [_MINUS, gap.node]]]]
    if "rest" in certificate:
        given = setup.expression(certificate, "rest")
        setup.shapes(cx, certificate, [(given, {})])
        defined.require(cx, given, {}, cx.least_m)
        if not zero.is_zero(cx, read(cx, ["add", [rest, ["mul", [_MINUS, given]]]], {})):
            raise Reject("the rest is not what is left of the loss")
        rest = given
    if not _at_least_zero(cx, rest, plain=rest is form or "rest" in certificate):
        raise Reject("the structure does not show that the loss is at least zero")
    claim = f"{words.show(loss)} >= 0 where it is defined{words.also_excluded(cx)}"
    return f"{words.quantifiers(cx, certificate)}: {claim}"


def _at_least_zero(cx: Context, node: Any, plain: bool) -> bool:
    """Whether the structure of an expression, as it is written where it is ``plain``, shows that it is not negative."""
    whole = read(cx, node, {})
    if plain and signs.at_least_zero(curve(cx, node, {}).sign):
        return True
    return not plain and zero.is_zero(cx, whole) or signs.at_least_zero(signs.sign(cx, whole))


def _list(data: Any) -> list[Any]:
    if not isinstance(data, list | tuple) or len(data) > 20:
        raise Malformed("a list of at most 20 is wanted")
    return list(data)


def _gap(data: Any) -> Gap:
    if not isinstance(data, dict) or set(data) != {"outer", "factor", "over", "weight", "value"}:
        raise Malformed("an entry of jensen has outer, factor, over, weight and value")
    binders = [*_list(data["outer"]), data["over"]]
    for x in binders:
        if not isinstance(x, list | tuple) or len(x) != 3 or not isinstance(x[0], str) or x[1] not in ("n", "m"):
            raise Malformed("an index of jensen is [name, n or m, conditions]")
        _list(x[2])
    if len({x[0] for x in binders}) < len(binders):
        raise Malformed("the indices of jensen have different names")
    return Gap(_list(data["outer"]), data["factor"], list(data["over"]), data["weight"], data["value"])


def _require_jensen(cx: Context, gap: Gap, env: Env) -> None:
    """Refuse unless the weights sum to one, nothing is negative, and the values are positive."""
    known = [condition(cx, c, env) for x in gap.outer for c in x[2]]
    if not all(x.terms for x in known):
        return
    one = ["add", [["sum", *gap.over, gap.weight], _MINUS]]
    if not zero.is_zero(cx, close.product(cx, [read(cx, one, env), *known])):
        raise Reject("the weights of a mean are not shown to sum to one")
    if not signs.at_least_zero(curve(cx, gap.factor, env).sign):
        raise Reject("the factor of a mean is not known to be at least zero")
    for inner in _scopes(cx, gap, env):
        if not signs.at_least_zero(curve(cx, gap.weight, inner).sign):
            raise Reject("a weight is not known to be at least zero")
        if curve(cx, gap.value, inner).sign != "pos":
            raise Reject("a value is not known to be positive")


def _scopes(cx: Context, gap: Gap, env: Env) -> list[Env]:
    """The index of the mean in scope."""
    name, span, _ = gap.over
    return [{**env, **own} for own in setup.free_environments(cx, {name: span})]

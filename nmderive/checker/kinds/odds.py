"""odds: with hard labels the loss rises, or falls, with the odds against the target, in every row.

{"loss", "shape": ["n","m"], "in_p": AST without logits, "scale": c, "in_odds": AST in the free row r, "slope": AST
in the free row r (may be left out), "property": "forces-argmax" or "against-target"}.

Let t_ij be 1 at the target y of row i and 0 elsewhere, and p_ij = e^(c s_ij) / sum_k e^(c s_ik), c > 0 without indices.
The loss is shown equal to in_p, which holds p and t.  Write x_i = (1 - p_iy) / p_iy for the odds against the target and
u_ij = p_ij / (1 - p_iy) for the shares of the others in it, so that p_ij = (t_ij + (1 - t_ij) x_i u_ij) / (1 + x_i).
in_odds, an expression in x, u and t, is shown equal to that.  It is defined for all x >= 0 and u >= 0, made of
continuous functions, and where x_r is positive its derivative by x_r is, too, whatever the other x >= 0 and the u >= 0
are ("forces-argmax"); or it is defined for all x > 0 and u >= 0, and that derivative is at most zero
("against-target").  To show that, the sums over rows are split at r in in_odds; "slope" states a form of the derivative
whose sign can be read off.

"forces-argmax": the loss tends to its infimum only where x_r tends to 0 in every row r, which is where s_ry - s_rk
tends to infinity for every other class k.  For let it tend to its infimum along a sequence.  Lowering each x_r above 1
to 1 lowers the loss, or leaves it, so these values tend to the infimum, too.  They stay in a compact set of x and u, on
which the function is continuous: it takes the infimum at each limit point, and as it rises with each positive x_r, x is
0 there.  A lowered x that tends to 0 was not lowered from some point on.

"against-target": the loss tends to its infimum along a sequence on which every x_r tends to infinity, for raising them
does not raise it.  There the target's logit is not the largest of its row.
"""

from __future__ import annotations

from typing import Any

from .. import calculus, defined, hard, setup, signs, trees, words
from ..context import Context
from ..equality import require_equal, with_hard_labels
from ..nodes import Label
from ..read import Env, measure, read
from ..reject import Malformed, Reject
from ..stated import scale, softmax, stated_sign
from ..written import contains_s

KIND = "odds"
_P, _X, _U, _ABOVE = "p", "x", "u", "x_above_zero"
_FUNCTIONS = ("pow", "exp", "log", "tanh")
_CONTINUOUS = frozenset({"num", "sym", "at", "add", "mul", "sum", "prod", "delta", "iverson", *_FUNCTIONS})
_ROW = "r"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss, in_p, in_odds = (setup.expression(certificate, key) for key in ("loss", "in_p", "in_odds"))
    if setup.shape_of(certificate) != ("n", "m"):
        raise Malformed("the shape must be n, m")
    towards = certificate.get("property") == "forces-argmax"
    if not towards and certificate.get("property") != "against-target":
        raise Malformed('the property is "forces-argmax" or "against-target"')
    cx = setup.context(certificate)
    cx.one_hot = True
    hard.require_zeros(cx)
    if cx.sizes.get("m", 2) < 2:
        raise Malformed("one class has no odds")
    cx.least_m = 2
    if "m" not in cx.sizes:
        cx.at_least["m"] = 2
    if {_P, _X, _U, _ABOVE, _ROW} & (set(cx.arrays) | set(cx.parameters)):
        raise Malformed("the names p, x, u and r are used for probabilities, odds, shares and a row")
    _require_names(loss, in_p, in_odds)
    setup.shapes(cx, certificate, [(loss, {}), (in_p, {}), (in_odds, {_ROW: "n"})])
    for name, shape in ((_P, ("n", "m")), (_U, ("n", "m")), (_X, ("n",)), (_ABOVE, ("n",))):
        cx.arrays[name], cx.array_spans[name] = "nonnegative", shape
    cx.arrays[_P] = cx.arrays[_ABOVE] = "positive"
    if not towards:
        cx.arrays[_X] = "positive"
    factor = scale(cx, certificate)
    whole = trees.replaced(in_p, _P, lambda at: softmax(factor, at))
    _same_for_hard_labels(cx, loss, whole, {})
    for node in (loss, whole):
        defined.require(cx, node, {}, 2)
    _same_for_hard_labels(cx, trees.replaced(in_p, _P, _by_odds), in_odds, {_ROW: "n"})
    _require_continuous(in_odds)
    _require_apart(in_odds, frozenset())
    for env in setup.free_environments(cx, {_ROW: "n"}):
        defined.require(cx, in_odds, env, 2)
        sign = _sign_of_slope(cx, in_odds, certificate.get("slope"), env)
        if sign not in (("pos",) if towards else ("neg", "nonpos", "zero")):
            raise Reject("the loss is not known to rise, or to fall, with the odds against the target")
    for name in (_P, _X, _U, _ABOVE):
        del cx.arrays[name]
    claim = (
        "only where s[i,y] - s[i,k] tends to +infinity for all i and all k other than the target y of the row"
        if towards else "along a sequence on which the target's logit is not the largest of its row"
    )
    return (
        f"{words.quantifiers(cx, certificate)}: {words.show(loss)} tends to its infimum over s, with hard labels, "
        f"{claim}, wherever it is defined"
    )


def _require_names(loss: Any, in_p: Any, in_odds: Any) -> None:
    """Refuse logits, probabilities, odds and shares where they do not belong."""
    allowed = ((loss, ()), (in_p, (_P,)), (in_odds, (_X, _U)))
    if any(contains_s(node) for node in (in_p, in_odds)) or any(
            trees.mentions(node, name) for node, own in allowed for name in (_P, _X, _U, _ABOVE) if name not in own):
        raise Malformed("an expression contains what it must not")
    if trees.binds(in_odds, _ROW) or any(trees.binds(node, "softmax_k") for node in (loss, in_p)):
        raise Malformed("an index has a reserved name")


def _by_odds(at: list[Any]) -> Any:
    """The entry of p by the odds against the target and the shares in them, for hard labels."""
    label, odds = ["at", "t", at], ["at", _X, at[:1]]
    others = trees.product(trees.minus(trees.number(1), label), odds, ["at", _U, at])
    return trees.product(trees.total(label, others), ["pow", trees.total(trees.number(1), odds), ["num", "-1"]])


def _same_for_hard_labels(cx: Context, left: Any, right: Any, free: dict[str, str]) -> None:
    require_equal(cx, with_hard_labels(cx, left, free), with_hard_labels(cx, right, free), free)


def _require_continuous(node: Any) -> None:
    """Refuse what is no composition of continuous functions."""
    if node[0] not in _CONTINUOUS:
        raise Reject("the loss is not known to be continuous in the odds")
    parts = node[1] if node[0] in ("add", "mul") else node[4:] if node[0] in ("sum", "prod") else (
        node[1:] if node[0] in _FUNCTIONS else ())
    for x in parts:
        _require_continuous(x)


def _require_apart(node: Any, others: frozenset[str]) -> None:
    """Refuse odds of a row that may be r without being written so."""
    if not isinstance(node, list | tuple):
        return
    if len(node) == 3 and node[0] == "at" and node[1] == _X and node[2][0] not in {_ROW, *others}:
        raise Reject("the sums over rows are not split at r")
    if len(node) == 5 and node[0] in ("sum", "prod"):
        apart = any(c[0] == "ne" and set(c[1:]) == {node[1], _ROW} for c in node[3])
        others = others | {node[1]} if apart else others - {node[1]}
    for x in node:
        _require_apart(x, others)


def _sign_of_slope(cx: Context, in_odds: Any, stated: Any, env: Env) -> str:
    """The sign of the derivative by x_r where x_r is positive."""
    row: Label = env[_ROW]
    value = read(cx, trees.replaced(in_odds, _X, _own_apart), env)
    slope = calculus.derivative(cx, value, (_ABOVE, (row,)))
    if stated is None:
        return signs.sign(cx, slope)
    measure(stated)
    form = trees.replaced(stated, _X, _own_apart)
    if contains_s(stated) or any(trees.mentions(stated, a) for a in (_P, _ABOVE)) or trees.binds(stated, _ROW):
        raise Malformed("the slope holds what it must not")
    return stated_sign(cx, slope, form, env, 2)


def _own_apart(at: list[Any]) -> Any:
    """The odds of row r by their own name, those of other rows by the usual one."""
    return ["at", _ABOVE if at == [_ROW] else _X, at]

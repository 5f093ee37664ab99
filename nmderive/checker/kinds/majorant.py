"""majorant: the diagonal matrix D majorises the Hessian H of the loss by the logits: v^T H v <= sum_ij D_ij v_ij^2.

{"loss", "form" (optional, shown equal to the loss), "shape", "diagonal" (optional: D_ij in the free indices i, j;
without it D is twice H's own entry), "own": H's entry of one logit with itself, "row": [plus, minus] of its entry of
s_ij and s_ik, "across": of s_ij and s_hk, "rest", "vector" (optional: u_ij)}; "row" where there are classes, "across"
where there are rows, "vector" where there are classes.

The form is differentiated twice.  Shown is that "own" is the derivative by s_ij twice, that plus - minus is the one by
s_ij and s_ik, and u_ij u_ik added, for k != j, and the one by s_ij and s_hk for h != i, with plus >= 0 and minus >= 0,
and that

    rest = D_ij - own - u_ij^2 - sum_{k != j} (plus + minus)_row - sum_{h != i} sum_k (plus + minus)_across >= 0.

So D >= H + u u^T, row by row (Gershgorin): 2 A_ab v_a v_b <= |A_ab| (v_a^2 + v_b^2), |A_ab| <= plus + minus, and
A = H + u u^T is symmetric; and A >= H.
"""

from __future__ import annotations

from typing import Any

from .. import calculus, close, defined, setup, signs, trees, words, zero
from ..context import Context
from ..curvature import curve
from ..forms import loss_and_form
from ..nodes import Label, Poly
from ..read import Env, bind, condition, measure, read
from ..reject import Malformed, Reject
from ..stationarity import loss_derivative

KIND = "majorant"
#: The indices of the second logit, by the first's.
SECOND = {"i": "h", "j": "k"}
_BESIDE = {"row": ["ne", "j", "k"], "across": ["ne", "i", "h"]}


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    shape = setup.shape_of(certificate)
    free = setup.free_of_shape(shape)
    own, rest = (setup.expression(certificate, name) for name in ("own", "rest"))
    diagonal = setup.expression(certificate, "diagonal") if "diagonal" in certificate else None
    cx = setup.context(certificate)
    if {*SECOND, *SECOND.values()} & {*cx.parameters, *cx.arrays}:
        raise Malformed("the names h, i, j, k are used for indices")
    blocks = _blocks(certificate, shape)
    vector = setup.expression(certificate, "vector") if "vector" in certificate else ["num", "0"]
    if "m" not in shape and "vector" in certificate:
        raise Malformed("a vector is one of the classes of a row")
    both = {**free, **{SECOND[name]: size for name, size in free.items()}}
    given = [(x, free) for x in (own, rest, vector, *([] if diagonal is None else [diagonal]))]
    loss, form = loss_and_form(cx, certificate)
    setup.shapes(cx, certificate, [(form, {}), *given, *((x, both) for pair in blocks.values() for x in pair)])
    for env in setup.free_environments(cx, free):
        _require_own(cx, form, own, free, env)
        _require_rest(cx, trees.minus(_left(own, diagonal, blocks), ["pow", vector, ["num", "2"]]), rest, env)
    for name, pair in blocks.items():
        for env in setup.free_environments(cx, _indices(name, free)):
            _require_block(cx, form, pair, free, env, name, vector)
    entry = f"D[{','.join(free)}]"
    text = "twice the entry of H" if diagonal is None else words.show(diagonal)
    return (
        f"{words.quantifiers(cx, certificate)}: the Hessian H of {words.show(loss)} by s is at most the diagonal "
        f"matrix D, {entry} = {text}{words.also_excluded(cx)}"
    )


def _blocks(certificate: dict[str, Any], shape: setup.Shape) -> dict[str, tuple[Any, Any]]:
    """The entries beside the diagonal, each as plus and minus."""
    found = {}
    for name, size in (("row", "m"), ("across", "n")):
        if (size in shape) != (name in certificate):
            raise Malformed("row is given where there are classes, across where there are rows")
        if size in shape:
            pair = certificate[name]
            if not isinstance(pair, list | tuple) or len(pair) != 2:
                raise Malformed("an entry beside the diagonal is given as what is added and what is subtracted")
            for x in pair:
                measure(x)
            found[name] = (pair[0], pair[1])
    return found


def _indices(name: str, free: dict[str, str]) -> dict[str, str]:
    """The free indices of two logits of one row, or of two."""
    second = {SECOND[x]: size for x, size in free.items() if name == "across" or x == "j"}
    return {**free, **second}


def _left(own: Any, diagonal: Any, blocks: dict[str, tuple[Any, Any]]) -> Any:
    """What is left of D_ij without H_ij,ij and the sizes of the entries beside it."""
    whole = own if diagonal is None else trees.minus(diagonal, own)
    sizes = {name: ["add", list(pair)] for name, pair in blocks.items()}
    if "row" in sizes:
        whole = trees.minus(whole, ["sum", "k", "m", [_BESIDE["row"]], sizes["row"]])
    if "across" in sizes:
        inner = ["sum", "k", "m", [], sizes["across"]] if "row" in sizes else sizes["across"]
        whole = trees.minus(whole, ["sum", "h", "n", [_BESIDE["across"]], inner])
    return whole


def _second(cx: Context, loss: Any, free: dict[str, str], env: Env) -> Poly:
    """The derivative by s_ij and by the logit of the second indices, which are the first where they are not given."""
    target: tuple[Label, ...] = tuple(env[SECOND[x]] if SECOND[x] in env else env[x] for x in free)
    return calculus.derivative(cx, loss_derivative(cx, loss, free, env), ("s", target))


def _require_own(cx: Context, loss: Any, own: Any, free: dict[str, str], env: Env) -> None:
    difference = close.total(cx, ((_second(cx, loss, free, env), 1), (read(cx, own, env), -1)))
    if not zero.is_zero(cx, difference):
        raise Reject("an entry is not the second derivative by one logit")


def _require_block(
    cx: Context, loss: Any, pair: tuple[Any, Any], free: dict[str, str], env: Env, name: str, vector: Any
) -> None:
    holds = condition(cx, _BESIDE[name], env)
    if not holds.terms:
        return
    entry = _second(cx, loss, free, env)
    if name == "row":
        there = bind(cx, env, "j", env["k"], "m")
        entry = close.plus(cx, entry, close.times(cx, read(cx, vector, env), read(cx, vector, there)))
    difference = close.total(cx, ((entry, 1), (read(cx, trees.minus(*pair), env), -1)))
    if not zero.is_zero(cx, close.times(cx, difference, holds)):
        raise Reject("an entry is not the second derivative by two logits")
    for x in pair:
        defined.require(cx, x, env, cx.least_m)
        if not _is_nonnegative(cx, x, env):
            raise Reject("a part of an entry is not shown to be at least zero")


def _require_rest(cx: Context, left: Any, rest: Any, env: Env) -> None:
    defined.require(cx, rest, env, cx.least_m)
    difference = close.total(cx, ((read(cx, left, env), 1), (read(cx, rest, env), -1)))
    if not zero.is_zero(cx, difference):
        raise Reject("the rest is not what is left of the diagonal")
    if not _is_nonnegative(cx, rest, env):
        raise Reject("what is left of the diagonal is not shown to be at least zero")


def _is_nonnegative(cx: Context, node: Any, env: Env) -> bool:
    """Whether an expression is at least zero: by its normal form, or its structure."""
    whole = read(cx, node, env)
    if signs.at_least_zero(signs.sign(cx, whole)) or zero.is_zero(cx, whole):
        return True
    return signs.at_least_zero(curve(cx, node, env).sign)


__all__ = ["KIND", "verify"]

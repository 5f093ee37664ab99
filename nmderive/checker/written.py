"""Signs of expressions without logits, by their normal form or as they are written; scopes of sums and products."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from . import extrema, signs, trees
from .context import Context
from .numbers import Num, parse
from .read import Env, bind, condition, read
from .reject import Malformed


def contains_s(node: Any) -> bool:
    """Whether an expression depends on the logits."""
    ahead = [node]
    while ahead:
        x = ahead.pop()
        if not isinstance(x, list | tuple):
            continue
        if x and x[0] in ("fn", "dfn") or len(x) == 3 and x[0] == "at" and x[1] == "s":
            return True
        ahead += x
    return False


def sign_of(cx: Context, node: Any, env: Env) -> str:
    """The sign of an expression without s, by its normal form, or as it is written."""
    found = signs.sign(cx, read(cx, node, env))
    if found == "unknown":
        found = _by_jump(cx, node)
    strict = {"nonneg": "pos", "nonpos": "neg"}.get(found)
    if strict is not None and strict in (beside_labels(cx, node, env, _sign_in(cx)), _of_parts(cx, node, env)):
        return strict
    return _written_sign(cx, node, env) if found == "unknown" else found


def _by_jump(cx: Context, node: Any) -> str:
    """The sign of a function of one sign alone, which is -1, 0 or 1: as an indicator is written."""
    jumps = list(_jumps(node))
    if node[0] != "add" or not jumps or any(x != jumps[0] for x in jumps):
        return "unknown"
    found = []
    for value in ("-1", "0", "1"):
        plain = _with_jump(node, jumps[0], ["num", value])
        if trees.names(plain) & {"at", "sym", "fn", "dfn", *trees.BINDERS}:
            return "unknown"
        found.append(signs.sign(cx, read(cx, plain, {})))
    if all(x == "zero" for x in found):
        return "zero"
    for strict, weak in (("pos", "nonneg"), ("neg", "nonpos")):
        if all(x in (strict, "zero") for x in found):
            return weak if "zero" in found else strict
    return "unknown"


def _jumps(node: Any) -> Iterator[Any]:
    if isinstance(node, list | tuple):
        if len(node) == 2 and node[0] == "sign":
            yield node
        else:
            for x in node:
                yield from _jumps(x)


def _with_jump(node: Any, jump: Any, value: Any) -> Any:
    if node == jump:
        return value
    return [_with_jump(x, jump, value) for x in node] if isinstance(node, list | tuple) else node


def _sign_in(cx: Context) -> Callable[[Any, Env], str]:
    return lambda node, scope: sign_of(cx, node, scope)


def _of_parts(cx: Context, node: Any, env: Env) -> str:
    """The sign of terms or factors by their own signs."""
    return _written_sign(cx, node, env) if node[0] in ("add", "mul", "sum") else "unknown"


def beside_labels(cx: Context, node: Any, env: Env, sign_in: Callable[[Any, Env], str]) -> str:
    """The sign of x_j where a node is a sum of t_ij^a x_j over the row, a > 0, or for m >= 2 of (1 - t_ij) x_j.

    Some label of the row is positive, and where there are two, some is less than one.
    """
    if node[0] != "sum" or node[2] != "m" or node[3] or not cx.sum_rule:
        return "unknown"
    scope = inside(cx, node, env)
    factors = node[4][1] if node[4][0] == "mul" else [node[4]]
    labels = [x for x in factors if is_label_of(x, node[1]) or x[0] == "pow" and is_label_of(x[1], node[1])
              and not contains_s(x[2]) and sign_of(cx, x[2], scope) == "pos"
              or cx.sizes.get("m", cx.least_m) >= 2 and _is_complement_of(x, node[1])]
    return sign_in(["mul", [x for x in factors if x is not labels[0]]], scope) if labels else "unknown"


def _is_complement_of(node: Any, index: str) -> bool:
    """Whether a node is 1 - t, t a label whose class, and nothing else of it, is the index."""
    parts = list(node[1]) if node[0] == "add" and len(node[1]) == 2 and ["num", "1"] in node[1] else []
    rest = next((x for x in parts if x != ["num", "1"]), ["num", "1"])
    own = [x for x in rest[1] if x != ["num", "-1"]] if rest[0] == "mul" and ["num", "-1"] in rest[1] else []
    return len(own) == 1 and is_label_of(own[0], index)


def is_label_of(node: Any, index: str) -> bool:
    """Whether a node is a label whose class, and nothing else of it, is the index."""
    return node[0] == "at" and node[1] == "t" and list(node[2]).count(index) == 1 and node[2][-1] == index


def _written_sign(cx: Context, node: Any, env: Env) -> str:
    """The sign of a constant by its parts; the normal form multiplies squares out and rewrites quotients."""
    if node[0] == "pow":
        base = sign_of(cx, node[1], env)
        even = is_even(cx.constant(read(cx, node[2], env)))
        return "pos" if base == "pos" else "nonneg" if even or signs.at_least_zero(base) else "unknown"
    if node[0] in extrema.HEADS:
        return sign_of(cx, node[4], inside(cx, node, env))
    if node[0] == "sum":
        body = sign_of(cx, node[4], inside(cx, node, env))
        if node[3]:  # nothing may be left to be summed
            return {"pos": "nonneg", "neg": "nonpos"}.get(body, body)
        return body
    if node[0] not in ("add", "mul"):
        return "unknown"
    if node[0] == "add" and ["num", "-1"] in node[1] and len(node[1]) == 2:
        return "pos" if _above_one(cx, next(x for x in node[1] if x != ["num", "-1"]), env) else "unknown"
    if node[0] == "add" and len(node[1]) == 2 and _above_its_log(cx, node[1], env):
        return "nonneg"
    parts = [sign_of(cx, x, env) for x in node[1]]
    negative = [s for s in parts if s in ("neg", "nonpos")]
    is_below = len(negative) % 2 == 1 if node[0] == "mul" else not any(s in ("pos", "nonneg") for s in parts)
    if node[0] == "mul" or is_below:
        parts = [signs.flip(s) if s in ("neg", "nonpos") else s for s in parts]
    if not all(map(signs.at_least_zero, parts)):
        return "unknown"
    strict = (all if node[0] == "mul" else any)(s == "pos" for s in parts)
    found = "pos" if strict else "nonneg"
    return signs.flip(found) if is_below else found


def _above_its_log(cx: Context, parts: Any, env: Env) -> bool:
    """Whether two parts are x and -log(1 + x), x not negative: log(1 + x) is at most x."""
    for x, other in (parts, parts[::-1]):
        arguments = ([["num", "1"], x], [x, ["num", "1"]])
        if any(other == ["mul", [["num", "-1"], ["log", ["add", a]]]] for a in arguments):
            return signs.at_least_zero(sign_of(cx, x, env))
    return False


def _above_one(cx: Context, node: Any, env: Env) -> bool:
    """Whether a constant is a number of at least one plus something positive, or such to a positive power."""
    if node[0] == "pow":
        return sign_of(cx, node[2], env) == "pos" and _above_one(cx, node[1], env)
    if node[0] != "add":
        return False
    plain = sum(parse(x[1]) for x in node[1] if x[0] == "num")
    parts = [sign_of(cx, x, env) for x in node[1] if x[0] != "num"]
    return plain >= 1 and all(map(signs.at_least_zero, parts)) and "pos" in parts


def is_even(exponent: Num | None) -> bool:
    """Whether an exponent is an even whole number."""
    return exponent is not None and exponent.denominator == 1 and exponent.numerator % 2 == 0


def inside(cx: Context, node: Any, env: Env) -> Env:
    """The scope inside a sum or product; the index stays symbolic even if its range is fixed."""
    _, name, range_name, conds, _ = node
    if range_name not in ("n", "m") or not isinstance(conds, list | tuple):
        raise Malformed("an index must run over n or m, with a list of conditions")
    depth = 1 + max([x[1] for x in env.values() if x[0] == "U"], default=-1)
    inner = bind(cx, env, name, ("U", depth, range_name), range_name)
    for c in conds:
        condition(cx, c, inner)
    return inner

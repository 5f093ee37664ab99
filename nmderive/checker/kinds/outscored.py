"""outscored: with hard labels a row in which another class reaches the target's logit costs more than it has to.

{"loss", "shape": ["n","m"] or ["m"], "sizes": n or m or nothing, "row": AST in the free row i, "form": AST in i and y,
"floor", "above_floor": ASTs in i and y, "bound", "above_bound": ASTs in i, y, k and the number x, "at": [v, w], ASTs}.

Labels are hard, m >= 2.  For all n, m that are not fixed, all rows i, all targets y of the row and all other classes k:

1. The loss is shown equal to sum_i row, which holds logits and labels of row i only, no sum over rows, and no label
   in a logarithm, or in a power but t^e, e > 0; for ["m"] to row itself.  With t_ij = [j = y] row is shown equal to
   form = f, where each class index of a logit is y, or bound with the condition that it is not y.
2. f = floor + above_floor, and above_floor is at least zero, for all logits: f is bounded below.
3. With s_ik - x for s_iy, x >= 0, f = bound + above_bound, and above_bound is at least zero, for all logits and x >= 0:
   f is at least bound wherever s_ik >= s_iy.
4. With v for s_iy and w for every other logit f is less than bound.

floor, bound, v and w hold neither logits, labels nor x.  So the infimum of f is finite and less than bound, for every
k.  Each row has logits of its own, so that the infimum of the loss is the sum of those of its rows, and the loss tends
to it only where every f does to its own: from some point on s_iy > s_ik for all rows i and all k other than y.

Where m is open y and k are stand-ins, so that no expression may name a class, compare positions or use an index as
a number; the same is refused where m is fixed, and there y and k take all values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import close, defined, extrema, hard, setup, signs, trees, words, zero
from ..context import Context
from ..equality import with_hard_labels
from ..read import Env, bind, condition, measure, read
from ..reject import Malformed, Reject
from ..written import contains_s

KIND = "outscored"
_ROW, _TARGET, _OTHER, _GAP = "i", "y", "k", "x"
_RESERVED = frozenset({_ROW, _TARGET, _OTHER, _GAP})
_MINUS = ["num", "-1"]
#: What expressions are made of; class sets, undefined functions and orders are not among it.
_HEADS = frozenset("num sym at add mul pow exp log tanh sum prod max min delta".split())


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss, row, form, floor, above_floor, bound, above_bound = (setup.expression(certificate, key) for key in (
        "loss", "row", "form", "floor", "above_floor", "bound", "above_bound"))
    v, w = _two(certificate.get("at"))
    cx, shape = _context(certificate), setup.shape_of(certificate)
    rows = {_ROW: "n"} if "n" in shape else {}
    free = {**rows, _TARGET: "m"}
    both = {**free, _OTHER: "m"}
    for node in (row, form, floor, above_floor, bound, above_bound, v, w):
        _require_plain(node)
    for node in (form, floor, above_floor, bound, above_bound, v, w):
        if trees.mentions(node, "t"):
            raise Malformed("labels stand in the loss and its row only")
    if any(contains_s(node) for node in (floor, bound, v, w)):
        raise Malformed("floor, bound and at hold no logits")
    if any(_GAP in trees.names(node) for node in (row, form, floor, above_floor, bound, v, w)):
        raise Malformed("the name x is used for the gap")
    if any(_OTHER in trees.names(node) for node in (row, form, floor, above_floor)):
        raise Malformed("the name k is used for the other class")
    setup.shapes(cx, certificate, [(loss, {}), (row, rows), *((x, both) for x in (
        form, floor, above_floor, bound, above_bound, v, w))])
    defined.require(cx, loss, {}, 2)
    _sums_up(cx, loss, row, shape)
    target = trees.replaced(hard.simplified(cx, row), "t", lambda at: trees.same(at[-1], _TARGET))
    other, own = ["at", "s", [*rows, _OTHER]], list(rows)
    cx.parameters[_GAP] = "nonnegative"
    reached = at_logits(form, own, trees.minus(other, ["sym", _GAP]), lambda at: at)
    reaches = without_idle_extrema(at_logits(form, own, v, lambda at: w))
    equal = [(target, form), (form, trees.total(floor, above_floor)), (reached, trees.total(bound, above_bound))]
    for env in setup.free_environments(cx, both):
        known = condition(cx, ["ne", _TARGET, _OTHER], env)
        for left, right in equal:
            difference = close.total(cx, ((read(cx, left, env), 1), (read(cx, right, env), -1)))
            if not zero.is_zero(cx, close.times(cx, difference, known)):
                raise Reject("an expression is not shown equal to what is stated of it")
    for env in _standins(cx, rows):
        for node in (target, form, floor, above_floor, bound, above_bound, reached, v, w, reaches):
            read(cx, node, env)
            hard.require_no_positions(cx, node)
            defined.require(cx, node, env, 2)
        if not all(_at_least_zero(cx, node, env) for node in (above_floor, above_bound)):
            raise Reject("a part is not known to be at least zero")
        if defined.strong_sign(cx, trees.minus(bound, reaches), env, 2) != "pos":
            raise Reject("the row is not known to be able to fall below the bound")
    if "m" not in cx.sizes and cx.at_least.get("m", 2) > 2 or "n" not in cx.sizes and cx.at_least.get("n", 1) > 1:
        raise Reject("the expressions speak of larger sizes only")
    cx.at_least["m"] = 2
    del cx.parameters[_GAP]
    entry, of_row = ("i,", "y_i") if rows else ("", "y")
    return (
        f"{words.quantifiers(cx, certificate)}, hard labels (t[{entry}j] = 1 if j = {of_row}, else 0) and all targets "
        f"{of_row}: {words.show(loss)} is bounded below in s, and approaches its infimum over s only where "
        f"s[{entry}{of_row}] > s[{entry}k] from some point on for {'all i and ' if rows else ''}all k != {of_row}"
        f"{words.also_excluded(cx)}"
    )


def _at_least_zero(cx: Context, node: Any, env: Env) -> bool:
    """Whether an expression, or each term of a sum, is known to be at least zero."""
    if signs.at_least_zero(defined.strong_sign(cx, node, env, 2)):
        return True
    return node[0] == "add" and all(_at_least_zero(cx, x, env) for x in node[1])


def _two(given: Any) -> tuple[Any, Any]:
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise Malformed("at must be two expressions")
    for x in given:
        measure(x)
    return given[0], given[1]


def _context(certificate: dict[str, Any]) -> Context:
    """A context with hard labels and two classes or more."""
    if "m" not in setup.shape_of(certificate):
        raise Malformed("hard labels need classes")
    cx = setup.context(certificate)
    cx.one_hot = True
    hard.require_zeros(cx)
    if cx.sizes.get("m", 2) < 2:
        raise Malformed("there is only one class")
    if _RESERVED & (set(cx.arrays) | set(cx.parameters)):
        raise Malformed("the names i, y, k and x have a meaning of their own")
    cx.least_m = 2
    return cx


def _require_plain(node: Any) -> None:
    """Refuse literal indices, orders, congruences, class sets, functions that are not given, and reserved binders."""
    if not isinstance(node, list | tuple) or not node or node[0] not in _HEADS:
        raise Reject("an expression has a part of which this kind does not speak")
    kind = node[0]
    if kind in trees.BINDERS:
        _, name, _, conds, body = node
        if name in _RESERVED:
            raise Malformed("an index has a reserved name")
        for cond in conds:
            if cond[0] != "ne":
                raise Reject("a condition is not that two indices differ")
            _require_letters(cond[1:])
        _require_plain(body)
    elif kind == "at":
        _require_letters(node[2])
    elif kind == "delta":
        _require_letters(node[1:])
    elif kind not in ("num", "sym"):
        for x in node[1] if kind in ("add", "mul") else node[1:]:
            _require_plain(x)


def _require_letters(indices: Any) -> None:
    if not all(isinstance(x, str) and x.isidentifier() for x in indices):
        raise Reject("an index is named by its number")


def _sums_up(cx: Context, loss: Any, row: Any, shape: setup.Shape) -> None:
    """Refuse unless the loss is the sum of its rows, which have nothing of each other."""
    _require_row(cx, row, list(shape[:-1] and [_ROW]), False)
    whole = ["sum", _ROW, "n", [], row] if "n" in shape else row
    if trees.listed(whole) == trees.listed(loss):
        read(cx, whole, {})
        return
    difference = close.total(cx, [(read(cx, with_hard_labels(cx, x, {}), {}), c) for x, c in ((loss, 1), (whole, -1))])
    if not zero.is_zero(cx, difference):
        raise Reject("the loss is not shown to be the sum of its rows")


def _require_row(cx: Context, node: Any, rows: list[str], in_log: bool) -> None:
    """Refuse logits and labels of other rows, sums over rows, and labels where 0 or 1 may have no value."""
    kind = node[0]
    if kind == "at" and node[1] in ("s", "t"):
        if list(node[2][:-1]) != rows or in_log and node[1] == "t":
            raise Reject("a row has logits or labels of other rows, or labels where they may have no value")
    elif kind in trees.BINDERS:
        if node[2] != "m":
            raise Reject("a row has a sum over rows")
        _require_row(cx, node[4], rows, in_log)
    elif kind == "pow":
        plain = hard.simplified(cx, node)
        whole = node[2][0] == "num" and signs.sign(cx, read(cx, node[2], {})) == "pos"
        if plain == node or plain[0] != "at":
            _require_row(cx, node[1], rows, in_log or not whole)
            _require_row(cx, node[2], rows, True)
        else:
            _require_row(cx, plain, rows, in_log)
    elif kind in ("add", "mul", "exp", "log", "tanh"):
        for x in node[1] if kind in ("add", "mul") else node[1:]:
            _require_row(cx, x, rows, in_log or kind == "log")


def at_logits(
    node: Any, rows: list[str], target: Any, other: Callable[[Any], Any], classes: frozenset[str] = frozenset()
) -> Any:
    """The expression with ``target`` for the target's logit, ``other`` of each logit that is shown to be another's."""
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 3 and node[0] == "at" and node[1] == "s":
        if list(node[2][:-1]) != rows:
            raise Reject("a row has logits of other rows")
        if node[2][-1] == _TARGET:
            return target
        if node[2][-1] not in classes:
            raise Reject("a class index is not known to be another than the target")
        return other(node)
    if len(node) == 5 and node[0] in trees.BINDERS:
        _, name, range_name, conds, body = node
        apart = any(c[0] == "ne" and sorted(c[1:]) == sorted([name, _TARGET]) for c in conds)
        inside = classes | {name} if apart and range_name == "m" else classes - {name}
        return [*node[:4], at_logits(body, rows, target, other, inside)]
    return [at_logits(x, rows, target, other, classes) for x in node]


def without_idle_extrema(node: Any) -> Any:
    """The expression with the bodies of maxima and minima whose index is not in it; their ranges are not empty."""
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 5 and node[0] in extrema.HEADS and node[1] not in trees.names(node[4]):
        return without_idle_extrema(node[4])
    return [without_idle_extrema(x) for x in node]


def _standins(cx: Context, rows: dict[str, str]) -> list[Env]:
    """The row, and the target and another class of it, in scope: stand-ins for them where m is open."""
    out = []
    for env in setup.free_environments(cx, rows):
        for y, k in hard.cases(cx, 2, False):
            if y != k:
                out.append(bind(cx, bind(cx, env, _TARGET, y, "m"), _OTHER, k, "m"))
    return out


__all__ = ["KIND", "verify"]

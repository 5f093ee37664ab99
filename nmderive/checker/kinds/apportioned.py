"""apportioned: each row is a sum of shares, one of each class, weighed by what falls with the label of the class.

{"loss", "shape": ["n","m"] or ["m"], "labels": "positive" or "hard", "weight": AST in t[i,j], "share": AST in i and j,
"rest", "total", "above" (in i): ASTs, "at": [v, w], ASTs in the number r, "slack": AST}.

weight, w(t), holds t[i,j] and letters without indices; share, g_ij, holds logits of row i, and j only in s[i,j]; rest
has no logits.  m >= 2.  For all rows i and classes j:

1. The loss is shown equal to rest + sum_i sum_j w(t_ij) g_ij (without the sum over i for ["m"]).
2. "positive", labels strictly between 0 and 1: w has a negative derivative by t.  "hard": w(1) < w(0).
3. g_ij >= 0, and sum_j g_ij = total + above_i with above_i >= 0, total > 0.  total, v, w, slack hold no indices.  Where
   above is not 0 as it is written, w(1) >= 0, so that no weight is negative.
4. With v for s_ik and w for every other logit of the row, r > 0: slack r >= g_ij >= 0 for j other than k, and
   slack r >= g_ik - total.  So as r tends to 0 the row tends to w(t_ik) total.
5. g_ij does not fall where s_ij rises and all other occurrences of logits stay: of two classes of a row, the one with
   the larger logit has no smaller share.

By 3, a row is at least a total + sum_j (w(t_ij) - a) g_ij, a the least of its weights, and by 4 the infimum of the row
is a total.  Rows have logits of their own.  So where the loss tends to its infimum, the shares of classes whose weights
are not the least, those without a largest label, tend to 0.  The sum of all shares is at least total > 0, so that some
other share stays above total / m; by 5 the class with the largest logit has a share as large, and a largest label.
"""

from __future__ import annotations

from typing import Any

from .. import calculus, close, defined, hard, monotone, setup, signs, trees, words, zero
from ..context import Context
from ..equality import require_equal
from ..read import Env, bind, read
from ..reject import Malformed, Reject
from ..written import contains_s

KIND = "apportioned"
_ROW, _CLASS, _PLACE, _OWN, _REACH = "i", "j", "winning_class", "own_logit", "r"
_RESERVED = (_ROW, _CLASS, _PLACE, _OWN, _REACH)
_KEYS = ("loss", "weight", "share", "rest", "total", "above", "slack")


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss, weight, share, rest, total, above, slack = (setup.expression(certificate, key) for key in _KEYS)
    shape = setup.shape_of(certificate)
    places = _places(certificate.get("at"))
    cx, rows = _context(certificate), {_ROW: "n"} if "n" in shape else {}
    free = {**rows, _CLASS: "m"}
    own = [*rows, _CLASS]
    _require_parts(own, weight, share, rest, (total, slack, *places), above)
    setup.shapes(cx, certificate, [(loss, {}), (weight, free), (share, free), (above, rows), (rest, {})])
    whole: Any = ["sum", _CLASS, "m", [], trees.product(weight, share)]
    whole = trees.total(rest, ["sum", _ROW, "n", [], whole] if rows else whole)
    require_equal(cx, loss, whole, {})
    for node in (loss, whole):
        defined.require(cx, node, {}, 2)
    _falls(cx, weight, own, certificate["labels"], above)
    for env in setup.free_environments(cx, rows):
        _sums_to(cx, share, total, above, env)
        for j, k in hard.cases(cx, 2, False):
            at = bind(cx, bind(cx, env, _CLASS, j, "m"), _PLACE, k, "m")
            _reached(cx, share, total, slack, places, at, j == k)
    for env in setup.free_environments(cx, free):
        _rises(cx, share, own, env)
    entry, of_row = ("i,", "a row") if rows else ("", "the row")
    labels = f"hard labels (t[{entry}j] = 1 for one class of {of_row}, else 0)"
    labels = labels if certificate["labels"] == "hard" else "labels strictly between 0 and 1"
    return (
        f"{words.quantifiers(cx, certificate)}, {labels}: {words.show(loss)} is bounded below in s, and "
        f"approaches its infimum over s only where from some point on each class with the largest logit of {of_row} "
        f"has its largest label{words.also_excluded(cx)}"
    )


def _context(certificate: dict[str, Any]) -> Context:
    """A context with two classes or more, and labels of the kind that is spoken of."""
    if "m" not in setup.shape_of(certificate) or certificate.get("labels") not in ("positive", "hard"):
        raise Malformed('classes are needed, and labels "positive" or "hard"')
    cx = setup.context(certificate)
    if "n" in cx.sizes or "m" in cx.sizes:
        raise Malformed("the sizes must be open")
    if set(_RESERVED) & (set(cx.arrays) | set(cx.parameters)):
        raise Malformed(f"the names {', '.join(_RESERVED)} have a meaning of their own")
    if certificate["labels"] == "hard":
        hard.require_zeros(cx)
    else:
        cx.arrays["t"], cx.t_below_one = "positive", True
    cx.least_m = cx.at_least["m"] = 2
    return cx


def _places(given: Any) -> tuple[Any, Any]:
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise Malformed("at must be two expressions")
    return given[0], given[1]


def _require_parts(own: list[str], weight: Any, share: Any, rest: Any, numbers: tuple[Any, ...], above: Any) -> None:
    """Refuse parts that hold what they must not: this is what keeps rows and classes apart."""
    entry = ["at", "t", own]
    for x in (trees.replaced(weight, "t", lambda idx: ["num", "0"] if idx == own else ["at", "t", idx]), *numbers):
        if set(_heads(x)) & {"at", "fn", "dfn", "delta", "iverson", *trees.BINDERS} or trees.names(x) & set(own):
            raise Reject(f"a weight or a number holds more than {words.show(entry)} and letters without indices")
    if _REACH in trees.names([weight, share, rest, numbers[0], numbers[1], above]) or contains_s(rest):
        raise Malformed("the name r is used, or the rest holds logits")
    for x in (share, above):
        if trees.mentions(x, "t") or any(trees.binds(x, name) for name in _RESERVED):
            raise Reject("a share holds labels, or binds a name that is taken")
        _require_row(x, own[:-1], frozenset())
    if trees.names(_with_own(share, own, ["sym", _OWN])) & {_CLASS, _PLACE} or _OWN in trees.names([share, weight]):
        raise Reject("a share holds its class in more than its own logit")
    if _CLASS in trees.names(above):
        raise Malformed("what the shares of a row come to holds a class")


def _heads(node: Any) -> list[str]:
    if not isinstance(node, list | tuple) or not node:
        return []
    return [str(node[0]), *(h for x in node[1:] for h in _heads(x))]


def _require_row(node: Any, rows: list[str], bound: frozenset[str]) -> None:
    """Refuse arrays other than logits of the own row at its class or at bound classes, and conditions."""
    kind = node[0]
    if kind == "at":
        if node[1] != "s" or list(node[2][:-1]) != rows or node[2][-1] not in bound | {_CLASS}:
            raise Reject("a share holds more than logits of its row")
    elif kind in trees.BINDERS:
        if node[2] != "m" or node[3]:
            raise Reject("a share has a sum over rows, or one with conditions")
        _require_row(node[4], rows, bound | {node[1]})
    elif kind in ("add", "mul"):
        for x in node[1]:
            _require_row(x, rows, bound)
    elif kind in ("exp", "log", "tanh", "pow"):
        for x in node[1:]:
            _require_row(x, rows, bound)
    elif kind not in ("num", "sym") or kind == "sym" and node[1] in bound | {_ROW, _CLASS}:
        raise Reject("a share has a part of which this kind does not speak, or an index as a number")


def _with_own(node: Any, own: list[str], new: Any) -> Any:
    return trees.replaced(node, "s", lambda indices: new if indices == own else ["at", "s", indices])


def _with_label(weight: Any, value: Any) -> Any:
    return trees.replaced(weight, "t", lambda _: value)


def _falls(cx: Context, weight: Any, own: list[str], labels: str, above: Any) -> None:
    """Refuse weights that do not fall with the label; negative ones where the shares may sum to more than the total."""
    ends = [_with_label(weight, ["num", k]) for k in ("0", "1")]
    if labels == "hard":
        if defined.strong_sign(cx, trees.minus(*ends), {}, 2) != "pos":
            raise Reject("the weight of the target is not known to be less")
        for end in ends:
            defined.require(cx, end, {}, 2)
    else:
        for env in setup.free_environments(cx, dict(zip(own, ("n", "m")[-len(own):], strict=True))):
            defined.require(cx, weight, env, 2)
            slope = calculus.derivative(cx, read(cx, weight, env), ("t", tuple(env[x] for x in own)))
            if signs.sign(cx, slope) != "neg":
                raise Reject("the weight is not known to fall with the label")
    if above != ["num", "0"]:
        defined.require(cx, ends[1], {}, 2)  # so that w is continuous up to t = 1
        if not signs.at_least_zero(defined.strong_sign(cx, ends[1], {}, 2)):
            raise Reject("a weight may be negative")


def _sums_to(cx: Context, share: Any, total: Any, above: Any, env: Env) -> None:
    """Refuse unless the shares of a row sum to the total, which is positive, and what is above it."""
    defined.require(cx, total, {}, 2)
    defined.require(cx, above, env, 2)
    left, right = ["sum", _CLASS, "m", [], share], trees.total(total, above)
    if not zero.is_zero(cx, close.total(cx, ((read(cx, left, env), 1), (read(cx, right, env), -1)))):
        raise Reject("the shares of a row are not shown to sum to what is stated")
    if defined.strong_sign(cx, total, {}, 2) != "pos":
        raise Reject("the total is not known to be positive")
    if not signs.at_least_zero(defined.strong_sign(cx, above, env, 2)):
        raise Reject("the shares of a row may sum to less than the total")


def _reached(cx: Context, share: Any, total: Any, slack: Any, at: tuple[Any, Any], env: Env, same: bool) -> None:
    """Refuse unless at the logits (v, w) one class has all of the total, up to slack r."""
    v, w = at
    cx.parameters[_REACH] = "positive"
    try:
        moved = trees.replaced(share, "s", lambda indices: trees.total(
            w, trees.product(trees.minus(v, w), trees.same(indices[-1], _PLACE))))
        for node in (v, w, slack, moved):
            defined.require(cx, node, env, 2)
        room = trees.product(slack, ["sym", _REACH])
        left = trees.total(room, trees.product(["num", "-1"], moved), *([total] if same else []))
        if not signs.at_least_zero(defined.strong_sign(cx, left, env, 2)):
            raise Reject("one class is not known to be able to have all of the total")
    finally:
        del cx.parameters[_REACH]


def _rises(cx: Context, share: Any, own: list[str], env: Env) -> None:
    """Refuse shares that may be negative, or may fall where their own logit rises."""
    if not signs.at_least_zero(defined.strong_sign(cx, share, env, 2)):
        raise Reject("a share may be negative")
    cx.parameters[_OWN] = "real"
    try:
        if not monotone.rises(cx, _with_own(share, own, ["sym", _OWN]), _OWN, env):
            raise Reject("a share may fall where its logit rises")
    finally:
        del cx.parameters[_OWN]


__all__ = ["KIND", "verify"]

"""symmetric: permuting the rows, or the classes, of logits and labels alike changes nothing.

"permute" is "n" (rows) or "m" (classes).  Shown by construction: every index over that range is
bound by a sum or product, stands only as an index of s and t (of the right range) or in "ne",
"eq" and deltas between two such indices, never as a number, a literal, in an order or a class set,
and no other array is indexed by it; congruences modulo m are refused for classes.  Renaming the values of
the range is then a change of the order of summation.  Undefined functions of a row of logits are refused for classes.
"""

from __future__ import annotations

from typing import Any

from .. import setup, trees, words
from ..read import read
from ..reject import Malformed, Reject

KIND = "symmetric"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss = setup.expression(certificate, "loss")
    permute = certificate.get("permute")
    if permute not in setup.shape_of(certificate):
        raise Malformed("permute must name a range of the logits")
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(loss, {})])
    read(cx, loss, {})
    _walk(loss, {}, str(permute), cx.array_spans)
    word = "rows" if permute == "n" else "classes"
    return (
        f"{words.quantifiers(cx, certificate)}: {words.show(loss)} does not change when the {word} "
        f"of s and t are permuted alike, wherever it is defined"
    )


def _walk(node: Any, scope: dict[str, str], permute: str, spans: dict[str, tuple[str, ...]]) -> None:
    kind = node[0]
    if kind in trees.BINDERS:
        _, name, range_name, conds, body = node
        scope = {**scope, name: range_name}
        for cond in conds:
            _condition(cond, scope, permute)
        _walk(body, scope, permute, spans)
    elif kind == "at":
        _entry(node, scope, permute, spans)
    elif kind in ("fn", "dfn"):
        if permute == "m":
            raise Reject("an undefined function of a row need not be symmetric in the classes")
        for x, span in zip(node[3], spans[node[2]], strict=True):
            _index(x, scope, permute, span)
    elif kind == "sym":
        if scope.get(node[1]) == permute:
            raise Reject("an index is used as a number")
    elif kind == "iverson":
        _condition(node[1], scope, permute)
    elif kind == "delta":
        _condition(["eq", node[1], node[2]], scope, permute)
    elif kind in ("add", "mul"):
        for x in node[1]:
            _walk(x, scope, permute, spans)
    elif kind in ("pow", "exp", "log", "tanh", "sign"):
        for x in node[1:]:
            _walk(x, scope, permute, spans)
    elif kind != "num":
        raise Malformed("unknown expression")


def _entry(node: Any, scope: dict[str, str], permute: str, spans: dict[str, tuple[str, ...]]) -> None:
    array, indices = node[1], node[2]
    for x, span in zip(indices, spans[array], strict=True):
        _index(x, scope, permute, span)
        if array not in ("s", "t") and span == permute:
            raise Reject(f"the array {array} is not permuted")


def _index(x: Any, scope: dict[str, str], permute: str, span: str) -> None:
    if span == permute and (not isinstance(x, str) or scope.get(x) != permute):
        raise Reject("a literal index is not moved by a permutation")


def _condition(cond: Any, scope: dict[str, str], permute: str) -> None:
    kind, a, b = cond
    if kind in ("cong", "ncong"):
        if permute == "m":
            raise Reject("classes are counted modulo m, which a permutation does not respect")
        return
    involved = [isinstance(x, str) and scope.get(x) == permute for x in (a, b)]
    if not any(involved):
        if permute == "m" and kind == "in":
            raise Reject("class sets are not moved by a permutation")
        return
    if kind not in ("ne", "eq") or not all(involved):
        raise Reject("an order, a class set or a literal is not moved by a permutation")

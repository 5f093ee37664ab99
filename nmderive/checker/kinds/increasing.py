"""increasing: the loss is a strictly increasing function of functions of one row each.

{"loss", "shape": ["n","m"] or ["n"], "inner": AST in the free index i, "outer": AST, "labels": "positive" or "hard",
"falls": true (optional, for positive labels)}.

inner, D_i, holds logits and labels of row i alone.  outer, F, holds an array D over rows, labels, and no logits; with
D_x for D[x] it is shown equal to the loss.  D counts as positive, not negative, or real, as the structure of
inner shows; F is defined for all such D.  Shown is that the derivative of F by any D_r is positive: for
positive labels; or, with "hard", if row r's labels are 1 at its target and 0 elsewhere, those of other rows
not being negative, and D is not negative (0 included).  With "falls" it is shown to be negative, and what follows is
said of the functions -D_i.

So the gradient of the loss by row r is a positive multiple of that of D_r, and the loss has the stationary
points of sum_i D_i.  Raising one D_r raises the loss; as the D_i depend on different logits, the loss is least where
each of them is.  With hard labels, if the loss tends to its infimum, F at the infima of the D_i, then each D_r
does: were D_r often above its infimum by some e > 0, the loss would be above F by a fixed amount.
"""

from __future__ import annotations

from typing import Any

from .. import calculus, close, defined, hard, setup, signs, sizes, trees, words
from ..context import Context
from ..curvature import curve
from ..equality import require_equal
from ..nodes import Atom, Label, Poly
from ..numbers import is_int
from ..read import bind, read
from ..reject import Malformed, Reject
from ..written import contains_s

KIND = "increasing"
_D = "D"
_SIGNS = {"pos": "positive", "nonneg": "nonnegative", "zero": "nonnegative"}


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss, inner, outer = (setup.expression(certificate, key) for key in ("loss", "inner", "outer"))
    shape = setup.shape_of(certificate)
    targets = certificate.get("labels", "positive") == "hard"
    if shape[0] != "n" or certificate.get("labels", "positive") not in ("positive", "hard"):
        raise Malformed('rows are needed, and labels "positive" or "hard"')
    falls = certificate.get("falls", False)
    if targets and (shape != ("n", "m") or falls) or not isinstance(falls, bool):
        raise Malformed("hard labels need classes, and a function that rises")
    cx = setup.context(certificate)
    if targets:
        hard.require_zeros(cx)
    if "n" in cx.sizes:
        raise Malformed("the number of rows must be open")
    if _D in cx.arrays or _D in cx.parameters:
        raise Malformed("the name D is used for the functions of a row")
    if not targets:
        cx.arrays["t"] = "positive"
    _one_row(inner, shape)
    if contains_s(outer) or trees.mentions(inner, _D) or trees.mentions(loss, _D) or _bound(inner) & _bound(outer):
        raise Malformed("the outer function contains logits, or names are used twice")
    setup.shapes(cx, certificate, [(loss, {}), (inner, {"i": "n"}), (outer, {})])
    cx.array_spans[_D] = ("n",)
    cx.arrays[_D] = "real"
    require_equal(cx, loss, _put(outer, inner), {})
    for node in (loss, _put(outer, inner)):
        defined.require(cx, node, {}, 2 if "m" in shape else 1)
    _declare(cx, inner, targets)
    _require_increasing(cx, outer, shape, targets, falls)
    del cx.arrays[_D]
    labels = "hard labels: the loss tends to its infimum only where sum_i D_i tends to its own" if targets else (
        f"all positive labels: the loss has the stationary points and the minima of sum_i {'-' * falls}D_i"
    )
    way = "decreasing" if falls else "increasing"
    return (
        f"{words.quantifiers(cx, certificate)}: {words.show(loss)} is a strictly {way} function of D_1, ..., D_n, "
        f"D_i = {words.show(inner)} (a function of row i alone), so for {labels}, wherever it is defined"
    )


def _one_row(node: Any, shape: setup.Shape) -> None:
    """Refuse anything of other rows than i, and the number of rows."""
    if not isinstance(node, list | tuple):
        return
    if node and node[0] in trees.BINDERS and len(node) == 5 and (node[2] == "n" or node[1] == "i"):
        raise Reject("the inner function sums over rows")
    if list(node) == ["sym", "n"] or list(node) == ["sym", "i"] or (node and node[0] in ("fn", "dfn")):
        raise Reject("the inner function is not a function of one row")
    if len(node) == 3 and node[0] == "at":
        rows = [node[2][0]] if node[1] in ("s", "t") else []
        if len(node[2]) != len(shape) and node[1] in ("s", "t") or any(x != "i" for x in rows):
            raise Reject("the inner function holds another row")
        if node[1] not in ("s", "t") and "i" in node[2]:
            raise Reject("the inner function holds another array with rows")
    for x in node:
        _one_row(x, shape)


def _bound(node: Any) -> set[str]:
    if not isinstance(node, list | tuple) or not node:
        return set()
    own = {node[1]} if node[0] in trees.BINDERS and len(node) == 5 and isinstance(node[1], str) else set()
    return own.union(*map(_bound, node))


def _put(node: Any, inner: Any) -> Any:
    """The outer function with inner for D; no name is bound in both, so nothing is captured."""
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 3 and node[0] == "at" and node[1] == _D:
        if len(node[2]) != 1 or not isinstance(node[2][0], str):
            raise Malformed("D has one index, a row that is summed over")
        return _renamed(inner, node[2][0])
    return [_put(x, inner) for x in node]


def _renamed(node: Any, row: str) -> Any:
    if len(node) == 3 and node[0] == "at":
        return ["at", node[1], [row if x == "i" else x for x in node[2]]]
    return [_renamed(x, row) if isinstance(x, list | tuple) else x for x in node]


def _declare(cx: Context, inner: Any, targets: bool) -> None:
    """Give D the sign that the structure of the inner function shows."""
    env = bind(cx, {}, "i", ("F", "i", "n"), "n")
    found = curve(cx, inner, env).sign
    if targets and found not in _SIGNS:
        raise Reject("the inner function is not known to be nonnegative")
    cx.arrays[_D] = "nonnegative" if targets else _SIGNS.get(found, "real")


def _require_increasing(cx: Context, outer: Any, shape: setup.Shape, targets: bool, falls: bool) -> None:
    whole = read(cx, outer, {})
    if not _defined_everywhere(cx, whole):
        raise Reject("the outer function might not be defined for all values of the inner one")
    row: Label = ("F", "r", "n")
    slope = calculus.derivative(cx, whole, (_D, (row,)))
    if targets:
        slope = _at_target(cx, slope, row)
    if sizes.sign_from(cx, slope, 2 if "m" in shape else 1) != ("neg" if falls else "pos"):
        raise Reject("the outer function is not known to increase, or fall, strictly")


def _defined_everywhere(cx: Context, p: Poly) -> bool:
    """Whether everything under a logarithm, a root or in a denominator is positive as declared."""
    for t, _ in p.terms:
        if not _defined_everywhere(cx, t.ex):
            return False
        for atom, e in t.facs:
            if atom.sub is not None and not _defined_everywhere(cx, atom.sub):
                return False
            if (atom.kind == "log" or not is_int(e) or e < 0) and not _is_positive(cx, atom):
                return False
    return True


def _is_positive(cx: Context, atom: Atom) -> bool:
    return signs.sign(cx, atom.sub if atom.sub is not None else cx.single(atom)) == "pos"


def _at_target(cx: Context, slope: Poly, row: Label) -> Poly:
    """The slope with row r's labels 1 at its target and 0 elsewhere."""
    target: Label = ("F", hard.TARGET, "m")

    def label(idx: tuple[Label, ...]) -> Poly:
        return close.delta(cx, idx[1], target) if idx[0] == row else cx.single(cx.atom("at", "t", idx))

    return calculus.replaced(cx, slope, "t", label)

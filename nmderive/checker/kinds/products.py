"""products: a logarithm of a constant and products of log-convex parts, and the sum of log(1 + part) beside it.

{"loss", "shape"}.  The loss, as it is written, is log(c + sum of X_g + products of two and more of the X_g) with
positive coefficients, c > 0 without logits, every X_g not negative and log-convex in the logits, see ``products.py``.
Its companion is the sum over all g of log(1 + X_g), a loss of its own.  What holds for both:

- On a direction in which the loss has no second derivative the X_g are constant to second order, so that neither has
  the companion: with Q what stands beside c, (c + Q) Q'' - Q'^2 >= c Q'', Q'' >= sum of X_g'' and
  X_g'^2 <= X_g X_g''.  The Hessian's kernel is no larger than that of the companion.
- The loss tends to infinity along a ray along which the companion does: some X_g is unbounded there.  So the one
  attains its minimum where the other does.
- Both rise with every X_g, strictly.  Where a ray brings all X_g to their least values together, as forces-argmax and
  ray show, both tend to their infima there, and only where all X_g tend to these values.
- Where repeating rows r times multiplies each X_g by at most r^D, it multiplies each product by at most r^(D N), N the
  number of the X_g: the companion's bound is one for the loss.  Its derivative is a weighted mean of sums of slopes.

With "once": true the parts are those of products over all classes j of 1 + sum over the rows i of t_ij^a, a > 0,
times exponentials without labels: at hard labels the rows of a class are in exactly one factor of each product, so
that every product grows alike when they are repeated.  What then leads is a sum of products that hold the factors
of all other classes: the loss keeps the gradient of a class's rows where the companion does.
"""

from __future__ import annotations

from typing import Any

from .. import hard, modulo, setup, shares, sizes, trees, words
from ..context import Context
from ..curvature import taken_apart
from ..products import Apart, Part
from ..read import read
from ..reject import Malformed, Reject
from ..written import contains_s

KIND = "products"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss = setup.expression(certificate, "loss")
    setup.shape_of(certificate)
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(loss, {})])
    read(cx, loss, {})
    found = _parts(cx, loss)
    if certificate.get("once", False) not in (True, False):
        raise Malformed("once must be true or false")
    if certificate.get("once"):
        _each_class_once(cx, found)
    return (
        f"{words.quantifiers(cx, certificate)}: {words.show(loss)} is log(c + X_1 + X_2 + ... + products of several) "
        f"with sum of log(1 + X_g) = {words.show(_sum_of_logs(found))}"
    )


def companion(cx: Context, loss: Any) -> Any:
    """The sum of log(1 + X_g) of a loss of which the statement holds."""
    return _sum_of_logs(_parts(cx, loss))


def _parts(cx: Context, loss: Any) -> Apart:
    if loss[0] != "log":
        raise Reject("the loss is no logarithm")
    found = taken_apart(cx, loss[1], {})
    if not found.parts or sizes.sign_from(cx, read(cx, found.constant, {}), cx.least_m) != "pos":
        raise Reject("the constant beside the products is not known to be positive")
    return found


def _sum_of_logs(found: Apart) -> Any:
    return ["add", [part.under_sums(["log", ["add", [["num", "1"], part.node]]]) for part in found.parts]]


def _each_class_once(cx: Context, found: Apart) -> None:
    """Refuse other parts than those of products over all classes of sums over the rows, weighted by their labels."""
    if len(found.parts) != 1 or trees.mentions(found.constant, "t") or shares.sums_rows(found.constant):
        raise Reject("there is more than one kind of part, or a constant that depends on the rows")
    (part,) = found.parts
    products = [x for x in part.way if x[0] == "prod"]
    first = part.way.index(products[0]) if products else 0
    if not products or len(products) != len(part.way) - first:
        raise Reject("the parts are not those of products")
    _, name, span, conds = products[0]
    if span != "m" or conds or not all(map(_is_one_class, products[1:])) or part.way[:first] == ():
        raise Reject("a product is not over all classes")
    if any(x[2] == "n" for x in part.way):
        raise Reject("a product or what it is summed over concerns rows")
    _rows_with_label(cx, part, name)


def _is_one_class(binder: Any) -> bool:
    """Whether a product is over the one class that a congruence says it is."""
    _, name, span, conds = binder
    if span != "m" or len(conds) != 1 or conds[0][0] != "cong":
        return False
    return abs(modulo.combination(conds[0][1], conds[0][2])[0].get(name, 0)) == 1


def _rows_with_label(cx: Context, part: Part, product: str) -> None:
    """Refuse unless the part is a sum over all rows i of a positive power of t_ij times exponentials of the row."""
    node = part.node
    if node[0] != "sum" or node[2] != "n" or node[3] or product == node[1]:
        raise Reject("a part is not a sum over all rows")
    factors = node[4][1] if node[4][0] == "mul" else [node[4]]
    label = ["at", "t", [node[1], product]]
    own = [x for x in factors if list(hard.simplified(cx, x)) == label]
    rest = [x for x in factors if not any(x is y for y in own)]
    if len(own) != 1 or any(trees.mentions(x, "t") for x in rest):
        raise Reject("a part does not hold one label of its row, at the class of the product")
    if not all(x[0] == "exp" and contains_s(x) and _is_of_row(x, node[1]) for x in rest):
        raise Reject("a part holds something else than a label and exponentials of its row")


def _is_of_row(node: Any, row: str) -> bool:
    """Whether all logits in an expression are those of a row, and nothing else in it concerns rows."""
    if not isinstance(node, list | tuple):
        return True
    if shares.sums_rows(node) or node[:1] in (["fn"], ["dfn"]) or list(node) == ["sym", row]:
        return False
    if len(node) == 3 and node[0] == "at":
        return bool(node[1] == "s" and len(node[2]) == 2 and node[2][0] == row)
    return all(_is_of_row(x, row) for x in node)


__all__ = ["KIND", "companion", "verify"]

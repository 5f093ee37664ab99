"""squeeze: a logarithm of a polynomial in sums of exponentials tends to its infimum exactly where each sum tends to 0.

{"loss", "shape", "outer": AST in the parts' names, "parts": {name: AST}}.  With the parts for their names log(outer) is
the loss, as it is written.  Each part is, whatever the labels, a nonnegative function whose infimum over s is 0 if it
is 0 along the rays of the claim; shown here: it is at least zero.  outer is a sum of a positive number, of positive
numbers times products of parts, and every part stands in it alone at least once.

So exp(loss) is at least the number, and tends to it if and only if every part tends to 0, which holds if and only if
the sum over the parts of log(1 + part) tends to 0.
"""

from __future__ import annotations

from typing import Any

from .. import setup, signs, trees, words
from ..curvature import curve
from ..numbers import parse
from ..read import read
from ..reject import Malformed, Reject

KIND = "squeeze"
_MAX_PARTS = 60


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss, outer = (setup.expression(certificate, key) for key in ("loss", "outer"))
    parts = setup.mapping(certificate, "parts")
    setup.shape_of(certificate)
    cx = setup.context(certificate)
    if not 1 <= len(parts) <= _MAX_PARTS or set(parts) & (set(cx.parameters) | {"n", "m"}):
        raise Malformed("the parts need names of their own")
    for name in parts:
        setup.expression(parts, name)
    if loss[0] != "log" or _put(outer, parts) != trees.listed(loss[1]):
        raise Reject("the logarithm of the outer polynomial is not the loss as it is written")
    setup.shapes(cx, certificate, [(loss, {})])
    read(cx, loss, {})
    _is_polynomial(outer, set(parts))
    for name, part in parts.items():
        if not signs.at_least_zero(curve(cx, part, {}).sign):
            raise Reject(f"the part {name} is not known to be at least zero")
    least = " + ".join(f"log(1 + {name})" for name in parts)
    return (
        f"{words.quantifiers(cx, certificate)}: {words.show(loss)} tends to its value at parts zero exactly where "
        f"{least} tends to zero, with {', '.join(f'{k} = {words.show(v)}' for k, v in parts.items())}"
    )


def _put(node: Any, parts: dict[str, Any]) -> Any:
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 2 and node[0] == "sym" and node[1] in parts:
        return trees.listed(parts[node[1]])
    return [_put(x, parts) for x in node]


def _is_polynomial(outer: Any, names: set[str]) -> None:
    """Refuse unless it is a positive number plus positive multiples of products, each name alone among them."""
    constant, alone = parse(0), set()
    for term in outer[1] if outer[0] == "add" else [outer]:
        factors = term[1] if term[0] == "mul" else [term]
        numbers = [parse(x[1]) for x in factors if x[0] == "num"]
        letters = [x[1] for x in factors if x[0] == "sym" and x[1] in names]
        if len(numbers) + len(letters) < len(factors) or any(q <= 0 for q in numbers):
            raise Reject("the outer expression is not a polynomial with positive coefficients")
        if not letters:
            constant += numbers[0] if len(numbers) == 1 else 0
        elif len(letters) == 1:
            alone.add(letters[0])
    if constant <= 0 or alone != names:
        raise Reject("the polynomial has no positive constant, or does not hold every part alone")

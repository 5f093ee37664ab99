"""stiemke: the loss attains its minimum, uniquely up to row shifts.

The certificate of strictly-convex, and "weights": [{"group": g, "exponent": e, "coefficient": AST}, ...]
(or [coefficient, g, e]), one for each exponent of each group; without "weights" all are 1 (0 in squares).  A
coefficient may contain sizes, parameters, arrays and the indices on the way to the exponent, no s.

For positive labels the form is, up to terms without s, the sum over group instances of
W log(c + sum of w exp(a)), W sum of w exp(a), and W a^2, with W > 0, c > 0, w > 0, and a affine in s with linear
part L; nothing else depends on s, every log node is a group and every exponential an exponent.  The
coefficients lam are positive (in squares, any), and the sum over all exponents, and all values of the indices
on the way to them that satisfy the conditions, of lam * L is zero identically.

Then (Stiemke) no direction d has L(d) = 0 in all squares, L(d) <= 0 for all other exponents and L(d) < 0 for
one of these.  The loss is finite and convex; its recession function in the direction d is the sum of
W max(0, largest L(d) in the group) for logarithms, of infinity for sums of exponentials one of which has
L(d) > 0, and for squares with L(d) not 0, and of 0 for others.  It is never negative, and zero only if
L(d) = 0 in all squares and L(d) <= 0 for all other exponents, so only if L(d) = 0 for
all; then the loss is constant along d.  Hence the loss attains its minimum (Rockafellar, Convex Analysis,
27.1).  A stationary point of a convex function is a minimum, and on the segment between two minima the
function is constant, so that their difference is in the Hessian's kernel there: a row shift.
"""

from __future__ import annotations

from typing import Any

from .. import defined, setup, trees, words, zero
from ..context import Context
from ..direction import DIRECTION, with_direction
from ..groups import Exponent, Group
from ..logsums import LogSum
from ..read import Env, measure, read
from ..reject import Malformed, Reject
from ..written import contains_s, inside, sign_of
from .strictly_convex import pick, quantifiers, small_kernel

KIND = "stiemke"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx, loss, form = small_kernel(certificate)
    shape = setup.shape_of(certificate)
    groups = LogSum(cx, form, ("log", "exp", "square")).groups
    if {x.sign for x in groups} | {x.sign for group in groups for x in group.exponents} != {"pos"}:
        raise Reject("a weight is not known to be positive")
    coefficients = _coefficients(certificate, groups)
    terms = []
    for g, group in enumerate(groups):
        for e, exponent in enumerate(group.exponents):
            terms.append(_weighted(cx, group, exponent, coefficients[g, e]))
    if not zero.is_zero(cx, read(cx, ["add", terms], {})):
        raise Reject("the weighted exponents do not add up to zero")
    alike = "" if shape == ("n",) else " up to row shifts (all classes' logits of a row shifted alike)"
    return (
        f"{quantifiers(cx, certificate)}: {words.show(loss)} is convex in s, attains its minimum over s, "
        f"and its only stationary point{alike} is the minimum, wherever the loss is defined{words.also_excluded(cx)}"
    )


def _coefficients(certificate: dict[str, Any], groups: list[Group]) -> dict[tuple[int, int], Any]:
    """The coefficient of each exponent of each group."""
    every = {(g, e) for g, group in enumerate(groups) for e in range(len(group.exponents))}
    if "weights" not in certificate:
        return {(g, e): ["num", "0" if groups[g].kind == "square" else "1"] for g, e in every}
    given = certificate["weights"]
    if not isinstance(given, list | tuple) or len(given) != len(every):
        raise Malformed("weights must be a list with one entry for each exponent")
    found = {}
    for x in given:
        if isinstance(x, list | tuple) and len(x) == 3:
            x = dict(zip(("coefficient", "group", "exponent"), x, strict=True))
        if not isinstance(x, dict) or set(x) != {"coefficient", "group", "exponent"}:
            raise Malformed("a weight has a group, an exponent and a coefficient")
        pick(pick(groups, x["group"]).exponents, x["exponent"])
        measure(x["coefficient"])
        found[x["group"], x["exponent"]] = x["coefficient"]
    if set(found) != every:
        raise Malformed("an exponent has no weight")
    return found


def _weighted(cx: Context, group: Group, exponent: Exponent, coefficient: Any) -> Any:
    """The sum, over all index values, of the coefficient times the linear part in the direction d."""
    if contains_s(coefficient) or trees.mentions(coefficient, DIRECTION):
        raise Malformed("a coefficient contains logits")
    env: Env = {}
    indices = (*group.outer, *exponent.inner)
    for x in indices:
        env = inside(cx, ["sum", x.name, x.range_name, list(x.conds), None], env)
    defined.require(cx, coefficient, env)
    if group.kind != "square" and sign_of(cx, coefficient, env) != "pos":
        raise Reject("a coefficient is not known to be positive")
    moved = [with_direction(node, True) for node in exponent.parts]
    fixed = [["mul", [["num", "-1"], with_direction(node, False)]] for node in exponent.parts]
    body: Any = ["mul", [coefficient, ["add", [*moved, *fixed]]]]
    for x in reversed(indices):
        body = ["sum", x.name, x.range_name, list(x.conds), body]
    return body

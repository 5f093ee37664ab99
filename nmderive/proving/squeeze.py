"""A logarithm of a polynomial in sums X_1, X_2, ... of exponentials, and the sum of log(1 + X_g) that squeezes it.

If the polynomial has nonnegative coefficients, constant c > 0, and holds every X_g alone, then it tends to c, its
infimum, if and only if every X_g tends to 0, which is if and only if sum_g log(1 + X_g) tends to 0.
"""

from __future__ import annotations

from sympy import Add, Expr, Mul, Rational, log

from nmderive.calculus.symbols import S
from nmderive.checker import check
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.aggregates import named_parts
from nmderive.proving.curvature import Shape, curvature


def squeezing(expr: Expr) -> tuple[Expr, dict[str, Expr]] | None:
    """Return sum_g log(1 + X_g) and the X_g for a loss log(polynomial in them); None where it is not of that form."""
    if not isinstance(expr, log) or not isinstance(expr.args[0], Add):
        return None
    constant, alone, products = Rational(0), [], []
    for term in expr.args[0].args:
        number, rest = term.as_coeff_Mul()
        if not term.has(S):
            if not isinstance(term, Rational):
                return None
            constant += term
        elif number <= 0:
            return None
        elif isinstance(rest, Mul) and all(f.has(S) for f in rest.args):
            products.append(rest)
        else:
            alone.append(rest)
    if constant <= 0 or not all(_is_sum_of_exponentials(x) for x in alone):
        return None
    known = set(alone)
    if not products or not all(set(product.args) <= known for product in products):
        return None
    return Add(*(log(1 + x) for x in alone)), {f"X{k}": x for k, x in enumerate(alone, 1)}


def squeeze_certificate(loss: Loss, parts: dict[str, Expr]) -> Certificate | None:
    """Return the accepted certificate that the loss tends to its infimum exactly where every part tends to zero."""
    asts = {name: to_ast(part) for name, part in parts.items()}
    certificate = Certificate("squeeze", {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], "parts": asts,
        "outer": named_parts(to_ast(loss.expr.args[0]), asts), "simplex": True, **certificates.declarations(loss),
    })
    return certificate if check(certificate.as_json()).accepted else None


def _is_sum_of_exponentials(expr: Expr) -> bool:
    found = curvature(expr)
    return found.sign == 1 and found.log_shape in (Shape.AFFINE, Shape.CONVEX)

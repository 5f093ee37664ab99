"""A label before a bracket stands before each of its terms: t (log t - s) is t log t - t s, where 0 log 0 is seen."""

from __future__ import annotations

from sympy import Add, Expr, Indexed, Mul, log

from nmderive.calculus.symbols import T


def before_each_term(product: Expr) -> Expr:
    """Return the product with its labels inside a sum that holds a logarithm of one of them."""
    if not isinstance(product, Mul):
        return product
    labels = {f for f in product.args if isinstance(f, Indexed) and f.base == T}
    for bracket in product.args:
        if isinstance(bracket, Add) and any(labels & x.atoms(Indexed) for t in bracket.args for x in _logs(t)):
            rest = Mul(*(f for f in product.args if f is not bracket))
            return Add(*(before_each_term(rest * t) for t in bracket.args))
    return product


def _logs(term: Expr) -> list[Expr]:
    return [f for f in Mul.make_args(term) if isinstance(f, log)]

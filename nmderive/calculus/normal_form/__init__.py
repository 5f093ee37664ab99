"""The proof kernel: one normal form that decides equality of indexed-sum expressions for all n, m."""

from nmderive.calculus.normal_form.back import to_expression
from nmderive.calculus.normal_form.convert import Frame, normal_form
from nmderive.calculus.normal_form.one_hot import one_hot
from nmderive.calculus.normal_form.reduce import is_zero, on_simplex, reduced, settled
from nmderive.calculus.normal_form.sides import without_kinks
from nmderive.calculus.normal_form.terms import Poly

__all__ = ["Frame", "Poly", "is_zero", "normal_form", "on_simplex", "one_hot", "reduced", "settled", "to_expression",
           "without_kinks"]

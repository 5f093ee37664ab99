r"""Maxima and minima over symbolic ranges, and the share of an entry among those at which one is attained.

``IndexMax(body, k, m, Ne(k, j))`` is the largest value of ``body`` over k = 1..m without j, ``IndexMin`` the smallest.
Over no index there is none: a formula that holds one speaks of sizes at which an index is left (docs/semantics.md).

.. math:: \max_k x_k = \lim_{b \to \infty} \frac{1}{b} \log \sum_k e^{b x_k}

The derivative by x_k is the limit of the softmax of b x: 1/c at each of the c entries that attain the maximum, 0
elsewhere. For a convex x_k it is a subgradient (Clarke, Optimization and Nonsmooth Analysis, 1983, section 2.3).
"""

from __future__ import annotations

from typing import Any

from sympy import Abs, Expr, Ne, S, Symbol, sign

from nmderive.calculus.kinks import Attained
from nmderive.calculus.sums import IndexedOperator
from nmderive.errors import DomainError, UnsupportedError


class IndexExtremum(IndexedOperator):
    """Common part of IndexMax and IndexMin; args are (body, bound index, size, *exclusions)."""

    def __new__(cls, body: Any, bound: Symbol, domain: Expr, *conditions: Any) -> Expr:
        """Build the operator in canonical form; what does not depend on the index is its own maximum."""
        if not conditions and not getattr(body, "has", lambda _: False)(bound):
            return S.Zero + body
        found = super().__new__(cls, body, bound, domain, *conditions)
        if isinstance(found, IndexExtremum) and not all(isinstance(c, Ne) for c in found.conditions):
            raise UnsupportedError(
                f"a maximum or minimum under the condition {found.conditions} may be over no index",
                hint="leave out single indices, as in k != j",
            )
        return found

    @classmethod
    def empty(cls) -> Expr:
        """Refuse a maximum over nothing."""
        raise DomainError("a maximum or minimum over no index has no value")

    @property
    def least_size(self) -> int:
        """The smallest size of the range at which an index is left whatever is excluded."""
        return 1 + len(self.conditions)

    def share(self) -> Expr:
        """Return the derivative by the body at the bound index."""
        return Attained(self.body, self)

    def _eval_is_positive(self) -> bool | None:
        return True if self.body.is_positive else None


class IndexMax(IndexExtremum):
    r"""The largest value of a body over one index: ``\max_{k \neq j} body``."""

    identity = S.NegativeInfinity
    latex_command = r"\max"
    text_name = "max"


class IndexMin(IndexExtremum):
    r"""The smallest value of a body over one index: ``\min_{k \neq j} body``."""

    identity = S.Infinity
    latex_command = r"\min"
    text_name = "min"


def has_kinks(expr: Expr) -> bool:
    """Tell whether an absolute value, a sign, or a maximum over an index stands in the expression."""
    return bool(expr.has(Abs, sign, IndexExtremum))


def has_extrema(expr: Expr) -> bool:
    """Tell whether a maximum or minimum over an index stands in the expression."""
    return bool(expr.has(IndexExtremum))


__all__ = ["Attained", "IndexExtremum", "IndexMax", "IndexMin", "has_extrema", "has_kinks"]

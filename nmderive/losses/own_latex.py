"""A formula in LaTeX as its source would write it: in its letters, and by its own probabilities."""

from __future__ import annotations

from sympy import Expr

from nmderive.calculus.in_probabilities import in_probabilities
from nmderive.calculus.short_form import with_sigmoids
from nmderive.notation.letters import Letters
from nmderive.notation.printers import to_latex


def own_latex(expr: Expr, letters: Letters | None) -> str:
    """Return an expression in the letters of its source, by p = softmax(s) where the source writes p."""
    if letters is None:
        return to_latex(expr)
    has_own = "p" in letters.by_name
    found = in_probabilities(expr) if has_own else None
    return to_latex(found if found is not None else with_sigmoids(expr, has_own), letters)


__all__ = ["own_latex"]

"""The verb ``derive``: the gradient of a loss for symbolic n and m, as a paper would print it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sympy import Expr

from nmderive.calculus.fractions import reduced_fractions
from nmderive.calculus.in_probabilities import P, definition, in_probabilities
from nmderive.calculus.paper_form import paper_form
from nmderive.errors import UnsupportedError, UsageError
from nmderive.losses.loss import Loss
from nmderive.notation import to_latex, to_sympy, to_text, to_unicode
from nmderive.notation.ast import to_ast
from nmderive.notation.limits import MAX_PRINTED_NODES, is_printable

#: Output formats of ``derive``.
FORMATS = ("latex", "unicode", "text", "sympy", "json")


@dataclass(frozen=True, repr=False)
class Gradient:
    """A loss and its derivative by one logit, in paper form.

    It is printed with reduced fractions, or by p = softmax(s) and its definition, where that is shorter.
    """

    loss: Loss
    expr: Expr

    def shown(self, form: str) -> str:
        """Return the gradient as ``latex``, ``unicode``, ``text``, ``sympy`` or ``json``."""
        if not is_printable(self.expr):
            raise UnsupportedError(
                f"the gradient has more than {MAX_PRINTED_NODES:,} parts, too many to print",
                hint="use loss.gradient in Python, or ask for fewer classes",
            )
        if form == "latex":
            # A reader who meets [j = 1] needs no definition of delta.
            right = re.sub(r"\\delta_\{(\w+),(\w+)\}", r"\\left[\2 = \1\\right]", self._written(to_latex, r",\quad "))
            return rf"\frac{{\partial l}}{{\partial {to_latex(self.loss.logit)}}} = {right}"
        if form == "unicode":
            return f"∂l/∂{to_unicode(self.loss.logit)} = {self._written(to_unicode, ',  ')}"
        if form == "text":
            return to_text(self.expr)
        if form == "sympy":
            return str(to_sympy(self.expr))
        if form == "json":
            import json

            return json.dumps(to_ast(self.expr))
        raise UsageError(f"there is no format {form!r}", hint="one of: " + ", ".join(FORMATS))

    def _written(self, printed: Callable[[Expr], str], comma: str) -> str:
        """Return the shortest of the gradient as it is, with reduced fractions, and in p with its definition."""
        texts = [printed(self.expr), *map(printed, reduced_fractions(self.expr))]
        found = in_probabilities(self.expr)
        if found is not None:
            left, right = definition(self.loss.indices)
            texts.append(printed(found) + (f"{comma}{printed(left)} = {printed(right)}" if found.has(P) else ""))
        return min(texts, key=len)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.shown('latex')}$"

    def __repr__(self) -> str:
        return self.shown("unicode")


def derive(loss: Loss) -> Gradient:
    """Return the gradient of ``loss`` by s_{i,j} for all n and m."""
    return Gradient(loss, paper_form(loss.gradient))

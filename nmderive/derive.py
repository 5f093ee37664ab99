"""The verb ``derive``: the gradient of a loss for symbolic n and m, as a paper would print it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from sympy import Abs, Expr, sign

from nmderive.calculus.extrema import Attained, IndexExtremum, has_extrema, has_kinks
from nmderive.calculus.fractions import reduced_fractions
from nmderive.calculus.in_probabilities import P, definition, in_probabilities
from nmderive.calculus.kinks import with_maxima_inside
from nmderive.calculus.paper_form import paper_form
from nmderive.calculus.short_form import with_common_factor, with_sigmoids, with_whole_rows
from nmderive.calculus.symbols import S
from nmderive.errors import UnsupportedError, UsageError
from nmderive.losses.loss import Loss
from nmderive.notation import to_latex, to_sympy, to_text, to_unicode
from nmderive.notation.ast import to_ast
from nmderive.notation.columns import in_column
from nmderive.notation.limits import MAX_PRINTED_NODES, is_printable
from nmderive.structure.reader import standard

#: Output formats of ``derive``.
FORMATS = ("latex", "unicode", "text", "sympy", "json")

#: What a gradient with jumps means where it jumps.
AT_KINKS = "beside kinks; at one, [x > 0] counts 1/2 and the sign of 0 is 0, the mean of both sides"
AT_TIES = "; where c entries attain a maximum over an index, [x = max] counts 1/c: a subgradient of the maximum"


@dataclass(frozen=True, repr=False)
class Gradient:
    """A loss and its derivative by one logit, in paper form.

    It is printed with reduced fractions, or by p = softmax(s) and its definition, where that is shorter.
    """

    loss: Loss
    expr: Expr
    #: The same for reading, with [a > b] for the derivative of max(a, b); that of a smooth loss is no other.
    printed: Expr | None = None

    @property
    def has_kinks(self) -> bool:
        """Whether the gradient has a jump somewhere: the loss has no derivative there."""
        return has_kinks(self.expr) and any(
            x.has(S) for x in self.expr.atoms(Abs, sign, IndexExtremum, Attained))

    @property
    def at_kinks(self) -> str:
        """What the gradient means where it jumps."""
        return AT_KINKS + (AT_TIES if has_extrema(self.expr) else "")

    def shown(self, form: str, width: int | None = None) -> str:
        """Return the gradient as ``latex``, ``unicode``, ``text``, ``sympy`` or ``json``.

        ``width`` splits LaTeX into lines of about so many printed characters, for the column of a paper.
        """
        if not is_printable(self.expr):
            raise UnsupportedError(
                f"the gradient has more than {MAX_PRINTED_NODES:,} parts, too many to print",
                hint="use loss.gradient in Python, or ask for fewer classes",
            )
        letters = self.loss.letters
        if form == "latex":
            left = rf"\frac{{\partial l}}{{\partial {to_latex(self.loss.logit, letters)}}}"
            texts = [_bracketed_deltas(a) for a in self._written(lambda e: to_latex(e, letters), r",\quad ")]
            return f"{left} = {texts[0]}" if width is None else in_column(left, texts, width)
        if form == "unicode":
            written = self._written(lambda e: to_unicode(e, letters), ",  ")
            return f"∂l/∂{to_unicode(self.loss.logit, letters)} = {written[0]}"
        if form == "text":
            return to_text(self.expr)
        if form == "sympy":
            return str(to_sympy(self.expr))
        if form == "json":
            import json

            return json.dumps(to_ast(self.expr))
        raise UsageError(f"there is no format {form!r}", hint="one of: " + ", ".join(FORMATS))

    def _written(self, printed: Callable[[Expr], str], comma: str) -> list[str]:
        """Return, the shortest first, the gradient as it is, with reduced fractions, and in p with its definition.

        Where p is the source's own, it needs no definition.
        """
        own = self.loss.letters
        expr = self.printed or self.expr
        expr = with_whole_rows(expr, own.target == "=") if own is not None else expr
        has_own = own is not None and "p" in own.by_name
        forms = [expr, *reduced_fractions(expr)]
        texts = [printed(a) for a in forms]
        if own is not None:
            texts += [printed(with_common_factor(with_sigmoids(a, has_own))) for a in forms]
        found = in_probabilities(expr)
        if found is not None:
            left, right = definition(self.loss.indices)
            defined = "" if not found.has(P) or has_own else f"{comma}{printed(left)} = {printed(right)}"
            shorter = [found] if own is None else [with_common_factor(found), found]
            texts += [printed(a) + defined for a in shorter]
        return sorted(texts, key=len)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.shown('latex')}$"

    def __repr__(self) -> str:
        return self.shown("unicode")


def _bracketed_deltas(text: str) -> str:
    """Return LaTeX with deltas as brackets: a reader who meets [j = 1] needs no definition of delta."""
    return re.sub(r"\\delta_\{(\w+),([\w{}]+?)\}(?!\})", r"\\left[\2 = \1\\right]", text)


def derive(loss: Loss) -> Gradient:
    """Return the gradient of ``loss`` by s_{i,j} for all n and m."""
    if has_kinks(loss.expr):  # a stable spelling of a smooth loss has a gradient without signs
        form = standard(loss)
        if not has_kinks(form):
            return Gradient(loss, paper_form(replace(loss, expr=form).gradient))
        printed = replace(loss, expr=with_maxima_inside(loss.expr)).gradient
        return Gradient(loss, paper_form(loss.gradient), paper_form(printed))
    return Gradient(loss, paper_form(loss.gradient))

"""Strong convexity: a loss less a multiple of the squares of the logits, beside row shifts, that is convex."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sympy import Add, Expr, Integer, Rational

from nmderive.budget import limited
from nmderive.calculus.normal_form import normal_form, to_expression
from nmderive.calculus.normal_form.derivative import derivative
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, index
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving.convexity import convex_certificate
from nmderive.proving.settled import is_carried

_STEPS = 10_000


def strongly_convex(loss: Loss, verdict: Verdict) -> Verdict | None:
    """Return ``verdict`` PROVED, by l less a multiple of the squares being convex; None where that does not carry it.

    That it does is the checker's word: of row shifts, and of the sign of the multiple, it knows more than is known here.
    """
    for modulus in _moduli(loss):
        found = convex_certificate(replace(loss, expr=loss.expr - modulus * squares(loss), name=""))
        if found is not None:
            certificate = Certificate("convex", {**found.data, "modulus": to_ast(modulus)})
            proved = replace(verdict, status=Status.PROVED, certificates=(certificate,))
            if is_carried(loss, proved):
                return proved
    return None


def squares(loss: Loss) -> Expr:
    """Return half the sum of the squares of the logits less the mean of their row, or of those of binary tasks."""
    i, j, k = (index(name) for name in "ijk")
    free = [{N: i, M: j}[size] for size in loss.shape]
    own = S[tuple(free)]
    if M in loss.shape:
        own -= IndexSum(S[(*free[:-1], k)], k, M) / M
    whole = own**2 / 2
    for letter, size in reversed(list(zip(free, loss.shape, strict=True))):
        whole = IndexSum(whole, letter, size)
    return whole


def _moduli(loss: Loss) -> Iterator[Expr]:
    """Yield numbers to try: what the second derivative by one logit holds without logits, and parameters."""
    letters = tuple(i.name for i in loss.indices)
    try:
        with limited(steps=_STEPS):
            second = derivative(derivative(normal_form(loss.expr), "s", letters), "s", letters)
            level = Add(*(x for x in Add.make_args(to_expression(second)) if not x.has(S)))
    except NmderiveError:
        level = Integer(0)
    found = [level, level / 2, Integer(2), Integer(1), Rational(1, 2)]
    for p in loss.parameters:
        found += [2 * p, p]
    for x in dict.fromkeys(found):
        if x.is_positive or x.free_symbols and not x.is_nonpositive:
            yield x


__all__ = ["squares", "strongly_convex"]

"""Strong convexity: a loss less a multiple of the squares of the logits, beside row shifts, that is convex."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

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


def strongly_convex(loss: Loss, verdict: Verdict, ways: tuple[bool, ...] = (False,)) -> Verdict | None:
    """Return ``verdict`` PROVED by the convexity of l less a multiple of the squares; None if that does not carry it.

    That it does is the checker's word: of row shifts, and of the multiple's sign, it knows more than is known here.
    The squares are those beside row shifts, or all of them where one of ``ways`` says so.
    """
    for modulus, whole in product(_moduli(loss), ways if M in loss.shape else (False,)):
        found = convex_certificate(replace(loss, expr=loss.expr - modulus * squares(loss, whole), name=""))
        if found is not None:
            certificate = Certificate("convex", {**found.data, "modulus": to_ast(modulus)})
            proved = replace(verdict, status=Status.PROVED, certificates=(certificate, *verdict.certificates))
            if is_carried(loss, proved):
                return proved
    return None


def squares(loss: Loss, whole: bool = False) -> Expr:
    """Return half the sum of the squares of the logits, less the mean of their row unless ``whole`` or of tasks."""
    i, j, k = (index(name) for name in "ijk")
    free = [{N: i, M: j}[size] for size in loss.shape]
    own = S[tuple(free)]
    if M in loss.shape and not whole:
        own -= IndexSum(S[(*free[:-1], k)], k, M) / M
    total = own**2 / 2
    for letter, size in reversed(list(zip(free, loss.shape, strict=True))):
        total = IndexSum(total, letter, size)
    return total


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

"""A diagonal matrix that is given beside a loss, to be held against its Hessian: D_ij = 2 p_ij (1 - p_ij)."""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr

from nmderive.errors import UsageError
from nmderive.losses.loss import Loss
from nmderive.notation import Declarations, free_index_symbols, parse


def with_diagonal(loss: Loss, text: str) -> Loss:
    """Return the loss with D, a formula in the indices of one logit; labels, parameters and logits are the loss's own.

    Raises ParseError where the text is not understood, and UsageError where it is no formula of one entry.
    """
    declared = Declarations.from_lets([domain.shown(name) for name, domain in loss.domains if name in _scalars(loss)])
    for let in loss.lets:
        declared = declared.merge(Declarations.from_lets([let]))
    read = parse(text, declared)
    letters = ", ".join(i.name for i in loss.indices)
    if len(read.sides) != 1:
        raise UsageError("--diagonal takes one formula, not an equation", hint=f"write D of {letters} alone")
    found = read.sides[0]
    if tuple(read.shape) not in ((), loss.shape) or free_index_symbols(found) - set(loss.indices):
        raise UsageError(f"the diagonal has an entry for each logit, a formula in {letters}",
                         hint=f"write it in the letters {letters}: {loss.logit}, {loss.label}")
    return replace(loss, diagonal=_in_symbols_of(loss, found))


def _scalars(loss: Loss) -> set[str]:
    return {p.name for p in loss.parameters}


def _in_symbols_of(loss: Loss, expr: Expr) -> Expr:
    """Return the formula with the loss's own parameters, which carry its assumptions."""
    own = {p.name: p for p in loss.parameters}
    return expr.xreplace({x: own[x.name] for x in expr.free_symbols if getattr(x, "name", "") in own})


__all__ = ["with_diagonal"]

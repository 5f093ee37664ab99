"""Logits as closed forms of the labels, by solving the gradient for the labels and the result for the logits."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from sympy import Expr

from nmderive.budget import limited
from nmderive.errors import NmderiveError
from nmderive.losses.loss import Loss
from nmderive.solving.record import Direction
from nmderive.solving.strategies import aggregates, own_entry


def inverses(loss: Loss) -> Iterator[Expr]:
    """Yield the logits that the strategies find which need no sizes."""
    yield from _found(loss)


@lru_cache(maxsize=64)
def _found(loss: Loss) -> tuple[Expr, ...]:
    """Return all of them, for the claims that ask in turn."""
    found = []
    for strategy in (aggregates, own_entry):
        try:
            with limited(steps=strategy.STEPS):
                solutions = strategy.search(loss, Direction.LOGITS).solutions
        except NmderiveError:
            continue
        found += [x.logits for x in solutions if x.logits is not None and not x.sizes]
    return tuple(found)


__all__ = ["inverses"]

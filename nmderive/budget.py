"""Time limits: a deadline that inner loops look at, and worker processes that can be killed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from nmderive.errors import BudgetExceeded

_deadline: ContextVar[float | None] = ContextVar("nmderive_deadline", default=None)


@contextmanager
def limited(seconds: float | None) -> Iterator[None]:
    """Give the block at most ``seconds``; an outer limit that ends earlier stays in force."""
    outer = _deadline.get()
    own = None if seconds is None else time.monotonic() + seconds
    ends = min((d for d in (outer, own) if d is not None), default=None)
    token = _deadline.set(ends)
    try:
        yield
    finally:
        _deadline.reset(token)


def check_budget() -> None:
    """Raise BudgetExceeded once the deadline in force has passed."""
    deadline = _deadline.get()
    if deadline is not None and time.monotonic() > deadline:
        raise BudgetExceeded("the time limit was reached")


def remaining() -> float | None:
    """Return the seconds left, None without a limit."""
    deadline = _deadline.get()
    return None if deadline is None else max(0.0, deadline - time.monotonic())

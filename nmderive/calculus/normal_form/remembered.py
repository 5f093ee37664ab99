"""Caches of the normal form that are emptied together, so that a long run stays within its memory.

How many polynomials a cache holds says little: one may be a letter, another fill a book. So what counts is how many
letters the keys of all polynomials have that were formed since the caches were last emptied.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

#: Letters after which all caches are emptied; a letter of a polynomial costs about ten bytes with all that it holds.
MOST_LETTERS = 40_000_000

_clears: list[Callable[[], None]] = []
_written = 0


def remembered(maxsize: int) -> Callable[[Function], Function]:
    """Return a decorator that keeps up to ``maxsize`` results, all of them forgotten by ``forget``."""

    def decorate(function: Function) -> Function:
        cached = lru_cache(maxsize=maxsize)(function)
        _clears.append(cached.cache_clear)
        return cached  # type: ignore[return-value]

    return decorate


def written(letters: int) -> None:
    """Count the letters of a new polynomial; empty the caches once there are too many."""
    global _written
    _written += letters
    if _written > MOST_LETTERS:
        forget()


def forget() -> None:
    """Empty all caches."""
    global _written
    _written = 0
    for clear in _clears:
        clear()


__all__ = ["MOST_LETTERS", "forget", "remembered", "written"]

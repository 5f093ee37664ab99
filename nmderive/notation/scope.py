"""What a place of a formula sees while its expression is built."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import Expr, Symbol


class ZeroBased(Exception):
    """A class is counted from 0: the source is to be read again, with literal classes shifted by one."""


@dataclass(frozen=True)
class Scope:
    """What a place of the source sees: bound indices, values of formal variables, the enclosing definition.

    ``bound`` maps an index letter to (symbol, range or None); ``inside`` lists the definitions that are
    being read, outermost first.
    """

    bound: tuple[tuple[str, Symbol, Expr | None], ...] = ()
    variables: tuple[tuple[str, Expr], ...] = ()
    inside: tuple[str, ...] = ()
    row: tuple[tuple[Expr, ...], Symbol] | None = None

    def find(self, name: str) -> tuple[Symbol, Expr | None] | None:
        """Return (symbol, range) of a bound index; the innermost binder wins."""
        for known, symbol, domain in reversed(self.bound):
            if known == name:
                return symbol, domain
        return None

    def bind(self, name: str, symbol: Symbol, domain: Expr | None) -> Scope:
        """Return the scope with one more bound index."""
        return replace(self, bound=(*self.bound, (name, symbol, domain)))

"""Printing in the letters of the source: its names, its indices, its class index y_i for one-hot labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Expr, Indexed, Mul, Ne

from nmderive.calculus.names import display_name
from nmderive.calculus.sums import IndexedOperator, IndexSum, Iverson
from nmderive.calculus.symbols import M, T, index
from nmderive.notation.letters import Letters


class OwnLetters:
    """The part of ``layout.Printer`` for letters; the attributes are those of the whole."""

    letters: Letters | None
    symbol: Callable[[str], str]
    entry: Callable[..., str]
    indicator: Callable[[str], Any]
    #: The names of the row of the entry that is being printed.
    _row_names = ""

    def own_symbol(self, name: str) -> str:
        """Print a letter as the source calls it."""
        own = self.letters.by_name.get(name) if self.letters is not None else None
        return self.symbol(name) if own is None else self.accented(*own)

    def accented(self, letter: str, mark: str) -> str:
        """Print a letter of the source with its accent."""
        return self.entry(letter, [], mark) if mark else self.symbol(letter)

    def own_entry(self, name: str, indices: list[str], mark: str = "") -> str:
        """Print an array entry as the source calls it."""
        if self.letters is None:
            return self.entry(name, indices, mark)
        if name == "t" and self.letters.target:
            return str(self.indicator(f"{self.index('@' + self._row_names)} = {indices[-1]}").text)
        letter, own_mark = self.letters.by_name.get(name, (name, ""))
        return self.entry(letter, indices, mark or own_mark)

    def index(self, name: str) -> str:
        """Print an index letter as the source calls it."""
        if self.letters is None:
            return self.symbol(name)
        shown = self.letters.index(name)
        return shown if "_" in shown else self.symbol(shown)

    def _at_target(self, expr: IndexedOperator) -> Expr | None:
        """Return sum_j t_ij a_j as a at the class y_i, where the source has such a class; None for other sums."""
        if self.letters is None or not self.letters.target or not isinstance(expr, IndexSum):
            return None
        if expr.domain != M or len(expr.conditions) > 1:
            return None
        name = display_name(expr, self)
        body, conditions = expr.open(name)
        if any(not isinstance(c, Ne) for c in conditions):
            return None
        labels = [f for f in Mul.make_args(body) if isinstance(f, Indexed) and f.base == T and f.indices[-1] == name]
        if len(labels) != 1:
            return None
        rest = Mul(*(f for f in Mul.make_args(body) if f is not labels[0]))
        row = ",".join(str(k) for k in labels[0].indices[:-1])
        target = {name: index(f"@{row}")}
        outside = Mul(*(Iverson(c.xreplace(target)) for c in conditions))
        return outside * rest.xreplace(target) if not rest.has(T) else None


__all__ = ["OwnLetters"]

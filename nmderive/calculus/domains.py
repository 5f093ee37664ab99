"""Domains of parameters: what values a declared letter may take, as exact numbers.

A letter's SymPy symbol carries its sign only; the domain stands beside the expression, in the loss record, so that
every claim, witness and certificate can speak of the same set.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Domain:
    """The real numbers between ``low`` and ``high`` (None: unbounded), the whole ones only with ``integer``.

    ``low_open`` and ``high_open`` leave an end out; ``values``, where there are any, lists all members.
    """

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = True
    high_open: bool = True
    integer: bool = False
    values: tuple[Fraction, ...] = ()

    def __contains__(self, value: Fraction | int) -> bool:
        """Tell whether the number lies in the domain."""
        if self.values:
            return value in self.values
        if self.integer and Fraction(value).denominator != 1:
            return False
        if self.low is not None and (value < self.low or value == self.low and self.low_open):
            return False
        return not (self.high is not None and (value > self.high or value == self.high and self.high_open))

    @property
    def sign(self) -> str:
        """The sign that all members share: "positive", "nonnegative", or "real" where none is known."""
        if self.values:
            least = min(self.values)
            return "positive" if least > 0 else "nonnegative" if least == 0 else "real"
        if self.low is None or self.low < 0:
            return "real"
        if self.low > 0 or self.low_open:
            return "positive"
        return "nonnegative"

    def shown(self, name: str) -> str:
        """Return the domain in words, such as ``0 < q <= 1``, ``k in {1, 2, 3}`` or ``N >= 1, whole``."""
        if self.values:
            return f"{name} in {{{', '.join(map(str, self.values))}}}"
        text = name
        if self.low is not None and self.high is None:
            text = f"{name} {'>' if self.low_open else '>='} {self.low}"
        elif self.low is not None:
            text = f"{self.low} {'<' if self.low_open else '<='} {name}"
        if self.high is not None:
            text += f" {'<' if self.high_open else '<='} {self.high}"
        elif self.low is None:
            text = f"{name} real"
        return f"{text}, whole" if self.integer else text


__all__ = ["Domain"]

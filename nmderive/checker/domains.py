"""Domains of parameters, as certificates declare them: a sign, or the ends of an interval, or a list of values."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .numbers import is_int, parse
from .reject import Malformed

_KEYS = {"low", "high", "low_open", "high_open", "integer", "values"}
_MAX_VALUES = 100


@dataclass(frozen=True)
class Interval:
    """The numbers between two ends (None: unbounded); ``integer`` keeps the whole ones, ``values`` lists all."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    integer: bool = False
    values: tuple[Fraction, ...] = ()

    def holds(self, q: Fraction) -> bool:
        """Whether a number lies in it."""
        if self.values and q not in self.values or self.integer and not is_int(q):
            return False
        if self.low is not None and (q < self.low or q == self.low and self.low_open):
            return False
        return self.high is None or q < self.high or q == self.high and not self.high_open

    @property
    def sign(self) -> str:
        """The declared sign that follows: "positive", "nonnegative" or "real"."""
        if self.low is None or self.low < 0:
            return "real"
        return "positive" if self.low > 0 or self.low_open else "nonnegative"

    def words(self, name: str) -> str:
        """The domain in words, such as 0 < q <= 1."""
        if self.values:
            return f"{name} in {{{', '.join(map(str, self.values))}}}"
        text = name
        if self.low is not None:
            text = f"{self.low} {'<' if self.low_open else '<='} {name}" if self.high is not None else (
                f"{name} {'>' if self.low_open else '>='} {self.low}")
        if self.high is not None:
            text += f" {'<' if self.high_open else '<='} {self.high}"
        return (text if text != name else f"{name} real") + (", whole" if self.integer else "")


SIGNS = {
    "positive": Interval(Fraction(0), low_open=True),
    "nonnegative": Interval(Fraction(0)),
    "real": Interval(),
    "unit": Interval(Fraction(0), Fraction(1), True, True),
}


def domain(declared: Any) -> Interval:
    """The interval of a declaration."""
    if isinstance(declared, str) and declared in SIGNS:
        return SIGNS[declared]
    if not isinstance(declared, dict) or not set(declared) <= _KEYS:
        raise Malformed("a parameter is declared by a sign, or by the ends of its domain")
    low, high = (None if declared.get(k) is None else Fraction(parse(declared[k])) for k in ("low", "high"))
    low_open, high_open, whole = (declared.get(k, False) for k in ("low_open", "high_open", "integer"))
    values = declared.get("values", [])
    plain = all(x in (True, False) for x in (low_open, high_open, whole)) and isinstance(values, list | tuple)
    if not plain or len(values) > _MAX_VALUES:
        raise Malformed("the ends of a domain are open or not, and its values are a list")
    members = tuple(Fraction(parse(q)) for q in values)
    if members:
        low, high, low_open, high_open, whole = min(members), max(members), False, False, all(map(is_int, members))
    found = Interval(low, high, low_open, high_open, whole, members)
    if low is not None and high is not None and (low > high or low == high and (found.low_open or found.high_open)):
        raise Malformed("the domain of a parameter is empty")
    return found

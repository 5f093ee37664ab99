"""Whether a number that is shown in words is one that was enclosed: "3/4", "-2/27 + -8/81*log(2)", "[0.5 +/- 1e-9]"."""

from __future__ import annotations

import re
from fractions import Fraction

from .numbers import parse
from .reject import Reject
from .values import Arithmetic

_DECIMAL = r"(-?\d{1,80}(?:\.\d{1,80})?(?:e[+-]?\d{1,4})?)"
_BALL = re.compile(rf"\[{_DECIMAL} \+/- {_DECIMAL}\]")
_LOG = re.compile(r"(\S+)\*log\((\d{1,300})\)")
_LONGEST = 20_000
_BITS = 256
Interval = tuple[Fraction, Fraction]


def holds(text: str, enclosed: Interval) -> bool:
    """Whether the number may be the one that lies between the ends; a ball tells it from zero, as they do."""
    own = _interval(text)
    if own is None or own[0] <= 0 <= own[1] and own[0] < own[1]:
        return False
    return own[0] <= enclosed[1] and enclosed[0] <= own[1]


def _interval(text: str) -> Interval | None:
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    try:
        ball = _BALL.fullmatch(text)
        if ball:
            middle, radius = Fraction(ball[1]), Fraction(ball[2])
            return middle - radius, middle + radius
        number, logs = Fraction(0), dict[int, Fraction]()
        for term in text.split(" + "):
            one = _LOG.fullmatch(term)
            if one is None:
                number += Fraction(parse(term))
            else:
                logs[int(one[2])] = logs.get(int(one[2]), Fraction(0)) + Fraction(parse(one[1]))
        found = Arithmetic(_BITS).combination(number, logs)
    except (ValueError, ZeroDivisionError, Reject):
        return None
    return found.lo, found.hi

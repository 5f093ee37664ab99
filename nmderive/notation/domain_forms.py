r"""Domains as a user writes them: ``0<q<1``, ``q in (0,1]``, ``k in {1,2,3}``, ``N_j integer>=1``, ``g<1``."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

from nmderive.calculus.domains import Domain

_NUMBER = r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:/[1-9]\d*)?"
_END = rf"(?:{_NUMBER}|[-+]?(?:inf|infinity|oo|\\infty|∞))"
_SIGN = r"<=|>=|<|>"
_SPELLED = {r"\leq": "<=", r"\le": "<=", r"\geq": ">=", r"\ge": ">=", r"\lt": "<", r"\gt": ">", "≤": "<=", "≥": ">=",
            r"\in": " in ", "∈": " in ", r"\{": "{", r"\}": "}"}
_SPELLING = re.compile("|".join(re.escape(a) + (r"(?![A-Za-z])" if a[-1:].isalpha() else "") for a in _SPELLED))
_CHAIN = re.compile(rf"\s*(?:({_END})\s*({_SIGN})\s*)?([^<>=]+?)(?:\s*({_SIGN})\s*({_END}))?\s*")
_INTERVAL = re.compile(rf"\s*(.+?)\s+in\s*([(\[])\s*({_END})\s*,\s*({_END})\s*([)\]])\s*")
_MEMBERS = re.compile(rf"\s*(.+?)\s+in\s*\{{\s*({_NUMBER}(?:\s*,\s*{_NUMBER})*)\s*\}}\s*")
_WHOLE = re.compile(r"(.+?)[\s,:]+(?:integers?|whole)")


def read_domain(let: str) -> tuple[str, Domain] | None:
    """Return (name as written, domain), or None where ``let`` declares no domain. ValueError: the domain is empty."""
    text = _SPELLING.sub(lambda m: _SPELLED[m.group()], let)
    for read in (_members, _interval, _chain):
        found = read(text)
        if found is not None:
            return found[0].strip(), _checked(found[1])
    return None


def both(first: Domain, second: Domain) -> Domain:
    """Return the numbers that lie in both domains; ValueError where there are none."""
    if first.values or second.values:
        listed, other = (first, second) if first.values else (second, first)
        return _checked(Domain(values=tuple(v for v in listed.values if v in other)), bool(listed.values))
    low, low_open = _narrower(first, second, "low", max)
    high, high_open = _narrower(first, second, "high", min)
    return _checked(Domain(low, high, low_open, high_open, first.integer or second.integer))


def _narrower(first: Domain, second: Domain, end: str, choose: object) -> tuple[Fraction | None, bool]:
    pairs = [(getattr(d, end), getattr(d, f"{end}_open")) for d in (first, second) if getattr(d, end) is not None]
    if not pairs:
        return None, True
    value = choose(v for v, _ in pairs)  # type: ignore[operator]
    return value, any(is_open for v, is_open in pairs if v == value)


def _members(text: str) -> tuple[str, Domain] | None:
    match = _MEMBERS.fullmatch(text)
    if match is None:
        return None
    values = {_fraction(v.strip()) for v in match[2].split(",")}
    return match[1], Domain(values=tuple(sorted(values)))


def _interval(text: str) -> tuple[str, Domain] | None:
    match = _INTERVAL.fullmatch(text)
    if match is None:
        return None
    name, left, low, high, right = match.groups()
    return name, Domain(_end(low), _end(high), _is_open(left, low), _is_open(right, high))


def _chain(text: str) -> tuple[str, Domain] | None:
    match = _CHAIN.fullmatch(text)
    if match is None:
        return None
    left, first, name, second, right = match.groups()
    whole = _WHOLE.fullmatch(name.strip())
    if first is None and second is None and whole is None:
        return None
    domain = Domain(integer=whole is not None)
    for sign, number, on_left in ((first, left, True), (second, right, False)):
        if sign is not None:
            domain = both(domain, _half((sign[0] == "<") == on_left, number, "=" not in sign))
    return (whole[1] if whole else name), domain


def _half(is_low: bool, number: str, is_open: bool) -> Domain:
    value = _end(number)
    return Domain(low=value, low_open=is_open) if is_low else Domain(high=value, high_open=is_open)


def _is_open(bracket: str, number: str) -> bool:
    return bracket in "()" or _end(number) is None


def _end(text: str) -> Fraction | None:
    return _fraction(text) if re.fullmatch(_NUMBER, text) else None


def _fraction(text: str) -> Fraction:
    above, _, below = text.partition("/")
    return Fraction(above) / Fraction(below or 1)


def _checked(domain: Domain, lists: bool = False) -> Domain:
    """Return the domain, the ends of a whole one being whole; ValueError where no number is left."""
    if domain.integer and not domain.values:
        low = None if domain.low is None else Fraction(floor(domain.low) + 1 if domain.low_open else ceil(domain.low))
        high = None if domain.high is None else Fraction(
            ceil(domain.high) - 1 if domain.high_open else floor(domain.high))
        domain = replace(domain, low=low, high=high, low_open=low is None, high_open=high is None)
    is_empty = lists and not domain.values
    if domain.low is not None and domain.high is not None:
        shut = domain.low_open or domain.high_open
        is_empty = is_empty or domain.low > domain.high or (domain.low == domain.high and shut)
    if is_empty:
        raise ValueError("no number satisfies this")
    return domain


__all__ = ["both", "read_domain"]

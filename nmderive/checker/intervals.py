"""Rigorous enclosures of exp and log of rational numbers, in whole-number arithmetic."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from .reject import TooLarge

Enclosure = tuple[Fraction, Fraction]

_LARGEST = 3000


def down(x: Fraction, bits: int) -> Fraction:
    """A number with about the given bits, at most x (x itself if it is short)."""
    if x.numerator.bit_length() + x.denominator.bit_length() <= 2 * bits:
        return x
    shift = bits - abs(x.numerator).bit_length() + x.denominator.bit_length()
    if shift >= 0:
        return Fraction((x.numerator << shift) // x.denominator, 1 << shift)
    return Fraction((x.numerator // (x.denominator << -shift)) << -shift)


def up(x: Fraction, bits: int) -> Fraction:
    """A number with about the given bits, at least x."""
    return -down(-x, bits)


def outward(lo: Fraction, hi: Fraction, bits: int) -> Enclosure:
    """The enclosure rounded outward."""
    return down(lo, bits), up(hi, bits)


def _ceil_div(a: int, b: int) -> int:
    return -(-a // b)


def exp_enclosure(x: Fraction, bits: int) -> Enclosure:
    """Rational bounds of exp(x)."""
    if abs(x) > _LARGEST:
        raise TooLarge("an exponential of a huge number")
    if x == 0:
        return Fraction(1), Fraction(1)
    if x < 0:
        lo, hi = exp_enclosure(-x, bits)
        return outward(1 / hi, 1 / lo, bits)
    halvings = max(0, (x.numerator // x.denominator + 1).bit_length() + 4)
    work = bits + 2 * halvings + 40
    low, high = _exp_small(x / (1 << halvings), work)
    for _ in range(halvings):
        low, high = (low * low) >> work, _ceil_div(high * high, 1 << work)
    return outward(Fraction(low, 1 << work), Fraction(high, 1 << work), bits)


def _exp_small(r: Fraction, work: int) -> tuple[int, int]:
    """Bounds of exp(r) * 2^work for 0 < r <= 1/8."""
    r_low = (r.numerator << work) // r.denominator
    r_high = _ceil_div(r.numerator << work, r.denominator)
    low = high = term_low = term_high = 1 << work
    k = 0
    while term_high > 1:
        k += 1
        term_low = ((term_low * r_low) >> work) // k
        term_high = _ceil_div(_ceil_div(term_high * r_high, 1 << work), k)
        low += term_low
        high += term_high
    return low, high + 2 * term_high


def _atanh(z: Fraction, work: int) -> tuple[int, int]:
    """Bounds of atanh(z) * 2^work for 0 <= z <= 1/2."""
    z_low = (z.numerator << work) // z.denominator
    z_high = _ceil_div(z.numerator << work, z.denominator)
    square_low, square_high = (z_low * z_low) >> work, _ceil_div(z_high * z_high, 1 << work)
    low = high = 0
    power_low, power_high = z_low, z_high
    k = 1
    while power_high > 1:
        low += power_low // k
        high += _ceil_div(power_high, k)
        power_low = (power_low * square_low) >> work
        power_high = _ceil_div(power_high * square_high, 1 << work)
        k += 2
    return low, high + 2 * power_high + 1


@lru_cache(maxsize=16)
def _log_two(work: int) -> tuple[int, int]:
    low, high = _atanh(Fraction(1, 3), work)
    return 2 * low, 2 * high


@lru_cache(maxsize=4096)
def log_enclosure(x: Fraction, bits: int) -> Enclosure:
    """Rational bounds of log(x), x > 0."""
    if x == 1:
        return Fraction(0), Fraction(0)
    if x < 1:
        lo, hi = log_enclosure(1 / x, bits)
        return -hi, -lo
    doublings = x.numerator.bit_length() - x.denominator.bit_length()
    rest = x / (1 << doublings)
    if rest < 1:
        doublings, rest = doublings - 1, rest * 2
    work = bits + doublings.bit_length() + 40
    low, high = _atanh((rest - 1) / (rest + 1), work)
    two_low, two_high = _log_two(work)
    low, high = 2 * low + doublings * two_low, 2 * high + doublings * two_high
    return outward(Fraction(low, 1 << work), Fraction(high, 1 << work), bits)

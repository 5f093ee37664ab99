"""Signs of functions of the sizes n and m, from given smallest sizes on."""

from __future__ import annotations

from math import comb

from . import signs
from .context import Context
from .nodes import Atom, Poly
from .numbers import Num, absolute, is_int, rat
from .reject import TooLarge

Powers = dict[tuple[int, int], Num]
Quotient = tuple[Powers, Powers]
_ONE: Powers = {(0, 0): 1}
_MAX_DEGREE = 40


def sign_from(cx: Context, p: Poly, least_m: int) -> str:
    """The sign of p, where n >= 1 and m >= least_m; "unknown" where it is not found."""
    found = signs.sign(cx, p)
    quotient = None if found in ("pos", "neg", "zero") else _quotient(p)
    if quotient is None:
        return found
    top, bottom = (_shifted_sign(x, least_m) for x in quotient)
    if top == "unknown" or bottom not in ("pos", "neg"):
        return found
    return top if bottom == "pos" else signs.flip(top)


def _times(a: Powers, b: Powers) -> Powers:
    out: Powers = {}
    for (i, j), c in a.items():
        for (k, h), e in b.items():
            if i + k > _MAX_DEGREE or j + h > _MAX_DEGREE:
                raise TooLarge("a function of the sizes has too high a degree")
            out[i + k, j + h] = rat(out.get((i + k, j + h), 0) + c * e)
    return out


def _plus(a: Powers, b: Powers) -> Powers:
    out = dict(a)
    for key, c in b.items():
        out[key] = rat(out.get(key, 0) + c)
    return {key: c for key, c in out.items() if c}


def _quotient(p: Poly) -> Quotient | None:
    """A polynomial in n, m and powers of such as a quotient of two polynomials."""
    top: Powers = {}
    bottom = _ONE
    for t, c in p.terms:
        if t.bounds or t.ex.terms:
            return None
        one: Quotient = ({(0, 0): c}, _ONE)
        for atom, e in t.facs:
            factor = _factor(atom, e)
            if factor is None:
                return None
            one = _times(one[0], factor[0]), _times(one[1], factor[1])
        top = _plus(_times(top, one[1]), _times(one[0], bottom))
        bottom = _times(bottom, one[1])
    return top, bottom


def _factor(atom: Atom, e: Num) -> Quotient | None:
    if not is_int(e) or absolute(e) > _MAX_DEGREE:
        return None
    if atom.kind == "sym" and atom.name in ("n", "m"):
        inner: Quotient | None = ({(1, 0) if atom.name == "n" else (0, 1): 1}, _ONE)
    elif atom.kind == "pw" and atom.sub is not None:
        inner = _quotient(atom.sub)
    else:
        return None
    if inner is None:
        return None
    result: Quotient = (_ONE, _ONE)
    for _ in range(abs(int(e))):
        result = _times(result[0], inner[0]), _times(result[1], inner[1])
    return result if e > 0 else (result[1], result[0])


def _shifted_sign(p: Powers, least_m: int) -> str:
    """The sign by the coefficients of the powers of n - 1 and m - least_m."""
    out: Powers = {}
    for (i, j), c in p.items():
        for k in range(i + 1):
            for h in range(j + 1):
                more = c * comb(i, k) * comb(j, h) * int(least_m ** (j - h))
                out[k, h] = rat(out.get((k, h), 0) + more)
    values = [c for c in out.values() if c]
    if not values:
        return "zero"
    constant = out.get((0, 0), 0)
    if all(c > 0 for c in values):
        return "pos" if constant else "nonneg"
    if all(c < 0 for c in values):
        return "neg" if constant else "nonpos"
    return "unknown"

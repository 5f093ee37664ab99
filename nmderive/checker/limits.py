"""What an expression grows like along a direction of the logits: q r^k e^(a r), as r tends to infinity.

All sizes are fixed and all letters are numbers, so that a normal form is a sum of products of logits, exponentials of
them, powers and logarithms.  Along s = r d the quotient of the expression and q r^k e^(a r) tends to one.  Where the
largest parts of a sum cancel nothing is known, and log x grows like log q, a r, or, where x tends to one, like x - 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from . import close
from .context import Context
from .nodes import Atom, Poly, Term
from .numbers import Num, is_int
from .reject import Reject

Direction = dict[tuple[int, ...], Fraction]


@dataclass(frozen=True)
class Leading:
    """q r^k e^(a r), q not zero; None stands for zero."""

    a: Fraction
    k: Fraction
    q: Fraction

    @property
    def limit(self) -> Fraction | None:
        """The limit, where it is finite."""
        if self.a == self.k == 0:
            return self.q
        return Fraction(0) if self.a < 0 or self.a == 0 > self.k else None


def leading(cx: Context, p: Poly, direction: Direction) -> Leading | None:
    """What a normal form grows like along the direction."""
    parts = [x for t, c in p.terms if (x := _of_term(cx, t, c, direction)) is not None]
    if not parts:
        return None
    top = max((x.a, x.k) for x in parts)
    q = sum((x.q for x in parts if (x.a, x.k) == top), Fraction(0))
    if not q:
        raise Reject("the largest parts cancel along the direction")
    return Leading(*top, q)


def _of_term(cx: Context, t: Term, c: Num, direction: Direction) -> Leading | None:
    cx.step()
    if t.bounds:
        raise Reject("a sum over an open range has no known growth")
    a, k, q = _rate(t.ex, direction), Fraction(0), Fraction(c)
    for atom, e in t.facs:
        base = _of_atom(cx, atom, direction)
        if base is None:
            if e > 0:
                return None
            raise Reject("something divides by zero along the direction")
        a, k, q = a + base.a * Fraction(e), k + base.k * Fraction(e), q * _power(base.q, e)
    return Leading(a, k, q)


def _rate(exponent: Poly, direction: Direction) -> Fraction:
    """The slope of an exponent that is a combination of logits."""
    total = Fraction(0)
    for t, c in exponent.terms:
        facs = t.facs
        if t.bounds or t.ex.terms or len(facs) != 1 or facs[0][1] != 1 or not _is_logit(facs[0][0]):
            raise Reject("an exponent is no combination of logits")
        total += Fraction(c) * direction[tuple(x[1] for x in facs[0][0].idx)]
    return total


def _is_logit(atom: Atom) -> bool:
    return atom.kind == "at" and atom.name == "s" and all(x[0] == "L" for x in atom.idx)


def _of_atom(cx: Context, atom: Atom, direction: Direction) -> Leading | None:
    if _is_logit(atom):
        slope = direction[tuple(x[1] for x in atom.idx)]
        return Leading(Fraction(0), Fraction(1), slope) if slope else None
    if atom.sub is None or atom.kind not in ("pw", "log"):
        raise Reject("the growth of a part is not known")
    inner = leading(cx, atom.sub, direction)
    if atom.kind == "pw":
        return inner
    return _logarithm(cx, atom.sub, inner, direction)


def _logarithm(cx: Context, x: Poly, inner: Leading | None, direction: Direction) -> Leading | None:
    if inner is None or inner.q <= 0:
        raise Reject("a logarithm of what is not known to be positive")
    if inner.a:
        return Leading(Fraction(0), Fraction(1), inner.a)
    if inner.k or inner.q != 1:
        raise Reject("a logarithm has no rational limit along the direction")
    return leading(cx, close.plus(cx, x, cx.number(-1)), direction)


def _power(q: Fraction, e: Num) -> Fraction:
    if is_int(e):
        return q ** int(e)
    if q == 1:
        return q
    raise Reject("a root of a number is not followed")


__all__ = ["Leading", "leading"]

"""What an expression grows like along a direction of the logits: q r^k e^(a r), as r tends to infinity.

All sizes are fixed and all letters are numbers, so that a normal form is a sum of products of logits, exponentials of
them, powers and logarithms.  Along s = r d the quotient of the expression and q r^k e^(a r) tends to one.  Where the
largest parts of a sum cancel nothing is known.  log x grows like a r; where x tends to q, it is log q plus something
like x / q - 1.  A factor q that is no rational, as log 2, is not known but for being a number, and not zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from . import close, powers
from .context import Context
from .nodes import Atom, Poly, Term
from .numbers import Num, is_int, rat
from .reject import Reject

Direction = dict[tuple[int, ...], Fraction]


@dataclass(frozen=True)
class Leading:
    """q r^k e^(a r), q not zero, None where it is no rational; None in place of all stands for zero."""

    a: Fraction
    k: Fraction
    q: Fraction | None

    @property
    def limit(self) -> Fraction | None:
        """The limit, where it is finite and known."""
        if self.a == self.k == 0:
            return self.q
        return Fraction(0) if self.a < 0 or self.a == 0 > self.k else None


def leading(cx: Context, p: Poly, direction: Direction) -> Leading | None:
    """What a normal form grows like along the direction."""
    parts: list[Leading] = []
    constants: list[tuple[Poly, Num]] = []
    for t, c in p.terms:
        if _is_constant(t):
            constants.append((cx.poly({t: 1}), c))
            continue
        if t.ex.terms and not t.facs and not t.bounds and _rate(t.ex, direction) == 0:
            constants.append((cx.one, c))  # e^0 all along the ray
            continue
        level, beyond = _split_logarithm(cx, t, direction)
        constants += [(level, c)] if level is not None else []
        found = _of_term(cx, t, c, direction) if level is None else _scaled(beyond, Fraction(c))
        parts += [found] if found is not None else []
    parts += _number(cx, close.total(cx, constants))
    if not parts:
        return None
    top = max((x.a, x.k) for x in parts)
    largest = [x.q for x in parts if (x.a, x.k) == top]
    if None in largest and len(largest) > 1:
        raise Reject("the largest parts may cancel along the direction")
    q = None if None in largest else sum((x for x in largest if x is not None), Fraction(0))
    if q == 0:
        raise Reject("the largest parts cancel along the direction")
    return Leading(*top, q)


def _is_constant(t: Term) -> bool:
    """Whether a term is a number, logarithms of primes included."""
    return not t.bounds and not t.ex.terms and all(atom.kind == "lp" for atom, _ in t.facs)


def _number(cx: Context, total: Poly) -> list[Leading]:
    if not total.terms:
        return []
    value = cx.constant(total)
    if value is None and any([e for _, e in t.facs] not in ([], [1]) for t, _ in total.terms):
        raise Reject("a limit along the direction is not rational")
    # Logarithms of primes, and 1, are independent over the rationals: a sum of them that is not written as 0 is not 0.
    return [Leading(Fraction(0), Fraction(0), None if value is None else Fraction(value))]


def _scaled(x: Leading | None, factor: Fraction) -> Leading | None:
    return None if x is None else Leading(x.a, x.k, None if x.q is None else x.q * factor)


def _split_logarithm(cx: Context, t: Term, direction: Direction) -> tuple[Poly | None, Leading | None]:
    """A logarithm of what tends to q > 0 as log q, and what is left, which is like x / q - 1; (None, None) else."""
    if t.bounds or t.ex.terms or len(t.facs) != 1 or t.facs[0][1] != 1 or t.facs[0][0].kind != "log":
        return None, None
    x = t.facs[0][0].sub
    assert x is not None
    inner = leading(cx, x, direction)
    if inner is None or inner.q is None or inner.q <= 0 or inner.a or inner.k:
        return None, None
    level = cx.number(rat(inner.q))
    beyond = leading(cx, close.total(cx, ((x, 1), (level, -1))), direction)
    return powers.logarithm(cx, level), _scaled(beyond, 1 / inner.q)


def _of_term(cx: Context, t: Term, c: Num, direction: Direction) -> Leading | None:
    cx.step()
    if t.bounds:
        raise Reject("a sum over an open range has no known growth")
    a, k = _rate(t.ex, direction), Fraction(0)
    q: Fraction | None = Fraction(c)
    for atom, e in t.facs:
        base = _of_atom(cx, atom, direction)
        if base is None:
            if e > 0:
                return None
            raise Reject("something divides by zero along the direction")
        power = _power(base.q, e)
        a, k = a + base.a * Fraction(e), k + base.k * Fraction(e)
        q = None if q is None or power is None else q * power
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
    if inner is None or inner.q is None or inner.q <= 0:
        raise Reject("a logarithm of what is not known to be positive")
    if inner.a:
        return Leading(Fraction(0), Fraction(1), inner.a)
    if inner.k:
        raise Reject("a factor has no rational limit along the direction")
    if inner.q != 1:
        return Leading(Fraction(0), Fraction(0), None)  # log q
    return leading(cx, close.plus(cx, x, cx.number(-1)), direction)


def _power(q: Fraction | None, e: Num) -> Fraction | None:
    if is_int(e):
        return None if q is None else q ** int(e)
    if q == 1:
        return q
    raise Reject("a root of a number is not followed")


__all__ = ["Leading", "leading"]

"""no-stationary: for labels strictly between 0 and 1 the loss has no stationary point.

{"loss", "shape", "sizes", "entry": [1, 1]}: the derivative of the loss by s at the entry (whole
numbers) has, in normal form, a strict sign that follows from 0 < t < 1 and the declarations: so it is zero
nowhere.  Where class sets occur, both cases are tried: the entry's class in Omega_pos, and not.
"""

from __future__ import annotations

from typing import Any

from .. import calculus, close, defined, setup, signs, words
from ..context import Context
from ..nodes import Atom, Factors, Label, Poly, Term
from ..numbers import Num
from ..read import read
from ..reject import Malformed, Reject

KIND = "no-stationary"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss = setup.expression(certificate, "loss")
    shape = setup.shape_of(certificate)
    cx = setup.context(certificate)
    cx.arrays["t"] = "positive"
    cx.t_below_one = True
    setup.shapes(cx, certificate, [(loss, {})])
    defined.require(cx, loss, {}, 2 if "m" in shape else 1)
    entry = _entry(cx, certificate, shape)
    slope = calculus.derivative(cx, read(cx, loss, {}), ("s", entry))
    for case in _cases(cx, slope, entry):
        if signs.sign(cx, case) not in ("pos", "neg"):
            raise Reject("the derivative has no known strict sign")
    place = ",".join(str(label[1]) for label in entry)
    return (
        f"{words.quantifiers(cx, certificate)}, labels strictly between 0 and 1: {words.show(loss)} has no "
        f"stationary point, for its derivative by s[{place}] is nowhere zero where it is defined"
        f"{words.also_excluded(cx)}"
    )


def _entry(cx: Context, certificate: dict[str, Any], shape: setup.Shape) -> tuple[Label, ...]:
    entry = certificate.get("entry")
    if not isinstance(entry, list | tuple) or len(entry) != len(shape):
        raise Malformed("entry must give one index per dimension of the logits")
    if not all(isinstance(k, int) and not isinstance(k, bool) for k in entry):
        raise Malformed("entry must hold whole numbers")
    return tuple(cx.literal(k, r) for k, r in zip(entry, shape, strict=True))


def _cases(cx: Context, slope: Poly, entry: tuple[Label, ...]) -> list[Poly]:
    """The derivative itself, or for the entry's class in a class set and not in it."""
    found = [a for t, _ in slope.terms for a, _ in t.facs if a.kind == "in" and a.idx == entry[-1:]]
    if not found:
        return [slope]
    inside = _without(cx, close.times(cx, slope, cx.single(found[0])), found[0])
    return [inside, _zero_at(cx, slope, found[0])]


def _without(cx: Context, p: Poly, atom: Atom) -> Poly:
    """A polynomial with the indicator taken out of every term, each of which must hold it."""
    terms: dict[Term, Num] = {}
    for t, c in p.terms:
        facs: Factors = dict(t.facs)
        if atom not in facs:
            raise Reject("a term does not depend on the class set")
        del facs[atom]
        term = cx.term(t.bounds, facs, t.ex)
        terms[term] = terms.get(term, 0) + c
    return cx.poly(terms)


def _zero_at(cx: Context, p: Poly, atom: Atom) -> Poly:
    """A polynomial where the indicator is zero: the terms without it."""
    if any(e < 0 for t, _ in p.terms for a, e in t.facs if a is atom):
        raise Reject("a condition stands in a denominator")
    kept = {t: c for t, c in p.terms if atom not in dict(t.facs)}
    return cx.poly(kept)

"""Normal forms that are at least zero by their terms: what is positive, and a sum less some of its own terms."""

from __future__ import annotations

from fractions import Fraction

from nmderive.calculus.normal_form.algebra import assemble, multiply, opened
from nmderive.calculus.normal_form.remembered import remembered
from nmderive.calculus.normal_form.terms import Atom, Mono, Poly, canonical, from_atom, map_labels

_MOST = 12


@remembered(5_000)
def at_least_zero(poly: Poly) -> bool:
    """Tell whether a form is at least zero, as 1 - e^x_j / sum_k e^x_k is: False only says that it was not shown."""
    if poly.positive or not poly.terms:
        return True
    if len(poly.terms) > _MOST or all(c < 0 for _, c in poly.terms):
        return False
    for atom, exponent in _denominators(poly):
        poly = multiply(poly, from_atom(atom, -exponent))
    if not all(mono.positive for mono, _ in poly.terms):
        return False
    kept = [(mono, c) for mono, c in poly.terms if c > 0]
    for mono, c in poly.terms:
        if c < 0:
            whole = next((x for x in kept if x[1] >= -c and _holds(x[0], mono)), None)
            if whole is None:
                return False
            kept.remove(whole)
    return True


def _denominators(poly: Poly) -> list[tuple[Atom, Fraction]]:
    """Return the positive sums that all of a form may be multiplied by, with their least exponents."""
    found: dict[Atom, Fraction] = {}
    for mono, _ in poly.terms:
        names = {label for label, _ in mono.bound}
        for atom, exponent in mono.factors:
            if atom.kind == "p" and exponent < 0 and atom.positive and not atom.labels & names:
                found[atom] = min(exponent, found.get(atom, exponent))
    return list(found.items())


def _holds(whole: Mono, part: Mono) -> bool:
    """Tell whether ``part`` is the term of the sum ``whole``, over one index, at one of the part's indices."""
    if len(whole.bound) != 1 or part.bound:
        return False
    bound, factors = opened(whole)
    (label, _), = bound.items()
    if any(a.kind in "cdlm" for a, _ in factors):
        return False
    wanted = canonical({}, list(part.factors))
    return any(
        assemble(Fraction(1), {}, [(map_labels(a, {label: place}), e) for a, e in factors]).terms
        == ((wanted, Fraction(1)),) for place in part.labels)


__all__ = ["at_least_zero"]

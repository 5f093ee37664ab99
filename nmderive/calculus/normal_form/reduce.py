"""The zero test: rewrite with the sums under roots and denominators, then clear denominators.

A power base X stands in a monomial as X^e. Where the same monomial also holds X's leading term T (its
bound labels matched, and occurring nowhere else), ``T X^e`` is ``(X^(e+1) - (X - T) X^e) / coefficient``:
this is what turns ``sum_k exp(s_ik) / sum_l exp(s_il)`` into 1. Every rewrite is an identity, so a zero
found is a zero; what remains may still be zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from math import lcm

from nmderive.calculus.normal_form.algebra import (
    Factors,
    add,
    assemble,
    bind,
    multiply,
    opened,
    product_of,
    scale,
)
from nmderive.calculus.normal_form.derivative import replace_atoms
from nmderive.calculus.normal_form.functions import power_poly, rebuilt
from nmderive.calculus.normal_form.remembered import remembered
from nmderive.calculus.normal_form.sides import by_sides
from nmderive.calculus.normal_form.terms import (
    NESTED,
    ONE,
    Atom,
    Mono,
    Poly,
    canonical,
    fresh_label,
    from_atom,
    make_atom,
    map_labels,
    map_poly,
)
from nmderive.errors import BudgetExceeded

#: Rewrites of one polynomial before the reduction is given up.
MAX_REWRITES = 5_000


@remembered(20_000)
def reduced(poly: Poly) -> Poly:
    """Return ``poly`` with every leading term of a power base rewritten, in nested polynomials too."""
    if any(_reducible(mono) for mono, _ in poly.terms):
        poly = replace_atoms(poly, _reduced_atom)
    done: dict[Mono, Fraction] = {}
    pending = poly
    for _ in range(MAX_REWRITES):
        rewritten: list[Poly] = []
        for mono, coefficient in pending.terms:
            replacement = _rewrite(mono)
            if replacement is None:
                done[mono] = done.get(mono, Fraction(0)) + coefficient
            else:
                rewritten.append(scale(replacement, coefficient))
        if not rewritten:
            return Poly(done)
        pending = add(*rewritten)
    raise BudgetExceeded(f"no normal form within {MAX_REWRITES} rewrites")


def _reducible(mono: Mono) -> bool:
    """Tell whether a polynomial nested in ``mono`` is not reduced.

    Bound labels are opened under names made of the canonical ones: these repeat from call to call, so that
    the cache is hit, and differ from level to level, so that nothing is captured.
    """
    rule = {label: "~" + label for label, _ in mono.bound}
    nested = (map_poly(a.args[0], rule) for a, _ in mono.factors if a.kind in NESTED)
    return any(reduced(inner) != inner for inner in nested)


def _reduced_atom(atom: Atom) -> Poly | None:
    if atom.kind not in NESTED:
        return None
    inner = reduced(atom.args[0])
    if inner == atom.args[0]:
        return None
    return rebuilt(atom.kind, inner)


def is_zero(poly: Poly) -> bool:
    """Tell whether ``poly`` is shown to be zero; False only says that it was not shown."""
    left = settled(poly)
    if not left.terms or _logs_cancel(left):
        return True
    sides = by_sides(poly)
    return sides is not None and is_zero(sides)


def _logs_cancel(poly: Poly) -> bool:
    """Tell whether a sum of multiples of logs is zero because the powers of their arguments multiply to 1.

    Every argument is positive, since its logarithm stands in the expression: so log X + log Y = log(X Y)
    holds even where the normal form could not know the signs of X and Y by themselves.
    """
    sides: dict[bool, list[tuple[Poly, Fraction]]] = {True: [], False: []}
    for mono, coefficient in poly.terms:
        if mono.bound or len(mono.factors) != 1 or mono.factors[0][0].kind != "L" or mono.factors[0][1] != 1:
            return False
        sides[coefficient > 0].append((mono.factors[0][0].args[0], abs(coefficient)))
    common = lcm(*(c.denominator for _, c in sides[True] + sides[False]))
    if any(c * common > 8 for _, c in sides[True] + sides[False]):
        return False
    up, down = (product_of(power_poly(x, c * common) for x, c in sides[key]) for key in (True, False))
    return not settled(add(up, scale(down, -1))).terms


def settled(poly: Poly) -> Poly:
    """Reduce, and clear denominators without bound labels until none is left; zero exactly if poly is."""
    current = reduced(poly)
    for _ in range(200):
        base = _denominator(current)
        if base is None:
            return current
        atom, exponent = base
        current = reduced(_cleared(current, atom, exponent))
    raise BudgetExceeded("denominators kept appearing while they were cleared")


def on_simplex(poly: Poly, array: str = "t") -> Poly:
    """Use that every row of ``array`` sums to one: drop a class sum over one entry that nothing else shares."""
    atoms = (atom for mono, _ in poly.terms for atom, _ in mono.factors)
    if any(atom.kind in NESTED and array in _arrays(atom.args[0]) for atom in atoms):
        poly = replace_atoms(poly, lambda atom: _on_simplex_inside(atom, array))
    parts = []
    for mono, coefficient in poly.terms:
        bound, factors = opened(mono)
        for label, size in list(bound.items()):
            holding = [(a, e) for a, e in factors if label in a.labels]
            if size != "m" or len(holding) != 1:
                continue
            atom, exponent = holding[0]
            if exponent == 1 and atom.kind == "a" and atom.args[1] == array and atom.args[2].count(label) == 1 \
                    and atom.args[2][-1] == label:
                factors = [f for f in factors if f != holding[0]]
                del bound[label]
        parts.append(assemble(coefficient, bound, factors))
    return add(*parts)


def _on_simplex_inside(atom: Atom, array: str) -> Poly | None:
    if atom.kind not in NESTED or array not in _arrays(atom.args[0]):
        return None
    inner = on_simplex(atom.args[0], array)
    if inner == atom.args[0]:
        return None
    return rebuilt(atom.kind, inner)


@remembered(20_000)
def _arrays(poly: Poly) -> frozenset[str]:
    """Return the names of the arrays that occur, however deep."""
    found: set[str] = set()
    for mono, _ in poly.terms:
        for atom, _ in mono.factors:
            if atom.kind == "a":
                found.add(atom.args[1])
            elif atom.kind in NESTED:
                found |= _arrays(atom.args[0])
    return frozenset(found)


def _denominator(poly: Poly) -> tuple[Atom, Fraction] | None:
    """Return a power base without bound labels and its least exponent, the tallest base first."""
    least: dict[Atom, Fraction] = {}
    for mono, _ in poly.terms:
        names = {label for label, _ in mono.bound}
        for atom, exponent in mono.factors:
            if atom.kind == "p" and not (atom.labels & names) and not atom.args[0].is_constant:
                least[atom] = min(least.get(atom, Fraction(0)), exponent)
    negative = [(atom.height, atom.key, atom) for atom, exponent in least.items() if exponent < 0]
    if not negative:
        return None
    atom = max(negative)[2]
    return atom, least[atom]


def _cleared(poly: Poly, atom: Atom, exponent: Fraction) -> Poly:
    parts = []
    for mono, coefficient in poly.terms:
        bound, factors = opened(mono)
        parts.append(assemble(coefficient, bound, [*factors, (atom, -exponent)]))
    return add(*parts)


def _rewrite(mono: Mono) -> Poly | None:
    """Return what ``mono`` becomes by one rewrite, None where no leading term is in it."""
    for position, (atom, exponent) in enumerate(mono.factors):
        is_kept_power = exponent > 0 and exponent.denominator == 1
        if atom.kind != "p" or atom.args[0].is_constant or is_kept_power:
            continue
        base: Poly = atom.args[0]
        if len(base.terms) == 1 and not base.terms[0][0].bound:
            continue
        lead = _leading(base)
        for term in [lead, *(t for t in base.terms if t != lead)] if mono.bound else [lead]:
            replacement = _by_term(mono, position, term)
            # Any term but the leading one is rewritten only where that rids us of the monomial for good,
            # as in a sum that is symmetric in two bound labels.
            if replacement is not None and (term == lead or mono in dict(replacement.terms)):
                solved = _solved(mono, replacement)
                if solved is not None:
                    return solved
    return None


def _by_term(mono: Mono, position: int, term: tuple[Mono, Fraction]) -> Poly | None:
    """Rewrite ``term X^e`` inside ``mono``; None where the term is not in it.

    All is done under temporary names of mono's bound labels: their canonical names are safe only inside it.
    """
    rule = {label: fresh_label() for label, _ in mono.bound}
    bound = {rule[label]: size for label, size in mono.bound}
    factors = [(map_labels(a, rule), e) for a, e in mono.factors]
    base, exponent = factors.pop(position)
    lead = canonical(dict(term[0].bound), [(map_labels(a, rule), e) for a, e in term[0].factors])
    division = next(_divisions(bound, factors, base, lead), None)
    if division is None:
        return None
    rest = Poly({m: c for m, c in base.args[0].terms if m != lead})
    bracket = scale(_bracket(base, exponent, rest), 1 / term[1])
    body = multiply(assemble(Fraction(1), {}, division.factors), bracket)
    for label, size in division.bound.items():
        body = bind(body, label, size)
    return body


def _bracket(atom: Atom, exponent: Fraction, rest: Poly) -> Poly:
    """Return X^(e+1) - rest X^e."""
    raised = power_poly(atom.args[0], exponent + 1) if exponent != -1 else ONE
    return add(raised, scale(multiply(rest, from_atom(atom, exponent)), -1))


@dataclass(frozen=True)
class _Division:
    """factors / lead: the labels still bound, and the factors left."""

    bound: dict[str, str]
    factors: Factors


def _solved(mono: Mono, replacement: Poly) -> Poly | None:
    """Solve mono = replacement for mono where the replacement holds mono again (a symmetric sum)."""
    again = dict(replacement.terms).get(mono)
    if again is None:
        return replacement
    if again == 1:
        return None
    others = Poly({m: c for m, c in replacement.terms if m != mono})
    return scale(others, 1 / (1 - again))


def _leading(poly: Poly) -> tuple[Mono, Fraction]:
    """Return the term that is rewritten: the one with most bound labels, then the last by key."""
    return max(poly.terms, key=lambda term: (len(term[0].bound), len(term[0].factors), term[0].key))


def _divisions(bound: dict[str, str], factors: Factors, base: Atom, lead: Mono) -> Iterator[_Division]:
    """Yield factors / lead for each way in which lead's bound labels match labels in ``bound``.

    A label that is matched must occur neither in the base nor in what is left.
    """
    free = [x for x in bound if x not in base.labels]
    for choice in permutations(free, len(lead.bound)):
        if any(bound[x] != size for x, (_, size) in zip(choice, lead.bound, strict=True)):
            continue
        names = {label: x for (label, _), x in zip(lead.bound, choice, strict=True)}
        quotient = _quotient(factors, [(map_labels(a, names), e) for a, e in lead.factors])
        if quotient is not None and not any(x in a.labels for a, _ in quotient for x in choice):
            yield _Division({x: z for x, z in bound.items() if x not in choice}, quotient)


def _quotient(factors: Factors, divisor: Factors) -> Factors | None:
    remaining = dict(factors)
    for atom, exponent in divisor:
        if atom.kind == "e":
            if not _divide_exponential(remaining, atom.args[0]):
                return None
            continue
        have = remaining.get(atom, Fraction(0))
        if atom.kind in "cdlm" or have / exponent < 1:
            return None
        remaining[atom] = have - exponent
    return [(a, e) for a, e in remaining.items() if e]


def _divide_exponential(remaining: dict[Atom, Fraction], argument: Poly) -> bool:
    """Divide by exp(argument) where each part of the argument is there in full."""
    own = next((a for a in remaining if a.kind == "e"), None)
    if own is None:
        return False
    have = dict(own.args[0].terms)
    for part, coefficient in argument.terms:
        present = have.get(part, Fraction(0))
        if present / coefficient < 1:
            return False
        have[part] = present - coefficient
    del remaining[own]
    rest = Poly(have)
    if rest.terms:
        remaining[make_atom("e", rest)] = Fraction(1)
    return True


__all__ = ["is_zero", "on_simplex", "reduced", "settled"]

"""Ring operations of the normal form: add, multiply, bind a label, substitute labels.

``assemble`` is the one place where a monomial comes into being. It contracts deltas, resolves order and
membership conditions, merges exponentials, multiplies out positive integer powers of sums, turns an
unused bound label into its size, and names the bound labels canonically.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import comb

from nmderive.budget import check_budget, step
from nmderive.calculus.normal_form import congruence
from nmderive.calculus.normal_form.remembered import remembered
from nmderive.calculus.normal_form.terms import (
    NESTED,
    ONE,
    ZERO,
    Atom,
    Mono,
    Poly,
    canonical,
    constant,
    fresh_label,
    from_atom,
    make_atom,
    map_labels,
    named,
)
from nmderive.errors import BudgetExceeded

Factors = list[tuple[Atom, Fraction]]
_INDICATORS = "cdlm"
_MAX_BITS = 20_000

#: A polynomial with more terms than this is given up.
MAX_TERMS = 20_000
#: So is a monomial with more bound labels: naming them canonically takes all their orders.
MAX_LABELS = 14
#: A power of a sum that would have more labels, or terms, stays a power.
_EXPANDED_LABELS, _EXPANDED_TERMS = 8, 400


def add(*polys: Poly) -> Poly:
    """Return the sum."""
    live = [p for p in polys if p.terms]
    if len(live) < 2:
        return live[0] if live else ZERO
    total: dict[Mono, Fraction] = {}
    for poly in live:
        for mono, coefficient in poly.terms:
            total[mono] = total.get(mono, Fraction(0)) + coefficient
    if len(total) > MAX_TERMS:
        raise BudgetExceeded(f"a normal form grew beyond {MAX_TERMS} terms")
    return _whole_orders(Poly(total))


def _whole_orders(poly: Poly) -> Poly:
    """Merge sum_{j<k} f(j,k) and sum_{j<k} f(k,j), with coefficients of one sign, into the sum over j != k."""
    total = dict(poly.terms)
    for mono, coefficient in poly.terms:
        turned = _turned(mono)
        other = total.get(turned, Fraction(0)) if turned is not None else Fraction(0)
        if turned is None or turned == mono or mono not in total or other * coefficient <= 0:
            continue
        both = min(coefficient, other, key=abs)
        for one in (mono, turned):
            total[one] -= both
        return add(Poly(total), _unordered(mono, both))
    return poly


def _bound_order(bound: Mapping[str, str], factors: Factors) -> Atom | None:
    """Return the one condition x < y on bound labels, None where there is none or labels stand in several."""
    orders = [a for a, _ in factors if a.kind == "l"]
    inner = [a for a in orders if all(x in bound for x in a.args)]
    if len(inner) != 1 or any(a is not inner[0] and not a.labels.isdisjoint(inner[0].args) for a in orders):
        return None
    return inner[0]


def _turned(mono: Mono) -> Mono | None:
    """Return the monomial with its condition x < y turned to y < x, None where it has none."""
    if not any(a.kind == "l" for a, _ in mono.factors):
        return None
    bound, factors = opened(mono)
    order = _bound_order(bound, factors)
    if order is None:
        return None
    return canonical(bound, [(make_atom("l", *reversed(a.args)) if a is order else a, e) for a, e in factors])


def _unordered(mono: Mono, coefficient: Fraction) -> Poly:
    """Return the monomial over x != y in place of x < y."""
    bound, factors = opened(mono)
    order = _bound_order(bound, factors)
    assert order is not None
    rest = [(a, e) for a, e in factors if a is not order]
    equal = (make_atom("d", *order.args), Fraction(1))
    return add(assemble(coefficient, bound, rest), assemble(-coefficient, bound, [*rest, equal]))


def scale(poly: Poly, factor: Fraction | int) -> Poly:
    """Return ``factor * poly``."""
    return Poly({mono: coefficient * factor for mono, coefficient in poly.terms}) if factor != 1 else poly


@remembered(100_000)
def multiply(left: Poly, right: Poly) -> Poly:
    """Return the product."""
    if left == ONE:
        return right
    if right == ONE:
        return left
    if len(left.terms) * len(right.terms) > MAX_TERMS:
        raise BudgetExceeded(f"a product of normal forms grew beyond {MAX_TERMS} terms")
    parts = []
    for a, ca in left.terms:
        bound_a, factors_a = opened(a)
        for b, cb in right.terms:
            bound_b, factors_b = opened(b)
            parts.append(assemble(ca * cb, bound_a | bound_b, factors_a + factors_b))
    return add(*parts)


def product_of(polys: Iterable[Poly]) -> Poly:
    """Return the product of several polynomials."""
    result = ONE
    for poly in polys:
        result = multiply(result, poly)
    return result


def is_expanded(poly: Poly, exponent: Fraction | int) -> bool:
    """Tell whether a whole power of a sum is multiplied out."""
    if not poly.terms or len(poly.terms) == 1 and not poly.terms[0][0].bound:
        return True
    labels = max(len(mono.bound) for mono, _ in poly.terms) * exponent
    # A power far beyond the limits is not worth a large binomial.
    return labels <= _EXPANDED_LABELS and exponent <= 64 and comb(
        len(poly.terms) + int(exponent) - 1, int(exponent)) <= _EXPANDED_TERMS


def integer_power(poly: Poly, exponent: int) -> Poly:
    """Return the power, multiplied out where that stays small; a power of one factor multiplies its exponents."""
    if len(poly.terms) == 1 and not poly.terms[0][0].bound and exponent:
        (mono, coefficient), = poly.terms
        if exponent * max(coefficient.numerator.bit_length(), coefficient.denominator.bit_length()) > _MAX_BITS:
            raise BudgetExceeded("a number grew too long")
        return assemble(coefficient**exponent, {}, [(a, e * exponent) for a, e in mono.factors])
    return product_of([poly] * exponent)


def opened(mono: Mono) -> tuple[dict[str, str], Factors]:
    """Return the monomial's labels and factors, its bound labels under temporary names."""
    if not mono.bound:
        return {}, list(mono.factors)
    rule = {label: fresh_label() for label, _ in mono.bound}
    bound = {rule[label]: size for label, size in mono.bound}
    return bound, [(map_labels(a, rule), e) for a, e in mono.factors]


def bind(poly: Poly, label: str, size: str) -> Poly:
    """Return the sum of ``poly`` over ``label`` = 1..``size``."""
    parts = []
    for mono, coefficient in poly.terms:
        bound, factors = opened(mono)
        temporary = fresh_label()
        renamed = [(map_labels(a, {label: temporary}), e) for a, e in factors]
        parts.append(assemble(coefficient, bound | {temporary: size}, renamed))
    return add(*parts)


def substitute(poly: Poly, rule: Mapping[str, str]) -> Poly:
    """Replace free labels; two labels may become equal, so everything is formed anew."""
    live = {x: y for x, y in rule.items() if x in poly.labels and x != y}
    if not live:
        return poly
    parts = []
    for mono, coefficient in poly.terms:
        bound, factors = opened(mono)
        part = scale(product_of(_substitute_atom(a, e, live) for a, e in factors), coefficient)
        for label, size in bound.items():
            part = bind(part, label, size)
        parts.append(part)
    return add(*parts)


def _substitute_atom(atom: Atom, exponent: Fraction, rule: Mapping[str, str]) -> Poly:
    from nmderive.calculus.normal_form.functions import exp_poly, power_poly, rebuilt  # needs this module

    if not any(x in rule for x in atom.labels):
        return assemble(Fraction(1), {}, [(atom, exponent)])
    if atom.kind not in NESTED:
        return assemble(Fraction(1), {}, [(map_labels(atom, rule), exponent)])
    inner = substitute(atom.args[0], rule)
    if atom.kind == "e":
        return exp_poly(scale(inner, exponent))
    return power_poly(rebuilt(atom.kind, inner), exponent)


def assemble(coefficient: Fraction, bound: dict[str, str], factors: Factors) -> Poly:
    """Return the normal form of ``coefficient * sum over bound of prod(factors)``.

    Labels in ``bound`` must be temporary ones, used nowhere else.
    """
    check_budget()
    if not coefficient:
        return ZERO
    if len(bound) > MAX_LABELS:
        raise BudgetExceeded(f"a product of sums has more than {MAX_LABELS} indices")
    merged = _merge(factors)
    if merged is None:
        return ZERO
    for rule in (_contract_delta, _solve_congruence, _orient_order, _expand_power, _reduce_root):
        result = rule(coefficient, bound, merged)
        if result is not None:
            return result
    return _close(coefficient, bound, merged)


def _merge(factors: Factors) -> Factors | None:
    """Add exponents of equal atoms and arguments of exponentials; None when the product is zero."""
    exponents: dict[Atom, Fraction] = {}
    argument = ZERO
    for atom, exponent in factors:
        if atom.kind == "e":
            argument = add(argument, scale(atom.args[0], exponent))
        else:
            exponents[atom] = exponents.get(atom, Fraction(0)) + exponent
    merged: Factors = []
    for atom, exponent in exponents.items():
        if atom.kind in _INDICATORS and exponent:
            value = _indicator_value(atom)
            if value == 0:
                return None
            if value is None:
                merged.append((atom, Fraction(1)))
        elif exponent:
            merged.append((atom, exponent))
    if argument.terms:
        merged.append((make_atom("e", argument), Fraction(1)))
    return merged


def _indicator_value(atom: Atom) -> int | None:
    """Return 1 or 0 where a condition on labels is decided, None where it is open."""
    if atom.kind == "m":
        return None
    if atom.kind == "c":
        return 1 if atom.args[0] == ((), 0) else None
    x, y = atom.args
    if x == y:
        return 1 if atom.kind == "d" else 0
    if x[0] == "@" and y[0] == "@":
        return int(int(x[1:]) < int(y[1:])) if atom.kind == "l" else 0
    return None


def _contract_delta(coefficient: Fraction, bound: dict[str, str], factors: Factors) -> Poly | None:
    for position, (atom, _) in enumerate(factors):
        if atom.kind != "d":
            continue
        x, y = atom.args
        rest = factors[:position] + factors[position + 1 :]
        if x in bound or y in bound:
            gone, kept = (x, y) if x in bound else (y, x)
            others = {label: size for label, size in bound.items() if label != gone}
            return _rebound(coefficient, others, _renamed_product(rest, {gone: kept}))
        gone, kept = (x, y) if y[0] == "@" else (y, x)
        if any(gone in a.labels for a, _ in rest):
            product = _renamed_product(rest, {gone: kept})
            return _rebound(coefficient, bound, multiply(from_atom(atom), product))
    return None


def _solve_congruence(coefficient: Fraction, bound: dict[str, str], factors: Factors) -> Poly | None:
    """Make a delta of x - y = 0 modulo m, and solve a congruence for a bound label that only congruences hold."""
    for position, (atom, _) in enumerate(factors):
        if atom.kind != "c":
            continue
        rest = factors[:position] + factors[position + 1 :]
        equal = congruence.difference(atom.args[0])
        if equal is not None:
            return assemble(coefficient, bound, [*rest, (make_atom("d", *equal), Fraction(1))])
        for label in bound:
            value = congruence.solution(atom.args[0], label)
            if value is not None and not any(label in a.plain for a, _ in rest):
                others = {x: size for x, size in bound.items() if x != label}
                return _rebound(coefficient, others, _renamed_product(rest, {label: value}))
    return None


def _renamed_product(factors: Factors, rule: Mapping[str, str]) -> Poly:
    return product_of(_substitute_atom(a, e, rule) for a, e in factors)


def _rebound(coefficient: Fraction, bound: Mapping[str, str], poly: Poly) -> Poly:
    for label, size in bound.items():
        poly = bind(poly, label, size)
    return scale(poly, coefficient)


def _orient_order(coefficient: Fraction, bound: dict[str, str], factors: Factors) -> Poly | None:
    """Write x < y for free labels in alphabetical order: [y < x] = 1 - [x = y] - [x < y]."""
    for position, (atom, _) in enumerate(factors):
        if atom.kind != "l" or atom.args[0] in bound or atom.args[1] in bound:
            continue
        y, x = atom.args
        if y > x:
            rest = _renamed_product(factors[:position] + factors[position + 1 :], {})
            turned = add(ONE, scale(from_atom(make_atom("d", x, y)), -1), scale(from_atom(make_atom("l", x, y)), -1))
            return _rebound(coefficient, bound, multiply(turned, rest))
    return None


def _expand_power(coefficient: Fraction, bound: dict[str, str], factors: Factors) -> Poly | None:
    whole = [
        (a, e) for a, e in factors if a.kind == "p" and e > 0 and e.denominator == 1 and is_expanded(a.args[0], e)
    ]
    if not whole:
        return None
    rest = [(a, e) for a, e in factors if (a, e) not in whole]
    product = assemble(Fraction(1), {}, rest)
    for atom, exponent in whole:
        product = multiply(product, integer_power(atom.args[0], int(exponent)))
    return _rebound(coefficient, bound, product)


def _reduce_root(coefficient: Fraction, bound: dict[str, str], factors: Factors) -> Poly | None:
    """Bring the exponent of a number's root into [0, 1): 2^(3/2) is 2 * 2^(1/2)."""
    for position, (atom, exponent) in enumerate(factors):
        whole = exponent.numerator // exponent.denominator
        if atom.kind != "p" or not whole or not atom.args[0].is_constant:
            continue
        number = atom.args[0].terms[0][1]
        rest = factors[:position] + factors[position + 1 :] + [(atom, exponent - whole)]
        return assemble(coefficient * number**whole, bound, rest)
    return None


def _close(coefficient: Fraction, bound: dict[str, str], factors: Factors) -> Poly:
    used = frozenset().union(*(a.labels for a, _ in factors))
    sizes: dict[str, int] = {}
    for label, size in bound.items():
        if label not in used:
            sizes[size] = sizes.get(size, 0) + 1
    if sizes:
        extra = [(make_atom("z", "positive", size), Fraction(times)) for size, times in sizes.items()]
        remaining = {label: size for label, size in bound.items() if label in used}
        return assemble(coefficient, remaining, factors + extra)
    halved = _symmetric_order(coefficient, bound, factors)
    if halved is not None:
        return halved
    mono, tried = named(bound, factors)
    step(max(0, tried - 1))  # each order of like indices costs as much as a product does
    return Poly({mono: coefficient})


def _symmetric_order(coefficient: Fraction, bound: dict[str, str], factors: Factors) -> Poly | None:
    """Replace [j < k] by (1 - [j = k])/2 where swapping the bound j and k changes nothing else."""
    for position, (atom, _) in enumerate(factors):
        if atom.kind != "l" or not all(x in bound for x in atom.args):
            continue
        x, y = atom.args
        rest = factors[:position] + factors[position + 1 :]
        others = {label: size for label, size in bound.items() if label not in (x, y)}
        swapped = [(map_labels(a, {x: y, y: x}), e) for a, e in rest]
        if canonical(others, rest) == canonical(others, swapped):
            distinct = add(ONE, scale(from_atom(make_atom("d", x, y)), -1))
            product = multiply(_renamed_product(rest, {}), distinct)
            return _rebound(coefficient / 2, bound, product)
    return None


__all__ = [
    "add", "assemble", "bind", "constant", "integer_power", "multiply", "opened", "product_of", "scale",
    "substitute",
]

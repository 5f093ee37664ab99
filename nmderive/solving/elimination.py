r"""Eliminate the labels from dl/ds = 0, for all n and m, by naming the sums that stand in its way.

Two kinds of sums are named: the arguments A of the logarithms (they stand in the gradient's denominators)
and row sums R_i = sum_h t_ih F_ih. Where the gradient is then linear in the labels of its row,

    D_ij t_ij + sum_f G^f_ij R^f_i + H_ij = 0,

it is solved for t_ij exactly. Nothing here is a verdict: what comes out is judged by proving/.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from nmderive.calculus.normal_form import Frame, Poly, normal_form
from nmderive.calculus.normal_form.algebra import (
    Factors,
    add,
    assemble,
    bind,
    multiply,
    opened,
    scale,
    substitute,
)
from nmderive.calculus.normal_form.derivative import depends, derivative
from nmderive.calculus.normal_form.functions import power_poly
from nmderive.calculus.normal_form.reduce import reduced
from nmderive.calculus.normal_form.terms import NESTED, ONE, ZERO, Atom, Mono, from_atom, make_atom
from nmderive.losses.loss import Loss


@dataclass(frozen=True)
class Aggregate:
    """A named sum: A (of one class, ``labels`` = ("j",)) or a constant, with its value at those labels."""

    name: str
    labels: tuple[str, ...]
    value: Poly


@dataclass(frozen=True)
class RowSystem:
    """The equation D t + sum of G R + H = 0 at the entry (i, j); polynomials in the labels i and j."""

    diagonal: Poly
    weights: tuple[Poly, ...]
    sums: tuple[Poly, ...]
    constant: Poly
    aggregates: tuple[Aggregate, ...]


class NotLinear(Exception):
    """The gradient is not linear in the labels of its own row once the aggregates are named."""


def row_system(loss: Loss, sizes: dict[str, int] | None = None) -> RowSystem:
    """Return the gradient's equation for one row; raises NotLinear where it is not of that form.

    ``sizes`` may fix m for the sums inside; the entry's labels stay i and j.
    """
    letters = tuple(i.name for i in loss.indices)
    gradient = derivative(normal_form(loss.expr, Frame(sizes or {})), "s", letters)
    named, aggregates = _named(gradient, letters)
    diagonal, constant = ZERO, ZERO
    groups: dict[str, tuple[Poly, Poly]] = {}
    for mono, coefficient in named.terms:
        bound, factors = opened(mono)
        entries = [(a, e) for a, e in factors if a.kind == "a" and a.args[1] == "t"]
        if any(_hides_labels(a) for a, _ in factors) or len(entries) > 1:
            raise NotLinear
        if not entries:
            constant = add(constant, _term(coefficient, bound, factors))
            continue
        (entry, exponent), = entries
        rest = [(a, e) for a, e in factors if a != entry]
        if exponent != 1 or entry.args[2][:-1] != letters[:-1]:
            raise NotLinear
        position = entry.args[2][-1]
        if position == letters[-1]:
            diagonal = add(diagonal, _term(coefficient, bound, rest))
        elif position in bound:
            inside, outside = _separated(rest, position, letters[-1], bound)
            key_label = "h"
            row_term = _row_term(entry, inside, position, bound, key_label)
            weight = _term(coefficient, outside[1], outside[0])
            _, before = groups.get(row_term.key, (row_term, ZERO))
            groups[row_term.key] = (row_term, add(before, weight))
        else:
            raise NotLinear
    pairs = [(s, w) for s, w in groups.values() if w.terms]
    return RowSystem(diagonal, tuple(w for _, w in pairs), tuple(s for s, _ in pairs), constant, aggregates)


def _term(coefficient: Fraction, bound: dict[str, str], factors: Factors) -> Poly:
    return assemble(coefficient, bound, factors)


def _hides_labels(atom: Atom) -> bool:
    """Tell whether labels stand inside a function in ``atom``."""
    return atom.kind in NESTED and depends(atom.args[0], "t")


def _named(gradient: Poly, letters: tuple[str, ...]) -> tuple[Poly, tuple[Aggregate, ...]]:
    """Replace denominators that hold labels by entries of positive arrays A, B, ..."""
    found: dict[str, Aggregate] = {}
    parts = []
    for mono, coefficient in gradient.terms:
        bound, factors = opened(mono)
        changed: Factors = []
        for atom, exponent in factors:
            if atom.kind == "p" and depends(atom.args[0], "t"):
                changed.append((_aggregate_entry(atom.args[0], bound, letters, found), exponent))
            else:
                changed.append((atom, exponent))
        parts.append(assemble(coefficient, bound, changed))
    return add(*parts), tuple(found.values())


def _aggregate_entry(
    base: Poly, bound: dict[str, str], letters: tuple[str, ...], found: dict[str, Aggregate]
) -> Atom:
    labels = tuple(sorted(base.labels))
    if len(labels) > 1 or any(x == letters[0] and len(letters) == 2 for x in labels):
        raise NotLinear
    if labels and bound.get(labels[0], "m") != "m":
        raise NotLinear
    template = substitute(base, {labels[0]: "j"}) if labels else base
    if template.key not in found:
        name = "ABCDEFG"[len(found)] if len(found) < 7 else f"A{len(found)}"
        found[template.key] = Aggregate(name, ("j",) if labels else (), template)
    return make_atom("a", "positive", found[template.key].name, labels)


def _separated(
    factors: Factors, position: str, own: str, bound: dict[str, str]
) -> tuple[Factors, tuple[Factors, dict[str, str]]]:
    """Split factors into those of the summed class and the rest; exponentials split by their terms."""
    inside: Factors = []
    outside: Factors = []
    for atom, exponent in factors:
        if atom.kind == "e":
            near = [(m, c) for m, c in atom.args[0].terms if position in m.labels]
            far = [(m, c) for m, c in atom.args[0].terms if position not in m.labels]
            for part, target in ((near, inside), (far, outside)):
                if part:
                    target.append((make_atom("e", Poly(dict(part))), exponent))
        else:
            (inside if position in atom.labels else outside).append((atom, exponent))
    inner_labels = set().union(*(a.labels for a, _ in inside)) if inside else set()
    outer_labels = set().union(*(a.labels for a, _ in outside)) if outside else set()
    others = {x for x in bound if x != position}
    if own in inner_labels or others & inner_labels & outer_labels or any(x in inner_labels for x in others):
        raise NotLinear
    return inside, (outside, {x: s for x, s in bound.items() if x != position})


def _row_term(entry: Atom, inside: Factors, position: str, bound: dict[str, str], label: str) -> Poly:
    """Return sum over the class of t times the factors of that class."""
    product = assemble(Fraction(1), {}, [(entry, Fraction(1)), *inside])
    return bind(substitute(product, {position: label}), label, bound[position])


@dataclass(frozen=True)
class ClosedForm:
    """t_ij = alpha_ij + beta_ij U_i (U_i from sum_j t_ij = 1), times A_j where ``aggregate`` is given."""

    alpha: Poly
    beta: Poly
    aggregate: Aggregate | None = None
    scaled: Poly = ZERO


def solve_row(system: RowSystem, letters: tuple[str, ...]) -> ClosedForm:
    """Solve the row equation for t_ij; raises NotLinear where the unknown sums do not drop out."""
    if not system.diagonal.terms:
        raise NotLinear
    inverse = power_poly(system.diagonal, Fraction(-1))
    beta = ZERO
    if system.weights:
        plain = scale(multiply(_common_weight(system, letters[-1]), inverse), -1)
        beta = min(plain, reduced(plain), key=lambda p: len(p.key))
    alpha = reduced(scale(multiply(system.constant, inverse), -1))
    names = {a.name: a for a in system.aggregates}
    used = [a for name, a in names.items() if depends(beta, name) or depends(alpha, name)]
    if not used:
        return ClosedForm(alpha, beta)
    if len(used) > 1 or alpha.terms:
        raise NotLinear
    aggregate = used[0]
    entry = make_atom("a", "positive", aggregate.name, letters[-1:] if aggregate.labels else ())
    without = multiply(beta, from_atom(entry, -1))
    if depends(without, aggregate.name):
        raise NotLinear
    return ClosedForm(ZERO, without, aggregate, _response(aggregate, without, letters))


def _common_weight(system: RowSystem, own: str) -> Poly:
    """Return the weight that all row sums share up to factors without the class; one sum then stands for all."""
    first = system.weights[0]
    for other in system.weights[1:]:
        ratio = reduced(multiply(other, power_poly(first, Fraction(-1))))
        if own in ratio.labels:
            raise NotLinear
    parts = {class_part(mono, own) for mono, _ in first.terms}
    return parts.pop() if len(parts) == 1 else first


def class_part(mono: Mono, own: str) -> Poly:
    """Return the factors of a monomial that involve the class, with the sums that they stand under."""
    bound, factors = opened(mono)
    pieces: Factors = []
    for atom, exponent in factors:
        if atom.kind == "e":
            pieces += [(make_atom("e", Poly({m: c})), exponent) for m, c in atom.args[0].terms]
        else:
            pieces.append((atom, exponent))
    reached = {own}
    while True:
        kept = [(a, e) for a, e in pieces if a.labels & reached]
        grown = reached | {x for a, _ in kept for x in a.labels if x in bound}
        if grown == reached:
            return assemble(Fraction(1), {x: s for x, s in bound.items() if x in reached}, kept)
        reached = grown


def _response(aggregate: Aggregate, weight: Poly, letters: tuple[str, ...]) -> Poly:
    """Return v_ij with A_j = c + A_j sum_i U_i v_ij: the factor of t_ij in A_j, times ``weight``."""
    if not aggregate.labels:
        raise NotLinear
    share = derivative(aggregate.value, "t", ("~row", "~class"))
    if depends(share, "t"):
        raise NotLinear
    constant = add(aggregate.value, scale(_labels_part(aggregate, share), -1))
    if depends(constant, "t") or constant != ONE:
        raise NotLinear
    at_own = _without_delta(share, "~class", "j")
    return reduced(multiply(substitute(at_own, {"~row": letters[0], "~class": letters[-1], "j": letters[-1]}), weight))


def _labels_part(aggregate: Aggregate, share: Poly) -> Poly:
    entry = from_atom(make_atom("a", "nonnegative", "t", ("~row", "~class")))
    return bind(bind(multiply(share, entry), "~class", "m"), "~row", "n")


def _without_delta(share: Poly, left: str, right: str) -> Poly:
    """Return the factor of delta(left, right); raises NotLinear where a term lacks it."""
    delta = make_atom("d", left, right)
    parts = []
    for mono, coefficient in share.terms:
        bound, factors = opened(mono)
        if delta not in [a for a, _ in factors]:
            raise NotLinear
        parts.append(assemble(coefficient, bound, [(a, e) for a, e in factors if a != delta]))
    return add(*parts)


__all__ = ["Aggregate", "ClosedForm", "NotLinear", "RowSystem", "class_part", "row_system", "solve_row"]

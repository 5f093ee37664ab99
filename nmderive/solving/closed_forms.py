"""From the eliminated row equation to candidates: links t(s), logits s(t), and partial forms."""

from __future__ import annotations

from fractions import Fraction

from sympy import Expr, Integer, Rational

from nmderive.calculus.normal_form import Poly, to_expression
from nmderive.calculus.normal_form.algebra import (
    Factors,
    add,
    assemble,
    bind,
    multiply,
    scale,
    substitute,
)
from nmderive.calculus.normal_form.derivative import depends
from nmderive.calculus.normal_form.functions import power_poly
from nmderive.calculus.normal_form.reduce import reduced, settled
from nmderive.calculus.normal_form.terms import ONE, Atom, Mono, from_atom, make_atom
from nmderive.calculus.symbols import M
from nmderive.losses.links import Link
from nmderive.losses.loss import Loss
from nmderive.solving.elimination import ClosedForm, RowSystem, class_part


def closed_link(loss: Loss, form: ClosedForm) -> Link:
    """Return t = alpha + beta (1 - sum alpha) / sum beta, the normalised closed form."""
    value = form.alpha
    if form.beta.terms and M in loss.shape:
        own = loss.indices[-1].name
        beta = tidy(form.beta, own)
        totals = [bind(substitute(p, {own: "~c"}), "~c", "m") for p in (form.alpha, beta)]
        missing = reduced(add(ONE, scale(totals[0], -1)))
        share = multiply(beta, power_poly(totals[1], Fraction(-1)))
        value = add(form.alpha, multiply(share, missing))
    expr = to_expression(reduced(value))
    return Link(f"t = {_short(expr)}", rf"{loss.written(loss.label)} = {loss.written(expr)}", expr)


def tidy(beta: Poly, own: str) -> Poly:
    """Return a shorter multiple of ``beta`` by a factor of the row alone, which normalisation takes away again.

    All denominators are cleared; where one term is left, what does not involve the class is dropped from it, and
    the denominators of the class are put back.
    """
    least: dict[Atom, Fraction] = {}
    for mono, _ in beta.terms:
        for atom, exponent in mono.factors:
            if atom.kind == "p" and not (atom.labels & {label for label, _ in mono.bound}):
                least[atom] = min(least.get(atom, Fraction(0)), exponent)
    down = [(atom, e) for atom, e in least.items() if e < 0]
    cleared = reduced(multiply(beta, assemble(Fraction(1), {}, [(atom, -e) for atom, e in down])))
    if len(cleared.terms) != 1:
        return beta
    kept = class_part(cleared.terms[0][0], own)
    back = assemble(Fraction(1), {}, [(atom, e) for atom, e in down if own in atom.labels])
    shorter = multiply(kept, back)
    return shorter if len(shorter.key) < len(beta.key) else beta


def side_conditions(loss: Loss, system: RowSystem, form: ClosedForm) -> tuple[str, ...]:
    """Return what was divided by and is not known to be nonzero, as conditions "... != 0" in LaTeX."""
    divisors = [system.diagonal]
    if form.beta.terms and M in loss.shape:
        own = loss.indices[-1].name
        divisors.append(bind(substitute(form.beta, {own: "~c"}), "~c", "m"))
    open_ = [d for d in divisors if not d.positive and not scale(d, -1).positive]
    return tuple(rf"{loss.written(_primitive(to_expression(d)))} \neq 0" for d in open_)


def _primitive(expr: Expr) -> Expr:
    """Return an expression that is zero where the given one is, without a number in front."""
    found = expr.as_content_primitive()[1]
    return -found if found.could_extract_minus_sign() else found


def _short(expr: Expr) -> str:
    from nmderive.notation import to_text

    return to_text(expr)


def partial_link(loss: Loss, form: ClosedForm) -> Link:
    """Return t_ij = U_i beta_ij A_j with A_j = 1 / (1 - sum_i U_i v_ij), U an array of unknowns."""
    assert form.aggregate is not None
    row = loss.indices[0].name
    unknown = make_atom("a", "positive", "U", (row,))
    response = multiply(from_atom(unknown), form.scaled)
    total = bind(substitute(response, {row: "~r"}), "~r", "n")
    aggregate = power_poly(add(ONE, scale(total, -1)), Fraction(-1))
    value = multiply(multiply(from_atom(unknown), form.beta), aggregate)
    expr = to_expression(value)
    i, j = loss.index_letters
    latex = rf"{loss.written(loss.label)} = U_{i}\, {loss.written(to_expression(form.beta))}\, A_{j}"
    latex += rf",\quad A_{j} = \frac{{1}}{{1 - \sum_{i} U_{i} {_bracketed(loss, form.scaled)}}}"
    return Link("t_ij = U_i w_ij A_j", latex, expr)


def _bracketed(loss: Loss, poly: Poly) -> str:
    text = loss.written(to_expression(poly))
    return rf"\left({text}\right)" if len(poly.terms) > 1 else text


def is_flat(loss: Loss, form: ClosedForm) -> bool:
    """Tell whether v_ij does not depend on the class, so that A is one constant and drops out."""
    own = loss.indices[-1].name
    return own not in form.scaled.labels or _same_at(form.scaled, own)


def _same_at(poly: Poly, own: str) -> bool:
    other = substitute(poly, {own: "~other"})
    return not settled(add(poly, scale(other, -1))).terms


def logit_power(loss: Loss, beta: Poly) -> Expr | None:
    """Return the power of e^(s_ij) that beta consists of, None where it is not such a power."""
    found = weighted_power(loss, beta)
    return found[0] if found is not None and found[1] == 1 else None


def weighted_power(loss: Loss, beta: Poly) -> tuple[Expr, Expr] | None:
    """Return (c, w) where ``beta`` is w e^(c s_ij) times a factor of the row and w has no logits; else None."""
    own = loss.indices[-1].name
    found = [_of_class(own, mono) for mono, _ in beta.terms]
    kinds = {(x[0], x[2]) for x in found if x is not None}
    if len(kinds) != 1 or None in found or next(iter(kinds))[0] == 0:
        return None
    weights = [scale(x[1], c) for x, (_, c) in zip(found, beta.terms, strict=True) if x is not None]
    return next(iter(kinds))[0], to_expression(add(*weights))


def _of_class(own: str, mono: Mono) -> tuple[Expr, Poly, str] | None:
    """Return (c, w, key of the rest) where the monomial is w e^(c s_own) times a rest without the class."""
    power: Expr = Integer(0)
    weight: Factors = []
    rest: Factors = []
    for atom, exponent in mono.factors:
        if atom.kind == "z":
            weight.append((atom, exponent))
        elif own not in atom.labels:
            rest.append((atom, exponent))
        elif atom.kind == "e":
            for part in (Poly({m: c}) for m, c in scale(atom.args[0], exponent).terms):
                slope = _slope(part) if depends(part, "s") else Integer(0)
                if slope is None and own in part.labels:
                    return None
                moved = own in part.labels and slope == 0
                power += slope if own in part.labels else 0
                if moved or own not in part.labels:
                    (weight if moved else rest).append((make_atom("e", part), Fraction(1)))
        elif depends(from_atom(atom), "s") or any(label in atom.labels for label, _ in mono.bound):
            return None
        else:
            weight.append((atom, exponent))
    return power, assemble(Fraction(1), {}, weight), assemble(Fraction(1), dict(mono.bound), rest).key


def _slope(term: Poly) -> Expr | None:
    """Return c where the term is c s_ij with a constant c, else None."""
    (mono, c), = term.terms
    entries = [a for a, e in mono.factors if a.kind == "a" and a.args[1] == "s" and e == 1]
    rest = [(a, e) for a, e in mono.factors if a not in entries]
    if len(entries) != 1 or mono.bound or any(a.kind != "z" for a, _ in rest):
        return None
    return Rational(c.numerator, c.denominator) * to_expression(Poly({type(mono)((), tuple(rest)): Fraction(1)}))


__all__ = ["closed_link", "is_flat", "logit_power", "partial_link", "side_conditions", "weighted_power"]

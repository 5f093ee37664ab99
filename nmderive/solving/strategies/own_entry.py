"""Solve for one logit where each equation holds its own logit alone, or with it sums over its row.

Exponentials of multiples of the logit become powers of one positive unknown, so that a polynomial in it is left.
Sums over the row are named; factors that all classes share are a shift of the row, and left out.
Where the loss names single classes only, as in s_i1 - s_i2, the last of them is set to zero: row shifts are free.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import (
    Add,
    Dummy,
    Expr,
    Indexed,
    Integer,
    KroneckerDelta,
    Mul,
    Poly,
    PolynomialError,
    Rational,
    cancel,
    exp,
    factor,
    fraction,
    log,
    numer,
    roots,
    simplify,
    together,
)

from nmderive.budget import step
from nmderive.calculus.normal_form import normal_form, to_expression
from nmderive.calculus.normal_form.derivative import derivative
from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import M, N, S
from nmderive.errors import NmderiveError
from nmderive.losses.loss import Loss
from nmderive.solving.judged import logit_solution
from nmderive.solving.record import Direction, Finding, Outcome

TITLE = "entry by entry"
COST = 3
STEPS = 30_000
WORKER = False
_ASSUMED = "each equation of dl/ds = 0 holds its own logit, and sums over its row"
_LARGEST = 400
_HIGHEST = 20


def search(loss: Loss, direction: Direction) -> Finding:
    """Solve the equation of one logit for it, and have what is found judged."""
    if direction is not Direction.LOGITS or loss.has_undefined_functions:
        return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, "it solves for logits")
    tried = []
    for logits in _candidates(loss):
        solution = logit_solution(loss, logits, {})
        if solution is not None:
            return Finding(TITLE, _ASSUMED, Outcome.SOLVED, solution.formula, solutions=(solution,))
        tried.append(loss.written(logits))
    return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, "; ".join(tried) or "an equation holds other logits, too")


def _candidates(loss: Loss) -> Iterator[Expr]:
    gradient, rows = _with_rows_named(loss)
    if gradient is None:
        return
    entries = {x for x in gradient.atoms(Indexed) if x.base == S}
    if entries == {loss.logit}:
        for value in _solved(gradient, loss.logit):
            own = _of_the_class(value, loss, rows) if rows else value
            yield from () if own is None else (own,)
    elif M in loss.shape and entries and all(isinstance(x.indices[-1], Integer) for x in entries):
        yield from _of_named_classes(loss, sorted(entries, key=lambda x: int(x.indices[-1])))


def _with_rows_named(loss: Loss) -> tuple[Expr | None, tuple[Dummy, ...]]:
    """Return the gradient with letters for the sums over the classes of a row, and these; None for other sums."""
    found: dict[Expr, Dummy] = {}

    def named(expr: Expr) -> Expr:
        if isinstance(expr, IndexSum) and expr.has(S):
            body, conditions = expr.open(expr.bound)
            outside, inside = body.as_independent(expr.bound, as_Add=False)
            if outside != 1 and not conditions:
                return named(outside) * named(IndexSum(inside, expr.bound, expr.domain))
        if isinstance(expr, IndexedOperator) and expr.has(S):
            return found.setdefault(expr, Dummy("A", positive=True))
        is_leaf = not expr.args or isinstance(expr, Indexed) or not expr.has(S)
        return expr if is_leaf else expr.func(*map(named, expr.args))

    gradient = named(_outside_sums(loss))
    own = loss.indices[-1]
    fits = all(x.domain == M and own not in x.free_symbols and not _sums_rows(x) for x in found)
    return (gradient if fits else None), tuple(found.values())


def _outside_sums(loss: Loss) -> Expr:
    """Return the gradient with what a sum does not bind outside of it."""
    letters = tuple(i.name for i in loss.indices)
    try:
        return to_expression(derivative(normal_form(loss.expr), "s", letters))
    except NmderiveError:
        return loss.gradient


def _sums_rows(expr: Expr) -> bool:
    return any(x.domain == N for x in expr.atoms(IndexedOperator))


def _of_the_class(value: Expr, loss: Loss, rows: tuple[Dummy, ...]) -> Expr | None:
    """Return a sum of logarithms without the factors that are the same for all classes of a row; None if one stays."""
    own = loss.indices[-1]

    def is_own(expr: Expr) -> bool:
        return own in expr.free_symbols or any(own in x.indices for x in expr.atoms(Indexed))

    parts = []
    for term in Add.make_args(value):
        weight, logarithm = term.as_independent(log)
        if isinstance(logarithm, log):
            kept = Mul(*(f for f in Mul.make_args(_factored(logarithm.args[0])) if is_own(f)))
            term = weight * log(kept)
        parts.append(term if is_own(term) else Integer(0))
    total = Add(*parts)
    return None if total.has(*rows) else total


def _factored(expr: Expr) -> Expr:
    """Return the expression as a product, sums with indices taken as letters; no factor starts with a minus sign."""
    letters = {x: Dummy("a") for x in expr.atoms(IndexedOperator)}
    plain = factor(expr.xreplace(letters))
    signed = [f.expand() if not f.could_extract_minus_sign() else -(-f).expand() for f in Mul.make_args(plain)]
    return Mul(*signed).xreplace({v: k for k, v in letters.items()})


def _of_named_classes(loss: Loss, entries: list[Indexed]) -> Iterator[Expr]:
    """Yield the logits of the first of two named classes, the other's being zero."""
    if len(entries) != 2:
        return
    first, last = entries
    own = loss.indices[-1]
    equation = loss.gradient.xreplace({own: first.indices[-1]}).doit().xreplace({last: Integer(0)})
    for value in _solved(equation, first):
        yield KroneckerDelta(own, first.indices[-1]) * value


def _solved(equation: Expr, entry: Indexed) -> Iterator[Expr]:
    """Yield the values of an entry for which an equation in it, or in a power of its exponential, holds."""
    if equation.count_ops() > _LARGEST:
        return
    step(equation.count_ops())  # SymPy counts no steps: its job is bounded by its size
    x, letters = Dummy("x", real=True), {}
    sums = {a: Dummy("a", real=True) for a in equation.atoms(IndexedOperator)}
    plain = equation.xreplace(sums)
    for other in plain.atoms(Indexed) - {entry}:
        letters[other] = Dummy("a", positive=True) if other.is_positive else Dummy("a", real=True)
    plain = plain.xreplace({entry: x, **letters})
    unknown, unit = _unknown(plain, x)
    if unknown is None:
        return
    back = {v: k for k, v in (*letters.items(), *sums.items())}
    for root in _roots(unknown[0], unknown[1]):
        value = root if unit is None else _logarithm(root, unit)
        yield value.xreplace(back)


def _logarithm(root: Expr, unit: Expr) -> Expr:
    """Return log(root) / unit, exponents of exponential factors outside, and quotients without leading signs."""
    factors = [f.args[0] for f in Mul.make_args(root) if isinstance(f, exp)]
    above, below = fraction(together(root / exp(Add(*factors))))
    return Add(*(cancel(f / unit) for f in factors)) + log(above.expand() / below.expand()) / unit


def _unknown(plain: Expr, x: Dummy) -> tuple[tuple[Expr, Dummy] | None, Expr | None]:
    """Return the equation and its unknown: x itself, or y = e^(unit x) with the unit."""
    exponentials = [e for e in plain.atoms(exp) if e.has(x)]
    if not exponentials:
        return (plain, x), None
    y = Dummy("y", positive=True)
    rates = [e.args[0].expand().coeff(x, 1) for e in exponentials]
    unit = next((r for r in rates if r.is_positive), -rates[0])
    rule = {}
    for e, rate in zip(exponentials, rates, strict=True):
        power, rest = simplify(rate / unit), (e.args[0] - rate * x).expand()
        if not isinstance(power, Rational) or abs(power) > _HIGHEST or rest.has(x):
            return None, None
        rule[e] = y**power * exp(rest)
    changed = plain.xreplace(rule)
    return (None if changed.has(x) else (changed, y)), unit


def _roots(equation: Expr, unknown: Dummy) -> list[Expr]:
    try:
        polynomial = Poly(numer(cancel(together(equation))), unknown)
    except PolynomialError:
        return []
    if not 0 < polynomial.degree() <= 4:
        return []
    found = roots(polynomial)
    return [r for r in found if r.is_zero is not True and not (unknown.is_positive and r.is_negative)]


__all__ = ["search"]

"""Judge whether each row's optimum depends on its own labels alone.

Refutation by implicit differentiation: at an exactly known stationary point (s, t) the optimum moves with the labels
by H ds = -B dt. Where dt lives in row 2 and no ds that leaves the other rows in place, up to shifts, solves
this, a rational vector v shows it: v H = 0 on the columns of row 2 and on row shifts, v B dt != 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

from sympy import Matrix, Rational, Symbol, diff, log

from nmderive.budget import limited, step
from nmderive.calculus.normal_form import Frame, Poly, normal_form, reduced, to_expression
from nmderive.calculus.normal_form.derivative import derivative
from nmderive.calculus.normal_form.terms import NESTED
from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.symbols import M, N, S, T
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.composed import over_functions, undecided
from nmderive.proving.convexity import convex_form
from nmderive.proving.existence import never_stationary
from nmderive.proving.falls import shown
from nmderive.proving.increasing import transferred
from nmderive.proving.invariance import shift_certificate
from nmderive.proving.points import fitting
from nmderive.proving.row_turns import turned
from nmderive.proving.several import Guesses, no_guesses, stationary_links
from nmderive.proving.uniqueness import unique_beside, unique_certificate
from nmderive.structure.reader import standard

_INTERIOR = "labels strictly between 0 and 1"


def judge_decoupled(
    loss: Loss, claim: str, statement: str, sizes: Mapping[str, int], guesses: Guesses = no_guesses
) -> Verdict:
    """Return the verdict on "row i's optimum depends on t_i alone"; ``guesses`` proposes links."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_decoupled(one, claim, statement, sizes, guesses))
    base = undecided(loss, claim, statement, sizes)
    rows = certificates.structural("row-sum", loss)
    if check(rows.as_json()).accepted:
        text = "l is a sum over rows of what holds the logits and labels of one row each"
        return replace(base, status=Status.PROVED, certificates=(rows,), findings=(text,),
                       conditions=(*loss.conditions, "where l attains its minimum"))
    apart = row_gradient(loss, sizes)
    if apart is not None:
        text = "the gradient by a row's logits holds no logit and no label of another row"
        return replace(
            base, status=Status.PROVED, certificates=(apart,), findings=(text,),
            conditions=(*loss.conditions, "where l attains its minimum"),
        )
    never = never_stationary(loss, sizes)
    shared = None if never is None else turned(loss, sizes)
    if never is not None and shared is not None:
        at = ", ".join(f"{k}={v}" for k, v in shared.data["sizes"].items())
        return replace(
            base, status=Status.REFUTED, scope=f"at {at}", certificates=(never, shared),
            conditions=(*loss.conditions, _INTERIOR),
            findings=("there is no optimum: the derivative by the first logit is never zero; "
                      "where l falls by a row's logits depends on other rows",),
        )
    beside = unique_beside(loss, sizes)
    if beside is not None:
        one, products = beside[1]
        found = _with_unique(loss, base, sizes, one, guesses)
        if found.status is Status.PROVED:
            return replace(found, certificates=(*found.certificates, products))
    form = convex_form(loss)
    unique = None if form is None else unique_certificate(loss, form, sizes)
    if unique is None or never is not None:
        open_ = replace(base, findings=("rows share terms, and uniqueness of the optimum was not shown",))
        return transferred(loss, open_, lambda rows: judge_decoupled(rows, claim, statement, sizes, guesses))
    return _with_unique(loss, base, sizes, unique, guesses)


def _with_unique(
    loss: Loss, base: Verdict, sizes: Mapping[str, int], unique: Certificate, guesses: Guesses
) -> Verdict:
    conditions = (*loss.conditions, _INTERIOR)
    for link, certificate in stationary_links(loss, sizes, guesses):
        text = f"the optimum is unique up to row shifts, and it is {link.text}, row by row"
        return replace(
            base, status=Status.PROVED, certificates=(certificate, unique), findings=(text,), conditions=conditions
        )
    shift = shift_certificate(loss, sizes) if M in loss.shape else unique
    found = None if shift is None else next(_couplings(replace(loss, expr=standard(loss)), sizes), None)
    if found is None or shift is None:
        return replace(base, findings=("no row-wise link was found, and no pair of rows that moves together",))
    data = found.data
    at = ", ".join(f"{k}={v}" for k, v in data["sizes"].items())
    text = (
        f"at t = {shown(data['labels'])}, e^s = {shown(data['logits'])}, moving t_2 along {shown(data['change'])} "
        "moves the optimal s_1, though t_1 stays"
    )
    return replace(
        base, status=Status.REFUTED, scope=f"at {at}", conditions=conditions,
        certificates=(unique, found) if shift is unique else (unique, shift, found),
        findings=(text, *_at_two_classes(loss, sizes)),
    )


def _at_two_classes(loss: Loss, sizes: Mapping[str, int]) -> tuple[str, ...]:
    if M not in loss.shape or "m" in sizes:
        return ()
    for link, _ in stationary_links(loss, {**sizes, "m": 2}):
        return (f"for m=2 it is decoupled: {link.text} is stationary for m=2 and all n",)
    return ()


def row_gradient(loss: Loss, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate of a gradient formula that holds its own row only; None otherwise."""
    letters = tuple(i.name for i in loss.indices)
    row = letters[0] if N in loss.shape else ""
    try:
        with limited(steps=20_000):
            gradient = derivative(normal_form(loss.expr, Frame(sizes)), "s", letters)
            if not own_row_only(gradient, row):
                gradient = reduced(gradient)
            if not own_row_only(gradient, row):
                return None
            formula = to_expression(gradient)
    except NmderiveError:
        return None
    certificate = Certificate("gradient", {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], "gradient": to_ast(formula),
        "sizes": dict(sizes), **certificates.declarations(loss),
    })
    return certificate if check(certificate.as_json()).accepted else None


def own_row_only(poly: Poly, row: str) -> bool:
    """Tell whether no sum over rows, no number of rows, and no row but ``row`` occurs."""
    for mono, _ in poly.terms:
        if any(size == "n" for _, size in mono.bound):
            return False
        for atom, _ in mono.factors:
            if atom.kind in NESTED:
                if not own_row_only(atom.args[0], row):
                    return False
            elif atom.kind == "a" and len(atom.args[2]) == 2 and atom.args[2][0] != row:
                return False
            elif atom.kind == "a" and len(atom.args[2]) == 1 and atom.args[1] in "st" and row and \
                    atom.args[2][0] != row:
                return False
            elif atom.kind == "z" and atom.args[1] == "n" or atom.kind in "fg":
                return False
            elif atom.kind in "il" and row in atom.labels:
                return False
    return True


def _couplings(loss: Loss, sizes: Mapping[str, int]) -> Iterator[Certificate]:
    if N not in loss.shape:
        return
    for own in fitting(loss, ((2, 3), (2, 2), (2, 4)), sizes):
        if own["n"] < 2:
            continue
        try:
            with limited(steps=100_000):
                found = _coupling(loss, {s.name: own[s.name] for s in loss.shape})
        except NmderiveError:
            continue
        if found is not None:
            yield found


def _coupling(loss: Loss, sizes: dict[str, int]) -> Certificate | None:
    """Look at equal logits and equal labels, which are stationary for every loss that is symmetric in the classes."""
    if loss.class_sets or loss.arrays or loss.parameters:
        return None
    entries = list(product(*(range(1, sizes[s.name] + 1) for s in loss.shape)))
    label = Fraction(1, sizes.get("m", 2))
    s, t = ({e: entry_symbol(base[e]) for e in entries} for base in (S, T))
    values = {s[e]: log(1) for e in entries} | {t[e]: Rational(1, label.denominator) for e in entries}
    plain = specialise(loss.expr, sizes)
    step(len(entries) ** 2 * plain.count_ops())  # SymPy counts no steps: its job is bounded by its size
    gradient = [diff(plain, s[e]) for e in entries]
    if any(g.xreplace(values) != 0 for g in gradient):
        return None
    hessian = Matrix([[_number(diff(g, s[e]), values) for e in entries] for g in gradient])
    second = [p for p, e in enumerate(entries) if e[0] == 2]
    columns = [hessian[:, p] for p in second] + _shifts(hessian, entries)
    change = [1, -1] + [0] * (len(second) - 2) if len(second) > 1 else [1]
    moved = Matrix([
        sum(c * _number(diff(g, t[entries[p]]), values) for c, p in zip(change, second, strict=True)) for g in gradient
    ])
    for vector in Matrix.hstack(*columns).T.nullspace():
        if (vector.T * moved)[0, 0] != 0:
            return _certificate(loss, sizes, entries, label, change, vector)
    return None


def _number(expr: Any, values: Mapping[Symbol, Any]) -> Any:
    return expr.xreplace(values)


def _shifts(hessian: Matrix, entries: list[tuple[int, ...]]) -> list[Matrix]:
    if len(entries[0]) == 1:
        return []
    rows = sorted({e[0] for e in entries})
    return [sum((hessian[:, p] for p, e in enumerate(entries) if e[0] == r), start=hessian[:, 0] * 0) for r in rows]


def _certificate(
    loss: Loss, sizes: dict[str, int], entries: list[tuple[int, ...]], label: Fraction, change: list[int],
    vector: Matrix,
) -> Certificate | None:
    test = {e: Fraction(int(x.p), int(x.q)) for e, x in zip(entries, vector, strict=True)}
    moved = [str(c) for c in change]
    certificate = Certificate("coupled", {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], "sizes": sizes,
        "logits": certificates.nested(dict.fromkeys(entries, Fraction(1))),
        "labels": certificates.nested(dict.fromkeys(entries, label)), "row": 2,
        "change": moved if len(entries[0]) == 2 else moved[0], "test": certificates.nested(test),
        **certificates.declarations(loss),
    })
    return certificate if check(certificate.as_json()).accepted else None


__all__ = ["judge_decoupled", "own_row_only", "row_gradient"]

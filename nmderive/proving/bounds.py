"""Judge whether a loss is at least zero, and give its value at the optimum where a link is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from sympy import Expr, Indexed, Integer, Mul, Symbol, log

from nmderive.budget import limited
from nmderive.calculus.normal_form import normal_form, reduced, to_expression
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import S, T
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.links import Link
from nmderive.losses.loss import Loss
from nmderive.notation import to_text
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.composed import over_functions, undecided
from nmderive.proving.evaluate import Evaluator, Point
from nmderive.proving.jensen import gaps
from nmderive.proving.numbers import BallField, ExactField, Field, Inexact
from nmderive.proving.points import hard_table, label_table, points, sizes_for
from nmderive.proving.refute import Witness
from nmderive.proving.several import Guesses, no_guesses, stationary_links
from nmderive.proving.stationarity import witness_record
from nmderive.proving.uniqueness import judge_unique
from nmderive.structure.reader import views

_INTERIOR = "labels strictly between 0 and 1"
_POINTS = 10
_LONGEST = 160


@dataclass(frozen=True)
class AtOptimum:
    """The loss's value where the labels follow a link, as a function of the labels, with the proof of both."""

    link: Link
    value: Expr
    proofs: tuple[Certificate, Certificate]

    @property
    def text(self) -> str:
        """Say what the value is."""
        shown = to_text(self.value)
        return f"where {self.link.text}, l = {shown}" if len(shown) <= _LONGEST else ""


def judge_nonnegative(
    loss: Loss, claim: str, statement: str, sizes: Mapping[str, int], guesses: Guesses = no_guesses
) -> Verdict:
    """Return the verdict on "l is at least zero", with its value at the optimum among the findings."""
    if loss.has_undefined_functions:
        return over_functions(
            loss, lambda one: judge_nonnegative(one, claim, statement, sizes, guesses), nonnegative_proofs)
    base = undecided(loss, claim, statement, sizes)
    best = at_optimum(loss, sizes)
    said = (best.text,) if best is not None and best.text else ()
    shown = best.proofs if said and best is not None else ()
    below = _below_zero(loss, sizes)
    if below is not None:
        witness, certificate, at = below
        return replace(
            base, status=Status.REFUTED, scope=at, certificates=(certificate, *shown), findings=said,
            witness=witness_record(loss, witness, "l"),
        )
    proof = next(nonnegative_proofs(loss), None)
    if proof is not None:
        return replace(base, status=Status.PROVED, certificates=(proof, *shown), findings=said)
    least = None if best is None else _least(loss, best, sizes, guesses)
    if least is not None:
        return replace(
            base, status=Status.PROVED, certificates=least, conditions=(*loss.conditions, _INTERIOR),
            findings=(*said, "that is the global minimum, and it is at least zero"),
        )
    return replace(
        base, certificates=shown,
        findings=(*said, "the structure does not show it, and no point below zero was found"),
    )


def _least(
    loss: Loss, best: AtOptimum, sizes: Mapping[str, int], guesses: Guesses
) -> tuple[Certificate, ...] | None:
    """Return what shows that the value at the optimum is the global minimum and not negative."""
    minimum = judge_unique(loss, "unique-optimum", "", sizes, guesses)
    floor = next(nonnegative_proofs(replace(loss, name="", expr=best.value)), None)
    if minimum.status is not Status.PROVED or floor is None:
        return None
    return (*minimum.certificates, *best.proofs, floor)


def nonnegative_proofs(loss: Loss) -> Iterator[Certificate]:
    """Yield accepted certificates, for the loss as written and for forms that show its sign."""
    for least, form in ((x, y) for x in certificates.least_classes(loss) for y in views(loss)):
        plain = to_ast(form)
        extra = {**least, **({} if form == loss.expr else {"form": plain})}
        for jensen in ({}, *gaps(plain)):
            certificate = Certificate("nonnegative", {
                "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], "simplex": True, **extra,
                **jensen, **certificates.declarations(loss),
            })
            if check(certificate.as_json()).accepted:
                yield certificate


def _below_zero(loss: Loss, sizes: Mapping[str, int]) -> tuple[Witness, Certificate, str] | None:
    """Return a rational point at which the loss is negative, with its accepted certificate."""
    for size in sizes_for(loss, fixed=sizes)[:4]:
        for number, point in enumerate(points(loss, size, _POINTS)):
            labels = (hard_table if 2 * number >= _POINTS else label_table)(loss, size, Random(f"labels {number}"))
            full = Point(point.sizes, point.exp_s, {**point.arrays, "t": labels}, point.parameters, point.sets)
            for field in (ExactField(), BallField()):
                witness = _negative(loss, full, labels, field)
                if witness is None:
                    continue
                certificate = certificates.witness_values(loss.expr, Integer(0), loss, {}, witness)
                if check(certificate.as_json()).accepted:
                    return witness, certificate, "at " + ", ".join(f"{k}={v}" for k, v in size.items())
    return None


def _negative(
    loss: Loss, point: Point, labels: Mapping[tuple[int, ...], Fraction], field: Field
) -> Witness | None:
    try:
        value = Evaluator(field, point).value(loss.expr)
        if field.sign(value) != -1:
            return None
    except (Inexact, NmderiveError):
        return None
    return Witness(point, (), field.show(value), isinstance(field, ExactField), labels)


def at_optimum(loss: Loss, sizes: Mapping[str, int]) -> AtOptimum | None:
    """Return the loss's value as a function of the labels where a link t = softmax(c s) is proved stationary."""
    for link, certificate in stationary_links(loss, sizes):
        if link.family != "softmax" or link.scale is None:
            continue
        at = substitute_array(loss.expr, S, loss.indices, log(loss.label) / link.scale)
        try:
            with limited(steps=10_000):
                value = rows_sum_to_one(rows_sum_to_one(at))
        except NmderiveError:
            return None
        plain = certificates.identity(at, value, replace(loss, expr=at + value), {}, sizes)
        proof = Certificate(plain.kind, {**plain.data, "simplex": True})
        return AtOptimum(link, value, (certificate, proof)) if check(proof.as_json()).accepted else None
    return None


def rows_sum_to_one(expr: Expr) -> Expr:
    """Return the reduced form with the labels of every row summing to one."""
    return _ones(to_expression(reduced(normal_form(expr))))


def _ones(expr: Expr) -> Expr:
    if isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        body, conditions = expr.open(expr.bound)
        body = _ones(body)
        holding = [f for f in Mul.make_args(body) if f.has(expr.bound)]
        if isinstance(expr, IndexSum) and not conditions and len(holding) == 1 and _is_label(holding[0], expr.bound):
            return Mul(*(f for f in Mul.make_args(body) if f is not holding[0]))
        return expr.func(body, expr.bound, expr.domain, *conditions)
    return expr.func(*map(_ones, expr.args)) if expr.args else expr


def _is_label(expr: Expr, letter: Symbol) -> bool:
    """Tell whether this is t at a class that only ``letter`` names."""
    if not isinstance(expr, Indexed) or expr.base != T:
        return False
    return expr.indices[-1] == letter and letter not in expr.indices[:-1]

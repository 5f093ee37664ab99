"""Judge what a loss becomes at n = 1 with a hard label, and at m = 2 with soft labels.

The scale c of the logits is open. Where all logits are equal both targets (softmax cross-entropy, the multi-label
loss) have a value that does not depend on c, so one such point refutes every c at once. So does the relation
(m - 1) (e^l(2 s) - 1) = (e^l(s) - 1)^2, which cross-entropy satisfies where only the target's logit is not zero, and
that which the multi-label loss of one row has between soft labels and hard ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random

from sympy import Expr, Integer, KroneckerDelta, Rational, exp, log

from nmderive.budget import limited
from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.specialise import specialise
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.checker import check
from nmderive.errors import DomainError, NmderiveError
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.proving import certificates
from nmderive.proving.composed import Equation, over_functions, proved_equal, undecided
from nmderive.proving.evaluate import Evaluator, Point
from nmderive.proving.hard_labels import at_target, one_positive, without_label_logs
from nmderive.proving.numbers import BallField, ExactField, Field, Inexact
from nmderive.proving.points import entries_of, fitting, label_table, points
from nmderive.proving.refute import Witness, refute_equal, size_text
from nmderive.proving.stationarity import witness_record
from nmderive.proving.symbolic import prove_equal

_Labels = dict[tuple[int, ...], Fraction]


def scales(loss: Loss) -> list[Expr]:
    """Return the scales of the logits to try: small rationals, and parameters with their inverses."""
    found: list[Expr] = [Integer(1), Rational(1, 2), Integer(2), Rational(1, 3), Integer(3)]
    for p in loss.parameters:
        found += [p, 1 / p] if p.is_positive else []
    return found


def _scales(loss: Loss, own: Mapping[str, int], at_one: Expr, hard: bool) -> list[Expr]:
    """Return the scales to try: that which the slope at s = 0 asks for, then the usual ones.

    ``at_one`` is the target at scale 1: its slope is proportional to the scale. Labels are hard, or soft.
    """
    sizes = {"n": 1, "m": own.get("m", 3), **own}
    labels = hard_one(loss, sizes) if hard else label_table(loss, sizes, Random("scale"))
    entry = entries_of(loss, sizes)[-1]
    found = []
    for base in points(loss, sizes, 2):
        ones = {e: Fraction(1) for e in entries_of(loss, sizes)}
        point = Point(sizes, ones, {**base.arrays, "t": labels}, base.parameters, _one_positive(loss, sizes, base))
        at = dict(zip(loss.indices, entry, strict=True))
        try:
            slope = Evaluator(ExactField(), point).value(loss.gradient, at)
            unit = Evaluator(ExactField(), point).value(differentiate(at_one, loss.logit), at)
            found.append(slope / unit)
        except (NmderiveError, ZeroDivisionError, TypeError):
            break
    guess = [Rational(x.numerator, x.denominator) for x in found[:1] if x > 0 and len(set(found)) == 1]
    return list(dict.fromkeys([*guess, *scales(loss)]))


def hard_one(loss: Loss, sizes: Mapping[str, int]) -> _Labels:
    """Return labels of class 1; 1 for binary tasks."""
    return {e: Fraction(int(e[-1] == 1 or loss.shape == (N,))) for e in entries_of(loss, dict(sizes))}


def _one_positive(loss: Loss, sizes: Mapping[str, int], base: Point) -> Mapping[str, frozenset[int]]:
    """Return class sets with class 1 as the one positive, where the loss has class sets; others stay as they are."""
    own = {"Omega_pos": frozenset({1}), "Omega_neg": frozenset(range(2, sizes["m"] + 1))}
    return {name: own.get(name, members) for name, members in base.sets.items()}


def cross_entropy(loss: Loss, scale: Expr, target: Expr) -> Expr:
    """Return log sum_k exp(scale (s_k - s_target)) of the first row."""
    k = index("k")
    row = (Integer(1),) if N in loss.shape else ()
    return log(IndexSum(exp(scale * (S[(*row, k)] - S[(*row, target)])), k, M))


def multi_label(loss: Loss, scale: Expr) -> Expr:
    """Return log(1 + sum_i t_i e^(-z_i)) + log(1 + sum_i (1 - t_i) e^(z_i)), z_i = scale (s_i1 - s_i2)."""
    i, one, two = index("i"), Integer(1), Integer(2)
    if loss.shape == (N,):
        z, first, second = scale * S[i], T[i], 1 - T[i]
    else:
        row = loss.indices[:-1]
        z = scale * (S[(*row, one)] - S[(*row, two)])
        first, second = T[(*row, one)], T[(*row, two)]
    parts = [first * exp(-z), second * exp(z)]
    if N in loss.shape:
        parts = [IndexSum(part, i, N) for part in parts]
    return log(1 + parts[0]) + log(1 + parts[1])


def judge_n1(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on "one sample with a hard label: softmax cross-entropy, at some temperature"."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_n1(one, claim, statement, sizes))
    base = undecided(loss, claim, statement, sizes)
    if sizes.get("n", 1) != 1:
        return replace(base, findings=("the statement is about n = 1",))
    own = {**sizes, "n": 1} if N in loss.shape else dict(sizes)
    one = cross_entropy(loss, Integer(1), Integer(1)) if M in loss.shape else log(1 + exp(-S[Integer(1)]))
    for scale in _scales(loss, own, one, hard=True):
        proofs = _n1_proofs(loss, scale, own)
        if proofs:
            return _proved(base, loss, scale, proofs, _scope_n1(loss, own), "softmax cross-entropy")
    found = _refuted_at_zero(loss, _at_zero_n1(loss, own), "l - log m, its value where all logits are equal", True)
    found = found or _refuted_by_doubling(loss, own)
    return _refuted(base, loss, found) if found else replace(base, findings=_why_open(loss, own))


def judge_m2(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on "two classes: the multi-label loss of c (s_i1 - s_i2), for some c"."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_m2(one, claim, statement, sizes))
    base = undecided(loss, claim, statement, sizes)
    if sizes.get("m", 2) != 2:
        return replace(base, findings=("the statement is about m = 2",))
    own = {**sizes, "m": 2} if M in loss.shape else dict(sizes)
    for scale in _scales(loss, own, multi_label(loss, Integer(1)), hard=False):
        right = multi_label(loss, scale)
        if refute_equal(loss.expr, right, loss, [{"n": 2, "m": 2, **own}], each=1).witness is not None:
            continue  # a point costs less than a proof that fails
        proof = proved_equal(loss, Equation(loss.expr, right, {}, scale), own)
        if proof:
            scope = "for m=2 and all n" if N in loss.shape and M in loss.shape else "for all n" if N in loss.shape \
                else "for m=2"
            return _proved(base, loss, scale, [proof], scope, "the multi-label loss")
    found = _refuted_at_zero(loss, _at_zero_m2(loss, own), "l - the multi-label loss, where all logits are equal")
    found = found or _refuted_by_mixing(loss, own)
    if found is None:
        return replace(base, findings=("no point with equal logits refutes it, and no scale tried proves it",))
    hard = _hard_m2(loss, own)
    verdict = _refuted(base, loss, found)
    return replace(verdict, findings=verdict.findings + hard[0], certificates=verdict.certificates + hard[1])


def _n1_proofs(loss: Loss, scale: Expr, own: Mapping[str, int]) -> list[Certificate]:
    """Return the proofs that l equals cross-entropy for every target: one equation, or one for each of 0 and 1."""
    if loss.shape == (N,):
        pairs = [(Integer(v), log(1 + exp((1 - 2 * v) * scale * S[Integer(1)]))) for v in (1, 0)]
        equations = [
            Equation(substitute_array(without_label_logs(loss.expr), T, loss.indices, v), right, {}, scale)
            for v, right in pairs
        ]
    else:
        equations = _targets(loss, scale, own)
    proofs = [proved_equal(loss, equation, own, checker_only=M in loss.shape) for equation in equations]
    return [p for p in proofs if p is not None] if proofs and all(proofs) else []


def _targets(loss: Loss, scale: Expr, own: Mapping[str, int]) -> list[Equation]:
    """Return l = cross-entropy for a target y, or for each target where m is fixed; empty where it is not proved."""
    if "m" in own:
        targets: list[Expr] = [Integer(y) for y in range(1, own["m"] + 1)]
    else:
        targets = [index("y")]
    equations = []
    for target in targets:
        free = {} if target.is_Integer else {"y": "m"}
        plain = without_label_logs(one_positive(loss.expr, target) if loss.class_sets else loss.expr)
        hard = substitute_array(plain, T, loss.indices, KroneckerDelta(loss.indices[-1], target))
        right = cross_entropy(loss, scale, target)
        # Of products of which one factor is left only the checker's normal form knows that they are that factor.
        if not loss.expr.has(Cyclic) and not prove_equal(hard, right, free, own, 6_000).proved:
            split = None if target.is_Integer else at_target(specialise(plain, {"n": 1}, entries=False), target)
            if split is None or not prove_equal(split, right, free, own, 6_000).proved:
                return []
        equations.append(Equation(hard, right, free, scale))
    return equations


def _proved(
    base: Verdict, loss: Loss, scale: Expr, proofs: list[Certificate], scope: str, name: str
) -> Verdict:
    text = f"it equals {name} of {_scaled(loss, scale, name)}"
    signs = tuple(f"{p} > 0" for p in loss.parameters if p.is_positive)
    return replace(
        base, status=Status.PROVED, scope=scope, certificates=tuple(proofs), findings=(text,),
        conditions=(*loss.conditions, *signs),
    )


def _scaled(loss: Loss, scale: Expr, name: str) -> str:
    body = "(s_i1 - s_i2)" if "multi" in name and M in loss.shape else "s"
    if scale == 1:
        return body.strip("()") if body != "s" else body
    return f"{body}/{1 / scale}" if (1 / scale).is_Integer else f"{scale} {body}"


def _scope_n1(loss: Loss, own: Mapping[str, int]) -> str:
    if M not in loss.shape:
        return "for n=1"
    return f"for n=1, m={own['m']}" if "m" in own else "for n=1 and all m"


def _at_zero_n1(loss: Loss, own: Mapping[str, int]) -> Iterator[tuple[dict[str, int], _Labels, Expr]]:
    """Yield sizes, one-hot labels and the value log m that cross-entropy has at s = 0."""
    for sizes in fitting(loss, ((1, 3), (1, 2), (1, 4)), own):
        if sizes["n"] > 1 or sizes["m"] < 2:
            continue
        if loss.shape == (N,):
            yield sizes, {(1,): Fraction(1)}, log(Integer(2))
        else:
            yield sizes, {e: Fraction(int(e[-1] == 1)) for e in entries_of(loss, sizes)}, log(M)


def _at_zero_m2(loss: Loss, own: Mapping[str, int]) -> Iterator[tuple[dict[str, int], _Labels, Expr]]:
    for n in (1, 2, 3):
        sizes = {"n": n, "m": 2}
        if all(sizes[k] == v for k, v in own.items()):
            yield sizes, label_table(loss, sizes, Random(f"zero {n}")), multi_label(loss, Integer(1))


def _refuted_at_zero(
    loss: Loss, cases: Iterator[tuple[dict[str, int], _Labels, Expr]], quantity: str, one_positive_only: bool = False
) -> tuple[Certificate, dict[str, object], dict[str, int]] | None:
    for sizes, labels, right in cases:
        # With one logit a row, "equal" means zero: another value would ask for the scale.
        for base, common in product(points(loss, sizes, 2), (1, 2) if M in loss.shape else (1,)):
            ones = {e: Fraction(common) for e in entries_of(loss, sizes)}
            sets = _one_positive(loss, sizes, base) if one_positive_only else base.sets
            point = Point(sizes, ones, {**base.arrays, "t": labels}, base.parameters, sets)
            witness = _difference(loss.expr - right, point, labels)
            if witness is None:
                continue
            certificate = certificates.witness_values(loss.expr, right, loss, {}, witness)
            if check(certificate.as_json()).accepted:
                return certificate, witness_record(loss, witness, quantity), sizes
    return None


def _refuted_by_doubling(
    loss: Loss, own: Mapping[str, int]
) -> tuple[Certificate, dict[str, object], dict[str, int]] | None:
    """Refute every temperature by a relation between l(s) and l(2 s), where only the target's logit is not zero."""
    if M not in loss.shape:
        return None
    doubled = substitute_array(loss.expr, S, loss.indices, 2 * loss.logit)
    left, right = (M - 1) * (exp(doubled) - 1), (exp(loss.expr) - 1) ** 2
    for sizes, labels, _ in _at_zero_n1(loss, own):
        for base in points(loss, sizes, 2):
            exp_s = {e: Fraction(2 if e[-1] == 1 else 1) for e in entries_of(loss, sizes)}
            sets = _one_positive(loss, sizes, base)
            point = Point(sizes, exp_s, {**base.arrays, "t": labels}, base.parameters, sets)
            witness = _difference(left - right, point, labels)
            if witness is None:
                continue
            certificate = certificates.witness_values(left, right, loss, {}, witness)
            if check(certificate.as_json()).accepted:
                record = witness_record(loss, witness, "(m - 1) (e^l(2 s) - 1) - (e^l(s) - 1)^2")
                return certificate, record, sizes
    return None


def _refuted_by_mixing(
    loss: Loss, own: Mapping[str, int]
) -> tuple[Certificate, dict[str, object], dict[str, int]] | None:
    """Refute every scale by a relation between l at soft labels and u = e^l - 1 at the hard label 1, for one row."""
    sizes = {"n": 1, "m": 2}
    if loss.shape != (N, M) or any(sizes[k] != v for k, v in own.items()):
        return None
    u = exp(substitute_array(loss.expr, T, loss.indices, KroneckerDelta(loss.indices[-1], Integer(1)))) - 1
    first, second = T[Integer(1), Integer(1)], T[Integer(1), Integer(2)]
    left, right = exp(loss.expr) * u, (1 + first * second) * u + first * u**2 + second
    for base in points(loss, sizes, 2):
        labels = label_table(loss, sizes, Random("mixing"))
        point = replace(base, arrays={**base.arrays, "t": labels})
        witness = _difference(left - right, point, labels)
        if witness is None:
            continue
        certificate = certificates.witness_values(left, right, loss, {}, witness)
        if check(certificate.as_json()).accepted:
            quantity = "e^l u - (1 + t_1 t_2) u - t_1 u^2 - t_2, where u = e^l - 1 at the hard label 1"
            return certificate, witness_record(loss, witness, quantity), sizes
    return None


def _difference(expr: Expr, point: Point, labels: _Labels) -> Witness | None:
    fields: tuple[Field, ...] = (ExactField(), BallField())
    for field in fields:
        try:
            with limited(steps=6_000):
                value = Evaluator(field, point).value(expr)
        except Inexact:
            continue
        except (NmderiveError, DomainError):
            return None
        if field.is_zero(value) is False:
            used = labels if expr.has(T) else None
            return Witness(point, (), field.show(value), isinstance(field, ExactField), used)
    return None


def _refuted(
    base: Verdict, loss: Loss, found: tuple[Certificate, dict[str, object], dict[str, int]]
) -> Verdict:
    certificate, record, sizes = found
    return replace(
        base, status=Status.REFUTED, scope=f"at {size_text(loss, sizes)}", certificates=(certificate,),
        witness=record, findings=("the scale of the logits does not matter here: no scale makes them equal",),
    )


def _why_open(loss: Loss, own: Mapping[str, int]) -> tuple[str, ...]:
    for sizes, labels, _ in _at_zero_n1(loss, own):
        for base in points(loss, sizes, 1):
            ones = {e: Fraction(1) for e in entries_of(loss, sizes)}
            try:
                sets = _one_positive(loss, sizes, base)
                at = Point(sizes, ones, {**base.arrays, "t": labels}, base.parameters, sets)
                Evaluator(BallField(), at).value(loss.expr)
            except NmderiveError as error:
                return (f"the loss is not defined for hard labels: {error.message}",)
    return ("no point tried refutes it, and no temperature tried proves it",)


def _hard_m2(loss: Loss, own: Mapping[str, int]) -> tuple[tuple[str, ...], tuple[Certificate, ...]]:
    """Tell whether hard labels give the multi-label loss, at one scale."""
    if loss.shape != (N, M):
        return (), ()
    for scale in scales(loss)[:3]:
        proof = hard_proof(loss, multi_label(loss, scale), own)
        if proof is not None:
            return (f"with hard labels it is the multi-label loss of {_scaled(loss, scale, 'multi')}",), (proof,)
    return (), ()


def hard_proof(loss: Loss, other: Expr, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate that the loss equals another expression for hard labels; None otherwise."""
    if not prove_equal(loss.expr, other, {}, sizes, 10_000, hard=loss).proved:
        return None
    certificate = certificates.identity(loss.expr, other, loss, {}, sizes, hard=True)
    return certificate if check(certificate.as_json()).accepted else None

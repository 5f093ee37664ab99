"""Judge a property that is an equality of two expressions: refuted at a rational point, proved for all sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import perm

from sympy import Expr, Integer, KroneckerDelta, Mul, Symbol

from nmderive.calculus.sums import RowFunction, RowFunctionDerivative
from nmderive.calculus.symbols import M, T
from nmderive.checker import check
from nmderive.checker.instances import FUNCTIONS, Function
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.proving import certificates
from nmderive.proving.points import sizes_for
from nmderive.proving.refute import Witness, refute_equal
from nmderive.proving.stationarity import scope_text, witness_record
from nmderive.proving.symbolic import prove_equal


@dataclass(frozen=True)
class Equation:
    """left = right; ``free`` gives the ranges of free indices by name, ``scale`` a number that the claim speaks of."""

    left: Expr
    right: Expr
    free: Mapping[str, str]
    scale: Expr | None = None


def undecided(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int], *findings: str) -> Verdict:
    """Return an UNDECIDED verdict with its reasons."""
    return Verdict(
        claim, Status.UNDECIDED, statement, scope_text(loss, sizes), loss.conditions, findings=tuple(findings)
    )


def over_functions(
    loss: Loss, judge: Callable[[Loss], Verdict], proofs: Callable[[Loss], Iterator[Certificate]] | None = None
) -> Verdict:
    """Judge a statement "for every f" about a loss with undefined functions: one f can refute it.

    What holds for the functions tried says nothing of the others. ``proofs`` are of the loss itself, f being any
    real numbers there.
    """
    last = None
    for number, function in enumerate(FUNCTIONS):
        last = judge(replace(loss, expr=with_function(loss.expr, function)))
        if last.status is Status.REFUTED:
            reading = {"function": number}
            return replace(last, reading=reading, findings=(f"not for every f: with {function.text}", *last.findings))
    assert last is not None
    for proof in proofs(loss) if proofs is not None else ():
        return replace(last, status=Status.PROVED, certificates=(proof,), conditions=loss.conditions, witness={},
                       findings=("whatever the values of f are",))
    finding = "the loss holds an undefined function, and none of those tried refutes it"
    return replace(
        last, status=Status.UNDECIDED, certificates=(), conditions=loss.conditions, findings=(finding,), witness={}
    )


def with_function(expr: Expr, function: Function) -> Expr:
    """Return the expression with f(s_ij) = factor * s_ij^power, times j where the function says so."""
    if isinstance(expr, RowFunction):
        return _derivative(expr, (), function)
    if isinstance(expr, RowFunctionDerivative):
        return _derivative(expr.args[0], expr.args[1:], function)
    if not expr.args or not has_functions(expr):
        return expr
    return expr.func(*(with_function(a, function) for a in expr.args))


def _derivative(row: RowFunction, by: tuple[Expr, ...], function: Function) -> Expr:
    entry, order = row.args[1][tuple(row.args[2:])], len(by)
    weight = function.factor * perm(function.power, order) * (row.output if function.by_class else Integer(1))
    same = (KroneckerDelta(row.output, k) for k in by)
    return Mul(weight, entry ** max(function.power - order, 0), *same)


def fresh_name(loss: Loss, *stems: str) -> str:
    """Return a letter that the loss does not use."""
    used = {str(f) for f in loss.expr.free_symbols} | {e.base.name for e in loss.arrays} | {"s", "t", "n", "m"}
    for stem in (*stems, "c", "a", "b", "u", "v", "w", "x"):
        if stem not in used:
            return stem
    return "shift0"


def has_functions(*exprs: Expr) -> bool:
    """Tell whether an undefined function occurs."""
    return any(e.has(RowFunction, RowFunctionDerivative) for e in exprs)


def refuted_at(
    loss: Loss, equation: Equation, sizes: Mapping[str, int], quantity: str, only: list[dict[str, int]] | None = None
) -> tuple[Witness, Certificate, dict[str, object]] | None:
    """Return a point at which the sides differ, with its certificate (accepted) and its record."""
    left, right = equation.left, equation.right
    if has_functions(left, right):
        return None
    frame = replace(loss, expr=left + right if (left + right).free_symbols else left)
    free: dict[Symbol, str] = {s: equation.free[s.name] for s in _free_indices(left, right, equation.free)}
    search = refute_equal(left, right, frame, only or sizes_for(loss, fixed=sizes), free=free)
    if search.witness is None:
        return None
    witness = search.witness
    if witness.labels is None and (left.has(T) or right.has(T)):
        witness = replace(witness, labels=witness.point.arrays["t"])
    certificate = certificates.witness_values(left, right, frame, dict(equation.free), witness)
    if not check(certificate.as_json()).accepted:
        return None
    return witness, certificate, witness_record(loss, witness, quantity)


def _free_indices(left: Expr, right: Expr, names: Mapping[str, str]) -> list[Symbol]:
    found = {f for e in (left, right) for f in e.free_symbols if getattr(f, "is_Symbol", False) and f.name in names}
    return sorted(found, key=str)


def proved_equal(
    loss: Loss, equation: Equation, sizes: Mapping[str, int], steps: int = 12_000, checker_only: bool = False
) -> Certificate | None:
    """Return the accepted certificate that the sides are equal for all sizes not fixed.

    ``checker_only`` is for an equation that was proved in another form. Rows of labels sum to one.
    """
    left, right = equation.left, equation.right
    frame = replace(loss, expr=left + right if (left + right).free_symbols else left)
    for rows in (False, True)[: 1 + (M in loss.shape and not checker_only)]:
        if checker_only or prove_equal(left, right, equation.free, sizes, steps, simplex=rows).proved:
            certificate = certificates.identity(
                left, right, frame, equation.free, sizes, rows=rows, scale=equation.scale
            )
            return certificate if check(certificate.as_json()).accepted else None
    return None

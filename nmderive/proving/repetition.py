"""Judge how a loss grows when rows are repeated: like the log of their number, or like the number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import permutations
from typing import Any

from sympy import Add, Expr, Indexed, Integer, KroneckerDelta, Mul, Symbol

from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.extrema import IndexExtremum
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.sums import (
    IndexedOperator,
    IndexProduct,
    IndexSum,
    Iverson,
    RowFunction,
    RowFunctionDerivative,
)
from nmderive.calculus.symbols import M, N, S, parameter
from nmderive.checker import check
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.notation import to_text
from nmderive.notation.ast import environment_of, from_ast, to_ast
from nmderive.proving import certificates
from nmderive.proving.composed import Equation, fresh_name, over_functions, proved_equal, refuted_at, undecided
from nmderive.proving.coupling import row_gradient
from nmderive.proving.curvature import constant_sign
from nmderive.proving.evaluate import Evaluator, Point
from nmderive.proving.log_groups import Kind, LogGroup, log_sum_forms
from nmderive.proving.numbers import BallField
from nmderive.proving.points import sizes_for
from nmderive.proving.products import companion
from nmderive.proving.refute import refute_equal

_MEAN = (
    "l is a mean over rows: the gradient by a row is 1/n times a function of that row alone, so beside r copies of "
    "others it tends to 0 as r grows, and a class's share is its share of the rows"
)


def judge_balance(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on growth like log r, a bounded gradient, and other classes that keep theirs."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_balance(one, claim, statement, sizes))
    base = undecided(loss, claim, statement, sizes)
    if N not in loss.shape:
        return replace(base, findings=("the loss is that of one sample: there are no rows to repeat",))
    linear = linear_growth(loss, sizes)
    if linear is not None:
        return linear(base)
    mean = _mean_of_rows(loss, sizes)
    if mean is not None:
        return replace(base, status=Status.REFUTED, certificates=mean, findings=(_MEAN,))
    beside = companion(loss)  # it stands for a logarithm of products, which is no sum of logarithms in any form
    if beside is not None and beside[1].data["once"]:
        return _beside_products(base, beside, sizes)
    found = _balanced(loss, sizes)
    if found is None:
        return replace(base, findings=("neither logarithms around all sums over rows, nor growth like r, was shown",))
    certificate, bound = found
    text = f"l grows by at most {to_text(bound)} log r, and no derivative by a logit grows without bound"
    kept = _shares(certificate)
    if kept is not None:
        return replace(
            base, status=Status.PROVED, certificates=(certificate, kept),
            conditions=(*loss.conditions, "labels in [0, 1]"),
            findings=(text, "with hard labels no other class's gradient vanishes as r grows"),
        )
    starved = next(_starved(loss, certificate, sizes), None)
    if starved is None:
        other = "whether another class's gradient vanishes as r grows, or is zero throughout, was not shown"
        return replace(base, findings=(text, other))
    own = starved.data
    at = f"at m={own['sizes']['m']}" if "m" in own["sizes"] else base.scope
    if "sets" in own:
        at += ", " + ", ".join(f"{k} = {v}" for k, v in own["sets"].items())
    other = (
        f"with a row of class {own['repeated']} repeated r times beside one of class {own['other']}, hard labels, the "
        "gradient by the logits of the latter tends to 0: the large class takes it all"
    )
    return replace(base, status=Status.REFUTED, scope=at, certificates=(starved,), findings=(text, other))


def _beside_products(base: Verdict, beside: tuple[Loss, Certificate], sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on a logarithm of products by that on the sum of the logarithms of the factors."""
    found = _balanced(beside[0], sizes)
    kept = None if found is None else _shares(found[0])
    if found is None or kept is None:
        return replace(base, findings=("the sum of the logarithms of the factors was not shown to be balanced",))
    text = f"l grows by at most {to_text(found[1])} log r: so does the sum of log(1 + X) over its factors"
    return replace(
        base, status=Status.PROVED, certificates=(found[0], kept, beside[1]),
        conditions=(*base.conditions, "labels in [0, 1]"),
        findings=(text, "a class's rows are in one factor of each product, so no other class's gradient vanishes"),
    )


def _mean_of_rows(loss: Loss, sizes: Mapping[str, int]) -> tuple[Certificate, ...] | None:
    """Return what shows that n l has a gradient by each row that holds this row alone, and is not constant."""
    if not _counts_rows(to_ast(loss.expr)) or "n" in sizes:
        return None
    scaled = replace(loss, expr=N * loss.expr)
    gradient = row_gradient(scaled, sizes)
    doubled = substitute_array(scaled.expr, S, loss.indices, 2 * loss.logit)
    found = gradient and refuted_at(scaled, Equation(doubled, scaled.expr, {}), sizes, "n l(2 s) - n l(s)")
    return (gradient, found[1]) if gradient and found else None


def _counts_rows(ast: Any) -> bool:
    """Tell whether the number of rows stands in a formula, given as JSON."""
    return ast == ["sym", "n"] or isinstance(ast, list) and any(map(_counts_rows, ast))


def _shares(balanced: Certificate) -> Certificate | None:
    """Return the accepted certificate that no other class's gradient vanishes, for the form of ``balanced``."""
    data = {k: v for k, v in balanced.data.items() if k != "bound"}
    certificate = Certificate("shares", data)
    return certificate if check(certificate.as_json()).accepted else None


def _starved(loss: Loss, balanced: Certificate, sizes: Mapping[str, int]) -> Iterator[Certificate]:
    """Yield accepted certificates that another class's gradient vanishes, at few classes."""
    data = {k: v for k, v in balanced.data.items() if k != "bound"}
    for own, sets in _small(loss, sizes):
        pairs = permutations(range(1, own["m"] + 1), 2) if own else [(1, 0), (0, 1)]
        for repeated_class, other in pairs:
            more = {"sizes": own, "repeated": repeated_class, "other": other, **({"sets": sets} if sets else {})}
            certificate = Certificate("starves", {**data, **more, "bodies_defined": True})
            if check(certificate.as_json()).accepted:
                yield certificate


def _small(loss: Loss, sizes: Mapping[str, int]) -> Iterator[tuple[dict[str, int], dict[str, list[int]]]]:
    """Yield small numbers of classes, with a division into class sets where the loss has them."""
    if M not in loss.shape:
        yield {}, {}
        return
    for m in [sizes["m"]] if "m" in sizes else [2, 3]:
        split = [{"Omega_neg": list(range(1, k + 1)), "Omega_pos": list(range(k + 1, m + 1))} for k in range(1, m)]
        for sets in split if loss.class_sets else [{}]:
            yield {"m": m}, sets


def repeated(expr: Expr, times: Expr) -> Expr | None:
    """Return the loss of the data with every row repeated; None where rows are named, counted or compared."""
    try:
        return _repeated(expr, times)
    except _Named:
        return None


class _Named(Exception):
    """A row is named, used as a number, or compared with another one."""


def _repeated(expr: Expr, times: Expr) -> Expr:
    if expr == N:
        return times * N
    if isinstance(expr, Indexed):
        if len(expr.indices) == 2 and expr.indices[0].is_Integer:
            raise _Named
        return expr
    if isinstance(expr, Iverson | KroneckerDelta | RowFunction | RowFunctionDerivative):
        return expr
    if isinstance(expr, IndexedOperator):
        return _repeated_sum(expr, times)
    if not expr.args:
        return expr
    return expr.func(*(_repeated(a, times) for a in expr.args))


def _repeated_sum(expr: IndexedOperator, times: Expr) -> Expr:
    letter = Symbol(f"rep{expr.bound.name}", integer=True, positive=True)
    body, conditions = expr.open(letter)
    if expr.domain == N and (conditions or _counted(body, letter)):
        raise _Named
    body = _repeated(body, times)
    if expr.domain == N and isinstance(expr, IndexSum):
        return IndexSum(times * body, letter, N)
    if expr.domain == N and not isinstance(expr, IndexExtremum):
        assert isinstance(expr, IndexProduct)
        return IndexProduct(body**times, letter, N)
    return expr.func(body, letter, expr.domain, *conditions)


def _counted(expr: Expr, letter: Symbol) -> bool:
    """Tell whether a row index is used as a number, compared, or indexes something else than logits and labels."""
    if expr == letter:
        return True
    if isinstance(expr, Indexed):
        return letter in expr.indices and expr.base.name not in ("s", "t")
    if isinstance(expr, RowFunction | RowFunctionDerivative):
        return False
    if isinstance(expr, Iverson | KroneckerDelta):
        return letter in expr.free_symbols
    if isinstance(expr, IndexedOperator):
        return any(letter in c.free_symbols for c in expr.conditions) or _counted(expr.body, letter)
    return any(_counted(a, letter) for a in expr.args if isinstance(a, Expr))


def linear_growth(loss: Loss, sizes: Mapping[str, int]) -> _Linear | None:
    """Return what shows that repeating all rows r times multiplies the loss by r or more; None otherwise."""
    r = parameter(fresh_name(loss, "r"), "positive")
    many = repeated(loss.expr, r)
    if many is None:
        return None
    proof = _exactly_linear(loss, Equation(many, r * loss.expr, {}), sizes)
    if proof is not None:
        doubled = substitute_array(loss.expr, S, loss.indices, 2 * loss.logit)
        found = refuted_at(loss, Equation(doubled, loss.expr, {}), sizes, "l(2 s) - l(s)")
        text = "l and its gradient are exactly r times as large, and l is not constant"
        return _Linear(proof, found[1], found[2], text) if found else None
    rest = many / r
    if r not in Mul.make_args(many) or constant_sign(differentiate(rest, r), dict(loss.domains)) != 1:
        return None
    proof = proved_equal(loss, Equation(many, r * rest, {}), sizes)
    found = refuted_at(loss, Equation(loss.expr, Integer(0), {}), sizes, "l")
    if proof is None or found is None or not _is_positive(loss, found[0].point):
        return None
    return _Linear(proof, found[1], found[2], "l is at least r times as large, and it is positive")


def _exactly_linear(loss: Loss, equation: Equation, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate of an equation, unless a point, which costs less, refutes it."""
    frame = replace(loss, expr=equation.left + equation.right)
    told_apart = refute_equal(equation.left, equation.right, frame, sizes_for(loss, fixed=sizes)[:1], each=1).witness
    return proved_equal(loss, equation, sizes) if told_apart is None else None


def _is_positive(loss: Loss, point: Point) -> bool:
    field = BallField()
    return field.sign(Evaluator(field, point).value(loss.expr)) == 1


class _Linear:
    """The certificates of growth like r, and how they change a verdict."""

    def __init__(self, proof: Certificate, point: Certificate, record: dict[str, object], text: str) -> None:
        self.proof, self.point, self.record, self.text = proof, point, record, text

    def __call__(self, base: Verdict) -> Verdict:
        """Return the refutation."""
        finding = f"with every row repeated r times {self.text}: it does not grow like log r"
        return replace(
            base, status=Status.REFUTED, certificates=(self.proof, self.point), witness=self.record,
            findings=(finding,),
        )


def _balanced(loss: Loss, sizes: Mapping[str, int]) -> tuple[Certificate, Expr] | None:
    for form, groups in log_sum_forms(loss, (Kind.LOG,)):
        bound = _bound(groups, environment_of(loss.expr))
        extra = {} if form == loss.expr else {"form": to_ast(form)}
        own = {k: v for k, v in sizes.items() if k != "n"}
        for simplex in (False, True):
            certificate = Certificate("balanced", {
                "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], "simplex": simplex, "sizes": own,
                "bound": to_ast(bound), **extra, **certificates.declarations(loss),
            })
            if check(certificate.as_json()).accepted:
                return certificate, bound
    return None


def _bound(groups: list[LogGroup], letters: Mapping[str, Any]) -> Expr:
    """Return the sum of the logarithms' weights times the number of sums over rows beside one exponential."""
    order = max([sum(x[1] == "n" for x in e.inner) for g in groups for e in g.exponentials] + [1])
    return order * Add(*(_weight(group, letters) for group in groups))


def _weight(group: LogGroup, letters: Mapping[str, Any]) -> Expr:
    body: Any = ["mul", [["num", "1"], *group.weights]]
    for name, size, conditions in reversed(group.outer):
        body = ["sum", name, size, list(conditions), body]
    return from_ast(body, letters)

"""From a SymPy expression of the indexed-sum layer to its normal form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, cast

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Indexed,
    Integer,
    KroneckerDelta,
    Mul,
    Ne,
    Pow,
    Rational,
    Symbol,
    exp,
    log,
    sign,
    tanh,
)
from sympy.core.relational import LessThan, Relational, StrictLessThan
from sympy.logic.boolalg import And, Boolean, false, true

from nmderive.calculus.cyclic import Cyclic, coefficients
from nmderive.calculus.extrema import Attained, IndexExtremum, IndexMax
from nmderive.calculus.normal_form import congruence
from nmderive.calculus.normal_form.algebra import add, bind, multiply, product_of, scale
from nmderive.calculus.normal_form.functions import exp_poly, inverse_root, log_poly, power_poly, root_of_square
from nmderive.calculus.normal_form.signs import at_least_zero
from nmderive.calculus.normal_form.terms import (
    ONE,
    ZERO,
    Poly,
    constant,
    fresh_label,
    from_atom,
    make_atom,
)
from nmderive.calculus.sums import IndexedOperator, IndexProduct, IndexSum, Iverson, RowFunction, RowFunctionDerivative
from nmderive.calculus.symbols import SHARPNESS, SIZES, M, Member, N, S
from nmderive.errors import UnsupportedError


@dataclass(frozen=True)
class Frame:
    """What a conversion needs to know: fixed sizes, free indices' ranges, and the bound ones in scope.

    ``sizes`` fixes n or m, ``ranges`` maps the name of a free index to "n" or "m", ``labels`` maps a bound
    index of the expression to its label and ``label_sizes`` a label to its range.
    """

    sizes: Mapping[str, int] = field(default_factory=dict)
    ranges: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[Symbol, str] = field(default_factory=dict)
    label_sizes: Mapping[str, str] = field(default_factory=dict)

    def inside(self, bound: Symbol, label: str, size: str) -> Frame:
        """Return the frame in the scope of one more binder."""
        return Frame(self.sizes, self.ranges, {**self.labels, bound: label}, {**self.label_sizes, label: size})

    def label(self, position: Expr) -> str:
        """Return the label of an index symbol or literal."""
        if isinstance(position, Integer):
            return f"@{position}"
        if isinstance(position, Cyclic):
            return self._placed(position)
        if position in self.labels:
            return self.labels[position]
        if isinstance(position, Symbol) and position.is_integer:
            return str(position.name)
        raise UnsupportedError(f"{position} cannot stand as an index")

    def range_of(self, position: Expr) -> str:
        """Return "n" or "m": the range of an index; "" for a literal."""
        if isinstance(position, Integer):
            return ""
        if isinstance(position, Cyclic):
            return "m"
        label = self.label(position)
        found = self.label_sizes.get(label) or self.ranges.get(label)
        if found is None:
            raise UnsupportedError(f"the range of the free index {position} is not known")
        return found


    def form(self, position: Expr) -> congruence.Form:
        """Return a class index as a combination of labels and a number."""
        letters, number = coefficients(position)
        parts = [(c, congruence.of_label(self.label(x))) for x, c in letters.items()]
        return congruence.combined([(1, ((), number)), *parts])

    def is_placed(self, position: Cyclic) -> bool:
        """Tell whether a cyclic index is a number here, or a label."""
        labels, number = self.form(position)
        return "m" in self.sizes if not labels else not number and [c for _, c in labels] == [1]

    def _placed(self, position: Cyclic) -> str:
        labels, number = self.form(position)
        if not self.is_placed(position):
            raise UnsupportedError(f"the class index {position} modulo m cannot stand here")
        return labels[0][0] if labels else f"@{(number - 1) % self.sizes['m'] + 1}"


def normal_form(expr: Expr, frame: Frame | None = None) -> Poly:
    """Return the normal form of ``expr``; equal normal forms mean equal expressions for all n, m."""
    frame = frame or Frame()
    return _convert(lifted(expr, None, frame), frame)


def _convert(expr: Expr, frame: Frame) -> Poly:
    for kind, convert in _CONVERTERS:
        if isinstance(expr, kind):
            return cast(Poly, convert(expr, frame))
    raise UnsupportedError(f"the normal form does not know {type(expr).__name__}: {expr}")


def _number(expr: Rational, frame: Frame) -> Poly:
    return constant(Fraction(int(expr.p), int(expr.q)))


def _add(expr: Add, frame: Frame) -> Poly:
    return add(*(_convert(a, frame) for a in expr.args))


def _mul(expr: Mul, frame: Frame) -> Poly:
    return product_of(_convert(a, frame) for a in expr.args)


def _pow(expr: Pow, frame: Frame) -> Poly:
    base, exponent = _convert(expr.base, frame), _convert(expr.exp, frame)
    if exponent.is_constant:
        return power_poly(base, exponent.terms[0][1] if exponent.terms else Fraction(0))
    return exp_poly(multiply(exponent, log_poly(base)))


def _exp(expr: exp, frame: Frame) -> Poly:
    return exp_poly(_convert(expr.args[0], frame))


def _e(expr: Expr, frame: Frame) -> Poly:
    return exp_poly(ONE)


def _log(expr: log, frame: Frame) -> Poly:
    return log_poly(_convert(expr.args[0], frame))


def _tanh(expr: tanh, frame: Frame) -> Poly:
    double = exp_poly(scale(_convert(expr.args[0], frame), 2))
    return multiply(add(double, constant(-1)), power_poly(add(double, ONE), Fraction(-1)))


def _absolute(expr: Abs, frame: Frame) -> Poly:
    """Return |x| as the root of x^2: it needs no atom of its own, and |-x| = |x|, |x|^2 = x^2 hold by form."""
    inner = _convert(expr.args[0], frame)
    if at_least_zero(inner):
        return inner
    turned = scale(inner, -1)
    return turned if at_least_zero(turned) else root_of_square(inner, Fraction(1, 2))


def _signum(expr: sign, frame: Frame) -> Poly:
    """Return the sign of x, x/|x| where x holds logits; it is 0 at x = 0, where the form is not defined.

    Of labels and parameters, which may be 0, it is x R(x^2): the sign of a label is not 1.
    """
    inner = _convert(expr.args[0], frame)
    if not expr.args[0].has(S, RowFunction):
        if expr.args[0].is_positive or expr.args[0].is_negative:
            return constant(1 if expr.args[0].is_positive else -1)
        return multiply(inner, inverse_root(multiply(inner, inner)))
    return multiply(inner, root_of_square(inner, Fraction(-1, 2)))


def _indexed(expr: Indexed, frame: Frame) -> Poly:
    labels = tuple(frame.label(i) for i in expr.indices)
    return from_atom(make_atom("a", _sign(expr), expr.base.name, labels))


def _symbol(expr: Symbol, frame: Frame) -> Poly:
    if expr in SIZES:
        fixed = frame.sizes.get(expr.name)
        return constant(fixed) if fixed is not None else from_atom(make_atom("z", "positive", expr.name))
    if expr in frame.labels or expr.name in frame.ranges:
        label = frame.label(expr)
        return constant(int(label[1:])) if label[0] == "@" else from_atom(make_atom("i", label))
    return from_atom(make_atom("z", _sign(expr), expr.name))


def _sign(expr: Expr) -> str:
    if expr.is_positive:
        return "positive"
    if expr.is_nonnegative:
        return "nonnegative"
    if expr.is_real:
        return "real"
    raise UnsupportedError(f"{expr} is not declared real")


def _sum(expr: IndexSum, frame: Frame) -> Poly:
    size = expr.domain.name
    if size in frame.sizes:
        return add(*(_term(expr, frame, f"@{v}", size) for v in range(1, frame.sizes[size] + 1)))
    label = fresh_label()
    return bind(_term(expr, frame, label, size), label, size)


def _term(expr: IndexSum | IndexProduct, frame: Frame, label: str, size: str) -> Poly:
    inner = frame.inside(expr.bound, label, size)
    indicator = product_of(_condition(c, inner) for c in expr.conditions)
    return multiply(indicator, _convert(lifted(expr.body, expr.bound, inner), inner)) if indicator.terms else ZERO


def _product(expr: IndexProduct, frame: Frame) -> Poly:
    size = expr.domain.name
    if size not in frame.sizes:
        return exp_poly(_sum(IndexSum(log(expr.body), expr.bound, expr.domain, *expr.conditions), frame))
    result = ONE
    for value in range(1, frame.sizes[size] + 1):
        inner = frame.inside(expr.bound, f"@{value}", size)
        indicator = product_of(_condition(c, inner) for c in expr.conditions)
        if not indicator.is_constant:
            raise UnsupportedError("a product over a set of classes is supported for symbolic sizes only")
        if indicator.terms:
            result = multiply(result, _convert(lifted(expr.body, expr.bound, inner), inner))
    return result


def _extremum(expr: IndexExtremum, frame: Frame) -> Poly:
    """Return max_k x_k as log(sum_k e^(b x_k))/b, which tends to it as b tends to infinity, and min_k x_k as -max(-x).

    What is equal for every b > 0 is equal in the limit, and so is what is continuous in it.
    """
    b = _sharpness(expr)
    return _convert(log(IndexSum(exp(b * expr.body), expr.bound, expr.domain, *expr.conditions)) / b, frame)


def _sharpness(expr: IndexExtremum) -> Expr:
    return SHARPNESS if isinstance(expr, IndexMax) else -SHARPNESS


def _attained(expr: Attained, frame: Frame) -> Poly:
    """Return the share e^(b x)/sum_k e^(b x_k), which tends to 1/c at each of the c entries that attain the maximum."""
    value, operator = expr.args
    if not isinstance(operator, IndexExtremum):
        raise UnsupportedError("an indicator of a maximum that is not written out")
    b = _sharpness(operator)
    whole = IndexSum(exp(b * operator.body), operator.bound, operator.domain, *operator.conditions)
    return _convert(exp(b * value) / whole, frame)


def _condition(condition: Boolean, frame: Frame) -> Poly:
    if condition in (true, false):
        return ONE if condition == true else ZERO
    if isinstance(condition, And):
        return product_of(_condition(c, frame) for c in condition.args)
    if isinstance(condition, Member):
        return _member(condition, frame)
    left, right = condition.args
    ranges = {frame.range_of(left), frame.range_of(right)} - {""}
    if len(ranges) > 1:
        raise UnsupportedError(f"{condition} compares a row index with a class index")
    if condition.has(Cyclic) and isinstance(condition, Ne):
        return add(ONE, scale(_congruent(left, right, frame), -1))
    x, y = frame.label(left), frame.label(right)
    equal, less = from_atom(make_atom("d", x, y)), from_atom(make_atom("l", x, y))
    if isinstance(condition, Ne):
        return add(ONE, scale(multiply(ONE, _formed(equal)), -1))
    if isinstance(condition, StrictLessThan):
        return _formed(less)
    if isinstance(condition, LessThan):
        return add(_formed(less), _formed(equal))
    raise UnsupportedError(f"the condition {condition} is not supported")


def _congruent(left: Expr, right: Expr, frame: Frame) -> Poly:
    """Return the indicator of two class indices being equal modulo m."""
    labels, number = congruence.normal(congruence.combined([(1, frame.form(left)), (-1, frame.form(right))]))
    fixed = frame.sizes.get("m")
    if fixed is not None and not labels:
        return ZERO if number % fixed else ONE
    if fixed is not None and [c for _, c in labels] == [1]:
        return from_atom(make_atom("d", labels[0][0], f"@{(-number - 1) % fixed + 1}"))
    return _formed(from_atom(make_atom("c", (labels, number))))


def lifted(expr: Expr, bound: Symbol | None, frame: Frame) -> Expr:
    """Return ``expr`` with each index j + d as a class k of its own: f(j + d) is the sum over k of [k = j + d] f(k).

    It is done in the scope of the innermost index that j + d holds, ``bound``, or outside all where that is None.
    """
    inner = {op.bound for op in expr.atoms(IndexedOperator)}
    for place in sorted(_places(expr), key=lambda x: x.sort_key()):
        held = place.free_symbols
        if held & inner or bound is not None and bound not in held or frame.is_placed(place):
            continue
        own = Dummy("k", integer=True, positive=True)
        expr = IndexSum(expr.xreplace({place: own}) * KroneckerDelta(own, place), own, M)
    return expr


def _places(expr: Any) -> set[Cyclic]:
    """Return the cyclic indices of entries and numbers; conditions and deltas hold theirs as they are."""
    if isinstance(expr, Cyclic):
        return {expr}
    if isinstance(expr, Relational | KroneckerDelta) or not expr.has(Cyclic):
        return set()
    return set().union(*map(_places, expr.args))


def _formed(indicator: Poly) -> Poly:
    """Evaluate an indicator whose labels are decided."""
    from nmderive.calculus.normal_form.algebra import assemble

    return assemble(Fraction(1), {}, list(indicator.terms[0][0].factors))


def _member(condition: Member, frame: Frame) -> Poly:
    element, subset = condition.args
    negative = from_atom(make_atom("m", "Omega_neg", frame.label(element)))
    if subset.name == "Omega_neg":
        return negative
    if subset.name == "Omega_pos":
        return add(ONE, scale(negative, -1))
    return from_atom(make_atom("m", subset.name, frame.label(element)))


def _iverson(expr: Iverson, frame: Frame) -> Poly:
    return _condition(expr.args[0], frame)


def _delta(expr: KroneckerDelta, frame: Frame) -> Poly:
    if expr.has(Cyclic):
        return _congruent(expr.args[0], expr.args[1], frame)
    return add(ONE, scale(_condition(Ne(*expr.args[:2]), frame), -1))


def _row_function(expr: RowFunction, frame: Frame) -> Poly:
    name, base, *indices = expr.args
    return from_atom(make_atom("f", str(name), base.name, tuple(map(frame.label, indices))))


def _row_function_derivative(expr: RowFunctionDerivative, frame: Frame) -> Poly:
    function, *by = expr.args
    name, base, *indices = function.args
    labels, wrt = tuple(map(frame.label, indices)), tuple(sorted(map(frame.label, by)))
    return from_atom(make_atom("g", str(name), base.name, labels, wrt))


_CONVERTERS: tuple[tuple[Any, Any], ...] = (
    (Rational, _number), (Add, _add), (Mul, _mul), (exp, _exp), (Pow, _pow), (log, _log), (tanh, _tanh),
    (Abs, _absolute), (sign, _signum), (type(exp(1)), _e),
    (Indexed, _indexed), (Symbol, _symbol), (IndexSum, _sum), (IndexProduct, _product),
    (IndexExtremum, _extremum), (Attained, _attained), (Iverson, _iverson), (KroneckerDelta, _delta),
    (RowFunction, _row_function), (RowFunctionDerivative, _row_function_derivative),
)

__all__ = ["Frame", "M", "N", "normal_form"]

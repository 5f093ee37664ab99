"""Expressions as programs: functions of a run (a field, a point, what was worked out so far) and of the free indices.

A program is made once an expression, and looks at SymPy's objects no more: points are many, expressions few.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from itertools import count
from typing import Any

from sympy import (
    Abs,
    Add,
    Expr,
    Indexed,
    KroneckerDelta,
    Mul,
    Pow,
    Rational,
    Symbol,
    exp,
    log,
    sign,
    tanh,
)

from nmderive.budget import check_budget
from nmderive.calculus.extrema import Attained, IndexExtremum, IndexMax
from nmderive.calculus.sums import IndexedOperator, IndexProduct, IndexSum, Iverson, RowFunction
from nmderive.calculus.symbols import SIZES, S
from nmderive.errors import DomainError, UnsupportedError
from nmderive.proving.indices import Env, Run, place, truth
from nmderive.proving.numbers import BallField, Field, Inexact

Program = Callable[[Run, Env], Any]
#: Sums of more terms are worked out once.
_LONG = 8
_numbers = count()


@lru_cache(maxsize=4096)
def program(expr: Expr) -> Program:
    """Return the program of an expression; raises UnsupportedError for what has no value at a point."""
    for kind, make in _KINDS:
        if isinstance(expr, kind):
            return make(expr)
    raise UnsupportedError(f"{type(expr).__name__} cannot be evaluated at a point: {expr}")


def _kept(expr: Expr, worked_out: Program) -> Program:
    """Return a program that works out a value once for each choice of the indices that it depends on."""
    number, letters = next(_numbers), sorted(_letters(expr) - set(SIZES), key=lambda x: x.name)

    def found(run: Run, env: Env) -> Any:
        key = (number, *map(env.get, letters))
        value = run.kept.get(key)
        if value is None:
            check_budget()
            value = run.kept[key] = worked_out(run, env)
        return value

    return found


@lru_cache(maxsize=16384)
def _letters(expr: Any) -> frozenset[Symbol]:
    """Return the free indices; every node that is shared is looked at once, which SymPy does not do."""
    if isinstance(expr, Symbol):
        return frozenset([expr])
    own = frozenset[Symbol]().union(*map(_letters, expr.args))
    return own - {expr.bound} if isinstance(expr, IndexedOperator) else own


def _number(expr: Expr) -> Program:
    value = Fraction(int(expr.p), int(expr.q))
    return lambda run, env: run.field.rational(value)


def _symbol(expr: Symbol) -> Program:
    if expr in SIZES:
        return lambda run, env: run.field.rational(Fraction(run.sizes[expr.name]))
    return lambda run, env: run.field.rational(Fraction(env[expr])) if expr in env else run.parameter(expr.name)


def _entry(expr: Indexed) -> Program:
    name, places = expr.base.name, tuple(map(place, expr.indices))
    return lambda run, env: run.entry(name, tuple([at(run, env) for at in places]))


def _sum(expr: Add) -> Program:
    first, *others = map(program, expr.args)

    def added(run: Run, env: Env) -> Any:
        total, add = first(run, env), run.field.add
        for other in others:
            total = add(total, other(run, env))
        return total

    return _kept(expr, added) if len(expr.args) > _LONG else added


def _product(expr: Mul) -> Program:
    first, *others = map(program, expr.args)
    labels = [program(a) for a in expr.args if isinstance(a, Indexed) and a.base.name == "t"]
    logs = [program(a.args[0]) for a in expr.args if isinstance(a, log)]

    def multiplied(run: Run, env: Env) -> Any:
        total, multiply = first(run, env), run.field.multiply
        for other in others:
            total = multiply(total, other(run, env))
        return total

    def with_zeros(run: Run, env: Env) -> Any:
        """A label of 0 beside the logarithm of 0 counts as 0."""
        if any(label(run, env) == 0 for label in labels) and any(inner(run, env) == 0 for inner in logs):
            return run.field.rational(Fraction(0))
        return multiplied(run, env)

    return with_zeros if labels and logs else multiplied


def _exp(expr: exp) -> Program:
    inner = program(expr.args[0])
    return lambda run, env: run.field.exp(inner(run, env))


def _e(expr: Expr) -> Program:
    return lambda run, env: run.field.exp(run.field.rational(Fraction(1)))


def _log(expr: log) -> Program:
    inner = program(expr.args[0])
    return lambda run, env: run.field.log(inner(run, env))


def _power(expr: Pow) -> Program:
    base, exponent = program(expr.base), program(expr.exp)
    return _kept(expr, lambda run, env: run.field.power(base(run, env), exponent(run, env)))


def _tanh(expr: tanh) -> Program:
    inner = program(expr.args[0])

    def found(run: Run, env: Env) -> Any:
        field, one = run.field, Fraction(1)
        double = field.exp(field.multiply(field.rational(2 * one), inner(run, env)))
        down = field.add(double, field.rational(one))
        return field.multiply(field.add(double, field.rational(-one)), field.power(down, field.rational(-one)))

    return found


def _absolute(expr: Abs) -> Program:
    inner = program(expr.args[0])

    def found(run: Run, env: Env) -> Any:
        value, field = inner(run, env), run.field
        if isinstance(field, BallField):
            return field.absolute(value)
        return field.multiply(field.rational(Fraction(_sign_of(field, value))), value)

    return found


def _sign(expr: sign) -> Program:
    """Return the program of a sign: of logits it is not defined at 0, where it is no derivative of |x|; else 0."""
    inner, is_kink = program(expr.args[0]), expr.has(S, RowFunction)

    def found(run: Run, env: Env) -> Any:
        value = _sign_of(run.field, inner(run, env))
        if value == 0 and is_kink:
            raise DomainError("the point lies at a kink")
        return run.field.rational(Fraction(value))

    return found


def _sign_of(field: Field, value: Any) -> int:
    found = field.sign(value)
    if found is None:
        raise Inexact("the sign of a number is open")
    return found


def _over_range(expr: IndexedOperator) -> Callable[[Run, Env], list[Any]]:
    """Return the program of the values of the body over the range."""
    body, tests, bound, size = program(expr.body), list(map(truth, expr.conditions)), expr.bound, expr.domain.name

    def found(run: Run, env: Env) -> list[Any]:
        values, inner = [], dict(env)
        for number in range(1, run.sizes[size] + 1):
            inner[bound] = number
            if all(holds(run, inner) for holds in tests):
                values.append(body(run, inner))
        return values

    return found


def _range(expr: IndexedOperator) -> Program:
    values, is_sum = _over_range(expr), isinstance(expr, IndexSum)

    def found(run: Run, env: Env) -> Any:
        total = run.field.rational(Fraction(0 if is_sum else 1))
        join = run.field.add if is_sum else run.field.multiply
        for value in values(run, env):
            total = join(total, value)
        return total

    return _kept(expr, found)


def _extremum(expr: IndexExtremum) -> Program:
    """Return the program of the largest (smallest) value; balls that overlap give one around all that it may be."""
    values, side = _over_range(expr), 1 if isinstance(expr, IndexMax) else -1

    def found(run: Run, env: Env) -> Any:
        best, *others = values(run, env) or [expr.empty()]
        for value in others:
            best = run.field.larger(best, value, side)
        return best

    return _kept(expr, found)


def _share(expr: Attained) -> Program:
    """Return the program of 1 where the value alone attains the extremum, 0 where it does not; a tie is a kink.

    The value is one of the entries: one that cannot be told from it is itself, as long as no other is left.
    """
    value, operator = expr.args
    own_value, values, side = program(value), _over_range(operator), 1 if isinstance(operator, IndexMax) else -1

    def found(run: Run, env: Env) -> Any:
        field, ties, is_open = run.field, 0, False
        less = field.multiply(field.rational(Fraction(-1)), own_value(run, env))
        for other in values(run, env):
            gap = field.sign(field.add(other, less))
            if gap is not None and gap * side > 0:
                return field.rational(Fraction(0))
            ties += not gap
            is_open = is_open or gap is None
        if ties > 1:
            tie = "which entry attains an extremum is open"
            raise Inexact(tie) if is_open else DomainError("the point lies at a kink")
        return field.rational(Fraction(1))

    return found


def _bracket(expr: Iverson) -> Program:
    holds = truth(expr.args[0])
    return lambda run, env: run.field.rational(Fraction(int(holds(run, env))))


def _delta(expr: KroneckerDelta) -> Program:
    left, right = map(place, expr.args[:2])
    return lambda run, env: run.field.rational(Fraction(int(left(run, env) == right(run, env))))


#: The first kind that an expression is of makes its program.
_KINDS: tuple[tuple[Any, Callable[[Any], Program]], ...] = (
    (Mul, _product), (Add, _sum), (Indexed, _entry), (exp, _exp), (Rational, _number), (Pow, _power), (log, _log),
    (Symbol, _symbol), (IndexSum | IndexProduct, _range), (IndexExtremum, _extremum), (Attained, _share),
    (Iverson, _bracket), (KroneckerDelta, _delta), (Abs, _absolute), (sign, _sign), (tanh, _tanh), (type(exp(1)), _e),
)

__all__ = ["Run", "program"]

"""From a SymPy expression to the graph.

``plain`` gives the value of an expression, ``logarithms.py`` the logarithm of a nonnegative one as a sum of
arrays. In the robust reading everything under a logarithm stays a logarithm, so that no exponential is ever
larger than 1. In the fast reading exponentials are factorised (exp(s_ik - s_ij) = E_ik / E_ij with one
exponential an entry), which is right as long as E stays in a safe range; the caller has to check that.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sympy import Abs, Add, Eq, Expr, Indexed, KroneckerDelta, Mul, Pow, Rational, Symbol, exp, log, sign, tanh

from nmderive.calculus.cyclic import Cyclic, coefficients
from nmderive.calculus.extrema import IndexExtremum, IndexMax
from nmderive.calculus.kinks import maximum
from nmderive.calculus.sums import IndexProduct, IndexSum, Iverson
from nmderive.calculus.symbols import SIZES, S, T
from nmderive.errors import UnsupportedError
from nmderive.losses.loss import Loss
from nmderive.numeric.binding import Binding
from nmderive.numeric.conditions import Conditions
from nmderive.numeric.exponents import carries, exponent_bases, generic, joins, spread, summands, tame, zero_factors
from nmderive.numeric.graph import Axis, Factor, Ref, variable
from nmderive.numeric.logarithms import Logarithms
from nmderive.numeric.pieces import apart, with_larger
from nmderive.numeric.products import Graph
from nmderive.numeric.shapes import complement, loggable

#: Integer powers of an exponential that are cheaper than another exponential.
_POWERS = 3


class Reader:
    """Reads one loss into a graph, in the robust or the fast reading."""

    def __init__(self, loss: Loss, *, fast: bool = False, joined: bool = False, powers: bool = False) -> None:
        """Start a graph.

        ``joined`` makes matrix products of log-sum-exps over rows, which have no tangents; ``powers`` keeps real powers
        of the fast reading, which are exponentials of logarithms otherwise.
        """
        self.loss = loss
        self.fast = fast
        self.joined = joined
        self.powers = powers
        self.graph = Graph()
        self.axes: dict[Symbol, Axis] = {}
        self.arrays: dict[str, tuple[str, ...]] = {}  # the sizes of each array besides s and t
        self.count = 0
        self.conditions = Conditions(self)
        self.logarithms = Logarithms(self)
        self._bases = exponent_bases(loss.expr) if fast else {}
        self._seen: dict[Any, Ref] = {}

    def value(self) -> Ref:
        """Return the loss as a node without axes."""
        if self.loss.has_undefined_functions:
            raise UnsupportedError(
                "the loss holds an undefined function, so it has no numbers",
                hint="put a definite function for it",
            )
        return self.plain(self.loss.expr)

    # Plain values

    def plain(self, expr: Expr) -> Ref:
        """Return the value of ``expr``."""
        known = self._seen.get(expr)
        if known is None:
            known = self._seen[expr] = self._plain(expr)
        return known

    def _plain(self, expr: Expr) -> Ref:
        if expr.is_number:
            return self.graph.const(real_number(expr))
        if isinstance(expr, Symbol):
            return self._symbol(expr)
        if isinstance(expr, Indexed):
            return self._entry(expr)
        if isinstance(expr, Add):
            rewritten = complement(expr)
            if rewritten is not None:
                return self.plain(rewritten)
            by_maxima = with_larger(expr)
            if by_maxima != expr:
                return self.plain(by_maxima)
            return self.graph.add((1.0, self.plain(a)) for a in expr.args)
        if isinstance(expr, IndexSum):
            return self._plain_sum(expr)
        if isinstance(expr, IndexProduct):
            return self._plain_product(expr)
        if isinstance(expr, IndexExtremum):
            return self._extremum(expr)
        if isinstance(expr, log):
            return self._log(expr.args[0])
        if isinstance(expr, tanh):
            return self.graph.unary("tanh", self.plain(expr.args[0]))
        if isinstance(expr, maximum):
            return self.graph.larger(*map(self.plain, expr.args))
        if isinstance(expr, Abs):
            return self.graph.unary("abs", self.plain(expr.args[0]))
        if isinstance(expr, sign):
            return self.graph.sign(self.plain(expr.args[0]))
        if isinstance(expr, Mul | Pow | exp):
            return self._product_of(expr)
        if isinstance(expr, KroneckerDelta):
            return self.conditions.factor(Eq(*expr.args[:2]))
        if isinstance(expr, Iverson):
            return self.conditions.factor(expr.args[0])
        raise UnsupportedError(f"there is no NumPy code for {type(expr).__name__}: {expr}")

    def _product_of(self, expr: Expr) -> Ref:
        coefficient, factors = self.factors(expr)
        return self.graph.contract(factors, (), coefficient)

    def _log(self, arg: Expr) -> Ref:
        if loggable(arg):
            return self.graph.add(self.logarithms.terms(arg))
        beside = None if self.fast else self._beside_constant(arg)
        return self.graph.log(self.plain(arg)) if beside is None else beside

    def _beside_constant(self, arg: Expr) -> Ref | None:
        """Return log(P + c) as log(1 + P) + log(1 + (c - 1)/(1 + P)), P >= 0; None where arg has another form."""
        moving = [a for a in Add.make_args(arg) if carries(a)]
        if not isinstance(arg, Add) or not moving or not all(map(loggable, moving)) or len(moving) == len(arg.args):
            return None
        large = self.graph.add(self.logarithms.terms(Add(1, *moving)))
        small = self.graph.unary("exp", self.graph.contract([(large, 1)], (), -1.0))
        less = self.plain(Add(-1, *(a for a in arg.args if not carries(a))))
        ratio = self.graph.contract([(less, 1), (small, 1)])
        return self.graph.add([(1.0, large), (1.0, self.graph.unary("log1p", ratio))])

    def _symbol(self, expr: Symbol) -> Ref:
        if expr in SIZES:
            return self.graph.leaf("scalar", (), expr.name, nonneg=True)
        if expr in self.axes:
            return self.graph.leaf("arange", (self.axes[expr],), None)
        return self.graph.leaf("scalar", (), variable(expr.name), nonneg=bool(expr.is_nonnegative))

    def _entry(self, expr: Indexed) -> Ref:
        name = expr.base.name if expr.base in (S, T) else variable(expr.base.name)
        if expr.base in (S, T):
            domains = tuple(size.name for size in self.loss.shape)
        else:
            domains = tuple(self._domain(k) for k in expr.indices)
            self.arrays[expr.base.name] = domains
        if len(domains) != len(expr.indices):
            raise UnsupportedError(f"{expr} does not have the {len(domains)} indices of the logits")
        full = [(d, -1 - k) for k, d in enumerate(domains)]
        ref = self.graph.leaf(
            "input", full, (name, domains), nonneg=bool(expr.is_nonnegative), active=expr.base == S
        )
        ref = Ref(ref.node, tuple(full))
        for axis, k in zip(full, expr.indices, strict=True):
            if isinstance(k, Cyclic):
                ref = self._class_modulo(ref, axis, k)
            elif k.is_Integer:
                ref = self.graph.make("take", (ref,), [a for a in ref.axes if a != axis], int(k) - 1, (axis,))
            else:
                ref = ref.renamed({axis: self._axis(k, axis[0])})
        if len(set(ref.axes)) < len(ref.axes):
            raise UnsupportedError(f"{expr} uses one index twice")
        return ref

    def _class_modulo(self, ref: Ref, axis: Axis, k: Cyclic) -> Ref:
        """Return the entries of a class axis at a class that is counted modulo m."""
        letters, number = coefficients(k)
        if not letters and number:
            raise UnsupportedError(f"there is no NumPy code for the class {number} modulo m")
        if not letters:
            return self.graph.make("take", (ref,), [a for a in ref.axes if a != axis], -1, (axis,))
        return self.graph.gather(ref, axis, {self._axis(x, "m"): c for x, c in letters.items()}, number)

    def _domain(self, k: Any) -> str:
        if k.is_Integer or isinstance(k, Cyclic):
            return str(self.loss.shape[-1].name)
        if k not in self.axes:
            raise UnsupportedError(f"the index {k} has no range", hint="use an index that a sum binds")
        return self.axes[k][0]

    def _axis(self, k: Any, domain: str) -> Axis:
        if k not in self.axes or self.axes[k][0] != domain:
            raise UnsupportedError(f"the index {k} does not run up to {domain}, as the array's index does")
        return self.axes[k]

    # Products

    def factors(self, expr: Expr) -> tuple[float, list[Factor]]:
        """Return (coefficient, factors) whose product is ``expr``."""
        coefficient, factors, under_log = 1.0, [], list[Expr]()
        args = Mul.make_args(expr)
        labels = {a for f in args for a in zero_factors(f)}
        for arg in args:
            if arg.is_number:
                coefficient *= real_number(arg)
            elif isinstance(arg, log) and labels:
                factors.append((self._guarded_log(arg.args[0], labels), 1))
            elif self.fast:
                c, found = self._fast_factors(arg)
                coefficient, factors = coefficient * c, factors + found
            elif carries(arg) and loggable(arg) and not tame(arg):
                under_log.append(arg)
            else:
                factors.append(self._power(arg))
        if len(under_log) == 1 and isinstance(under_log[0], IndexSum):  # nothing to balance against
            factors.append(self._power(under_log[0]))
        elif under_log:
            terms = [term for arg in under_log for term in self.logarithms.terms(arg)]
            factors.append((self.graph.unary("exp", self.graph.add(terms)), 1))
        return coefficient, factors

    def _power(self, arg: Expr) -> Factor:
        if isinstance(arg, exp):
            return self.graph.unary("exp", self.plain(arg.args[0])), 1
        if not isinstance(arg, Pow):
            return self.plain(arg), 1
        base = self.plain(arg.base)
        if arg.exp.is_Integer and abs(int(arg.exp)) <= 4:
            return base, int(arg.exp)
        return self.graph.power(base, self.plain(arg.exp)), 1

    def _guarded_log(self, arg: Expr, labels: set[Expr]) -> Ref:
        """Return log(arg) where a factor vanishes with each of ``labels``: 0 log 0 counts as 0."""
        return self.graph.add(self.logarithms.terms(arg, labels)) if loggable(arg) else self._log(arg)

    def _fast_factors(self, arg: Expr) -> tuple[float, list[Factor]]:
        if isinstance(arg, exp):
            return 1.0, [self._fast_exponential(a) for a in summands(arg.args[0])]
        if isinstance(arg, Pow) and arg.exp.is_Integer and abs(int(arg.exp)) <= _POWERS:
            c, found = self.factors(arg.base)
            return c ** int(arg.exp), [(ref, p * int(arg.exp)) for ref, p in found]
        if isinstance(arg, Pow) and carries(arg.base) and loggable(arg.base) and self.powers and not carries(arg.exp):
            return 1.0, [(self.graph.power(self.plain(arg.base), self.plain(arg.exp)), 1)]
        if isinstance(arg, Pow) and carries(arg.base) and loggable(arg.base):
            return 1.0, [(self.graph.unary("exp", self.graph.add(self.logarithms.terms(arg))), 1)]
        if isinstance(arg, IndexSum) and loggable(arg):
            return self._fast_sum(arg)
        if isinstance(arg, Add) and complement(arg) is not None:
            return self.factors(complement(arg))
        return 1.0, [self._power(arg)]

    def _fast_exponential(self, term: Expr) -> Factor:
        number, rest = term.as_coeff_Mul()
        unit = self._bases.get(rest)
        entries = [f for f in Mul.make_args(rest) if isinstance(f, Indexed)]
        key = rest.xreplace({entries[0]: generic(entries[0])}) if len(entries) == 1 else rest
        unit = self._bases.get(key)
        power = Fraction(int(number.p), int(number.q)) / unit if unit and number.is_Rational else None
        if power is None or unit is None or power.denominator != 1 or abs(power) > _POWERS:
            return self.graph.unary("exp", self.plain(term)), 1
        base = self.plain(Rational(unit.numerator, unit.denominator) * rest)
        return self.graph.unary("exp", base), int(power)

    def _fast_sum(self, expr: IndexSum) -> tuple[float, list[Factor]]:
        binding = Binding(self, expr)
        with binding as (body, axis, conditions):
            if isinstance(body, Add):
                return 1.0, [(self._plain_sum(expr), 1)]
            coefficient, factors = self.factors(body)
            factors = [(binding.gathered(ref), power) for ref, power in factors]
        inside = [f for f in factors if axis in f[0].axes]
        outside = [f for f in factors if axis not in f[0].axes]
        summed = self.conditioned_sum(inside, axis, conditions)
        return coefficient, [*outside, (summed, 1)]

    # Sums

    def _plain_sum(self, expr: IndexSum) -> Ref:
        if not self.fast and carries(expr.body) and loggable(expr) and joins(expr):
            return self.graph.unary("exp", self.graph.add(self.logarithms.terms(expr)))
        binding = Binding(self, expr)
        with binding as (body, axis, conditions):
            parts = [self._summand(a, axis, conditions, binding) for a in self._summands(body)]
        return self.graph.add((1.0, p) for p in parts)

    def _summands(self, body: Expr) -> list[Expr]:
        if complement(body) is not None:
            return [body]
        if isinstance(body, Add):
            return [part for a in body.args for part in self._summands(a)]
        if self.fast and isinstance(body, Mul) and sum(carries(a) for a in body.args) == 1:
            return spread(body)  # other factors with logits would be multiplied with each part
        return [body]

    def _summand(self, body: Expr, axis: Axis, conditions: tuple[Any, ...], binding: Binding) -> Ref:
        coefficient, factors = self.factors(body)
        factors = [(binding.gathered(ref), power) for ref, power in factors]
        inside = [f for f in factors if axis in f[0].axes]
        outside = [f for f in factors if axis not in f[0].axes]
        summed = self.conditioned_sum(inside, axis, conditions)
        return self.graph.contract([*outside, (summed, 1)], (), coefficient)

    def conditioned_sum(self, factors: list[Factor], axis: Axis, conditions: tuple[Any, ...]) -> Ref:
        """Return the sum of a product over ``axis`` under conditions: a sum over the others, or masks."""
        other, masks = self.conditions.split(axis, conditions, {a for r, _ in factors for a in r.axes})
        factors = [*factors, *((m, 1) for m in masks)]
        if other is None:
            return self._summed(factors, axis)
        inner = self.graph.contract(factors)
        if axis not in inner.axes:
            count = self.graph.add([(1.0, self.graph.size(axis)), (-1.0, self.graph.const(1))])
            return self.graph.contract([(inner, 1), (count, 1)])
        return self.graph.make("exsum", (inner,), inner.axes, None, (axis,)).renamed({axis: other})

    def _summed(self, factors: list[Factor], axis: Axis) -> Ref:
        """Sum over ``axis``; a sum of sums becomes sums over both axes at once."""
        if len(factors) == 1 and factors[0][1] == 1:
            ref = factors[0][0]
            names = dict(zip(ref.node.axes, ref.axes, strict=True))
            inner = [r.renamed(names) for r in ref.node.args]
            if ref.node.op == "add":
                terms = zip(ref.node.data, inner, strict=True)
                return self.graph.add((c, self._summed([(r, 1)], axis)) for c, r in terms)
            if ref.node.op == "prod" and ref.node.data[0] == (1,):
                return self.graph.contract([(self._summed([(inner[0], 1)], axis), 1)], (), ref.node.data[1])
            if ref.node.op in ("sum", "dot"):
                gone = {a: (a[0], -1000 - a[1]) for r in ref.node.args for a in r.axes if a not in names}
                parts = [r.renamed({**names, **gone}) for r in ref.node.args]
                return self.graph.contract([(r, 1) for r in parts], [axis, *gone.values()])
        return self.graph.contract(factors, [axis])

    def _extremum(self, expr: IndexExtremum) -> Ref:
        """Return the largest value, the smallest as minus the largest negative; what is left out counts -inf."""
        if self.fast:
            raise UnsupportedError("the fast code knows products and sums, no maximum")
        side = 1.0 if isinstance(expr, IndexMax) else -1.0
        parts = apart(expr, {k for k, axis in self.axes.items() if axis[0] == expr.domain.name})
        if parts is not None:
            one, others = (self.graph.contract([(self.plain(x), 1)], (), side) for x in parts)
            return self.graph.contract([(self.graph.larger(one, others), 1)], (), side)
        binding = Binding(self, expr)
        with binding as (body, axis, conditions):
            values = self.graph.contract([(binding.gathered(self.plain(body)), 1)], (), side)
            other, masks = self.conditions.split(axis, conditions, set(values.axes))
            values = self.graph.add([(1.0, values), *((1.0, self.graph.log(mask)) for mask in masks)])
        if axis in values.axes and other is not None:
            values = self.graph.largest_other(values, axis, other)
        elif axis in values.axes:
            values = self.graph.largest(values, axis)
        return self.graph.contract([(values, 1)], (), side)

    def _plain_product(self, expr: IndexProduct) -> Ref:
        if not loggable(expr.body):
            raise UnsupportedError(f"a product of factors that may be negative has no stable code: {expr}")
        return self.graph.unary("exp", self.graph.add(self.logarithms.terms(expr)))


def real_number(expr: Expr) -> float:
    """Return a number of the formula; raise UnsupportedError where it is not real, such as log(-2)."""
    try:
        return float(expr)
    except TypeError:
        raise UnsupportedError(f"the number {expr} in the formula is not real, so the loss has no numbers") from None


__all__ = ["Reader", "real_number"]

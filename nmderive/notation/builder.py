"""From the syntax tree to the SymPy expression: what each letter and function means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sympy import (
    Add,
    Dummy,
    Expr,
    Integer,
    KroneckerDelta,
    Le,
    Lt,
    Mul,
    Ne,
    Rational,
    Symbol,
    exp,
    log,
    preorder_traversal,
    tanh,
)
from sympy.logic.boolalg import Boolean

from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.sums import IndexProduct, IndexSum, Iverson, Remainder
from nmderive.calculus.symbols import ClassSet, M, Member, N
from nmderive.errors import NmderiveError, ParseError, Span, UnsupportedError
from nmderive.notation.binders import Binding, Condition, Surroundings, default_domain, resolve, used_domain
from nmderive.notation.cancelled import dropped, is_share, shown
from nmderive.notation.declarations import Declarations
from nmderive.notation.definitions import Definitions
from nmderive.notation.limits import MAX_DIGITS, are_too_large, safe_power
from nmderive.notation.names import NameReader
from nmderive.notation.tree import (
    Big,
    Call,
    Chain,
    Derivative,
    Dots,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Word,
)

_ARITHMETIC = (Sum, Product, Negative, Power, Call)
_MAX_EXPANDED = 50
_MAX_NODES = 20_000
_ONE = Integer(1)


class ZeroBased(Exception):
    """A class is counted from 0: the source is to be read again, with literal classes shifted by one."""


@dataclass(frozen=True)
class Scope:
    """What a place of the source sees: bound indices, values of formal variables, the enclosing definition.

    ``bound`` maps an index letter to (symbol, range or None); ``inside`` lists the definitions that are
    being read, outermost first.
    """

    bound: tuple[tuple[str, Symbol, Expr | None], ...] = ()
    variables: tuple[tuple[str, Expr], ...] = ()
    inside: tuple[str, ...] = ()
    row: tuple[tuple[Expr, ...], Symbol] | None = None

    def find(self, name: str) -> tuple[Symbol, Expr | None] | None:
        """Return (symbol, range) of a bound index; the innermost binder wins."""
        for known, symbol, domain in reversed(self.bound):
            if known == name:
                return symbol, domain
        return None

    def bind(self, name: str, symbol: Symbol, domain: Expr | None) -> Scope:
        """Return the scope with one more bound index."""
        return replace(self, bound=(*self.bound, (name, symbol, domain)))


class Builder:
    """Builds the expressions of one source; remembers which letters it met."""

    def __init__(
        self,
        source: str,
        declarations: Declarations,
        definitions: Definitions,
        class_base: int,
        free: frozenset[str],
        binds_all: bool,
    ) -> None:
        self.source = source
        self.declarations = declarations
        self.definitions = definitions
        self.class_base = class_base
        self.free = free
        self.binds_all = binds_all
        self.sizes: dict[str, Any] = {"n": N, "m": M, **dict(declarations.sizes)}
        self.names = NameReader(self)
        self.row_function: str | None = None
        self._parts: list[Expr] = []  # what was built so far of the node that is being built
        #: What was read into the formula, a sentence each.
        self.notes: list[str] = []

    def fail(self, message: str, span: Span | None, hint: str | None = None) -> NmderiveError:
        """Return a ParseError at ``span``."""
        return ParseError(message, source=self.source, span=span, hint=hint)

    def unsupported(self, message: str, span: Span, hint: str | None = None) -> NmderiveError:
        """Return an UnsupportedError at ``span``."""
        return UnsupportedError(message, source=self.source, span=span, hint=hint)

    def build(self, node: Node, scope: Scope) -> Expr:
        """Return the expression of ``node``; refuse it where a part that may be undefined cancelled."""
        outer, self._parts = self._parts, []
        try:
            value = self._build(node, scope)
            gone = dropped(self._parts, value) if isinstance(node, _ARITHMETIC) else None
            is_exp = isinstance(value, exp) or isinstance(node, Call) and node.name == "exp"
        finally:
            self._parts = outer
        if gone is not None and not (is_exp and is_share(gone)):
            raise self.fail(
                f"{shown(gone)} cancels here, though the formula is not defined where it is zero, or not positive in a "
                "logarithm", node.span, "write the formula without it, or declare its sign",
            )
        self._parts.append(value)
        return value

    def _build(self, node: Node, scope: Scope) -> Expr:
        if isinstance(node, Number):
            return node.value
        if isinstance(node, Name):
            return self.names.read(node, scope)
        if isinstance(node, Sum):
            return Add(*self._limited([self.build(t, scope) for t in node.terms], node))
        if isinstance(node, Product | Negative):
            return Mul(*self._limited(self._factors(node, scope), node))
        if isinstance(node, Power):
            return self._power(node, scope)
        if isinstance(node, Call):
            return self._call(node, scope)
        if isinstance(node, Big):
            return self._big(node, scope)
        if isinstance(node, Derivative):
            return self._derivative(node, scope)
        if isinstance(node, Dots):
            return Remainder()
        if isinstance(node, Word):
            return self.names.read(Name(node.span, node.text), scope)
        raise self.fail("this cannot stand here", node.span)

    def _limited(self, values: list[Expr], node: Node) -> list[Expr]:
        if are_too_large(values):
            raise self.fail("the numbers here are too long", node.span, f"at most {MAX_DIGITS} digits")
        return values

    def _factors(self, node: Node, scope: Scope) -> list[Expr]:
        """Return the factors one by one: SymPy keeps 2(x + y)z but spreads 2(x + y)."""
        if isinstance(node, Negative):
            return [Integer(-1), *self._factors(node.operand, scope)]
        if not isinstance(node, Product):
            return [self.build(node, scope)]
        above = [f for part in node.above for f in self._factors(part, scope)]
        below = [(f, part) for part in node.below for f in self._factors(part, scope)]
        for factor, part in below:
            if factor.is_zero:
                raise self.fail("division by zero", part.span)
        inverses = [safe_power(f, Integer(-1)) for f, _ in below]
        self._parts += inverses
        return above + inverses

    def _power(self, node: Power, scope: Scope) -> Expr:
        self._check_superscript(node, scope)
        base, exponent = self.build(node.base, scope), self.build(node.exponent, scope)
        if base.is_zero and exponent.is_negative:
            raise self.fail("division by zero", node.span)
        return safe_power(base, exponent, self.source, node.span)

    def _check_superscript(self, node: Power, scope: Scope) -> None:
        """Ask back whether the bound index in y_i^k is a second index or an exponent; (y_i)^k is a power."""
        base, exponent = node.base, node.exponent
        if isinstance(base, Name) and isinstance(exponent, Name) and node.span.start == base.span.start:
            if (base.subs or base.mark) and scope.find(exponent.name) is not None:
                text = self.source[base.span.start : base.span.end].partition("^")[0]
                raise self.fail(
                    f"is {exponent.name} an index of {base.name}, or an exponent?", exponent.span,
                    rf"write the index below, as in {base.name}_{{i,{exponent.name}}}, or the power with a bracket: "
                    rf"({text})^{exponent.name}",
                )

    # Functions.

    def _call(self, node: Call, scope: Scope) -> Expr:
        method = getattr(self, f"_call_{node.name}", None)
        if method is None or node.name in self.definitions.functions:
            return self.names.instances.function(node, scope)
        if node.subs and node.name != "softmax":
            raise self.fail(f"{node.name} has no subscript", node.span)
        if len(node.args) != (2 if node.name == "delta" else 1):
            raise self.fail(f"wrong number of arguments for {node.name}", node.span)
        return method(node, scope)

    def _call_exp(self, node: Call, scope: Scope) -> Expr:
        return exp(self.build(node.args[0], scope))

    def _call_log(self, node: Call, scope: Scope) -> Expr:
        argument = self.build(node.args[0], scope)
        if argument.is_zero or argument.is_negative:
            raise self.fail("the logarithm of a number that is not positive", node.span)
        return log(argument)

    def _call_tanh(self, node: Call, scope: Scope) -> Expr:
        return tanh(self.build(node.args[0], scope))

    def _call_cosh(self, node: Call, scope: Scope) -> Expr:
        argument = self.build(node.args[0], scope)
        return (exp(argument) + exp(-argument)) / 2

    def _call_sinh(self, node: Call, scope: Scope) -> Expr:
        argument = self.build(node.args[0], scope)
        return (exp(argument) - exp(-argument)) / 2

    def _call_sqrt(self, node: Call, scope: Scope) -> Expr:
        return safe_power(self.build(node.args[0], scope), Rational(1, 2), self.source, node.span)

    def _call_sigmoid(self, node: Call, scope: Scope) -> Expr:
        return 1 / (1 + exp(-self.build(node.args[0], scope)))

    def _call_logit(self, node: Call, scope: Scope) -> Expr:
        argument = self.build(node.args[0], scope)
        if argument.is_number and not (argument.is_positive and (1 - argument).is_positive):
            raise self.fail("the logit of a number that is not between 0 and 1", node.span)
        return log(argument) - log(1 - argument)

    def _call_softplus(self, node: Call, scope: Scope) -> Expr:
        return log(1 + exp(self.build(node.args[0], scope)))

    def _call_softmax(self, node: Call, scope: Scope) -> Expr:
        return self.names.probabilities.softmax(node, scope)

    def _call_delta(self, node: Call, scope: Scope) -> Expr:
        return self._equal_places(node.args[0], node.args[1], scope)

    def _equal_places(self, left: Node, right: Node, scope: Scope) -> Expr:
        places = self.names.place(left, scope), self.names.place(right, scope)
        self._check_relation(left, right, *places, scope)
        return KroneckerDelta(*places)

    def _call_iverson(self, node: Call, scope: Scope) -> Expr:
        chain = node.args[0]
        if not isinstance(chain, Chain) or len(chain.parts) != 2:
            raise self.fail("an indicator holds one relation", node.span, "write [j != k]")
        left, relation, right = chain.parts[0], chain.relations[0], chain.parts[1]
        flipped = {">": "<", ">=": "<="}.get(relation)
        if relation == "=":
            return self._equal_places(left, right, scope)
        condition = Condition(right, flipped, left) if flipped else Condition(left, relation, right)
        return Iverson(self._condition(condition, scope))

    # Sums and products.

    def _big(self, node: Big, scope: Scope) -> Expr:
        around = Surroundings(lambda name: scope.find(name) is not None, self._bindable, self.sizes, self.fail)
        binding = resolve(node.under, around)
        self._ranges(binding, node)
        self._check_doubts(binding, node)
        inner = scope
        for name in binding.names:
            if scope.find(name) is not None:
                self.notes.append(f"{name} is bound again by the inner {node.kind}, which is over its own {name}")
            # A dummy, so that a free index inside a definition is never captured.
            symbol = Dummy(name, integer=True, positive=True)
            inner = inner.bind(name, symbol, self._domain(name, binding, node))
        return self._closed(node, binding, inner, self.build(node.body, inner))

    def _check_doubts(self, binding: Binding, node: Big) -> None:
        r"""Ask back where a condition may be meant for one more letter: ``j,k \neq l`` in one range."""
        for letter, subject, chain in binding.doubts:
            if self._domain(letter.name, binding, node) != self._domain(subject, binding, node):
                continue
            other, condition = letter.name, self.source[chain.span.start : chain.span.end]
            if letter.span.start > chain.span.start:
                both = rf"\sum_{other} \sum_{{{condition}, {subject} \neq {other}}}"
            else:
                rest = self.source[chain.parts[0].span.end : chain.span.end]
                both = rf"\sum_{{{other}{rest}, {condition}}}"
            raise self.fail(
                f"is this condition on {subject} alone, or on {other} too?", letter.span,
                rf"for {subject} alone write \sum_{other} \sum_{{{condition}}}, for both {both}",
            )

    def _bindable(self, name: str) -> bool:
        """Tell whether an undefined letter in a condition is to be bound with the first."""
        if name == "t" or name in self.free or any(name == known for known, _ in self.declarations.indices):
            return False
        return self.binds_all

    def _ranges(self, binding: Binding, node: Big) -> None:
        """Take the upper end of the range, and check the lower one against the way classes are counted."""
        upper = node.upper
        if upper is not None and not isinstance(upper, Number):
            domain = self._upper(upper)
            for name in binding.names:
                binding.domains.setdefault(name, domain)
        elif upper is None and any(low > 1 for low in binding.lower.values()):
            raise self.fail("the upper end of this range is missing", node.span, r"write \sum_{j=2}^{m}")

    def _upper(self, upper: Node) -> Expr:
        if isinstance(upper, Name) and not upper.subs and upper.name in self.sizes:
            return self.sizes[upper.name]
        if self._is_size_less_one(upper):
            if self.class_base == 1:
                raise ZeroBased
            return self.sizes[upper.terms[0].name]  # type: ignore[attr-defined]
        text = self.source[upper.span.start : upper.span.end]
        if isinstance(upper, Name) and not upper.subs:
            hint = f"if it is the number of classes or samples: --let '{text}: classes', --let '{text}: rows'"
            raise self.fail(f"{text} is not a known size", upper.span, hint)
        raise self.unsupported("a sum runs up to n or m; shifted ranges are not supported", upper.span)

    def _is_size_less_one(self, upper: Node) -> bool:
        if not isinstance(upper, Sum) or len(upper.terms) != 2:
            return False
        size, less = upper.terms
        return (
            isinstance(size, Name)
            and size.name in self.sizes
            and isinstance(less, Negative)
            and isinstance(less.operand, Number)
            and less.operand.value == 1
            and self.class_base in (0, 1)
        )

    def _domain(self, name: str, binding: Binding, node: Big) -> Expr:
        if name in binding.domains:
            return binding.domains[name]
        declared = dict(self.declarations.indices).get(name)
        found = declared if declared is not None else default_domain(name)
        if found is None:
            found = used_domain(name, node.body, self.names.two_index_arrays())
        if found is None:
            hint = rf"write \sum_{{{name}=1}}^{{m}}, or declare it: --let '{name} in m'"
            raise self.fail(f"does {name} run over 1..n or 1..m?", node.span, hint)
        return found

    def _closed(self, node: Big, binding: Binding, inner: Scope, body: Expr) -> Expr:
        conditions = [self._condition(c, inner) for c in binding.conditions]
        for name in reversed(binding.names):
            symbol, domain = self._found(inner, name)
            own = [c for c in conditions if c.has(symbol)]
            conditions = [c for c in conditions if not c.has(symbol)]
            if isinstance(node.upper, Number):
                body = self._expanded(node, name, symbol, body, binding, own)
                continue
            own += self._start(name, symbol, binding, domain, node)
            body = self._operator(node.kind, body, symbol, domain, own)
        return body

    def _found(self, scope: Scope, name: str) -> tuple[Symbol, Expr | None]:
        found = scope.find(name)
        assert found is not None
        return found

    def _operator(self, kind: str, body: Expr, symbol: Any, domain: Any, conditions: list[Boolean]) -> Expr:
        operator = IndexProduct if kind == "prod" else IndexSum
        total = operator(body, symbol, domain, *conditions)
        if kind != "mean":
            return total
        return total / (IndexSum(_ONE, symbol, domain, *conditions) if conditions else domain)

    def _start(self, name: str, symbol: Symbol, binding: Binding, domain: Any, node: Big) -> list[Boolean]:
        """Return the conditions that leave out what comes before the lower end of a range."""
        low = binding.lower.get(name, 1)
        whole = self._upper_is_shifted(node)
        if low == 0 and self.class_base == 1:
            raise ZeroBased
        if (low == 0) != whole or (
            low == 1 and self.class_base == 0 and name in binding.lower and domain == M
        ):
            raise self.fail(
                "this range does not fit the way classes are counted",
                node.span,
                r"count classes from 1: \sum_{j=1}^{m}; or from 0: \sum_{j=0}^{m-1}",
            )
        self.names.ranges_from_zero |= low == 0
        return [Ne(symbol, Integer(k)) for k in range(1, low)]

    def _upper_is_shifted(self, node: Big) -> bool:
        return node.upper is not None and self._is_size_less_one(node.upper)

    def _expanded(
        self, node: Big, name: str, symbol: Symbol, body: Expr, binding: Binding, conditions: list[Any]
    ) -> Expr:
        upper, low = node.upper, binding.lower.get(name, 1)
        assert isinstance(upper, Number)
        fits = upper.value.q == 1 and low <= upper.value <= _MAX_EXPANDED
        if (
            not fits
            or conditions
            or node.kind == "mean"
            or _is_larger(body, _MAX_NODES // int(upper.value + 1))
        ):
            raise self.unsupported(
                "this range cannot be written out", node.span, "use n or m as its upper end"
            )
        if low == 0 and self.class_base == 1:
            raise ZeroBased
        shift = 1 - self.class_base if self._domain(name, binding, node) == M else 0
        values = [body.xreplace({symbol: Integer(v + shift)}) for v in range(low, int(upper.value) + 1)]
        return Mul(*values) if node.kind == "prod" else Add(*values)

    def _condition(self, condition: Condition, scope: Scope) -> Boolean:
        left = self.names.place(condition.left, scope)
        if condition.relation == "in":
            return Member(left, self._class_set(condition.right))
        right = self.names.place(condition.right, scope)
        self._check_relation(condition.left, condition.right, left, right, scope)
        return {"!=": Ne, "<": Lt, "<=": Le}[condition.relation](left, right)

    def _check_relation(self, left: Node, right: Node, *rest: Any) -> None:
        """Refuse a relation between an index and itself, or between a sample and a class."""
        first, second, scope = rest
        if first == second and not isinstance(first, Integer):
            raise self.fail("an index is compared with itself", right.span, "compare two different letters")
        ranges = [self.names.range_of(a, scope) for a in (left, right)]
        if None not in ranges and ranges[0] != ranges[1]:
            words = {N: "a sample (1..n)", M: "a class (1..m)"}
            names = [self.source[a.span.start : a.span.end] for a in (left, right)]
            raise self.fail(
                f"{names[0]} is {words[ranges[0]]}, {names[1]} {words[ranges[1]]}: they cannot be compared",
                Span(left.span.start, right.span.end),
                rf"compare indices of one range, or fix one to a number: {names[0]} \neq 1",
            )

    def _class_set(self, node: Node) -> ClassSet:
        if not isinstance(node, Name):
            raise self.fail("expected a class set here", node.span)
        words = [s.text if isinstance(s, Word) else str(getattr(s, "name", "")) for s in node.subs]
        return ClassSet("_".join([node.name, *words]))

    def _derivative(self, node: Derivative, scope: Scope) -> Expr:
        body = self.build(node.body, scope)
        for entry in node.by:
            body = differentiate(body, self.names.variable(entry, scope))
        return body


def _is_larger(expr: Expr, limit: int) -> bool:
    """Tell whether ``expr`` has more than ``limit`` nodes, without walking further."""
    return any(count >= limit for count, _ in enumerate(preorder_traversal(expr)))

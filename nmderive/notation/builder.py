"""From the syntax tree to the SymPy expression: what each letter and function means."""

from __future__ import annotations

from typing import Any

from sympy import (
    Add,
    Expr,
    Integer,
    Mul,
    exp,
)

from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.sums import Remainder
from nmderive.calculus.symbols import ClassSet, M, N
from nmderive.errors import NmderiveError, ParseError, Span, UnsupportedError
from nmderive.notation.builder_calls import Calls
from nmderive.notation.builder_sums import Sums
from nmderive.notation.cancelled import dropped, dropped_by, is_share, shown
from nmderive.notation.declarations import Declarations
from nmderive.notation.definitions import Definitions
from nmderive.notation.label_products import before_each_term
from nmderive.notation.limits import MAX_DIGITS, are_too_large, safe_power
from nmderive.notation.names import NameReader
from nmderive.notation.scope import Scope, ZeroBased
from nmderive.notation.tree import (
    Big,
    Call,
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

class Builder(Calls, Sums):
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
        #: Whether a name stands left of the formula, so that it is a loss.
        self.is_named = False
        #: Whether the formula has an array entry at all; where it has none, its names stand for what it leaves out.
        self.has_entries = True
        #: Whether nothing in the formula is known to be predicted.
        self.has_no_logits = False
        self._parts: list[Expr] = []  # what was built so far of the node that is being built
        #: The letters that stand for maxima over an index, and how many indices each has.
        self.maxima: dict[Expr, tuple[str, int]] = {}
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
            raise self._cancelled(gone, node)
        self._parts.append(value)
        return value

    def build_apart(self, node: Node, scope: Scope) -> Expr:
        """Return the expression of a definition's body, which is no part of the node that uses it."""
        outer, self._parts = self._parts, []
        try:
            return self.build(node, scope)
        finally:
            self._parts = outer

    def put_in(self, body: Expr, values: dict[Any, Any], node: Node) -> Expr:
        """Return a definition's body at ``values``; refuse it where a part that may be undefined cancels."""
        result = body.xreplace(values)
        gone = dropped_by(body, values, result)
        if gone is not None:
            raise self._cancelled(gone, node)
        return result

    def _cancelled(self, gone: Expr, node: Node) -> NmderiveError:
        return self.fail(
            f"{shown(gone)} cancels here, though the formula is not defined where it is zero, or not positive in a "
            "logarithm", node.span, "write the formula without it, or declare its sign",
        )

    def _build(self, node: Node, scope: Scope) -> Expr:
        if isinstance(node, Number):
            return node.value
        if isinstance(node, Name):
            return self.names.read(node, scope)
        if isinstance(node, Sum):
            return Add(*self._limited([self.build(t, scope) for t in node.terms], node))
        if isinstance(node, Product | Negative):
            return before_each_term(Mul(*self._limited(self._factors(node, scope), node)))
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

    def _class_set(self, node: Node, scope: Scope) -> ClassSet:
        if not isinstance(node, Name):
            raise self.fail("expected a class set here", node.span)
        if any(isinstance(s, Name) and (scope.find(s.name) is not None or s.name == "y") for s in node.subs):
            raise self.fail("each row, or class, has a set of its own here", node.span,
                            r"weigh a sum over all classes by given numbers 0 and 1, \sum_j a_{i,j} ..., and declare "
                            "them: --let 'a_ij>=0'")
        if node.name in ("C", "K", "V", "Y") and not node.subs:  # in papers these may be all classes
            self.notes.append(f"{node.name}: a set of classes")
        words = [s.text if isinstance(s, Word) else str(getattr(s, "name", "")) for s in node.subs]
        return ClassSet("_".join([node.name, *words]))

    def _derivative(self, node: Derivative, scope: Scope) -> Expr:
        body = self.build(node.body, scope)
        for entry in node.by:
            body = differentiate(body, self.names.variable(entry, scope))
        return body


__all__ = ["Builder", "Scope", "ZeroBased"]

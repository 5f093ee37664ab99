"""The walk that all printers share: order of terms and factors, signs, fractions, brackets, bound names.

A piece of print knows how tightly it binds and whether it is *open*: an open piece, such as a sum without
brackets, would swallow a factor printed after it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any

from sympy import (
    Abs,
    Add,
    Expr,
    Function,
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
from sympy import (
    S as Singletons,
)
from sympy.logic.boolalg import Boolean

from nmderive.calculus.cyclic import Cyclic, coefficients
from nmderive.calculus.extrema import Attained, IndexExtremum
from nmderive.calculus.kinks import above, exceeds, maximum, with_maxima
from nmderive.calculus.names import display_name, scoped
from nmderive.calculus.sums import (
    IndexedOperator,
    Iverson,
    Remainder,
    RowFunction,
    RowFunctionDerivative,
)
from nmderive.calculus.symbols import M, Member
from nmderive.errors import UnsupportedError
from nmderive.notation.ast import free_index_symbols
from nmderive.notation.binders import default_domain
from nmderive.notation.letters import Letters
from nmderive.notation.ordering import (
    MARGIN,
    certainly_free,
    factor_key,
    inverse,
    row_of_sum,
    shift_key,
    split_factors,
    term_key,
    writes_m,
)
from nmderive.notation.own_printing import OwnLetters

ADD, MUL, POW, ATOM = 1, 2, 3, 4


def _leaves_out_last(condition: Boolean, name: Symbol) -> bool:
    """Tell whether a condition says that the index is not m."""
    return isinstance(condition, Ne) and set(condition.args) == {name, Cyclic(Integer(0))}


@dataclass(frozen=True)
class Piece:
    """Printed text; ``level`` is one of ADD, MUL, POW, ATOM; ``is_tall`` holds fractions or sums."""

    text: str
    level: int = ATOM
    is_open: bool = False
    is_tall: bool = False


@dataclass(frozen=True)
class Head:
    """One bound index of an operator: its name, size, conditions and whether the range must be written."""

    name: Symbol
    domain: Expr
    conditions: tuple[Boolean, ...]

    @property
    def needs_range(self) -> bool:
        """Whether the letter alone does not tell the range."""
        return bool(default_domain(self.name.name) != self.domain)

    @property
    def reaches_last(self) -> bool:
        """Whether the range ends at its size, and not one before because the last class is left out."""
        return not (self.needs_range and any(_leaves_out_last(c, self.name) for c in self.conditions))



def _ends_clearly(expr: Expr) -> bool:
    r"""Tell whether an expression is a sum that no factor without its index may end: it reads well after a \log."""
    bound, body = set(), expr
    while isinstance(body, IndexedOperator):
        bound.add(body.bound)
        body = body.body
    factors = body.args if isinstance(body, Mul) else ()
    held = (f.is_number or isinstance(f, Symbol) or bool(free_index_symbols(f) & bound) for f in factors)
    return bool(bound) and all(held)

class Printer(OwnLetters, ABC):
    """Prints one expression; back ends say how each construction looks."""

    def __init__(self, expr: Expr, letters: Letters | None = None) -> None:
        self.letters = letters
        # A letter is never both free and bound in one formula.
        self._nmderive_scope: tuple[Symbol, ...] = tuple(free_index_symbols(expr))
        self.bound: tuple[Symbol, ...] = ()
        self.writes_m = writes_m(expr)
        certain = {a.name for a in certainly_free(expr)} - {"t"}
        self.conditions_may_bind = not certain

    # What back ends decide.

    @abstractmethod
    def bracket(self, piece: Piece) -> Piece:
        """Put brackets around a piece."""

    @abstractmethod
    def join(self, factors: list[Piece]) -> Piece:
        """Multiply pieces."""

    @abstractmethod
    def fraction(self, above: Piece, below: Piece) -> Piece:
        """Divide one piece by another."""

    @abstractmethod
    def power(self, base: Piece, exponent: Piece) -> Piece:
        """Raise a piece to an exponent."""

    @abstractmethod
    def root(self, base: Piece) -> Piece:
        """Take the square root."""

    @abstractmethod
    def absolute(self, argument: Piece) -> Piece:
        """Print an absolute value."""

    @abstractmethod
    def exponential(self, exponent: Piece) -> Piece:
        """Print e to an exponent."""

    @abstractmethod
    def call(self, name: str, argument: Piece, is_single: bool) -> Piece:
        """Apply a function by name; a single argument may stand without brackets."""

    @abstractmethod
    def symbol(self, name: str) -> str:
        """Print a letter."""

    @abstractmethod
    def entry(self, name: str, indices: list[str], mark: str = "") -> str:
        """Print an array entry."""

    @abstractmethod
    def operator(self, kind: str, heads: list[Head], body: Piece) -> Piece:
        """Print a sum or product."""

    @abstractmethod
    def derivative(self, function: str, by: list[str]) -> Piece:
        """Print the derivative of a row function."""

    @abstractmethod
    def indicator(self, condition: str) -> Piece:
        """Print an Iverson bracket."""

    @abstractmethod
    def condition(self, condition: Boolean, first: Symbol | None) -> str:
        """Print a condition with the index ``first`` on the left."""

    @abstractmethod
    def multiple(self, count: int, letter: str) -> str:
        """Print a letter of a class index as often as it is counted."""

    @abstractmethod
    def modulo(self, place: str, size: str) -> str:
        """Print a class index with its modulus."""

    #: Whether a range that ends one before the last class says so by a condition.
    writes_last = False
    minus = "- "
    minus_between = "- "
    dots = "..."

    # The walk.

    def piece(self, expr: Expr) -> Piece:
        """Return ``expr`` printed."""
        if isinstance(expr, Add):
            return self._sum(expr)
        if isinstance(expr, Mul) or (isinstance(expr, Rational) and not isinstance(expr, Integer)):
            return self._product(expr)
        if isinstance(expr, Pow) and not isinstance(expr, exp):
            return self._power(expr)
        if isinstance(expr, IndexedOperator):
            return self._operator(expr)
        return self._leaf(expr)

    def _leaf(self, expr: Any) -> Piece:
        if isinstance(expr, Integer):
            return Piece(str(expr)) if expr >= 0 else Piece(f"{self.minus}{-expr}", ADD)
        if isinstance(expr, Symbol):
            return Piece(self._name(expr))
        if isinstance(expr, Indexed):
            self._row_names = ",".join(str(k) for k in expr.indices[:-1])
            return Piece(self.own_entry(expr.base.name, self._indices(expr.indices)))
        if expr == Singletons.Exp1:
            return Piece("e")
        if isinstance(expr, exp):
            return self.exponential(self.piece(expr.args[0]))
        if isinstance(expr, Function) and type(expr).__name__ == "sigma":
            return self.call("sigma", self.piece(expr.args[0]), False)
        if isinstance(expr, Abs):
            return self.absolute(self.piece(expr.args[0]))
        if isinstance(expr, above | exceeds):
            return self.indicator(f"{self.piece(expr.args[0]).text} > 0")
        if isinstance(expr, maximum):
            left, right = map(self.piece, expr.args)
            return self.call("max", replace(right, text=f"{left.text}, {right.text}"), False)
        if isinstance(expr, log | tanh | sign):
            argument = expr.args[0]
            single = isinstance(argument, Symbol | Indexed) or _ends_clearly(argument)
            return self.call(type(expr).__name__, self.piece(argument), single)
        return self._special(expr)

    def _special(self, expr: Any) -> Piece:
        if isinstance(expr, RowFunction):
            return Piece(self._row_function(expr))
        if isinstance(expr, RowFunctionDerivative):
            function, *by = expr.args
            entries = [self.own_entry(str(function.args[1].label), self._indices((*function.row, k))) for k in by]
            return self.derivative(self._row_function(function), entries)
        if isinstance(expr, Remainder):
            return Piece(self.dots, ADD)
        if isinstance(expr, KroneckerDelta):
            return Piece(self.entry("delta", self._indices(expr.args)))
        if isinstance(expr, Attained):
            value, operator = map(self.piece, expr.args)
            return self.indicator(f"{value.text} = {operator.text}")
        if isinstance(expr, Iverson):
            return self.indicator(self.condition(expr.args[0], None))
        raise UnsupportedError(f"{type(expr).__name__} cannot be printed: {expr}")

    def _name(self, symbol: Symbol) -> str:
        name = symbol.name
        if symbol == MARGIN and not self.writes_m:
            name = "m"
        return self.own_symbol(name)

    def _indices(self, indices: Any) -> list[str]:
        return [self.position(k) for k in indices]

    def position(self, place: Expr) -> str:
        """Print an index: a letter, a number, or a class that is counted modulo m."""
        if isinstance(place, Integer):
            return str(place)
        return self.shifted(place) if isinstance(place, Cyclic) else self.index(place.name)

    def shifted(self, place: Cyclic) -> str:
        """Print letters with their coefficients and a number; the last class is m, a number alone names its modulus."""
        letters, number = coefficients(place)
        size = self.own_symbol(M.name)
        if not letters:
            return self.modulo(str(number), size) if number else size
        text = ""
        for letter, c in sorted(letters.items(), key=lambda p: (p[1] < 0, *shift_key(p[0]))):
            text += ("-" if c < 0 else "+" if text else "") + self.multiple(abs(c), self.index(letter.name))
        return f"{text}{number:+d}" if number else text

    def _row_function(self, function: RowFunction) -> str:
        entry = self.own_entry(str(function.args[1].label), self._indices(function.args[2:]))
        return f"{self.symbol(str(function.args[0]))}({entry})"

    def _sum(self, expr: Expr) -> Piece:
        expr = with_maxima(expr) if expr.has(Abs) else expr
        if not isinstance(expr, Add):
            return self.piece(expr)
        terms = sorted(expr.args, key=term_key)
        text, tall = "", False
        for term in terms:
            is_minus = term.could_extract_minus_sign() and not isinstance(term, Add)
            piece = self.piece(-term if is_minus else term)
            body = self.bracket(piece) if piece.level == ADD and piece.text != self.dots else piece
            if not text:
                text = f"{self.minus}{body.text}" if is_minus else body.text
            else:
                text += f" {self.minus_between if is_minus else '+ '}{body.text}"
            tall = tall or piece.is_tall
        return Piece(text, ADD, is_tall=tall)

    def _product(self, expr: Expr) -> Piece:
        coefficient, factors = split_factors(expr)
        factors, mean = self._means(factors)
        sign, coefficient = coefficient < 0, abs(coefficient)
        above: list[Expr] = []
        below: list[Expr] = []
        for factor in sorted(factors, key=factor_key):
            under_bar = inverse(factor)
            (above if under_bar is None else below).append(factor if under_bar is None else under_bar)
        over = [Piece(str(coefficient.p))] * (coefficient.p != 1)
        under = [Piece(str(coefficient.q))] * (coefficient.q != 1)
        printed = self._assembled(over, under, mean, above, below)
        return (
            Piece(f"{self.minus}{printed.text}", ADD, printed.is_open, printed.is_tall) if sign else printed
        )

    def _assembled(
        self, over: list[Piece], under: list[Piece], mean: list[Piece], above: list[Expr], below: list[Expr]
    ) -> Piece:
        tops = over + mean + [self.piece(f) for f in above]
        bottoms = under + [self.piece(f) for f in below]
        if not bottoms:
            return self.join(tops) if tops else Piece("1")
        last: list[Piece] = []
        if all(len(b.text) <= 2 for b in bottoms):
            last = [p for p in tops if p.is_open]
            tops = [p for p in tops if not p.is_open]
        ratio = self.fraction(self.join(tops) if tops else Piece("1"), self.join(bottoms))
        return self.join([ratio, *last]) if last else ratio

    def _means(self, factors: list[Expr]) -> tuple[list[Expr], list[Piece]]:
        r"""Take ``1/m`` and a row's sum of logits out of the factors: together they are \bar{s}_i."""
        if Pow(M, -1) in factors:
            for factor in factors:
                row = row_of_sum(factor)
                if row is not None:
                    rest = [f for f in factors if f not in (factor, Pow(M, -1))]
                    return rest, [Piece(self.own_entry("s", self._indices(row), "bar"))]
        return factors, []

    def _power(self, expr: Pow) -> Piece:
        base, exponent = expr.base, expr.exp
        if isinstance(exponent, Rational) and exponent < 0:
            return self.fraction(Piece("1"), self.piece(Pow(base, -exponent)))
        if exponent == Rational(1, 2):
            return self.root(self.piece(base))
        printed = self.piece(base)
        is_plain = isinstance(base, Symbol | Indexed) or (isinstance(base, Integer) and base > 0)
        return self.power(printed if is_plain else self.bracket(printed), self.piece(exponent))

    def _operator(self, expr: IndexedOperator) -> Piece:
        at_target = self._at_target(expr)
        if at_target is not None:
            return self.piece(at_target)
        heads: list[Head] = []
        before = self.bound, self._nmderive_scope
        kind = type(expr)
        inner: Expr = expr
        while isinstance(inner, kind) and self._may_merge(heads, inner) and self._at_target(inner) is None:
            name = display_name(inner, self)
            body, conditions = inner.open(name)
            heads.append(Head(name, inner.domain, conditions))
            self.bound, self._nmderive_scope = (*self.bound, name), (*self._nmderive_scope, name)
            inner = body
        with scoped(self, heads[-1].name):
            piece = self.piece(inner)
            if isinstance(expr, IndexExtremum) and piece.level != ATOM:
                piece = self.bracket(piece)  # what stands behind a maximum without brackets is not under it
            result = self.operator(expr.text_name, heads, piece)
        self.bound, self._nmderive_scope = before
        return result

    def _may_merge(self, heads: list[Head], inner: Any) -> bool:
        """Merge nested sums where each letter tells its own range."""
        if not heads:
            return True
        name = display_name(inner, self)
        is_plain = default_domain(name.name) == inner.domain and not heads[-1].needs_range
        is_ordered = all(not isinstance(c, Member) for h in heads for c in h.conditions)
        return is_plain and is_ordered and not any(len(h.conditions) for h in heads)

    def head_conditions(self, head: Head) -> list[str]:
        """Return the printed conditions of a bound index."""
        writes_all = self.writes_last or head.reaches_last
        kept = [c for c in head.conditions if writes_all or not _leaves_out_last(c, head.name)]
        return [self.condition(c, head.name) for c in kept]

    def must_name(self, head: Head) -> bool:
        """Tell whether the index must be named before its conditions, which might bind other letters."""
        if not head.conditions or head.name not in head.conditions[0].args:
            return True
        others = {a for a in head.conditions[0].atoms(Symbol) if a != head.name and a.is_integer}
        others = {a for a in others if a not in self.bound}
        return isinstance(head.conditions[0], Member) is False and bool(others) and self.conditions_may_bind

r"""Sums and products over symbolic ranges, as SymPy expressions.

``IndexSum(body, k, m, Ne(k, j))`` is the sum of ``body`` over k = 1..m without j. Bound indices carry
canonical names (``_1`` for an innermost sum, ``_2`` for one that holds such a sum, ...), so that two sums
which differ only by the name of a bound index are the same object to ``==`` and ``hash``, and a
substitution can never capture: a binder whose name would clash is renamed first. Printers choose readable
names afterwards (``names.py``).

Conditions are SymPy relations between indices (``Ne``, ``<``, ``<=``) and ``Member(k, Omega)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any

from sympy import Add, AtomicExpr, Dummy, Expr, IndexedBase, Mul, Ne, Piecewise, S, Symbol
from sympy.core.relational import GreaterThan as WeakGreaterThan
from sympy.core.relational import Relational, StrictGreaterThan
from sympy.core.sympify import _sympify
from sympy.logic.boolalg import Boolean, false, true

from nmderive.calculus.cyclic import Cyclic, solved
from nmderive.calculus.names import display_name, scoped
from nmderive.calculus.symbols import SIZES, index
from nmderive.errors import UnsupportedError


class Differentiable(Expr):  # type: ignore[misc]
    """What the module of derivatives, which knows all kinds of expressions, differentiates; it sets ``rule``."""

    rule: Callable[[Expr, Any], Expr]

    def _eval_derivative(self, wrt: Any) -> Expr:
        return type(self).rule(self, wrt)


class IndexedOperator(Differentiable):
    """Common part of IndexSum and IndexProduct; args are (body, bound index, size, *conditions)."""

    is_commutative = True
    identity: Expr = S.Zero
    latex_command = ""
    text_name = ""

    def __new__(cls, body: Any, bound: Symbol, domain: Expr, *conditions: Any) -> Expr:
        """Build the operator in canonical form.

        A body without the bound index stays under its operator: how often it counts is for ``counting`` to say.
        """
        body = _sympify(body)
        if body == cls.identity:
            return cls.identity
        kept = _normal_conditions(_solved_for(c, bound) for c in conditions)
        if kept is None:
            return cls.empty()
        if domain not in SIZES:
            raise UnsupportedError(
                f"a sum runs up to n or m, not up to {domain}",
                hint="nmderive.at_sizes(expr, n=2, m=3) writes sums out, at other sizes than these, too",
            )
        if body.has(Piecewise):  # SymPy folds it outwards, and the bound index with its conditions
            raise UnsupportedError(
                "a sum over n or m has no cases by SymPy's Piecewise under it",
                hint="nmderive.at_sizes(expr, n=2, m=3) is plain SymPy, which simplify takes whatever it holds",
            )
        body, kept, canonical = _canonical(body, kept, bound)
        ordered = sorted(set(kept), key=lambda c: c.sort_key())
        return super().__new__(cls, body, canonical, domain, *ordered)

    @classmethod
    def empty(cls) -> Expr:
        """Return the value over no index."""
        return cls.identity

    def share(self) -> Expr:
        """Return the derivative by the body at the bound index; that of a product is not asked for."""
        return S.One

    @property
    def body(self) -> Expr:
        """The expression under the operator; it contains the bound index free."""
        return self.args[0]

    @property
    def bound(self) -> Symbol:
        """The bound index under its canonical name."""
        return self.args[1]

    @property
    def domain(self) -> Expr:
        """The size that the bound index runs up to: n or m."""
        return self.args[2]

    @property
    def conditions(self) -> tuple[Boolean, ...]:
        """Conditions on the bound index, such as ``Ne(k, j)``."""
        return tuple(self.args[3:])

    @property
    def free_symbols(self) -> set[Any]:
        """Free symbols and indexed entries; the bound index and entries that hold it are not free."""
        return set(self._free)

    @cached_property
    def _free(self) -> frozenset[Any]:
        free: set[Any] = set().union(*(a.free_symbols for a in self.args if a is not self.bound))
        return frozenset(f for f in free if f == f.func or self.bound not in _symbols_of(f))

    def open(self, name: Symbol) -> tuple[Expr, tuple[Boolean, ...]]:
        """Return (body, conditions) with the bound index called ``name``."""
        return _opened(self, name)

    def _xreplace(self, rule: dict[Any, Any]) -> tuple[Expr, bool]:
        if self in rule:
            return rule[self], True
        bound = self.bound
        if not isinstance(rule, Mapping):  # a function of SymPy's own: simplify makes one of a test and a rewriting
            pairs = [(a, False) if a == bound else a._xreplace(rule) for a in self.args]
            return self.func(*(a for a, _ in pairs)), any(changed for _, changed in pairs)
        inner = {k: v for k, v in rule.items() if bound not in _symbols_of(k)}
        if not inner:
            return self, False
        operator_args = list(self.args)
        if any(bound in _symbols_of(v) for v in inner.values()):
            fresh = Dummy("i", integer=True, positive=True)
            operator_args = [a._xreplace({bound: fresh})[0] for a in self.args]
        pairs = [a._xreplace(inner) for a in operator_args]
        if not any(changed for _, changed in pairs):
            return self, False
        return self.func(*(a for a, _ in pairs)), True

    def _lowered(self, printer: Any) -> str:
        raise UnsupportedError(
            "SymPy writes no code for a sum over n or m",
            hint="loss.numpy() and loss.code() do; nmderive.at_sizes(expr, n=2, m=3) is plain SymPy, at sizes",
        )

    #: What SymPy's printers of code ask for, lambdify among them.
    _pythoncode = _numpycode = _scipycode = _mpmathcode = _lambdacode = _ccode = _torchcode = _jaxcode = _lowered

    def _eval_subs(self, old: Any, new: Any) -> Expr | None:
        bound = self.bound
        if bound in _symbols_of(old):
            return self
        operator_args = list(self.args)
        if bound in _symbols_of(new):
            fresh = Dummy("i", integer=True, positive=True)
            operator_args = [a.xreplace({bound: fresh}) for a in self.args]
        return self.func(*(a._subs(old, new) for a in operator_args))

    def _eval_is_real(self) -> bool | None:
        return True if self.body.is_real else None

    def _eval_is_finite(self) -> bool | None:
        return True if self.body.is_finite else None

    def _eval_is_positive(self) -> bool | None:
        # Sizes are at least 1, so a sum without conditions has at least one term.
        return True if self.body.is_positive and not self.conditions else None

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.body.is_nonnegative else None

    def _latex(self, printer: Any) -> str:
        with scoped(printer, display_name(self, printer)) as name:
            body, conditions = self.open(name)
            under = ", ".join(_latex_condition(c, name, printer) for c in conditions) or printer._print(name)
            inner = printer._print(body)
            if isinstance(body, Add):
                inner = rf"\left({inner}\right)"
            return rf"{self.latex_command}_{{{under}}} {inner}"

    def _sympystr(self, printer: Any) -> str:
        with scoped(printer, display_name(self, printer)) as name:
            body, conditions = self.open(name)
            under = [printer._print(name), *(printer._print(c) for c in conditions)]
            return f"{self.text_name}({', '.join(under)}, {printer._print(body)})"


class IndexSum(IndexedOperator):
    r"""The sum of a body over one index: ``\sum_{k \neq j} body``."""

    identity = S.Zero
    latex_command = r"\sum"
    text_name = "sum"


class IndexProduct(IndexedOperator):
    r"""The product of a body over one index: ``\prod_{k \neq j} body``."""

    identity = S.One
    latex_command = r"\prod"
    text_name = "prod"

    def _eval_is_nonzero(self) -> bool | None:
        return True if self.body.is_nonzero else None


class RowFunction(Differentiable):
    """The j-th output of an undefined smooth function of a whole row: ``f(s_{i,j})`` of the article.

    Args are (name, array, *indices); the last index is the output's class, the others the row.
    """

    is_commutative = True
    is_real = True

    def __new__(cls, name: Symbol, base: IndexedBase, *indices: Any) -> RowFunction:
        """Build ``name(base)[indices]``."""
        return super().__new__(cls, name, base, *map(_sympify, indices))  # type: ignore[no-any-return]

    @property
    def row(self) -> tuple[Expr, ...]:
        """The row indices (empty for one-dimensional logits)."""
        return tuple(self.args[2:-1])

    @property
    def output(self) -> Expr:
        """The class index of the output."""
        return self.args[-1]

    def _latex(self, printer: Any) -> str:
        return f"{printer._print(self.args[0])}({printer._print(self.args[1][tuple(self.args[2:])])})"

    def _sympystr(self, printer: Any) -> str:
        return f"{self.args[0]}({printer._print(self.args[1][tuple(self.args[2:])])})"


class RowFunctionDerivative(Differentiable):
    """Partial derivative of a RowFunction by entries of its own row; args are (function, *class indices)."""

    is_commutative = True
    is_real = True

    def __new__(cls, function: RowFunction, *by: Any) -> RowFunctionDerivative:
        """Build the derivative; the order of differentiation does not matter."""
        ordered = sorted(map(_sympify, by), key=lambda k: k.sort_key())
        return super().__new__(cls, function, *ordered)  # type: ignore[no-any-return]

    def _latex(self, printer: Any) -> str:
        function, *by = self.args
        order = f"^{{{len(by)}}}" if len(by) > 1 else ""
        wrt = " ".join(rf"\partial {printer._print(function.args[1][(*function.row, k)])}" for k in by)
        return rf"\frac{{\partial{order} {printer._print(function)}}}{{{wrt}}}"

    def _sympystr(self, printer: Any) -> str:
        function, *by = self.args
        wrt = ", ".join(printer._print(function.args[1][(*function.row, k)]) for k in by)
        return f"diff({printer._print(function)}, {wrt})"


class Remainder(AtomicExpr):  # type: ignore[misc]
    r"""The higher orders that a paper writes as ``\cdots``; never dropped in silence."""

    is_commutative = True
    is_real = True

    def _latex(self, printer: Any) -> str:
        return r"\cdots"

    def _sympystr(self, printer: Any) -> str:
        return "..."


class Iverson(Expr):  # type: ignore[misc]
    """1 where a condition on indices holds, 0 where it does not."""

    is_commutative = True
    is_real = True
    is_nonnegative = True

    def __new__(cls, condition: Boolean) -> Expr:
        """Evaluate decided conditions."""
        if condition == true:
            return S.One
        if condition == false:
            return S.Zero
        return super().__new__(cls, condition)

    def _latex(self, printer: Any) -> str:
        return rf"\left[{printer._print(self.args[0])}\right]"


def indexed_sum(body: Any, *binders: tuple[Symbol, Expr, Iterable[Boolean]]) -> Expr:
    """Nest sums; the first binder is the outermost: ``(index, size, conditions)`` each."""
    for bound, domain, conditions in reversed(binders):
        body = IndexSum(body, bound, domain, *conditions)
    return _sympify(body)


def mean(body: Any, bound: Symbol, domain: Expr) -> Expr:
    """Return the mean of ``body`` over ``bound`` = 1..``domain``."""
    return IndexSum(body, bound, domain) / domain


@lru_cache(maxsize=4096)
def _opened(operator: IndexedOperator, name: Symbol) -> tuple[Expr, tuple[Boolean, ...]]:
    rule = {operator.bound: name}
    return operator.body.xreplace(rule), tuple(c.xreplace(rule) for c in operator.conditions)


def _symbols_of(expr: Any) -> set[Any]:
    return {f for f in getattr(expr, "free_symbols", ()) if isinstance(f, Symbol)}


def _canonical(body: Expr, kept: list[Boolean], bound: Symbol) -> tuple[Expr, list[Boolean], Symbol]:
    """Rename ``bound`` to the canonical name of a binder around ``body``.

    A binder that was opened carries a canonical name itself; closing it goes through a neutral name where
    an index inside had to give way to it, so that the binders inside take their own names back.
    """
    number = 1 + _height(body)
    if _is_canonical(bound):
        if bound == index(f"_{number}"):
            return body, kept, bound
        neutral = Dummy("i", integer=True, positive=True)
        body, kept, bound = body.xreplace({bound: neutral}), _renamed(kept, bound, neutral), neutral
        number = 1 + _height(body)
    # A condition may name an index that the body does not: k != j under a sum over j.
    taken = {f.name for part in (body, *kept) for f in _symbols_of(part) if _is_canonical(f)}
    while f"_{number}" in taken:
        number += 1
    canonical = index(f"_{number}")
    return body.xreplace({bound: canonical}), _renamed(kept, bound, canonical), canonical


def _renamed(conditions: list[Boolean], old: Symbol, new: Symbol) -> list[Boolean]:
    return [_oriented(c.xreplace({old: new})) for c in conditions]


def _is_canonical(symbol: Any) -> bool:
    return isinstance(symbol, Symbol) and not isinstance(symbol, Dummy) and symbol.name[:1] == "_"


def _height(body: Expr) -> int:
    return max((int(op.bound.name[1:]) for op in body.atoms(IndexedOperator)), default=0)


def _normal_conditions(conditions: Iterable[Any]) -> list[Boolean] | None:
    """Drop true conditions and orient the rest; None when one is false."""
    kept = []
    for condition in conditions:
        if condition == false:
            return None
        if condition != true:
            kept.append(_oriented(condition))
    return kept


def _solved_for(condition: Boolean, bound: Symbol) -> Boolean:
    """Say of a bound class itself what it differs from: j != k + 1 modulo m is k != j - 1."""
    if isinstance(condition, Ne) and condition.has(Cyclic):
        left, right = condition.args
        other = solved(left, right, bound)
        return condition if other is None else Ne(bound, other)
    return condition


def _oriented(condition: Boolean) -> Boolean:
    if isinstance(condition, Ne):
        left, right = sorted(condition.args, key=lambda a: a.sort_key())
        return Ne(left, right)
    if isinstance(condition, StrictGreaterThan | WeakGreaterThan):
        return condition.reversed
    return condition


def _latex_condition(condition: Boolean, name: Symbol, printer: Any) -> str:
    if isinstance(condition, Ne):
        other = next((a for a in condition.args if a != name), name)
        return rf"{printer._print(name)} \neq {printer._print(other)}"
    if isinstance(condition, Relational):
        left, right = condition.lhs, condition.rhs
        sign = {"<": "<", "<=": r"\le"}[condition.rel_op]
        return f"{printer._print(left)} {sign} {printer._print(right)}"
    return str(printer._print(condition))


__all__ = [
    "IndexProduct", "IndexSum", "IndexedOperator", "Iverson", "Mul", "Remainder", "RowFunction",
    "RowFunctionDerivative", "indexed_sum", "mean",
]

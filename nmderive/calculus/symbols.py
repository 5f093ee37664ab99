"""The letters of a loss: sizes n and m, indices, logits s, labels t, class sets, parameters.

Everything here is a plain SymPy object, so that ``==``, ``subs``, ``latex`` and ``lambdify`` see nothing
unusual. Indices count from 1, as on paper.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sympy import Indexed, IndexedBase, Integer, Symbol
from sympy.logic.boolalg import Boolean, BooleanFunction, false, true

#: Number of samples (rows of the logits).
N = Symbol("n", integer=True, positive=True)
#: Number of classes (columns of the logits).
M = Symbol("m", integer=True, positive=True)

SIZES = (N, M)


@cache
def index(name: str) -> Symbol:
    """Return the free index called ``name``: an integer symbol, at least 1."""
    return Symbol(name, integer=True, positive=True)


@cache
def array(name: str, sign: str = "real") -> IndexedBase:
    """Return the array ``name``; ``sign`` is ``"real"``, ``"nonnegative"`` or ``"positive"``."""
    return IndexedBase(name, **{sign: True})


@cache
def parameter(name: str, sign: str = "real") -> Symbol:
    """Return the scalar parameter ``name`` with the declared ``sign``."""
    return Symbol(name, **{sign: True})


#: b in max_k x_k = lim log(sum_k e^(b x_k))/b, which normal forms hold for maxima; no formula can name it.
SHARPNESS = parameter("sharpness of maxima", "positive")
#: Logits s[i, j], real.
S = array("s")
#: Labels t[i, j], nonnegative, each row sums to one.
T = array("t", "nonnegative")


class ClassSet(Symbol):  # type: ignore[misc]
    """A subset of the classes 1..m, such as Omega_neg; ``Omega_pos`` and ``Omega_neg`` partition 1..m."""

    __slots__ = ()

    def __new__(cls, name: str) -> ClassSet:
        """Return the class set called ``name``."""
        return super().__new__(cls, name)  # type: ignore[no-any-return]


class Member(BooleanFunction):  # type: ignore[misc]
    """The condition that class ``args[0]`` lies in the class set ``args[1]``."""

    nargs = 2

    @classmethod
    def eval(cls, element: Any, subset: Any) -> Boolean | None:
        """Stay symbolic: membership is decided only when sizes and sets are fixed."""
        return None

    def _latex(self, printer: Any, exp: Any = None) -> str:
        return rf"{printer._print(self.args[0])} \in {printer._print(self.args[1])}"

    def _sympystr(self, printer: Any) -> str:
        return f"{printer._print(self.args[0])} in {printer._print(self.args[1])}"


def is_index(expr: Any) -> bool:
    """Tell whether ``expr`` may stand as an index: an index symbol or an integer literal."""
    return isinstance(expr, Integer) or (isinstance(expr, Symbol) and bool(expr.is_integer))


def entry(base: IndexedBase, *indices: Any) -> Indexed:
    """Return ``base[indices]``; the same as SymPy's own indexing, for callers that hold a tuple."""
    return base[tuple(indices)] if len(indices) > 1 else base[indices[0]]


__all__ = [
    "M", "N", "S", "SIZES", "T", "ClassSet", "Member", "array", "entry", "false", "index", "is_index",
    "parameter", "true",
]

"""Readable names for bound indices, chosen when an expression is printed.

Rows are called i, a, b, ...; classes j, k, h, l, ... A sum over classes that holds another one prefers
j, or h where j is taken, so that gradients print as the article prints them. A bound index never takes
the name of an index in whose scope it stands; nmderive's own printers hold the free indices of the whole
expression in that scope too, so that nothing they print is shadowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sympy import Indexed, Symbol

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.symbols import M, N, index

_ROWS = ("i", "a", "b", "c", "d")
_CLASSES_OUTER = ("j", "h", "l", "q", "k", "r")
_CLASSES_INNER = ("k", "l", "h", "q", "r", "j")
_SHIFTS = ("d", "r", "q")


def display_name(operator: Any, printer: Any = None) -> Symbol:
    """Return the name under which ``operator``'s bound index is printed."""
    taken = {s.name for s in operator.free_symbols if isinstance(s, Symbol)}
    taken |= {s.name for s in getattr(printer, "_nmderive_scope", ())}
    for name in _pool(operator, taken):
        if name not in taken:
            return index(name)
    raise AssertionError("the pool of index names is endless")


def _pool(operator: Any, taken: set[str]) -> Iterator[str]:
    if operator.domain == N:
        pool: tuple[str, ...] = _ROWS
    elif _only_shifts(operator):
        pool = _SHIFTS
    elif _holds_class_sum(operator) or not taken.intersection(_CLASSES_INNER):
        pool = _CLASSES_OUTER
    else:
        pool = _CLASSES_INNER
    yield from pool
    number = 1
    while True:
        yield f"{pool[0]}{number}"
        number += 1


def _only_shifts(operator: Any) -> bool:
    """Tell whether the bound index shifts other class indices, and stands at no entry itself."""
    shifts = operator.body.atoms(Cyclic)
    if not any(x.has(operator.bound) and len(x.free_symbols) > 1 for x in shifts):
        return False
    return not any(operator.bound in e.args for e in operator.body.atoms(Indexed))


def _holds_class_sum(operator: Any) -> bool:
    """Tell whether a class sum inside uses the bound index, so that both names show together."""
    base = type(operator).__mro__[1]
    return any(inner.domain == M for inner in operator.body.atoms(base))


@contextmanager
def scoped(printer: Any, name: Symbol) -> Iterator[Symbol]:
    """Hold ``name`` as taken while ``printer`` prints the scope of a bound index."""
    before = getattr(printer, "_nmderive_scope", ())
    printer._nmderive_scope = (*before, name)
    try:
        yield name
    finally:
        printer._nmderive_scope = before

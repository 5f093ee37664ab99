"""A formula as written: its sides, and what its letters turned out to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr, Indexed, IndexedBase, Symbol

from nmderive.calculus.domains import Domain
from nmderive.calculus.symbols import ClassSet, M, N, S, T
from nmderive.notation.ast import free_index_symbols
from nmderive.notation.builder import Builder
from nmderive.notation.declarations import Declarations
from nmderive.notation.letters import Letters


@dataclass(frozen=True)
class Statement:
    """A formula as written: its sides, and what its letters turned out to be.

    ``sides`` are A, B, C of a chain A = B = C; ``name`` is the name left of the first ``=`` that was
    dropped; ``gradient_of`` the entry s_{i,j} where a side was the derivative of the loss by it.
    ``shape`` holds the ranges of the indices of the logits. ``class_base`` is 0 where the source counts
    its literal classes from 0 (the expression counts them from 1). ``domains`` says which values the declared
    parameters, and the entries of declared arrays, may take, for those that occur. ``read_as`` lists what was
    read into the formula, a sentence each; ``reused`` the letters that a side has free only after a sum over them;
    ``is_paper`` whether its letters took their roles from their use, and ``letters`` what they are in the source;
    ``is_square`` whether its logits are a square matrix, n = m, whose labels t_ij are [i = j] and no others.
    """

    sides: tuple[Expr, ...]
    source: str
    name: str | None = None
    gradient_of: Indexed | None = None
    logits: IndexedBase = S
    labels: IndexedBase = T
    shape: tuple[Symbol, ...] = (N, M)
    parameters: tuple[Any, ...] = ()
    conditions: tuple[str, ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()
    class_base: int = 1
    domains: tuple[tuple[str, Domain], ...] = ()
    read_as: tuple[str, ...] = ()
    reused: tuple[str, ...] = ()
    is_paper: bool = False
    letters: Letters | None = None
    is_square: bool = False


def shape_of(builder: Builder) -> tuple[Symbol, ...]:
    """Return the ranges of the logits' indices, as the builder met them."""
    arity = builder.names.arity.get(S, builder.names.arity.get(T, 0))
    if arity == 2:
        return (N, M)
    if arity == 0:
        return ()
    domains = builder.names.row_domains or builder.names.free_domains or {M}
    return (N,) if domains == {N} else (M,)


def parameters_of(sides: list[Expr]) -> tuple[Any, ...]:
    """Return the scalars and arrays of the sides besides logits and labels, by name."""
    found: set[Any] = set()
    for side in sides:
        bases = side.atoms(IndexedBase)
        labels = {base.label for base in bases} | {S.label, T.label}
        found |= {base for base in bases if base not in (S, T)}
        found |= {
            a
            for a in side.atoms(Symbol)
            if not a.is_integer and not isinstance(a, ClassSet) and a not in labels and a.is_real
        }
    return tuple(sorted(found, key=str))


def domains_of(sides: list[Expr], declarations: Declarations) -> tuple[tuple[str, Domain], ...]:
    """Return the declared domains of the parameters and arrays that occur, by the names that the sides carry."""
    names = {str(getattr(a, "label", a)) for a in parameters_of(sides)}
    return tuple(sorted((pair for pair in declarations.domains if pair[0] in names), key=lambda pair: pair[0]))


def conditions_of(sides: list[Expr]) -> tuple[str, ...]:
    """Return in words what the class sets and the target letter of the sides mean."""
    notes = []
    sets = sorted({a.name for side in sides for a in side.atoms(ClassSet)})
    if {"Omega_neg", "Omega_pos"}.intersection(sets):
        notes.append("Omega_neg and Omega_pos partition 1..m")
    others = [a for a in sets if a not in ("Omega_neg", "Omega_pos")]
    notes.extend(f"{name} is a subset of 1..m" for name in others)
    free = {a.name for side in sides for a in free_index_symbols(side)}
    if "t" in free:
        notes.append("t is the target class")
        if any(side.has(T) for side in sides):
            notes.append("t_j is one-hot at the target t where labels are hard")
    return tuple(notes)

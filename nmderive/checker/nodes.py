"""The normal form's data: labels, atoms, terms and polynomials (interned per check).

A polynomial is a sum of rational coefficients times terms.  A term is a sum over its
bound index labels of a product of atoms with rational exponents and of one exponential
exp(ex), where ex is again a polynomial.

An atom "cong" is 1 where a combination of class indices and a number is 0 modulo m: its name is (coefficients,
number), its labels are those of the coefficients.

Labels: ("L", k) a literal index; ("F", name, range) a free index of the certificate;
("U", k, range) an index that is being read; ("V", k, range) a bound index while its term is
open; ("W", height, k, range) a bound index in a closed term.  Labels are compared as
tuples; the order is kept when a closed term is opened, so that order signs keep their
orientation.  Polynomials that stand alone have no free "W" labels; a closed term's bound
labels have a larger height than any inside.
"""

from __future__ import annotations

from typing import Any

from .numbers import Num

Label = tuple[Any, ...]
Mapping = dict[Label, Label]

INDICATORS = frozenset({"delta", "in", "sg", "cong"})


def span(label: Label) -> str:
    """The range ("n" or "m") of a label that is not a literal."""
    return str(label[-1])


def masked(label: Label) -> Label:
    """The label with a bound (or to be bound) name forgotten."""
    return label if label[0] in "FL" else ("~", label[-1])


class Atom:
    """A factor: array entry, size, power of a sum, logarithm, indicator, ..."""

    __slots__ = ("kind", "name", "idx", "sub", "id", "height", "labels", "mask", "sign_cache")

    def __init__(
        self, kind: str, name: Any, idx: tuple[Label, ...], sub: Poly | None, number: int, mask: int
    ) -> None:
        self.kind, self.name, self.idx, self.sub = kind, name, idx, sub
        self.id, self.mask = number, mask
        self.height: int = sub.height if sub is not None else 0
        labels = frozenset(a for a in idx if a[0] != "L")
        self.labels: frozenset[Label] = labels | sub.labels if sub is not None else labels
        self.sign_cache: str | None = None

    def __repr__(self) -> str:
        idx = ",".join(".".join(map(str, a[:-1])) if a[0] != "L" else str(a[1]) for a in self.idx)
        return f"{self.kind}:{self.name}[{idx}]{self.sub if self.sub is not None else ''}"


Factors = dict[Atom, Num]


class Term:
    """Sum over bounds of a product of atoms to exponents, times exp(ex)."""

    __slots__ = ("bounds", "facs", "ex", "id", "height", "labels", "mask")

    def __init__(
        self, bounds: tuple[Label, ...], facs: tuple[tuple[Atom, Num], ...], ex: Poly, number: int, mask: int
    ) -> None:
        self.bounds, self.facs, self.ex = bounds, facs, ex
        self.id, self.mask = number, mask
        height = max([ex.height, *(a.height for a, _ in facs)])
        self.height: int = height + 1 if bounds else height
        inner = frozenset().union(ex.labels, *(a.labels for a, _ in facs))
        self.labels: frozenset[Label] = inner.difference(bounds)

    def __repr__(self) -> str:
        parts = [f"{a}^{e}" for a, e in self.facs]
        if self.ex.terms:
            parts.append(f"exp({self.ex})")
        head = f"S{[b[2] if b[0] == 'B' else b for b in self.bounds]} " if self.bounds else ""
        return head + ("*".join(parts) or "1")


class Poly:
    """A sum of coefficient times term; no terms means zero."""

    __slots__ = ("terms", "id", "height", "labels", "mask", "sign_cache")

    def __init__(self, terms: tuple[tuple[Term, Num], ...], number: int, mask: int) -> None:
        self.terms, self.id, self.mask = terms, number, mask
        self.height: int = max([0, *(t.height for t, _ in terms)])
        self.labels: frozenset[Label] = frozenset().union(*(t.labels for t, _ in terms))
        self.sign_cache: str | None = None

    def __repr__(self) -> str:
        return "(" + " + ".join(f"{c}*{t}" for t, c in self.terms) + ")"

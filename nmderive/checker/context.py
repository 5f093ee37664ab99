"""One check's tables: interned nodes, declarations, sizes, caches and the step budget."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .domains import Interval
from .nodes import Atom, Factors, Label, Poly, Term, masked
from .numbers import Num, bits, rat
from .reject import Malformed, TooLarge

STEPS = 100_000
#: The letter of extrema.py.
SHARPNESS = "sharpness of maxima"
_MAX_COEFFICIENT_BITS = 4000
_MAX_TERMS = 4000


class Context:
    """Everything one check needs; nothing is shared between checks."""

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}
        self.at_least: dict[str, int] = {}
        self.least_m = 1  # no fewer classes are spoken of
        self.parameters: dict[str, str] = {}
        self.domains: dict[str, Interval] = {}
        self.arrays: dict[str, str] = {"s": "real", "t": "nonnegative"}
        self.array_spans: dict[str, tuple[str, ...]] = {}
        self.given: dict[tuple[str, tuple[int, ...]], Num] = {}  # entries that are put in as numbers
        self.sum_rule = False
        self.t_at_most_one = False
        self.t_below_one = False
        self.kinks = False  # whether a derivative is meant only where it exists
        self.sharp = False  # whether a maximum over an index was read
        self.steps = STEPS
        self.rewriting = True
        self.may_assume_bodies_defined = False
        self.bodies_defined = False
        self.sets: dict[str, frozenset[int]] = {}  # class sets that are given
        self.one_hot = False
        self.value: tuple[Fraction, Fraction] | None = None
        self._atoms: dict[Any, Atom] = {}
        self._terms: dict[Any, Term] = {}
        self._polys: dict[Any, Poly] = {}
        self._masks: dict[Any, int] = {}
        self.cache: dict[Any, Any] = {}
        self.zero = self.poly({})
        self.unit_term = self.term((), {}, self.zero)
        self.one = self.poly({self.unit_term: 1})

    def step(self, cost: int = 1) -> None:
        """Use up the step budget."""
        self.steps -= cost
        if self.steps < 0:
            raise TooLarge("the step limit was reached")

    def mask(self, key: Any) -> int:
        """A number for a structure in which bound names are forgotten."""
        return self._masks.setdefault(key, len(self._masks))

    def atom(self, kind: str, name: Any = "", idx: tuple[Label, ...] = (), sub: Poly | None = None) -> Atom:
        """The interned atom."""
        key = (kind, name, idx, sub.id if sub is not None else -1)
        found = self._atoms.get(key)
        if found is None:
            if kind == "cong":  # the order of its labels, and its sign, depend on names
                sizes = sorted((abs(c), repr(masked(x))) for c, x in zip(name[0], idx, strict=True))
                mask = self.mask(("a", kind, abs(name[1]), tuple(sizes)))
            else:
                mask = self.mask(("a", kind, name, tuple(map(masked, idx)), sub.mask if sub is not None else -1))
            found = self._atoms[key] = Atom(kind, name, idx, sub, len(self._atoms), mask)
        return found

    def term(self, bounds: tuple[Label, ...], facs: Factors, ex: Poly) -> Term:
        """The interned term (labels taken as given)."""
        items = tuple(sorted(((a, e) for a, e in facs.items() if e), key=lambda p: p[0].id))
        key = (bounds, tuple((a.id, e) for a, e in items), ex.id)
        found = self._terms.get(key)
        if found is None:
            spans = tuple(sorted(b[-1] for b in bounds))
            mask = self.mask(("t", spans, tuple(sorted((a.mask, e) for a, e in items)), ex.mask))
            found = self._terms[key] = Term(bounds, items, ex, len(self._terms), mask)
        return found

    def poly(self, terms: dict[Term, Num]) -> Poly:
        """The interned polynomial."""
        items = tuple(sorted(((t, rat(c)) for t, c in terms.items() if c), key=lambda p: p[0].id))
        key = tuple((t.id, c) for t, c in items)
        found = self._polys.get(key)
        if found is None:
            if len(items) > _MAX_TERMS:
                raise TooLarge("an expression became too long")
            if any(bits(c) > _MAX_COEFFICIENT_BITS for _, c in items):
                raise TooLarge("a number became too long")
            mask = self.mask(("p", tuple(sorted((t.mask, c) for t, c in items))))
            found = self._polys[key] = Poly(items, len(self._polys), mask)
        return found

    def number(self, x: Num) -> Poly:
        """A constant."""
        return self.poly({self.unit_term: x})

    def single(self, atom: Atom, exponent: Num = 1) -> Poly:
        """One atom to an exponent, taken as it is."""
        return self.poly({self.term((), {atom: exponent}, self.zero): 1})

    def size(self, name: str) -> Poly:
        """The size n or m, a number where it is fixed."""
        if name in self.sizes:
            return self.number(self.sizes[name])
        return self.single(self.atom("sym", name))

    def constant(self, p: Poly) -> Num | None:
        """The value of a polynomial that is a plain number."""
        if not p.terms:
            return 0
        if len(p.terms) == 1 and p.terms[0][0] is self.unit_term:
            return p.terms[0][1]
        return None

    def is_sharp(self, p: Poly) -> bool:
        """Whether a polynomial holds the letter of maxima."""
        key = ("sharp", p.id)
        if key not in self.cache:
            self.cache[key] = any(
                self.is_sharp(t.ex) or any(
                    a.kind == "sym" and a.name == SHARPNESS or a.sub is not None and self.is_sharp(a.sub)
                    for a, _ in t.facs) for t, _ in p.terms)
        return bool(self.cache[key])

    def literal(self, k: int, range_name: str) -> Label:
        """A literal index; its range then has at least k members."""
        if not 1 <= k <= 1000:
            raise Malformed(f"literal index {k} out of bounds")
        if range_name in self.sizes and k > self.sizes[range_name]:
            raise Malformed(f"literal index {k} exceeds {range_name} = {self.sizes[range_name]}")
        return self.compared(k, range_name)

    def compared(self, k: int, range_name: str) -> Label:
        """A literal that indices are compared with: beyond a fixed size it is a number that none of them takes."""
        if not 1 <= k <= 1000:
            raise Malformed(f"literal index {k} out of bounds")
        if range_name not in self.sizes:
            # An open size is taken to reach it, so that a contracted delta names a member of the range.
            self.at_least[range_name] = max(k, self.at_least.get(range_name, 1))
        return ("L", k)

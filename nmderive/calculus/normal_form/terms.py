"""Data of the normal form: atoms, monomials with bound labels, polynomials; canonical labelling.

A polynomial is a sum of ``coefficient x (bound labels, multiset of atom^rational)``. Everything carries a
string key; equal keys mean equal objects. Labels are strings: a free index keeps its name, a literal
index v is ``@v``, a temporary label is ``~k``, and a bound label in canonical form is ``#h.p``, where h is
one more than the height of everything nested inside the monomial. Nested polynomials therefore never bind
a label of their surroundings, and a renaming cannot capture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import combinations, count, permutations, product
from typing import Any

from nmderive.calculus.normal_form import congruence
from nmderive.calculus.normal_form.remembered import remembered, written
from nmderive.errors import NmderiveError

Labels = frozenset[str]
_EMPTY: Labels = frozenset()
_fresh = count()

#: The kinds of atoms that hold a polynomial: exponentials, power bases, logarithms, inverse roots of squares.
NESTED = "epLR"
#: Ties among interchangeable bound labels are broken by trying all orders, up to this many. Beyond it an
#: arbitrary order is taken: two equal monomials may then look different, never the other way round.
MAX_ORDERS = 720
#: The signs of labels that only congruences hold are chosen among all, up to this many labels.
MAX_TURNED = 3


class CaptureError(NmderiveError):
    """An operation left the scope of a bound label: a fault of the kernel, stopped before it can mislead."""


class Atom:
    """One factor of a monomial; ``kind`` and ``args`` are listed in ``make_atom``."""

    __slots__ = ("kind", "args", "key", "labels", "height", "positive", "plain")

    def __init__(self, kind: str, args: tuple[Any, ...]) -> None:
        self.kind = kind
        self.args = args
        self.key, self.labels, self.height = _describe(kind, args)
        self.positive = _is_positive(kind, args)
        self.plain: Labels = args[0].plain if kind in NESTED else _EMPTY if kind == "c" else self.labels

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Atom) and self.key == other.key

    def __repr__(self) -> str:
        return self.key


def make_atom(kind: str, *args: Any) -> Atom:
    """Build an atom.

    ``a`` (sign, name, labels) array entry; ``z`` (sign, name) size or parameter; ``i`` (label) an index
    used as a number; ``d`` (x, y) Kronecker delta; ``l`` (x, y) x < y; ``m`` (set, x) membership;
    ``e`` (poly) exponential; ``p`` (poly) power base; ``L`` (poly) logarithm;
    ``R`` (poly) inverse root of a square y, 0 where y is 0, so that x R(x^2) is the sign of x;
    ``c`` (form) a congruence modulo m; ``f`` (name, array, labels) undefined row function;
    ``g`` (name, array, labels, by) its derivative.
    """
    if kind == "d":
        args = tuple(sorted(args))
    if kind == "c":
        args = (congruence.normal(args[0]),)
    return Atom(kind, args)


def _describe(kind: str, args: tuple[Any, ...]) -> tuple[str, Labels, int]:
    if kind in NESTED:
        poly: Poly = args[0]
        return f"{kind}({poly.key})", poly.labels, poly.height
    if kind == "a":
        return f"a:{args[0][:3]}:{args[1]}[{','.join(args[2])}]", frozenset(args[2]), 0
    if kind == "z":
        return f"z:{args[0][:3]}:{args[1]}", _EMPTY, 0
    if kind in "idl":
        return f"{kind}[{','.join(args)}]", frozenset(args), 0
    if kind == "m":
        return f"m:{args[0]}[{args[1]}]", frozenset(args[1:]), 0
    if kind == "f":
        return f"f:{args[0]}:{args[1]}[{','.join(args[2])}]", frozenset(args[2]), 0
    if kind == "c":
        return f"c[{congruence.as_rule(args[0])}]", frozenset(x for x, _ in args[0][0]), 0
    by = ",".join(sorted(args[3]))
    return f"g:{args[0]}:{args[1]}[{','.join(args[2])}|{by}]", frozenset(args[2]) | frozenset(args[3]), 0


def _is_positive(kind: str, args: tuple[Any, ...]) -> bool:
    """Tell whether the atom is positive, or nonnegative and positive wherever its powers are defined."""
    if kind in "az":
        return args[0] in ("positive", "nonnegative")
    if kind == "p":
        return bool(args[0].positive)
    return kind in "eiR"


def map_labels(atom: Atom, rule: Mapping[str, str]) -> Atom:
    """Rename labels in an atom; the rule must not make two different labels equal."""
    if not any(label in rule for label in atom.labels):
        return atom
    kind, args = atom.kind, atom.args
    if kind in NESTED:
        return make_atom(kind, map_poly(args[0], rule))
    if kind in "af":
        return make_atom(kind, args[0], args[1], tuple(rule.get(x, x) for x in args[2]))
    if kind in "idl":
        return make_atom(kind, *(rule.get(x, x) for x in args))
    if kind == "m":
        return make_atom(kind, args[0], rule.get(args[1], args[1]))
    if kind == "c":
        return make_atom(kind, congruence.mapped(args[0], rule))
    labels, by = (tuple(rule.get(x, x) for x in part) for part in args[2:])
    return make_atom(kind, args[0], args[1], labels, tuple(sorted(by)))


class Mono:
    """Bound labels with their sizes, and a sorted multiset of atom^exponent."""

    __slots__ = ("bound", "factors", "key", "labels", "height", "positive", "plain")

    def __init__(self, bound: tuple[tuple[str, str], ...], factors: tuple[tuple[Atom, Fraction], ...]) -> None:
        self.bound = bound
        self.factors = factors
        names = {label for label, _ in bound}
        self.key = _mono_key(bound, factors)
        self.labels = frozenset().union(*(a.labels for a, _ in factors)) - names
        self.plain: Labels = frozenset().union(*(a.plain for a, _ in factors)) - names
        inner = max((a.height for a, _ in factors), default=0)
        self.height = inner + 1 if bound else inner
        if any(_captures(label, self.height) for label in self.labels):
            raise CaptureError("a label of an enclosing monomial stands where it could be captured")
        self.positive = all(a.positive for a, _ in factors)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mono) and self.key == other.key


def _captures(label: str, height: int) -> bool:
    """Tell whether a free label in canonical form is not that of a monomial around this one."""
    return label[0] == "#" and int(label[1 : label.index(".")]) <= height


def _mono_key(bound: tuple[tuple[str, str], ...], factors: Iterable[tuple[Atom, Fraction]]) -> str:
    head = "".join(f"{label}<{size} " for label, size in bound)
    return head + "*".join(a.key if e == 1 else f"{a.key}^{e}" for a, e in factors)


class Poly:
    """A sum of coefficient x monomial, sorted by key."""

    __slots__ = ("terms", "key", "labels", "height", "positive", "plain")

    def __init__(self, terms: Mapping[Mono, Fraction]) -> None:
        kept = sorted(((m, c) for m, c in terms.items() if c), key=lambda item: item[0].key)
        self.terms: tuple[tuple[Mono, Fraction], ...] = tuple(kept)
        self.key = " + ".join(f"{c}*{m.key}" for m, c in kept) or "0"
        written(len(self.key))
        self.labels: Labels = frozenset().union(*(m.labels for m, _ in kept))
        #: Labels that stand outside congruences: in entries, deltas, orders, as numbers.
        self.plain: Labels = frozenset().union(*(m.plain for m, _ in kept))
        self.height = max((m.height for m, _ in kept), default=0)
        self.positive = bool(kept) and all(c > 0 and m.positive for m, c in kept)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Poly) and self.key == other.key

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __repr__(self) -> str:
        return f"Poly({self.key})"

    @property
    def is_constant(self) -> bool:
        """Tell whether this is a rational number."""
        return all(not m.bound and not m.factors for m, _ in self.terms)


def fresh_label() -> str:
    """Return a temporary label that nothing else uses."""
    return f"~{next(_fresh)}"


@remembered(200_000)
def _map_poly(poly: Poly, rule: tuple[tuple[str, str], ...]) -> Poly:
    mapping = dict(rule)
    terms: dict[Mono, Fraction] = {}
    for mono, coefficient in poly.terms:
        factors = [(map_labels(a, mapping), e) for a, e in mono.factors]
        renamed = canonical(dict(mono.bound), factors)
        terms[renamed] = terms.get(renamed, Fraction(0)) + coefficient
    return Poly(terms)


def map_poly(poly: Poly, rule: Mapping[str, str]) -> Poly:
    """Rename free labels of ``poly`` by an injective rule and restore the canonical order."""
    relevant = tuple(sorted((x, y) for x, y in rule.items() if x in poly.labels))
    return _map_poly(poly, relevant) if relevant else poly


def canonical(bound: Mapping[str, str], factors: Iterable[tuple[Atom, Fraction]]) -> Mono:
    """Return the monomial with its bound labels named canonically."""
    return named(bound, factors)[0]


def named(bound: Mapping[str, str], factors: Iterable[tuple[Atom, Fraction]]) -> tuple[Mono, int]:
    """Return the canonical monomial, and how many orders of its bound labels had to be tried."""
    items = [(a, e) for a, e in factors if e]
    if not bound:
        return Mono((), tuple(sorted(items, key=_factor_key))), 0
    height = 1 + max((a.height for a, _ in items), default=0)
    best: tuple[str, Mono] | None = None
    tried = 0
    turns = _turns(bound, items)
    for tried, (order, turned) in enumerate(product(_orders(bound, items), turns), 1):  # noqa: B007
        names = {label: f"#{height}.{p}" for p, label in enumerate(order)}
        rule = names | {x: congruence.as_rule((((names[x], -1),), 0)) for x in turned}
        renamed = sorted(((map_labels(a, rule), e) for a, e in items), key=_factor_key)
        mono = Mono(tuple((names[x], bound[x]) for x in order), tuple(renamed))
        if best is None or mono.key < best[0]:
            best = (mono.key, mono)
    assert best is not None
    return best[1], tried


def _factor_key(item: tuple[Atom, Fraction]) -> tuple[str, Fraction]:
    return item[0].key, item[1]


def _orders(bound: Mapping[str, str], items: list[tuple[Atom, Fraction]]) -> Iterable[tuple[str, ...]]:
    """Yield the orders of the bound labels that colour refinement cannot tell apart."""
    if len(bound) == 1:
        return [tuple(bound)]
    colours = _refined(bound, items)
    groups: dict[str, list[str]] = {}
    for label in sorted(bound):
        groups.setdefault(colours[label], []).append(label)
    choices = [list(permutations(groups[c])) for c in sorted(groups)]
    total = 1
    for choice in choices:
        total *= len(choice)
    if total > MAX_ORDERS:
        choices = [choice[:1] for choice in choices]
    return (tuple(x for part in parts for x in part) for parts in product(*choices))


def _turns(bound: Mapping[str, str], items: list[tuple[Atom, Fraction]]) -> list[tuple[str, ...]]:
    """Return the sets of bound labels to be replaced by their negatives modulo m: those that only congruences hold."""
    held: Labels = _EMPTY.union(*(a.labels for a, _ in items))
    plain: Labels = _EMPTY.union(*(a.plain for a, _ in items))
    turning = sorted(x for x, size in bound.items() if size == "m" and x in held and x not in plain)
    if len(turning) > MAX_TURNED:
        return [()]
    return [chosen for number in range(len(turning) + 1) for chosen in combinations(turning, number)]


def _refined(bound: Mapping[str, str], items: list[tuple[Atom, Fraction]]) -> dict[str, str]:
    colours = dict(bound)
    for _ in range(2):
        new = {}
        for label in bound:
            view = {x: "?" + c for x, c in colours.items() if x != label} | {label: "*"}
            touched = [f"{_sketch(a, view)}^{e}" for a, e in items if label in a.labels]
            new[label] = bound[label] + ";" + "&".join(sorted(touched))
        names = {c: f"{p:03d}" for p, c in enumerate(sorted(set(new.values())))}
        compact = {label: names[c] for label, c in new.items()}
        if len(set(compact.values())) == len(bound):
            return compact
        colours = compact
    return colours


def _sketch(atom: Atom, view: Mapping[str, str]) -> str:
    """Describe an atom with labels replaced by ``view``, the same for every naming of bound labels."""
    if not any(label in view for label in atom.labels) and atom.height == 0:
        return atom.key
    if atom.kind in NESTED:
        return f"{atom.kind}({_sketch_poly(atom.args[0], view)})"
    if atom.kind == "c":
        return congruence.sketched(atom.args[0], view)
    return _describe_viewed(atom, view)


def _describe_viewed(atom: Atom, view: Mapping[str, str]) -> str:
    parts = []
    for arg in atom.args:
        if isinstance(arg, tuple):
            parts.append(",".join(_viewed(x, view) for x in arg))
        else:
            parts.append(_viewed(arg, view) if atom.kind in "idlm" else str(arg))
    return atom.kind + ":" + "|".join(sorted(parts) if atom.kind == "d" else parts)


def _viewed(label: str, view: Mapping[str, str]) -> str:
    return view.get(label, "%" if label[:1] == "#" else label)


def _sketch_poly(poly: Poly, view: Mapping[str, str]) -> str:
    terms = []
    for mono, coefficient in poly.terms:
        factors = sorted(f"{_sketch(a, view)}^{e}" for a, e in mono.factors)
        sizes = "".join(sorted(size for _, size in mono.bound))
        terms.append(f"{coefficient}[{sizes}]" + "*".join(factors))
    return "+".join(sorted(terms))


ZERO = Poly({})
UNIT = Mono((), ())
ONE = Poly({UNIT: Fraction(1)})


def constant(value: Fraction | int) -> Poly:
    """Return the polynomial of one rational number."""
    return Poly({UNIT: Fraction(value)})


def from_atom(atom: Atom, exponent: Fraction | int = 1) -> Poly:
    """Return the polynomial of one atom power, taken as it is."""
    return Poly({Mono((), ((atom, Fraction(exponent)),)): Fraction(1)})

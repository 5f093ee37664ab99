"""From a normal form back to a SymPy expression, for reading and for a second look at its structure."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from sympy import Abs, Add, Dummy, Expr, Integer, KroneckerDelta, Lt, Mul, Rational, Symbol, exp, log, sign

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.normal_form.algebra import assemble, multiply
from nmderive.calculus.normal_form.remembered import remembered
from nmderive.calculus.normal_form.squares import square_root
from nmderive.calculus.normal_form.terms import NESTED, Atom, Mono, Poly, from_atom
from nmderive.calculus.sums import IndexSum, Iverson, RowFunction, RowFunctionDerivative
from nmderive.calculus.symbols import SHARPNESS, ClassSet, M, Member, N, array, index, parameter
from nmderive.errors import UnsupportedError

_HALF = Fraction(1, 2)
_SIZES = {"n": N, "m": M}


#: The exponents of the kinds with which x times such an atom in x^2 is the sign of x.
_SIGN = {"p": -_HALF, "R": Fraction(1)}


def to_expression(poly: Poly) -> Expr:
    """Return an expression whose normal form is ``poly``; raises UnsupportedError for maxima over an index."""
    return _poly(poly, {})


def _poly(poly: Poly, names: dict[str, Symbol]) -> Expr:
    signs, poly = _with_signs(poly)
    parts = [_poly(rest, names) * sign(_poly(root, names)) for rest, root in signs]
    return Add(*parts, *(_term(mono, coefficient, names) for mono, coefficient in poly.terms))


def _with_signs(poly: Poly) -> tuple[list[tuple[Poly, Poly]], Poly]:
    """Return [(f, x), ...] and the rest, with f sign(x) for the terms that are f x/|x|, or f x R(x^2)."""
    found: list[tuple[Poly, Poly]] = []
    for atom in dict.fromkeys(a for mono, _ in poly.terms for a, e in mono.factors if e == _SIGN.get(a.kind)):
        root, exponent = square_root(atom.args[0]), _SIGN[atom.kind]
        held = {m: c for m, c in poly.terms if not m.bound and dict(m.factors).get(atom) == exponent}
        if root is None or not held:
            continue
        above = multiply(Poly(held), from_atom(atom, -exponent))
        factor = _quotient(above, root)
        if factor is not None:
            found.append((factor, root))
            poly = Poly({m: c for m, c in poly.terms if m not in held})
    return found, poly


def _quotient(above: Poly, root: Poly) -> Poly | None:
    """Return f with f x equal to the polynomial, f one term; None where there is none."""
    (first, c), *_ = above.terms
    for mono, own in root.terms:
        if not mono.bound:
            inverse = [(a, -e) for a, e in mono.factors]
            factor = assemble(c / own, {}, [*first.factors, *inverse])
            if multiply(factor, root) == above:
                return factor
    return None


def _term(mono: Mono, coefficient: Fraction, names: dict[str, Symbol]) -> Expr:
    own = {label: _bound(label) for label, _ in mono.bound}
    inner = names | own
    body = Mul(*(_power(atom, exponent, inner) for atom, exponent in mono.factors))
    for label, size in mono.bound:
        body = IndexSum(body, own[label], _SIZES[size])
    return Rational(coefficient.numerator, coefficient.denominator) * body


def _power(atom: Atom, exponent: Fraction, names: dict[str, Symbol]) -> Expr:
    root = square_root(atom.args[0]) if atom.kind == "p" and exponent.denominator == 2 else None
    if root is not None:
        return Abs(_poly(root, names)) ** (2 * Rational(exponent.numerator, exponent.denominator))
    return _kept(atom, frozenset(names)) ** Rational(exponent.numerator, exponent.denominator)


@cache
def _bound(label: str) -> Symbol:
    """Return the index that a bound label is written with, the same each time, so that atoms can be kept."""
    return Dummy("i", integer=True, positive=True)


@remembered(4096)
def _kept(atom: Atom, bound: frozenset[str]) -> Expr:
    return _atom(atom, {label: _bound(label) for label in bound})


def _atom(atom: Atom, names: dict[str, Symbol]) -> Expr:
    kind, args = atom.kind, atom.args
    if kind in NESTED:
        if kind == "R":
            raise UnsupportedError("the inverse root of what may be 0 is written back beside its root only")
        inner = _poly(args[0], names)
        return {"e": exp, "L": log}[kind](inner) if kind != "p" else inner
    if kind == "z" and args[1] == SHARPNESS.name:
        raise UnsupportedError("the normal form of a maximum over an index is not written back")
    if kind == "z":
        return _SIZES.get(args[1]) or parameter(args[1], args[0])
    if kind == "a":
        return array(args[1], args[0])[tuple(_index(x, names) for x in args[2])]
    if kind == "i":
        return _index(args[0], names)
    if kind == "d":
        return KroneckerDelta(*(_index(x, names) for x in args))
    if kind == "c":
        letters, number = args[0]
        return KroneckerDelta(Cyclic(Add(number, *(c * _index(x, names) for x, c in letters))), Cyclic(Integer(0)))
    if kind == "l":
        return Iverson(Lt(*(_index(x, names) for x in args)))
    if kind == "m":
        return Iverson(Member(_index(args[1], names), ClassSet(args[0])))
    function = RowFunction(Symbol(args[0]), array(args[1]), *(_index(x, names) for x in args[2]))
    if kind == "f":
        return function
    return RowFunctionDerivative(function, *(_index(x, names) for x in args[3]))


def _index(label: str, names: dict[str, Symbol]) -> Expr:
    if label in names:
        return names[label]
    return Integer(int(label[1:])) if label[0] == "@" else index(label)

"""From a normal form back to a SymPy expression, for reading and for a second look at its structure."""

from __future__ import annotations

from fractions import Fraction

from sympy import Abs, Add, Dummy, Expr, Integer, KroneckerDelta, Lt, Mul, Rational, Symbol, exp, log

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.normal_form.squares import square_root
from nmderive.calculus.normal_form.terms import Atom, Mono, Poly
from nmderive.calculus.sums import IndexSum, Iverson, RowFunction, RowFunctionDerivative
from nmderive.calculus.symbols import ClassSet, M, Member, N, array, index, parameter

_SIZES = {"n": N, "m": M}


def to_expression(poly: Poly) -> Expr:
    """Return an expression whose normal form is ``poly``."""
    return _poly(poly, {})


def _poly(poly: Poly, names: dict[str, Symbol]) -> Expr:
    return Add(*(_term(mono, coefficient, names) for mono, coefficient in poly.terms))


def _term(mono: Mono, coefficient: Fraction, names: dict[str, Symbol]) -> Expr:
    own = {label: Dummy("i", integer=True, positive=True) for label, _ in mono.bound}
    inner = names | own
    body = Mul(*(_power(atom, exponent, inner) for atom, exponent in mono.factors))
    for label, size in mono.bound:
        body = IndexSum(body, own[label], _SIZES[size])
    return Rational(coefficient.numerator, coefficient.denominator) * body


def _power(atom: Atom, exponent: Fraction, names: dict[str, Symbol]) -> Expr:
    root = square_root(atom.args[0]) if atom.kind == "p" and exponent.denominator == 2 else None
    if root is not None:
        return Abs(_poly(root, names)) ** (2 * Rational(exponent.numerator, exponent.denominator))
    return _atom(atom, names) ** Rational(exponent.numerator, exponent.denominator)


def _atom(atom: Atom, names: dict[str, Symbol]) -> Expr:
    kind, args = atom.kind, atom.args
    if kind in "epL":
        inner = _poly(args[0], names)
        return {"e": exp, "L": log}[kind](inner) if kind != "p" else inner
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

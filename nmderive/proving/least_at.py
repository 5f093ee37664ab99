"""A place where a piecewise affine loss is least, for given labels: small whole logits, and a linear program below.

The loss is a sum of masses times parts; each absolute value and each maximum over an index is bounded below by shares
of its mass on what stands inside (``nmderive/checker/minorants.py`` says which). The shares for which the bound is a
number, and as large as can be, are a linear program; floating point proposes them, the checker decides in rationals.
Source: duality of linear programs, Schrijver (1986), section 7.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from typing import Any

from nmderive.budget import limited
from nmderive.calculus.extrema import has_kinks
from nmderive.calculus.symbols import M, N, T, index
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import environment_of, from_ast, to_ast
from nmderive.proving import certificates
from nmderive.proving.along import Direction, Entry
from nmderive.proving.evaluate import Evaluator, ExactField, Point
from nmderive.proving.log_groups import mentions
from nmderive.proving.points import entries_of, points

_STEPS = 20_000
_LABELS = tuple(tuple(Fraction(x, sum(w)) for x in w) for w in ((4, 3, 3), (9, 7, 4), (5, 4, 3), (6, 3, 1)))
_LOGITS = (-3, -2, -1, 0, 1, 2, 3)
_FINEST = 5040
Mass = dict[int, Fraction]
Scope = dict[str, int]
_CONSTANT = -1


class _NotPiecewise(NmderiveError):
    """The loss is not made of sums, absolute values and maxima of affine functions."""


def least_at(
    loss: Loss, sizes: Mapping[str, int], wanted: Callable[[Mapping[Entry, Fraction], Direction], bool]
) -> Certificate | None:
    """Return the accepted certificate of a least value where labels and logits are wanted, n being 1 and m 3."""
    at = {"n": 1, "m": 3} if N in loss.shape else {"m": 3}
    plain = loss.has_undefined_functions or loss.class_sets or loss.is_square or M not in loss.shape
    if plain or not has_kinks(loss.expr) or not loss.expr.has(T) or any(sizes.get(k, v) != v for k, v in at.items()):
        return None
    if any(at.get(name, least) < least for name, least in loss.least_sizes.items()):
        return None
    for labels in _LABELS:
        try:
            with limited(steps=_STEPS):
                found = _at_labels(loss, at, labels, wanted)
        except NmderiveError:
            return None
        if found is not None:
            return found
    return None


def _at_labels(
    loss: Loss, at: dict[str, int], labels: tuple[Fraction, ...],
    wanted: Callable[[Mapping[Entry, Fraction], Direction], bool],
) -> Certificate | None:
    entries = entries_of(loss, at)
    table = dict(zip(entries, labels, strict=True))
    base = next(points(loss, at, 1))
    values: list[tuple[Fraction, Direction]] = []
    for rest in product(_LOGITS, repeat=len(entries) - 1):
        place = dict(zip(entries, (*rest, 0), strict=True))
        point = replace(base, arrays={**base.arrays, "t": table, "s": {e: Fraction(x) for e, x in place.items()}})
        value = Evaluator(ExactField(), point, logits="").value(loss.expr)
        if not isinstance(value, Fraction):
            return None
        values.append((value, place))
    least = min(value for value, _ in values)
    places = [place for value, place in values if value == least and wanted(table, place)]
    shares = _shares(loss, replace(base, arrays={**base.arrays, "t": table}), least) if places else None
    for place in places if shares is not None else ():
        assert shares is not None
        certificate = _certificate(loss, base, table, place, shares)
        if check(certificate.as_json()).accepted:
            return certificate
    return None


def _certificate(
    loss: Loss, base: Point, labels: Mapping[Entry, Fraction], place: Direction, shares: list[Fraction]
) -> Certificate:
    given: dict[str, Any] = {
        "s": certificates.nested({e: Fraction(x) for e, x in place.items()}), "t": certificates.nested(labels),
        "parameters": {name: str(value) for name, value in base.parameters.items()},
    }
    others = {k: v for k, v in base.arrays.items() if k not in ("s", "t")}
    if others:
        given["arrays"] = {name: certificates.nested(values) for name, values in others.items()}
    return Certificate("least", {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape],
        "sizes": {s.name: base.sizes[s.name] for s in loss.spans}, "point": given, "simplex": True,
        "shares": [str(x) for x in shares], **certificates.declarations(loss),
    })


@dataclass
class _Program:
    """A linear program over shares: masses are affine in them, ``pieces`` wait for all of their mass."""

    loss: Loss
    point: Point
    number: Mass = field(default_factory=dict)
    logits: dict[Entry, Mass] = field(default_factory=dict)
    pieces: dict[str, tuple[Any, Scope, Mass]] = field(default_factory=dict)
    at_least_zero: list[Mass] = field(default_factory=list)
    zero: list[Mass] = field(default_factory=list)
    count: int = 0

    def build(self) -> None:
        """Take the whole loss apart."""
        self.spread(to_ast(self.loss.expr), {}, {_CONSTANT: Fraction(1)})
        while self.pieces:
            depth = max(_depth(node) for node, _, _ in self.pieces.values())
            key = next(k for k, (node, _, _) in self.pieces.items() if _depth(node) == depth)
            self._piece(*self.pieces.pop(key))

    def spread(self, node: Any, scope: Scope, mass: Mass) -> None:
        """Hand a mass on to the parts of a node."""
        if not mentions(node):
            self.number = _plus(self.number, mass, self._value(node, scope))
        elif node[0] == "at":
            place = tuple(scope[k] if k in scope else int(k) for k in node[2])
            self.logits[place] = _plus(self.logits.get(place, {}), mass)
        elif node[0] == "add":
            for part in node[1]:
                self.spread(part, scope, mass)
        elif node[0] == "sum":
            for inner in self._scopes(node, scope):
                self.spread(node[4], inner, mass)
        elif node[0] == "mul" and sum(map(mentions, node[1])) == 1:
            inside = next(x for x in node[1] if mentions(x))
            number = Fraction(1)
            for x in node[1]:
                number *= Fraction(1) if x is inside else self._value(x, scope)
            self.spread(inside, scope, _plus({}, mass, number))
        elif _is_piece(node):
            own = sorted((name, value) for name, value in scope.items() if f"'{name}'" in repr(node))
            key = f"{node} {own}"
            known = self.pieces[key][2] if key in self.pieces else {}
            self.pieces[key] = (node, scope, _plus(known, mass))
        else:
            raise _NotPiecewise("the loss is not piecewise affine")

    def _share(self) -> Mass:
        self.count += 1
        return {self.count - 1: Fraction(1)}

    def _piece(self, node: Any, scope: Scope, mass: Mass) -> None:
        if node[0] == "pow":
            share = self._share()
            self.at_least_zero += [_plus(mass, share), _plus(mass, share, Fraction(-1))]
            self.spread(node[1][1], scope, share)
            return
        left, side = mass, Fraction(1 if node[0] == "max" else -1)
        for inner in self._scopes(node, scope):
            share = self._share()
            self.at_least_zero.append(_plus({}, share, side))
            left = _plus(left, share, Fraction(-1))
            self.spread(node[4], inner, share)
        self.zero.append(left)

    def _scopes(self, node: Any, scope: Scope) -> Iterator[Scope]:
        """Yield the values of the index at which its conditions hold."""
        held = [["iverson", c] for c in node[3]]
        for value in range(1, self.point.sizes[node[2]] + 1):
            inner = {**scope, node[1]: value}
            if all(self._value(c, inner) for c in held):
                yield inner

    def _value(self, node: Any, scope: Scope) -> Fraction:
        expr = from_ast(node, environment_of(self.loss.expr))
        value = Evaluator(ExactField(), self.point).value(expr, {index(name): v for name, v in scope.items()})
        if not isinstance(value, Fraction):
            raise _NotPiecewise("a number is not rational")
        return value


def _shares(loss: Loss, point: Point, bound: Fraction) -> list[Fraction] | None:
    """Return shares for which the bound below the loss is the wanted number, in the order of the pieces."""
    import numpy as np  # with SciPy slow to import, needed only here
    from scipy.optimize import linprog

    program = _Program(loss, point)
    program.build()

    def rows(masses: list[Mass]) -> tuple[Any, Any]:
        matrix = np.array([[float(x.get(k, 0)) for k in range(program.count)] for x in masses])
        return matrix.reshape(-1, program.count), np.array([float(x.get(_CONSTANT, 0)) for x in masses])

    (above, free), (equal, wanted) = rows(program.at_least_zero), rows([*program.zero, *program.logits.values()])
    goal = [-float(program.number.get(k, 0)) for k in range(program.count)]
    found = linprog(goal, -above, free, equal, -wanted, bounds=(None, None), method="highs")
    reached = None if found.status else float(program.number.get(_CONSTANT, 0)) - found.fun
    if reached is None or abs(reached - float(bound)) > 1e-9:
        return None
    return [Fraction(x).limit_denominator(_FINEST) for x in found.x]


def _plus(one: Mass, other: Mass, factor: Fraction | None = None) -> Mass:
    """Return one + factor * other."""
    factor = Fraction(1) if factor is None else factor
    found = {k: one.get(k, Fraction(0)) + factor * other.get(k, Fraction(0)) for k in {*one, *other}}
    return {k: v for k, v in found.items() if v}


def _is_piece(node: Any) -> bool:
    if not isinstance(node, list) or not node:
        return False
    return node[0] in ("max", "min") or node[0] == "pow" and node[2] == ["num", "1/2"] and node[1][0] == "pow"


def _depth(node: Any) -> int:
    return int(_is_piece(node)) + max(map(_depth, node), default=0) if isinstance(node, list) else 0


__all__ = ["least_at"]

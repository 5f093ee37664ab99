"""Numbers between which a bounded loss lies: its values where the target, or another class, has all the probability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

from sympy import Add, Expr, Indexed, Integer, Pow, Rational, nan, oo, simplify, zoo

from nmderive.budget import limited
from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, T
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.bounds import nonnegative_proofs
from nmderive.structure.canonical import P, in_probabilities, scale_of
from nmderive.structure.margins import by_softmax

_STEPS = 10_000
_CLASSES = (2, 3, 4)


def with_bounds(loss: Loss, proof: Certificate) -> tuple[Certificate, ...]:
    """Return the certificate that l is bounded, with numbers low <= l <= high and their proofs where they are found."""
    for low, high in permutations(dict.fromkeys(_ends(loss)), 2):
        below, above = (_nonnegative(loss, x) for x in (loss.expr - low, high - loss.expr))
        if below is not None and above is not None:
            stated = replace(proof, data={**proof.data, "low": to_ast(low), "high": to_ast(high)})
            return stated, below, above
    return (proof,)


def _nonnegative(loss: Loss, expr: Expr) -> Certificate | None:
    try:
        with limited(steps=_STEPS):
            own = replace(loss, expr=expr, name="")
            found = next(nonnegative_proofs(own), None)
            return found or next(_by_complements(own), None)
    except NmderiveError:
        return None


def _by_complements(loss: Loss) -> Iterator[Certificate]:
    """Yield proofs in which -x^2 is x (1 - x) - x for shares x = p and x = t, which sum to one over a row."""
    form = in_probabilities(loss) if M in loss.shape else None
    terms = [] if form is None else [_complement(x) for x in Add.make_args(form)]
    if form is not None and any(x is not None for x in terms):
        whole = Add(*(y if x is None else x for x, y in zip(terms, Add.make_args(form), strict=True)))
        shown = by_softmax(whole, loss, scale_of(loss.expr))
        found = Certificate("nonnegative", {
            "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], "simplex": True, "form": to_ast(shown),
            **certificates.declarations(loss),
        })
        if check(found.as_json()).accepted:
            yield found


def _complement(term: Expr) -> Expr | None:
    """Return -c sum x^2 over rows and classes as c sum x (1 - x) less c times the number of rows; else None."""
    factor, body, sums = Integer(1), term, []
    while True:
        own, body = body.as_independent(P, T, as_Add=False)
        factor *= own
        if not isinstance(body, IndexSum) or body.conditions:
            break
        sums.append((body.bound, body.domain))
        body = body.body
    is_square = isinstance(body, Pow) and body.exp == 2 and isinstance(body.base, Indexed) and body.base.base in (P, T)
    if not factor.is_negative or not is_square or [size for _, size in sums] not in ([N, M], [M]):
        return None
    x = body.base
    shares = x * (1 - x)
    for bound, size in reversed(sums):
        shares = IndexSum(shares, bound, size)
    return -factor * shares + factor * (N if len(sums) == 2 else 1)


def _ends(loss: Loss) -> Iterator[Expr]:
    """Yield the values for all n, m where each row's target, or another class, has all the probability."""
    form = in_probabilities(loss) if M in loss.shape and not loss.has_undefined_functions else None
    if form is None:
        return
    for chosen in (1, 2):
        places = [(1, m) for m in _CLASSES] + [(1 + (N in loss.shape), _CLASSES[0])]
        found = [_value(form, loss, *place, chosen) for place in places]
        values = [x for x in found if x is not None]
        if len(values) < len(places):
            continue
        twice = values.pop()
        slope = simplify(values[1] - values[0])
        if simplify(values[2] - values[1] - slope) != 0:
            continue
        whole = simplify(values[0] - 2 * slope) + slope * M
        if simplify(twice - values[0]) == 0:
            yield whole
        elif simplify(twice - 2 * values[0]) == 0:
            yield N * whole


def _value(form: Expr, loss: Loss, n: int, m: int, chosen: int) -> Expr | None:
    """Return the value at n rows of m classes where the target is class 1, and p is 1 at the chosen class."""
    rows = [(i,) for i in range(1, n + 1)] if N in loss.shape else [()]
    at: dict[Expr, Expr] = {}
    for row in rows:
        for j in range(1, m + 1):
            at[entry_symbol(T[(*row, j)])] = Integer(int(j == 1))
            at[entry_symbol(P[(*row, j)])] = Integer(int(j == chosen))
    found = specialise(form, {"n": n, "m": m}, {}).rewrite(Pow).subs(at)
    is_number = not found.atoms() - found.atoms(Rational) - set(loss.parameters)
    return found if is_number and not found.has(nan, zoo, oo, -oo) else None


__all__ = ["with_bounds"]

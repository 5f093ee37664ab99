r"""Two sides that differ only by small numbers, as stable code adds them: equal where :math:`\varepsilon = 0`.

A number within 1e-4 of a whole one is taken for it (1e-8 for 0, 1 - 1e-7 for 1), a parameter whose domain begins at 0
for 0. That the sides are equal there is proved; both are continuous in the number where they are defined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from sympy import Expr, Integer, Rational, Symbol

from nmderive.calculus.symbols import S
from nmderive.errors import NmderiveError
from nmderive.evidence import Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.equality import judge_equal

_NEAR = Fraction(1, 10**4)


def with_small_numbers_at_zero(
    verdict: Verdict, sides: tuple[Expr, Expr], frame: Loss, sizes: Mapping[str, int], hard: bool
) -> Verdict:
    """Return a refutation that says, with its certificates, at which zeros the sides are equal, if they are."""
    if verdict.status is not Status.REFUTED:
        return verdict
    for words, rule in _rules(sides, frame):
        try:
            left, right = (side.xreplace(rule) for side in sides)
            if any(side.has(S) and not at.has(S) for side, at in zip(sides, (left, right), strict=True)):
                continue  # the number scales all of a side: nothing is left to be equal
            found = judge_equal(left, right, replace(frame, expr=left + right), sizes, hard=hard)
        except (NmderiveError, ArithmeticError):
            continue
        if found.status is Status.PROVED:
            text = f"where {words} they are equal: PROVED"
            return replace(verdict, findings=(*verdict.findings, text),
                           certificates=(*verdict.certificates, *found.certificates))
    return verdict


def _rules(sides: tuple[Expr, Expr], frame: Loss) -> Iterator[tuple[str, dict[Expr, Expr]]]:
    numbers = {q for side in sides for q in side.atoms(Rational) if not q.is_Integer}
    near = {q: Integer(round(Fraction(int(q.p), int(q.q)))) for q in numbers}
    small = {q: k for q, k in near.items() if abs(Fraction(int(q.p), int(q.q)) - int(k)) <= _NEAR}
    if small:
        gaps = {abs(q - k) for q, k in small.items()}  # max(x, q) holds q/2, too
        shown = sorted(f"{float(gap):g}" for gap in gaps if 2 * gap not in gaps)
        yield " and ".join(shown) + (" are 0" if len(shown) > 1 else " is 0"), small
    letters = {x for side in sides for x in side.free_symbols if isinstance(x, Symbol)}
    for letter in sorted(letters, key=str):
        domain = dict(frame.domains).get(letter.name)
        if domain is not None and not domain.values and domain.low == 0:
            yield f"{letter.name} = 0", {letter: Integer(0)}


__all__ = ["with_small_numbers_at_zero"]

"""The verb ``equal``: are two expressions equal for all n, m? Proved, or a witness."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from sympy import Expr, KroneckerDelta

from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.symbols import T, index
from nmderive.errors import UsageError
from nmderive.evidence import Dossier, Verdict
from nmderive.losses.loss import Loss
from nmderive.notation import Declarations, Statement, parse, to_latex
from nmderive.proving.equality import judge_equal


def equal(
    left: str,
    right: str | None = None,
    *,
    lets: Iterable[str] = (),
    sizes: Mapping[str, int] | None = None,
    form: str | None = None,
) -> Dossier:
    """Judge left = right, or every step of an equation chain given as ``left`` alone."""
    started = time.perf_counter()
    declarations = Declarations.from_lets(list(lets))
    statements = [_statement(text, declarations, form) for text in (left, right) if text is not None]
    sides = _at_target([side for statement in statements for side in statement.sides])
    if len(sides) < 2:
        raise UsageError("there is one side only", hint="give two expressions, or an equation A = B")
    frame = _frame(statements, sides)
    verdicts: list[Verdict] = []
    for a, b in pairwise(sides):
        verdicts.append(judge_equal(a, b, frame, dict(sizes or {}), started))
        started = time.perf_counter()
    latex = " = ".join(to_latex(side) for side in sides)
    return Dossier("is A = B?", latex, "", tuple(verdicts))


def _at_target(sides: list[Expr]) -> list[Expr]:
    """Read labels as one-hot at the target class t where a side speaks of it (s_t)."""
    target, letter = index("t"), index("j")
    if not any(target in side.free_symbols for side in sides):
        return sides
    hard = KroneckerDelta(letter, target)
    return [substitute_array(side, T, (letter,), hard) for side in sides]


def _statement(text: str, declarations: Declarations, form: str | None) -> Any:
    from nmderive.losses.catalogue import load, names

    if text.strip() in names():
        loss = load(text.strip())
        return _Named((loss.expr,), loss.shape, loss.conditions)
    return parse(text, declarations, form)


class _Named:
    """A loss of the catalogue in the place of a parsed statement."""

    def __init__(self, sides: tuple[Expr, ...], shape: Any, conditions: tuple[str, ...]) -> None:
        self.sides = sides
        self.shape = shape
        self.conditions = conditions


def _frame(statements: list[Statement | _Named], sides: list[Expr]) -> Loss:
    """Return a record that carries shape, parameters and conditions of both sides."""
    conditions = dict.fromkeys(c for statement in statements for c in statement.conditions)
    total = sum(sides[1:], start=sides[0])
    return Loss(total, statements[0].shape, conditions=tuple(conditions))

"""Judge whether two expressions are equal: a rational point where they differ, or the normal form."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sympy import Expr, Indexed, Symbol

from nmderive.calculus.symbols import SIZES, M
from nmderive.checker import check
from nmderive.checker.equation import statement_of
from nmderive.errors import UsageError
from nmderive.evidence import Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.points import sizes_for
from nmderive.proving.refute import refute_equal, size_text
from nmderive.proving.settled import defined_somewhere, settled
from nmderive.proving.stationarity import attacked, scope_text, witness_record
from nmderive.proving.symbolic import Attempt, prove_equal


def judge_equal(
    left: Expr, right: Expr, frame: Loss, sizes: Mapping[str, int], started: float | None = None, hard: bool = False,
    order: int | None = None,
) -> Verdict:
    """Return the verdict on left = right; ``frame`` carries the shape, parameters and conditions.

    With ``hard`` every label is 0 or 1, with one 1 in each row of classes. With ``order`` the sides are the terms of
    that order.
    """
    started = time.perf_counter() if started is None else started
    return replace(_judged(left, right, frame, dict(sizes), hard, order), seconds=time.perf_counter() - started)


def free_ranges(sides: Iterable[Expr], frame: Loss) -> dict[Symbol, str]:
    """Return the range ("n" or "m") of every free index, from where it stands in logits and labels."""
    sizes = [size.name for size in frame.shape]
    found: dict[Symbol, str] = {}
    for side in sides:
        free = {f for f in side.free_symbols if getattr(f, "is_Symbol", False) and f.is_integer} - set(SIZES)
        for name in free:
            if not sizes and name.name not in frame.ranges:
                raise UsageError(f"over what does {name} run? No logit or label stands in the equation",
                                 hint=f"put it under a sum, or in place of the index {name} a letter for a number")
            found[name] = frame.ranges.get(name.name, sizes[-1] if sizes else "")
        for entry in side.atoms(Indexed):
            own = sizes if len(entry.indices) == len(sizes) else sizes[-1:]
            for position, size in zip(entry.indices, own, strict=False):
                if position in free:
                    found[position] = size
    return found


def _judged(
    left: Expr, right: Expr, frame: Loss, sizes: dict[str, int], hard: bool, order: int | None
) -> Verdict:
    statement = statement_of(hard, order)
    scope = scope_text(frame, sizes)
    undecided: Verdict = Verdict("equal", Status.UNDECIDED, statement, scope, frame.conditions)
    free = free_ranges((left, right), frame)
    reading = reading_of_sides(left, right, frame, hard, order)
    undecided = replace(undecided, reading=reading)
    search = refute_equal(left, right, frame, sizes_for(frame, fixed=sizes), 6 if hard else 2, free, hard)
    ranges = {x.name: size for x, size in free.items()}
    if search.witness is not None:
        at = size_text(frame, search.witness.point.sizes) or "all values"
        return settled(frame, replace(
            undecided, status=Status.REFUTED, scope=f"at {at}",
            certificates=(certificates.witness_values(left, right, frame, ranges, search.witness),),
            witness=witness_record(frame, search.witness, "A - B"),
        ), fixed=sizes)
    attempt, own, rows = _attempt(left, right, frame, ranges, sizes, hard)
    tried = "; ".join(search.tried) or "none, as they were defined at no point that was tried"
    evidence = f"no point found at which they differ: {tried}"
    if not attempt.proved:
        return replace(undecided, findings=(evidence, f"proof attempt: {attempt.reason}"))
    certificate = certificates.identity(left, right, frame, ranges, own, hard, rows)
    checked = check(certificate.as_json())
    if not checked.accepted:
        return replace(undecided, findings=(evidence, f"proved, but the checker says: {checked.reason}"))
    shown = defined_somewhere(frame, (left, right), ranges)
    if shown is None:
        nowhere = "both sides are equal wherever they are defined, but no point was found at which both are"
        return replace(undecided, findings=(nowhere,))
    return settled(frame, replace(
        undecided, status=Status.PROVED, certificates=(certificate, shown), findings=(attacked(search.tried),),
    ), fixed=sizes)


def _attempt(
    left: Expr, right: Expr, frame: Loss, ranges: dict[str, str], sizes: dict[str, int], hard: bool
) -> tuple[Attempt, dict[str, int], bool]:
    """Return the proof for all sizes, or those that are fixed, the sizes, and whether rows of labels sum to one."""
    for rows in (False, True) if not hard and M in frame.shape else (False,):
        for own in ({}, sizes) if sizes else ({},):
            attempt = prove_equal(left, right, ranges, own, hard=frame if hard else None, simplex=rows)
            if attempt.proved:
                return attempt, own, rows
    return attempt, own, rows


def reading_of_sides(left: Expr, right: Expr, frame: Loss, hard: bool, order: int | None = None) -> dict[str, Any]:
    """Return the equation as it was read, for the checker's headline."""
    free = {x.name: size for x, size in free_ranges((left, right), frame).items()}
    return {
        "left": to_ast(left), "right": to_ast(right), "free": free, "shape": [s.name for s in frame.shape],
        **certificates.declarations(frame, left, right), "conditions": list(frame.conditions),
        **({"labels": "hard"} if hard else {}), **({} if order is None else {"order": order}),
        **({"square": True} if frame.is_square else {}), **({"sizes": dict(frame.sizes)} if frame.sizes else {}),
        **({"least": dict(frame.least)} if frame.least else {}),
        **({"guards": certificates.guards_of(frame)} if frame.guards else {}),
    }

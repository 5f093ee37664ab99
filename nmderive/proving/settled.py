"""The last step of a verdict: its headline is what the checker derives from the certificates, or it is UNDECIDED."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from random import Random
from types import MappingProxyType
from typing import Any

from sympy import Add, Expr

from nmderive.calculus.symbols import index
from nmderive.checker import check
from nmderive.checker.headline import Headline, covers, headline, scope_at, statement_of
from nmderive.checker.instances import FUNCTIONS
from nmderive.checker.reject import Reject
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.proving import certificates
from nmderive.proving.composed import has_functions, with_function
from nmderive.proving.evaluate import Evaluator, Point
from nmderive.proving.numbers import BallField
from nmderive.proving.points import label_table, point_at, sizes_for
from nmderive.proving.refute import Witness

_CARRIED = (Status.PROVED, Status.REFUTED)


def settled(
    loss: Loss, verdict: Verdict, read: Loss | None = None, fixed: Mapping[str, int] = MappingProxyType({})
) -> Verdict:
    """Return the verdict under the checker's headline; UNDECIDED where its certificates do not carry it.

    ``read`` is the loss as it was read, where ``loss`` is an instance of it; ``fixed`` are the sizes that were asked.
    """
    if verdict.status not in _CARRIED:
        return verdict
    own = {**certificates.reading_of(read or loss), **verdict.reading, "fixed": dict(fixed)}
    shape = tuple(own["shape"])
    found = _headline(own, verdict)
    if isinstance(found, str) and verdict.status is Status.PROVED:
        shown = defined_somewhere(loss, [loss.expr], {})
        if shown is not None:
            verdict = replace(verdict, certificates=(*verdict.certificates, shown))
            found = _headline(own, verdict)
    if not isinstance(found, str) and not all(covers(found.scope, *size) for size in fixed.items()):
        found = f"that is {found.scope}"
    if not isinstance(found, str):
        return _under(verdict, own, found)
    finding = f"{verdict.status.value.lower()}, but not in the checker's words: {found}"
    statement = verdict.statement if verdict.claim == "equal" else statement_of(verdict.claim, shape)
    kept = tuple(c for c in verdict.certificates if check(c.as_json()).accepted)
    return replace(
        verdict, status=Status.UNDECIDED, statement=statement, scope=scope_at(shape, fixed), certificates=kept,
        conditions=tuple(own["conditions"]), witness={}, findings=(*verdict.findings, finding))


def is_carried(loss: Loss, verdict: Verdict) -> bool:
    """Tell whether the checker derives the verdict from its certificates."""
    return not isinstance(_headline(certificates.reading_of(loss), verdict), str)


def _headline(reading: Mapping[str, Any], verdict: Verdict) -> Headline | str:
    """Return the headline that the certificates carry, or why they carry none."""
    own = [c.as_json() for c in verdict.certificates]
    try:
        return headline(dict(reading), verdict.claim, verdict.status.value, own)
    except Reject as refusal:
        return str(refusal)


def _under(verdict: Verdict, reading: Mapping[str, Any], found: Headline) -> Verdict:
    conditions = (*reading.get("conditions", ()), *found.conditions)
    return replace(
        verdict, statement=found.statement, scope=found.scope, conditions=tuple(dict.fromkeys(conditions))
    )


def defined_somewhere(loss: Loss, expressions: Iterable[Expr], free: Mapping[str, str]) -> Certificate | None:
    """Return the certificate of a point at which all expressions have values; None where none was found."""
    nodes = [with_function(x, FUNCTIONS[0]) if has_functions(x) else x for x in expressions]
    frame = replace(loss, expr=Add(*nodes))  # so that every letter gets a value
    for sizes in sizes_for(frame)[:6]:
        for number in range(3):
            point = point_at(frame, sizes, number)
            labels = label_table(frame, sizes, Random(f"defined {number}"))
            full = Point(point.sizes, point.exp_s, {**point.arrays, "t": labels}, point.parameters, point.sets)
            env = {name: 1 for name in free}
            if _has_values(full, nodes, env):
                return certificates.defined(frame, nodes, free, Witness(full, (), "", False, labels, env))
    return None


def _has_values(point: Point, nodes: list[Expr], env: Mapping[str, int]) -> bool:
    try:
        evaluator = Evaluator(BallField(), point)
        for node in nodes:
            evaluator.value(node, {index(name): value for name, value in env.items()})
    except NmderiveError:
        return False
    return True


__all__ = ["defined_somewhere", "is_carried", "settled"]

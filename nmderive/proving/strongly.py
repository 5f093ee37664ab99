"""Judge whether a loss is strongly convex up to row shifts: convex less squares, or growing too slowly for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nmderive.calculus.symbols import M
from nmderive.evidence import Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.composed import over_functions, undecided
from nmderive.proving.convexity import judge_convex
from nmderive.proving.extents import judge_lipschitz, linear
from nmderive.proving.falls import place_of, shown
from nmderive.proving.strong import strongly_convex


def judge_strongly(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on "l is strongly convex in the logits, up to one shift a row"."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_strongly(one, claim, statement, sizes))
    base = undecided(loss, claim, statement, sizes)
    slow = judge_lipschitz(loss, claim, statement, sizes)
    if slow.status is Status.PROVED:
        text = "l is Lipschitz: it grows like the logits at most, and a strongly convex loss like their squares"
        least = ("m >= 2",) if M in loss.shape else ()
        return replace(base, status=Status.REFUTED, certificates=slow.certificates, findings=(text,),
                       conditions=(*loss.conditions, *least))
    found = strongly_convex(loss, replace(base, conditions=(*loss.conditions, "labels in [0, 1]")))
    if found is not None:
        return found
    bent = judge_convex(loss, claim, statement, sizes)
    if bent.status is Status.REFUTED:
        return bent
    level = next(linear(loss, sizes), None)
    if level is not None:
        labels = shown(level.data["point"].get("t", []))
        text = (f"along s = r {shown(level.data['direction'])} l is a multiple of r plus something bounded, at "
                f"{place_of(level)}, t = {labels}: a strongly convex loss grows like r^2")
        return replace(base, status=Status.REFUTED, scope=f"at {place_of(level)}", certificates=(level,),
                       findings=(text,))
    return replace(base, findings=("no multiple of the squares of the logits was found whose removal leaves l convex",))


__all__ = ["judge_strongly"]

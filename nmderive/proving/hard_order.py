"""Hard labels force the argmax where each label is a function of its own logit: one optimum, or one logit at a time."""

from __future__ import annotations

from dataclasses import replace

from nmderive.evidence import Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.extents import bounded_below
from nmderive.proving.residual import crossing, residual_certificate
from nmderive.proving.settled import is_carried
from nmderive.proving.strong import strongly_convex


def in_order(base: Verdict, loss: Loss) -> Verdict | None:
    """Return the proof by one optimum, at which each label is a function of its logit that does not fall."""
    labels = residual_certificate(loss)
    if labels is None:
        return None
    apart = _entry_by_entry(base, loss)
    if apart is not None:
        return apart
    text = "l is strongly convex: the minimum is attained, and there each label is a function that rises with its logit"
    proved = replace(base, certificates=(labels,), conditions=(*loss.conditions, "m >= 2"), findings=(text,))
    return strongly_convex(loss, proved, (False, True))


def _entry_by_entry(base: Verdict, loss: Loss) -> Verdict | None:
    """Return the proof for a sum of functions of one logit each: those for labels 0 rise where those for 1 fall."""
    place = crossing(loss)
    below = None if place is None else next(bounded_below(loss), None)
    if place is None or below is None:
        return None
    text = (f"l is a sum of functions of one logit each: where it is log {place.data['between']} those for labels 0 "
            "rise, and those for labels 1 fall")
    found = replace(base, status=Status.PROVED, certificates=(place, below), conditions=(*loss.conditions, "m >= 2"),
                    findings=(text,))
    return found if is_carried(loss, found) else None


__all__ = ["in_order"]

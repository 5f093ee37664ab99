"""Functions of several predictions or several labels: which of them are s and t, and what the others are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from nmderive.calculus.domains import Domain
from nmderive.calculus.symbols import N, array
from nmderive.errors import UsageError
from nmderive.tracing.roles import NEGATIVES, POSITIVES, PREDICTED, SIGNS, TEACHER, are_probabilities, written

#: Given arrays of the shape of the logits; labels beside t, as numbers and as classes; a column of the logits.
NUMBERS, OTHER_LABELS, OTHER_CLASS, COLUMN = "numbers", "other labels", "other class", "column"
#: Labels beside t that are probabilities by their name.
SHARES = "shares"
_UNIT = Domain(Fraction(0), Fraction(1), low_open=False, high_open=False)


def settled(arguments: Sequence[Any]) -> list[dict[str, Any]]:
    """Return what changes of every argument: one is the logits (or two are their columns), at most one the labels.

    Raises UsageError where the names do not tell which.
    """
    changes: list[dict[str, Any]] = [{} for _ in arguments]
    by_role = {role: [k for k, a in enumerate(arguments) if a.role == role]
               for role in (POSITIVES, NEGATIVES, TEACHER)}
    labels = [k for k, a in enumerate(arguments) if a.role in ("labels", SIGNS, "target class")]
    predictions = [k for k, a in enumerate(arguments) if a.role in PREDICTED]
    pair = by_role[POSITIVES] + by_role[NEGATIVES]
    if len(pair) == 2 and len(by_role[POSITIVES]) == 1 and not predictions:
        for k, value in ((by_role[POSITIVES][0], 1), (by_role[NEGATIVES][0], 2)):
            changes[k] = {"role": COLUMN, "value": value}
        predictions = pair[:1]
    elif pair:
        predictions += pair
    own = _logits(arguments, predictions)
    if own is not None and arguments[own].role in (POSITIVES, NEGATIVES) and not changes[own]:
        changes[own] = {"role": "logits"}
    teachers = by_role[TEACHER] + [k for k in predictions if k != own and not changes[k]]
    for k in teachers:
        is_label = not labels and k == teachers[0]
        changes[k] = {"role": TEACHER if is_label else NUMBERS, "value": array(written(arguments[k].name))}
        if any(c.get("role") == COLUMN for c in changes):
            changes[k] = {"role": "weights", "value": array(written(arguments[k].name)), "shape": (N,)}
    for k in sorted(labels, key=lambda k: (arguments[k].guessed, "teacher" in arguments[k].name, k))[1:]:
        changes[k] = _further(arguments[k])
    return changes


def _further(argument: Any) -> dict[str, Any]:
    if argument.role == "target class":
        return {"role": OTHER_CLASS, **shares(argument)}
    if argument.guessed and are_probabilities(argument.name):
        return {"role": SHARES, "value": array(written(argument.name), "positive"), "domain": Domain(Fraction(0))}
    return {"role": OTHER_LABELS, "value": array(written(argument.name), "nonnegative"), "domain": _UNIT}


def shares(argument: Any) -> dict[str, Any]:
    """Return what a further target class is in formulas: positive numbers, of which labels are the shares."""
    if argument.role == "labels":
        return {}
    return {"value": array(written(argument.name), "positive"), "domain": Domain(Fraction(0))}


def _logits(arguments: Sequence[Any], predictions: Sequence[int]) -> int | None:
    """Return which one is the logits; raise UsageError where several may be."""
    if len(predictions) < 2:
        return next(iter(predictions), None)
    declared = [k for k in predictions if not arguments[k].guessed]
    named = declared or [k for k in predictions if arguments[k].name in ("logits", "logit")]
    if len(named) == 1:
        return named[0]
    first, other = (arguments[k].name for k in predictions[:2])
    said = " and ".join(arguments[k].name for k in predictions)
    raise UsageError(
        f"{said} both hold predictions, and nothing tells which of them is trained",
        hint=f"--let '{first}: logits' for the one that is; the other is read as the logits of the labels, "
             f"or as given numbers with --let '{other}_ij'",
    )


__all__ = ["COLUMN", "NUMBERS", "OTHER_CLASS", "OTHER_LABELS", "SHARES", "settled", "shares"]

"""Losses without a value at hard labels, as the relative entropy to them: the logarithm of 0, a division by it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from .evaluate import Evaluator, Point
from .reject import Reject, Undefined
from .values import ZERO, Arithmetic, Imprecise, Value, exact


def at_hard_labels(reading: Mapping[str, Any], sizes: Mapping[str, int]) -> bool:
    """Whether a loss of logits and labels alone has values at soft labels, and at the same logits none at hard ones.

    It is looked at for one row of two and of three classes, or at the sizes that are fixed. Losses with letters whose
    values are open are not.
    """
    letters = reading.get("parameters") or reading.get("arrays") or reading.get("square")
    if letters or "m" not in reading["shape"]:
        return False
    n = sizes.get("n", 1)
    return sizes.get("m", 2) > 1 and all(
        _has_value(reading, n, [(k, m * (m + 1) // 2) for k in range(1, m + 1)]) is True
        and _has_value(reading, n, [(int(k == 1), 1) for k in range(1, m + 1)]) is False
        for m in ([sizes["m"]] if "m" in sizes else (2, 3))
    )


def _has_value(reading: Mapping[str, Any], n: int, labels: list[tuple[int, int]]) -> bool | None:
    """Whether the loss is defined where n rows have these labels, the logits log 2, log 3, ...; None where open."""
    numbers = Arithmetic(128)
    m = len(labels)
    size = {"n": n, "m": m}
    entries = list(product(*(range(1, size[x] + 1) for x in reading["shape"])))
    rows: dict[str, list[Value]] = {
        "s": [numbers.log(exact(k + 2)) for k in range(m)],
        "t": [numbers.mul(exact(a), numbers.inverse(exact(b))) for a, b in labels],
    }
    point = Point(size)
    for name, values in rows.items():
        point.arrays[name] = {entry: (values[entry[-1] - 1], ZERO) for entry in entries}
        point.spans[name] = tuple(reading["shape"])
    try:
        Evaluator(point, numbers).dual(reading["loss"], {})
    except Undefined:
        return False
    except (Reject, Imprecise, ArithmeticError, LookupError, TypeError, ValueError):
        return None
    return True

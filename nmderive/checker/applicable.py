"""Whether a claim has a meaning for a loss: labels, classes, rows, and enough of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import trees, undefined

_REASONS = {
    "labels": "the loss has no labels",
    "labels or class sets": "the loss has no labels and no class sets",
    "classes": "binary tasks with one logit each have no classes",
    "rows": "the loss is that of one sample",
    "n = 1": "the claim is about one sample",
    "m = 2": "the claim is about two classes",
    "n >= 2": "one sample is coupled with no other",
    "m >= 2": "there is only one class",
    "hard labels": "the loss has no value at hard labels",
    "any labels": "the logits are a square matrix, n = m, and t_ij = [i = j]: the loss has no other labels",
}


def reason(needs: tuple[str, ...], reading: Mapping[str, Any], sizes: Mapping[str, int]) -> str:
    """Why a claim that needs these has no meaning, an empty string where it has."""
    return next((_REASONS[need] for need in needs if not _is_met(need, reading, sizes)), "")


def _is_met(need: str, reading: Mapping[str, Any], sizes: Mapping[str, int]) -> bool:
    shape, loss = list(reading["shape"]), reading["loss"]
    if need in ("labels", "labels or class sets"):
        sets = need != "labels" and {"Omega_pos", "Omega_neg"} & trees.names(loss)
        return trees.mentions(loss, "t") or bool(sets)
    if need in ("classes", "rows"):
        return ("m" if need == "classes" else "n") in shape
    if need == "any labels":
        return not reading.get("square")
    if need == "hard labels":
        return not undefined.at_hard_labels(reading, sizes)
    name, relation, number = need.split()
    fixed = sizes.get(name, int(number)) if name in shape else int(number)
    least = reading.get("least", {}).get(name, 1)  # code that treats a single sample apart is read for more
    return least <= fixed == int(number) if relation == "=" else fixed >= int(number)

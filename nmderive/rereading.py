"""Read the formula of a dossier again: what it says must be what its certificates speak of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from nmderive.losses.catalogue import find, knows, load
from nmderive.notation import to_latex
from nmderive.proving import certificates


def reread(reading: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what a dossier's reading gives when it is read anew; None where its source is no text.

    For a loss: "loss" (its name or source), "latex", and the "reading"; for an equation "equations", one a verdict.
    """
    if "sides" in reading:
        return _equation(reading)
    name, source = str(reading.get("name", "")), str(reading.get("source", ""))
    if reading.get("form") in ("sympy", "code") or not name and not source:
        return None
    loss = load(name) if name and knows(name) else find(source, reading.get("lets", ()), reading.get("form") or None)
    return _plain({
        "loss": name or loss.source, "latex": to_latex(loss.expr),
        "reading": {**certificates.reading_of(loss), "source": loss.source},
    })


def _equation(reading: Mapping[str, Any]) -> dict[str, Any]:
    from nmderive.equal import read_equations

    sides, asked = list(reading["sides"]), dict(reading)
    latex, equations = read_equations(
        sides[0], sides[1] if len(sides) > 1 else None, lets=asked.get("lets", ()), form=asked.get("form"),
        order=asked.get("order"), hard_labels=bool(asked.get("hard_labels")),
    )
    return _plain({"loss": "is A = B?", "latex": latex, "equations": equations})


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data as JSON gives it back."""
    return dict(json.loads(json.dumps(data)))

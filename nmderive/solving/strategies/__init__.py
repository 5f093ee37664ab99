"""The strategies, one a file; found by their place, cheap ones first.

A strategy module has ``TITLE``, ``COST`` (rank), ``STEPS`` (its budget), ``WORKER`` (True: it runs in a process of its
own that can be killed), and ``search(loss, direction) -> Finding``. What counts no steps has ``CLOCK``, when the clock
ends it; a method of others, which is only to be compared with, has ``BASELINE``.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Protocol, cast

from nmderive.losses.loss import Loss
from nmderive.solving.record import Direction, Finding


class Strategy(Protocol):
    """What a strategy module offers."""

    TITLE: str
    COST: int
    STEPS: int
    WORKER: bool

    def search(self, loss: Loss, direction: Direction) -> Finding:
        """Search for the optimum in one direction."""


def strategies() -> dict[str, Strategy]:
    """Return all strategies by name, cheap ones first."""
    stems = sorted(p.stem for p in Path(__file__).parent.glob("[a-z]*.py"))
    found = {stem: cast(Strategy, importlib.import_module(f"nmderive.solving.strategies.{stem}")) for stem in stems}
    return dict(sorted(found.items(), key=lambda item: item[1].COST))

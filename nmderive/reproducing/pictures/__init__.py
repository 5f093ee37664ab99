"""Pictures of what the claims say, one a file: ``numbers()`` computes, ``draw(numbers)`` returns SVG.

Each file has TITLE, CAPTION, CLAIM (the id that it belongs to), and ``table(numbers)``, the same in a few rows.
Pictures are evidence, never verdicts.
"""

from __future__ import annotations

import importlib
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from nmderive.reproducing.jobs import Job


def names() -> list[str]:
    """Return the names of all pictures."""
    return sorted(p.stem for p in Path(__file__).parent.glob("[a-z]*.py"))


def picture(name: str) -> ModuleType:
    """Return the file of one picture."""
    return importlib.import_module(f"{__name__}.{name}")


def jobs() -> list[Job]:
    """Return the work: the numbers of each picture."""
    return [Job(f"picture {name}", f"pictures/{name}.json", name, partial(_numbers, name)) for name in names()]


def _numbers(name: str) -> dict[str, Any]:
    own = picture(name)
    return {"schema": "nmderive-picture/1", "picture": name, "title": own.TITLE, "caption": own.CAPTION,
            "claim": own.CLAIM, "numbers": own.numbers()}

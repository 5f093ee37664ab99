"""Code that a user can copy: one format a file, each with ``render(loss) -> str``; the file's name is the format."""

from __future__ import annotations

import importlib
from pathlib import Path

from nmderive.errors import UsageError
from nmderive.losses.loss import Loss


def export_names() -> list[str]:
    """Return the names of all export formats."""
    return sorted(p.stem for p in Path(__file__).parent.glob("[a-z]*.py"))


def render(loss: Loss, form: str) -> str:
    """Return value and gradient of ``loss`` as a module in the format ``form``."""
    if form not in export_names():
        raise UsageError(f"there is no export {form!r}", hint="one of: " + ", ".join(export_names()))
    return str(importlib.import_module(f"nmderive.export.{form}").render(loss))

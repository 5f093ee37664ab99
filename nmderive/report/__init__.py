"""Renderings of a dossier, one format a file: ``render(dossier) -> str``; the file's name is the format."""

from __future__ import annotations

import importlib
from pathlib import Path

from nmderive.errors import UsageError
from nmderive.evidence import Dossier


def format_names() -> list[str]:
    """Return the names of all report formats."""
    return sorted(p.stem for p in Path(__file__).parent.glob("[a-z]*.py"))


def render(dossier: Dossier, form: str) -> str:
    """Return ``dossier`` in the format ``form``."""
    if form not in format_names():
        raise UsageError(f"there is no report format {form!r}", hint="one of: " + ", ".join(format_names()))
    module = importlib.import_module(f"nmderive.report.{form}")
    return str(module.render(dossier))

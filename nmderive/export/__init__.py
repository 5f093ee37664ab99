"""Code that a user can copy: one format a file, each with ``render(loss) -> str``; the file's name is the format."""

from __future__ import annotations

import importlib
from pathlib import Path

from nmderive.errors import UsageError
from nmderive.losses.loss import Loss
from nmderive.numeric.module_text import argument
from nmderive.numeric.targets.order_text import ORDERS, in_order_text


def export_names() -> list[str]:
    """Return the names of all export formats."""
    return sorted(p.stem for p in Path(__file__).parent.glob("[a-z]*.py"))


def render(loss: Loss, form: str, order: str = "written") -> str:
    """Return value and gradient of ``loss`` as a module in the format ``form``.

    ``order="random"`` adds the loss with its classes counted in an order that is drawn at each call. Raises UsageError
    for an unknown format or order, and for a loss in which no classes are counted in a circle.
    """
    if form not in export_names():
        raise UsageError(f"there is no export {form!r}", hint="one of: " + ", ".join(export_names()))
    if order not in ORDERS:
        raise UsageError(f"there is no order {order!r} of the classes", hint="one of: " + ", ".join(ORDERS))
    keywords = tuple(argument(p.name) for p in loss.parameters)
    more = "" if order == "written" else "\n\n" + in_order_text(loss, form, keywords)
    return str(importlib.import_module(f"nmderive.export.{form}").render(loss)) + more

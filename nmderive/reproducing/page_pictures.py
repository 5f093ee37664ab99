"""A picture on the page: panels, caption, and its numbers folded under it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nmderive.pages.html import prose
from nmderive.plots.figure import figure_html
from nmderive.reproducing.pictures import picture


def figure(data: Mapping[str, Any]) -> str:
    """Return the picture, or why there is none."""
    if "numbers" not in data:
        return f"<p>{prose(data['name'])}: {prose(data['fault'])}</p>"
    own = picture(data["picture"])
    return figure_html(data["picture"], data["title"], data["caption"], own.draw(data["numbers"]),
                       own.table(data["numbers"]))

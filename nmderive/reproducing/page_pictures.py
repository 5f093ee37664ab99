"""A picture on the page: panels, caption, and its numbers folded under it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from nmderive.pages.html import folded, prose
from nmderive.reproducing.pictures import picture


def figure(data: Mapping[str, Any]) -> str:
    """Return the picture, or why there is none."""
    if "numbers" not in data:
        return f"<p>{prose(data['name'])}: {prose(data['fault'])}</p>"
    own = picture(data["picture"])
    head, rows = own.table(data["numbers"])
    lines = "".join(f"<tr><th>{escape(row[0])}</th>{''.join(f'<td>{escape(x)}</td>' for x in row[1:])}</tr>"
                    for row in rows)
    table = f"<tr>{''.join(f'<th>{escape(x)}</th>' for x in head)}</tr>{lines}"
    return (f'<figure id="picture-{data["picture"]}"><div class="panels">{"".join(own.draw(data["numbers"]))}</div>'
            f"<figcaption><b>{prose(data['title'])}.</b> {prose(data['caption'])}"
            f'{folded("Numbers", f"""<div class="wide"><table>{table}</table></div>""")}</figcaption></figure>')

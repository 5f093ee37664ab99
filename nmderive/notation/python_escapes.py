r"""LaTeX out of a Python string without an r in front: ``"\frac"`` has a form feed, ``"\theta"`` a tab.

Such a text would be read as another formula, ``rac``, or be refused for a reason that helps nobody.
"""

from __future__ import annotations

import re

from nmderive.errors import ParseError, Span

_NAMES = {"\a": "a", "\b": "b", "\f": "f", "\v": "v", "\t": "t", "\n": "n", "\r": "r"}
#: Form feeds, bells and the like stand in no formula; tabs and ends of lines do, unless a command's rest follows.
_MADE = re.compile(
    r"[\a\b\f\v](?=([A-Za-z]+))|\t(?=(au|ext|heta|imes|ilde|frac|anh)(?![A-Za-z]))"
    r"|\n(?=(eq|abla)(?![A-Za-z]))|\r(?=(ho|ight|angle)(?![A-Za-z]))"
)


def refuse_python_escapes(text: str) -> None:
    """Raise ParseError where Python has made a control character of a command's backslash and letter."""
    found = _MADE.search(text)
    if found is None:
        return
    command = "\\" + _NAMES[found[0]] + next(rest for rest in found.groups() if rest)
    shown = "".join("\\" + _NAMES[c] if c in "\a\b\f\v" or _MADE.match(text, k) else c for k, c in enumerate(text))
    start = shown.find(command)
    raise ParseError(
        f"Python has made one character of the first two of {command}", source=shown,
        span=Span(start, start + len(command)), hint=f'put an r before the string: r"... {command} ..."',
    )


__all__ = ["refuse_python_escapes"]

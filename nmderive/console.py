"""What a terminal cannot show is spelt in what it can: no output ends in an encoding error."""

from __future__ import annotations

import codecs
import json
import sys
import unicodedata

_SPELT = {
    "∂": "d", "∑": "sum", "∏": "prod", "−": "-", "≥": ">=", "≤": "<=", "≠": "!=", "∈": " in ", "·": "*", "×": "x",
    "∞": "inf", "→": "->", "⇔": "<=>", "√": "sqrt", "–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"',
    "…": "...",
    "│": "|", "─": "-", "\u0304": "_mean", "\u0305": "_mean",
}
_MARKS = {"<super>": "^", "<sub>": "_"}


def speak_what_the_terminal_knows() -> None:
    """Have standard output and error spell what their encoding lacks."""
    codecs.register_error("nmderive", _spelt)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)  # a stream that a test or a notebook put there has none
        if reconfigure is not None:
            reconfigure(errors="nmderive")


def knows_unicode() -> bool:
    """Tell whether standard output can show a formula with signs of its own."""
    try:
        "∂∑−≥".encode(sys.stdout.encoding or "ascii")
    except (UnicodeError, LookupError):
        return False
    return True


def printed(text: str, form: str) -> None:
    """Print a report; what is data for a program keeps its characters, in that form's own way to write them."""
    if not knows_unicode() and form == "json":
        text = "".join(c if c.isascii() else json.dumps(c)[1:-1] for c in text)
    elif not knows_unicode() and form == "html":
        text = text.encode("ascii", "xmlcharrefreplace").decode()
    print(text)


def _spelt(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_spelling(c) for c in error.object[error.start : error.end]), error.end


def _spelling(character: str) -> str:
    """Return the character in ASCII: a name, a plain letter with a mark for its place, or a question mark."""
    if character in _SPELT:
        return _SPELT[character]
    name, parts = unicodedata.name(character, ""), unicodedata.decomposition(character).split()
    if name.startswith("GREEK"):
        return name.split()[-1].lower()
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return _MARKS.get(parts[0] if parts else "", "") + plain or "?"


__all__ = ["knows_unicode", "printed", "speak_what_the_terminal_knows"]

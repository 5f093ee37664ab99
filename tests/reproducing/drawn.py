"""What a browser draws of MathML, and what the page's font has."""

from pathlib import Path
from xml.etree import ElementTree

from nmderive.pages import html

IN_FONT = (Path(html.__file__).parent / "maths-characters.txt").read_text(encoding="utf-8").rstrip("\n")


def drawn(mathml):
    """Return the characters that a browser draws: one letter alone in an mi is in italics."""
    root = ElementTree.fromstring(mathml)
    for node in root.iter():
        for text in (node.text or "", node.tail or ""):
            if node.tag == "mi" and len(text) == 1 and node.get("mathvariant") != "normal" and text is node.text:
                text = _italic(text)
            yield from text


def _italic(letter):
    if letter == "h":
        return "ℎ"
    for first, last, base in (("A", "Z", 0x1D434), ("a", "z", 0x1D44E), ("Α", "Ω", 0x1D6E2), ("α", "ω", 0x1D6FC)):
        if first <= letter <= last:
            return chr(base + ord(letter) - ord(first))
    return letter

"""Parts of pages: formulas as MathML, the font that draws them, prose."""

import re
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nmderive.errors import UnsupportedError
from nmderive.losses.catalogue import load, names
from nmderive.notation import to_latex
from nmderive.notation.mathml import to_mathml
from nmderive.pages import html
from nmderive.pages.html import formula, prose
from nmderive.reproducing.source import entries

IN_FONT = (Path(html.__file__).parent / "maths-characters.txt").read_text(encoding="utf-8").rstrip("\n")
FORMULAS = [e.latex for e in entries().values() if e.latex]
FORMULAS += [to_latex(x) for name in names() for x in (load(name).expr, load(name).gradient)]


@pytest.mark.parametrize(("latex", "inner"), [
    (r"\frac{a}{2}", "<mfrac><mi>a</mi><mn>2</mn></mfrac>"),
    (r"\tfrac12", '<mfrac displaystyle="false"><mn>1</mn><mn>2</mn></mfrac>'),
    (r"\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
    (r"a<b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
])
def test_latex_becomes_mathml(latex, inner):
    assert to_mathml(latex, display=False) == f"<math>{inner}</math>"


@pytest.mark.parametrize("latex", [
    r"\evil{x}", "{a", "a}", r"\left(a", r"\frac{a}", "^", "{" * 500, "{" * 500 + "}" * 500, "(" * 5000, r"\{" * 5000,
    r"\sqrt" * 50000 + " x", r"\left(" * 5000, r"\href{javascript:x}{y}",
])
def test_what_is_not_understood_is_refused(latex):
    with pytest.raises(UnsupportedError):
        to_mathml(latex)


def _drawn(mathml):
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


@pytest.mark.parametrize("latex", FORMULAS)
def test_every_formula_becomes_well_formed_mathml_in_the_fonts_characters(latex):
    mathml = to_mathml(latex)
    assert set(_drawn(mathml)) <= set(IN_FONT)
    assert formula(latex) == f'<div class="math">{mathml}</div>'


def test_the_style_carries_the_font_and_asks_for_nothing_else():
    style = html.style()
    assert re.findall(r"url\((.{21})", style) == ["data:font/woff2;base6"]
    assert "@import" not in style and "http" not in style and len(style) < 50_000


def test_what_has_no_mathml_is_shown_as_latex():
    assert formula(r"\evil{<b>}") == r"<pre><code>\evil{&lt;b&gt;}</code></pre>"


def test_prose_escapes_and_sets_subscripts():
    assert prose("s_ij >= <b> & Omega_pos") == "<i>s</i><sub>ij</sub> ≥ &lt;b&gt; &amp; <i>Ω</i><sub>pos</sub>"
    assert unescape(prose("a < b")) == "a < b"

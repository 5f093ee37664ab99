"""Parts of pages: formulas as MathML, the font that draws them, prose."""

import re
from html import unescape

import pytest
from reproducing.drawn import IN_FONT, drawn

from nmderive.errors import UnsupportedError
from nmderive.losses.catalogue import load, names
from nmderive.notation import to_latex
from nmderive.notation.mathml import to_mathml
from nmderive.pages import html
from nmderive.pages.html import formula, prose
from nmderive.reproducing.source import entries

FORMULAS = [e.latex for e in entries().values() if e.latex]
FORMULAS += [to_latex(x) for name in names() for x in (load(name).expr, load(name).gradient)]


@pytest.mark.parametrize(("latex", "inner"), [
    (r"\frac{a}{2}", "<mfrac><mi>a</mi><mn>2</mn></mfrac>"),
    (r"\tfrac12", '<mfrac displaystyle="false"><mn>1</mn><mn>2</mn></mfrac>'),
    (r"\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
    (r"\operatorname{softmax} a", '<mrow><mi>softmax</mi><mo lspace="0.1667em">&#x2061;</mo><mi>a</mi></mrow>'),
    (r"a<b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
])
def test_latex_becomes_mathml(latex, inner):
    assert to_mathml(latex, display=False) == f"<math>{inner}</math>"


@pytest.mark.parametrize("latex", [
    r"\evil{x}", "{a", "a}", r"\left(a", r"\frac{a}", "^", "{" * 500, "{" * 500 + "}" * 500, "(" * 5000, r"\{" * 5000,
    r"\sqrt" * 50000 + " x", r"\left(" * 5000, r"\newcommand{\a}{\a\a}\a", r"\href{javascript:x}{y}",
])
def test_what_is_not_understood_is_refused(latex):
    with pytest.raises(UnsupportedError):
        to_mathml(latex)


@pytest.mark.parametrize("latex", FORMULAS)
def test_every_formula_becomes_well_formed_mathml_in_the_fonts_characters(latex):
    mathml = to_mathml(latex)
    assert set(drawn(mathml)) <= set(IN_FONT)
    assert formula(latex).startswith('<div class="math"') and formula(latex).endswith(f'>{mathml}</div>')


def test_the_style_carries_the_font_and_asks_for_nothing_else():
    style = html.style()
    assert re.findall(r"url\((.{21})", style) == ["data:font/woff2;base6"]
    assert "@import" not in style and "http" not in style and len(style) < 50_000


def test_what_has_no_mathml_is_shown_as_latex():
    assert formula(r"\evil{<b>}") == r"<pre><code>\evil{&lt;b&gt;}</code></pre>"


def test_prose_escapes_and_sets_subscripts():
    assert prose("s_ij >= <b> & Omega_pos") == "<i>s</i><sub>ij</sub> ≥ &lt;b&gt; &amp; <i>Ω</i><sub>pos</sub>"
    assert unescape(prose("a < b")) == "a < b"


def test_prose_sets_powers_sums_and_exponents():
    assert prose("sum_i t_k^2") == "∑<sub>i</sub> <i>t</i><sub>k</sub><sup>2</sup>"
    assert prose("e^(a_j)") == "<i>e</i><sup><i>a</i><sub>j</sub></sup>"
    assert prose("dl/ds_ij (M X)_j") == "dl/<i>ds</i><sub>ij</sub> (M X)<sub>j</sub>"

"""LaTeX formulas as MathML, for pages without JavaScript; math-core converts, here is what it is not asked to do."""

from __future__ import annotations

import re

from math_core import LatexError, LatexToMathML

from nmderive.errors import UnsupportedError

#: The converter recurses: a formula nested more deeply than any that is read would end the process. Its time doubles
#: with every bracket that is left open.
_MAX_DEPTH, _MAX_OPEN = 100, 12
_OPENS = re.compile(r"\\[{}]|\{|\}|\\left(?![A-Za-z])|\\right(?![A-Za-z])")
_CHAIN = re.compile(rf"(?:\\[A-Za-z]+\s*){{{_MAX_DEPTH},}}")
#: A space of no width before a name, which changes nothing.
_SPACED = re.compile(r"<mrow><mspace/>(<mi[^>]*>[^<]*</mi>)</mrow>")
_STEP = {"{": 1, "\\left": 1, "}": -1, "\\right": -1}
_CONVERTER = LatexToMathML(fancy_error=False, max_expansions=100)


def to_mathml(latex: str, display: bool = True) -> str:
    """Return the formula as one ``math`` element, well-formed XML; raises UnsupportedError for what is not known."""
    if _depth(latex) > _MAX_DEPTH or _CHAIN.search(latex):
        raise UnsupportedError("the formula is nested too deeply")
    if any(latex.count(a) - latex.count(b) > _MAX_OPEN for a, b in ("()", "[]", ("\\{", "\\}"))):
        raise UnsupportedError("too many brackets are left open")
    try:
        found = _CONVERTER.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        raise UnsupportedError(f"no MathML for this formula: {error}") from error
    return _SPACED.sub(r"\1", found).replace("&ApplyFunction;", "&#x2061;")  # XML does not know the name


def _depth(latex: str) -> int:
    depth = deepest = 0
    for token in _OPENS.findall(latex):
        depth += _STEP.get(token, 0)
        deepest = max(deepest, depth)
    return deepest

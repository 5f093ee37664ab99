"""Parts of documents in LaTeX: plain text and sentences escaped, formulas that fit the line, lists, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nmderive.pages.prose import pieces

#: Defines ``\\formula{...}``: a displayed formula, scaled down where it is wider than the line. Needs graphicx.
FORMULA = r"""\newsavebox{\formulabox}
\newcommand{\formula}[1]{\savebox{\formulabox}{$\displaystyle #1$}%
  \[\ifdim\wd\formulabox>\linewidth\resizebox{\linewidth}{!}{\usebox{\formulabox}}\else\usebox{\formulabox}\fi\]}"""
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\ensuremath{<}", ">": r"\ensuremath{>}",
    "|": r"\textbar{}", "“": "``", "”": "''",
}
_LETTERS = {"sum": r"\textstyle\sum", "prod": r"\textstyle\prod", "Omega": r"\Omega"}


def escaped(text: str) -> str:
    """Return plain text for LaTeX; what pdflatex's fonts may not have becomes a question mark."""
    return "".join(_SPECIAL.get(c, c if c.isascii() else "?") for c in text)


def prose(text: str) -> str:
    """Return a sentence, with s_ij, t_k^2 and sum_j set as mathematics."""
    return "".join(_signs(plain) + (f"${_set(base, script)}$" if script else "")
                   for plain, base, script in pieces(text.replace("\\log", "log")))


def _set(base: str, script: str) -> str:
    below, _, above = script.removeprefix("_").partition("^")
    word = rf"\mathrm{{{below}}}" if len(below) > 2 and below.isalpha() else escaped(below)
    inner = "".join(escaped(plain) + (_set(b, x) if x else "") for plain, b, x in pieces(above))
    return _LETTERS.get(base, base or "{}") + (f"_{{{word}}}" if below else "") + (f"^{{{inner}}}" if above else "")


def _signs(text: str) -> str:
    text = escaped(text)
    for word, sign in ((r"\ensuremath{>}=", r"\ge"), (r"\ensuremath{<}=", r"\le"), ("!=", r"\ne")):
        text = text.replace(word, rf"\ensuremath{{{sign}}}")
    return text


def itemised(kind: str, items: Sequence[str]) -> list[str]:
    """Return the lines of a list of that kind; none where there are no items."""
    return [rf"\begin{{{kind}}}\itemsep0pt\small", *items, rf"\end{{{kind}}}"] if items else []


def table(head: Sequence[str], rows: Iterable[Sequence[str]], columns: str) -> list[str]:
    """Return the lines of a centred table; the cells are LaTeX."""
    lines = [" & ".join(head) + r" \\ \hline", *(" & ".join(row) + r" \\" for row in rows)]
    return [r"\begin{center}\footnotesize", rf"\begin{{tabular}}{{{columns}}}", *lines, r"\end{tabular}",
            r"\end{center}"]

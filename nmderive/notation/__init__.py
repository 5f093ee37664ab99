"""Losses as people write them: LaTeX and plain text in, LaTeX and plain text out."""

from nmderive.notation.ast import environment_of, free_index_symbols, from_ast, to_ast
from nmderive.notation.declarations import MARGIN, Declarations
from nmderive.notation.interchange import from_sympy, to_sympy
from nmderive.notation.parsing import parse
from nmderive.notation.printers import to_latex, to_text, to_unicode
from nmderive.notation.statement import Statement

__all__ = [
    "MARGIN",
    "Declarations",
    "Statement",
    "environment_of",
    "free_index_symbols",
    "from_ast",
    "from_sympy",
    "parse",
    "to_ast",
    "to_latex",
    "to_sympy",
    "to_text",
    "to_unicode",
]

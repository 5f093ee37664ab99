"""Reading a text: LaTeX or plain, in this program's letters or as it was published."""

from __future__ import annotations

import re

from nmderive.errors import ParseError, Span, UnsupportedError
from nmderive.notation.ast import free_index_symbols
from nmderive.notation.declarations import Declarations
from nmderive.notation.limits import MAX_CHARACTERS
from nmderive.notation.missing_brackets import BRACKETS_MISSING
from nmderive.notation.python_escapes import refuse_python_escapes
from nmderive.notation.source import Source
from nmderive.notation.statement import Statement

_TEXT_CALL = re.compile(
    r"\w\[|\b(sum|prod|mean|exp|log|softmax|sigmoid|softplus|logit|tanh|cosh|sinh|sqrt|diff|logsumexp|"
    r"abs|sign|max|min|relu|clip)\("
)


def parse(text: str, declarations: Declarations | None = None, form: str | None = None) -> Statement:
    """Read ``text``, LaTeX or plain; ``form`` is ``"latex"``, ``"text"`` or None to detect it."""
    if len(text) > MAX_CHARACTERS:
        raise ParseError(
            f"the text has {len(text)} characters", hint=f"at most {MAX_CHARACTERS} characters are read"
        )
    if form not in (None, "latex", "text"):
        raise ParseError(f"unknown form {form!r}", hint="forms are 'latex' and 'text'")
    refuse_python_escapes(text)
    declared, is_told, form = declarations or Declarations(), form is not None, form or detect(text)
    may_be_paper = form == "latex" or not is_told and _TEXT_CALL.search(text) is None  # L = H(y, p) has no command
    try:
        return _read(text, declared, form, may_be_paper)
    except RecursionError:
        raise ParseError(
            "the formula is nested too deeply",
            source=text,
            span=Span(0, 1),
            hint="split it with a definition: u = ...",
        ) from None


def _read(text: str, declarations: Declarations, form: str, may_be_paper: bool) -> Statement:
    """Read in this program's letters; where that fails, as a published formula, if its roles can be told."""
    from nmderive.notation.paper import read_paper  # that module imports this one

    if (declarations.targets or declarations.signs or declarations.is_against_own_letters) and form == "latex":
        paper = read_paper(text, declarations)
        if paper is not None:
            return paper
    source = Source(text, declarations, form)
    try:
        plain = source.statement()
    except (ParseError, UnsupportedError) as error:
        paper = read_paper(text, declarations, error, source.stage) if may_be_paper else None
        if paper is None:
            raise error from None
        return paper
    is_open = form == "latex" and any(map(free_index_symbols, plain.sides))
    return (_with_brackets(text, declarations) if is_open else None) or plain


def _with_brackets(text: str, declarations: Declarations) -> Statement | None:
    """Return the reading of a published formula whose brackets were missing; None where they were not."""
    from nmderive.notation.paper import read_paper  # that module imports this one

    try:
        found = read_paper(text, declarations)
    except (ParseError, UnsupportedError):
        return None
    return found if found is not None and BRACKETS_MISSING in found.read_as else None


def detect(text: str) -> str:
    """Return the form that ``text`` is written in."""
    if "\\" in text or "$" in text or "{" in text:
        return "latex"
    if _TEXT_CALL.search(text):
        return "text"
    is_subscripted = any(a == "_" and _is_latex_subscript(text, k) for k, a in enumerate(text))
    return "latex" if is_subscripted else "text"


def _is_latex_subscript(text: str, at: int) -> bool:
    """Tell s_i (LaTeX) from s_bar, s_neg and Omega_neg (names of the text form)."""
    end = at + 1
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return end - at == 2

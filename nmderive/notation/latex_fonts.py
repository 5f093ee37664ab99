r"""Commands of LaTeX that only choose a font, and what is set in it: words, functions, rows in bold print."""

from __future__ import annotations

import re
from collections.abc import Callable

from lark import Token

from nmderive.errors import NmderiveError
from nmderive.notation import latex_tokens as known
from nmderive.notation.conditionals import base_of
from nmderive.notation.printed_numbers import number_in_type

#: A word of which some letters are in a font of their own: \mathbf{CDW\text{-}CE}.
_INNER_FONT = re.compile(rf"\\(?:{'|'.join(known.FONTS - {'operatorname*'})})\s*\{{([A-Za-z0-9 \-]*)\}}")
_WORD_IN_FONTS = re.compile(rf"\s*\{{[A-Za-z0-9 \-]*(?:{_INNER_FONT.pattern}[A-Za-z0-9 \-]*)+\}}")
_WORDS = {"where", "with", "and", "for", "or", "equivalently", "or equivalently", "that is", "i.e.", "hence", "thus",
          "s.t.", "subject to", "such that", "for any", "for some"}
#: Words of three letters or more in brackets or with signs, which are no product of letters.
_REMARK = re.compile(r"[^\\${}_^=+*/|]*\b[A-Za-z]{3,}\b[^\\${}_^=+*/|]*")
#: Commands that set words, and never a formula of single letters.
_OF_WORDS = frozenset(["text", "textrm", "textit", "textbf", "mbox", "textnormal"])
SAID_IN_WORDS = "leave them out if the loss is the same without them; for what they name write a letter"


#: One letter with an accent, all of it in braces.
_ACCENTED = re.compile(rf"\s*\{{\s*\\({'|'.join(known.ACCENTS)})\s*(?:\{{\s*(\\?[A-Za-z]+)\s*\}}|([A-Za-z]))\s*\}}")
_BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm|pmb|vec|bf)(?![A-Za-z])|\{\s*\\bf(?![A-Za-z])")
_BOLD_BEFORE = re.compile(r"\\(?:mathbf|boldsymbol|bm|pmb|vec|bf)\s*\{?\s*$")
_ROW_LOGGED = re.compile(r"\}?\s*\\(?:log|ln)(?![A-Za-z_^])")
#: A font that is switched to in braces, {\rm CE}: read as \rm {CE}, which is as long.
SWITCHED = re.compile(r"\{(\\(?:rm|bf|cal|it|sf|tt))(?![A-Za-z])(\s*)([^{}]*)\}")


class FontLexer:
    """The part of ``latex_lexer.LatexLexer`` for fonts; the attributes are those of the whole."""

    is_paper: bool
    source: str
    words: frozenset[str]
    tokens: list[Token]
    position: int
    end: int
    fail: Callable[..., NmderiveError]
    _add: Callable[..., None]
    _number: Callable[..., None]
    _symbol: Callable[..., None]
    _refuse: Callable[..., None]
    _braced: Callable[..., str]
    _is_above: Callable[..., bool]

    def _is_transposed(self, at: int) -> bool:
        r"""Tell whether a T above turns a row: one in bold print, \mathbf{y}_i^T, or a whole one, y^T \log p."""
        at -= 1 + (self.tokens[at].type == "LBRACE")
        base = base_of(self.tokens, at) if at >= 0 else None
        while base is not None and base > 0 and self.tokens[base].type in ("RBRACE", "LBRACE"):
            base -= 1
        if base is None or base < 0:
            return False
        start = self.tokens[base].start_pos or 0
        is_row = base == at and str(self.tokens[base]) in ("y", "q") and _ROW_LOGGED.match(self.source, self.position)
        is_bold = _BOLD.match(self.source, start) or _BOLD_BEFORE.search(self.source[:start])
        return bool(is_row and "^S" not in self.source or is_bold)

    def _font(self, name: str, start: int) -> None:
        if not re.compile(r"\s*\{").match(self.source, self.position, self.end):
            return
        inside = self.position
        if (typed := number_in_type(self.source, inside, self.end)) is not None:
            self.position = typed[1]
            return self._number(typed[0], start)
        if (accented := _ACCENTED.match(self.source, self.position, self.end)) is not None:
            self.position = accented.end()  # \mathbf{\hat{y}}_i is \hat{\mathbf{y}}_i
            letter = (accented[2] or accented[3]).strip("\\")
            for kind, text in (("ACCENT", known.ACCENTS[accented[1]]), ("LBRACE", "{"), ("LETTER", letter),
                               ("RBRACE", "}")):
                self._add(kind, text, start)
            return
        if (match := _WORD_IN_FONTS.match(self.source, self.position, self.end)) is not None:
            self.position = match.end()
            return self._add("WORD", _INNER_FONT.sub(r"\1", match[0]).strip(" {}"), start)
        if self.is_paper and not re.compile(r"\s*\{[^{}]*\}").match(self.source, self.position, self.end):
            return  # Braces in braces, as in \\mathrm{CB_{focal}}: a formula in another font.
        word = self._braced(start).strip().replace("\\_", "_") if self.is_paper else self._braced(start).strip()
        word = word.strip(",;: ") if self.is_paper and re.fullmatch(r"[,;: ]*[A-Za-z][A-Za-z ]*[,;: ]*", word) else word
        if self.is_paper and word in (",", ";", "."):
            return self._add("SEP", word, start)
        if word in known.FUNCTIONS:
            self._add("FUNC", known.FUNCTIONS[word], start)
        elif word[:1] == "\\" and word[1:] in {*known.TIMES, *known.RELATIONS, *known.BIG}:
            self._symbol(word[1:], start)  # a sign in another font
        elif self.is_paper and word == "T" and self._is_above():
            self._add("LETTER", "top" if "sf" in self.source[start:inside] else "T", start)
        elif word.lower().strip(":, ") in _WORDS or not word:
            self._add("SEP", word, start) if word else None
        elif word in ("argmax", "argmin"):
            self._refuse(word, start)
        elif re.fullmatch(r"[A-Za-z]", word) or (word in self.words):
            self._add("LETTER", word, start)
        elif re.fullmatch(r"[A-Za-z0-9 \-]+" if not self.is_paper else r"[A-Za-z][A-Za-z0-9 _.\-]*", word):
            self._add("WORD", word.rstrip(". "), start)
        elif self.source[start + 1 : inside].rstrip() in _OF_WORDS and _is_remark(word):
            raise self.fail("words in a formula are not read", start, self.position, SAID_IN_WORDS)
        else:
            # The braces only change the font of a formula: read what is inside.
            self.position = inside


def _is_remark(text: str) -> bool:
    """Tell whether a text says something in words, (default), and is no name that is applied: KL(p, q), x.size(0)."""
    if re.search(r"[\s()\[\]]", text) is None:
        return False  # the rest of a name, N\text{-pair}
    names = re.findall(r"[A-Za-z]{3,}", text)
    is_applied = re.match(r"[\w.\-]+\s*[(\[]", text) is not None
    return _REMARK.fullmatch(text) is not None and not is_applied and not set(names) <= {*known.FUNCTIONS}


__all__ = ["SAID_IN_WORDS", "SWITCHED", "FontLexer"]

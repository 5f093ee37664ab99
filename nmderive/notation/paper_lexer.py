r"""Tokens that only published formulas have: bars of p(c \mid x), indicators, expectations, cases, \implies, primes."""

from __future__ import annotations

import re
from collections.abc import Callable

from lark import Token

from nmderive.notation.brackets import CLOSE, OPEN
from nmderive.notation.inline_cases import IF
from nmderive.notation.vocabulary import INDEX_LETTERS

_MINIMISED = re.compile(r"\s*(?:\\m(?:in|ax)(?![A-Za-z]))?\s*(?:\\limits)?\s*_\s*(?:\{([^{}]*)\}|(\\?[A-Za-z]+))")
_UNDERSET = re.compile(r"\s*\{\s*(\\?[A-Za-z]+)[^{}]*\}\s*\{\s*\\(?:arg)?m(?:in|ax)\s*\}")
_IF_WITH_FORMULA = re.compile(r"\s*\{\s*(?:(?:if|for|when)\s*)?\$(?=[^${}]*\$[\s.,;]*\})")
_END_OF_WORDS = re.compile(r"[\s.,;]*\}")
#: What stands before and after the infinite end of a domain.
_TO_INFINITY = re.compile(r"\\in\s*(?:\\left\s*)?[\[(][^\[\](),]*,\s*\+?\s*$")
_INFINITE = re.compile(r"\s*(?:\\right\s*)?\)")
#: Primes above a letter.
_PRIMES = re.compile(r"\s*(?:\{\s*(?:(?:\\prime|')\s*)+\}|\\prime(?![A-Za-z]))")
#: A brace before a table of values and conditions, and its end.
_ARRAY = re.compile(r"\s*\\(?:\{|lbrace\b)\s*\\begin\s*\{array\}\s*\{[^{}]*\}")
_END_OF_ARRAY = re.compile(r"\s*\{array\}\s*\\right\s*\.?")
#: A bracket that holds two things with a comma between them, commas of subscripts aside.
_OF_TWO = re.compile(r"\s*(?:\\[A-Za-z]+\s*)?\((?:[^(),{}]|\{[^{}]*\})*,(?:[^(),{}]|\{[^{}]*\})*\)")


class PaperLexer:
    """The part of ``latex_lexer.LatexLexer`` for published formulas; the attributes are those of the whole."""

    is_paper: bool
    #: Whether the formula says that it is maximised.
    is_maximised = False
    source: str
    tokens: list[Token]
    position: int
    end: int
    _add: Callable[..., None]
    _refuse: Callable[..., None]
    _font: Callable[..., None]

    def _prime(self, text: str) -> bool:
        r"""Take the primes of y', y^\prime and z_i^{\prime} to the letter they stand on; tell whether there are any."""
        match = None if text == "'" else _PRIMES.match(self.source, self.position, self.end)
        at = self._under_prime() if text == "'" or match is not None else None
        if at is None:
            return False
        count = 1 if match is None else len(re.findall(r"\\prime|'", match[0]))
        last = self.tokens[at]
        self.position = self.position if match is None else match.end()
        self.tokens[at] = Token(last.type, f"{last}{'prime' * count}", last.start_pos or 0, end_pos=last.end_pos)
        return True

    def _under_prime(self) -> int | None:
        """Return the place of the letter before this, past its subscript: the z of z_i, z_{ij} and of an accent."""
        tokens, at = self.tokens, len(self.tokens) - 1
        if at >= 0 and tokens[at].type == "RBRACE":
            depth = 0
            for k in range(at, -1, -1):
                depth += (tokens[k].type in CLOSE) - (tokens[k].type in OPEN)
                if depth == 0:
                    break
            is_dressed = k and tokens[k - 1].type == "ACCENT" and at == k + 2
            at = at - 1 if is_dressed else k
        if at > 1 and tokens[at - 1].type == "SUB":
            at -= 2
        if at > 2 and tokens[at].type == "RBRACE" and [t.type for t in tokens[at - 3 : at - 1]] == ["ACCENT", "LBRACE"]:
            at -= 1  # the x of \hat{x}_i
        return at if at >= 0 and tokens[at].type == "LETTER" else None

    def _paper_command(self, name: str, start: int) -> bool:
        """Take what only published formulas write; return whether it was taken."""
        if name == "mid":
            self._add("BAR", "|", start)
        elif name in ("implies", "Rightarrow", "Longrightarrow", "therefore"):
            self._add("SEP", name, start)
        elif name == "vec":
            self._font(name, start)  # an arrow for the bold print of a vector
        elif name in ("top", "intercal"):
            self._add("LETTER", "top", start)
        elif name == "left" and (match := _ARRAY.match(self.source, self.position, self.end)) is not None:
            self.position = match.end()
            self._cases("begin", start)
        elif name == "end" and self._in_cases() and self._is_end_of_array():
            self._cases("end", start)
        elif name == "not" and self.source[self.position : self.position + 1] == "=":
            self.position += 1
            self._add("REL", "!=", start)
        elif name in ("mathbb", "mathbbm", "mathbf", "bf", "mathds", "mathrm", "rm") and self._is_next("1"):
            self._add("LETTER", "indicator", start)
        elif name in ("mathbb", "mathds") and self._is_next("I"):
            self._add("LETTER", "indicator", start)
        elif name in ("mathbb", "mathbf", "mathrm", "operatorname") and self._is_next("E"):
            self._add("LETTER", "expectation", start)
        elif name == "mathbb" and re.compile(r"\s*\{(?:[HDP]|KL|BCE|CE)\}").match(self.source, self.position, self.end):
            self._font(name, start)
        elif name == "mathbb" and self.tokens and self.tokens[-1] == "in" and self._is_next("[RNZ]"):
            self._add("LETTER", "reals", start)
        elif name == "infty" and self._ends_domain(start):
            self._add("LETTER", "infinity", start)
        elif name in ("star", "ast") and self._is_script_start():
            self._add("TIMES", "*", start)
        elif name in ("setminus", "backslash"):
            self._add("WITHOUT", name, start)
        elif name == "notin":
            self._add("REL", "notin", start)
        elif name == "sim":
            self._add("REL", "~", start)
        elif name == "parallel":
            self._add("DBAR", "||", start)
        elif name in ("langle", "rangle"):
            if name == "langle":
                self._add("LETTER", "inner", start, start)
            self._add("LPAR" if name == "langle" else "RPAR", name, start)
        elif name in ("to", "rightarrow"):
            self._add("LETTER", "to", start)
        elif name in ("min", "max", "arg", "argmin", "argmax") and self._is_minimised():
            pass
        elif name == "underset" and self._is_minimised_below():
            pass
        elif name == "pm" and self.tokens and self.tokens[-1].type == "EQ" and self._is_next("1"):
            self.tokens[-1] = Token("REL", "in", self.tokens[-1].start_pos or 0, end_pos=self.tokens[-1].end_pos)
            for kind, text in (("LPAR", "{"), ("MINUS", "-"), ("NUMBER", "1"), ("COMMA", ","), ("NUMBER", "1"),
                               ("RPAR", "}")):
                self._add(kind, text, start)
        elif name == "pm" and self._is_pair_of_signs():
            for kind, text in (("MINUS", "-"), ("NUMBER", "1"), ("COMMA", ","), ("NUMBER", "1")):
                self._add(kind, text, start)
        elif name == "cos" and _OF_TWO.match(self.source, self.position, self.end):
            self._add("LETTER", "cossim", start)  # the cosine of two embeddings
        elif name == "cos":
            self._add("FUNC", "cos", start)
        elif name in ("forall", "text", "mathrm", "textrm", "mbox") and self._is_next_word("if|for|for all|when"):
            is_if = self.source[start : self.position].rstrip(" ,}").endswith(IF)
            self._add("SEP", IF if is_if else name, start) if not self._in_cases() else None
        elif name in ("text", "mathrm", "textrm", "mbox") and self._in_cases() and self._is_if_with_formula():
            pass
        elif name == "forall":
            self._add("SEP", name, start)
        elif name in ("begin", "end") and self._is_next("(?:d|r)?cases"):
            self._cases(name, start)
        elif name == "\\" and self._in_cases():
            self._row_of_cases(start)
        else:
            return False
        return True

    def _ends_domain(self, start: int) -> bool:
        r"""Tell whether infinity is the open end of what a number lies in, \gamma \in [0, \infty)."""
        opened = _TO_INFINITY.search(self.source[:start])
        return opened is not None and _INFINITE.match(self.source, self.position, self.end) is not None

    def _is_script_start(self) -> bool:
        """Tell whether what comes next is the first thing above a letter."""
        kinds = [t.type for t in self.tokens[-2:]]
        return kinds[-1:] == ["SUP"] or kinds == ["SUP", "LBRACE"]

    def _is_pair_of_signs(self) -> bool:
        r"""Skip the 1 of \{\pm 1\}, the set of -1 and 1."""
        match = re.compile(r"\s*1(?=\s*\\\})").match(self.source, self.position, self.end)
        if match is not None:
            self.position = match.end()
        return match is not None

    def _is_next_word(self, words: str) -> bool:
        match = re.compile(rf"\s*\{{\s*(?:{words}),?\s*\}}").match(self.source, self.position, self.end)
        if match is not None:
            self.position = match.end()
        return match is not None

    def _is_if_with_formula(self) -> bool:
        r"""Skip the words of \text{if $y = 1$}; the second dollar sign ends them."""
        match = _IF_WITH_FORMULA.match(self.source, self.position, self.end)
        if match is not None:
            self.position = match.end()
        return match is not None

    def _is_minimised(self) -> bool:
        r"""Skip the \min_\theta before a formula: what is minimised is the loss."""
        if self.tokens and self.tokens[-1].type not in ("EQ", "SEP", "NEWLINE"):
            return False
        match = _MINIMISED.match(self.source, self.position, self.end)
        below = "" if match is None else (match[1] or match[2]).strip(" {}").partition("\\")[0].strip()
        if below in INDEX_LETTERS - {"h"}:
            return False  # the maximum over a class
        if match is not None:
            self.is_maximised |= "max" in self.source[self.tokens[-1].end_pos if self.tokens else 0 : match.end()]
            self.position = match.end()
        return match is not None

    def _is_minimised_below(self) -> bool:
        r"""Skip the \underset{\theta}{\min} before a formula."""
        match = _UNDERSET.match(self.source, self.position, self.end)
        is_first = not self.tokens or self.tokens[-1].type in ("EQ", "SEP", "NEWLINE")
        if match is None or not is_first or match[1] in INDEX_LETTERS - {"h"}:
            return False
        self.position = match.end()
        return True

    def _ends_words(self) -> bool:
        """Skip the brace after the second dollar sign of a condition in text."""
        match = _END_OF_WORDS.match(self.source, self.position, self.end)
        if match is not None:
            self.position = match.end()
        return match is not None

    # Cases: a bracket of alternating values and conditions.

    def _in_cases(self) -> bool:
        opened = sum(t.type == "LPAR" and t == "cases" for t in self.tokens)
        return bool(opened > sum(t.type == "RPAR" and t == "cases" for t in self.tokens))

    def _cases(self, name: str, start: int) -> None:
        if name == "begin":
            self._add("LETTER", "cases", start, start)
            return self._add("LPAR", "cases", start)
        while self.tokens and self.tokens[-1].type in ("COMMA", "NEWLINE"):
            self.tokens.pop()
        self._add("RPAR", "cases", start)

    def _is_end_of_array(self) -> bool:
        match = _END_OF_ARRAY.match(self.source, self.position, self.end)
        self.position = self.position if match is None else match.end()
        return match is not None

    def _is_end_of_row(self) -> bool:
        r"""Tell whether a row of cases ends here: a full stop before \\\\ or \end is punctuation."""
        return re.compile(r"\s*\\(?:\\|end\b)").match(self.source, self.position, self.end) is not None

    def _row_of_cases(self, start: int) -> None:
        """End a value or a condition; punctuation before it is the row's."""
        while self.tokens and self.tokens[-1].type in ("COMMA", "NEWLINE"):
            self.tokens.pop()
        self._add("COMMA", ",", start)

    def _is_next(self, letter: str) -> bool:
        match = re.compile(rf"\s*(?:\{{{letter}\}}|{letter}(?![A-Za-z]))").match(self.source, self.position, self.end)
        if match is not None:
            self.position = match.end()
        return match is not None

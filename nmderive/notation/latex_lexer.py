r"""Characters of LaTeX to tokens: spacing and font commands fall away, numbers and brackets become plain."""

from __future__ import annotations

import difflib
import re

from lark import Token

from nmderive.errors import NmderiveError, ParseError, Span, UnsupportedError
from nmderive.notation import latex_tokens as known
from nmderive.notation.latex_fonts import SWITCHED, FontLexer
from nmderive.notation.limits import MAX_DEPTH, TOO_LONG, is_too_long
from nmderive.notation.paper_bars import BARS, with_bars
from nmderive.notation.paper_lexer import PaperLexer
from nmderive.notation.printed_numbers import power_of_ten
from nmderive.notation.stacked import STACKED, without_stacks

_PIECE = re.compile(
    r"""
    (?P<comment>(?<!\\)%[^\n]*) | (?P<space>[ \t\r\f\v~&\u3000\u00a0]+) | (?P<newline>\n\s*)
  | (?P<command>\\(?:[A-Za-z]+\*?|.|\n)) | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+(?![\w.]))?)
  | (?P<dots>\.\.\.|…)
  | (?P<letters>[A-Za-z]+) | (?P<math>\$\$?) | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CHARACTERS = {
    "(": "LPAR",
    "[": "LBRACK",
    "{": "LBRACE",
    ")": "RPAR",
    "]": "RBRACK",
    "}": "RBRACE",
    "+": "PLUS",
    "-": "MINUS",
    "−": "MINUS",
    "*": "TIMES",
    "·": "TIMES",
    "×": "TIMES",
    "/": "SLASH",
    "_": "SUB",
    "^": "SUP",
    ",": "COMMA",
    ";": "SEP",
    ":": "COLON",
    "=": "EQ",
    "<": "REL",
    ">": "REL",
    "≠": "REL",
    "≤": "REL",
    "≥": "REL",
    "∈": "REL",
    "⋯": "DOTS",
    "\uff0c": "COMMA",
    "。": "COMMA",
    "∂": "PARTIAL",
    "∑": "BIG",
    "∏": "BIG",
}
_RELATIONS = {"≠": "!=", "≤": "<=", "≥": ">=", "∈": "in", "∑": "sum", "∏": "prod"}
_GREEK_LETTERS = dict(
    zip(
        "αβγδεζηθλμνξπρστφχψωΩ",
        (
            "alpha beta gamma delta epsilon zeta eta theta lambda mu nu xi pi rho sigma tau phi chi psi omega Omega"
        ).split(),
        strict=True,
    )
)
#: Letters that are taken for indices where they follow each other in a subscript without braces.
_RUN_ON = frozenset("ijkhlnmc")
_TRAILING_NUMBER = re.compile(r"\.\.\.\s*\(\d+(?:\.\d+)*\)(?:[\s$]|\\end\{[a-z*]+\}|\\[\])])*\Z")
#: What may stand after the full stop of a displayed formula.
_NOTHING = re.compile(r"(?:[\s$&.\[\]()\\]|\\end\{[a-z*]+\})*")
_SIDES = {"left": "open", "right": "close", "bigl": "open", "bigr": "close", "Bigl": "open", "Bigr": "close",
          "biggl": "open", "biggr": "close", "l": "open", "r": "close"}
#: Those that stand bare between a formula and what is said of it.
_BARE_WORDS = frozenset(["where", "with", "for"])
class LatexLexer(FontLexer, PaperLexer):
    """One pass over one source; ``words`` are names of several letters that are declared."""

    def __init__(self, source: str, words: frozenset[str] = frozenset(), is_paper: bool = False) -> None:
        self.is_paper = is_paper
        self.source = SWITCHED.sub(r"\1\2{\3}", source)
        self.words = words
        self.tokens: list[Token] = []
        self.position = 0
        self.side = ""
        number = _TRAILING_NUMBER.search(source)
        self.end = number.start() if number else len(source)

    def run(self) -> list[Token]:
        """Return all tokens."""
        while self.position < self.end:
            piece = _PIECE.match(self.source, self.position, self.end)
            assert piece is not None
            start, self.position = self.position, piece.end()
            kind = str(piece.lastgroup)
            getattr(self, f"_{kind}", self._skip)(piece.group(), start)
        check_brackets(self.tokens, self.source)
        tokens = _without_empty_braces(without_stacks(self.tokens, self.fail))
        return self._without_bars(with_bars(tokens))

    def _without_bars(self, tokens: list[Token]) -> list[Token]:
        """Refuse a bar that is no absolute value where only published formulas have others."""
        marks = ("size", "norm")
        left = next((t for t in tokens if t.type == "BAR" or t in marks and t.end_pos == t.start_pos), None)
        if left is not None and not self.is_paper:
            raise ParseError(
                "this bar encloses nothing that is known", source=self.source,
                span=Span(left.start_pos or 0, (left.start_pos or 0) + 1),
                hint=r"write \left|x\right| for an absolute value |x|")
        return tokens

    def fail(self, message: str, start: int, end: int, hint: str | None = None) -> NmderiveError:
        """Return the error for a piece of the source."""
        return ParseError(message, source=self.source, span=Span(start, end), hint=hint)

    def _add(self, kind: str, value: str, start: int, end: int | None = None) -> None:
        self.tokens.append(Token(kind, value, start, end_pos=self.position if end is None else end))

    def _skip(self, text: str, start: int) -> None:
        if self.is_paper and "&" in text and self._in_cases():
            self._row_of_cases(start)

    def _newline(self, text: str, start: int) -> None:
        self._add("NEWLINE", "\n", start)

    def _dots(self, text: str, start: int) -> None:
        self._add("DOTS", "...", start)

    def _number(self, text: str, start: int) -> None:
        is_script = bool(self.tokens) and self.tokens[-1].type in ("SUP", "SUB", "FRAC")
        if not is_script and (power := power_of_ten(text, self.source, self.position, self.end, self.fail)) is not None:
            text, self.position = power
        if is_too_long(text):
            raise self.fail("the number is too long", start, self.position, TOO_LONG)
        if self.is_paper and text == "1" and re.compile(r"_\{[^{}]*(=|\\n?eq?|[<>])").match(
                self.source, self.position, self.end):
            return self._add("LETTER", "indicator", start)
        if len(text) > 1 and self.tokens and self.tokens[-1].type in ("SUP", "SUB"):
            self._run_on(text[0], text[1:], start)
        if self._has_letter_below(start):
            self._run_on(str(self.tokens[-1]), text, start - 1)
        if self._awaits_argument():
            # TeX takes one digit: \frac12 is one half and x^23 is x^2 times 3.
            text, self.position = text[0], start + 1
        self._add("NUMBER", text, start)

    def _awaits_argument(self) -> bool:
        kinds = [t.type for t in self.tokens[-2:]]
        if kinds and kinds[-1] in ("SUP", "SUB", "FRAC"):
            return True
        return kinds[:1] == ["FRAC"] and len(kinds) == 2 and kinds[1] in ("NUMBER", "LETTER")

    def _has_letter_below(self, start: int) -> bool:
        """Tell whether a subscript without braces, one letter, ends at ``start``."""
        before = self.tokens[-2:]
        return [t.type for t in before] == ["SUB", "LETTER"] and before[1].end_pos == start and (
            start == (before[1].start_pos or 0) + 1)

    def _run_on(self, first: str, rest: str, start: int) -> None:
        """Ask back what stands after a script without braces: TeX takes one character, s_ij is s_i j."""
        sign = "^" if self._is_above() else "_"
        raise self.fail(f"TeX takes one character here: {sign}{first}{rest} is {sign}{{{first}}} {rest}", start,
                        self.position, f"write {sign}{{{first}{rest}}}, or a space before {rest} for a product")

    def _letters(self, text: str, start: int) -> None:
        has_own = self.source[self.position : self.position + 1] in ("_", "^")  # the n of \sum_jn_j is a factor
        is_below = bool(self.tokens) and self.tokens[-1].type == "SUB" and len(text) > 1 + has_own
        if is_below and set(text) <= _RUN_ON and text not in self.words:
            self._run_on(text[0], text[1:], start)
        if text in known.FUNCTIONS and not self._in_subscript():
            self._add("FUNC", known.FUNCTIONS[text], start)
        elif self.is_paper and text in _BARE_WORDS and self._is_between(start):
            self._add("SEP", text, start)
        elif self.is_paper and text in known.OPERATORS and not self._in_subscript():
            self._add("WORD", text, start)
        elif self.is_paper and text == "T" and self._is_above() and self._is_transposed(len(self.tokens) - 1):
            self._add("LETTER", "top", start)
        elif text in self.words or text == "loss" or self.is_paper and text in ("Loss", "class", "weight"):
            self._add("LETTER", text, start)
        else:
            for offset, letter in enumerate(text):
                self._add("LETTER", letter, start + offset, start + offset + 1)

    def _is_between(self, start: int) -> bool:
        """Tell whether a word stands apart, as only one between formulas does: letters of a product may run on."""
        after = self.source[self.position : self.position + 1]
        return bool(self.tokens) and self.source[start - 1 : start] in (" ", ",", "\n") and after in (" ", "\\", "~")

    def _is_above(self) -> bool:
        return any(k.type == "SUP" for k in self.tokens[-2:])

    def _in_subscript(self) -> bool:
        return [t.type for t in self.tokens[-2:]] == ["SUB", "LBRACE"]

    def _math(self, text: str, start: int) -> None:
        if self.is_paper and self._in_cases() and self._ends_words():
            return
        rest = self.source[self.position : self.end].strip()
        if self.tokens and rest:
            self._add("SEP", text, start)

    def _other(self, text: str, start: int) -> None:
        if text == "." and (_NOTHING.fullmatch(self.source, self.position, self.end)
                            or self.is_paper and self._in_cases() and self._is_end_of_row()):
            return
        if text in _GREEK_LETTERS:
            self._add("LETTER", _GREEK_LETTERS[text], start)
        elif text == "|":
            self._bar("BAR", "", start)
        elif text in "'^" and self.is_paper and self._prime(text):
            pass  # y' is a letter of its own, as an index beside y.
        elif text in _CHARACTERS:
            self._add(_CHARACTERS[text], _RELATIONS.get(text, text), start)
        else:
            name = text if text.isprintable() else f"U+{ord(text):04X}"
            raise self.fail(f"unexpected character {name!r}", start, self.position,
                            r"write formulas in LaTeX, names with signs in them as one letter")

    def _bar(self, kind: str, side: str, start: int) -> None:
        r"""Add a bar, which \left, \right, \lvert and \rvert tell to open or to close."""
        self._add(kind, (self.side or side) + ("|" if kind == "BAR" else "||"), start)
        self.side = ""

    def _refuse(self, name: str, start: int) -> None:
        raise UnsupportedError(
            f"{self.source[start : self.position]} is not supported",
            source=self.source,
            span=Span(start, self.position),
            hint=known.UNSUPPORTED[name],
        )

    def _command(self, text: str, start: int) -> None:
        name = text[1:]
        if name.endswith("*") and name != "operatorname*":
            name, self.position = name[:-1], self.position - 1
        if self.is_paper and self._paper_command(name, start):
            return
        if name in ("triangleq", "coloneqq", "doteq", "equiv", "stackrel", "overset"):
            self._defined_as(name, start)
        elif name in STACKED:
            self._add("STACK", name, start)
        elif name in ("bmod", "pmod", "mod") and not self.is_paper:
            self._add("WORD", "bmod", start)
        elif name in known.SPACES or name in known.DROPPED or name in ("(", ")", "[", "]"):
            self._shape(name)
        elif name in known.FONTS:
            self._font(name, start)
        elif name == "Pr":
            self._add("WORD", name, start)
        elif name in ("tag", "label", "eqref", "ref"):
            self._braced(start)
        elif name in ("begin", "end"):
            self._environment(name, start)
        else:
            self._symbol(name, start)

    def _defined_as(self, name: str, start: int) -> None:
        r"""Take \triangleq, \coloneqq and \stackrel{\text{def}}{=} for an equality sign."""
        if name in ("stackrel", "overset"):
            mark = re.compile(r"\s*\{[^=]*\}\s*\{\s*=\s*\}").match(self.source, self.position, self.end)
            if mark is None and name == "overset":
                return self._add("STACK", name, start)
            if mark is None:
                raise self.fail(f"\\{name} is read over an equality sign only", start, self.position, "write =")
            self.position = mark.end()
        self._add("EQ", "=", start)

    def _shape(self, name: str) -> None:
        if name in ("left", "right") and self.source[self.position : self.position + 1] == ".":
            self.position += 1
        if name in _SIDES and re.compile(r"\s*(\\[lr]?vert\b|\|)").match(self.source, self.position, self.end):
            self.side = _SIDES[name]
        if name in ("hspace", "hskip"):
            self._braced(self.position)

    def _symbol(self, name: str, start: int) -> None:
        for table, kind in (
            (known.RELATIONS, "REL"),
            (known.ACCENTS, "ACCENT"),
            (known.BIG, "BIG"),
            (known.FUNCTIONS, "FUNC"),
        ):
            if name in table:
                return self._add(kind, table[name], start)
        for group, kind in (
            (known.DOTS, "DOTS"),
            (known.TIMES, "TIMES"),
            (known.SEPARATORS, "SEP"),
            (known.GREEK, "LETTER"),
            (("frac", "dfrac", "tfrac", "cfrac"), "FRAC"),
            (("sqrt",), "SQRT"),
            (("partial",), "PARTIAL"),
            (("substack",), "SUBSTACK"),
            (known.BRACKETS, "BRACKET"),
        ):
            if name in group:
                return self._add(known.BRACKETS.get(name, kind), name, start)
        if name in BARS:
            return self._bar(BARS[name], _SIDES.get(name[:1], "") if name[1:] in ("vert", "Vert") else "", start)
        if name in known.UNSUPPORTED:
            return self._refuse(name, start)
        close = difflib.get_close_matches(name, [x for x in known.KNOWN if x not in known.UNSUPPORTED], 1)
        hint = f"did you mean \\{close[0]}?" if close else "give what it makes a letter of its own: z_i, s_{i,j}, q_j"
        raise self.fail(f"unknown command \\{name}", start, self.position, hint)

    def _braced(self, start: int) -> str:
        match = re.compile(r"\s*\{([^{}]*)\}").match(self.source, self.position, self.end)
        if match is None:
            raise self.fail("expected {...} here", start, self.position)
        self.position = match.end()
        return match.group(1)

    def _environment(self, name: str, start: int) -> None:
        kind = self._braced(start)
        if kind not in known.ENVIRONMENTS:
            raise UnsupportedError(
                f"the environment {kind} is not supported",
                source=self.source,
                span=Span(start, self.position),
                hint="use equation, align, aligned, gather or split" if "cases" not in kind and kind != "array" else
                     "cases are read beside labels and predictions that can be told: declare them",
            )

def _without_empty_braces(tokens: list[Token]) -> list[Token]:
    """Drop ``{}``, which only spaces letters, except where it is an argument."""
    kept: list[Token] = []
    for token in tokens:
        is_empty = token.type == "RBRACE" and bool(kept) and kept[-1].type == "LBRACE"
        if is_empty and (len(kept) < 2 or kept[-2].type not in ("SUB", "SUP", "FRAC", "SQRT", "ACCENT")):
            kept.pop()
        else:
            kept.append(token)
    return kept


def check_brackets(tokens: list[Token], source: str) -> None:
    """Raise where brackets do not match or nest too deeply."""
    closing = {"LPAR": ("RPAR", "RBRACK"), "LBRACK": ("RBRACK", "RPAR"), "LBRACE": ("RBRACE",)}
    stack: list[Token] = []
    for token in tokens:
        span = Span(token.start_pos or 0, token.end_pos or 0)
        if token.type in closing:
            stack.append(token)
            if len(stack) > MAX_DEPTH:
                raise ParseError(
                    f"brackets are nested more than {MAX_DEPTH} deep",
                    source=source,
                    span=span,
                    hint="split the formula with a definition: u = ...",
                )
        elif token.type in ("RPAR", "RBRACK", "RBRACE"):
            if not stack or token.type not in closing[stack.pop().type]:
                raise ParseError(f"this {token} closes no bracket", source=source, span=span)
    if stack:
        left = stack[-1]
        raise ParseError(
            f"the bracket {left} is never closed",
            source=source,
            span=Span(left.start_pos or 0, left.end_pos or 0),
        )

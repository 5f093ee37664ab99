"""LaTeX formulas as MathML: what our printer and the source write, for pages without JavaScript.

It reads the mathematics of one formula: letters, numbers, scripts, fractions, roots, sums, brackets, function names.
Anything else is refused, so that a page never shows a formula that lost a part.
"""

from __future__ import annotations

import re
from html import escape

from nmderive.errors import UnsupportedError

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\.\.\.|\s+|.", re.DOTALL)
_LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "theta": "θ",
    "Omega": "Ω", "Delta": "Δ", "infty": "∞", "partial": "∂", "ldots": "…", "cdots": "⋯",
}
_SIGNS = {
    "neq": "≠", "ne": "≠", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "in": "∈", "pm": "±", "mp": "∓", "cdot": "⋅",
    "to": "→", "iff": "⟺", "propto": "∝", "times": "×", "equiv": "≡",
}
_FUNCTIONS = ("log", "ln", "exp", "tanh", "max", "min")
_LARGE = {"sum": "∑", "prod": "∏"}
_SPACES = {"quad": "1em", "qquad": "2em", ",": "0.17em", ";": "0.28em", "!": "0", " ": "0.25em", ":": "0.22em"}
_MARKS = {"bar": "¯", "hat": "^", "tilde": "~"}
_OPEN, _CLOSE = "([", ")]"
_MAX_DEPTH = 100


def to_mathml(latex: str, display: bool = True) -> str:
    """Return the formula as one ``math`` element; raises UnsupportedError for what is not understood."""
    kind = ' display="block"' if display else ""
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML"{kind}>{_Reader(latex).whole()}</math>'


def _row(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


class _Reader:
    """One pass over the tokens of a formula."""

    def __init__(self, latex: str) -> None:
        self.tokens = [t for t in _TOKEN.findall(latex) if not t.isspace() and t != "&"]
        self.at = 0
        self.depth = 0

    def whole(self) -> str:
        parts = self._parts(())
        if self.at < len(self.tokens):
            raise UnsupportedError(f"{self.tokens[self.at]!r} closes nothing")
        return _row(parts)

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise UnsupportedError("the formula ends too early")
        self.at += 1
        return token

    def _parts(self, ends: tuple[str, ...]) -> list[str]:
        """Return the elements up to one of ``ends``, which is left standing."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise UnsupportedError("the formula is nested too deeply")
        parts: list[str] = []
        while self._peek() and self._peek() not in (*ends, "}", "\\right"):
            parts.append(self._scripted())
        self.depth -= 1
        return parts

    def _group(self) -> str:
        """Return what a command or a script takes: a group in braces, or one token."""
        if self._peek() != "{":
            token = self._next()
            return f"<mn>{token}</mn>" if token.isdigit() else self._atom(token)
        self._next()
        start = self.at
        parts = self._parts(())
        word = "".join(self.tokens[start:self.at])
        if self._next() != "}":
            raise UnsupportedError("a brace is not closed")
        return f"<mi>{word}</mi>" if word.isalpha() and len(word) > 2 else _row(parts)

    def _scripted(self) -> str:
        token = self._next()
        base = self._number(token) if token.isdigit() else self._atom(token)
        name = token.removeprefix("\\")
        if self._peek() == "\\limits":
            self._next()
        under = over = ""
        while self._peek() in ("_", "^"):
            if self._next() == "_":
                under = self._group()
            else:
                over = self._group()
        scripted = _with_scripts(base, under, over, name in _LARGE)
        if name not in _FUNCTIONS:
            return scripted
        space = "" if self._peek() in ("(", "\\left", "{") else '<mspace width="0.17em"/>'
        return f"{scripted}<mo>&#x2061;</mo>{space}"

    def _number(self, first: str) -> str:
        text = first
        while self._peek().isdigit() or (self._peek() == "." and self._digit_after()):
            text += self._next()
        return f"<mn>{text}</mn>"

    def _digit_after(self) -> bool:
        return self.at + 1 < len(self.tokens) and self.tokens[self.at + 1].isdigit()

    def _atom(self, token: str) -> str:
        if token == "{":
            self.at -= 1
            return self._group()
        if token.startswith("\\"):
            return self._command(token[1:])
        if token.isalpha():
            return f"<mi>{token}</mi>"
        if token in _OPEN + _CLOSE + "|":
            return f'<mo stretchy="false">{token}</mo>'
        if token in ("}", "^", "_"):
            raise UnsupportedError(f"{token!r} stands alone")
        signs = {"-": "−", "...": "⋯", "'": "′"}
        return f"<mo>{escape(signs.get(token, token))}</mo>"

    def _command(self, name: str) -> str:
        if name in _LETTERS:
            return f"<mi>{_LETTERS[name]}</mi>"
        if name in _SIGNS:
            return f"<mo>{_SIGNS[name]}</mo>"
        if name in _LARGE:
            return f"<mo>{_LARGE[name]}</mo>"
        if name in _FUNCTIONS:
            return f"<mi>{name}</mi>"
        if name in _SPACES:
            return f'<mspace width="{_SPACES[name]}"/>'
        if name in ("{", "}", "%", "_"):
            return f"<mo>{name}</mo>"
        return self._structure(name)

    def _structure(self, name: str) -> str:
        if name in ("frac", "tfrac", "dfrac"):
            return f"<mfrac>{self._group()}{self._group()}</mfrac>"
        if name == "sqrt":
            return self._root()
        if name == "left":
            return self._fenced()
        if name in _MARKS:
            return f'<mover accent="true">{self._group()}<mo>{_MARKS[name]}</mo></mover>'
        if name in ("text", "operatorname", "mathrm"):
            return f'<mi mathvariant="normal">{self._word()}</mi>'
        raise UnsupportedError(f"the command \\{name} is not known here")

    def _word(self) -> str:
        if self._next() != "{":
            raise UnsupportedError("a name in braces was expected")
        word = ""
        while self._peek() != "}":
            word += self._next()
        self._next()
        return escape(word)

    def _root(self) -> str:
        if self._peek() != "[":
            return f"<msqrt>{self._group()}</msqrt>"
        self._next()
        degree = _row(self._parts(("]",)))
        self._next()
        return f"<mroot>{self._group()}{degree}</mroot>"

    def _fenced(self) -> str:
        opening = self._next()
        inner = "".join(self._parts(()))
        if self._next() != "\\right":
            raise UnsupportedError("\\left without \\right")
        return f"<mrow>{_fence(opening)}{inner}{_fence(self._next())}</mrow>"


def _fence(token: str) -> str:
    return "" if token == "." else f'<mo fence="true" stretchy="true">{escape(token.removeprefix(chr(92)))}</mo>'


def _with_scripts(base: str, under: str, over: str, is_large: bool) -> str:
    low, high, both = ("munder", "mover", "munderover") if is_large else ("msub", "msup", "msubsup")
    if under and over:
        return f"<{both}>{base}{under}{over}</{both}>"
    if under:
        return f"<{low}>{base}{under}</{low}>"
    return f"<{high}>{base}{over}</{high}>" if over else base

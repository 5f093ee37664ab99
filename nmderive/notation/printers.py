"""The three looks of an expression: LaTeX, plain text, and Unicode for the terminal."""

from __future__ import annotations

import re

from sympy import Expr, Ne, Symbol
from sympy.core.relational import GreaterThan as WeakGreaterThan
from sympy.core.relational import LessThan, StrictGreaterThan, StrictLessThan
from sympy.logic.boolalg import Boolean

from nmderive.calculus.kinks import with_indicators
from nmderive.calculus.symbols import Member
from nmderive.errors import UnsupportedError
from nmderive.notation.latex_tokens import GREEK
from nmderive.notation.layout import ADD, ATOM, MUL, POW, Head, Piece, Printer
from nmderive.notation.letters import Letters


def to_latex(expr: Expr, letters: Letters | None = None) -> str:
    """Return ``expr`` in LaTeX, as a paper prints it."""
    expr = with_indicators(expr)
    return _Latex(expr, letters).piece(expr).text


def to_text(expr: Expr) -> str:
    """Return ``expr`` in the plain text form, which ``parse`` reads back."""
    return _Text(expr).piece(expr).text


def to_unicode(expr: Expr, letters: Letters | None = None) -> str:
    """Return ``expr`` in one line of Unicode."""
    expr = with_indicators(expr)
    return _Unicode(expr, letters).piece(expr).text


class _Juxtaposed(Printer):
    """Common part of LaTeX and Unicode: factors stand side by side, operators take what follows."""

    times = r" \cdot "

    def join(self, factors: list[Piece]) -> Piece:
        if len(factors) == 1:
            return factors[0]
        text = ""
        for k, piece in enumerate(factors):
            is_last = k == len(factors) - 1
            if piece.level == ADD or (piece.is_open and not is_last):
                piece = self.bracket(piece)
            needs_sign = bool(text) and piece.text[0].isdigit()
            text += (self.times if needs_sign else " " if text else "") + piece.text
        return Piece(text, MUL, factors[-1].is_open, any(p.is_tall for p in factors))

    def _relation(self, condition: Boolean, first: Symbol | None, signs: dict[str, str]) -> str:
        if isinstance(condition, Member):
            subset = self.symbol(condition.args[1].name)
            return f"{self.index(condition.args[0].name)} {signs['in']} {subset}"
        left, relation, right = relation_parts(condition, first)
        return f"{self.position(left)} {signs[relation]} {self.position(right)}"

    def multiple(self, count: int, letter: str) -> str:
        return letter if count == 1 else f"{count}{letter}"


class _Latex(_Juxtaposed):
    dots = r"\cdots"
    _signs = {"!=": r"\neq", "<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "in": r"\in"}

    def bracket(self, piece: Piece) -> Piece:
        return Piece(rf"\left({piece.text}\right)", ATOM, is_tall=piece.is_tall)

    def fraction(self, above: Piece, below: Piece) -> Piece:
        return Piece(rf"\frac{{{above.text}}}{{{below.text}}}", MUL, is_tall=True)

    def power(self, base: Piece, exponent: Piece) -> Piece:
        return Piece(f"{base.text}^{{{exponent.text}}}", POW, is_tall=base.is_tall)

    def root(self, base: Piece) -> Piece:
        return Piece(rf"\sqrt{{{base.text}}}", POW, is_tall=base.is_tall)

    def absolute(self, argument: Piece) -> Piece:
        return Piece(rf"\left|{argument.text}\right|", is_tall=argument.is_tall)

    def exponential(self, exponent: Piece) -> Piece:
        if exponent.is_tall or r"\exp" in exponent.text or "e^" in exponent.text:
            return Piece(rf"\exp\left({exponent.text}\right)", POW, is_tall=exponent.is_tall)
        return Piece(f"e^{{{exponent.text}}}", POW)

    def call(self, name: str, argument: Piece, is_single: bool) -> Piece:
        if is_single and name == "log":
            return Piece(rf"\log {argument.text}", MUL, is_open=True, is_tall=argument.is_tall)
        shown = r"\operatorname{sign}" if name == "sign" else rf"\{name}"
        return Piece(rf"{shown} \left({argument.text}\right)", MUL, is_tall=argument.is_tall)

    def symbol(self, name: str) -> str:
        head, _, label = name.partition("_")
        numbered = re.fullmatch(r"([A-Za-z])([0-9]+)", head)
        if head in GREEK:
            head = f"\\{head}"
        elif numbered and not label:
            return f"{numbered[1]}_{{{numbered[2]}}}"
        elif len(head) > 1:
            head = rf"\mathrm{{{head}}}"
        return f"{head}_{{{label}}}" if label else head

    def entry(self, name: str, indices: list[str], mark: str = "") -> str:
        head, _, label = name.partition("_")
        letter = self.symbol(head if indices else name)
        if mark:
            letter = rf"\{mark}{{{letter}}}"
        if indices and label:
            letter += rf"^{{\text{{{label}}}}}"  # A second subscript is no LaTeX.
        return f"{letter}_{_braced(','.join(indices))}" if indices else letter

    def modulo(self, place: str, size: str) -> str:
        return rf"{place} \bmod {size}"

    def operator(self, kind: str, heads: list[Head], body: Piece) -> Piece:
        inner = self.bracket(body).text if body.level == ADD else body.text
        under = ",".join(self._under(h) for h in heads)
        last = "" if all(h.reaches_last for h in heads) else "-1"
        upper = f"^{{{self.own_symbol(heads[0].domain.name)}{last}}}" if heads[0].needs_range else ""
        return Piece(rf"\{kind}_{_braced(under)}{upper} {inner}", MUL, is_open=True, is_tall=True)

    def _under(self, head: Head) -> str:
        name, conditions = self.index(head.name.name), self.head_conditions(head)
        if head.needs_range:
            return ", ".join([f"{name}=1", *conditions])
        return ", ".join([name, *conditions] if self.must_name(head) else conditions)

    def derivative(self, function: str, by: list[str]) -> Piece:
        order = f"^{{{len(by)}}}" if len(by) > 1 else ""
        under = " ".join(rf"\partial {entry}" for entry in by)
        return Piece(rf"\frac{{\partial{order} {function}}}{{{under}}}", MUL, is_tall=True)

    def indicator(self, condition: str) -> Piece:
        return Piece(rf"\left[{condition}\right]")

    def condition(self, condition: Boolean, first: Symbol | None) -> str:
        return self._relation(condition, first, self._signs)


def _braced(under: str) -> str:
    return under if len(under) == 1 else f"{{{under}}}"


_UNICODE_GREEK = dict(
    zip(
        (
            "alpha beta gamma delta epsilon zeta eta theta lambda mu nu xi pi rho sigma tau phi chi psi omega Omega"
        ).split(),
        "αβγδεζηθλμνξπρστφχψωΩ",
        strict=True,
    )
)


class _Unicode(_Juxtaposed):
    times = "·"
    minus = "−"
    minus_between = "− "
    dots = "⋯"
    _signs = {"!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "in": "∈"}

    def bracket(self, piece: Piece) -> Piece:
        return Piece(f"({piece.text})", ATOM)

    def fraction(self, above: Piece, below: Piece) -> Piece:
        top = self.bracket(above).text if above.level == ADD or above.is_open else above.text
        bottom = self.bracket(below).text if below.level < POW or below.is_open else below.text
        return Piece(f"{top} / {bottom}", MUL, is_open=True)

    def power(self, base: Piece, exponent: Piece) -> Piece:
        raised = exponent.text if re.fullmatch(r"\w+", exponent.text) else f"({exponent.text})"
        return Piece(f"{base.text}^{raised}", POW)

    def root(self, base: Piece) -> Piece:
        return Piece(f"√({base.text})", POW)

    def absolute(self, argument: Piece) -> Piece:
        return Piece(f"|{argument.text}|")

    def exponential(self, exponent: Piece) -> Piece:
        if re.fullmatch(r"\w+", exponent.text):
            return Piece(f"e^{exponent.text}", POW)
        return Piece(f"e^({exponent.text})", POW)

    def call(self, name: str, argument: Piece, is_single: bool) -> Piece:
        return Piece(f"{_UNICODE_GREEK.get(name, name)}({argument.text})", POW)

    def symbol(self, name: str) -> str:
        head, mark, label = name.partition("_")
        return _UNICODE_GREEK.get(head, head) + mark + label

    def entry(self, name: str, indices: list[str], mark: str = "") -> str:
        letter = self.symbol(name) + {"": "", "hat": "\u0302", "tilde": "\u0303"}.get(mark, "\u0304")
        if not indices:
            return letter
        joined = "".join(indices) if all(len(i) == 1 for i in indices) else f"({','.join(indices)})"
        return f"{letter}_{joined}"

    def modulo(self, place: str, size: str) -> str:
        return f"{place} mod {size}"

    def operator(self, kind: str, heads: list[Head], body: Piece) -> Piece:
        inner = self.bracket(body).text if body.level == ADD else body.text
        sign = {"sum": "∑", "prod": "∏"}.get(kind, kind)
        under = ", ".join(self._under(h) for h in heads)
        plain = re.fullmatch(r"\w", under)
        return Piece(f"{sign}_{under if plain else f'({under})'} {inner}", MUL, is_open=True)

    def _under(self, head: Head) -> str:
        name, conditions = self.index(head.name.name), self.head_conditions(head)
        last = "" if head.reaches_last else "-1"
        first = f"{name}=1..{self.own_symbol(head.domain.name)}{last}" if head.needs_range else name
        return ", ".join([first, *conditions] if head.needs_range or self.must_name(head) else conditions)

    def derivative(self, function: str, by: list[str]) -> Piece:
        order = f"^{len(by)}" if len(by) > 1 else ""
        return Piece(f"∂{order}{function}/{''.join(f'∂{entry}' for entry in by)}", MUL, is_open=True)

    def indicator(self, condition: str) -> Piece:
        return Piece(f"[{condition}]")

    def condition(self, condition: Boolean, first: Symbol | None) -> str:
        return self._relation(condition, first, self._signs)


class _Text(Printer):
    minus = "-"
    writes_last = True

    def bracket(self, piece: Piece) -> Piece:
        return Piece(f"({piece.text})", ATOM)

    def join(self, factors: list[Piece]) -> Piece:
        if len(factors) == 1:
            return factors[0]
        return Piece("*".join(self.bracket(p).text if p.level == ADD else p.text for p in factors), MUL)

    def fraction(self, above: Piece, below: Piece) -> Piece:
        top = self.bracket(above).text if above.level == ADD else above.text
        bottom = self.bracket(below).text if below.level < POW else below.text
        return Piece(f"{top}/{bottom}", MUL)

    def power(self, base: Piece, exponent: Piece) -> Piece:
        raised = exponent.text if exponent.level == ATOM else f"({exponent.text})"
        return Piece(f"{base.text}**{raised}", POW)

    def root(self, base: Piece) -> Piece:
        return Piece(f"sqrt({base.text})")

    def absolute(self, argument: Piece) -> Piece:
        return Piece(f"abs({argument.text})")

    def exponential(self, exponent: Piece) -> Piece:
        return Piece(f"exp({exponent.text})")

    def call(self, name: str, argument: Piece, is_single: bool) -> Piece:
        return Piece(f"{name}({argument.text})")

    def symbol(self, name: str) -> str:
        return name

    def entry(self, name: str, indices: list[str], mark: str = "") -> str:
        if name == "delta":
            return f"delta({', '.join(indices)})"
        full = f"{name}_{mark}" if mark else name
        return f"{full}[{','.join(indices)}]" if indices else full

    def operator(self, kind: str, heads: list[Head], body: Piece) -> Piece:
        return Piece(f"{kind}({', '.join(self._under(h) for h in heads)}, {body.text})")

    def _under(self, head: Head) -> str:
        name, conditions = head.name.name, self.head_conditions(head)
        first = f"{name} in {head.domain}" if head.needs_range else name
        return ", ".join([first, *conditions] if head.needs_range or self.must_name(head) else conditions)

    def derivative(self, function: str, by: list[str]) -> Piece:
        return Piece(f"diff({function}, {', '.join(by)})")

    def indicator(self, condition: str) -> Piece:
        return Piece(f"[{condition}]")

    def condition(self, condition: Boolean, first: Symbol | None) -> str:
        if isinstance(condition, Member):
            return f"{condition.args[0].name} in {condition.args[1].name}"
        left, relation, right = relation_parts(condition, first)
        return f"{self.position(left)} {relation} {self.position(right)}"

    def multiple(self, count: int, letter: str) -> str:
        return letter if count == 1 else f"{count}*{letter}"

    def modulo(self, place: str, size: str) -> str:
        return f"mod({place}, {size})"


def relation_parts(condition: Boolean, first: Symbol | None) -> tuple[Expr, str, Expr]:
    """Return (left, relation, right) with ``first`` on the left where it stands in the condition."""
    table = (
        (Ne, "!=", "!="),
        (StrictLessThan, "<", ">"),
        (LessThan, "<=", ">="),
        (StrictGreaterThan, ">", "<"),
        (WeakGreaterThan, ">=", "<="),
    )
    for kind, relation, flipped in table:
        if isinstance(condition, kind):
            left, right = condition.args
            if right == first and left != first:
                return right, flipped, left
            return left, relation, right
    raise UnsupportedError(f"the condition {condition} cannot be printed")

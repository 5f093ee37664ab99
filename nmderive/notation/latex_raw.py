"""The bracket structure of a LaTeX formula, before operators have taken their operands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput
from lark.lexer import Lexer

from nmderive.errors import NmderiveError, ParseError, Span, UnsupportedError
from nmderive.notation.latex_tokens import UNSUPPORTED


@dataclass(frozen=True)
class Leaf:
    """One token."""

    kind: str
    text: str
    span: Span


@dataclass(frozen=True)
class Group:
    """A bracket, round or square (``(`` or ``[``), or braces (``{``)."""

    bracket: str
    content: tuple[Chain, ...]
    span: Span


@dataclass(frozen=True)
class Fraction:
    """A fraction bar."""

    above: tuple[Chain, ...]
    below: tuple[Chain, ...]
    span: Span


@dataclass(frozen=True)
class Root:
    """A root with its degree, if that is written."""

    degree: tuple[Chain, ...] | None
    content: tuple[Chain, ...]
    span: Span


@dataclass(frozen=True)
class Accent:
    """An accent over a letter."""

    mark: str
    content: tuple[Chain, ...]
    span: Span


Atom = Leaf | Group | Fraction | Root | Accent


@dataclass(frozen=True)
class Item:
    """An atom with its scripts."""

    atom: Atom
    sub: tuple[Chain, ...] | None
    sup: tuple[Chain, ...] | None
    span: Span


@dataclass(frozen=True)
class Expression:
    """Signed terms, each a row of items side by side."""

    terms: tuple[tuple[str, tuple[Item, ...]], ...]
    span: Span


@dataclass(frozen=True)
class Chain:
    """Expressions joined by relations; ``bar`` tells that it stands after a bar."""

    parts: tuple[Expression, ...]
    relations: tuple[str, ...] = ()
    bar: bool = False


class _Builder(Transformer[Token, Any]):  # type: ignore[misc]
    """Turns reductions into the classes above, as the parser goes."""

    def expr(self, parts: list[Any]) -> Expression:
        terms, sign = [], "+"
        for part in parts:
            if isinstance(part, Token):
                sign = "-" if (part.type == "MINUS") != (sign == "-") else "+"
            else:
                terms.append((sign, part))
                sign = "+"
        first = parts[0] if isinstance(parts[0], Token) else parts[0][0]
        return Expression(tuple(terms), _span(first, parts[-1][-1]))

    def term(self, items: list[Item]) -> tuple[Item, ...]:
        return tuple(items)

    def item(self, parts: list[Any]) -> Item:
        atom = _leaf(parts[0])
        sub = sup = None
        for sign, content in parts[1:]:
            if (sub if sign.type == "SUB" else sup) is not None:
                raise _Double(_span(sign, sign))
            sub, sup = (content, sup) if sign.type == "SUB" else (sub, content)
        end = parts[-1][1][-1].parts[-1] if len(parts) > 1 and parts[-1][1] else atom
        return Item(atom, sub, sup, _span(atom, end))

    def script(self, parts: list[Any]) -> tuple[Token, tuple[Chain, ...]]:
        return parts[0], parts[1]

    def group(self, parts: list[Any]) -> Group:
        bracket = "[" if parts[0].type == "LBRACK" else "("
        return Group(bracket, parts[1], _span(parts[0], parts[-1]))

    def brace(self, parts: list[Any]) -> Group:
        return Group("{", parts[1] if len(parts) == 3 else (), _span(parts[0], parts[-1]))

    def substack(self, parts: list[Any]) -> Group:
        return Group("{", parts[1], _span(parts[0], parts[0]))

    def frac(self, parts: list[Any]) -> Fraction:
        end = parts[2][-1].parts[-1] if parts[2] else parts[0]
        return Fraction(parts[1], parts[2], _span(parts[0], end))

    def root(self, parts: list[Any]) -> Root:
        end = parts[-1][-1].parts[-1] if parts[-1] else parts[0]
        return Root(parts[2] if len(parts) == 5 else None, parts[-1], _span(parts[0], end))

    def accent(self, parts: list[Any]) -> Accent:
        return Accent(str(parts[0]), parts[1], _span(parts[0], parts[0]))

    def arg(self, parts: list[Any]) -> tuple[Chain, ...]:
        atom = _leaf(parts[0])
        if isinstance(atom, Group):
            return atom.content
        item = Item(atom, None, None, atom.span)
        return (Chain((Expression((("+", (item,)),), atom.span),)),)

    def items(self, parts: list[Any]) -> tuple[Chain, ...]:
        """Return the chains; one that stands after a bar, as in p(c | x), says so."""
        bars = [isinstance(p, Token) and p.type == "BAR" for p in parts]
        return tuple(
            replace(p, bar=True) if k and bars[k - 1] else p for k, p in enumerate(parts) if isinstance(p, Chain)
        )

    def chain(self, parts: list[Any]) -> Chain:
        return Chain(tuple(parts[::2]), tuple(str(r) for r in parts[1::2]))


class _Double(Exception):
    """Two subscripts or two superscripts on one letter."""

    def __init__(self, span: Span) -> None:
        self.span = span


class _Tokens(Lexer):  # type: ignore[misc]
    """Hands ready tokens to lark."""

    def __init__(self, conf: Any) -> None:
        pass

    def lex(self, data: Any) -> Any:
        """Return the tokens."""
        return iter(data)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = (Path(__file__).parent / "latex.lark").read_text(encoding="utf-8")
    return Lark(
        grammar, parser="lalr", lexer=_Tokens, start="expr", transformer=_Builder(), keep_all_tokens=True
    )


def read_raw(tokens: list[Token], source: str) -> Expression:
    """Return the bracket structure of ``tokens``."""
    try:
        return _parser().parse(tokens)  # type: ignore[no-any-return]
    except _Double as error:
        raise ParseError("a second script on one letter", source=source, span=error.span) from None
    except UnexpectedInput as error:
        raise _unexpected(error, tokens, source) from None


def _unexpected(error: Any, tokens: list[Token], source: str) -> NmderiveError:
    token = error.token
    if token.type == "BAR":
        return UnsupportedError("this bar is not supported", source=source, span=_span(token, token),
                                hint=UNSUPPORTED["|"])
    if token.type == "$END":
        last = tokens[-1] if tokens else None
        end = (last.end_pos or 0) if last is not None else 0
        return ParseError(
            "the formula stops here, something is missing", source=source, span=Span(end, end + 1)
        )
    hints = {
        "REL": "an inequality is no part of a loss: leave it out, and declare the signs of letters by --let",
        "SUB": "a subscript needs a letter before it",
        "SUP": "an exponent needs a base before it",
    }
    text = source[token.start_pos : token.end_pos]
    return ParseError(
        f"unexpected {text!r}", source=source, span=_span(token, token), hint=hints.get(token.type)
    )


def _leaf(part: Any) -> Any:
    return Leaf(part.type, str(part), _span(part, part)) if isinstance(part, Token) else part


def _place(part: Any) -> tuple[int, int]:
    if isinstance(part, Token):
        return part.start_pos or 0, part.end_pos or 0
    return part.span.start, part.span.end


def _span(first: Any, last: Any) -> Span:
    return Span(_place(first)[0], max(_place(last)[1], _place(first)[1]))


__all__ = [
    "Accent",
    "Atom",
    "Chain",
    "Expression",
    "Fraction",
    "Group",
    "Item",
    "Leaf",
    "Root",
    "read_raw",
    "replace",
]

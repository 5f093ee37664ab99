"""Reader of the plain text form."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, VisitError
from lark.lexer import Lexer
from sympy import Rational

from nmderive.errors import NmderiveError, ParseError, Span, UnsupportedError
from nmderive.notation import tree
from nmderive.notation.latex_lexer import check_brackets
from nmderive.notation.latex_tokens import FUNCTIONS, UNSUPPORTED
from nmderive.notation.limits import TOO_LONG, is_too_long
from nmderive.notation.tree import Chain, Node
from nmderive.notation.vocabulary import INDEX_LETTERS

_PIECE = re.compile(
    r"""
    (?P<comment>\#[^\n]*) | (?P<space>[ \t\r\f\v]+) | (?P<newline>\n\s*) | (?P<dots>\.\.\.|…)
  | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+(?![\w.]))?) | (?P<name>[A-Za-z][A-Za-z0-9_]*)
  | (?P<symbol>\*\*|!=|<=|>=|==|<>|[-+*/^()\[\],;=<>·×−≠≤≥∈]) | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SYMBOLS = {
    "**": "POW",
    "^": "POW",
    "+": "PLUS",
    "-": "MINUS",
    "−": "MINUS",
    "*": "TIMES",
    "·": "TIMES",
    "×": "TIMES",
    "/": "SLASH",
    "(": "LPAR",
    ")": "RPAR",
    "[": "LBRACK",
    "]": "RBRACK",
    ",": "COMMA",
    ";": "SEP",
    "=": "EQ",
    "!=": "REL",
    "<=": "REL",
    ">=": "REL",
    "<": "REL",
    ">": "REL",
    "≠": "REL",
    "≤": "REL",
    "≥": "REL",
    "∈": "REL",
    "<>": "REL",
    "==": "REL",
}
_RELATIONS = {"≠": "!=", "≤": "<=", "≥": ">=", "∈": "in", "<>": "!=", "==": "="}
_GREEK = dict(
    zip(
        "αβγδεζηθλμνξπρστφχψωΩ",
        (
            "alpha beta gamma delta epsilon zeta eta theta lambda mu nu xi pi rho sigma tau phi chi psi omega Omega"
        ).split(),
        strict=True,
    )
)
_BIG = ("sum", "prod", "mean", "logsumexp")
_CALLS = {
    **FUNCTIONS,
    "sqrt": "sqrt",
    "delta": "delta",
    "diff": "diff",
    "iverson": "iverson",
    "sum": "sum",
    "prod": "prod",
    "mean": "mean",
    "sigma": "sigmoid",
}
_REFUSED = frozenset("sin cos argmax argmin floor ceil Piecewise where".split())


def lex(source: str) -> list[Token]:
    """Return the tokens of ``source``."""
    tokens: list[Token] = []
    position = 0
    while position < len(source):
        piece = _PIECE.match(source, position)
        assert piece is not None
        token = _token(str(piece.lastgroup), piece.group(), position, source)
        if token is not None:
            tokens.append(token)
        position = piece.end()
    check_brackets(tokens, source)
    return tokens


def _token(kind: str, text: str, start: int, source: str) -> Token | None:
    span = Span(start, start + len(text))
    if kind in ("comment", "space"):
        return None
    if kind == "number" and is_too_long(text):
        raise ParseError(
            "the number is too long", source=source, span=span, hint=TOO_LONG
        )
    if kind == "other":
        if text not in _GREEK:
            shown = text if text.isprintable() else f"U+{ord(text):04X}"
            raise ParseError(f"unexpected character {shown!r}", source=source, span=span)
        kind, text = "name", _GREEK[text]
    if kind == "name" and text == "where":
        kind = "SEP"
    elif kind == "name" and text == "in":
        kind = "REL"
    elif kind == "symbol":
        kind = _SYMBOLS[text]
    return Token(kind.upper(), _RELATIONS.get(text, text), start, end_pos=span.end)


class _Builder(Transformer[Token, Any]):  # type: ignore[misc]
    """Turns reductions into syntax tree nodes."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source

    def expr(self, parts: list[Any]) -> Node:
        terms, sign = [], "+"
        start = _start(parts[0])
        for part in parts:
            if isinstance(part, Token):
                sign = "-" if (part.type == "MINUS") != (sign == "-") else "+"
                continue
            terms.append(tree.Negative(part.span, part) if sign == "-" else part)
            sign = "+"
        span = Span(start, terms[-1].span.end)
        return terms[0] if len(terms) == 1 else tree.Sum(span, tuple(terms))

    def term(self, parts: list[Any]) -> Node:
        if len(parts) == 1:
            return parts[0]  # type: ignore[no-any-return]
        above: list[Node] = [parts[0]]
        below: list[Node] = []
        for operator, factor in zip(parts[1::2], parts[2::2], strict=True):
            (below if operator.type == "SLASH" else above).append(factor)
        return tree.Product(Span(above[0].span.start, parts[-1].span.end), tuple(above), tuple(below))

    def negative(self, parts: list[Any]) -> Node:
        return tree.Negative(Span(_start(parts[0]), parts[1].span.end), parts[1])

    def power(self, parts: list[Any]) -> Node:
        base, _, exponent = parts
        if isinstance(base, tree.Name) and base.name == "e" and not base.subs:
            return tree.Call(Span(base.span.start, exponent.span.end), "exp", (exponent,))
        return tree.Power(Span(base.span.start, exponent.span.end), base, exponent)

    def number(self, parts: list[Any]) -> Node:
        return tree.Number(_span(parts[0]), Rational(str(parts[0])))

    def dots(self, parts: list[Any]) -> Node:
        return tree.Dots(_span(parts[0]))

    def name(self, parts: list[Any]) -> Node:
        name = str(parts[0])
        if name == "e":
            return tree.Call(_span(parts[0]), "exp", (tree.Number(_span(parts[0]), Rational(1)),))
        return self._named(parts[0], (), _span(parts[0]))

    def _named(self, token: Token, subs: tuple[Node, ...], span: Span) -> tree.Name:
        for suffix in ("bar", "hat"):
            if token.endswith(f"_{suffix}"):
                return tree.Name(span, token[: -len(suffix) - 1], subs, suffix)
        return tree.Name(span, str(token), subs)

    def entry(self, parts: list[Any]) -> Node:
        subs = tuple(self._single(c) for c in parts[2])
        return self._named(parts[0], subs, Span(_start(parts[0]), parts[3].end_pos))

    def call(self, parts: list[Any]) -> Node:
        name, chains = str(parts[0]), parts[2]
        span = Span(_start(parts[0]), parts[3].end_pos)
        if name in _REFUSED:
            raise UnsupportedError(
                f"{name} is not supported",
                source=self.source,
                span=_span(parts[0]),
                hint=UNSUPPORTED.get(name, UNSUPPORTED["sup"]),
            )
        if name in _BIG or name in ("max", "min") and _is_over_index(chains):
            return self._big(name, chains, span)
        first_part = chains[0].parts[0]
        if name in ("max", "min") and len(chains) == 2 and isinstance(first_part, tree.Name) and (
                first_part.name in INDEX_LETTERS and not first_part.subs):
            raise self._fail(f"is {first_part.name} the index of this {name}, or a number?", span,
                             f"an index stands in what the {name} is of, {name}({first_part.name}, "
                             f"s[{first_part.name}]); a number stands last, {name}(x, {first_part.name})")
        if name == "diff":
            first, *rest = map(self._single, chains)
            if not rest:
                raise self._fail("diff takes an expression and what to differentiate by", span)
            return tree.Derivative(span, first, tuple(rest))
        if name == "iverson":
            return tree.Call(span, "iverson", chains)
        return tree.Call(span, _CALLS.get(name, name), tuple(map(self._single, chains)))

    def output(self, parts: list[Any]) -> Node:
        node = self.call(parts[:4])
        if not isinstance(node, tree.Call):
            raise self._fail("a subscript cannot stand here", node.span)
        return tree.Call(node.span, node.name, node.args, tuple(self._single(c) for c in parts[5]))

    def group(self, parts: list[Any]) -> Node:
        return parts[1]  # type: ignore[no-any-return]

    def indicator(self, parts: list[Any]) -> Node:
        return tree.Call(Span(_start(parts[0]), parts[2].end_pos), "iverson", (parts[1],))

    def items(self, parts: list[Any]) -> tuple[Chain, ...]:
        return tuple(p for p in parts if isinstance(p, Chain))

    def chain(self, parts: list[Any]) -> Chain:
        return Chain(
            Span(parts[0].span.start, parts[-1].span.end),
            tuple(parts[::2]),
            tuple(str(r) for r in parts[1::2]),
        )

    def _big(self, name: str, chains: tuple[Chain, ...], span: Span) -> Node:
        if len(chains) < 2:
            raise self._fail(f"{name} takes an index and a body", span, f"write {name}(j, ...)")
        body = self._single(chains[-1])
        if name != "logsumexp":
            return tree.Big(span, name, chains[:-1], None, body)
        exponential = tree.Call(span, "exp", (body,))
        return tree.Call(span, "log", (tree.Big(span, "sum", chains[:-1], None, exponential),))

    def _single(self, chain: Chain) -> Node:
        if len(chain.parts) != 1:
            raise self._fail("a relation cannot stand here", chain.span)
        return chain.parts[0]

    def _fail(self, message: str, span: Span, hint: str | None = None) -> NmderiveError:
        return ParseError(message, source=self.source, span=span, hint=hint)


class _Tokens(Lexer):  # type: ignore[misc]
    """Hands ready tokens to lark."""

    def __init__(self, conf: Any) -> None:
        pass

    def lex(self, data: Any) -> Any:
        """Return the tokens."""
        return iter(data)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = (Path(__file__).parent / "text.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=_Tokens, start="expr", keep_all_tokens=True)


def read_text(tokens: list[Token], source: str) -> Node:
    """Return the syntax tree of one side."""
    try:
        return _Builder(source).transform(_parser().parse(tokens))  # type: ignore[no-any-return]
    except VisitError as error:
        raise error.orig_exc from None
    except UnexpectedInput as error:
        raise _unexpected(error, tokens, source) from None


def _unexpected(error: Any, tokens: list[Token], source: str) -> NmderiveError:
    token = error.token
    if token.type == "$END":
        end = (tokens[-1].end_pos or 0) if tokens else 0
        return ParseError(
            "the formula stops here, something is missing", source=source, span=Span(end, end + 1)
        )
    text = source[token.start_pos : token.end_pos]
    hint = "write products with *" if token.type in ("NAME", "NUMBER", "LPAR") else None
    return ParseError(f"unexpected {text!r}", source=source, span=_span(token), hint=hint)


def _is_over_index(chains: tuple[Chain, ...]) -> bool:
    """Tell max(k, x[k]), over an index, from max(a, b): the first argument is a relation, or an index of the last."""
    first, last = chains[0], chains[-1]
    if len(chains) < 2 or len(first.parts) > 1:
        return len(chains) > 1
    letter = first.parts[0]
    if not isinstance(letter, tree.Name) or letter.subs or letter.mark:
        return False
    entries = [a for part in last.parts for a in tree.walk(part) if isinstance(a, tree.Name)]
    places = [x for a in entries for k in a.subs for x in tree.walk(k)]
    return any(isinstance(x, tree.Name) and x.name == letter.name for x in places)


def _start(part: Any) -> int:
    return (part.start_pos or 0) if isinstance(part, Token) else part.span.start


def _span(token: Token) -> Span:
    return Span(token.start_pos or 0, token.end_pos or 0)

"""The syntax tree that both readers, LaTeX and text, hand over; every node knows its place in the source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from sympy import Rational

from nmderive.errors import Span


@dataclass(frozen=True)
class Node:
    """Common part of all nodes."""

    span: Span


@dataclass(frozen=True)
class Number(Node):
    """An exact number; decimals are rationals."""

    value: Rational


@dataclass(frozen=True)
class Name(Node):
    r"""A letter or word, with an accent (``"bar"``, ``"hat"``) and subscripts where it has them."""

    name: str
    subs: tuple[Node, ...] = ()
    mark: str = ""


@dataclass(frozen=True)
class Word(Node):
    """A subscript that is a label, such as neg, and not an index."""

    text: str


@dataclass(frozen=True)
class Call(Node):
    """A function of its arguments; ``subs`` picks one output, as in softmax(s_i)_j."""

    name: str
    args: tuple[Node, ...]
    subs: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Sum(Node):
    """Terms added up."""

    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Product(Node):
    """Factors multiplied; the factors under a fraction bar come in ``below``."""

    above: tuple[Node, ...]
    below: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Negative(Node):
    """Minus its operand."""

    operand: Node


@dataclass(frozen=True)
class Power(Node):
    """Base to an exponent."""

    base: Node
    exponent: Node


@dataclass(frozen=True)
class Big(Node):
    """A sum, product or mean over indices, with the chains written under it and the bound above."""

    kind: str
    under: tuple[Chain, ...]
    upper: Node | None
    body: Node


@dataclass(frozen=True)
class Derivative(Node):
    """Partial derivative of ``body`` (a name, for a loss that is not written out) by entries."""

    body: Node
    by: tuple[Node, ...]


@dataclass(frozen=True)
class Dots(Node):
    """A remainder: higher orders."""


@dataclass(frozen=True)
class Chain(Node):
    """Parts joined by relations: ``1 <= j < k``; a single part without relations is allowed."""

    parts: tuple[Node, ...]
    relations: tuple[str, ...] = ()


def children(node: Node) -> Iterator[Node]:
    """Yield the direct subnodes of ``node``."""
    for field in fields(node):
        yield from _nodes(getattr(node, field.name))


def walk(node: Node) -> Iterator[Node]:
    """Yield ``node`` and all nodes below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def meaning(node: Node) -> Any:
    """Return what ``node`` says, wherever it stands in the source: equal for two nodes that say the same."""
    return (type(node).__name__, *(_said(getattr(node, field.name)) for field in fields(node) if field.name != "span"))


def _said(value: Any) -> Any:
    if isinstance(value, Node):
        return meaning(value)
    return tuple(map(_said, value)) if isinstance(value, tuple) else value


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)

"""Definitions that a paper gives as it goes: names, their formal indices, and what they stand for."""

from __future__ import annotations

from dataclasses import dataclass

from nmderive.errors import NmderiveError, ParseError
from nmderive.notation.tree import Call, Name, Node, Number, Word

Key = tuple[str, str, int]


@dataclass(frozen=True)
class Definition:
    r"""``A_j = body``, ``\bar{s}_i = body``, ``f(s_{i,j}) = body`` or ``f(x) = body``.

    ``formals`` are the index letters of the head; ``variable`` is x in ``f(x)``; ``text`` is the whole as written.
    """

    label: str
    formals: tuple[str, ...]
    body: Node
    head: Node
    variable: str | None = None
    text: str = ""


class Definitions:
    """All definitions of one source, by accent, name and number of indices."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.entries: dict[Key, Definition] = {}
        self.functions: dict[str, Definition] = {}

    def add(self, head: Node, body: Node, text: str) -> None:
        """Record ``head = body``, written ``text``."""
        if isinstance(head, Name):
            key = (head.mark, head.name, len(head.subs))
            if key in self.entries:
                raise self._fail(f"{self._text(head)} is defined twice", head)
            self.entries[key] = Definition(self._text(head), self._formals(head), body, head, None, text)
        elif isinstance(head, Call) and len(head.args) == 1 and isinstance(head.args[0], Name):
            self._add_function(head, head.args[0], body, text)
        else:
            raise self._fail("the left side of a definition is a name with index letters", head,
                             "write q_k = ..., with the letters that the right side uses")

    def all(self) -> list[Definition]:
        """Return all definitions."""
        return [*self.entries.values(), *self.functions.values()]

    def _add_function(self, head: Call, argument: Name, body: Node, text: str) -> None:
        if head.name in self.functions:
            raise self._fail(f"{head.name} is defined twice", head)
        label = self._text(head)
        if argument.subs:
            found = Definition(label, self._formals(argument), body, head, None, text)
        else:
            found = Definition(label, (), body, head, argument.name, text)
        self.functions[head.name] = found

    def _formals(self, head: Name) -> tuple[str, ...]:
        if len(head.subs) == 1 and isinstance(head.subs[0], Word):
            return (head.subs[0].text,)
        letters = []
        for sub in head.subs:
            if isinstance(sub, Number) or not isinstance(sub, Name) or sub.name in letters:
                raise self._fail(
                    "the indices on the left of a definition are different letters", sub, "write A_j = ..."
                )
            letters.append(sub.name)
        return tuple(letters)

    def _text(self, node: Node) -> str:
        return self.source[node.span.start : node.span.end]

    def _fail(self, message: str, node: Node, hint: str | None = None) -> NmderiveError:
        return ParseError(message, source=self.source, span=node.span, hint=hint)

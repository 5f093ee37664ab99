r"""What is set below or above an operator or a formula, on tokens: \underset{k}{\max} is \max_k, and a brace only says.

``\underbrace{x}_{\text{name}}`` is x: its label is for the reader. ``\mathop{\max}`` and ``\boxed{x}`` are what they
hold.
"""

from __future__ import annotations

from collections.abc import Callable

from lark import Token

from nmderive.errors import NmderiveError
from nmderive.notation.brackets import CLOSE, OPEN

#: Commands that set something below or above, and what that is a script of.
SETS = {"underset": "SUB", "overset": "SUP"}
BRACES = frozenset(["underbrace", "overbrace"])
#: All commands of this module; the lexer gives each as one token.
STACKED = frozenset([*SETS, *BRACES, "mathop", "boxed"])
_OPERATORS = ("BIG", "FUNC", "LETTER", "RBRACE")


def without_stacks(tokens: list[Token], fail: Callable[..., NmderiveError]) -> list[Token]:
    """Return the tokens with what stands below or above as scripts, and without labels of braces."""
    if not any(t.type == "STACK" for t in tokens):
        return tokens
    return _Stacks(tokens, fail).read(0, len(tokens))


class _Stacks:
    """One pass over one list of tokens, whose brackets match."""

    def __init__(self, tokens: list[Token], fail: Callable[..., NmderiveError]) -> None:
        self.tokens, self.fail = tokens, fail
        self.ends: dict[int, int] = {}
        opened: list[int] = []
        for k, token in enumerate(tokens):
            if token.type in OPEN:
                opened.append(k)
            elif token.type in CLOSE:
                self.ends[opened.pop()] = k

    def read(self, at: int, end: int) -> list[Token]:
        """Return the tokens of a stretch."""
        found: list[Token] = []
        while at < end:
            token = self.tokens[at]
            if token.type != "STACK":
                found.append(token)
                at += 1
                continue
            first = self._argument(at + 1, token)
            added, at = self._set(token, first) if token in SETS else self._held(token, first)
            found += added
        return found

    def _argument(self, at: int, command: Token) -> int:
        if at not in self.ends or self.tokens[at].type != "LBRACE":
            raise self.fail("expected {...} here", command.start_pos or 0, command.end_pos or 0)
        return at

    def _set(self, command: Token, first: int) -> tuple[list[Token], int]:
        second = self._argument(self.ends[first] + 1, command)
        end = self.ends[second]
        operator = self.read(second + 1, end)
        if not operator or operator[0].type not in _OPERATORS or len(operator) > 1 and operator[1].type not in (
                "SUB", "SUP"):
            raise self.fail(f"\\{command} is read with an operator only", command.start_pos or 0,
                            command.end_pos or 0, rf"write \{command}{{k}}{{\max}}, or \max_k")
        place = command.start_pos or 0
        script = Token(SETS[str(command)], "", place, end_pos=command.end_pos)
        label = self.read(first, self.ends[first] + 1)
        return [*operator, script, *label], end + 1

    def _held(self, command: Token, first: int) -> tuple[list[Token], int]:
        end = self.ends[first]
        if command not in BRACES:
            return self.read(first + 1, end), end + 1
        held = self.read(first, end + 1)
        at = end + 1
        if at + 1 < len(self.tokens) and self.tokens[at].type in ("SUB", "SUP"):
            at = self.ends.get(at + 1, at + 1) + 1
        return held, at


__all__ = ["STACKED", "without_stacks"]

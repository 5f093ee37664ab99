"""Errors that a user can act on: what is wrong, where in the source, how to mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """Half-open character range ``[start, end)`` of a source text."""

    start: int
    end: int


class NmderiveError(Exception):
    """Base of every error that nmderive raises on purpose.

    ``message`` says what is wrong, ``source`` and ``span`` where, ``hint`` how to mend it.
    """

    def __init__(
        self, message: str, *, source: str | None = None, span: Span | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.span = span
        self.hint = hint

    def __str__(self) -> str:
        lines = [self.message]
        if self.source is not None and self.span is not None:
            lines.extend(caret_lines(self.source, self.span))
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


class ParseError(NmderiveError):
    """The text is not a formula of the notation, or its meaning is ambiguous."""


class UnsupportedError(NmderiveError):
    """The formula is understood, but it is outside what nmderive can treat."""


class DomainError(NmderiveError):
    """A value, shape or size lies outside the domain of the operation."""


class UsageError(NmderiveError):
    """The command or call cannot be carried out as it was asked."""


class BudgetExceeded(NmderiveError):
    """The steps or the memory of a budget were used up before an answer; on every machine at the same place."""


class ClockEnded(Exception):
    """The time of a whole run is over.

    It is no NmderiveError: a judge that goes on where one of its own attempts ends must not go on here, since what it
    found then would depend on the machine.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def caret_lines(source: str, span: Span, width: int = 100) -> list[str]:
    """Return the source line that holds ``span`` and a caret line under it, cut to ``width``."""
    start = max(0, min(span.start, len(source)))
    line_start = source.rfind("\n", 0, start) + 1
    line_end = source.find("\n", start)
    line = source[line_start : len(source) if line_end < 0 else line_end]
    column = start - line_start
    length = max(1, min(span.end, line_start + len(line)) - start)
    shift = max(0, column - width * 2 // 3)
    shown = ("…" if shift else "") + line[shift : shift + width].replace("\t", " ")
    shown += "…" if len(line) > shift + width else ""
    offset = column - shift + (1 if shift else 0)
    return ["  " + shown, "  " + " " * offset + "^" * min(length, max(1, width - offset))]

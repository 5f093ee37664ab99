r"""Long formulas for narrow columns: LaTeX split at the signs between its terms, or between its factors."""

from __future__ import annotations

import re

_OPEN, _CLOSE = re.compile(r"\\left[(\[{|.]|\{|\("), re.compile(r"\\right[)\]}|.]|\}|\)")
_SIGN = re.compile(r" ([+-]) ")
_INDENT = "  "


def in_column(left: str, texts: list[str], width: int) -> str:
    """Return ``left =`` the first of ``texts`` that fits the column once it is split; the first where none does."""
    split = [in_lines(left, text, width) for text in texts]
    for text in split:
        lines = [a for a in text.split("\n") if not a.startswith("\\")]
        if all(printed_width(a) <= width for a in lines):
            return text
    return split[0]


def in_lines(left: str, right: str, width: int) -> str:
    r"""Return ``left = right`` in lines of about ``width`` printed characters; one line is no environment."""
    room = max(width - printed_width(left) - 3, 12)
    if printed_width(right) <= room:
        return f"{left} = {right}"
    lines = _packed(_terms(right), room)
    body = f" \\\\\n{_INDENT}&\\quad ".join(lines)
    return f"\\begin{{aligned}}\n{_INDENT}{left} &= {body}\n\\end{{aligned}}"


def printed_width(text: str) -> int:
    """Return about how many characters a formula takes in print: a fraction takes its wider half."""
    text = _fractions(text)
    text = re.sub(r"\\(?:left|right|mathrm|text|hat|bar|tilde)", "", text)
    text = re.sub(r"\\quad", "  ", text)
    text = re.sub(r"\\[A-Za-z]+", "x", text)
    return len(re.sub(r"[{}_^ ]", "", text))


def _fractions(text: str) -> str:
    while (at := text.rfind("\\frac{")) >= 0:
        above, middle = _group(text, at + 5)
        below, end = _group(text, middle)
        wider = max(above, below, key=lambda a: len(re.sub(r"\\[A-Za-z]+|[{}_^ ]", "", a)))
        text = text[:at] + wider + text[end:]
    return text


def _group(text: str, at: int) -> tuple[str, int]:
    depth = 0
    for k in range(at, len(text)):
        depth += (text[k] == "{") - (text[k] == "}")
        if depth == 0:
            return text[at + 1 : k], k + 1
    return text[at + 1 :], len(text)


def _terms(text: str) -> list[str]:
    """Return the terms, each with the sign before it, and a definition after a comma as one more."""
    depth, start, found = 0, 0, []
    at = 0
    while at < len(text):
        opened, closed = _OPEN.match(text, at), _CLOSE.match(text, at)
        if opened:
            depth, at = depth + 1, opened.end()
        elif closed:
            depth, at = depth - 1, closed.end()
        elif depth == 0 and at > start and (_SIGN.match(text, at) or text.startswith(r",\quad ", at)):
            found.append(text[start:at].strip())
            start = at
            at += 3
        else:
            at += 1
    return [*found, text[start:].strip()]


def _packed(terms: list[str], room: int) -> list[str]:
    lines: list[str] = []
    for term in terms:
        if lines and printed_width(f"{lines[-1]} {term}") <= room:
            lines[-1] += f" {term}"
        else:
            lines.append(term)
    return lines


__all__ = ["in_column", "in_lines", "printed_width"]

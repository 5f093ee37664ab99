r"""Indicators and entries of a softmax as only published formulas write them: \delta(y - k), I(y = k), \sigma_k(z)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from nmderive.errors import NmderiveError, Span
from nmderive.notation import latex_raw as raw
from nmderive.notation.tree import Call, Chain, Name, Node
from nmderive.notation.vocabulary import INDEX_LETTERS

#: What says that sigma is of one number: its definition, or a sentence.
_SIGMOID = re.compile(r"\\sigma\s*(?:\\left)?\(\s*\\?\w+\s*(?:\\right)?\)\s*&?\s*:?=|\\sigma\b[^,;.]*sigmoid")
#: What was read, and the place after it.
Found = tuple[Node, int]


class PaperIndicators:
    """The part of ``paper_factors.PaperFactors`` for these; the attributes are those of the whole."""

    source: str
    notes: list[str]
    names: Any
    outer: tuple[str, ...]
    is_special: bool
    fail: Callable[..., NmderiveError]
    only: Callable[..., Node]
    _with_scripts: Callable[..., Node]

    def _kronecker(self, item: raw.Item, group: raw.Group) -> Node | None:
        r"""Return \delta(y - k) as an indicator that they are equal; None where delta is a factor."""
        parts = group.content[0].parts if len(group.content) == 1 else ()
        terms = parts[0].terms if len(parts) == 1 else ()
        if [sign for sign, _ in terms] != ["+", "-"] or any(len(row) != 1 for _, row in terms):
            return None
        places = [row[0].atom for _, row in terms]
        names = [getattr(a, "text", "") for a in places]
        known = {*INDEX_LETTERS, "y"}
        if not set(names) <= known or not set(names) & {*self.outer}:
            return None
        self.is_special = True
        self.notes.append("delta of a difference of indices is 1 where they are equal, else 0")
        first, second = (self.names.plain(row[0]) for _, row in terms)
        return Call(Span(item.span.start, group.span.end), "iverson", (Chain(group.span, (first, second), ("=",)),))

    def _is_relation(self, group: raw.Group | None) -> bool:
        """Tell whether a bracket holds one relation, as I[y_i > y_j] does."""
        content: tuple[raw.Chain, ...] = () if group is None else self.names.inside(group.content)
        return len(content) == 1 and len(content[0].relations) == 1

    def _row_sigma(self, item: raw.Item, group: raw.Group) -> Node:
        r"""Return ``\sigma(z)_k`` as an entry of what the source defines so, or of softmax(z)."""
        span = Span(item.span.start, group.span.end)
        if re.search(r"\\sigma\s*(?:\\left)?\([^=]*\)\s*_\{?\w\}?\s*&?\s*=", self.source):
            return Name(span, "sigma")
        self._check_sigmoid(span)
        self.notes.append("sigma with a class below is softmax")
        return Call(span, "softmax", (self.only(group.content, span),))

    def _row_sigma_below(self, item: raw.Item, group: raw.Group) -> Node | None:
        r"""Return \sigma_k(z) as an entry of softmax(z), where the source does not define it otherwise."""
        below = self.names.subscripts(item.sub or ())
        is_class = len(below) == 1 and getattr(below[0], "name", "") in INDEX_LETTERS | {"y"}
        if not is_class or re.search(r"\\sigma\s*_\{?\w\}?\s*(?:\\left)?\([^=]*\)\s*&?\s*=", self.source):
            return None
        self._check_sigmoid(item.span)
        self.notes.append("sigma with a class below is softmax")
        return Call(Span(item.span.start, group.span.end), "softmax", (self.only(group.content, group.span),), below)

    def _check_sigmoid(self, span: Span) -> None:
        r"""Refuse \sigma(z)_k as softmax where the source says what \sigma(u) of one number is."""
        if _SIGMOID.search(self.source):
            self.is_special = True
            raise self.fail("sigma is the sigmoid here, and has an entry of a row", span,
                            r"for the sigmoid of an entry write \sigma(z_k); for softmax write \text{softmax}(z)_k")

    def _indicator(self, item: raw.Item, group: raw.Group | None, at: int, follower: raw.Item | None) -> Found:
        has_sub = item.sub is not None
        chain = item.sub if item.sub is not None else group.content if group is not None else ()
        content = self.names.inside(chain)
        is_chain = len(content) == 1 and len(content[0].relations) > 1 and set(content[0].relations) <= {
            "<", ">", "<=", ">="}
        if len(content) != 1 or not (is_chain or len(content[0].relations) == 1) or item.sup is not None:
            raise self.fail("an indicator holds one relation", item.span, r"write \mathbb{1}[y_i = j]")
        node: Node = self.names.indicators(content[0], item.span)
        return (node, at + 1) if has_sub or follower is None else (self._with_scripts(node, follower), at + 2)


__all__ = ["Found", "PaperIndicators"]

"""Declarations of an equation between code and a formula: each belongs to the sides that have its letter."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nmderive.errors import ParseError
from nmderive.notation import Declarations
from nmderive.tracing.roles import written

_WORD = re.compile(r"[A-Za-z]+")
_COMMAND = re.compile(r"\\[A-Za-z]+")
#: Words of declarations that are no letters: dress, forms of domains.
_NO_LETTER = frozenset((
    "hat", "widehat", "tilde", "bar", "overline", "mathbf", "boldsymbol", "bm", "mathrm", "text", "mathcal", "mathit",
    "in", "inf", "infty", "infinity", "oo", "integer", "integers", "whole", "le", "leq", "ge", "geq", "lt", "gt",
))


def stands_in(let: str, formula: str) -> bool:
    """Tell whether the letter that a declaration is of stands in a formula; similarities have no letter."""
    head, _, role = let.partition(":")
    if role.strip().endswith("similarity matrix"):
        return True
    word = next((w for w in _WORD.findall(head) if w not in _NO_LETTER), "")
    if len(word) == 1:
        return word in _COMMAND.sub(" ", formula)
    word = re.sub(r"^(hat|bar|tilde)(?=[A-Za-z]$)", "", word)
    return bool(word) and word in formula


def of_formula(lets: Iterable[str], formula: str, also: Iterable[str]) -> Declarations:
    """Return the declarations of a formula's letters; roles that arguments alone have are those of code in ``also``."""
    result, of_code = Declarations(), set(also)
    for let in lets:
        if let in of_code and _is_number_of_code(let):
            continue
        try:
            result = result.merge(Declarations.from_lets([let] if stands_in(let, formula) else []))
        except ParseError:
            if let not in of_code:
                raise
    return result


def _is_number_of_code(let: str) -> bool:
    """Tell whether a number is called as a letter that formulas have, s the logits, and is written by another there."""
    word = next((w for w in _WORD.findall(let) if w not in _NO_LETTER), "")
    return ":" not in let and written(word) != word


__all__ = ["of_formula", "stands_in"]

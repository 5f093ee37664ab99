"""An equation between code and a formula: which sides a declaration is of, and at which sizes they are compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sympy import Expr, Indexed

from nmderive.errors import ParseError, UsageError
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


def sizes_of(statements: Iterable[Any], asked: Mapping[str, int]) -> dict[str, int]:
    """Return the sizes at which sides are compared: those that code fixes, beside those that are asked for."""
    found = dict(asked)
    for name, size in (pair for x in statements for pair in getattr(x, "sizes", ())):
        if found.setdefault(name, size) != size:
            raise UsageError(f"the code is of {name} = {size} alone, not of {name} = {found[name]}",
                             hint=f"compare at {name} = {size}; 'read as' says where every {name} can be read")
    return found


def apart(statements: Iterable[Any], sides: Iterable[Expr]) -> list[str]:
    """Return how to match an array of code with one of a formula, where either stands on one side alone."""
    of_code = set().union(*(_arrays(x.sides[0]) for x in statements if getattr(x, "is_code", False)))
    each = [_arrays(side) for side in sides]
    if len(each) != 2:
        return []
    one, two = each[0] - each[1], each[1] - each[0]
    own = (one | two) & of_code
    if not one or not two or not own:
        return []
    said = " and ".join(sorted(one)) + " stands on one side alone and " + " and ".join(sorted(two)) + " on the other"
    return [f"{said}: they are different numbers; where they are the same, write the formula with "
            f"{' and '.join(sorted(own))}, the name that the code has"]


def _arrays(side: Expr) -> set[str]:
    return {a.base.name for a in side.atoms(Indexed)} - {"s", "t"}


def _is_number_of_code(let: str) -> bool:
    """Tell whether a number is called as a letter that formulas have, s the logits, and is written by another there."""
    word = next((w for w in _WORD.findall(let) if w not in _NO_LETTER), "")
    return ":" not in let and written(word) != word


__all__ = ["apart", "of_formula", "sizes_of", "stands_in"]

"""The guesses in a reading, each with the declarations that it may be changed to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from nmderive.notation.guesses import declaration_of

_ROLES = ("labels", "logits", "target class", "probabilities")
_HINT = re.compile(r"--let '([^']+)'")


def chips(read_as: Iterable[str]) -> list[dict[str, Any]]:
    """Return each guess as its text, the declaration that says it (empty: none), and the others to choose from."""
    return [{"text": guess, "let": (let := declaration_of(guess)), "others": _others(let)} for guess in read_as]


def _others(let: str) -> list[str]:
    """Return what else may be declared of the same letter."""
    if ":" in let:
        name, _, role = (x.strip() for x in let.partition(":"))
        return [f"{name}: {other}" for other in _ROLES if other != role and role in _ROLES]
    letter = re.match(r"\w+", let)
    if letter is None or " in " in let:
        return []
    forms = (let.removesuffix(">0"), f"{let.removesuffix('>0')}>0", f"0<{letter[0]}<=1", f"{letter[0]}=0.5")
    return [form for form in (forms[:2] if "_" in let else forms) if form != let]


def declared_in(hint: str | None) -> list[str]:
    """Return the declarations that an error's hint names, to be taken over with one press."""
    return _HINT.findall(hint or "")


__all__ = ["chips", "declared_in"]

"""What the page or a program asks for, as plain data that a job's process gets; anything else is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nmderive.errors import UsageError
from nmderive.tracing.target import is_target

#: The verbs that a job may run.
VERBS = ("derive", "verify", "equal", "hessian", "solve", "code", "plot", "check")
#: Longer formulas are for the command line.
MAX_FORMULA = 20_000
_MAX_LETS, _MAX_LET = 40, 200
_FIELDS = {"verb", "loss", "right", "lets", "form", "claims", "sizes", "hard_labels", "of"}


@dataclass(frozen=True)
class Asked:
    """A question: a verb, a formula, for ``equal`` a second one, declarations, and what is fixed."""

    verb: str
    loss: str
    right: str = ""
    lets: tuple[str, ...] = ()
    form: str | None = None
    claims: tuple[str, ...] = ()
    sizes: tuple[tuple[str, int], ...] = ()
    hard_labels: bool = False


def asked(data: Mapping[str, Any], verb: str = "") -> Asked:
    """Return the question that JSON data asks; raises UsageError for what is no question, or names code to run."""
    unknown = sorted(set(data) - _FIELDS)
    if unknown:
        raise UsageError(f"there is no field {unknown[0]!r}", hint="one of: " + ", ".join(sorted(_FIELDS - {"of"})))
    verb = verb or str(data.get("verb", ""))
    if verb not in VERBS:
        raise UsageError(f"there is no verb {verb[:40]!r}", hint="one of: " + ", ".join(VERBS))
    form = data.get("form") or None
    if form not in (None, "latex", "text"):
        raise UsageError("a formula is read as latex or text")
    return Asked(
        verb, formula(data.get("loss", "")), formula(data.get("right") or "", is_needed=False),
        _texts(data.get("lets", ()), "lets"), form, _texts(data.get("claims", ()), "claims"),
        _sizes(data.get("sizes") or {}), bool(data.get("hard_labels")),
    )


def formula(text: Any, is_needed: bool = True) -> str:
    """Return the text of a formula; code of this machine is never named from a page."""
    if not isinstance(text, str) or is_needed and not text.strip():
        raise UsageError("there is no formula", hint="paste LaTeX, text, or a name of the catalogue")
    if len(text) > MAX_FORMULA:
        raise UsageError(f"the formula is longer than {MAX_FORMULA:,} characters", hint="use the command line")
    if is_target(text):
        raise UsageError("a page runs no code of this machine", hint="paste the formula; code is for `nmderive verify`")
    return text


def _texts(given: Any, field: str) -> tuple[str, ...]:
    fine = isinstance(given, list | tuple) and all(isinstance(x, str) and len(x) <= _MAX_LET for x in given)
    if not fine or len(given) > _MAX_LETS:
        raise UsageError(f"{field} is a list of at most {_MAX_LETS} short texts")
    return tuple(x.strip() for x in given if x.strip())


def _sizes(given: Any) -> tuple[tuple[str, int], ...]:
    if not isinstance(given, Mapping) or not all(
        name in ("n", "m") and type(value) is int and 1 <= value <= 100 for name, value in given.items()
    ):
        raise UsageError("sizes fixes n or m, each from 1 to 100", hint='such as {"m": 2}')
    return tuple(sorted(given.items()))


__all__ = ["MAX_FORMULA", "VERBS", "Asked", "asked", "formula"]

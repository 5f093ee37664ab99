"""The properties of a loss, one a file; the file's name is the claim's name on the command line.

A claim module has ``TITLE``, ``STATEMENT`` and ``judge(loss, sizes) -> Verdict``. The docstring opens with
the statement that the report prints, then says what proves it, what refutes it, and where it comes from.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

from nmderive.errors import UsageError
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss

#: The claim that decides the exit code of ``nmderive verify`` unless others are named.
MAIN_CLAIM = "softmax-optimum"


class Claim(Protocol):
    """What a claim module offers."""

    TITLE: str
    STATEMENT: str

    def judge(self, loss: Loss, sizes: Mapping[str, int]) -> Verdict:
        """Judge the claim for all sizes, or for those fixed in ``sizes``."""


def claim_names() -> list[str]:
    """Return the names of all claims, the main one first."""
    found = sorted(p.stem.replace("_", "-") for p in Path(__file__).parent.glob("[a-z]*.py"))
    return [MAIN_CLAIM] + [name for name in found if name != MAIN_CLAIM]


def claim(name: str) -> Claim:
    """Return the claim called ``name``."""
    if not isinstance(name, str):
        raise UsageError(f"a claim is a name, not {name!r}", hint='several are named one by one: "convex", "balance"')
    if name not in claim_names():
        close = difflib.get_close_matches(name.lower().replace("_", "-"), claim_names(), 1)
        hint = f"did you mean {close[0]}?" if close else "one of: " + ", ".join(claim_names())
        raise UsageError(f"there is no claim called {name!r}", hint=hint)
    return cast(Claim, importlib.import_module(f"nmderive.claims.{name.replace('-', '_')}"))


def definition(name: str) -> str:
    """Return what a claim means: the first paragraphs of its file, up to how it is proved."""
    text = inspect.getdoc(claim(name)) or ""
    return " ".join(text.split("Proved")[0].split())

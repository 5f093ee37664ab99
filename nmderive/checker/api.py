"""The entry point: dispatch a certificate to its kind, and turn every failure into a reason."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from . import kinds
from .reject import Reject


@dataclass(frozen=True)
class Result:
    """Whether a certificate is accepted, what was then verified, and otherwise why not."""

    accepted: bool
    statement: str
    reason: str


_FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    TypeError,
    ValueError,
)

Verifier = Callable[[dict[str, Any]], str]


@lru_cache(maxsize=1)
def verifiers() -> dict[str, Verifier]:
    """The verifiers by kind: each module in ``kinds`` with a KIND and a verify function."""
    found: dict[str, Verifier] = {}
    for info in pkgutil.iter_modules(kinds.__path__):
        module = importlib.import_module(f"{kinds.__name__}.{info.name}")
        kind = getattr(module, "KIND", None)
        if isinstance(kind, str):
            if kind in found:
                raise RuntimeError(f"two verifiers for the kind {kind}")
            found[kind] = module.verify
    return found


def check(certificate: dict[str, Any]) -> Result:
    """Verify a certificate; never raises, never accepts what was not verified."""
    if not isinstance(certificate, dict):
        return Result(False, "", "the certificate is not an object")
    kind = certificate.get("kind")
    if not isinstance(kind, str) or kind not in verifiers():
        return Result(False, "", f"unknown kind {str(kind)[:60]!r}")
    try:
        return Result(True, verifiers()[kind](certificate), "")
    except Reject as refusal:
        return Result(False, "", str(refusal))
    except RecursionError:
        return Result(False, "", "the certificate is nested too deeply")
    except _FAILURES as err:
        return Result(False, "", f"malformed certificate ({type(err).__name__}: {str(err)[:120]})")

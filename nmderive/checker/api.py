"""The entry point: dispatch a certificate to its kind, and turn every failure into a reason."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

from . import extrema, kinds, modulo, setup, words
from .context import Context
from .reject import Reject


@dataclass(frozen=True)
class Result:
    """Whether a certificate is accepted, what was then verified, and otherwise why not.

    ``sizes`` are the sizes that were fixed, ``at_least`` the smallest ones that an open size must have,
    ``conditions`` what was assumed besides, in words, and ``value`` encloses the number that a witness is about.
    """

    accepted: bool
    statement: str
    reason: str
    sizes: dict[str, int] = field(default_factory=dict)
    at_least: dict[str, int] = field(default_factory=dict)
    conditions: tuple[str, ...] = ()
    value: tuple[Fraction, Fraction] | None = None


_FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    TypeError,
    ValueError,
)

#: The kinds that may speak of maxima over an index: what they show passes to limits (extrema.py), or to points.
_WITH_EXTREMA = frozenset(
    "bounded convex defined grows identity kinked least lipschitz nonnegative outscored row-sum symmetric smooth "
    "stationary-at two-stationary witness-gradient witness-line witness-values".split())
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


def _accepted(statement: str, contexts: list[Context]) -> Result:
    """The result, with all that any context of the check was told or had to assume."""
    sizes = {name: k for cx in contexts for name, k in cx.sizes.items()}
    least: dict[str, int] = {}
    conditions: dict[str, None] = {}
    for cx in contexts:
        for name, k in cx.at_least.items():
            if name not in sizes and k > least.get(name, 1):
                least[name] = k
        conditions.update(dict.fromkeys(words.assumptions(cx)))
    value = next((cx.value for cx in contexts if cx.value is not None), None)
    return Result(True, statement, "", sizes, least, tuple(conditions), value)


def check(certificate: dict[str, Any]) -> Result:
    """Verify a certificate; never raises, never accepts what was not verified."""
    if not isinstance(certificate, dict):
        return Result(False, "", "the certificate is not an object")
    try:
        text = json.dumps(certificate, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        return _checked(certificate)
    # The same text is the same certificate: it is looked at once.
    found = _known.get(text)
    if found is None:
        if len(_known) >= _MAX_KNOWN:
            _known.clear()
        found = _known[text] = _checked(certificate)
        if found.accepted and '"mod"' in text:  # written out it is asked for again, by whoever derives the headline
            _known[json.dumps(modulo.plain(certificate), sort_keys=True)] = found
    return found


_known: dict[str, Result] = {}
_MAX_KNOWN = 2000


def _checked(certificate: dict[str, Any]) -> Result:
    kind = certificate.get("kind")
    if not isinstance(kind, str) or kind not in verifiers():
        return Result(False, "", f"unknown kind {str(kind)[:60]!r}")
    try:
        plain = modulo.plain(certificate)
        if kind not in _WITH_EXTREMA and any(True for _ in extrema.needed(plain)):
            raise Reject("a certificate of this kind speaks of no maximum over an index")
        with setup.recorded() as contexts:
            statement = verifiers()[kind](plain)
        return _accepted(statement, contexts)
    except Reject as refusal:
        return Result(False, "", str(refusal))
    except RecursionError:
        return Result(False, "", "the certificate is nested too deeply")
    except _FAILURES as err:
        return Result(False, "", f"malformed certificate ({type(err).__name__}: {str(err)[:120]})")

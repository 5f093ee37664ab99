"""The verb ``check``: find the certificates in a JSON text and hand each to the independent checker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from nmderive.checker import Result, check
from nmderive.errors import UsageError
from nmderive.evidence import CERTIFICATE_SCHEMA


def check_text(text: str) -> list[Result]:
    """Return the checker's result for every certificate in ``text``, however deep it lies."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(f"this is not JSON: {error}") from error
    except RecursionError as error:
        raise UsageError("the JSON is nested too deeply", hint="give what --json prints") from error
    return [check(certificate) for certificate in _certificates(data)]


def _certificates(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        if data.get("schema") == CERTIFICATE_SCHEMA:
            yield data
            return
        for value in data.values():
            yield from _certificates(value)
    elif isinstance(data, list):
        for value in data:
            yield from _certificates(value)

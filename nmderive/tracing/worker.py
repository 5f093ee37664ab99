"""Reading a named function in a process of its own, with limits on time and memory and without a network."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from nmderive.budget import in_worker
from nmderive.errors import BudgetExceeded, UnsupportedError, UsageError
from nmderive.losses.loss import Loss
from nmderive.tracing.read import read_function
from nmderive.tracing.target import load, parse_target

#: The clock for importing the user's code (PyTorch takes seconds) and tracing it, and the worker's memory.
SECONDS, MEGABYTES = 120.0, 16_384


def read_target(text: str, lets: Iterable[str] = (), strict: bool = True) -> Loss:
    """Return the loss of the function that ``text`` names; its code runs in a worker only.

    Without ``strict`` a declaration may be of something else than the function's arguments.

    Raises what ``read_function`` raises, UnsupportedError where the code asks for a network, ends its process or uses
    up its memory, ClockEnded past the time.
    """
    target = parse_target(text)
    try:
        return in_worker(_read, target, tuple(lets), strict, seconds=SECONDS, megabytes=MEGABYTES)
    except BudgetExceeded as error:
        raise UnsupportedError(f"{text}: {error.message}") from None


def _read(target: Any, lets: tuple[str, ...], strict: bool) -> Loss:
    sys.addaudithook(_without_network)
    # What the user's code prints is no part of nmderive's output.
    with contextlib.redirect_stdout(sys.stderr):
        function, given, notes = load(target)
        try:
            loss = read_function(function, lets, given, target.text, strict)
            return replace(loss, read_as=(*notes, *loss.read_as))
        except SystemExit:
            raise UsageError(f"{target.text} ends its process", hint="name a function that returns") from None


def _without_network(event: str, arguments: Any) -> None:
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise UnsupportedError("the code asks for a network, which is off while it is read")


__all__ = ["read_target"]

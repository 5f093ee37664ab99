"""Reading a named function in a process of its own, with limits on time and memory and without a network."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Any

from nmderive.budget import in_worker
from nmderive.errors import BudgetExceeded, UnsupportedError, UsageError
from nmderive.losses.loss import Loss
from nmderive.tracing.arguments import signature_of
from nmderive.tracing.declared import declares
from nmderive.tracing.functions import called
from nmderive.tracing.held import held_by
from nmderive.tracing.read import read_function
from nmderive.tracing.target import Target, load, parse_target

#: The clock for importing the user's code (PyTorch takes seconds) and tracing it, and the worker's memory.
SECONDS, MEGABYTES = 120.0, 16_384


def read_target(text: str, lets: Iterable[str] = (), elsewhere: Collection[str] = ()) -> Loss:
    """Return the loss of the function that ``text`` names; its code runs in a worker only.

    Declarations in ``elsewhere`` may be of something else than the function's arguments.

    Raises what ``read_function`` raises, UnsupportedError where the code asks for a network, ends its process or uses
    up its memory, ClockEnded past the time.
    """
    return _in_worker(text, _read, tuple(lets), tuple(elsewhere))  # type: ignore[no-any-return]


def lets_of(text: str, lets: Iterable[str]) -> list[str]:
    """Return the declarations that are of arguments of the function that ``text`` names."""
    return _in_worker(text, _own, tuple(lets))  # type: ignore[no-any-return]


def _in_worker(text: str, run: Callable[..., Any], *arguments: Any) -> Any:
    target = parse_target(text)
    try:
        return in_worker(_quietly, run, target, *arguments, seconds=SECONDS, megabytes=MEGABYTES)
    except BudgetExceeded as error:
        raise UnsupportedError(f"{text}: {error.message}") from None


def _quietly(run: Callable[..., Any], target: Target, *arguments: Any) -> Any:
    sys.addaudithook(_without_network)
    # What the user's code prints is no part of nmderive's output.
    with contextlib.redirect_stdout(sys.stderr):
        try:
            return run(target, *arguments)
        except SystemExit:
            raise UsageError(f"{target.text} ends its process", hint="name a function that returns") from None


def _read(target: Target, lets: tuple[str, ...], elsewhere: tuple[str, ...]) -> Loss:
    function, given, notes = load(target)
    loss = read_function(function, lets, given, target.text, elsewhere, target.part)
    return replace(loss, read_as=(*notes, *loss.read_as))


def _own(target: Target, lets: tuple[str, ...]) -> list[str]:
    function, _, _ = load(target)
    function = called(function)
    names = [*(p.name for p in signature_of(function)), *held_by(function)]
    return [let for let in lets if declares(let, names)]


def _without_network(event: str, arguments: Any) -> None:
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise UnsupportedError("the code asks for a network, which is off while it is read")


__all__ = ["lets_of", "read_target"]

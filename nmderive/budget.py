"""Time limits: a deadline that inner loops look at, and worker processes that can be killed."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

from nmderive.errors import BudgetExceeded, NmderiveError

Result = TypeVar("Result")

_deadline: ContextVar[float | None] = ContextVar("nmderive_deadline", default=None)


@contextmanager
def limited(seconds: float | None) -> Iterator[None]:
    """Give the block at most ``seconds``; an outer limit that ends earlier stays in force."""
    outer = _deadline.get()
    own = None if seconds is None else time.monotonic() + seconds
    ends = min((d for d in (outer, own) if d is not None), default=None)
    token = _deadline.set(ends)
    try:
        yield
    finally:
        _deadline.reset(token)


def check_budget() -> None:
    """Raise BudgetExceeded once the deadline in force has passed."""
    deadline = _deadline.get()
    if deadline is not None and time.monotonic() > deadline:
        raise BudgetExceeded("the time limit was reached")


def remaining() -> float | None:
    """Return the seconds left, None without a limit."""
    deadline = _deadline.get()
    return None if deadline is None else max(0.0, deadline - time.monotonic())


def in_worker(function: Callable[..., Result], *args: Any, seconds: float, megabytes: int = 4096) -> Result:
    """Run ``function(*args)`` in a process of its own with a time and a memory limit, and return its result.

    Raises BudgetExceeded when a limit is reached; the process and its memory are gone then. An exception of
    nmderive's own passes on; any other becomes BudgetExceeded with its name. Ctrl-C kills the worker.
    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(sender, megabytes, function, args), daemon=True)
    worker.start()
    sender.close()
    try:
        if not receiver.poll(seconds):
            raise BudgetExceeded(f"stopped at its limit of {seconds:g} s")
        try:
            done, value = receiver.recv()
        except EOFError as error:
            raise BudgetExceeded(f"stopped at its limit of {megabytes} MB, or crashed") from error
    finally:
        if worker.is_alive():
            worker.kill()
        worker.join()
        receiver.close()
    if done:
        return cast(Result, value)
    if isinstance(value, NmderiveError):
        raise value
    raise BudgetExceeded(str(value))


def end_with_parent() -> None:
    """Have this process look every second whether its parent still lives, and end in order once it does not."""
    parent = os.getppid()

    def look(number: int, frame: Any) -> None:
        if os.getppid() != parent:
            raise SystemExit(1)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, 1.0, 1.0)


def _work(sender: Any, megabytes: int, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    # Ctrl-C goes to the parent, which kills this process; a traceback from here would only be noise.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    try:
        sender.send((True, function(*args)))
    except NmderiveError as error:
        sender.send((False, error))
    except MemoryError:
        sender.send((False, f"stopped at its limit of {megabytes} MB"))
    except Exception as error:
        sender.send((False, f"{type(error).__name__}: {str(error)[:200]}"))

"""Budgets: steps that inner loops count, the clock that ends a whole run, and worker processes that can be killed."""

from __future__ import annotations

import math
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

from nmderive.errors import BudgetExceeded, ClockEnded, NmderiveError

Result = TypeVar("Result")
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass
class _Meter:
    """The steps taken in this context, the number at which the innermost limit ends, and the run's last moment."""

    taken: int = 0
    last: float = math.inf
    deadline: float = math.inf


_meter: ContextVar[_Meter | None] = ContextVar("nmderive_meter", default=None)


@contextmanager
def limited(seconds: float | None = None, *, steps: int | None = None) -> Iterator[None]:
    """Give the block at most ``steps``, or a whole run at most ``seconds``; an outer limit stays in force.

    Judges, rules and strategies count steps, so that what they find is the same on a slow machine. Seconds are for
    whoever starts a run: they end it by ``ClockEnded``, which nothing on the way takes for a limit of its own.
    """
    outer = _meter.get()
    meter = _Meter() if outer is None else outer
    token, last, deadline = _meter.set(meter), meter.last, meter.deadline
    if steps is not None:
        meter.last = min(last, meter.taken + steps)
    if seconds is not None:
        meter.deadline = min(deadline, time.monotonic() + seconds)
    try:
        yield
    finally:
        meter.last, meter.deadline = last, deadline
        _meter.reset(token)


def step(count: int = 1) -> None:
    """Count steps; raise BudgetExceeded once those of a limit in force are used up, ClockEnded past the run's end."""
    meter = _meter.get()
    if meter is None:
        return
    meter.taken += count
    if meter.taken > meter.last:
        raise BudgetExceeded("the steps of its budget were used up")
    if time.monotonic() > meter.deadline:
        raise ClockEnded("the time limit of the run was reached")


def remembered_with_steps(maxsize: int) -> Callable[[Function], Function]:
    """Return a decorator that keeps results, each with its steps, which are counted again where it is asked for.

    So what is found within a budget does not hang on what was asked before. What ends in an error is not kept.
    """

    def decorate(function: Function) -> Function:
        kept: dict[Any, tuple[Any, int]] = {}

        @wraps(function)
        def ask(*args: Any) -> Any:
            key = tuple(tuple(sorted(a.items())) if isinstance(a, Mapping) else a for a in args)
            if key in kept:
                result, taken = kept[key]
                step(taken)
                return result
            with limited():
                meter = _meter.get()
                before = meter.taken if meter else 0
                result = function(*args)
                taken = (meter.taken if meter else 0) - before
            if len(kept) >= maxsize:
                del kept[next(iter(kept))]
            kept[key] = result, taken
            return result

        return cast(Function, ask)

    return decorate


def check_budget() -> None:
    """Count one step, the unit of the normal form and of exact evaluation."""
    step()


def remaining() -> float | None:
    """Return the seconds left of the run, None without a limit."""
    meter = _meter.get()
    return None if meter is None or meter.deadline == math.inf else max(0.0, meter.deadline - time.monotonic())


def in_worker(function: Callable[..., Result], *args: Any, seconds: float, megabytes: int = 4096) -> Result:
    """Run ``function(*args)`` in a process of its own with a time and a memory limit, and return its result.

    Raises ClockEnded past the time, BudgetExceeded past the memory; the process is gone then. An exception of
    nmderive's own passes on; any other becomes BudgetExceeded with its name. Ctrl-C kills the worker.
    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(sender, megabytes, function, args), daemon=True)
    worker.start()
    sender.close()
    try:
        if not receiver.poll(seconds):
            raise ClockEnded(f"ended by the clock after {seconds:g} s")
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
    if isinstance(value, NmderiveError | ClockEnded):
        raise value
    raise BudgetExceeded(str(value))


def bound_memory(megabytes: int) -> None:
    """Let this process take ``megabytes`` more of addresses than it has now.

    A fork has those of its parent, which are many gigabytes where PyTorch or JAX is imported.
    """
    limit, most = addresses() + (megabytes << 20), resource.getrlimit(resource.RLIMIT_AS)[1]
    if most != resource.RLIM_INFINITY:  # a worker of a worker stays within the limit of that
        limit = min(limit, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def addresses() -> int:
    """Return the bytes of addresses that this process has, 0 where the system does not say."""
    pages = Path("/proc/self/statm")
    return int(pages.read_text().split()[0]) * resource.getpagesize() if pages.is_file() else 0


def end_with_parent() -> None:
    """Have this process look every second whether its parent still lives, and end in order once it does not."""
    parent = os.getppid()

    def look(number: int, frame: Any) -> None:
        if os.getppid() != parent:
            raise SystemExit(1)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, 1.0, 1.0)


def _work(sender: Any, megabytes: int, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    bound_memory(megabytes)
    # Ctrl-C goes to the parent, which kills this process; a traceback from here would only be noise.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    try:
        sender.send((True, function(*args)))
    except (NmderiveError, ClockEnded) as error:
        sender.send((False, error))
    except MemoryError:
        sender.send((False, f"stopped at its limit of {megabytes} MB"))
    except Exception as error:
        sender.send((False, f"{type(error).__name__}: {str(error)[:200]}"))

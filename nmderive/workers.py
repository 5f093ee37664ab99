"""Worker processes for independent pieces of work, on any executor of ``concurrent.futures``.

``processes`` are forks on this machine. ``dask`` are the workers of a Dask cluster, found by the address of its
scheduler; it asks for the extra ``nmderive[dask]``. A worker may die at any moment: its work is done again, and work
that ends every worker it is given to is told as lost.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

from nmderive.budget import bound_memory, end_with_parent
from nmderive.errors import UsageError

Item = TypeVar("Item")
Result = TypeVar("Result")

KINDS = ("processes", "dask")
#: What a local worker may use.
_MEGABYTES = 4096
#: How many pieces each worker has in hand and waiting.
_AHEAD = 2


@dataclass(frozen=True)
class Lost:
    """Stands for the result of work at which the worker died each time."""

    reason: str


class Workers:
    """A pool to be entered: ``with Workers("processes") as pool: for item, result in pool.each(work, items): ...``.

    ``count`` is the number of local processes (default: the cores). Leaving it by an exception, Ctrl-C included, ends
    the work that is under way; SIGTERM is Ctrl-C while it is entered, so that what is known is kept. Raises UsageError
    for an unknown kind, a missing package, or a scheduler out of reach.
    """

    def __init__(self, kind: str = "processes", scheduler: str | None = None, count: int | None = None) -> None:
        if kind not in KINDS:
            raise UsageError(f"there is no executor {kind!r}", hint="one of: " + ", ".join(KINDS))
        if (kind == "dask") != (scheduler is not None):
            raise UsageError("an executor of Dask and the address of its scheduler go together",
                             hint="--executor dask --scheduler tcp://HOST:8786")
        self.kind, self.scheduler = kind, scheduler
        self.count = count or os.cpu_count() or 1
        self._client: Any = None
        self._executor: Executor | None = None
        self._on_end: Any = None

    def __enter__(self) -> Workers:
        if self.kind == "dask":
            self._client = _client(self.scheduler or "")
            self.count = max(1, sum(self._client.nthreads().values()))
        self._executor = self._opened()
        if threading.current_thread() is threading.main_thread():
            self._on_end = signal.signal(signal.SIGTERM, _interrupted)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self._on_end is not None:
            signal.signal(signal.SIGTERM, self._on_end)
            self._on_end = None
        if self._client is not None:
            self._client.close()
        elif self._executor is not None:
            if kind is not None:
                _kill(self._executor)
            self._executor.shutdown(wait=kind is None, cancel_futures=True)

    def each(
        self, work: Callable[[Item], Result], items: Iterable[Item | None]
    ) -> Iterator[tuple[Item, Result | Lost]]:
        """Yield each item with what ``work`` returned, as soon as it has; an exception of ``work`` is raised here.

        ``items`` is read as workers become free; None from it says that there is nothing to hand out before the next
        result.
        """
        source, more = iter(items), True
        running: dict[Future[Result], Item] = {}
        suspects: deque[Item] = deque()
        while True:
            most = 1 if suspects else _AHEAD * self.count
            while len(running) < most and (suspects or more):
                item = suspects.popleft() if suspects else next(source, _END)
                if item is _END:
                    more = False
                elif item is None:
                    break
                else:
                    running[self._submit(work, item)] = item
                if suspects:
                    break
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            alone = len(running) == 1
            for future in done:
                item = running.pop(future)
                reason = _death(future)
                if reason is None:
                    yield item, future.result()
                elif alone or self.kind == "dask":
                    yield item, Lost(reason)
                else:
                    suspects.append(item)
            if suspects:
                suspects.extend(running.values())
                running.clear()

    def _submit(self, work: Callable[[Item], Result], item: Item) -> Future[Result]:
        assert self._executor is not None, "the pool is entered first"
        try:
            return self._executor.submit(work, item)
        except BrokenExecutor:
            _kill(self._executor)
            self._executor = self._opened()
            return self._executor.submit(work, item)

    def _opened(self) -> Executor:
        if self._client is not None:
            found: Executor = self._client.get_executor()
            return found
        return ProcessPoolExecutor(self.count, multiprocessing.get_context("fork"), initializer=_begin)


_END: Any = object()


def _death(future: Future[Any]) -> str | None:
    """Return what is said of the worker where it died; None where the work came to an end of its own."""
    error = future.exception()
    if isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker":
        return "its worker died"
    return None


def _interrupted(number: int, frame: object) -> None:
    """Take the signal of a system that shuts down, or of a scheduler's end of time, as Ctrl-C."""
    raise KeyboardInterrupt


def _begin() -> None:
    """Leave Ctrl-C to the parent process, which ends the workers; bound the memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    bound_memory(_MEGABYTES)
    end_with_parent()


def _kill(executor: Executor) -> None:
    for process in list((getattr(executor, "_processes", None) or {}).values()):
        process.kill()


def _client(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("Dask is not installed", hint="pip install 'nmderive[dask]'") from None
    try:
        return Client(scheduler, timeout=10)
    except (OSError, ValueError, ImportError) as error:
        raise UsageError(f"no scheduler of Dask answers at {scheduler}: {' '.join(str(error).split())[:120]}",
                         hint="start one by `dask scheduler`, and workers by `dask worker ADDRESS`") from None

"""Pieces of work that are kept on disk, done by this process from the front and by a helper from the back."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from nmderive.budget import end_with_parent
from nmderive.errors import NmderiveError
from nmderive.reproducing import record

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Job:
    """One piece of work: its file under the folder, what its result depends on besides the tool, and the work."""

    name: str
    file: str
    about: Any
    run: Callable[[], dict[str, Any]]

    @property
    def key(self) -> str:
        """What the file has to carry to be taken over."""
        return record.key([self.name, self.about])


def run_all(folder: Path, jobs: Sequence[Job], progress: Progress | None = None) -> list[dict[str, Any]]:
    """Return the results of all jobs in order: taken over from the folder where they fit, else done and stored."""
    say = progress or (lambda line: None)
    found = [record.load(folder / job.file, job.key) for job in jobs]
    missing = [k for k, data in enumerate(found) if data is None]
    for job, data in zip(jobs, found, strict=True):
        if data is not None:
            say(f"{job.name}: {_short(data)} (from an earlier run)")
    with _Helper(folder, [(k, jobs[k]) for k in reversed(missing)], say) as helper:
        for k in missing:
            helper.wait_for(k)
            found[k] = record.load(folder / jobs[k].file, jobs[k].key) or _done(folder, jobs[k], say)
    return [data for data in found if data is not None]


def _done(folder: Path, job: Job, say: Progress) -> dict[str, Any]:
    """Do the work and store its result; a fault of ours costs this piece only."""
    started = time.perf_counter()
    try:
        data = job.run()
    except NmderiveError as error:
        data = {"fault": error.message}
    except Exception as error:
        data = {"fault": f"internal fault: {type(error).__name__}: {error}"}
    data = {**data, "name": job.name, "key": job.key, "seconds": round(time.perf_counter() - started, 3)}
    record.store(folder / job.file, data)
    say(f"{job.name}: {_short(data)} ({data['seconds']:.1f} s)")
    return data


def _short(data: dict[str, Any]) -> str:
    return str(data.get("verdict") or data.get("text") or data.get("fault") or "done")


class _Helper:
    """A process that works through jobs and tells which it begins and what came out; it may die at any moment."""

    def __init__(self, folder: Path, jobs: Sequence[tuple[int, Job]], say: Progress) -> None:
        self.say, self.begun, self.finished, self.alive = say, set[int](), set[int](), len(jobs) > 1
        if not self.alive or (os.cpu_count() or 1) < 2:
            self.alive = False
            return
        context = multiprocessing.get_context("fork")
        self.receiver, sender = context.Pipe(duplex=False)
        self.process = context.Process(target=_help, args=(sender, folder, jobs))
        self.process.start()
        sender.close()

    def __enter__(self) -> _Helper:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        if hasattr(self, "process"):
            self.process.terminate()
            self.process.join()
            self.receiver.close()

    def wait_for(self, number: int) -> None:
        """Listen to what the helper has said; if it works on this job, until that is done."""
        while self.alive and (self.receiver.poll() or number in self.begun - self.finished):
            try:
                what, which, line = self.receiver.recv()
            except (EOFError, OSError):
                self.alive = False
                return
            if what == "begun":
                self.begun.add(which)
            else:
                self.finished.add(which)
                self.say(line)


def _tell(sender: Any, number: int, line: str) -> None:
    sender.send(("done", number, line))


def _ended(number: int, frame: Any) -> None:
    raise SystemExit(1)  # so that workers of its own are killed on the way out


def _help(sender: Any, folder: Path, jobs: Sequence[tuple[int, Job]]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and ends this process
    signal.signal(signal.SIGTERM, _ended)
    end_with_parent()
    try:
        for number, job in jobs:
            if record.load(folder / job.file, job.key) is None:
                sender.send(("begun", number, ""))
                _done(folder, job, partial(_tell, sender, number))
    except OSError:  # the parent is gone, or the folder: it finds out by itself
        return

"""Pieces of work that are kept on disk, done in workers side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nmderive.errors import NmderiveError
from nmderive.reproducing import record
from nmderive.workers import Lost, Workers

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


def run_all(
    folder: Path, jobs: Sequence[Job], progress: Progress | None = None, workers: Workers | None = None
) -> list[dict[str, Any]]:
    """Return the results of all jobs in order: taken over from the folder where they fit, else done and stored."""
    say = progress or (lambda line: None)
    found = {job.file: record.load(folder / job.file, job.key) for job in jobs}
    for job in jobs:
        if (data := found[job.file]) is not None:
            say(f"{job.name}: {_short(data)} (from an earlier run)")
    missing = [job for job in jobs if found[job.file] is None]
    if missing:
        with workers or Workers() as pool:
            for job, result in pool.each(_done, missing):
                data = {"fault": result.reason, "seconds": 0.0} if isinstance(result, Lost) else result
                found[job.file] = data = {**data, "name": job.name, "key": job.key}
                record.store(folder / job.file, data)
                say(f"{job.name}: {_short(data)} ({data['seconds']:.1f} s)")
    return [data for job in jobs if (data := found[job.file]) is not None]


def _done(job: Job) -> dict[str, Any]:
    """Do the work, in a worker; a fault of ours costs this piece only."""
    started = time.perf_counter()
    try:
        data = job.run()
    except NmderiveError as error:
        data = {"fault": error.message}
    except Exception as error:
        data = {"fault": f"internal fault: {type(error).__name__}: {error}"}
    return {**data, "seconds": round(time.perf_counter() - started, 3)}


def _short(data: dict[str, Any]) -> str:
    return str(data.get("verdict") or data.get("text") or data.get("fault") or "done")

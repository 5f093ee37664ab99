"""Jobs: a queue that a few slots work off, each job in a process of its own with limits on time, memory and output.

A job is waiting, running, or has ended: done, refused, cancelled, left, clock, memory, fault. The clock never makes a
verdict; a job that it ends says so. Whoever waits for a job says so again and again; one that nobody waits for any more
is ended, so that it holds no slot.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from nmderive.errors import UsageError
from nmderive.serving.asked import Asked
from nmderive.serving.worker import started

_OVER = {
    "clock": "ended by the clock: what has no verdict yet is not decided",
    "memory": "ended at its limit of memory, or crashed: nothing more is decided",
    "output": "ended: the answer is too long to show",
    "fault": "the job's process could not be started: nothing is decided",
    "cancelled": "cancelled: what has no verdict yet is not decided",
    "left": "ended: nobody asked for its events any more, so what has no verdict yet is not decided",
}
#: How often a job that is silent is looked at: whether the clock has ended it, whether somebody still waits for it.
_BEAT = 1.0


class Busy(UsageError):
    """No more jobs are taken in for now."""


@dataclass(frozen=True)
class Limits:
    """What a job may use, how many run and wait at once, and how many that have ended are kept."""

    seconds: float = 300.0
    megabytes: int = 4096
    output: int = 20_000_000
    running: int = field(default_factory=lambda: os.cpu_count() or 1)
    waiting: int = 200
    kept: int = 200
    kept_bytes: int = 200_000_000
    #: A job's process has so long to end in order once the clock has ended its last claim.
    grace: float = 5.0
    #: A job is left once nobody has asked for its events for so long; a request that waits for them asks all the while.
    absence: float = 60.0


class Job:
    """One question, its state, and the events that were told so far."""

    def __init__(self, question: Asked) -> None:
        self.id = secrets.token_urlsafe(12)
        self.question = question
        self.state = "waiting"
        self.events: list[dict[str, Any]] = []
        self.size = 0
        self.is_cancelled = False
        self.process: Any = None
        self._heard = time.monotonic()

    @property
    def has_ended(self) -> bool:
        """Whether no more events come."""
        return self.state not in ("waiting", "running")

    def heard(self) -> None:
        """Note that somebody waits for this job."""
        self._heard = time.monotonic()

    def is_left(self, absence: float) -> bool:
        """Tell whether nobody has waited for this job for ``absence`` seconds."""
        return time.monotonic() - self._heard > absence

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """Return the events of one kind."""
        return [event for event in self.events if event["kind"] == kind]

    def answer(self) -> str | None:
        """Return what ``--json`` prints; None where the job came to no end of its own."""
        return next((str(event["json"]) for event in self.of_kind("answer")), None)

    def end(self, state: str) -> None:
        """End the job from outside, with the words for it."""
        self.events.append({"kind": "end", "state": state, "message": _OVER[state]})
        self.state = state


class Jobs:
    """All jobs of one server. Its methods may be called from any thread."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._change = threading.Condition()
        self._jobs: dict[str, Job] = {}
        self._waiting: deque[Job] = deque()
        self._slots: list[threading.Thread] = []
        self._is_closed = False

    def submit(self, question: Asked) -> Job:
        """Take a question in; raises Busy where too many wait."""
        with self._change:
            self._drop_left()
            if len(self._waiting) >= self.limits.waiting or self._is_closed:
                raise Busy("too many questions wait already", hint="ask again in a while")
            job = Job(question)
            self._jobs[job.id] = job
            self._waiting.append(job)
            self._forget()
            if len(self._slots) < self.limits.running:
                self._slots.append(threading.Thread(target=self._serve, daemon=True))
                self._slots[-1].start()
            self._change.notify()
            return job

    def get(self, name: str) -> Job | None:
        """Return the job of that id; None where there is none, or none any more."""
        return self._jobs.get(name)

    def cancel(self, job: Job) -> None:
        """End a job; one that has ended stays as it is."""
        with self._change:
            job.is_cancelled = True
            if job in self._waiting:
                self._waiting.remove(job)
                job.end("cancelled")
            elif job.process is not None:
                job.process.kill()

    def close(self) -> None:
        """End every job, and take no more in."""
        with self._change:
            self._is_closed = True
            self._change.notify_all()
            jobs = list(self._jobs.values())
        for job in jobs:
            if not job.has_ended:
                self.cancel(job)

    def _drop_left(self) -> None:
        """End the jobs in the queue that nobody waits for."""
        for job in [job for job in self._waiting if job.is_left(self.limits.absence)]:
            self._waiting.remove(job)
            job.end("left")

    def _forget(self) -> None:
        """Drop the oldest jobs that have ended where more are kept than the limits say."""
        ended = [job for job in self._jobs.values() if job.has_ended]
        size = sum(job.size for job in ended)
        for job in ended[: max(0, len(ended) - 1)]:
            if len(self._jobs) <= self.limits.kept + self.limits.waiting and size <= self.limits.kept_bytes:
                break
            size -= job.size
            del self._jobs[job.id]

    def _serve(self) -> None:
        """Work off the queue; the life of one slot."""
        while True:
            with self._change:
                while not self._waiting and not self._is_closed:
                    self._change.wait()
                if self._is_closed:
                    return
                self._drop_left()
                if not self._waiting:
                    continue
                job = self._waiting.popleft()
                job.state = "running"
            try:
                self._run(job)
            except (OSError, EOFError):  # no process, or no pipe, is to be had: the slot goes on
                job.end("fault")

    def _run(self, job: Job) -> None:
        process, receiver = started(job.question, self.limits.seconds, self.limits.megabytes)
        with self._change:
            job.process = process
        if job.is_cancelled:
            process.kill()
        try:
            state = self._listen(job, receiver)
        finally:
            process.kill()
            process.join()
            receiver.close()
        with self._change:
            job.process = None
            if state in _OVER and not job.of_kind("end"):
                job.end("cancelled" if job.is_cancelled else state)
            job.state = "cancelled" if job.is_cancelled and state in _OVER else state

    def _listen(self, job: Job, receiver: Connection) -> str:
        """Gather the job's events until its end; return the state that it ended in."""
        ends = time.monotonic() + self.limits.seconds + self.limits.grace
        while True:
            if job.is_left(self.limits.absence):
                return "left"
            if not receiver.poll(max(0.0, min(_BEAT, ends - time.monotonic()))):
                if time.monotonic() >= ends:
                    return "clock"
                continue
            try:
                data = receiver.recv_bytes(self.limits.output)
            except EOFError:
                return "memory"
            except OSError as error:  # a message beyond the limit, or one that broke off with its process
                return "output" if "length" in str(error) else "memory"
            job.size += len(data)
            if job.size > self.limits.output:
                return "output"
            event = json.loads(data)
            job.events.append(event)
            if event["kind"] == "end":
                return str(event["state"])


__all__ = ["Busy", "Job", "Jobs", "Limits"]

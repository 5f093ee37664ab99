"""The process of one job: it does what is asked, sends events as JSON, and can be ended at any moment.

Processes are forked from a server that has imported everything once, so that a job starts at once and no thread of the
web server is copied into it.
"""

from __future__ import annotations

import errno
import json
import multiprocessing
import resource
import signal
from multiprocessing.connection import Connection
from typing import Any

from nmderive.budget import addresses, end_with_parent
from nmderive.errors import ClockEnded, NmderiveError, caret_lines
from nmderive.serving.asked import Asked


def started(question: Asked, seconds: float, megabytes: int) -> tuple[Any, Connection]:
    """Start the job's process; return it with the end from which its events are read.

    It may have processes of its own, as some strategies of ``solve`` do; they look whether it lives, and end after it.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["nmderive.serving.tasks", "nmderive.serving.warm"])
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(sender, question, seconds, megabytes))
    process.start()
    sender.close()
    return process, receiver


def _work(sender: Connection, question: Asked, seconds: float, megabytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()

    def tell(event: dict[str, Any]) -> None:
        sender.send_bytes(json.dumps(event, ensure_ascii=False).encode())

    try:
        from nmderive.serving.tasks import run

        run(question, tell, seconds)
        tell({"kind": "end", "state": "done"})
    except NmderiveError as error:
        tell({"kind": "end", "state": "refused", **refusal(error)})
    except ClockEnded as error:
        tell({"kind": "end", "state": "clock", "message": f"{error.message}: nothing is decided"})
    except Exception as error:  # whatever it is, it is no verdict
        if _lacked_memory(error):
            tell({"kind": "end", "state": "memory", "message": "the memory was used up: nothing is decided"})
            return
        said = " ".join(str(error).split())[:200]
        tell({"kind": "end", "state": "fault", "message": f"a fault of nmderive's own: {type(error).__name__}: {said}"})


def _lacked_memory(error: BaseException | None) -> bool:
    """Whether an error came from a lack of memory: it, or one before it, or little is left (C code raises others)."""
    while error is not None:
        if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
            return True
        error = error.__cause__ or error.__context__
    try:
        return addresses() > 0.95 * resource.getrlimit(resource.RLIMIT_AS)[0]
    except MemoryError:
        return True


def refusal(error: NmderiveError) -> dict[str, Any]:
    """Return an error as plain data: what is wrong, how to mend it, the lines with a caret, declarations that help."""
    from nmderive.serving.readings import declared_in

    has_place = error.source is not None and error.span is not None
    where = "\n".join(caret_lines(str(error.source), error.span, 60)) if has_place and error.span else ""
    return {"message": error.message, "where": where, "hint": error.hint or "", "lets": declared_in(error.hint)}


__all__ = ["refusal", "started"]

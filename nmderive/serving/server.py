"""The verb ``serve``: start the local web page and run it until it is interrupted."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterable

from nmderive.errors import UsageError
from nmderive.serving.guard import LOCAL
from nmderive.serving.jobs import Jobs, Limits

#: More connections at once are told to come back later.
_CONNECTIONS = 400


def serve(host: str = "127.0.0.1", port: int = 8642, names: Iterable[str] = (), limits: Limits | None = None) -> None:
    """Serve the page on ``host`` and ``port``; requests to other names than the host's and ``names`` are refused."""
    try:
        import uvicorn

        from nmderive.serving.app import application
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("starlette", "uvicorn", "anyio"):
            raise
        raise UsageError("the web page needs Starlette and uvicorn", hint="pip install 'nmderive[web]'") from None
    door = _door(host, port)
    jobs = Jobs(limits)
    shown = f"[{host}]" if ":" in host else host
    print(f"nmderive: http://{shown}:{door.getsockname()[1]}/ (Ctrl-C ends it)", file=sys.stderr, flush=True)
    if host not in LOCAL:
        print("nmderive: others on the network can ask here: anybody may use this machine's time", file=sys.stderr)
    try:
        config = uvicorn.Config(application(jobs, host, tuple(names)), log_level="warning", server_header=False,
                                limit_concurrency=_CONNECTIONS)
        uvicorn.Server(config).run(sockets=[door])
    finally:
        jobs.close()
        door.close()


def _door(host: str, port: int) -> socket.socket:
    """Return the socket that requests come in by; port 0 takes one that is free."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        door = socket.socket(family, kind, protocol)
        try:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(address)
            door.listen(1024)
        except OSError:
            door.close()
            raise
    except OSError as error:
        raise UsageError(f"cannot listen on {host}, port {port}: {error.strerror or error}",
                         hint="give another one with --port") from None
    return door


__all__ = ["serve"]

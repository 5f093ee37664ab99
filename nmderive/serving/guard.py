"""What stands before every request: whose Host and Origin is answered, how long a body may be, which headers go out.

A page of another site may send requests to this machine. Its name is not that of this server (Host), or it says where
it comes from (Origin, Sec-Fetch-Site), and is refused either way.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: A body longer than this is not read.
MAX_BODY = 200_000
LOCAL = ("127.0.0.1", "localhost", "::1")
_EVERYWHERE = ("0.0.0.0", "::")
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    # MathML has spaces as style attributes; what a user wrote is escaped, and no style loads anything from elsewhere.
    "style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """An ASGI application around another one, which sees only requests that are in order."""

    def __init__(self, inner: App, host: str = "127.0.0.1", names: Iterable[str] = ()) -> None:
        self.inner = inner
        self.names = {*LOCAL, host.lower(), *(name.lower() for name in names)} - set(_EVERYWHERE)
        self.is_everywhere = host in _EVERYWHERE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] == "lifespan":
            await self.inner(scope, receive, send)
        elif scope["type"] == "http":
            why = self.refused(scope["method"], _headers(scope))
            if why is None:
                await self.inner(scope, _short(receive), _with_headers(send))
            else:
                await _say(_with_headers(send), *why)

    def refused(self, method: str, headers: dict[str, str]) -> tuple[int, str] | None:
        """Return the status and the words with which a request is refused, None for one in order."""
        host = headers.get("host", "")
        if not self._knows(host):
            return 421, "this server does not answer to that name; start it with --name to add one"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY:
            return 413, f"the request is longer than {MAX_BODY:,} bytes"
        if method in ("GET", "HEAD"):
            return None
        origin = headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc.lower() != host.lower()
        if foreign or headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "a page of another site may not ask here"
        return None

    def _knows(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self.names or self.is_everywhere and _is_address(name)


def _is_address(name: str) -> bool:
    """Tell whether a host is written as a number: a name that another site's owner points here is none."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _short(receive: Receive) -> Receive:
    """Return a receiver that breaks off a body of unknown length once it is too long."""
    seen = 0

    async def limited() -> MutableMapping[str, Any]:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > MAX_BODY else message

    return limited


def _with_headers(send: Send) -> Send:
    async def complete(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            own = {name for name, _ in message["headers"]}
            more = [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in own]
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return complete


async def _say(send: Send, status: int, words: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words.encode()})


__all__ = ["HEADERS", "LOCAL", "MAX_BODY", "Guard"]

"""Whose requests are answered: names of this server, pages of this server, bodies that are short."""

import asyncio

import pytest

from nmderive.serving.guard import HEADERS, MAX_BODY, Guard


async def inner(scope, receive, send):
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def asked(guard, method="GET", bodies=(b"",), **headers):
    """Return (status, headers) of the answer, (None, {}) where none was given."""
    sent, messages = [], [{"type": "http.request", "body": b, "more_body": k + 1 < len(bodies)}
                          for k, b in enumerate(bodies)]

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    named = [(k.replace("_", "-").encode(), v.encode()) for k, v in {"host": "127.0.0.1:8642", **headers}.items()]
    asyncio.run(guard({"type": "http", "method": method, "path": "/", "headers": named}, receive, send))
    return (sent[0]["status"], dict(sent[0]["headers"])) if sent else (None, {})


@pytest.mark.parametrize("host, status", [
    ("127.0.0.1:8642", 200), ("localhost", 200), ("[::1]:8642", 200), ("LOCALHOST:1", 200), ("evil.example", 421),
    ("127.0.0.1.evil.example", 421), ("", 421), ("[", 421), ("10.0.0.7:8642", 421), ("localhost@evil.example", 421),
])
def test_only_its_own_names_are_answered(host, status):
    assert asked(Guard(inner), host=host)[0] == status


@pytest.mark.parametrize("host, status", [("10.0.0.7:8642", 200), ("evil.example", 421), ("box.lan", 200)])
def test_on_every_interface_an_address_is_answered_and_a_name_only_if_given(host, status):
    assert asked(Guard(inner, "0.0.0.0", ["box.lan"]), host=host)[0] == status


@pytest.mark.parametrize("headers, status", [
    ({}, 200), ({"origin": "http://127.0.0.1:8642"}, 200), ({"origin": "http://evil.example"}, 403),
    ({"origin": "null"}, 403), ({"origin": "http://127.0.0.1:9999"}, 403), ({"sec_fetch_site": "same-origin"}, 200),
    ({"sec_fetch_site": "cross-site"}, 403), ({"sec_fetch_site": "same-site"}, 403),
])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_page_of_another_site_changes_nothing(method, headers, status):
    assert asked(Guard(inner), method, **headers)[0] == status


def test_long_bodies_are_not_read():
    guard = Guard(inner)
    assert asked(guard, "POST", content_length=str(MAX_BODY + 1))[0] == 413
    assert asked(guard, "POST", content_length="-1")[0] == 413
    assert asked(guard, "POST", (b"x" * MAX_BODY,))[0] == 200
    assert asked(guard, "POST", (b"x" * MAX_BODY, b"y", b""))[0] is None


def test_every_answer_carries_the_policy_and_nothing_comes_from_elsewhere():
    for host in ("localhost", "evil.example"):
        found = asked(Guard(inner), host=host)[1]
        assert all(found[name.encode()] == value.encode() for name, value in HEADERS.items())
    policy = HEADERS["content-security-policy"]
    assert "default-src 'none'" in policy and "http" not in policy and "unsafe-eval" not in policy
    assert "script-src 'self';" in policy and "frame-ancestors 'none'" in policy

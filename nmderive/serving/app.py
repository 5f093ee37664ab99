"""The web application: the page, its files, and the JSON interface.

``POST /api/VERB`` answers what the command line's ``--json`` prints. ``POST /api/jobs`` starts a job whose events are
read by ``GET /api/jobs/ID?after=N``, ended by ``DELETE``, and whose answer and certificates are files to download.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from nmderive.errors import NmderiveError, UsageError
from nmderive.serving import page
from nmderive.serving.asked import VERBS, Asked, asked
from nmderive.serving.guard import Guard
from nmderive.serving.jobs import Busy, Job, Jobs
from nmderive.serving.worker import refusal

#: How long a request for events waits for the next one, and how often it looks.
_PATIENCE, _PAUSE = 10.0, 0.03
_STATUS = {"done": 200, "refused": 422, "cancelled": 409, "left": 409, "clock": 504, "memory": 507, "output": 507,
           "fault": 500}


class Site:
    """The answers to every address, from one set of jobs."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs

    async def page(self, request: Request) -> Response:
        """Show the page; a formula in the query stands in its field."""
        return HTMLResponse(page.whole(page.Fields.of(dict(request.query_params))))

    async def judge(self, request: Request) -> Response:
        """Answer the plain form: do all of it, then show the page with what was found."""
        given = {k: v[-1] for k, v in parse_qs((await request.body()).decode("utf-8", "replace")).items()}
        fields = page.Fields.of(given)
        try:
            job = self.jobs.submit(asked(fields.question(given.get("verb", "verify"))))
        except NmderiveError as error:
            return HTMLResponse(page.whole(fields, page.failed(str(error))), 503 if isinstance(error, Busy) else 422)
        await self._ended(job, request)
        return HTMLResponse(page.whole(fields, page.found(job)), _STATUS[job.state])

    async def script(self, request: Request) -> Response:
        """Send one of the page's scripts."""
        return Response(page.file(request.url.path[1:]), media_type="text/javascript")

    async def style(self, request: Request) -> Response:
        """Send the page's style sheet, with the font in it."""
        return Response(page.style(), media_type="text/css")

    async def start(self, request: Request) -> Response:
        """Start a job and return its id."""
        job = self.jobs.submit(self._question(await _json(request)))
        return JSONResponse({"job": job.id}, 202)

    def _question(self, data: Mapping[str, Any]) -> Asked:
        if data.get("verb") != "check":
            return asked(data)
        # A dossier may name code, so only what a job of this server wrote is re-checked.
        answer = self._job(str(data.get("of", ""))).answer()
        if answer is None:
            raise UsageError("that job has no dossier to re-check")
        return Asked("check", answer)

    def _job(self, name: str) -> Job:
        job = self.jobs.get(name)
        if job is None:
            raise UsageError("there is no such job, or it is forgotten by now", hint="ask again")
        return job

    async def events(self, request: Request) -> Response:
        """Return the events after the first ``after``; wait a while for the next one."""
        job = self._job(request.path_params["job"])
        after = request.query_params.get("after", "0")
        first = int(after) if after.isdecimal() and len(after) < 9 else 0
        for _ in range(int(_PATIENCE / _PAUSE)):
            job.heard()
            if job.has_ended or len(job.events) > first or await request.is_disconnected():
                break
            await asyncio.sleep(_PAUSE)
        state, events = job.state, job.events[first:]
        shown = [{"kind": "answer"} if e["kind"] == "answer" else e for e in events]  # it is a file of its own
        return JSONResponse({"state": state, "next": first + len(events), "events": shown})

    async def cancel(self, request: Request) -> Response:
        """End a job."""
        job = self._job(request.path_params["job"])
        self.jobs.cancel(job)
        return JSONResponse({"state": job.state})

    async def answer(self, request: Request) -> Response:
        """Send what ``--json`` prints, as a file."""
        answer = self._job(request.path_params["job"]).answer()
        return _file(answer, "dossier.json")

    async def certificates(self, request: Request) -> Response:
        """Send the certificates of one claim as a file that ``nmderive check`` reads."""
        answer, name = self._job(request.path_params["job"]).answer(), request.path_params["claim"]
        data = json.loads(answer) if answer else {}
        verdicts = data.get("verdicts", ()) if isinstance(data, dict) else ()
        found = next((v["certificates"] for v in verdicts if v["claim"] == name), None)
        return _file(None if found is None else json.dumps(found, indent=2, ensure_ascii=False), "certificates.json")

    async def verb(self, request: Request) -> Response:
        """Do the whole of one verb and return what the command line prints as JSON."""
        name = request.path_params["verb"]
        if name not in VERBS or name == "check":
            raise UsageError(f"there is no verb {name[:40]!r}", hint="one of: " + ", ".join(VERBS[:-1]))
        job = self.jobs.submit(asked(await _json(request), name))
        await self._ended(job, request)
        answer = job.answer()
        if job.state == "done" and answer is not None:
            return Response(answer, media_type="application/json")
        return JSONResponse({"error": {"state": job.state, **job.events[-1]}}, _STATUS[job.state])

    async def catalogue(self, request: Request) -> Response:
        """Return what ``nmderive list --json`` prints."""
        return JSONResponse(page.catalogue())

    async def claims(self, request: Request) -> Response:
        """Return what ``nmderive claims --json`` prints."""
        return JSONResponse(page.claims())

    async def _ended(self, job: Job, request: Request) -> None:
        """Wait for the job's end; a client that goes away ends it."""
        while not job.has_ended:
            job.heard()
            if await request.is_disconnected():
                self.jobs.cancel(job)
            await asyncio.sleep(_PAUSE)


async def _json(request: Request) -> Mapping[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise UsageError("a question is JSON", hint="send it with content-type: application/json")
    try:
        data = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise UsageError("this is not JSON") from None
    if not isinstance(data, dict):
        raise UsageError("a question is a JSON object", hint='such as {"loss": "loss-3"}')
    return data


def _file(text: str | None, name: str) -> Response:
    if text is None:
        raise UsageError("there is no such file", hint="the job has no answer of that kind")
    return Response(text, media_type="application/json",
                    headers={"content-disposition": f'attachment; filename="{name}"'})


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, NmderiveError)
    status = 503 if isinstance(error, Busy) else 404 if "no such" in error.message else 422
    return JSONResponse({"error": {"state": "refused", **refusal(error)}}, status)


async def _gone(request: Request, error: Exception) -> Response:
    return Response("the request is too long, or broke off", 413)


def application(jobs: Jobs, host: str = "127.0.0.1", names: tuple[str, ...] = ()) -> Guard:
    """Return the ASGI application that answers on ``host`` and to further ``names``."""
    site = Site(jobs)
    routes = [
        Route("/", site.page), Route("/judge", site.judge, methods=["POST"]),
        Route("/page.js", site.script), Route("/jobs.js", site.script), Route("/page.css", site.style),
        Route("/api/catalogue", site.catalogue), Route("/api/claims", site.claims),
        Route("/api/jobs", site.start, methods=["POST"]),
        Route("/api/jobs/{job}", site.events), Route("/api/jobs/{job}", site.cancel, methods=["DELETE"]),
        Route("/api/jobs/{job}/dossier.json", site.answer),
        Route("/api/jobs/{job}/certificates/{claim}.json", site.certificates),
        Route("/api/{verb}", site.verb, methods=["POST"]),
    ]
    handlers = {NmderiveError: _refused, ClientDisconnect: _gone}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), host, names)


__all__ = ["application"]

"""The page: form, results, gallery. Without scripts the form is sent and the whole answer comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from nmderive.errors import UsageError
from nmderive.loss_page import definitions
from nmderive.losses.catalogue import entries, family_entries
from nmderive.pages.html import badge
from nmderive.pages.html import style as common_style
from nmderive.serving.gallery import gallery
from nmderive.serving.jobs import Job

_HERE = Path(__file__).parent
_PLACE = re.compile(r"\{\{([\w-]+)\}\}")
_TABS = {"verify": "Verdicts", "hessian": "Hessian", "solve": "Optimum", "plot": "Pictures", "code": "Code"}


@dataclass(frozen=True)
class Fields:
    """What stands in the fields of the form."""

    loss: str = ""
    right: str = ""
    lets: str = ""
    form: str = ""
    n: str = ""
    m: str = ""
    hard: str = ""
    claims: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Fields:
        """Return the fields that a query, or a form that was sent, fills in."""
        return cls(**{name: given[name] for name in cls.__dataclass_fields__ if name in given})

    def question(self, verb: str) -> dict[str, Any]:
        """Return the same question as the JSON interface takes it."""
        sizes = {name: _number(name, text) for name, text in (("n", self.n), ("m", self.m)) if text.strip()}
        lets = [line for line in self.lets.splitlines() if line.strip()]
        return {"verb": verb, "loss": self.loss, "right": self.right, "lets": lets, "form": self.form, "sizes": sizes,
                "hard_labels": bool(self.hard), "claims": self.claims.replace(",", " ").split()}


def _number(name: str, text: str) -> int:
    if not text.strip().isdecimal():
        raise UsageError(f"{name} is a whole number, or empty for all {name}")
    return int(text)


def whole(fields: Fields, results: str = "") -> str:
    """Return the page with these fields, and with results where the plain form was answered."""
    chosen = {f"form-{name}": " selected" * (fields.form == name) for name in ("", "latex", "text")}
    parts = {name: escape(text) for name, text in asdict(fields).items()} | chosen | {
        "hard": " checked" * bool(fields.hard), "results": results, "tabs": _tabs(), "gallery": gallery(),
        "compared": " open" * bool(fields.right or fields.hard),
        "options": " open" * bool(fields.lets or fields.claims), "shown": " open" * (not fields.loss),
    }
    # In one pass: what a user wrote may hold braces, too.
    return _PLACE.sub(lambda place: parts[place[1]], file("page.html"))


def _tabs() -> str:
    return "".join(
        f'<button type="button" role="tab" id="tab-{verb}" data-verb="{verb}" aria-controls="panel">{name}</button>'
        for verb, name in _TABS.items()
    )


def failed(text: str) -> str:
    """Return why there is no answer, with the caret under the place where there is one."""
    return f'<section class="error" role="alert"><pre>{escape(text)}</pre></section>'


def found(job: Job) -> str:
    """Return all that a job told, for the page without scripts."""
    return "".join(_shown(event, job) for event in job.events)


def _shown(event: Mapping[str, Any], job: Job) -> str:
    kind = event["kind"]
    if kind == "reading":
        guesses = "".join(_guess(guess) for guess in event["guesses"])
        return f"<section><h2>Read as</h2>{event['html']}<ul>{guesses}</ul></section>"
    if kind == "gradient":
        return f"<section><h2>Gradient</h2>{event['html']}</section>"
    if kind == "verdict":
        return str(event["html"])
    if kind == "part":
        return f"<section>{event['html']}</section>"
    if kind == "answer":
        return f'<p><a href="/api/jobs/{job.id}/dossier.json">The same as JSON, with every certificate</a></p>'
    if event.get("state") in (None, "done"):
        return ""
    return failed("\n".join(filter(None, (event["message"], event.get("where"), event.get("hint")))))


def _guess(guess: Mapping[str, Any]) -> str:
    let = f' <span class="soft">declare another: <code>{escape(guess["let"])}</code></span>' if guess["let"] else ""
    return f"<li>{escape(guess['text'])}{let}</li>"


@cache
def file(name: str) -> str:
    """Return one of the page's own files."""
    return (_HERE / name).read_text(encoding="utf-8")


@cache
def style() -> str:
    """Return the style sheet of all pages and what this page adds."""
    return common_style() + file("page.css")


@cache
def catalogue() -> list[dict[str, Any]]:
    """Return the catalogue as plain data."""
    return [asdict(entry) for entry in (*entries(), *family_entries())]


@cache
def claims() -> dict[str, str]:
    """Return every claim's definition."""
    return definitions()


__all__ = ["Fields", "badge", "catalogue", "claims", "failed", "file", "found", "gallery", "style", "whole"]

"""The gallery: the catalogue and questions asked in public, each a link that fills the form."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from nmderive.losses.catalogue import entries
from nmderive.pages.html import formula

_SHELVES = {"article": "The article", "comments": "Its comments", "literature": "The literature",
            "novel": "Found since"}


@dataclass(frozen=True)
class Question:
    """A question in words, what fills the form, and the statuses that are found."""

    asks: str
    verb: str
    loss: str
    right: str = ""
    lets: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    hard: bool = False
    finds: tuple[str, ...] = ()

    @property
    def fields(self) -> dict[str, str]:
        """What stands in the fields of the form, empty ones left out, and the verb that is asked."""
        given = {"loss": self.loss.strip(), "right": self.right, "lets": "\n".join(self.lets),
                 "claims": ", ".join(self.claims), "hard": "1" * self.hard, "verb": self.verb}
        return {name: text for name, text in given.items() if text}


@cache
def questions() -> tuple[Question, ...]:
    """Return the questions, in the order in which they are shown."""
    text = (Path(__file__).parent / "questions.toml").read_text(encoding="utf-8")
    return tuple(map(_question, tomllib.loads(text)["question"]))


def _question(entry: dict[str, Any]) -> Question:
    given: dict[str, Any] = {name: tuple(x) if isinstance(x, list) else x for name, x in entry.items()}
    return Question(**given)


@cache
def gallery() -> str:
    """Return the questions and the catalogue, shelf by shelf; a link puts its formula into the form."""
    asked = "".join(f"<li>{_link(q.fields, q.asks)}</li>" for q in questions())
    shelves: dict[str, list[str]] = {}
    for e in entries():
        shelves.setdefault(e.shelf, []).append(
            f'<li>{_link({"loss": e.name}, e.name)} <span class="soft">{escape(e.title)}</span>{formula(e.latex)}</li>')
    return f'<h2>Questions people have asked</h2><ul class="gallery">{asked}</ul>' + "".join(
        f'<h2>{_SHELVES[shelf]}</h2><ul class="gallery">{"".join(items)}</ul>' for shelf, items in shelves.items())


def _link(fields: dict[str, str], words: str) -> str:
    return f'<a href="/?{escape(urlencode(fields), quote=True)}"><b>{escape(words)}</b></a>'


__all__ = ["Question", "gallery", "questions"]

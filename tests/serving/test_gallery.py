"""The gallery: each of its questions is answered as it says, and its links fill the form."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from nmderive.serving import tasks
from nmderive.serving.asked import asked
from nmderive.serving.gallery import gallery, questions
from nmderive.serving.page import Fields, whole

#: No clock ends a claim of these.
SECONDS = 600.0


def test_the_catalogue_and_every_question_are_links_that_fill_the_form():
    links = re.findall(r'href="/\?([^"]*)"', gallery())
    filled = [dict(parse_qsl(unescape(link))) for link in links]
    assert [q.fields for q in questions()] == filled[: len(questions())] and {"loss": "focal"} in filled
    for fields in filled:
        page = whole(Fields.of(fields))
        assert all(name == "verb" or f'name="{name}"' in page for name in fields)
        assert asked(Fields.of(fields).question(fields.get("verb", "verify")))
    assert {q.verb for q in questions()} >= {"equal", "derive", "hessian", "solve", "verify"}


@pytest.mark.slow
@pytest.mark.parametrize("question", questions(), ids=lambda q: q.asks[:40])
def test_every_question_is_answered(question):
    told = []
    tasks.run(asked(Fields.of(question.fields).question(question.verb)), told.append, SECONDS)
    verdicts = tuple(e["status"] for e in told if e["kind"] == "verdict")
    searched = tuple(dict.fromkeys(re.findall("badge (SOLVED)", "".join(e.get("html", "") for e in told))))
    assert (verdicts or searched) == question.finds
    assert told[-1]["kind"] == "answer" and (question.finds or any("<math" in e.get("html", "") for e in told))


def test_the_page_of_the_docs_has_every_question_with_its_answer():
    """Made by tools/gallery.py; the answers themselves are asked anew below."""
    page = (Path(__file__).parents[2] / "docs" / "gallery.md").read_text(encoding="utf-8")
    blocks = dict(block.split("\n", 1) for block in page.split("\n## ")[1:])
    assert list(blocks) == [q.asks for q in questions()]
    for question in questions():
        assert all(line in blocks[question.asks] for line in question.loss.strip().splitlines())
        assert all(re.search(rf"^{status}\b", blocks[question.asks], re.MULTILINE) for status in question.finds)

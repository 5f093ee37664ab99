"""docs/semantics.md, sentence by sentence: every example has the verdict that the page gives."""

import re
from pathlib import Path

import pytest
from today import rest_slow

import nmderive
from nmderive.errors import NmderiveError

PAGE = Path(__file__).parents[1] / "docs" / "semantics.md"
EXAMPLE = re.compile(
    r"(?:\{(?P<let>[^{}`]+)\} )?`(?P<text>[^`]+)`(?: with (?P<extra>hard labels|[nm]=\d))?"
    r"(?: as (?P<claim>[a-z0-9-]+))?"
    r" is (?P<status>PROVED|REFUTED|UNDECIDED|NOT APPLICABLE|refused)"
)
SENTENCES = [line[2:] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("- ")]
CASES = [pytest.param(m.groupdict(), id=m["text"][:60]) for s in SENTENCES for m in EXAMPLE.finditer(s)]


def test_every_sentence_has_an_example():
    assert len(SENTENCES) > 15 and all(EXAMPLE.search(s) for s in SENTENCES)


@pytest.mark.parametrize("case", rest_slow(CASES, 4))
def test_the_page(case):
    lets = [case["let"]] if case["let"] else []
    extra = case["extra"] or ""
    sizes = {extra[0]: int(extra[2:])} if extra[1:2] == "=" else {}
    try:
        if case["claim"]:
            dossier = nmderive.loss(case["text"], lets=lets).verify(case["claim"], sizes=sizes)
        else:
            dossier = nmderive.equal(case["text"], lets=lets, sizes=sizes, hard_labels=extra == "hard labels")
    except NmderiveError as error:
        assert case["status"] == "refused", error
        return
    assert [v.status.value for v in dossier.verdicts] == [case["status"]], dossier.verdicts[0].findings

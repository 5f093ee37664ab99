"""`nmderive reproduce`: every claim of the source judged by the tool, resumable, with a page."""

import html
import json
import re
import shutil
import subprocess
import sys
import time
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from reproducing.drawn import IN_FONT, drawn
from reproducing.typeset import assert_compiles

from nmderive.checking import check_text
from nmderive.cli import main
from nmderive.evidence import Status, Verdict
from nmderive.reproduce import JUDGES, judge, reproduce
from nmderive.reproducing import past
from nmderive.reproducing.outcome import Judged, Part, Role, Standing
from nmderive.reproducing.page import page
from nmderive.reproducing.paper import paper
from nmderive.reproducing.source import entries

pytestmark = pytest.mark.slow

SOURCE = tomllib.loads((Path(__file__).parent / "data" / "claims.toml").read_text(encoding="utf-8"))["entry"]
TRUTH = {"true": "PROVED", "false": "REFUTED", "conditional": "CONDITIONAL"}


def _reproduced(folder):
    killed = subprocess.Popen([sys.executable, "-m", "nmderive", "reproduce", "--out", str(folder)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    patience = time.monotonic() + 600
    while not (folder / "claims" / "A4.json").exists() and time.monotonic() < patience:
        time.sleep(0.01)
    killed.kill()
    killed.wait()
    lines = []
    reproduce(folder, lines.append)
    assert [line for line in lines if line.startswith("A1:")] == ["A1: PROVED (from an earlier run)"]
    return folder


@pytest.fixture(scope="module")
def done(tmp_path_factory, shared):
    whole = shared.once("reproduction", lambda: _reproduced(shared.folder / "reproduction in full"))
    folder = tmp_path_factory.mktemp("reproduction") / "own"
    shutil.copytree(whole, folder)
    return reproduce(folder), folder


def test_the_shipped_source_is_the_whole_source_without_verdicts():
    own = {k: {f: v for f, v in vars(e).items() if v} for k, e in entries().items()}
    assert own == {e["id"]: {f: v for f, v in e.items() if f not in ("truth", "note")} for e in SOURCE}
    assert list(JUDGES) == [e["id"] for e in SOURCE]


def test_every_claim_has_the_verdict_that_an_honest_verifier_finds(done):
    found = {c["id"]: c["verdict"] for c in done[0].claims}
    assert found == {e["id"]: TRUTH[e["truth"]] for e in SOURCE}
    assert sum(done[0].counts.values()) == len(SOURCE) == 45


def test_false_claims_carry_a_witness_and_conditional_ones_their_condition(done):
    claims = {c["id"]: c for c in done[0].claims}
    assert claims["B4"]["parts"][0]["witness"]["value"] == "-2*log(2) + 1*log(3)"
    assert claims["B22"]["parts"][0]["witness"]["value"].startswith("[-3.81551055796")
    for claim in claims.values():
        assert bool(claim["condition"]) is (claim["verdict"] == "CONDITIONAL"), claim["id"]
        holds = {p["holds"] for p in claim["parts"]}
        assert "open" not in holds
        assert ("against the claim" in holds) is (claim["verdict"] != "PROVED"), claim["id"]


def test_every_certificate_is_accepted(done):
    results = check_text(json.dumps(done[0].as_data()))
    assert len(results) > 90
    assert all(r.accepted for r in results), [r.reason for r in results if not r.accepted]


def test_every_proof_and_refutation_carries_a_certificate_or_is_numeric(done):
    for claim in done[0].claims:
        for part in claim["parts"]:
            assert part["certificates"] or part["property"] == "numeric", (claim["id"], part["question"])


def test_a_killed_run_continues_and_never_reads_a_broken_file(done):
    folder = done[1] / "claims"
    kept = (folder / "A2.json").stat().st_mtime_ns
    (folder / "A1.json").write_text((folder / "A1.json").read_text()[:200])
    (folder / "B4.json").unlink()
    stale = json.loads((folder / "B22.json").read_text())
    (folder / "B22.json").write_text(json.dumps({**stale, "key": "of another version", "verdict": "PROVED"}))
    lines = []
    again = reproduce(done[1], lines.append)
    assert sorted(x.split(":")[0] for x in lines if "earlier" not in x) == ["A1", "B22", "B4"]
    assert again.counts == done[0].counts
    assert (folder / "A2.json").stat().st_mtime_ns == kept


def test_the_page_is_one_file_of_well_formed_mathml_without_network_or_scripts(done):
    text = done[0].page.read_text(encoding="utf-8")
    assert len(text.encode()) < 450_000  # witnesses are set as MathML
    for forbidden in ("<script", "src=", "@import", "<link", "http:", str(Path(__file__).parent)):
        assert forbidden not in text
    assert re.findall(r"url\(.{8}", text) == ["url(data:fon"]
    formulas = re.findall(r"<math.*?</math>", text)
    assert len(formulas) > 120 and all(ElementTree.fromstring(f) is not None for f in formulas)
    assert "prefers-color-scheme: dark" in text and "@media print" in text and 'name="viewport"' in text
    for entry in SOURCE:
        assert text.count(f'<article id="{entry["id"]}">') == 1
        assert f'href="claims/{entry["id"]}.json"' in text
        assert html.escape(entry.get("latex", "")) in text
    # no formula fell back to its LaTeX: each block is one to copy
    assert text.count("<pre><code>") == text.count("<summary>LaTeX</summary><pre><code>")
    assert text.count("<summary>LaTeX</summary>") == sum("latex" in e for e in SOURCE) + 2 * len(past.NEW)


def test_the_page_balances_its_tags(done):
    class Balance(HTMLParser):
        def __init__(self):
            super().__init__()
            self.open = []

        def handle_starttag(self, tag, attrs):
            if tag not in ("meta", "br", "mspace", "path"):
                self.open.append(tag)

        def handle_endtag(self, tag):
            if tag not in ("mspace", "path"):
                assert self.open.pop() == tag

        def handle_startendtag(self, tag, attrs):
            pass

    parser = Balance()
    parser.feed(done[0].page.read_text(encoding="utf-8"))
    assert not parser.open


def test_a_dossier_renders_as_html():
    import nmderive
    from nmderive.report import render

    text = render(nmderive.loss("loss-3").verify("softmax-optimum"), "html")
    assert "<math" in text and '<span class="badge PROVED">' in text and "<script" not in text


def test_every_character_of_the_formulas_is_in_the_font(done):
    text = done[0].page.read_text(encoding="utf-8")
    for mathml in re.findall(r"<math.*?</math>", text):
        assert set(drawn(mathml)) <= set(IN_FONT)


def test_links_inside_the_report_lead_somewhere(done):
    text = done[0].page.read_text(encoding="utf-8")
    anchors = set(re.findall(r' id="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= anchors
    files = set(re.findall(r'href="((?:claims|past)/[^"]+)"', text))
    assert len(files) >= len(SOURCE) + 35 + 4
    for file in files:
        assert check_text((done[1] / file).read_text(encoding="utf-8")) or "B" in file, file


def test_past_the_article_every_question_has_its_verdict(done):
    cells = {(c["loss"], c["claim"]): c for c in done[0].past["cells"]}
    assert len(cells) == len(past.COLUMNS) * (len(past.ROWS) + len(past.BESIDES))
    refuted = {("loss-1", "softmax-optimum"), ("loss-1", "decoupled"), ("loss-3", "hard-label-argmax"),
               ("loss-3", "degenerates-n1"), ("pairwise", "degenerates-n1"), ("quadratic", "degenerates-m2")}
    for key, cell in cells.items():
        assert cell["verdict"] == ("REFUTED" if key in refuted else "PROVED"), key
        assert all(v["certificates"] for v in cell["verdicts"]), key


def test_steps_are_checked_or_said_to_be_argued(done):
    for name, data in done[0].past["derivations"].items():
        assert "fault" not in data, (name, data)
        for line in data["lines"]:
            assert line["verdict"] in ("", "PROVED", "ARGUED", "FOUND")
            assert line["verdict"] != "PROVED" or line["certificates"], (name, line["rule"])
    checked = {n: sum(x["verdict"] == "PROVED" for x in d["lines"]) for n, d in done[0].past["derivations"].items()}
    assert checked["no-go"] >= 5 and checked["matching"] >= 3 and min(checked.values()) >= 1


def test_a_fault_past_the_claims_is_shown_and_costs_its_own_part_only(done):
    data = done[0].as_data()
    fault = {"name": "it", "fault": "stopped at 3 < 4"}
    broken = {**data, "pictures": [fault, *data["pictures"][1:]], "past": {
        "derivations": {k: fault for k in data["past"]["derivations"]}, "facts": {k: fault for k in past.NEW},
        "cells": [fault, *data["past"]["cells"][1:]]}}
    shown = page(broken)
    assert shown.count("stopped at 3 &lt; 4") == 1 + len(past.NEW) + 2 and "<td>?</td>" in shown
    assert_compiles(paper(broken), done[1])


def test_the_paper_is_latex_that_stands(done):
    text = (done[1] / "article.tex").read_text(encoding="utf-8")
    assert_compiles(text, done[1])
    for entry in SOURCE:
        assert rf"\label{{{entry['id']}}}" in text and entry.get("latex", "") in text


def test_a_fault_costs_one_claim(monkeypatch):
    def fails():
        raise ValueError("no")

    monkeypatch.setitem(JUDGES, "A1", fails)
    found = judge("A1")
    assert found.standing is Standing.UNDECIDED and "internal fault" in found.remarks[0]


def _part(status, role=Role.ASSERTS):
    return Part("?", Verdict("x", status, "", ""), role)


@pytest.mark.parametrize(("parts", "condition", "standing"), [
    ([_part(Status.PROVED)], "", "PROVED"),
    ([_part(Status.PROVED), _part(Status.REFUTED)], "", "REFUTED"),
    ([_part(Status.PROVED), _part(Status.REFUTED)], "m = 2", "CONDITIONAL"),
    ([_part(Status.REFUTED)], "m = 2", "REFUTED"),
    ([_part(Status.REFUTED, Role.DENIES), _part(Status.UNDECIDED)], "", "UNDECIDED"),
    ([_part(Status.PROVED), _part(Status.REFUTED), _part(Status.UNDECIDED)], "m = 2", "UNDECIDED"),
    ([_part(Status.REFUTED, Role.DENIES), _part(Status.REFUTED, Role.BESIDES)], "", "PROVED"),
    ([_part(Status.PROVED, Role.BESIDES)], "", "UNDECIDED"),
    ([], "", "UNDECIDED"),
])
def test_standings_follow_from_the_parts(parts, condition, standing):
    assert Judged(tuple(parts), condition).standing.value == standing


def test_prose_is_never_called_proved():
    assert Judged((_part(Status.PROVED),), argued=("clearly",)).standing is Standing.ARGUED


def test_the_command_prints_counts_and_progress(done, capsys):
    assert main(["reproduce", "--out", str(done[1])]) == 0
    out, err = capsys.readouterr()
    assert "45 claims: 31 PROVED, 2 REFUTED, 12 CONDITIONAL, 0 ARGUED, 0 UNDECIDED" in out
    assert "A1: PROVED" in err
    assert main(["reproduce", "--out", str(done[1] / "claims" / "A1.json")]) == 2

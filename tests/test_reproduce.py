"""`nmderive reproduce`: every claim of the source judged by the tool, resumable, with a page."""

import json
import tomllib
from pathlib import Path

import pytest

from nmderive.checking import check_text
from nmderive.cli import main
from nmderive.evidence import Status, Verdict
from nmderive.reproduce import JUDGES, judge, reproduce
from nmderive.reproducing.outcome import Judged, Part, Role, Standing
from nmderive.reproducing.source import entries

SOURCE = tomllib.loads((Path(__file__).parent / "data" / "claims.toml").read_text(encoding="utf-8"))["entry"]
TRUTH = {"true": "PROVED", "false": "REFUTED", "conditional": "CONDITIONAL"}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reproduction")
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
    assert [x for x in lines if "earlier" not in x and x[0] in "ABCR"] == [
        x for x in lines if x.split(":")[0] in ("A1", "B4", "B22")]
    assert again.counts == done[0].counts
    assert (folder / "A2.json").stat().st_mtime_ns == kept
    assert not list(folder.glob(".*"))


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

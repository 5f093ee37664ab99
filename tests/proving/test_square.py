"""Square matrices of similarities: a counterexample has n = m and the labels [i = j], and nothing else is printed."""

import json
from dataclasses import replace
from random import Random

import pytest
from today import rest_slow

import nmderive
from nmderive.checker.headline import headline
from nmderive.checker.reject import Reject
from nmderive.checking import check_text
from nmderive.errors import UnsupportedError
from nmderive.evidence import Status
from nmderive.proving.certificates import reading_of
from nmderive.proving.points import hard_table, label_table, sizes_for
from nmderive.report import render

INFO_NCE = r"-\frac{1}{N}\sum_{i=1}^N \log \frac{e^{s_{i,i}/\tau}}{\sum_{k=1}^N e^{s_{i,k}/\tau}}"
CLIP = (
    r"-\frac{1}{2N}\sum_{i=1}^{N}\left[\log\frac{e^{s_{ii}}}{\sum_{j=1}^{N}e^{s_{ij}}}"
    r"+\log\frac{e^{s_{ii}}}{\sum_{j=1}^{N}e^{s_{ji}}}\right]"
)
MISS = r"\frac{1}{N}\sum_{i=1}^N \left(1 - \frac{e^{s_{i,i}}}{\sum_{k=1}^N e^{s_{i,k}}}\right)"
LOSSES = [INFO_NCE, CLIP, MISS]
ABOUT_OTHERS = ["softmax-optimum", "balance", "decoupled", "degenerates-m2", "degenerates-n1", "unique-optimum"]


def identity(n):
    return [[str(int(i == j)) for j in range(n)] for i in range(n)]


@pytest.mark.parametrize("text", rest_slow(LOSSES, 4))
def test_the_reading_says_so(text):
    loss = nmderive.loss(text)
    assert loss.is_square and any("n = m" in note for note in loss.read_as)
    assert not nmderive.loss("loss-1").is_square


@pytest.mark.parametrize("text", rest_slow(LOSSES, 4))
def test_points_are_square_with_the_identity_as_labels(text):
    loss = nmderive.loss(text)
    for sizes in sizes_for(loss):
        assert sizes["n"] == sizes["m"]
        for table in (label_table(loss, sizes, Random(1)), hard_table(loss, sizes, Random(1))):
            assert all(v == (i == j) for (i, j), v in table.items())


@pytest.mark.parametrize("text", rest_slow(LOSSES, 4))
def test_what_is_printed_is_about_the_loss_and_is_accepted(text):
    dossier = nmderive.loss(text).verify()
    for verdict in dossier.verdicts:
        if verdict.claim in ABOUT_OTHERS:
            assert verdict.status is Status.NOT_APPLICABLE and "square" in verdict.findings[0]
        if verdict.status is Status.REFUTED:
            ray = verdict.certificates[0].data
            sizes, labels = (verdict.witness["sizes"], verdict.witness["t"]) if verdict.witness else (
                ray["sizes"], ray["point"]["t"])
            assert sizes["n"] == sizes["m"] and [list(r) for r in labels] == identity(sizes["n"])
    results = check_text(render(dossier, "json"))
    assert results and all(r.accepted for r in results), [r.reason for r in results]


def test_a_witness_of_this_kind_is_found():
    verdicts = nmderive.loss(MISS).verify("convex", "hard-label-argmax").verdicts
    assert [v.status for v in verdicts] == [Status.REFUTED, Status.PROVED]
    moved = nmderive.loss(CLIP).verify("shift-invariant").verdicts[0]
    assert moved.status is Status.REFUTED and moved.scope == "at n=2, m=2"


def plain(text):
    """The same formula with labels that may be any."""
    return replace(nmderive.loss(text), is_square=False)


@pytest.mark.parametrize(
    ("text", "claim"), [(MISS, "convex"), (CLIP, "shift-invariant"), (MISS + " - 1", "nonnegative")]
)
def test_the_headline_refuses_other_witnesses(text, claim):
    loss = plain(text)
    verdict = nmderive.loss(loss).verify(claim).verdicts[0]
    assert verdict.status is Status.REFUTED
    own = [c.as_json() for c in verdict.certificates]
    reading = reading_of(loss)
    headline(reading, claim, "REFUTED", own)
    with pytest.raises(Reject, match="labels"):
        headline({**reading, "square": True}, claim, "REFUTED", own)


def test_a_dossier_without_the_flag_is_refused():
    data = json.loads(render(nmderive.loss(INFO_NCE).verify("convex"), "json"))
    data["reading"]["square"] = False
    assert not all(r.accepted for r in check_text(json.dumps(data)))
    del data["reading"]["square"]
    assert not all(r.accepted for r in check_text(json.dumps(data)))


def test_permuted_labels_refute_nothing():
    text = r"-\frac{1}{N}\sum_{i=1}^N w_i \log \frac{e^{s_{i,i}}}{\sum_{k=1}^N e^{s_{i,k}}}"
    verdict = nmderive.loss(text, lets=["w_i>0"]).verify("permutation-invariant").verdicts[0]
    assert verdict.status is Status.UNDECIDED


def test_equations_have_square_witnesses_too():
    left = r"\frac{1}{N}\sum_{i=1}^N \log \frac{e^{s_{i,i}}}{\sum_{k=1}^N e^{s_{i,k}}}"
    dossier = nmderive.equal(f"{left} = \\frac{{1}}{{N}}\\sum_{{i=1}}^N s_{{i,i}}")
    (verdict,) = dossier.verdicts
    assert verdict.status is Status.REFUTED
    n = verdict.witness["sizes"]["n"]
    assert n == verdict.witness["sizes"]["m"] and [list(r) for r in verdict.witness["t"]] == identity(n)
    assert all(r.accepted for r in check_text(render(dossier, "json")))


def test_there_are_no_labels_to_solve_for():
    with pytest.raises(UnsupportedError, match="square"):
        nmderive.loss(INFO_NCE).solve("t")

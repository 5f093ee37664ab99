"""Code that branches on labels or sizes: what is refuted is refuted where the code goes the way that is read."""

import json
from fractions import Fraction

import pytest

import nmderive
from nmderive.checking import check_text
from nmderive.evidence import digest
from nmderive.report.json import as_data

SOFTMAX = "    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)\n    return -np.sum(t * np.log(p))\n"
GUARDS = {
    "empty": "    if (t > 0.5).sum() == 0:\n        return np.sum(s * 0)\n",
    "alone": "    if s.shape[0] < 2:\n        return 0.0\n",
}


@pytest.fixture
def code(tmp_path):
    def read(name):
        file = tmp_path / f"{name}.py"
        file.write_text(f"import numpy as np\ndef f(s, t):\n{GUARDS[name]}{SOFTMAX}")
        return nmderive.loss(f"{file}:f")
    return read


def _accepted(data):
    return all(r.accepted for r in check_text(json.dumps({**data, "digest": digest(data)})))


def test_a_counterexample_has_labels_at_which_the_code_is_the_formula(code):
    dossier = code("empty").verify("softmax-optimum", "bounded", "symmetric")
    assert [v.status.value for v in dossier.verdicts] == ["PROVED", "REFUTED", "UNDECIDED"]  # the sum of labels is soft
    data = json.loads(json.dumps(as_data(dossier)))
    assert _accepted(data)
    (refuted,) = [v for v in data["verdicts"] if v["status"] == "REFUTED"]
    assert refuted["certificates"][0]["point"]["t"] == [["1", "0"]]
    for v in data["verdicts"]:
        if v["status"] == "REFUTED":
            v["certificates"][0]["point"]["t"] = [["1/2", "1/2"]]  # no label is above one half: the other branch
    assert not _accepted(data)
    for guards in ([], [[["num", "0"], True]]):
        edited = {**data, "reading": {**data["reading"], "guards": guards}}
        assert not _accepted(edited)  # they are said among the conditions


def test_what_is_read_for_two_samples_is_not_judged_at_one(code):
    dossier = code("alone").verify("softmax-optimum", "bounded", "degenerates-n1", "saturating")
    found = {v.claim: v for v in dossier.verdicts}
    assert "n >= 2" in found["softmax-optimum"].conditions
    assert found["bounded"].scope == "at n=2, m=2"
    assert {found[x].status.value for x in ("degenerates-n1", "saturating")} == {"NOT APPLICABLE"}
    assert _accepted(json.loads(json.dumps(as_data(dossier))))


def test_an_equation_with_guarded_code_is_judged_where_it_is_the_formula(code, tmp_path):
    code("empty")
    named = f"{tmp_path / 'empty.py'}:f"
    (proved,) = nmderive.equal(named, "-sum(i, sum(j, t[i,j]*log(p[i,j])))").verdicts
    (refuted,) = nmderive.equal(named, "sum(i, sum(j, t[i,j]))").verdicts
    assert (proved.status.value, refuted.status.value) == ("PROVED", "REFUTED")
    assert any("branches on a count" in c for c in proved.conditions)
    (certificate,) = refuted.certificates
    assert any(Fraction(x) > Fraction(1, 2) for row in certificate.data["point"]["t"] for x in row)

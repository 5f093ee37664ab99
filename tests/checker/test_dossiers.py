"""Whole dossiers: what --json prints is accepted; any edit of it is not."""

import copy
import json
import random
from pathlib import Path

import pytest
from today import of_today

import nmderive
from nmderive.calculus.symbols import S, T
from nmderive.checking import check_text
from nmderive.evidence import digest
from nmderive.report.json import as_data

LOSSES = ["loss-3", "focal", "multi-label", r"\sum_i\sum_j (s_{i,j}-t_{i,j})^2", "label-smoothing"]
#: What a person reads beside what is checked (docs/schemas.md); of certificates every kind is tampered with elsewhere.
REMARKS = {"findings", "steps", "notes", "read_as", "seconds", "quantity", "certificates", "digest"}
EQUATIONS = [("cross-entropy", "loss-1"), ("loss-3", "loss-3"), ("n*m = m*n", None)]


@pytest.fixture(scope="module")
def dossiers():
    claims = ("softmax-optimum", "convex", "nonnegative", "shift-invariant")
    found = [plain(nmderive.loss(x).verify(*claims)) for x in LOSSES]
    found += [plain(nmderive.loss(S[1, 1] ** 2 * T[1, 1]).verify("convex")), plain(of_one_class()), plain(left_open())]
    return found + [plain(nmderive.equal(*(x for x in pair if x))) for pair in EQUATIONS]


def of_one_class():
    return nmderive.loss("cross-entropy").verify("hard-label-argmax", sizes={"m": 1})


def left_open():
    return nmderive.loss(r"\sum_i \sqrt{\sum_j |s_{i,j}|}").verify("smooth")


def plain(dossier):
    return json.loads(json.dumps(as_data(dossier)))


def accepted(data, signed=True):
    if signed:
        data = {**data, "digest": digest(data)}
    results = check_text(json.dumps(data))
    return bool(results) and all(r.accepted for r in results)


@pytest.mark.slow
def test_what_is_printed_is_accepted(dossiers):
    for data in dossiers:
        assert accepted(data, signed=False), [r.reason for r in check_text(json.dumps(data)) if not r.accepted]


def edits(data, other):
    """Yield edits by somebody who signs the dossier anew."""
    def changed(change):
        own = copy.deepcopy(data)
        change(own)
        return own

    yield "loss", changed(lambda d: d.update(loss="loss-2x"))
    yield "latex", changed(lambda d: d.update(latex=other["latex"] + "+1"))
    if not data["reading"].get("sides"):
        yield "code", changed(lambda d: d["reading"].update(form="code") or d.update(latex=other["latex"]))
        yield "SymPy", changed(lambda d: d["reading"].update(form="sympy") or d.update(gradient_latex="0"))
        text = {"form": "code", "source": "-sum(j, t[j]*log(p[j]))", "name": ""}
        yield "text as code", changed(lambda d: d["reading"].update(text))
        yield "no shape", changed(lambda d: d["reading"].update(form="sympy", shape=[]))
        yield "no text", changed(lambda d: d["reading"].update(source="", name="") or d.update(latex=other["latex"]))
    yield "a part more", changed(lambda d: d.update(title="proved"))
    yield "a part more of a verdict", changed(lambda d: d["verdicts"][0].update(title="proved"))
    yield "reading", changed(lambda d: d["reading"].update({k: v for k, v in other["reading"].items() if k != "sizes"}))
    for k, v in enumerate(data["verdicts"]):
        decided = v["status"] in ("PROVED", "REFUTED")
        turned = {"PROVED": "REFUTED", "REFUTED": "PROVED"}.get(v["status"], "PROVED")
        yield f"status {k}", changed(lambda d, k=k, s=turned: d["verdicts"][k].update(status=s))
        yield f"claim {k}", changed(lambda d, k=k: d["verdicts"][k].update(claim="unique-optimum"))
        if decided:
            yield f"statement {k}", changed(lambda d, k=k: d["verdicts"][k].update(statement="l is convex in t"))
            yield f"scope {k}", changed(lambda d, k=k: d["verdicts"][k].update(scope="for every n, m"))
            yield f"conditions {k}", changed(lambda d, k=k: d["verdicts"][k]["conditions"].append("m >= 7"))
            yield f"fewer conditions {k}", changed(lambda d, k=k: d["verdicts"][k].update(conditions=["given nothing"]))
            yield f"no certificates {k}", changed(lambda d, k=k: d["verdicts"][k].update(certificates=[]))
        for c in range(len(v["certificates"])):
            yield f"schema {k} {c}", changed(lambda d, k=k, c=c: d["verdicts"][k]["certificates"][c].pop("schema"))
            yield f"unknown schema {k} {c}", changed(
                lambda d, k=k, c=c: d["verdicts"][k]["certificates"][c].update(schema="nmderive-certificate/9"))
        if "left" in v.get("reading", {}):
            yield f"sides {k}", changed(lambda d, k=k: d["verdicts"][k]["reading"].update(left=["num", "1"]))


@pytest.mark.parametrize("part", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in of_today(range(1, 12), 4))])
def test_an_edit_is_refused_though_it_is_signed_anew(dossiers, part):
    named = [(d, *edit) for k, d in enumerate(dossiers) for edit in edits(d, dossiers[k - 1])]
    for data, name, edited in named[part::12]:
        assert not accepted(edited), (data["loss"], name)


def test_fixed_sizes_do_not_become_all_sizes(dossiers):
    data = plain(nmderive.equal("sum(i, s[i,1])", "s[1,1]", sizes={"n": 1}))
    verdict = data["verdicts"][0]
    assert verdict["status"] == "PROVED" and accepted(data)
    assert verdict["scope"] == "for n=1 and all m"
    verdict["scope"] = "for all n, m"
    assert not accepted(data)


def test_open_verdicts_of_a_loss_of_one_size_are_held_to_it():
    """matching-3 is known for m = 3 alone: what is open, or has no meaning, is said of that m."""
    data = plain(nmderive.loss("matching-3").verify("degenerates-m2", "diagonal-majorant"))
    assert {v["status"] for v in data["verdicts"]} <= {"NOT APPLICABLE", "UNDECIDED"} and accepted(data)
    data["verdicts"][0]["scope"] = "for all n, m"
    assert not accepted(data)


@pytest.mark.parametrize(("sides", "sizes"), [
    (r"\sum_i (t_{i1}+t_{i2}) = n", {"m": 2}), (r"\sum_i s_{i1}^{n-1} = n", {"n": 1})])
def test_what_is_open_of_an_equation_at_a_size_is_held_to_it(sides, sizes):
    data = plain(nmderive.equal(sides, sizes=sizes))
    (name, size), = sizes.items()
    assert data["verdicts"][0]["status"] == "UNDECIDED" and f"{name}={size}" in data["verdicts"][0]["scope"]
    assert accepted(data) and not accepted({**data, "reading": {**data["reading"], "fixed": {}}})


@pytest.mark.parametrize(("seed", "count"), [(5, 40), pytest.param(6, 200, marks=pytest.mark.slow)])
def test_random_edits_are_refused(dossiers, seed, count):
    rng = random.Random(seed)
    for _ in range(count):
        data = copy.deepcopy(rng.choice(dossiers))
        place = leaf(data, rng)
        if place is None:
            continue
        holder, key = place
        old = holder[key]
        holder[key] = {str: f"{old}1", int: 7 if old != 7 else 8, bool: not old}.get(type(old), "x")
        assert not accepted(data, signed=False), (key, old)


def test_what_is_no_remark_is_checked(dossiers):
    rng = random.Random(7)
    for data in dossiers:
        places = [x for x in leaves(data) if not REMARKS & set(x)]
        for place in places if len(places) < 12 else rng.sample(places, 12):
            edited = copy.deepcopy(data)
            holder = edited
            for key in place[:-1]:
                holder = holder[key]
            old = holder[place[-1]]
            holder[place[-1]] = {str: f"{old}1", int: 7 if old != 7 else 8, bool: not old}.get(type(old), "x")
            assert not accepted(edited), (data["loss"], place, old)


def leaves(node, at=()):
    """Yield the places of all values that are no containers."""
    if not isinstance(node, dict | list):
        yield at
        return
    for key in node if isinstance(node, dict) else range(len(node)):
        yield from leaves(node[key], (*at, key))


@pytest.mark.parametrize("shown", [
    {"entry": [7, 7]}, {"exact": False}, {"parameters": {"c": "5"}}, {"value": "3"}, {"value": "[0 +/- 1e999999999]"},
    {"t": [["1", "0"]]}, {"note": "minus infinity"}])
def test_a_witness_is_that_of_its_certificate(shown):
    data = plain(nmderive.loss("multi-label").verify("softmax-optimum", "shift-invariant"))
    verdict = next(v for v in data["verdicts"] if v["witness"])
    assert accepted(data)
    verdict["witness"].update(shown)
    assert not accepted(data)


def leaf(node, rng):
    """Return a random place of a value that is no container."""
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return None
        key = rng.choice(keys)
        if not isinstance(node[key], dict | list):
            return node, key
        node = node[key]


def test_a_verdict_speaks_of_the_loss_of_its_dossier():
    """Its own reading may fix a parameter of a refutation inside its domain, and nothing else."""
    good, bad = (as_data(nmderive.loss(name).verify("convex")) for name in ("cross-entropy", "brier"))
    forged = {**bad, "verdicts": [{**good["verdicts"][0], "reading": {"loss": good["reading"]["loss"]}}]}
    assert not accepted(forged)
    power = as_data(nmderive.loss("sum(i, sum(j, (g*s[i,j]-t[i,j])**2))", lets=["g>=0"]).verify("unique-optimum"))
    assert power["verdicts"][0]["reading"] == {"parameters": {"g": {"values": ["0"]}}} and accepted(power)
    for values in (["-1"], "real", {"low": "0"}):
        other = {"parameters": {"g": values if isinstance(values, dict | str) else {"values": values}}}
        edited = json.loads(json.dumps(power).replace('{"values": ["0"]}', json.dumps(other["parameters"]["g"])))
        assert not accepted(edited), values


def test_the_dossier_of_the_docs_is_accepted():
    shown = Path(__file__).parents[2] / "docs" / "sample" / "dossier.json"
    assert all(r.accepted for r in check_text(shown.read_text(encoding="utf-8")))

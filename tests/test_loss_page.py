"""The page about one loss: everything on it, nothing loaded from outside, certificates that are accepted."""

import json
import re
from html.parser import HTMLParser

import pytest

import nmderive
from nmderive.checking import check_text
from nmderive.claims import claim_names
from nmderive.cli import main
from nmderive.evidence import Status
from nmderive.loss_page import _sentence, definitions, loss_page

BINARY = r"\sum_i \left(\max(s_i, 0) - s_i t_i + \log(1 + e^{-|s_i|})\right)"


class _Tags(HTMLParser):
    """Checks that tags close in order, and gathers addresses and ids."""

    def __init__(self):
        super().__init__()
        self.open, self.addresses, self.ids = [], [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.addresses += [v for k, v in given.items() if k in ("href", "src")]
        self.ids += [given["id"]] if "id" in given else []
        if tag not in ("meta", "br", "hr", "img", "link", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag


@pytest.mark.slow
@pytest.mark.parametrize("name, latex", [("loss-3", ""), ("", BINARY)])
def test_the_page_is_whole(name, latex):
    loss = nmderive.loss(name or latex)
    page = loss_page(loss, name)
    tags = _Tags()
    tags.feed(page.html)
    assert not tags.open and set(claim_names()) <= set(tags.ids)
    assert all(a.startswith("#") or a == "dossier.json" for a in tags.addresses)
    assert "<script" not in page.html and not re.search(r"(src|href)=.?https?:", page.html)
    for title in ("At a glance", "Gradient", "Hessian", "Optimum", "Verdicts", "Code", "Certificates"):
        assert f"<h2>{title}</h2>" in page.html
    statuses = {v["claim"]: v["status"] for v in json.loads(page.dossier)["verdicts"]}
    for claim, status in statuses.items():
        assert re.search(rf'href="#{claim}".*?>{status}<', page.html, re.DOTALL)


@pytest.mark.slow
def test_the_command_writes_page_and_dossier(tmp_path, capsys):
    assert main(["report", "cross-entropy", "--out", str(tmp_path / "page")]) == 0
    assert capsys.readouterr().out.strip().endswith("index.html")
    results = check_text((tmp_path / "page" / "dossier.json").read_text(encoding="utf-8"))
    assert results and all(r.accepted for r in results)
    assert "cross-entropy" in (tmp_path / "page" / "index.html").read_text(encoding="utf-8")


def test_claims_are_listed_with_what_they_mean(capsys):
    assert main(["claims"]) == 0
    out = capsys.readouterr().out
    assert all(f"\n{name}\n" in f"\n{out}" for name in claim_names())
    assert main(["claims", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == definitions()
    assert all(len(text) > 40 for text in definitions().values())


@pytest.mark.parametrize("argv, says", [
    (["verfy", "loss-1"], "did you mean verify?"), (["Derive", "loss-1"], "did you mean derive?"),
    (["xyz"], "one of: verify"),
])
def test_a_wrong_command_is_answered_in_two_lines(argv, says, capsys):
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2
    err = capsys.readouterr().err
    assert says in err and len(err.splitlines()) == 2


def test_a_name_of_the_catalogue_may_have_capitals():
    assert nmderive.loss("Loss-3").expr == nmderive.loss("loss-3").expr


@pytest.mark.slow
def test_what_is_refuted_is_never_said_as_if_it_held():
    for verdict in nmderive.verify("brier").verdicts:
        sentence = _sentence(verdict)
        assert sentence.startswith("not true") == (verdict.status is Status.REFUTED)
        assert verdict.status is Status.UNDECIDED or verdict.statement in sentence

"""Records show themselves: HTML and LaTeX for notebooks, text at a prompt; progress without IPython."""

import subprocess
import sys
import types
from functools import cache
from html.parser import HTMLParser

import numpy as np
import pytest
from reproducing.typeset import assert_compiles

import nmderive
from nmderive.derivation import Derivation
from nmderive.evidence import Shown
from nmderive.losses.catalogue import names
from nmderive.progress import Bar

OPEN = {"meta", "br", "hr", "img", "input", "mspace"}


class Balance(HTMLParser):
    def __init__(self):
        super().__init__()
        self.opened = []

    def handle_starttag(self, tag, attrs):
        if tag not in OPEN:
            self.opened.append(tag)

    def handle_endtag(self, tag):
        if tag not in OPEN:
            assert self.opened.pop() == tag


NAMES = ("proved", "refuted", "dossier", "solved", "partial", "comparison", "root", "batch", "derivation", "equal")


@cache
def records():
    loss, other = nmderive.loss("loss-3"), nmderive.loss("loss-1")
    t = np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
    d = Derivation("a < b & c")
    d.start(r"\log e^{s_t}")
    d.step("logs", "s_t", "1 < 2")
    return {
        "proved": loss.verify("softmax-optimum").verdicts[0], "refuted": other.verify("softmax-optimum").verdicts[0],
        "dossier": other.verify("convex", "softmax-optimum"), "solved": loss.solve("t", 1.0),
        "partial": other.solve("s", 1.0), "comparison": nmderive.compare([loss, "loss-1"], claims=["convex"]),
        "root": loss.stationary(t), "batch": loss.stationary(np.stack([t, t[::-1]])), "derivation": d,
        "equal": nmderive.equal("s_1", "s_2"),
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_record_shows_itself(name, tmp_path):
    record = records()[name]
    assert isinstance(record, Shown)
    text, html, latex = repr(record), record._repr_html_(), record._repr_latex_()
    assert text == str(record) and "\x00" not in text and "nmderive." not in text and "object at" not in text
    parser = Balance()
    parser.feed(html)
    assert not parser.opened and "<script" not in html and len(html) < 60_000
    if name not in ("root", "batch"):
        head = "\\documentclass{article}\\usepackage{amsmath}\\begin{document}\n"
        assert_compiles(f"{head}{latex}\n\\end{{document}}\n", tmp_path)


@pytest.mark.slow
def test_what_is_shown_is_what_is_known():
    assert "PROVED" in repr(records()["proved"]) and 'class="badge PROVED"' in records()["proved"]._repr_html_()
    assert "Witness" in records()["refuted"]._repr_html_() and "exactly -3/20" in repr(records()["refuted"])
    assert records()["dossier"]._repr_html_().count("<details") == 2
    solved = records()["solved"]
    assert 'class="badge SOLVED"' in solved._repr_html_() and "SOLVED for all n" in repr(solved)
    assert "PARTIAL" in records()["partial"]._repr_html_()
    assert records()["comparison"]._repr_html_().count('<td><span class="PROVED">yes</span>') == 2
    assert repr(records()["root"]).startswith("stationary point") and "2 of 2 problems" in repr(records()["batch"])
    derivation = records()["derivation"]
    assert "a &lt; b &amp; c" not in repr(derivation) and "1 &lt; 2" in derivation._repr_html_()


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_losses_and_gradients_show_themselves(name):
    loss = nmderive.loss(name)
    assert loss._repr_latex_().startswith("$\\displaystyle l = ") and repr(loss).startswith("l = ")
    gradient = loss.derive()
    assert gradient._repr_latex_().startswith(r"$\displaystyle \frac{\partial l}")
    assert repr(gradient).startswith("∂l/∂s") and len(repr(gradient)) < 2500


def test_public_functions_stay_functions():
    for _ in range(2):
        assert nmderive.equal("s_1", "s_1").verdicts[0].status.value == "PROVED"
        assert nmderive.derive(nmderive.loss("loss-3")).shown("text")
        assert nmderive.verify(nmderive.loss("loss-3"), ["convex"]).verdicts
        assert nmderive.compare(["loss-3"], claims=["convex"]).rows


def test_progress_speaks_on_stderr_after_a_second(capsys, monkeypatch):
    clock = iter([0.0, 0.5, 2.0, 3.0])
    monkeypatch.setattr("nmderive.progress.time.monotonic", lambda: next(clock))
    with Bar("verify", 3) as bar:
        bar("convex")
        bar("balance")
        bar("decoupled")
    assert capsys.readouterr().err == "verify 2/3: balance ...\nverify 3/3: decoupled ...\n"


def test_progress_fills_a_bar_in_a_notebook(monkeypatch, capsys):
    shown = []
    handle = types.SimpleNamespace(update=lambda data, raw: shown.append(data["text/html"]))

    def display(data, raw, display_id):
        shown.append(data["text/html"])
        return handle

    shell = types.SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setitem(sys.modules, "IPython.display", types.SimpleNamespace(display=display))
    clock = iter([0.0, 2.0, 3.0, 4.0])
    monkeypatch.setattr("nmderive.progress.time.monotonic", lambda: next(clock))
    with Bar("verify", 2) as bar:
        bar("a < b")
        bar("second")
    assert 'value="0" max="2"' in shown[0] and "a &lt; b" in shown[0] and 'value="1"' in shown[1]
    assert shown[2] == "<small>verify: done in 4.0 s</small>" and not capsys.readouterr().err


@pytest.mark.slow
def test_nothing_of_ipython_is_imported():
    code = ("import sys, nmderive; r = nmderive.loss('loss-3').verify('convex'); r._repr_html_(); repr(r)\n"
            "assert not {'IPython', 'ipywidgets', 'matplotlib', 'sklearn'} & set(sys.modules)")
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0

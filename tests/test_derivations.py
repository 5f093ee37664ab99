"""The scripts in derivations/: each runs, checks its steps, is short, and uses the public API only."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from nmderive.checking import check_text
from nmderive.derivation import Derivation, StepFailed

FOLDER = Path(__file__).parent.parent / "derivations"
SCRIPTS = sorted(FOLDER.glob("*.py"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.stem)
def test_each_script_runs_and_its_steps_are_checked(path):
    done = subprocess.run([sys.executable, str(path), "--to", "json"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    lines = json.loads(done.stdout)["lines"]
    proved = [x for x in lines if x["verdict"] in ("PROVED", "REFUTED")]
    assert proved and all(x["certificates"] or "ln(" in x["rule"] for x in proved)
    results = check_text(done.stdout)
    assert results or "comment_3" in path.stem
    assert all(r.accepted for r in results)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.stem)
def test_each_script_is_short_and_public(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    allowed = {"nmderive", "nmderive.derivation", "nmderive.reproducing.numbers"}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            assert node.module in allowed
        elif isinstance(node, ast.Import):
            assert all(a.name in allowed for a in node.names)


def test_the_scripts_are_numbered_in_reading_order():
    assert [p.name[:3] for p in SCRIPTS] == [f"{k:02d}_" for k in range(1, len(SCRIPTS) + 1)]
    assert len(SCRIPTS) >= 17


def test_a_false_step_stops_the_derivation():
    d = Derivation("false")
    d.start(r"\log e^{s_t}")
    with pytest.raises(StepFailed, match="REFUTED, not PROVED"):
        d.step("wrong", r"2 s_t")
    with pytest.raises(StepFailed, match="PROVED, not REFUTED"):
        d.differs("wrong, too", r"s_t")
    with pytest.raises(StepFailed):
        d.has("loss-1", "softmax-optimum")
    assert len(d.lines) == 1


def test_a_derivation_in_all_its_forms():
    d = Derivation("Two steps")
    d.start(r"\log \left(e^{s_t} \sum_j t_j\right)")
    d.step("logs split", r"s_t + \log \sum_j t_j")
    d.argued("100% obvious: a_b < c")
    text = d.shown("text")
    assert "PROVED   logs split" in text and "ARGUED   100% obvious" in text
    assert text.endswith("1 steps checked, 1 argued, 0 found by the search")
    latex = d.shown("latex")
    assert latex.startswith(r"\documentclass{article}") and latex.endswith(r"\end{document}")
    assert r"\[ s_t + \log \sum_j t_j \]" in latex and r"100\% obvious: a\_b $<$ c" in latex
    assert "<math" in d.shown("html") and "<script" not in d.shown("html")

"""The scripts in derivations/: each runs, checks its steps, is short, derives what it names, and typesets."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from reproducing.typeset import assert_compiles
from today import of_today

from nmderive.checking import check_text
from nmderive.cli import main
from nmderive.derivation import Derivation, StepFailed, run_script
from nmderive.errors import NmderiveError, UsageError
from nmderive.notation import Declarations, parse, to_unicode

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent.parent / "derivations"
SCRIPTS = sorted(FOLDER.glob("*.py"))
CLAIMS = {
    e["id"]: e for e in tomllib.loads((FOLDER.parent / "tests/data/claims.toml").read_text(encoding="utf-8"))["entry"]
}
RUN = ("import sys; from nmderive.derivation import Derivation, run_script\n"
       "own = Derivation.shown\n"
       "def both(d, form):\n"
       "    assert '<math' in own(d, 'html') or all(not x.latex for x in d.lines)\n"
       "    return own(d, 'json') + '\\0' + own(d, 'latex')\n"
       "Derivation.shown = both; run_script(sys.argv[1], 'json')")


def run(path):
    """Return a script's derivation as data, its JSON and its LaTeX."""
    done = subprocess.run([sys.executable, "-c", RUN, str(path)], capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr
    text, latex = done.stdout.split("\0")
    return json.loads(text)["lines"], text, latex


def named(path):
    """Return the entries of claims.toml that a script's docstring names."""
    found = []
    for first, last in re.findall(r"\b([ABCR]\d+)(?: to ([ABCR]\d+))?", ast.get_docstring(ast.parse(path.read_text()))):
        found += [f"{first[0]}{k}" for k in range(int(first[1:]), int((last or first)[1:]) + 1)]
    return found


def forms(latex, path):
    """Return the sides of an equation as read, bound indices named by place."""
    lets = ["m: margin", "b"] if "comment_3" in path.stem else ["a_j", "r>0", "X_j>0", "A_j>0", "q_i>0"]
    try:
        return [to_unicode(x) for x in parse(latex, Declarations.from_lets(lets)).sides]
    except NmderiveError:
        return []  # a form that the search found, with words in it


@pytest.mark.parametrize("path", of_today(SCRIPTS, 5), ids=lambda p: p.stem)
def test_each_script_runs_is_checked_typesets_and_derives_what_it_names(path, tmp_path):
    lines, text, latex = run(path)
    proved = [x for x in lines if x["verdict"] in ("PROVED", "REFUTED")]
    assert proved and all(x["certificates"] or "ln(" in x["rule"] for x in proved)
    results = check_text(text)
    assert results and all(r.accepted for r in results)
    assert_compiles(latex, tmp_path)
    shown = {form for x in lines if x["latex"] for form in forms(x["latex"], path)}
    for claim in named(path):
        own = [x for x in lines if re.search(rf"\b{claim}\b", x["rule"])]
        assert any(x["verdict"] in ("PROVED", "REFUTED", "CERTIFIED", "ARGUED") for x in own), claim
        if CLAIMS[claim]["truth"] == "false":
            assert any(x["verdict"] == "REFUTED" for x in own), claim
        if "latex" in CLAIMS[claim] and claim != "A11":  # a definition there, put into the sum
            assert set(forms(CLAIMS[claim]["latex"], path)) <= shown, claim


def test_every_claim_of_the_source_is_in_a_script():
    assert {claim for path in SCRIPTS for claim in named(path)} == set(CLAIMS)


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
    assert len(SCRIPTS) >= 18


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


def test_a_gradient_is_confirmed_by_the_checker_and_a_definition_is_put_in():
    d = Derivation("gradient")
    d.start(r"-\sum_{i,j} t_{i,j} \log \frac{e^{s_{i,j}}}{\sum_l e^{s_{i,l}}}")
    d.differentiate("dl/ds_ik", "s_{i,k}")
    assert d.lines[-1].verdict == "PROVED" and d.lines[-1].certificates[0]["kind"] == "gradient"
    d.step("as usual", r"\frac{e^{s_{i,k}}}{\sum_l e^{s_{i,l}}} \sum_j t_{i,j} - t_{i,k}")
    d.put("labels that softmax gives", r"t_{i,k} = \frac{e^{s_{i,k}}}{\sum_l e^{s_{i,l}}}")
    d.step("gone", "0")


def test_a_derivation_in_all_its_forms(tmp_path):
    d = Derivation("Two steps")
    d.start(r"\log \left(e^{s_t} \sum_j t_j\right)")
    d.step("logs split", r"s_t + \log \sum_j t_j")
    d.argued("100% obvious: a_b < c")
    text = d.shown("text")
    assert "PROVED   logs split" in text and "ARGUED   100% obvious" in text
    assert text.endswith("1 steps checked, 1 argued, 0 found by the search")
    latex = d.shown("latex")
    assert latex.startswith(r"\documentclass{article}") and latex.endswith(r"\end{document}")
    assert r"\formula{s_t + \log \sum_j t_j}" in latex and r"100\% obvious: $a_{b}$ \ensuremath{<} c" in latex
    assert_compiles(latex, tmp_path)
    assert "<math" in d.shown("html") and "<script" not in d.shown("html")


SCRIPT = "from nmderive.derivation import Derivation\nd = Derivation('x')\nd.start('s_1')\n"


def test_the_command_line_runs_a_script(tmp_path, capsys):
    path = tmp_path / "own.py"
    path.write_text(SCRIPT + "d.step('twice the half', 's_1/2 + s_1/2')\nd.finish()\n")
    assert main(["derive", "--script", str(path)]) == 0
    text = capsys.readouterr().out
    assert "PROVED   twice the half" in text
    assert main(["derive", "--script", str(path), "--to", "json"]) == 0
    assert [x["verdict"] for x in json.loads(capsys.readouterr().out)["lines"]] == ["", "PROVED"]
    alone = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=60)
    assert alone.stdout == text


@pytest.mark.parametrize(("text", "code", "says"), [
    (SCRIPT + "d.step('off by one', 's_1 + 1')\n", 1, "off by one: REFUTED"),
    (SCRIPT + "d.step('no formula', 's_1 +')\n", 2, "nmderive: "),
    ("x = 1\ny = x / 0\n", 2, "in line 2: ZeroDivisionError"),
    ("x = (\n", 2, "SyntaxError"),
])
def test_a_script_that_fails_gives_one_clear_error(text, code, says, tmp_path, capsys):
    path = tmp_path / "own.py"
    path.write_text(text)
    before = list(sys.argv), list(sys.path)
    assert main(["derive", "--script", str(path)]) == code
    out, err = capsys.readouterr()
    assert says in err and "Traceback" not in err and not out
    assert (sys.argv, sys.path) == before


def test_a_script_that_is_not_there_and_a_form_that_is_not_known(tmp_path, capsys):
    with pytest.raises(UsageError, match="there is no script"):
        run_script(str(tmp_path / "none.py"), "text")
    with pytest.raises(UsageError, match="no format 'pdf'"):
        run_script(str(SCRIPTS[0]), "pdf")
    for arguments in (["derive"], ["derive", "loss-1", "--script", str(SCRIPTS[0])]):
        assert main(arguments) == 2
    assert "give a loss, or a script" in capsys.readouterr().err

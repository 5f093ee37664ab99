"""Naming a function: what is read as a name of code, how it runs, and what it may not do."""

from pathlib import Path

import pytest

from nmderive.cli import main
from nmderive.errors import NmderiveError, ParseError, UsageError
from nmderive.tracing.target import is_target, parse_target
from nmderive.tracing.worker import read_target

DATA = Path(__file__).parent.parent / "data" / "losses_from_code.py"


@pytest.mark.parametrize("text", [
    "losses.py:focal", "a/b c/losses.py:f(gamma=2)", "package.module:name",
    "torch.nn.functional:cross_entropy(weight=None)",
])
def test_code_is_told_from_formulas(text):
    assert is_target(text)


@pytest.mark.parametrize("text", [
    "cross-entropy", r"\sum_i t_i: s_i", "sum(i, s[i]*t[i])", "losses.py", "losses.py:", "s:t",
    r"p_{i,j} := e^{s_{i,j}}",
])
def test_formulas_are_told_from_code(text):
    assert not is_target(text)


def test_arguments_are_literals():
    target = parse_target("m.n:f(gamma=-2.5, reduction='sum', pair=(1, 2), weight=None)")
    assert dict(target.given) == {"gamma": -2.5, "reduction": "sum", "pair": (1, 2), "weight": None}


@pytest.mark.parametrize("call", [
    "(gamma=__import__('os').getpid())", "(2)", "(*[1])", "(**{'a': 1})",
    "(gamma=)", "(gamma=1)(2)", "(gamma=open('x'))",
    "(a=1); import os",
])
def test_arguments_are_never_run(call):
    with pytest.raises(ParseError):
        parse_target(f"losses.py:f{call}")


def write(tmp_path, text):
    file = tmp_path / "own.py"
    file.write_text(text, encoding="utf-8")
    return f"{file}:f"


def test_a_named_function_is_read_in_a_worker(tmp_path, capfd):
    target = write(tmp_path, "import sys\nimport numpy as np\nprint('hello')\nsys.modules['nmderive_was_here'] = 1\n"
                             "def f(s, t):\n    return -np.sum(t * s)\n")
    loss = read_target(target)
    assert str(loss.expr) == "-sum(i, sum(j, s[i, j]*t[i, j]))"
    import sys

    assert "nmderive_was_here" not in sys.modules and "own" not in sys.modules
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("body, says", [
    ("import socket\n    socket.create_connection(('127.0.0.1', 9))\n    return s.sum()", "network"),
    ("import urllib.request\n    urllib.request.urlopen('http://localhost:9')\n    return s.sum()", "network"),
    ("raise SystemExit(0)", "ends its process"), ("import os\n    os._exit(0)", "crashed"),
    ("x = bytearray(1 << 40)\n    return s.sum()", "MB|Memory"), ("return 1 / 0", "own.py, line 3: ZeroDivisionError"),
])
def test_a_function_that_does_something_else_is_an_error(tmp_path, body, says):
    with pytest.raises(NmderiveError, match=says):
        read_target(write(tmp_path, f"import numpy as np\ndef f(s, t):\n    {body}\n"))


def test_time_is_limited(tmp_path, monkeypatch):
    from nmderive.errors import ClockEnded
    from nmderive.tracing import worker

    monkeypatch.setattr(worker, "SECONDS", 1.0)
    with pytest.raises(ClockEnded):
        read_target(write(tmp_path, "def f(s, t):\n    while True: pass\n"))


@pytest.mark.parametrize("text, says", [
    ("nosuch.py:f", "there is no file"), (f"{DATA}:nosuch", "there is no 'nosuch'"),
    ("no.such.module:f", "cannot be imported"),
    (f"{DATA}:np", "is no function"), (f"{DATA}:focal(gama=2)", "no argument 'gama'"),
])
def test_what_is_not_there_is_said(text, says):
    with pytest.raises(UsageError, match=says):
        read_target(text)


def test_a_broken_file_is_said(tmp_path):
    with pytest.raises(UsageError, match="SyntaxError"):
        read_target(write(tmp_path, "def f(s, t:\n"))


def test_a_class_is_made_with_its_arguments(tmp_path):
    target = write(tmp_path, "import numpy as np\nclass f:\n    def __init__(self, scale=2, name='a'):\n"
                             "        self.scale = scale\n    def __call__(self, s, t):\n"
                             "        return self.scale * np.sum(s * t)\n")
    loss = read_target(target + "(scale=3)")
    assert "3*" in str(loss.expr) and loss.read_as[0] == "f is made with scale=3, name='a'"


@pytest.mark.slow
def test_the_verbs_take_code(capsys):
    assert main(["derive", f"{DATA}:soft_cross_entropy", "--to", "latex"]) == 0
    out = capsys.readouterr()
    assert out.out.startswith(r"\frac{\partial l}") and "read as   s is the logits s" in out.err
    assert main(["verify", f"{DATA}:soft_cross_entropy", "--claim", "softmax-optimum", "--claim", "convex"]) == 0
    assert main(["verify", f"{DATA}:twice", "--claim", "softmax-optimum"]) == 1
    assert main(["equal", f"{DATA}:focal", f"{DATA}:focal_swapped"]) == 1
    assert main(["equal", f"{DATA}:cross_entropy", "cross-entropy"]) in (0, 1)
    assert main(["code", f"{DATA}:brier", "--to", "numpy"]) == 0
    assert "def value" in capsys.readouterr().out
    assert main(["derive", f"{DATA}:hinge"]) == 0
    assert "> 0]" in capsys.readouterr().out
    assert main(["derive", f"{DATA}:by_data"]) == 2
    assert "a branch" in capsys.readouterr().err


@pytest.mark.parametrize("name, formula, code", [
    ("focal", r"\text{FL}(p_t) = -(1-p_t)^\gamma \log p_t", 0), ("focal", r"-\log p_y", 1),
    ("cross_entropy", r"-\sum_j t_j \log p_j", 0),
])
def test_a_formula_of_one_sample_is_summed_or_averaged_as_the_code_does(name, formula, code, capsys):
    lets = ["--let", "gamma>0"] if "gamma" in formula else []
    assert main(["equal", f"{DATA}:{name}", formula, *lets]) == code
    said = "averaged" if name == "cross_entropy" else "summed"
    assert f"the formula is that of one sample, {said} over the n samples" in " ".join(capsys.readouterr().out.split())


def test_two_formulas_of_other_shapes_are_still_refused(capsys):
    assert main(["equal", r"\sum_j t_j s_j", r"\sum_i\sum_j t_{ij} s_{ij}"]) == 2
    assert "another shape on each side" in capsys.readouterr().err


def test_solve_takes_code(capsys):
    assert main(["solve", f"{DATA}:soft_cross_entropy", "--for", "t"]) == 0
    assert "SOLVED" in capsys.readouterr().out

"""The test file that is written beside a module passes with it, and fails with a module that is wrong."""

import importlib.util
import subprocess
import sys

import pytest
from numeric.losses_here import NUMERIC
from today import of_today

from nmderive import cli
from nmderive.errors import UsageError
from nmderive.losses.catalogue import load
from nmderive.module_tests import tests_of as text_of_tests

MORE = {"weights": (r"\sum_i \log(1+\sum_j w_j t_{i,j} e^{-s_{i,j}})", "w_j>0"),
        "binary": (r"\sum_i (t_i - \sigma(s_i))^2", "g>0"), "one_sample": (r"-\sum_j t_j \log p_j", "g>0")}


def tried(folder):
    return subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0",
                           "--import-mode=importlib", str(folder)], capture_output=True, text=True, cwd=folder)


def written(folder, form, names):
    for name in names:
        text, lets = MORE.get(name, (name, "g>0"))
        assert cli.main(["code", text, "--let", lets, "--to", form, "--out", str(folder / f"{name}.py"), "--test"]) == 0


@pytest.mark.slow
@pytest.mark.parametrize("form", ["numpy", "torch", "jax"])
def test_they_pass_beside_their_module(form, tmp_path, capsys):
    if importlib.util.find_spec(form) is None:
        pytest.skip(f"{form} is not installed (pip install {form})")
    names = [*of_today(NUMERIC, 12), *MORE]
    written(tmp_path, form, names)
    done = tried(tmp_path)
    assert done.returncode == 0, done.stdout
    assert f"{len(names) * (7 if form == 'torch' else 6)} passed" in done.stdout


@pytest.mark.slow
def test_they_pass_beside_an_objective(tmp_path, capsys):
    written(tmp_path, "xgboost", ["focal", "binary"])
    assert tried(tmp_path).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(("right", "wrong"), [("x14, grad", "x14, -grad")])
def test_they_fail_beside_a_wrong_module(right, wrong, tmp_path, capsys):
    written(tmp_path, "numpy", ["cross-entropy"])
    path = tmp_path / "cross-entropy.py"
    assert right in path.read_text()
    path.write_text(path.read_text().replace(right, wrong))
    assert tried(tmp_path).returncode == 1


def test_what_cannot_be_is_one_error(capsys):
    assert cli.main(["code", "cross-entropy", "--test"]) == 2
    assert "--out loss.py --test" in capsys.readouterr().err
    with pytest.raises(UsageError, match="no tests"):
        text_of_tests(load("cross-entropy"), "fortran", "loss.f")

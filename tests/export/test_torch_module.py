"""Exported PyTorch modules are safe: each check of ``torch_checks.py`` holds for every loss of the catalogue.

PyTorch runs in a process of its own: it starts threads, and the tests fork.
"""

import importlib.util
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest
from numeric.losses_here import NUMERIC, parameters

from nmderive.calculus.symbols import T
from nmderive.export.torch import render
from nmderive.losses.catalogue import load
from nmderive.numeric.row_sums import row_sum

SCRIPT = Path(__file__).with_name("torch_checks.py")
NAMES = re.findall(r"^def (check_\w+)", SCRIPT.read_text(encoding="utf-8"), re.M)


def case(name):
    loss = load(name)
    rows = row_sum(loss)
    kind = rows and ("mean" if rows.averaged else "sum")
    return name, render(loss), parameters(loss), tuple(x.name for x in loss.shape), loss.expr.has(T), kind


@pytest.mark.parametrize("check", NAMES)
def test_every_module_passes(check):
    if importlib.util.find_spec("torch") is None:
        pytest.skip("PyTorch is not installed: pip install torch")
    cases = pickle.dumps([case(name) for name in NUMERIC])
    done = subprocess.run([sys.executable, str(SCRIPT), check], input=cases, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found = pickle.loads(done.stdout)
    assert not found, f"{len(found)} of {len(NUMERIC)}: " + "\n".join(f"{name}: {text}" for name, text in found[:3])

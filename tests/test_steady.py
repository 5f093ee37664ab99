"""Two runs print the same, however they hash: a dossier that one writes is accepted by the other."""

import os
import subprocess
import sys

import pytest

PRINT = """
import sys
from nmderive.derive import derive
from nmderive.hessian import hessian
from nmderive.losses.catalogue import load, names
from nmderive.losses.reading import read
losses = [load(n) for n in names()] + [read(t) for t in sys.argv[1:]]
for loss in losses:
    if not loss.has_undefined_functions:
        print(derive(loss).shown("latex"))
for name in ("cross-entropy", "loss-3", "pairwise"):
    print(hessian(load(name)).shown("latex"))
"""
TEXTS = ("log(1 + sum(j, i, t[i,j]*exp(s_bar[i] - s[i,j])))", "sum(i, sum(j, t[i,j]/(1 + exp(s[i,j]) + s[i,j]**2)))")


@pytest.mark.slow
def test_what_is_printed_does_not_hang_on_the_order_of_hashes():
    runs = [subprocess.run([sys.executable, "-c", PRINT, *TEXTS], capture_output=True, text=True, check=True,
                           env={**os.environ, "PYTHONHASHSEED": seed}).stdout for seed in ("1", "5")]
    assert runs[0] == runs[1] and len(runs[0]) > 1000

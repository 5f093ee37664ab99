"""Random changes of true certificates: whatever is accepted must be numerically true."""

import random

import pytest

from nmderive.checker import check

from .certificates import ALL
from .mutate import mutate
from .numeric import is_true

pytestmark = pytest.mark.slow

_BASES = [c for name, c in ALL.items() if "undefined" not in name and "derivatives" not in name]
_SIDES = ("left", "right", "loss", "link", "gradient")


@pytest.mark.parametrize("batch", range(10))
def test_accepted_mutants_are_true(batch):
    accepted = 0
    for seed in range(1000 * batch, 1000 * batch + 60):
        rng = random.Random(seed)
        certificate = dict(rng.choice(_BASES))
        for _ in range(rng.choice([1, 1, 2])):
            side = rng.choice([k for k in _SIDES if k in certificate])
            certificate[side] = mutate(rng, certificate[side])
        result = check(certificate)
        if result.accepted:
            accepted += 1
            assert is_true(certificate, seed) is not False, result.statement
    assert accepted < 40

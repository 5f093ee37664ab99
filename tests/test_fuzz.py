"""A short run of the fuzzer: with a fixed seed, and a fresh one a day."""

import datetime

import pytest
from fuzz_formulas import piece


@pytest.mark.parametrize(("seed", "each"), [
    ("fixed", 8), pytest.param("longer", 15, marks=pytest.mark.slow),
    pytest.param(datetime.date.today().isoformat(), 15, marks=pytest.mark.slow),
], ids=["fixed", "longer", "today"])
def test_every_formula_has_an_answer_or_an_error_of_ours(seed, each):
    counts, wrong = piece(seed, 0, each, patience=0)
    assert not wrong, f"seed {seed}: " + "\n".join(wrong)
    assert sum(v for (_, step, _), v in counts.items() if step == "read") == each

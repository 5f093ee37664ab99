"""A short campaign over kinds of losses that mutants are not, with a fixed seed and a fresh one a day."""

import datetime

import pytest
from campaign_kinds import one
from long_run import together

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", ["fixed", datetime.date.today().isoformat()], ids=["fixed", "today"])
def test_no_verdict_is_contradicted(seed):
    counts, wrong = together(one, 1 if seed == "fixed" else 2, seed)
    assert not wrong, f"seed {seed}: " + "\n".join(wrong)
    assert sum(counts.values()) > 5

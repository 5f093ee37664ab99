"""A short campaign over random piecewise losses, with a fixed seed and a fresh one a day."""

import datetime
import random

import pytest
from campaign_piecewise import formula, one, values_differ
from long_run import together

from nmderive.losses.reading import read

TODAY = datetime.date.today().isoformat()


@pytest.mark.slow
def test_no_verdict_is_contradicted():
    counts, wrong = together(one, 1, TODAY)
    assert not wrong, f"seed {TODAY}: " + "\n".join(wrong)
    assert sum(counts.values()) > 2


@pytest.mark.parametrize("number", range(6))
def test_values_derivatives_and_print(number):
    text = formula(random.Random(f"piecewise values {TODAY} {number}"))
    assert not values_differ(read(text)), text

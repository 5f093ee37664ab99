"""Kinds of formulas that a third reading of other people's losses found: read right, or refused."""

import pytest

from .test_invented import outcome
from .third_cases import CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[2]} {case[3]}")
def test_it_is_read_right_or_refused(case):
    assert outcome(case) == ("right" if case[4] is not None else "refused")

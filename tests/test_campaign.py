"""A short soundness campaign: mutants of every loss, judged and compared with the numeric oracle."""

import pytest
from campaign import campaign
from today import of_today

from nmderive.losses.catalogue import load, names

pytestmark = pytest.mark.slow


def test_no_verdict_on_a_mutant_is_wrong():
    counts, wrong = campaign([load(name) for name in of_today(names(), 6)], each=3, seed=1, seconds=240.0)
    assert not wrong, "\n".join(wrong)
    assert counts["REFUTED"] > 10 and counts["PROVED"] >= 1
    print(dict(counts))

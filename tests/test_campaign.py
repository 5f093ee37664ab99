"""A short soundness campaign: mutants of every loss, judged and compared with the numeric oracle."""

import pytest
from campaign import campaign

from nmderive.losses.catalogue import load, names

pytestmark = pytest.mark.slow


def test_no_verdict_on_a_mutant_is_wrong():
    counts, wrong = campaign([load(name) for name in names()], each=3, seed=1, seconds=240.0)
    assert not wrong, "\n".join(wrong)
    assert counts["REFUTED"] > 30 and counts["PROVED"] >= 3
    print(dict(counts))

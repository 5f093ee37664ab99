"""Losses that were refused without a way out are read right, or their question is answered by what its hint says."""

import pytest

from nmderive.errors import NmderiveError
from nmderive.losses.reading import read

from .test_hints import followed
from .test_invented import outcome
from .ways_out_cases import ASKED, CASES, OBSTACLES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[2])
def test_it_is_read_right(case):
    assert outcome(case) == ("right" if case[4] is not None else "refused")


@pytest.mark.parametrize("case", ASKED, ids=lambda case: case[2])
def test_the_hint_obeyed_leads_to_the_meaning(case):
    with pytest.raises(NmderiveError) as caught:
        read(case[2])
    assert all(f"--let '{let}'" in (caught.value.hint or "") for let in case[3][:1])
    assert outcome(case) == "right"
    ends = [lets for lets, found in followed(case[2]) if not isinstance(found, NmderiveError)]
    assert any(set(lets) <= set(case[3]) for lets in ends)


@pytest.mark.parametrize(("text", "said"), OBSTACLES)
def test_the_obstacle_is_the_one_of_the_reading_that_goes_further(text, said):
    with pytest.raises(NmderiveError) as caught:
        read(text)
    assert said in caught.value.message

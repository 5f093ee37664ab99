"""A loss that does not depend on a logit has no stationary point that is the only one."""

import pytest

import nmderive
from nmderive.checker.headline import headline
from nmderive.checker.reject import Reject
from nmderive.evidence import Status
from nmderive.losses.reading import read
from nmderive.proving.certificates import reading_of
from nmderive.proving.unmoved import unmoved

BRADLEY_TERRY = r"\sum_i (\log p_{i,1} - \log p_{i,2} - 1/2)^2"
FREE = (BRADLEY_TERRY, r"\sum_i (s_{i,1}-t_{i,1})^2", r"\sum_i \log(1+e^{s_{i,2}-s_{i,1}})", r"\sum_j t_j (s_1-t_1)^2")
HELD = (r"-\sum_i\sum_j t_{i,j}\log p_{i,j}", r"\sum_i s_i^2", r"\sum_i\sum_j (s_{i,j}-t_{i,j})^2")


@pytest.mark.parametrize("text", FREE)
def test_it_is_found_and_refutes(text):
    verdict = nmderive.verify(text, "unique-optimum").verdicts[0]
    assert verdict.status is Status.REFUTED and any("entry" in c.data for c in verdict.certificates)


@pytest.mark.parametrize("text", HELD)
def test_what_depends_on_every_logit_is_left_alone(text):
    assert unmoved(read(text, ()), {}) is None


@pytest.mark.parametrize(("entry", "sizes"), [
    ([1, 1], {"n": 1, "m": 3}), ([1, 4], {"n": 1, "m": 3}), ([1, 0], {"n": 1, "m": 3}), ([1], {"n": 1, "m": 3}),
    ([1, 3], {"n": 1}), ([1, 3], {}), ([1, True], {"n": 1, "m": 3}), (None, {"n": 1, "m": 3}),
])
def test_another_entry_carries_nothing(entry, sizes):
    loss = read(BRADLEY_TERRY, ())
    data = {**unmoved(loss, {}).as_json(), "entry": entry, "sizes": sizes}
    with pytest.raises(Reject):
        headline(reading_of(loss), "unique-optimum", "REFUTED", [data])

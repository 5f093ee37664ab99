"""The no-go theorem: the steps that carry certificates are checked, the others say that they are argued."""

import pytest

from nmderive.checker import check
from nmderive.proving.no_go import no_go_steps

pytestmark = pytest.mark.slow


def test_every_step_with_certificates_is_checked():
    steps = no_go_steps()
    for step in steps:
        assert [check(c.as_json()).reason for c in step.certificates] == [""] * len(step.certificates), step.says
    assert [bool(s.certificates) for s in steps] == [True, False, True, False, False, True, False, True, True]

"""The matching loss for all m: every step that is not argued in prose is checked."""

import pytest
from sympy import Integer

from nmderive.losses.novel.matching import matchings, polynomial
from nmderive.proving.symmetric_kernel import kernel_steps, overlap

pytestmark = pytest.mark.slow


def test_the_steps_of_the_matching_loss_are_checked():
    steps = kernel_steps(overlap(), polynomial)
    assert [step.checked for step in steps] == [True, True, True, False, False, False]
    assert all(not step.certificates for step in steps[3:])


def test_a_kernel_that_is_not_symmetric_at_softmax_is_not_checked():
    assert [step.checked for step in kernel_steps(overlap(Integer(1)), polynomial)[:2]] == [False, False]


def test_a_function_that_is_not_symmetric_is_not_checked():
    assert not kernel_steps(overlap(), lambda m, entry: entry(1, 2) + 2 * entry(2, 1))[2].checked


def test_the_number_of_partial_matchings():
    assert [len(matchings(m)) for m in (2, 3, 4)] == [4, 18, 108]

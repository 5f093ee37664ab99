"""Budgets: steps end a block at the same place everywhere, the clock ends a run and is nobody's own limit."""

import pytest

from nmderive.budget import check_budget, limited, remaining, remembered_with_steps, step
from nmderive.errors import BudgetExceeded, ClockEnded, NmderiveError


def count(steps):
    taken = 0
    try:
        with limited(steps=steps):
            while True:
                check_budget()
                taken += 1
    except BudgetExceeded:
        return taken


def test_steps_end_a_block_at_the_same_place():
    assert count(100) == count(100) == 100


def test_an_outer_limit_stays_in_force():
    with pytest.raises(BudgetExceeded), limited(steps=10):
        assert count(5) == 5
        assert count(1000) < 5
        check_budget()


def test_a_job_is_charged_by_its_size_and_free_without_a_limit():
    with pytest.raises(BudgetExceeded), limited(steps=10):
        step(11)
    step(10**9)


def test_what_is_remembered_costs_its_steps_again():
    asked = []

    @remembered_with_steps(2)
    def judge(name, sizes):
        asked.append(name)
        step(10)
        return name

    judge("a", {"m": 2})  # outside a budget, and its steps are known all the same
    for _ in range(2):
        with pytest.raises(BudgetExceeded), limited(steps=9):
            judge("a", {"m": 2})
        with limited(steps=25):
            assert (judge("a", {"m": 2}), judge("a", {"m": 2})) == ("a", "a")
            with pytest.raises(BudgetExceeded):
                judge("a", {"m": 2})
    with pytest.raises(BudgetExceeded), limited(steps=9):
        judge("b", {})
    assert asked == ["a", "b"]  # what ended in an error is not kept
    assert (judge("b", {}), judge("c", {}), judge("a", {"m": 2})) == ("b", "c", "a") and asked == [*"abbca"]


def test_the_clock_is_no_limit_of_a_judge():
    assert remaining() is None
    with pytest.raises(ClockEnded), limited(0.0):
        try:
            check_budget()
        except NmderiveError:
            raise AssertionError("a judge would have gone on") from None


def test_the_memory_of_a_worker_is_beside_what_its_parent_has():
    import mmap

    from nmderive.budget import in_worker

    with mmap.mmap(-1, 6 << 30):  # addresses, as PyTorch and JAX take them; no memory is used
        assert in_worker(_small, seconds=600.0, megabytes=512) == 1 << 20


def _small():
    return len(bytearray(1 << 20))

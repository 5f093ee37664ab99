"""The caches of the normal form are emptied once what they hold grows, and a verdict does not hang on them."""

from importlib import import_module

from nmderive.calculus.normal_form import normal_form
from nmderive.calculus.normal_form import remembered as memory
from nmderive.calculus.normal_form.algebra import multiply
from nmderive.evidence import Status
from nmderive.losses.catalogue import load
from nmderive.verify import judge_one


def test_many_letters_empty_the_caches(monkeypatch):
    memory.forget()
    form = normal_form(load("loss-1").expr)
    multiply(form, form)
    assert multiply.cache_info().currsize
    monkeypatch.setattr(memory, "MOST_LETTERS", 100)
    memory.written(101)
    assert not multiply.cache_info().currsize


def test_verdicts_are_the_same_with_caches_that_hold_nothing(monkeypatch):
    loss = load("loss-3")
    names = ("softmax-optimum", "convex", "balance")
    usual = [judge_one(loss, name, {}, 1000).status for name in names]
    memory.forget()
    monkeypatch.setattr(memory, "MOST_LETTERS", 2_000)
    assert [judge_one(loss, name, {}, 1000).status for name in names] == usual


def test_a_claim_that_needs_more_memory_than_there_is_stays_undecided(monkeypatch):
    def judge(*_):
        raise MemoryError

    monkeypatch.setattr(import_module("nmderive.verify"), "_judged", judge)
    verdict = judge_one(load("loss-3"), "convex", {}, 1000)
    assert verdict.status is Status.UNDECIDED and "memory" in " ".join(verdict.findings)

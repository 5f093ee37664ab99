"""The kept values at hard labels are those of the catalogue, and telling losses apart by them loses none."""

import tomllib
from dataclasses import replace

import pytest

from nmderive.losses.catalogue import load, names
from nmderive.losses.reading import read
from nmderive.proving import told_apart
from nmderive.proving.refute import refute_equal


def test_the_table_is_that_of_the_catalogue():
    assert told_apart.table() == told_apart.FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["loss-1", "loss-3", "cyclic-1", "mutual", "cross-entropy", "reverse-kl"])
def test_what_is_told_apart_unread_differs_at_an_exact_point_or_is_not_defined_there(name):
    loss, left = load(name), set(told_apart.alike_for_hard_labels(load(name)))
    assert name in left
    for other in map(load, set(names()) - left):
        if other.shape != loss.shape or other.parameters or other.has_undefined_functions:
            continue
        found = refute_equal(loss.expr, other.expr, loss, [{"n": 2, "m": 3}], hard=True)
        assert found.witness is not None or not found.tried, other.name


def test_a_loss_that_is_spelled_anew_is_found():
    pairs = read(r"\sum_{j\neq k} \log(1+\sum_i t_{i,k} e^{(s_{i,j}-s_{i,k})/2})")
    assert "pairwise" in told_apart.alike_for_hard_labels(pairs)
    assert "quadratic" in told_apart.alike_for_hard_labels(load("loss-1"))


def test_a_formula_that_is_not_in_the_table_is_read(monkeypatch):
    monkeypatch.setattr(told_apart, "_kept", lambda: {})
    assert list(told_apart.alike_for_hard_labels(load("loss-1"))) == names()


def test_values_that_nearly_agree_are_left_to_exact_arithmetic(monkeypatch):
    kept = tomllib.loads(told_apart.FILE.read_text(encoding="utf-8"))
    own = kept[told_apart.key_of("loss-3")]
    own["values"] = [f"{float(x) * (1 + 1e-12):.15g}" for x in own["values"]]
    monkeypatch.setattr(told_apart, "_kept", lambda: kept)
    assert "loss-3" in told_apart.alike_for_hard_labels(replace(load("loss-3"), name=""))

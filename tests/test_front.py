"""The library's functions take whatever ``loss`` reads, and are the methods of what it gives."""

import numpy as np
import pytest

import nmderive

TEXT = "-sum(i, sum(j, t[i,j]*log(p[i,j])))"


def cross_entropy(s, t):
    return -(t * (s - np.log(np.exp(s).sum(axis=1, keepdims=True)))).sum()


SOURCES = {"name": "cross-entropy", "text": TEXT, "record": nmderive.loss(TEXT), "sympy": nmderive.loss(TEXT).expr,
           "function": cross_entropy}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_the_functions_take_whatever_a_loss_is_read_from(source):
    loss = nmderive.loss(source)
    for claims in ("convex", ["convex"]):
        assert [v.status for v in nmderive.verify(source, claims).verdicts] == [nmderive.Status.PROVED]
    assert nmderive.derive(source).shown("text") == loss.derive().shown("text")
    table = nmderive.compare(source, claims=["label-linear"])
    assert [c.status for row in table.rows for c in row.cells] == [nmderive.Status.PROVED]


def test_solve_is_a_function_as_its_siblings():
    assert nmderive.solve("cross-entropy").outcome == nmderive.loss("cross-entropy").solve().outcome


def test_every_public_name_is_there_and_listed():
    assert {name for name in nmderive.__all__ if not hasattr(nmderive, name)} == set()
    assert set(nmderive.__all__) <= set(dir(nmderive))
    assert sorted(nmderive._HOMES) == sorted(nmderive.__all__)

"""Losses as papers write them: read to their NumPy reference, or refused; never to another meaning in silence."""

import pytest
from today import of_today

from nmderive.errors import NmderiveError
from nmderive.losses.reading import read

from .doubted_cases import CASES as DOUBTED
from .invented import point, value
from .invented_cases import CASES
from .more_cases import CASES as MORE
from .printed_cases import CASES as PRINTED
from .printed_marks import CASES as MARKS
from .printed_papers import CASES as PAPERS

ALL = [*CASES, *MORE, *PRINTED, *PAPERS, *MARKS, *DOUBTED]
#: How many of those with a reference are read right; a lower bound that only rises.
RIGHT = 462
KINDS = {"soft row": "row", "teacher": "row"}


def outcome(case):
    """Return "right", "wrong" or "refused"."""
    _, kind, latex, lets, reference = case
    try:
        loss = read(latex, lets or ())
    except NmderiveError as error:
        assert error.message and "Traceback" not in str(error)
        return "refused"
    if reference is None:
        return "wrong"
    for seed in (1, 2):
        s, t = point("soft" if kind == "two" else KINDS.get(kind, kind), seed)
        s, t = (s[:, :2], t[:, :2]) if kind == "two" else (s, t)
        if abs(value(loss, s, t) - float(reference(s, t))) > 1e-9 * max(1, abs(float(reference(s, t)))):
            return "wrong"
    return "wrong" if loss.letters is not None and not loss.read_as else "right"


@pytest.mark.parametrize("case", of_today(ALL, 3), ids=lambda c: c[2])
def test_it_is_read_right_or_refused(case):
    assert outcome(case) != "wrong"


@pytest.mark.slow
def test_totals():
    found = [outcome(case) for case in ALL]
    assert found.count("right") >= RIGHT and "wrong" not in found

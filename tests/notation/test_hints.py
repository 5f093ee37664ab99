"""The law of hints: each declaration that an error prints, applied, leads on to a reading or to a final refusal."""

import re

import pytest
from today import of_today

from nmderive.errors import NmderiveError
from nmderive.losses.reading import read
from nmderive.notation.guesses import declaration_of

from .fifth_cases import CASES as FIFTH
from .fourth_cases import CASES as FOURTH
from .invented_cases import CASES
from .more_cases import CASES as MORE
from .printed_cases import CASES as PRINTED
from .printed_marks import CASES as MARKS
from .printed_papers import CASES as PAPERS
from .published import agrees, formulas
from .test_published import REFUSED
from .test_reading_rules import CASES as PAGE

DEPTH = 5
TEXTS = [
    *((f["latex"], tuple(f["needs"])) for f in formulas()),
    *((latex, tuple(lets or ())) for _, _, latex, lets, _ in [
        *CASES, *MORE, *PRINTED, *PAPERS, *MARKS, *FOURTH, *FIFTH]),
    *((text, ()) for text in REFUSED),
    *((p.values[1], tuple(p.values[0])) for p in PAGE if p.values[3]),
]
MEANINGS = {f["latex"]: f for f in formulas()}


def followed(text, lets=(), trail=()):
    """Yield (declarations, outcome) at the end of every path of hints: a loss, or the last error."""
    try:
        yield lets, read(text, lets)
        return
    except NmderiveError as error:
        place = (error.message, error.span and (error.span.start, error.span.end))
        hints = re.findall(r"--let '([^']+)'", error.hint or "")
        assert place not in trail, f"{text} with {lets} is back at: {error.message}"
        assert not set(hints) & set(lets), f"{text}: the hint repeats a declaration: {error.hint}"
        assert len(trail) < DEPTH or not hints, f"{text}: still asked back after {lets}"
    if not hints:
        yield lets, error_of(text, lets)
    for hint in hints:
        yield from followed(text, (*lets, hint), (*trail, place))


def error_of(text, lets):
    with pytest.raises(NmderiveError) as caught:
        read(text, lets)
    return caught.value


@pytest.mark.parametrize(("text", "lets"), of_today(TEXTS, 8), ids=lambda a: a if isinstance(a, str) else "")
def test_hints_lead_on(text, lets):
    for _, found in followed(text, lets):
        formula = MEANINGS.get(text)
        if not isinstance(found, NmderiveError) and formula is not None:
            assert formula["readable"] != "no" and agrees(found, formula), (text, found.expr)


@pytest.mark.slow
@pytest.mark.parametrize(("text", "lets"), of_today(TEXTS, 8), ids=lambda a: a if isinstance(a, str) else "")
def test_a_guess_that_is_declared_is_no_guess(text, lets):
    try:
        first = loss = read(text, lets)
    except NmderiveError:
        return
    while declared := next(filter(None, map(declaration_of, loss.read_as)), ""):
        assert declared not in lets, (text, loss.read_as)
        lets = (*lets, declared)
        try:
            loss = read(text, lets)
        except NmderiveError as error:
            assert "is free" in error.message and not re.search("--let", error.hint or ""), (text, lets, error)
            return
        assert loss.expr == first.expr or str(loss.expr) == str(first.expr), (text, lets)

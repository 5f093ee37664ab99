"""Formulas of tests/data/pasted.toml, pasted untouched: read to the meaning of their reference, or refused."""

import random
import re
import tomllib
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest
from today import of_today

from nmderive.errors import NmderiveError
from nmderive.losses.reading import read

from . import invented, invented_cases
from .invented import point, value
from .published import mutated
from .test_hints import followed

DATA = Path(__file__).parents[1] / "data" / "pasted.toml"
#: How many of those with a reference are read right; a lower bound that only rises.
RIGHT = 332
SAMPLED = {"soft row": "row", "two": "soft"}
NAMES = {**vars(invented), **vars(invented_cases)}


@lru_cache(maxsize=1)
def formulas():
    return tomllib.loads(DATA.read_text(encoding="utf-8"))["formula"]


def data(formula, seed):
    """Return (s, t) of the formula's kind."""
    kind = formula["kind"]
    s, t = point(SAMPLED.get(kind, kind), seed)
    if formula.get("labels"):
        t = (t + 1) / 2
    return (s[:, :2], t[:, :2]) if kind == "two" else (s, t)


def agrees(loss, formula):
    """Tell whether the loss has the values of the reference at two points, and that at the first is the one noted."""
    for seed in (1, 2):
        s, t = data(formula, seed)
        wanted = float(eval(formula["numpy"], NAMES, {"s": s, "t": t}))  # test data, never a user's text
        assert seed == 2 or abs(wanted - formula["value"]) < 1e-9 * max(1, abs(wanted))
        if abs(value(loss, s, t) - wanted) > 1e-9 * max(1, abs(wanted)):
            return False
    return True


def outcome(formula, lets, text=None):
    """Return "right", "wrong" or "refused"."""
    try:
        loss = read(formula["latex"] if text is None else text, lets)
    except NmderiveError as error:
        assert error.message and "Traceback" not in str(error)
        return "refused"
    is_right = "numpy" in formula and agrees(loss, formula) and (loss.letters is None or loss.read_as)
    return "right" if is_right else "wrong"


@pytest.mark.parametrize("formula", of_today(formulas(), 6), ids=lambda f: f["id"])
def test_it_is_read_right_or_refused(formula):
    assert outcome(formula, formula["needs"]) != "wrong"
    assert outcome(formula, ()) != "wrong"


@pytest.mark.slow
def test_totals():
    found = {f["id"]: outcome(f, f["needs"]) for f in formulas()}
    assert sum(x == "right" for x in found.values()) >= RIGHT
    assert all(found[f["id"]] != "wrong" if "numpy" in f else found[f["id"]] == "refused" for f in formulas())


@pytest.mark.slow
@pytest.mark.parametrize("formula", of_today(formulas(), 6), ids=lambda f: f["id"])
def test_hints_lead_to_the_meaning_or_to_a_refusal(formula):
    """What the reader of the paper knows, ``needs``, leads to its meaning; other answers to what they say."""
    for lets, found in followed(formula["latex"]):
        if not isinstance(found, NmderiveError) and "numpy" in formula and set(lets) <= set(formula["needs"]):
            assert agrees(found, formula), (lets, found.expr)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "count"), [(20261127, 150)])
def test_mutations_never_change_the_meaning(seed, count):
    chance = random.Random(seed)
    readable = [f for f in formulas() if "numpy" in f]
    counts = Counter()
    for _ in range(count):
        formula = chance.choice(readable)
        named = "".join(re.findall(r"'(\w+)'", formula["numpy"]))  # arrays that the reference knows by their names
        kept = {letter for need in [*formula["needs"], named] for letter in need.partition(":")[0]}
        text = mutated(formula["latex"], chance, kept)
        counts[outcome(formula, formula["needs"], text)] += 1
        assert not counts["wrong"], text
    assert counts["right"] >= 0.8 * count, counts

"""The published formulas of tests/data/formulas.toml: read, and compared with their NumPy references."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

import numpy as np

from nmderive.errors import NmderiveError
from nmderive.losses.reading import read

from .evaluate import World, evaluate

DATA = Path(__file__).parents[1] / "data" / "formulas.toml"
#: Names of the record, by the reference's name for the same thing.
ALIASES = {"n": ("nu", "N"), "lambda_": ("lambda",), "N": ("nu",), "p": ("p_number",)}


@lru_cache(maxsize=1)
def formulas():
    return tomllib.loads(DATA.read_text(encoding="utf-8"))["formula"]


@lru_cache(maxsize=100)
def reference(text):
    space = {}
    exec(text, space)  # test data, never a user's text
    return space["f"]


def as_array(name, value):
    """Return a list as an array, but for lists of class numbers."""
    is_array = isinstance(value, list) and not name.startswith("Omega") and not is_rows_of_sets(value)
    return np.array(value) if is_array else value


def is_rows_of_sets(value):
    return isinstance(value, list) and all(isinstance(a, list) and all(isinstance(b, int) for b in a) for a in value)


def members(sets, shape):
    """Return the array of a set of each row: 1 for its members, numbers from 1."""
    found = np.zeros(shape)
    for i, numbers in enumerate(sets):
        found[i, np.array(numbers) - 1] = 1
    return found


def world(call, s):
    """Return the evaluator's world at the call's parameters and logits ``s``."""
    given = {**call.get("also", {}), **call["parameters"]}
    n, m = s.shape if s.ndim == 2 else (s.size, s.size)
    lengths = [len(v) for k, v in call["parameters"].items() if k in ("w", "Theta")] if s.ndim == 1 else []
    m = lengths[0] if lengths else m
    named = {k: as_array(k, v) for k, v in given.items()}
    named |= {k: np.eye(m)[v - 1] for k, v in given.items() if k == "ignore_index"}  # one class among m
    named |= {f"in{k}": members(v, s.shape) for k, v in given.items() if is_rows_of_sets(v)}
    for name, others in ALIASES.items():
        for other in others if name in call["parameters"] else ():
            named.setdefault(other, named[name])
    sets = {k: set(v) for k, v in given.items() if k.startswith("Omega")}
    return World(n, m, s, np.array(call.get("t", np.zeros_like(s))),
                 {}, named, sets)


def agrees(loss, formula, seed=0):
    """Tell whether the loss that was read has the reference's values, at the call and at other logits."""
    call, f = formula["call"], reference(formula["numpy"])
    s = np.array(call["s"])
    other = s + np.random.default_rng(seed).normal(size=s.shape)
    parameters = {k: as_array(k, v) for k, v in call["parameters"].items()}
    for logits, value in ((s, formula["value"]), (other, None)):
        if value is None:
            value = float(f(logits, np.array(call.get("t", np.zeros_like(s))), **parameters))
        if abs(evaluate(loss.expr, world(call, logits)) - value) > 1e-9 * max(1, abs(value)):
            return False
    return True


def outcome(formula, text=None):
    """Return "right", "wrong" or "refused", and the loss or the error."""
    try:
        loss = read(formula["latex"] if text is None else text, formula["needs"])
    except NmderiveError as error:
        return "refused", error
    if formula["readable"] == "no":
        return "wrong", loss
    return ("right" if agrees(loss, formula) else "wrong"), loss


def letter(text, old, new):
    """Return ``text`` with a single letter renamed, where it is no part of a word or command."""
    return re.sub(rf"(?<![\\A-Za-z]){old}(?![A-Za-z])", new, text)


def mutated(text, chance, kept=()):
    """Return the formula as another author would print it: other letters, brackets and frames, the same meaning.

    The letters in ``kept`` are declared, or named in the reference.
    """
    text = chance.choice([text, f"$${text}$$", rf"\[ {text} \]", rf"\begin{{equation}} {text} \end{{equation}}"])
    for old, new in ((r"\log", r"\ln"), (r"\frac", r"\dfrac"), (r"\hat", r"\widehat"), (r"\left", ""),
                     (r"\mathcal", ""), (r"\sum_", r"\sum\limits_"), ("=", r"\;=\;"), (r"\cdot", r"\times"),
                     (r"\neq", r"\ne")):
        if chance.random() < 0.3:
            text = re.sub(re.escape(old) + r"(?![a-z])", lambda _, new=new: new, text)
            text = text.replace(r"\right", "") if old == r"\left" else text
    for old, new in (("x", "z"), ("z", "o"), ("o", "u"), ("z", "f"), ("c", "k"), ("K", "C"), ("C", "K"), ("N", "B"),
                     ("j", "k"), ("k", "l")):
        is_free = old not in kept and not re.search(rf"(?<![\\A-Za-z]){new}(?![A-Za-z])", text)
        # The letters of s_{jj} would stay as they are.
        is_free &= not re.search(rf"_\{{[A-Za-z]*(?:{old}[A-Za-z]|[A-Za-z]{old})", text)
        if chance.random() < 0.25 and is_free and not re.search(rf"\b(text|mathrm)\{{[^}}]*\b{old}\b", text):
            text = letter(text, old, new)
    return text

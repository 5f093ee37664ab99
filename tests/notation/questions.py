"""The formulas of the public questions of tests/data/questions.toml, with what each of their sides is in NumPy."""

import shlex
import tomllib
from functools import lru_cache
from pathlib import Path

from nmderive.errors import NmderiveError
from nmderive.losses.reading import read
from nmderive.notation import Declarations, parse

DATA = Path(__file__).parents[1] / "data" / "questions.toml"


@lru_cache(maxsize=1)
def asked():
    """Return the distinct (verb, formula, declarations), names of the catalogue left out."""
    found = {}
    for question in tomllib.loads(DATA.read_text(encoding="utf-8"))["question"]:
        for line in question["ask"]:
            words = shlex.split(line)[1:]
            lets = tuple(words[k + 1] for k, word in enumerate(words) if word == "--let")
            formula = next(w for w in words[1:] if not w.startswith("-") or "\\" in w)
            if "\\" in formula or "_" in formula:
                found[words[0] == "equal", formula, lets] = None
    return list(found)


def sides(is_equation, formula, lets):
    """Return the expressions that were read, or the error."""
    try:
        if is_equation:
            return list(parse(formula, Declarations.from_lets(lets)).sides)
        return [read(formula, lets).expr]
    except NmderiveError as error:
        return error

"""Guesses that a reading lists, as declarations: what is declared is no guess any more."""

from __future__ import annotations

import re

_FORMS = (
    (r"(\w+): (labels|logits)", "{0}: {1}"),
    (r"(\w+): the target class, a one-hot label", "{0}: target class"),
    (r"hat (\w): logits", r"\hat{{{0}}}: logits"),
    (r"hat (\w): predicted probabilities", r"\hat{{{0}}}: probabilities"),
    (r"(\w+): predicted probabilities", "{0}: probabilities"),
    (r"(\w+) runs over classes 1\.\.m", "{0} in m"),
    (r"(\w+) runs over (?:samples|tasks) 1\.\.n", "{0} in n"),
    (r"(\w+): the number of classes", "{0}: classes"),
    (r"(\w+): the number of (?:samples|tasks)", "{0}: samples"),
    (r"(\w+_\w+): an array of positive numbers", "{0}: reference probabilities"),
    (r"(\w+_\w+): an array of numbers", "{0}: teacher logits"),
    (r"(\w+): an array of positive numbers", "{0}_j>0"),
    (r"(\w+): an array of numbers", "{0}_j"),
    (r"(\w+): a positive number", "{0}>0"),
    (r"(\w+): a real number", "{0}"),
)


def declaration_of(guess: str) -> str:
    """Return the declaration that says what a guess says; empty where it is about how the formula is written."""
    for pattern, form in _FORMS:
        match = re.fullmatch(pattern, guess)
        if match is not None and match[1] not in ("n", "m"):
            return form.format(*match.groups())
    return ""


__all__ = ["declaration_of"]

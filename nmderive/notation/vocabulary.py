"""What the readers must know about the letters of one source before they read it."""

from __future__ import annotations

from dataclasses import dataclass

#: Letters that stand for an index where nothing else is said.
INDEX_LETTERS = frozenset("ijkhlabcdrqt")
#: Names that a paper gives to the loss itself.
LOSS_NAMES = frozenset(["l", "L", "loss", "ell", "J", "Loss"])
#: Subscripts that are labels, never indices.
LABEL_WORDS = frozenset(["neg", "pos", "max", "min", "CE", "ce"])


@dataclass(frozen=True)
class Vocabulary:
    """Names by their use: declared or defined functions, scalars, logits arrays, index letters, words."""

    functions: frozenset[str] = frozenset()
    scalars: frozenset[str] = frozenset()
    logits: frozenset[str] = frozenset(["s"])
    indices: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

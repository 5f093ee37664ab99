"""That a loss has one minimum at most, up to row shifts, and where its certificates say that it is."""

from __future__ import annotations

from collections.abc import Iterator

from .case import Case, Found
from .formula import formula


def at_most_one(case: Case) -> Iterator[tuple[Found, ...]]:
    """Certificates that for labels strictly between 0 and 1 a stationary point is the one minimum, up to row shifts."""
    for x in case.own("strictly-convex", "stiemke", "simplex"):
        if x.kind != "simplex" or x.data.get("property") == "unique":
            yield (x,)
    for companion, y in case.companions():
        for x in companion.own("strictly-convex", "stiemke"):
            yield x, y
    for rows, y in case.rows():
        if y.data.get("labels", "positive") == "positive":
            for proof in at_most_one(rows):
                yield *proof, y


def place(case: Case, optimum: Found) -> str:
    """Where the gradient vanishes, as a formula of the labels."""
    return f"s[{', '.join(case.free)}] = {formula(optimum.data['logits'])}"


__all__ = ["at_most_one", "place"]

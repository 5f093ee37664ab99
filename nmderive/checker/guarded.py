"""Code that branches on its labels, as where a mask is empty: it is read where its conditions go one way.

What is proved for all labels holds at those; a counterexample has to be at labels where the conditions go that way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import setup
from .evaluate import Evaluator
from .point import read_point
from .reject import Malformed, Reject, Undefined
from .values import Arithmetic, Imprecise

_REASON = "its labels may be some at which the code goes another way than the one that is read"


def require_labels(reading: dict[str, Any], used: Iterable[Any], moves_labels: bool = False) -> None:
    """Refuse a refutation unless every certificate that carries it has labels at which the conditions are as read."""
    guards, found = reading.get("guards", ()), list(used)
    if guards and (moves_labels or not found or not all(_is_as_read(guards, reading, x.data) for x in found)):
        raise Reject(_REASON)


def _is_as_read(guards: Iterable[Any], reading: dict[str, Any], data: dict[str, Any]) -> bool:
    """Whether every condition [expression, truth] has its truth at a certificate's labels and letters."""
    point = dict(data.get("point", {}))
    given = {k: point[k] for k in ("t", "parameters", "arrays", "sets") if k in point}
    if data.get("kind") == "ray":
        given["t"] = data["labels"]
    own: dict[str, Any] = {
        "shape": reading["shape"], "point": given,
        **{k: data[k] for k in ("sizes", "parameters", "arrays") if k in data},
    }
    arithmetic = Arithmetic(256)
    try:
        for node, holds in guards:
            cx = setup.context(own)
            setup.shapes(cx, own, [(node, {})])
            value = Evaluator(read_point(cx, own, arithmetic), arithmetic).dual(node, {})[0]
            if value.rational is None or (value.rational != 0) is not holds:
                return False
    except (Malformed, Reject, Undefined, Imprecise, KeyError):
        return False
    return True

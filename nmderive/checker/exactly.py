"""Points at which every derivative of a loss by its logits is exactly zero, for given rational labels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import setup
from .context import Context
from .evaluate import Evaluator
from .point import logits, read_point
from .reject import Reject
from .values import ONE, ZERO, Arithmetic, Value

_BITS = 256


def require_stationary(cx: Context, certificate: dict[str, Any], loss: Any, names: Iterable[str]) -> None:
    """Refuse unless the derivative by every logit, labels held fixed, is exactly zero where the logits are a sum.

    ``names`` are tables of the certificate's point, such as s and a difference d, as they are or as their exponentials.
    """
    arithmetic = Arithmetic(_BITS)
    place: dict[tuple[int, ...], Value] = {}
    for name in names:
        own = logits(cx, setup.mapping(certificate, "point"), arithmetic, name)
        place = {idx: arithmetic.add(place[idx], x) if place else x for idx, x in own.items()}
    for entry in place:
        point = read_point(cx, certificate, arithmetic)
        point.arrays["s"] = {idx: (x, ONE if idx == entry else ZERO) for idx, x in place.items()}
        if Evaluator(point, arithmetic).dual(loss, {})[1].rational != 0:
            raise Reject("a derivative is not known to be exactly zero")

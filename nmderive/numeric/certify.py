"""Stationary points enclosed by interval arithmetic, with a proof that they exist and are unique.

Krawczyk's test (``krawczyk.py``) works for any loss. For losses that are sums of logarithms of positively weighted
exponentials of linear forms ``convex.py`` proves more, at any size.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nmderive.losses.loss import Loss
from nmderive.numeric.convex import convex_certificate
from nmderive.numeric.krawczyk import LARGEST, LARGEST_EXACT, Enclosure, Krawczyk, is_dyadic
from nmderive.numeric.lower import lower
from nmderive.numeric.roots import stationary


def certify(loss: Loss, t: Any, start: Any = None, **parameters: Any) -> Enclosure | None:
    """Return an enclosure of the stationary point for labels ``t``, or None where no test succeeds.

    Labels and parameters are taken as the exact numbers that their floats are. Raises DomainError as
    ``stationary`` does.
    """
    t = np.asarray(t, dtype=float)
    if not is_dyadic(loss):
        return None
    proof = convex_certificate(loss, t) if t.size > LARGEST else None
    if proof is not None:
        return proof
    root = stationary(loss, t, start, **parameters)
    if np.isfinite(root.s).all() and t.size <= LARGEST:
        test = Krawczyk(lower(loss), t, parameters)
        proof = test.on_floats(root.s)
        if proof is None and t.size <= LARGEST:
            proof = convex_certificate(loss, t)
        for precision in (128, 384, 1024) if proof is None and t.size <= LARGEST_EXACT and root.converged else ():
            proof = test.on_balls(root.s, precision)
            if proof is not None:
                break
    return proof


__all__ = ["certify"]

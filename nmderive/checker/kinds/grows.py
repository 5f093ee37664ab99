"""grows: along a direction of the logits the loss tends to plus or minus infinity.

{"loss", "shape", "sizes": all fixed, "point": {"t", "parameters", "arrays", "sets"}, "direction": a table of rationals
like s, "to": "+" or "-", "beyond": "bounded", "sublinear", "linear" or "square"}.  Along s = r d, r to +infinity,
the loss is followed by its growth, as it is written (``growth``) or by its normal form (``limits``): it is a r plus
something bounded, or positive and like e^(a r), or like q r^k e^(a r).  So it tends to infinity of the stated sign:

- "sublinear": at least like a multiple of r, which no function does whose derivative by r tends to zero;
- "linear": faster than any multiple of r, which no function does that is Lipschitz;
- "square": faster than any multiple of r^2, which no function does with a bounded Hessian.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .. import defined, extrema, setup, words
from ..evaluate import Evaluator
from ..given import loss_at_point
from ..growth import Along, Growth
from ..limits import leading
from ..point import read_point, table_rows
from ..read import read
from ..reject import Malformed, Reject
from ..values import Arithmetic

KIND = "grows"
#: How fast a loss grows beyond what is of this speed.
SPEEDS = {"bounded": "", "sublinear": "at least like a multiple of r, ", "linear": "faster than any multiple of r, ",
          "square": "faster than any multiple of r^2, "}
#: The sign of the infinity, and beyond which of the speeds.
Infinite = tuple[str, int]


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    to, beyond = certificate.get("to"), certificate.get("beyond")
    if to not in ("+", "-") or beyond not in SPEEDS:
        raise Malformed('"to" is + or -, and "beyond" is one of the speeds')
    cx, loss = loss_at_point(certificate)
    try:
        found = _as_written(certificate, loss)
    except Reject:
        found = None
    if found is None:
        found = _by_normal_form(certificate)
    if found is None or found[0] != to or found[1] < list(SPEEDS).index(beyond):
        raise Reject("the loss is not known to grow as stated along the direction")
    infinity = "plus infinity" if to == "+" else "minus infinity"
    return (
        f"{words.quantifiers(cx, certificate)}, at {words.point(certificate)}: {words.show(loss)} tends to "
        f"{infinity}, {SPEEDS[beyond]}along s = r * d, d = {str(certificate['direction'])[:400]}, "
        f"r to +infinity{words.also_excluded(cx)}"
    )


def _as_written(certificate: dict[str, Any], loss: Any) -> Infinite | None:
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(loss, {})])
    direction = table_rows(cx, "s", certificate.get("direction"))
    evaluator = Evaluator(read_point(cx, certificate, Arithmetic(128)), Arithmetic(128))
    return _infinite(Along(evaluator, direction).of(loss, {}))


def _infinite(found: Growth) -> Infinite | None:
    if found.order is not None and found.order > 0:
        return "+", 3
    if found.rate is None or found.rate == 0:
        return None
    return "+" if found.rate > 0 else "-", 1


def _by_normal_form(certificate: dict[str, Any]) -> Infinite | None:
    if any(True for _ in extrema.needed(certificate)):
        raise Reject("a limit is followed through no maximum over an index")
    cx, loss = loss_at_point(certificate)
    defined.require(cx, loss, {})
    found = leading(cx, read(cx, loss, {}), table_rows(cx, "s", certificate.get("direction")))
    if found is None or found.q is None or found.limit is not None:
        return None
    speed = 3 if found.a > 0 or found.k > 2 else 2 if found.k > 1 else int(found.k == Fraction(1))
    return "+" if found.q > 0 else "-", speed


__all__ = ["KIND", "verify"]

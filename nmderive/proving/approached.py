"""Find a direction of the logits along which a loss tends to its infimum; the checker proves bound and limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice

from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.proving.along import Ray, Wanted, first_accepted, rays

_MOST = 6
_NEAR = 1e-6
#: By how much what falls like 1/r may miss half of its value at twice the distance.
_SLOW = 0.2


def approached(
    loss: Loss, sizes: Mapping[str, int], hard: bool, wanted: Wanted, strict: bool = False
) -> Iterator[Certificate]:
    """Return accepted certificates of an infimum that is approached, with ``strict`` never attained, along a ray."""
    level = (ray for ray in rays(loss, sizes, hard, wanted) if _bound(ray) is not None)
    return first_accepted(
        "approaches", loss, islice(level, _MOST), lambda ray: {"bound": str(_bound(ray)), "strict": strict})


def _bound(ray: Ray) -> Fraction | None:
    """Return the number that the loss seems to tend to, if no value seen is below it: a rational, or 0 like 1/r."""
    bound = Fraction(ray.far).limit_denominator(1000)
    level = abs(ray.far - ray.near) < _NEAR and abs(ray.far - bound) < _NEAR
    if not level and 0 < ray.far < ray.near and abs(2 * ray.far - ray.near) < _SLOW * ray.far:
        bound, level = Fraction(0), True
    return bound if level and ray.least >= bound - _NEAR else None


__all__ = ["approached"]

"""What a function returns: its loss alone, the one of its results that is called loss, or the one that is asked for."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from nmderive.errors import UsageError
from nmderive.tracing.context import Refused, current

_LOSS = "loss"
_OBJECTIVE = (
    "compare it with that of the loss, both as formulas: nmderive equal '\\frac{\\partial l}{\\partial s_{ij}} = "
    "p_{ij} - t_{ij}, \\quad l = -\\sum_i\\sum_j t_{ij}\\log p_{ij}'; `nmderive code LOSS --to xgboost` writes both "
    "of a loss"
)


def picked(function: Callable[..., Any], part: Any = None) -> Callable[..., Any]:
    """Return the function with one result: that at ``part`` where it is given, that called loss where one is."""
    @functools.wraps(function)
    def one(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        if part is not None:
            return _at(result, part)
        own = _named_loss(result)
        if own is not None:
            is_metric = isinstance(result, tuple) and isinstance(result[0], str)
            current().note("of the results the value after its name is read" if is_metric else
                           "of the results the one called loss is read")
        return result if own is None else own

    return one


def _at(result: Any, part: Any) -> Any:
    if not isinstance(result, Mapping | tuple | list):
        raise UsageError(f"the function returns one result, nothing at [{part!r}]", hint=f"leave [{part!r}] out")
    try:
        return result[part]
    except (KeyError, IndexError, TypeError) as error:
        names = ", ".join(map(repr, result)) if isinstance(result, Mapping) else "0, 1, ..."
        raise UsageError(f"the function returns nothing at [{part!r}]: {type(error).__name__}",
                         hint=f"its results are at {names}") from None


def _named_loss(result: Any) -> Any:
    if isinstance(result, Mapping):
        return result.get(_LOSS)
    if isinstance(result, tuple) and len(result) in (2, 3) and isinstance(result[0], str):
        return result[1]  # a metric of gradient boosting, after its name
    is_record = hasattr(type(result), "__dataclass_fields__") or hasattr(type(result), "_fields")
    return getattr(result, _LOSS, None) if is_record else None


def several(result: Any, shape_of: Callable[[Any], Any]) -> Refused:
    """Return the refusal of several results, with the ways to name one; ``shape_of`` gives the shape of an array."""
    keys: Sequence[Any] = list(result) if isinstance(result, Mapping) else range(len(result))
    values = list(result.values()) if isinstance(result, Mapping) else list(result)
    shapes = [_shape(x, shape_of) for x in values]
    said = ", ".join(map(repr, keys)) if isinstance(result, Mapping) else str(len(values))
    if len(values) == 2 and shapes[0] and shapes[0] == shapes[1] == current().shape:
        return Refused("the function returns two arrays of the shape of the logits, which look like the gradient and "
                       "the Hessian of an objective, and no loss", hint=_OBJECTIVE)
    first = keys[0]
    own = current().source or "FUNCTION"
    return Refused(
        f"the function returns several results ({said}), of which one is the loss",
        hint=f"name it: '{own}[{first!r}]', or write a function that returns it alone: return f(...)[{first!r}]",
    )


def _shape(value: Any, shape_of: Callable[[Any], Any]) -> Any:
    with suppress(Refused):  # of results that have no place in a formula nothing is known
        return shape_of(value)


__all__ = ["picked", "several"]

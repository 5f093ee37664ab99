"""What a function returns: its loss alone, the result that is called loss, or is a number, or that is asked for."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from nmderive.errors import UsageError
from nmderive.tracing.array import Array
from nmderive.tracing.context import LabelsIndex, Refused, current

_LOSS = "loss"
_OBJECTIVE = (
    "compare it with that of the loss, both as formulas: nmderive equal '\\frac{\\partial l}{\\partial s_{ij}} = "
    "p_{ij} - t_{ij}, \\quad l = -\\sum_i\\sum_j t_{ij}\\log p_{ij}'; `nmderive code LOSS --to xgboost` writes both "
    "of a loss"
)


def picked(function: Callable[..., Any], part: Any = None) -> Callable[..., Any]:
    """Return the function with one result: that at ``part``, that called loss, or the only one that is a number."""
    @functools.wraps(function)
    def one(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        if part is not None:
            return _at(result, part)
        own, said = _named_loss(result)
        if own is None:
            own, said = _one_number(result), "of the results the one that is one number is read"
        if own is not None:
            current().note(said)
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


def _named_loss(result: Any) -> tuple[Any, str]:
    """Return the result that a name tells, None where none does, and what is said of it."""
    if isinstance(result, tuple) and len(result) in (2, 3) and isinstance(result[0], str):
        return result[1], "of the results the value after its name is read"  # a metric of gradient boosting
    is_record = hasattr(type(result), "__dataclass_fields__") or hasattr(type(result), "_fields")
    own = result.get(_LOSS) if isinstance(result, Mapping) else getattr(result, _LOSS, None) if is_record else None
    return own, "of the results the one called loss is read"


def _one_number(result: Any) -> Any:
    """Return the result that is one number where all others are names, or behind it and shaped as its gradient is.

    An array before a number, or of another shape, may be the loss of each sample beside a penalty or a measure.
    """
    if type(result) is not tuple:
        return None
    ranks = [_rank(x) for x in result]
    if ranks.count(0) != 1 or None in ranks:
        return None
    place = ranks.index(0)
    beside = [(k, x) for k, x in enumerate(result) if k != place and not isinstance(x, Mapping)]
    return result[place] if all(k > place and _is_as_logits(x) for k, x in beside) else None


def _is_as_logits(value: Any) -> bool:
    """Tell whether an array has the shape of the logits; of numbers nothing is asked, since it was traced before."""
    shape = current().shape
    named = {str(current().classes): "m"}
    found = [str(_size(size)) for size in value.shape]
    return not shape or [named.get(size, size) for size in found] == list(map(str, shape))


def _size(size: Any) -> Any:
    """Return what a library's size of an axis stands for."""
    held = getattr(size, "value", None)
    return held.expr if isinstance(held, Array) else getattr(size, "expr", size)


def _rank(value: Any) -> int | None:
    """Return how many axes an array has; 0 for a number, 1 for records, None where that is not known."""
    if isinstance(value, Mapping):
        return 1
    if isinstance(value, int | float):
        return 0
    with suppress(Refused):
        shape = getattr(value, "shape", None)
        return None if shape is None else tuple.__len__(tuple(shape))
    return None


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
    try:
        return shape_of(value)
    except LabelsIndex:  # where they are classes, it is an array
        raise
    except Refused:  # of results that have no place in a formula nothing is known
        return None


__all__ = ["picked", "several"]

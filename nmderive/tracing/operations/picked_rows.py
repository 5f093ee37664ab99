"""Rows that a mask picks, as in ``logits[keep]`` beside ``labels[keep]``: what is done to each row, and their means.

Such arrays hold all rows, and ``kept`` says which are there. An operation on each row is done to all of them; a sum
or a mean over rows is one over those that are kept.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from sympy import Expr, Integer

from nmderive.calculus.symbols import index
from nmderive.tracing.array import Array, axis_numbers, with_inner
from nmderive.tracing.context import refused
from nmderive.tracing.operations.network import reduced

_ROW = index("nmderive_kept_row")
#: Operations on each row, where no row is taken along.
_OF_ROWS = frozenset(("softmax", "log_softmax", "logsumexp", "sum", "mean", "max", "min", "prod", "norm", "var"))
_PLACED = frozenset(("take_along_axis", "one_hot"))


def _row_mask(x: Array) -> Expr:
    return x.kept.xreplace(with_inner({x.axes[0]: _ROW}))


def over_rows(name: str, meaning: Callable[..., Array]) -> Callable[..., Array]:
    """Return an operation that takes rows which a mask picks, too."""
    parameters = inspect.signature(meaning).parameters if name not in _PLACED else {}
    has_reduction = "reduction" in parameters and name != "reduced"

    @functools.wraps(meaning)
    def operation(*args: Any, **options: Any) -> Array:
        arrays = [a for a in (*args, *options.values()) if isinstance(a, Array) and a.kept != 1]
        if not arrays:
            return meaning(*args, **options)
        if has_reduction:
            return _reduced(name, meaning, arrays, args, options)
        if name in _PLACED or name in _OF_ROWS and _is_within(arrays[0], args, options):
            return _each(name, meaning, arrays, args, options)
        return meaning(*args, **options)

    return operation


def _is_within(x: Array, args: Any, options: Any) -> bool:
    """Tell whether an operation along axes leaves the rows."""
    axis = args[1] if len(args) > 1 else options.get("axis")
    return x.ndim > 1 and axis is not None and 0 not in axis_numbers(axis, x.ndim, "a reduction")


def _each(name: str, meaning: Callable[..., Array], arrays: Iterable[Array], args: Any, options: Any) -> Array:
    masks = {(_row_mask(a), a.shape[0]) for a in arrays}
    others = [a for a in (*args, *options.values()) if isinstance(a, Array) and a.kept == 1 and a.ndim > 1]
    if len(masks) != 1 or others:
        raise refused(f"{name} of rows that a mask picks with others", "pick all of them by the same mask")
    (mask, size), = masks
    found = meaning(*map(_whole, args), **{key: _whole(x) for key, x in options.items()})
    if not found.ndim or found.shape[0] != size:
        raise refused(f"{name} of rows that a mask picks", "they are summed and averaged, and changed row by row")
    return replace(found, kept=mask.xreplace(with_inner({_ROW: found.axes[0]})))


def _whole(x: Any) -> Any:
    return replace(x, kept=Integer(1)) if isinstance(x, Array) else x


def _reduced(name: str, meaning: Callable[..., Array], arrays: Iterable[Array], args: Any, options: Any) -> Array:
    """Return the reduction over the rows that are kept of what the operation is for each."""
    bound = inspect.signature(meaning).bind(*args, **options)
    bound.apply_defaults()
    own = dict(bound.arguments)
    reduction, own["reduction"] = own["reduction"], "none"
    if reduction == "mean" and (own.get("weight") is not None or own.get("ignored") is not None):
        raise refused(f"{name} of rows that a mask picks, averaged with weights", "reduction='sum', divided by a sum")
    found = _each(name, meaning, arrays, (), own)
    if reduction == "batchmean":
        raise refused(f"{name} of rows that a mask picks with reduction='batchmean'", "sum, divided by mask.sum()")
    return reduced(found, reduction, name)


__all__ = ["over_rows"]

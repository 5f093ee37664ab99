"""A trace of a NumPy function, and its real values."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import Symbol

from nmderive.tracing.array import Array
from nmderive.tracing.branches import plain_of_way
from nmderive.tracing.context import Refused, current
from nmderive.tracing.frontends.numpy import Traced
from nmderive.tracing.frontends.numpy_functions import REPLACED
from nmderive.tracing.frontends.numpy_sizes import Size
from nmderive.tracing.frontends.replaced import replaced
from nmderive.tracing.results import several
from nmderive.tracing.returned import behind


def trace(function: Callable[..., Any], arguments: dict[str, Any]) -> Array:
    """Return the result of ``function`` on symbolic arguments (arrays) and plain ones."""
    own = {name: Traced(x) if isinstance(x, Array) else Size(Array(x)) if isinstance(x, Symbol) else x
           for name, x in arguments.items()}
    if "scipy" in sys.modules:
        import scipy.special  # noqa: F401  # its functions are replaced below where the user's code has them
    quiet = warnings.catch_warnings(action="ignore", category=RuntimeWarning)  # of the mean of a list, empty one way
    with replaced(REPLACED, Traced, function), np.errstate(all="ignore"), quiet:
        result = function(**own)
    result = next((x for x in (behind(result), plain_of_way(result)) if x is not None), result)
    result = Traced(result) if isinstance(result, Array) else result
    if isinstance(result, tuple | list | dict):
        raise several(result, lambda x: x.value.shape if isinstance(x, Traced) else None)
    if not isinstance(result, Traced):
        raise current().lost or Refused(
            f"the function returns {type(result).__name__}, which is not computed from its arrays",
            hint="the loss is one array or number, computed by NumPy",
        )
    return result.value


def value(function: Callable[..., Any], arguments: dict[str, Any]) -> float:
    """Return the sum of the entries of the real result."""
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore", category=RuntimeWarning):
        return float(np.sum(function(**arguments)))


#: NumPy has no derivatives: the check takes differences.
gradient = None


def rules(function: Callable[..., Any], arguments: dict[str, Any]) -> list[str]:
    """Return the names of gradient rules in the function: none."""
    return []


__all__ = ["gradient", "rules", "trace", "value"]

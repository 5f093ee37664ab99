"""Which library a function works with: told by what its own code names, and tried where that does not tell."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

from nmderive.tracing.functions import innermost

_LIBRARIES = {"torch": "torch", "torchvision": "torch", "jax": "jax", "jaxlib": "jax", "optax": "jax",
              "numpy": "numpy", "scipy": "numpy"}
#: A function that names two of them works with the first: NumPy gives others their constants.
_ORDER = ("torch", "jax", "numpy")
_DEEPEST = 4


def libraries_of(function: Callable[..., Any]) -> list[str]:
    """Return the libraries that a function may work with, the likeliest first.

    What the function and those that it calls name decides; where that is nothing, methods of arrays being named alike,
    it is what its file imports, or NumPy.
    """
    inner = innermost(function)
    own = set(_named(function, 0, set()))  # with the object that a method is of
    if own:
        return [x for x in _ORDER if x in own]
    of_file = {x for value in list(getattr(inner, "__globals__", {}).values()) if (x := _home(value))}
    return list(dict.fromkeys([*(x for x in _ORDER if x in of_file), "numpy"]))


def _home(value: Any) -> str | None:
    """Return the library that a module, function, class or object is of."""
    name = getattr(value, "__name__", "") if inspect.ismodule(value) else getattr(value, "__module__", "")
    root = str(name).partition(".")[0]
    if root in _LIBRARIES or inspect.ismodule(value):
        return _LIBRARIES.get(root)
    kinds = value.__mro__ if isinstance(value, type) else type(value).__mro__
    return next((_LIBRARIES[x] for k in kinds if (x := str(k.__module__).partition(".")[0]) in _LIBRARIES), None)


def _named(function: Any, depth: int, seen: set[int]) -> Iterator[str]:
    """Yield the libraries that the code of a function names, and that of the functions that it calls."""
    home, code = _home(function), getattr(innermost(function), "__code__", None)
    if home is not None:
        yield home
    if code is None or depth == _DEEPEST or id(code) in seen:
        return
    seen.add(id(code))
    names = set(_names(code))
    yield from (_LIBRARIES[x] for x in names if x in _LIBRARIES)  # imported in the function
    known = getattr(innermost(function), "__globals__", {})
    cells = [c.cell_contents for c in getattr(innermost(function), "__closure__", None) or () if _is_full(c)]
    owner = getattr(function, "__self__", None)
    for value in (*(known[x] for x in names if x in known), *cells, *(() if owner is None else (owner,))):
        found = _home(value)
        if found is not None:
            yield found
        elif callable(value):
            yield from _named(value, depth + 1, seen)


def _is_full(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _names(code: CodeType) -> Iterator[str]:
    """Yield the names in a function's code, and in those that are made in it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


__all__ = ["libraries_of"]

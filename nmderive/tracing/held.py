"""What a function holds and does not take: arrays and whole numbers of its object and of its file.

A declaration may name them as it names arguments: then the function is read for any values of them. What was computed
from them before, as in a constructor, stays as it was made.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nmderive.tracing.context import current
from nmderive.tracing.functions import innermost


@dataclass(frozen=True)
class Place:
    """Where a value is held: under a key of a dictionary of attributes or of a module's names."""

    names: dict[str, Any]
    key: str

    @property
    def value(self) -> Any:
        """What is held there."""
        return self.names[self.key]

    def shaped(self, x: Any) -> Any:
        """Return given numbers of one axis with the axes of size 1 of what is held."""
        shape: tuple[Any, ...] = getattr(self.value, "shape", ())
        is_row = len(shape) == 2 and shape[0] == 1 and getattr(x, "ndim", 0) == 1
        return x.reshape(1, -1) if is_row else x


def held_by(function: Callable[..., Any]) -> dict[str, Place]:
    """Return the arrays and whole numbers that a function holds, by name; those of its object come first."""
    owner = getattr(function, "__self__", None)
    own = {} if owner is None else dict(_of_object(owner, 2))
    inner = innermost(function)
    names, used = getattr(inner, "__globals__", {}), getattr(getattr(inner, "__code__", None), "co_names", ())
    of_file = {name: Place(names, name) for name, x in names.items()
               if _entries(x) > 1 or name in used and _is_count(x)}
    return {**own, **{name: place for name, place in of_file.items() if name not in own}}


def _of_object(owner: Any, depth: int) -> Iterator[tuple[str, Place]]:
    """Yield the places in an object, those in its modules before its own, so that the latter are kept."""
    names = getattr(owner, "__dict__", {})
    for module in names.get("_modules", {}).values() if depth else ():
        yield from _of_object(module, depth - 1)
    for own in (names, names.get("_buffers", {}), names.get("_parameters", {})):
        yield from ((key, Place(own, key)) for key, x in own.items() if _entries(x) > 1 or _is_count(x))


def _entries(x: Any) -> int:
    """Return the number of entries of an array of one to many axes; 0 for anything else."""
    shape = getattr(x, "shape", None)
    if isinstance(x, type) or not isinstance(shape, tuple) or not hasattr(x, "dtype"):
        return 0
    count = 1
    for size in shape:
        count *= int(size)
    return count


def _is_count(x: Any) -> bool:
    return isinstance(x, int) and not isinstance(x, bool) and x > 1


def counts_of(places: Mapping[str, Place]) -> list[int]:
    """Return the whole numbers that are held, each of which may be the number of classes."""
    return list(dict.fromkeys(x.value for x in places.values() if _is_count(x.value)))


def taking(function: Callable[..., Any], places: Mapping[str, Place]) -> Callable[..., Any]:
    """Return the function, taking what is held at places as further arguments."""
    if not places:
        return function

    @functools.wraps(function)
    def with_held(*args: Any, **arguments: Any) -> Any:
        before = {name: place.value for name, place in places.items()}
        try:
            for name, place in places.items():
                place.names[place.key] = place.shaped(arguments.pop(name))
            return function(*args, **arguments)
        finally:
            for name, place in places.items():
                place.names[place.key] = before[name]

    signature = inspect.signature(function)
    more = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in places]
    last = [p for p in signature.parameters.values() if p.kind is p.VAR_KEYWORD]
    kept = [p for p in signature.parameters.values() if p not in last]
    with_held.__signature__ = signature.replace(parameters=[*kept, *more, *last])  # type: ignore[attr-defined]
    return with_held


def said_of(places: Iterable[str]) -> list[str]:
    """Return what a reading says of what was held and is read for any values."""
    return [f"{name} is held by the function and read as an argument; what was computed from it before stays"
            for name in places]


def how_to_give(x: Any) -> str:
    """Return how to have fixed numbers of the code read: by the name under which they are held, or as an argument."""
    places: Mapping[str, Place] = current().held
    count, shape = _entries(x), tuple(int(size) for size in getattr(x, "shape", ()))
    if sum(size != 1 for size in shape) > 1:
        return "an identity is torch.eye or np.eye of x.shape[1]; any other matrix of fixed numbers is not read"
    for name, place in places.items():
        if _entries(place.value) == count:
            sign = ">0" if bool((place.value > 0).all()) else ""
            return f"where {name} holds them, one for each class: --let '{name}_j{sign}' reads it with any values"
    return "make them an argument of the function, one for each class, and say what it is: --let 'w_j>0'"


def how_to_count(count: Any) -> str:
    """Return how to write a number of classes: by a shape, or by the name under which it is held."""
    names = [name for name, place in current().held.items() if _is_count(place.value) and place.value == count]
    own = f", or, as {names[0]} holds it, --let '{names[0]}: classes'" if names else ""
    return f"the numbers of samples and classes are open: write x.shape[1] for {count}{own}"


__all__ = ["Place", "counts_of", "held_by", "how_to_count", "how_to_give", "said_of", "taking"]

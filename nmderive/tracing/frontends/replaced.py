"""Functions of libraries that are replaced while a trace runs, because they look at no protocol."""

from __future__ import annotations

import builtins
import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from nmderive.tracing.context import current
from nmderive.tracing.functions import innermost

#: Functions whose first argument may be the number of classes that the code fixes.
_OF_COUNTS = ("eye", "identity")
#: Types that code calls alone: an old name of a tensor.
_MAKES = ("torch.autograd.Variable",)
Table = Mapping[str, Callable[..., Any]]


def _holds(arguments: Any, kind: type) -> bool:
    if isinstance(arguments, tuple | list):
        return any(_holds(a, kind) for a in arguments)
    return isinstance(arguments, kind)


def _either(original: Callable[..., Any], ours: Callable[..., Any], kind: type,
            whole: int | None) -> Callable[..., Any]:
    """Return a function that is ours where an argument is symbolic or the first is ``whole``, else the original."""
    @functools.wraps(original, updated=())
    def either(*args: Any, **kwargs: Any) -> Any:
        symbolic = _holds(args, kind) or _holds(list(kwargs.values()), kind) or (
            whole is not None and args[:1] == (whole,))
        return ours(*args, **kwargs) if symbolic else original(*args, **kwargs)

    return either


@contextmanager
def replaced(table: Table, kind: type, function: Callable[..., Any]) -> Iterator[None]:
    """Replace the functions of ``table`` ("module.name") in their modules, and in those of the user's code."""
    rule: dict[int, Any] = {}
    classes = current().classes
    places: list[tuple[dict[str, Any], str, Any]] = []
    for path, ours in table.items():
        module, _, name = path.rpartition(".")
        home = sys.modules.get(module) if module != "builtins" else None
        if home is None or isinstance(getattr(home, name, None), type) and path not in _MAKES:
            continue  # a type such as numpy.float64 is also compared with, so it stays
        original = getattr(home, name)
        rule[id(original)] = _either(original, ours, kind, classes if name in _OF_COUNTS else None)
        places.append((vars(home), name, original))
    builtin = {path[9:]: _either(getattr(builtins, path[9:]), ours, kind, None) for path, ours in table.items()
               if path.startswith("builtins.")}
    added = []
    for names in _of_user(function):
        places += [(names, name, value) for name, value in list(names.items()) if id(value) in rule]
        added += [(names, name) for name in builtin if name not in names]
    try:
        for names, name in added:  # a module's own name hides the builtin one
            names[name] = builtin[name]
        for names, name, original in places:
            names[name] = rule[id(original)]
        yield
    finally:
        for names, name, original in places:
            names[name] = original
        for names, name in added:
            names.pop(name, None)


def _of_user(function: Callable[..., Any]) -> list[dict[str, Any]]:
    """Return the global names of the function's module, and of the modules that it names in the same package."""
    own = getattr(innermost(function), "__globals__", {})
    package = str(own.get("__name__", "")).split(".")[0]
    found = {id(own): own}
    for value in list(own.values()):
        home = value if isinstance(value, ModuleType) else sys.modules.get(getattr(value, "__module__", None) or "")
        if home is not None and home.__name__.split(".")[0] not in ("numpy", "scipy", "torch", "jax", "nmderive"):
            if hasattr(home, "__file__") and home.__name__ != "builtins":
                found[id(vars(home))] = vars(home)
    own_modules = () if package in ("", "numpy", "scipy", "torch", "jax") else list(sys.modules.items())
    for name, module in own_modules:
        if name == package or name.startswith(f"{package}."):
            found[id(vars(module))] = vars(module)
    return list(found.values())


__all__ = ["Table", "replaced"]

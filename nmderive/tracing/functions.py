"""What a user's object is as a Python function: modules, callable objects, partial, compiled and scripted functions.

Nothing is imported here: objects of libraries are told by the attributes that those libraries document or keep.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any


class Unscripted:
    """A module that TorchScript compiled, with the methods of the class that it was compiled from."""

    def __init__(self, module: Any) -> None:
        self._module, self._kind = module, module._concrete_type.py_class

    def __getattr__(self, name: str) -> Any:
        method = inspect.getattr_static(self._kind, name, None)
        return method.__get__(self) if inspect.isfunction(method) else in_python(getattr(self._module, name))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the Python method ``forward``."""
        return self.forward(*args, **kwargs)


def in_python(function: Any) -> Any:
    """Return the Python that a compiled or scripted object was made from, which does the same; others as they are."""
    if hasattr(function, "_torchdynamo_inline"):  # a scripted function
        return function._torchdynamo_inline
    if hasattr(getattr(function, "_concrete_type", None), "py_class"):
        return Unscripted(function)
    if hasattr(function, "_orig_mod"):  # a compiled module
        return function._orig_mod
    return getattr(function, "_torchdynamo_orig_callable", function)


def is_scripted(function: Any) -> bool:
    """Tell whether TorchScript runs the function: what is compared is then that, not the Python it was made from."""
    while isinstance(function, functools.partial):
        function = function.func
    return hasattr(function, "_torchdynamo_inline") or hasattr(function, "_concrete_type")


def called(function: Any) -> Callable[..., Any]:
    """Return what a call of the object runs: a module's ``forward``, an object's ``__call__``, else the function."""
    if isinstance(function, functools.partial):
        inner = called(in_python(function.func))
        return function if inner is function.func else functools.partial(inner, *function.args, **function.keywords)
    function = in_python(function)
    own, call = getattr(function, "forward", None), inspect.getattr_static(type(function), "__call__", None)
    is_own_call = inspect.isfunction(call) and str(call.__module__).partition(".")[0] not in ("torch", "nmderive")
    if own is not None and not inspect.isfunction(function) and not is_own_call:
        return own  # type: ignore[no-any-return]
    if inspect.isroutine(function) or hasattr(function, "__wrapped__"):
        return function  # type: ignore[no-any-return]
    return type(function).__call__.__get__(function)  # type: ignore[no-any-return]


def by_name(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, taking every argument by its name."""
    parameters = inspect.signature(function).parameters.values()
    first = [p.name for p in parameters if p.kind is p.POSITIONAL_ONLY]
    if not first:
        return function

    @functools.wraps(function)
    def taking(**arguments: Any) -> Any:
        own = [arguments.pop(name) for name in first if name in arguments]
        return function(*own, **arguments)

    return taking


def innermost(function: Any) -> Any:
    """Return the plain function inside partial objects, methods, objects and wrappers."""
    while isinstance(function, functools.partial) or hasattr(function, "__wrapped__"):
        function = function.func if isinstance(function, functools.partial) else function.__wrapped__
    function = inspect.unwrap(getattr(function, "__func__", function))
    is_object = not inspect.isroutine(function) and inspect.isfunction(
        inspect.getattr_static(type(function), "__call__", None))
    return type(function).__call__ if is_object else function


__all__ = ["by_name", "called", "in_python", "innermost", "is_scripted"]

"""A trace of a PyTorch function, its real values, and its real gradients by autograd."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np
import torch
from sympy import Expr, Symbol
from torch.overrides import TorchFunctionMode

from nmderive.calculus.symbols import M, N
from nmderive.tracing.array import Array
from nmderive.tracing.branches import plain_of_way
from nmderive.tracing.context import Refused, current
from nmderive.tracing.frontends.replaced import replaced
from nmderive.tracing.frontends.torch import Recorder, shadow, with_shadow
from nmderive.tracing.frontends.torch_sizes import (
    FUNCTIONS,
    Size,
    carrying,
    largest_of,
    methods_take_sizes,
    of_size,
    range_of,
)
from nmderive.tracing.results import several
from nmderive.tracing.returned import behind


def _sizes() -> dict[Expr, int]:
    """Return the sizes of the real tensors of a trace: different from each other and from what functions say."""
    classes = current().classes or 7
    return {N: 6 if classes == 5 else 5, M: classes}


_WIDE = {torch.float32: torch.float64, torch.FloatTensor: torch.DoubleTensor}


class _Doubled(TorchFunctionMode):  # type: ignore[misc]
    """Keeps float64 where the code casts to float32, so that a check is not about rounding."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Take a cast to float64 in the place of one to float32."""
        def wide(x: Any) -> Any:
            return _WIDE.get(x, x) if isinstance(x, torch.dtype | type) else x

        if func is torch.Tensor.float:
            func = torch.Tensor.double
        return func(*map(wide, args), **{name: wide(x) for name, x in (kwargs or {}).items()})


@contextmanager
def _in_double() -> Iterator[None]:
    before, threads = torch.get_default_dtype(), torch.get_num_threads()
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)  # waking others takes longer than arrays of a dozen numbers
    try:
        with _Doubled(), _not_compiled():
            yield
    finally:
        torch.set_default_dtype(before)
        torch.set_num_threads(threads)


@contextmanager
def _without_validation() -> Iterator[None]:
    """Keep distributions from looking at the numbers that they are given."""
    kind = getattr(sys.modules.get("torch.distributions"), "Distribution", None)
    before = getattr(kind, "_validate_args", None)
    try:
        if kind is not None:
            kind._validate_args = False
        yield
    finally:
        if kind is not None:
            kind._validate_args = before


def _not_compiled() -> AbstractContextManager[Any]:
    """Run functions that ``torch.compile`` has wrapped as the Python that they are."""
    may_be = "torch._dynamo" in sys.modules and hasattr(torch.compiler, "set_stance")
    return torch.compiler.set_stance("force_eager") if may_be else nullcontext()


def trace(function: Callable[..., Any], arguments: dict[str, Any]) -> Array:
    """Return the shadow of the result of ``function`` on shadowed tensors and plain arguments."""
    with _in_double():
        own = {name: _shadowed(x) if isinstance(x, Array) else Size(_sizes()[x], x) if isinstance(x, Symbol) else x
               for name, x in arguments.items()}
        table = {f"torch.{name}": carrying(getattr(torch, name)) for name in FUNCTIONS}
        table["torch.nn.functional.one_hot"] = carrying(torch.nn.functional.one_hot)
        table.update({f"math.{name}": functools.partial(of_size, name) for name in ("log", "sqrt")})
        table.update({"builtins.range": range_of, "builtins.max": largest_of("max"), "builtins.min": largest_of("min")})
        of_tensors = replaced({"builtins.len": _len, "torch.autograd.Variable": _variable}, torch.Tensor, function)
        with of_tensors, replaced(table, Size, function), methods_take_sizes(), \
                _without_validation(), Recorder(_sizes()):
            result = function(**own)
    own_array = next((x for x in (behind(result), plain_of_way(result)) if x is not None), None)
    if own_array is not None:
        return shadow(with_shadow(torch.zeros(()), own_array))
    if isinstance(result, tuple | list | dict):
        raise several(result, lambda x: shadow(x).shape if isinstance(x, torch.Tensor) else None)
    if not isinstance(result, torch.Tensor) or not hasattr(result, "_nmderive_shadow"):
        raise Refused(
            f"the function returns {type(result).__name__}, which is not computed from its tensors",
            hint="the loss is one tensor, computed by PyTorch; of compiled code inside call the Python function",
        )
    return shadow(result)


def _len(x: Any) -> Any:
    return x.shape[0] if isinstance(x, torch.Tensor) else x.__len__()  # of a list of tensors


def _variable(data: Any, requires_grad: bool = False, volatile: bool = False) -> Any:
    """Return what an old name of a tensor makes of one: the same, without a gradient to what it was made of."""
    return data.detach()


def _shadowed(x: Array) -> Any:
    sizes = _sizes()
    shape = tuple(sizes[size] for size in x.shape)
    random = np.random.default_rng(5)
    if x.kind == "index":
        return with_shadow(torch.as_tensor(random.integers(sizes[M], size=shape)), x)
    values = random.uniform(0.1, 0.9, size=shape)
    if x.kind == "bool":
        return with_shadow(torch.as_tensor(values > 0), x)
    if x.role == "labels" and len(shape) and x.shape[-1] == M:
        values = values / values.sum(axis=-1, keepdims=True)
    return with_shadow(torch.as_tensor(values), x)


def value(function: Callable[..., Any], arguments: dict[str, Any]) -> float:
    """Return the sum of the entries of the real result."""
    with _in_double():
        result = function(**{name: _tensor(x) for name, x in arguments.items()})
        return float(result.detach().sum() if isinstance(result, torch.Tensor) else result)


def gradient(function: Callable[..., Any], arguments: dict[str, Any], name: str) -> Any:
    """Return the real gradient by one argument, by autograd."""
    with _in_double():
        own = {key: _tensor(x) for key, x in arguments.items()}
        leaf = own[name].requires_grad_(True)
        result = function(**{**own, name: leaf.clone()})  # what a network gives is no leaf, and may be written into
        return torch.autograd.grad(result.sum(), leaf)[0].numpy()


def rules(function: Callable[..., Any], arguments: dict[str, Any]) -> list[str]:
    """Return the names of the classes in the function that give their gradient themselves, by ``backward``."""
    with _in_double():
        own = {key: _tensor(x) for key, x in arguments.items()}
        for x in own.values():
            if isinstance(x, torch.Tensor) and x.is_floating_point():
                x.requires_grad_(True)
        left = [function(**own).grad_fn]
    found: set[str] = set()
    while left:
        node = left.pop()
        found.update({node._forward_cls.__name__} if hasattr(node, "_forward_cls") else ())
        left += [before for before, _ in node.next_functions if before is not None]
    return sorted(found)


def _tensor(x: Any) -> Any:
    is_array = isinstance(x, np.ndarray | np.generic)
    return torch.as_tensor(x) if is_array else x


__all__ = ["gradient", "rules", "trace", "value"]

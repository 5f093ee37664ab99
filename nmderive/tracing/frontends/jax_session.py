"""A trace of a JAX function by ``jax.make_jaxpr`` with symbolic shapes, its real values, and its real gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import export
from sympy import Expr, Symbol

from nmderive.calculus.symbols import M, N
from nmderive.tracing.array import Array
from nmderive.tracing.context import Refused, current, tracing
from nmderive.tracing.frontends.jax import run
from nmderive.tracing.frontends.jax_sizes import size
from nmderive.tracing.results import several
from nmderive.tracing.returned import behind, is_returned, keep

#: Of a Python number the array that it is taken from is differentiated.
GRADIENT_OF_NUMBERS = True
#: A function is compiled for arrays of a dozen numbers at each size, so that compiling is all that takes time.
_QUICK = {"compiler_options": {"xla_backend_optimization_level": 0, "xla_cpu_use_fusion_emitters": False}}


_NARROW = ("float32", "float16", "bfloat16")


@contextmanager
def _in_double() -> Iterator[None]:
    before, types = jax.config.jax_enable_x64, {name: getattr(jnp, name) for name in _NARROW}
    jax.config.update("jax_enable_x64", True)
    try:
        for name in _NARROW:  # what the code casts to them stays wide, so that a check is not about rounding
            setattr(jnp, name, jnp.float64)
        yield
    finally:
        for name, kind in types.items():
            setattr(jnp, name, kind)
        jax.config.update("jax_enable_x64", before)


@contextmanager
def _floats_are_kept() -> Iterator[None]:
    """Keep the array of which the function returns the Python number, by float(...) or item()."""
    own = {name: getattr(jax.core.Tracer, name) for name in ("__float__", "item")}

    def kept(original: Callable[..., Any]) -> Callable[..., Any]:
        return lambda x, *args: keep(x) if is_returned() else original(x, *args)

    try:
        for name, original in own.items():
            setattr(jax.core.Tracer, name, kept(original))
        yield
    finally:
        for name, original in own.items():
            setattr(jax.core.Tracer, name, original)


def trace(function: Callable[..., Any], arguments: dict[str, Any]) -> Array:
    """Return the result of ``function`` on symbolic arrays and plain arguments."""
    arrays = {name: x for name, x in arguments.items() if isinstance(x, Array)}
    n, m = export.symbolic_shape("n, m")
    sizes: dict[Expr, Any] = {N: n, M: current().classes or m}
    plain = {name: sizes[x] if isinstance(x, Symbol) else x for name, x in arguments.items() if name not in arrays}
    with _in_double():
        types = {name: jnp.int64 if x.kind == "index" else jnp.float64 for name, x in arrays.items()}
        specs = [jax.ShapeDtypeStruct(tuple(map(sizes.get, x.shape)), types[name]) for name, x in arrays.items()]
        def called(*own: Any) -> Any:
            result = function(**dict(zip(arrays, own, strict=True)), **plain)
            held = behind(result) if type(result) is float else None
            return result if held is None else held

        with _floats_are_kept():
            closed, shapes = jax.make_jaxpr(called, return_shape=True)(*specs)
        results = run(closed.jaxpr, closed.consts, list(arrays.values()))
    if isinstance(shapes, tuple | list | dict):
        raise several(shapes, lambda x: tuple(size(k) for k in getattr(x, "shape", ())))
    if len(results) != 1 or not isinstance(results[0], Array):
        raise getattr(next(iter(results), None), "error", None) or Refused(
            f"the function returns {type(shapes).__name__}, which is no array of JAX", hint="the loss is one array")
    return results[0]


def _split(arguments: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    arrays = {name: x for name, x in arguments.items() if isinstance(x, np.ndarray | np.generic)}
    return arrays, {name: x for name, x in arguments.items() if name not in arrays}


def _call(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    result = function(**arguments)
    held = behind(result) if type(result) is float else None
    return jnp.sum(result if held is None else held)


def value(function: Callable[..., Any], arguments: dict[str, Any]) -> float:
    """Return the sum of the entries of the real result."""
    return float(_found(function, arguments)[0])


def gradient(function: Callable[..., Any], arguments: dict[str, Any], name: str) -> Any:
    """Return the real gradient by one argument, by ``jax.grad``."""
    gradients = _found(function, arguments)[1]
    if gradients is not None:
        return np.asarray(gradients[name])
    arrays, plain = _split(arguments)
    with _in_double():
        return np.asarray(jax.grad(lambda x: _call(function, {**arrays, **plain, name: x}))(arrays[name]))


#: What was found last, since value and gradient of the same numbers are asked for one after the other.
_LAST: dict[Any, Any] = {}


def _found(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    """Return the value and the gradients by all arrays of numbers, compiled once; None for those that it has not."""
    arrays, plain = _split(arguments)
    key = (id(function), *((name, np.shape(x), np.asarray(x).tobytes()) for name, x in arrays.items()))
    if key not in _LAST:
        _LAST.clear()
        real = {name: x for name, x in arrays.items() if np.asarray(x).dtype.kind == "f"}
        rest = {name: x for name, x in arrays.items() if name not in real}
        with _in_double():
            _LAST[key] = _compiled(lambda x, own: _call(function, {**own, **plain, **x}), real, rest)
    return _LAST[key]


def _compiled(loss: Callable[..., Any], real: dict[str, Any], rest: dict[str, Any]) -> tuple[Any, Any]:
    for options in (_QUICK, {}):
        # an option that this version does not know, or no gradient
        with suppress(Exception), tracing(""), _floats_are_kept():
            return jax.jit(jax.value_and_grad(loss), **options)(real, rest)  # type: ignore[no-any-return]
    with tracing(""), _floats_are_kept():
        return jax.jit(loss)(real, rest), None


def rules(function: Callable[..., Any], arguments: dict[str, Any]) -> list[str]:
    """Return the names of the functions of which the code gives the gradient itself, by ``jax.custom_vjp`` or jvp."""
    arrays, plain = _split(arguments)
    with _in_double():
        closed = jax.make_jaxpr(lambda own: _call(function, {**own, **plain}))(arrays)
    return sorted(_rules_of(closed.jaxpr))


def _rules_of(jaxpr: Any) -> set[str]:
    found: set[str] = set()
    for equation in jaxpr.eqns:
        inner = [getattr(x, "jaxpr", x) for x in equation.params.values() if hasattr(getattr(x, "jaxpr", x), "eqns")]
        if "custom_" in equation.primitive.name:
            found.update(str(x.debug_info.func_name) for x in inner if "jax" not in str(x.debug_info.func_filename))
        found.update(*map(_rules_of, inner))
    return found


__all__ = ["gradient", "rules", "trace", "value"]

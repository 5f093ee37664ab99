"""JAX: the equations of a jaxpr, one after the other, as operations of the table."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jax._src import source_info_util
from sympy import Integer

from nmderive.calculus.symbols import M, N
from nmderive.tracing.array import Array, scalar
from nmderive.tracing.context import Refused, current, refused
from nmderive.tracing.frontends.jax_gather import gather
from nmderive.tracing.frontends.jax_sizes import size
from nmderive.tracing.frontends.jax_table import TABLE
from nmderive.tracing.frontends.numpy_names import not_read
from nmderive.tracing.frontends.stops import without_gradient
from nmderive.tracing.held import how_to_give
from nmderive.tracing.operations import OPERATIONS as OPS


@dataclass(frozen=True)
class Unread:
    """A value that no formula needs, such as the sign of a sum of exponentials; its use is refused."""

    what: str


@dataclass(frozen=True)
class Lost(Unread):
    """What an operation without a place in a formula gives: it is refused where the loss depends on it."""

    error: Exception | None = None


@dataclass(frozen=True)
class Fixed(Lost):
    """An array of fixed numbers, which is refused at the line that takes it."""

    hint: str = ""


@dataclass(frozen=True)
class Pack:
    """Index arrays side by side, as a gather takes them."""

    parts: tuple[Any, ...]


_CALLS = frozenset((
    "jit", "pjit", "closed_call", "core_call", "custom_jvp_call", "custom_vjp_call", "custom_vjp_call_jaxpr", "remat",
    "checkpoint",
))


def run(jaxpr: Any, consts: Sequence[Any], inputs: Sequence[Any]) -> list[Any]:
    """Return the results of a jaxpr on arrays."""
    values: dict[Any, Any] = dict(zip(jaxpr.constvars, map(_constant, consts), strict=True))
    values.update(zip(jaxpr.invars, inputs, strict=True))

    def of(variable: Any) -> Any:
        return _constant(variable.val) if hasattr(variable, "val") else values[variable]

    for equation in jaxpr.eqns:
        current().line = _line(equation) or current().line
        own = [of(v) for v in equation.invars]
        same = len(equation.invars) == 2 and equation.invars[0] is equation.invars[1]
        results = _kept(equation, own, same)
        values.update(zip(equation.outvars, results, strict=True))
    return [of(v) for v in jaxpr.outvars]


def _kept(equation: Any, own: list[Any], same: bool) -> list[Any]:
    """Return the results of an equation, lost ones where it is refused or takes such."""
    lost = next((x for x in own if isinstance(x, Lost)), None)
    if isinstance(lost, Fixed):
        error = refused(lost.what, lost.hint)
        lost = Lost(error.message, error)
    if lost is None:
        try:
            return _result(equation, own, same)
        except Refused as refusal:
            lost = Lost(str(refusal), refusal)
    return [lost] * len(equation.outvars)


def _constant(x: Any) -> Any:
    """Return a literal: a number, or an infinity that only guards may use."""
    if isinstance(x, Array | Pack | Unread):
        return x
    if np.ndim(x) and np.size(x) != 1:
        return _fixed(x)
    number = np.asarray(x).reshape(-1)[0].item()
    if isinstance(number, float) and (math.isnan(number) or number == math.inf):
        return Unread(f"the number {number}")
    return replace(scalar(number), shape=(Integer(1),) * np.ndim(x))


def _fixed(x: Any) -> Any:
    """Return what an array of fixed numbers is: lost, so that the line that takes it is named."""
    if np.ndim(x) == 2 and np.shape(x)[0] == current().classes and np.array_equal(x, np.eye(np.shape(x)[0])):
        return OPS["eye"](Array(M))
    return Fixed(f"an array of {np.size(x)} fixed numbers meets the symbolic arrays", hint=how_to_give(np.asarray(x)))


def _line(equation: Any) -> str:
    for frame in source_info_util.user_frames(equation.source_info.traceback):
        if frame.file_name == current().file:
            return f"{frame.file_name.rpartition('/')[2]}, line {frame.start_line}: "
    return ""


def _read(x: Any, what: str) -> Any:
    if isinstance(x, Lost) and x.error is not None:
        raise x.error
    if isinstance(x, Unread):
        raise refused(f"{what} depends on {x.what}")
    return x


def _result(equation: Any, own: list[Any], same: bool) -> list[Any]:
    name, params = equation.primitive.name, equation.params
    if name in _CALLS:
        return _inner(params, own)
    if name == "top_k":
        return _largest_one(params, _read(own[0], "top_k"))
    special = _SPECIAL.get(name)
    if special is not None:
        found = special(params, own, same)
        if found is not None:
            return [found]
    if name not in TABLE:
        raise not_read(f"JAX's {name}", name)
    return [TABLE[name](params, *(_read(x, name) for x in own))]


def _largest_one(params: Any, x: Array) -> list[Any]:
    if params.get("operand") is not None or params["k"] != 1:
        raise refused("top_k of more than one entry depends on the order of all", "k=1 is read, as is max(axis=1)")
    return [OPS["max"](x, params.get("axis", -1), True), Unread("the position of a maximum, which depends on data")]


def _inner(params: Any, own: list[Any]) -> list[Any]:
    inner = next(params[key] for key in ("jaxpr", "call_jaxpr", "fun_jaxpr") if key in params)
    # JAX's own logaddexp holds a maximum and an absolute value; softplus and log_sigmoid are made of it.
    made_by = str(getattr(getattr(inner, "debug_info", None), "func_src_info", ""))
    name = made_by.partition(" at ")[0]
    if name in ("logaddexp", "diagonal") and "/jax/_src/" in made_by and (name != "diagonal" or _is_square(own, inner)):
        return [OPS[name](*(_read(x, name) for x in own))]
    if name == "_roll_static" and "/jax/_src/" in made_by:
        return [_rolled(inner, _read(own[0], "roll"))]
    line = current().line
    found = run(getattr(inner, "jaxpr", inner), getattr(inner, "consts", ()), own)
    current().line = line
    return found


def _rolled(inner: Any, x: Array) -> Array:
    """Read a roll by where its first slice starts: at -shift modulo the size."""
    starts = inner.jaxpr.eqns[0].params["start_indices"] if inner.jaxpr.eqns else ()
    moved = [(axis, re.fullmatch(r"mod\((-?) ?(\d+), [nm]\)", str(start))) for axis, start in enumerate(starts)]
    found = [(axis, match) for axis, match in moved if match is not None]
    if len(found) != 1:
        raise refused("roll of several axes, or of one of a fixed size", "roll one axis of classes")
    axis, match = found[0]
    return OPS["roll"](x, int(match.group(2)) * (1 if match.group(1) else -1), axis)


def _is_square(own: list[Any], inner: Any) -> bool:
    """Tell whether a diagonal is that of a square matrix, which is as long as the matrix."""
    x = _read(own[0], "diagonal")
    return bool(x.ndim == 2 and x.shape[0] == x.shape[1]) and bool(size(inner.out_avals[0].shape[0]) == x.shape[0])


def _is_number(x: Any) -> bool:
    return isinstance(x, Array) and x.kind == "real" and x.expr.is_Integer


def _maximum(params: Any, own: list[Any], same: bool) -> Any:
    """Drop the floor of minus infinity that guards a maximum; any other maximum is one of two values."""
    kept = [x for x in own if not (isinstance(x, Array) and x.hole == 1)]
    if len(kept) == 1:
        return kept[0]
    return None


def _less(params: Any, own: list[Any], same: bool) -> Any:
    """Answer that a position is not negative, which is what JAX asks before every index."""
    x, y = own
    if _is_number(x) and _is_number(y):
        return Array(Integer(bool(x.expr < y.expr)), x.shape, "bool")
    if isinstance(x, Array) and x.kind == "index" and _is_number(y) and y.expr <= 0:
        return Array(Integer(0), x.shape, "bool")
    return None


def _added(params: Any, own: list[Any], same: bool) -> Any:
    for x, y in (own, own[::-1]):
        if isinstance(x, Array) and x.kind == "index":
            return x if _is_number(y) and y.expr == 0 else Unread("a shifted position")
    return None


def _multiplied(params: Any, own: list[Any], same: bool) -> Any:
    for x, y in (own, own[::-1]):
        if isinstance(x, Array) and x.kind == "index" and _is_number(y) and y.expr == 1:
            return x
    return None


def _selected(params: Any, own: list[Any], same: bool) -> Any:
    which, *cases = own
    which = _read(which, "where")
    if which.expr in (0, 1):
        return cases[int(which.expr)]
    left = [x for x in cases if not (isinstance(x, Unread) and "nan" in x.what)]
    if len(left) == 1:  # a guard: the function has no value there
        current().note("where the code gives nan on purpose, the reading is the formula of the other case")
        return left[0]
    found = OPS["where"](which, _read(cases[1], "where"), _read(cases[0], "where"))
    is_labels = any(x.role == "labels" for x in cases)  # as they are, or counted from the end
    return replace(found, role="labels") if is_labels else found


def _unequal(params: Any, own: list[Any], same: bool) -> Any:
    """Answer that a value is itself, which is how JAX asks for NaN."""
    return Array(Integer(0), own[0].shape, "bool") if same else None


def _stopped(params: Any, own: list[Any], same: bool) -> Any:
    return own[0] if isinstance(own[0], Unread) else without_gradient(own[0], "stop_gradient")


def _finite(params: Any, own: list[Any], same: bool) -> Any:
    return Array(Integer(1), own[0].shape, "bool")


def _concatenated(params: Any, own: list[Any], same: bool) -> Any:
    last = params["dimension"]
    arrays = [_read(x, "concatenate") for x in own]
    if all(x.ndim == last + 1 and x.shape[-1] == 1 for x in arrays) and any(x.kind == "index" for x in arrays):
        return Pack(tuple(arrays))
    return OPS["concatenate"](arrays, last)


def _converted(params: Any, own: list[Any], same: bool) -> Any:
    x = own[0]
    kind = np.dtype(params["new_dtype"]).kind
    if isinstance(x, Unread) or kind in "iu" and (x.kind in ("index", "bool") or _is_number(x)):
        return x
    if kind == "b":
        return OPS["as_condition"](x)
    if kind in "iu" and x.kind == "real":
        if x.expr.free_symbols <= {N, M}:
            return x
        x.position("a cast to whole numbers")
    return OPS["as_numbers"](x)


def _gather(params: Any, own: list[Any], same: bool) -> Any:
    operand, indices = _read(own[0], "gather"), _read(own[1], "gather")
    parts = indices.parts if isinstance(indices, Pack) else (indices,)
    return gather(operand, parts, params["dimension_numbers"], [size(x) for x in params["slice_sizes"]])


def _scattered(name: str | None) -> Callable[[Any, list[Any], bool], Any]:
    """Return the assignment x.at[positions].set(value), or that of a sum or product with what was there."""
    def assign(params: Any, own: list[Any], same: bool) -> Any:
        x, indices, value = (_read(a, "at[]") for a in own)
        numbers, parts = params["dimension_numbers"], indices.parts if isinstance(indices, Pack) else (indices,)
        axes = tuple(range(x.ndim))
        if numbers.update_window_dims or sorted(numbers.scatter_dims_to_operand_dims) != list(axes):
            raise refused("x.at[] of parts of a range", "jnp.where(mask, value, x)")
        places = [OPS["squeeze"](parts[numbers.scatter_dims_to_operand_dims.index(p)], -1) for p in axes]
        before = OPS["getitem"](x, tuple(places))
        return OPS["assign"](x, tuple(places), value if name is None else OPS[name](before, value))

    return assign


def _broadcast(params: Any, own: list[Any], same: bool) -> Any:
    return own[0] if isinstance(own[0], Unread) else None


_SPECIAL: dict[str, Callable[[Any, list[Any], bool], Any]] = {
    "max": _maximum, "lt": _less, "add": _added, "mul": _multiplied, "select_n": _selected, "ne": _unequal,
    "scatter": _scattered(None), "scatter-add": _scattered("add"), "scatter_mul": _scattered("multiply"),
    "stop_gradient": _stopped, "is_finite": _finite, "concatenate": _concatenated,
    "convert_element_type": _converted, "gather": _gather, "broadcast_in_dim": _broadcast,
}

__all__ = ["Pack", "Unread", "run"]

"""NumPy and scipy.special: ufuncs, array functions and methods translated into the table of operations."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from sympy import Indexed, Integer, Mul

from nmderive.calculus.symbols import S
from nmderive.tracing.array import Array, scalar
from nmderive.tracing.branches import decided
from nmderive.tracing.context import Misfit, Refused, Writes, current, place, refused
from nmderive.tracing.frontends.numpy_names import ARRAYS, METHODS, REDUCED, UFUNCS, WRITING, not_read
from nmderive.tracing.held import counts_of, how_to_give
from nmderive.tracing.loops import positions
from nmderive.tracing.operations import OPERATIONS
from nmderive.tracing.operations.picking import count
from nmderive.tracing.returned import HINT, Taken, is_returned, keep

#: Array functions by name; ``numpy_functions`` fills it.
FUNCTIONS: dict[str, Callable[..., Any]] = {}
#: What makes a symbolic size of a number; ``numpy_sizes`` fills it.
SIZE: dict[str, Callable[[Array], Any]] = {}


def kept(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Return an operation that gives a lost array where it is refused: that counts where the loss depends on it."""
    @functools.wraps(operation)
    def keeping(*args: Any, **kwargs: Any) -> Any:
        try:
            return operation(*args, **kwargs)
        except Writes:
            raise
        except Refused as error:
            current().lost = error
            return Traced(error)

    return keeping


class Traced(NDArrayOperatorsMixin):
    """A symbolic array in the place of a NumPy array; it is none, so that nothing turns it into numbers in silence.

    It may be lost: the result of an operation that has no place in a formula, which is refused where it is used.
    """

    __slots__ = ("held", "is_part", "is_viewed")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, held: Array | Refused) -> None:
        self.held = held
        self.is_part = False  # of another array, which changes with it
        self.is_viewed = False  # by another array, which is a part of it

    @property
    def value(self) -> Array:
        """The array; raises what refused it where it is lost."""
        if isinstance(self.held, Refused):
            raise self.held
        return self.held

    @kept
    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Translate a ufunc call, or the reduction of one."""
        where = f"np.{ufunc.__name__}"
        if method == "reduce" and ufunc.__name__ in REDUCED:
            return _reduced(REDUCED[ufunc.__name__], where, *inputs, **options)
        if method != "__call__":
            raise refused(f"{where}.{method} is not supported", kind=Writes if method == "at" else Refused)
        out = options.pop("out", None)
        if out is not None and not (len(out) == 1 and isinstance(out[0], Traced)):
            raise refused(f"{where} with out= writes into an array", "write x = x + y instead", Writes)
        _only(options, where, "dtype", "casting", "order", "subok")
        if ufunc.__name__ in ("isfinite", "isnan"):  # what a guard asks; the formula is of finite numbers
            return Traced(Array(Integer(ufunc.__name__ == "isfinite"), array_of(inputs[0]).shape, "bool"))
        name = UFUNCS.get(ufunc.__name__)
        if name is None:
            raise not_read(where, ufunc.__name__)
        if out is None:
            return Traced(OPERATIONS[name](*map(array_of, inputs)))
        try:
            return out[0].become(OPERATIONS[name](*map(array_of, inputs)), where)
        except Refused as error:
            out[0].held = error
            raise

    def become(self, value: Array, what: str) -> Traced:
        """Take another value, as ``x += y`` does to every name of x."""
        if value.shape != self.value.shape:
            raise refused(f"{what} in place with another shape")
        self._say_written()
        self.held = value
        return self

    def _say_written(self) -> None:
        """Keep the place where it is written into, where another array changes with it."""
        current().written = place() if self.is_part else current().written
        current().viewed = place() if self.is_viewed else current().viewed

    @kept
    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Translate an array function by its name."""
        name = function.__name__
        if function in (np.shape, np.ndim, np.size):
            return {np.shape: _shape, np.ndim: _ndim, np.size: _size}[function](args[0])
        if name in WRITING or kwargs.get("out") is not None:
            raise refused(f"np.{name} writes into an array", WRITING.get(name, "write x = f(y) instead"), Writes)
        if name not in FUNCTIONS:
            raise not_read(f"np.{name}", name)
        return FUNCTIONS[name](*args, **kwargs)

    def __array__(self, *_: Any, **__: Any) -> Any:
        """Refuse to become numbers."""
        held = current().held
        named = next((f" or, as {name} holds it, --let '{name}: classes'" for name in held
                      if counts_of({name: held[name]})), "")
        error = refused("a call turns the symbolic array into numbers", "use NumPy functions or scipy.special; fixed "
                        f"numbers that it picks from are an argument, --let 'w_j>0'; a number of classes is "
                        f"x.shape[1]{named}", Misfit)
        raise cast(Misfit, error).at(*map(Integer, counts_of(current().held)))

    @property
    def _error(self) -> Refused | None:
        return self.held if isinstance(self.held, Refused) else None

    @property
    def shape(self) -> tuple[Any, ...]:
        """The sizes of the axes, n and m as symbolic sizes."""
        sizes = list(self.value.shape)
        if self.value.kept != 1:
            sizes[0] = count(self.value)
        return tuple(int(size) if size.is_Integer else SIZE["of"](Array(size)) for size in sizes)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.value.ndim

    @property
    def size(self) -> Any:
        """The number of entries."""
        if self.value.kept == 1:
            total = Mul(*self.value.shape)
            return int(total) if total.is_Integer else SIZE["of"](Array(total))
        return Traced(OPERATIONS["sum"](Array(Integer(1), self.value.shape, kept=self.value.kept)))

    @property
    def dtype(self) -> Any:
        """The type of the entries."""
        return np.dtype({"real": np.float64, "bool": np.bool_, "index": np.int64}[self.value.kind])

    @property
    @kept
    def T(self) -> Traced:
        """The axes reversed."""
        return part_of(self, Traced(OPERATIONS["transpose"](self.value)))

    @kept
    def __getitem__(self, items: Any) -> Traced:
        parts = items if isinstance(items, tuple) else (items,)
        found = Traced(OPERATIONS["getitem"](self.value, tuple(map(_index_of, parts))))
        return found if any(isinstance(part, Traced) for part in parts) else part_of(self, found)

    def __setitem__(self, items: Any, value: Any) -> None:
        parts = items if isinstance(items, tuple) else (items,)
        self._say_written()
        try:
            self.held = OPERATIONS["assign"](self.value, tuple(map(_index_of, parts)), array_of(value))
        except Refused as error:
            self.held = current().lost = error

    def __len__(self) -> int:
        raise self._error or refused(
            "len() of an array of symbolic size", "use x.shape[0]")

    def __bool__(self) -> bool:
        found = None if self._error else decided(self.value)
        if found is None:
            raise self._error or refused(
                "a branch (if, and, assert) on values of the arrays", "np.where selects by positions; of labels, "
                "guards against an empty set are read, if mask.sum() == 0; an assertion on values is to be taken out",
                Misfit if any(size != 1 for size in self.value.shape) else Refused)  # an array is no condition
        return found

    def __iter__(self) -> Any:
        if self._error or not self.value.ndim:
            raise self._error or refused("a Python loop over a number", "use sums and broadcasting along axes")
        own = self.value
        return iter([self[Traced(k)] for k in positions(own.shape[0])])

    def __float__(self) -> float:
        if is_returned():
            return keep(self.value)
        raise self._error or refused("float() or a function of math on an array", HINT)

    def __index__(self) -> int:
        raise self._error or refused(
            "a symbolic size or array as a whole number, as in range()", "use sums and axes, not a loop")

    __int__ = __index__

    def all(self, *args: Any, **options: Any) -> Any:
        """Whether all entries hold, where it is known: that every number is finite."""
        return True if self.value.expr == 1 and not args and not options else FUNCTIONS["all"](self, *args, **options)

    def any(self, *args: Any, **options: Any) -> Any:
        """Whether an entry holds, where it is known."""
        return False if self.value.expr == 0 and not args and not options else FUNCTIONS["any"](self, *args, **options)

    def item(self) -> Any:
        """A number to be shown or returned; itself where it does not depend on the logits."""
        depends = self._error or any(e.base == S for e in self.value.expr.atoms(Indexed))
        return Taken.of(self) if depends or self.value.kind == "index" else self

    def __getattr__(self, name: str) -> Any:
        if METHODS.get(name) in FUNCTIONS:
            return kept(lambda *args, **kwargs: FUNCTIONS[METHODS[name]](self, *args, **kwargs))
        if name.startswith("__"):
            raise AttributeError(name)
        error = cast(Refused, not_read(f"the array's {name}", name))
        if name in ARRAYS:
            return lambda *_, **__: Traced(error)
        raise error

    @kept
    def astype(self, dtype: Any, **_: Any) -> Traced:
        """A cast: to floats only."""
        if np.dtype(dtype).kind == "f":
            return Traced(OPERATIONS["as_numbers"](self.value))
        if np.dtype(dtype).kind == "b":
            return Traced(OPERATIONS["as_condition"](self.value))
        if np.dtype(dtype).kind in "iu" and self.value.kind in ("index", "bool"):
            return Traced(self.value if self.value.kind == "index" else OPERATIONS["as_numbers"](self.value))
        if np.dtype(dtype).kind in "iu" and self.value.role == "labels":
            self.value.position("a cast to int")
        raise refused(f"a cast to {np.dtype(dtype).name}")

    @kept
    def reshape(self, *shape: Any, **_: Any) -> Traced:
        """Another shape with the same axes."""
        return FUNCTIONS["reshape"](self, shape[0] if len(shape) == 1 else shape)  # type: ignore[no-any-return]

    @kept
    def transpose(self, *axes: Any) -> Traced:
        """The axes in another order."""
        order = axes[0] if len(axes) == 1 and isinstance(axes[0], tuple | list) else axes
        return FUNCTIONS["transpose"](self, order or None)  # type: ignore[no-any-return]


def part_of(whole: Any, found: Traced) -> Traced:
    """Return what is made of an array and changes with it, as a part or another view of it."""
    if isinstance(whole, Traced):
        whole.is_viewed = found.is_part = True
    return found


def array_of(x: Any) -> Array:
    """Return what stands behind an operand: a traced array or a number."""
    if isinstance(x, Traced):
        return x.value
    if isinstance(x, np.ndarray) and x.ndim == 0:
        return scalar(x[()])
    if isinstance(x, list | tuple) and any(isinstance(a, Traced) for a in x):
        return OPERATIONS["stack"](list(map(array_of, x)))
    if isinstance(x, np.ndarray | list | tuple):
        raise refused(f"an array of {np.size(x)} fixed numbers meets the symbolic arrays", how_to_give(np.asarray(x)))
    return scalar(x)


def _index_of(item: Any) -> Any:
    if isinstance(item, Traced):
        return item.value
    return int(item) if isinstance(item, np.integer) else item


def _shape(x: Any) -> Any:
    return x.shape


def _ndim(x: Any) -> Any:
    return x.ndim


def _size(x: Any) -> Any:
    return x.size


def _only(options: dict[str, Any], what: str, *known: str) -> None:
    for name, value in options.items():
        if name not in known and value is not None and value is not np._NoValue:
            raise refused(f"{what} with {name}= is not supported")


def _reduced(name: str, what: str, x: Any, axis: Any = 0, keepdims: bool = False, **options: Any) -> Traced:
    _only(options, what, "dtype")
    return Traced(OPERATIONS[name](array_of(x), axis, bool(keepdims)))


__all__ = ["FUNCTIONS", "SIZE", "Traced", "array_of", "part_of"]

"""PyTorch: a function mode that runs every call on small real tensors and, beside it, on symbolic arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import torch
from sympy import Expr, Indexed, Integer
from torch.overrides import TorchFunctionMode

from nmderive.calculus.symbols import M, N, S
from nmderive.tracing.array import Array, broadcast_shape, misfit, scalar
from nmderive.tracing.branches import decided
from nmderive.tracing.context import LabelsIndex, Misfit, Refused, current, place, refused
from nmderive.tracing.frontends.numpy_names import not_read
from nmderive.tracing.frontends.torch_more import TABLE
from nmderive.tracing.frontends.torch_names import FACTS, HINTS, IN_PLACE, OF_DATA, UNREAD
from nmderive.tracing.frontends.torch_sizes import Carried, Range, Shape, Size, at_position, sized
from nmderive.tracing.held import how_to_give
from nmderive.tracing.loops import positions
from nmderive.tracing.operations.picking import count, pairs
from nmderive.tracing.returned import Taken, is_returned, keep

_SHADOW = "_nmderive_shadow"


class Recorder(TorchFunctionMode):  # type: ignore[misc]
    """Gives the result of every call on shadowed tensors a shadow of its own, or refuses the call."""

    def __init__(self, sizes: Mapping[Expr, int]) -> None:
        super().__init__()
        self.sizes = sizes

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run the call on the real tensors, and its meaning on their shadows."""
        kwargs = kwargs or {}
        args = _without_ranges(args)
        if not _is_symbolic(args) and not _is_symbolic(list(kwargs.values())):
            return func(*args, **kwargs)
        name = _name_of(func)
        if name in FACTS or name == "type" and len(args) == 1 and not kwargs or (
                name == "new_tensor" and not _is_symbolic(args[1:])):  # of fixed numbers
            return func(*args, **kwargs)
        if name in ("shape", "size", "numel", "nelement"):
            return _size(name, *args[1:], shape=self._shape(args[0]), **kwargs)
        if name == "item":
            return _item(args[0])
        lost = next(_errors((args, list(kwargs.values()))), None)
        if name == "unbind" and lost is None and shadow(args[0]).shape[:1] in ((N,), (M,)) and len(args) < 3:
            return self._rows(args[0], *args[1:], **kwargs)
        if name == "__float__" and is_returned():
            return keep(shadow(args[0]))
        known = decided(shadow(args[0])) if name in ("__bool__", "is_nonzero") and lost is None else None
        if known is not None:
            return known
        if name in OF_DATA:
            is_array = name == "__bool__" and lost is None and any(size != 1 for size in shadow(args[0]).shape)
            raise lost or refused(f"{OF_DATA[name]}: the reading cannot depend on data", HINTS.get(name, UNREAD),
                                  Misfit if is_array else Refused)
        if lost is not None:
            return _lost(lost, name, func, args, kwargs)
        try:
            return self._read(name, func, args, kwargs)
        except Refused as error:
            return _lost(error, name, func, args, kwargs)

    def _read(self, name: str, func: Any, args: Any, kwargs: Any) -> Any:
        if name == "__setitem__":
            return self._assigned(func, *args)
        if name in ("triu_indices", "tril_indices"):
            return self._pairs(func, *args, **kwargs)
        if name == "broadcast_tensors":  # a distribution's, where it takes classes
            shape = self._sizes(broadcast_shape((shadow(x).shape for x in args), name))
            return tuple(self._called("expand", torch.Tensor.expand, (x, *shape), {}) for x in args)
        if name == "nonzero" or name in ("where", "argwhere") and len(args) == 1 and not kwargs:
            return self._positions(args[0], as_tuple=name == "where" or bool(kwargs.get("as_tuple")))
        if name in ("max", "min") and ("other" in kwargs or isinstance((*args, None)[1], torch.Tensor)):
            return self._called(f"{name}imum", func, args, kwargs)
        if name in ("max", "topk", "sort", "argmax", "min"):
            return self._maximum(name, func, args, kwargs)
        return self._called(name, func, args, kwargs)

    def _called(self, name: str, func: Any, args: Any, kwargs: Any) -> Any:
        base = IN_PLACE.get(name, name[:-1] if name.endswith("_") and not name.endswith("__") else name)
        base = base if base in TABLE else base.removeprefix("special_")
        if base not in TABLE:
            raise not_read(f"torch's {base}", base)
        plain = {k: v for k, v in kwargs.items() if k not in ("device", "dtype", "out", "memory_format", "layout")}
        if kwargs.get("out") is not None:
            raise refused(f"{name} with out= writes into a tensor")
        result = _meaning(base, args, plain)
        if base != name and getattr(args[0], "_base", None) is not None:
            current().written = place()
        if kwargs.get("dtype") is torch.bool or base == "to" and torch.bool in args:
            result = TABLE["bool"](result)
        real = func(*_real(args), **_real_options(kwargs))
        if result.hole != 0 and shadow_of_picked(args):
            real = args[0].new_zeros([int(size.xreplace(self.sizes)) for size in result.shape])
        self._agree(name, real, result)
        setattr(real, _SHADOW, result)
        return real

    def _rows(self, x: Any, dim: int = 0) -> Any:
        """Return what a loop over a tensor goes through: its entries at the positions of the loop."""
        if dim:
            raise refused("unbind along another axis than the first", "x.t() for a loop over columns")
        places = [at_position(k, at) for at, k in enumerate(positions(shadow(x).shape[0]))]
        return tuple(self._called("__getitem__", torch.Tensor.__getitem__, (x, p), {}) for p in places)

    def _positions(self, mask: Any, *, as_tuple: bool = False) -> Any:
        """Return the positions where a mask holds: one array of them a axis, or one row a position."""
        found = TABLE["positions"](shadow(mask))
        real = torch.arange(mask.shape[0])
        if as_tuple:
            return (with_shadow(real, found),)
        return with_shadow(real[:, None], TABLE["unsqueeze"](found, 1))

    def _pairs(self, func: Any, row: Any, col: Any, offset: int = 0, **_: Any) -> Any:
        if shadow(row) != shadow(col):
            raise refused("positions of a triangle of a matrix that is not square", "give one size twice")
        found = pairs(shadow(row).expr, func.__name__[:4] == "tril", offset)
        return tuple(map(with_shadow, func(int(row), int(col), offset), found))

    def _assigned(self, func: Any, x: Any, items: Any, value: Any) -> None:
        result = TABLE["__setitem__"](shadow(x), _symbolic(items), _symbolic(value))
        func(x, _real(items), _real(value))
        setattr(x, _SHADOW, result)

    def _agree(self, name: str, real: Any, result: Array) -> None:
        expected = tuple(size.xreplace(self.sizes) for size in result.shape)
        if result.kept != 1 and isinstance(real, torch.Tensor):
            return  # how many entries a mask picks is not known
        if not isinstance(real, torch.Tensor) or tuple(map(int, real.shape)) != tuple(map(int, expected)):
            raise refused(f"{name} gives another shape than its meaning: {tuple(real.shape)}, not {expected}")

    def _shape(self, x: Any) -> Shape:
        own = shadow(x)
        sizes = self._sizes(own.shape)
        if own.kept != 1:
            sizes[0] = Size(int(x.shape[0]), count(own))
        return Shape(sizes)

    def _sizes(self, shape: Iterable[Expr]) -> list[Any]:
        return [sized(int(size.xreplace(self.sizes)), size) for size in shape]

    def _maximum(self, name: str, func: Any, args: Any, kwargs: Any) -> Any:
        dim = args[1] if len(args) > 1 else kwargs.get("dim")
        if name == "topk":
            result = _largest_one(shadow(args[0]), *args[1:], **kwargs)
        elif name in ("max", "min"):
            keepdim = bool(args[2] if len(args) > 2 else kwargs.get("keepdim", False))
            result = TABLE[f"a{name}"](shadow(args[0]), dim, keepdim)
        else:
            raise not_read(f"torch's {name}", name)
        real = func(*args, **kwargs)
        if isinstance(real, torch.Tensor):
            setattr(real, _SHADOW, result)
            return real
        setattr(real.values, _SHADOW, result)
        setattr(real.indices, _SHADOW, refused("positions of maxima depend on data",
                                               "a loss that takes an argmax is not smooth"))
        return real


def _lost(error: Refused, name: str, func: Any, args: Any, kwargs: Any) -> Any:
    """Run a call that has no place in a formula: it is refused where the loss depends on what it gives."""
    if kwargs.get("out") is not None or kwargs.get("inplace"):
        raise error
    try:
        real = func(*_real(args), **_real_options(kwargs))
    except Exception:  # of these shapes; of others it may be a result that nobody needs
        raise error if isinstance(error, LabelsIndex | Misfit) else Misfit(error.message, hint=error.hint) from None
    in_place = name.endswith("_") and not name.endswith("__")  # __getitem__ writes nothing
    written = args[:1] if name in IN_PLACE or name == "__setitem__" or in_place else ()
    wholes = [x._base for x in written if getattr(x, "_base", None) is not None]  # a part of another tensor
    found = [x for x in (*_each(real), *written, *wholes) if isinstance(x, torch.Tensor)]
    if not found:
        raise error
    for x in found:
        setattr(x, _SHADOW, error)
    return real


def _without_ranges(x: Any) -> Any:
    """Return arguments with tensors of positions in the place of ranges."""
    if isinstance(x, tuple | list):
        return type(x)(map(_without_ranges, x)) if type(x) in (tuple, list) else x
    return x.tensor if isinstance(x, Range) else x


def _item(x: Any) -> Any:
    """Return the number of ``item()``: one that knows what it is where that does not depend on the logits."""
    own = getattr(x, _SHADOW)
    is_given = isinstance(own, Array) and own.kind != "index" and not any(e.base == S for e in own.expr.atoms(Indexed))
    return Size(torch.Tensor.item(x), own.expr) if is_given and x.numel() == 1 else Taken.of(own)


def shadow_of_picked(args: Any) -> bool:
    """Tell whether the first argument holds entries that a mask picked."""
    return bool(args) and isinstance(args[0], torch.Tensor) and shadow(args[0]).kept != 1


def _errors(x: Any) -> Iterator[Refused]:
    """Yield what refused the lost tensors among arguments."""
    if isinstance(x, tuple | list):
        for a in x:
            yield from _errors(a)
    elif isinstance(getattr(x, _SHADOW, None), Refused):
        yield getattr(x, _SHADOW)


def _each(results: Any) -> tuple[Any, ...]:
    return tuple(results) if isinstance(results, tuple | list) else (results,)


def _largest_one(x: Array, k: Any, dim: int = -1, largest: bool = True, sorted: bool = True) -> Array:
    if not isinstance(k, int) or k != 1:
        raise refused("topk of more than one entry depends on the order of all", "k=1 is read, as is max(dim=1)")
    return TABLE["amax" if largest else "amin"](x, dim, True)


def shadow(x: Any) -> Array:
    """Return what stands behind a tensor: its shadow, or the number of a constant."""
    if not isinstance(x, torch.Tensor):
        return Array(x.expr) if isinstance(x, Carried | Size) else scalar(x)
    if hasattr(x, _SHADOW):
        found = getattr(x, _SHADOW)
        if isinstance(found, Exception):
            raise found
        return found  # type: ignore[no-any-return]
    if x.numel() == 1:
        return scalar(x.detach().reshape(-1)[0].item())
    if x.ndim == 2 and x.shape[0] == x.shape[1]:
        if x.shape[0] == current().classes and bool((x == torch.eye(x.shape[0])).all()):
            return TABLE["eye"](Array(M))
        raise misfit(f"a tensor of {x.numel()} fixed numbers meets the symbolic ones", how_to_give(x), M,
                     Integer(x.shape[0]))
    raise refused(f"a tensor of {x.numel()} fixed numbers meets the symbolic ones", how_to_give(x))


def with_shadow(x: Any, value: Array) -> Any:
    """Return the tensor with its shadow."""
    setattr(x, _SHADOW, value)
    return x


def _is_symbolic(x: Any) -> bool:
    if isinstance(x, tuple | list):
        return any(map(_is_symbolic, x))
    return isinstance(x, Carried | Size) or isinstance(x, torch.Tensor) and hasattr(x, _SHADOW)


def _name_of(func: Any) -> str:
    name = str(getattr(func, "__name__", ""))
    return str(getattr(getattr(func, "__self__", None), "__name__", name)) if name == "__get__" else name


def _size(name: str, dim: Any = None, *, shape: Shape) -> Any:
    if name in ("numel", "nelement"):
        return shape.numel()
    return shape if dim is None else shape[dim]


def _meaning(name: str, args: Any, kwargs: Any) -> Array:
    try:
        return TABLE[name](*map(_symbolic, args), **{k: _symbolic(v) for k, v in kwargs.items()})
    except TypeError as error:
        raise refused(f"{name} with these arguments is not supported: {error}") from None


def _symbolic(x: Any) -> Any:
    if isinstance(x, tuple | list) and not isinstance(x, str):
        return tuple(map(_symbolic, x)) if isinstance(x, tuple) else list(map(_symbolic, x))
    return shadow(x) if isinstance(x, torch.Tensor | Carried | Size) else x


def _real(x: Any) -> Any:
    if isinstance(x, Size):
        return x.value
    if isinstance(x, tuple | list):
        return tuple(map(_real, x)) if isinstance(x, tuple) else list(map(_real, x))
    if isinstance(x, Carried):
        return int(x) if isinstance(x, int) else float(x)  # type: ignore[arg-type]
    return x


def _real_options(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _real(x) for name, x in kwargs.items()}


__all__ = ["Recorder", "shadow", "with_shadow"]

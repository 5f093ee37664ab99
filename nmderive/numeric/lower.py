"""Fast and stable NumPy functions for any loss: value, gradient and Hessian-vector product.

``lower(loss)`` reads the formula twice. The fast code factorises the exponentials and works on blocks of
rows in the cache; it checks its exponentials and gives way to the robust code, which carries everything
under a logarithm as a logarithm, wherever they leave the safe range. Both come from the same graph, and one
compile serves every n and m.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from nmderive.errors import DomainError, UnsupportedError
from nmderive.losses.loss import Loss
from nmderive.numeric import kernels
from nmderive.numeric.program import Program, program
from nmderive.numeric.reader import Reader

#: Bytes that the C library's allocator is to serve from memory that it keeps.
_KEPT = 16_000_000
_PARTITION = ("Omega_neg", "Omega_pos")
#: Labels in single precision add up to 1 so nearly.
_ROUNDED = 1e-5


class Lowered:
    r"""The functions of one loss.

    Arrays ``s`` and ``t`` have the loss's shape, (n, m), (m,) or (n,); float32 stays float32, all else
    becomes float64. Parameters are keyword arguments: numbers (``g=2.0``), arrays (``w=[...]``), class sets
    as 1-based class numbers (``Omega_neg=[1, 3]``; Omega_pos and Omega_neg default to each other's
    complement). Every method raises DomainError for shapes that do not match, and where the loss itself
    has no finite value.
    """

    def __init__(self, loss: Loss) -> None:
        self.loss = loss
        self._functions: dict[str, Callable[..., Any] | None] = {}
        if loss.has_undefined_functions:
            raise UnsupportedError(
                "the loss holds an undefined function, so it has no numbers",
                hint="put a definite function for it",
            )
        self._run("value_and_grad", "robust")
        self._run("value_and_grad", "fast")

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """Names of the keyword arguments: parameters, arrays, class sets."""
        arrays = (e.base.name for e in self.loss.arrays)
        return (*(p.name for p in self.loss.parameters), *arrays, *self.loss.class_sets)

    @cached_property
    def arrays(self) -> dict[str, tuple[str, ...]]:
        """The sizes of each array besides logits and labels, such as ("m",) for class weights."""
        reader = Reader(self.loss)
        reader.value()
        return reader.arrays

    def value(self, s: Any, t: Any = None, **parameters: Any) -> float:
        """Return the loss at logits ``s`` and labels ``t``."""
        return float(self._finite("value", s, t, None, parameters)[0])

    def value_and_grad(self, s: Any, t: Any = None, **parameters: Any) -> tuple[float, Any]:
        """Return the loss and its gradient by ``s``, of the shape of ``s``."""
        value, grad = self._finite("value_and_grad", s, t, None, parameters)
        return value, grad

    def hvp(self, s: Any, t: Any, v: Any, **parameters: Any) -> Any:
        """Return the Hessian by ``s`` times ``v``; ``v`` and the result have the shape of ``s``."""
        return self._finite("hvp", s, t, v, parameters)[2]

    def unchecked(self, kind: str, s: Any, t: Any, v: Any = None, **parameters: Any) -> tuple[Any, ...]:
        """Return the outputs of ``kind`` without testing that they are finite; for line searches."""
        return self._outputs(kind, *self._arguments(s, t, v, parameters))

    def _finite(self, kind: str, s: Any, t: Any, v: Any, parameters: Mapping[str, Any]) -> tuple[Any, ...]:
        arguments = self._arguments(s, t, v, parameters)
        _refuse_swapped(arguments[0], arguments[1])
        style, outputs = self._styled(kind, *arguments)
        # The fast code has checked its exponentials, so that a finite value there has a finite gradient.
        last = () if style == "fast" else outputs[-1:]
        if not all(np.isfinite(np.sum(x)) or np.isfinite(x).all() for x in (outputs[0], *last)):
            raise DomainError(_infinite(arguments[0], arguments[1], outputs))
        return outputs

    def _outputs(self, kind: str, s: Any, t: Any, v: Any, extra: dict[str, Any]) -> tuple[Any, ...]:
        return self._styled(kind, s, t, v, extra)[1]

    def _styled(
        self, kind: str, s: Any, t: Any, v: Any, extra: dict[str, Any]
    ) -> tuple[str, tuple[Any, ...]]:
        n, m = self.sizes(s)
        with np.errstate(all="ignore"):
            for style in ("fast", "robust"):
                run = self._run(kind, style)
                try:
                    found = run(s, t, v, n, m, s.dtype, *(extra[a] for a in self.arguments)) if run else None
                except ZeroDivisionError:
                    raise DomainError(f"the loss divides by zero at n = {n}, m = {m} (domain)") from None
                if found is not None and (style == "robust" or np.isfinite(found[0])):
                    return style, (float(found[0]), *found[1:])
        raise AssertionError("the robust code always gives a result")

    def _run(self, kind: str, style: str) -> Callable[..., Any] | None:
        key = f"{kind}_{style}"
        if key not in self._functions:
            self._functions[key] = _compiled(self.program(kind, style))
        return self._functions[key]

    def sizes(self, s: Any) -> tuple[int, int]:
        """Return n and m for logits ``s``; 1 for the size that the loss's shape lacks."""
        rows, classes = self.loss.shape[0].name == "n", self.loss.shape[-1].name == "m"
        return (s.shape[0] if rows else 1), (s.shape[-1] if classes else 1)

    def checked(self, s: Any, t: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters as the generated code takes them; raise DomainError for wrong ones."""
        return self._arguments(s, t, None, parameters)[3]

    def batched(self, kind: str, style: str = "robust") -> Callable[..., Any]:
        """Return the function for many problems: arrays have one more axis at the end.

        For ``hvp`` the array ``v`` may have further axes in front: many directions at once. The fast style
        checks nothing: it is right where no exponential overflows.
        """
        key = f"{kind}_{style}_batched"
        if key not in self._functions:
            self._functions[key] = _compiled(program(self.loss, kind, style, self.arguments, batch=True))
        found = self._functions[key]
        assert found is not None
        return found

    def program(self, kind: str, style: str) -> Program | None:
        """Return the statements of one function, or None where the style does not fit the loss."""
        return program(self.loss, kind, style, self.arguments)

    def _arguments(
        self, s: Any, t: Any, v: Any, parameters: Mapping[str, Any]
    ) -> tuple[Any, Any, Any, dict[str, Any]]:
        s = _array("s", s)
        wanted = "(" + ", ".join(size.name for size in self.loss.shape) + ")"
        if s.ndim != len(self.loss.shape):
            raise DomainError(f"s has shape {s.shape}, but the loss takes logits of shape {wanted}")
        if self.loss.shape[-1].name == "m" and s.shape[-1] == 0:
            raise DomainError(f"s has shape {s.shape}: there must be at least one class")
        for name, size in zip("nm", self.sizes(s), strict=True):
            if size < self.loss.least_sizes.get(name, 1) > 1:
                least = self.loss.least_sizes[name]
                named = f"names {'class' if name == 'm' else 'row'} {least}"
                is_read = dict(self.loss.least).get(name) == least
                raise DomainError(f"the formula {f'is read for {name} >= {least}' if is_read else named}, but s has "
                                  f"shape {s.shape}")
            if dict(self.loss.sizes).get(name, size) != size:
                raise DomainError(f"the loss is known for {name} = {dict(self.loss.sizes)[name]} only, but s has shape "
                                  f"{s.shape}")
        given = {"t": t, "v": v}
        for name, x in given.items():
            if x is None and (name == "v" or not any(str(b) == "t" for b in self._bases)):
                continue
            if x is None:
                raise DomainError(f"the labels t are missing; they have the shape of s, {s.shape}")
            given[name] = x = _array(name, x).astype(s.dtype, copy=False)
            if x.shape != s.shape:
                raise DomainError(f"{name} has shape {x.shape}, but s has shape {s.shape}; {wanted} is wanted")
        return s, given["t"], given["v"], self._extra(s, parameters)

    @cached_property
    def _bases(self) -> set[Any]:
        from sympy import Indexed

        return {e.base.label for e in self.loss.expr.atoms(Indexed)}

    def _extra(self, s: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(parameters) - set(self.arguments))
        if unknown:
            raise DomainError(f"the loss has no parameter {unknown[0]}; it takes {', '.join(self.arguments) or 'none'}")
        extra = dict(parameters)
        self._complete_sets(s.shape[-1], extra)
        missing = [name for name in self.arguments if name not in extra]
        if missing:
            raise DomainError(f"a value for {missing[0]} is missing", hint=f"give it as {missing[0]}=...")
        for entry in self.loss.arrays:
            name = entry.base.name
            extra[name] = np.asarray(extra[name], dtype=s.dtype)
            sizes = self.arrays[name]
            wanted = tuple(dict(zip("nm", self.sizes(s), strict=True))[x] for x in sizes)
            if extra[name].shape != wanted:
                raise DomainError(f"{name} has shape {extra[name].shape}, but ({', '.join(sizes)}) is {wanted}")
        for p in self.loss.parameters:
            extra[p.name] = _number(p, extra[p.name])
        return extra

    def _complete_sets(self, m: int, extra: dict[str, Any]) -> None:
        for name in self.loss.class_sets:
            if name in extra:
                extra[name] = _classes(name, extra[name], m)
        for name, other in zip(_PARTITION, reversed(_PARTITION), strict=True):
            if name in self.loss.class_sets and name not in extra and other in extra:
                extra[name] = np.setdiff1d(np.arange(1, m + 1), extra[other])


def _array(name: str, x: Any) -> Any:
    try:
        x = np.asarray(x)
    except ValueError:
        raise DomainError(f"{name} must be one array: its rows are not all of one length") from None
    if x.dtype.kind not in "fiub":
        raise DomainError(f"{name} must hold real numbers, not {x.dtype}")
    return np.ascontiguousarray(x, dtype=x.dtype if x.dtype in (np.float32, np.float64) else np.float64)


def _refuse_swapped(s: Any, t: Any) -> None:
    """Raise DomainError where the first row of logits is one of labels, and that of the labels is none."""
    if t is None or not t.size:
        return
    first, labels = (s[0], t[0]) if s.ndim == 2 else (s, t)
    if (labels.min() < 0 or labels.max() > 1) and first.min() >= 0 and abs(first.sum() - 1) < _ROUNDED:
        raise DomainError("t holds numbers outside [0, 1], and s adds up to 1 as labels do",
                          hint="the logits s come first, then the labels t")


def _number(p: Any, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise DomainError(f"{p.name} must be a number, not {value!r}") from None
    if not np.isfinite(number) or (p.is_positive and number <= 0) or (p.is_nonnegative and number < 0):
        sign = "positive" if p.is_positive else "nonnegative" if p.is_nonnegative else "finite"
        raise DomainError(f"{p.name} must be {sign}, not {value}")
    return number


def _classes(name: str, members: Iterable[int], m: int) -> Any:
    numbers = np.unique(np.asarray(list(members), dtype=int))
    if numbers.size and (numbers[0] < 1 or numbers[-1] > m):
        raise DomainError(f"{name} must hold class numbers from 1 to {m}, not {numbers.tolist()}")
    return numbers


def _infinite(s: Any, t: Any, outputs: tuple[Any, ...]) -> str:
    for name, x in (("s", s), ("t", t)):
        if x is not None and not np.isfinite(x).all():
            return f"{name} holds values that are not finite"
    if t is not None and t.size and (t.min() < 0 or t.max() > 1):
        return f"the loss is not finite: labels must lie in [0, 1], and t reaches {t.min()} to {t.max()}"
    what = "the loss" if not np.isfinite(outputs[0]) else "its derivative"
    zero = "; some labels are exactly 0" if t is not None and (t == 0).any() else ""
    return f"{what} is not finite at this point (domain): logits reach {np.max(np.abs(s), initial=0.0)}{zero}"


def _compiled(text: Program | None) -> Callable[..., Any] | None:
    if text is None:
        return None
    space: dict[str, Any] = {name: getattr(kernels, name) for name in kernels.NAMES}
    space["np"] = np
    # The text is generated from the expression tree, never taken from a user.
    exec(compile(text.code, f"<nmderive {text.name}>", "exec"), space)  # noqa: S102
    return space[text.name]  # type: ignore[no-any-return]


def _keep_pages() -> None:
    """Let the allocator keep the pages of arrays up to ``_KEPT`` bytes for the next ones.

    glibc gives an array above its threshold back to the system when it is freed, and then every page of the
    next one costs a fault, which takes longer than the arithmetic on it. Freeing one large array, whose
    pages were never touched, raises the threshold; elsewhere this does nothing.
    """
    np.empty(_KEPT, np.uint8)


_keep_pages()


@lru_cache(maxsize=128)
def lower(loss: Loss) -> Lowered:
    """Return the NumPy functions of ``loss``, compiled once; raises UnsupportedError for undefined functions."""
    return Lowered(loss)


__all__ = ["Lowered", "lower"]

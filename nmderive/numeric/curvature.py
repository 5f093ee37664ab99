"""A lower bound of the curvature of each row of logits, for losses of the convex log-sum-exp family.

One kind of piece gives sum weight a a' >= (least weight) sum a a', and the sum over the directions a is a
matrix of m rows without numbers of the data. Weights are taken in logarithms: logarithms of labels and of
the arguments A come from arb, and only float64 sums follow, whose rounding is counted.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb, fmpq
from sympy import Expr, Indexed, Pow, Symbol

from nmderive.calculus.symbols import M, N, T
from nmderive.losses.loss import Loss
from nmderive.numeric.dense import DenseCode
from nmderive.numeric.family import Binder, Entry, Piece
from nmderive.numeric.graph import Axis, Ref
from nmderive.numeric.intervals import exact_arrays, exsum, gather
from nmderive.numeric.krawczyk import ignores_shifts, to_balls
from nmderive.numeric.reader import Reader
from nmderive.numeric.shapes import is_rest_of_label

_ENTRIES = 4_000_000
_COMPARE = {"!=": np.not_equal, "<": np.less, "<=": np.less_equal, "==": np.equal}


class UnboundedError(ValueError):
    """A weight or a condition has a form that this bound does not read."""


class Curvature:
    """The bound for one loss and one array of labels; ``longest`` bounds the length of all directions."""

    def __init__(self, loss: Loss, pieces: tuple[Piece, ...], t: Any) -> None:
        self.loss, self.t = loss, t.reshape(-1, t.shape[-1])
        self.n, self.m = self.t.shape
        self.shifts = ignores_shifts(loss)
        self.logs = _logarithms(self.t)
        self.rests = _logarithms(1 - to_balls(self.t)) if any(_uses_rest(p) for p in pieces) else None
        self.kinds = [_Kind(self, p) for p in pieces]
        self.longest = max(k.longest for k in self.kinds)

    def rows(self, x: Any) -> list[Any] | None:
        """Return lower bounds (arb) of the rows' curvatures at ``x``, or None where one is not positive."""
        best = np.full(self.n, -np.inf)
        known: dict[Any, Any] = {}
        point = x.astype(float).reshape(self.n, self.m)
        for kind in self.kinds:
            if kind.least > 0:
                best = np.maximum(best, kind.weights(x, point, known) + kind.log_least)
        if not np.isfinite(best).all():
            return None
        # The margin covers the rounding of the two sums before.
        return [(arb(float(v)) - arb(2) ** -45 * (1 + abs(float(v)))).exp().lower() for v in best]


class _Kind:
    """One kind of piece at the concrete m: its directions, their sum of squares, its weights."""

    def __init__(self, data: Curvature, piece: Piece) -> None:
        self.data, self.piece = data, piece
        rows = {b.name for b in piece.binders if b.domain == N}
        if any(e.row not in (rows or {None}) for e in (*piece.exponent, *piece.direction)) or len(rows) > 1:
            raise UnboundedError
        columns = [e.column for e in piece.direction if isinstance(e.column, Symbol)]
        classes = [b.name for b in piece.binders if b.domain == M]
        self.row = next(iter(rows), None)
        self.inside = [c for c in classes if c in columns]
        self.axes = [*self.inside, *(c for c in classes if c not in columns)]
        if data.m ** len(self.axes) > _ENTRIES:
            raise UnboundedError
        self.mask = self._mask(piece.binders)
        self.present = self.mask.reshape(*[data.m] * len(self.inside), -1).any(axis=-1)
        self.longest, self.least = self._directions(piece.direction)
        self.log_least = float((arb(self.least).log()).lower()) if self.least > 0 else -np.inf

    def _grid(self, name: Any) -> Any:
        if isinstance(name, Symbol):
            place = [1] * len(self.axes)
            place[self.axes.index(name)] = self.data.m
            return np.arange(1, self.data.m + 1).reshape(place)
        return np.full([1] * len(self.axes), int(name))

    def _mask(self, binders: tuple[Binder, ...]) -> Any:
        mask = np.ones([self.data.m] * len(self.axes), dtype=bool)
        for condition in (c for b in binders for c in b.conditions):
            operator = _COMPARE.get(getattr(condition, "rel_op", ""))
            if operator is None or any(a.is_Symbol and a not in self.axes for a in condition.args):
                raise UnboundedError
            mask = mask & operator(*(self._grid(a) for a in condition.args))
        return mask

    def _directions(self, entries: tuple[Entry, ...]) -> tuple[float, float]:
        """Return (bound of the largest length, bound of the least eigenvalue of the sum of a a')."""
        m = self.data.m
        whole = np.zeros((*[m] * len(self.inside), m))
        for e in entries:
            factor = float(e.factor.subs(M, m))
            if e.column is None:
                whole += factor
            else:
                one = self._grid(e.column).reshape([-1 if e.column == c else 1 for c in self.inside])
                whole += factor * (one[..., None] == np.arange(1, m + 1))
        vectors = whole[self.present]
        if not len(vectors):
            return 0.0, 0.0
        longest = float(np.sqrt(np.max(np.sum(vectors**2, axis=1)))) * (1 + 1e-9) + 1e-12
        return longest, _least_eigenvalue(vectors, self.data.shifts)

    def weights(self, x: Any, point: Any, known: dict[Any, Any]) -> Any:
        """Return lower bounds of the logarithm of each row's least weight."""
        n, m = self.data.n, self.data.m
        step = max(1, _ENTRIES // m ** len(self.axes))
        argument = self._argument(x, known)
        return np.concatenate([self._block(slice(a, a + step), point, argument) for a in range(0, n, step)])

    def _block(self, rows: slice, point: Any, argument: tuple[Any, bool]) -> Any:
        whole: Any = np.zeros([1] * (1 + len(self.axes)))
        size = 0.0
        for part, magnitude in self._addends(rows, point, argument):
            whole = whole + part
            size += magnitude
        shape = (len(point[rows]), *[self.data.m] * len(self.axes))
        whole = np.where(self.mask, np.broadcast_to(whole, shape), -np.inf)
        best = np.max(whole.reshape(shape[0], self.present.size, -1), axis=-1)[:, self.present.ravel()]
        # Every addend is right to m + 8 roundings, and so is their sum.
        return np.min(best, axis=1) - 2.0**-48 * (self.data.m + 32) * (1 + size)

    def _addends(self, rows: slice, point: Any, argument: tuple[Any, bool]) -> Any:
        """Yield (array, bound of the magnitudes that its rounding errors are relative to)."""
        for w in self.piece.weights:
            part = self._log_weight(w, rows)
            yield part, _largest(part)
        values = point[rows]
        for e in self.piece.exponent:
            factor = float(e.factor.subs(M, self.data.m))
            own = np.sum(values, axis=1, keepdims=True) if e.column is None else values
            yield factor * self._placed(own, e.column), abs(factor) * float(np.max(np.sum(np.abs(values), axis=1)))
        logs, by_row = argument
        part = -2 * (logs[rows] if by_row else logs)
        yield part, _largest(part)

    def _placed(self, values: Any, column: Any) -> Any:
        """Return an array (rows, m) or (rows, 1) on the axes (rows, classes ...)."""
        if isinstance(column, Symbol) and column in self.axes:
            place = [len(values), *[1] * len(self.axes)]
            place[1 + self.axes.index(column)] = self.data.m
            return values.reshape(place)
        if column is not None:
            if not getattr(column, "is_Integer", False) or not 1 <= int(column) <= self.data.m:
                raise UnboundedError
            values = values[:, int(column) - 1 : int(column)]
        return values.reshape(len(values), *[1] * len(self.axes))

    def _log_weight(self, weight: Expr, rows: slice) -> Any:
        if weight.is_Rational and weight > 0:
            return np.full([1] * (1 + len(self.axes)), _nearest(arb(fmpq(int(weight.p), int(weight.q))).log()))
        if weight in (N, M):
            return np.full([1] * (1 + len(self.axes)), _nearest(arb(self.data.n if weight == N else self.data.m).log()))
        if isinstance(weight, Pow) and weight.exp.is_Rational:
            part = self._log_weight(weight.base, rows)
            if not np.isfinite(part).all():
                raise UnboundedError
            return float(weight.exp) * part
        entry, table = weight, self.data.logs
        if is_rest_of_label(weight):
            entry, table = -weight.args[1], self.data.rests
        if not isinstance(entry, Indexed) or entry.base != T or table is None:
            raise UnboundedError
        *row, column = entry.indices
        if (row[0] if row else None) != self.row:
            raise UnboundedError
        return self._placed(table[rows], column)

    def _argument(self, x: Any, known: dict[Any, Any]) -> tuple[Any, bool]:
        """Return (upper bounds of log A on the axes (rows, classes ...), whether they depend on the row)."""
        key = (self.piece.argument, self.piece.outer)
        if key not in known:
            known[key] = _upper_logs(self.data.loss, self.piece, x, self.data.t)
        values, axes = known[key]
        by_row = bool(axes) and axes[0] == self.row
        if any(a != self.row and a not in self.axes for a in axes):
            raise UnboundedError
        classes = [a for a in axes if a != self.row]
        values = values if by_row else values[None]
        order = sorted(range(len(classes)), key=lambda k: self.axes.index(classes[k]))
        values = values.transpose(0, *(1 + k for k in order))
        slots = [slice(None) if a in classes else None for a in self.axes]
        return values[(slice(None), *slots)], by_row


def _upper_logs(loss: Loss, piece: Piece, x: Any, t: Any) -> tuple[Any, list[Symbol]]:
    """Return upper bounds of the logarithm of the piece's argument A, and the free indices of its axes."""
    reader = Reader(loss, fast=True)
    axes: dict[Axis, Symbol] = {}
    for k, b in enumerate(piece.outer):
        axis = (b.domain.name, -100 - k)
        reader.axes[b.name], axes[axis] = axis, b.name
    ref: Ref = reader.plain(piece.argument)
    code = DenseCode([ref], batch=True)
    shape = (1, *x.shape)[-2:]
    space: dict[str, Any] = {
        "np": exact_arrays, "exsum": exsum, "gather": gather,
        "s": x[..., None], "t": to_balls(t.reshape(x.shape))[..., None],
        "n": arb(shape[0]), "m": arb(shape[1]), "dtype": np.float64,
    }
    # The text is generated from the expression tree, never taken from a user.
    exec(compile("\n".join(code.lines), "<nmderive argument>", "exec"), space)  # noqa: S102
    value = np.asarray(eval(code.name(ref), space), dtype=object)  # noqa: S307
    value = value[..., 0] if code.is_batched(ref) else value
    found = np.array([_above(arb(v).log()) for v in value.ravel()]).reshape(value.shape)
    return found, [axes[a] for a in ref.axes]


def _uses_rest(piece: Piece) -> bool:
    return any(is_rest_of_label(w.base if isinstance(w, Pow) else w) for w in piece.weights)


def _logarithms(values: Any) -> Any:
    return np.array([_nearest(v) for v in exact_arrays.log(values).ravel()]).reshape(values.shape)


def _nearest(v: Any) -> float:
    """Return a float within two roundings of the ball; -inf where it is not finite."""
    return float(v.mid()) if v.is_finite() and v.rad() <= abs(v.mid()) * 2.0**-60 + 2.0**-100 else -np.inf


def _largest(part: Any) -> float:
    """Return the largest finite magnitude; infinite entries stay infinite whatever is added."""
    return float(np.max(np.abs(part), where=np.isfinite(part), initial=0.0))


def _above(v: Any) -> float:
    return float(np.nextafter(float(v.upper()), np.inf)) if v.is_finite() else np.inf


def _least_eigenvalue(vectors: Any, shifts: bool) -> float:
    """Return a lower bound of the least eigenvalue of sum a a' (on vectors of mean 0 where shifts are ignored).

    It is shown by a Cholesky factorisation in float64, which exists only for matrices that are positive
    definite up to (m + 2) roundings times the trace (Rump); the rounding of the matrix itself is added.
    """
    m = vectors.shape[1]
    matrix = vectors.T @ vectors
    trace = float(np.trace(matrix))
    if shifts:
        matrix = matrix + trace / m / m
    found = 0.9 * float(np.linalg.eigvalsh(matrix)[0])
    slack = 2.0**-49 * (len(vectors) + m + 16) * m * trace
    if not found > slack:
        return 0.0
    try:
        np.linalg.cholesky(matrix - found * np.eye(m))
    except np.linalg.LinAlgError:
        return 0.0
    return float(found - slack)


__all__ = ["Curvature", "UnboundedError"]

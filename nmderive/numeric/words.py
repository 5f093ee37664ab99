"""The operations of generated statements in the words of one library: NumPy here, others by overriding.

``blocks.py`` decides what is computed, where and into which buffer; a ``Words`` says how one step is written.
"""

from __future__ import annotations


class Words:
    """NumPy's words. ``out`` is the code of the array that takes the result, empty for a new one."""

    #: Entries of a block of rows: a few such buffers fit the second-level cache.
    block = 32768
    #: How many (n, m) arrays may be kept between loops, and which operations besides the costly ones are kept.
    saved = 2
    kept: frozenset[str] = frozenset()
    #: Whether a real power is one operation, not the exponential of a logarithm.
    has_powers = False
    #: Whether the derivative of 1 - softmax is taken in the softmax: fewer calls, and digits that a softmax has anyway.
    in_shares = False
    #: Whether a row is written out for a block of rows before it is multiplied with them, not broadcast each time.
    tiled = True

    def unary(self, op: str, x: str, out: str = "") -> str:
        """Return the code of exp, log, log1p, tanh, abs or sign."""
        return f"np.{op}({x}{self._into(out)})"

    def number(self, x: str) -> str:
        """Return the code of a number as a function of arrays takes it."""
        return x

    def binary(self, op: str, x: str, y: str, out: str, *, number: bool = False, narrow: bool = False) -> str:
        """Return the code of add, subtract, multiply or divide into ``out``.

        ``number`` says that x is a number, not an array; ``narrow`` that the result may be narrower than ``out``.
        """
        return f"np.{op}({x}, {y}{self._into(out)})"

    def reciprocal(self, x: str) -> str:
        """Return the code of 1 / x for an array."""
        return f"1 / {x}"

    def power(self, x: str, y: str, out: str = "") -> str:
        """Return the code of a real power."""
        return f"np.power({x}, {y}{self._into(out)})"

    def rows(self, wanted: str) -> str:
        """Return the code of the rows of a block, of which ``wanted`` fit."""
        return wanted

    def part(self, x: str) -> str:
        """Return the code of the block's rows of an array of all rows."""
        return f"{x}[a:a + r]"

    def buffer(self, k: int) -> str:
        """Return the code of a work array with as many rows as the block."""
        return f"buffer{k}[:r]"

    def total(self, x: str, axes: str) -> str:
        """Return the code of a sum over ``axes``, a number or a tuple."""
        return f"np.sum({x}, axis={axes})"

    def column_sums(self, x: str) -> str:
        """Return the code of the sums over the rows of a block."""
        return f"ones_n[:len({x})] @ {x}"

    def dot(self, x: str, y: str) -> str:
        """Return the code of the inner product of two vectors."""
        return f"np.dot({x}, {y})"

    def inner(self, x: str, y: str, axes: int) -> str:
        """Return the code of the inner product of two arrays of ``axes`` axes."""
        return f"inner({x}, {y})"

    def einsum(self, spec: str, x: str, y: str) -> str:
        """Return the code of a sum of products."""
        return f"np.einsum('{spec}', {x}, {y}, optimize=True)"

    def transposed(self, x: str, order: str) -> str:
        """Return the code of ``x`` with its axes in ``order``."""
        return f"{x}.transpose({order})"

    def zeros(self, shape: str) -> str:
        """Return the code of a start of sums; a number is summed in double precision."""
        return f"np.zeros({shape})"

    def empty(self, shape: str) -> str:
        """Return the code of an array that is written later."""
        return f"np.empty({shape}, dtype)"

    def ones(self, count: str) -> str:
        """Return the code of a vector of ones."""
        return f"np.ones({count}, dtype)"

    def others_matrix(self, widest: int) -> str:
        """Return the code of 1 - identity for at most ``widest`` classes, else None."""
        return f"np.ones((m, m), dtype) - np.eye(m, dtype=dtype) if m <= {widest} else None"

    def arange(self, first: str, last: str) -> str:
        """Return the code of the numbers from ``first`` to ``last`` - 1."""
        return f"np.arange({first}, {last}, dtype=dtype)"

    def numbers(self, size: str) -> str:
        """Return the code of the integers from 1 to ``size``."""
        return f"np.arange(1, {size} + 1)"

    def member(self, numbers: str, members: str) -> str:
        """Return the code of membership in a class set."""
        return f"np.isin({numbers}, {members})"

    def cast(self, x: str) -> str:
        """Return the code of ``x`` as numbers of the logits' type."""
        return f"{x}.astype(dtype)"

    def tile(self, x: str) -> str:
        """Return the code of one block of rows that all are ``x``."""
        return f"np.broadcast_to({x}, (min(rows, n), m)).astype(dtype)"

    def unsafe(self, x: str) -> str:
        """Return the code of the test that an exponential leaves the safe range."""
        return f"not ({x}.min() > low and {x}.max() < high)"

    def range_limits(self, chain: int) -> list[str]:
        """Return the statements that set ``high`` and ``low`` for products of ``chain`` exponentials."""
        return [f"high = np.exp((600.0 if dtype == np.float64 else 70.0) / {chain})", "low = 1 / high"]

    def work(self, count: int) -> list[str]:
        """Return the statements that get ``count`` buffers for one block of rows."""
        names = ", ".join(f"buffer{k}" for k in range(count))
        return [f"work = borrow({count}, min(rows, n), m, dtype)", f"{names}, = work"]

    def work_done(self) -> list[str]:
        """Return the statements that end the use of the buffers."""
        return ["give_back(work)"]

    def _into(self, out: str) -> str:
        return f", out={out}" if out else ""


NUMPY = Words()

__all__ = ["NUMPY", "Words"]

"""The operations of generated statements in PyTorch's and in JAX's words."""

from __future__ import annotations

from nmderive.numeric.words import Words

_TORCH = {"multiply": "mul", "divide": "div", "add": "add", "subtract": "sub"}


class TorchWords(Words):
    """PyTorch: ``out=`` as NumPy has it, but no number first, no cast on the way, and no result wider than it is.

    A call costs about a microsecond, a pass over 1,000 entries less, so blocks are larger than NumPy's, and what an
    eager program would keep for its backward pass is kept here, too.
    """

    block = 262144
    saved = 4
    kept = frozenset({"exsum", "prod", "pow"})
    has_powers = True
    tiled = False
    in_shares = True

    def unary(self, op: str, x: str, out: str = "") -> str:
        """Return the code of exp, log, log1p, tanh, abs or sign."""
        return f"torch.{op}({x}{self._into(out)})"

    def number(self, x: str) -> str:
        """Return the code of a number as a function of arrays takes it."""
        return f"real({x})"

    def binary(self, op: str, x: str, y: str, out: str, *, number: bool = False, narrow: bool = False) -> str:
        """Return the code of add, subtract, multiply or divide into ``out``."""
        if narrow or number:
            sign = {"multiply": "*", "divide": "/", "add": "+", "subtract": "-"}[op]
            return f"({out}).copy_({x} {sign} {y})"
        return f"torch.{_TORCH[op]}({x}, {y}{self._into(out)})"

    def power(self, x: str, y: str, out: str = "") -> str:
        """Return the code of a real power."""
        return f"torch.pow({x}, {y}{self._into(out)})" if out else f"({x}) ** ({y})"

    def rows(self, wanted: str) -> str:
        """Return the code of the rows of a block, of which ``wanted`` fit."""
        return f"min({wanted}, n)"

    def part(self, x: str) -> str:
        """Return the code of the block's rows of an array of all rows; a slice costs as much as a small sum."""
        return f"{x} if r == n else {x}[a:a + r]"

    def buffer(self, k: int) -> str:
        """Return the code of a work array with as many rows as the block."""
        return f"buffer{k} if r == rows else buffer{k}[:r]"

    def total(self, x: str, axes: str) -> str:
        """Return the code of a sum over ``axes``, a number or a tuple."""
        return f"torch.sum({x}, dim={axes})"

    def column_sums(self, x: str) -> str:
        """Return the code of the sums over the rows of a block."""
        return f"{x}.sum(0)"

    def dot(self, x: str, y: str) -> str:
        """Return the code of the inner product of two vectors."""
        return f"torch.dot({x}, {y})"

    def inner(self, x: str, y: str, axes: int) -> str:
        """Return the code of the inner product of two arrays of ``axes`` axes."""
        return f"inner({x}, {y}, {axes})"

    def einsum(self, spec: str, x: str, y: str) -> str:
        """Return the code of a sum of products."""
        return f"torch.einsum('{spec}', {x}, {y})"

    def transposed(self, x: str, order: str) -> str:
        """Return the code of ``x`` with its last axes in ``order``."""
        places = [int(k) for k in order.strip("[]").split(",")]
        return f"{x}.movedim({tuple(k - len(places) for k in places)}, {tuple(range(-len(places), 0))})"

    def zeros(self, shape: str) -> str:
        """Return the code of a start of sums; a number is summed in double precision."""
        return "torch.zeros((), dtype=torch.float64)" if shape == "()" else "0"

    def empty(self, shape: str) -> str:
        """Return the code of an array that is written later."""
        return f"torch.empty({shape}, dtype=dtype)"

    def ones(self, count: str) -> str:
        """Return the code of a vector of ones."""
        return f"torch.ones({count}, dtype=dtype)"

    def others_matrix(self, widest: int) -> str:
        """Return the code of 1 - identity for at most ``widest`` classes, else None."""
        return f"1 - torch.eye(m, {widest}, dtype=dtype) if m <= {widest} else None"

    def arange(self, first: str, last: str) -> str:
        """Return the code of the numbers from ``first`` to ``last`` - 1."""
        return f"torch.arange({first}, {last}, dtype=dtype, device=s.device)"

    def numbers(self, size: str) -> str:
        """Return the code of the integers from 1 to ``size``."""
        return f"torch.arange(1, {size} + 1, device=s.device)"

    def member(self, numbers: str, members: str) -> str:
        """Return the code of membership in a class set."""
        return f"torch.isin({numbers}, {members})"

    def cast(self, x: str) -> str:
        """Return the code of ``x`` as numbers of the logits' type."""
        return f"{x}.to(dtype)"

    def reciprocal(self, x: str) -> str:
        """Return the code of 1 / x for an array; PyTorch makes two calls of the sign."""
        return f"torch.reciprocal({x})"

    def unsafe(self, x: str) -> str:
        """Return the code of the test that an exponential leaves the safe range."""
        return f"not within({x}, low, high)"

    def range_limits(self, chain: int) -> list[str]:
        """Return the statements that set ``high`` and ``low`` for products of ``chain`` exponentials."""
        return [f"high = math.exp((600.0 if dtype == torch.float64 else 70.0) / {chain})", "low = 1 / high"]

    def work(self, count: int) -> list[str]:
        """Return the statements that get ``count`` buffers for one block of rows."""
        return [f"buffer{k} = {self.empty('(rows, m)')}" for k in range(count)]

    def work_done(self) -> list[str]:
        """Return the statements that end the use of the buffers."""
        return []


class JaxWords(Words):
    """JAX: NumPy's words under another name, and no ``out=``: XLA plans memory itself."""

    def unary(self, op: str, x: str, out: str = "") -> str:
        """Return the code of exp, log, log1p, tanh, abs or sign."""
        return f"jnp.{op}({x})"

    def power(self, x: str, y: str, out: str = "") -> str:
        """Return the code of a real power."""
        return f"jnp.power({x}, {y})"

    def total(self, x: str, axes: str) -> str:
        """Return the code of a sum over ``axes``, a number or a tuple."""
        return f"jnp.sum({x}, axis={axes})"

    def einsum(self, spec: str, x: str, y: str) -> str:
        """Return the code of a sum of products."""
        return f"jnp.einsum('{spec}', {x}, {y})"

    def transposed(self, x: str, order: str) -> str:
        """Return the code of ``x`` with its last axes in ``order``."""
        places = [int(k) for k in order.strip("[]").split(",")]
        return f"jnp.moveaxis({x}, {tuple(k - len(places) for k in places)}, {tuple(range(-len(places), 0))})"

    def arange(self, first: str, last: str) -> str:
        """Return the code of the numbers from ``first`` to ``last`` - 1."""
        return f"jnp.arange({first}, {last}, dtype=dtype)"

    def numbers(self, size: str) -> str:
        """Return the code of the integers from 1 to ``size``."""
        return f"jnp.arange(1, {size} + 1)"

    def member(self, numbers: str, members: str) -> str:
        """Return the code of membership in a class set."""
        return f"jnp.isin({numbers}, {members})"


TORCH, JAX = TorchWords(), JaxWords()

__all__ = ["JAX", "TORCH", "JaxWords", "TorchWords"]

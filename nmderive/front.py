"""The front door of the library: ``loss(...)`` and the object that it gives."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmderive.errors import UsageError
from nmderive.evidence import Dossier, Status
from nmderive.losses.loss import Loss as LossRecord
from nmderive.progress import Bar

if TYPE_CHECKING:
    from nmderive.compare import Comparison
    from nmderive.derive import Gradient
    from nmderive.hessian import Hessian
    from nmderive.numeric.lower import Lowered
    from nmderive.numeric.roots import Root
    from nmderive.solve import Solved
    from nmderive.workers import Workers


class Loss(LossRecord):
    """A loss with the verbs as methods; prints itself as LaTeX in a notebook."""

    def verify(self, *claims: str, sizes: Mapping[str, int] | None = None, seconds: float = 60.0,
               diagonal: str | None = None) -> Dossier:
        """Judge ``claims`` (all by default) for all n, m, or for the sizes that are fixed.

        ``diagonal`` is the entry of a diagonal matrix, such as 2 p_{ij} (1 - p_{ij}), for diagonal-majorant.
        """
        from nmderive.claims import claim_names
        from nmderive.losses.diagonal import with_diagonal
        from nmderive.verify import verify

        judged = self if diagonal is None else with_diagonal(self, diagonal)
        with Bar("verify", len(claims or claim_names())) as bar:
            return verify(judged, claims or None, sizes, seconds, bar)

    def derive(self) -> Gradient:
        """Return the gradient in paper form, with ``shown("latex" | "unicode" | "text" | "sympy")``."""
        from nmderive.derive import derive

        return derive(self)

    def hessian(self, kind: str = "full") -> Hessian:
        """Return the second derivative by two logits ("full"), two of one row ("row"), or one twice ("diagonal")."""
        from nmderive.hessian import hessian

        return hessian(self, kind)

    def solve(self, direction: str = "t", seconds: float | None = None) -> Solved:
        """Search for the optimum: labels from logits ("t") or logits from labels ("s")."""
        from nmderive.solve import solve
        from nmderive.solving.strategies import strategies

        with Bar("solve", len(strategies())) as bar:
            return solve(self, direction, seconds, bar)

    def numpy(self) -> Lowered:
        """Return value, value_and_grad and hvp as fast, stable NumPy functions of arrays s and t."""
        from nmderive.numeric.lower import lower

        return lower(self)

    def code(self, to: str = "numpy", order: str = "written") -> str:
        """Return value and gradient as one module to copy: "numpy", "torch" or "jax".

        ``order="random"`` adds the loss with its classes counted in an order that is drawn at each call.
        """
        from nmderive.export import render

        return render(self, to, order)

    def report(self, out: str | Path = "report") -> Path:
        """Write the page about this loss, with its dossier beside it, into the directory ``out``; return the page."""
        from nmderive.files import write
        from nmderive.loss_page import loss_page

        page = loss_page(self)
        write(Path(out) / "dossier.json", page.dossier)
        write(Path(out) / "index.html", page.html)
        return Path(out) / "index.html"

    def plot(self, *pictures: str, **values: Any) -> Any:
        """Return pictures as SVG: those named, or all that the loss has; ``values`` are of its parameters.

        In a notebook each parameter without a value has a slider, with which the pictures move.

        They are "landscape" (three classes), "optimum" (over the simplex of labels), "slopes" (the gradient's norm by
        the target's probability), "shares" (of the gradient, by class size) and "gaps" (at nearly hard labels).
        """
        from nmderive.plots import plot

        return plot(self, *pictures, moving=True, **values)

    def stationary(self, t: Any, **parameters: Any) -> Root:
        """Return the optimal logits for labels t by SciPy, with residual and error estimate."""
        from nmderive.numeric.roots import stationary

        return stationary(self, t, **parameters)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle l = {self.latex}$"

    def __str__(self) -> str:
        from nmderive.notation import to_text

        return to_text(self.expr)

    def __repr__(self) -> str:
        from nmderive.notation import to_unicode

        return f"l = {to_unicode(self.expr)}"


def _several(lets: Iterable[str]) -> list[str]:
    """Return declarations as a list; one alone may be a text."""
    return [lets] if isinstance(lets, str) else list(lets)


def loss(source: Any, *, lets: Iterable[str] = (), form: str | None = None) -> Loss:
    """Return the loss given as LaTeX, text, a SymPy expression, a name of the catalogue, or code.

    Code is a Python function, or the text "losses.py:focal" or "package.module:name", perhaps with keyword arguments.

    ``lets`` declares letters as on the command line: ``"g>0"``, ``"b"``, ``"q=0.7"``, ``"w_j>0"``. Raises
    ParseError with a caret where the text is not understood.
    """
    lets = _several(lets)
    if isinstance(source, LossRecord):
        return _wrapped(source)
    if isinstance(source, str):
        from nmderive.losses.catalogue import find
        from nmderive.tracing.target import is_target

        if is_target(source):
            from nmderive.tracing.worker import read_target

            return _wrapped(read_target(source, lets))

        return _wrapped(find(source, lets, form))
    if callable(source) and not hasattr(source, "free_symbols"):  # SymPy's symbols are callable too
        from nmderive.tracing.read import read_function

        return _wrapped(read_function(source, lets))
    return _wrapped(_from_sympy(source))


def claims(*names: str, lets: Iterable[str] = (), seconds: float = 60.0) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator that raises AssertionError where a loss has not every claim PROVED.

    Over a loss function the claims are judged at once, and the function stays as it is. Over a function without
    arguments, such as a test, they are judged when it is called, for the loss (function, text, name) that it returns.
    """
    if not names or not all(isinstance(name, str) for name in names):
        raise UsageError("name the claims", hint='@nmderive.claims("softmax-optimum", "convex")')

    def decorate(function: Callable[..., Any]) -> Any:
        if inspect.signature(function).parameters:
            _assert_proved(function, names, lets, seconds)
            return function

        @functools.wraps(function)
        def test() -> None:
            _assert_proved(function(), names, lets, seconds)

        return test

    return decorate


def _assert_proved(source: Any, names: tuple[str, ...], lets: Iterable[str], seconds: float) -> None:
    for verdict in loss(source, lets=lets).verify(*names, seconds=seconds).verdicts:
        if verdict.status is not Status.PROVED:
            said = "; ".join((verdict.statement, *verdict.findings))
            raise AssertionError(f"{verdict.status.value} {verdict.claim}: {said}")


def verify(source: Any, claims: str | Iterable[str] | None = None, sizes: Mapping[str, int] | None = None,
           seconds: float = 60.0, *, lets: Iterable[str] = (), diagonal: str | None = None) -> Dossier:
    """Judge ``claims`` (all by default) about what ``loss`` reads, for all n, m or for the sizes that are fixed.

    ``diagonal`` is what diagonal-majorant holds against the Hessian, twice the Hessian's own unless it is given.
    """
    asked = [claims] if isinstance(claims, str) else list(claims or ())
    return loss(source, lets=lets).verify(*asked, sizes=sizes, seconds=seconds, diagonal=diagonal)


def derive(source: Any, *, lets: Iterable[str] = ()) -> Gradient:
    """Return the gradient of what ``loss`` reads, in paper form."""
    return loss(source, lets=lets).derive()


def solve(source: Any, direction: str = "t", *, lets: Iterable[str] = (), seconds: float | None = None) -> Solved:
    """Search for the optimum of what ``loss`` reads: labels from logits ("t") or logits from labels ("s")."""
    return loss(source, lets=lets).solve(direction, seconds)


def compare(losses: Any, *, lets: Iterable[str] = (), claims: Iterable[str] | None = None,
            seconds: float = 240.0, workers: Workers | None = None) -> Comparison:
    """Return a table of losses (whatever ``loss`` reads, several or one) against properties; ``seconds`` end a cell.

    ``workers`` are ``nmderive.workers.Workers``: processes of this machine, one a core, unless said otherwise.
    """
    from nmderive.compare import compare as table

    with Bar("compare") as bar:
        several = losses if isinstance(losses, Iterable) and not isinstance(losses, str) else [losses]
        read = [x if isinstance(x, str) else loss(x, lets=lets) for x in several]
        return table(read, lets=_several(lets), claims=claims, seconds=seconds, progress=bar, workers=workers)


def at_sizes(expr: Any, **values: int) -> Any:
    """Return an expression of ours as plain SymPy at sizes, which SymPy's own simplify and lambdify take.

    ``at_sizes(loss.gradient, n=2, m=3, i=1, j=2)``: sums are written out, entries are symbols like s_1_2, and names
    other than n and m are free indices. Raises UsageError where a size or an index is missing.
    """
    from nmderive.calculus.specialise import specialise
    from nmderive.calculus.symbols import index

    if not all(type(value) is int and value >= 1 for value in values.values()):
        raise UsageError("sizes and indices are whole numbers from 1 on")
    sizes = {name: value for name, value in values.items() if name in ("n", "m")}
    left = sorted(({"n", "m"} & {s.name for s in expr.free_symbols}) - set(sizes))
    if left:
        raise UsageError(f"the size {left[0]} is not given", hint=f"say {left[0]}=3")
    free = {index(name): value for name, value in values.items() if name not in sizes}
    return specialise(expr.xreplace(free), sizes)


def _wrapped(record: LossRecord) -> Loss:
    return Loss(**{f.name: getattr(record, f.name) for f in fields(record)})


def _from_sympy(expr: Any) -> LossRecord:
    from sympy import Expr

    from nmderive.losses.reading import from_expression

    if not isinstance(expr, Expr):
        raise UsageError(f"a loss is text or a SymPy expression, not {type(expr).__name__}")
    return from_expression(expr)

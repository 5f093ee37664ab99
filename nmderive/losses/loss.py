"""The loss record: an expression in logits s and labels t, and what is needed to read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, Indexed, IndexedBase, Symbol

from nmderive.calculus.counting import counted
from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.domains import Domain
from nmderive.calculus.extrema import IndexExtremum
from nmderive.calculus.sums import IndexedOperator, Remainder, RowFunction, RowFunctionDerivative
from nmderive.calculus.symbols import ClassSet, M, N, S, T, index
from nmderive.errors import UsageError
from nmderive.losses.own_latex import own_latex
from nmderive.notation.letters import Letters
from nmderive.notation.printers import to_latex

_INDEX_NAMES = {N: "i", M: "j"}


@dataclass(frozen=True)
class Loss:
    """A loss as a function of logits ``s`` (real) and labels ``t`` (nonnegative).

    ``shape`` lists the ranges of the logits' indices: (n, m) for n samples and m classes, (m,) for one
    sample, (n,) for n binary tasks with one logit each. ``conditions`` are facts that the formula's
    reading rests on, in words. ``domains`` lists, by name, which values a parameter, or every entry of an array,
    may take: also where the sign alone was declared (``g>0``); a name that is not listed is any real number.
    ``sizes`` are the sizes that the formula is written for, such as m = 3.
    ``read_as`` lists what was read into the formula, a sentence each; ``lets`` and ``form`` are what ``source`` was
    read with (form "sympy" or "code": the source is no text to read). ``letters`` are those of a published
    formula. ``is_square``: the source speaks of n = m and of the labels t_ij = [i = j] only, so that what is shown for
    all n, m and labels holds for it, but a counterexample has to have these sizes and labels. ``diagonal`` is a
    diagonal matrix, by its entry at the free indices, that is held against the Hessian. ``least`` are the sizes from
    which on a source that treats a single sample or class apart is the formula; ``guards`` its conditions on labels,
    each with how it goes where the source is the formula: a counterexample has to be there.
    """

    expr: Expr
    shape: tuple[Symbol, ...] = (N, M)
    name: str = ""
    source: str = ""
    conditions: tuple[str, ...] = ()
    class_base: int = 1
    domains: tuple[tuple[str, Domain], ...] = ()
    sizes: tuple[tuple[str, int], ...] = ()
    read_as: tuple[str, ...] = ()
    lets: tuple[str, ...] = ()
    form: str = ""
    letters: Letters | None = None
    is_square: bool = False
    diagonal: Expr | None = None
    least: tuple[tuple[str, int], ...] = ()
    guards: tuple[tuple[Expr, bool], ...] = ()

    def __post_init__(self) -> None:
        if self.expr.has(Remainder):
            raise UsageError(
                "the formula has a remainder (\\cdots), so it is not one definite loss",
                hint="drop the remainder, or compare orders with `nmderive equal ... --order 1`",
            )

    @cached_property
    def indices(self) -> tuple[Symbol, ...]:
        """The free indices of one logit: (i, j), (j,) or (i,)."""
        return tuple(index(_INDEX_NAMES[size]) for size in self.shape)

    @cached_property
    def ranges(self) -> dict[str, str]:
        """The range ("n" or "m") of each free index, by the index's name."""
        return {i.name: size.name for i, size in zip(self.indices, self.shape, strict=True)}

    @property
    def logit(self) -> Indexed:
        """One logit at the free indices: s[i, j]."""
        return S[self.indices]

    @property
    def label(self) -> Indexed:
        """One label at the free indices: t[i, j]."""
        return T[self.indices]

    @cached_property
    def latex(self) -> str:
        """The loss in LaTeX, in the letters of its source; by its own probabilities where it has such."""
        return own_latex(self.expr, self.letters)

    @cached_property
    def index_letters(self) -> tuple[str, ...]:
        """The source's letters of the free indices of one logit."""
        return tuple(i.name if self.letters is None else self.letters.index(i.name) for i in self.indices)

    def written(self, expr: Expr) -> str:
        """Return an expression about the loss in LaTeX, in the letters of its source; labels are an array here."""
        return to_latex(expr, None if self.letters is None else self.letters.with_soft_labels())

    @cached_property
    def gradient(self) -> Expr:
        """The derivative by one logit, for symbolic n and m, without Kronecker deltas."""
        return counted(differentiate(self.expr, self.logit), self.ranges, self.least_sizes)

    @cached_property
    def parameters(self) -> tuple[Symbol, ...]:
        """Scalar parameters, sorted by name."""
        arrays = {base.name for base in self.expr.atoms(IndexedBase)}
        own = {
            f for f in self.expr.free_symbols
            if type(f) is Symbol and not f.is_integer and f.name not in arrays and f not in (N, M)
        }
        return tuple(sorted(own - self._function_names(), key=lambda p: p.name))

    def _function_names(self) -> set[Symbol]:
        return {f.args[0] for f in self.expr.atoms(RowFunction)}

    @cached_property
    def arrays(self) -> tuple[Indexed, ...]:
        """One entry of every array besides logits and labels, such as class weights w[j]."""
        found: dict[str, Indexed] = {}
        for e in sorted(self.expr.atoms(Indexed), key=str):
            if e.base not in (S, T):
                found.setdefault(e.base.name, e)
        return tuple(found.values())

    @cached_property
    def array_ranges(self) -> dict[str, tuple[str, ...]]:
        """The ranges ("n" or "m") of every such array's indices, by the sums that bind them: ("n",) for w[i]."""
        entries = array_entries(self.expr, {index(name): size for name, size in self.ranges.items()})
        last = self.shape[-1].name if self.shape else M.name
        found: dict[str, tuple[str, ...]] = {}
        for name, places in sorted(entries, key=lambda e: (e[0], e[1].count(""))):  # literal places say nothing
            usual = [size.name for size in self.shape] if len(places) == 2 == len(self.shape) else [last] * len(places)
            found.setdefault(name, tuple(own or other for own, other in zip(places, usual, strict=True)))
        return found

    @cached_property
    def spans(self) -> tuple[Symbol, ...]:
        """The ranges that a point needs the sizes of: those of the logits, and others that sums or arrays run over."""
        of_arrays = {name for ranges in self.array_ranges.values() for name in ranges}
        others = (size for size in (N, M) if size not in self.shape)
        return (*self.shape, *(size for size in others if size.name in of_arrays or self.expr.has(size)))

    @cached_property
    def class_sets(self) -> tuple[str, ...]:
        """Names of the class sets that the loss sums over."""
        return tuple(sorted(f.name for f in self.expr.free_symbols if isinstance(f, ClassSet)))

    @cached_property
    def least_sizes(self) -> dict[str, int]:
        """The least n and m for which the formula speaks: its literal indices exist, and its maxima have an index."""
        least = {**{size.name: 1 for size in self.shape}, **dict(self.least)}
        for e in self.expr.atoms(Indexed):
            sizes = self.shape if len(e.indices) == len(self.shape) else self.shape[-1:]
            for position, size in zip(e.indices, sizes, strict=False):
                if position.is_Integer:
                    least[size.name] = max(least[size.name], int(position))
        for operator in self.expr.atoms(IndexExtremum):
            name = operator.domain.name
            least[name] = max(least.get(name, 1), operator.least_size)
        return least

    @property
    def names_classes(self) -> bool:
        """Tell whether the loss treats classes differently that it names, as in t[i, 1]."""
        return any(e.indices[-1].is_Integer for e in self.expr.atoms(Indexed))

    @property
    def has_undefined_functions(self) -> bool:
        """Tell whether the loss holds an undefined function of the logits' rows."""
        return bool(self.expr.has(RowFunction, RowFunctionDerivative))


def array_entries(expr: Expr, ranges: Mapping[Expr, str]) -> set[tuple[str, tuple[str, ...]]]:
    """Return the name and the ranges ("" for literal indices) of every entry of an array besides logits and labels."""
    if isinstance(expr, Indexed):
        own = (expr.base.name, tuple(ranges.get(x, "") for x in expr.indices))
        return set() if expr.base in (S, T) else {own}
    if isinstance(expr, IndexedOperator):
        ranges = {**ranges, expr.bound: expr.domain.name}
    return set().union(*(array_entries(a, ranges) for a in expr.args if isinstance(a, Expr)))

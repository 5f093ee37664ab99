"""From a Python function to a loss record: trace, resolve, prove what was assumed, check against the function."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from typing import Any

from sympy import Expr, IndexedBase, Integer, Symbol

from nmderive.calculus.symbols import M, N, S
from nmderive.errors import NmderiveError, UsageError
from nmderive.losses.loss import Loss
from nmderive.notation import from_sympy
from nmderive.tracing.arguments import (
    LABELLED,
    PREDICTIONS,
    Argument,
    arguments_of,
    described,
    masks_of,
    readings,
    signature_of,
)
from nmderive.tracing.branches import both_ways
from nmderive.tracing.check import Real, check
from nmderive.tracing.context import (
    ClassIsNumber,
    Fits,
    LabelsBeyond,
    LabelsCompared,
    LabelsIndex,
    Misfit,
    Raised,
    Refused,
    Trace,
    TracingFault,
    current,
    refused,
    tracing,
)
from nmderive.tracing.data_sets import of_labels
from nmderive.tracing.declared import Declared, declares
from nmderive.tracing.functions import by_name, called, innermost, is_scripted
from nmderive.tracing.guards import without_guards
from nmderive.tracing.held import Place, held_by, said_of, taking
from nmderive.tracing.inputs import symbolic
from nmderive.tracing.libraries import libraries_of
from nmderive.tracing.loops import over_loops
from nmderive.tracing.maxima import without_maxima
from nmderive.tracing.misfits import beside_labels, hint_of, other_shapes, said_of_error
from nmderive.tracing.operations import OPERATIONS
from nmderive.tracing.predicted import as_entries, by_use, may_be_signs, open_prediction, used_as_probabilities
from nmderive.tracing.results import picked
from nmderive.tracing.returned import SAID as IS_NUMBER
from nmderive.tracing.roles import TEACHER
from nmderive.tracing.several import COLUMN, NUMBERS, OTHER_LABELS
from nmderive.tracing.square import SAID, with_rows_and_columns
from nmderive.tracing.sums import in_labels
from nmderive.tracing.teacher import with_labels_of_logits

_MOST_COUNTS = 3  # numbers of classes that are tried where arrays fit for no general one


def read_function(
    function: Callable[..., Any], lets: Iterable[str] = (), given: Mapping[str, Any] | None = None, source: str = "",
    elsewhere: Collection[str] = (), part: Any = None,
) -> Loss:
    """Return the loss that ``function`` computes, checked against the function itself.

    ``lets`` declare arguments ('y: target class', 'gamma>0', 'alpha=0.25', 'w_j>0'), ``given`` are fixed arguments,
    ``part`` is the place of the loss among several results.
    Those in ``elsewhere`` may be of something else. Raises UsageError where an argument is not known, Refused
    where an operation has no place in a formula (with the line of the user's file), TracingFault where reading and
    function differ, or the function's gradient is not the derivative of its value.
    """
    given_as, inner = function, called(function)
    places, lets = held_by(inner), list(lets)
    names = [p.name for p in signature_of(inner)]
    more = {x: place for x, place in places.items() if x not in names and any(declares(let, [x]) for let in lets)}
    function = taking(inner, more)
    declared = Declared.of(lets, [*names, *more], elsewhere)
    arguments = arguments_of(function, declared, given or {})
    own = picked(of_labels(by_name(function)), part)
    fixed = {a.name: Place({a.name: a.value}, a.name) for a in arguments if a.role == "constant"}
    real = picked(given_as, part) if is_scripted(given_as) else own
    name, errors = source or getattr(function, "__name__", ""), []
    for library in libraries_of(inner):
        try:
            session = import_module(f"nmderive.tracing.frontends.{library}_session")
            found = _of_session(_Code(own, real, session, name, {**fixed, **places}), arguments)
            return replace(found, read_as=(*found.read_as, *said_of(more)))
        except Raised as error:  # by arrays of this library; what is refused has a meaning, which another may not share
            errors.append(error)
    raise errors[0]


def _of_session(code: _Code, arguments: list[Argument]) -> Loss:
    try:
        return _first_reading(code, arguments)
    except Misfit as error:
        found = _of_fixed_classes(code, arguments)
        if found is not None:
            return found
        runs = partial(_runs, code)
        raise other_shapes(arguments, runs) or beside_labels(arguments, runs, error) or error from None


def _of_fixed_classes(code: _Code, arguments: list[Argument]) -> Loss | None:
    """Return the loss where it is one at the number of classes that the code fixes; None where it fixes none.

    Raises what has no place in a formula at that number.
    """
    counts = list(dict.fromkeys(code.counts))[:_MOST_COUNTS]
    for count, shape in counts:
        try:
            found = _first_reading(replace(code, classes=count, only=shape, counts=[]), arguments)
        except NmderiveError as error:
            if len(counts) == 1 and type(error) is Refused:
                raise
            continue
        return replace(found, sizes=(("m", count),), read_as=(*found.read_as, _said(count, code)))
    return None


def _said(count: int, code: _Code) -> str:
    named = [name for name, place in code.held.items() if type(place.value) is int and place.value == count]
    return f"the code fixes the number of classes, and the reading is of m = {count} alone" + (
        f"; where no loop runs over it, for every m: --let '{named[0]}: classes'" if named else "")


def _runs(code: _Code, arguments: list[Argument]) -> bool:
    """Tell whether the function takes arrays of these shapes."""
    with suppress(Exception), tracing(code.file, masks=masks_of(arguments)):
        return both_ways(lambda: _summed(code, arguments)) is not None
    return False


@dataclass(frozen=True)
class _Code:
    """A function to trace, the same to be called on numbers, the library's session, and the text that named it.

    ``held`` is what the function holds, ``classes`` the number of classes where the code fixes it, of logits of the
    shape ``only``, and ``counts`` are the numbers that stood for one where arrays did not fit, with that shape. With
    ``asks_class`` labels are compared with a number beyond them, and are tried as classes that are no numbers.
    """

    function: Callable[..., Any]
    real: Callable[..., Any]
    session: Any
    source: str
    held: Mapping[str, Place] = field(default_factory=dict)
    classes: int | None = None
    only: tuple[Symbol, ...] = ()
    counts: list[tuple[int, tuple[Symbol, ...]]] = field(default_factory=list)
    asks_class: bool = False

    @property
    def file(self) -> str:
        """The user's file."""
        return str(getattr(getattr(innermost(self.function), "__code__", None), "co_filename", ""))


def _first_reading(code: _Code, arguments: list[Argument], compares: bool = False) -> Loss:
    """Return the first reading of the arguments that fits; raise what the likeliest one says where none does."""
    errors: list[tuple[Any, NmderiveError]] = []
    for reading in readings(arguments):
        code = replace(code, asks_class=any(isinstance(error, LabelsBeyond) for _, error in errors))
        if compares and any(a.role == "target class" and a.guessed for a in reading):
            continue
        if code.only not in ((), _shape(reading)):
            continue
        try:
            found = _read(code, reading, compares)
            return _of_this_shape(code, arguments, found, errors)
        except Refused as error:
            shape = _shape(reading)
            code.counts.extend((k, shape) for k in (error.counts if isinstance(error, Misfit) and M in shape else ()))
            is_guess = errors and errors[0][0] != shape  # after an array of these axes did not fit
            if isinstance(error, Fits) or not is_guess and not isinstance(error, LabelsIndex | Misfit):
                raise
            errors.append((shape, error))
    if not compares and any(isinstance(error, LabelsCompared) for _, error in errors):
        try:
            return _first_reading(code, arguments, compares=True)
        except Refused as error:
            if type(error) is Refused:  # what stands in the way where they are numbers
                raise
    if any(isinstance(error, ClassIsNumber) for _, error in errors):
        raise next(error for _, error in errors if isinstance(error, LabelsBeyond))
    first_shape, first = errors[0]
    later = [error for own, error in errors[1:] if own == first_shape]
    fitting = [error for own, error in errors[1:] if own in (first_shape, (N, N))
               and (type(error) is Refused or "ZeroDivision" in error.message)]
    if fitting and type(first) is Misfit:  # arrays of that reading fit, and say more of the code
        raise fitting[0]
    if not later or not isinstance(first, LabelsIndex) or isinstance(first, LabelsBeyond) and isinstance(
            later[-1], Misfit):
        raise first
    raise later[-1]


def _of_this_shape(code: _Code, arguments: list[Argument], found: Loss, errors: list[Any]) -> Loss:
    """Return the loss; refuse where given numbers of another shape would leave the logits a matrix."""
    other = other_shapes(arguments, partial(_runs, code)) if errors and errors[0][0] != found.shape else None
    if other is not None:
        raise other
    return found


def _read(code: _Code, arguments: list[Argument], compares: bool) -> Loss:
    own = open_prediction(arguments)
    if own is not None:
        arguments = by_use(arguments, own, _traced(code, as_entries(arguments, own), compares)[0])
    expr, trace = _traced(code, arguments, compares)
    if code.asks_class and not trace.picks and any(a.role == "target class" and not a.shape for a in arguments):
        raise refused("a class of one sample that picks nothing", kind=ClassIsNumber)
    try:
        found = check(expr, arguments, Real(code.real, code.session, IS_NUMBER in trace.notes), trace, code.classes)
    except (TracingFault, Refused) as error:
        raise used_as_probabilities(arguments, expr) or error from None
    shown = [replace(a, role=NUMBERS) if a.role == TEACHER and expr.has(a.value) else a for a in arguments]
    notes = (*filter(None, map(described, shown)), *may_be_signs(arguments, expr), *trace.notes, *found)
    shape, columns = _shape(arguments), any(a.role == COLUMN for a in arguments)
    domains = tuple((a.letter, a.domain) for a in arguments if a.domain is not None)
    conditions = tuple(trace.conditions)
    return Loss(
        expr, (N, M) if shape == (N, N) else shape, source=code.source,
        conditions=conditions, class_base=0, sizes=(("m", 2),) if columns else (), domains=domains, read_as=notes,
        form="code", is_square=shape == (N, N), least=tuple(trace.least.items()),
        guards=tuple(_guards(trace)),
    )


def _guards(trace: Trace) -> Iterator[tuple[Expr, bool]]:
    """Yield the conditions on labels; one at a pass of a loop, which has no expression, is never known to hold."""
    for guard, holds in trace.guards:
        own = in_labels(guard)
        inside = any(own.has(loop.at(0)) for loop in trace.loops.values())
        yield (Integer(not holds), holds) if inside else (own, holds)


def _traced(
    code: _Code, arguments: list[Argument], compares: bool, attained: frozenset[IndexedBase] = frozenset()
) -> tuple[Expr, Trace]:
    """Return what the function computes; it is traced again where a maximum does not cancel."""
    is_declared = not any(a.role in ("labels", OTHER_LABELS) and a.guessed for a in arguments)
    labels = next((a.name for a in arguments if a.role in LABELLED), "y")
    known = {"source": code.source, "shape": _shape(arguments), "labels": labels, "classes": code.classes,
             "held": code.held, "declared_labels": is_declared, "masks": masks_of(arguments)}
    with tracing(code.file, attained, compares or is_declared, asks_class=code.asks_class, **known) as trace:
        try:
            first = both_ways(lambda: _summed(code, arguments))
        except (NmderiveError, KeyboardInterrupt):
            raise
        except Exception as error:
            said = said_of_error(error, code.file)
            is_of_shapes = type(error) in (TypeError, ValueError) and "shape" in said  # as JAX says it
            sizes = map(Integer, re.findall(r"\b\d+\b", str(error))) if is_of_shapes else ()
            raise Raised(said, hint=hint_of(arguments, said)).at(*sizes) from error
        raw = over_loops(first, trace, lambda passes: _raw(code, arguments, trace, passes))
        is_square = _shape(arguments) == (N, N)
        expr, left = _finished(raw, trace, any(a.role == "target class" for a in arguments), is_square)
        left = frozenset(trace.maxima) if left and trace.loops else left
        for a in arguments if not left else ():
            expr = with_labels_of_logits(expr, a.value, trace) if a.role == TEACHER else expr
    return _traced(code, arguments, compares, attained | left) if left else (expr, trace)


def _raw(code: _Code, arguments: list[Argument], trace: Trace, passes: dict[Any, int]) -> Expr:
    """Return what the function computes with other numbers of passes through its loops, in the trace's free values."""
    known = {"source": code.source, "shape": trace.shape, "labels": trace.labels, "classes": code.classes,
             "held": code.held, "declared_labels": trace.declared_labels, "masks": trace.masks, "maxima": trace.maxima,
             "known": trace.known, "stopped": trace.stopped, "loops": dict(trace.loops), "passes": passes,
             "asks_class": code.asks_class}
    with tracing(code.file, trace.attained, trace.compares, **known):
        return both_ways(lambda: _summed(code, arguments))


def _summed(code: _Code, arguments: list[Argument]) -> Expr:
    """Return the sum of what the function computes in one run."""
    result = code.session.trace(code.function, {a.name: symbolic(a) for a in arguments})
    if result.shape:
        shown = "(" + ", ".join(map(str, result.shape)) + ("," if len(result.shape) == 1 else "") + ")"
        current().note(f"the function returns an array of shape {shown}; the loss is the sum of its entries")
    return OPERATIONS["sum"](result).expr


def _finished(raw: Expr, trace: Trace, one_hot: bool, is_square: bool) -> tuple[Expr, frozenset[IndexedBase]]:
    """Return the result as a number in labels and logits, and the free values of maxima that do not cancel."""
    expr = without_guards(in_labels(raw))
    expr, left = without_maxima(expr, trace, one_hot)
    if not left and not expr.has(S):
        raise UsageError("the function does not depend on its logits", hint="say which argument: --let 'z: logits'")
    if is_square and not left:
        expr = with_rows_and_columns(expr)
        trace.note(SAID)
    return (expr if left else from_sympy(expr)), left


def _shape(arguments: list[Argument]) -> tuple[Symbol, ...]:
    found = next(a for a in arguments if a.role in PREDICTIONS)
    return (N, M) if found.role == COLUMN else found.shape


__all__ = ["read_function"]

"""From a Python function to a loss record: trace, resolve, prove what was assumed, check against the function."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

from sympy import Expr

from nmderive.calculus.symbols import S
from nmderive.errors import NmderiveError, UsageError
from nmderive.losses.loss import Loss
from nmderive.notation import from_sympy
from nmderive.tracing.arguments import Argument, Declared, arguments_of, described, readings, signature_of
from nmderive.tracing.array import Array
from nmderive.tracing.check import check
from nmderive.tracing.context import LabelsIndex, Misfit, Raised, Trace, tracing
from nmderive.tracing.inputs import symbolic
from nmderive.tracing.maxima import without_maxima
from nmderive.tracing.operations.reductions import sum_
from nmderive.tracing.sums import in_labels

_LIBRARIES = {"torch": "torch", "torchvision": "torch", "jax": "jax", "jaxlib": "jax", "optax": "jax"}


def read_function(
    function: Callable[..., Any], lets: Iterable[str] = (), given: Mapping[str, Any] | None = None, source: str = "",
    strict: bool = True,
) -> Loss:
    """Return the loss that ``function`` computes, checked against the function itself.

    ``lets`` declare arguments ('y: target class', 'gamma>0', 'alpha=0.25', 'w_j>0'), ``given`` are fixed arguments.
    Without ``strict`` declarations may be of something else. Raises UsageError where an argument is not known, Refused
    where an operation has no place in a formula (with the line of the user's file), TracingFault where reading and
    function differ.
    """
    function = getattr(function, "forward", function)  # a module of PyTorch
    names = [p.name for p in signature_of(function)]
    declared = Declared.of(lets, names, strict)
    unknown = sorted(declared.names() - set(names))
    if unknown and strict:
        raise UsageError(f"the function has no argument {unknown[0]!r}", hint="its arguments: " + ", ".join(names))
    arguments = arguments_of(function, declared, given or {})
    session = import_module(f"nmderive.tracing.frontends.{library_of(function)}_session")
    first: NmderiveError | None = None
    for reading in readings(arguments):
        try:
            return _read(function, reading, session, source or getattr(function, "__name__", ""))
        except (LabelsIndex, Misfit) as error:
            if first is None or isinstance(first, LabelsIndex) and not isinstance(error, Raised):
                first = error
    assert first is not None
    raise first


def library_of(function: Callable[..., Any]) -> str:
    """Return "numpy", "torch" or "jax": what the function's module works with."""
    inner = innermost(function)
    own = str(getattr(inner, "__module__", "")).split(".")[0]
    if own in _LIBRARIES:
        return _LIBRARIES[own]
    for value in list(getattr(inner, "__globals__", {}).values()):
        home = getattr(value, "__name__", "") if inspect.ismodule(value) else getattr(value, "__module__", "")
        found = _LIBRARIES.get(str(home).split(".")[0])
        if found is not None:
            return found
    return "numpy"


def innermost(function: Any) -> Any:
    """Return the plain function inside partial objects, methods and wrappers."""
    while isinstance(function, functools.partial):
        function = function.func
    return inspect.unwrap(getattr(function, "__func__", function))


def _read(function: Callable[..., Any], arguments: list[Argument], session: Any, source: str) -> Loss:
    inner = innermost(function)
    file = getattr(getattr(inner, "__code__", None), "co_filename", "")
    with tracing(file) as trace:
        try:
            result = session.trace(function, {a.name: symbolic(a) for a in arguments})
        except (NmderiveError, KeyboardInterrupt):
            raise
        except Exception as error:
            raise Raised(_raised(error, file), hint="the function is run once on symbolic arrays") from error
        expr = _finished(result, trace, any(a.role == "target class" for a in arguments))
    autograd = None if session.gradient is None else lambda values, name: session.gradient(function, values, name)
    found = check(expr, arguments, lambda values: session.value(function, values), autograd)
    notes = (*filter(None, map(described, arguments)), *trace.notes, *found)
    shape = next(a.shape for a in arguments if a.role in ("logits", "probabilities"))
    domains = tuple((a.name, a.domain) for a in arguments if a.domain is not None)
    conditions = tuple(trace.conditions)
    return Loss(
        expr, shape, source=source, conditions=conditions, class_base=0, domains=domains, read_as=notes,
        form="code",
    )


def _finished(result: Array, trace: Trace, one_hot: bool) -> Expr:
    """Return the result as a number in labels and logits, without free values of maxima."""
    if result.shape:
        shown = "(" + ", ".join(map(str, result.shape)) + ("," if len(result.shape) == 1 else "") + ")"
        trace.note(f"the function returns an array of shape {shown}; the loss is the sum of its entries")
    expr = in_labels(sum_(result).expr)
    expr = from_sympy(without_maxima(expr, trace, one_hot))
    if not expr.has(S):
        raise UsageError("the function does not depend on its logits", hint="say which argument: --let 'z: logits'")
    return expr


def _raised(error: Exception, file: str) -> str:
    trace, line = error.__traceback__, ""
    kind, said = type(error).__name__, " ".join(str(error).split())[:200]
    if kind in ("TracerBoolConversionError", "ConcretizationTypeError", "TracerIntegerConversionError",
                "InconclusiveDimensionOperation"):
        said = "a branch on values or sizes: " + said
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = f"{file.rpartition('/')[2]}, line {trace.tb_lineno}: "
        trace = trace.tb_next
    return f"{line}{kind}: {said}"


__all__ = ["innermost", "library_of", "read_function"]

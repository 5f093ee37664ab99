"""Whether a predicted array holds logits or probabilities, of classes or of binary tasks: what its use tells.

The function is traced with the entries of the array as they are. What is logged, clipped between small numbers or
divided by its own sum is a probability, what stands in an exponential or a kink is a logit; where log p and log(1 - p)
stand together, every entry is of a binary task, as in formulas.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sympy import Abs, Expr, Indexed, Integer, Mul, Pow, Rational, Symbol, exp, log, sign, tanh

from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import SIZES, M, S, T
from nmderive.errors import UsageError
from nmderive.tracing.arguments import PREDICTIONS, Argument
from nmderive.tracing.roles import SIGMOID, SIGNS, SOFTMAX

#: Names of what a model gives, which some write for logits and some for probabilities.
_UNSURE = frozenset((
    "y_pred", "y_hat", "yhat", "pred", "preds", "predt", "prediction", "predictions", "output", "outputs"))
_X = Symbol("nmderive_x", positive=True)
_POINTS, _NEAR, _SMALL = (Rational(1, 4), Rational(3, 5)), 1e-2, 0.02


def open_prediction(arguments: Sequence[Argument]) -> Argument | None:
    """Return the predicted array of which neither name nor declaration tells whether it holds logits; else None."""
    own = next(a for a in arguments if a.role in PREDICTIONS)
    is_unsure = own.role == "logits" and own.guessed and own.name.lower() in _UNSURE
    return own if own.role == "probabilities" or is_unsure else None


def as_entries(arguments: Sequence[Argument], own: Argument) -> list[Argument]:
    """Return the arguments with the entries of a prediction as they are, to see what is done with them."""
    return [replace(a, role="logits") if a == own else a for a in arguments]


def by_use(arguments: Sequence[Argument], own: Argument, expr: Expr) -> list[Argument]:
    """Return the arguments with the role of ``own`` that its use in ``expr`` tells; raise UsageError else."""
    role, why = _told(own, expr)
    return [replace(a, role=role, why=why) if a == own else a for a in arguments]


def used_as_probabilities(arguments: Sequence[Argument], expr: Expr) -> UsageError | None:
    """Return the question about logits that are used as probabilities are, of which most have no value; else None."""
    own = next(a for a in arguments if a.role in PREDICTIONS)
    if own.role != "logits" or not (_logged(expr) or any(map(_is_clip, expr.atoms(Abs)))):
        return None
    return UsageError(f"{own.name} is logged or clipped as probabilities are, so that most logits have no value there",
                      hint=f"{_let(own, SOFTMAX)}, or {_let(own, SIGMOID)}")


def _logged(expr: Expr) -> frozenset[str]:
    return frozenset(way for e in expr.atoms(log) for way in _ways(e.args[0]))


def may_be_signs(arguments: Sequence[Argument], expr: Expr) -> list[str]:
    """Return what is said of labels that are factors of logits in exponentials and kinks, as those of -1 and 1 are."""
    products = {p for e in expr.atoms(exp, Abs, tanh) for p in e.args[0].atoms(Mul)}
    signed = any({S, T} <= {getattr(f, "base", None) for f in p.args} for p in products)
    return [f"{a.name} lies in [0, 1]; if it is -1 or 1: {_let(a, SIGNS)}"
            for a in arguments if signed and a.role == "labels" and a.guessed]


def _told(own: Argument, expr: Expr) -> tuple[str, str]:
    named = own.role == "probabilities"
    if not named and any(e.has(S) for e in expr.atoms(exp, tanh)):
        return "logits", ""
    logged = _logged(expr)
    reasons = [said for said, holds in (
        ("its logarithm is taken", logged), ("it is clipped", any(map(_is_clip, expr.atoms(Abs)))),
        ("it is divided by its own sum", any(map(_is_share, expr.atoms(Pow))))) if holds]
    if not named and not reasons and _has_kink(expr):
        return "logits", ""
    if not named and not reasons:
        raise _asked(own, "logits or probabilities")
    why = "" if named else f": {reasons[0]}"
    if M not in own.shape:
        return SIGMOID, why
    if logged == {"1 - p"}:
        raise _asked(own, "the probabilities of classes, which sum to one, or each of a binary task")
    if logged == {"p", "1 - p"}:
        said = ": log p and log(1 - p) stand together; of classes that exclude each other: "
        return SIGMOID, said + _let(own, SOFTMAX)
    return SOFTMAX, why + (f"; of binary tasks: {_let(own, SIGMOID)}" if own.guessed else "")


def _let(own: Argument, role: str) -> str:
    return f"--let '{own.name}: {role}'"


def _asked(own: Argument, what: str) -> UsageError:
    logits = "" if own.role == "probabilities" else f"{_let(own, 'logits')} for any real numbers, "
    return UsageError(
        f"nothing tells whether {own.name} holds {what}",
        hint=f"{logits}{_let(own, SOFTMAX)} for those of classes, which sum to one, {_let(own, SIGMOID)} for those of "
             "binary tasks",
    )


def _has_kink(expr: Expr) -> bool:
    """Tell whether entries stand in a maximum or an absolute value, as the scores of margins do."""
    kinks = expr.atoms(Abs, sign) | {e for e in expr.atoms(IndexedOperator) if not isinstance(e, IndexSum)}
    return any(e.has(S) for e in kinks)


def _at(expr: Expr, label: Expr) -> Expr:
    """Return an expression with x for every entry, its label for that of others, and every sum as one of its terms."""
    while found := next(iter(expr.atoms(IndexSum)), None):
        expr = expr.xreplace({found: found.body})
    rule: dict[Any, Any] = {e: _X if e.base == S else label if e.base == T else Integer(1) for e in expr.atoms(Indexed)}
    small = {a: Integer(0) for a in expr.free_symbols if isinstance(a, Symbol) and a.is_real and not a.is_integer}
    return expr.xreplace(rule).xreplace({a: v for a, v in small.items() if a not in (_X, *SIZES)})


def _values(expr: Expr, label: Expr) -> list[float] | None:
    own = _at(expr, label)
    if own.free_symbols != {_X}:
        return None
    try:
        return [float(own.xreplace({_X: x})) for x in _POINTS]
    except TypeError:
        return None


def _ways(argument: Expr) -> Iterator[str]:
    """Yield "p" and "1 - p" where a logarithm is of these, up to small numbers, at a label of 0 or 1."""
    if not argument.has(S):
        return
    for label in (Integer(0), Integer(1)):
        values = _values(argument, label)
        for way, meant in (("p", _POINTS), ("1 - p", [1 - x for x in _POINTS])):
            if values is not None and all(abs(v - x) < _NEAR for v, x in zip(values, meant, strict=True)):
                yield way


def _is_clip(kink: Expr) -> bool:
    """Tell whether a kink is at a small number, or as near to 1."""
    values = _values(kink.args[0], Integer(1)) if isinstance(kink, Abs | sign) else None
    if values is None or values[0] == values[1]:
        return False
    slope = (values[1] - values[0]) / float(_POINTS[1] - _POINTS[0])
    root = float(_POINTS[0]) - values[0] / slope
    return 0 < root <= _SMALL or 1 - _SMALL <= root < 1


def _is_share(power: Expr) -> bool:
    """Tell whether a power is the inverse of the sum of the entries of a row."""
    return bool(power.exp == -1 and any(
        isinstance(e, IndexSum) and isinstance(e.body, Indexed) and e.body.base == S
        for e in (power.base, *power.base.args)))


__all__ = ["as_entries", "by_use", "may_be_signs", "open_prediction", "used_as_probabilities"]

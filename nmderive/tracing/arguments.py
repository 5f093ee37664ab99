"""What the arguments of a function are: logits, labels, target classes, weights, parameters or plain values.

Roles come from ``--let``, then from names; where a name says "labels", their use tells classes from numbers.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from sympy import IndexedBase, Symbol

from nmderive.calculus.domains import Domain
from nmderive.calculus.symbols import M, N
from nmderive.errors import UsageError
from nmderive.tracing.declared import Declared
from nmderive.tracing.roles import LABELS, PREDICTED, SIGMOID, SIGNS, SIZE, SOFTMAX, TEACHER, role_of
from nmderive.tracing.several import COLUMN, NUMBERS, OTHER_CLASS, OTHER_LABELS, SHARES, settled, shares

#: What the reading of a target class says; ``equal`` then judges hard labels.
ONE_HOT = "the labels t are one-hot (at soft labels the formula is only continued)"
#: Roles of what is predicted, of labels and of what they are as classes, and of arrays of the shape of the logits.
PREDICTIONS = (*PREDICTED, COLUMN)
LABELLED = ("labels", "target class")
_BOTH = {"labels": "target class", OTHER_LABELS: OTHER_CLASS}
_WHOLE = (*PREDICTED, "labels", SIGNS, TEACHER, NUMBERS, OTHER_LABELS, SHARES)


@dataclass(frozen=True)
class Argument:
    """One argument: its role, the shape of an array, and the value or symbol of a scalar or of weights.

    With ``is_mask`` an array holds True and False, of which the formula's letter is 1 and 0.
    """

    name: str
    role: str
    shape: tuple[Symbol, ...] = ()
    value: Any = None
    domain: Domain | None = None
    guessed: bool = False
    why: str = ""
    is_mask: bool = False

    @property
    def letter(self) -> str:
        """What the formula writes for it: the name, or another one where that is a letter of the formula."""
        return str(self.value.name) if isinstance(self.value, Symbol | IndexedBase) else self.name


def signature_of(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """Return the parameters of a function; raises UsageError where there is no fixed list of them."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        raise UsageError("the function has no signature", hint="wrap it: def loss(s, t): ...") from None
    fixed = [p for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    if not fixed:
        raise UsageError("the function has no named arguments", hint="wrap it: def loss(s, t): ...")
    return fixed


def arguments_of(function: Callable[..., Any], declared: Declared, given: Mapping[str, Any]) -> list[Argument]:
    """Return the role of every argument; raises UsageError for one that nothing tells."""
    parameters = signature_of(function)
    names = {p.name for p in parameters}
    for name in given:
        if name not in names:
            raise UsageError(f"there is no argument {name!r}", hint="its arguments: " + ", ".join(sorted(names)))
    found = [_argument(p, declared, given) for p in parameters]
    found = [replace(a, **changes) for a, changes in zip(found, settled(found), strict=True)]
    if not any(a.role in PREDICTIONS for a in found):
        raise UsageError(
            "no argument is known to be the logits", hint=f"--let '{parameters[0].name}: logits', or ': probabilities'"
        )
    for a in found:
        if a.letter != a.name and a.guessed:  # t beside y may be a temperature
            raise _unknown(a.name)
        if a.letter != a.name and a.letter in names:
            raise UsageError(f"{a.name} is a letter of formulas, and {a.letter} is another argument",
                             hint=f"rename the argument {a.name}")
    return found


def _argument(p: inspect.Parameter, declared: Declared, given: Mapping[str, Any]) -> Argument:
    name = p.name
    if name in declared.roles:
        role, shape = declared.roles[name]
        return Argument(name, SIZE, value=shape[0]) if role in ("classes", "rows", "samples") else \
            Argument(name, role, shape)
    if name in declared.values:
        number = declared.values[name]
        return Argument(name, "constant", value=int(number) if number.is_Integer else float(number))
    if name in declared.symbols:
        return _symbolic(name, declared)
    if name in given:
        return Argument(name, "constant", value=given[name])
    said = str(p.annotation)
    if re.search(r"Long|\bint\b|int64|integer", said) and "float" not in said and name.lower() in LABELS:
        return Argument(name, "target class", guessed=True)
    has_default = p.default is not inspect.Parameter.empty
    told = role_of(name)
    if told is not None and not has_default:
        return Argument(name, told, guessed=True)
    if has_default:
        return Argument(name, "constant", value=p.default)
    raise _unknown(name)


def _unknown(name: str) -> UsageError:
    return UsageError(
        f"nothing tells what the argument {name!r} is",
        hint=f"--let '{name}: logits', '{name}: probabilities', '{name}: labels', '{name}: target class'; weights: "
             f"'{name}_i>0' of samples, '{name}_j>0' of classes, '{name}_ij>0' of entries ('{name}_i' for any real "
             f"numbers, '{name}_i in {{0,1}}' for a mask, '{name}_i: mask' of True and False); one number: "
             f"'{name}=2', '{name}>0'",
    )


def _symbolic(name: str, declared: Declared) -> Argument:
    symbol, domain = declared.symbols[name], declared.domains.get(name)
    if isinstance(symbol, IndexedBase):
        return Argument(name, "weights", declared.shapes.get(name, (M,)), symbol, domain,
                        is_mask=name in declared.masks)
    return Argument(name, "parameter", (), symbol, domain)


def masks_of(arguments: Sequence[Argument]) -> frozenset[IndexedBase]:
    """Return the arrays that are declared to hold 0 and 1."""
    return frozenset(a.value for a in arguments if a.role == "weights" and a.domain and {*a.domain.values} == {0, 1})


def readings(arguments: list[Argument]) -> Iterator[list[Argument]]:
    """Yield the arguments with shapes, the usual reading first: a matrix, then one axis; labels, then classes."""
    guessed = [a.name for a in arguments if a.role in _BOTH and a.guessed]
    known = next((a.shape for a in arguments if a.role in PREDICTIONS and a.shape), None)
    is_alone = all(a.role in (*PREDICTIONS, "constant", "parameter", "weights") for a in arguments)
    for shape in (known,) if known else ((N, M), *[(N, N)] * is_alone, (M,), (N,)):
        yield [_shaped(a, shape, False) for a in arguments]
        for classes in _subsets(guessed) if M in shape else ():
            yield [_shaped(a, shape, a.name in classes) for a in arguments]


def _subsets(names: list[str]) -> Iterator[list[str]]:
    """Yield which labels are classes: all, then one or the other where there are two kinds."""
    for count in range(len(names), 0, -1):
        yield from map(list, combinations(names, count))


def square_readings(arguments: list[Argument]) -> Iterator[list[Argument]]:
    """Yield the arguments with a square matrix of samples for the logits, beside labels."""
    if any(a.role in (*_BOTH, *_BOTH.values()) for a in arguments):
        for is_class in (False, True):
            yield [_shaped(a, (N, N), is_class) for a in arguments]


def _shaped(argument: Argument, shape: tuple[Symbol, ...], is_class: bool) -> Argument:
    if argument.guessed and is_class and argument.role in _BOTH:
        argument = replace(argument, role=_BOTH[argument.role], **shares(argument))
    if argument.role in _BOTH.values() or argument.role == COLUMN:
        return replace(argument, shape=shape[:-1])
    if argument.role in _WHOLE:
        return replace(argument, shape=shape)
    return argument


def _otherwise(argument: Argument) -> str:
    return f"; where they are numbers: --let '{argument.name}: labels'" if argument.guessed else ""


def described(argument: Argument) -> str | None:
    """Return what the argument is read as, in words; None where nothing was read into it."""
    shape = "(" + ", ".join(a.name for a in argument.shape) + ("," if len(argument.shape) == 1 else "") + ")"
    texts = {
        "logits": f"the logits s, of shape {shape}",
        SOFTMAX: f"the probabilities p = softmax(s) of logits s{argument.why}",
        SIGMOID: f"the probabilities p = sigmoid(s) of logits s, each of a binary task{argument.why}",
        "labels": f"the labels t, numbers of shape {shape}",
        SIGNS: f"-1 or 1: it is 2 t - 1, t labels of 0 or 1 of shape {shape}",
        "target class": "the target class" + (" of each sample" if argument.shape else "")
                        + f", from 0; {ONE_HOT}" + _otherwise(argument),
        TEACHER: f"the logits of labels, t = softmax({argument.name})" if M in argument.shape else
                 f"the logits of labels, t = sigmoid({argument.name})",
        NUMBERS: f"given numbers {argument.letter} of shape {shape}",
        OTHER_LABELS: f"further labels {argument.letter}, numbers between 0 and 1 of shape {shape}",
        SHARES: f"further labels, the shares {argument.letter}_ij / sum_k {argument.letter}_ik",
        OTHER_CLASS: f"a further target class of each sample, from 0; its one-hot labels are the shares "
                     f"{argument.letter}_ij / sum_k {argument.letter}_ik" + _otherwise(argument),
        COLUMN: f"column {argument.value} of the logits s, of shape (n, 2): m = 2",
        "weights": "a mask of True and False" if argument.is_mask else
                   f"{'weights' if argument.domain else 'given numbers'} {argument.letter}",
        "parameter": f"a parameter {argument.letter}",
        SIZE: f"the number of {'classes' if argument.value == M else 'samples'} {argument.value}",
    }
    if argument.role == "constant":
        return f"{argument.name} is {argument.value!r}" if isinstance(argument.value, int | float) \
            and not isinstance(argument.value, bool) else None
    return f"{argument.name} is {texts[argument.role]}" + (f" of shape {shape}" if argument.role == "weights" else "")


__all__ = ["LABELLED", "ONE_HOT", "PREDICTIONS", "Argument", "arguments_of", "described", "masks_of", "readings",
           "signature_of", "square_readings"]

"""What one trace keeps beside its arrays: notes, free row maxima, and where in the user's file an operation stands."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sympy import Expr, IndexedBase

from nmderive.calculus.symbols import array
from nmderive.errors import NmderiveError, UnsupportedError

_PACKAGE = str(Path(__file__).parent.parent)
#: What runs the user's code: beyond it are its callers.
_READER = str(Path(__file__).parent / "read.py")


class Refused(UnsupportedError):
    """An operation of the user's code that has no place in a formula; the message names operation and line."""


class Writes(Refused):
    """An operation that writes into an array that the loss may use, so that it is refused at once."""


class LabelsIndex(Refused):
    """Labels that were read as numbers are used as an index: they are target classes."""


class LabelsCompared(LabelsIndex):
    """Labels read as numbers are compared with each other, or positions counted: they may be target classes."""


class LabelsBeyond(LabelsIndex):
    """Labels that were read between 0 and 1 are compared with a larger number: they are classes, or no labels."""


class ClassIsNumber(LabelsIndex):
    """Labels that were taken for classes after what a comparison says are used as numbers: that they are is unclear."""


class Misfit(Refused):
    """Arrays of these shapes do not fit the operation; with other shapes of the arguments it may.

    ``counts`` are whole numbers that stand where a number of classes would: with one of them for m it may fit, too.
    """

    counts: tuple[int, ...] = ()

    def at(self, *sizes: Any) -> Misfit:
        """Keep the sizes that are numbers of two classes or more; return the error."""
        self.counts = tuple(int(size) for size in sizes if getattr(size, "is_Integer", False) and size > 1)
        return self


class Fits(Refused):
    """Arrays of these shapes fit the function, but what it computes of them has no place in a formula."""


class Raised(Misfit):
    """The user's function raised an error of its own on symbolic arrays."""


class TracingFault(NmderiveError):
    """The formula and the real function have different values: nothing is read."""


@dataclass
class Trace:
    """The state of one trace: ``file`` is the user's, ``maxima`` are the free values that stand for maxima.

    Those that are in ``attained`` stand for nothing: they are maxima over an index. With ``compares`` labels that are
    compared with each other, or stand beside positions used as numbers, are numbers; ``declared_labels``: nothing of
    them is a guess; ``masks`` are the arrays that are declared to hold 0 and 1.

    ``line`` is the place in the file, where a front end knows it better than the stack does. ``source`` is the text
    that named the function, ``shape`` that of its logits, ``labels`` the name of the argument that holds labels.
    ``stopped`` are free values of maxima that the code takes as constants.
    ``lost`` is the last refusal of an operation whose result is not used yet, ``returned`` the array of which the
    function returns the number. ``classes`` is the number m of classes where the code fixes it, ``held`` what the
    function holds (``held.py``). ``guards`` are conditions on labels that the code branches on, each with how the
    branch goes, ``least`` the sizes, by name, from which on the code is the one that is read; with ``has_floor`` what
    has no value in the formula has a small one in the code. ``loops`` are the Python loops over samples or classes, by
    their place in the code, and ``passes`` says how often each is gone through (``loops.py``). ``ways`` says how the
    code goes where it branches on a condition of one pass (``branches.py``), ``written`` is the place where it last
    wrote into a part of another array, ``viewed`` where into an array of which it had taken a part or a view.
    With ``asks_class`` labels are classes since they are compared with a number beyond labels: they are no numbers
    then. ``picks`` tells that a class is used as an index.
    """

    file: str = ""
    line: str = ""
    notes: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    maxima: dict[IndexedBase, str] = field(default_factory=dict)
    known: dict[Any, IndexedBase] = field(default_factory=dict)
    attained: frozenset[IndexedBase] = frozenset()
    compares: bool = False
    declared_labels: bool = True
    masks: frozenset[IndexedBase] = frozenset()
    source: str = ""
    shape: Any = ()
    labels: str = "y"
    lost: Refused | None = None
    returned: Any = None
    classes: int | None = None
    held: Any = field(default_factory=dict)
    stopped: set[IndexedBase] = field(default_factory=set)
    guards: list[tuple[Expr, bool]] = field(default_factory=list)
    least: dict[str, int] = field(default_factory=dict)
    has_floor: bool = False
    passes: dict[Any, int] = field(default_factory=dict)
    loops: dict[Any, Any] = field(default_factory=dict)
    ways: dict[Expr, bool] = field(default_factory=dict)
    written: str = ""
    viewed: str = ""
    asks_class: bool = False
    picks: bool = False

    def given(self, sentence: str) -> None:
        """Keep a condition that the reading rests on, once."""
        if sentence not in self.conditions:
            self.conditions.append(sentence)

    def above_floor(self, what: str, floor: float) -> None:
        """Keep the condition that nothing is below a small floor of the code; the reading has none."""
        self.has_floor = True
        self.given(f"no {what} is below its floor of {floor:g}")

    def note(self, sentence: str) -> None:
        """Keep a sentence for the loss's ``read_as``, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def maximum_of(self, key: Any, place: str) -> IndexedBase | None:
        """Return the real array that stands for a maximum, the same for the same ``key``; ``place`` takes it first.

        None where it stands for nothing, and the maximum is one over an index.
        """
        if key not in self.known:
            self.known[key] = base = array(f"nmderive_max{len(self.maxima) + 1}")
            self.maxima[base] = place
        return None if self.known[key] in self.attained else self.known[key]


_current: ContextVar[Trace | None] = ContextVar("nmderive_trace", default=None)


@contextmanager
def tracing(
    file: str, attained: frozenset[IndexedBase] = frozenset(), compares: bool = False, **known: Any
) -> Iterator[Trace]:
    """Run a block as one trace of code in ``file``; ``known`` is what else messages say of it."""
    trace = Trace(file, attained=attained, compares=compares, **known)
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)


def current() -> Trace:
    """Return the trace in force; one that nobody reads where there is none."""
    return _current.get() or Trace()


def place() -> str:
    """Return "file.py, line 12: " for the line of the user's code that is running, or "" where it is not known."""
    if current().line:
        return current().line
    frame, outside = sys._getframe(1), ""
    wanted = current().file
    while frame is not None:
        name = frame.f_code.co_filename
        if name == _READER:
            break
        if name == wanted:
            return f"{Path(name).name}, line {frame.f_lineno}: "
        if not outside and not name.startswith(_PACKAGE) and "site-packages" not in name and name[:1] != "<":
            outside = f"{Path(name).name}, line {frame.f_lineno}: "
        frame = frame.f_back  # type: ignore[assignment]
    return "" if wanted else outside


def refused(what: str, hint: str | None = None, kind: type[Refused] = Refused) -> Refused:
    """Return the refusal of an operation, with the line of the user's file that asks for it."""
    return kind(place() + what, hint=None if hint is None else hint.replace("{labels}", current().labels))


__all__ = ["ClassIsNumber", "Fits", "LabelsBeyond", "LabelsCompared", "LabelsIndex", "Misfit", "Raised", "Refused",
           "Trace", "TracingFault", "Writes", "current", "place", "refused", "tracing"]

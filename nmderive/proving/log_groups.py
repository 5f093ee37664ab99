"""The parts of a form and the exponentials in them, numbered as the checker numbers them (``logsums``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sympy import Expr

from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.structure.reader import views

#: A bound index on the way to an exponential: its name, its range, and its conditions.
Index = tuple[str, str, tuple[Any, ...]]


@dataclass(frozen=True)
class Exponential:
    """One exponential of a logarithm: the indices inside the logarithm, and the exponent's parts as JSON."""

    inner: tuple[Index, ...]
    parts: tuple[Any, ...]
    weights: tuple[Any, ...] = ()


class Kind(Enum):
    """What a part of a form is: a logarithm of a sum of exponentials, such a sum alone, or an affine square."""

    LOG = "log"
    EXP = "exp"
    SQUARE = "square"


@dataclass
class LogGroup:
    """One part of the form: the indices that it stands under, and its exponentials (none in a square).

    ``anchored`` tells whether a constant stands beside the exponentials of a logarithm.
    """

    outer: tuple[Index, ...]
    weights: tuple[Any, ...] = ()
    exponentials: list[Exponential] = field(default_factory=list)
    kind: Kind = Kind.LOG
    anchored: bool = False

    def usable(self, kinds: tuple[Kind, ...]) -> bool:
        """Tell whether arguments about infima can use it: it is of these kinds, and a logarithm is anchored."""
        return self.kind in kinds and (self.anchored or self.kind is not Kind.LOG)


class NotLogSum(Exception):
    """The form is not a sum of weighted logarithms, exponentials and squares."""


def log_groups(ast: Any) -> list[LogGroup]:
    """Return the parts of a form given as JSON; raise NotLogSum where there is anything else in s."""
    return list(_outer(ast, (), ()))


def mentions(ast: Any, name: str = "s") -> bool:
    """Tell whether an array occurs in an expression given as JSON."""
    if isinstance(ast, list | tuple):
        if ast and ast[0] in ("fn", "dfn") and name == "s":
            return True
        return list(ast[:2]) == ["at", name] or any(mentions(a, name) for a in ast)
    return False


def log_sum_forms(loss: Loss, kinds: tuple[Kind, ...] = (Kind.LOG, Kind.EXP)) -> Iterator[tuple[Expr, list[LogGroup]]]:
    """Yield the equal forms of the loss that are weighted sums of parts of these kinds, and their parts."""
    for form in views(loss):
        try:
            groups = log_groups(to_ast(form))
        except NotLogSum:
            continue
        if groups and all(g.usable(kinds) for g in groups):
            yield form, groups


def _outer(node: Any, indices: tuple[Index, ...], weights: tuple[Any, ...]) -> Iterator[LogGroup]:
    if not mentions(node):
        return
    kind = node[0]
    if kind == "add":
        for part in node[1]:
            yield from _outer(part, indices, weights)
    elif kind == "sum":
        yield from _outer(node[4], (*indices, (node[1], node[2], tuple(node[3]))), weights)
    elif kind == "mul" and sum(map(mentions, node[1])) == 1:
        free = [x for x in node[1] if not mentions(x)]
        yield from _outer(next(x for x in node[1] if mentions(x)), indices, (*weights, *free))
    elif kind == "log":
        yield _group(node[1], indices, weights, Kind.LOG)
    elif kind == "exp":
        yield _group(node, indices, weights, Kind.EXP)
    elif kind == "mul":
        free = [x for x in node[1] if not mentions(x)]
        rest = ["mul", [x for x in node[1] if mentions(x)]]
        yield _group(rest, indices, (*weights, *free), Kind.EXP)
    elif kind == "pow" and node[2] == ["num", "2"]:
        yield LogGroup(indices, weights, [], Kind.SQUARE)
    else:
        raise NotLogSum


def _group(node: Any, indices: tuple[Index, ...], weights: tuple[Any, ...], kind: Kind) -> LogGroup:
    group = LogGroup(indices, weights, [], kind)
    _inner(node, (), (), (), group)
    return group


def _inner(
    node: Any, indices: tuple[Index, ...], weights: tuple[Any, ...], parts: tuple[Any, ...], group: LogGroup
) -> None:
    kind = node[0]
    if not mentions(node):
        if parts:
            group.exponentials.append(Exponential(indices, parts, (*weights, node)))
        elif not indices:
            group.anchored = True
    elif kind == "exp":
        group.exponentials.append(Exponential(indices, (*parts, node[1]), weights))
    elif kind == "add":
        for part in node[1]:
            _inner(part, indices, weights, parts, group)
    elif kind == "sum":
        _inner(node[4], (*indices, (node[1], node[2], tuple(node[3]))), weights, parts, group)
    elif kind == "mul":
        _product(node, indices, weights, parts, group)
    else:
        raise NotLogSum


def _product(
    node: Any, indices: tuple[Index, ...], weights: tuple[Any, ...], parts: tuple[Any, ...], group: LogGroup
) -> None:
    free = [x for x in node[1] if not mentions(x)]
    exps = [x for x in node[1] if mentions(x) and x[0] == "exp"]
    others = [x for x in node[1] if mentions(x) and x[0] != "exp"]
    if len(others) > 1:
        raise NotLogSum
    rest = others[0] if others else ["num", "1"]
    _inner(rest, indices, (*weights, *free), (*parts, *(x[1] for x in exps)), group)

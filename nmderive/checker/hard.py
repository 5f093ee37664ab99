"""Hard labels: t[i,j] = 1 if j is the target y_i of row i, and 0 otherwise.

Index values are tried case by case.  Where m is symbolic, the class indices of an expression are
replaced by stand-ins, one case for each way in which they can be equal (and ordered, if positions
are compared).  The stand-ins are literals; a form that names classes itself, or uses an index as a
number, is refused.  Where m is fixed, all values are tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from . import close, trees
from .context import Context
from .direction import linear_part
from .groups import Index
from .nodes import Label, Poly
from .numbers import Num, parse
from .read import Env, bind, read
from .reject import Malformed, Reject, TooLarge
from .written import contains_s

TARGET = "target_class"
_FIRST = 900
_MAX_CASES = 3000


def require_zeros(cx: Context) -> None:
    """Refuse labels that are declared positive: hard ones are 0 for every other class, and nothing follows for none."""
    if cx.arrays["t"] != "nonnegative":
        raise Malformed("hard labels are 0 or 1: t cannot be declared positive")


def least_classes(cx: Context, labels: tuple[Label, ...]) -> int:
    """The smallest m in a case: at least two, and all the different classes."""
    return max(2, len(set(labels)))


def require_no_named_classes(cx: Context, form: Any) -> None:
    """Refuse, for symbolic m, literal classes and indices that are used as numbers."""
    if "m" in cx.sizes:
        return
    if "m" in cx.at_least:
        raise Reject("the form names single classes")
    require_no_positions(cx, form)


def require_no_positions(cx: Context, node: Any) -> None:
    """Refuse, for symbolic m, an index that is used as a number."""
    if "m" in cx.sizes or not isinstance(node, list | tuple):
        return
    if len(node) == 2 and node[0] == "sym" and node[1] not in ("n", "m") and node[1] not in cx.parameters:
        raise Reject("the form uses an index as a number")
    if len(node) == 3 and node[0] in ("cong", "ncong"):
        raise Reject("the form counts classes modulo m")
    for x in node:
        require_no_positions(cx, x)


def compares(node: Any) -> bool:
    """Whether an expression compares positions of indices."""
    if not isinstance(node, list | tuple):
        return False
    return (len(node) == 3 and node[0] in ("lt", "le")) or any(compares(x) for x in node)


def cases(cx: Context, count: int, ordered: bool) -> Iterator[tuple[Label, ...]]:
    """The labels of so many class indices, in all cases."""
    if "m" in cx.sizes:
        if cx.sizes["m"] ** count > _MAX_CASES:
            raise TooLarge("too many values of the class indices")
        for pick in product(range(1, cx.sizes["m"] + 1), repeat=count):
            yield tuple(("L", k) for k in pick)
        return
    if count > (5 if ordered else 7):
        raise TooLarge("too many class indices")
    for pick in _orders(count) if ordered else _partitions(count):
        yield tuple(("L", _FIRST + k) for k in pick)


def _partitions(count: int) -> Iterator[tuple[int, ...]]:
    """Every way in which so many indices can be equal, each numbered in the order of its first places."""
    if count == 0:
        yield ()
        return
    for rest in _partitions(count - 1):
        for k in range(max(rest, default=-1) + 2):
            yield (*rest, k)


def _orders(count: int) -> Iterator[tuple[int, ...]]:
    """Every way in which so many indices can be equal or follow each other."""
    for pick in product(range(count), repeat=count):
        if set(pick) == set(range(len(set(pick)))):
            yield pick


def simplified(cx: Context, node: Any) -> Any:
    """The expression with t^e, e a positive number or parameter, written as t (for labels 0 and 1)."""
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 3 and node[0] == "pow" and node[1][0] == "at" and node[1][1] == "t" and _positive(cx, node[2]):
        return node[1]
    return type(node)(simplified(cx, x) for x in node)


def powers_of_zero(cx: Context, form: Any) -> str:
    """A remark for statements about forms with powers of labels."""
    return " (0^e counts as 0 for e > 0)" if simplified(cx, form) != form else ""


def _positive(cx: Context, node: Any) -> bool:
    if node[0] == "num":
        return parse(node[1]) > 0
    return node[0] == "sym" and cx.parameters.get(node[1]) == "positive"


Along = tuple[Num, Num]
#: The name of the target of each row index.
Targets = dict[str, str]


def at_target(node: Any, targets: Targets, along: Along) -> Any:
    """Put indicators of the targets for t, and for s one number at its row's target, another elsewhere.

    Only rows with a target may occur; without rows there is the one TARGET.
    """
    if not isinstance(node, list | tuple):
        return node
    if node and node[0] in trees.BINDERS and len(node) == 5 and (node[2] == "n" or is_reserved(node[1])):
        raise Reject("a weight or an exponent contains a sum over rows")
    if len(node) == 3 and node[0] == "at" and node[1] in ("s", "t"):
        *rows, j = node[2]
        if len(rows) > 1 or rows and rows[0] not in targets:
            raise Reject("a weight or an exponent belongs to another row")
        target = ["delta", j, targets[rows[0]] if rows else TARGET]
        if node[1] == "t":
            return target
        step = ["mul", [["num", str(along[0] - along[1])], target]]
        return ["add", [["num", str(along[1])], step]]
    if node and node[0] in ("fn", "dfn"):
        raise Reject("a function that is not given")
    return [at_target(x, targets, along) for x in node]


def is_reserved(name: Any) -> bool:
    """Whether a name is kept for targets."""
    return isinstance(name, str) and name.startswith(TARGET)


def targets_of(indices: tuple[Index, ...]) -> Targets:
    """A name for the target of each row index among those on the way to an exponent."""
    if any(is_reserved(x.name) for x in indices):
        raise Malformed("an index has a reserved name")
    rows = [x.name for x in indices if x.range_name == "n"]
    return {row: f"{TARGET}_{k}" if k else TARGET for k, row in enumerate(rows)}


def weight(cx: Context, weights: tuple[Any, ...], targets: Targets, env: Env) -> Poly:
    """A product of weights, for hard labels."""
    whole = simplified(cx, ["mul", list(weights)])
    if contains_s(whole):
        raise Malformed("a weight contains logits")
    return read(cx, at_target(whole, targets, (0, 0)), env)


def slope(cx: Context, parts: tuple[Any, ...], targets: Targets, env: Env, along: Along) -> Poly:
    """The derivative by r of an exponent where s is r * along[0] at the targets, r * along[1] elsewhere."""
    found = []
    for node in parts:
        plain = simplified(cx, node)
        found.append((read(cx, at_target(plain, targets, along), env), 1))
        found.append((read(cx, at_target(plain, targets, (0, 0)), env), -1))
    return close.total(cx, found)


def is_constant(cx: Context, parts: tuple[Any, ...], env: Env) -> bool:
    """Whether no logit is left in an exponent, for hard labels."""
    plain = tuple(simplified(cx, node) for node in parts)
    return not any(trees.mentions(node, "t") for node in plain) and not linear_part(cx, plain, env).terms


def scope(cx: Context, names: list[tuple[str, str]], labels: tuple[Label, ...]) -> Env:
    """The indices in scope: class indices have the given labels, row indices stay free."""
    env: Env = {}
    left = iter(labels)
    for name, range_name in names:
        label = next(left) if range_name == "m" else ("F", name, "n")
        env = bind(cx, env, name, label, range_name)
    return env

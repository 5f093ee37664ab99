"""Putting expressions together from others: entries of an array, rows and class sets replaced."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Entry = Callable[[list[Any]], Any]
#: Heads of nodes [head, index, range, conditions, body].
BINDERS = ("sum", "prod", "max", "min")


def number(k: Any) -> Any:
    """A number."""
    return ["num", str(k)]


def total(*parts: Any) -> Any:
    """A sum of expressions."""
    return ["add", list(parts)]


def product(*parts: Any) -> Any:
    """A product of expressions."""
    return ["mul", list(parts)]


def minus(a: Any, b: Any) -> Any:
    """Return a - b."""
    return total(a, product(number(-1), b))


def flat(node: Any) -> list[Any]:
    """The factors of a product, those of products in it among them."""
    return [f for x in node[1] for f in flat(x)] if node[0] == "mul" else [node]


def same(a: Any, b: Any) -> Any:
    """One where two indices are the same, else zero: a number where both are literal."""
    if str(a).isdigit() and str(b).isdigit():
        return number(int(int(a) == int(b)))
    return ["delta", a, b]


def replaced(node: Any, array: str, value: Entry) -> Any:
    """The expression with ``value(indices)`` in place of every entry of an array."""
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 3 and node[0] == "at" and node[1] == array:
        return value(list(node[2]))
    return [replaced(x, array, value) for x in node]


def positive_class(node: Any, target: Any) -> Any:
    """The expression where Omega_pos has the one member ``target``."""
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 3 and node[0] == "in" and node[2] in ("Omega_pos", "Omega_neg"):
        return ["eq" if node[2] == "Omega_pos" else "ne", node[1], target]
    return [positive_class(x, target) for x in node]


def without_label_logs(node: Any) -> Any:
    """The expression with t log(t x) written as t log x, which for labels 0 and 1 it equals (0 log 0 = 0)."""
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 2 and node[0] == "mul":
        labels = [x for x in node[1] if len(x) == 3 and x[0] == "at" and x[1] == "t"]
        return ["mul", [_log_without(without_label_logs(x), labels) for x in node[1]]]
    return [without_label_logs(x) for x in node]


def _log_without(node: Any, labels: list[Any]) -> Any:
    if node[0] != "log" or not labels:
        return node
    factors = node[1][1] if node[1][0] == "mul" else [node[1]]
    kept = [x for x in factors if x not in labels]
    return ["log", ["mul", kept] if kept else number(1)]


_FUNCTIONS = ("pow", "exp", "log", "tanh", "sign")


def zero_or_one(node: Any) -> Any:
    """The expression with t f(1) + (1 - t) f(0) in place of functions f of one label, equal for labels 0 and 1."""
    if not isinstance(node, list | tuple):
        return node
    found: list[Any] = []
    if node and node[0] in _FUNCTIONS and _labels(node, frozenset(), found):
        if found and all(x == found[0] for x in found):
            at_one, at_zero = replaced(node, "t", lambda _: number(1)), replaced(node, "t", lambda _: number(0))
            label = ["at", "t", found[0]]
            return total(product(label, at_one), product(minus(number(1), label), at_zero))
    return [zero_or_one(x) for x in node]


def by_target(node: Any, target: str | None = None) -> Any:
    """The expression with sum_y t_iy f(t_ij = [j = y]) in place of functions f of the labels of one row i.

    They are equal where one label of the row is one and all others are zero.
    """
    if not isinstance(node, list | tuple):
        return node
    target = target or _fresh(node, "target_y")
    if node and node[0] in _FUNCTIONS:
        found: list[Any] = []
        rows = {str(x[:-1]) for x in found} if _labels(node, frozenset(), found, rows_only=True) else set()
        if len(rows) == 1 and any(x != found[0] or isinstance(x[-1], str) and binds(node, x[-1]) for x in found):
            own = replaced(node, "t", lambda at: same(at[-1], target))
            return ["sum", target, "m", [], product(["at", "t", [*found[0][:-1], target]], own)]
    return [by_target(x, target) for x in node]


def _fresh(node: Any, name: str) -> str:
    """A name that does not occur."""
    taken = names(node)
    while name in taken:
        name += "_"
    return name


def binds(node: Any, name: str) -> bool:
    """Whether a sum or a product inside binds an index of that name."""
    if not isinstance(node, list | tuple):
        return False
    return len(node) == 5 and node[0] in BINDERS and node[1] == name or any(binds(x, name) for x in node)


def _labels(node: Any, bound: frozenset[str], found: list[Any], rows_only: bool = False) -> bool:
    """Gather the indices of all labels; whether none of them (with ``rows_only``: of their rows) is bound inside."""
    if not isinstance(node, list | tuple):
        return True
    if len(node) == 3 and node[0] == "at" and node[1] == "t":
        found.append(list(node[2]))
        return bound.isdisjoint(map(str, node[2][:-1] if rows_only else node[2]))
    if len(node) == 5 and node[0] in BINDERS:
        bound = bound | {str(node[1])}
    return all(_labels(x, bound, found, rows_only) for x in node)


def of_logits(node: Any, has_logits: Callable[[Any], bool]) -> Any:
    """The expression less terms in which ``has_logits`` finds no logit; those under sums and beside factors, too."""
    if not has_logits(node):
        return number(0)
    if node[0] == "add":
        return total(*(of_logits(x, has_logits) for x in node[1] if has_logits(x)))
    if node[0] == "sum":
        return [*node[:4], of_logits(node[4], has_logits)]
    inner = [x for x in node[1] if has_logits(x)] if node[0] == "mul" else []
    if len(inner) == 1:
        return product(*(of_logits(x, has_logits) if x is inner[0] else x for x in node[1]))
    return node


def names(node: Any) -> set[str]:
    """All names that occur."""
    if isinstance(node, str):
        return {node}
    return set().union(*map(names, node)) if isinstance(node, list | tuple) else set()


def mentions(node: Any, array: str) -> bool:
    """Whether an entry of the array occurs."""
    if not isinstance(node, list | tuple):
        return False
    return len(node) == 3 and node[0] == "at" and node[1] == array or any(mentions(x, array) for x in node)


def listed(node: Any) -> Any:
    """The expression with lists for tuples, for comparison."""
    return [listed(x) for x in node] if isinstance(node, list | tuple) else node


def one_sum(parts: Any) -> Any | None:
    """Multiples of sums over one range as one sum: sum_i a_i - 2 sum_k b_k is sum_i (a_i - 2 b_i); else None."""
    bodies, ranges, joined = [], set(), "joined_index"
    while joined in json.dumps(parts):  # a name that binds nothing here and is free nowhere
        joined += "_"
    for x in parts:
        factors = x[1] if x[0] == "mul" else [x]
        sums = [f for f in factors if f[0] == "sum"]
        numbers = [f for f in factors if f[0] == "num"]
        if len(sums) != 1 or len(numbers) + 1 != len(factors) or sums[0][3]:
            return None
        ranges.add(sums[0][2])
        bodies.append(["mul", [*numbers, with_index(sums[0][4], sums[0][1], joined)]])
    return ["sum", joined, ranges.pop(), [], ["add", bodies]] if len(ranges) == 1 else None


def with_index(node: Any, name: str, new: Any) -> Any:
    """The expression with another name, or a number, for one of its free indices."""
    if isinstance(node, list | tuple):
        if len(node) == 5 and node[0] in BINDERS and node[1] == name:
            return list(node)  # bound anew
        return [with_index(x, name, new) for x in node]
    return new if node == name else node

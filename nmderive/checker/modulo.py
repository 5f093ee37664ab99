"""Class indices modulo m, written with plain indices only.

In the place of a class index, ["mod", [["j", 1], ["d", 1]], 0] is the class that is congruent to j + d modulo m.
There is exactly one such class k, so that an expression f(j + d) is the sum over k of f(k) under the condition that k
is congruent to j + d, and a product over j of f(j + d) is the product over j and over these k.  ``plain`` writes it
so, in the scope of the innermost index that j + d holds, or outside of all where it holds free ones only.  Conditions
and deltas between such indices become conditions ["cong", [["k", 1], ["j", -1], ["d", -1]], 0], that the combination
is 0 modulo m, or ["ncong", ...], that it is not.  The letters of all of them run over the classes.
"""

from __future__ import annotations

from typing import Any

from .reject import Malformed, TooLarge
from .trees import BINDERS

Combination = tuple[dict[str, int], int]

_EXPRESSIONS = frozenset(
    "num sym at add mul pow exp log tanh sum prod max min fn dfn iverson delta remainder idx".split())
_ENTRIES = {"at": (2,), "fn": (3,), "dfn": (3, 4)}
_LARGEST = 1000
_MOST_LETTERS = 8
_MOST_DEEP = 100


def plain(data: Any) -> Any:
    """The data of a certificate, or an expression, with plain indices; itself where there are no others."""
    if not _has(data, 0):
        return data
    return _Lowering(_names(data)).anything(data)


def combination(letters: Any, number: Any) -> Combination:
    """Letters with whole coefficients, and a number; those with coefficient 0 left out."""
    found: dict[str, int] = {}
    if not isinstance(letters, list | tuple) or len(letters) > _MOST_LETTERS:
        raise Malformed("a class index modulo m is a short list of letters and a number")
    for pair in letters:
        if not isinstance(pair, list | tuple) or len(pair) != 2 or not isinstance(pair[0], str):
            raise Malformed("a class index modulo m has letters with coefficients")
        found[pair[0]] = found.get(pair[0], 0) + _whole(pair[1])
    return {x: c for x, c in found.items() if c}, _whole(number)


def _whole(k: Any) -> int:
    if not isinstance(k, int) or isinstance(k, bool) or abs(k) > _LARGEST:
        raise Malformed("a class index modulo m has small whole coefficients")
    return k


def _has(data: Any, depth: int) -> bool:
    if depth > _MOST_DEEP:
        raise TooLarge("an expression is nested too deeply")
    if isinstance(data, dict):
        return any(_has(x, depth + 1) for x in data.values())
    if not isinstance(data, list | tuple):
        return False
    return _is_shifted(data) or any(_has(x, depth + 1) for x in data)


def _is_shifted(x: Any) -> bool:
    return isinstance(x, list | tuple) and len(x) == 3 and x[0] == "mod"


def _names(data: Any) -> set[str]:
    if isinstance(data, str):
        return {data}
    if isinstance(data, dict):
        return set(data).union(*map(_names, data.values()))
    return set().union(*map(_names, data)) if isinstance(data, list | tuple) else set()


class _Lowering:
    """One certificate; new indices have names that it does not hold."""

    def __init__(self, taken: set[str]) -> None:
        self.head = "placed"
        while any(x.startswith(self.head) for x in taken):
            self.head += "_"

    def anything(self, data: Any) -> Any:
        """Data of any kind, in which expressions stand."""
        if isinstance(data, dict):
            return {name: self.anything(x) for name, x in data.items()}
        if not isinstance(data, list | tuple):
            return data
        if _is_condition(data):
            return self.condition(list(data))
        if data and isinstance(data[0], str) and data[0] in _EXPRESSIONS:
            number = iter(range(_LARGEST))
            return self.bound_here("sum", self.node(data, number), None, number)
        return [self.anything(x) for x in data]

    def node(self, node: Any, number: Any) -> Any:
        """An expression in which the shifted indices without bound letters are left."""
        if not isinstance(node, list | tuple) or not node:
            return node
        head = node[0]
        if not isinstance(head, str):
            return [self.node(x, number) for x in node]
        if head in _ENTRIES:
            return [_sorted(x) if k in _ENTRIES[head] else x for k, x in enumerate(node)]
        if head in BINDERS and len(node) == 5:
            _, name, span, conds, body = node
            body = self.bound_here(head, self.node(body, number), name, number)
            return [head, name, span, [self.condition(list(c)) for c in conds], body]
        if head == "iverson" and len(node) == 2:
            return ["iverson", self.condition(list(node[1]))]
        if head == "delta" and len(node) == 3:
            found = self.condition(["eq", *node[1:]])
            return ["iverson", found] if found[0] == "cong" else list(node)
        return [self.node(x, number) if isinstance(x, list | tuple) else x for x in node]

    def condition(self, cond: list[Any]) -> list[Any]:
        """A condition; a comparison of shifted indices is one modulo m."""
        if not any(map(_is_shifted, cond[1:])):
            return cond
        if len(cond) != 3 or cond[0] not in ("eq", "ne"):
            raise Malformed("class indices modulo m have no order and belong to no set")
        letters, number = _difference(cond[1], cond[2])
        return ["cong" if cond[0] == "eq" else "ncong", letters, number]

    def bound_here(self, kind: str, body: Any, name: str | None, number: Any) -> Any:
        """Bind one class for each shifted index that holds the letter (with None: for each that is left)."""
        for shifted in _shifted(body, name):
            own = f"{self.head}{next(number)}"
            letters, rest = _difference(own, shifted)
            body = [kind, own, "m", [["cong", letters, rest]], _with(body, shifted, own)]
        return body


def _is_condition(data: Any) -> bool:
    return len(data) == 3 and data[0] in ("eq", "ne") and any(map(_is_shifted, data[1:]))


def _sorted(indices: Any) -> Any:
    """The indices of an entry, equal shifted ones written alike."""
    if not isinstance(indices, list | tuple):
        return indices
    out = []
    for x in indices:
        if _is_shifted(x):
            letters, number = combination(x[1], x[2])
            x = ["mod", [[name, c] for name, c in sorted(letters.items())], number]
        out.append(x)
    return out


def _difference(a: Any, b: Any) -> tuple[list[list[Any]], int]:
    """The combination a - b."""
    letters: dict[str, int] = {}
    number = 0
    for x, side in ((a, 1), (b, -1)):
        if _is_shifted(x):
            own, rest = combination(x[1], x[2])
        elif isinstance(x, str) and not x.isdigit():
            own, rest = {x: 1}, 0
        else:
            own, rest = {}, _whole(int(x) if isinstance(x, str) else x)
        number += side * rest
        for name, c in own.items():
            letters[name] = letters.get(name, 0) + side * c
    return [[name, c] for name, c in letters.items() if c], number


def _shifted(node: Any, name: str | None) -> list[Any]:
    """The different shifted indices of entries that hold the letter, in the order in which they stand."""
    found: list[Any] = []
    for x in _all_shifted(node):
        if x not in found and (name is None or any(letter == name for letter, _ in x[1])):
            found.append(x)
    return found


def _all_shifted(node: Any) -> list[Any]:
    if not isinstance(node, list | tuple):
        return []
    return [node] if _is_shifted(node) else [x for part in node for x in _all_shifted(part)]


def _with(node: Any, shifted: Any, name: str) -> Any:
    if not isinstance(node, list | tuple):
        return node
    return name if node == shifted else [_with(x, shifted, name) for x in node]


__all__ = ["combination", "plain"]

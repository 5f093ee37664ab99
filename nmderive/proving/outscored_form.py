"""A row with a hard label as a function of its logits that another class's logit bounds from below, as hinges are.

It looks at the certificate's own expressions: sums over classes are split at the target and at one other class.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from nmderive.calculus.symbols import M, N
from nmderive.checker import check
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import Ast, to_ast
from nmderive.proving import certificates

_ZERO, _ONE, _MINUS = ["num", "0"], ["num", "1"], ["num", "-1"]
_HEADS = ("sum", "prod", "max", "min")
_GAP = ["sym", "x"]
#: What the checker says where only the place is not the right one.
FALLS = "to be able to fall below"
#: Longer losses are not looked at.
_LARGE = 400
_MOST_ROOTS = 3


class OtherFormError(Exception):
    """The expression is not of a kind that is split."""


def outscored_certificate(loss: Loss, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate that a row costs more where another class reaches the target."""
    if M not in loss.shape or loss.has_undefined_functions or loss.is_square or _count(loss.expr) > _LARGE:
        return None
    try:
        row = renamed(_row(to_ast(loss.expr)) if N in loss.shape else to_ast(loss.expr), {})
        form = _Split("y", (), N in loss.shape).of(row)
        parts = list(_flat(_Split("k", ("y",), N in loss.shape).of(_reached(form, N in loss.shape))))
    except OtherFormError:
        return None
    plain = {
        "loss": to_ast(loss.expr), "shape": [x.name for x in loss.shape], "sizes": dict(sizes), "row": row,
        "form": form, "floor": _ZERO, "above_floor": form, **certificates.declarations(loss),
    }
    for bound, above in _bounds(parts):
        if bound == _ZERO:
            continue  # nothing is less: the floor is 0
        for at in _places(loss, bound):
            certificate = Certificate("outscored", {**plain, "bound": bound, "above_bound": above, "at": at})
            found = check(certificate.as_json())
            if found.accepted:
                return certificate
            if FALLS not in found.reason:
                break  # another place does not help
    return None


def _count(expr: Any) -> int:
    return 1 + sum(map(_count, expr.args))


def _row(node: Ast) -> Ast:
    """Return the body of the sum over rows, i being its index."""
    if node[0] == "sum" and node[2] == "n" and not node[3]:
        return list(_with_index(node[4], node[1], "i"))
    if node[0] == "add":
        return ["add", [_row(x) for x in node[1]]]
    if node[0] == "mul":
        rows = [x for x in node[1] if x[0] == "sum" and x[2] == "n"]
        if len(rows) == 1:
            return ["mul", [_row(x) if x is rows[0] else x for x in node[1]]]
    raise OtherFormError


def _with_index(node: Any, name: str, new: str) -> Any:
    if isinstance(node, list):
        return [_with_index(x, name, new) for x in node]
    return new if node == name else node


def renamed(node: Any, names: Mapping[str, str], new: str = "other_class_{}", depth: int = 0) -> Any:
    """Return the expression with names for bound indices that tell how deep they stand, and that nothing else has."""
    if not isinstance(node, list):
        return names.get(node, node) if isinstance(node, str) else node
    if len(node) == 5 and node[0] in _HEADS:
        head, name, span, conditions, body = node
        if span != "m":
            raise OtherFormError
        inner = {**names, name: new.format(depth)}
        return [head, inner[name], span, renamed(conditions, inner), renamed(body, inner, new, depth + 1)]
    if node and node[0] in ("num", "sym", "at"):
        return [node[0], *(renamed(x, names if node[0] != "num" else {}) for x in node[1:])]
    return [renamed(x, names, new, depth) for x in node]


class _Split:
    """Takes the sums over classes of an expression apart at one class, all other bound classes being others."""

    def __init__(self, at: str, apart: tuple[str, ...], has_rows: bool) -> None:
        self.at, self.apart, self.has_rows = at, apart, has_rows

    def of(self, node: Ast, others: frozenset[str] = frozenset()) -> Ast:
        """Return the expression with sum_j f(j) as f(at) + sum_(j other than at) f(j), labels put in."""
        kind = node[0]
        if kind in ("num", "sym"):
            return node
        if kind == "at":
            return self._entry(node, others)
        if kind == "add":
            return _added([self.of(x, others) for x in node[1]])
        if kind == "mul":
            factors: list[Ast] = []
            for x in sorted(node[1], key=_depth):
                factors.append(self.of(x, others))
                if factors[-1] == _ZERO:
                    return _ZERO
            return _multiplied(factors)
        if kind in ("sum", "prod", "max", "min"):
            return self._bound(node, others)
        if kind in ("exp", "log", "tanh", "pow"):
            inner = [self.of(x, others) for x in node[1:]]
            is_label = kind == "pow" and inner[0] in (_ZERO, _ONE) and inner[1][0] == "num"
            return inner[0] if is_label and Fraction(inner[1][1]) > 0 else [kind, *inner]
        raise OtherFormError

    def _entry(self, node: Ast, others: frozenset[str]) -> Ast:
        if not all(isinstance(x, str) for x in node[2]):
            raise OtherFormError  # a class by its number, or by a shift
        if node[1] != "t":
            return node
        if node[2][-1] == self.at:
            return _ONE
        if node[2][-1] in others:
            return _ZERO
        raise OtherFormError

    def _bound(self, node: Ast, others: frozenset[str]) -> Ast:
        head, name, span, conditions, body = node
        kept, is_in = [], True
        for condition in conditions:
            if condition[0] != "ne" or name not in condition[1:]:
                raise OtherFormError
            other = next(x for x in condition[1:] if x != name)
            if not isinstance(other, str):
                raise OtherFormError  # a class counted modulo m
            if other == self.at:
                is_in = False
            elif other in others or other in self.apart:
                kept.append(condition)
            else:
                raise OtherFormError
        if is_in and head in ("max", "min"):
            if self.at == "y":
                raise OtherFormError
            return node  # a maximum over the others holds the other class, and stays
        outside = [head, name, span, [*kept, ["ne", name, self.at]], self.of(body, others | {name})]
        if head in ("max", "min"):
            return outside
        neutral = _ZERO if head == "sum" else _ONE
        rest = neutral if outside[4] == neutral else outside
        if not is_in:
            return rest
        own = self.of(_with_index(body, name, self.at), others)
        return _added([own, rest]) if head == "sum" else _multiplied([own, rest])


def _depth(node: Any) -> int:
    return 1 + max(map(_depth, node), default=0) if isinstance(node, list) else 0


def _added(parts: list[Ast]) -> Ast:
    numbers = sum((Fraction(x[1]) for x in parts if x[0] == "num"), Fraction(0))
    rest = [x for x in parts if x[0] != "num"]
    rest += [["num", str(numbers)]] if numbers or not rest else []
    return rest[0] if len(rest) == 1 else ["add", rest]


def _multiplied(parts: list[Ast]) -> Ast:
    parts = [f for x in parts for f in (x[1] if x[0] == "mul" else [x])]
    number = Fraction(1)
    for x in parts:
        number *= Fraction(x[1]) if x[0] == "num" else 1
    if not number:
        return _ZERO
    rest = [x for x in parts if x[0] != "num"]
    rest = [["num", str(number)], *rest] if number != 1 or not rest else rest
    return rest[0] if len(rest) == 1 else ["mul", rest]


def _reached(node: Any, has_rows: bool) -> Any:
    """Return the expression with s_k - x for the target's logit."""
    row = ["i"] if has_rows else []
    if not isinstance(node, list):
        return node
    if node == ["at", "s", [*row, "y"]]:
        return ["add", [["at", "s", [*row, "k"]], ["mul", [_MINUS, _GAP]]]]
    return [_reached(x, has_rows) for x in node]


def _flat(node: Ast, factors: tuple[Ast, ...] = ()) -> Iterator[tuple[Ast, Ast]]:
    """Yield the terms of a sum as (factor without logits, rest)."""
    if node[0] == "add":
        for x in node[1]:
            yield from _flat(x, factors)
    elif node[0] == "mul" and sum(map(_moves, node[1])) <= 1:
        inner = [x for x in node[1] if _moves(x)]
        own = tuple(x for x in node[1] if not _moves(x))
        yield from _flat(inner[0], (*factors, *own)) if inner else iter([(_multiplied([*factors, *own]), _ONE)])
    elif _moves(node):
        yield _multiplied([*factors, _ONE]), node
    else:
        yield _multiplied([*factors, node]), _ONE


def _moves(node: Any) -> bool:
    """Tell whether a logit or the gap is in an expression."""
    return isinstance(node, list) and (node[:2] == ["at", "s"] or node == _GAP or any(map(_moves, node)))


def _is_absolute(node: Ast) -> bool:
    return bool(node[0] == "pow" and node[2] == ["num", "1/2"] and node[1][0] == "pow" and node[1][2] == ["num", "2"])


def _bounds(parts: list[tuple[Ast, Ast]]) -> Iterator[tuple[Ast, Ast]]:
    """Yield numbers that the row may not fall below, and what it is above them by, as a sum of parts of one sign."""
    sums = [_multiplied([c, x]) for c, x in parts if x[0] == "sum"]
    own = [(c, x) for c, x in parts if x[0] != "sum"]
    roots = [(c, x) for c, x in own if _is_absolute(x)]
    if not own or len(roots) > _MOST_ROOTS:
        return
    for sides in (*product(("1", "-1"), repeat=len(roots)), None) if roots else (None,):
        lowered, gaps = own, []
        if sides is not None:  # |u| is at least u, and -u
            lowered = [(c, x) for c, x in own if not _is_absolute(x)]
            for (c, x), side in zip(roots, sides, strict=True):
                lowered += _flat(_multiplied([c, ["num", side], x[1][1]]))
                gaps.append(["mul", [c, ["add", [x, ["mul", [["num", str(-int(side))], x[1][1]]]]]]])
        bounds, above = [], []
        for factors, group in _by_factor(lowered):
            together = _collected(group)
            number = _at_zero(together)
            bounds.append(_multiplied([*factors, number]))
            rest = _collected([*group, *_flat(_multiplied([_MINUS, number]))])
            above.append(_multiplied([*factors, rest]))
        yield _added(bounds), ["add", [*sums, *gaps, *above]]


def _by_factor(terms: list[tuple[Ast, Ast]]) -> Iterator[tuple[list[Ast], list[tuple[Ast, Ast]]]]:
    """Yield terms with the same factors besides numbers: these, and the terms without them."""
    groups: dict[str, tuple[list[Ast], list[tuple[Ast, Ast]]]] = {}
    for c, x in terms:
        all_of = c[1] if c[0] == "mul" else [c]
        letters = sorted((f for f in all_of if f[0] != "num"), key=repr) if x != _ONE or any(
            _moves(y) for _, y in terms if y != _ONE) else []
        numbers = _multiplied([f for f in all_of if f not in letters] or [_ONE])
        groups.setdefault(repr(letters), (letters, []))[1].append((numbers, x))
    yield from groups.values()


def _collected(terms: list[tuple[Ast, Ast]]) -> Ast:
    """Return the sum of terms, those alike added up."""
    numbers: dict[str, Fraction] = {}
    nodes: dict[str, list[Ast]] = {}
    for c, x in terms:
        factors = [f for f in (*(c[1] if c[0] == "mul" else [c]), x) if f != _ONE]
        number = Fraction(1)
        for f in factors:
            number *= Fraction(f[1]) if f[0] == "num" else 1
        rest = sorted((f for f in factors if f[0] != "num"), key=repr)
        numbers[repr(rest)] = numbers.get(repr(rest), Fraction(0)) + number
        nodes[repr(rest)] = rest
    kept = [_multiplied([["num", str(v)], *nodes[k]]) for k, v in numbers.items() if v]
    return ["add", kept] if kept else _ZERO


def _at_zero(node: Any) -> Any:
    """Return the expression where all logits and the gap are zero, as a number where it is one."""
    if not isinstance(node, list):
        return node
    if node[:2] == ["at", "s"] or node == _GAP:
        return _ZERO
    if node and node[0] in ("add", "mul"):
        parts = [_at_zero(x) for x in node[1]]
        return _added(parts) if node[0] == "add" else _multiplied(parts)
    if node and node[0] in ("max", "min"):
        return _at_zero(node[4])
    if node and node[0] == "pow" and _is_absolute(node):
        inside = _at_zero(node[1][1])
        return ["num", str(abs(Fraction(inside[1])))] if inside[0] == "num" else ["pow", ["pow", inside, *node[1][2:]],
                                                                                node[2]]
    if len(node) == 3 and node[0] == "pow":
        base = _at_zero(node[1])
        exponent = node[2][1] if node[2][0] == "num" else "1/2"
        if base[0] == "num" and exponent.isdigit() and int(exponent) < 10:
            return ["num", str(Fraction(base[1]) ** int(exponent))]
        return ["pow", base, node[2]]
    return [_at_zero(x) for x in node]


def _places(loss: Loss, bound: Ast) -> Iterator[list[Ast]]:
    """Yield logits of the target and of the others at which the row may be small."""
    letters = [["sym", p.name] for p in loss.parameters]
    first = [x for k, x in enumerate([bound, *letters, _ONE]) if x not in [bound, *letters, _ONE][:k]]
    for v, w in product(first, (False, True)):
        yield [v, _multiplied([_MINUS, v]) if w else _ZERO]

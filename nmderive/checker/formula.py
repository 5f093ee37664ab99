"""Expressions as one line of text, as they are typed: 2*n, sum(i, t[i]*log(t[i])), s[i, j]**2/m."""

from __future__ import annotations

from typing import Any

from .numbers import parse
from .trees import BINDERS

_SUM, _PRODUCT, _POWER, _ATOM = range(4)
_RELATIONS = {"ne": "!=", "lt": "<", "le": "<=", "in": "in", "eq": "="}
_LIMIT = 400


def formula(node: Any) -> str:
    """The expression as text, shortened where it is very long."""
    text = _written(node, _SUM)
    return text if len(text) <= _LIMIT else text[:_LIMIT] + " ..."


def _written(node: Any, place: int) -> str:
    """The expression where it stands: in brackets where it binds less than what is around it."""
    level, text = _plain(node)
    return f"({text})" if level < place else text


def _plain(node: Any) -> tuple[int, str]:
    """How an expression binds, and its text."""
    head, *rest = node
    if head in ("num", "sym"):
        text = str(rest[0])
        return (_SUM if text.startswith("-") else _PRODUCT if "/" in text else _ATOM), text
    if head == "at":
        return _ATOM, f"{rest[0]}[{', '.join(map(str, rest[1]))}]" if rest[1] else str(rest[0])
    if head == "add":
        return _sum(rest[0])
    if head == "mul":
        return _product(rest[0])
    if head == "pow":
        if rest[1] == ["num", "-1"]:
            return _product([node])
        return _POWER, f"{_written(rest[0], _ATOM)}**{_written(rest[1], _ATOM)}"
    if head in ("exp", "log", "tanh", "sign"):
        return _ATOM, f"{head}({_written(rest[0], _SUM)})"
    if head in BINDERS:
        under = ", ".join([f"{rest[0]}", *(_condition(c) for c in rest[2])])
        return _ATOM, f"{head}({under}, {_written(rest[3], _SUM)})"
    return _ATOM, f"{head}{rest}"


def _condition(cond: Any) -> str:
    if cond[0] not in _RELATIONS:
        return f"{cond}"
    return f"{cond[1]} {_RELATIONS[cond[0]]} {cond[2]}"


def _sum(parts: Any) -> tuple[int, str]:
    text = ""
    for x in parts:
        own = _written(x, _PRODUCT) if x[0] in ("add",) else _plain(x)[1]
        text += f" - {own[1:]}" if text and own.startswith("-") else f" + {own}" if text else own
    return (_SUM if len(parts) > 1 else _ATOM), text or "0"


def _product(factors: Any) -> tuple[int, str]:
    """A product as one quotient, a number first."""
    above, below = [], []
    for x in factors:
        is_below = x[0] == "pow" and x[2][0] == "num" and x[2][1].startswith("-")
        if not is_below:
            above.append(x)
        elif x[2] == ["num", "-1"]:
            below.append(_written(x[1], _ATOM))
        else:
            below.append(_written(["pow", x[1], ["num", x[2][1][1:]]], _POWER))
    numbers = [x for x in above if x[0] == "num"]
    sign = -1 if sum(x[1].startswith("-") for x in numbers) % 2 else 1
    shown = [str(abs(parse(x[1]))) for x in numbers if abs(parse(x[1])) != 1]
    shown = [f"({x})" if "/" in x else x for x in shown]
    shown += [_written(x, _POWER) for x in above if x[0] != "num"]
    text = ("-" if sign < 0 else "") + ("*".join(shown) or "1")
    if below:
        text += "/" + (below[0] if len(below) == 1 else f"({'*'.join(below)})")
    return (_SUM if sign < 0 else _PRODUCT), text


__all__ = ["formula"]

"""Shares of a total: x_j / sum_k x_k, no x_k negative, lies between 0 and 1; so do sums of some of the x_j over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .context import Context
from .read import Env, bind, read
from .reject import Reject

#: The scope inside a sum, and whether an expression is not negative in a scope.
Inside = Callable[[Any, Env], Env]
NotNegative = Callable[[Any, Env], bool]


def is_share(cx: Context, factors: list[Any], env: Env, inside: Inside, not_negative: NotNegative) -> bool:
    """Whether a product is one term of a sum of terms that are not negative, or some of them, over the whole sum.

    Beside the sum there may be more that is not negative: e^x_j / (1 + sum_k e^x_k).
    """
    for place, factor in enumerate(factors):
        if factor[0] != "pow" or factor[2] != ["num", "-1"]:
            continue
        rest = factors[:place] + factors[place + 1 :]
        own = rest[0] if len(rest) == 1 else ["mul", rest]
        for total, beside in _sums_of(factor[1]):
            try:
                is_part = _is_part(cx, own, total, env, inside) and not_negative(total[4], inside(total, env))
                if is_part and all(not_negative(x, env) for x in beside):
                    return True
            except Reject:
                continue
    return False


def _sums_of(node: Any) -> list[tuple[Any, list[Any]]]:
    """The sums over all of an index that an expression is, or is made of, each with what is added to it."""
    parts = list(node[1]) if node[0] == "add" else [node]
    return [(x, parts[:k] + parts[k + 1 :]) for k, x in enumerate(parts) if x[0] == "sum" and not x[3]]


def _is_part(cx: Context, own: Any, total: Any, env: Env, inside: Inside) -> bool:
    _, name, size, _, body = total
    if own[0] == "sum":
        if own[2] != size:
            return False
        scope = inside(own, env)
        wanted, labels = read(cx, own[4], scope), {scope[own[1]]}
    else:
        wanted = read(cx, own, env)
        labels = {env[x] for x in _indices(own) if isinstance(x, str) and x in env and env[x][-1] == size}
    # The body of the whole sum is read outside of the part's: there the part's index may be another's name.
    return any(read(cx, body, bind(cx, env, name, label, size)) is wanted for label in labels)


def _indices(node: Any) -> list[Any]:
    """All indices of entries."""
    if not isinstance(node, list | tuple):
        return []
    if len(node) == 3 and node[0] == "at":
        return list(node[2])
    return [x for part in node for x in _indices(part)]

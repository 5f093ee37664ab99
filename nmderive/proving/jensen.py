"""Where a loss holds log sum_k w_k x_k or sum_k w_k log x_k, the difference of the two as Jensen's inequality has it.

On forms as JSON; what is proposed here the checker of "nonnegative" judges: weights that sum to one, signs, and what is
left of the loss.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nmderive.proving.log_groups import mentions

Gap = dict[str, Any]
_Binders = tuple[list[Any], ...]


def gaps(form: Any) -> Iterator[dict[str, Any]]:
    """Yield lists of differences log sum w x - sum w log x to take out of a form, by its logarithms of sums first.

    The keys are those of the certificate: "jensen", and "rest", the terms that have no part in them.
    """
    terms = form[1] if form[0] == "add" else [form]
    for under in (False, True):
        found = [list(_found(x, (), (), under)) for x in terms]
        if any(found):
            jensen = [gap for each in found for gap in each]
            yield {"jensen": jensen}
            rest = [x for x, each in zip(terms, found, strict=True) if not each]
            if rest and len(rest) < len(terms):
                yield {"jensen": jensen, "rest": ["add", rest]}


def _found(node: Any, outer: _Binders, factors: tuple[Any, ...], under: bool) -> Iterator[Gap]:
    """Yield the differences for logarithms of sums; ``under``: for sums of logarithms."""
    if not mentions(node):
        return
    if node[0] == "add":
        for part in node[1]:
            yield from _found(part, outer, factors, under)
    elif node[0] == "sum":
        yield from _found(node[4], (*outer, list(node[1:4])), factors, under)
    elif node[0] == "mul":
        own = [x for x in node[1] if mentions(x)]
        if len(own) == 1:
            yield from _found(own[0], outer, (*factors, *(x for x in node[1] if not mentions(x))), under)
    elif node[0] == "log":
        found = _of_sum_of_logs(node[1], outer, factors) if under else _of_mean(node[1], outer, factors)
        if found is not None:
            yield found


def _of_mean(argument: Any, outer: _Binders, factors: tuple[Any, ...]) -> Gap | None:
    """Return the difference for factor * log(w sum_k w_k x_k)."""
    parts = argument[1] if argument[0] == "mul" else [argument]
    own = [x for x in parts if mentions(x)]
    if len(own) != 1 or own[0][0] != "sum":
        return None
    weights, values = _split(own[0][4])
    return _gap(outer, factors, own[0][1:4], [*(x for x in parts if not mentions(x)), *weights], values)


def _of_sum_of_logs(argument: Any, outer: _Binders, factors: tuple[Any, ...]) -> Gap | None:
    """Return the difference for -sum_k factor w_k log x_k, k the innermost index."""
    if not outer:
        return None
    *others, over = outer
    weights = [x for x in factors if _names(x, over[0])]
    rest = [["num", "-1"], *(x for x in factors if not _names(x, over[0]))]
    return _gap(tuple(others), tuple(rest), over, weights, [argument])


def _gap(outer: _Binders, factors: tuple[Any, ...], over: Any, weights: list[Any], values: list[Any]) -> Gap:
    return {"outer": list(outer), "factor": _product(factors), "over": list(over), "weight": _product(weights),
            "value": _product(values)}


def _split(body: Any) -> tuple[list[Any], list[Any]]:
    """Return the factors without logits, and those with."""
    factors = body[1] if body[0] == "mul" else [body]
    return [x for x in factors if not mentions(x)], [x for x in factors if mentions(x)]


def _product(factors: Any) -> Any:
    factors = list(factors)
    return factors[0] if len(factors) == 1 else ["mul", factors] if factors else ["num", "1"]


def _names(node: Any, index: str) -> bool:
    """Tell whether an index occurs in an expression."""
    return node == index if not isinstance(node, list | tuple) else any(_names(x, index) for x in node)


__all__ = ["gaps"]

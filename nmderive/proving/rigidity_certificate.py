"""The certificate of strict convexity up to row shifts, in the checker's format."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from sympy import Expr, Rational

from nmderive.calculus.normal_form import to_expression
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.strict import Instance, Rigidity

#: Per group: how many binders stand outside the log, and the binder names on the way to each exponent.
_Paths = list[tuple[int, list[list[str]]]]


def strictly_convex(loss: Loss, form: Expr, rigid: Rigidity) -> Certificate | None:
    """Return the certificate that only row shifts leave ``form``, which equals the loss, flat.

    None where the form holds a power of a sum, in which the checker counts no exponents.
    """
    ast = to_ast(form)
    paths = list(_groups(ast, []))
    if [len(g.templates) for g in rigid.groups] != [len(exponents) for _, exponents in paths]:
        return None
    factor = 1 / to_expression(rigid.factor)
    entries = [
        _entry(instance, to_ast(Rational(c.numerator, c.denominator) * factor), rigid, paths)
        for c, instance in rigid.combination
    ]
    data = {"loss": to_ast(loss.expr), "form": ast, "shape": [s.name for s in loss.shape], "simplex": True}
    return Certificate("strictly-convex", {**data, "combination": entries, **certificates.declarations(loss)})


def _entry(instance: Instance, coefficient: Any, rigid: Rigidity, paths: _Paths) -> dict[str, Any]:
    outer, exponents = paths[instance.group]
    group = rigid.groups[instance.group]
    (position, rule), *others = instance.parts
    letters = [b.letter.name for b in group.templates[position].binders]
    indices = {name: rule[letter] for name, letter in zip(exponents[position], letters, strict=True)}
    entry = {"coefficient": coefficient, "group": instance.group, "exponent": position, "indices": indices}
    for other, other_rule in others:
        names = exponents[other][outer:]
        inner = [b.letter.name for b in group.templates[other].binders][outer:]
        entry["minus"] = {
            "exponent": other,
            "indices": {name: other_rule[letter] for name, letter in zip(names, inner, strict=True)},
        }
    return entry


def _groups(ast: Any, binders: list[str]) -> Iterator[tuple[int, list[list[str]]]]:
    """Yield the groups of a JSON expression in the checker's order."""
    kind = ast[0]
    if kind == "log":
        if _mentions_logits(ast):
            yield len(binders), list(_exponents(ast[1], binders))
    elif kind == "mul" and sum(map(_mentions_logits, ast[1])) > 1 or kind == "exp" and _mentions_logits(ast):
        yield len(binders), list(_exponents(ast, binders))
    elif kind == "pow" and _mentions_logits(ast):
        yield len(binders), [binders]
    elif kind in ("add", "mul"):
        for part in ast[1]:
            yield from _groups(part, binders)
    elif kind == "sum":
        yield from _groups(ast[4], [*binders, ast[1]])


def _exponents(ast: Any, binders: list[str]) -> Iterator[list[str]]:
    kind = ast[0]
    if kind == "exp" and _mentions_logits(ast):
        yield binders
    elif kind == "add":
        for part in ast[1]:
            yield from _exponents(part, binders)
    elif kind == "mul" and all(map(_positive, filter(_without_logits, ast[1]))):
        varying = [x for x in ast[1] if _mentions_logits(x)]
        sums = [x for x in varying if x[0] != "exp"]
        for part in sums or varying[:1]:  # exponentials beside a sum are added to each of its exponents
            yield from _exponents(part, binders)
    elif kind == "sum":
        yield from _exponents(ast[4], [*binders, ast[1]])


def _without_logits(ast: Any) -> bool:
    return not _mentions_logits(ast)


def _positive(ast: Any) -> bool:
    """Tell whether a weight is positive for positive labels; the checker numbers only such exponents."""
    kind = ast[0]
    if kind == "num":
        return not ast[1].startswith("-") and ast[1] != "0"
    if kind in ("add", "mul"):
        return all(map(_positive, ast[1])) or kind == "add" and _complement(ast[1])
    if kind == "sum":
        return _positive(ast[4])
    return kind in ("at", "sym", "pow", "exp", "prod")


def _complement(parts: Any) -> bool:
    """Tell whether this is c - c' t with c >= c' > 0 and one label, which is positive for t < 1."""
    numbers = [Fraction(x[1]) for x in parts if x[0] == "num"]
    others = [x for x in parts if x[0] != "num"]
    if len(numbers) != 1 or len(others) != 1 or others[0][0] != "mul" or len(others[0][1]) != 2:
        return False
    weight, entry = others[0][1]
    return bool(weight[0] == "num" and entry[:2] == ["at", "t"] and -numbers[0] <= Fraction(weight[1]) < 0)


def _mentions_logits(ast: Any) -> bool:
    if isinstance(ast, list):
        return ast[:2] == ["at", "s"] or any(_mentions_logits(a) for a in ast)
    return False

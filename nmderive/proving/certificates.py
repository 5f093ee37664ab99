"""Certificates: the JSON that carries a verdict to the independent checker (formats: nmderive/checker)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sympy import Expr, Indexed, Symbol

from nmderive.calculus.domains import Domain
from nmderive.calculus.symbols import M, S, T
from nmderive.checker.case import Case
from nmderive.evidence import Certificate
from nmderive.losses.links import Link
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving.refute import Witness


def declared(name: str, expr: Expr, loss: Loss) -> Any:
    """Return how a certificate declares a parameter or array: its sign, or the ends of its domain."""
    domain = dict(loss.domains).get(name)
    if domain is None or domain in (Domain(), Domain(Fraction(0)), Domain(Fraction(0), low_open=False)):
        return sign_of(expr)
    ends = {k: str(v) for k, v in (("low", domain.low), ("high", domain.high)) if v is not None}
    flags = {k: getattr(domain, k) for k in ("low_open", "high_open", "integer")}
    return {**ends, **flags, **({"values": [str(v) for v in domain.values]} if domain.values else {})}


def sign_of(expr: Expr) -> str:
    """Return the declared sign of a parameter or array entry: "positive", "nonnegative" or "real"."""
    return "positive" if expr.is_positive else "nonnegative" if expr.is_nonnegative else "real"


def declarations(loss: Loss, *others: Expr) -> dict[str, Any]:
    """Return the signs or domains of the parameters and extra arrays that occur in the loss or in ``others``."""
    parameters = {p.name: declared(p.name, p, loss) for p in loss.parameters}
    arrays = {e.base.name: declared(e.base.name, e, loss) for e in loss.arrays}
    for expr in others:
        parameters |= {p.name: declared(p.name, p, loss) for p in scalar_parameters(expr)}
        own = {e.base.name: e for e in expr.atoms(Indexed) if e.base not in (S, T)}
        arrays |= {name: declared(name, e, loss) for name, e in own.items()}
    return {"parameters": parameters, "arrays": arrays}


def scalar_parameters(expr: Expr) -> list[Symbol]:
    """Return the scalar parameters of an expression."""
    names = {e.base.name for e in expr.atoms(Indexed)}
    return [f for f in expr.free_symbols if type(f) is Symbol and not f.is_integer and f.name not in names]


def stationary(
    loss: Loss, link: Link, sizes: Mapping[str, int], shapes: Mapping[str, list[str]] | None = None
) -> Certificate:
    """Return the certificate that the gradient vanishes when the labels follow ``link``.

    ``shapes`` gives the ranges of arrays of unknowns in the link, such as {"U": ["n"]}.
    """
    extra = {"shapes": dict(shapes)} if shapes else {}
    return Certificate("stationary", {
        "loss": to_ast(loss.expr), "shape": _shape(loss), "link": to_ast(link.expr), "sizes": dict(sizes),
        **link_scale(link), **declarations(loss, link.expr), **extra,
    })


def link_scale(link: Link) -> dict[str, Any]:
    """Return the scale c of a link softmax(c s) or sigmoid(c s), for whoever rests existence on it."""
    return {} if link.scale is None else {"scale": to_ast(link.scale)}


def guards_of(loss: Loss) -> list[list[Any]]:
    """Return the conditions of code on its labels, each with how it goes where the code is read."""
    return [[to_ast(condition), holds] for condition, holds in loss.guards]


def reading_of(loss: Loss) -> dict[str, Any]:
    """Return the loss as it was read, for the checker's headline; with a diagonal that is given beside it."""
    given = () if loss.diagonal is None else (loss.diagonal,)
    return {
        "loss": to_ast(loss.expr), "shape": _shape(loss), **declarations(loss, *given),
        "conditions": list(loss.conditions), "sizes": dict(loss.sizes), "square": loss.is_square,
        "least": dict(loss.least), "guards": guards_of(loss),
        **({"diagonal": to_ast(loss.diagonal)} if given else {}),
    }


def defined(loss: Loss, expressions: Iterable[Expr], free: Mapping[str, str], witness: Witness) -> Certificate:
    """Return the certificate that expressions have values at a point."""
    nodes = list(expressions)
    data = point_data(loss, witness)
    if witness.labels:
        data["point"]["t"] = nested(witness.labels)
    if witness.free:
        data["point"]["free"] = dict(witness.free)
    return Certificate("defined", {
        "expressions": [to_ast(x) for x in nodes], **({"shape": _shape(loss)} if loss.shape else {}),
        "free": dict(free), **data, "sizes": dict(witness.point.sizes),
        **declarations(loss, *nodes),
    })


def witness_gradient(loss: Loss, link: Link, witness: Witness) -> Certificate:
    """Return the certificate that the gradient does not vanish at the witness."""
    return Certificate("witness-gradient", {
        "loss": to_ast(loss.expr), "shape": _shape(loss), "link": to_ast(link.expr),
        **point_data(loss, witness), "entry": list(witness.entry), "value": witness.value,
        **declarations(loss, link.expr),
    })


def identity(
    left: Expr, right: Expr, loss: Loss, free: Mapping[str, str], sizes: Mapping[str, int], hard: bool = False,
    rows: bool = False, scale: Expr | None = None,
) -> Certificate:
    """Return the certificate that two expressions are equal, for all labels, hard ones, or ``rows`` that sum to one.

    ``scale`` names the number that a claim about some scale rests on.
    """
    shape = {"shape": _shape(loss)} if loss.shape else {}
    labels: dict[str, Any] = {"labels": "hard", "simplex": True} if hard else {"simplex": True} if rows else {}
    if scale is not None:
        labels["scale"] = to_ast(scale)
    return Certificate("identity", {
        "left": to_ast(left), "right": to_ast(right), **shape, "free": dict(free), "sizes": dict(sizes), **labels,
        **declarations(loss, left, right),
    })


def witness_values(
    left: Expr, right: Expr, loss: Loss, free: Mapping[str, str], witness: Witness
) -> Certificate:
    """Return the certificate that two expressions differ at the witness."""
    data = point_data(loss, witness)
    if witness.labels:
        data["point"]["t"] = nested(witness.labels)
    if witness.free:
        data["point"]["free"] = dict(witness.free)
    return Certificate("witness-values", {
        "left": to_ast(left), "right": to_ast(right), **({"shape": _shape(loss)} if loss.shape else {}),
        "free": dict(free), **data,
        "value": witness.value,
        **declarations(loss, left, right),
    })


@lru_cache(maxsize=256)
def least_classes(loss: Loss) -> tuple[dict[str, int], ...]:
    """Return the least numbers of classes to state, none first: 2 where one class may leave l without a value."""
    is_open = M in loss.shape and not loss.has_undefined_functions and not Case(reading_of(loss), ()).is_defined()
    return ({}, {"least_m": 2}) if is_open and dict(loss.sizes).get("m", 2) >= 2 else ({},)


def structural(kind: str, loss: Loss) -> Certificate:
    """Return the certificate of what a loss is as it is written."""
    return Certificate(kind, {"loss": to_ast(loss.expr), "shape": _shape(loss), **declarations(loss)})


def convex(loss: Loss, form: Expr | None = None, least_m: int = 1) -> Certificate:
    """Return the certificate of convexity by structure, of ``form`` where the loss as written hides it."""
    extra: dict[str, Any] = {} if form is None else {"form": to_ast(form)}
    if least_m > 1:
        extra["least_m"] = least_m
    return Certificate("convex", {
        "loss": to_ast(loss.expr), "shape": _shape(loss), "simplex": True, **extra, **declarations(loss),
    })


def _shape(loss: Loss) -> list[str]:
    return [size.name for size in loss.shape]


def point_data(loss: Loss, witness: Witness) -> dict[str, Any]:
    """Return sizes and point of a witness as JSON."""
    point = witness.point
    data: dict[str, Any] = {
        "exp_s": nested(dict(point.exp_s)),
        "parameters": {name: str(value) for name, value in point.parameters.items()},
    }
    extra = {k: v for k, v in point.arrays.items() if k != "t"}
    if extra:
        data["arrays"] = {name: nested(values) for name, values in extra.items()}
    if point.sets:
        data["sets"] = {name: sorted(members) for name, members in point.sets.items()}
    return {"sizes": {s.name: point.sizes[s.name] for s in loss.spans}, "point": data}


def nested(values: Mapping[tuple[int, ...], Fraction]) -> list[Any]:
    """Return values keyed by one or two indices as (nested) lists of text; nothing is an empty list."""
    if not all(values):
        return []
    if all(len(key) == 1 for key in values):
        return [str(values[key]) for key in sorted(values)]
    rows = sorted({key[0] for key in values})
    return [[str(values[key]) for key in sorted(values) if key[0] == row] for row in rows]

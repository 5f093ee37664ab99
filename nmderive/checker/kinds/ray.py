"""ray: with hard labels the loss tends to its infimum although the target does not win.

{"loss", "form" (optional, shown equal to the loss), "shape": ["n","m"] or ["m"], "sizes": both
fixed (for ["m"]: m), "labels": a table of 0 and 1 like t with one 1 in each row, "direction": a
table of rationals like s, "row": i (for shape ["n","m"]), "target": y}.

As in forces-argmax the form is, up to terms without s, a sum of W log(c + sum of w exp(a)), c > 0
without labels, and of W w exp(a), W, w >= 0 for the given labels; instances of exponents in which no
logit is left are constants C = w exp(a); so the loss is at least B, the sum of W log(c + C) and W C.
Every other exponent with W, w not zero has a negative slope along s = r * direction: the loss
tends to B as r grows, and B is its infimum.  But some class k of the row has
direction_ik > direction_iy, where y is the row's target (label 1).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from .. import calculus, close, hard, setup, signs, words
from ..context import Context
from ..direction import DIRECTION, linear_part, with_direction
from ..groups import Exponent, Group, Index
from ..nodes import Label, Poly
from ..point import Rows, table_rows
from ..read import Env, bind, condition, read
from ..reject import Malformed, Reject, TooLarge
from .forces_argmax import hard_form
from .strictly_convex import quantifiers

KIND = "ray"
_MAX_INSTANCES = 20_000


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx = setup.context(certificate)
    hard.require_zeros(cx)
    shape = setup.shape_of(certificate)
    if not all(r in cx.sizes for r in shape):
        raise Malformed("a ray needs fixed sizes")
    loss, form, groups = hard_form(cx, certificate)
    labels = table_rows(cx, "t", certificate.get("labels"))
    direction = table_rows(cx, DIRECTION, certificate.get("direction"))
    _one_hot(labels)
    target = _target(certificate, shape, labels)
    best = max((idx for idx in direction if idx[:-1] == target[:-1]), key=lambda idx: direction[idx])
    if direction[best] <= direction[target]:
        raise Reject("the target is the largest of its row in this direction")
    for group in groups:
        for exponent in group.exponents:
            _falls(cx, group, exponent, labels, direction)
    names = [f"[{','.join(map(str, idx))}]" for idx in (best, target)]
    return (
        f"{quantifiers(cx, certificate)}, t = {str(certificate['labels'])[:400]}: along s = r * d, "
        f"d = {str(certificate['direction'])[:400]}, r to +infinity, {words.show(loss)} tends, up to terms "
        f"without s, to its infimum over s, although d{names[0]} = {direction[best]} exceeds "
        f"d{names[1]} = {direction[target]} at the target"
        f"{hard.powers_of_zero(cx, form)}{words.also_excluded(cx)}"
    )


def _one_hot(labels: Rows) -> None:
    rows: dict[tuple[int, ...], list[Fraction]] = {}
    for idx, q in labels.items():
        rows.setdefault(idx[:-1], []).append(q)
    if any(sorted(row) != [0] * (len(row) - 1) + [1] for row in rows.values()):
        raise Malformed("the labels of a row must be zero but for a single one")


def _target(certificate: dict[str, Any], shape: setup.Shape, labels: Rows) -> tuple[int, ...]:
    place: list[Any] = [certificate.get(key) for key in (("row", "target") if len(shape) == 2 else ("target",))]
    if any(not isinstance(k, int) or isinstance(k, bool) for k in place) or tuple(place) not in labels:
        raise Malformed("row and target must be whole numbers within the sizes")
    if labels[tuple(place)] != 1:
        raise Malformed("the label at the target is not one")
    return tuple(place)


def _falls(cx: Context, group: Group, exponent: Exponent, labels: Rows, direction: Rows) -> None:
    """Refuse unless each instance of the exponential has weight zero or falls."""

    def given(node: Any, env: Env) -> Poly:
        p = calculus.replaced(cx, read(cx, hard.simplified(cx, node), env), "t", lambda idx: _cell(cx, labels, idx))
        return calculus.replaced(cx, p, DIRECTION, lambda idx: _cell(cx, direction, idx))

    for env in _instances(cx, (*group.outer, *exponent.inner)):
        weights = [given(["mul", list(w)], env) for w in (group.weights, exponent.weights)]
        if not all(w.terms for w in weights):
            continue
        if not all(signs.at_least_zero(signs.sign(cx, w)) for w in weights):
            raise Reject("a weight is not known to be nonnegative for these labels")
        if not linear_part(cx, exponent.parts, env).terms:
            continue
        parts = []
        for node in exponent.parts:
            parts += [(given(with_direction(node, moved), env), 1 if moved else -1) for moved in (True, False)]
        if signs.sign(cx, close.total(cx, parts)) != "neg":
            raise Reject("an exponent does not fall along the direction")


def _cell(cx: Context, table: Rows, idx: tuple[Label, ...]) -> Poly:
    return cx.number(table[tuple(label[1] for label in idx)])


def _instances(cx: Context, indices: tuple[Index, ...]) -> Iterator[Env]:
    """All values of the indices that satisfy their conditions."""
    ranges = []
    count = 1
    for x in indices:
        if x.range_name not in cx.sizes:
            raise Reject("an index runs over a range that is not fixed")
        ranges.append(range(1, cx.sizes[x.range_name] + 1))
        count *= cx.sizes[x.range_name]
    if count > _MAX_INSTANCES:
        raise TooLarge("too many instances of an exponential")
    for values in product(*ranges):
        env: Env = {}
        for x, k in zip(indices, values, strict=True):
            env = bind(cx, env, x.name, ("L", k), x.range_name)
        if all(condition(cx, c, env).terms for x in indices for c in x.conds):
            yield env

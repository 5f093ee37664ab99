"""strictly-convex: with positive labels the Hessian's kernel consists of row shifts at most.

The form (the loss itself, or the certificate's "form", which is checked to equal it) is read
as a sum of convex parts.  Its groups are the log nodes that are reached from the root through
"add", "sum" and "mul" nodes, where a "mul" must have exactly one factor that contains s and
the product of its other factors must be known to be positive.  Groups are numbered from 0 in
the order in which the form is read (depth first, left to right).  In a log's argument the
exponents are the nodes exp(affine in s) that are reached through "add", "sum" and "mul" nodes
whose factors without s are known to be positive, numbered from 0 in the order they are read;
several exp factors of one "mul" make one exponent, the sum of theirs, and exp factors beside a
sum or an addition are added to each exponent in it.  The group has a constant if a term
without s, not under any "sum", of known positive sign, is added.  Exponentials outside of logs, reached in
the same way, and products of them with at most one sum of such are groups, too, and so are squares
(affine in s)^2, whose base counts as their exponent: along d their second derivative is a positive sum of
L(d)^2, so that they count as groups with a constant.  No index name may be bound twice along one path.

L(g, e; indices) is the linear part of exponent e of group g in a direction d, where every
index bound on the way to it (outside the log or in it) is replaced as "indices" says.  If d is
in the kernel, then, for all index values that satisfy the conditions on the way,
L(g, e; outer, inner) = 0 if group g has a constant, and
L(g, e; outer, inner) = L(g, e'; outer, inner') always.

"combination" is a list of entries
{"coefficient": AST in n, m and parameters, "group": g, "exponent": e,
 "indices": {every index on the way to e: an index in scope},
 "minus": {"exponent": e', "indices": {every index inside the log on the way to e': ...}},
 "over": [[index, "n" or "m", [conds]], ...]}
where "minus" is optional if the group has a constant and required otherwise, and "over"
(optional) sums the entry over further indices.  [coefficient, g, e, indices] is short for an
entry without "minus" and "over".  In scope are i, j, k (for logits s_ij), j, k (for s_j), i
(for s_i), and the "over" indices; j < k is assumed where both occur.  The sum of the entries'
coefficient * (L - L') must be d_ij - d_ik (or d_j - d_k, or d_i) identically, and the conditions
of all instances must follow from j < k and the conditions in "over".

With "labels": "interior" every label is also less than one, so that 1 - t is positive, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .. import close, defined, setup, words, zero
from ..context import Context
from ..direction import DIRECTION, linear_part
from ..groups import Group, Index, groups_of, shape_names
from ..nodes import Label, Poly
from ..read import Env, bind, check_span, condition, index, measure, read
from ..reject import Malformed, Reject
from .convex import convex_form

KIND = "strictly-convex"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx, loss, _ = small_kernel(certificate)
    shape = setup.shape_of(certificate)
    kernel = "zero" if shape == ("n",) else "row shifts (all classes' logits of a row shifted alike)"
    return (
        f"{quantifiers(cx, certificate)}: {words.show(loss)} is convex in s where it is defined, "
        f"and its Hessian's kernel contains only {kernel}{words.also_excluded(cx)}"
    )


def quantifiers(cx: Context, certificate: dict[str, Any]) -> str:
    """For which sizes, labels, ... the statement holds (directions are not among them)."""
    del cx.arrays[DIRECTION]
    return words.quantifiers(cx, certificate)


def small_kernel(certificate: dict[str, Any]) -> tuple[Context, Any, Any]:
    """The context, the loss and its form, for which convexity and the kernel are shown."""
    cx = setup.context(certificate)
    if DIRECTION in cx.arrays or DIRECTION in cx.parameters:
        raise Malformed("the name d is used for directions")
    cx.arrays["t"] = "positive"
    cx.t_below_one = _labels_are_interior(certificate)
    loss, form = convex_form(cx, certificate)
    shape = setup.shape_of(certificate)
    if DIRECTION in cx.array_spans:
        raise Malformed("the name d is used for directions")
    cx.arrays[DIRECTION] = "real"
    cx.array_spans[DIRECTION] = shape
    groups = groups_of(cx, form)
    combination = certificate.get("combination")
    if not isinstance(combination, list | tuple) or len(combination) > 100:
        raise Malformed("combination must be a list")
    entries = [read_entry(x) for x in combination]
    for env in _directions(cx, shape):
        _verify_pair(cx, shape, groups, entries, env)
    return cx, loss, form


def _labels_are_interior(certificate: dict[str, Any]) -> bool:
    if certificate.get("labels", "positive") not in ("positive", "interior"):
        raise Malformed('labels must be "positive" or "interior"')
    return certificate.get("labels") == "interior"


@dataclass(frozen=True)
class Entry:
    """One multiple of a vanishing form."""

    coefficient: Any
    group: int
    exponent: int
    indices: dict[str, Any]
    minus: dict[str, Any] | None
    over: list[Any]


def read_entry(x: Any) -> Entry:
    """An entry of a combination."""
    if isinstance(x, list | tuple) and len(x) == 4:
        x = dict(zip(("coefficient", "group", "exponent", "indices"), x, strict=True))
    if not isinstance(x, dict) or not {"coefficient", "group", "exponent", "indices"} <= set(x):
        raise Malformed("an entry of the combination is incomplete")
    over = x.get("over", [])
    if not isinstance(over, list | tuple) or len(over) > 4:
        raise Malformed("over must be a list of up to four indices")
    measure(x["coefficient"])
    return Entry(
        x["coefficient"], x["group"], x["exponent"], setup.mapping(x, "indices"), x.get("minus"), list(over)
    )


def _directions(cx: Context, shape: setup.Shape) -> list[Env]:
    """The claim's free indices; with a fixed m all pairs j < k."""
    ranges = {name: "n" if name == "i" else "m" for name in shape_names(shape)}
    return [
        env
        for env in setup.free_environments(cx, ranges)
        if not ("m" in cx.sizes and "k" in ranges) or env["j"][1] < env["k"][1]
    ]


def _verify_pair(
    cx: Context, shape: setup.Shape, groups: list[Group], entries: list[Entry], env: Env
) -> None:
    known = condition(cx, ["lt", "j", "k"], env) if "k" in env else cx.one
    parts = [(entry_value(cx, groups, entry, env, known), 1) for entry in entries]
    names = shape_names(shape)
    target = read(cx, ["at", DIRECTION, names[: len(shape)]], env)
    if "k" in env:
        other = read(cx, ["at", DIRECTION, [*names[: len(shape) - 1], "k"]], env)
        target = close.plus(cx, target, close.scale(cx, other, -1))
    difference = close.total(cx, [*parts, (target, -1)])
    if not zero.is_zero(cx, close.times(cx, difference, known)):
        raise Reject("the combination is not the claimed difference of the direction's entries")


def entry_value(cx: Context, groups: list[Group], entry: Entry, env: Env, known: Poly) -> Poly:
    """An entry's multiple of its vanishing form, summed over its own indices."""
    labels: list[Label] = []
    scope = env
    for item in entry.over:
        if not isinstance(item, list | tuple) or len(item) != 3:
            raise Malformed("an over index needs a name, a range and conditions")
        name, range_name, conds = item
        if name in scope or range_name not in ("n", "m") or range_name in cx.sizes:
            raise Malformed("an over index needs a new name and a range that is not fixed")
        label = ("U", len(labels), range_name)
        scope = bind(cx, scope, name, label, range_name)
        labels.append(label)
        known = close.product(cx, [known, *(condition(cx, c, scope) for c in conds)])
    # Two classes are compared, or a row's target with another class: there are two of them.
    defined.require(cx, entry.coefficient, scope, 2 if "k" in env else 1)
    value = close.times(cx, _form(cx, groups, entry, scope, known), read(cx, entry.coefficient, scope))
    return close.summed(cx, close.times(cx, value, known), tuple(labels))


def _form(cx: Context, groups: list[Group], entry: Entry, scope: Env, known: Poly) -> Poly:
    """The vanishing form of an entry, its conditions checked."""
    group = pick(groups, entry.group)
    first = pick(group.exponents, entry.exponent)
    inner = _instance(cx, (*group.outer, *first.inner), entry.indices, scope, known)
    value = linear_part(cx, first.parts, inner)
    if entry.minus is None:
        if not group.constant:
            raise Reject("a group without a constant needs a difference of exponents")
        return value
    if not isinstance(entry.minus, dict):
        raise Malformed("minus must be an object")
    second = pick(group.exponents, entry.minus.get("exponent"))
    indices = setup.mapping(entry.minus, "indices")
    outer = {x.name: entry.indices[x.name] for x in group.outer}
    if set(outer) & set(indices):
        raise Malformed("both exponents must stand under the same outer indices")
    inner = _instance(cx, (*group.outer, *second.inner), {**outer, **indices}, scope, known)
    return close.plus(cx, value, close.scale(cx, linear_part(cx, second.parts, inner), -1))


def pick(items: list[Any], k: Any) -> Any:
    """An item of a numbered list."""
    if not isinstance(k, int) or isinstance(k, bool) or not 0 <= k < len(items):
        raise Malformed(f"there is no group or exponent number {str(k)[:20]}")
    return items[k]


def _instance(
    cx: Context, indices: tuple[Index, ...], chosen: dict[str, Any], scope: Env, known: Poly
) -> Env:
    """The scope in which the form's own indices stand for the chosen ones."""
    if set(chosen) != {x.name for x in indices}:
        raise Malformed("the indices of an instance are not exactly those on the way to the exponent")
    env: Env = {}
    for x in indices:
        label = index(cx, chosen[x.name], scope, x.range_name)
        check_span(cx, chosen[x.name], label, x.range_name, scope)
        env = bind(cx, env, x.name, label, x.range_name)
        for c in x.conds:
            fails = close.total(cx, ((known, 1), (close.times(cx, known, condition(cx, c, env)), -1)))
            if fails.terms:
                raise Reject("an instance's condition does not follow")
    return env

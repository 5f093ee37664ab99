"""forces-argmax: with hard labels the loss approaches its infimum only where the targets win.

{"loss", "form" (optional, shown equal to the loss), "shape": ["n","m"] or ["m"], "mu": AST
(optional, default 1), "along": [a, b] (optional, default ["1", "0"]), "combination": [entries as in
strictly-convex, without "minus"]}.

Labels are hard: t[i,j] = 1 if j = y_i, otherwise 0, for a target y_i of each row; m >= 2.  Up
to terms without s the form must be a sum, with weights W, of log(c + sum of w exp(a)) and of sums of w exp(a) with
a affine in s (groups and exponents are numbered as in strictly-convex, but each log node and each
exponential counts, whatever its weight's sign).  Checked is, for hard labels:

1. c, without labels, is positive; W >= 0 and w >= 0 (t^e with e > 0 counts as t).  Instances of exponents in
   which no logit is left (such as s_ij - s_ij) are constants; let C be their w exp(a).  So the loss is at least B,
   the sum of W log(c + C) over the logarithms and of W C over the other sums, and it tends to B along a sequence
   of s if and only if every other exponential with W > 0 and w > 0 tends to zero, that is, its exponent a to
   -infinity (for fixed n, m there are finitely many).
2. Along s_ij = r * a for j = y_i and s_ij = r * b for other j, r to +infinity, every other exponent with W, w
   not zero goes to -infinity: its slope is negative for all index values.  So B is the infimum.  Under several row
   indices each has a target of its own, equal ones included: that covers rows that are the same, as the slope depends
   on the targets alone.
3. "combination": in scope are i, y (the target of row i), k (a class other than y; for shape ["m"]
   y and k only) and each entry's "over" indices, over classes.  The coefficients are not negative,
   each instance has W > 0 and w > 0, its row being i, its conditions follow from k != y and those in
   "over", and the linear parts add up to mu * (s_ik - s_iy) identically, mu > 0.  As all these
   exponents tend to -infinity whenever the loss tends to B, so does s_ik - s_iy.
B is not attained, because an exponential of positive weight is positive.
"""

from __future__ import annotations

from typing import Any

from .. import close, defined, hard, setup, signs, sizes, trees, words, zero
from ..context import Context
from ..direction import DIRECTION
from ..forms import loss_and_form
from ..groups import Exponent, Group
from ..logsums import LogSum
from ..nodes import Poly
from ..numbers import parse
from ..read import Env, condition, read
from ..reject import Malformed, Reject
from ..written import contains_s
from .strictly_convex import Entry, entry_value, pick, quantifiers, read_entry

KIND = "forces-argmax"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx = setup.context(certificate)
    hard.require_zeros(cx)
    loss, form, groups = hard_form(cx, certificate)
    shape = setup.shape_of(certificate)
    if cx.sizes.get("m") == 1:
        raise Reject("there is only one class")
    hard.require_no_named_classes(cx, form)
    entries = _entries(certificate)
    ordered = hard.compares(form) or any(hard.compares([x.over, x.coefficient]) for x in entries)
    along = _along(certificate)
    for group in groups:
        for exponent in group.exponents:
            _vanishes(cx, group, exponent, along, ordered)
    _forced(cx, certificate, groups, entries, ordered)
    hard.require_no_named_classes(cx, form)
    if "m" not in cx.sizes:
        cx.at_least["m"] = max(2, cx.at_least.get("m", 1))
    target, entry = ("y_i", "i,") if len(shape) == 2 else ("y", "")
    rows = "all i and all" if len(shape) == 2 else "all"
    return (
        f"{quantifiers(cx, certificate)}, hard labels (t[{entry}j] = 1 if j = {target}, else 0) and all "
        f"targets {target}: {words.show(loss)} is bounded below in s, does not attain its infimum over s, "
        "and approaches it only where "
        f"s[{entry}{target}] - s[{entry}k] tends to +infinity for {rows} k != {target}, wherever it is defined"
        f"{hard.powers_of_zero(cx, form)}{words.also_excluded(cx)}"
    )


def hard_form(cx: Context, certificate: dict[str, Any]) -> tuple[Any, Any, list[Group]]:
    """The loss, an equal form, and its parts; the constants of logarithms are positive for hard labels."""
    if setup.shape_of(certificate) == ("n",):
        raise Malformed("hard labels need classes")
    return log_form(cx, certificate, ("log", "exp"))


def log_form(
    cx: Context, certificate: dict[str, Any], kinds: tuple[str, ...] = ("log",)
) -> tuple[Any, Any, list[Group]]:
    """The loss, an equal form, and its parts; the constants of logarithms are positive for all labels."""
    shape = setup.shape_of(certificate)
    if DIRECTION in cx.arrays or DIRECTION in cx.parameters or cx.arrays["t"] != "nonnegative":
        raise Malformed("the name d is used for directions, and labels may be zero")
    loss, form = loss_and_form(cx, certificate, least_m=2 if "m" in shape else 1, hard=True)
    if DIRECTION in cx.array_spans:
        raise Malformed("the name d is used for directions")
    cx.arrays[DIRECTION] = "real"
    cx.array_spans[DIRECTION] = shape
    logs = LogSum(cx, form, kinds)
    if any(trees.mentions(node, "t") for node in logs.constants):
        raise Reject("a constant in a logarithm contains labels")
    return loss, form, logs.groups


def _vanishes(cx: Context, group: Group, exponent: Exponent, along: hard.Along, ordered: bool) -> None:
    """Refuse unless, with hard labels, the exponential has weight zero or falls along the ray."""
    indices = (*group.outer, *exponent.inner)
    targets = hard.targets_of(indices)
    names = [*((x, "m") for x in targets.values() or (hard.TARGET,)), *((x.name, x.range_name) for x in indices)]
    for labels in hard.cases(cx, sum(r == "m" for _, r in names), ordered):
        env = hard.scope(cx, names, labels)
        if not all(condition(cx, c, env).terms for x in indices for c in x.conds):
            continue
        weights = [hard.weight(cx, w, targets, env) for w in (group.weights, exponent.weights)]
        if not all(w.terms for w in weights):
            continue
        least = hard.least_classes(cx, labels)
        if not all(signs.at_least_zero(sizes.sign_from(cx, w, least)) for w in weights):
            raise Reject("a weight is not known to be nonnegative for hard labels")
        if hard.is_constant(cx, exponent.parts, env):
            continue
        if sizes.sign_from(cx, hard.slope(cx, exponent.parts, targets, env, along), least) != "neg":
            raise Reject("an exponent does not fall along the ray towards the targets")


def _along(certificate: dict[str, Any]) -> hard.Along:
    given = certificate.get("along", ["1", "0"])
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise Malformed("along must be two numbers")
    return parse(given[0]), parse(given[1])


def _entries(certificate: dict[str, Any]) -> list[Entry]:
    combination = certificate.get("combination")
    if not isinstance(combination, list | tuple) or not 1 <= len(combination) <= 20:
        raise Malformed("combination must be a list of 1 to 20 entries")
    return [read_entry(x) for x in combination]


def _forced(
    cx: Context, certificate: dict[str, Any], groups: list[Group], entries: list[Entry], ordered: bool
) -> None:
    """Refuse unless the combination is mu * (d_ik - d_iy), mu > 0."""
    shape = setup.shape_of(certificate)
    mu = setup.expression(certificate, "mu") if "mu" in certificate else ["num", "1"]
    defined.require(cx, mu, {}, 2)
    _require_sign(cx, mu, {}, ("pos",))
    for entry in entries:
        _allowed(cx, entry, groups, shape, ordered)
    rows = ["i"] if len(shape) == 2 else []
    free = {name: "n" if name == "i" else "m" for name in [*rows, "y", "k"]}
    for env in setup.free_environments(cx, free):
        known = condition(cx, ["ne", "y", "k"], env)
        if not known.terms:
            continue
        goal = ["add", [_entry_of([*rows, "k"], "1"), _entry_of([*rows, "y"], "-1")]]
        parts: list[tuple[Poly, int]] = [(entry_value(cx, groups, e, env, known), 1) for e in entries]
        wanted = close.times(cx, read(cx, mu, env), read(cx, goal, env))
        difference = close.total(cx, [*parts, (wanted, -1)])
        if not zero.is_zero(cx, close.times(cx, difference, known)):
            raise Reject("the combination is not mu * (s_ik - s_iy)")


def _entry_of(indices: list[str], sign: str) -> Any:
    return ["mul", [["num", sign], ["at", DIRECTION, indices]]]


def _require_sign(cx: Context, node: Any, env: Env, allowed: tuple[str, ...]) -> None:
    if contains_s(node) or trees.mentions(node, "t") or trees.mentions(node, DIRECTION):
        raise Malformed("a coefficient contains logits or labels")
    hard.require_no_positions(cx, node)
    if sizes.sign_from(cx, read(cx, node, env), 2) not in allowed:
        raise Reject("a coefficient has not the needed sign")


def _allowed(
    cx: Context, entry: Entry, groups: list[Group], shape: setup.Shape, ordered: bool
) -> None:
    """Refuse an entry with a negative coefficient, or whose exponential may have weight zero."""
    group = pick(groups, entry.group)
    exponent = pick(group.exponents, entry.exponent)
    indices = (*group.outer, *exponent.inner)
    targets = hard.targets_of(indices)
    if len(targets) > 1:
        raise Reject("an instance stands under several row indices")
    if entry.minus is not None or any(trees.mentions(x, "t") for x in exponent.parts):
        raise Reject("differences of exponents, and exponents with labels, are not for this kind")
    for x in indices:
        chosen = entry.indices.get(x.name)
        if not isinstance(chosen, str) or chosen.isdigit() or (x.range_name == "n" and chosen != "i"):
            raise Reject("an instance must name indices, its row being i")
    if not all(isinstance(o, list | tuple) and len(o) == 3 and o[1] == "m" for o in entry.over):
        raise Reject("an entry can be summed over classes only")
    names = [("i", "n")] if len(shape) == 2 else []
    names += [("y", "m"), ("k", "m"), *((o[0], "m") for o in entry.over)]
    if len({name for name, _ in names}) < len(names):
        raise Malformed("an over index needs a new name")
    conds = [["ne", "y", "k"], *(c for o in entry.over for c in o[2])]
    for labels in hard.cases(cx, len(names) - len(shape) + 1, ordered):
        env = hard.scope(cx, names, labels)
        if not all(condition(cx, c, env).terms for c in conds):
            continue
        _require_sign(cx, entry.coefficient, env, ("pos", "nonneg", "zero"))
        if not read(cx, entry.coefficient, env).terms:
            continue
        own = [(hard.TARGET, "m"), *((x.name, x.range_name) for x in indices)]
        chosen = [env["y"], *(env[entry.indices[x.name]] for x in indices if x.range_name == "m")]
        inner = hard.scope(cx, own, tuple(chosen))
        for weights in (group.weights, exponent.weights):
            found = sizes.sign_from(cx, hard.weight(cx, weights, targets, inner), hard.least_classes(cx, labels))
            if found != "pos":
                raise Reject("an instance's weight is not positive for hard labels")

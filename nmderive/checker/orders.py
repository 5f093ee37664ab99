"""What carries a claim about the order in which minimising sequences bring the logits of a row.

Proved: l is convex, flat along row shifts only, or strictly convex in p, and softmax(c s) or sigmoid(c s), c > 0, is
stationary, so that it is the one optimum; a minimising sequence then tends to it, up to row shifts, for a convex
function with one minimiser has bounded level sets.  Or the labels at the one optimum are f(s_ij) for each class j of a
row i, f being one function a row that does not fall: then t_ij > t_ik needs s_ij > s_ik (such a loss has no kinks).
That there is one is shown by the same certificates, or by a formula of the labels at which the gradient vanishes.
Where f and the factor of the gradient hold the own logit alone, l is a sum of functions of one logit and its label;
they fall where f is below the label and rise where it is above: with such a formula each is least where f is the label.
Or the kind "simplex" shows it.  Refuted: a ray along which l tends
to its infimum, or to minus infinity, in another order; or a point in another order at which the gradient is zero, where
l is convex, or least where it is stationary, or at which its value is the least: the sequence that stays there is
a minimising one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product

from . import links, minima, monotone, setup, trees
from .case import INTERIOR, Basis, Case, Found
from .kinds.residual import is_entrywise
from .numbers import parse
from .reject import Reject
from .strong import attains

#: Without these the claims have no meaning.
NEEDS = ("labels", "classes", "m >= 2", "any labels")
#: A proof shows one optimum, which the rows attain.  Of l = F(D_1, ..., D_n), F strictly increasing, a minimising
#: sequence brings each D_r to its least value: were it above by some e > 0 again and again, l would be above F at the
#: least values by a fixed amount.  So what holds for sum_i D_i holds for l.  Of a ray no such thing is known.
PROOFS_TRANSFER = "positive"
Row = list[Fraction]


def proved(case: Case) -> Basis:
    """One optimum, in the order of the labels: softmax(c s) or sigmoid(c s) with c > 0, or by derivatives."""
    case.require_defined(interior=True, least_m=2)
    for x in case.own("simplex"):
        if x.data.get("property") == "keeps-order":
            return Basis((x,), (INTERIOR,))
    for proof in _one_optimum(case):
        for link, _ in links.stationary(case):
            if links.is_positive(case, link.data["scale"]):
                return Basis((*proof, link), (INTERIOR,))
        attained = proof[0].kind in ("stiemke", "convex") or "barrier" in proof[0].data
        places = [()] if attained else [(y,) for y in case.own("optimum")]
        for place, x in product(places, case.own("residual")):
            if rises(case, x.data["labels"]):
                return Basis((*proof, *place, x), (INTERIOR,))
    for x, y in product(case.own("residual"), case.own("optimum")):
        if is_entrywise(x.data) and rises(case, x.data["labels"]):
            return Basis((x, y), (INTERIOR,))
    raise Reject("the certificates do not show one optimum that keeps the order of the labels")


def _one_optimum(case: Case) -> Iterator[tuple[Found, ...]]:
    """Certificates that there is at most one stationary point, to which a minimising sequence tends where there is."""
    for x in case.own("strictly-convex", "stiemke", "simplex"):
        if x.kind != "simplex" or x.data.get("property") == "unique":
            yield (x,)
    for x in attains(case):
        yield (x,)
    for companion, y in case.companions():
        for x in companion.own("strictly-convex", "stiemke"):
            yield x, y


def at_all_labels(case: Case) -> Iterator[tuple[Found, ...]]:
    """Certificates that for all labels, hard ones among them, l has one optimum, at which labels rise with logits."""
    for x in attains(case):
        yield from ((x, y) for y in case.own("residual") if rises(case, y.data["labels"]))


def rises(case: Case, labels: object) -> bool:
    """Whether labels are a function of the own logit and of what a row shares, which does not fall with the logit."""
    own = list(case.free)
    held = trees.names(labels)
    if any(trees.binds(labels, name) for name in own) or minima.STEP in held:
        return False
    moved = trees.replaced(labels, "s", lambda at: ["sym", minima.STEP] if at == own else ["at", "s", at])
    if own[-1] in trees.names(moved):
        return False
    cx = case.context(interior=True)
    cx.parameters[minima.STEP] = "real"
    environments = setup.free_environments(cx, {name: r for name, r in case.free.items() if name != own[-1]})
    return all(monotone.rises(cx, moved, minima.STEP, env) for env in environments)


def by_ray(case: Case, is_wrong: Callable[[Row, Row], bool]) -> Basis:
    """A ray along which l tends to its infimum, or to minus infinity, and a row is wrong."""
    for x in case.own("falls", "approaches"):
        if not case.labels_are_allowed(x):
            continue
        labels, direction = _rows(case, x.data["point"]["t"]), _rows(case, x.data["direction"])
        if all(0 < q < 1 for row in labels for q in row) and any(map(is_wrong, labels, direction)):
            case.require_defined(interior=True, least_m=2)
            return Basis((x,), (INTERIOR,), at=x.sizes)
    raise Reject("no certificate shows a ray to the infimum on which a row is in another order")


def by_minimum(case: Case, is_wrong: Callable[[Row, Row], bool]) -> Basis:
    """A stationary point, for given labels, in which a row is wrong, of a loss that is least where it is stationary."""
    for x in case.own("stationary-at"):
        if not case.labels_are_allowed(x) or "t" not in x.data["point"] or "exp_s" not in x.data["point"]:
            continue
        labels, place = _rows(case, x.data["point"]["t"]), _rows(case, x.data["point"]["exp_s"])
        if not all(0 < q < 1 for row in labels for q in row) or not any(map(is_wrong, labels, place)):
            continue
        for proof in _least_where_stationary(case):
            if all(_speaks_of(y, x.sizes) for y in proof):
                case.require_defined(interior=True, least_m=2)
                return Basis((x, *proof), (INTERIOR,), at=x.sizes)
    raise Reject("no certificate shows a minimum at which a row is in another order")


def _least_where_stationary(case: Case) -> Iterator[tuple[Found, ...]]:
    """Certificates that a stationary point is a minimum; of one sample they may be those of a sum over rows."""
    yield from ((y,) for y in case.own("convex"))
    for one in (case, *case.one_sample()):
        yield from minima.at_most_one(one)


def by_least(case: Case, is_wrong: Callable[[Row, Row], bool]) -> Basis:
    """A least value of a piecewise affine loss, for given labels, in a place in which a row is wrong."""
    for x in case.own("least"):
        if not case.labels_are_allowed(x) or "t" not in x.data["point"]:
            continue
        labels, place = _rows(case, x.data["point"]["t"]), _rows(case, x.data["point"]["s"])
        if all(0 < q < 1 for row in labels for q in row) and any(map(is_wrong, labels, place)):
            case.require_defined(interior=True, least_m=2)
            return Basis((x,), (INTERIOR,), at=x.sizes)
    raise Reject("no certificate shows a least value at which a row is in another order")


def _speaks_of(x: Found, sizes: dict[str, int]) -> bool:
    """Whether a certificate holds at these sizes."""
    return int(x.data.get("least_m", 1)) <= sizes.get("m", 1) and all(sizes.get(k) == v for k, v in x.sizes.items())


def refuted(case: Case, is_wrong: Callable[[Row, Row], bool]) -> Basis:
    """A minimising sequence on which a row is wrong: along a ray, or in one place."""
    for way in (by_ray, by_minimum):
        try:
            return way(case, is_wrong)
        except Reject:
            continue
    return by_least(case, is_wrong)


def _rows(case: Case, table: object) -> list[Row]:
    rows = table if len(case.shape) == 2 else [table]
    assert isinstance(rows, list | tuple)
    return [[Fraction(parse(q)) for q in row] for row in rows]



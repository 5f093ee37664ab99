"""Judge in which order minimising sequences bring the logits of a row: as the labels, or the largest alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from sympy import Expr

from nmderive.checker.kinds.residual import is_entrywise
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.along import Direction, Entry
from nmderive.proving.apportioned_form import SHARED_OUT, apportioned_certificate
from nmderive.proving.approached import approached
from nmderive.proving.composed import over_functions, undecided
from nmderive.proving.falls import falling, place_of, shown
from nmderive.proving.increasing import transferred
from nmderive.proving.least_at import least_at
from nmderive.proving.minimum_at import minimum
from nmderive.proving.optimum import Inverses, judge_one_optimum, one_minimum, optimum_certificate, places
from nmderive.proving.residual import residual_certificate
from nmderive.proving.settled import is_carried
from nmderive.proving.several import Guesses, stationary_links
from nmderive.proving.simplex_form import simplex_certificate

_INTERIOR = "labels strictly between 0 and 1"


def judge_order(
    loss: Loss, claim: str, statement: str, sizes: Mapping[str, int], top: bool, guesses: Guesses, inverses: Inverses
) -> Verdict:
    """Return the verdict on the order of the logits along minimising sequences; with ``top``, on the largest alone."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_order(one, claim, statement, sizes, top, guesses, inverses))
    base = undecided(loss, claim, statement, sizes)
    for link, certificate in stationary_links(loss, sizes, guesses):
        unique = None if link.scale is None else one_minimum(loss, sizes)
        if unique is not None:
            text = f"there is one optimum up to row shifts, to which every minimising sequence tends: {link.text}"
            return replace(base, status=Status.PROVED, certificates=(*unique, certificate),
                           conditions=(*loss.conditions, _INTERIOR), findings=(text,))
    ordered = simplex_certificate(loss, "keeps-order")
    if ordered is not None:
        text = "as a sum of functions of the p_ij, convex in them, l has one optimum, in the order of the labels"
        return replace(base, status=Status.PROVED, certificates=(ordered,), conditions=(*loss.conditions, _INTERIOR),
                       findings=(text,))
    follows = _follows_labels(loss, base, sizes, guesses, inverses)
    if follows is not None:
        return follows
    shares = apportioned_certificate(loss, "positive") if top else None
    if shares is not None:
        return replace(base, status=Status.PROVED, certificates=(shares,), conditions=(*loss.conditions, _INTERIOR),
                       findings=(SHARED_OUT,))
    larger = simplex_certificate(loss, "prefers-larger") if top else None
    if larger is not None:
        return replace(base, status=Status.PROVED, certificates=(larger,), conditions=(*loss.conditions, _INTERIOR),
                       findings=("where a smaller label has the larger p, exchanging the two lowers l",))
    wanted = wrong_on_top if top else wrong_order
    for fall in falling(loss, sizes, False, wanted):
        return _refuted(base, fall, "minus infinity")
    for ray in approached(loss, sizes, False, wanted):
        return _refuted(base, ray, f"its infimum {ray.data['bound']}")
    least = minimum(loss, sizes, wanted)
    if least is not None:
        point = least[0].data["point"]
        single = "convex" if least[1].kind == "convex" else "least where it is stationary"
        text = f"l is {single}, and its gradient is zero at e^s = {shown(point['exp_s'])}, t = {shown(point['t'])}"
        given = "".join(f", {name} = {shown(table)}" for name, table in point.get("arrays", {}).items())
        given += "".join(f", {name} = {value}" for name, value in point["parameters"].items())
        return replace(base, status=Status.REFUTED, scope=f"at {place_of(least[0])}", certificates=least,
                       findings=(text + given,))
    found = least_at(loss, sizes, wanted)
    if found is not None:
        point = found.data["point"]
        text = f"no value of l is less than that at s = {shown(point['s'])}, t = {shown(point['t'])}"
        return replace(base, status=Status.REFUTED, scope=f"at {place_of(found)}", certificates=(found,),
                       findings=(text,))
    open_ = replace(base, findings=("neither one optimum that keeps the order nor a ray in another order was found",))
    by_rows = transferred(loss, open_, lambda rows: judge_order(rows, claim, statement, sizes, top, guesses, inverses))
    return by_rows if by_rows.status is Status.PROVED else open_


def _follows_labels(
    loss: Loss, base: Verdict, sizes: Mapping[str, int], guesses: Guesses, inverses: Inverses
) -> Verdict | None:
    """Return the proof by labels at the one optimum that rise with their own logit; None where it is none."""
    labels = residual_certificate(loss)
    unique = None if labels is None else judge_one_optimum(loss, "unique-optimum", "", sizes, guesses, inverses)
    if labels is None:
        return None
    if unique is None or unique.status is not Status.PROVED:
        return _entry_by_entry(loss, base, sizes, labels, places(loss, sizes, guesses, inverses))
    text = "there is one optimum up to row shifts, at which each label is a function of its logit that does not fall"
    found = replace(base, status=Status.PROVED, certificates=(*unique.certificates, labels),
                    conditions=(*loss.conditions, _INTERIOR), findings=(text,))
    return found if is_carried(loss, found) else None


def _entry_by_entry(
    loss: Loss, base: Verdict, sizes: Mapping[str, int], labels: Certificate, logits: Iterator[Expr]
) -> Verdict | None:
    """Return the proof for a sum of functions of one logit each, where a formula says at which each is least."""
    text = "l is a sum of functions of one logit each, least where the label is a function of it that does not fall"
    for place in logits if is_entrywise(labels.data) else ():
        least = optimum_certificate(loss, place, sizes)
        found = None if least is None else replace(
            base, status=Status.PROVED, certificates=(labels, least), conditions=(*loss.conditions, _INTERIOR),
            findings=(text,))
        if found is not None and is_carried(loss, found):
            return found
    return None


def _refuted(base: Verdict, ray: Certificate, where: str) -> Verdict:
    text = (
        f"l tends to {where} along s = r {shown(ray.data['direction'])}, r to infinity, at {place_of(ray)}, "
        f"t = {shown(ray.data['point']['t'])}"
    )
    return replace(base, status=Status.REFUTED, scope=f"at {place_of(ray)}", certificates=(ray,), findings=(text,))


def wrong_order(labels: Mapping[Entry, Fraction], direction: Direction) -> bool:
    """Tell whether in some row the logit of a larger label does not become the larger one."""
    return any(
        labels[a] > labels[b] and direction[a] <= direction[b] for a in labels for b in labels if a[:-1] == b[:-1]
    )


def wrong_on_top(labels: Mapping[Entry, Fraction], direction: Direction) -> bool:
    """Tell whether in some row a class without the largest label has the largest logit, or one of them."""
    for row in {e[:-1] for e in labels}:
        own = [e for e in labels if e[:-1] == row]
        best, most = max(direction[e] for e in own), max(labels[e] for e in own)
        if any(direction[e] == best and labels[e] < most for e in own):
            return True
    return False


__all__ = ["judge_order", "wrong_on_top", "wrong_order"]

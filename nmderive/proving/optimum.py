"""Where the minimum of a loss is, and how large, as closed forms in the labels: the link, and the Bayes risk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import product

from sympy import Expr, Integer, Symbol, log, nan, zoo

from nmderive.budget import limited, remembered_with_steps
from nmderive.calculus.extrema import has_kinks
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.symbols import M, S
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.along import anywhere
from nmderive.proving.apportioned_form import apportioned_certificate
from nmderive.proving.bounds import nonnegative_proofs, rows_sum_to_one
from nmderive.proving.composed import over_functions, undecided
from nmderive.proving.convexity import convex_certificate, convex_form
from nmderive.proving.drawn_labels import judge_linear
from nmderive.proving.falls import falling, place_of, shown
from nmderive.proving.increasing import transferred
from nmderive.proving.residual import residual_certificate
from nmderive.proving.separable import separable_certificate, separable_labels
from nmderive.proving.several import Guesses, stationary_links
from nmderive.proving.simplex_form import simplex_certificate
from nmderive.proving.uniqueness import judge_unique, unique_beside, unique_certificate
from nmderive.structure.reader import standard, views

#: Proposes logits as formulas of the labels; what it proposes is proved or dropped.
Inverses = Callable[[Loss], Iterator[Expr]]
_INTERIOR = "labels strictly between 0 and 1"
_STEPS = 10_000


def judge_link(
    loss: Loss, claim: str, statement: str, sizes: Mapping[str, int], guesses: Guesses, inverses: Inverses
) -> Verdict:
    """Return the verdict on "l is least at one s alone, a closed form of the labels"."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_link(one, claim, statement, sizes, guesses, inverses))
    base = undecided(loss, claim, statement, sizes)
    found = _at_one_place(loss, sizes, guesses, inverses)
    if found is not None:
        return replace(base, status=Status.PROVED, certificates=(*found.single, found.optimum),
                       conditions=(*loss.conditions, _INTERIOR))
    unique = _unique(loss, claim, statement, sizes, guesses)
    if unique.status is Status.PROVED:
        labels = next((x for f in separable_labels(loss) if (x := separable_certificate(loss, f))), None)
        labels = residual_certificate(loss) if labels is None else labels
        if labels is not None:
            return replace(unique, statement=statement, certificates=(*unique.certificates, labels), findings=())
        return replace(base, findings=("there is one minimum, and no closed form of the labels for it was found",))
    return _not_one_minimum(loss, base, unique)


def _unique(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int], guesses: Guesses) -> Verdict:
    """Return the verdict on the one stationary point, which is found once for all claims that ask, for one of them."""
    return replace(judge_unique(loss, "unique-optimum", "", sizes, guesses), claim=claim, statement=statement)


def _not_one_minimum(loss: Loss, base: Verdict, unique: Verdict) -> Verdict:
    """Return what the verdict on stationary points says of minima: a refutation by them needs convexity beside it."""
    kinds = {c.kind for c in unique.certificates}
    if unique.status is not Status.REFUTED or not kinds & {"two-stationary", "witness-line"}:
        return unique
    convex = convex_certificate(loss) if "two-stationary" in kinds else None
    if convex is None:
        return replace(base, findings=("there is not one stationary point; how many minima there are was not shown",))
    return replace(unique, certificates=(*unique.certificates, convex),
                   findings=(*unique.findings, "l is convex, so that both are minima"))


def judge_one_optimum(
    loss: Loss, claim: str, statement: str, sizes: Mapping[str, int], guesses: Guesses, inverses: Inverses
) -> Verdict:
    """Return the verdict on "exactly one stationary point, the global minimum": it may be known by a formula, too."""
    found = _unique(loss, claim, statement, sizes, guesses)
    if found.status is not Status.UNDECIDED or not found.certificates:
        return found
    place = _at_one_place(loss, sizes, guesses, inverses)
    if place is None:
        return found
    text = "there is at most one stationary point, and one is known by a formula of the labels"
    return replace(found, status=Status.PROVED, certificates=(*place.single, place.optimum), findings=(text,))


def judge_bayes_risk(
    loss: Loss, claim: str, statement: str, sizes: Mapping[str, int], guesses: Guesses, inverses: Inverses
) -> Verdict:
    """Return the verdict on "the infimum of l is a closed form in the labels"."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_bayes_risk(one, claim, statement, sizes, guesses, inverses))
    base = replace(undecided(loss, claim, statement, sizes), conditions=(*loss.conditions, _INTERIOR))
    found = _at_one_place(loss, sizes, guesses, inverses)
    if found is not None:
        least = _with_value(loss, found)
        return replace(base, status=Status.PROVED, certificates=(*found.single, least, *_linear(loss, sizes)))
    shares = apportioned_certificate(loss, "positive")
    if shares is not None:
        return replace(base, status=Status.PROVED, certificates=(shares, *_linear(loss, sizes)))
    level = next(_levels(loss), None)
    if level is not None:
        return replace(base, status=Status.PROVED, certificates=level)
    for fall in falling(loss, sizes, False, anywhere):
        text = f"l tends to minus infinity along s = r {shown(fall.data['direction'])}, r to infinity"
        return replace(base, status=Status.REFUTED, scope=f"at {place_of(fall)}", certificates=(fall,),
                       findings=(f"{text}, at {place_of(fall)}, t = {shown(fall.data['point'].get('t', []))}",))
    return replace(base, findings=("no closed form of the labels for the infimum was found",))


@remembered_with_steps(64)
def one_minimum(loss: Loss, sizes: Mapping[str, int]) -> tuple[Certificate, ...] | None:
    """Return the accepted certificates that l has at most one stationary point up to row shifts, its minimum."""
    beside = unique_beside(loss, sizes)
    if beside is not None:
        return beside[1]
    form = convex_form(loss)
    unique = None if form is None else unique_certificate(loss, form, sizes)
    if unique is not None:
        return (unique,)
    apart = simplex_certificate(loss, "unique")
    return None if apart is None else (apart,)


@dataclass(frozen=True)
class _Place:
    """The one minimum: what shows that there is no other, and where it is."""

    single: tuple[Certificate, ...]
    form: Expr
    logits: Expr
    optimum: Certificate


@remembered_with_steps(64)
def _at_one_place(
    loss: Loss, sizes: Mapping[str, int], guesses: Guesses, inverses: Inverses
) -> _Place | None:
    """Return where the one minimum is, proved; None where there may be others, or no formula was found."""
    single = one_minimum(loss, sizes) or _by_rows(loss, sizes, guesses)
    if single is None:
        return None
    for logits in places(loss, sizes, guesses, inverses):
        for form in views(loss) if has_kinks(loss.expr) else (loss.expr,):
            certificate = optimum_certificate(loss, logits, sizes, form)
            if certificate is not None:
                return _Place(single, form, logits, certificate)
    return None


def optimum_certificate(
    loss: Loss, logits: Expr, sizes: Mapping[str, int], form: Expr | None = None
) -> Certificate | None:
    """Return the accepted certificate that the gradient vanishes at logits given by the labels; None otherwise."""
    extra = {} if form in (None, loss.expr) else {"form": to_ast(form)}
    certificate = Certificate("optimum", {
        "loss": to_ast(loss.expr), "shape": [x.name for x in loss.shape], "sizes": dict(sizes),
        "logits": to_ast(logits), **extra, **certificates.declarations(loss, logits),
    })
    return certificate if check(certificate.as_json()).accepted else None


def _by_rows(loss: Loss, sizes: Mapping[str, int], guesses: Guesses) -> tuple[Certificate, ...] | None:
    """Return what shows it of the functions of one row each that the loss increases with."""
    base = undecided(loss, "unique-optimum", "", sizes)
    found = transferred(loss, base, lambda rows: judge_unique(rows, base.claim, "", sizes, guesses))
    return found.certificates if found.status is Status.PROVED else None


def places(loss: Loss, sizes: Mapping[str, int], guesses: Guesses, inverses: Inverses) -> Iterator[Expr]:
    """Yield logits as functions of the labels: the inverses of stationary links, then what is proposed."""
    for link, _ in stationary_links(loss, sizes, guesses):
        if link.scale is not None:
            is_softmax = link.family == "softmax" and M in loss.shape
            yield log(loss.label if is_softmax else loss.label / (1 - loss.label)) / link.scale
    yield from inverses(loss)


def _with_value(loss: Loss, place: _Place) -> Certificate:
    """Return the certificate that also says how large the loss is there, where the checker accepts such a form."""
    at = substitute_array(place.form, S, loss.indices, place.logits)
    for value in (*_shorter(at), at):
        certificate = Certificate("optimum", {**place.optimum.data, "value": to_ast(value)})
        if check(certificate.as_json()).accepted:
            return certificate
    return place.optimum


def _shorter(expr: Expr) -> Iterator[Expr]:
    """Yield the reduced form, the labels of a row summing to one."""
    with suppress(NmderiveError), limited(steps=_STEPS):
        yield rows_sum_to_one(rows_sum_to_one(expr))


def _levels(loss: Loss) -> Iterator[tuple[Certificate, ...]]:
    """Yield what shows that l is above a value without logits, to which it tends where all logits do to an end."""
    x = Symbol("x", positive=True)
    for side, form in product((1, -1), (loss.expr, standard(loss))):
        there = substitute_array(form, S, loss.indices, side * log(x))
        value = there.xreplace({x: Integer(0)})
        if not value.is_finite or value.has(S, nan, zoo):
            continue
        reduced = next(_shorter(value), value)
        extra = {} if form == loss.expr else {"form": to_ast(form)}
        level = Certificate("level", {
            "loss": to_ast(loss.expr), "shape": [r.name for r in loss.shape], "side": str(side), "simplex": True,
            "there": to_ast(there), "value": to_ast(reduced), **extra, **certificates.declarations(loss)})
        if check(level.as_json()).accepted:
            for above in nonnegative_proofs(replace(loss, name="", expr=loss.expr - reduced)):
                yield level, above


def _linear(loss: Loss, sizes: Mapping[str, int]) -> tuple[Certificate, ...]:
    """Return the certificate that the loss is linear in the labels, where it is: then its infimum is concave."""
    found = judge_linear(loss, "label-linear", "", sizes)
    return found.certificates if found.status is Status.PROVED else ()


__all__ = ["Inverses", "judge_bayes_risk", "judge_link", "judge_one_optimum", "one_minimum", "optimum_certificate"]

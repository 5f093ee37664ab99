"""Judge whether a loss, or its gradient, is bounded in the logits, or vanishes: by structure, or a ray of growth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from sympy import Expr

from nmderive.budget import step
from nmderive.calculus.extrema import has_extrema, has_kinks
from nmderive.calculus.symbols import M, N, S
from nmderive.checker import check
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.along import Direction, Entry, certificate_of, labelled_points, small_sizes, value_of
from nmderive.proving.bounds import nonnegative_proofs
from nmderive.proving.composed import over_functions, undecided
from nmderive.proving.evaluate import Point
from nmderive.proving.falls import place_of, shown
from nmderive.proving.points import entries_of
from nmderive.proving.steepest import with_constant
from nmderive.structure.reader import standard, views

_SIZES = 2
_FAR = (0.0, 20.0, 40.0)
_RISE = 1e-3
#: How many times as far a loss has come at twice the distance, at least, where it grows faster than this.
_RATIO = {"linear": 2.2, "square": 4.4}
_INFINITY = {"+": "infinity", "-": "minus infinity"}
_SPEED = {"bounded": "", "sublinear": ", at least like a multiple of r,", "linear": ", faster than any multiple of r,",
          "square": ", faster than any multiple of r^2,"}


@dataclass(frozen=True)
class _Question:
    """The kind of certificate that proves it, with more data; how fast, and to where, l grows on a ray that refutes."""

    kind: str
    beyond: str = "bounded"
    to: str = "+-"
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_of_the_target(self) -> bool:
        """Whether labels are hard, and the target's logit falls alone."""
        return self.beyond == "sublinear"


def judge_bounded_below(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on "l is bounded below in the logits"."""
    if loss.has_undefined_functions:
        return over_functions(
            loss, lambda one: judge_bounded_below(one, claim, statement, sizes), nonnegative_proofs)
    base = undecided(loss, claim, statement, sizes)
    found = _judged(base, loss, sizes, _Question("bounded", to="-", more={"sides": "below"}))
    proof = next(nonnegative_proofs(loss), None) if found.status is Status.UNDECIDED else None
    return found if proof is None else replace(base, status=Status.PROVED, certificates=(proof,))


def bounded_below(loss: Loss) -> Iterator[Certificate]:
    """Yield accepted certificates that the loss is bounded below, by its structure or as what is not negative."""
    yield from _by_structure(loss, views(loss), _Question("bounded", to="-", more={"sides": "below"}))
    yield from nonnegative_proofs(loss)


def judge_bounded(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on "l is bounded in the logits"."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_bounded(one, claim, statement, sizes))
    question = _Question("bounded", more={"sides": "both"})
    return _judged(undecided(loss, claim, statement, sizes), loss, sizes, question)


def judge_lipschitz(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on "l is Lipschitz in the logits"."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_lipschitz(one, claim, statement, sizes))
    found = _judged(undecided(loss, claim, statement, sizes), loss, sizes, _Question("lipschitz", "linear"))
    known = with_constant(loss, found.certificates[0]) if found.status is Status.PROVED else None
    return found if known is None else replace(found, certificates=(known,))


def judge_smooth(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on "the gradient of l is Lipschitz in the logits"."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_smooth(one, claim, statement, sizes))
    base = undecided(loss, claim, statement, sizes)
    kink = next(kinks(loss, sizes), None)
    if kink is None:
        return _judged(base, loss, sizes, _Question("smooth", "square"))
    text = f"along s = r {shown(kink.data['direction'])} l is piecewise affine, with two slopes, at {place_of(kink)}"
    return replace(base, status=Status.REFUTED, scope=f"at {place_of(kink)}", certificates=(kink,), findings=(text,))


def judge_saturating(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on "the gradient vanishes where the target's logit tends to minus infinity"."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_saturating(one, claim, statement, sizes))
    one = {**sizes, "n": 1} if N in loss.shape else dict(sizes)
    question = _Question("saturates", "sublinear", more={"sizes": one})
    return _judged(undecided(loss, claim, statement, sizes), loss, one, question)


def _judged(base: Verdict, loss: Loss, sizes: Mapping[str, int], question: _Question) -> Verdict:
    """Try the loss as it is written first: other forms cost more than both answers do there."""
    for written in (True, False):
        proof = next(_by_structure(loss, (loss.expr,) if written else views(loss), question), None)
        if proof is not None:
            return replace(base, status=Status.PROVED, certificates=(proof,))
        ray = next(_growing(loss, loss.expr if written else standard(loss), sizes, question), None)
        if ray is not None:
            text = (
                f"l tends to {_INFINITY[ray.data['to']]}{_SPEED[question.beyond]} along "
                f"s = r {shown(ray.data['direction'])}, r to infinity, at {place_of(ray)}, "
                f"t = {shown(ray.data['point']['t'])}"
            )
            return replace(base, status=Status.REFUTED, scope=f"at {place_of(ray)}", certificates=(ray,),
                           findings=(text,))
    return replace(base, findings=("the structure does not show it, and no ray that refutes it was found",))


def _by_structure(loss: Loss, forms: Iterable[Expr], question: _Question) -> Iterator[Certificate]:
    """Yield accepted certificates, of the loss and of forms that are shown equal to it."""
    for least, form in ((x, y) for x in certificates.least_classes(loss) for y in forms):
        extra = {**least, **({} if form == loss.expr else {"form": to_ast(form)})}
        certificate = Certificate(question.kind, {
            "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], "simplex": True, **extra,
            **question.more, **certificates.declarations(loss),
        })
        if check(certificate.as_json()).accepted:
            yield certificate


def kinks(loss: Loss, sizes: Mapping[str, int]) -> Iterator[Certificate]:
    """Yield accepted certificates of kinks, along lines, of a loss that has absolute values or maxima."""
    for point in _labelled(loss, sizes, False) if has_kinks(loss.expr) else ():
        for direction in _directions(entries_of(loss, dict(point.sizes))):
            step()
            found = certificate_of("kinked", loss, point, direction, simplex=True)
            if check(found.as_json()).accepted:
                yield found


def linear(loss: Loss, sizes: Mapping[str, int]) -> Iterator[Certificate]:
    """Yield accepted certificates of directions, no shifts of a row, along which a loss is linear but for a bound."""
    for point in _labelled(loss, sizes, False) if loss.expr.has(S) else ():
        entries = entries_of(loss, dict(point.sizes))
        for direction in _directions(entries):
            step()
            if M in loss.shape and len(entries) > 1 and len(direction) == len(entries):
                continue
            found = certificate_of("linear", loss, point, direction, simplex=True)
            if check(found.as_json()).accepted:
                yield found


def _growing(loss: Loss, form: Expr, sizes: Mapping[str, int], question: _Question) -> Iterator[Certificate]:
    """Yield accepted certificates of rays to an infinity of one of the signs, at hard labels or others."""
    own = replace(loss, expr=form)
    for point in _labelled(loss, sizes, question.is_of_the_target) if form.has(S) else ():
        entries = entries_of(loss, dict(point.sizes))
        seen: Callable[[list[float]], float | None] | None = None
        for number, direction in enumerate(_directions(entries)[: 1 if question.is_of_the_target else None]):
            step()
            if number == 1 and not has_extrema(loss.expr):  # the first direction costs less than a look at values
                seen = value_of(loss, point)
            for sign in _seen(seen, [direction.get(e, 0) for e in entries], question):
                found = certificate_of("grows", own, point, direction, to=sign, beyond=question.beyond, simplex=True)
                if check(found.as_json()).accepted:
                    yield found


def _labelled(loss: Loss, sizes: Mapping[str, int], only_hard: bool) -> Iterator[Point]:
    """Yield points at small sizes, those with hard labels first; class sets then have the target as their positive."""
    ways = (False,) if loss.is_square else (True,) if only_hard else (True, False) if M in loss.shape else (False, True)
    for size in small_sizes(loss, sizes)[:_SIZES]:
        for hard in ways:
            for point in islice(labelled_points(loss, size, hard), 2):
                if not only_hard or point.sets.get("Omega_pos", {1}) == {1}:
                    yield point


def _seen(value: Callable[[list[float]], float | None] | None, direction: list[int], question: _Question) -> str:
    """Return the infinities that the loss may tend to, by its values at places of the ray."""
    start, near, far = (None if value is None else value([r * x for x in direction]) for r in _FAR)
    if start is None or near is None or far is None:
        return question.to
    if abs(far - start) < _RATIO.get(question.beyond, 0) * abs(near - start):
        return ""
    return "".join(sign for sign in question.to if (far - near) * (1 if sign == "+" else -1) > _RISE)


def _directions(entries: list[Entry]) -> list[Direction]:
    """Return the directions to try: one logit down or up, two of them apart, and all of them."""
    found = [{entry: sign} for entry in entries[:2] for sign in (-1, 1)]
    if len(entries) > 1:
        found += [{entries[0]: 1, entries[1]: -1}, dict.fromkeys(entries, 1), dict.fromkeys(entries, -1)]
    return found


__all__ = [
    "bounded_below", "judge_bounded", "judge_bounded_below", "judge_lipschitz", "judge_saturating", "judge_smooth",
    "linear",
]

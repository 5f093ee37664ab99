"""From candidates to solutions: every closed form is judged by proving/ before it is called one."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr

from nmderive.calculus.domains import Domain
from nmderive.calculus.normal_form import Frame, is_zero, normal_form
from nmderive.calculus.normal_form.algebra import add, bind, scale, substitute
from nmderive.calculus.normal_form.derivative import derivative
from nmderive.calculus.normal_form.terms import ONE
from nmderive.calculus.symbols import M, N, T
from nmderive.errors import NmderiveError
from nmderive.evidence import Status, Verdict
from nmderive.losses.links import Link
from nmderive.losses.loss import Loss
from nmderive.proving.optimum import optimum_certificate
from nmderive.proving.real_form import is_real, letters_are_strict, real_form
from nmderive.proving.settled import settled
from nmderive.proving.stationarity import judge_stationary, scope_text
from nmderive.proving.symbolic import prove_logits
from nmderive.proving.uniqueness import judge_unique
from nmderive.solving.record import Solution

ONLY_LABELS = "the only labels, rows summing to one, for which the logits are stationary"


def label_solution(
    loss: Loss, link: Link, sizes: Mapping[str, int], unique: str = "", needed: tuple[str, ...] = ()
) -> tuple[Solution | None, Verdict]:
    """Judge t = link(s); return the solution where it is proved, and the verdict."""
    verdict = judge_stationary(loss, link, "solve", {**dict(loss.sizes), **sizes})
    if verdict.status is not Status.PROVED:
        return None, verdict
    if not needed and not letters_are_strict(loss):
        unique = ""  # where a letter is zero the gradient may vanish for other labels, too
    needed = (*needed, *_as_labels(loss, link))
    role = "necessary and sufficient" if unique else "sufficient"
    formula = link.latex if "=" in link.latex else rf"{loss.written(loss.label)} = {link.latex}"
    solution = Solution(
        formula, verdict.scope, role, unique or "whether other labels do the same was not decided",
        (*verdict.conditions, *needed), link=link, sizes=dict(sizes),
    )
    return solution, verdict


def _as_labels(loss: Loss, link: Link) -> tuple[str, ...]:
    """Return what logits must satisfy for a link to be labels: not negative, at most one, rows with the sum one."""
    if link.scale is not None:
        return ()
    try:
        form = normal_form(link.expr, Frame(ranges=loss.ranges))
        own = loss.indices[-1].name
        rest = add(bind(substitute(form, {own: "~c"}), "~c", "m") if M in loss.shape else form, scale(ONE, -1))
        negative, sums = not form.positive, M not in loss.shape or is_zero(rest)
    except NmderiveError:
        negative, sums = True, False
    found = ("where these labels are not negative",) if negative else ()
    if M not in loss.shape:
        return (*found, "where these labels are at most one")
    return found if sums else (*found, "where these labels sum to one in each row")


def logit_solution(loss: Loss, logits: Expr, sizes: Mapping[str, int]) -> Solution | None:
    """Judge s = logits(t) by exact back-substitution; return the solution where it is proved."""
    logits, fixed = real_form(loss, logits), {**dict(loss.sizes), **sizes}
    if not is_real(loss, logits):
        return None
    if optimum_certificate(loss, logits, fixed) is None and not prove_logits(loss, logits, fixed).proved:
        return None
    row = f"_{loss.index_letters[0]}" if loss.shape == (N, M) else ""
    letters = {str(x) for x in (*loss.parameters, *(e.base.label for e in loss.arrays))}
    letter = next(x for x in ("r", "u", "v", "shift") if x not in letters)
    shift = f" + {letter}{row}" if loss.shape != (N,) and shift_invariant(loss) else ""
    verdict = settled(loss, judge_unique(loss, "unique-optimum", "", fixed), fixed=fixed)
    proved = verdict.status is Status.PROVED
    unique = "the only stationary point up to one shift a row, and the global minimum" if proved else ""
    return Solution(
        rf"{loss.written(loss.logit)} = {loss.written(logits)}{shift}", scope_text(loss, fixed),
        "necessary and sufficient" if proved else "sufficient",
        unique or "whether other logits are stationary was not decided", given(loss), logits=logits,
        sizes=dict(sizes),
    )


def given(loss: Loss) -> tuple[str, ...]:
    """Return what a formula for the logits needs: labels inside, and the domains of the letters."""
    domains = tuple(d.shown(name) for name, d in loss.domains if d != Domain())
    labels = ("labels strictly between 0 and 1",) if loss.expr.has(T) else ()
    return (*loss.conditions, *domains, *labels)


def shift_invariant(loss: Loss) -> bool:
    """Tell whether a constant added to a row of logits provably changes nothing in the gradient's sum."""
    if M not in loss.shape:
        return False
    letters = tuple(i.name for i in loss.indices)
    try:
        gradient = derivative(normal_form(loss.expr), "s", letters)
        return is_zero(bind(substitute(gradient, {letters[-1]: "~c"}), "~c", "m"))
    except NmderiveError:
        return False


def same_link(loss: Loss, one: Link, other: Link, sizes: Mapping[str, int]) -> bool:
    """Tell whether two links are provably the same at ``sizes``."""
    frame = Frame(sizes, loss.ranges)
    try:
        difference = normal_form(one.expr - other.expr, frame)
        own = loss.indices[-1].name
        places = [f"@{v}" for v in range(1, sizes["m"] + 1)] if "m" in sizes else [own]
        return all(is_zero(substitute(difference, {own: place})) for place in places)
    except NmderiveError:
        return False


def named(loss: Loss, link: Link, known: list[Link], sizes: Mapping[str, int]) -> Link:
    """Return the link under the simple name of one of ``known`` where they are the same."""
    for other in known:
        if same_link(loss, link, other, sizes):
            return other
    return link


__all__ = ["ONLY_LABELS", "given", "label_solution", "logit_solution", "named", "same_link", "shift_invariant"]

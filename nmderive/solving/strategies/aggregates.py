"""Name the sums inside the logs and the row sums as unknowns, and solve the rest exactly for all n, m.

Where the named sums drop out, the closed form is complete and the only one; where they do not, what is left
is n unknowns instead of n (m - 1), or one number a class instead of n m.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from sympy import Expr, Mul, exp, expand_log, log

from nmderive.budget import check_budget, limited
from nmderive.calculus.normal_form import Frame, Poly, is_zero, normal_form, reduced, to_expression
from nmderive.calculus.normal_form.algebra import add, multiply, scale, substitute
from nmderive.calculus.normal_form.derivative import depends
from nmderive.calculus.normal_form.functions import power_poly
from nmderive.calculus.normal_form.terms import ONE
from nmderive.calculus.symbols import M, N, S
from nmderive.checker import check
from nmderive.errors import BudgetExceeded, NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.links import Link
from nmderive.losses.loss import Loss
from nmderive.proving import certificates
from nmderive.proving.symbolic import prove_stationary
from nmderive.solving.closed_forms import (
    closed_link,
    is_flat,
    logit_power,
    partial_link,
    side_conditions,
    weighted_power,
)
from nmderive.solving.elimination import ClosedForm, NotLinear, RowSystem, row_system, solve_row
from nmderive.solving.judged import ONLY_LABELS, label_solution, logit_solution, named
from nmderive.solving.link_search import guess_links
from nmderive.solving.record import Direction, Finding, Outcome, Solution

TITLE = "aggregates"
COST = 2
STEPS = 30_000
WORKER = False
#: Steps for the formula that is to be inverted.
_INVERTED = 1_500
_ASSUMED = "the arguments of the logs and the row sums of labels are named as unknowns"


def search(loss: Loss, direction: Direction) -> Finding:
    """Eliminate the labels from the gradient and read off closed or partial forms."""
    try:
        system = row_system(_without_label_factor(loss))
        form = solve_row(system, tuple(i.name for i in loss.indices))
    except NotLinear:
        return Finding(
            TITLE, _ASSUMED, Outcome.NOT_FOUND, "the gradient is not linear in a row's labels once they are named"
        )
    except NmderiveError as error:
        return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, error.message)
    if direction is Direction.LABELS:
        return _labels(loss, form, side_conditions(loss, system, form))
    return _logits(loss, system, form)


def _without_label_factor(loss: Loss) -> Loss:
    """Return the loss without the factors that hold no logits: where they are not zero, they move no optimum."""
    kept = [f for f in Mul.make_args(loss.expr) if f.has(S)]
    return replace(loss, expr=Mul(*kept), name="") if kept else loss


def _labels(loss: Loss, form: ClosedForm, given: tuple[str, ...]) -> Finding:
    known = list(guess_links(loss))
    if form.aggregate is None or is_flat(loss, form):
        link = named(loss, closed_link(loss, form), known, {})
        if not link.expr.has(S):
            found = f"dl/ds = 0 asks {link.latex} whatever the logits are: no optimum"
            return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, found)
        solution, verdict = label_solution(loss, link, {}, ONLY_LABELS, given)
        outcome = Outcome.SOLVED if solution else Outcome.NOT_FOUND
        return Finding(TITLE, _ASSUMED, outcome, link.latex, solutions=(solution,) if solution else (),
                       certificates=verdict.certificates, verdicts=(verdict,))
    partial = partial_link(loss, form)
    certificate, why = _confirmed(loss, partial)
    if certificate is None:
        return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, f"{partial.latex}: not confirmed ({why})")
    solutions = [Solution(
        partial.latex, "for all n, m", "necessary and sufficient",
        "U_i > 0 follow from sum_j t_ij = 1", given, unknowns_left="n", unknowns="n(m-1)", link=partial,
    )]
    solutions += _two_classes(loss, form, known)
    found = "; ".join(s.formula + (f" ({s.scope})" if s.sizes else "") for s in solutions)
    return Finding(
        TITLE, _ASSUMED, Outcome.PARTIAL, found, solutions=tuple(solutions), certificates=(certificate,)
    )


def _confirmed(loss: Loss, partial: Link) -> tuple[Certificate | None, str]:
    """Return the certificate of a partial form where prover and checker agree on it, or why they do not."""
    attempt = prove_stationary(loss, partial)
    certificate = certificates.stationary(loss, partial, {}, {"U": ["n"]})
    checked = check(certificate.as_json())
    if attempt.proved and checked.accepted:
        return certificate, ""
    return None, attempt.reason or checked.reason


def _two_classes(loss: Loss, form: ClosedForm, known: list[Link]) -> list[Solution]:
    """Return the closed form at m = 2 where the aggregates agree there for all n."""
    own = loss.indices[-1].name
    response = normal_form(to_expression(form.scaled), Frame({"m": 2}, loss.ranges))
    first, second = (substitute(response, {own: place}) for place in ("@1", "@2"))
    if not is_zero(add(first, scale(second, -1))):
        return []
    sizes = {"m": 2}
    link = named(loss, closed_link(loss, form), known, sizes)
    solution, _ = label_solution(loss, link, sizes, ONLY_LABELS)
    return [solution] if solution else []


def _logits(loss: Loss, system: RowSystem, form: ClosedForm) -> Finding:
    candidates = list(_inverses(loss, system, form))
    for logits in candidates:
        solution = logit_solution(loss, logits, {})
        if solution is not None:
            return Finding(TITLE, _ASSUMED, Outcome.SOLVED, solution.formula, solutions=(solution,))
    power = logit_power(loss, form.beta)
    if form.aggregate is not None and power is not None and not form.alpha.terms and loss.shape == (N, M):
        return _partial_logits(loss, form, power)
    found = "the closed form for the labels could not be inverted"
    return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, found)


def _partial_logits(loss: Loss, form: ClosedForm, power: Expr) -> Finding:
    assert form.aggregate is not None
    # The same form read the other way: log t_ij = log U_i + log w_ij + log A_j, and log w_ij is linear in s_ij.
    certificate, why = _confirmed(loss, partial_link(loss, form))
    if certificate is None:
        return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, f"the partial form was not confirmed ({why})")
    i, j = loss.index_letters
    formula = rf"{loss.written(loss.logit)} = {loss.written(log(loss.label) / power)} + r_{i} + a_{j}"
    value = loss.written(to_expression(form.aggregate.value))
    condition = rf"e^{{-{loss.written(power)} a_{j}}} = {value}" if power != 1 else rf"e^{{-a_{j}}} = {value}"
    solution = Solution(
        formula, "for all n, m", "necessary and sufficient", f"the a_j follow from {condition}", ("labels positive",),
        unknowns_left="m-1", unknowns="nm",
    )
    return Finding(
        TITLE, _ASSUMED, Outcome.PARTIAL, formula, solutions=(solution,), certificates=(certificate,)
    )


def _inverses(loss: Loss, system: RowSystem, form: ClosedForm) -> list[Expr]:
    """Return candidates for s(t), read off closed forms that are a + w e^(c s_ij) up to a factor of the row.

    That factor normalises the row, or makes odds of a binary label; either way the logits are affine in logarithms of
    the labels, c s = log(t - a) - log w, up to one shift a row.
    """
    if form.aggregate is not None and not is_flat(loss, form):
        return []
    if M not in loss.shape:
        return [*_from_odds(loss, system, form), log(loss.label / (1 - loss.label))]
    try:
        with limited(steps=_INVERTED):
            value = normal_form(closed_link(loss, form).expr, Frame({}, loss.ranges))
    except BudgetExceeded:
        check_budget()  # a limit from outside goes on; what takes longer is no power of one exponential
        return []
    varying = Poly({m: c for m, c in value.terms if depends(Poly({m: c}), "s")})
    found = weighted_power(loss, varying)
    if found is None:
        return []
    weight = found[1].as_independent(loss.indices[-1], as_Add=False)[1]
    return _affine(loss.label - to_expression(add(value, scale(varying, -1))), found[0], weight)


def _from_odds(loss: Loss, system: RowSystem, form: ClosedForm) -> list[Expr]:
    """Return candidates for a binary task whose odds t/(1 - t), or their inverse, are w e^(c s_i)."""
    rest = reduced(add(system.diagonal, system.constant))
    odds = [(multiply(scale(system.constant, -1), power_poly(rest, Fraction(-1))), 1)] if rest.terms else []
    if form.alpha.terms:
        odds.append((add(power_poly(form.alpha, Fraction(-1)), scale(ONE, -1)), -1))
    for value, sign in odds:
        found = weighted_power(loss, reduced(value))
        if found is None:
            continue
        whole = to_expression(reduced(value)) * exp(-found[0] * loss.logit)
        weight = to_expression(normal_form(whole, Frame({}, loss.ranges)))
        if not weight.has(S):
            return _affine(loss.label / (1 - loss.label), sign * found[0], weight**sign)
    return []


def _affine(value: Expr, power: Expr, weight: Expr) -> list[Expr]:
    """Return (log value - log w) / c with either sign of w, of which the judge takes the one that is real."""
    return [(log(value) - expand_log(log(w))) / power for w in (weight, (-weight).expand())]

"""Name the sums inside the logs and the row sums as unknowns, and solve the rest exactly for all n, m.

Where the named sums drop out, the closed form is complete and the only one; where they do not, what is left
is n unknowns instead of n (m - 1), or one number a class instead of n m.
"""

from __future__ import annotations

from fractions import Fraction

from sympy import Expr, log

from nmderive.calculus.normal_form import Frame, Poly, is_zero, normal_form, reduced, to_expression
from nmderive.calculus.normal_form.algebra import add, multiply, scale, substitute
from nmderive.calculus.normal_form.derivative import depends
from nmderive.calculus.normal_form.functions import power_poly
from nmderive.calculus.symbols import M, N, S
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.links import Link, softmax_link
from nmderive.losses.loss import Loss
from nmderive.notation import to_latex
from nmderive.proving import certificates
from nmderive.proving.symbolic import prove_stationary
from nmderive.solving.closed_forms import closed_link, is_flat, logit_power, partial_link, side_conditions
from nmderive.solving.elimination import ClosedForm, NotLinear, row_system, solve_row
from nmderive.solving.judged import ONLY_LABELS, label_solution, logit_solution, named
from nmderive.solving.link_search import guess_links
from nmderive.solving.record import Direction, Finding, Outcome, Solution

TITLE = "aggregates"
COST = 2
SECONDS = 60.0
WORKER = False
_ASSUMED = "the arguments of the logs and the row sums of labels are named as unknowns"


def search(loss: Loss, direction: Direction) -> Finding:
    """Eliminate the labels from the gradient and read off closed or partial forms."""
    try:
        system = row_system(loss)
        form = solve_row(system, tuple(i.name for i in loss.indices))
    except NotLinear:
        return Finding(
            TITLE, _ASSUMED, Outcome.NOT_FOUND, "the gradient is not linear in a row's labels once they are named"
        )
    except NmderiveError as error:
        return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, error.message)
    if direction is Direction.LABELS:
        return _labels(loss, form, side_conditions(loss, system, form))
    return _logits(loss, form)


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


def _logits(loss: Loss, form: ClosedForm) -> Finding:
    candidates = list(_inverses(loss, form))
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
    i, j = (x.name for x in loss.indices)
    formula = rf"s_{{{i},{j}}} = {to_latex(log(loss.label) / power)} + r_{i} + a_{j}"
    value = to_latex(to_expression(form.aggregate.value))
    condition = rf"e^{{-{to_latex(power)} a_{j}}} = {value}" if power != 1 else rf"e^{{-a_{j}}} = {value}"
    solution = Solution(
        formula, "for all n, m", "necessary and sufficient", f"the a_j follow from {condition}", ("labels positive",),
        unknowns_left="m-1", unknowns="nm",
    )
    return Finding(
        TITLE, _ASSUMED, Outcome.PARTIAL, formula, solutions=(solution,), certificates=(certificate,)
    )


def _inverses(loss: Loss, form: ClosedForm) -> list[Expr]:
    """Return candidates for s(t): a power of e^s, an affine function of the softmax, or of the sigmoid."""
    found: list[Expr] = []
    power = logit_power(loss, form.beta)
    if power is not None and not form.alpha.terms and (form.aggregate is None or is_flat(loss, form)):
        found.append(log(loss.label) / power)
    if form.aggregate is None:
        found += _affine_inverses(loss, closed_link(loss, form))
        found.append(log(loss.label / (1 - loss.label)))
    return found


def _affine_inverses(loss: Loss, link: Link) -> list[Expr]:
    """Return s = log((t - b)/a) where t = a softmax(s) + b with a and b free of logits."""
    if M not in loss.shape:
        return []
    frame = Frame({}, loss.ranges)
    try:
        value, softmax = (normal_form(x.expr, frame) for x in (link, softmax_link(loss)))
        varying = Poly({m: c for m, c in value.terms if depends(Poly({m: c}), "s")})
        slope = reduced(multiply(varying, power_poly(softmax, Fraction(-1))))
    except NmderiveError:
        return []
    if depends(slope, "s"):
        return []
    offset = to_expression(add(value, scale(varying, -1)))
    return [log((loss.label - offset) / to_expression(slope))]

"""Can the optimum be written with radicals at a given size? The formula up to degree 4, a certificate against it above.

The eliminant at one rational point is the polynomial whose root the optimum is. A formula in radicals for the
size would specialise to that point, so one group that is not solvable rules it out for the size.
"""

from __future__ import annotations

import mpmath

from nmderive.budget import check_budget
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.proving.points import known
from nmderive.solving.closed_forms import is_flat, logit_power
from nmderive.solving.eliminants import Eliminant, label_eliminant, logit_eliminant
from nmderive.solving.elimination import ClosedForm, NotLinear, row_system, solve_row
from nmderive.solving.galois import insolvable
from nmderive.solving.radical_formulas import FORMULAS, formula_roots
from nmderive.solving.record import Direction, Finding, Outcome, Solution

TITLE = "radicals"
COST = 5
STEPS = 30_000
WORKER = True
_ASSUMED = "the partial form at one rational point; Galois group from cycle types modulo primes"
_LABEL_SIZES = ((1, 3), (1, 4), (1, 5), (1, 6), (1, 7), (1, 8), (2, 3), (3, 3))
_LOGIT_SIZES = ((1, 3), (2, 3), (1, 4))


def search(loss: Loss, direction: Direction) -> Finding:
    """Decide the sizes one after the other; what is decided before the budget ends is kept."""
    try:
        form = solve_row(row_system(loss), tuple(i.name for i in loss.indices))
    except (NotLinear, NmderiveError):
        return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, "there is no partial form with one unknown a row")
    if form.aggregate is None or is_flat(loss, form):
        return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, "not needed: the closed form has no unknown left")
    lines, solutions, certificates = [], [], []
    for n, m in known(loss, _LABEL_SIZES if direction is Direction.LABELS else _LOGIT_SIZES):
        check_budget()
        try:
            eliminant = _eliminant(loss, form, direction, n, m)
        except NmderiveError as error:
            lines.append(f"(n, m) = ({n}, {m}): {error.message}")
            continue
        line, solution, certificate = _decided(eliminant, n, m)
        lines.append(line)
        solutions += [solution] if solution else []
        certificates += [certificate] if certificate else []
    outcome = Outcome.NO_RADICAL_FORMULA if certificates else Outcome.PARTIAL if solutions else Outcome.NOT_FOUND
    return Finding(TITLE, _ASSUMED, outcome, "; ".join(lines), solutions=tuple(solutions),
                   certificates=tuple(certificates), data={"lines": lines})


def _eliminant(loss: Loss, form: ClosedForm, direction: Direction, n: int, m: int) -> Eliminant:
    if direction is Direction.LABELS:
        labels: Eliminant = label_eliminant(loss, form, n, m)
        return labels
    power = logit_power(loss, form.beta)
    if power is None:
        raise NmderiveError("the logits do not follow from the labels up to one number a class")
    logits: Eliminant = logit_eliminant(loss, form, power, n, m)
    return logits


def _decided(eliminant: Eliminant, n: int, m: int) -> tuple[str, Solution | None, Certificate | None]:
    place, degree = f"(n, m) = ({n}, {m})", eliminant.degree
    if degree <= 4:
        shown = _polynomial(eliminant)
        if not _formula_holds(eliminant):
            return f"{place}: degree {degree}, the formula did not reproduce the root", None, None
        text = f"{place}: degree {degree} in {eliminant.unknown}, solvable in radicals"
        text += f" (formula checked at {eliminant.data})"
        role = f"{eliminant.unknown} is a root of a polynomial of degree {degree} in radicals of its coefficients"
        solution = Solution(
            FORMULAS[degree].replace("U", _letter(eliminant)), f"for n={n}, m={m}", "necessary and sufficient", role,
            conditions=(f"at {eliminant.data}: {shown} = 0",), sizes={"n": n, "m": m},
        )
        return text, solution, None
    proof = insolvable(list(eliminant.coefficients))
    if proof is None:
        return f"{place}: degree {degree}, solvability not decided", None, None
    primes = ", ".join(map(str, proof.primes))
    text = f"{place}: NO RADICAL FORMULA: degree {degree}, group {proof.group}, primes {primes}"
    return text, None, proof.certificate()


@mpmath.workdps(50)  # type: ignore[untyped-decorator]
def _formula_holds(eliminant: Eliminant) -> bool:
    root = mpmath.mpf(eliminant.root)
    if eliminant.unknown.endswith("^2"):
        root = root**2
    return bool(min(abs(value - root) for value in formula_roots(eliminant.coefficients)) < 1e-11 * abs(root))


def _letter(eliminant: Eliminant) -> str:
    return eliminant.unknown if "^" not in eliminant.unknown else "Y"


def _polynomial(eliminant: Eliminant) -> str:
    letter = _letter(eliminant)
    terms = [f"{c} {letter}^{k}" for k, c in reversed(list(enumerate(eliminant.coefficients))) if c]
    return " + ".join(terms).replace("+ -", "- ").replace(f" {letter}^0", "").replace(f"{letter}^1 ", f"{letter} ")

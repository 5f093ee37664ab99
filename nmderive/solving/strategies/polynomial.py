"""Clear denominators at small sizes and eliminate with SymPy's Groebner basis, for losses of any structure."""

from __future__ import annotations

from sympy import groebner

from nmderive.errors import NmderiveError, UnsupportedError
from nmderive.losses.loss import Loss
from nmderive.proving.points import known
from nmderive.solving.eliminants import factors_of
from nmderive.solving.record import Direction, Finding, Outcome
from nmderive.solving.written_out import applies, label_system, require_small

TITLE = "polynomial system"
COST = 6
STEPS = 600
WORKER = True
ASSUMED = "e^s distinct primes (as powers), labels unknown, sum_j t_ij = 1"
#: A basis of a system with more roots than this is not tried: SymPy counts no steps, the bound does.
_MOST_ROOTS = 300
_SIZES = ((1, 2), (1, 3), (2, 2))


def search(loss: Loss, direction: Direction) -> Finding:
    """Eliminate all labels but one at small sizes; the degrees say how hard the optimum is."""
    if direction is Direction.LOGITS or not applies(loss):
        return Finding(TITLE, ASSUMED, Outcome.NOT_FOUND, "it applies to labels from logits, without parameters")
    lines = []
    for n, m in known(loss, _SIZES):
        try:
            degrees = _degrees(loss, n, m)
        except (NmderiveError, NotImplementedError, ValueError) as error:
            lines.append(f"(n, m) = ({n}, {m}): {str(error).splitlines()[0][:120]}")
            continue
        lines.append(f"(n, m) = ({n}, {m}): t_1_1 is a root of a polynomial with factors of degree {degrees}")
    outcome = Outcome.PARTIAL if any("root of" in line for line in lines) else Outcome.NOT_FOUND
    return Finding(TITLE, ASSUMED, outcome, "; ".join(lines), data={"lines": lines})


def _degrees(loss: Loss, n: int, m: int) -> list[int]:
    system = label_system(loss, n, m)
    require_small(system, _MOST_ROOTS)
    basis = groebner(system.equations, *reversed(system.unknowns), order="lex")
    first = system.unknowns[0]
    univariate = [p for p in basis.exprs if p.free_symbols == {first}]
    if not univariate:
        raise UnsupportedError("the labels are not determined by the gradient")
    return sorted(len(f) - 1 for f in factors_of(univariate[0], first))

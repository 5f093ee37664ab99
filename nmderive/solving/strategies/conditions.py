"""For a loss with undefined functions: the condition on them under which t = softmax(f) is stationary.

The link is substituted in the gradient, and what all terms share and is not zero is divided out; what is left
has to vanish. For the article's general form that is d/ds_ik of sum_j f(s_ij) = 0.
"""

from __future__ import annotations

from sympy import Expr, exp

from nmderive.calculus.normal_form import Frame, normal_form, settled, to_expression
from nmderive.calculus.normal_form.algebra import substitute
from nmderive.calculus.normal_form.derivative import derivative, replace_array, replace_atoms
from nmderive.calculus.normal_form.functions import split_content
from nmderive.calculus.normal_form.terms import Atom, Poly
from nmderive.calculus.sums import IndexSum, RowFunction, mean
from nmderive.calculus.symbols import M, N, S, index
from nmderive.losses.loss import Loss
from nmderive.solving.record import Direction, Finding, Outcome, Solution

TITLE = "conditions"
COST = 3
STEPS = 30_000
WORKER = False
_ASSUMED = "t = softmax(f), f the loss's undefined function"


def search(loss: Loss, direction: Direction) -> Finding:
    """Derive the condition for the link softmax(f), and try f = s - mean(s) on it."""
    functions = {f.args[0] for f in loss.expr.atoms(RowFunction)}
    if len(functions) != 1 or loss.shape != (N, M):
        return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, "the loss has no undefined function of a row")
    letters = tuple(i.name for i in loss.indices)
    own = loss.indices[-1]
    k = index("k")
    function = RowFunction(functions.pop(), S, *loss.indices)
    total = IndexSum(exp(function.xreplace({own: k})), k, M)
    link = normal_form(exp(function) / total, Frame({}, loss.ranges))
    gradient = replace_array(derivative(normal_form(loss.expr), "s", letters), "t", letters, link)
    left = settled(gradient)
    if not left.terms:
        return Finding(TITLE, _ASSUMED, Outcome.SOLVED, "t = softmax(f) is stationary for every f")
    condition = to_expression(split_content(left, any_sign=True)[1])
    met = _met_by(left, S[loss.indices] - mean(S[loss.indices[0], k], k, M), loss)
    note = "; f = s - mean(s) meets it for all n, m" if met else ""
    formula = rf"{loss.written(condition)} = 0"
    solution = Solution(
        rf"t = \operatorname{{softmax}}(f) \iff {formula}", "for all n, m", "necessary and sufficient",
        "the condition is on f, not on t or s", unknowns_left="f", unknowns="f",
    )
    return Finding(TITLE, _ASSUMED, Outcome.PARTIAL, f"{formula}{note}", solutions=(solution,))


def _met_by(left: Poly, value: Expr, loss: Loss) -> bool:
    """Tell whether the condition vanishes identically for the function ``value`` of the logits."""
    row, own = (i.name for i in loss.indices)
    frame = Frame({}, loss.ranges)
    form = normal_form(value, frame)
    def lookup(atom: Atom) -> Poly | None:
        if atom.kind == "f":
            return substitute(form, {row: atom.args[2][0], own: atom.args[2][1]})
        if atom.kind == "g":
            at = substitute(form, {row: atom.args[2][0], own: atom.args[2][1]})
            for by in atom.args[3]:
                at = derivative(at, "s", (atom.args[2][0], by))
            return at
        return None

    return not settled(replace_atoms(left, lookup)).terms

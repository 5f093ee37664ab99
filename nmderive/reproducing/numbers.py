"""Claims about numbers, decided by exact fractions and by ball arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, fmpq
from sympy import Rational, log

from nmderive.evidence import Status, Verdict
from nmderive.notation import Declarations, parse
from nmderive.reproducing.ask import loss, same_expressions
from nmderive.reproducing.outcome import Part, Role
from nmderive.reproducing.source import latex


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def label_term(t_neg: str, t_pos: str, product: str) -> Part:
    """Ask whether the label term of B21 is the logarithm of ``product`` at the labels given, exactly."""
    statement = parse(latex("B21"), Declarations.from_lets(["m: margin"]))
    side = statement.sides[0]
    values = {"t_neg": Rational(t_neg), "t_pos": Rational(t_pos)}
    at = side.xreplace({x: values[x.name] for x in side.free_symbols if x.name in values})
    margin = next(x for x in at.free_symbols if x.name.startswith("m"))
    question = f"at (t_neg, t_pos) = ({t_neg}, {t_pos}) the term is ln({product})"
    return same_expressions(question, at, 2 * margin + log(Rational(product)), loss("loss-1"))


def margin_positive(margin: int, t_neg: str, t_pos: str, role: Role = Role.ASSERTS) -> Part:
    """Decide whether 2 m + ln((1 - t_neg) t_pos) > 0 by an enclosure."""
    inner = (1 - Fraction(t_neg)) * Fraction(t_pos)
    value = 2 * margin + _ball(inner).log()
    status = Status.PROVED if value > 0 else Status.REFUTED if value < 0 else Status.UNDECIDED
    statement = f"2 m + ln((1 - t_neg) t_pos) > 0 at m = {margin}, t_neg = {t_neg}, t_pos = {t_pos}"
    witness = {"margin": str(margin), "t_neg": t_neg, "t_pos": t_pos, "(1 - t_neg) t_pos": str(inner),
               "quantity": "2 m + ln((1 - t_neg) t_pos)", "value": value.str(12), "exact": False}
    finding = f"positive exactly where m > {(-_ball(inner).log() / 2).str(10)}"
    return Part(statement, Verdict("numeric", status, statement, "for these numbers", findings=(finding,),
                                   witness=witness), role)


def near_hard_labels() -> Part:
    """Enclose, for labels (1 - 2e, e, e), what a point with the wrong class on top costs above the optimum.

    Loss-3 at n = 1, m = 3 and s = r (1, 2, -3), e^r = R: log(1 + t_1/R) + log(1 + t_2/R^2) + log(1 + t_3 R^3). At the
    optimum every t_j e^(mean - s_j) is the geometric mean of the labels.
    """
    excess = [_excess(k) for k in (1, 2, 3, 4)]
    falls = all(b < a / 2 for a, b in zip(excess, excess[1:], strict=False)) and all(x > 0 for x in excess)
    statement = "the excess of l at s = r (1, 2, -3), class 2 on top, over its minimum, falls as e falls"
    lines = tuple(f"e = 10^-{4 * k}: excess {x.str(8)} at e^r = 10^{k}" for k, x in enumerate(excess, 1))
    status = Status.CERTIFIED if falls else Status.UNDECIDED
    return Part("the nearer the labels are to hard labels, the less a wrong class costs",
                Verdict("numeric", status, statement, "at n=1, m=3, for the four e named", findings=lines))


def _excess(k: int) -> Any:
    e, ratio = Fraction(1, 10 ** (4 * k)), Fraction(10**k)
    wrong = sum((_log1p(x) for x in ((1 - 2 * e) / ratio, e / ratio**2, e * ratio**3)), start=arb(0))
    mean = (_ball((1 - 2 * e) * e * e).log() / 3).exp()
    return wrong - 3 * (1 + mean).log()


def _log1p(value: Fraction) -> Any:
    return (1 + _ball(value)).log()

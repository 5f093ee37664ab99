"""The judges of the comments' claims: B1 to B23, the author's replies R1 to R3, and C1."""

from __future__ import annotations

from collections.abc import Callable

from sympy import KroneckerDelta

from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.symbols import T, index
from nmderive.notation import parse
from nmderive.reproducing.article import ASSERTS, BESIDES, DENIES, no_explicit_solution
from nmderive.reproducing.ask import checked_identity, found_forms, has, loss, radicals, same, stationary_at
from nmderive.reproducing.numbers import label_term, margin_positive
from nmderive.reproducing.outcome import Judged, Part, judged
from nmderive.reproducing.source import latex

_EQUAL = "the two sides are equal"
_MARGIN = ("m: margin", "b")
_CROSS_ENTROPY = r"\log\sum_j e^{s_j-s_t}"
_NOT_SOFTMAX = "softmax(s) is its optimum"


def _identity(claim: str, lets: tuple[str, ...] = ()) -> Judged:
    return judged(same(_EQUAL, latex(claim), lets=lets))


def _b2() -> Judged:
    own = loss(latex("B2"))
    hard = substitute_array(own.expr, T, own.indices, KroneckerDelta(own.indices[-1], index("t")))
    right = parse(r"\log \left(1 + e^{- f(s_t)}\right)").sides[0]
    one = latex("A7").split("=", 1)[1].replace("{i,j}", "{1,j}").replace(r"\sum_i ", "")
    return judged(
        same("(4.1) is A7 at n = 1", latex("A7"), r"l = " + one, sizes={"n": 1}),
        checked_identity("with the label one-hot at t, (4.1) is log(1 + e^(-f(s_t)))", hard, right, own, "for all m"),
    )


def _b4() -> Judged:
    repaired = r"\log(1+\sum_{j}(1-t_j)e^{s_j-s_t})"
    return judged(
        same("the two sides are equal, the label one-hot at t", latex("B4")),
        same("with the factor e^(-s_t) put back they are", latex("B4").split("=")[0], repaired, BESIDES),
    )


def _definition(claim: str, name: str, extra: list[Part], note: str) -> Judged:
    """Judge a form that is only written down: it is a convex loss, and not what it is put forward as."""
    return judged(
        has("convex", "it is a convex loss", name), has("softmax-optimum", _NOT_SOFTMAX, name), extra,
        condition=f"as a definition it stands; {note}",
    )


def _b5() -> Judged:
    one = has("degenerates-n1", "at n = 1 with a hard label it is softmax cross-entropy", "comment-4-4")
    return _definition("B5", "comment-4-4", [one], "softmax is not its optimum, and at n = 1 it is not softmax "
                       "cross-entropy: it rests on B4, which is false")


def _b6() -> Judged:
    return judged(same("B5 at m = 2 is this", latex("B5"), latex("B6"), sizes={"m": 2}))


def _b7() -> Judged:
    return judged(
        same("it is the catalogue's loss", latex("B7"), "multi-label"),
        stationary_at("t_i = sigmoid(2 s_i) is stationary", "multi-label", 2),
        has("unique-optimum", "there is no other optimum", "multi-label"),
    )


def _b9() -> Judged:
    first = latex("B8").split(r"=\log\left(")[0]
    return judged(same("B8 agrees with it to first order in the exponentials", first, latex("B9"), order=1))


def _b10() -> Judged:
    one = has("degenerates-n1", "at n = 1 with a hard label it is softmax cross-entropy", "comment-4-6")
    return _definition("B10", "comment-4-6", [one], "neither softmax as its optimum nor softmax cross-entropy at n = 1 "
                       "holds")


def _b11() -> Judged:
    truncated = r"\log(1+\sum_j\sum_i (1-t_{i,j}) e^{2(s_{i,j}-\bar{s}_i)})"
    binary = r"\log(1+\sum_i(1-t_{i,1})e^{s_{i,1}-s_{i,2}}+\sum_i(1-t_{i,2})e^{s_{i,2}-s_{i,1}})"
    one_row = r"\log(1+\sum_j (1-t_j) e^{s_j})"
    return judged(
        same("it is B10 to first order in the exponentials", latex("B10"), latex("B11"), order=1),
        same("n binary tasks: with m = 2 and opposite logits, s_i1 = -s_i2 = z_i, it is B9 in z", truncated, binary,
             sizes={"m": 2}),
        same("one m-way task: at n = 1 with a hard label at t it is softmax cross-entropy", one_row, _CROSS_ENTROPY),
        condition="n binary tasks: yes, to first order, with s_i0 = -s_i1. One m-way task with a hard label: no, "
        "it is the right side of B4",
    )


def _b12() -> Judged:
    return _definition("B12", "comment-4-8", [], "softmax is not its optimum; Omega_pos and Omega_neg partition 1..m")


def _b13() -> Judged:
    return judged(same("B12 agrees with it to first order", latex("B12"), latex("B13"), order=1))


def _b14() -> Judged:
    parts = (r"\log(1+\sum_{j\in\Omega_{neg}} \sum_{i} (1-t_{i,j}) e^{s_{i,j}})"
             r"+\log(1+\sum_{j\in\Omega_{pos}} \sum_{i} t_{i,j} e^{-s_{i,j}})")
    factors = same("it factors as log(1 + N) + log(1 + P)", latex("B14"), parts)
    return _definition("B14", "comment-4-11", factors, "it factors as log(1 + N) + log(1 + P), and softmax is not its "
                       "optimum")


def _hard(claim: str) -> str:
    """Write a formula of class sets at n = 1 with labels 1 on Omega_pos and 0 on Omega_neg."""
    text = latex(claim).replace(r" \sum_{i}", "").replace("{i,j}", "{j}")
    return text.replace("(1-t_{j}) ", "").replace("(t_{j}) ", "")


def _one_positive(text: str) -> str:
    """Write a formula of class sets with Omega_pos = {t} and Omega_neg the other classes."""
    text = text.replace(r"\sum_{j\in\Omega_{pos}} e^{-s_{j}}", r"e^{-s_{t}}")
    return text.replace(r"j\in\Omega_{neg}", r"j\neq t")


def _b15() -> Judged:
    return judged(same("B14 with one sample and labels 1 on Omega_pos, 0 on Omega_neg is this", _hard("B14"),
                       latex("B15")))


def _b17() -> Judged:
    here = _one_positive(latex("B17"))
    return judged(
        same("B15 with one positive class t is this", _one_positive(latex("B15")), here),
        same("it is softmax cross-entropy", here, _CROSS_ENTROPY),
        same("it is log(1 + N) + log(1 + e^(-s_t))", here,
             r"\log(1+\sum_{j\neq t} e^{s_j})+\log(1+e^{-s_t})", BESIDES),
        condition="B15 does become this, but this is not softmax cross-entropy: the first-order terms (4.12.5) stay",
    )


def _b18() -> Judged:
    here = _one_positive(_hard("B18").split("=", 1)[1])
    return judged(
        same("at n = 1 with one positive class t and a hard label it is softmax cross-entropy", here, _CROSS_ENTROPY),
        has("degenerates-n1", "without the choice Omega_pos = {t} it is, too", "comment-4-11-1", BESIDES),
    )


def _b21() -> Judged:
    return judged(label_term("0.9", "0.1", "0.01"), label_term("0.5", "0.5", "0.25"), label_term("0.1", "0.9", "0.81"))


def _b22() -> Judged:
    return judged(
        margin_positive(5, "0.999", "0.001"), margin_positive(3, "0.999", "0.001", DENIES),
        margin_positive(7, "0.999", "0.001", BESIDES),
    )


def _b23() -> Judged:
    exact = latex("B23").replace("+ ... ", "")
    single = _single_classes(latex("B23").replace("+ ... ", ""))
    return judged(
        same("the sides agree to first order in the exponentials", latex("B23"), lets=_MARGIN, order=1),
        same("the sides are equal without the dots", exact, lets=_MARGIN),
        same("they are equal where each set has one class", single, role=BESIDES, lets=("c: margin", "b")),
        condition="true to first order; without the dots it is exact where each index set has one class, not "
        "in general",
    )


def _single_classes(text: str) -> str:
    """Write B23 with one class in each set: u for Omega_neg, v for Omega_pos; the margin is called c."""
    for operator in (r"\prod", r"\sum"):
        text = text.replace(operator + r"_{j\in\Omega_{neg}}", "").replace(operator + r"_{j\in\Omega_{pos}}", "")
    text = text.replace("(1-t_{i,j}) e^{s_{i,j}-b + m}", "(1-t_{i,k}) e^{s_{i,k}-b + c}")
    text = text.replace("(1-t_{i,j}) e^{s_{i,j}-b+m}", "(1-t_{i,k}) e^{s_{i,k}-b + c}")
    return text.replace("b+m}", "b+c}")


def _r1() -> Judged:
    question = "at n = 1 with a hard label it is softmax cross-entropy"
    return judged(
        same("B4: the two sides are equal", latex("B4"), role=DENIES),
        has("degenerates-n1", f"(4.4): {question}", "comment-4-4", DENIES),
        has("degenerates-n1", f"(4.6): {question}", "comment-4-6", DENIES),
        same("(4.7): " + question, r"\log(1+\sum_j (1-t_j) e^{s_j})", _CROSS_ENTROPY, DENIES),
        same("(4.12.4): it is softmax cross-entropy", _one_positive(latex("B17")), _CROSS_ENTROPY, DENIES),
        remark="'most' is read as: the forms (4.4), (4.6), (4.7) and (4.12.4), each put forward as reducing to softmax "
        "cross-entropy, do not; (4.11.1) does (B18)",
    )


def _r2() -> Judged:
    return judged(
        has("degenerates-n1", "one m-way task with a hard label: softmax cross-entropy", "loss-1"),
        has("degenerates-m2", "n binary tasks with soft labels: the multi-label loss", "loss-1"),
    )


def _r3() -> Judged:
    return judged(
        no_explicit_solution(),
        radicals("loss-1", "s", BESIDES),
        condition="with two classes the relation is explicit: t = softmax(2 s), s = log(t)/2 + r_i. With three classes "
        "neither form holds; for all n, m the search finds it explicit up to n numbers U_i "
        "(labels from logits) or m - 1 numbers a_j (logits from labels)",
        formulas=found_forms("loss-1", "s")[:2],
    )


def _c1() -> Judged:
    return judged(
        has("decoupled", "loss-1: each row's optimum depends on that row alone", "loss-1", DENIES),
        has("decoupled", "loss-3: each row's optimum depends on that row alone", "loss-3", ASSERTS),
    )


JUDGES: dict[str, Callable[[], Judged]] = {
    "B1": lambda: _identity("B1"), "B2": _b2, "B3": lambda: _identity("B3"), "B4": _b4, "B5": _b5, "B6": _b6, "B7": _b7,
    "B8": lambda: _identity("B8"), "B9": _b9, "B10": _b10, "B11": _b11, "B12": _b12, "B13": _b13, "B14": _b14,
    "B15": _b15, "B16": lambda: _identity("B16"), "B17": _b17, "B18": _b18, "B19": lambda: _identity("B19", _MARGIN),
    "B20": lambda: _identity("B20", _MARGIN), "B21": _b21, "B22": _b22, "B23": _b23, "R1": _r1, "R2": _r2, "R3": _r3,
    "C1": _c1,
}

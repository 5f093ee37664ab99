"""The judges of the article's own claims, A1 to A18: each asks the tool, none knows the answer."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Integer

from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.symbols import S, T
from nmderive.notation import parse
from nmderive.reproducing.ask import (
    found_forms,
    gradient,
    has,
    loss,
    radicals,
    same,
    same_expressions,
    stationary_at,
)
from nmderive.reproducing.numbers import near_hard_labels
from nmderive.reproducing.outcome import Judged, Part, Role, judged
from nmderive.reproducing.source import latex

ASSERTS, DENIES, BESIDES = Role.ASSERTS, Role.DENIES, Role.BESIDES
_SOFTMAX = "t = softmax(s) is stationary for this loss"


def _a1() -> Judged:
    return judged(same("the two sides are equal", latex("A1")))


def _a2() -> Judged:
    return judged(same("the two sides are equal", latex("A2")))


def _a3() -> Judged:
    return judged(same("the sides agree to first order in the exponentials", latex("A3"), order=1))


def _a4() -> Judged:
    product = latex("A3").split("=")[0]
    return judged(
        same("loss-1 is the cross-entropy of A2 to first order in the exponentials", product, latex("A4"), order=1),
        has("convex", "loss-1 is convex", "loss-1", BESIDES),
        has("unique-optimum", "loss-1 has one optimum", "loss-1", BESIDES),
    )


def _printed_gradient(claim: str, name: str) -> Judged:
    """Compare the gradient that the source prints with ours, which the checker confirms."""
    statement, own = parse(latex(claim)), loss(name)
    assert statement.gradient_of is not None
    letters = dict(zip(own.indices, statement.gradient_of.indices, strict=True))
    ours = own.gradient.subs(letters)
    return judged(
        gradient("our gradient of the loss is right", name),
        same_expressions("the gradient that the source prints equals ours", statement.sides[0], ours, own),
    )


def _a6() -> Judged:
    return judged(
        no_explicit_solution(),
        radicals("loss-1", "t", BESIDES),
        condition="m = 2: t = softmax(2 s) for every n, so there is an explicit solution. With three classes "
        "softmax(s) and softmax(2 s) fail; there is no formula in radicals at the sizes certified below, and "
        "for all n, m the search finds one with n unknowns instead of n (m - 1)",
        remark="a radicals certificate is about the polynomial that it names; that this polynomial is the eliminant at "
        "the point was derived exactly, not re-checked",
        formulas=found_forms("loss-1", "t")[:2],
    )


def no_explicit_solution() -> list[Part]:
    """Ask for the explicit solutions of loss-1 that there might be."""
    return [
        has("softmax-optimum", "t = softmax(s) is a solution", "loss-1", DENIES),
        stationary_at("t = softmax(2 s) is a solution", "loss-1", 2, DENIES),
        stationary_at("with two classes t = softmax(2 s) is a solution", "loss-1", 2, DENIES, m=2),
    ]


def _a7() -> Judged:
    general = r"\sum_j \log \left(1 + \sum_i t_{i,j}e^{- f(s_{i,j})}\right), \quad f(s_{i,j})="
    one = loss("loss-1")
    mixed = differentiate(one.expr, S[1, 1])
    return judged(
        same("loss-3 is loss-2 with f = s minus the row mean", general + r"s_{i,j}-\bar{s}_i", "loss-3"),
        same("loss-1 is loss-2 with f = -log of the inner sum",
             general + r"-\log \sum_{k\neq j} e^{s_{i,k}-s_{i,j}}", "loss-1"),
        has("degenerates-m2", "the multi-label loss is loss-1 with two classes", "loss-1"),
        same_expressions("f(s_ij) could be a function of the one number s_ij: then d2l/ds_11 ds_12 would be 0 at n = 1",
                         differentiate(mixed, S[1, 2]), Integer(0), one, {"n": 1}),
        condition="f(s_ij) is the j-th output of a function of the whole row s_i1, ..., s_im, not of one number",
    )


def _a9() -> Judged:
    return judged(same("both sides are equal", latex("A9")), _at_softmax_of_f("A8", "A9"))


def _at_softmax_of_f(before: str, after: str) -> Part:
    """Substitute t = softmax(f) in the printed gradient and compare with what the source prints."""
    left, right = parse(latex(before)), parse(latex(after))
    own = loss("loss-2")
    link = parse(r"\frac{e^{f(s_{i,j})}}{\sum_k e^{f(s_{i,k})}}").sides[0]
    at = substitute_array(left.sides[0], T, own.indices, link)
    return same_expressions("the gradient of A8 with t = softmax(f) is this", at, right.sides[0], own)


def _a10() -> Judged:
    constant = r"\sum_j \log \left(1 + \sum_i t_{i,j}e^{- g(s_{i,j}) + \frac{1}{m}\sum_k g(s_{i,k}) - c}\right)"
    own = loss(constant, ("c",))
    link = parse(r"\frac{e^{g(s_{i,j})}}{\sum_k e^{g(s_{i,k})}}").sides[0]
    at = substitute_array(own.gradient, T, own.indices, link)
    return judged(
        same_expressions("with f = g - mean(g) + c, g any function, the gradient vanishes at t = softmax(f)", at,
                         Integer(0), own),
        remark="every f with a constant sum m c has this form (take g = f), and softmax(f) = softmax(g). The search "
        "derives the condition itself",
        formulas=found_forms("loss-2", "t")[:1],
    )


def _a11() -> Judged:
    return judged(same("the sum of f over the classes is zero", r"\sum_j (s_{i,j}-\bar{s}_i)", "0"))


def _a12() -> Judged:
    left = r"\frac{e^{s_{i,j}-\bar{s}_i}}{\sum_k e^{s_{i,k}-\bar{s}_i}}"
    right = r"\frac{e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}"
    return judged(
        has("softmax-optimum", _SOFTMAX, "loss-3"),
        has("unique-optimum", "it is the only stationary point up to row shifts, and the minimum", "loss-3"),
        same("the mean does not change the normalisation", left, right),
        has("convex", "loss-3 is convex", "loss-3", BESIDES),
    )


def _a13() -> Judged:
    return judged(
        has("hard-label-argmax", "with hard labels loss-3 forces the target to be the maximum", "loss-3", DENIES),
        has("hard-label-argmax", "with two classes it does", "loss-3", BESIDES, m=2),
        remark="three classes are enough: along the ray the loss tends to 0 and another class has the largest logit",
    )


def _a14() -> Judged:
    return judged(
        has("hard-label-argmax", "at hard labels loss-3 forces the right class", "loss-3", DENIES),
        near_hard_labels(),
        has("hard-label-argmax", "at hard labels with two classes it forces it", "loss-3", DENIES, m=2),
        condition="more than two classes (shown at m = 3). In the limit of hard labels a point with the wrong class on "
        "top costs as little as the optimum; the enclosures show the excess falling with the distance e of the labels "
        "from one-hot. With two classes the right class is forced",
    )


def _a15() -> Judged:
    return judged(has("hard-label-argmax", "driving loss-1 to its infimum forces the target to the top", "loss-1"))


def _a16() -> Judged:
    return judged(
        has("degenerates-m2", "with two classes loss-1 is the multi-label loss", "loss-1"),
        has("degenerates-m2", "with two classes loss-3 is the multi-label loss", "loss-3"),
    )


def _a17() -> Judged:
    return judged(
        has("balance", "loss-1: samples repeated r times count like log r", "loss-1"),
        has("balance", "loss-3: samples repeated r times count like log r", "loss-3"),
        has("balance", "cross-entropy: samples repeated r times count like log r", "cross-entropy", DENIES),
    )


def _a18() -> Judged:
    return judged(
        has("softmax-optimum", "loss-1 has the closed form softmax(s)", "loss-1", DENIES),
        has("hard-label-argmax", "loss-3 is right for hard labels", "loss-3", DENIES),
        has("balance", "loss-3 has the balance (1)", "loss-3", DENIES),
        has("softmax-optimum", "loss-3 has the closed form (2)", "loss-3", DENIES),
        [p for name in ("pairwise", "quadratic") for p in _perfect(name)],
        condition="loss-3 has both (1) and (2); what it lacks is the right class for hard labels. With that as a third "
        "property the article has no such loss, and pairwise and quadratic, below, have all three",
    )


def _perfect(name: str) -> list[Part]:
    questions = {"balance": "balance", "softmax-optimum": "closed form t = softmax(s)",
                 "unique-optimum": "the only optimum", "hard-label-argmax": "right class for hard labels"}
    return [has(claim, f"{name}: {text}", name, BESIDES) for claim, text in questions.items()]


JUDGES: dict[str, Callable[[], Judged]] = {
    "A1": _a1, "A2": _a2, "A3": _a3, "A4": _a4, "A5": lambda: _printed_gradient("A5", "loss-1"), "A6": _a6, "A7": _a7,
    "A8": lambda: _printed_gradient("A8", "loss-2"), "A9": _a9, "A10": _a10, "A11": _a11, "A12": _a12, "A13": _a13,
    "A14": _a14, "A15": _a15, "A16": _a16, "A17": _a17, "A18": _a18,
}

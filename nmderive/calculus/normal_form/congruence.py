"""Congruences modulo m as factors: the atom ``c`` is 1 where a combination of class labels and a number is 0 modulo m.

A class index j + d becomes a class k of its own with the factor [k - j - d = 0 modulo m], so that all entries hold
plain labels. A label that only congruences hold may be replaced by any bijection of the classes modulo m: by its
negative, or by a combination that a congruence solves for it. A rule may therefore send a label to a combination,
written ``=coefficient*label,...;number``; only congruences take it.
"""

from __future__ import annotations

from collections.abc import Mapping

Form = tuple[tuple[tuple[str, int], ...], int]


def normal(form: Form) -> Form:
    """Return the form, labels in order, the first coefficient positive: x = 0 and -x = 0 modulo m say the same."""
    labels, number = combined([(1, form)])
    first = labels[0][1] if labels else number
    return scaled((labels, number), -1) if first < 0 else (labels, number)


def combined(parts: list[tuple[int, Form]]) -> Form:
    """Return the sum of multiples of forms."""
    total: dict[str, int] = {}
    number = 0
    for factor, (labels, own) in parts:
        number += factor * own
        for label, coefficient in labels:
            total[label] = total.get(label, 0) + factor * coefficient
    return tuple(sorted((x, c) for x, c in total.items() if c)), number


def scaled(form: Form, factor: int) -> Form:
    """Return a multiple of a form that is not 0."""
    return tuple((x, factor * c) for x, c in form[0]), factor * form[1]


def as_rule(form: Form) -> str:
    """Return the form as the value of a rule."""
    return "=" + ",".join(f"{c}*{x}" for x, c in form[0]) + f";{form[1]}"


def of_label(label: str) -> Form:
    """Return what a label, a literal or the value of a rule stands for."""
    if label[0] == "@":
        return (), int(label[1:])
    if label[0] != "=":
        return ((label, 1),), 0
    labels, _, number = label[1:].rpartition(";")
    pairs = [part.split("*", 1) for part in labels.split(",") if part]
    return tuple((x, int(c)) for c, x in pairs), int(number)


def mapped(form: Form, rule: Mapping[str, str]) -> Form:
    """Return the form with its labels replaced."""
    return combined([(1, ((), form[1])), *((c, of_label(rule.get(x, x))) for x, c in form[0])])


def difference(form: Form) -> tuple[str, str] | None:
    """Return the two labels that the congruence says are equal, None where it says anything else."""
    labels, number = form
    if number or sorted(c for _, c in labels) != [-1, 1]:
        return None
    return labels[0][0], labels[1][0]


def solution(form: Form, label: str) -> str | None:
    """Return the rule's value for ``label`` where its coefficient is 1 or -1, which is invertible modulo every m."""
    own = dict(form[0]).get(label, 0)
    return as_rule(combined([(1, (((label, 1),), 0)), (-own, form)])) if abs(own) == 1 else None


def sketched(form: Form, names: Mapping[str, str]) -> str:
    """Return a description that is the same for every naming and every sign of bound labels."""
    parts = sorted(f"{abs(c)}{names.get(x, '%' if x[:1] == '#' else x)}" for x, c in form[0])
    return f"c:{','.join(parts)};{abs(form[1])}"


__all__ = [
    "Form", "as_rule", "combined", "difference", "mapped", "normal", "of_label", "scaled", "sketched", "solution",
]

"""Judge convexity in the logits: by structure for all sizes, or refuted on a rational line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import log
from random import Random
from typing import Any

from sympy import Expr, lambdify

from nmderive.budget import limited
from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.symbols import M, S, T
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.curvature import is_convex
from nmderive.proving.evaluate import Evaluator, Point
from nmderive.proving.numbers import BallField
from nmderive.proving.points import entries_of, label_table, points, sizes_for
from nmderive.proving.products import companion
from nmderive.proving.refute import size_text
from nmderive.proving.stationarity import letters_of, scope_text
from nmderive.structure.reader import views

_TRIES = 400
_STEPS = 20_000


@dataclass(frozen=True)
class Line:
    """Three points in arithmetic progression of s at which the second difference is negative."""

    point: Point
    labels: Mapping[tuple[int, ...], Fraction]
    exp_d: Mapping[tuple[int, ...], Fraction]
    value: str


def judge_convex(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on convexity in the logits for all sizes that are not fixed."""
    scope = scope_text(loss, sizes)
    certificate = convex_certificate(loss)
    if certificate is not None:
        return Verdict(
            claim, Status.PROVED, statement, scope, (*loss.conditions, "labels in [0, 1]"), (certificate,),
            findings=("by structure; re-checked independently",),
        )
    line = negative_line(loss, sizes)
    if line is not None:
        return _refuted(loss, claim, statement, line)
    finding = f"the structure does not show it; no line with a negative second difference in {_TRIES} tries"
    return Verdict(claim, Status.UNDECIDED, statement, scope, loss.conditions, findings=(finding,))


def convex_certificate(loss: Loss) -> Certificate | None:
    """Return the accepted certificate of convexity, for all m or (an empty sum may be undefined) for m >= 2."""
    for least_m in (1, 2)[: 1 + (M in loss.shape)]:
        for form in views(loss):
            if is_convex(form, dict(loss.domains)) or form == loss.expr and companion(loss) is not None:
                certificate = certificates.convex(loss, None if form == loss.expr else form, least_m)
                if check(certificate.as_json()).accepted:
                    return certificate
    return None


def convex_form(loss: Loss) -> Expr | None:
    """Return the loss, or an expression equal to it, whose structure shows that it is convex; else None."""
    return next((form for form in views(loss) if is_convex(form, dict(loss.domains))), None)


def _refuted(loss: Loss, claim: str, statement: str, line: Line) -> Verdict:
    witness: dict[str, Any] = {
        "sizes": {s.name: line.point.sizes[s.name] for s in loss.spans},
        "exp_s": certificates.nested(line.point.exp_s), "exp_d": certificates.nested(line.exp_d),
        "t": certificates.nested(line.labels), "quantity": "l(s+d) + l(s-d) - 2 l(s)", "value": line.value,
    }
    witness |= letters_of(line.point)
    return Verdict(
        claim, Status.REFUTED, statement, f"at {size_text(loss, line.point.sizes)}", loss.conditions,
        (line_certificate(loss, line),), witness=witness,
    )


def line_certificate(loss: Loss, line: Line) -> Certificate:
    """Return the certificate that the loss is not convex on a line."""
    point: dict[str, Any] = {
        "exp_s": certificates.nested(line.point.exp_s), "exp_d": certificates.nested(line.exp_d),
        "t": certificates.nested(line.labels),
        "parameters": {k: str(v) for k, v in line.point.parameters.items()},
    }
    extra = {k: v for k, v in line.point.arrays.items() if k != "t"}
    if extra:
        point["arrays"] = {k: certificates.nested(v) for k, v in extra.items()}
    if line.point.sets:
        point["sets"] = {k: sorted(v) for k, v in line.point.sets.items()}
    return Certificate("witness-line", {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape],
        "sizes": {s.name: line.point.sizes[s.name] for s in loss.spans}, "point": point,
        **certificates.declarations(loss),
    })


def negative_line(loss: Loss, sizes: Mapping[str, int]) -> Line | None:
    """Search small sizes for a line with a negative second difference; floats guide, balls decide."""
    if loss.has_undefined_functions:
        return None
    try:
        with limited(steps=_STEPS):
            for size in sizes_for(loss, 3, sizes)[:4]:
                for line in _lines(loss, size):
                    return line
    except NmderiveError:
        return None
    return None


def _lines(loss: Loss, sizes: dict[str, int]) -> Iterator[Line]:
    for base in points(loss, sizes, 3 if loss.parameters or loss.arrays else 1):
        yield from _lines_at(loss, sizes, base)


def _lines_at(loss: Loss, sizes: dict[str, int], base: Point) -> Iterator[Line]:
    entries = entries_of(loss, sizes)
    random = Random(f"line {sorted(sizes.items())}")
    value = _float_value(loss, sizes, base, entries)
    for number in range(_TRIES // 4):
        labels = _corner_labels(loss, sizes, random, number)
        exp_s = {e: Fraction(random.randint(1, 40), random.randint(1, 40)) for e in entries}
        exp_d = {e: Fraction(random.choice((1, 1, 2, 3, 5)), random.choice((1, 1, 2, 3))) for e in entries}
        if _float_difference(value, entries, exp_s, exp_d, labels) < -1e-9:
            point = Point(sizes, exp_s, {**base.arrays, "t": labels}, base.parameters, base.sets)
            line = _verified(loss, point, labels, exp_d)
            if line is not None:
                yield line


def line_through(
    loss: Loss, base: Point, labels: Mapping[tuple[int, ...], Fraction], tries: int = 60
) -> Line | None:
    """Search for a line through ``base`` on which the loss, labels fixed, has a negative second difference."""
    sizes = dict(base.sizes)
    entries = entries_of(loss, sizes)
    random = Random(f"through {sorted(sizes.items())}")
    value = _float_value(loss, sizes, base, entries)
    for _ in range(tries):
        exp_d = {e: Fraction(random.choice((1, 1, 2, 3, 5)), random.choice((1, 1, 2, 3))) for e in entries}
        if _float_difference(value, entries, base.exp_s, exp_d, labels) < -1e-9:
            point = Point(sizes, base.exp_s, {**base.arrays, "t": labels}, base.parameters, base.sets)
            line = _verified(loss, point, labels, exp_d)
            if line is not None:
                return line
    return None


def _corner_labels(
    loss: Loss, sizes: dict[str, int], random: Random, number: int
) -> dict[tuple[int, ...], Fraction]:
    """Return labels: every other try one-hot, where a loss is most often not convex."""
    labels = label_table(loss, sizes, random)
    if loss.is_square or number % 2 or len(loss.shape) == 1 and loss.shape[0].name == "n":
        return labels
    return {e: Fraction(int(e[-1] == 1 + number // 2 % sizes["m"])) for e in labels}


def _float_value(loss: Loss, sizes: dict[str, int], base: Point, entries: list[tuple[int, ...]]) -> Any:
    plain = specialise(loss.expr, sizes, dict(base.sets))
    known = {p: Fraction(base.parameters[p.name]) for p in loss.parameters}
    fixed = {entry_symbol(S[e]): None for e in entries} | {entry_symbol(T[e]): None for e in entries}
    others = {x: v for x, v in _array_values(loss, base).items() if x not in fixed}
    rule = {p: float(v) for p, v in {**known, **others}.items()}
    return lambdify([[entry_symbol(S[e]) for e in entries], [entry_symbol(T[e]) for e in entries]],
                    plain.xreplace(rule), "math")


def _array_values(loss: Loss, base: Point) -> dict[Any, Fraction]:
    found = {}
    for entry in loss.arrays:
        for key, number in base.arrays[entry.base.name].items():
            found[entry_symbol(entry.base[key])] = number
    return found


def _float_difference(
    value: Any, entries: list[tuple[int, ...]], exp_s: Mapping[Any, Fraction], exp_d: Mapping[Any, Fraction],
    labels: Mapping[tuple[int, ...], Fraction],
) -> float:
    s = [log(exp_s[e]) for e in entries]
    d = [log(exp_d[e]) for e in entries]
    t = [float(labels[e]) for e in entries]
    try:
        up = value([a + b for a, b in zip(s, d, strict=True)], t)
        down = value([a - b for a, b in zip(s, d, strict=True)], t)
        return float(up + down - 2 * value(s, t))
    except (ValueError, ZeroDivisionError, OverflowError, TypeError):
        return 0.0


def _verified(
    loss: Loss, point: Point, labels: Mapping[tuple[int, ...], Fraction], exp_d: Mapping[tuple[int, ...], Fraction]
) -> Line | None:
    field_ = BallField()
    total = field_.rational(Fraction(0))
    try:
        for sign, weight in ((1, 1), (-1, 1), (0, -2)):
            moved = {e: x * exp_d[e] ** sign for e, x in point.exp_s.items()}
            at = Point(point.sizes, moved, point.arrays, point.parameters, point.sets)
            term = field_.multiply(field_.rational(Fraction(weight)), Evaluator(field_, at).value(loss.expr))
            total = field_.add(total, term)
    except NmderiveError:
        return None
    return Line(point, labels, exp_d, field_.show(total)) if field_.sign(total) == -1 else None

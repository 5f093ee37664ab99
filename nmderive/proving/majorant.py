"""Judge whether a diagonal matrix majorises the Hessian: by the sizes of its entries, or refuted by a vector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice, product
from typing import Any

import numpy as np
from sympy import Add, Expr, Integer, Mul, Ne, Rational, sqrt

from nmderive.budget import limited, step
from nmderive.calculus.in_probabilities import P, definition, in_probabilities
from nmderive.calculus.normal_form import Frame, normal_form, reduced, to_expression
from nmderive.calculus.second import Pair, block_of_row, diagonal, outer_product, second_parts
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.sums import IndexSum, Iverson
from nmderive.calculus.symbols import M, Member, N, S, index
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving.along import small_sizes
from nmderive.proving.bends_more import LONGEST, NEGATIVE, given, hessians, refutation
from nmderive.proving.composed import over_functions, undecided
from nmderive.proving.curvature import curvature
from nmderive.proving.extents import kinks
from nmderive.proving.falls import place_of
from nmderive.proving.points import entries_of
from nmderive.structure.factoring import factored
from nmderive.structure.joining import joined
from nmderive.structure.reader import views

_STEPS, _FEW = 3_000, 500
_SIZES, _FORMS = 4, 2
#: Added before a multiple of 1/4 is taken: half of one, less what second differences may be off.
_ROUND = 0.49


def judge_majorant(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on "twice the Hessian's diagonal, or ``loss.diagonal``, majorises the Hessian"."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_majorant(one, claim, statement, sizes))
    base = undecided(loss, claim, statement, sizes)
    kink = next(kinks(loss, sizes), None)
    if kink is not None:
        return replace(base, status=Status.REFUTED, certificates=(kink,), findings=("l has a kink, where it has no H",))
    witness = refutation(loss, sizes)
    if witness is not None:
        text = f"at {place_of(witness)}, along v = {witness.data['direction']}, H is more than D"
        return replace(base, status=Status.REFUTED, certificates=(witness,), findings=(text,))
    found = _proof(loss) if loss.diagonal is not None or _may_be_outweighed(loss, sizes) else None
    if found is not None:
        return replace(base, status=Status.PROVED, certificates=(found,))
    return replace(base, findings=("the entries beside the diagonal are not outweighed, and no vector refutes it",))


def _may_be_outweighed(loss: Loss, sizes: Mapping[str, int]) -> bool:
    """Tell whether H's diagonal is seen to be at least the other entries of each row, which the proof needs."""
    for size in small_sizes(loss, sizes)[:_SIZES]:
        for hessian in hessians(loss, size):
            own = np.diagonal(hessian)
            if (own - np.abs(hessian - np.diag(own)).sum(axis=0)).min(initial=0) < NEGATIVE:
                return False
    return True


def largest_curvature(loss: Loss) -> Certificate | None:
    """Return the accepted certificate that a multiple of 1/4, as small as values allow, majorises the Hessian.

    It is looked for where rows do not interact: beside other rows' entries no number is seen to be large enough.
    """
    if loss.has_undefined_functions:
        return None
    bound = 0.0
    for size in small_sizes(loss, {})[:_SIZES]:
        rows = np.array([e[0] if N in loss.shape else 0 for e in entries_of(loss, size)])
        for hessian in hessians(loss, size):
            bound = max(bound, round(4 * float(np.linalg.eigvalsh(hessian)[-1]) + _ROUND) / 4)
            if np.abs(hessian[rows[:, None] != rows]).max(initial=0) > -NEGATIVE:
                return None
    return _proof(replace(loss, diagonal=Rational(round(4 * bound), 4)), _FEW) if bound else None


def _proof(loss: Loss, steps: int = _STEPS) -> Certificate | None:
    try:
        with limited(steps=steps):
            return next(_proofs(loss), None)
    except NmderiveError:
        return None


def _proofs(loss: Loss) -> Iterator[Certificate]:
    """Yield accepted certificates, of the loss and of forms that are shown equal to it."""
    if loss.gradient.count_ops() > LONGEST:
        return  # SymPy counts no steps: what it differentiates is bounded by its size
    for form in islice(views(loss), _FORMS):
        yield from _of_form(loss, replace(loss, expr=form))


def _of_form(loss: Loss, form: Loss) -> Iterator[Certificate]:
    """Yield certificates by the parts of the entries beside the diagonal that are seen to have a sign."""
    i, j, h, k = (index(x) for x in "ijhk")
    pair = Pair((i, h) if N in loss.shape else None, (j, k) if M in loss.shape else None)
    own, row, across = _entries(form, pair)
    wanted = 2 * own if loss.diagonal is None else loss.diagonal
    for vector in _vectors_of(row, pair):
        beside = row if row is None else row + vector * vector.xreplace({j: k})
        for parts, others in product(_split(beside, loss), _split(across, loss)):
            left = wanted - own - vector**2
            if parts is not None:
                left -= IndexSum(Add(*parts), k, M, Ne(k, j))
            if others is not None:
                inner = Add(*others) if M not in loss.shape else IndexSum(Add(*others), k, M)
                left -= IndexSum(inner, h, N, Ne(h, i))
            for rest in _forms(left, loss):
                step()
                found = _certificate(loss, form, own, {"row": parts, "across": others}, rest, vector)
                if check(found.as_json()).accepted:
                    yield found


def _vectors_of(row: Expr | None, pair: Pair) -> Iterator[Expr]:
    """Yield 0, and u where the entries of a row are -u_j u_k."""
    yield Integer(0)
    found = None if row is None or row == 0 else outer_product(row, pair)
    if found is not None and found[0] == "-":
        yield found[2] * sqrt(found[1])


def _entries(loss: Loss, pair: Pair) -> tuple[Expr, Expr | None, Expr | None]:
    """Return the second derivatives by s_ij twice, by s_ij and s_ik, by s_ij and s_hk; None where there are none."""
    second = S[tuple(x[1] for x in (pair.rows, pair.classes) if x is not None)]
    parts = second_parts(loss.gradient, second, pair)
    row = None if pair.classes is None else block_of_row(parts, pair).row
    across = None if pair.rows is None else pair.deltas[1] * parts.own + parts.rest
    return diagonal(parts, pair), row, across


def _split(entry: Expr | None, loss: Loss) -> Iterator[tuple[Expr, Expr] | None]:
    """Yield an entry as what is added and what is subtracted, where the signs of its terms are known."""
    if entry is None:
        yield None
        return
    for form in _forms(entry, loss):
        terms = [x for x in _terms(form) if x != 0]
        plus, minus = ([x for x in (sign * y for y in terms) if curvature(x, dict(loss.domains)).sign == 1]
                       for sign in (1, -1))
        if len(plus) + len(minus) == len(terms):
            yield Add(*plus), Add(*minus)


def _terms(expr: Expr) -> list[Expr]:
    """Return the terms of a sum, those of its factors that hold logits multiplied out."""
    terms = []
    for x in Add.make_args(expr):
        inner = next((f for f in Mul.make_args(x) if isinstance(f, Add) and f.has(S)), None)
        terms += [x] if inner is None else [y for z in inner.args for y in _terms(x / inner * z)]
    return terms


def _forms(expr: Expr, loss: Loss) -> list[Expr]:
    """Return an expression as it is, in normal form, with labels beside their complements, and factored in p."""
    names = {"i": "n", "h": "n", "j": "m", "k": "m"}
    ranges = {x.name: names[x.name] for x in expr.free_symbols if getattr(x, "name", "") in names and x.is_integer}
    normal = to_expression(reduced(normal_form(expr, Frame({}, ranges))))
    found = [normal, expr, _by_membership(normal)]
    by_p = in_probabilities(normal) if M in loss.shape and normal.has(S) else None
    if by_p is not None:
        found.append(substitute_array(factored(by_p), P, loss.indices, definition(loss.indices)[1]))
    return list(dict.fromkeys(found))


def _by_membership(expr: Expr) -> Expr:
    """Return an equal expression, labels beside their complements, with [j in P] and its complement in front."""
    free = [x for x in expr.atoms(Iverson) if x.free_symbols & {index("j")} and isinstance(x.args[0], Member)]
    if len(free) != 1:
        return factored(joined(expr))
    inside, outside = (factored(joined(expr.xreplace({free[0]: Integer(x)}))) for x in (1, 0))
    return free[0] * inside + (1 - free[0]) * outside


def _certificate(
    loss: Loss, form: Loss, own: Expr, blocks: Mapping[str, tuple[Expr, Expr] | None], rest: Expr, vector: Expr
) -> Certificate:
    found: dict[str, Any] = {name: [to_ast(x) for x in pair] for name, pair in blocks.items() if pair is not None}
    if form.expr != loss.expr:
        found["form"] = to_ast(form.expr)
    if vector != 0:
        found["vector"] = to_ast(vector)
    return Certificate("majorant", {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], "simplex": True, "own": to_ast(own),
        **found, "rest": to_ast(rest), **given(loss),
    })


__all__ = ["judge_majorant", "largest_curvature"]

"""Judge invariances: under adding a constant to a row of logits, and under permuting classes or rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sympy import Expr, Integer, KroneckerDelta, Symbol, log

from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.symbols import M, N, S, T, array, parameter
from nmderive.checker import check
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.composed import Equation, fresh_name, over_functions, proved_equal, refuted_at, undecided
from nmderive.proving.points import sizes_for
from nmderive.proving.refute import Witness, size_text


def shifted_rows(loss: Loss) -> Expr:
    """Return the loss with a constant of its own added to every row of logits."""
    name = fresh_name(loss, "c")
    constant = parameter(name) if loss.shape == (M,) else array(name)[loss.indices[0]]
    return substitute_array(loss.expr, S, loss.indices, loss.logit + constant)


def shift_certificate(loss: Loss, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the certificate that row shifts leave the loss unchanged, None where it is not shown."""
    return proved_equal(loss, Equation(shifted_rows(loss), loss.expr, {}), sizes)


def judge_shift(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on "row shifts change nothing"; the common shift is a finding."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_shift(one, claim, statement, sizes))
    base = undecided(loss, claim, statement, sizes)
    first = KroneckerDelta(loss.indices[0], Integer(1)) if N in loss.shape else Integer(1)
    moved = substitute_array(loss.expr, S, loss.indices, loss.logit + log(Integer(2)) * first)
    found = refuted_at(loss, Equation(moved, loss.expr, {}), sizes, "l(s + log 2 in row 1) - l(s)")
    if found is not None:
        witness, certificate, record = found
        return replace(
            base, status=Status.REFUTED, scope=f"at {size_text(loss, witness.point.sizes)}",
            certificates=(certificate, *_common_shift(loss, sizes)[1]), witness=record,
            findings=_common_shift(loss, sizes)[0],
        )
    proof = shift_certificate(loss, sizes)
    if proof is None:
        return replace(base, findings=("no point found at which it fails, and no proof by the normal form",))
    return replace(base, status=Status.PROVED, certificates=(proof,), findings=("re-checked independently",))


def _common_shift(loss: Loss, sizes: Mapping[str, int]) -> tuple[tuple[str, ...], tuple[Certificate, ...]]:
    """Tell what one constant added to all logits does, where row shifts do change the loss."""
    constant = parameter(fresh_name(loss, "c"))
    moved = substitute_array(loss.expr, S, loss.indices, loss.logit + constant)
    proof = proved_equal(loss, Equation(moved, loss.expr, {}), sizes)
    if proof is not None:
        return ("one constant added to all logits changes nothing: PROVED",), (proof,)
    by_log = substitute_array(loss.expr, S, loss.indices, loss.logit + log(Integer(2)))
    found = refuted_at(loss, Equation(by_log, loss.expr, {}), sizes, "l(s + log 2) - l(s)")
    if found is not None:
        return ("one constant added to all logits changes l, too",), (found[1],)
    return (), ()


def judge_permutations(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on "permuting classes, or rows, changes nothing"."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_permutations(one, claim, statement, sizes))
    base = undecided(loss, claim, statement, sizes)
    proofs: list[Certificate] = []
    findings: list[str] = []
    open_ = False
    for size, position, word in _kinds(loss):
        found = _swap_found(loss, position, size.name, word, sizes)
        if found is not None:
            witness, certificate, record = found
            findings.append(f"permuting {word} changes l")
            return replace(
                base, status=Status.REFUTED, scope=f"at {size_text(loss, witness.point.sizes)}",
                certificates=(certificate,), witness=record, findings=tuple(findings) + _moved_along(loss),
            )
        proof = symmetric_certificate(loss, size, sizes)
        swaps = [proof] if proof is not None else _swaps_proved(loss, position, size.name, sizes)
        if not swaps:
            open_ = True
            continue
        proofs.extend(swaps)
        how = "by construction" if proof is not None else "since swapping neighbours does not"
        findings.append(f"permuting {word} of s and t alike changes nothing, {how}")
    if open_ or not proofs:
        return replace(base, findings=("the expression is not symmetric by construction, and no point refutes it",))
    return replace(base, status=Status.PROVED, certificates=tuple(proofs), findings=tuple(findings))


def _kinds(loss: Loss) -> list[tuple[Symbol, int, str]]:
    words = {N: "rows", M: "classes"}
    return [(size, position, words[size]) for position, size in reversed(list(enumerate(loss.shape)))]


def _moved_along(loss: Loss) -> tuple[str, ...]:
    return ("the class sets stay where they are",) if loss.class_sets else ()


def _swap_found(
    loss: Loss, position: int, name: str, word: str, sizes: Mapping[str, int]
) -> tuple[Witness, Certificate, dict[str, object]] | None:
    for pair in ((1, 2), (2, 3)):
        large = [s for s in sizes_for(loss, fixed=sizes) if s.get(name, 1) >= pair[1]]
        quantity = f"l({word} {pair[0]} and {pair[1]} swapped) - l"
        found = refuted_at(loss, Equation(_swapped(loss, position, pair), loss.expr, {}), sizes, quantity, large)
        if found is not None:
            return found
    return None


def _swaps_proved(loss: Loss, position: int, name: str, sizes: Mapping[str, int]) -> list[Certificate]:
    """Return proofs that swapping neighbours changes nothing, where the size is fixed; they generate the rest."""
    if not 2 <= sizes.get(name, 0) <= 6:
        return []
    proofs = []
    for a in range(1, sizes[name]):
        swap = Equation(_swapped(loss, position, (a, a + 1)), loss.expr, {})
        proof = proved_equal(loss, swap, sizes)
        if proof is None:
            return []
        proofs.append(proof)
    return proofs


def _swapped(loss: Loss, position: int, pair: tuple[int, int]) -> Expr:
    """Return the loss with two values of one index swapped in logits and labels."""
    expr = loss.expr
    letter = loss.indices[position]
    sign = KroneckerDelta(letter, Integer(pair[0])) - KroneckerDelta(letter, Integer(pair[1]))
    for base in (S, T):
        one, two = (base[tuple(Integer(v) if p == position else x for p, x in enumerate(loss.indices))] for v in pair)
        expr = substitute_array(expr, base, loss.indices, base[loss.indices] + sign * (two - one))
    return expr


def symmetric_certificate(loss: Loss, size: Symbol, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the certificate that permuting the values of one index changes nothing, by construction."""
    certificate = Certificate("symmetric", {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], "permute": size.name, "sizes": dict(sizes),
        "simplex": True,
        **certificates.declarations(loss),
    })
    return certificate if check(certificate.as_json()).accepted else None

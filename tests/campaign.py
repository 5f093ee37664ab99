"""The soundness campaign: mutate losses, judge every mutant, compare with an independent numeric oracle.

Run it alone for a long campaign: ``python tests/campaign.py --mutants 2000``. The suite runs a short one.
The oracle never looks at our gradient: it takes central differences of the mutant's own value at 40 digits.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product

import mpmath
from numeric_oracle import evaluate
from sympy import Add, Expr, Indexed, Integer, Mul, Ne, Pow, Rational, exp

from nmderive.calculus.sums import IndexedOperator, RowFunction
from nmderive.calculus.symbols import M, N
from nmderive.errors import NmderiveError
from nmderive.evidence import Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.verify import FAULT, judge_one

SIZES = {(N, M): [(1, 2), (2, 2), (2, 3), (1, 4)], (M,): [(1, 2), (1, 3), (1, 4)], (N,): [(1, 2), (2, 2), (3, 2)]}
STEP = mpmath.mpf(10) ** -12


def mutants(loss: Loss, rng: random.Random) -> Iterator[Loss]:
    """Yield losses that differ from ``loss`` in one place: sign, power, index, factor or exclusion."""
    spots = [e for e in _walk(loss.expr) if _variants(e, rng)]
    while spots:
        spot = rng.choice(spots)
        expr = _replace_once(loss.expr, spot, rng.choice(_variants(spot, rng)))
        if expr != loss.expr and any(str(e.base.label) == "s" for e in expr.atoms(Indexed)):
            yield replace(loss, expr=expr, name=f"mutant of {loss.name}")


def _walk(expr: Expr) -> Iterator[Expr]:
    yield expr
    if isinstance(expr, IndexedOperator):
        yield from _walk(expr.body)
    elif not isinstance(expr, Indexed | RowFunction):
        for a in expr.args:
            yield from _walk(a)


def _variants(e: Expr, rng: random.Random) -> list[Expr]:
    if isinstance(e, Indexed) and len(e.indices) == 2:
        return [e.base[e.indices[0], Integer(1)], 2 * e, e / 2]
    if isinstance(e, Indexed):
        return [2 * e, -e]
    if isinstance(e, IndexedOperator):
        dropped = e.func(e.body, e.bound, e.domain)
        excluded = [e.func(e.body, e.bound, e.domain, *e.conditions, Ne(e.bound, 1))]
        return ([dropped] if e.conditions else []) + excluded + ([e / e.domain] if rng.random() < 0.5 else [])
    if isinstance(e, exp):
        return [exp(-e.args[0]), exp(2 * e.args[0]), exp(e.args[0] / 2), 3 * e]
    if isinstance(e, Add):
        a = rng.choice(e.args)
        return [e - 2 * a, e + a, e - a]
    if isinstance(e, Mul):
        a = rng.choice(e.args)
        return [e * a, -e, 2 * e]
    if isinstance(e, Pow) and e.exp.is_Rational:
        return [Pow(e.base, e.exp + 1), Pow(e.base, -e.exp), Pow(e.base, e.exp / 2)]
    if isinstance(e, Rational) and e != 0:
        return [e + 1, -e]
    return []


def _replace_once(expr: Expr, old: Expr, new: Expr) -> Expr:
    if expr == old:
        return new
    for position, a in enumerate(expr.args):
        if isinstance(a, Expr) and a.has(old) and not isinstance(expr, Indexed):
            changed = _replace_once(a, old, new)
            return expr.func(*expr.args[:position], changed, *expr.args[position + 1 :])
    return expr


def gradient_at(loss: Loss, n: int, m: int, s: dict, t: dict, parameters: dict, sets: dict, entry: tuple) -> mpmath.mpf:
    """Return the central difference of the loss's own value: error about 1e-24."""
    values = []
    for sign in (1, -1):
        moved = dict(s)
        moved[entry] += sign * STEP
        values.append(evaluate(loss.expr, {"n": n, "m": m}, moved, t, parameters, sets))
    return (values[0] - values[1]) / (2 * STEP)


def softmax_residual(loss: Loss, n: int, m: int, seed: int) -> mpmath.mpf:
    """Return the largest gradient entry at t = softmax(s) (sigmoid for binary tasks) at a random point."""
    rng = random.Random(f"{n} {m} {seed}")
    ranges = [range(1, {N: n, M: m}[size] + 1) for size in loss.shape]
    s = {e: mpmath.mpf(rng.uniform(-2, 2)) for e in product(*ranges)}
    t = {e: _link(loss, s, e, m) for e in s}
    parameters = {p.name: mpmath.mpf(rng.choice((0.4, 0.7, 1.9))) for p in loss.parameters}
    for a in loss.arrays:
        parameters[str(a.base.label)] = {(k,): mpmath.mpf(rng.uniform(0.5, 2)) for k in range(1, 9)}
    sets = {"Omega_neg": set(range(1, m + 1, 2)), "Omega_pos": set(range(2, m + 1, 2))}
    entries = [min(s), max(s)]
    found = [gradient_at(loss, n, m, s, t, parameters, sets, e) for e in entries]
    if any(isinstance(g, mpmath.mpc) and abs(g.imag) > 1e-15 for g in found):
        raise ArithmeticError("the loss is not real here")
    return max(abs(g) for g in found)


def _link(loss: Loss, s: dict, entry: tuple, m: int) -> mpmath.mpf:
    if loss.shape == (N,):
        return 1 / (1 + mpmath.exp(-s[entry]))
    return mpmath.exp(s[entry]) / mpmath.fsum(mpmath.exp(s[(*entry[:-1], k)]) for k in range(1, m + 1))


def disagreement(loss: Loss, verdict: Verdict) -> str:
    """Return how the oracle contradicts the verdict on softmax-optimum, "" where it does not."""
    if any(finding.startswith(FAULT) for finding in verdict.findings):
        return verdict.findings[-1]
    if verdict.status is Status.PROVED:
        for n, m in SIZES[loss.shape]:
            for seed in range(2):
                try:
                    residual = softmax_residual(loss, n, m, seed)
                except (ArithmeticError, ValueError, ZeroDivisionError):
                    continue
                if residual > 1e-12:
                    return f"PROVED, but the gradient is {mpmath.nstr(residual, 5)} at n={n}, m={m}"
    if verdict.status is Status.REFUTED:
        return _check_witness(loss, verdict)
    return ""


def _check_witness(loss: Loss, verdict: Verdict) -> str:
    w = verdict.witness
    n, m = w["sizes"].get("n", 1), w["sizes"].get("m", 2)
    s = {k: mpmath.log(_mpf(v)) for k, v in _table(w["exp_s"]).items()}
    t = {k: _link(loss, s, k, m) for k in s}
    parameters = {k: _mpf(v) for k, v in w.get("parameters", {}).items()}
    certificate = next(c for c in verdict.certificates if c.kind == "witness-gradient")
    point = certificate.data["point"]
    for name, table in point.get("arrays", {}).items():
        parameters[name] = {k: _mpf(v) for k, v in _table(table).items()}
    sets = {k: set(v) for k, v in point.get("sets", {}).items()}
    gradient = gradient_at(loss, n, m, s, t, parameters, sets, tuple(w["entry"]))
    return "" if abs(gradient) > 1e-18 else f"REFUTED, but the gradient is {mpmath.nstr(gradient, 5)} at the witness"


def _mpf(text: str) -> mpmath.mpf:
    value = Fraction(text)
    return mpmath.mpf(value.numerator) / value.denominator


def _table(rows: list) -> dict:
    if rows and isinstance(rows[0], list):
        return {(a + 1, b + 1): x for a, row in enumerate(rows) for b, x in enumerate(row)}
    return {(a + 1,): x for a, x in enumerate(rows)}


def campaign(losses: list[Loss], each: int, seed: int = 0, seconds: float = 10.0) -> tuple[Counter, list[str]]:
    """Judge ``each`` mutants of every loss; return the counts of verdicts and all contradictions."""
    counts: Counter = Counter()
    wrong = []
    for loss in losses:
        if loss.has_undefined_functions:
            continue
        source = mutants(loss, random.Random(f"{seed} {loss.name}"))
        for _ in range(each):
            mutant = next(source)
            try:
                verdict = judge_one(mutant, "softmax-optimum", {}, seconds)
            except NmderiveError:
                counts["refused"] += 1
                continue
            counts[verdict.status.value] += 1
            problem = disagreement(mutant, verdict)
            if problem:
                wrong.append(f"{mutant.name}: {mutant.expr}: {problem}")
    return counts, wrong


def claims_campaign(losses: list[Loss], each: int, seed: int = 0, seconds: float = 10.0) -> tuple[Counter, list[str]]:
    """Judge every claim about ``each`` mutants of every loss against the oracle of the claims."""
    from claims.oracle import contradiction

    from nmderive.claims import claim_names

    counts: Counter = Counter()
    wrong = []
    for loss in losses:
        if loss.has_undefined_functions:
            continue
        source = mutants(loss, random.Random(f"all {seed} {loss.name}"))
        for mutant in (next(source) for _ in range(each)):
            for name in claim_names():
                verdict = judge_one(mutant, name, {}, seconds)
                counts[f"{name} {verdict.status.value}"] += 1
                problem = disagreement(mutant, verdict) if name == "softmax-optimum" else contradiction(mutant, verdict)
                fault = next((f for f in verdict.findings if f.startswith(FAULT)), "")
                if problem or fault:
                    wrong.append(f"{mutant.name}: {mutant.expr}: {problem or fault}")
    return counts, wrong


def main() -> int:
    """Run a campaign over the catalogue and print what came out."""
    from nmderive.losses.catalogue import load, names

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=300, help="number of mutants in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--all-claims", action="store_true", help="judge every property, not the main one alone")
    arguments = parser.parse_args()
    losses = [load(name) for name in names()]
    started = time.perf_counter()
    run = claims_campaign if arguments.all_claims else campaign
    counts, wrong = run(losses, max(1, arguments.mutants // len(losses)), arguments.seed)
    print(f"{sum(counts.values())} verdicts on mutants in {time.perf_counter() - started:.0f} s: {dict(counts)}")
    print(f"contradicted by the oracle: {len(wrong)}")
    for line in wrong:
        print("  " + line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

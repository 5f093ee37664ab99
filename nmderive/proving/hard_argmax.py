"""Judge whether hard labels force the target to be the largest logit: a combination for all m, or a rational ray.

Floating-point linear programs propose; the checker decides with exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import permutations, product
from typing import Any

import numpy as np
from sympy import Expr

from nmderive.calculus.extrema import has_kinks
from nmderive.calculus.symbols import M, N
from nmderive.checker import check
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving.along import another_wins
from nmderive.proving.apportioned_form import SHARED_OUT, apportioned_certificate
from nmderive.proving.approached import approached
from nmderive.proving.composed import over_functions, undecided
from nmderive.proving.degenerate import scales
from nmderive.proving.falls import falling, place_of, shown
from nmderive.proving.hard_order import in_order
from nmderive.proving.hard_rays import one_hot, ray_of_program, rays, row_of, slopes_of, small_ray, stated
from nmderive.proving.increasing import transferred
from nmderive.proving.log_groups import Index, LogGroup, log_sum_forms
from nmderive.proving.odds_form import TOWARDS, odds_certificate
from nmderive.proving.outscored_form import outscored_certificate
from nmderive.proving.products import companion
from nmderive.proving.simplex_form import simplex_certificate
from nmderive.proving.slopes import Linear, Setting, Unknown
from nmderive.proving.squeeze import squeeze_certificate, squeezing

_ON_SIMPLEX = {
    "forces-argmax": "with hard labels l is a sum of functions of the p_ij, least only where p_iy tends to 1",
    "prefers-target": "with hard labels l is a sum of functions of the p_ij, and less where a class k with p_ik >= p_iy"
    " gives way to the target",
}
_OVER: tuple[tuple[Any, ...], ...] = (("ne", "h", "y"), ("ne", "h", "k"))


@dataclass(frozen=True)
class Placed:
    """An exponential at named indices (i; y, k, and h summed over the other classes), and its slopes."""

    group: int
    exponential: int
    indices: dict[str, str]
    summed: bool
    slopes: Linear


def judge_hard(loss: Loss, claim: str, statement: str, sizes: Mapping[str, int]) -> Verdict:
    """Return the verdict on "with hard labels the infimum is approached only where the target is the argmax"."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_hard(one, claim, statement, sizes))
    base = undecided(loss, claim, statement, sizes)
    if M not in loss.shape:
        return replace(base, findings=("binary tasks with one logit each have no argmax over classes",))
    costly = outscored_certificate(loss, sizes) if has_kinks(loss.expr) else None
    if costly is not None:  # hinges have no other proof, and this one is found at once
        return _outscored(base, loss, costly)
    through = squeezing(loss.expr)
    squeezed = None if through is None else squeeze_certificate(loss, through[1])
    if through is not None and squeezed is not None:
        return _squeezed(base, judge_hard(replace(loss, expr=through[0]), claim, statement, sizes), squeezed)
    beside = companion(loss)
    if beside is not None:
        found = _squeezed(base, judge_hard(beside[0], claim, statement, sizes), beside[1])
        if found.status is Status.PROVED:
            return found
    has_form = False
    for form, groups in log_sum_forms(loss):
        has_form = True
        for certificate in rays(loss, form, groups, sizes, small_ray):
            return _refuted(base, loss, certificate)
        certificate_ = forced(loss, form, groups, sizes)
        if certificate_ is not None:
            return replace(
                base, status=Status.PROVED, certificates=(certificate_,), conditions=(*loss.conditions, "m >= 2"),
                findings=("the infimum is not attained; s_iy - s_ik tends to infinity for every other class k",),
            )
        for certificate in rays(loss, form, groups, sizes, ray_of_program):
            return _refuted(base, loss, certificate)
    apart = simplex_certificate(loss, "forces-argmax", "prefers-target")
    if apart is not None:
        text = _ON_SIMPLEX[apart.data["property"]]
        return replace(
            base, status=Status.PROVED, certificates=(apart,), conditions=(*loss.conditions, "m >= 2"), findings=(text,)
        )
    costly = None if has_kinks(loss.expr) else outscored_certificate(loss, sizes)
    if costly is not None:
        return _outscored(base, loss, costly)
    shares = apportioned_certificate(loss, "hard")
    if shares is not None:
        return replace(base, status=Status.PROVED, certificates=(shares,), conditions=(*loss.conditions, "m >= 2"),
                       findings=(SHARED_OUT,))
    in_odds = odds_certificate(loss, sizes)
    if in_odds is not None:
        return _by_odds(base, loss, in_odds)
    for fall in falling(loss, sizes, True, another_wins):
        return _fallen(base, fall, "minus infinity")
    for ray in approached(loss, sizes, True, another_wins):
        return _fallen(base, ray, f"its infimum {ray.data['bound']}")
    at_one_place = in_order(base, loss)
    if at_one_place is not None:
        return at_one_place
    if not has_form:
        other = replace(base, findings=("not a sum of logarithms of sums of exponentials, which is what is decided",))
        return transferred(loss, other, lambda rows: judge_hard(rows, claim, statement, sizes), "hard")
    return replace(base, findings=("neither a combination of exponents for all m nor a ray at small sizes was found",))


def _outscored(base: Verdict, loss: Loss, found: Certificate) -> Verdict:
    """Return the proof by what a row costs in which the target does not win."""
    text = "with hard labels a row in which another class reaches the target's logit costs more than it has to"
    return replace(base, status=Status.PROVED, certificates=(found,), conditions=(*loss.conditions, "m >= 2"),
                   findings=(text,))


def _by_odds(base: Verdict, loss: Loss, found: Certificate) -> Verdict:
    """Return the verdict by how the loss changes with the odds against the target."""
    rises = found.data["property"] == TOWARDS
    how = "rises" if rises else "does not rise"
    text = f"with hard labels l {how} with the odds (1 - p_iy) / p_iy against the target, whatever the others' shares"
    said = replace(base, certificates=(found,), findings=(text,))
    if rises:
        return replace(said, status=Status.PROVED, conditions=(*loss.conditions, "m >= 2"))
    least = {"n": 1, "m": 2}
    at = {r: max(k, loss.least_sizes.get(r, k)) for r, k in least.items()} | found.data["sizes"]
    return replace(said, status=Status.REFUTED, scope=f"at n={at['n']}, m={at['m']}")


def _fallen(base: Verdict, fall: Certificate, where: str) -> Verdict:
    """Return the refutation by a direction to the infimum in which another class gains as much as the target."""
    text = (
        f"l tends to {where} along s = r {shown(fall.data['direction'])}, r to infinity, at "
        f"{place_of(fall)}, t = {shown(fall.data['point']['t'])}, where the target gains no more than another class"
    )
    return replace(base, status=Status.REFUTED, scope=f"at {place_of(fall)}", certificates=(fall,), findings=(text,))


def _squeezed(base: Verdict, verdict: Verdict, squeezed: Certificate) -> Verdict:
    """Return the verdict on the sum of log(1 + X_g) as the verdict on the log of a polynomial in the X_g."""
    if verdict.status is Status.UNDECIDED:
        return replace(base, findings=verdict.findings)
    text = (
        "l is the log of a polynomial in sums X_g with nonnegative coefficients, each X_g standing there alone, too: "
        "it tends to its infimum exactly where sum_g log(1 + X_g) does; the other certificate is about the latter"
    )
    return replace(verdict, certificates=(*verdict.certificates, squeezed), findings=(*verdict.findings, text))


def _refuted(base: Verdict, loss: Loss, certificate: Certificate) -> Verdict:
    data = certificate.data
    ray = data["direction"][0] if N in loss.shape else data["direction"]
    text = ", ".join(ray)
    sizes = ", ".join(f"{k}={v}" for k, v in data["sizes"].items())
    finding = f"along s = r ({text}), r to infinity, l tends to its infimum, the target being class {data['target']}"
    return replace(
        base, status=Status.REFUTED, scope=f"at {sizes}", certificates=(certificate,), findings=(finding,),
    )


def forced(loss: Loss, form: Expr, groups: list[LogGroup], sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate that hard labels force the argmax, for all sizes not fixed."""
    m = sizes.get("m", 4)
    if "m" in sizes and not _sums_classes(groups):
        return _forced_by_name(loss, form, groups, sizes)
    setting = one_hot(loss, m)
    try:
        placed = [p for p in _placements(groups, setting) if p.slopes]
    except Unknown:
        return None
    for mu in scales(loss):
        value = mu.xreplace({p: setting.parameters[p.name] for p in loss.parameters})
        combination = _combination(placed, Fraction(str(value)), m)
        if combination is None:
            continue
        entries = [
            {"coefficient": ["num", str(c)], "group": p.group, "exponent": p.exponential, "indices": p.indices,
             **({"over": [["h", "m", [list(c) for c in _OVER]]]} if p.summed else {})}
            for c, p in combination
        ]
        for along in (["1", "0"], ["1", "-1"]):
            certificate = Certificate("forces-argmax", {
                **stated(loss, form, sizes), "mu": to_ast(mu), "along": along, "combination": entries,
            })
            if check(certificate.as_json()).accepted:
                return certificate
    return None


def _sums_classes(groups: list[LogGroup]) -> bool:
    return any(size == "m" for g in groups for e in g.exponentials for _, size, _ in (*g.outer, *e.inner))


def _forced_by_name(
    loss: Loss, form: Expr, groups: list[LogGroup], sizes: Mapping[str, int]
) -> Certificate | None:
    """Return the certificate for a loss that names its classes: each pair y, k has multiples of its own."""
    m = sizes["m"]
    entries: list[dict[str, Any]] = []
    for y, k in permutations(range(1, m + 1), 2):
        found = _named(loss, groups, m, y, k)
        if found is None:
            return None
        entries += found
    data = {**stated(loss, form, sizes), "mu": ["num", "1"], "combination": entries}
    certificate = Certificate("forces-argmax", data)
    return certificate if check(certificate.as_json()).accepted else None


def _named(loss: Loss, groups: list[LogGroup], m: int, y: int, k: int) -> list[dict[str, Any]] | None:
    """Return multiples of exponents of positive weight at target y that add up to d_k - d_y."""
    setting = one_hot(loss, m)
    labels = {e: Fraction(int(e[-1] == y)) for e in setting.labels}
    setting = replace(setting, labels=labels)
    placed = []
    try:
        for g, group in enumerate(groups):
            for e, exponential in enumerate(group.exponentials):
                indices = (*group.outer, *exponential.inner)
                env = {name: 1 for name, _, _ in indices}
                if _stands(indices, setting, env, (*group.weights, *exponential.weights)):
                    slopes = slopes_of(exponential.parts, setting, env)
                    placed.append(Placed(g, e, {name: "i" for name, _, _ in indices}, False, slopes))
    except Unknown:
        return None
    combination = _combination(placed, Fraction(1), m, y, k)
    if combination is None:
        return None
    return [
        {"coefficient": ["mul", [["num", str(c)], ["delta", "y", y], ["delta", "k", k]]], "group": p.group,
         "exponent": p.exponential, "indices": p.indices}
        for c, p in combination
    ]


def _placements(groups: list[LogGroup], setting: Setting) -> Iterator[Placed]:
    """Yield the exponentials of positive weight at the target y = 1, k = 2, and summed over the others."""
    m = setting.sizes["m"]
    for g, group in enumerate(groups):
        for e, exponential in enumerate(group.exponentials):
            indices = (*group.outer, *exponential.inner)
            for names in product(*(("i",) if size == "n" else ("y", "k", "h") for _, size, _ in indices)):
                summed = "h" in names
                total: Linear = {}
                positive = True
                for h in range(3, m + 1) if summed else (3,):
                    env = {x[0]: {"i": 1, "y": 1, "k": 2, "h": h}[w] for x, w in zip(indices, names, strict=True)}
                    if not _stands(indices, setting, env, (*group.weights, *exponential.weights)):
                        positive = False
                        break
                    for place, c in slopes_of(exponential.parts, setting, env).items():
                        total[place] = total.get(place, Fraction(0)) + c
                if positive:
                    chosen = {x[0]: w for x, w in zip(indices, names, strict=True)}
                    yield Placed(g, e, chosen, summed, {p: c for p, c in total.items() if c})


def _stands(indices: tuple[Index, ...], setting: Setting, env: Mapping[str, int], weights: tuple[Any, ...]) -> bool:
    if not all(setting.holds(c, env) for _, _, conditions in indices for c in conditions):
        return False
    return all(setting.value(w, env) for w in weights)


def _combination(
    placed: list[Placed], mu: Fraction, m: int, y: int = 1, k: int = 2
) -> list[tuple[Fraction, Placed]] | None:
    """Return nonnegative rational multiples of the slopes that add up to mu (d_k - d_y)."""
    if not placed:
        return None
    matrix = np.array([row_of(p.slopes, m) for p in placed]).T
    goal = np.zeros(m)
    goal[y - 1], goal[k - 1] = -float(mu), float(mu)
    for p in placed:
        own = {e[-1]: c for e, c in p.slopes.items()}
        if own.keys() == {y, k} and own[k] > 0 and own[y] == -own[k]:
            return [(mu / own[k], p)]
    from scipy.optimize import linprog  # slow to import, and most combinations are one exponent

    found = linprog(np.ones(len(placed)), A_eq=matrix, b_eq=goal, method="highs")
    if not found.success:
        return None
    exact = [(Fraction(float(x)).limit_denominator(1000), p) for x, p in zip(found.x, placed, strict=True)]
    return [(c, p) for c, p in exact if c]

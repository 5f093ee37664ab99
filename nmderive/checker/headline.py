"""The headline of a verdict, derived from its certificates: statement, scope, conditions.

``headline(reading, verdict)`` is what may be printed.  The reading is the loss as it was read, {"loss": AST, "shape",
"parameters", "arrays"}, or of an equation {"left", "right", "free", "shape", ...}.  A verdict that says PROVED or
REFUTED without certificates that carry it is refused.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import ModuleType
from typing import Any

from . import applicable, claims, equation, extrema, guarded, instances, modulo, square
from .case import Basis, Case
from .reject import Reject
from .written import contains_s

#: The condition of an equality in which a sign, or an indicator, of logits occurs.
BESIDE_JUMPS = "no sign or indicator of logits stands at its jump"


@dataclass(frozen=True)
class Headline:
    """What a verdict may say."""

    statement: str
    scope: str
    conditions: tuple[str, ...]


@lru_cache(maxsize=1)
def claim_modules() -> dict[str, ModuleType]:
    """The claims that the checker knows, by name."""
    found = [info.name for info in pkgutil.iter_modules(claims.__path__)]
    return {name.replace("_", "-"): importlib.import_module(f"{claims.__name__}.{name}") for name in found}


def statement_of(claim: str, shape: tuple[str, ...]) -> str:
    """The claim's statement."""
    module = claim_modules().get(claim)
    if module is None:
        raise Reject(f"unknown claim {claim[:60]!r}")
    own = getattr(module, "statement", None)
    return str(own(shape) if own else module.STATEMENT)


def inapplicable(claim: str, reading: dict[str, Any], sizes: dict[str, int]) -> str:
    """Why the claim has no meaning for the loss at these sizes, an empty string where it has."""
    return applicable.reason(getattr(claim_modules()[claim], "NEEDS", ()), reading, sizes)


def headline(reading: dict[str, Any], claim: str, status: str, certificates: list[dict[str, Any]]) -> Headline:
    """The headline that the certificates carry; a Reject where they carry none."""
    reading = modulo.plain(reading)
    if "left" in reading:
        return _of_equation(reading, claim, status, certificates)
    number = reading.get("function")
    if number is not None:
        reading = {**reading, "loss": instances.defined(reading["loss"], number)}
    case = Case(reading, certificates)
    text = statement_of(claim, case.shape)
    module = claim_modules()[claim]
    basis = _basis(case, module, "proved" if status == "PROVED" else "refuted")
    if status != "PROVED":
        moves = getattr(module, "MOVES_LABELS", False)
        guarded.require_labels(reading, basis.used, moves)
        if reading.get("square"):
            square.require_witness(case.shape, basis.used, moves_labels=moves)
    _require_one_size(basis)
    _require_meaning(case, module, basis)
    text = f"{text}: {basis.detail}" if basis.detail else text
    return Headline(text, _scope(reading, case.shape, basis), _conditions(case, basis))


def _require_meaning(case: Case, module: ModuleType, basis: Basis) -> None:
    """Refuse what is said of sizes at which the claim has no meaning."""
    own = {k: v for x in basis.used for k, v in x.sizes.items()}
    sizes = {**own, **case.reading.get("sizes", {}), **basis.fixed, **(basis.at or {})}
    why = applicable.reason(getattr(module, "NEEDS", ()), case.reading, sizes)
    if why:
        raise Reject(f"at these sizes the claim has no meaning: {why}")


def _basis(case: Case, module: ModuleType, way: str) -> Basis:
    """What carries the verdict on the loss; a loss of one sample may be proved as one of a sum over rows."""
    try:
        return _directly(case, module, way)
    except Reject as refusal:
        for rows in case.one_sample() if way == "proved" else ():
            try:
                found = _directly(rows, module, way)
            except Reject:
                continue
            case.require_defined(interior=module.TRANSFERS == "positive", least_m=2)
            return replace(found, detail="")  # it may speak of rows
        raise refusal


def _directly(case: Case, module: ModuleType, way: str) -> Basis:
    """What carries the verdict: of the loss, of the functions of a row that it increases with, or of an equal form."""
    judge: Callable[[Case], Basis] = getattr(module, way)
    try:
        return judge(case)
    except Reject as refusal:
        labels: str = module.TRANSFERS or (getattr(module, "PROOFS_TRANSFER", "") if way == "proved" else "")
        for rows, x in _rows(case, labels):
            try:
                found = judge(rows)
            except Reject:
                continue
            case.require_defined(interior=labels == "positive", least_m=2 if "m" in case.shape else 1)
            return replace(found, used=(*found.used, x))
        for form, x in case.equal_forms():
            try:
                found = judge(form)
            except Reject:
                continue
            for one in (case, form):  # then they are equal everywhere, hard labels included
                one.require_defined(least_m=2 if "m" in case.shape else 1)
            return replace(found, used=(*found.used, x))
        raise refusal


def _rows(case: Case, labels: str) -> Iterator[tuple[Case, Any]]:
    if labels:
        for rows, x in case.rows():
            if x.data.get("labels", "positive") == labels:
                yield rows, x


def _of_equation(reading: dict[str, Any], claim: str, status: str, certificates: list[dict[str, Any]]) -> Headline:
    if claim != "equal":
        raise Reject("an equation has the claim that its sides are equal")
    case = Case({**reading, "loss": reading["left"]}, certificates)
    text, basis = (equation.proved if status == "PROVED" else equation.refuted)(case, reading)
    if status != "PROVED":
        guarded.require_labels(reading, basis.used)
        if reading.get("square"):
            square.require_witness(case.shape, basis.used)
    _require_one_size(basis)
    if status == "PROVED" and (_jumps(reading["left"]) or _jumps(reading["right"])):
        basis = replace(basis, conditions=(*basis.conditions, BESIDE_JUMPS))
    return Headline(text, _scope(reading, case.shape, basis), _conditions(case, basis))


def _jumps(node: Any) -> bool:
    """Whether the sign x/|x| of what holds logits occurs, which has no value where x is 0."""
    if not isinstance(node, list | tuple):
        return False
    if len(node) == 3 and node[0] == "pow" and node[2] == ["num", "-1/2"] and node[1][0] == "pow":
        return node[1][2] == ["num", "2"] and contains_s(node[1])
    return any(map(_jumps, node))


def _require_one_size(basis: Basis) -> None:
    """Refuse certificates that fix different sizes: together they say nothing of either."""
    known = {**(basis.at or {}), **basis.fixed}
    for x in basis.used:
        for name, size in x.sizes.items():
            if known.setdefault(name, size) != size:
                raise Reject(f"the certificates speak of different sizes {name}")


def _scope(reading: dict[str, Any], shape: tuple[str, ...], basis: Basis) -> str:
    """For all sizes, for those fixed, or at those of a counterexample."""
    if basis.at is not None:
        named = (*shape, *sorted(set(basis.at) - set(shape), reverse=True))
        return "at " + (", ".join(f"{r}={basis.at[r]}" for r in named if r in basis.at) or "all values")
    return scope_at(
        shape, {**reading.get("sizes", {}), **{k: v for x in basis.used for k, v in x.result.sizes.items()},
                **basis.fixed})


def scope_at(shape: Sequence[str], sizes: Mapping[str, int]) -> str:
    """The scope where these sizes are fixed: "for all n, m", "for m=2 and all n", "for n=1, m=2"."""
    fixed = ", ".join(f"{r}={sizes[r]}" for r in shape if r in sizes)
    open_ = [r for r in shape if r not in sizes]
    if not shape:
        return "for all values"
    if not open_:
        return f"for {fixed}"
    rest = "all " + ", ".join(open_)
    return f"for {fixed} and {rest}" if fixed else f"for {rest}"


def covers(scope: str, name: str, size: int) -> bool:
    """Whether a scope in words speaks of a size: by its number, or of all of them, from no larger one on."""
    if re.search(rf"\b{name}={size}\b", scope):
        return True
    every = re.search(r"\ball ([nm](?:, [nm])*)(?: with (.*))?$", scope)
    if every is None or name not in every[1].split(", "):
        return False
    bounds = (every[2] or "").split(" and ") if every[2] else []
    least = [re.fullmatch(r"([nm]) >= (\d+)", bound) for bound in bounds]
    return all(bound is not None and (bound[1] != name or int(bound[2]) <= size) for bound in least)


def _conditions(case: Case, basis: Basis) -> tuple[str, ...]:
    """The domains of the letters, the least sizes, and what the claim needs."""
    known = [d.words(name) for name, d in case.context().domains.items()]
    found = dict.fromkeys(text for text in known if not text.endswith(" real"))
    least = dict(case.reading.get("least", {}))
    fixed = {**case.reading.get("sizes", {}), **{k: v for x in basis.used for k, v in x.result.sizes.items()}}
    for r, k in extrema.needed([case.loss, case.reading.get("left"), case.reading.get("right")]):
        if r not in fixed and k > 1:
            least[r] = max(k, least.get(r, 1))
    for result in (*(x.result for x in basis.used), *case.noted):
        for r, k in result.at_least.items():
            least[r] = max(k, least.get(r, 1))
        found.update(dict.fromkeys(text for text in result.conditions if text.startswith("what stands")))
    asked = case.reading.get("fixed", {})
    for r, k in {**asked, **fixed, **basis.fixed, **(basis.at or {})}.items():
        if k < least.get(r, 1):
            raise Reject(f"what the certificates say holds for {r} >= {least[r]}, not for {r}={k}")
    for text in basis.conditions:
        r, _, own = text.partition(" >= ")
        if r not in case.shape or int(own) >= least.get(r, 1):
            found[text] = None
    if basis.at is None:
        for r, k in least.items():
            if r in case.shape and r not in {**fixed, **basis.fixed} and f"{r} >= {k}" not in found:
                found[f"{r} >= {k}"] = None
    return tuple(found)

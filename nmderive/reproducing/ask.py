"""Questions to the tool: each calls a verb and returns parts with its verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from sympy import Expr

from nmderive.calculus.symbols import N
from nmderive.checker import check
from nmderive.claims import claim_names
from nmderive.equal import equal
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.catalogue import load, names
from nmderive.losses.links import sigmoid_link, softmax_link
from nmderive.losses.loss import Loss
from nmderive.losses.reading import read
from nmderive.notation import to_ast, to_latex
from nmderive.proving.certificates import declarations
from nmderive.proving.equality import free_ranges, judge_equal
from nmderive.proving.stationarity import judge_stationary
from nmderive.reproducing.outcome import Part, Role
from nmderive.solve import Solved, solve
from nmderive.solving.record import Outcome
from nmderive.verify import judge_one

#: When the clock ends the judging of one property of one loss; its budget are steps.
_CLAIM_SECONDS = 240.0


@cache
def loss(source: str, lets: tuple[str, ...] = ()) -> Loss:
    """Return a loss of the catalogue, or the one that LaTeX or text writes down."""
    return load(source) if source in names() else read(source, lets)


def same(
    question: str,
    left: str,
    right: str | None = None,
    role: Role = Role.ASSERTS,
    lets: Iterable[str] = (),
    sizes: Mapping[str, int] | None = None,
    order: int | None = None,
) -> list[Part]:
    """Ask whether two formulas, or the sides of a chain, are equal; one part a step."""
    dossier = equal(left, right, lets=lets, sizes=sizes, order=order)
    return [
        Part(_numbered(question, k, len(dossier.verdicts)), _stated(v, order, k), role, dossier.latex)
        for k, v in enumerate(dossier.verdicts)
    ]


def _numbered(question: str, k: int, count: int) -> str:
    return question if count == 1 else f"{question} ({k + 1} of {count})"


def _stated(verdict: Verdict, order: int | None, k: int) -> Verdict:
    return verdict if order is not None else replace(verdict, statement=f"step {k + 1}: both sides are equal")


def same_expressions(question: str, left: Expr, right: Expr, frame: Loss, sizes: Mapping[str, int] | None = None,
                     role: Role = Role.ASSERTS) -> Part:
    """Ask whether two expressions are equal."""
    verdict = judge_equal(left, right, frame, dict(sizes or {}))
    return Part(question, verdict, role, f"{to_latex(left)} = {to_latex(right)}")


def checked_identity(question: str, left: Expr, right: Expr, frame: Loss, scope: str) -> Part:
    """Ask the independent checker alone whether two expressions are equal."""
    free = {x.name: size for x, size in free_ranges((left, right), frame).items()}
    data = {"left": to_ast(left), "right": to_ast(right), "free": free, "sizes": {},
            **declarations(frame, left, right)}
    part = certified(question, Certificate("identity", data), scope)
    return replace(part, latex=f"{to_latex(left)} = {to_latex(right)}")


def certified(question: str, certificate: Certificate, scope: str, role: Role = Role.ASSERTS) -> Part:
    """Return the part that a certificate proves, if the independent checker accepts it."""
    result = check(certificate.as_json())
    finding = "accepted by the independent checker" if result.accepted else f"the checker says: {result.reason}"
    status = Status.PROVED if result.accepted else Status.UNDECIDED
    return Part(question, Verdict("certificate", status, question, scope, (), (certificate,), (), (finding,)), role)


def has(name: str, question: str, source: str, role: Role = Role.ASSERTS, m: int | None = None) -> Part:
    """Ask whether a loss has a property."""
    own = loss(source)
    sizes = {} if m is None else {"m": m}
    latex = f"l = {to_latex(own.expr)}"
    if name not in claim_names():
        verdict = Verdict(name, Status.UNDECIDED, question, "", findings=(f"no claim {name!r} in this version",))
        return Part(question, verdict, role, latex)
    return Part(question, judge_one(own, name, sizes, _CLAIM_SECONDS), role, latex)


def stationary_at(question: str, source: str, scale: int, role: Role = Role.ASSERTS, m: int | None = None) -> Part:
    """Ask whether t = softmax(scale s), for binary tasks t = sigmoid(scale s), is stationary."""
    own = loss(source)
    link = sigmoid_link(own, scale) if own.shape == (N,) else softmax_link(own, scale)
    verdict = judge_stationary(own, link, "solve", {} if m is None else {"m": m})
    return Part(question, verdict, role, f"l = {to_latex(own.expr)}")


def gradient(question: str, source: str) -> Part:
    """Have the independent checker confirm the gradient for all n, m."""
    own = loss(source)
    data = {"loss": to_ast(own.expr), "shape": [x.name for x in own.shape], "gradient": to_ast(own.gradient),
            **declarations(own)}
    part = certified(question, Certificate("gradient", data), "for all n, m")
    return replace(part, latex=rf"\frac{{\partial l}}{{\partial {to_latex(own.logit)}}} = {to_latex(own.gradient)}")


@cache
def solved(source: str, direction: str = "t") -> Solved:
    """Return the record of the search for the optimum, without the baseline, which only waits for its clock."""
    return solve(loss(source), direction, baselines=False)


def radicals(source: str, direction: str, role: Role) -> list[Part]:
    """Return the certificates that the eliminant at one rational point has no root in radicals, a part a size."""
    found = []
    for finding in solved(source, direction).record.findings:
        certificates = [c for c in finding.certificates if c.kind == "radicals"]
        lines = [line for line in finding.data.get("lines", ()) if "NO RADICAL FORMULA" in line]
        for line, certificate in zip(lines, certificates, strict=False):
            size, _, group = line.partition(": NO RADICAL FORMULA: ")
            question = f"{size}: no formula in radicals; the eliminant at one rational point has {group}"
            part = certified(question, certificate, "at that point", role)
            statement = "the polynomial named in the certificate has no root in radicals"
            found.append(replace(part, verdict=replace(part.verdict, statement=statement)))
    return found


def found_forms(source: str, direction: str) -> tuple[tuple[str, str], ...]:
    """Return the formulas that the search found, each with its scope and role."""
    return tuple(
        (s.formula, f"{s.scope}; {s.role}" + (f"; unknowns left: {s.unknowns_left}" if s.unknowns_left else ""))
        for f in solved(source, direction).record.findings
        for s in f.solutions if f.outcome in (Outcome.SOLVED, Outcome.PARTIAL)
    )

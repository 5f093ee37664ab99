"""Past the article: six losses side by side, the four new ones, loss-1's optimum, and why loss-3 is alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from typing import Any

from sympy import together

from nmderive.calculus.paper_form import paper_form
from nmderive.compare import FIRST, compare
from nmderive.derivation import Derivation, Line, StepFailed
from nmderive.derive import derive
from nmderive.losses.catalogue import entry, families, load
from nmderive.losses.novel.matching import polynomial
from nmderive.notation import to_latex
from nmderive.proving.no_go import no_go_steps
from nmderive.proving.symmetric_kernel import KernelStep, kernel_steps, overlap
from nmderive.reproducing.jobs import Job

COLUMNS = ("loss-1", "loss-3", "pairwise", "quadratic", "matching", "cyclic")
NEW = ("pairwise", "quadratic", "matching", "cyclic")
ROWS = FIRST
#: Judged too, but no row of the article's question.
BESIDES = ("unique-optimum",)


def _cell(name: str, claim: str) -> dict[str, Any]:
    """Judge one property of one loss."""
    row = compare([name], claims=[claim]).rows[0]
    (cell,) = row.cells
    verdicts = [{"question": row.title, **v.as_data()} for v in cell.verdicts]
    return {"schema": "nmderive-cell/1", "loss": name, "claim": claim, "title": row.title, "text": cell.text,
            "verdict": cell.status.value, "verdicts": verdicts}


def _derived(derivation: Derivation) -> dict[str, Any]:
    return {"schema": "nmderive-derivation/1", "title": derivation.title, "text": derivation.summary,
            "lines": [asdict(line) for line in derivation.lines]}


def _stepped(title: str, steps: Iterable[KernelStep]) -> Derivation:
    """Return steps as a derivation; a step whose certificates are not accepted stops it."""
    derivation = Derivation(title)
    for step in steps:
        if step.certificates and not step.checked:
            raise StepFailed(f"{title}: the checker does not accept: {step.says}")
        certificates = tuple(c.as_json() for c in step.certificates)
        derivation.lines.append(
            Line(step.says, verdict="PROVED" if certificates else "ARGUED", certificates=certificates))
    return derivation


def _scaling() -> dict[str, Any]:
    d = Derivation("The optimum of loss-1 is a matrix scaling", ["a_j", "r"])
    d.argued("put s_ij = log(t_ij)/2 + r_i + a_j: the exponentials of loss-1 then depend on roots of labels and on a")
    d.start(r"t_{i,j} e^{\frac{1}{2}\log t_{i,k} + r + a_k - \frac{1}{2}\log t_{i,j} - r - a_j}",
            "t_ij e^(s_ik - s_ij)")
    d.step("the row's shift cancels, the label becomes a root", r"\sqrt{t_{i,j}} \sqrt{t_{i,k}} e^{a_k - a_j}", "t > 0")
    d.argued("with X_j = e^(a_j), M_jk = sum_i sqrt(t_ij t_ik) for j != k and M_jj = 1, the log's argument is "
             "A_j = (M X)_j / X_j. Stationarity asks that sqrt(t_ij t_ik) (X_k / X_j) / A_j, summed over k, equals the "
             "same with j and k swapped; A_j = 1/X_j^2 makes both sqrt(t_ij t_ik) X_j X_k")
    d.argued("so X_j (M X)_j = 1: the symmetric scaling of M. It has one positive solution, the point where "
             "sum_jk M_jk X_j X_k / 2 - sum_j log X_j, convex in log X, is least")
    d.has("loss-1", "unique-optimum")
    d.found("loss-1", "s")
    return _derived(d)


def _pairwise() -> dict[str, Any]:
    d = Derivation("Pairwise: why softmax is its optimum")
    d.start(r"\frac{e^{s_{i,j}}}{\sum_l e^{s_{i,l}}} e^{\frac{1}{2}(s_{i,k}-s_{i,j})}",
            "t_ij e^((s_ik - s_ij)/2) at t = softmax(s)")
    d.step("it is symmetric in j and k",
           r"\frac{e^{\frac{1}{2} s_{i,j}} e^{\frac{1}{2} s_{i,k}}}{\sum_l e^{s_{i,l}}}")
    return _derived(d)


def _quadratic() -> dict[str, Any]:
    d = Derivation("Quadratic: a row's pull is its own chi-squared distance")
    d.start(r"\sum_{k, l \neq k} t_{i,k}^2 e^{s_{i,l} - s_{i,k}}", "a row's q_i")
    d.step("add and take away l = k", r"\sum_k \sum_l t_{i,k}^2 e^{s_{i,l} - s_{i,k}} - \sum_k t_{i,k}^2")
    d.step("the first sum is sum_k t_k^2 / p_k, which is smallest where p = t",
           r"\sum_k t_{i,k}^2 \frac{\sum_l e^{s_{i,l}}}{e^{s_{i,k}}} - \sum_k t_{i,k}^2")
    return _derived(d)


def _matching() -> dict[str, Any]:
    return _derived(_stepped("Matching: why softmax is its optimum for all n, m", kernel_steps(overlap(), polynomial)))


def _cyclic() -> dict[str, Any]:
    kernel = r"\sum_i t_{i,%s} e^{\frac{1}{2}(s_{i,%s} - s_{i,%s})}"
    shifted, back = kernel % ("j", "j+d", "j"), kernel % ("j+d", "j", "j+d")
    d = Derivation("Cyclic: a constant that the ones of the products take away, a sum that sees no transpose")
    d.start(rf"\log\left(\sum_{{d=1}}^{{m-1}} \prod_j \left(1 + {shifted}\right) - (m-2)\right)", "the loss")
    d.step("the constant takes all ones of the products away but one",
           rf"\log\left(1 + \sum_{{d=1}}^{{m-1}} \left(\prod_j \left(1 + {shifted}\right) - 1\right)\right)")
    d.start(rf"\sum_{{d=1}}^{{m-1}} \prod_j \left(1 + {back}\right)", "the products of the transposed B")
    d.step("count j from j + d on, and d backwards",
           rf"\sum_{{d=1}}^{{m-1}} \prod_j \left(1 + {shifted}\right)")
    return _derived(d)


def _no_go() -> dict[str, Any]:
    title = "The no-go theorem: inside the article's general form only loss-3 has the optimum softmax"
    return _derived(_stepped(title, no_go_steps()))


def _facts(name: str) -> dict[str, Any]:
    """Return formula and gradient of a loss; of a family, the general formula and the first class's at m = 2."""
    text = entry(name)
    facts = {"schema": "nmderive-facts/1", "loss": name, "title": text.title, "latex": f"l = {text.latex}", "sizes": ""}
    if name not in families():
        return {**facts, "gradient": derive(load(name)).shown("latex")}
    own = load(f"{name}-2")
    first = to_latex(together(paper_form(own.gradient.subs(own.indices[1], 1))))
    return {**facts, "gradient": rf"\frac{{\partial l}}{{\partial s_{{i,1}}}} = {first}", "sizes": "m = 2"}


DERIVATIONS: dict[str, Callable[[], dict[str, Any]]] = {
    "matrix-scaling": _scaling, "no-go": _no_go, "pairwise": _pairwise, "quadratic": _quadratic, "matching": _matching,
    "cyclic": _cyclic,
}


def jobs() -> list[Job]:
    """Return the work, the longest at the end, where the helper begins."""
    found = [Job(f"derivation {name}", f"past/{name}.json", name, run) for name, run in DERIVATIONS.items()]
    found += [Job(f"formulas of {name}", f"past/{name}-facts.json", name, partial(_facts, name))
              for name in NEW]
    cells = [(name, claim) for name in COLUMNS for claim in (*ROWS, *BESIDES)]
    return found + [
        Job(f"{name}, {claim}", f"past/{name}.{claim}.json", [name, claim], partial(_cell, name, claim))
        for name, claim in cells
    ]


def gathered(data: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the results of the jobs, in their order, as one piece of plain data."""
    names = [job.file.removeprefix("past/").removesuffix(".json") for job in jobs()]
    known = dict(zip(names, data, strict=True))
    return {
        "derivations": {name: known[name] for name in DERIVATIONS},
        "facts": {name: known[f"{name}-facts"] for name in NEW},
        "cells": [known[f"{name}.{claim}"] for name in COLUMNS for claim in (*ROWS, *BESIDES)],
    }

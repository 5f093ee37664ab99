"""The article's own formulas against ours: gradients (A5, A8), substitution (A9), and every identity."""

import tomllib
from pathlib import Path

import pytest
from sympy import Integer, Rational, diff
from today import of_today

from nmderive.calculus.normal_form import Frame, is_zero, normal_form
from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.symbols import S
from nmderive.checker import check
from nmderive.derive import derive
from nmderive.equal import equal
from nmderive.evidence import Certificate, Status
from nmderive.losses.catalogue import load, names
from nmderive.notation import parse, to_latex
from nmderive.notation.ast import to_ast

ENTRIES = {e["id"]: e for e in tomllib.loads(
    (Path(__file__).parent / "data" / "claims.toml").read_text(encoding="utf-8"))["entry"]}
FREE = {"i": "n", "j": "m", "k": "m"}


@pytest.mark.parametrize(("claim", "name"), [("A5", "loss-1"), ("A8", "loss-2")])
def test_the_gradient_is_the_one_the_article_prints(claim, name):
    statement = parse(ENTRIES[claim]["latex"])
    loss = load(name)
    ours = loss.gradient.subs(dict(zip(loss.indices, statement.gradient_of.indices, strict=True)))
    assert is_zero(normal_form(ours - statement.sides[0], Frame({}, FREE)))


def test_the_printed_gradient_is_no_longer_than_the_article_s():
    printed = derive(load("loss-1")).shown("latex")
    # The article sums over i where i is free; here each such sum names its own letter with its range.
    assert len(printed) <= len(ENTRIES["A5"]["latex"]) + 2 * len("=1}^{n}")
    assert r"\delta" not in printed and "cases" not in printed and r"\sum_{h \neq j}" in printed


@pytest.mark.slow
@pytest.mark.parametrize("name", of_today(names(), 6))
def test_every_printed_gradient_parses_back_to_itself(name):
    gradient = derive(load(name))
    lets = [f"{p}>0" if p.is_positive else str(p) for p in load(name).parameters]
    from nmderive.notation import Declarations

    statement = parse(gradient.shown("latex"), Declarations.from_lets(lets))
    assert is_zero(normal_form(statement.sides[0] - gradient.expr, Frame({}, FREE)))


@pytest.mark.slow
@pytest.mark.parametrize("name", of_today([n for n in names() if n != "loss-2"], 6))
def test_value_and_gradient_agree_with_sympy_at_fixed_sizes(name):
    loss = load(name)
    rule = {p: Rational(2, 3) for p in loss.parameters}
    sets = {"Omega_neg": frozenset({1, 3}), "Omega_pos": frozenset({2, 4})}
    for n, m in ((1, 1), (1, 2), (2, 1), (2, 3), (3, 2)):
        if m == 1 and any(e.indices[-1] == 2 for e in loss.expr.atoms(type(S[1, 1])) if len(e.indices) == 2):
            continue  # the formula names class 2
        sizes = {"n": n, "m": m}
        plain = specialise(loss.expr, sizes, sets)
        entry = tuple(sizes[size.name] for size in loss.shape)
        at = loss.gradient.subs(dict(zip(loss.indices, map(Integer, entry), strict=True)))
        difference = (specialise(at, sizes, sets) - diff(plain, entry_symbol(S[entry]))).xreplace(rule)
        free = sorted(difference.free_symbols, key=lambda x: x.name)
        point = {x: Rational(2 * k + 3, 7 + 5 * (k % 4)) for k, x in enumerate(free)}
        assert abs(difference.xreplace(point).evalf(30)) < 1e-20


def test_the_gradient_certificate_is_accepted():
    for name in ("loss-1", "loss-3", "pairwise", "quadratic", "brier"):
        loss = load(name)
        data = {"loss": to_ast(loss.expr), "shape": ["n", "m"], "gradient": to_ast(loss.gradient)}
        assert check(Certificate("gradient", data).as_json()).accepted


MARGINS = {"B19": ["m: margin", "b"], "B20": ["m: margin", "b"]}


@pytest.mark.parametrize("claim", ["A1", "A2", "A9", "B1", "B3", "B8", "B16", "B19", "B20"])
def test_true_identities_of_the_source_are_proved(claim):
    dossier = equal(ENTRIES[claim]["latex"], lets=MARGINS.get(claim, ()))
    for verdict in dossier.verdicts:
        assert verdict.status is Status.PROVED, verdict.findings
        assert all(check(c.as_json()).accepted for c in verdict.certificates)


def test_the_false_identity_of_the_source_is_refuted():
    (verdict,) = equal(ENTRIES["B4"]["latex"]).verdicts
    assert verdict.status is Status.REFUTED and verdict.witness["exact"]
    assert check(verdict.certificates[0].as_json()).accepted


@pytest.mark.parametrize("name", names())
def test_losses_print_and_parse_back(name):
    from nmderive.notation import Declarations

    loss = load(name)
    declared = Declarations.of(loss.expr)
    assert parse(to_latex(loss.expr), declared).sides[0] == loss.expr


@pytest.mark.parametrize(("left", "right"), [("A3", None), ("B8", "B9"), ("B12", "B13"), ("B23", None)])
def test_truncations_of_the_source_hold_to_first_order(left, right):
    first = ENTRIES[left]["latex"].split("=\\log\\left(")[0]
    second = ENTRIES[right]["latex"] if right else None
    dossier = equal(first, second, lets=["m: margin", "b"] if left == "B23" else (), order=1)
    assert [v.status for v in dossier.verdicts] == [Status.PROVED, Status.PROVED]


def test_a_truncation_is_not_exact():
    left, right = ENTRIES["B8"]["latex"].split("=")[0], ENTRIES["B9"]["latex"]
    assert equal(left, right, order=2).verdicts[-1].status is Status.REFUTED

"""Class indices modulo m in the checker: their meaning, congruences, what equals what, and products taken apart."""

import copy
import random

import numeric_oracle
import pytest
from sympy import Add, Integer, Ne, exp, log
from today import of_today

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.sums import IndexProduct, IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.checker import check
from nmderive.checker.evaluate import Evaluator, Point
from nmderive.checker.modulo import plain
from nmderive.checker.reject import Reject
from nmderive.checker.values import ZERO, Arithmetic, exact
from nmderive.losses.catalogue import load
from nmderive.notation.ast import from_ast, to_ast
from nmderive.proving.products import companion

i, j, k, d = map(index, "ijkd")
SIZES = [(1, 1), (1, 2), (2, 3), (1, 4), (1, 5), (1, 6)]
STEP = IndexSum(T[i, j] * exp((S[i, Cyclic(j + d)] - S[i, j]) / 2), i, N)


def identity(left, right, **more):
    return {"kind": "identity", "left": to_ast(left), "right": to_ast(right), "free": {}, "sizes": {},
            "shape": ["n", "m"], **more}


def some_place(rng, letters):
    place = Add(*(rng.choice((-1, 1, 1, 2)) * x for x in rng.sample(letters, rng.randint(1, len(letters)))))
    return Cyclic(place + rng.randint(-2, 2))


def some_expression(rng, depth=0):
    """A sum over one to three class indices of a product, an exponential or a logarithm of shifted entries."""
    letters = [j, k, d][: rng.randint(1, 3)]
    entries = [S[1, some_place(rng, letters)] for _ in range(rng.randint(1, 2))] + [S[1, rng.choice(letters)]]
    body = {
        "product": lambda: entries[0] * entries[-1] ** 2,
        "exp": lambda: exp(entries[0] - entries[-1]),
        "log": lambda: log(1 + exp(entries[0]) + exp(entries[-1])),
    }[rng.choice(("product", "exp", "log"))]()
    for place, letter in enumerate(letters):
        outer = letters[place + 1 :]
        other = [Ne(letter, some_place(rng, outer))] if outer else []
        conditions = rng.choice(([], [], [Ne(letter, Cyclic(0))], other))
        kind = IndexProduct if rng.random() < 0.2 and not depth else IndexSum
        body = kind(1 + exp(body) if kind is IndexProduct else body, letter, M, *conditions)
    return body


def value(node, n, m, seed=0):
    """Evaluate by the checker, exactly where logarithms allow it, else in an enclosure."""
    s, t = numeric_oracle.numbers(n, m, seed)
    arrays = {name: {key: (exact(round(1000 * float(v))), ZERO) for key, v in table.items()}
              for name, table in (("s", s), ("t", t))}
    scaled = {"s": {key: (Arithmetic(64).mul(v, exact(1)), ZERO) for key, (v, _) in arrays["s"].items()}}
    point = Point({"n": n, "m": m}, arrays={**arrays, **scaled}, spans={"s": ("n", "m"), "t": ("n", "m")})
    return Evaluator(point, Arithmetic(64)).dual(node, {})[0]


@pytest.mark.parametrize("seed", of_today(range(40), 4))
def test_plain_indices_mean_the_same(seed):
    rng = random.Random(f"meaning {seed}")
    inner = IndexSum(S[1, some_place(rng, [j, k])] * S[1, j] ** 2, j, M)
    expr = IndexSum(inner * T[1, some_place(rng, [k])], k, M, *rng.choice(([], [Ne(k, Cyclic(0))], [Ne(k, 1)])))
    node = plain(to_ast(expr))
    for n, m in SIZES:
        s, t = ({key: round(1000 * float(v)) for key, v in table.items()} for table in numeric_oracle.numbers(n, m, 0))
        assert value(node, n, m).rational == int(numeric_oracle.evaluate(expr, {"n": n, "m": m}, s, t, {}))


@pytest.mark.parametrize("seed", of_today(range(60), 4))
def test_what_is_accepted_is_equal(seed):
    """Two random expressions, and one with a letter shifted or turned around: equal at all sizes where accepted."""
    rng = random.Random(f"equal {seed}")
    left = some_expression(rng)
    other = rng.choice((left.xreplace({S[1, Integer(1)]: S[1, Cyclic(2)]}), some_expression(rng), turned(left, rng)))
    accepted = check(identity(left, other)).accepted
    for m in range(1, 7):
        values = [numeric_oracle.value_at(x, 1, m) for x in (left, other)]
        if abs(values[0] - values[1]) > 1e-15 * (1 + abs(values[0])):
            assert not accepted, (left, other, m)


def turned(expr, rng):
    """The expression with an outer letter x replaced by x + c or by -x, which is a bijection of the classes."""
    name = index("x")
    body, conditions = expr.open(name)
    place = rng.choice((Cyclic(name + 1), Cyclic(-name), Cyclic(1 - name)))
    return expr.func(body.xreplace({name: place}), name, M, *(c.xreplace({name: place}) for c in conditions))


@pytest.mark.parametrize("left, right", [
    (IndexSum(S[1, Cyclic(j + 1)], j, M), IndexSum(S[1, j], j, M)),
    (IndexSum(exp(IndexSum(S[1, j] * S[1, Cyclic(j + d)] ** 2, j, M)), d, M),
     IndexSum(exp(IndexSum(S[1, j] ** 2 * S[1, Cyclic(j + d)], j, M)), d, M)),
    (IndexSum(IndexSum(log(1 + exp(S[1, Cyclic(j + d)] - S[1, j])), j, M), d, M, Ne(d, Cyclic(0))),
     IndexSum(IndexSum(log(1 + exp(S[1, k] - S[1, j])), j, M, Ne(j, k)), k, M)),
    (IndexProduct(1 + IndexSum(exp(S[1, Cyclic(j + 3)]), i, N), j, M), IndexProduct(1 + N * exp(S[1, j]), j, M)),
])
def test_bijections_of_the_classes_are_seen(left, right):
    assert check(identity(left, right)).accepted and check(identity(right, left)).accepted


@pytest.mark.parametrize("wrong", [
    ["mod", [["j", 1], ["i", 1]], 0], ["mod", [["j", 0.5]], 0], ["mod", [["j", True]], 0], ["mod", [["q", 1]], 0],
    ["mod", "j", 0], ["mod", [["j", 1, 2]], 0], ["mod", [["j", 5000]], 0], ["mod", [["j", 1]], None],
])
def test_malformed_indices_are_refused(wrong):
    node = ["sum", "i", "n", [], ["sum", "j", "m", [], ["at", "s", ["i", wrong]]]]
    data = {"kind": "identity", "left": node, "right": copy.deepcopy(node), "free": {}, "shape": ["n", "m"]}
    assert not check(data).accepted


@pytest.mark.parametrize("cond", [["lt", "j", ["mod", [["j", 1]], 1]], ["in", ["mod", [["j", 1]], 1], "Omega_neg"],
                                  ["cong", [["i", 1]], 0], ["cong", [["j", 1]], "0"]])
def test_classes_in_a_circle_have_no_order(cond):
    node = ["sum", "i", "n", [], ["sum", "j", "m", [cond], ["at", "s", ["i", "j"]]]]
    data = {"kind": "identity", "left": node, "right": copy.deepcopy(node), "free": {}, "shape": ["n", "m"]}
    assert not check(data).accepted


def test_samples_are_not_counted_in_a_circle():
    node = ["sum", "i", "n", [], ["at", "s", [["mod", [["i", 1]], 1], 1]]]
    assert not check({"kind": "identity", "left": node, "right": node, "free": {}, "shape": ["n", "m"]}).accepted


def test_a_loss_that_counts_in_a_circle_is_not_symmetric_by_construction():
    node = to_ast(IndexSum(IndexSum(T[i, j] * S[i, Cyclic(j + 1)], j, M), i, N))
    data = {"kind": "symmetric", "loss": node, "shape": ["n", "m"]}
    assert check({**data, "permute": "n"}).accepted and not check({**data, "permute": "m"}).accepted


@pytest.mark.slow
def test_standins_for_classes_refuse_congruences():
    """Neighbours alone do not force the argmax, and no proof may read places into classes that stand for any."""
    neighbours = IndexSum(log(1 + STEP.xreplace({d: Integer(1)})), j, M)
    base = {"loss": to_ast(neighbours), "shape": ["n", "m"], "simplex": True}
    pairwise = load("pairwise")
    forces = next(c for c in _certificates(pairwise, "hard-label-argmax") if c["kind"] == "forces-argmax")
    assert check(forces).accepted
    assert not check({**forces, **base}).accepted and not check({**base, "kind": "shares"}).accepted


def _certificates(loss, claim):
    from nmderive.verify import judge_one

    return [c.as_json() for c in judge_one(loss, claim, {}, 60).certificates]


PARTS = companion(load("cyclic"))
PRODUCTS = PARTS[1].as_json()


def test_the_companion_of_the_cyclic_loss_is_pairwise():
    assert check(identity(PARTS[0].expr, load("pairwise").expr)).accepted and PRODUCTS["once"] is True


def with_loss(expr, once=False):
    return {**PRODUCTS, "loss": to_ast(expr), "once": once}


CYCLIC = IndexSum(IndexProduct(1 + STEP, j, M), d, M, Ne(d, Cyclic(0)))


@pytest.mark.parametrize("expr", [
    log(CYCLIC - (M - 1)),  # no positive constant is left
    log(IndexSum(IndexProduct(1 + STEP, j, M), d, M) - M),
    log(CYCLIC - M),
    log(IndexProduct(STEP, j, M) + 1),  # no factor is there alone
    log(2 - IndexProduct(1 + STEP.xreplace({d: Integer(1)}), j, M)),
    log(1 + IndexProduct(1 + IndexSum(S[i, j] ** 2 - 1, i, N), j, M)),
    CYCLIC,
])
def test_products_that_are_not_apart_are_refused(expr):
    assert not check(with_loss(expr)).accepted


@pytest.mark.parametrize("expr", [
    log(2 + IndexProduct(1 + STEP.xreplace({d: Integer(1)}), j, M) * (3 + exp(S[1, 1]))),
    log(IndexSum(IndexProduct(1 + STEP, j, M), d, M) - (M - 1)),
])
def test_products_are_taken_apart(expr):
    assert check(with_loss(expr)).accepted and check({**with_loss(expr), "kind": "convex"}).accepted


ROW_SUM = IndexSum(T[i, j] * exp((S[i, Cyclic(j + d)] - S[i, j]) / 2), i, N)


@pytest.mark.parametrize("part", [
    IndexSum(exp((S[i, Cyclic(j + d)] - S[i, j]) / 2), i, N),  # no label
    IndexSum(T[i, d] * exp(S[i, Cyclic(j + d)] - S[i, j]), i, N),  # the label of another class
    IndexSum(T[i, j] * T[i, k] * exp(S[i, Cyclic(j + d)] - S[i, k]), i, N).xreplace({k: d}),
    IndexSum(T[i, j] * exp(S[1, Cyclic(j + d)] - S[i, j]), i, N),  # the logits of another row
    IndexSum(T[i, j] * exp(S[i, Cyclic(j + d)] - S[i, j]) / N, i, N),
])
def test_classes_that_are_in_several_factors_are_refused(part):
    expr = log(IndexSum(IndexProduct(1 + part, j, M), d, M, Ne(d, Cyclic(0))) - (M - 2))
    assert not check(with_loss(expr, once=True)).accepted


@pytest.mark.slow
@pytest.mark.parametrize("claim", ["softmax-optimum", "balance", "unique-optimum", "hard-label-argmax", "decoupled"])
def test_certificates_do_not_carry_another_loss(claim):
    """The certificates of the cyclic loss carry its headline, and that of no loss with another shift or weight."""
    from nmderive.checker.headline import headline
    from nmderive.proving.certificates import reading_of

    own = load("cyclic")
    proofs = _certificates(own, claim)
    assert headline(reading_of(own), claim, "PROVED", proofs).scope == "for all n, m"
    for old, new in (({"loss"}, log(CYCLIC - (M - 3))), ({"loss"}, log(CYCLIC.xreplace({T: S})))):
        reading = {**reading_of(own), "loss": to_ast(new)}
        with pytest.raises(Reject):
            headline(reading, claim, "PROVED", proofs)
        assert old == {"loss"}


@pytest.mark.slow
def test_dropping_the_products_certificate_drops_the_claim():
    from nmderive.checker.headline import headline
    from nmderive.proving.certificates import reading_of

    own = load("cyclic")
    for claim in ("balance", "unique-optimum", "hard-label-argmax", "decoupled"):
        proofs = [c for c in _certificates(own, claim) if c["kind"] != "products"]
        with pytest.raises(Reject):
            headline(reading_of(own), claim, "PROVED", proofs)


def test_balance_asks_for_classes_in_one_factor_each():
    from nmderive.checker.headline import headline
    from nmderive.proving.certificates import reading_of

    own = load("cyclic")
    proofs = [{**c, "once": False} if c["kind"] == "products" else c for c in _certificates(own, "balance")]
    with pytest.raises(Reject):
        headline(reading_of(own), "balance", "PROVED", proofs)


def test_the_json_form_is_read_back():
    node = PRODUCTS["loss"]
    assert to_ast(from_ast(node)) == node and plain(node) != node and plain(plain(node)) == plain(node)

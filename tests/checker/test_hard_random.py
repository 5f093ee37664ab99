"""Random sums of logarithms: what is accepted about hard labels, or about a minimum, holds numerically."""

import random

import pytest
from today import of_today

from nmderive.checker import check

from .build import M, add, exp, log, mul, num, power, s, sub, t, total
from .truth import holds

pytestmark = pytest.mark.slow

_CONDS = [[], [], [("ne", "k", "j")], [("ne", "k", "j")], [("lt", "j", "k")], [("lt", "k", "j")], [("le", "j", "k")]]
_INSTANCES = [
    {"i": "i", "j": "y", "k": "k"},
    {"i": "i", "j": "k", "k": "y"},
    {"i": "i", "j": "y", "k": "y"},
    {"i": "i", "j": "k", "k": "k"},
]


def _weight(rng):
    a, b = t("i", "j"), t("i", "k")
    return rng.choice(
        [num(1), a, a, b, sub(1, a), sub(1, b), mul(a, sub(1, b)), mul(a, b), add(a, b), power(a, 2), sub(a, b),
         mul(b, sub(1, a)), total("l", "m", t("i", "l"), ("ne", "l", "j")), sub(mul(2, a), 1)]
    )  # fmt: skip


def _exponent(rng):
    a, b = s("i", "j"), s("i", "k")
    mean = mul(power(M, -1), total("l", "m", s("i", "l")))
    x = rng.choice([sub(b, a), sub(b, a), sub(a, b), sub(mean, a), sub(b, mean), mul(-1, a), b, a])
    return exp(rng.choice([x, x, mul(2, x), mul("1/2", x), add(x, 1)]))


def _group(rng):
    """sum over j, with the other indices inside or outside the logarithm, or without a logarithm."""
    body, outer = mul(_weight(rng), _exponent(rng)), num(1)
    conds = rng.choice(_CONDS)
    where = rng.randrange(3)
    if where:
        body = total("k", "m", body, *conds)
    if where == 2:
        outer = rng.choice([num(1), t("i", "j"), sub(1, t("i", "j"))])
        return total("i", "n", total("j", "m", mul(outer, _part(rng, 1, body))))
    inside = _part(rng, rng.choice([1, 2]), total("i", "n", body))
    return total("j", "m", inside if where else total("k", "m", inside, *conds))


def _part(rng, constant, body):
    return body if rng.random() < 0.2 else log(add(constant, body))


def _square(rng):
    if rng.random() < 0.8:
        return []
    base = rng.choice([s("i", "j"), sub(s("i", "j"), t("i", "j")), sub(s("i", "j"), s("i", 1)), mul(2, s("i", "j"))])
    return [total("i", "n", total("j", "m", mul(rng.choice([num(2), t("i", "j"), num(-1)]), power(base, 2))))]


def _combinations(groups):
    for g in range(groups):
        for instance in _INSTANCES:
            for mu in ("1", "1/2", "2"):
                yield {"mu": num(mu), "combination": [[num(1), g, 0, instance]]}
    for one, other in ((0, 3), (1, 2)):
        yield {"combination": [[num(1), 0, 0, _INSTANCES[one]], [num(1), groups - 1, 0, _INSTANCES[other]]]}


@pytest.mark.parametrize("batch", of_today(range(4), 4))
def test_forced_targets(batch):
    accepted = 0
    for seed in range(batch, 600, 4):
        rng = random.Random(seed)
        groups = rng.choice([1, 1, 2])
        certificate = {
            "kind": "forces-argmax",
            "loss": add(*(_group(rng) for _ in range(groups))),
            "shape": ["n", "m"],
            "along": rng.choice([["1", "0"], ["1", "-1"]]),
        }
        if rng.random() < 0.2:
            certificate["sizes"] = {"m": rng.choice([2, 3])}
        for more in _combinations(groups):
            result = check({**certificate, **more})
            if result.accepted:
                accepted += 1
                for k in range(3):
                    assert holds({**certificate, **more}, seed + k) is not False, (certificate, more)
            if "combination" not in result.reason and "instance" not in result.reason:
                break
    assert accepted


@pytest.mark.parametrize("batch", of_today(range(4), 4))
def test_attained_minima(batch):
    accepted = 0
    for seed in range(batch, 1200, 4):
        rng = random.Random(seed)
        groups = rng.choice([1, 1, 2])
        signs = [num("-1"), num("1")]
        certificate = {
            "kind": "stiemke",
            "loss": add(*(_group(rng) for _ in range(groups)), *_square(rng)),
            "shape": ["n", "m"],
            "labels": rng.choice(["interior", "positive"]),
            "combination": [
                [rng.choice(signs), rng.randrange(groups), 0, {"i": "i", "j": "j", "k": "k"}],
                *([[rng.choice(signs), 0, 0, {"i": "i", "j": "k", "k": "k"}]] if rng.random() < 0.3 else []),
            ],
        }
        if check(certificate).accepted:
            accepted += 1
            for k in range(3):
                assert holds(certificate, seed + k) is not False, certificate
    assert accepted

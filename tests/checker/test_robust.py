"""Malformed, tampered or huge certificates are refused with a reason; the checker is independent."""

import ast
import copy
import json
import random
import sys
from pathlib import Path

import pytest

import nmderive.checker
from nmderive.checker import check
from nmderive.checker.api import verifiers

from .build import LOSS_1, add, exp, identity, mul, num, power, s, stationary, t, total
from .certificates import ALL
from .test_convex import CONVEX, STRICT
from .test_witness import ROW, SOFTMAX, gradient

pytestmark = pytest.mark.slow

PACKAGE = Path(nmderive.checker.__file__).parent


def test_only_the_standard_library_is_imported():
    for path in PACKAGE.rglob("*.py"):
        for found in ast.walk(ast.parse(path.read_text())):
            if isinstance(found, ast.Import):
                assert all(a.name.split(".")[0] in sys.stdlib_module_names for a in found.names), path
            elif isinstance(found, ast.ImportFrom):
                inside = 2 if path.parent.name in {"kinds", "claims"} else 1
                assert 1 <= found.level <= inside or (
                    found.level == 0 and (found.module or "").split(".")[0] in sys.stdlib_module_names
                ), path


def test_no_floating_point_in_the_checker():
    for path in PACKAGE.rglob("*.py"):
        for found in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(found, ast.Constant) and isinstance(found.value, float)), path
            assert not (isinstance(found, ast.Name) and found.id == "float"), path


def test_the_kinds_are_found():
    assert {"identity", "stationary", "gradient", "witness-gradient", "witness-values", "convex"} <= set(
        verifiers()
    )


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        "x",
        {},
        {"kind": 3},
        {"kind": ["identity"]},
        {"kind": "identity"},
        {"kind": "nothing"},
        {"kind": "identity", "left": ["num", 0.5], "right": num(1)},
        {"kind": "identity", "left": ["sum"], "right": num(1)},
        {"kind": "identity", "left": ["add", 5], "right": num(1)},
        {"kind": "identity", "left": ["num", "1e3"], "right": num(1)},
        {"kind": "identity", "left": ["num", "1/0"], "right": num(1)},
        identity(1, 1, free=[1]),
        identity(1, 1, sizes={"n": 0}),
        identity(1, 1, sizes={"k": 2}),
        identity(1, 1, sizes={"n": True}),
        identity(1, 1, sizes={"n": 10**9}),
        identity(1, 1, free={"n": "n"}),
        identity(1, 1, parameters={"g": "huge"}),
        identity(1, 1, arrays={"t": "real"}),
        identity(1, 1, arrays={"s": "positive"}),
        identity(1, 1, simplex="yes"),
        identity(1, 1, free={"i": "k"}),
        identity(s("j"), s("j")),
        identity(["sym", "g"], ["sym", "g"]),
        identity(["at", "w", ["j"]], 1),
        identity(total("j", "k", 1), 1),
        identity(total("n", "m", 1), 1),
        identity(["prod", "j", "m", [], s("j")], 1),
        identity(total("j", "m", s("j"), ("gt", "j", 1)), 1),
        identity(total("j", "m", add(s("j"), s(1, "j"))), 1),
        identity(total("i", "n", add(s("i"), total("j", "m", s("j")))), 1),
        stationary(LOSS_1, t("i", "j")),
        stationary(LOSS_1, SOFTMAX, ["m", "n"]),
        stationary(s("i", "j")),
    ],
)
def test_malformed_certificates_are_refused(bad):
    result = check(bad)
    assert not result.accepted and result.reason


def _nested(depth):
    node = num(1)
    for _ in range(depth):
        node = exp(node)
    return node


@pytest.mark.parametrize(
    "big",
    [
        identity(power(2, power(10, 9)), 1),
        identity(power("1/3", "1000000007/3"), 1),
        identity(power(7, 100000), 1),
        identity(power(total("k", "m", exp(s("k"))), 1000), 1),
        identity(_nested(5000), 1),
        identity(mul(*[add(s(1), k) for k in range(1, 400)]), 1, shapes={"s": ["m"]}),
        stationary(LOSS_1, SOFTMAX, sizes={"n": 64, "m": 64}),
        stationary(LOSS_1, SOFTMAX, sizes={"m": 10}),
        gradient(LOSS_1, SOFTMAX, [[str(10**290 + k) for k in range(20)]] * 20, [1, 2]),
    ],
)
def test_huge_certificates_are_refused(big):
    assert not check(big).accepted


def _scramble(rng, node):
    """Replace one random part by something else."""
    spots = [()]

    def walk(x, path):
        for k, y in x.items() if isinstance(x, dict) else enumerate(x) if isinstance(x, list) else ():
            spots.append((*path, k))
            walk(y, (*path, k))

    walk(node, ())
    path = rng.choice(spots[1:])
    target = node
    for k in path[:-1]:
        target = target[k]
    target[path[-1]] = rng.choice(
        [None, 0, -1, 1.5, True, "", "j", "zz", [], {}, ["num", "1"], [["ne", "j", "k"]], {"a": 1}]
    )
    return node


def test_scrambled_certificates_never_raise():
    bases = [*ALL.values(), *CONVEX.values(), *STRICT.values(), gradient(LOSS_1, SOFTMAX, ROW, [1, 2])]
    bases = [json.loads(json.dumps(b)) for b in bases]
    for seed in range(600):
        rng = random.Random(seed)
        result = check(_scramble(rng, copy.deepcopy(rng.choice(bases))))
        assert result.accepted or result.reason

"""True certificates, with names."""

from .build import (
    ALPHA,
    BRIER,
    CROSS_ENTROPY,
    GCE,
    LOSS_1,
    LOSS_3,
    MULTI,
    MULTI_LINK,
    PAIRWISE,
    QUADRATIC,
    REVERSE_KL,
    SOFTMAX,
    SPHERICAL,
    M,
    add,
    at,
    div,
    exp,
    identity,
    log,
    mul,
    neg,
    over_entries,
    power,
    prod,
    s,
    softmax,
    stationary,
    sub,
    sym,
    t,
    total,
)

IJ = {"free": {"i": "n", "j": "m"}}
B = at("B", "i", "j")
Z = total("k", "m", exp(s("k")))
MARGINS = over_entries(
    mul(t("i", "j"), log(add(1, total("k", "m", exp(sub(s("i", "k"), s("i", "j"))), ("ne", "k", "j")))))
)


def sigmoid(x):
    return power(add(1, exp(neg(x))), -1)


STATIONARY = {
    "loss-3": stationary(LOSS_3),
    "pairwise": stationary(PAIRWISE),
    "quadratic": stationary(QUADRATIC),
    "cross-entropy": stationary(CROSS_ENTROPY),
    "brier": stationary(BRIER),
    "spherical": stationary(SPHERICAL),
    "reverse KL": stationary(REVERSE_KL),
    "alpha": stationary(ALPHA),
    "loss-1, m = 2": stationary(LOSS_1, softmax(scale=2), sizes={"m": 2}),
    "multi-label": stationary(MULTI, MULTI_LINK, ["n"]),
    "generalised cross-entropy": stationary(GCE, softmax(scale=sub(1, sym("q"))), parameters={"q": "unit"}),
}

_U = total("i", "n", mul(t("i"), exp(neg(s("i")))))
_V = total("i", "n", mul(sub(1, t("i")), exp(s("i"))))
_A, _B = add(1, _U), add(1, _V)
_NEG, _POS = ("in", "j", "Omega_neg"), ("in", "k", "Omega_pos")

HARD = {"labels": "hard", "simplex": True}
IDENTITIES = {
    "hard labels, quadratic": identity(QUADRATIC, LOSS_1, shape=["n", "m"], **HARD),
    "hard labels, powers": identity(
        over_entries(mul(power(t("i", "j"), 3), exp(s("i", "j")))),
        over_entries(mul(power(t("i", "j"), "1/2"), exp(s("i", "j")))), shape=["n", "m"], **HARD,
    ),
    "hard labels of tasks": identity(
        total("i", "n", mul(t("i"), sub(1, t("i")), exp(s("i")))), 0, shape=["n"], **HARD
    ),
    "hard labels, two classes at once": identity(
        total("j", "m", total("k", "m", mul(t("i", "j"), t("i", "k"), s("i", "j"), s("i", "k")))),
        total("j", "m", mul(t("i", "j"), power(s("i", "j"), 2))), free={"i": "n"}, shape=["n", "m"], **HARD,
    ),
    "margins": identity(CROSS_ENTROPY, MARGINS),
    "log of a product over i": identity(
        over_entries(mul(t("i", "j"), log(B))),
        total("j", "m", log(prod("i", "n", power(B, t("i", "j"))))),
        arrays={"B": "positive"},
    ),
    "log a + log b": identity(
        add(log(sym("a")), log(sym("b"))),
        log(mul(sym("a"), sym("b"))),
        parameters={"a": "positive", "b": "positive"},
    ),
    "class sets": identity(
        mul(total("j", "m", exp(s("j")), _NEG), total("k", "m", exp(neg(s("k"))), _POS)),
        total("j", "m", total("k", "m", exp(sub(s("j"), s("k"))), _POS), _NEG),
    ),
    "symmetric pairs": identity(
        total("j", "m", total("k", "m", mul(s("j"), s("k")), ("lt", "j", "k"))),
        mul("1/2", sub(power(total("j", "m", s("j")), 2), total("j", "m", power(s("j"), 2)))),
    ),
    "root of a square, positive": identity(power(power(t("j"), 2), "1/2"), t("j"), free={"j": "m"}),
    "roots of even powers": identity(
        power(power(s("j"), 2), "3/2"), mul(power(s("j"), 2), power(power(s("j"), 2), "1/2")), free={"j": "m"}
    ),
    "sigmoids": identity(total("i", "n", add(sigmoid(s("i")), sigmoid(neg(s("i"))))), sym("n")),
    "tanh": identity(["tanh", s("i")], sub(mul(2, sigmoid(mul(2, s("i")))), 1), free={"i": "n"}),
    "ordered pairs": identity(total("j", "m", total("k", "m", 1, ("ne", "j", "k"))), mul(M, sub(M, 1))),
    "pairs j <= k": identity(total("j", "m", total("k", "m", 1, ("le", "j", "k"))), mul("1/2", M, add(M, 1))),
    "literal": identity(total("j", "m", ["delta", "j", 2]), 1),
    "summands": identity(
        total("j", "m", div(exp(s("j")), add(exp(s("j")), t("j")))),
        sub(M, total("j", "m", div(t("j"), add(exp(s("j")), t("j"))))),
    ),
    "symmetrised summands": identity(
        total("j", "m", total("k", "m", div(exp(s("j")), add(exp(s("j")), exp(s("k")))))),
        mul("1/2", power(M, 2)),
    ),
    "indicator in a log": identity(
        total("j", "m", log(add(1, ["delta", "j", "k"]))), log(2), free={"k": "m"}
    ),
    "product of constants": identity(prod("j", "m", 2), power(2, M)),
    "numbers": identity(power(8, "1/2"), mul(2, power(2, "1/2"))),
    "one minus a softmax": identity(
        log(sub(1, SOFTMAX)),
        sub(log(total("k", "m", exp(s("i", "k")), ("ne", "k", "j"))), log(total("k", "m", exp(s("i", "k"))))),
        **IJ,
    ),
    "power of a sum": identity(div(Z, power(Z, 3)), power(Z, -2)),
    "variance": identity(
        total("j", "m", power(sub(s("j"), div(total("k", "m", s("k")), M)), 2)),
        sub(total("j", "m", power(s("j"), 2)), div(power(total("k", "m", s("k")), 2), M)),
    ),
    "a product of two logarithms": identity(
        add(log(_A), log(_B)), log(add(1, _U, _V, mul(_U, _V))), shape=["n"]
    ),
    "logarithms in a sum": identity(
        total("i", "n", mul(t("i"), add(log(add(1, exp(s("i")))), log(add(s("i"), 2))))),
        total("i", "n", mul(t("i"), log(add(s("i"), 2, mul(exp(s("i")), s("i")), mul(2, exp(s("i"))))))),
        shape=["n"],
    ),
    "log of a square": identity(log(power(s("j"), 2)), mul(2, log(s("j"))), free={"j": "m"}),
    "a root in a logarithm": identity(
        log(add(1, mul(2, s("j")), power(s("j"), 2))),
        mul("2/3", log(power(add(1, s("j")), 3))),
        free={"j": "m"},
    ),
    "simplex": identity(total("j", "m", t("i", "j")), 1, free={"i": "n"}, simplex=True),
    "simplex, m = 3": identity(
        total("j", "m", t("i", "j")), 1, free={"i": "n"}, simplex=True, sizes={"m": 3}
    ),
    "rational, sizes fixed": identity(
        add(div(1, add(s(1), s(2))), div(1, sub(s(1), s(2)))),
        div(mul(2, s(1)), sub(power(s(1), 2), power(s(2), 2))),
        sizes={"m": 2},
        shapes={"s": ["m"]},
    ),
    "order of derivatives": identity(
        ["dfn", "f", "s", ["i", "j"], ["k", "l"]],
        ["dfn", "f", "s", ["i", "j"], ["l", "k"]],
        free={"i": "n", "j": "m", "k": "m", "l": "m"},
    ),
}

GRADIENTS = {
    "cross-entropy": {
        "kind": "gradient",
        "loss": CROSS_ENTROPY,
        "shape": ["n", "m"],
        "gradient": sub(mul(total("k", "m", t("i", "k")), SOFTMAX), t("i", "j")),
    },
    "undefined function": {
        "kind": "gradient",
        "shape": ["n", "m"],
        "loss": over_entries(mul(t("i", "j"), ["fn", "f", "s", ["i", "j"]])),
        "gradient": total("k", "m", mul(t("i", "k"), ["dfn", "f", "s", ["i", "k"], ["j"]])),
    },
    "weighted by position": {
        "kind": "gradient",
        "shape": ["m"],
        "loss": total("j", "m", mul(power(sym("j"), -1), exp(s("j")))),
        "gradient": mul(power(sym("j"), -1), exp(s("j"))),
    },
}

ALL = {**STATIONARY, **IDENTITIES, **{f"gradient of {k}": v for k, v in GRADIENTS.items()}}

FALSE = {
    "soft labels, quadratic": identity(QUADRATIC, LOSS_1, shape=["n", "m"], simplex=True),
    "hard labels, loss-3": identity(LOSS_3, LOSS_1, shape=["n", "m"], **HARD),
    "hard labels of two tasks": identity(
        mul(total("i", "n", mul(t("i"), s("i"))), total("i", "n", mul(t("i"), s("i")))),
        total("i", "n", mul(t("i"), power(s("i"), 2))), shape=["n"], **HARD,
    ),
    "hard labels, inverse powers": identity(
        total("j", "m", mul(power(t("i", "j"), -1), s("i", "j"))), total("j", "m", mul(t("i", "j"), s("i", "j"))),
        free={"i": "n"}, shape=["n", "m"], **HARD,
    ),
    "hard labels of two rows": identity(
        mul(total("i", "n", t("i", 1)), total("i", "n", t("i", 2))), 0, shape=["n", "m"], **HARD
    ),
    "loss-1 with softmax": stationary(LOSS_1),
    "loss-1 with softmax of 2 s": stationary(LOSS_1, softmax(scale=2)),
    "loss-1, m = 2, softmax": stationary(LOSS_1, sizes={"m": 2}),
    "cross-entropy, softmax of 2 s": stationary(CROSS_ENTROPY, softmax(scale=2)),
    "|s| is not s": identity(power(power(s("j"), 2), "1/2"), s("j"), free={"j": "m"}),
    "|s| is not s, product": identity(power(mul(s("j"), s("j")), "1/2"), s("j"), free={"j": "m"}),
    "ranges differ": identity(total("j", "m", ["iverson", ["ne", "j", "i"]]), sub(M, 1), free={"i": "n"}),
    "sum of positions": identity(total("j", "m", sym("j")), mul("1/2", M, M)),
    "labels do not sum to one": identity(total("j", "m", t("i", "j")), 1, free={"i": "n"}),
    "an excluded class matters": identity(
        total("k", "m", exp(s("k")), ("ne", "k", "j")), total("k", "m", exp(s("k"))), free={"j": "m"}
    ),
    "nowhere defined": identity(power(sub(M, M), -1), power(sub(M, M), -1)),
    "an empty sum of something undefined": identity(
        total("k", "m", power(sub(M, 1), -1), ("ne", "k", "j")), 1, free={"j": "m"}
    ),
    "an empty class set": identity(
        total("j", "m", div(exp(s("j")), total("k", "m", exp(s("k")), ("in", "k", "Omega_neg"))), _NEG), 1
    ),
    "a product of two logarithms": identity(
        add(log(_A), log(_B)), log(add(1, _U, _V, mul(2, _U, _V))), shape=["n"]
    ),
    "logarithms of opposite products": identity(
        add(log(add(1, s("j"))), log(add(2, s("j")))),
        log(neg(mul(add(1, s("j")), add(2, s("j"))))),
        free={"j": "m"},
    ),
    "log of minus one": identity(log(-1), log(-1)),
    "even power of a negative base": identity(power(power(-1, M), 2), 1),
    "row derivative": {
        "kind": "gradient",
        "shape": ["n", "m"],
        "loss": over_entries(mul(t("i", "j"), ["fn", "f", "s", ["i", "j"]])),
        "gradient": total("k", "m", mul(t("i", "k"), ["dfn", "f", "s", ["i", "j"], ["k"]])),
    },
}

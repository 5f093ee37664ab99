"""Small builders for expressions, and the losses the tests use."""

from typing import Any

Node = list[Any]


def num(x) -> Node:
    return ["num", str(x)]


def sym(name: str) -> Node:
    return ["sym", name]


def node(x) -> Node:
    return num(x) if isinstance(x, int) else num(x) if isinstance(x, str) else x


def add(*xs) -> Node:
    return ["add", [node(x) for x in xs]]


def mul(*xs) -> Node:
    return ["mul", [node(x) for x in xs]]


def neg(x) -> Node:
    return mul(-1, x)


def sub(a, b) -> Node:
    return add(a, neg(b))


def power(a, b) -> Node:
    return ["pow", node(a), node(b)]


def div(a, b) -> Node:
    return mul(a, power(b, -1))


def exp(x) -> Node:
    return ["exp", node(x)]


def log(x) -> Node:
    return ["log", node(x)]


def at(name: str, *idx) -> Node:
    return ["at", name, list(idx)]


def s(*idx) -> Node:
    return at("s", *idx)


def t(*idx) -> Node:
    return at("t", *idx)


def total(index: str, size: str, body, *conds) -> Node:
    return ["sum", index, size, [list(c) for c in conds], node(body)]


def prod(index: str, size: str, body, *conds) -> Node:
    return ["prod", index, size, [list(c) for c in conds], node(body)]


def softmax(i="i", j="j", scale=1, k="z") -> Node:
    def e(x):
        return exp(s(i, x) if scale == 1 else mul(scale, s(i, x)))

    return div(e(j), total(k, "m", e(k)))


SOFTMAX = softmax()

N, M = sym("n"), sym("m")
LOSS_1 = total(
    "j",
    "m",
    log(
        add(
            1,
            total(
                "i",
                "n",
                total("k", "m", mul(t("i", "j"), exp(sub(s("i", "k"), s("i", "j")))), ("ne", "k", "j")),
            ),
        )
    ),
)
LOSS_3 = total(
    "j",
    "m",
    log(
        add(
            1,
            total(
                "i",
                "n",
                mul(t("i", "j"), exp(add(neg(s("i", "j")), mul(power(M, -1), total("k", "m", s("i", "k")))))),
            ),
        )
    ),
)
PAIRWISE = total(
    "j",
    "m",
    total(
        "k",
        "m",
        log(add(1, total("i", "n", mul(t("i", "j"), exp(mul("1/2", sub(s("i", "k"), s("i", "j")))))))),
        ("ne", "j", "k"),
    ),
)
QUADRATIC = total(
    "j",
    "m",
    log(
        add(
            1,
            total(
                "i",
                "n",
                mul(
                    t("i", "j"),
                    total(
                        "k",
                        "m",
                        total(
                            "l",
                            "m",
                            mul(power(t("i", "k"), 2), exp(sub(s("i", "l"), s("i", "k")))),
                            ("ne", "k", "l"),
                        ),
                    ),
                ),
            ),
        )
    ),
)


def over_entries(body) -> Node:
    return total("i", "n", total("j", "m", body))


CROSS_ENTROPY = neg(over_entries(mul(t("i", "j"), log(SOFTMAX))))
BRIER = over_entries(power(sub(t("i", "j"), SOFTMAX), 2))
SPHERICAL = neg(
    total(
        "i",
        "n",
        div(total("j", "m", mul(t("i", "j"), SOFTMAX)), power(total("j", "m", power(SOFTMAX, 2)), "1/2")),
    )
)
REVERSE_KL = over_entries(mul(SOFTMAX, log(div(SOFTMAX, t("i", "j")))))
ALPHA = neg(over_entries(mul(power(t("i", "j"), "3/10"), power(SOFTMAX, "7/10"))))
FOCAL = neg(over_entries(mul(t("i", "j"), power(sub(1, SOFTMAX), sym("g")), log(SOFTMAX))))
GCE = over_entries(mul(t("i", "j"), sub(1, power(SOFTMAX, sym("q"))), power(sym("q"), -1)))
MULTI = add(
    log(add(1, total("i", "n", mul(t("i"), exp(neg(s("i"))))))),
    log(add(1, total("i", "n", mul(sub(1, t("i")), exp(s("i")))))),
)
MULTI_LINK = power(add(1, exp(mul(-2, s("i")))), -1)


def stationary(loss, link=SOFTMAX, shape=("n", "m"), **more) -> dict:
    return {"kind": "stationary", "loss": loss, "link": link, "shape": list(shape), **more}


def identity(left, right, **more) -> dict:
    return {"kind": "identity", "left": node(left), "right": node(right), **more}

"""Losses that are increasing functions of a function of each row, for the tests of that kind of certificate."""

from .build import add, at, exp, log, mul, neg, power, s, sub, t, total

ROW_BRIER = total("h", "m", power(sub(t("i", "h"), s("i", "h")), 2))
ROW_EXP = total("h", "m", mul(t("i", "h"), exp(neg(s("i", "h")))))
D = at("D", "i")


def increasing(inner, outer, put, **more):
    """A certificate with its loss, ``put`` being the outer function of an expression."""
    return {"kind": "increasing", "shape": ["n", "m"], "loss": put(inner), "inner": inner, "outer": outer, **more}


def each_row(body):
    return log(add(1, total("i", "n", body)))


def weighted(body):
    return total("j", "m", log(add(2, total("i", "n", mul(t("i", "j"), body)))))

r"""A soundness campaign over random piecewise losses: maxima and minima over an index, |x|, hinges and clips.

Each is printed and read again, lowered to code, and differentiated, and values and derivatives are compared with the
oracle's at 40 digits, beside kinks; then every claim is judged, and the oracle looks for what contradicts a verdict.

    python tests/campaign_piecewise.py --formulas 200 --seed 7 --kept piecewise.jsonl
"""

from __future__ import annotations

import random
import sys
from collections import Counter

import mpmath
import numpy as np
from campaign_kinds import judged
from claims.data import Data
from long_run import run
from numeric_oracle import evaluate

from nmderive.calculus.extrema import IndexExtremum
from nmderive.errors import NmderiveError
from nmderive.losses.reading import read
from nmderive.notation import to_latex
from nmderive.numeric.lower import lower

SECONDS = 240.0
STEP = mpmath.mpf(10) ** -14
#: Affine in the logits of row i at the class X.
ENTRIES = ("s_{i,X}", "2 s_{i,X}", "s_{i,X} - t_{i,X}", "1 - s_{i,X}", "s_{i,X} - s_{i,1}")
WEIGHTS = ("", "", "t_{i,j} ", "(1-t_{i,j}) ", "t_{i,j}^2 ", "2 ")
FRAMES = (r"\sum_i\sum_j {w}\left({x}\right)",) * 3 + (
    r"\sum_i\left({y}\right)", r"\sum_i\sum_j {w}\left({x}\right) + \sum_i\left({y}\right)",
    r"-\sum_i\sum_j t_{i,j}\log p_{i,j} + \sum_i\left({y}\right)", r"\max_i \sum_j \left|{x}\right|",
    r"\sum_i\sum_j {w}\left({x}\right)^2", r"\log\left(1 + \sum_i\sum_j e^{{x}}\right)",
    r"\sum_j\log\left(1 + \sum_i t_{i,j}e^{{x}}\right)", r"\sum_i\sum_j t_{i,j}\max\left(-\log p_{i,j}, {x}\right)",
    r"\sum_i\left(1 - \max_k p_{i,k}\right) + \sum_i\sum_j {w}\left({x}\right)",
)


def _of_row(rng: random.Random) -> str:
    """Return a piece of row i alone."""
    entry = rng.choice(ENTRIES).replace("X", "k")
    return rng.choice((
        rf"\max_k \left({entry}\right)", rf"\min_k \left({entry}\right)", rf"\max_{{k\neq 1}} \left({entry}\right)",
        rf"\max_k \left|{entry}\right|", rf"\max_k \left({entry}\right) - \sum_j t_{{i,j}} s_{{i,j}}",
        rf"\max\left(0, \max_k \left({entry}\right)\right)",
        r"\max_k s_{i,k} - \min_k s_{i,k}", r"\left(\max_k t_{i,k}\right) \left(\max_k s_{i,k} - s_{i,1}\right)",
    ))


def _of_class(rng: random.Random, deep: int = 1) -> str:
    """Return a piece of row i and class j."""
    other, own = rng.choice(ENTRIES).replace("X", "k"), rng.choice(ENTRIES).replace("X", "j")
    pieces = [
        rf"\max_{{k\neq j}} \left({other}\right) - s_{{i,j}}", rf"\max_k \left({other}\right) - s_{{i,j}}",
        rf"\max_{{k\neq j}} \left({other} - s_{{i,j}}\right)", rf"s_{{i,j}} - \min_{{k\neq j}} \left({other}\right)",
        rf"\left|{own}\right|", rf"\text{{clip}}\left({own}, -1, 1\right)",
    ]
    if deep:
        inner, second = _of_class(rng, deep - 1), _of_class(rng, 0)
        pieces += [rf"\max\left(0, 1 + {inner}\right)"] * 3 + [
            rf"\min\left({inner}, {second}\right)", rf"\left|{inner}\right|", rf"{inner} + \left({second}\right)"]
    return rng.choice(pieces)


def formula(rng: random.Random) -> str:
    """Return a loss in LaTeX; half of them hold a maximum or minimum over an index, or more."""
    text = rng.choice(FRAMES).replace("{w}", rng.choice(WEIGHTS))
    return text.replace("{x}", _of_class(rng)).replace("{y}", _of_row(rng))


def values_differ(loss) -> str:
    """Compare code, derivative and the printed formula with the oracle at sizes that the loss speaks of."""
    again, code = read(to_latex(loss.expr)), lower(loss)
    for n, m in ((1, 3), (2, 3), (3, 4), (2, 2), (1, 1)):
        if n < loss.least_sizes.get("n", 1) or m < loss.least_sizes.get("m", 1):
            continue
        data = Data(loss, n, m)
        s, t = (np.array([float(x[e]) for e in data.entries]).reshape(n, m) for x in (data.s, data.t))
        data.s, data.t = ({e: mpmath.mpf(x[e[0] - 1, e[1] - 1]) for e in data.entries} for x in (s, t))
        value, gradient = code.value_and_grad(s, t)
        wanted = data.value()
        if abs(value - wanted) > 1e-9 * (1 + abs(wanted)):
            return f"the code has the value {value}, not {mpmath.nstr(wanted, 12)}, at n={n}, m={m}"
        if abs(Data.value(_as(data, again)) - wanted) > mpmath.mpf(10) ** -25:
            return "what is printed is another formula"
        for e in data.entries:
            up, down = (data.value({**data.s, e: data.s[e] + x}) for x in (STEP, -STEP))
            slope, at = (up - down) / (2 * STEP), dict(zip(loss.indices, e, strict=True))
            own = evaluate(loss.gradient, {"n": n, "m": m}, data.s, data.t, {}, None, at)
            if abs(own - slope) > 1e-10 or abs(gradient[e[0] - 1, e[1] - 1] - slope) > 1e-8 * (1 + abs(slope)):
                return f"the derivative at {e} is {mpmath.nstr(slope, 8)}, at n={n}, m={m}"
    return ""


def _as(data: Data, loss) -> Data:
    other = Data(loss, data.n, data.m)
    other.s, other.t = data.s, data.t
    return other


def one(seed: str, number: int) -> tuple[Counter, list[str]]:
    """Judge one loss of a campaign: the same whatever was judged before."""
    rng, counts = random.Random(f"piecewise {seed} {number}"), Counter()
    text = formula(rng)
    try:
        loss = read(text)
    except NmderiveError as error:
        return Counter({("loss", "read", "refused"): 1}), [f"{text}: {error.message}"]
    counts["loss", "maximum over an index", str(loss.expr.has(IndexExtremum))] += 1
    problem = values_differ(loss)
    return counts, [*([f"{text}: {problem}"] if problem else []), *judged(text, [], counts, "loss")]


if __name__ == "__main__":
    sys.exit(run(__doc__, one))

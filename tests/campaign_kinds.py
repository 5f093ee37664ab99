"""A soundness campaign over kinds of losses that mutants of the catalogue are not.

Unused indices, literal and double exclusions, ordered and literal ranges, symbolic powers, poles, coefficients that may
vanish, binary tasks, class sets, parameters with domains, labels outside of logarithms. Every claim is judged, and
`equal` with its options; the oracle evaluates at 40 digits, sizes of one and past every literal among them.

    python tests/campaign_kinds.py --formulas 1000 --seed 7 --kept kinds.jsonl

With --kept what was judged is written there, a line a formula, and a run that was stopped goes on behind it.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from itertools import product

import mpmath
from campaign import disagreement
from claims.data import Data
from claims.oracle import contradiction
from long_run import run

import nmderive
from nmderive.claims import claim_names
from nmderive.errors import NmderiveError
from nmderive.losses.reading import read
from nmderive.verify import FAULT, judge_one

#: A convex or usual core, to which a part of some kind is added.
CORES = (
    r"-\sum_i\sum_j t_{i,j}\log p_{i,j}", r"\sum_j\log(1+\sum_i t_{i,j}e^{\bar{s}_i-s_{i,j}})",
    r"\sum_i\sum_j (s_{i,j}-t_{i,j})^2", r"\sum_i\sum_j (p_{i,j}-t_{i,j})^2",
    r"\sum_i\sum_j e^{s_{i,j}}-t_{i,j}s_{i,j}", r"\sum_i\log\sum_j e^{s_{i,j}}",
)
KINDS = {
    "unused index": (
        r"\sum_i\sum_{k\neq LIT} {core1}",
        r"\sum_i \prod_{k\neq LIT} e^{s_{i,1}}",
        r"\sum_i\sum_j\sum_{k\neq j} s_{i,j}",
    ),
    "exclusions": (
        r"\sum_i\sum_{k\neq 1, k\neq LIT} s_{i,k}^2",
        r"\sum_i\sum_j\sum_{k\neq j, k\neq LIT} t_{i,j} s_{i,k}",
    ),
    "ranges": (
        r"\sum_i\sum_{k=LIT}^m s_{i,k}^2",
        r"\sum_i\sum_{j<k} (s_{i,j}-s_{i,k})^2",
        r"\sum_i\sum_{k=2}^m e^{s_{i,k}}",
    ),
    "powers": (
        r"\sum_i\sum_j (1-2t_{i,j})^{g}e^{s_{i,j}}",
        r"\sum_i\sum_j (1-p_{i,j})^{g}",
        r"\sum_i\sum_j t_{i,j}^{g} s_{i,j}^2",
        r"\sum_i\sum_j (e^{s_{i,j}}+1)^{-g}",
    ),
    "poles": (
        r"\sum_i\sum_j \frac{t_{i,j}}{p_{i,j}-1/LIT}",
        r"\sum_i\sum_j \frac{1}{t_{i,j}-1/LIT}",
        r"\sum_i\sum_j t_{i,j}\log(2-e^{s_{i,j}})",
    ),
    "vanishing": (
        r"(m-2)\sum_i\sum_j s_{i,j}^2",
        r"(g-1)\sum_i\sum_j s_{i,j}^2",
        r"\log(1+\sum_i\sum_j e^{(m-2)s_{i,j}})",
        r"\sum_i\sum_j (g s_{i,j}-t_{i,j})^2",
    ),
    "kinks": (
        r"\sum_i\sum_j |s_{i,j}-t_{i,j}|",
        r"\sum_i\sum_j |p_{i,j}-t_{i,j}|",
        r"\sum_i\sum_j |p_{i,j}-1/LIT|",
        r"\sum_i\sum_j t_{i,j}|p_{i,j}-1/LIT|",
        r"\sum_i\sum_j \max(0, 1-s_{i,j}(2t_{i,j}-1))",
        r"\sum_i\sum_j t_{i,j}\sum_{k\neq j}\max(0, LIT+s_{i,k}-s_{i,j})",
        r"\sum_i\sum_j t_{i,j}\max(-\log p_{i,j}, 1/LIT)",
        r"\sum_i\sum_j t_{i,j}\min(-\log p_{i,j}, LIT)",
        r"\sum_i\sum_j (1-t_{i,j}) \max(p_{i,j}-1/LIT, 0)^LIT",
        r"\sum_i\sum_j |s_{i,j}|",
        r"\sum_i |\sum_j s_{i,j}|",
        r"\sum_i |\bar{s}_i - s_{i,1}|",
        r"\sum_i\sum_j e^{-|s_{i,j}|}",
        r"\sum_i\sum_j\log(1+|s_{i,j}|)",
        r"\sum_i\sum_j (\max(s_{i,j},0)-s_{i,j}t_{i,j}+\log(1+e^{-|s_{i,j}|}))",
        r"\sum_i \sqrt{\sum_j (s_{i,j}-t_{i,j})^2}",
        r"\sum_i\sum_j \text{clip}(s_{i,j}, -LIT, LIT) t_{i,j}",
        r"\sum_i\sum_j\sum_{k<j} |s_{i,j}-s_{i,k}|",
        r"\sum_i\max(s_{i,1}, 0)\sum_j s_{i,j}^2",
    ),
    "maxima": (
        r"\sum_i\sum_j t_{i,j}\max(0, LIT+\max_{k\neq j} s_{i,k}-s_{i,j})",
        r"\sum_i\max_j s_{i,j}",
        r"\sum_i\min_{k\neq LIT} s_{i,k}",
        r"\sum_i(\max_k s_{i,k}-\min_k s_{i,k})",
        r"\sum_i\sum_j t_{i,j}(\max_k s_{i,k}-s_{i,j})",
        r"\sum_i\max_j |s_{i,j}-t_{i,j}|",
        r"\sum_i\sum_j\max_{k\neq j}(s_{i,k}-s_{i,j})^2",
        r"\sum_i(1-\max_j p_{i,j})",
        r"\sum_i\max_j t_{i,j}\sum_j s_{i,j}^2",
        r"\max_i\sum_j s_{i,j}^2",
        r"\sum_i\max_j e^{s_{i,j}}-LIT",
        r"\sum_i\log(1+\max_j e^{s_{i,j}})",
        r"\sum_i\frac{\max_j t_{i,j}}{\min_j t_{i,j}}s_{i,1}^2",
        r"\sum_i\sum_j\max_{k\neq j, k\neq LIT} s_{i,k}t_{i,j}",
    ),
    "modulo m": (
        r"\sum_i\sum_j (s_{i,j+LIT}-s_{i,j})^2",
        r"\sum_i\sum_j t_{i,j+1}s_{i,j}",
        r"\sum_i\sum_j e^{s_{i,2j}-s_{i,j}}",
        r"\sum_i\sum_{j=1}^{m-1} s_{i,j}s_{i,j+1}",
        r"\sum_i\sum_j\sum_{d=1}^{m-1} t_{i,j}e^{s_{i,j+d}-s_{i,j}}",
        r"\sum_i\sum_j\sum_{k\neq j+1} t_{i,j}e^{s_{i,k}-s_{i,j}}",
        r"\sum_j\log(1+\sum_i t_{i,j}e^{s_{i,j+LIT}-s_{i,j}})",
        r"\sum_{d=1}^{m-1}\sum_j\log(1+\sum_i t_{i,j}e^{s_{i,j+d}-s_{i,j}})",
        r"\sum_i\log\sum_d\prod_j(1+t_{i,j}e^{s_{i,j+d}})",
    ),
    "positions": (
        r"\sum_i\sum_j j s_{i,j}^2",
        r"\sum_i\sum_j (j-LIT) s_{i,j}^2",
        r"\sum_i\sum_j \frac{1}{j} t_{i,j}\log(1+e^{-s_{i,j}})",
        r"\sum_i \frac{1}{i}\sum_j (p_{i,j}-t_{i,j})^2",
        r"\sum_i (LIT-i)\sum_j (p_{i,j}-t_{i,j})^2",
        r"\sum_i\sum_j (s_{i,j}-j)^2",
        r"\sum_i\sum_j e^{j s_{i,j}}",
        r"\sum_i\log\sum_j j e^{s_{i,j}}",
        r"\sum_j\log(1+\sum_i t_{i,j}e^{-j s_{i,j}})",
        r"\sum_j\log(1+\sum_i i t_{i,j}e^{-s_{i,j}})",
        r"\sum_j\frac{1}{j}\log(1+\sum_i t_{i,j}e^{\bar{s}_i-s_{i,j}})",
        r"\sum_i\sum_j\sum_{k>j} (k-j) t_{i,j}e^{s_{i,k}-s_{i,j}}",
        r"\sum_i\sum_j (1-j t_{i,j}) e^{s_{i,j}}",
        r"\sum_i (\sum_j j p_{i,j}-\sum_j j t_{i,j})^2",
        r"-\sum_i\sum_j t_{i,j}\log(j p_{i,j})",
        r"-\sum_i\sum_j t_{i,j}^{j}\log p_{i,j}",
        r"\sum_i\sum_j (1-p_{i,j})^{j} t_{i,j}",
        r"\sum_i \log(i+\sum_j e^{s_{i,j}})",
        r"\sum_i\sum_j t_{i,j}|s_{i,j}-j|",
        r"\sum_i\sum_j t_{i,j}\max(0, j+s_{i,1}-s_{i,j})",
    ),
    "signs of labels": (
        r"\sum_i\sum_j [t_{i,j}>0] s_{i,j}",
        r"\sum_i\sum_j (1-[t_{i,j}>0]) s_{i,j}^2",
        r"\sum_i\sum_j \operatorname{sign}(t_{i,j}) e^{s_{i,j}}",
        r"\sum_i\sum_j [t_{i,j}>0] (-\log p_{i,j})",
        r"\sum_i\sum_j [t_{i,j}\ge 1] (-\log p_{i,j})",
        r"\sum_i\sum_j\sum_k [t_{i,j}>t_{i,k}]\log(1+e^{s_{i,k}-s_{i,j}})",
        r"\sum_i\sum_j\sum_k \operatorname{sign}(t_{i,j}-t_{i,k})(s_{i,k}-s_{i,j})",
        r"\sum_i\sum_j |t_{i,j}-t_{i,1}| s_{i,j}",
        r"\sum_i\sum_j \operatorname{sign}(g) s_{i,j}^2",
    ),
    "own sets": (
        r"\sum_i\sum_{j\in P} s_{i,j}^2",
        r"\sum_i\sum_{j\in P} (1-t_{i,j}) e^{s_{i,j}}",
        r"\sum_i\log(1+\sum_{j\in P} e^{s_{i,j}})",
        r"-\sum_i\sum_{j\in P} \log p_{i,j}",
    ),
    "shares": (
        r"\sum_i\sum_j (LIT-t_{i,j}) p_{i,j}",
        r"\sum_i\sum_j (1-t_{i,j})^LIT p_{i,j}",
        r"\sum_i\sum_j (1-LIT t_{i,j}) p_{i,j}",
        r"\sum_i\sum_j (LIT-t_{i,j}) \max(0, 1+s_{i,j}-\bar{s}_i)",
        r"\sum_i\sum_j (1/LIT-t_{i,j}) \max(0, 1+s_{i,j}-\bar{s}_i)",
        r"\sum_i\sum_j (1-t_{i,j}) \max(0, LIT-s_{i,j}+\bar{s}_i)",
    ),
    "separable": (
        r"-\sum_i\sum_j t_{i,j}(1-p_{i,j})^LIT\log p_{i,j}",
        r"\sum_i\sum_j (t_{i,j}(1-p_{i,j})^LIT-\log p_{i,j})",
        r"-\sum_i\sum_j t_{i,j}\log(p_{i,j}+1/LIT)",
        r"\sum_i\sum_j t_{i,j}/p_{i,j}^{g}",
        r"-\sum_i\sum_j t_{i,j}p_{i,j}^{g}",
        r"\sum_i\sum_j (p_{i,j}^LIT-LIT t_{i,j}p_{i,j})",
        r"\frac1n\sum_i\sum_j (s_{i,j}-LIT t_{i,j})^2",
    ),
    "powers of labels": (
        r"\sum_i\sum_j \log(t_{i,j}^g e^{s_{i,j}})",
        r"\sum_i\log(1+\sum_j t_{i,j}^{g} e^{s_{i,j}})",
        r"\sum_i\log\sum_j t_{i,j}^{g} e^{-s_{i,j}}",
        r"-\sum_i\sum_j t_{i,j}^{g}\log p_{i,j}",
        r"\sum_i\sum_j \frac{s_{i,j}^2}{1+t_{i,j}^g}",
        r"\sum_i\sum_j \frac{s_{i,j}^2}{t_{i,j}^g}",
        r"\sum_i\sum_j \sqrt{t_{i,j}^g+(s_{i,j}-\bar{s}_i)^2}",
        r"\sum_i\sum_j (1-t_{i,j})^g e^{s_{i,j}}",
        r"\sum_i\sum_j \max(t_{i,j}-1/LIT,0)^{g} e^{s_{i,j}}",
        r"\sum_i\sum_j \log(1+\max(s_{i,j},0)^{g})",
        r"-\sum_i\sum_j \log(1-\max(p_{i,j}-1/LIT,0))",
        r"\sum_i \frac{\sum_j t_{i,j}^g p_{i,j}}{\sum_j p_{i,j}^g}",
        r"\sum_i\log\frac{\sum_j e^{s_{i,j}}}{\sum_j t_{i,j}^{g} e^{s_{i,j}}}",
    ),
    "labels outside": (
        r"\sum_i\sum_j t_{i,j}^2 s_{i,j}",
        r"\sum_i\sum_j t_{i,j}\log t_{i,j}",
        r"\sum_i (1-\sum_j t_{i,j}^2)\sum_j s_{i,j}^2",
    ),
}
WHOLE = {
    "binary": (
        r"-\sum_i (t_i\log\sigma(LIT s_i)+(1-t_i)\log(1-\sigma(LIT s_i)))",
        r"\frac1n\sum_i(\sigma(s_i)-t_i)^2",
        r"\log(1+\sum_i t_ie^{-LIT s_i})+\log(1+\sum_i(1-t_i)e^{LIT s_i})",
        r"\sum_i \log(1+e^{s_i}) - t_i s_i",
    ),
    "products modulo m": (
        r"\log(\sum_{d=1}^{m-1}\prod_j(1+\sum_i t_{i,j}e^{s_{i,j+d}-s_{i,j}})-(m-LIT))",
        r"\log(1+\sum_{d=1}^{m-1}\prod_j\sum_i t_{i,j}e^{s_{i,j+d}-s_{i,j}})",
        r"\log(\sum_d\prod_j(1+\sum_i t_{i,j}e^{s_{i,j+d}-s_{i,j}})-(m-1))",
        r"\log(2+\sum_{d=1}^{m-1}\prod_j(1+\sum_i t_{i,j+d}e^{s_{i,j}})-m)",
        r"\log(2+\sum_{d=1}^{m-1}\prod_j(1+\sum_i t_{i,d}e^{s_{i,j+d}-s_{i,j}})-m)",
        r"\log(1+\prod_j(1+\sum_i t_{i,j}e^{s_{i,j+1}-s_{i,j}}))",
        r"\log(LIT+\sum_{d=1}^{m-1}\prod_j(1+\sum_i t_{i,j}e^{-s_{i,j+d}})-m)",
        r"\log(LIT+\sum_{d=1}^{m-1}\prod_j(1+\sum_i t_{i,j}^2e^{LIT(s_{i,j+d}-s_{i,j})})-m)",
        r"\sum_i\log(\sum_{d=1}^{m-1}\prod_j(1+t_{i,j}e^{s_{i,j+d}-s_{i,j}})-(m-LIT))",
        r"\log(2+\sum_{d=1}^{m-1}\prod_j(1+\sum_i t_{i,j}e^{s_{i,2j+d}-s_{i,j}})-m)",
        r"\log(2+\sum_{d\neq LIT}\prod_j(1+\sum_i t_{i,j}e^{s_{i,j+d}-s_{i,j}})-m)",
    ),
    "products of sums": (
        r"\log(1+\sum_{j\neq k}(\sum_i t_{i,j}e^{s_{i,k}-s_{i,j}})(\sum_i t_{i,k}e^{s_{i,j}-s_{i,k}}))",
        r"\log(1+\sum_j\sum_k(\sum_i t_{i,j}e^{s_{i,k}})(\sum_i t_{i,k}e^{-s_{i,j}}))",
        r"\log(1+\sum_{j\neq k}\sum_i t_{i,j}e^{s_{i,k}-s_{i,j}}+\sum_{j\neq k}(\sum_i t_{i,j}e^{-s_{i,j}})"
        r"\sum_i t_{i,k}e^{s_{i,k}})",
        r"\log(LIT+\sum_{j\neq k}(1+\sum_i t_{i,j}e^{-s_{i,j}})(1+\sum_i t_{i,k}e^{s_{i,j}-s_{i,k}}))",
        r"\sum_j\log(1+(\sum_i t_{i,j}e^{-s_{i,j}})^2+\sum_i t_{i,j}e^{-LIT s_{i,j}})",
        r"\sum_{j\neq k}\log(1+(\sum_i t_{i,j}e^{s_{i,k}-s_{i,j}})\sum_i (1-t_{i,k})e^{s_{i,k}})",
        r"\log(1+\sum_{j\neq k}\sum_i t_{i,j}e^{s_{i,k}-s_{i,j}})+\sum_{j\neq k}\sum_{h\neq j,k}"
        r"\log(1+(\sum_i t_{i,j}e^{s_{i,k}-s_{i,j}})(\sum_i t_{i,k}e^{s_{i,h}-s_{i,k}}))",
        r"\log(1+(\sum_i\sum_j t_{i,j}e^{s_{i,j}-s_{i,1}})\sum_i\sum_j t_{i,j}e^{-s_{i,j}})",
    ),
    "class sets": (
        r"\log(1+\sum_{i\in\Omega_{neg},j\in\Omega_{pos}}e^{LIT(s_i-s_j)})",
        r"\log(1+\sum_{i\in\Omega_{neg}}e^{s_i})+\log(1+\sum_{j\in\Omega_{pos}}e^{-s_j})",
    ),
}
LETS = ("g>0", "g>=0", "0<g<1", "0<=g<=1", "g in {1,2}", "g", "g>=1")


def formula(rng: random.Random) -> tuple[str, str, list[str]]:
    """Return (kind, formula, declarations)."""
    literal = str(rng.choice((2, 3, 4)))
    if rng.random() < 0.25:
        kind = rng.choice(list(WHOLE))
        text = rng.choice(WHOLE[kind])
    else:
        kind = rng.choice(list(KINDS))
        part = rng.choice(KINDS[kind]).replace("{core1}", rng.choice(("s_{1,1}", "e^{s_{i,1}}", "s_{i,1}^2")))
        text = part if rng.random() < 0.3 else f"{rng.choice(CORES)} {rng.choice('+-')} {part}"
    text = text.replace("LIT", literal)
    has_g = "g" in text.replace("sigma", "").replace("log", "").replace("neg", "")
    return kind, text, [rng.choice(LETS)] if has_g else []


def judged(text: str, lets: list[str], counts: Counter, kind: str) -> list[str]:
    """Judge every claim about a formula; return what the oracle contradicts."""
    wrong = []
    try:
        loss = read(text, lets)
    except NmderiveError:
        counts[kind, "every claim", "refused"] += 1
        return wrong
    for name in claim_names():
        verdict = judge_one(loss, name, {}, 240.0)
        counts[kind, name, verdict.status.value] += 1
        fault = next((f for f in verdict.findings if f.startswith(FAULT)), "")
        try:
            problem = disagreement(loss, verdict) if name == "softmax-optimum" else contradiction(loss, verdict)
        except (ArithmeticError, ValueError, LookupError):
            problem = ""
        if problem or fault:
            wrong.append(f"{text} {lets} {name}: {problem or fault}")
    return wrong


def equations(rng: random.Random, counts: Counter) -> list[str]:
    """Judge A = B with a count that may be wrong at some size; return what values contradict."""
    literal = rng.choice((1, 2, 3))
    body = rng.choice(("s_{i,1}", "e^{s_{i,1}}", "t_{i,1}s_{i,1}"))
    left = rng.choice((rf"\sum_i\sum_{{k\neq {literal}}} {body}", rf"\sum_i\sum_{{k={literal}}}^m {body}",
                       rf"\sum_i\sum_j\sum_{{k\neq j}} {body}", rf"\sum_i\sum_j\sum_{{k<j}} {body}"))
    count = rng.choice(("(m-1)", "(m-2)", "m", "m(m-1)", r"\frac{m(m-1)}{2}"))
    sizes = rng.choice(({}, {"m": 1}, {"m": 2}, {"n": 1}))
    verdict = nmderive.equal(left, rf"\sum_i {count} {body}", sizes=sizes).verdicts[0]
    counts["equation", "equal", verdict.status.value] += 1
    if verdict.status.value != "PROVED":
        return []
    loss = read(f"{left} - \\sum_i {count} {body}")
    least = {c[0]: int(c[5:]) for c in verdict.conditions if c[1:5] == " >= "}
    for n, m in product((1, 2, 3), (1, 2, 3, 5)):
        own = {"n": n, "m": m}
        spoken_of = all(own[k] == v for k, v in sizes.items()) and all(own[k] >= v for k, v in least.items())
        if spoken_of and abs(Data(loss, n, m).value()) > mpmath.mpf(10) ** -25:
            return [f"PROVED {left} = {count} at {sizes}, false at n={n}, m={m}"]
    return []


def one(seed: str, number: int) -> tuple[Counter, list[str]]:
    """Judge one formula of a campaign and two equations: the same whatever was judged before."""
    rng, counts = random.Random(f"kinds {seed} {number}"), Counter()
    kind, text, lets = formula(rng)
    wrong = judged(text, lets, counts, kind)
    for _ in range(2):
        wrong += equations(rng, counts)
    return counts, wrong


if __name__ == "__main__":
    sys.exit(run(__doc__, one))

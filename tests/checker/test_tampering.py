"""Randomly edited certificates of every kind: refused, or what they state is true."""

import json
import os
import random
from dataclasses import dataclass

import pytest
from today import of_today

from nmderive import loss
from nmderive.checker import check
from nmderive.checker.api import verifiers

from .build import (
    CROSS_ENTROPY,
    LOSS_3,
    MULTI,
    QUADRATIC,
    add,
    at,
    exp,
    log,
    mul,
    neg,
    num,
    power,
    s,
    sub,
    sym,
    t,
    total,
)
from .certificates import GRADIENTS, IDENTITIES, STATIONARY
from .edits import edited
from .row_losses import ROW_BRIER, ROW_EXP, D, each_row, increasing, weighted
from .test_convex import CONVEX, STRICT
from .test_hard import FORCES, RAYS
from .test_radicals import NOT_SOLVABLE, radicals_of
from .test_stiemke import ATTAINED
from .test_witness import FOCAL_POINT, LOSS_1, PAIRWISE, ROW, SOFTMAX, gradient, values
from .test_witness_line import FOCAL_LINE, LINE, line
from .truth import holds

pytestmark = pytest.mark.slow

EDITS = int(os.environ.get("CHECKER_EDITS", "160"))  # the long run has 1000 a kind
BATCHES = 4

BASES = {
    "identity": [v for k, v in IDENTITIES.items() if "derivatives" not in k],
    "gradient": [v for k, v in GRADIENTS.items() if "undefined" not in k],
    "stationary": list(STATIONARY.values()),
    "convex": list(CONVEX.values()),
    "strictly-convex": list(STRICT.values()),
    "stiemke": list(ATTAINED.values()),
    "forces-argmax": list(FORCES.values()),
    "ray": list(RAYS.values()),
    "radicals": [radicals_of(f, None) for f in NOT_SOLVABLE.values()],
    "witness-gradient": [gradient(LOSS_1, SOFTMAX, ROW, [1, 2]), gradient(PAIRWISE, ["num", "1/3"], ROW, [1, 3])],
    "witness-values": [
        values(["at", "s", ["i", "j"]], 2, {"s": [["0", "1/2"]], "free": {"i": 1, "j": 2}}, sizes={"n": 1, "m": 2}),
        values(["sum", "j", "m", [["in", "j", "Omega_neg"]], ["at", "s", ["j"]]], 0,
               {"exp_s": ["1", "2", "3"], "sets": {"Omega_neg": [1, 3]}}, sizes={"m": 3}),
    ],
    "witness-line": [LINE, line(["pow", ["at", "s", [1, 1]], ["num", "3"]], [["1/4"]], [["2"]], [["1"]])],
}  # fmt: skip


MOVED = [(LOSS_1, "m"), (LOSS_1, "n"), (LOSS_3, "m"), (PAIRWISE, "m"), (QUADRATIC, "n"), (CROSS_ENTROPY, "m")]
RISING = total("i", "n", add(mul(t("i"), s("i")), mul(sub(1, t("i")), exp(s("i")))))
ONE_LOG = log(add(1, total("i", "n", total("j", "m", mul(t("i", "j"), exp(neg(s("i", "j"))))))))
OTHER_CLASSES = total("j", "m", mul(sub(1, t("i", "j")), exp(s("i", "j"))), ("in", "j", "Omega_neg"))
NEGATIVE = log(add(1, total("i", "n", OTHER_CLASSES)))
BALANCED = [(LOSS_1, sym("m")), (LOSS_3, sym("m")), (PAIRWISE, mul(sym("m"), sub(sym("m"), 1))), (ONE_LOG, num(1))]


@dataclass(frozen=True)
class FromProver:
    """Certificates of a kind that the prover gives for (loss, claim); made when a test asks for them."""

    kind: str
    pairs: tuple
    sizes: tuple = ()

    def made(self):
        verdicts = [loss(name).verify(claim, sizes=dict(self.sizes)).verdicts[0] for name, claim in self.pairs]
        found = [c.as_json() for verdict in verdicts for c in verdict.certificates]
        return [json.loads(json.dumps(c)) for c in found if c["kind"] == self.kind]


def from_prover(kind, *pairs, sizes=()):
    return FromProver(kind, pairs, tuple(dict(sizes).items()))


def certificates(kind, shared):
    """Return the certificates of a kind that are edited; those of the prover are made once a run."""
    def made():
        return [c for x in BASES[kind] for c in (x.made() if isinstance(x, FromProver) else [x])]

    return shared.once(f"tampered {kind}", made)


SUM = "sum(i, sum(j, {}))".format
BELOW_OUT = "sum(i, log(sum(j, t[i,j]*p[i,j])) - sum(j, t[i,j]*log(p[i,j])))"
OF_LOGITS = "sum(i, (1 + exp(s[i,1]))*(log(sum(j, exp(s[i,j]))/m) - sum(j, s[i,j])/m))"
TWICE = "-sum(i, 2*t[i,1]*log(p[i,1]) + sum(j, j != 1, t[i,j]*log(p[i,j])))"
JENSEN_SHANNON = SUM("t[i,j]*log(2*t[i,j]/(t[i,j] + p[i,j])) + p[i,j]*log(2*p[i,j]/(t[i,j] + p[i,j]))")
HELLINGER = SUM("(sqrt(t[i,j]) - sqrt(p[i,j]))**2")

TAYLOR = SUM("t[i,j]*((1 - p[i,j]) + (1 - p[i,j])**2/2)")
POISSON = SUM("exp(s[i,j]) - t[i,j]*s[i,j]")
NORMALISED = "sum(i, sum(j, t[i,j]*log(p[i,j]))/sum(k, log(p[i,k])))"
DICE = "1 - 2*sum(i, t[i]*sigmoid(s[i]))/(sum(i, t[i]) + sum(i, sigmoid(s[i])))"


def each_row_part(own):
    return total("i", "n", total(own, "m", mul(t("i", own), exp(neg(s("i", own))))))


def polynomial(a, b):
    """A polynomial in two parts."""
    return add(1, a, b, mul(a, b))


OTHERS = {
    "increasing": [
        increasing(ROW_BRIER, each_row(D), each_row), increasing(ROW_BRIER, weighted(D), weighted, labels="hard"),
        increasing(ROW_EXP, weighted(D), weighted), increasing(ROW_EXP, each_row(D), each_row, labels="hard"),
    ],
    "balanced": [{"kind": "balanced", "loss": x, "shape": ["n", "m"], "bound": b} for x, b in BALANCED],
    "shares": [
        *({"kind": "shares", "loss": x, "shape": ["n", "m"]} for x in (LOSS_1, LOSS_3, PAIRWISE, QUADRATIC)),
        {"kind": "shares", "loss": LOSS_3, "shape": ["n", "m"], "sizes": {"m": 3}},
        {"kind": "shares", "loss": MULTI, "shape": ["n"], "simplex": True},
        from_prover("shares", ("mutual", "balance"), ("triangles", "balance")),
    ],
    "starves": [
        {"kind": "starves", "loss": ONE_LOG, "shape": ["n", "m"], "sizes": {"m": 3}, "repeated": 1, "other": 3},
        {"kind": "starves", "loss": NEGATIVE, "shape": ["n", "m"], "sizes": {"m": 3}, "repeated": 1, "other": 2,
         "sets": {"Omega_neg": [2, 3], "Omega_pos": [1]}, "bodies_defined": True},
    ],
    "nonnegative": [
        *({"kind": "nonnegative", "loss": x, "shape": ["n", "m"]} for x in (LOSS_1, PAIRWISE, weighted(ROW_BRIER))),
        from_prover("nonnegative", *((x, "nonnegative") for x in ("cross-entropy", "tsallis", "focal", "poly-1"))),
        from_prover("nonnegative", *((x, "nonnegative") for x in (BELOW_OUT, OF_LOGITS, POISSON))),
    ],
    "aggregates": [
        from_prover("aggregates", (f"matching-{m}", "softmax-optimum"), sizes={"m": m}) for m in (2, 3)
    ],
    "coupled": [from_prover("coupled", ("loss-1", "decoupled"))],
    "turned": [from_prover("turned", ("comment-4-8", "decoupled"), ("comment-4-6", "decoupled"))],
    "simplex": [from_prover(
        "simplex", ("brier", "unique-optimum"), ("reverse-kl", "unique-optimum"), ("brier", "hard-label-argmax"),
        ("focal", "hard-label-argmax"), ("spherical", "unique-optimum"), ("label-smoothing", "hard-label-argmax"),
        ("focal", "unique-optimum"), ("focal", "order-preserving"), (r"\sum_i (t_i - \sigma(s_i))^2", "unique-optimum"),
        ("label-smoothing", "calibrated"), (JENSEN_SHANNON, "unique-optimum"), (HELLINGER, "hard-label-argmax"),
        (TAYLOR, "calibrated"), ("mean-absolute-error", "calibrated"),
    )],
    "odds": [from_prover("odds", *((x, "hard-label-argmax") for x in (
        "-log(sum(i, sum(j, t[i,j]*p[i,j])))", "sum(i, sqrt(sum(j, (t[i,j] - p[i,j])**2)))",
        "-log(1 + sum(i, sum(j, t[i,j]*(1 - p[i,j]))))",
    )))],
    "outscored": [from_prover("outscored", *((x, "hard-label-argmax") for x in (
        "crammer-singer", "weston-watkins", r"\sum_i\sum_j t_{i,j}\sum_{k \neq j}\max(0, 1+s_{i,k}-s_{i,j})^2",
        r"\sum_i\sum_j (t_{i,j}\max(0, 1-s_{i,j}) + (1-t_{i,j})\max(0, 1+s_{i,j}))",
    )))],
    "apportioned": [from_prover("apportioned", *((x, claim) for x in (
        "lee-lin-wahba", "mean-absolute-error", r"\sum_j (2 - t_j) \max(0, 3 + s_j - \bar s)") for claim in (
        "calibrated", "hard-label-argmax")))],
    "optimum": [from_prover("optimum", *((x, claim) for claim in ("link", "bayes-risk") for x in (
        "cross-entropy", "loss-3", "label-smoothing", "generalised-cross-entropy", "multi-label")))],
    "separable": [from_prover("separable", *((x, "link") for x in (
        "poly-1", "focal", "symmetric-cross-entropy", r"-\sum_i\sum_j t_{i,j}(1-p_{i,j})^2\log p_{i,j}")))],
    "level": [from_prover("level", *((x, "bayes-risk") for x in (
        "comment-4-4", "comment-4-6", r"\sum_i\log(2+\sum_j e^{-s_{i,j}})")))],
    "row-sum": [from_prover("row-sum", *((x, "decoupled") for x in ("cross-entropy", "crammer-singer", "brier")))],
    "symmetric": [{"kind": "symmetric", "loss": x, "shape": ["n", "m"], "permute": r} for x, r in MOVED],
    "defined": [
        {"kind": "defined", "expressions": [loss, LOSS_1], "shape": ["n", "m"], "free": {}, "sizes": {"n": 1, "m": 2},
         "point": {"exp_s": [["1", "2"]], "t": [["1/4", "3/4"]]}} for loss in (LOSS_3, log(add(2, at("s", 1, 1))))
    ],
    "squeeze": [
        {"kind": "squeeze", "loss": log(polynomial(each_row_part("j"), each_row_part("h"))), "shape": ["n", "m"],
         "outer": polynomial(sym("X_1"), sym("X_2")), "parts": {"X_1": each_row_part("j"), "X_2": each_row_part("h")}},
    ],
    "stationary-at": [from_prover(
        "stationary-at", (TWICE, "calibrated"), (f"{TWICE} + sum(i, sum(j, t[i,j]*log(2)))", "order-preserving"),
    )],
    "least": [from_prover("least", ("crammer-singer", "calibrated"), ("weston-watkins", "calibrated"))],
    "falls": [from_prover(
        "falls", (SUM("t[i,j]*log(p[i,j])"), "hard-label-argmax"),
        (SUM("2*log(p[i,j]) - t[i,j]*log(p[i,j])"), "unique-optimum"),
    )],
    "linear": [from_prover("linear", *((x, "strongly-convex") for x in (
        POISSON, SUM("t[i,j]*exp(-s[i,j]) + (1 - t[i,j])*exp(s[i,j])"), SUM("t[i,j]/p[i,j]"))))],
    "grows": [from_prover(
        "grows", (SUM("t[i,j]*log(p[i,j])"), "bounded-below"), ("cross-entropy", "bounded"), ("focal", "bounded"),
        (SUM("(s[i,j] - t[i,j])**2"), "lipschitz"), (SUM("t[i,j]*exp(-s[i,j])"), "smooth"),
        (SUM("t[i,j]*exp(-s[i,j])"), "lipschitz"),
        ("crammer-singer", "bounded"), ("comment-4-12", "bounded"), ("focal", "saturating"), ("cyclic", "saturating"),
    )],
    "bounded": [
        from_prover("bounded", *((x, "bounded") for x in ("brier", "reverse-kl", "spherical", "tsallis"))),
        from_prover("bounded", *((x, "bounded-below") for x in ("cross-entropy", "cyclic", "crammer-singer", POISSON))),
    ],
    "lipschitz": [from_prover("lipschitz", *((x, "lipschitz") for x in (
        "cross-entropy", "focal", "spherical", "reverse-kl", "renyi", "cyclic", "weston-watkins", "loss-3",
        "comment-4-8", "label-smoothing", "temperature-cross-entropy", "triangles", "crammer-singer", DICE)))],
    "smooth": [from_prover("smooth", *((x, "smooth") for x in (
        "cross-entropy", "focal", "spherical", "reverse-kl", "renyi", "cyclic", SUM("(s[i,j] - t[i,j])**2"), DICE)))],
    "kinked": [from_prover("kinked", *((x, "smooth") for x in (
        "crammer-singer", "weston-watkins", SUM("abs(s[i,j] - t[i,j])"))))],
    "residual": [from_prover("residual", *((x, "link") for x in (
        "sum(i, s[i]**2 + exp(s[i]) - t[i]*s[i])", "sum(i, sum(j, s[i,j]**2 - t[i,j]*log(p[i,j])))")),
        *((x, "hard-label-argmax") for x in (POISSON, SUM("(sigmoid(s[i,j]) - t[i,j])**2"))))],
    "majorant": [from_prover("majorant", *((x, "diagonal-majorant") for x in (
        "cross-entropy", "one-vs-all", "comment-4-4", "multi-label", SUM("(s[i,j] - t[i,j])**2"))))],
    "witness-majorant": [from_prover("witness-majorant", *((x, "diagonal-majorant") for x in (
        "brier", "loss-3", "cyclic", "reverse-kl")))],
    "saturates": [from_prover("saturates", *((x, "saturating") for x in (
        "brier", "generalised-cross-entropy", "spherical", "tsallis", "comment-4-5", "comment-4-6",
        SUM("sqrt((t[i,j] - p[i,j])**2)"))))],
    "slope": [from_prover(
        "slope", (DICE, "unique-optimum"), (SUM("-t[i,j]*p[i,j]"), "unique-optimum"),
        (SUM("-log(1 + t[i,j]*p[i,j]**2)"), "unique-optimum"),
    )],
    "approaches": [from_prover(
        "approaches", (SUM("t[i,j] - t[i,j]*p[i,j]**2"), "unique-optimum"), (SUM("t[i,j]*p[i,j]"), "hard-label-argmax"),
        ("sum(i, log(1 + sum(j, t[i,j]*exp(s[i,j]))))", "hard-label-argmax"),
        ("sum(i, exp(-s[i])/(1 + exp(-s[i])**2))", "unique-optimum"), (NORMALISED, "hard-label-argmax"),
    )],
    "no-stationary": [{"kind": "no-stationary", "loss": RISING, "shape": ["n"], "entry": [1]}],
}
EACH = total("i", "n", mul(t("i", "j"), exp(sub(s("i", "k"), s("i", "j")))))
PRODUCT = ["prod", "j", "m", [], add(1, EACH)]
OTHERS["products"] = [
    {"kind": "products", "loss": log(add(total("k", "m", PRODUCT), neg(sym("m")), 1)), "shape": ["n", "m"],
     "once": True},
    {"kind": "products", "loss": log(add(total("k", "m", PRODUCT, ("ne", "k", 1)), 2)), "shape": ["n", "m"]},
]
GAP = add(1, s("i", "k"), neg(s("i", "j")))
HINGE = mul(num("1/2"), add(GAP, power(power(GAP, 2), num("1/2"))))  # max(0, 1 + s_ik - s_ij)
HINGES = total("i", "n", total("j", "m", mul(t("i", "j"), total("k", "m", HINGE, ("ne", "k", "j")))))
OTHERS["two-stationary"] = [
    {"kind": "two-stationary", "loss": HINGES, "shape": ["n", "m"], "sizes": {"n": 1, "m": 2},
     "point": {"s": [["0", "0"]], "d": [["1/2", "0"]], "t": [["1/2", "1/2"]]}},
    {"kind": "two-stationary", "loss": HINGES, "shape": ["n", "m"], "sizes": {"n": 1, "m": 2},
     "point": {"exp_s": [["1", "1"]], "exp_d": [["4/3", "1"]], "t": [["1/2", "1/2"]]}},
]
BASES["forces-argmax"].append(from_prover("forces-argmax", ("mutual", "hard-label-argmax")))
BASES.update({kind: bases for kind, bases in OTHERS.items() if kind in verifiers()})


def test_every_kind_is_tampered_with():
    assert set(BASES) == set(verifiers())
    assert all(BASES.values())
    assert FOCAL_POINT and FOCAL_LINE


@pytest.mark.parametrize("kind", of_today(BASES, 2))
@pytest.mark.parametrize("batch", of_today(range(BATCHES), 4))
def test_edited_certificates_are_refused_or_true(kind, batch, shared):
    bases = [json.loads(json.dumps(b)) for b in certificates(kind, shared)]
    assert bases
    assert batch or all(check(b).accepted and holds(b, 1) is not False for b in bases)
    for seed in range(batch, EDITS, BATCHES):
        rng = random.Random(f"{kind} {seed}")
        certificate = edited(rng, rng.choice(bases))
        result = check(certificate)
        if result.accepted:
            assert holds(certificate, seed) is not False, (certificate, result.statement)
        else:
            assert result.reason

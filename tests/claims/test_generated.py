"""Losses that hypothesis puts together, every property judged, against an oracle that only takes values of the loss."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from shared import SECONDS

import nmderive
from nmderive.checker import check
from nmderive.claims import claim_names
from nmderive.evidence import Status
from nmderive.verify import FAULT, judge_one

from .oracle import contradiction

pytestmark = pytest.mark.slow

CLAIMS = [c for c in claim_names() if c != "softmax-optimum"]
WEIGHTS = ["t[i,j]", "t[i,j]**2", "(1-t[i,j])", "t[i,k]", "1", "t[i,j]*t[i,k]"]
EXPONENTS = ["s[i,k]-s[i,j]", "mean(h, s[i,h])-s[i,j]", "-s[i,j]", "s[i,k]", "s[i,j]-mean(h, s[i,h])"]
SCALES = ["", "2*", "1/2*"]
FRAMES = [
    "sum(j, log(1 + sum(i, sum(k, k != j, {}))))", "sum(j, sum(k, k != j, log(1 + sum(i, {}))))",
    "log(1 + sum(i, sum(j, sum(k, k != j, {}))))", "sum(i, sum(j, sum(k, k != j, {})))",
    "sum(i, sum(j, t[i,j]*log(1 + sum(k, k != j, {}))))", "sum(j, log(2 + sum(i, sum(k, {}))))",
    "log(1 + sum(i, log(1 + sum(j, sum(k, k != j, {})))))",
]


@st.composite
def losses(draw):
    parts = []
    for _ in range(draw(st.integers(1, 2))):
        weight, scale, exponent = (draw(st.sampled_from(x)) for x in (WEIGHTS, SCALES, EXPONENTS))
        parts.append(draw(st.sampled_from(FRAMES)).format(f"{weight}*exp({scale}({exponent}))"))
    return " + ".join(parts)


@settings(
    max_examples=1, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(losses())
def test_no_verdict_on_a_generated_loss_is_contradicted(text):
    loss = nmderive.loss(text)
    for own in CLAIMS:
        verdict = judge_one(loss, own, {}, SECONDS)
        assert not any(f.startswith(FAULT) for f in verdict.findings), (text, verdict.findings)
        assert contradiction(loss, verdict, seeds=(0,)) == "", text
        if verdict.status in (Status.PROVED, Status.REFUTED):
            assert verdict.certificates and all(check(c.as_json()).accepted for c in verdict.certificates), (text, own)

"""Points of counterexamples: arrays over the ranges that their sums say, special values where they are allowed."""

import pytest

from nmderive.checker import check
from nmderive.evidence import Status
from nmderive.losses.catalogue import find
from nmderive.proving.points import domain_of, points
from nmderive.verify import judge_one

WEIGHTED = r"-\sum_i w_i \sum_j t_{i,j}\log p_{i,j}"


@pytest.mark.parametrize(("text", "ranges"), [
    (WEIGHTED, {"w": ("n",)}), (r"-\sum_i \sum_j w_j t_{i,j}\log p_{i,j}", {"w": ("m",)}),
    (r"\sum_i \sum_j w_{i,j} s_{i,j}^2", {"w": ("n", "m")}),
    (r"\sum_i\sum_j w_j s_{i,j} + \sum_i s_{i,1} w_2", {"w": ("m",)}),
    (r"\sum_i \sum_j\sum_k w_{j,k} s_{i,j} s_{i,k}", {"w": ("m", "m")}),
])
def test_an_array_has_the_ranges_of_the_sums_that_bind_its_indices(text, ranges):
    loss = find(text, ["w_ij" if "w_{" in text else "w_i" if "w_i " in text else "w_j"], None)
    assert loss.array_ranges == ranges
    for point in points(loss, {"n": 3, "m": 2}, 2):
        assert max(key[0] for key in point.arrays["w"]) == {"n": 3, "m": 2}[ranges["w"][0]]


@pytest.mark.parametrize(("let", "has_zero", "has_negative"), [
    ("w_i>0", False, False), ("w_i>=0", True, False), ("w_i", True, True), ("w_i in [1/2,2]", False, False),
])
def test_special_weights_occur_where_they_are_allowed(let, has_zero, has_negative):
    loss = find(WEIGHTED, [let], None)
    (entry,) = loss.arrays
    seen = [v for point in points(loss, {"n": 3, "m": 2}, 12) for v in point.arrays["w"].values()]
    assert all(v in domain_of("w", entry, loss) for v in seen)
    assert (0 in seen) == has_zero and any(v < 0 for v in seen) == has_negative


@pytest.mark.parametrize("claim", ["convex", "nonnegative", "calibrated", "unique-optimum", "order-preserving"])
def test_weights_of_rows_of_either_sign_are_refuted_by_a_point_that_is_checked(claim):
    verdict = judge_one(find(WEIGHTED, ["w_i"], None), claim, {}, 600)
    assert verdict.status is Status.REFUTED and all(check(c.as_json()).accepted for c in verdict.certificates)
    assert judge_one(find(WEIGHTED, ["w_i>0"], None), claim, {}, 600).status is Status.PROVED

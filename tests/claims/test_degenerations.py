"""What refutes a degeneration for every scale at once is a relation that the target itself satisfies."""

import numpy as np
import pytest

import nmderive
from nmderive.checking import check_dossier
from nmderive.report.json import as_data


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.5])
def test_the_multi_label_loss_of_one_row_satisfies_the_mixing_relation(scale):
    random = np.random.default_rng(5)
    for s, t in zip(random.normal(size=(20, 2)), random.dirichlet([1, 1], 20), strict=True):
        z = scale * (s[0] - s[1])
        value = np.log1p(t[0] * np.exp(-z)) + np.log1p(t[1] * np.exp(z))
        u = np.expm1(np.log1p(np.exp(-z)))
        assert np.exp(value) * u == pytest.approx((1 + t[0] * t[1]) * u + t[0] * u**2 + t[1])


@pytest.mark.parametrize("text", [
    "sum(j, log(1 + sum(i, t[i,j]*sum(h, k != h, t[i,h]*exp((s[i,k] - s[i,h])/2)))))",
    "sum(i, sum(j, t[i,j]*log(1 + sum(k, k != j, exp(s[i,k] - s[i,j])))))",
])
def test_soft_labels_tell_a_loss_from_the_multi_label_loss_though_hard_ones_do_not(text):
    dossier = nmderive.loss(text).verify("degenerates-m2")
    assert dossier.verdicts[0].status is nmderive.Status.REFUTED
    assert all(x.accepted for x in check_dossier(as_data(dossier)))


def test_the_multi_label_loss_itself_stays_proved():
    text = "sum(j, log(1 + sum(i, t[i,j]*exp(sum(k, s[i,k]) - 2*s[i,j]))))"
    assert nmderive.loss(text).verify("degenerates-m2").verdicts[0].status is nmderive.Status.PROVED

"""The link, the Bayes risk and strong convexity: what the literature says, and the oracle's values."""

import pytest

from nmderive.losses.catalogue import load
from nmderive.losses.reading import read

from .oracle import contradiction

P, R, N = "PROVED", "REFUTED", "NOT APPLICABLE"
CLAIMS = ("link", "bayes-risk", "strongly-convex")
#: A loss, declarations, the verdicts in the order of CLAIMS (None: open, or not looked at), and what they say.
TABLE = [
    ("cross-entropy", (), (P, P, R), ("s[i, j] = log(t[i, j])", "min l = -sum(i, sum(j, t[i, j]*log(t[i, j])))")),
    ("brier", (), (P, P, R), ("s[i, j] = log(t[i, j])", "min l = 0")),
    ("temperature-cross-entropy", (), (P, P, R), ("s[i, j] = T*log(t[i, j])",)),
    ("generalised-cross-entropy", (), (P, P, R), ("s[i, j] = log(t[i, j])/(1 - q)",)),
    ("loss-3", (), (P, P, R), ("s[i, j] = log(t[i, j])",)),
    ("cyclic", (), (P, P, R), ("s[i, j] = log(t[i, j])",)),
    ("one-vs-all", (), (P, P, R), ("s[i, j] = log(t[i, j]/(1 - t[i, j]))",)),
    ("label-smoothing", (), (P, P, R), ("s[i, j] = log(",)),
    ("stable-binary-cross-entropy", (), (P, P, R), ("s[i] = log(t[i]/(1 - t[i]))",)),
    ("mean-absolute-error", (), (R, P, R), ("inf l = sum(i, min(j, -2*t[i, j])) + sum(i, sum(j, 2*t[i, j]))",)),
    ("lee-lin-wahba", (), (R, P, R), ("inf l = sum(i, m*min(j, 1 - t[i, j]))",)),
    ("focal", (), (P, None, R), ("t[i, j] = (1 - p[i, j])**(-g)*",)),
    ("poly-1", (), (P, None, R), ("t[i, j] = p[i, j]/((c*p[i, j] + 1)*sum(k, p[i, k]/(c*p[i, k] + 1)))",)),
    ("symmetric-cross-entropy", (), (P, None, R), ("t[i, j] = p[i, j]/((A*p[i, j] + 1)*sum(k,",)),
    ("renyi", (), (P, P, R), ("s[i, j] = log(t[i, j])",)),
    ("comment-4-4", (), (R, P, R), ("inf l = 0",)),
    ("weston-watkins", (), (R, None, R), ()),
    (r"-\sum_{i,j} w_j t_{ij} \log p_{ij}", ("w_j>0",), (P, P, R), ("s[i, j] = log(t[i, j]) + log(w[j])",)),
    (r"\sum_{i,j} (s_{ij}-t_{ij})^2", (), (P, P, P), ("s[i, j] = t[i, j]", "mu = 2")),
    (r"\frac1n\sum_{i,j} (s_{ij}-t_{ij})^2", (), (P, P, P), ("s[i, j] = t[i, j]", "mu = 2/n")),
    (r"-\sum_{i,j} t_{ij}\log p_{ij} + \frac{\lambda}{2}\sum_{i,j} s_{ij}^2", ("\\lambda>0",), (None, None, P),
     ("mu = lambda",)),
    (r"\sum_{i,j} t_{ij}\left(\frac{1}{m}\sum_k s_{ik}-s_{ij}\right)", (), (R, R, R), ()),
    (r"\sum_i (s_i-t_i)^2", (), (P, P, P), ("s[i] = t[i]", "mu = 2")),
    (r"-\sum_j y_j \log p_j", (), (P, P, R), ()),
    (r"\sum_{i,j} s_{ij}^2", (), (N, N, P), ("mu = 2",)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("formula", "lets", "expected", "said"), TABLE, ids=[row[0] for row in TABLE])
def test_the_verdicts_are_those_known(judged, formula, lets, expected, said):
    loss = read(formula, lets) if "\\" in formula else load(formula)
    verdicts = [judged(loss, name) for name in CLAIMS]
    for status, verdict in zip(expected, verdicts, strict=True):
        assert status is None or verdict.status.value == status, (verdict.claim, verdict.findings)
        assert contradiction(loss, verdict) == "", verdict.claim
        assert not any("words" in text or "fault" in text for text in verdict.findings), verdict.findings
    statements = " ".join(verdict.statement for verdict in verdicts)
    assert all(text in statements for text in said), statements

# ruff: noqa: E501 - formulas stay on their lines, as sources print them
r"""Losses that were refused without a way out: (family, kind of data, LaTeX, declarations, NumPy reference of (s, t)).

Those of ``ASKED`` are asked back without their declarations, and the hint names these.
"""

import numpy as np

from .invented import lse, lsig, lsm, number, numbers, sig, sm
from .invented_cases import al, bce, ce, g

eta = number("eta")


def true(s, t):
    """Return the probability of each sample's target class."""
    return np.sum(t * sm(s), -1)


def square(s, t):
    return np.sum((s - t) ** 2)


CASES = [
    # a factor before a nonlinear function of a sum over samples
    ("factor", "hard", r"\mathcal{L} = \frac{1}{\eta}\log\left(\frac{1}{N}\sum_{i=1}^N\exp\left(-\eta\log p_{i,y_i}\right)\right)", (), lambda s, t: np.log(np.mean(true(s, t) ** -eta)) / eta),
    ("factor", "hard", r"2\sqrt{\sum_{i=1}^N p_{i,y_i}}", (), lambda s, t: 2 * np.sqrt(np.sum(true(s, t)))),
    ("factor", "hard", r"\eta\log\left(\sum_i p_{i,y_i}\right)", (), lambda s, t: eta * np.log(np.sum(true(s, t)))),
    ("factor", "hard", r"\frac{1}{2}\left(\sum_i p_{i,y_i}\right)^2", (), lambda s, t: np.sum(true(s, t)) ** 2 / 2),
    ("factor", "hard", r"\frac{\sqrt{\sum_i p_{i,y_i}}}{1-\sum_i\log p_{i,y_i}}", (), lambda s, t: np.sqrt(np.sum(true(s, t))) / (1 - np.sum(np.log(true(s, t))))),
    ("factor", "hard", r"\sum_{k=1}^K w_k\log\sum_{i=1}^N p_{i,k}\,p_{i,y_i}", (), lambda s, t: np.sum(numbers("w", 4) * np.log(true(s, t) @ sm(s)))),
    # what stands left of the first equality
    ("left", "hard binary", r"V(f(\vec{x}),y) = \frac{1}{(1+e^{yf(\vec{x})})^2}", ("y: sign labels",), lambda s, t: np.sum(sig(s * (1 - 2 * t)) ** 2)),
    ("left", "hard binary", r"V(f(\vec{x}),y) = \frac{1}{\log(2)}\log(1+e^{-yf(\vec{x})})", ("y: sign labels",), lambda s, t: np.sum(np.logaddexp(0, s * (1 - 2 * t))) / np.log(2)),
    ("left", "row", r"\widetilde{R}(t;\theta) := \frac{1}{t}\log\left(\frac{1}{N}\sum_{i\in[N]}e^{tf(x_i;\theta)}\right)", (), lambda s, t: (lse(number("t_number") * s) - np.log(4)) / number("t_number")),
    ("left", "hard row", r"RecallCE = -\log p_y", (), ce),
    ("left", "hard row", r"\mathcal{L}_{\widetilde{F1}} = -\log p_y", (), ce),
    ("left", "hard row", r"\mathbf{CDW\text{-}CE} = -\log p_y", (), ce),
    *(("left", "binary", left + r" = \sum_{i=1}^n (s_i-t_i)^2", (), square) for left in (
        r"R_{\exp}(f)", r"V(f(x),y)", r"E_{\text{EMD}^2}", r"\mathbf{CDW\text{-}CE}", r"\bar{\ell}(y,f)", r"J[f]", r"Dice")),
    ("left", "binary", r"\mathcal{L}_{S'} := \sum_{i=1}^n (s_i-t_i)^2", (), square),
    # definitions with arguments
    ("define", "hard row", r"\bar{\ell}(y,f) = (1-\alpha)\ell(y,f)+\frac{\alpha}{L}\sum_{y^\prime\in[L]}\ell(y^\prime,f), \quad \ell(y,f) = -f_y+\log\sum_{y^\prime\in[L]}e^{f_{y^\prime}}", (), lambda s, t: (1 - al) * ce(s, t) - al * np.mean(lsm(s))),
    ("define", "hard row", r"\bar{\ell}(\bar{y},\boldsymbol{g}) = -(K-1)\ell(\bar{y},\boldsymbol{g})+\sum_{j=1}^K\ell(j,\boldsymbol{g}), \quad \ell(y,\boldsymbol{g}) = -\log\frac{e^{g_y}}{\sum_k e^{g_k}}", (), lambda s, t: -3 * ce(s, t) - np.sum(lsm(s))),
    ("define", "hard row", r"L = \ell(y,z)+\alpha\sum_{k=1}^K\ell(k,z)^2, \quad \ell(a,b) = -b_a+\log\sum_{k=1}^K e^{b_k}", (), lambda s, t: ce(s, t) + al * np.sum(lsm(s) ** 2)),
    ("define", "hard binary", r"L = \frac{1}{N}\sum_{i=1}^N\ell(y_i,f(x_i)), \quad \ell(y,z) = \log(1+e^{-yz}), \quad y_i\in\{-1,1\}", (), lambda s, t: np.mean(np.logaddexp(0, s * (1 - 2 * t)))),
    ("define", "binary", r"L = \frac{1}{N}\sum_{i=1}^N\ell(p_i,y_i), \quad \ell(p,y) = -(y(1-p)^\gamma\log p+(1-y)\log(1-p))", (), lambda s, t: -np.mean(t * sig(-s) ** g * lsig(s) + (1 - t) * lsig(-s))),
    ("define", "binary", r"L = \frac{1}{N}\sum_{i=1}^N\mathrm{CE}(p_i,y_i), \quad \mathrm{CE}(p,y) = -(y\log p+(1-y)\log(1-p))", (), lambda s, t: bce(s, t) / 3),
]

#: (family, kind, LaTeX, declarations that the hint offers, reference)
ASKED: list = []

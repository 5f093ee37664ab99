# ruff: noqa: E501 - formulas stay on their lines, as sources print them
r"""More marks of print: indicators of values, cases in words, sums up to a class, parameters below p, maxima before all."""

import numpy as np

from .invented import lsig, lsm, sig, sm
from .invented_cases import al, bce, ce, g, kl
from .printed_cases import brier, top_other
from .printed_papers import foc

RANKS = np.arange(4.0)


def distances(s, t):
    """Return the mean distance of the predicted class from the label, row by row."""
    return np.sum((t @ abs(np.subtract.outer(RANKS, RANKS))) * sm(s))


CASES = [
    ("values", "soft", r"\sum_i\sum_j [\frac{1}{8} \le t_{ij} \le \frac{2}{3}] s_{ij}^2", (), lambda s, t: np.sum((t >= 1 / 8) * (t <= 2 / 3) * s**2)),
    ("values", "soft", r"\sum_{i}\sum_{j} [s_{ij} \geq \delta] t_{ij}", None, None),
    ("values", "hard", r"-\sum_i\sum_j \mathbf{1}_{t_{ij}=1}\log p_{ij}", (), ce),
    ("values", "hard", r"-\sum_i\sum_j \mathbb{1}_{\{t_{ij}=1\}}\log p_{ij}", (), ce),
    ("values", "hard", r"-\sum_i\sum_j \mathbb{I}(t_{ij}=1)\log\sigma(s_{ij})+\mathbb{I}(t_{ij}=0)\log(1-\sigma(s_{ij}))", (), bce),
    ("values", "hard", r"-\sum_{i=1}^N\sum_{c=1}^C \mathbb{1}[y_{ic}=1]\log p_{ic}", (), ce),
    ("values", "hard", r"-\sum_{i=1}^N\sum_{c: y_{ic}=1}\log p_{ic}", (), ce),
    ("values", "soft", r"\sum_i\sum_j\mathbb{1}[t_{ij}>p_{ij}](t_{ij}-p_{ij})^2", (), lambda s, t: np.sum((t > sm(s)) * (t - sm(s)) ** 2)),
    ("bars", "soft", r"\sum_{i}\sum_{j}\sum_{k} t_{ij}|j-k|p_{ik}", (), distances),
    ("bars", "soft row", r"\sum_j\sum_k \frac{|j-k|}{m} t_j p_k", (), lambda s, t: distances(s, t) / 4),
    ("bars", "row", r"\frac{1}{|\mathcal{P}|}\sum_{j\in\mathcal{P}}\frac{1}{|\mathcal{N}|}\sum_{k\in\mathcal{N}}\max(0,1-s_j+s_k)", (), lambda s, t: np.mean(np.maximum(0, 1 - np.subtract.outer(s[[0, 2]], s[[0, 2]])))),
    ("power", "row", r"\sum_j \operatorname{softplus}(s_j)^2", (), lambda s, t: np.sum(np.logaddexp(0, s) ** 2)),
    ("power", "row", r"\sum_j \operatorname{softmax}(s)_j^2", (), lambda s, t: np.sum(sm(s) ** 2)),
    ("power", "row", r"\sum_j \exp(-s_j)^{1/2}", (), lambda s, t: np.sum(np.exp(-s / 2))),
    ("digits", "soft", r"s_{11}t_{11}+s_{12}t_{12}", None, None),
    ("digits", "soft", r"\sum_j s_{1j}s_{2j}", (), lambda s, t: np.sum(s[0] * s[1])),
    ("rows", "soft", r"\sum_i\|p_i - t_i\|_2", (), lambda s, t: np.sum(np.sqrt(np.sum((sm(s) - t) ** 2, 1)))),
    ("rows", "hard", r"\sum_i\|\mathbf{p}_i-\mathbf{e}_{y_i}\|_1", (), lambda s, t: np.sum(abs(sm(s) - t))),
    ("rows", "soft row", r"L = 1 - \frac{p^\top y}{\|p\|_2\|y\|_2}", (), lambda s, t: 1 - np.sum(sm(s) * t) / np.sqrt(np.sum(sm(s) ** 2) * np.sum(t**2))),
    ("rows", "soft row", r"L = 1 - \frac{\langle p, y\rangle}{\|p\|\|y\|}", (), lambda s, t: 1 - np.sum(sm(s) * t) / np.sqrt(np.sum(sm(s) ** 2) * np.sum(t**2))),
    ("model", "hard", r"\underset{\theta}{\min}\; -\frac1N\sum_{i=1}^N\log p_\theta(y_i|x_i)", (), lambda s, t: ce(s, t) / 3),
    ("model", "soft row", r"L = \mathrm{KL}(q\,\|\,p_\theta)", ("q: labels",), lambda s, t: kl(t, sm(s))),
    ("model", "soft row", r"L = \mathrm{KL}(p_\theta\,\|\,q)", (), lambda s, t: np.sum(sm(s) * (lsm(s) - np.log(t)))),
    ("model", "hard row", r"L = \max_k z_k - z_y", ("z: logits",), lambda s, t: np.max(s) - np.sum(s * t)),
    ("model", "hard row", r"L = \max_{k\neq y} z_k - z_y", ("z: logits",), lambda s, t: top_other(s, t) - np.sum(s * t)),
    ("cases", "hard binary", r"p_t = \begin{cases} p & \text{if $y=1$} \\ 1-p & \text{otherwise} \end{cases},\quad L=-\log p_t", (), bce),
    ("cases", "hard binary", r"L=-\log p_t \text{ where } p_t = p \text{ if } y=1 \text{ and } 1-p \text{ otherwise}", (), bce),
    ("cases", "hard binary", r"L=-(1-p_t)^\gamma\log p_t, \quad p_t = p \text{ if } y=1, 1-p \text{ if } y=0", (), foc),
    ("cases", "hard binary", r"\mathrm{FL}(p_t) = -(1-p_t)^\gamma\log(p_t), \text{where } p_t = p \text{ if } y = 1, 1-p \text{ otherwise}.", (), foc),
    ("cases", "hard binary", r"L=-\alpha_t(1-p_t)^\gamma\log(p_t),\quad p_t=\begin{cases}p&y=1\\1-p&\text{otherwise}\end{cases},\quad \alpha_t=\begin{cases}\alpha&y=1\\1-\alpha&\text{otherwise}\end{cases}", (), lambda s, t: -np.sum(al * t * sig(-s) ** g * lsig(s) + (1 - al) * (1 - t) * sig(s) ** g * lsig(-s))),
    ("cases", "soft", r"\sum_i\sum_j\begin{cases} s_{ij}^2 & \text{if } s_{ij}>0 \\ 0 & \text{else}\end{cases}", (), lambda s, t: np.sum(np.maximum(0, s) ** 2)),
    ("cases", "soft", r"\sum_i\sum_j\begin{cases} 0 & t_{ij}=0 \\ t_{ij}\log\frac{t_{ij}}{p_{ij}} & t_{ij}>0\end{cases}", (), lambda s, t: kl(t, sm(s))),
    ("order", "hard row", r"-\sum_{k<y} \log(1-p_k) - \log p_y", (), lambda s, t: ce(s, t) - np.sum(np.log(1 - sm(s))[: int(t @ RANKS)])),
    ("order", "hard row", r"-\sum_{k=1}^{y-1}\log\sigma(z_k)", (), lambda s, t: -np.sum(lsig(s)[: int(t @ RANKS)])),
    ("order", "hard row", r"-\sum_{k=1}^{y}\log\sigma(z_k)", (), lambda s, t: -np.sum(lsig(s)[: int(t @ RANKS) + 1])),
    ("order", "hard", r"-\sum_{i}\sum_{k=1}^{K-1}\left(\mathbb{1}[y_i>k]\log\sigma(z_{ik})+\mathbb{1}[y_i\le k]\log(1-\sigma(z_{ik}))\right)", (), lambda s, t: -np.sum(((t @ (RANKS[:, None] > RANKS)) * lsig(s) + (t @ (RANKS[:, None] <= RANKS)) * lsig(-s))[:, :3])),
    ("order", "hard", r"\frac1N\sum_{i=1}^{N}\sum_{k=1}^{K}\Big(\sum_{j=1}^{k}p_{ij}-\mathbb{1}\{y_i\le k\}\Big)^2", (), lambda s, t: np.sum(np.cumsum(sm(s) - t, 1) ** 2) / 3),
    ("labels", "soft", r"-\frac1n\sum_{i=1}^n\sum_{j=1}^m \hat y^{(i)}_j \log p^{(i)}_j", (r"\hat{y}: labels",), lambda s, t: ce(s, t) / 3),
    ("labels", "soft", r"\frac{1}{N}\sum_n\sum_k\left(p_k^{(n)}-y_k^{(n)}\right)^2", (), lambda s, t: brier(s, t) / 3),
]

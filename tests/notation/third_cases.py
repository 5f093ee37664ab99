# ruff: noqa: E501 - formulas stay on their lines, as sources print them
r"""Kinds that a third reading of other people's formulas found: (family, kind of data, LaTeX, declarations, reference)."""

import numpy as np

from .invented import lse, lsig, lsm, number, numbers, sig, sm
from .invented_cases import al, ce, lam
from .ways_out_cases import gap, true


def hinge(s, t):
    """Return the multi-class hinge of each row with the margin Delta."""
    margins = np.maximum(0, s - np.sum(t * s, -1, keepdims=True) + number("Delta"))
    return np.sum((1 - t) * margins)


def odds(s):
    return lsm(s)[:2] - np.log(1 - sm(s)[:2])


def asymmetric(s, t):
    shifted = np.maximum(sig(s) - number("c"), 0)
    return -np.sum(t * (1 - sig(s)) ** number("a") * lsig(s) + (1 - t) * shifted ** number("b") * np.log(1 - shifted))


CASES = [
    ("binary", "binary", r"-\sum_i\left[y_i(1-p_i)^{a}\log p_i+(1-y_i)(\max(p_i-c,0))^{b}\log(1-\max(p_i-c,0))\right]", ("a>0", "b>0", "c>0"), asymmetric),
    ("binary", "hard binary", r"\ell = \max\{0, 1 - yz\}, \quad y \in \{-1, +1\}", (), lambda s, t: np.sum(np.maximum(0, 1 - (2 * t - 1) * s))),
    ("extremum", "hard", r"\mathcal{L} = \sum_i \max_{k\neq y_i}[\alpha + z_{i,k} - z_{i,y_i}]_+", ("z: logits",), lambda s, t: np.sum(np.maximum(0, al + np.max(np.where(t == 1, -np.inf, s), 1) - np.sum(t * s, 1)))),
    ("entry", "square", r"\mathcal{L} = -\frac1N\sum_i \log \frac{\exp(S(i,i)/\tau)}{\sum_j \exp(S(i,j)/\tau)}", (), lambda s, t: -np.mean(np.diag(lsm(s / number("tau"))))),
    ("entry", "soft", r"\mathcal{L} = -\sum_i \sum_c y(i,c) \log p(i,c)", (), ce),
    ("teacher", "soft row", r"\mathcal{L}_{KD} = -\sum_k q_k^{T}\log p_k^{S}", (), ce),
    ("teacher", "soft row", r"L = -\sum_k q_k^{(T)}\log p_k^{(S)}", (), ce),
    ("scores", "row", r"\mathcal{L} = -\sum_j \frac{e^{r_j/\alpha}}{\sum_k e^{r_k/\alpha}}\log\frac{e^{\hat r_j}}{\sum_k e^{\hat r_k}}", (), lambda s, t: -np.sum(sm(numbers("r", 4) / al) * lsm(s))),
    ("sizes", "hard", r"-\frac{1}{N}\sum_{i=1}^{N}\log p_{i,y_i}+\frac{\lambda}{M}\sum_{j=1}^{M}\sum_{k=1}^{K}p_{jk}^2", (), None),
    ("sizes", "hard", r"-\frac{1}{N}\sum_{i=1}^{N}\log p_{i,y_i}+\frac{\lambda}{M}\sum_{j=1}^{M}\sum_{k=1}^{K}p_{jk}^2", ("N: rows", "M: rows"), lambda s, t: ce(s, t) / 3 + lam * np.sum(sm(s) ** 2) / 3),
    ("sizes", "soft", r"-\frac1N\sum_{i=1}^{N}\sum_{c=1}^{M}y_{o,c}\log(p_{o,c})", (), None),
    ("sizes", "soft row", r"CE = -\sum_{i=1}^{C=2} t_i \log(s_i)", (), None),
    ("raw", "soft", r"-\sum_i\sum_j t_{i,j}\log s_{i,j}", (), ce),
    ("one-hot", "hard row", r"\left\|\mathbf{e}_y-\mathbf{p}\right\|_1=2-2p_y", (), lambda s, t: 2 - 2 * true(s, t)),
    ("one-hot", "hard row", r"\mathcal{L}=\|\mathbf{e}_y-\mathbf{p}\|_2^2=1-2p_y+\sum_k p_k^2", (), lambda s, t: np.sum((t - sm(s)) ** 2)),
    ("one-hot", "hard row", r"\mathcal{L}=\|\mathbf{e}_y-\mathbf{p}\|_2^2=1-2p_y+\sum_k p_k", (), None),
    ("left out", "hard", r"L = \frac{1}{N}\sum_i L_i, \quad L_i = \sum_{j\neq y_i}\max(0, s_j - s_{y_i} + \Delta)", (), lambda s, t: hinge(s, t) / 3),
    ("left out", "hard", r"L = \frac{1}{N}\sum_{i=1}^N L_i, \quad L_i = -\log\frac{e^{f_{y_i}}}{\sum_j e^{f_j}}", (), lambda s, t: ce(s, t) / 3),
    ("part", "hard", r"-\frac{1}{|\mathcal{M}|}\sum_{i \in \mathcal{M}} \log p_{i,y_i}", (), None),
    ("part", "hard", r"-\frac{1}{|\mathcal{M}|}\sum_{i \in \mathcal{M}} \log p_{i,y_i}", ("M: samples",), lambda s, t: ce(s, t) / 3),
    ("outcome", "soft row", r"\mathcal{L} = D_{\mathrm{KL}}\left[\pi_\theta(y|x)\,\|\,\pi_{\mathrm{ref}}(y|x)\right]", (), lambda s, t: np.sum(sm(s) * (lsm(s) - np.log(numbers("pi_ref", 4))))),
    ("outcome", "soft row", r"\mathcal{L} = D_{KL}(q_\theta(y|x)\|p(y|x))", (), lambda s, t: np.sum(sm(s) * (lsm(s) - np.log(t)))),
    ("outcome", "hard", r"L = -\sum_i \frac{\pi_\theta(a_i|s_i)}{\pi_{\text{old}}(a_i|s_i)} A_i", (), lambda s, t: -np.sum(true(s, t) / np.sum(t * numbers("pi_old", 3, 4), 1) * numbers("A", 3))),
    ("odds", "row", r"\mathcal{L} = -\log \sigma\left(\log \frac{p_\theta(y_w|x)}{1-p_\theta(y_w|x)}-\log\frac{p_\theta(y_l|x)}{1-p_\theta(y_l|x)}\right)", (), lambda s, t: -lsig(gap(odds(s)))),
    ("odds", "row", r"\mathcal{L}_{OR} = -\log\sigma\left(\log\frac{\text{odds}_\theta(y_w|x)}{\text{odds}_\theta(y_l|x)}\right), \quad \text{odds}_\theta(y|x)=\frac{p_\theta(y|x)}{1-p_\theta(y|x)}", (), lambda s, t: -lsig(gap(odds(s)))),
    ("numbers", "soft", r"-\sum_i\sum_j t_{ij}\log(p_{ij}+1e-8)", (), lambda s, t: -np.sum(t * np.log(sm(s) + 1e-8))),
    ("numbers", "hard", r"\sum_i \log(1+e\cdot e^{-z_{i,y_i}})", ("z: logits",), lambda s, t: np.sum(np.logaddexp(0, 1 - np.sum(t * s, 1)))),
    ("scripts", "soft", r"-\sum_i\sum_j t_ij\log p_ij", (), None),
    ("scripts", "hard row", r"-\log p_y + z_1^12", (), None),
    ("zero", "soft", r"-\frac1N\sum_{i=0}^{N-1}\sum_{c=0}^{C-1} y_{ic}\log p_{ic}", (), lambda s, t: ce(s, t) / 3),
    ("zero", "soft", r"\sum_{i=0}^{n-1} i\sum_c y_{ic}\log p_{ic}", (), None),
    ("cases", "binary", r"\frac{1}{N}\sum_{i=1}^{N} \ell(p_i, y_i), \quad \ell(p, y) = \begin{cases} -\log(p) & y = 1 \\ -\log(1-p) & \text{otherwise} \end{cases}", (), lambda s, t: -np.mean(t * lsig(s) + (1 - t) * lsig(-s))),
    ("input", "hard", r"L = \frac{1}{N}\sum_i\sum_{j\neq y_i}\max(0, f(x_i;W)_j - f(x_i;W)_{y_i} + \Delta)", (), lambda s, t: hinge(s, t) / 3),
    ("weights", "hard", r"L = -\frac1N\sum_i \log p_{i,y_i} + \frac{\lambda}{2}\sum_{k=1}^{K}\sum_{l=1}^{D} W_{k,l}^2", (), lambda s, t: ce(s, t) / 3 + lam / 2 * number("norm_W") ** 2),
    *(("weights", "hard row", latex, (), None) for latex in (
        r"L = -\log p_y + \sum_{l} p_l \sum_{k\neq l} W_{k,l}", r"L = -\log p_y + \sum_{l} p_l \sum_{k} W_{k,l}",
        r"L = -\sum_{l=1}^K y_l \log p_l\sum_{k<l} W_{k,l}", r"L = -\log p_y + \sum_{k\neq y} W_{y,k}",
        r"L = -\log p_y + \sum_k\sum_l |W_{k,l}|", r"L = -\log p_y + \sum_k\sum_l W_{k,l}",
        r"L = -\log p_y + \sum_k\sum_{l\neq k} W_{k,l}^2", r"L = -\log p_y + \sum_l p_l\sum_k W_{k,l}^2")),
    ("binary", "hard binary", r"-\sum_i \left(\mathbb{1}[y_i= 1]\log(p_i) + \mathbb{1}[y_i\neq 1]\log(1-p_i)\right)", (), lambda s, t: -np.sum(t * lsig(s) + (1 - t) * lsig(-s))),
    ("tempered", "hard row", r"\mathcal{L} = -\log_t(p_y), \quad \log_t(x) = \frac{x^{1-t}-1}{1-t}", (), lambda s, t: -(true(s, t) ** (1 - number("t_number")) - 1) / (1 - number("t_number"))),
    ("tempered", "hard row", r"\mathcal{L} = -\log_t p_y", (), None),
    ("tempered", "hard row", r"\mathcal{L} = -\log_q p_y, \quad \log_q(x) = \frac{x^{1-q}-1}{1-q}", (), None),
    ("softmax", "soft row", r"L = -\sum_k y_k\log p_k - \sum_k y_k\log(1-\frac{p_k}{2})", (), lambda s, t: -np.sum(t * (lsm(s) + np.log(1 - sm(s) / 2)))),
    ("zero", "soft", r"\sum_{i=0}^{n-1}\sum_{k=1}^{n}\sum_j [i=k] y_{ij} \log p_{kj}", (), None),
    ("lse", "hard", r"\mathcal{L} = \frac1N\sum_i\left(\log\sum_{j'} e^{z_{i,j'}} - z_{i,y_i}\right)", (), lambda s, t: np.mean(lse(s) - np.sum(t * s, 1))),
]

# ruff: noqa: E501 - formulas stay on their lines, as sources print them
r"""Formulas that were read to another meaning once: a role or a class is told by a mark, or has to be asked for."""

import numpy as np

from .invented import lsm, number, numbers, sig, sm
from .printed_cases import brier

al, lam, q = (number(a) for a in ("alpha", "lambda", "q"))


def members(name):
    """Return the array of 0 and 1, any numbers here, of a set of each row."""
    return numbers(f"in{name}", 7, 7)[:3, :4]


CASES = [
    # what is declared is no guess: a hat does not make a probability of it
    ("hat", "binary", r"\frac{1}{n}\sum_{i=1}^n(y_i-\hat{y}_i)^2", (r"\hat{y}: logits", "y: labels"), lambda s, t: np.mean((t - s) ** 2)),
    ("hat", "soft", r"\sum_i\sum_j(y_{ij}-\hat{y}_{ij})^2", (r"\hat{y}: logits", "y: labels"), lambda s, t: np.sum((t - s) ** 2)),
    ("hat", "soft", r"\sum_i\sum_j(y_{ij}-\hat{y}_{ij})^2", (r"\hat{y}: probabilities", "y: labels"), brier),
    ("hat", "binary", r"\sum_i \log\cosh(t_i-\hat{t}_i)", (r"\hat{t}: logits", "t: labels"), lambda s, t: np.sum(np.log(np.cosh(t - s)))),
    # a set of each row is an array, whatever the letters
    ("row set", "soft", r"-\frac{1}{n}\sum_{i=1}^n\log\left(\sum_{j\in S_i}p_{ij}\right)", (), lambda s, t: -np.mean(np.log(np.sum(members("S") * sm(s), 1)))),
    ("row set", "soft", r"\frac1n\sum_i\log(1+\sum_{j\in\Omega_i}e^{s_{ij}})", (), lambda s, t: np.mean(np.log1p(np.sum(members("Omega") * np.exp(s), 1)))),
    ("row set", "soft", r"\sum_i \log(1+\sum_{j\in N_i} e^{s_{ij}}\sum_{k\in P_i} e^{-s_{ik}})", (), lambda s, t: np.sum(np.log1p(np.sum(members("N") * np.exp(s), 1) * np.sum(members("P") * np.exp(-s), 1)))),
    ("class set", "hard row", r"-\log\sum_{k\in S_y}p_k", (), lambda s, t: -np.sum(t * np.log(numbers("inS", 7, 7)[:4, :4] @ sm(s)))),
    # w_1 and w_2 beside one logit a sample
    ("numbers", "binary", r"-\sum_i (w_{1} t_i\log\sigma(s_i)+w_{2}(1-t_i)\log(1-\sigma(s_i)))", ("w_j>0",), None),
    ("numbers", "binary", r"-\sum_i (w_{1} t_i\log\sigma(s_i)+w_{2}(1-t_i)\log(1-\sigma(s_i)))", ("w_1>0", "w_2>0"), lambda s, t: -np.sum(number("w_1") * t * np.log(sig(s)) + number("w_2") * (1 - t) * np.log(sig(-s)))),
    # one sample whose logit is declared
    ("one sample", "hard binary", r"\ell(f(x),y) = \frac{1}{1+e^{yf(x)}}, \quad y\in\{-1,+1\}", ("f: logits",), lambda s, t: np.sum(sig((1 - 2 * t) * s))),
    ("one sample", "hard binary", r"\ell_{\text{ramp}}(y,f) = \min\left(1,\max(0,1-yf)\right), \quad y\in\{-1,1\}", ("f: logits",), lambda s, t: np.sum(np.clip(1 - (2 * t - 1) * s, 0, 1))),
    ("one sample", "binary", r"L = \frac12(y-\hat y)^2", (r"\hat{y}: logits",), lambda s, t: np.sum((t - s) ** 2) / 2),
    ("one sample", "binary", r"q(y-\hat{y})_+ + (1-q)(\hat{y}-y)_+", (r"\hat{y}: logits", "0<q<1"), lambda s, t: np.sum(q * np.maximum(t - s, 0) + (1 - q) * np.maximum(s - t, 0))),
    # the parameters of the model say what is predicted
    ("model", "soft row", r"L = D_{KL}(q_\theta \| p)", (), lambda s, t: np.sum(sm(s) * (lsm(s) - np.log(t)))),
    ("model", "soft row", r"L = D_{KL}(p \| q_\theta)", (), lambda s, t: np.sum(t * (np.log(t) - lsm(s)))),
    ("model", "soft row", r"\text{KL}[q_\theta\|p] = \sum_{y} q_\theta(y|x)\log\frac{q_\theta(y|x)}{p(y|x)}", ("y in m",), lambda s, t: np.sum(sm(s) * (lsm(s) - np.log(t)))),
    ("model", "soft row", r"D_{SKL}^{(\alpha)}(p,q_\theta) = D_{KL}\left(p,\alpha p+(1-\alpha)q_\theta\right)", (), lambda s, t: np.sum(t * np.log(t / (al * t + (1 - al) * sm(s))))),
    ("model", "soft row", r"D_{KL}(p \| \lambda p + (1-\lambda) q)", ("q: probabilities", "p: labels"), lambda s, t: np.sum(t * np.log(t / (lam * t + (1 - lam) * sm(s))))),
    ("model", "soft row", r"D_{KL}(p \| \lambda p + (1-\lambda) q)", (), None),
    # two classes of one sample
    ("two classes", "hard row", r"-\lambda\log p_a-(1-\lambda)\log p_b", ("a: target class", "b: target class"), None),
    ("two classes", "hard row", r"-\log p_y + \alpha\log(1-p_j)", ("j: target class",), None),
    ("two classes", "hard row", r"-\lambda\log p_y-(1-\lambda)\sum_k c_k\log p_k", ("c_k>=0",), lambda s, t: -np.sum((lam * t + (1 - lam) * numbers("c", 7)[:4]) * lsm(s))),
    # a letter above an entry
    ("above", "soft", r"-\frac1N\sum_{i=1}^N\sum_{k=1}^K y_{ik}^d\log p_{ik}", (), None),
    ("above", "soft", r"-\frac1N\sum_{i=1}^N\sum_{k=1}^K y_{ik}^d\log p_{ik}", ("d>0",), lambda s, t: -np.mean(np.sum(t ** number("d") * lsm(s), 1))),
    ("above", "soft row", r"\sum_k \|p^a_k-p^b_k\|^2", (), None),
    ("above", "binary", r"\sum_i (I_i^e - t_i)^2", ("I: logits",), None),
    # an index that is left out where no sum over it stands
    ("left out", "soft row", r"\sum_i t_i s_i - \min_{k\ne i}s_k", (), None),
    ("left out", "soft row", r"\sum_i t_i s_i - \sum_{k\ne i}s_k", (), None),
    ("left out", "hard row", r"\log(1+\sum_{c\neq y} e^{z_c-z_y}) + \lambda\max_{k\ne j} z_k", (), None),
    ("left out", "square", r"\frac{1}{N}\sum_{i=1}^N \max_{j\neq i}\left(\left[\alpha+s_{ij}-s_{ii}\right]_+\right) + \max_{j\neq i}\left(\left[\alpha+s_{ji}-s_{ii}\right]_+\right)", (), None),
    # y log q with declared logits of another letter
    ("logged", "soft row", r"L = -\sum_{k=1}^K y_k\log q_k+\alpha\left(\max_k z_k-\frac{1}{K}\sum_{k=1}^K z_k\right)", ("z: logits",), None),
    ("logged", "soft row", r"L = -\sum_{k=1}^K y_k\log q_k+\alpha\left(\max_k z_k-\frac{1}{K}\sum_{k=1}^K z_k\right)", ("z: logits", "q: probabilities"), lambda s, t: -np.sum(t * lsm(s)) + al * (np.max(s) - np.mean(s))),
    # tasks of their own, or classes
    ("tasks", "soft row", r"\mathcal{L}_{Hill} = -\sum_{c=1}^C\left[y_c\log p_c-(1-y_c)(\lambda-p_c)p_c^2\right]", (), None),
    ("tasks", "soft row", r"\mathcal{L}_{Hill} = -\sum_{c=1}^C\left[y_c\log\sigma(z_c)-(1-y_c)(\lambda-\sigma(z_c))\sigma(z_c)^2\right]", (), lambda s, t: -np.sum(t * np.log(sig(s)) - (1 - t) * (lam - sig(s)) * sig(s) ** 2)),
    ("tasks", "soft", r"\sum_{i}\sum_{c}\left[y_{ic}(1-p_{ic})^2+(1-y_{ic})p_{ic}^2\right], \quad y_{ic}\in\{0,1\}", (), None),
    # a class beside those of the labels
    ("beyond", "soft row", r"-\sum_j t_j\log(p_j o+p_{m+1})", ("o>0",), None),
]

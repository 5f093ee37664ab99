# ruff: noqa: E501 - formulas stay on their lines, as sources print them
r"""Kinds that a fourth reading of other people's formulas found: (family, kind of data, LaTeX, declarations, reference)."""

import numpy as np

from .invented import lsig, lsm, number, numbers, sig, sm
from .invented_cases import al, be, ce, g, lam, tau
from .ways_out_cases import gap, true

EPSILON = 1e-8
delta = number("delta")


def small(s, t):
    return -np.sum(t * np.log(sm(s) + EPSILON))


def costs(name, s, t):
    """Return the sum over classes k of an array (y, k) times the probability of k."""
    return np.sum(t[:, None] * numbers(name, 4, 4) * sm(s)[None, :])


def noise(s, t):
    return -np.log(np.sum(t[None, :] * sm(s)[:, None] * numbers("T", 4, 4)))


def huber(s, t, width):
    error = np.abs(t - s)
    return np.where(error < width, error**2 / 2, width * (error - width / 2))


def modified(margin):
    return np.where(margin >= 1, 0, np.where(margin > -1, (1 - margin) ** 2, -4 * margin))


def signed(s, t):
    """Return the margin of labels that are 2 t - 1."""
    return (2 * t - 1) * s


def kl_to(name, s):
    given = numbers(name, *s.shape)
    return np.sum(sm(s) * (lsm(s) - np.log(given)))


CASES = [
    # numbers as programs print them
    *(("numbers", "soft", rf"-\sum_i\sum_j y_{{ij}}\log(p_{{ij}}+{text})", (), small) for text in (
        r"1\mathrm{e}{-8}", r"1\text{e-8}", r"1e{-8}", r"\text{1e-8}", r"\mathtt{1e-8}", r"1\mathrm{E}{-8}", r"1\textrm{e-}8", r"10\mathrm{e}{-9}")),
    *(("numbers", "soft", rf"-\sum_i\sum_j y_{{ij}}\log(p_{{ij}}+{text})", (), None) for text in (
        "1 e-8", r"1\mathrm{e}-8", r"1\,\mathrm{e}\!-\!8")),
    ("numbers", "soft", r"-\sum_i\sum_j y_{ij}\log(p_{ij}+2 e + 1)", (), lambda s, t: -np.sum(t * np.log(sm(s) + 2 * np.e + 1))),
    # what is logged beside a logit in an exponential is a prior
    ("prior", "hard row", r"-\log\frac{\exp(s_{y}-\log Q_y)}{\sum_{j}\exp(s_j-\log Q_j)}", (), lambda s, t: ce(s - np.log(numbers("Q", 4)), t)),
    ("prior", "hard row", r"-\log\frac{\exp(z_y-\log q_y)}{\sum_j\exp(z_j-\log q_j)}", (), lambda s, t: ce(s - np.log(numbers("q", 4)), t)),
    ("prior", "hard row", r"-\log\frac{e^{z_y+\log p_y}}{\sum_{k=1}^K e^{z_k+\log p_k}}", (), None),
    # what was dropped, or read as something else
    ("raw", "soft row", r"-\sum_{j} t_j\log\frac{s_j}{\sum_k s_k}", (), None),
    ("raw", "soft row", r"-\sum_{j} t_j\log\frac{s_j}{\sum_k s_k}", ("s: probabilities",), lambda s, t: ce(s, t)),
    ("signed", "row", r"\sum_{j}\max(0, 1 - s_{+} + s_j)", (), None),
    ("brackets", "binary", r"L = \sum_i \left[y_i\log p_i + (1-y_i)\log 1-p_i\right]", (), None),
    ("cosine", "soft row", r"\mathcal{L} = 1 - \cos(p, y)", (), None),
    ("mean", "soft", r"L = -\mathbb{E}_{x}\sum_{k}q_k(x)\log p_k(x)", (), None),
    ("mean", "soft", r"L = -\mathbb{E}_{x}\left[\sum_{k}q_k(x)\log p_k(x)\right]", (), lambda s, t: ce(s, t) / 3),
    ("copy", "row", r"L = \mathrm{KL}(p_\theta(\cdot|x)\|p_0(\cdot|x))", (), lambda s, t: kl_to("p_0", s)),
    ("copy", "hard", r"L = \mathbb{E}_{(x,y)}\left[-\log p_\theta(y|x)\right]+\beta\,\mathbb{E}_{x}\left[\mathrm{KL}\left(p_\theta(\cdot|x)\|p_0(\cdot|x)\right)\right]", (), lambda s, t: ce(s, t) / 3 + be * kl_to("p_0", s) / 3),
    ("copy", "row", r"L = \mathrm{KL}\left(p_{\theta}(y|x)\,\|\,p_\theta(y|\hat{x})\right)", (), None),
    ("copy", "row", r"L = \mathrm{KL}\left(p_{\tilde\theta}(y|x)\,\|\,p_\theta(y|x)\right)", (), None),
    ("copy", "hard", r"L = -\frac1N\sum_i\log p_\theta(y_i|x_i)+\frac{\lambda}{N}\sum_i\mathrm{KL}(p_\theta(\cdot|x_i)\|p_{\text{old}}(\cdot|x_i))", (), lambda s, t: ce(s, t) / 3 + lam * kl_to("p_old", s) / 3),
    ("inputs", "hard", r"L = -\frac1N\sum_i\log p_\theta(y_i|x_i)+\frac{\lambda}{N}\sum_i\|p_\theta(\cdot|x_i)-p_\theta(\cdot|\tilde x_i)\|^2", (), None),
    ("inputs", "hard", r"L = -\frac1N\sum_i\log p_\theta(y_i|x_i)-\frac{\lambda}{N}\sum_i\log p_\theta(y_i|\tilde x_i)", (), None),
    ("inputs", "hard row", r"L = -\log p(y|\tilde x)", (), ce),
    ("order", "binary", r"L = \frac{1}{N}\sum_{i=1}^{N}\beta_i L_{CE}(p_i,p_i^*)", (), None),
    ("distance", "hard", r"-\sum_i\log\frac{e^{-\|z_i-c_{y_i}\|^2}}{\sum_k e^{-\|z_i-c_k\|^2}}", (), None),
    ("distance", "row", r"-\sum_i\log\sum_{j\in C_i}p_{ij}, \quad p_{ij} = \frac{\exp(-\|Ax_i-Ax_j\|^2)}{\sum_{k\ne i}\exp(-\|Ax_i-Ax_k\|^2)}", (), None),
    ("penalty", "hard row", r"L = -\log p_y + \lambda R(\theta)", (), lambda s, t: ce(s, t) + lam * number("R")),
    ("two labels", "soft row", r"-\lambda\sum_{k}y_{a,k}\log p_k-(1-\lambda)\sum_k y_{b,k}\log p_k", (), None),
    ("two labels", "hard row", r"-\lambda\log p_{y_a} - (1-\lambda)\log p_{y_b}", (), None),
    # remarks beside a formula
    ("remark", "soft row", r"L = -\sum_{k=1}^K (1-p_k)^\gamma y_k \log p_k, \quad \gamma\geq 0", (), lambda s, t: -np.sum((1 - sm(s)) ** g * t * lsm(s))),
    ("remark", "hard row", r"L = \frac{1-p_y^q}{q}, \quad q\in(0,1]", (), lambda s, t: (1 - true(s, t) ** number("q")) / number("q")),
    ("remark", "hard row", r"L = -\alpha_y(1-p_y)^\gamma\log p_y, \quad \alpha_k>0, \gamma > 0", (), lambda s, t: -np.sum(t * numbers("alpha", 4) * (1 - sm(s)) ** g * lsm(s))),
    ("remark", "soft row", r"L = -\alpha\sum_k y_k\log p_k-\beta\sum_k p_k^2, \quad \alpha,\beta>0", (), lambda s, t: al * ce(s, t) - be * np.sum(sm(s) ** 2)),
    *(("remark", "soft row", rf"L = -\sum_{{k=1}}^K y_k\log p_k{said}", (), ce) for said in (
        r" \quad \text{where } K \text{ is the number of classes}", r", \quad \text{with } \sum_k y_k = 1", r" \qquad \forall k", r" \qquad (4)", r", \quad z\in\mathbb{R}^K", r", \quad y_k\in\{0,1\}", r", \quad k = 1,\dots,K")),
    *(("remark", "soft row", rf"L = -\sum_k y_k\log p_k + \lambda\sum_k p_k^2{said}", (), lambda s, t: ce(s, t) + lam * np.sum(sm(s) ** 2)) for said in (
        r" \quad (\lambda > 0)", r", \quad \text{where } \lambda \text{ is a hyperparameter}", r" \quad \text{with } \lambda\in[0,1]")),
    ("remark", "soft row", r"L = -\sum_k y_k \log p_k \text{ where } p_k \text{ is the smoothed probability}", (), None),
    *(("remark", "hard row", rf"L = -\log p_y{said}", (), None) for said in (
        r", \quad p_y>0.5", r" \text{ if } p_y>\tau", r", k\neq y", r", \quad z_k\ge 0", r", \quad z\in\mathbb{R}^{K-1}", r", \quad K>2",
        r", \quad \sum_k y_k z_k = 1", r", \quad \sum_k y_k^2 = 1", r" \text{ if } y_k=1",
        r" \text{ where } K \text{ is half the number of classes}", r" \text{ where } K \text{ is the number of labels per sample}")),
    *(("remark", "soft row", rf"L = -\sum_{{k=1}}^K (1-p_k)^\gamma y_k \log p_k{said}", (), None) for said in (
        r", \quad \gamma\ge0, \gamma\le1", r", \quad \gamma\in\mathbb{R}", r", \quad \gamma\neq1", r" \text{ where } \gamma \text{ is a negative constant}")),
    *(("remark", "soft row", rf"L = -\sum_k y_k\log p_k{said}", (), None) for said in (
        r", y_y = 1", r", y_k = 1", r" \text{ if } p_k - y_k \geq 0", r", p_k - 0.5 > 0", r", 1-y_k\in\{0,1\}", r", \sum_{k=1}^2 p_k = 1", r", z\in\mathbb{R}^2",
        r", z\in[-1,1]", r", p_k\in[-1,1]")),
    ("remark", "hard row", r"L = -\log p_y, y\in\{0,1\}", (), None),
    *(("remark", "soft row", rf"L = -\alpha\sum_k y_k\log p_k-\beta\sum_k p_k^2{said}", (), lambda s, t: al * ce(s, t) - be * np.sum(sm(s) ** 2)) for said in (
        r", \text{where } \alpha, \beta \text{ are positive constants}", r", \alpha>0 \text{ and } \beta>0")),
    *(("remark", "soft row", rf"L = -\alpha\sum_k y_k\log p_k-\beta\sum_k p_k^2{said}", (), None) for said in (
        r", 0<\alpha,\beta<1", r", \alpha>0 \text{ or } \beta>0", r", \alpha\ge0 \text{ if } \beta>0")),
    ("remark", "hard row", r"L=-\log\frac{e^{sz_y}}{\sum_k e^{sz_k}}, \quad s>1", (), None),
    # labels that are said to be -1 and 1
    *(("signs", "hard binary", rf"{loss}, \quad y\in\{{-1,1\}}", (), lambda s, t: np.sum(np.logaddexp(0, -signed(s, t)))) for loss in (
        r"\ell(y,\hat{y}) = \log(1+e^{-y\hat{y}})", r"\ell(y,f) = \log(1+e^{-yf})")),
    ("signs", "hard binary", r"\mathcal{L}_{\exp} = \sum_{i=1}^{n}e^{-y_i F(x_i)}, \quad y_i \in \{-1, +1\}", (), lambda s, t: np.sum(np.exp(-signed(s, t)))),
    ("signs", "hard binary", r"\ell(y,\hat{y}) = \max(0, 1-y\hat{y}), y \in \{\pm 1\}", (), lambda s, t: np.sum(np.maximum(0, 1 - signed(s, t)))),
    ("signs", "hard binary", r"L = \frac1n\sum_{i=1}^n (1-y_if(x_i))^2, y_i\in\{-1,1\}", (), lambda s, t: np.mean((1 - signed(s, t)) ** 2)),
    ("signs", "hard binary", r"L = \sum_i\max(0,-y_iz_i), \quad y_i=\pm1", (), lambda s, t: np.sum(np.maximum(0, -signed(s, t)))),
    ("signs", "hard binary", r"L = \sum_i\log(1+e^{-\tilde{y}_iz_i}), \quad \tilde{y}_i\in\{-1,1\}", (), lambda s, t: np.sum(np.logaddexp(0, -signed(s, t)))),
    ("compared", "hard binary", r"\sum_{i:y_i=1}\sum_{j:y_j=0}\left(1-z_i+z_j\right)^2", (), lambda s, t: np.sum(np.outer(t, 1 - t) * (1 - s[:, None] + s[None, :]) ** 2)),
    # scores of a linear layer
    ("linear", "hard", r"-\frac{1}{m}\sum_{i=1}^{m}\log\frac{e^{W_{y_i}^{T}x_i+b_{y_i}}}{\sum_{j=1}^{n}e^{W_j^{T}x_i+b_j}}", (), lambda s, t: ce(s, t) / 3),
    ("linear", "hard", r"-\frac1N\sum_{i=1}^N\log\frac{e^{w_{y_i}^\top f(x_i)/\tau}}{\sum_k e^{w_k^\top f(x_i)/\tau}}", (), lambda s, t: ce(s / tau, t) / 3),
    ("linear", "hard row", r"-\log\frac{e^{\langle w_y, x\rangle}}{\sum_{j=1}^{K}e^{\langle w_j,x\rangle}}", (), ce),
    ("linear", "hard row", r"-\log\frac{e^{w_y\cdot x}}{\sum_k e^{w_k\cdot x}}", (), ce),
    ("linear", "hard", r"-\frac1N\sum_i\log\frac{e^{w_{y_i}\cdot x_i+b_{y_i}}}{\sum_k e^{w_k\cdot x_i+b_k}}", (), lambda s, t: ce(s, t) / 3),
    ("linear", "soft row", r"-\sum_k y_k\log\frac{e^{w_k^\top x}}{\sum_j e^{w_j^\top x}}+\lambda\|W\|^2", (), lambda s, t: ce(s, t) + lam * number("norm_W") ** 2),
    ("linear", "hard row", r"-\log\frac{e^{w_y^\top x+b_y}}{\sum_k e^{w_k^\top x}}", (), None),
    # cases by values
    ("cases", "hard binary", r"\ell(y,f) = \begin{cases} 0 & \text{if } yf \geq 1\\ (1-yf)^2 & \text{if } -1 < yf < 1 \\ -4yf & \text{otherwise}\end{cases}, \quad y\in\{-1,1\}", (), lambda s, t: np.sum(modified(signed(s, t)))),
    ("cases", "hard binary", r"\ell(y, f(x)) = \begin{cases}\max(0,1-yf(x))^2 & \text{for } yf(x)\geq -1,\\ -4yf(x) & \text{otherwise.}\end{cases} \quad y\in\{-1,1\}", (), lambda s, t: np.sum(modified(signed(s, t)))),
    ("cases", "binary", r"L_\delta(y, f(x)) = \begin{cases}\frac12(y-f(x))^2 & \text{for } |y-f(x)|\le\delta,\\ \delta\left(|y-f(x)|-\frac12\delta\right) & \text{otherwise.}\end{cases}", ("y: labels", "f: logits"), lambda s, t: np.sum(huber(s, t, delta))),
    ("cases", "binary", r"L = \frac1n\sum_{i=1}^n\begin{cases}\frac12(y_i-z_i)^2 & |y_i-z_i|<1\\ |y_i-z_i|-\frac12 & \text{otherwise}\end{cases}", ("y: labels", "z: logits"), lambda s, t: np.mean(huber(s, t, 1))),
    ("cases", "binary", r"L=\begin{cases}\tau(y-\hat y) & y\ge\hat y\\(1-\tau)(\hat y-y) & y<\hat y\end{cases}", ("y: labels", r"\hat{y}: logits"), lambda s, t: np.sum(np.where(t >= s, tau * (t - s), (1 - tau) * (s - t)))),
    ("cases", "binary", r"\mathrm{VFL}(p,q) = \begin{cases}-q\left(q\log(p)+(1-q)\log(1-p)\right) & q>0\\ -\alpha p^{\gamma}\log(1-p) & q=0\end{cases}", ("q: labels",), lambda s, t: -np.sum(t * (t * lsig(s) + (1 - t) * lsig(-s)))),
    ("cases", "hard binary", r"\mathrm{VFL}(p,q) = \begin{cases}-q\left(q\log(p)+(1-q)\log(1-p)\right) & q>0\\ -\alpha p^{\gamma}\log(1-p) & q=0\end{cases}", ("q: labels",), lambda s, t: -np.sum(np.where(t > 0, lsig(s), al * sig(s) ** g * lsig(-s)))),
    ("cases", "hard row", r"L = \begin{cases}\frac{1-k^q}{q} & \text{if } p_y\le k\\ \frac{1-p_y^q}{q} & \text{if } p_y>k\end{cases}", (), lambda s, t: (1 - max(number("k"), true(s, t)) ** number("q")) / number("q")),
    ("cases", "binary", r"L = \begin{cases} 0 & yz \geq 1\\ 1 & yz < 1 \\ 2 & yz \le 0\end{cases}, y\in\{-1,1\}", (), None),
    # arrays of two classes
    ("classes", "hard row", r"-\log\sum_{j=1}^{K}T_{jy}\,p_j", (), noise),
    ("classes", "hard row", r"-\log\left(\sum_{i=1}^{c}T_{i\tilde{y}}\,\hat{p}(y=i|x)\right)", (), noise),
    ("classes", "hard row", r"\mathcal{L} = \sum_{k=1}^{K} C_{y,k}\,p_k", (), lambda s, t: costs("C", s, t)),
    ("classes", "hard", r"L = \frac1N\sum_i\sum_{k=1}^{K} C_{y_i,k}\,p_{i,k}", (), lambda s, t: np.sum((t @ numbers("C", 4, 4)) * sm(s)) / 3),
    ("classes", "hard row", r"-\log p_y+\lambda\sum_{k<l}W_{k,l}p_kp_l", ("W_ij",), lambda s, t: ce(s, t) + lam * np.sum(np.triu(numbers("W", 4, 4), 1) * np.outer(sm(s), sm(s)))),
    ("classes", "hard", r"-\frac1N\sum_i v_{i,y_i}\log p_{i,y_i}", (), None),
    # other spellings
    ("spelling", "row", r"\max(0,\delta-\log P_\theta(y^+|x)+\log P_\theta(y^-|x))", (), lambda s, t: max(0, delta - gap(lsm(s)))),
    ("spelling", "hard", r"-\frac1N\sum_{i=1}^N\log\hat{y}_{i}^{(c_i)}", (), lambda s, t: ce(s, t) / 3),
    ("spelling", "hard", r"\frac{1}{N}\sum_{i=1}^N\left[-\log p_i(y_i)\right]", (), lambda s, t: ce(s, t) / 3),
    ("spelling", "soft row", r"\mathcal{L} = \|\sqrt{p}-\sqrt{y}\|_2^2", (), lambda s, t: np.sum((np.sqrt(sm(s)) - np.sqrt(t)) ** 2)),
    ("spelling", "hard row", r"-\log\frac{e^{\tilde{s}\cos\theta_y}}{\sum_{k=1}^{C}e^{\tilde{s}\cos\theta_k}}", (), lambda s, t: ce(number("tildes") * s, t)),
    ("spelling", "hard row", r"-\sum_{k>y}\log(1-p_k)", (), lambda s, t: -np.sum(np.log(1 - sm(s)[np.argmax(t) + 1 :]))),
    ("spelling", "row", r"\sum_{i<j}\left[-\bar{P}_{ij}\log P_{ij}-(1-\bar{P}_{ij})\log(1-P_{ij})\right], \quad P_{ij} = \frac{1}{1+e^{-(s_i-s_j)}}", (r"\bar{P}_ij",), lambda s, t: -sum(
        numbers("barP", 4, 4)[i, j] * lsig(s[i] - s[j]) + (1 - numbers("barP", 4, 4)[i, j]) * lsig(s[j] - s[i]) for j in range(4) for i in range(j))),
]

#: (LaTeX, part of a guess that is printed): what was read in silence before.
SAID = [
    (r"\log(1+e^{s_0-s_1})", "classes are counted from 0"),
    ("-sum(i, t[i,0]*s[i,0]) - sum(i, t[i,1]*s[i,1])", "classes are counted from 0"),
    (r"L = -\sum_{k=1}^K y_k\log p_k, \quad y_k\in\{0,1\}", "y is 0 or 1"),
    (r"L = \frac{1-p_y^q}{q}, \quad q\in(0,1]", "0 < q <= 1"),
    (r"\max_\theta \sum_{k=1}^K y_k\log p_k", "maximised"),
    (r"-\log\frac{e^{\langle w_y, x\rangle}}{\sum_{j=1}^{K}e^{\langle w_j,x\rangle}}", "the score of class k"),
    (r"L = \begin{cases}\frac{1-k^q}{q} & \text{if } p_y\le k\\ \frac{1-p_y^q}{q} & \text{if } p_y>k\end{cases}", "count half"),
]

#: (LaTeX, part of the message, part of the hint): questions that said something else, or nothing.
QUESTIONS = [
    (r"-\lambda\log p_{y_a} - (1-\lambda)\log p_{y_b}", "labels of one sample", r"\sum_k q_k \log p_k"),
    (r"\mathcal{L} = \sum_{i}\left[\max_{c'}\left[\alpha+s(i,c')-s(i,c)\right]_+ + \max_{i'}\left[\alpha+s(i',c)-s(i,c)\right]_+\right]", "is it the positive of the row?", r"s_{i,i}"),
    (r"-\sum_{i=1}^{n}\log\frac{e^{s_{\pi(i)}}}{\sum_{k=i}^{n}e^{s_{\pi(k)}}}", "cannot stand as an index", r"s_i for s_{\pi(i)}"),
    (r"-\log p_y \odot w", "not supported", "entry by entry"),
    (r"-\log p_{i,\hat y_i},\quad \hat y_i=\arg\max_k p_{ik}", "not supported", "letter of its own"),
    (r"-\log p_y+\lambda\sum_{k<l}W_{k,l}p_kp_l", "what is W here?", "W_ij"),
]

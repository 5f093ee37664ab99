# ruff: noqa: E501 - formulas stay on their lines, as sources print them
r"""Losses of many papers as they print them: kinds of notation that were met after those of ``invented``.

Each is (family, kind of data, LaTeX, declarations, NumPy reference), as in ``invented``; a reference of None has to be
asked back.
"""

import numpy as np

from .invented import lse, lsig, lsm, number, numbers, sig, sm
from .invented_cases import T, al, bce, be, ce, eps, g, kl, lam, tau, w4

delta = number("delta")


def pairs(s, t, f):
    """Return the sum of f(s_i - s_j) over the pairs with t_i > t_j."""
    return np.sum((t[:, None] > t[None, :]) * f(s[:, None] - s[None, :]))


def top_other(s, t):
    return np.max(np.where(t > 0, -np.inf, s), axis=-1)


def brier(s, t):
    return np.sum((sm(s) - t) ** 2)


def js(a, b):
    return (kl(a, (a + b) / 2) + kl(b, (a + b) / 2)) / 2


def dpo(s, t, margin=0.0):
    r = numbers("pi_ref", 7, 7)[: len(s), :2] if s.ndim == 2 else None
    return s[:, 0] - s[:, 1] - np.log(r[:, 0]) + np.log(r[:, 1]) - margin


#: Scales and the sigmoid, primes, indicators of values.
MARKS = [
    ("sigma", "soft row", r"C = \sum_{i,j:y_i>y_j}\log(1+e^{-\sigma(s_i-s_j)})", None, None),
    ("sigma", "soft row", r"C = \sum_{i,j:y_i>y_j}\log(1+e^{-\sigma(s_i-s_j)})", ("sigma>0",), lambda s, t: pairs(s, t, lambda d: np.logaddexp(0, -number("sigma") * d))),
    ("sigma", "soft row", r"C = \sum_{y_i>y_j}\log\left(1+\exp\left(-\sigma(s_i-s_j)\right)\right)", None, None),
    ("sigma", "row", r"\sum_{i<j}\log(1+e^{-\sigma(s_i-s_j)})", None, None),
    ("sigma", "row", r"\sum_{i<j}\log(1+e^{-\sigma(s_i-s_j)})", ("sigma>0",), lambda s, t: -sum(lsig(number("sigma") * (s[a] - s[b])) for a in range(4) for b in range(a + 1, 4))),
    ("sigma", "row", r"\mathcal{L}_{BPR} = -\sum_{i<j}\log\sigma(s_i-s_j)", (), lambda s, t: -sum(lsig(s[a] - s[b]) for a in range(4) for b in range(a + 1, 4))),
    ("prime", "hard row", r"-\log \frac{e^{z_y}}{\sum_{y^\prime} e^{z_{y^\prime}}}", (), ce),
    ("prime", "hard row", r"L = -\log\frac{\exp(f_y(x))}{\sum_{y^{\prime}\in[K]}\exp(f_{y^{\prime}}(x))}", (), ce),
    ("prime", "hard row", r"-\log\frac{e^{z_y}}{\sum_{k^\prime=1}^{K} e^{z_{k^\prime}}}", (), ce),
    ("prime", "soft row", r"-\sum_k y_k \log\frac{e^{z_k}}{\sum_{k''} e^{z_{k''}}}", (), ce),
    ("prime", "soft", r"\sum_i\sum_j t_{ij}\log\sum_{j^\prime} e^{s_{ij^\prime}-s_{ij}}", (), ce),
    ("prime", "hard row", r"\sum_{y'\neq y}\max(0, 1 + z_{y'} - z_y)", (), lambda s, t: np.sum((1 - t) * np.maximum(0, 1 + s - np.sum(t * s)))),
    ("prime", "hard row", r"\log\Big[1+\sum_{y^{\prime}\neq y}e^{\Delta_{yy^{\prime}}}\cdot e^{f_{y^{\prime}}(x)-f_y(x)}\Big], \quad \Delta_{yy^\prime} = \tau\log\frac{\pi_{y^\prime}}{\pi_y}", (), lambda s, t: ce(s + tau * np.log(w4("pi")), t)),
    ("values", "soft", r"\sum_i\sum_j [p_{ij}<\frac12] s_{ij}", (), lambda s, t: np.sum((sm(s) < 0.5) * s)),
    ("values", "soft", r"\sum_i\sum_j [t_{ij}\ge\frac12] s_{ij}", (), lambda s, t: np.sum((t >= 0.5) * s)),
    ("values", "soft", r"\sum_i\sum_j [\tfrac{1}{4} < t_{ij}] s_{ij}", (), lambda s, t: np.sum((t > 0.25) * s)),
    ("values", "soft", r"\sum_i\sum_j [s_{ij} > \delta] t_{ij}", ("delta>0",), lambda s, t: np.sum((s > delta) * t)),
    ("values", "soft", r"\sum_i\sum_j [\delta < s_{ij}] t_{ij}", ("delta>0",), lambda s, t: np.sum((s > delta) * t)),
    ("values", "soft", r"-\sum_i\sum_j \mathbb{1}[p_{ij}<0.95]\, t_{ij}\log p_{ij}", (), lambda s, t: -np.sum((sm(s) < 0.95) * t * lsm(s))),
    ("values", "hard", r"-\sum_i\sum_j [t_{ij}=1]\log p_{ij}", (), ce),
    ("values", "hard", r"-\sum_i\sum_j \mathbb{1}[t_{ij}=1]\log p_{ij}", (), ce),
    ("values", "hard", r"\sum_i\sum_j [t_{ij}=0] s_{ij}", (), lambda s, t: np.sum((1 - t) * s)),
    ("values", "hard", r"\sum_i\sum_j [t_{ij}\neq 0] s_{ij}", (), lambda s, t: np.sum(t * s)),
    ("values", "hard", r"\sum_i\sum_j [t_{ij}\neq 1] s_{ij}", (), lambda s, t: np.sum((1 - t) * s)),
    ("values", "soft", r"\sum_i\sum_j [0<t_{ij}<1] s_{ij}", (), lambda s, t: np.sum(s)),
    ("values", "hard", r"\sum_i\sum_j [0<t_{ij}<1] s_{ij}", (), lambda s, t: 0.0),
    ("values", "soft", r"\sum_i\sum_j [0\le t_{ij}\le\tfrac12] s_{ij}", (), lambda s, t: np.sum((t <= 0.5) * s)),
    ("values", "soft row", r"\sum_{i,j} \mathbb{1}[y_i = y_j]\,(z_i-z_j)^2", None, None),
    ("cases", "hard", r"L = \sum_i\sum_j \begin{cases} -\log p_{ij} & t_{ij}>0 \\ 0 & \text{otherwise}\end{cases}", (), ce),
    ("cases", "hard", r"L = \sum_i\sum_j \begin{cases} -\log p_{ij}, & \text{if } t_{ij}>0, \\ 0, & \text{otherwise}.\end{cases}", (), ce),
    ("cases", "hard", r"\sum_i\sum_j \begin{cases} -\log \sigma(s_{ij}) & \text{if } t_{ij} = 1 \\ -\log(1-\sigma(s_{ij})) & \text{if } t_{ij} = 0\end{cases}", (), bce),
    ("cases", "soft", r"\sum_i\sum_j \begin{cases} s_{ij}^2 & t_{ij}\ge\frac12 \\ s_{ij} & t_{ij}<\frac12\end{cases}", (), lambda s, t: np.sum(np.where(t >= 0.5, s**2, s))),
    ("cases", "hard binary", r"\sum_{i=1}^N\begin{cases} -\alpha(1-p_i)^\gamma\log p_i, & y_i=1\\ -(1-\alpha)p_i^\gamma\log(1-p_i), & y_i=0\end{cases}", (), lambda s, t: -np.sum(al * t * sig(-s) ** g * lsig(s) + (1 - al) * (1 - t) * sig(s) ** g * lsig(-s))),
    ("cases", "hard binary", r"\ell(p, y)=\left\{\begin{array}{ll}-\log p & \text{if } y=1\\ -\log(1-p) & \text{otherwise}\end{array}\right.", (), bce),
    ("cases", "hard binary", r"\mathrm{CE}(p,y)=\left\{\begin{array}{ll} -\log(p), & \text{if } y=1,\\ -\log(1-p), & \text{otherwise.}\end{array}\right.", (), bce),
    ("bars", "row", r"\sum_j\sum_k |j-k| s_j s_k", (), lambda s, t: sum(abs(j - k) * s[j] * s[k] for j in range(4) for k in range(4))),
    ("bars", "soft row", r"\sum_{j=1}^m\sum_{k=1}^m t_j |j-k|\, p_k", (), lambda s, t: sum(t[j] * abs(j - k) * sm(s)[k] for j in range(4) for k in range(4))),
    ("bars", "hard row", r"\sum_{k=1}^{K} |k-y|\, p_k", (), lambda s, t: sum(t[j] * abs(j - k) * sm(s)[k] for j in range(4) for k in range(4))),
    ("bars", "hard", r"-\frac1N\sum_{i=1}^N\sum_{k=1}^K \frac{e^{-|k-y_i|}}{\sum_{l=1}^{K} e^{-|l-y_i|}}\log p_{ik}", (), lambda s, t: -np.sum(t @ sm(-abs(np.subtract.outer(np.arange(4.0), np.arange(4)))) * lsm(s)) / 3),
    ("bars", "row", r"\frac{1}{|P|}\sum_{j\in P} e^{-s_j}", (), lambda s, t: (np.exp(-s[0]) + np.exp(-s[2])) / 2),
    ("bars", "row", r"\frac{1}{|\mathcal P|}\sum_{j\in \mathcal P}\log(1+e^{-s_j})", (), lambda s, t: -(lsig(s[0]) + lsig(s[2])) / 2),
    ("bars", "row", r"\log\left(1+\frac{1}{|\mathcal{P}|}\sum_{j\in\mathcal{P}} e^{-z_j}\right)+\frac{1}{|\mathcal{N}|}\sum_{k\in\mathcal{N}}e^{z_k}", (), lambda s, t: np.log(1 + (np.exp(-s[0]) + np.exp(-s[2])) / 2) + (np.exp(s[0]) + np.exp(s[2])) / 2),
    ("power", "row", r"\sum_i \operatorname{sign}(s_{i})^2", (), lambda s, t: 4.0),
    ("power", "row", r"\sum_j \max(0,s_j)^2", (), lambda s, t: np.sum(np.maximum(0, s) ** 2)),
    ("power", "row", r"\sum_j \tanh(s_j)^2", (), lambda s, t: np.sum(np.tanh(s) ** 2)),
    ("power", "row", r"\sum_j \operatorname{ReLU}(1-s_j)^2", (), lambda s, t: np.sum(np.maximum(0, 1 - s) ** 2)),
    ("power", "row", r"\sum_j \sigma(s_j)^2", (), lambda s, t: np.sum(sig(s) ** 2)),
    ("power", "row", r"\sum_j |s_j|^3", (), lambda s, t: np.sum(np.abs(s) ** 3)),
    ("power", "soft row", r"\sum_j (t_j - \operatorname{sigmoid}(s_j))^2", (), lambda s, t: np.sum((t - sig(s)) ** 2)),
    ("power", "row", r"\sum_j \exp(s_j)^2", (), lambda s, t: np.sum(np.exp(2 * s))),
    ("power", "row", r"\sum_j \log(1+e^{s_j})^2", None, None),
    ("digits", "soft", r"\sum_j s_{1j} t_{1j}", (), lambda s, t: np.sum(s[0] * t[0])),
    ("digits", "soft", r"\sum_i t_{i1} s_{i1} + \sum_{k=2}^{m} s_{2k}", (), lambda s, t: np.sum(t[:, 0] * s[:, 0]) + np.sum(s[1, 1:])),
    ("digits", "soft", r"-\sum_{i=1}^N (y_{i1}\log p_{i1} + y_{i2}\log p_{i2})", (), lambda s, t: -np.sum((t * lsm(s))[:, :2])),
    ("fonts", "hard row", r"-\sum_{k=1}^K \boldsymbol{y}_k\boldsymbol{\cdot}\log \boldsymbol{p}_k", (), ce),
    ("fonts", "square", r"-\frac1N\sum_{i=1}^N\log\frac{e^{s_{ii}}}{\sum_{k=1}^N \mathbb{1}_{[k\neq i]}e^{s_{ik}}}", None, lambda s, t: -np.mean(np.log(np.exp(np.diag(s)) / (np.exp(s).sum(1) - np.exp(np.diag(s)))))),
    ("fonts", "hard row", r"\sum_k \mathbb 1_{\{k\neq y\}} e^{z_k-z_y}", (), lambda s, t: np.sum((1 - t) * np.exp(s - np.sum(s * t)))),
    ("fonts", "hard row", r"\sum_k \mathbb{1}_{[k\ne y]} e^{z_k-z_y}", (), lambda s, t: np.sum((1 - t) * np.exp(s - np.sum(s * t)))),
    ("fonts", "hard row", r"\sum_k \mathbf 1_{k\ne y} e^{z_k-z_y}", (), lambda s, t: np.sum((1 - t) * np.exp(s - np.sum(s * t)))),
    ("fonts", "hard row", r"\sum_k \mathds{1}\{k\neq y\} e^{z_k-z_y}", (), lambda s, t: np.sum((1 - t) * np.exp(s - np.sum(s * t)))),
    ("fonts", "hard row", r"\sum_k \mathbb{I}(k\neq y) e^{z_k-z_y}", (), lambda s, t: np.sum((1 - t) * np.exp(s - np.sum(s * t)))),
    ("fonts", "hard row", r"\sum_k I[k\neq y] e^{z_k-z_y}", (), lambda s, t: np.sum((1 - t) * np.exp(s - np.sum(s * t)))),
    ("fonts", "hard row", r"\sum_k \mathbf{1}(y=k)(-\log p_k)", (), ce),
    ("fonts", "hard row", r"\sum_k \llbracket y=k\rrbracket(-\log p_k)", (), ce),
    ("fonts", "row", r"\sum_{j,k} (1-\delta_{jk}) s_j s_k", (), lambda s, t: np.sum(s) ** 2 - np.sum(s**2)),
    ("fonts", "hard row", r"\|\mathbf{e}_y-\mathbf{p}\|_1", (), lambda s, t: np.sum(np.abs(t - sm(s)))),
    ("fonts", "hard row", r"L_{MAE} = \| \boldsymbol{e}_y - p \|_1", (), lambda s, t: np.sum(np.abs(t - sm(s)))),
    ("fonts", "soft row", r"L = \|y - p\|_1", (), lambda s, t: np.sum(np.abs(t - sm(s)))),
    ("fonts", "hard row", r"\|\mathbf{p}-\mathbf{e}_y\|_2^2", (), brier),
    ("fonts", "soft", r"\frac1n\sum_i \|p_i-t_i\|_2^2", (), lambda s, t: brier(s, t) / 3),
    ("fonts", "soft", r"\frac1n\sum_i \|p_i-t_i\|_1", (), lambda s, t: np.sum(np.abs(sm(s) - t)) / 3),
    ("fonts", "soft", r"\sum_i \left(1-\langle p_i,t_i\rangle\right)", (), lambda s, t: np.sum(1 - np.sum(sm(s) * t, 1))),
    ("fonts", "soft", r"-\sum_i \log p_i^\top t_i", None, None),
    ("fonts", "soft", r"\sum_i (1-p_i^\top t_i)", (), lambda s, t: np.sum(1 - np.sum(sm(s) * t, 1))),
    ("fonts", "soft row", r"L = -\mathbf{y}^\top\log\mathbf{p}", (), ce),
    ("fonts", "soft row", r"L = 1-\mathbf{y}^{\mathsf{T}}\mathbf{p}", (), lambda s, t: 1 - np.sum(t * sm(s))),
    ("fonts", "hard row", r"\max\left(0, 1+\underset{k\neq y}{\max}\, z_k-z_y\right)", (), lambda s, t: max(0, 1 + top_other(s, t) - np.sum(s * t))),
    ("fonts", "hard row", r"\max\Big(0, 1+\max\limits_{k\neq y} z_k-z_y\Big)", (), lambda s, t: max(0, 1 + top_other(s, t) - np.sum(s * t))),
    ("fonts", "hard row", r"-\log\frac{e^{z_y}}{\underset{k}{\sum} e^{z_k}}", (), ce),
    ("fonts", "hard row", r"-\log\sigma(z;T=1)_y", None, None),
    ("fonts", "hard row", r"\mathcal{L}=-\log p_\theta(y|x)", (), ce),
    ("fonts", "soft row", r"L = H(y,p)", (), ce),
    ("fonts", "soft row", r"L = D_{KL}(y\|p)", (), lambda s, t: kl(t, sm(s))),
    ("fonts", "soft row", r"L = \mathrm{KL}(y\,\|\,p)", (), lambda s, t: kl(t, sm(s))),
    ("fonts", "soft row", r"L = \mathrm{KL}\left(y\,\middle\|\,p\right)", (), lambda s, t: kl(t, sm(s))),
    ("fonts", "soft row", r"L = \mathbb{KL}[y\,\|\,p]", (), lambda s, t: kl(t, sm(s))),
    ("fonts", "soft row", r"L = D_{\text{KL}}\big(y\;\big\|\;p\big)", (), lambda s, t: kl(t, sm(s))),
    ("fonts", "soft", r"-\frac1N\sum_{i=1}^N\sum_{j=1}^K y^{(i)}_j\log\hat y^{(i)}_j", (), lambda s, t: ce(s, t) / 3),
    ("fonts", "soft", r"-\sum_{i=1}^N\sum_{j=1}^K y^{[i]}_j\log p^{[i]}_j", (), ce),
    ("fonts", "binary", r"-\frac1N\sum_{i=1}^N \left[y^{[i]}\log p^{[i]}+(1-y^{[i]})\log(1-p^{[i]})\right]", (), lambda s, t: bce(s, t) / 3),
    ("asked", "soft", r"\frac{1}{N}\sum_{t=1}^N\sum_{i=1}^R(f_{ti}-o_{ti})^2", ("f: probabilities", "o: labels"), lambda s, t: brier(s, t) / 3),
    ("asked", "soft", r"\frac{1}{N}\sum_{t=1}^N\sum_{i=1}^R(f_{ti}-o_{ti})^2", None, None),
    ("asked", "soft row", r"\frac12 D_{KL}(p\|m)+\frac12 D_{KL}(q\|m),\quad m=\frac12(p+q)", ("p: probabilities", "q: labels"), lambda s, t: js(t, sm(s))),
    ("asked", "soft row", r"JS(p,q) = \frac12 D_{KL}(p\|m)+\frac12 D_{KL}(q\|m),\quad m=\frac12(p+q)", None, None),
]

#: Losses of about sixty papers.
PAPERS = [
    ("class", "hard", r"\begin{equation}\label{eq:ce}\mathcal{L}_{\mathrm{CE}} = -\frac{1}{N}\sum_{i=1}^{N}\log \frac{\exp(z_{i,y_i})}{\sum_{c=1}^{C}\exp(z_{i,c})}.\end{equation}", (), lambda s, t: ce(s, t) / 3),
    ("class", "soft row", r"\begin{align*}\mathcal{L}_{\text{LS}} &= -\sum_{k=1}^{K} q_k \log p_k, \\ q_k &= (1-\epsilon)\, y_k + \frac{\epsilon}{K}.\end{align*}", (), lambda s, t: -np.sum(((1 - eps) * t + eps / 4) * lsm(s))),
    ("class", "hard row", r"\mathcal{L}_{\text{LS}} = -\sum_{k=1}^K q'(k)\log p(k) \quad\text{where}\quad q'(k) = (1-\epsilon)\delta_{k,y}+\frac{\epsilon}{K}", (), lambda s, t: -np.sum(((1 - eps) * t + eps / 4) * lsm(s))),
    ("class", "hard row", r"\mathcal{L}_{\text{poly-1}} = -\log(p_y)+\epsilon_1(1-p_y)\tag{3}", (), lambda s, t: ce(s, t) + number("epsilon_1") * (1 - np.sum(t * sm(s)))),
    ("class", "soft row", r"\mathcal{L}_{\text{sq}} = \frac{1}{K}\left(k\,(z_y-M)^2+\sum_{j\neq y} z_j^2\right)", None, None),
    ("class", "hard row", r"\mathcal{L}=\frac{1}{C}\left(\kappa\,(z_y-M)^2+\sum_{i=1,\,i\neq y}^{C} z_i^2\right)", ("z: logits", "kappa>0", "M>0"), lambda s, t: (number("kappa") * np.sum(t * (s - number("M")) ** 2) + np.sum((1 - t) * s**2)) / 4),
    ("class", "hard row", r"\ell_{\text{T-CE}} = -z_y+\log\Big(\sum_{j} e^{z_j}\Big)\,,", (), ce),
    ("class", "hard", r"\begin{aligned}\mathcal{L} &= \frac{1}{N}\sum_{i=1}^N \ell_i \\ \ell_i &= -\log\frac{e^{z_{i,y_i}}}{\sum_{k}e^{z_{i,k}}}\end{aligned}", (), lambda s, t: ce(s, t) / 3),
    ("focal", "hard binary", r"\mathrm{FL}(p_\mathrm{t}) = -\alpha_\mathrm{t}(1-p_\mathrm{t})^\gamma\log(p_\mathrm{t}),\quad p_\mathrm{t}=\begin{cases}p & \text{if } y=1\\ 1-p & \text{otherwise,}\end{cases}", None, None),
    ("focal", "hard binary", r"\mathrm{FL}(p_\mathrm{t}) = -(1-p_\mathrm{t})^\gamma\log(p_\mathrm{t}),\quad p_\mathrm{t}=\begin{cases}p & \text{if } y=1\\ 1-p & \text{otherwise,}\end{cases}", (), lambda s, t: -np.sum(t * sig(-s) ** g * lsig(s) + (1 - t) * sig(s) ** g * lsig(-s))),
    ("focal", "hard binary", r"\text{FL} = -(1-p_t)^\gamma\log p_t \quad\text{where}\quad p_t=\left\{\begin{array}{ll}p, & y=1\\ 1-p, & \text{otherwise}\end{array}\right.", (), lambda s, t: -np.sum(t * sig(-s) ** g * lsig(s) + (1 - t) * sig(s) ** g * lsig(-s))),
    ("focal", "binary", r"\mathrm{QFL}(\sigma)=-|y-\sigma|^\beta\big((1-y)\log(1-\sigma)+y\log(\sigma)\big)", ("beta>0",), lambda s, t: np.sum(abs(t - sig(s)) ** be * -((1 - t) * lsig(-s) + t * lsig(s)))),
    ("focal", "binary", r"\mathrm{QFL} = -\sum_i |y_i-\sigma(z_i)|^\beta\big((1-y_i)\log(1-\sigma(z_i))+y_i\log\sigma(z_i)\big)", ("beta>0",), lambda s, t: np.sum(abs(t - sig(s)) ** be * -((1 - t) * lsig(-s) + t * lsig(s)))),
    ("focal", "hard binary", r"\mathrm{VFL}(p,q)=\begin{cases}-q(q\log p+(1-q)\log(1-p)) & q>0\\ -\alpha p^\gamma\log(1-p) & q=0\end{cases}", None, None),
    ("focal", "soft", r"\mathcal{L}_{\text{ASL}}=\sum_{k=1}^K -y_k(1-p_k)^{\gamma_+}\log(p_k)-(1-y_k)(p_{m,k})^{\gamma_-}\log(1-p_{m,k}),\quad p_{m,k}=\max(p_k-m,0)", None, None),
    ("tail", "hard row", r"\mathcal{L}_{\text{CB}} = -\frac{1-\beta}{1-\beta^{n_y}}\log\left(\frac{\exp(z_y)}{\sum_{j=1}^C\exp(z_j)}\right)", ("0<beta<1",), lambda s, t: -np.sum(t * (1 - be) / (1 - be ** w4("nu")) * lsm(s))),
    ("tail", "hard row", r"\ell_{\text{LA}} = \log\Big[1+\sum_{y'\neq y}\Big(\frac{\pi_{y'}}{\pi_y}\Big)^\tau\cdot e^{(f_{y'}(x)-f_y(x))}\Big].", (), lambda s, t: ce(s + tau * np.log(w4("pi")), t)),
    ("tail", "hard row", r"\mathcal{L}_{\text{EQL}} = -\log\frac{e^{z_y}}{\sum_{k=1}^C w_k e^{z_k}}", (), lambda s, t: -np.sum(t * (s - np.log(np.sum(w4("w") * np.exp(s)))))),
    ("tail", "hard row", r"\mathcal{L}_{\text{LDAM}} = -\log\frac{e^{z_y-\Delta_y}}{e^{z_y-\Delta_y}+\sum_{j\neq y}e^{z_j}} \quad\text{where}\quad \Delta_j = \frac{C}{n_j^{1/4}} \text{ for } j\in\{1,\ldots,k\}", ("C>0",), lambda s, t: -np.sum(t * np.log(np.exp(s - number("C") / w4("nu") ** 0.25) / (np.exp(s - number("C") / w4("nu") ** 0.25) + np.exp(s).sum() - np.exp(s))))),
    ("tail", "hard row", r"\mathcal{L}_{\text{VS}} = -\log\frac{e^{\Delta_y z_y+\iota_y}}{\sum_{c}e^{\Delta_c z_c+\iota_c}}", (), lambda s, t: ce(w4("Delta") * s + w4("iota"), t)),
    ("calib", "soft", r"\mathcal{L}_{\text{Brier}} = \frac{1}{N}\sum_{i=1}^N\sum_{k=1}^K\left(\hat{p}_{ik}-y_{ik}\right)^2", (), lambda s, t: brier(s, t) / 3),
    ("calib", "hard", r"\mathrm{BS} = \frac{1}{N}\sum_{i=1}^{N}\sum_{c=1}^{C}\big(p_{ic}-\mathbb{1}[y_i=c]\big)^2", (), lambda s, t: brier(s, t) / 3),
    ("calib", "hard", r"\min_T\; -\sum_{i=1}^n\log\frac{e^{z_{i,y_i}/T}}{\sum_{k=1}^K e^{z_{i,k}/T}}", (), lambda s, t: ce(s / T, t)),
    ("calib", "hard", r"\mathcal{L}_{\text{MbLS}} = \mathcal{L}_{\text{CE}}+\lambda\sum_k\max(0,\max_j(l_j)-l_k-m)", None, None),
    ("calib", "hard row", r"\mathcal{L} = -\log p_y + \lambda\sum_k\max\big(0,\max_j(z_j)-z_k-m\big)", ("m: margin", "z: logits"), lambda s, t: ce(s, t) + lam * np.sum(np.maximum(0, np.max(s) - s - number("m_margin")))),
    ("calib", "soft row", r"\mathcal{L}_{\text{ECP}} = -\sum_{k}y_k\log p_k-\beta H(p)", (), lambda s, t: ce(s, t) + be * np.sum(sm(s) * lsm(s))),
    ("calib", "hard row", r"\mathcal{L}_{\text{sph}} = 1-\frac{p_y}{\sqrt{\sum_{k=1}^K p_k^2}}", (), lambda s, t: 1 - np.sum(t * sm(s)) / np.sqrt(np.sum(sm(s) ** 2))),
    ("calib", "hard row", r"S(\mathbf{p},y) = 1-\frac{p_y}{\|\mathbf{p}\|_2}", (), lambda s, t: 1 - np.sum(t * sm(s)) / np.sqrt(np.sum(sm(s) ** 2))),
    ("rank", "soft row", r"\mathcal{L}_{\text{RankNet}} = \sum_{i=1}^n\sum_{j=1}^n \mathbb{1}\{y_i>y_j\}\log_2\left(1+e^{-(s_i-s_j)}\right)", (), lambda s, t: pairs(s, t, lambda d: np.logaddexp(0, -d)) / np.log(2)),
    ("rank", "soft row", r"\ell = \sum_{y_i>y_j}\max(0, 1-(s_i-s_j))^2", (), lambda s, t: pairs(s, t, lambda d: np.maximum(0, 1 - d) ** 2)),
    ("rank", "soft row", r"L(y,\hat{s}) = -\sum_{j=1}^{m} \frac{e^{y_j}}{\sum_{k=1}^{m}e^{y_k}}\log\frac{e^{\hat{s}_j}}{\sum_{k=1}^{m}e^{\hat{s}_k}}", (), lambda s, t: -np.sum(sm(t) * lsm(s))),
    ("rank", "row", r"\mathcal{L}_{\text{PL}}(\pi) = -\sum_{i=1}^{n}\log\frac{\exp(s_{\pi_i})}{\sum_{j=i}^n\exp(s_{\pi_j})}", None, None),
    ("rank", "row", r"\mathcal{L}_{\text{BPR}} = -\sum_{(u,i,j)}\ln\sigma(x_{ui}-x_{uj})+\lambda\|\Theta\|^2", None, None),
    ("rank", "hard row", r"\mathcal{L}_{\text{TOP1}}=\frac{1}{N_S}\sum_{j=1}^{N_S}\sigma(r_j-r_i)+\sigma(r_j^2)", None, None),
    ("contrast", "square", r"\mathcal{L}_{\text{CLIP}} = -\frac{1}{2N}\sum_{i=1}^{N}\left(\log\frac{e^{\tau x_i\cdot y_i}}{\sum_{j=1}^{N}e^{\tau x_i\cdot y_j}}+\log\frac{e^{\tau x_i\cdot y_i}}{\sum_{j=1}^{N}e^{\tau x_j\cdot y_i}}\right)", (), lambda s, t: (ce(tau * s, t) + ce(tau * s.T, t)) / 8),
    ("contrast", "square", r"\mathcal{L}_i = -\log\frac{\exp(\mathrm{sim}(\mathbf{z}_i,\mathbf{z}_i^{\prime})/\tau)}{\sum_{k=1}^{N}\exp(\mathrm{sim}(\mathbf{z}_i,\mathbf{z}_k^{\prime})/\tau)}", (), lambda s, t: ce(s / tau, t)),
    ("contrast", "square signs", r"-\frac{1}{|\mathcal{B}|}\sum_{i=1}^{|\mathcal{B}|}\sum_{j=1}^{|\mathcal{B}|}\underbrace{\log\frac{1}{1+e^{z_{ij}(-t\mathbf{x}_i\cdot\mathbf{y}_j+b)}}}_{\mathcal{L}_{ij}}", None, None),
    ("contrast", "sign matrix", r"\mathcal{L}_{\text{SigLIP}} = -\frac{1}{N}\sum_{i,j}\log\sigma\left(z_{ij}(\tau S_{ij}+b)\right)", ("S: logits", "z: labels", "tau>0", "b"), lambda s, t: -np.sum(lsig(t * (tau * s + number("b")))) / 3),
    ("contrast", "hard row", r"\mathcal{L} = -\log\frac{e^{s_y/\tau}}{e^{s_y/\tau}+\sum_{k\neq y}e^{s_k/\tau}}", (), lambda s, t: ce(s / tau, t)),
    ("contrast", "row", r"\mathcal{L}_{\text{InfoNCE}} = -\log\frac{\exp(s^{+}/\tau)}{\exp(s^{+}/\tau)+\sum_{j=1}^{K}\exp(s_j^{-}/\tau)}", None, None),
    ("seg", "soft", r"\mathcal{L}_{\text{GDL}} = 1-2\,\frac{\sum_{l=1}^{C} w_l\sum_n y_{ln}p_{ln}}{\sum_{l=1}^{C} w_l\sum_n (y_{ln}+p_{ln})}", None, None),
    ("seg", "soft", r"\mathcal{L}_{\text{Dice}} = 1-\frac{1}{C}\sum_{c=1}^{C}\frac{2\sum_{i=1}^{N}p_{i,c}\,y_{i,c}+\epsilon}{\sum_{i=1}^{N}p_{i,c}+\sum_{i=1}^{N}y_{i,c}+\epsilon}\,.", (), lambda s, t: 1 - np.mean((2 * np.sum(t * sm(s), 0) + eps) / (t.sum(0) + sm(s).sum(0) + eps))),
    ("seg", "binary", r"\mathcal{L}_{\text{combo}} = \alpha\left(-\frac1N\sum_i\beta(y_i-\log p_i)+(1-\beta)(1-y_i)\log(1-p_i)\right)-(1-\alpha)\,\text{DSC}", None, None),
    ("seg", "binary", r"\mathcal{L}_{\text{ET}} = 1-\frac{\sum_i p_i\,g_i}{\sum_i p_i\,g_i+\alpha\sum_i p_i\,(1-g_i)+\beta\sum_i(1-p_i)\,g_i}", (), lambda s, t: 1 - np.sum(sig(s) * t) / (np.sum(sig(s) * t) + al * np.sum(sig(s) * (1 - t)) + be * np.sum(sig(-s) * t))),
    ("detect", "binary", r"\mathcal{L}_{\text{obj}} = -\frac{1}{N_{\text{pos}}}\sum_i\left[y_i(1-p_i)^\gamma\log p_i+(1-y_i)\,p_i^\gamma\log(1-p_i)\right]", (), lambda s, t: -np.sum(t * sig(-s) ** g * lsig(s) + (1 - t) * sig(s) ** g * lsig(-s)) / number("N_pos")),
    ("detect", "hard binary", r"L_k=\frac{-1}{N}\sum_{i}\begin{cases}(1-\hat{Y}_i)^\alpha\log(\hat{Y}_i) & \text{if } Y_i=1\\ (1-Y_i)^\beta(\hat{Y}_i)^\alpha\log(1-\hat{Y}_i) & \text{otherwise}\end{cases}", None, None),
    ("distil", "hard row", r"\mathcal{L}_{\text{KD}} = (1-\alpha)\,\mathcal{H}(y,\sigma(z_s))+\alpha T^2\,\mathrm{KL}\big(\sigma(z_t/T)\,\big\|\,\sigma(z_s/T)\big)", (), lambda s, t: (1 - al) * ce(s, t) + al * T**2 * kl(sm(w4("z_teacher") / T), sm(s / T))),
    ("distil", "row", r"\mathcal{L}_{\text{KD}} = T^2\sum_{k=1}^{K}p_k^{t}(T)\log\frac{p_k^{t}(T)}{p_k^{s}(T)}", None, None),
    ("distil", "soft row", r"\mathcal{L}_{\text{DKD}} = \alpha\,\text{TCKD}+\beta\,\text{NCKD}", None, None),
    ("noisy", "hard row", r"\mathcal{L}_{\text{GCE}}(f(x),e_j) = \frac{1-f_j(x)^q}{q}", None, None),
    ("noisy", "hard row", r"\mathcal{L}_q(f(x),y) = \frac{(1-f_y(x)^q)}{q}, \quad q\in(0,1]", ("f: probabilities",), lambda s, t: np.sum(t * (1 - sm(s) ** number("q")) / number("q"))),
    ("noisy", "soft row", r"\ell_{\text{SCE}} = -\alpha\sum_{k=1}^K y_k\log p_k-\beta\sum_{k=1}^K p_k\log y_k", (), lambda s, t: al * ce(s, t) - be * np.sum(sm(s) * np.log(t))),
    ("noisy", "hard row", r"\ell_{\text{NCE}} = \frac{-\log p_y}{-\sum_{j=1}^K\log p_j}", (), lambda s, t: ce(s, t) / -np.sum(lsm(s))),
    ("noisy", "hard row", r"\ell_{\text{fwd}} = -\log\sum_{k=1}^{K}T_{ky}p_k", (), lambda s, t: -np.log(np.sum(t[None, :] * sm(s)[:, None] * numbers("T", 4, 4)))),
    ("noisy", "soft row", r"\mathcal{L}_{\text{boot}} = -\sum_{k=1}^K\left[\beta y_k+(1-\beta)p_k\right]\log p_k", (), lambda s, t: -np.sum((be * t + (1 - be) * sm(s)) * lsm(s))),
    ("noisy", "soft row", r"\mathcal{L}_{\text{JS}} = \pi_1 D_{\text{KL}}(y\|m)+\pi_2 D_{\text{KL}}(p\|m), \quad m=\pi_1 y+\pi_2 p", (), lambda s, t: number("pi_1") * np.sum(t * np.log(t / (number("pi_1") * t + number("pi_2") * sm(s)))) + number("pi_2") * np.sum(sm(s) * np.log(sm(s) / (number("pi_1") * t + number("pi_2") * sm(s))))),
    ("noisy", "hard row", r"\mathcal{L}_{\text{taylor}} = \sum_{i=1}^{t}\frac{(1-p_y)^i}{i}", None, None),
    ("ordinal", "soft row", r"\mathcal{L}_{\text{EMD}^2} = \sum_{k=1}^{K}\left(\sum_{j=1}^{k}p_j-\sum_{j=1}^{k}y_j\right)^2", (), lambda s, t: np.sum(np.cumsum(sm(s) - t) ** 2)),
    ("ordinal", "hard row", r"\mathcal{L}_{\text{SORD}} = -\sum_{k=1}^K \frac{e^{-(k-y)^2}}{\sum_{l=1}^{K}e^{-(l-y)^2}}\log p_k", (), lambda s, t: -np.sum(t @ sm(-np.subtract.outer(np.arange(4.0), np.arange(4)) ** 2) * lsm(s))),
    ("ordinal", "hard row", r"\mathcal{L}_{\text{CO}} = -\log p_y+\lambda\sum_{k=1}^{K}|k-y|\,p_k", (), lambda s, t: ce(s, t) + lam * sum(t[j] * abs(j - k) * sm(s)[k] for j in range(4) for k in range(4))),
    ("ordinal", "soft", r"\mathcal{L}_{\text{CORAL}} = -\sum_{i=1}^{N}\sum_{k=1}^{K-1}\lambda^{(k)}\left[\log(\sigma(z_{i,k}))\,y_i^{(k)}+\log(1-\sigma(z_{i,k}))(1-y_i^{(k)})\right]", None, None),
    ("evid", "soft", r"\mathcal{L}_i = \sum_{j=1}^K y_{ij}\left(\log(S_i)-\log(\alpha_{ij})\right),\quad S_i=\sum_{j=1}^{K}\alpha_{ij},\quad \alpha_{ij} = e^{z_{ij}}+1", (), lambda s, t: np.sum(t * (np.log(np.sum(np.exp(s) + 1, 1))[:, None] - np.log(np.exp(s) + 1)))),
    ("evid", "soft", r"\mathcal{L}_i = \sum_{j=1}^K (y_{ij}-\hat{p}_{ij})^2+\frac{\hat{p}_{ij}(1-\hat{p}_{ij})}{S_i+1}", None, None),
    ("pref", "two", r"\mathcal{L}_{\text{DPO}}(\pi_\theta;\pi_{\text{ref}}) = -\mathbb{E}_{(x,y_w,y_l)\sim\mathcal{D}}\left[\log\sigma\left(\beta\log\frac{\pi_\theta(y_w\mid x)}{\pi_{\text{ref}}(y_w\mid x)}-\beta\log\frac{\pi_\theta(y_l\mid x)}{\pi_{\text{ref}}(y_l\mid x)}\right)\right].", (), lambda s, t: -np.mean(lsig(be * dpo(s, t)))),
    ("pref", "two", r"\mathcal{L}_{\text{SLiC}} = \mathbb{E}_{(x,y_w,y_l)\sim\mathcal{D}}\left[\max\left(0,\delta-\log\pi_\theta(y_w|x)+\log\pi_\theta(y_l|x)\right)\right]", ("delta>0",), lambda s, t: np.mean(np.maximum(0, delta - s[:, 0] + s[:, 1]))),
    ("pref", "two", r"\mathcal{L}_{\text{IPO}} = \mathbb{E}_{(x,y_w,y_l)}\left[\left(\log\frac{\pi_\theta(y_w|x)}{\pi_\theta(y_l|x)}-\log\frac{\pi_{\text{ref}}(y_w|x)}{\pi_{\text{ref}}(y_l|x)}-\frac{1}{2\tau}\right)^2\right]", (), lambda s, t: np.mean(dpo(s, t, 1 / (2 * tau)) ** 2)),
    ("pref", "two", r"\mathcal{L}_{\text{hinge}} = \mathbb{E}\left[\max\left(0, 1-\beta\log\frac{\pi_\theta(y_w|x)}{\pi_{\text{ref}}(y_w|x)}+\beta\log\frac{\pi_\theta(y_l|x)}{\pi_{\text{ref}}(y_l|x)}\right)\right]", (), lambda s, t: np.mean(np.maximum(0, 1 - be * dpo(s, t)))),
    ("pref", "two", r"\mathcal{L}_{\text{KTO}} = \mathbb{E}_{x,y\sim D}[\lambda_y-v(x,y)]", None, None),
    ("pref", "two", r"\mathcal{L}_{\text{RM}} = -\frac{1}{\binom{K}{2}}\mathbb{E}_{(x,y_w,y_l)\sim D}\left[\log\left(\sigma\left(r_\theta(x,y_w)-r_\theta(x,y_l)\right)\right)\right]", None, None),
    ("pref", "two", r"\mathcal{L}_{\text{ORPO}} = -\log\sigma\left(\log\frac{\text{odds}_\theta(y_w|x)}{\text{odds}_\theta(y_l|x)}\right)", None, None),
    ("lm", "hard row", r"\mathcal{L}_{\text{UL}} = -\sum_{c\in\mathcal{C}}\log(1-p_c)", (), lambda s, t: -np.sum(np.log(1 - sm(s)[[0, 2]]))),
    ("lm", "hard row", r"\mathcal{L} = -\log p_y-\alpha\sum_{c\in\mathcal{N}}\log(1-p_c)", (), lambda s, t: ce(s, t) - al * np.sum(np.log(1 - sm(s)[[0, 2]]))),
    ("lm", "hard row", r"\mathcal{L} = -\log p_y+\lambda\left(\log\sum_{j=1}^{V}e^{z_j}\right)^2", (), lambda s, t: ce(s, t) + lam * lse(s) ** 2),
    ("lm", "hard", r"\mathcal{L}_{\text{z}} = \frac{10^{-4}}{N}\sum_{i=1}^N\log^2 Z_i-\frac1N\sum_{i=1}^{N}\log\frac{e^{z_{i,y_i}}}{Z_i},\quad Z_i=\sum_{j=1}^{V}e^{z_{i,j}}", (), lambda s, t: 1e-4 * np.mean(lse(s) ** 2) + ce(s, t) / 3),
    ("multi", "soft", r"\mathcal{L}_{\text{BCE}} = -\frac{1}{NC}\sum_{i=1}^N\sum_{c=1}^{C}\Big[y_{ic}\log\sigma(x_{ic})+(1-y_{ic})\log\big(1-\sigma(x_{ic})\big)\Big]", (), lambda s, t: bce(s, t) / 12),
    ("multi", "row", r"\mathcal{L} = \log\Big(1+\sum_{i\in\Omega_{neg}}\sum_{j\in\Omega_{pos}}e^{s_i-s_j}\Big)", (), lambda s, t: np.log(1 + np.sum(np.exp(s[[0, 2]])) * np.sum(np.exp(-s[[0, 2]])))),
    ("multi", "row", r"\mathcal{L}_{\text{LSEP}} = \log\left(1+\sum_{v\notin Y}\sum_{u\in Y}\exp(f_v-f_u)\right)", None, None),
    ("multi", "row", r"\mathcal{L}_{\text{rank}} = \frac{1}{|Y||\bar{Y}|}\sum_{k\in Y}\sum_{l\in\bar Y}\max(0,1-z_k+z_l)", None, None),
    ("metric", "hard", r"\mathcal{L}_{\text{CosFace}} = -\frac1N\sum_{i=1}^{N}\log\frac{e^{s(\cos\theta_{y_i}-m)}}{e^{s(\cos\theta_{y_i}-m)}+\sum_{j\neq y_i}e^{s\cos\theta_j}}", ("s>0", "m: margin"), lambda s, t: -np.sum(t * np.log(np.exp(number("s_number") * (s - number("m_margin"))) / (np.exp(number("s_number") * (s - number("m_margin"))) + np.exp(number("s_number") * s).sum(1, keepdims=True) - np.exp(number("s_number") * s)))) / 3),
    ("metric", "hard row", r"\mathcal{L}_{\text{circle}} = \log\left[1+\sum_{j\in\mathcal N}e^{\gamma s_j}\sum_{i\in\mathcal P}e^{-\gamma s_i}\right]", (), lambda s, t: np.log(1 + np.sum(np.exp(g * s[[0, 2]])) * np.sum(np.exp(-g * s[[0, 2]])))),
    ("metric", "row", r"\mathcal{L}_{\text{triplet}} = \max(d(a,p)-d(a,n)+\alpha,0)", None, None),
    ("metric", "square", r"\mathcal{L}_{\text{N-pair}} = \frac1N\sum_{i=1}^{N}\log\left(1+\sum_{j\neq i}\exp(f_i^\top f_j^{+}-f_i^\top f_i^{+})\right)", (), lambda s, t: ce(s, t) / 4),
]
CASES = [*MARKS, *PAPERS]

# ruff: noqa: E501 - formulas stay on their lines, as sources print them
r"""Losses that were refused without a way out: (family, kind of data, LaTeX, declarations, NumPy reference of (s, t)).

Those of ``ASKED`` are asked back without their declarations, and the hint names these.
"""

import numpy as np

from .invented import lse, lsig, lsm, number, numbers, sig, sm
from .invented_cases import al, bce, be, ce, eps, g, lam, tau

eta = number("eta")


def true(s, t):
    """Return the probability of each sample's target class."""
    return np.sum(t * sm(s), -1)


def gap(s):
    """Return the difference of the rewards of the chosen and the rejected response."""
    return s[..., 0] - s[..., 1]


def policies(s, name="pi_ref"):
    """Return the logarithms of the policy over the reference for the responses of one sample."""
    return lsm(s)[:2] - np.log([number(f"{name}_1"), number(f"{name}_2")])


def discovered(s):
    x = be * gap(s)
    return sig(-x / tau) * np.logaddexp(0, -x) + sig(x / tau) * np.exp(-x)


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
    # the two responses of a preference, whatever they are called
    ("pref", "row", r"\text{loss} = -\log\sigma(r_\theta(x, y_c) - r_\theta(x, y_r))", (), lambda s, t: -lsig(gap(s))),
    ("pref", "row", r"\mathcal{L} = -\log\sigma(r(x, y^+) - r(x, y^-))", (), lambda s, t: -lsig(gap(s))),
    ("pref", "row", r"\mathcal{L} = -\log\sigma(r(x, y_1) - r(x, y_2))", (), lambda s, t: -lsig(gap(s))),
    ("pref", "row", r"\mathcal{L} = -\log\sigma(r_\phi(x, y_{\text{chosen}}) - r_\phi(x, y_{\text{rejected}}))", (), lambda s, t: -lsig(gap(s))),
    ("pref", "row", r"\mathcal{L}_{\text{ranking}} = -\text{log}(\sigma(r_\theta(x,y_{c}) - r_\theta(x,y_{r}) - c))", (), lambda s, t: -lsig(gap(s) - number("c"))),
    ("pref", "row", r"\mathcal{L}^\epsilon_{\text{DPO}}(\theta, y_w, y_l) = -(1-\epsilon)\log\sigma\left(h_\theta(y_w)-h_\theta(y_l)\right) - \epsilon\log\left(1-\sigma\left(h_\theta(y_w)-h_\theta(y_l)\right)\right)", (), lambda s, t: -(1 - eps) * lsig(gap(s)) - eps * lsig(-gap(s))),
    ("pref", "two", r"\mathcal{L}^{\mathrm{ODPO}}(\boldsymbol{\theta}) = -\mathbb{E}_{(\boldsymbol{x},\boldsymbol{y}_w,\boldsymbol{y}_l)\sim\mathcal{D}}\left[\log\sigma\left(\hat{r}_{\boldsymbol{\theta}}(\boldsymbol{x},\boldsymbol{y}_w)-\hat{r}_{\boldsymbol{\theta}}(\boldsymbol{x},\boldsymbol{y}_l)-\Delta_r\right)\right]", (), lambda s, t: -np.mean(lsig(gap(s) - number("Delta_r")))),
    ("pref", "two", r"\mathcal{L} = -\mathbb{E}_{(x,y^+,y^-)\sim\mathcal{D}}\left[\log\sigma\left(\beta\log\frac{\pi_\theta(y^+|x)}{\pi_{\text{ref}}(y^+|x)}-\beta\log\frac{\pi_\theta(y^-|x)}{\pi_{\text{ref}}(y^-|x)}\right)\right]", (), lambda s, t: -np.mean(lsig(be * gap(lsm(s) - np.log(numbers("pi_ref", 3, 2)))))),
    ("pref", "row", r"\mathcal{L} = -\log\sigma\left(\beta\log\frac{\pi_\theta(y_1|x)}{\pi_{\text{ref}}(y_1|x)}-\beta\log\frac{\pi_\theta(y_2|x)}{\pi_{\text{ref}}(y_2|x)}\right)", (), lambda s, t: -lsig(be * gap(policies(s)))),
    ("pref", "two", r"\mathcal{L}_{\text{NCA}} = -\mathbb{E}_{(x,y_w,y_l)}\left[\log\sigma\left(r_\theta(x,y_w)\right) + \frac{1}{2}\sum_{y\in\{y_w,y_l\}}\log\sigma\left(-r_\theta(x,y)\right)\right]", (), lambda s, t: -np.mean(lsig(s[:, 0]) + np.sum(lsig(-s), 1) / 2)),
    ("pref", "row", r"\mathcal{L}_{\text{R-DPO}} = -\log \sigma \left( \beta \log \frac{\pi_\theta(y_w|x)}{\pi_{\text{ref}}(y_w|x)} - \beta \log \frac{\pi_\theta(y_l|x)}{\pi_{\text{ref}}(y_l|x)} - \left(\alpha |y_w| - \alpha |y_l| \right) \right)", (), lambda s, t: -lsig(be * gap(policies(s)) - al * (number("len_w") - number("len_l")))),
    ("pref", "row", r"\max \left(0, - \frac{1}{|y_w|} \log \pi_\theta(y_w|x) + \frac{1}{|y_l|} \log \pi_\theta(y_l|x) \right) - \lambda \log \pi_\theta (y_w | x)", (), lambda s, t: np.maximum(0, lsm(s)[1] / number("len_l") - lsm(s)[0] / number("len_w")) - lam * lsm(s)[0]),
    ("pref", "row", r"f_{lrml}(\beta\rho) = \left(1-\sigma(\beta\rho/\tau)\right)\log\left(1+e^{-\beta\rho}\right) + \sigma(\beta\rho/\tau)e^{-\beta\rho}, \quad \rho = r_w - r_l", (), lambda s, t: discovered(s)),
    ("pref", "row", r"\mathcal{L}_{\text{ranking}} = -\text{log}(\sigma(r_\theta(x,y_{c}) - r_\theta(x,y_{r}) - m(r)))", ("m: margin",), None),
    # names and sizes whose subscript is a label
    ("label", "hard row", r"-\log p_y+\Delta_r\sum_k p_k^2", (), lambda s, t: ce(s, t) + number("Delta_r") * np.sum(sm(s) ** 2)),
    ("label", "hard row", r"-\log p_y+\lambda_s\sum_k p_k^2+c_{in}", (), lambda s, t: ce(s, t) + number("lambda_s") * np.sum(sm(s) ** 2) + number("c_in")),
    ("label", "hard row", r"-\log p_y+\tau^-\sum_k p_k^2-\tau^{+}", (), lambda s, t: ce(s, t) + number("tau_minus") * np.sum(sm(s) ** 2) - number("tau_plus")),
    ("label", "hard row", r"L=\sum_{j\neq y} \max(0,m_{in}+z_j-z_y)", (), lambda s, t: np.sum((1 - t) * np.maximum(0, number("m_in") + s - np.sum(t * s)))),
    *(("label", "hard", rf"-\frac{{1}}{{{size}}}\sum_{{i=1}}^{{{size}}}\log p_{{i,y_i}}", (), lambda s, t: ce(s, t) / 3) for size in (
        "N_b", "N_S", "N_{tr}", "N^+", "N_+", r"|\mathcal{D}|", r"N_{\text{train}}")),
    ("label", "soft", r"-\frac{1}{N_{tr}}\sum_{i=1}^{N_{tr}}\sum_{c=1}^{C_+}y_{ic}\log p_{i,c}", (), lambda s, t: ce(s, t) / 3),
    ("label", "hard", r"-\frac{1}{N_{tr}}\sum_{i=1}^{N_{tr}}\log p_{i,y_i}+\frac{1}{N_{te}}\sum_{i=1}^{N_{te}}\sum_{k=1}^K p_{ik}\log p_{ik}", (), None),
    ("label", "soft", r"J = \sum_{i=1}^n\sum_{j=1}^{c_+}\sum_{k=1}^{c_-}\max(0,1-f_j(\boldsymbol{x}_i)+f_k(\boldsymbol{x}_i))", ("f: logits",), None),
    ("label", "soft", r"\text{EFL}(p_t) = -\sum_{j=1}^C\alpha_t\left(\frac{\gamma_b+\gamma_v^j}{\gamma_b}\right)(1-p_t)^{\gamma_b+\gamma_v^j}\log(p_t)", (), None),
    ("label", "row", r"-\log\frac{e^{z^+}}{e^{z^+}+\sum_{i=1}^N e^{z_i}}", (), None),
    ("label", "row", r"-\log\frac{e^{z_1}}{e^{z_1}+\sum_{i=2}^N e^{z_i}}", ("z: logits",), lambda s, t: -lsm(s)[0]),
    ("label", "row", r"\sum_i (1-s_i)^+", (), lambda s, t: np.sum(np.maximum(0, 1 - s))),
    ("label", "row", r"\sum_i \left[1-s_i\right]^{+}", (), lambda s, t: np.sum(np.maximum(0, 1 - s))),
    ("label", "row", r"\sum_i s_i^+", (), None),
    ("label", "hard row", r"f(x) = \left(\max_{i\neq t}(Z(x)_i)-Z(x)_t\right)^+", (), lambda s, t: max(0, np.max(s[t == 0]) - np.sum(t * s))),
    ("label", "hard row", r"L_{\text{bpr-max}} = -\log\sum_{j=1}^{N_S}s_j\sigma(r_i-r_j), \quad s_j = \frac{e^{r_j}}{\sum_{k=1}^{N_S}e^{r_k}}", ("r: logits", "i: target class"), lambda s, t: -np.log(np.sum(sm(s) * sig(np.sum(t * s) - s)))),
    # accents, marks of a teacher, norms
    ("given", "soft row", r"\text{KL}(p_t\|p_s) = \sum_{i\in\mathcal{C}}\left[-p_{t,i}\log p_{s,i}+p_{t,i}\log p_{t,i}\right]", (), lambda s, t: np.sum(t * (np.log(t) - lsm(s)))),
    ("given", "soft", r"-\sum_{i=1}^n\sum_k y_{ik}\log\left(\hat{p}_i[k]\right)", (), ce),
    ("given", "hard", r"-\frac1N\sum_{i=1}^N\hat{p}_i[y_i]", (), lambda s, t: -np.mean(true(s, t))),
    ("norm", "hard row", r"\mathcal{L} = -\log p_y+\lambda\|\mathbf{p}\|_q^q", (), lambda s, t: ce(s, t) + lam * np.sum(sm(s) ** number("q"))),
    ("norm", "hard row", r"-\log p_y+\lambda\|z\|_q^q", ("z: logits",), lambda s, t: ce(s, t) + lam * np.sum(np.abs(s) ** number("q"))),
]

#: (family, kind, LaTeX, declarations, the first of which the hint offers, reference)
ASKED = [
    # an array beside a target class, not under an exponential: its role comes first
    ("role", "hard row", r"\ell = \frac{1}{K-1}\sum_{k\neq y}\left(1-(z_y-z_k)\right)^2", ("z: logits",), lambda s, t: np.sum((1 - t) * (1 - np.sum(t * s) + s) ** 2) / 3),
    ("role", "hard row", r"l_s = \frac{1}{C}\left(k\cdot(f_y(\boldsymbol{x})-M)^2+\sum_{i=1,i\neq y}^C f_i(\boldsymbol{x})^2\right)", ("f: logits",), lambda s, t: (number("k") * (np.sum(t * s) - number("M")) ** 2 + np.sum((1 - t) * s**2)) / 4),
    ("role", "hard row", r"\mathcal{L} = -\frac{z_y-\max_{i\neq y}z_i}{\max_i z_i-\min_i z_i}", ("z: logits",), lambda s, t: -(np.sum(t * s) - np.max(s[t == 0])) / (np.max(s) - np.min(s))),
    ("role", "hard", r"\mathcal{L} = -\frac{1}{N}\sum_{i=1}^{N}\log_2\frac{2^{z_{i,y_i}}}{\sum_{k=1}^K 2^{z_{i,k}}}", ("z: logits",), lambda s, t: ce(s * np.log(2), t) / np.log(2) / 3),
    ("role", "hard row", r"L_{\text{bpr-max}} = -\log\sum_{j=1}^{N_S}s_j\sigma(r_i-r_j), \quad s_j = \frac{e^{r_j}}{\sum_{k=1}^{N_S}e^{r_k}}", ("r: logits", "i: target class"), lambda s, t: -np.log(np.sum(sm(s) * sig(np.sum(t * s) - s)))),
    ("role", "hard", r"-\sum_n\log\frac{\exp(f_{n,y_n}/a_{y_n})}{\sum_c\exp(f_{n,c}/a_c)}", ("f: logits", "a_j"), lambda s, t: ce(s / numbers("a", 4), t)),
    ("role", "binary", r"L = \lambda\frac{\sum_{n}(g_n-s_n)^2g_n}{\sum_n g_n+\epsilon}+(1-\lambda)\frac{\sum_n(g_n-s_n)^2(1-g_n)}{\sum_n(1-g_n)+\epsilon}", ("s: probabilities", "g: labels"), lambda s, t: lam * np.sum((t - sig(s)) ** 2 * t) / (np.sum(t) + eps) + (1 - lam) * np.sum((t - sig(s)) ** 2 * (1 - t)) / (np.sum(1 - t) + eps)),
    ("given", "soft row", r"-\sum_{i=1}^C \hat{r}_i y_i\log p_i", (r"\hat{r}_j",), lambda s, t: -np.sum(numbers("hatr", 4) * t * lsm(s))),
    ("given", "soft", r"-\sum_{i=1}^n\sum_{j=1}^C \bar{v}_{ij} y_{ij}\log p_{ij}", (r"\bar{v}_ij",), lambda s, t: -np.sum(numbers("barv", 3, 4) * t * lsm(s))),
    ("given", "soft", r"J = -\frac{1}{m}\sum_{i=1}^n\sum_{j=1}^c\bar{p}_{ij}\log(p_{ij})", (r"\bar{p}: labels", "m: margin"), lambda s, t: ce(s, t) / number("m_margin")),
    ("given", "soft", r"\mathcal{L}_{\text{MDCA}} = \frac{1}{K}\sum_{j=1}^K\left|\frac{1}{N_b}\sum_{i=1}^{N_b}\hat{\mathbf{s}}_i[j]-\frac{1}{N_b}\sum_{i=1}^{N_b}q_i[j]\right|", (r"\hat{s}: probabilities", "q: labels"), lambda s, t: np.mean(np.abs(np.mean(sm(s) - t, 0)))),
    ("norm", "hard", r"\mathcal{L}_{squeeze} = \frac{1}{N}\sum_{i=1}^N\left(-\log p_{i,y_i}+\beta\lVert z_i\rVert_2^2\right)", ("z: logits",), lambda s, t: ce(s, t) / 3 + be * np.sum(s**2) / 3),
]

#: (LaTeX, part of the message): what is said is the obstacle of the reading that goes further.
OBSTACLES = [
    (r"\mathcal{L}_n = -\sum_t\log P_\theta(x_{t+n:t+1}\mid x_{t:1})", "arithmetic on indices"),
    (r"\mathcal{L}=\frac{1}{T}\sum_{t=1}^{T}\Big(\operatorname{LSE}(\mathbf{z}_t)-z_{t,x_{t+1}}\Big)", "arithmetic on indices"),
    (r"\mathcal{L} = -\sum_{i=1}^B\log\left(p_{i,y_i}o+p_{i,m+1}\right)", "arithmetic on indices"),
    (r"\mathcal{L}_{nkd} = -T_t\log(S_t)-\gamma\cdot\lambda^2\cdot\sum_{i\neq t}^{C}\mathcal{N}(T_i)\log(\mathcal{N}(S_i))", "is N a function"),
    (r"L_{\text{MLM}} = -\frac{1}{|\mathcal{M}|}\sum_{i\in\mathcal{M}}\log p_\theta(x_i\mid\boldsymbol{x}_{\setminus\mathcal{M}})", "is M the set of all samples"),
    (r"\mathcal{L} = -\log\frac{p_s(y)e^{f_\theta(x)[y]}}{\sum_{c=1}^C p_s(c)e^{f_\theta(x)[c]}}", "is p a function"),
    (r"R_{\exp}(f) = \sum_{i=1}^{I}\sum_{k=1}^{K}e^{-\left(f(x_i)-f(\tilde{x}_k)\right)}", "is f a function"),
]

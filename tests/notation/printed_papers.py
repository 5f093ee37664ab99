# ruff: noqa: E501 - formulas stay on their lines, as sources print them
r"""More losses of papers in their own print, written down after those of ``printed_cases`` were read."""

import numpy as np

from .invented import lse, lsig, lsm, number, numbers, sig, sm
from .invented_cases import T, al, bce, be, ce, g, kl, lam, tau, w4
from .printed_cases import brier, js, pairs, top_other


def hinge(s, t, margin=1.0):
    """Return Crammer and Singer's hinge of one row."""
    return max(0.0, margin + top_other(s, t) - np.sum(s * t))


def foc(s, t):
    return -np.sum(t * sig(-s) ** g * lsig(s) + (1 - t) * sig(s) ** g * lsig(-s))


CASES = [
    # classification
    ("class", "hard", r"\begin{align} \mathcal{L}(\theta) &= -\frac{1}{N}\sum_{n=1}^{N}\log p_\theta(y_n\mid x_n)\\ &= -\frac{1}{N}\sum_{n=1}^{N}\log\frac{\exp(z_{n,y_n})}{\sum_{k=1}^{K}\exp(z_{n,k})}\end{align}", (), lambda s, t: ce(s, t) / 3),
    ("class", "hard row", r"\ell(\mathbf{z},y)\;=\;-\log\!\left(\frac{\exp(z_y)}{\sum\limits_{j=1}^{C}\exp(z_j)}\right)", (), ce),
    ("class", "hard row", r"\ell_{\mathrm{CS}}(z,y)=\Big[1+\max_{j\neq y}z_j-z_y\Big]_+", (), hinge),
    ("class", "hard row", r"\ell_{\mathrm{CS}}(z,y)=\left(1+\max_{j\neq y}z_j-z_y\right)_{+}", (), hinge),
    ("class", "hard", r"L_i = \sum_{j\neq y_i}\max(0, s_j-s_{y_i}+\Delta)", ("Delta>0",), lambda s, t: np.sum((1 - t) * np.maximum(0, number("Delta") + s - np.sum(t * s, 1, keepdims=True)))),
    ("class", "hard", r"L_i = \sum_{j\neq y_i}\max(0, s_{ij}-s_{iy_i}+1)", (), lambda s, t: np.sum((1 - t) * np.maximum(0, 1 + s - np.sum(t * s, 1, keepdims=True)))),
    ("class", "hard row", r"\ell(z,y) = \sum_{j\ne y}\log\left(1+e^{z_j-z_y}\right)", (), lambda s, t: np.sum((1 - t) * np.logaddexp(0, s - np.sum(t * s)))),
    ("class", "hard row", r"\ell_{\mathrm{LLW}} = \sum_{j\neq y}\max\{0,1+z_j\},\qquad \sum_j z_j = 0", None, None),
    ("class", "hard row", r"\ell_{\mathrm{ova}}(z,y)=\log(1+e^{-z_y})+\sum_{y'\neq y}\log(1+e^{z_{y'}})", (), bce),
    ("class", "soft row", r"\ell = -\sum_{k=1}^{K}\left[y_k\log\hat{p}_k+(1-y_k)\log(1-\hat{p}_k)\right],\ \hat{p}_k=\sigma(z_k)", (), bce),
    ("class", "hard", r"\mathcal{L}=-\frac{1}{N}\sum_{i=1}^{N}\sum_{j=1}^{C}\mathbb{1}_{\{y_i=j\}}\log\left(p_{i,j}\right)", (), lambda s, t: ce(s, t) / 3),
    ("class", "hard", r"\mathcal{L}=-\frac{1}{N}\sum_{i=1}^{N}\sum_{j=1}^{C}\mathbf{1}\{y_i=j\}\log p(j|x_i)", (), lambda s, t: ce(s, t) / 3),
    ("class", "hard", r"\mathcal{L}=-\frac{1}{N}\sum_{i=1}^{N}\sum_{j=1}^{C}\mathbb{I}\left[y_i=j\right]\ln p_{ij}\,,", (), lambda s, t: ce(s, t) / 3),
    ("class", "hard", r"\mathcal{L}=-\frac{1}{N}\sum_{i=1}^{N}\sum_{j=1}^{C}[\![y_i=j]\!]\log p_{ij}", (), lambda s, t: ce(s, t) / 3),
    ("class", "hard", r"\mathcal{L}=-\frac{1}{N}\sum_{i=1}^{N}\log p_{i,y}", (), lambda s, t: ce(s, t) / 3),
    ("class", "hard", r"\frac{1}{N}\sum_{i}-\log\left(\mathrm{softmax}(\mathbf{z}_i)_{y_i}\right)", (), lambda s, t: ce(s, t) / 3),
    ("class", "hard", r"\mathcal{L} = \frac{1}{N}\sum_{i=1}^{N}\left\| \mathrm{softmax}(z_i)-\mathbf{e}_{y_i}\right\|_2^2", (), lambda s, t: brier(s, t) / 3),
    ("class", "hard row", r"L = \left\|\mathbf{p}-\mathrm{onehot}(y)\right\|^2", (), brier),
    ("class", "hard row", r"\mathcal{L}=-\log p_{y}^{1/T}", (), lambda s, t: ce(s, t) / T),
    ("class", "hard row", r"\mathcal{L}=\frac{1}{2}\Big(1-\frac{e^{z_y}}{\sum_k e^{z_k}}\Big)^2", (), lambda s, t: (1 - np.sum(t * sm(s))) ** 2 / 2),
    ("class", "hard row", r"\mathcal{L}_{\text{TLL}} = -\log\frac{1-e^{-\alpha p_y}}{1-e^{-\alpha}}", ("alpha>0",), lambda s, t: -np.log((1 - np.exp(-al * np.sum(t * sm(s)))) / (1 - np.exp(-al)))),
    # focal and its kin
    ("focal", "hard binary", r"\mathcal{L}_{fl}=\left\{\begin{array}{cl}-(1-p)^{\gamma}\log(p), & y=1\\ -p^{\gamma}\log(1-p), & y=0\end{array}\right.", (), foc),
    ("focal", "hard binary", r"\mathcal{L}_{fl}=\left\lbrace\begin{array}{lr}-(1-p)^{\gamma}\log p & \text{if }y=1 \\ -p^{\gamma}\log(1-p) & \text{if }y=0\end{array}\right.", (), foc),
    ("focal", "hard binary", r"\mathcal{L}=\begin{cases} -\log\hat{y}, & \mbox{if } y=1 \\ -\log(1-\hat{y}), & \mbox{if } y=0 \end{cases}", (), bce),
    ("focal", "hard binary", r"\mathcal{L}=\begin{cases} -p^\gamma\log(1-p), & y=0 \\ -(1-p)^\gamma\log p, & y=1 \end{cases}", (), foc),
    ("focal", "binary", r"\mathcal{L} = -y(1-p)^{\gamma}\log p-(1-y)\,p^{\gamma}\log(1-p)\quad\text{with}\quad p=\sigma(x)", (), foc),
    ("focal", "binary", r"L = -\frac1N\sum_{i=1}^{N}\alpha_i\left[y_i(1-p_i)^\gamma\log p_i+(1-y_i)p_i^\gamma\log(1-p_i)\right]", (), lambda s, t: -np.mean(numbers("alpha", 3) * (t * sig(-s) ** g * lsig(s) + (1 - t) * sig(s) ** g * lsig(-s)))),
    ("focal", "hard row", r"\mathcal{L}_{\text{IFL}} = -(1+p_y)^{\gamma}\log p_y", (), lambda s, t: -(1 + np.sum(t * sm(s))) ** g * np.sum(t * lsm(s))),
    ("focal", "hard row", r"\mathcal{L}_{\text{Dual}} = -\Big(1-p_y+\max_{j\ne y}p_j\Big)^\gamma\log p_y", None, lambda s, t: -np.sum((1 - np.sum(t * sm(s)) + top_other(sm(s), t)) ** g * np.sum(t * lsm(s)))),
    # long tail
    ("tail", "hard row", r"\mathcal{L}=-\log\frac{n_y e^{z_y}}{\sum_{i}n_i e^{z_i}}\,,", (), lambda s, t: ce(s + np.log(w4("nu")), t)),
    ("tail", "hard", r"\mathcal{L}=-\frac1N\sum_{i=1}^{N} w_{y_i}\log\frac{e^{z_{i,y_i}}}{\sum_{j}e^{z_{i,j}}},\quad w_j=\frac{1}{n_j}", (), lambda s, t: -np.sum(t / w4("nu") * lsm(s)) / 3),
    ("tail", "hard row", r"\mathcal{L}_{\text{LA}}(y,f(x))=-\log\frac{e^{f_y(x)+\tau\cdot\log\pi_y}}{\sum_{y'\in[L]}e^{f_{y'}(x)+\tau\cdot\log\pi_{y'}}}", (), lambda s, t: ce(s + tau * np.log(w4("pi")), t)),
    ("tail", "hard row", r"\ell_{\text{seesaw}} = -\log\frac{e^{z_y}}{\sum_{j\neq y}\mathcal{S}_{yj}e^{z_j}+e^{z_y}}", ("S_ij>0",), lambda s, t: -np.log(np.exp(np.sum(t * s)) / (np.sum((1 - t) * (t @ numbers("S", 4, 4)) * np.exp(s)) + np.exp(np.sum(t * s))))),
    # calibration, scoring rules
    ("calib", "binary", r"\mathrm{BS}=\frac{1}{N}\sum_{t=1}^{N}(p_t-y_t)^2", (), lambda s, t: np.mean((sig(s) - t) ** 2)),
    ("calib", "hard row", r"S(p,y) = -p_y+\tfrac12\sum_{k=1}^K p_k^2+\tfrac12", (), lambda s, t: brier(s, t) / 2),
    ("calib", "hard row", r"S_\alpha(p,y)=-\frac{p_y^{\alpha-1}}{\left(\sum_{k=1}^{K}p_k^\alpha\right)^{(\alpha-1)/\alpha}}", ("alpha>1",), lambda s, t: -np.sum(t * sm(s)) ** (al - 1) / np.sum(sm(s) ** al) ** ((al - 1) / al)),
    ("calib", "hard", r"\mathcal{L}_{\text{MDCA}}=\frac1K\sum_{j=1}^K\left|\frac{1}{N}\sum_{i=1}^N p_{ij}-\frac1N\sum_{i=1}^N q_{ij}\right|", None, None),
    ("calib", "soft", r"\mathcal{L}_{\text{MDCA}}=\frac1K\sum_{j=1}^K\left|\frac{1}{N}\sum_{i=1}^N p_{ij}-\frac1N\sum_{i=1}^N y_{ij}\right|", (), lambda s, t: np.mean(np.abs(np.mean(sm(s) - t, 0)))),
    ("calib", "hard row", r"\mathcal{L} = -\log p_y-\lambda\,\mathcal{H}(p)", (), lambda s, t: ce(s, t) + lam * np.sum(sm(s) * lsm(s))),
    ("calib", "hard row", r"\mathcal{L} = -\log p_y+\beta\, D_{\mathrm{KL}}(u\,\|\,p)", None, None),
    # ranking
    ("rank", "soft row", r"\mathcal{L}=\sum_{i}\sum_{j}\mathbb{I}(y_i>y_j)\log_2(1+e^{-\sigma(s_i-s_j)})", None, None),
    ("rank", "soft row", r"\mathcal{L}=\sum_{i}\sum_{j}\mathbb{I}(y_i>y_j)\log_2(1+e^{-\sigma(s_i-s_j)})", ("sigma>0",), lambda s, t: pairs(s, t, lambda d: np.logaddexp(0, -number("sigma") * d)) / np.log(2)),
    ("rank", "soft row", r"\mathcal{L}_{\mathrm{hinge}}=\sum_{(i,j):\,y_i>y_j}\left[m-(s_i-s_j)\right]_+", ("m: margin",), lambda s, t: pairs(s, t, lambda d: np.maximum(0, number("m_margin") - d))),
    ("rank", "soft row", r"\mathcal{L}_{\text{ListNet}}=-\sum_{j=1}^{m}P_y(j)\log P_s(j)", None, None),
    ("rank", "soft row", r"\mathcal{L}=\sum_{i=1}^{n}(s_i-y_i)^2", None, None),
    ("rank", "soft row", r"\mathcal{L}_{\text{approx}} = \sum_{j\neq i}\frac{1}{1+e^{(s_i-s_j)/T}}", (), lambda s, t: np.sum(sig(-np.subtract.outer(s, s) / T)) - 2),
    ("rank", "row", r"\mathcal{L}_{\text{PL}}=-\sum_{i=1}^{m}\log\frac{e^{s_i}}{\sum_{j\ge i}e^{s_j}}", (), lambda s, t: -sum(lsm(s[k:])[0] for k in range(4))),
    # contrastive
    ("contrast", "square", r"\mathcal{L}_{\text{NT-Xent}}=-\frac1N\sum_{i=1}^{N}\log\frac{\exp(s_{i,i}/\tau)}{\sum_{k=1}^{N}\exp(s_{i,k}/\tau)}", (), lambda s, t: ce(s / tau, t) / 4),
    ("contrast", "square", r"\mathcal{L}=-\frac{1}{N}\sum_{i=1}^{N}\log\frac{e^{\langle\mathbf{u}_i,\mathbf{v}_i\rangle/\tau}}{\sum_{j=1}^{N}e^{\langle\mathbf{u}_i,\mathbf{v}_j\rangle/\tau}}", (), lambda s, t: ce(s / tau, t) / 4),
    ("contrast", "square", r"\mathcal{L}_{\text{DCL}}=-\frac{1}{N}\sum_{i=1}^N\log\frac{e^{s_{ii}/\tau}}{\sum_{j\neq i}e^{s_{ij}/\tau}}", (), lambda s, t: -np.mean(np.diag(s) / tau - np.log(np.exp(s / tau).sum(1) - np.exp(np.diag(s) / tau)))),
    ("contrast", "square", r"\mathcal{L}_i = -\log\frac{\exp(z_i^\top z_i^{\prime}/\tau)}{\sum_{j=1}^{N}\exp(z_i^\top z_j^{\prime}/\tau)}", (), lambda s, t: ce(s / tau, t)),
    ("contrast", "hard", r"\mathcal{L}_{\text{proto}}=-\sum_{i}\log\frac{\exp(z_i^\top c_{y_i}/\tau)}{\sum_{k}\exp(z_i^\top c_k/\tau)}", None, lambda s, t: ce(s / tau, t)),
    # segmentation, detection
    ("seg", "binary", r"\mathcal{L}_{\text{Dice}}=1-\dfrac{2\sum\limits_{i=1}^{N}p_i g_i}{\sum\limits_{i=1}^{N}p_i^2+\sum\limits_{i=1}^{N}g_i^2}", (), lambda s, t: 1 - 2 * np.sum(sig(s) * t) / (np.sum(sig(s) ** 2) + np.sum(t**2))),
    ("seg", "binary", r"\mathcal{L}_{\text{soft-IoU}}=1-\frac{\sum_i p_i y_i}{\sum_i\left(p_i+y_i-p_i y_i\right)}", (), lambda s, t: 1 - np.sum(sig(s) * t) / np.sum(sig(s) + t - sig(s) * t)),
    ("seg", "binary", r"\mathcal{L}=\mathcal{L}_{\text{BCE}}+\mathcal{L}_{\text{Dice}},\quad \mathcal{L}_{\text{BCE}}=-\frac1N\sum_i\left[g_i\log p_i+(1-g_i)\log(1-p_i)\right],\quad \mathcal{L}_{\text{Dice}}=1-\frac{2\sum_i p_i g_i}{\sum_i p_i+\sum_i g_i}", (), lambda s, t: bce(s, t) / 3 + 1 - 2 * np.sum(sig(s) * t) / (sig(s).sum() + t.sum())),
    ("seg", "soft", r"\mathcal{L}_{\text{mIoU}}=1-\frac1C\sum_{c=1}^{C}\frac{\sum_i p_{ic}y_{ic}}{\sum_i p_{ic}+y_{ic}-p_{ic}y_{ic}}", None, None),
    ("detect", "hard row", r"L_{cls}(p,u)=-\log p_u", None, None),
    ("detect", "hard binary", r"L_{cls}(p_i,p_i^*)=-\log\left[p_i^*p_i+(1-p_i^*)(1-p_i)\right]", None, lambda s, t: -np.sum(np.log(t * sig(s) + (1 - t) * sig(-s)))),
    # distillation
    ("distil", "row", r"\mathcal{L}_{\text{KD}}=-\tau^2\sum_{k=1}^{K}q_k\log p_k,\quad q_k=\frac{e^{v_k/\tau}}{\sum_j e^{v_j/\tau}},\quad p_k=\frac{e^{z_k/\tau}}{\sum_j e^{z_j/\tau}}", ("z: logits", "v_j"), lambda s, t: -(tau**2) * np.sum(sm(w4("v") / tau) * lsm(s / tau))),
    ("distil", "hard row", r"\mathcal{L}=\alpha\,\mathrm{CE}(y,\mathrm{softmax}(z_s))+(1-\alpha)\,T^2\,\mathrm{KL}\big(\mathrm{softmax}(z_t/T)\,\|\,\mathrm{softmax}(z_s/T)\big)", (), lambda s, t: al * ce(s, t) + (1 - al) * T**2 * kl(sm(w4("z_teacher") / T), sm(s / T))),
    ("distil", "row", r"\mathcal{L}=\frac{1}{2}\|z_s-z_t\|_2^2", (), lambda s, t: np.sum((s - w4("z_teacher")) ** 2) / 2),
    # noisy labels
    ("noisy", "hard row", r"\ell_{\text{MAE}}=2-2p_y", (), lambda s, t: 2 - 2 * np.sum(t * sm(s))),
    ("noisy", "hard row", r"\ell_{\text{AGCE}}=\frac{(a+1)^q-(a+p_y)^q}{q}", ("a>0", "q>0"), lambda s, t: ((number("a") + 1) ** number("q") - (number("a") + np.sum(t * sm(s))) ** number("q")) / number("q")),
    ("noisy", "hard row", r"\ell_{\text{NFL}}=\frac{-(1-p_y)^\gamma\log p_y}{-\sum_{j=1}^K(1-p_j)^\gamma\log p_j}", (), lambda s, t: np.sum(t * (1 - sm(s)) ** g * lsm(s)) / np.sum((1 - sm(s)) ** g * lsm(s))),
    ("noisy", "soft row", r"\ell_{\text{ELR}}=-\sum_k y_k\log p_k+\lambda\log(1-\langle p,t\rangle)", None, None),
    ("noisy", "soft row", r"\ell_{\text{JS}}=\mathrm{JS}(y,p)", (), lambda s, t: js(t, sm(s))),
    ("noisy", "hard row", r"\ell = -\log\Big(\sum_{k=1}^{K} T_{ky}\,p_k\Big)", ("T_ij>0",), lambda s, t: -np.log(np.sum((numbers("T", 4, 4) @ t) * sm(s)))),
    ("noisy", "hard row", r"\ell_{\text{NL}} = -\log(1-p_{\bar{y}})", (), lambda s, t: -np.log(1 - np.sum(t * sm(s)))),
    # ordinal, evidential
    ("ordinal", "hard row", r"\mathcal{L}_{\text{EMD}}=\sum_{k=1}^{K}\Big(\sum_{j\le k}p_j-\mathbb{1}[y\le k]\Big)^2", None, lambda s, t: np.sum(np.cumsum(sm(s) - t) ** 2)),
    ("ordinal", "hard row", r"\mathcal{L}=\Big(\sum_{k=1}^{K}k\,p_k-y\Big)^2", None, None),
    ("ordinal", "hard row", r"\mathcal{L}_{\text{WK}}=\sum_{k=1}^{K}\frac{(k-y)^2}{(K-1)^2}\,p_k", (), lambda s, t: sum(t[j] * (j - k) ** 2 / 9 * sm(s)[k] for j in range(4) for k in range(4))),
    ("ordinal", "hard", r"\mathcal{L}=\frac1N\sum_{i=1}^{N}\sum_{k=1}^{K}|y_i-k|\,p_{ik}", (), lambda s, t: sum(t[i, j] * abs(j - k) * sm(s)[i, k] for i in range(3) for j in range(4) for k in range(4)) / 3),
    ("evid", "soft", r"\mathcal{L}=\sum_{i=1}^{N}\sum_{j=1}^{K}\left(y_{ij}-\frac{\alpha_{ij}}{S_i}\right)^2+\frac{\alpha_{ij}(S_i-\alpha_{ij})}{S_i^2(S_i+1)},\quad \alpha_{ij}=1+e^{z_{ij}},\quad S_i=\sum_{j}\alpha_{ij}", None, None),
    ("evid", "soft", r"\mathcal{L}=\sum_{i=1}^{N}\sum_{j=1}^{K}\left(y_{ij}-\frac{\alpha_{ij}}{S_i}\right)^2,\quad \alpha_{ij}=1+e^{z_{ij}},\quad S_i=\sum_{j=1}^{K}\alpha_{ij}", (), lambda s, t: np.sum((t - (1 + np.exp(s)) / np.sum(1 + np.exp(s), 1, keepdims=True)) ** 2)),
    # preferences
    ("pref", "row", r"\mathcal{L}_{\mathrm{DPO}}=-\log\sigma\left(\beta\log\frac{\pi_{\theta}(y_w\mid x)}{\pi_{\mathrm{ref}}(y_w\mid x)}-\beta\log\frac{\pi_{\theta}(y_l\mid x)}{\pi_{\mathrm{ref}}(y_l\mid x)}\right)", None, lambda s, t: -lsig(be * (s[0] - s[1] - np.log(number("pi_ref_1")) + np.log(number("pi_ref_2"))))),
    ("pref", "two", r"\mathcal{L}_{\text{rDPO}}=\mathbb{E}_{(x,y_w,y_l)\sim\mathcal{D}}\left[-\frac{1-\epsilon}{1-2\epsilon}\log\sigma(\beta h)+\frac{\epsilon}{1-2\epsilon}\log\sigma(-\beta h)\right]", None, None),
    ("pref", "two", r"\mathcal{L}_{\text{CPO}}=-\mathbb{E}_{(x,y_w,y_l)\sim\mathcal{D}}\left[\log\sigma\left(\beta\log\pi_\theta(y_w|x)-\beta\log\pi_\theta(y_l|x)\right)\right]", (), lambda s, t: -np.mean(lsig(be * (s[:, 0] - s[:, 1])))),
    ("pref", "two", r"\mathcal{L}_{\text{RRHF}}=\mathbb{E}_{(x,y_w,y_l)\sim\mathcal{D}}\left[\max\left(0,\log\pi_\theta(y_l|x)-\log\pi_\theta(y_w|x)\right)\right]", (), lambda s, t: np.mean(np.maximum(0, s[:, 1] - s[:, 0]))),
    ("pref", "two", r"\mathcal{L}_{\text{BT}}=-\mathbb{E}_{(x,y_w,y_l)\sim D}\left[\log\frac{e^{r(x,y_w)}}{e^{r(x,y_w)}+e^{r(x,y_l)}}\right]", (), lambda s, t: -np.mean(lsig(s[:, 0] - s[:, 1]))),
    ("pref", "two", r"\mathcal{L}_{\text{IPO}}=\mathbb{E}_{(x,y_w,y_l)\sim\mathcal{D}}\left[\left(h_\theta(x,y_w,y_l)-\frac{\tau^{-1}}{2}\right)^2\right]", None, None),
    # language models
    ("lm", "hard", r"\mathcal{L}=-\sum_{t=1}^{|y|}\log p_\theta(y_t\mid y_{<t},x)", None, ce),
    ("lm", "hard", r"\mathcal{L}_{\text{MLE}}(p_\theta)=-\sum_{t=1}^{T}\log p_\theta(x_t|x_{<t})", (), ce),
    ("lm", "hard", r"\mathcal{L}=-\frac{1}{T}\sum_{t=1}^{T}\log\frac{\exp(z_{t,y_t})}{\sum_{v=1}^{V}\exp(z_{t,v})}", (), lambda s, t: ce(s, t) / 3),
    ("lm", "hard", r"\mathcal{L}=\frac1N\sum_{i=1}^N\Big[-\log p_{i,y_i}+\lambda\big(\log\sum_{v=1}^{V}e^{z_{i,v}}\big)^2\Big]", None, lambda s, t: ce(s, t) / 3 + lam * np.mean(lse(s) ** 2)),
    ("lm", "hard", r"L_z(x)=\frac{1}{B}\sum_{i=1}^{B}\left(\log\sum_{j=1}^{N}e^{x_j^{(i)}}\right)^2", ("x: logits",), lambda s, t: np.mean(lse(s) ** 2)),
    # multi-label
    ("multi", "soft row", r"\mathcal{L}=-\frac{1}{C}\sum_{i=1}^{C}\left(y_i\log\frac{1}{1+e^{-x_i}}+(1-y_i)\log\frac{e^{-x_i}}{1+e^{-x_i}}\right)", (), lambda s, t: bce(s, t) / 4),
    ("multi", "row", r"\mathcal{L}=\log\left(1+\sum_{i\in\mathcal{N}}e^{s_i}\right)+\log\left(1+\sum_{j\in\mathcal{P}}e^{-s_j}\right)", (), lambda s, t: np.log(1 + np.sum(np.exp(s[[0, 2]]))) + np.log(1 + np.sum(np.exp(-s[[0, 2]])))),
    ("multi", "row", r"\mathcal{L}=\frac{1}{|\mathcal{P}||\mathcal{N}|}\sum_{k\in\mathcal{P}}\sum_{l\in\mathcal{N}}e^{-(z_k-z_l)}", (), lambda s, t: np.sum(np.exp(-s[[0, 2]])) * np.sum(np.exp(s[[0, 2]])) / 4),
    ("multi", "binary", r"\mathcal{L}=\sum_{k:y_k=1}\log(1+e^{-z_k})+\sum_{k:y_k=0}\log(1+e^{z_k})", (), bce),
    # metric learning
    ("metric", "hard row", r"\mathcal{L}=-\log\frac{e^{s(\cos\theta_y-m)}}{e^{s(\cos\theta_y-m)}+\sum_{j\neq y}e^{s\cos\theta_j}}", ("s>0", "m: margin"), lambda s, t: -np.sum(t * np.log(np.exp(number("s_number") * (s - number("m_margin"))) / (np.exp(number("s_number") * (s - number("m_margin"))) + np.exp(number("s_number") * s).sum() - np.exp(number("s_number") * s))))),
    ("metric", "hard row", r"\mathcal{L}_{\text{unified}}=\log\Big[1+\sum_{j\neq y}\exp\big(\gamma(s_j-s_y+m)\big)\Big]", ("m: margin",), lambda s, t: np.log(1 + np.sum((1 - t) * np.exp(g * (s - np.sum(t * s) + number("m_margin")))))),
    ("metric", "row", r"\mathcal{L}_{\text{MS}}=\frac{1}{\alpha}\log\Big[1+\sum_{k\in\mathcal{P}}e^{-\alpha(s_k-\lambda)}\Big]+\frac{1}{\beta}\log\Big[1+\sum_{k\in\mathcal{N}}e^{\beta(s_k-\lambda)}\Big]", (), lambda s, t: np.log(1 + np.sum(np.exp(-al * (s[[0, 2]] - lam)))) / al + np.log(1 + np.sum(np.exp(be * (s[[0, 2]] - lam)))) / be),
]

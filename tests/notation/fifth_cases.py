# ruff: noqa: E501 - formulas stay on their lines, as sources print them
r"""Kinds that a fifth reading of other people's formulas found: (family, kind of data, LaTeX, declarations, reference)."""

import numpy as np

from .invented import lse, lsig, lsm, number, numbers, sig, sm
from .invented_cases import al, bce, be, ce, eps, g, kl, lam, tau
from .ways_out_cases import gap, policies, true


def focal(s, t):
    return -np.sum((1 - sm(s)) ** g * t * lsm(s))


def mean(loss):
    return lambda s, t: loss(s, t) / 3


def hinges(s, t):
    return np.sum(np.maximum(0, 1 - (2 * t - 1) * s))


def weighted(s, t):
    return -np.sum(t * numbers("w", 4) * lsm(s))


def odds(s):
    return lsm(s)[:2] - np.log(1 - sm(s)[:2])


def smoothed(s, t):
    return (1 - eps) * ce(s, t) - eps / 4 * lsm(s).sum()


def dice(s, t, power=1):
    return 1 - 2 * np.sum(sig(s) * t) / (np.sum(sig(s) ** power) + np.sum(t**power))


def infonce(s, t):
    return -np.sum(np.diag(lsm(s / tau)))


def taught(s, name="p_teacher"):
    return numbers(name, *s.shape)


FOCAL = r"L = -\sum_{k=1}^K (1-p_k)^\gamma y_k \log p_k"
CLASS = r"L = -\log p_y"
BINARY = r"L = -\sum_{i=1}^n\left[y_i\log p_i+(1-y_i)\log(1-p_i)\right]"

CASES = [
    # domains and sets that are said beside a formula
    *(("remark", "soft row", FOCAL + said, (), focal) for said in (
        r", \quad \gamma\in\mathbb R_+", r", \gamma\in\mathbb{R}^{+}_0", r", \gamma\in\mathbb{R}_{>0}", r", \gamma \in [0,\infty)", r", \gamma\in(0,+\infty)",
        r", \gamma\geqslant 0", r", where \gamma\ge 0", r" for \gamma\ge 0", r", \gamma\ge\frac12", r", -1<\gamma<1", r", 0 < \gamma", r", \gamma\in[\frac12, 1]",
        r"\text{, } \gamma \ge 0", r", \quad \text{s.t. } \gamma>0", r", K\ge2", r", K\in\mathbb{N}", r" \tag{1}",
        r", \text{where } \gamma\in[0,5] \text{ is the focusing parameter}")),
    *(("remark", "soft row", FOCAL + said, (), None) for said in (
        r", \gamma\in\mathbb{R}_{-}", r", \gamma\in\mathbb{R}_+^K", r", \gamma\in\mathbb{R}^2", r", \gamma\in\mathbb{Z}", r", \gamma \in [0,\infty]", r", \gamma\in(-\infty,0]",
        r", 0<\gamma,K<1", r", K\ge3", r", y\in\{1,\dots,K\}", r", \gamma\in\{g : \log g > 0\}")),
    ("remark", "soft row", r"\gamma\in[\frac12,1], \quad L = -\sum_k (1-p_k)^\gamma y_k \log p_k", (), focal),
    ("remark", "hard row", r"p_y > 0.5, \quad L = -\log p_y", (), None),
    ("remark", "soft row", r"L = C\sum_k (p_k-y_k)^2, C\ge 2", (), None),
    *(("remark", "hard row", CLASS + said, (), ce) for said in (
        r", y\in\{1,\dots,K\}", r", y\in[K]", r", \quad y \in \{0,\dots,K-1\}", r", y\in\mathcal{Y}")),
    ("remark", "hard row", r"-\log\frac{e^{z_y}}{\sum_{k=1}^K e^{z_k}}, y\in\{0,\dots,K-1\}", (), None),
    *(("remark", "hard row", CLASS + said, (), None) for said in (
        r", y\in\{2,\dots,K\}", r", y\in[K-1]", r", y\in\{1,\dots,K+1\}", r", y\in\{1,2\}", r", y \in \{k : \log p_k > 0\}")),
    *(("values", "hard row", rf"L = -(1-p_y)^\gamma \log p_y \quad {said}", (), lambda s, t: -np.sum(t * (1 - sm(s)) ** 2 * lsm(s))) for said in (
        r"(\gamma = 2.0)", r"(\gamma = 2)", r"\gamma = 2")),
    ("values", "hard row", r"L = -\alpha(1-p_y)^\gamma \log p_y \quad (\gamma = 2, \alpha = 0.25)", (), lambda s, t: -np.sum(t * (1 - sm(s)) ** 2 * lsm(s)) / 4),
    ("values", "hard row", r"L = -(1-p_y)^\gamma \log p_y \quad (\gamma = 2, \alpha = 0.25)", (), None),
    # definitions with several sides
    *(("sides", "binary", BINARY + rf", {said} p_i = \sigma(z_i) = \frac{{1}}{{1+e^{{-z_i}}}}", (), bce) for said in (r"\quad", r"\text{{where }}".replace("{{", "{").replace("}}", "}"))),
    ("sides", "binary", r"L = -\left[y \ln(\hat{y}) + (1 - y) \ln(1 - \hat{y})\right], \quad \text{where } \hat{y} = \sigma(z) = \frac{1}{1 + e^{-z}}", (), bce),
    ("sides", "soft row", r"L = -\sum_k y_k \log p_k, \quad p_k = \text{softmax}(z)_k = \frac{e^{z_k}}{\sum_j e^{z_j}}", (), ce),
    ("sides", "binary", BINARY + r", \quad p_i = \sigma(z_i) = \frac{1}{1+e^{z_i}}", (), None),
    ("sides", "hard row", r"L=-\log q_y, q_k = p_k^2 = p_k^3", (), None),
    ("sides", "hard row", r"L=-\log r_y, r_k = q_k, q_k = p_k^2 = p_k p_k", (), None),
    # conditional probabilities
    *(("sequence", "hard", text, (), ce) for text in (
        r"-\sum_{t} \log p_\theta\left(x_{t+1} \mid x_{1:t}\right)", r"-\sum_{t=1}^{T-1}\log P(x_{t+1} \mid x_1, \dots, x_t)", r"-\sum_{t=1}^{T}\log p_\theta(v_t \mid v_{<t}, u_{1:m})",
        r"-\sum_{t=1}^T \log p(y_t \mid y_1, \dots, y_{t-1}, x)", r"-\sum \log P(x_i \mid x_{<i})")),
    *(("sequence", "hard", text, (), mean(ce)) for text in (
        r"-\frac{1}{S-1} \sum_{t=1}^{S-1} \log P\left(x_{t+1} \mid x_1, x_2, \dots, x_t; \Theta\right)", r"-\frac{1}{T-1} \sum_t \log p_\theta(x_{t+1} \mid x_{\le t})",
        r"-\frac{1}{S} \sum_{t=1}^S \log P(x_t \mid x_{<t}, M_{s-1})")),
    *(("sequence", "hard", text, (), None) for text in (
        r"-\frac{1}{T} \sum_{t=1}^{T-1} \log p(x_{t+1} \mid x_{\le t})", r"-\sum_t\log p(x_{t+1}|x_{\le t})-\sum_t\log p(x_{t+2}|x_{\le t})",
        r"-\sum_t\log p(x_{t+1}|x_{1:t})-\sum_t\log p(x_{t+1}|x_{2:t})", r"-\sum_t w_{t+1}\log p(x_{t+1}|x_{1:t})", r"-\sum_{i\in\mathcal{M}}\log P(x_i \mid x_{\setminus i})")),
    *(("outcome", "binary", text, (), bce) for text in (
        r"-\sum_i y_i\log P(y_i=1|x_i) + (1-y_i)\log P(y_i=0|x_i)", r"-\sum_{i=1}^{m} [y_i \log(P(y=1|x_i; \theta)) + (1 - y_i) \log(1 - P(y=1|x_i; \theta))]", r"-y\log P(y=1|x) - (1-y)\log P(y=0|x)",
        r"L = -\sum_n [y_n \log \hat{y}_n + (1 - y_n) \log (1 - \hat{y}_n)], \quad \text{where } \hat{y}_n = p(y_n = 1 \mid x_n)")),
    *(("outcome", "hard binary", text, (), None) for text in (
        r"-\log P(y=1|x)", r"-\sum_i \log p(y_i=1|x_i)", r"-y\log p_y", r"-y\log p(y|x) - (1-y)\log(1-p(y|x))", r"-y\log p(y)-(1-y)\log(1-p(y))", r"(1-y)\log p_y")),
    ("outcome", "hard row", r"\sum_{k=1}^K |k-y|\,p_k", (), lambda s, t: np.sum(np.abs(np.arange(4) - np.argmax(t)) * sm(s))),
    # the true class with a star, or in a bracket
    *(("star", "hard row", text, (), ce) for text in (
        r"-\log(p_{k^*})", r"-\log \frac{e^{z_{k^*}}}{\sum_k e^{z_k}}", r"-\log p_{y^\star}", r"-\log p(y^*|x)", r"-\log P(y^*)", r"-\log P(y)", r"-\log\text{softmax}(z)[y]")),
    ("star", "hard row", r"-(1-\epsilon) \log \hat{p}_{c^*} - \frac{\epsilon}{K} \sum_c \log \hat{p}_c", (), smoothed),
    ("star", "hard row", r"-(1-\epsilon) \log P(y^*) - \epsilon \sum_{j \neq y^*} \frac{1}{C-1} \log P(j)", (), lambda s, t: (1 - eps) * ce(s, t) - eps / 3 * np.sum((1 - t) * lsm(s))),
    ("star", "hard", r"-\sum_i \log \text{softmax}(z_i / T)[y_i]", (), lambda s, t: ce(s / number("T"), t)),
    *(("star", "hard row", text, (), None) for text in (
        r"-\log p_{k^*}, k^* = \arg\max_k p_k", r"-\log p_{y^*} - \log p_y", r"-\log p_{k^*} + \lambda (c^*)^2", r"-\log\text{softmax}(z)[a-b]", r"\text{softmax}(z)[y+1]")),
    # sums that name no index
    *(("bare", "soft row", text, (), ref) for text, ref in (
        (r"-\sum y_k \log p_k", ce), (r"-\sum y_k\log p_k + \lambda\sum p_k^2", lambda s, t: ce(s, t) + lam * np.sum(sm(s) ** 2)),
        (r"-\sum_k y_k\log p_k + \sum p_k^2", lambda s, t: ce(s, t) + np.sum(sm(s) ** 2)))),
    *(("bare", "hard", text, (), ref) for text, ref in (
        (r"-\sum \log \frac{\exp(z_{y_t})}{\sum_j \exp(z_j)}", ce), (r"-\frac1N\sum \log p_{y_i}", mean(ce)), (r"-\sum_i\sum y_{ij}\log p_{ij}", ce))),
    *(("bare", "binary", text, (), ref) for text, ref in (
        (r"-\frac{1}{N}\sum \left[y\log p+(1-y)\log(1-p)\right]", mean(bce)), (r"-\sum \left[\, t\log\sigma(z) + (1-t)\log(1-\sigma(z)) \,\right]", bce),
        (r"1-\frac{2\sum p_ig_i}{\sum p_i^2+\sum g_i^2}", lambda s, t: dice(s, t, 2)))),
    *(("bare", "soft", text, (), None) for text in (
        r"-\sum y_{ij}\log p_{ij}", r"L_i = -\sum y_{ij}\log p_{ij}", r"-\sum w_j y_k\log p_k", r"-\sum y\log p", r"-\sum y_k\log p_k\sum p_k", r"\sum t_{ij}s_{ij}",
        r"-\frac1N\sum\log p_y", r"\sum (y-\hat y)^2")),
    # overlaps of hatted labels
    *(("overlap", "binary", text, (), ref) for text, ref in (
        (r"1-\frac{2\sum_i y_i\hat{y}_i}{\sum_i y_i+\sum_i\hat{y}_i}", dice), (r"1-\frac{2\sum_i y_i\hat{y}_i}{\sum_i y_i^2+\sum_i\hat{y}_i^2}", lambda s, t: dice(s, t, 2)),
        (r"1-\frac{\sum_i y_i\hat{y}_i+1}{\sum_i y_i+\sum_i\hat{y}_i-\sum_i y_i\hat{y}_i+1}", lambda s, t: 1 - (np.sum(t * sig(s)) + 1) / (np.sum(t) + np.sum(sig(s)) - np.sum(t * sig(s)) + 1)))),
    *(("overlap", "binary", text, (), None) for text in (
        r"1-\frac{\sum_i y_i\hat{y}_i}{\sqrt{\sum_i y_i^2}\sqrt{\sum_i\hat{y}_i^2}}", r"1-\frac{\sum_i (y_i-\hat{y}_i)^2}{\sum_i y_i+\sum_i\hat{y}_i}", r"1-\frac{\sum_i y_i \hat y_i}{\sum_i y_i^2}",
        r"1 - \frac{2 \sum_{k} \sum_{i} y_{ik} \hat{y}_{ik}}{\sum_{k} \sum_{i} y_{ik} + \hat{y}_{ik} + \epsilon}")),
    # student and teacher in words
    *(("teacher", "row", text, (), lambda s, t: kl(t, sm(s))) for text in (
        r"L = D_{\mathrm{KL}}(p_{\text{teacher}} \| p_{\text{student}})", r"L = D_{\mathrm{KL}}(P_t \,||\, P_s)", r"L = \text{KL}(p^{\text{teacher}}\|p^{\text{student}})")),
    ("teacher", "row", r"L = -\sum_{k=1}^K p^{\text{teacher}}_k\log p^{\text{student}}_k", (), ce),
    ("teacher", "row", r"L = \text{KL}(p_{\text{student}}\|p_{\text{teacher}})", (), lambda s, t: np.sum(sm(s) * (lsm(s) - np.log(taught(s))))),
    ("teacher", "soft row", r"L = \alpha\,\text{CE}(y, p_{\text{student}}) + (1-\alpha)\,\text{KL}(p_{\text{teacher}}\|p_{\text{student}})", (),
        lambda s, t: al * ce(s, t) + (1 - al) * np.sum(taught(s) * (np.log(taught(s)) - lsm(s)))),
    *(("teacher", "row", text, (), None) for text in (
        r"L = D_{\text{KL}}(p_{\text{teacher}}^{(\tau)} \| p_{\text{student}}^{(\tau)})", r"-\sum_k y_k^{(\tau)}\log p_k^{(\tau)}", r"L = \text{KL}(p_{\text{teacher}}\|p)")),
    *(("teacher", "row", text, (), lambda s, t: kl(t, sm(s))) for text in (
        r"L = \sum_i q_i \log \frac{q_i}{p_i}", r"L = \sum_i q_i (\log q_i-\log p_i)", r"L = \sum_i y_i \log \frac{y_i}{\hat{y}_i}")),
    ("teacher", "row", r"L = -\sum_k q_k^{(T)}\log p_k^{(S)}", (), ce),
    *(("teacher", "binary", text, (), lambda s, t: np.sum(t * (np.log(t) - lsig(s)) + (1 - t) * (np.log(1 - t) - lsig(-s)))) for text in (
        r"\sum_i y_i \log\frac{y_i}{p_i}+(1-y_i)\log\frac{1-y_i}{1-p_i}", r"\sum_i\left[y_i(\log y_i-\log p_i)+(1-y_i)(\log(1-y_i)-\log(1-p_i))\right]")),
    ("teacher", "binary", r"\sum_i y_i\log\frac{p_i}{1-p_i}", (), lambda s, t: np.sum(t * s)),
    *(("teacher", "soft", text, (), None) for text in (
        r"\frac{1}{N}\sum_{i=1}^N q_i\log\frac{q_i}{p_i}", r"-\sum_k y_k^{(T)}\log p_k^{(T)}")),
    # responses by other letters
    *(("response", "row", text, (), lambda s, t: -lsig(be * gap(policies(s)))) for text in (
        r"-\log \sigma(\beta \cdot ([\log \pi_\theta(\tau^+) - \log \pi_\theta(\tau^-)] - [\log \pi_{\text{ref}}(\tau^+) - \log \pi_{\text{ref}}(\tau^-)]))",
        r"-\log \sigma\left( \beta \log \frac{\pi(\text{chosen} \mid \text{prompt})}{\pi_{\text{ref}}(\text{chosen} \mid \text{prompt})} - \beta \log \frac{\pi(\text{rejected} \mid \text{prompt})}{\pi_{\text{ref}}(\text{rejected} \mid \text{prompt})} \right)",
        r"-\log\sigma\left(\beta\log\frac{\pi(y_w|x)}{\pi_{\text{ref}}(y_w|x)}-\beta\log\frac{\pi(y_l|x)}{\pi_{\text{ref}}(y_l|x)}\right)")),
    *(("response", "row", text, (), lambda s, t: -lsig(gap(s))) for text in (
        r"-\log\sigma(r_\theta(s,a^+)-r_\theta(s,a^-))", r"-\log\sigma(f(x,y_w)-f(x,y_l))", r"-\log\sigma(V_\phi(x,y_w)-V_\phi(x,y_l))", r"-\log\sigma(r(s,a_w)-r(s,a_l))")),
    ("response", "row", r"-\log p_\theta(y_w \mid x) - \lambda \log \sigma\left(\log \frac{\text{odds}_\theta(y_w \mid x)}{\text{odds}_\theta(y_l \mid x)}\right), \quad \text{odds}_\theta(y|x) = \frac{p_\theta(y|x)}{1 - p_\theta(y|x)}", (),
        lambda s, t: -lsm(s)[0] - lam * lsig(gap(odds(s)))),
    *(("response", "row", text, (), None) for text in (
        r"\sum_i s_i a^+ - a^-", r"-\log\sigma(Q(s,a^+)-V(s))", r"-\log\sigma(\beta\log\pi_\theta(a|s)-\beta\log\pi_\theta(a_{\text{reject}}|s))")),
    # a length and a temperature
    ("length", "hard", r"L=\exp(-\frac1T\sum_t\log p(x_t|x_{<t}))", (), lambda s, t: np.exp(ce(s, t) / 3)),
    ("length", "hard", r"L=\exp(-\frac1N\sum_i\log p_{i,y_i})", (), lambda s, t: np.exp(ce(s, t) / 3)),
    ("length", "hard", r"L=-\frac{1}{N}\sum_i\log\text{softmax}(z_i/T)_{y_i}", (), lambda s, t: ce(s / number("T"), t) / 3),
    ("length", "hard", r"L=-\frac{1}{T}\sum_t\log\frac{e^{z_{t,y_t}/T}}{\sum_k e^{z_{t,k}/T}}", (), None),
    ("length", "hard", r"L=-\frac{1}{T}\sum_{t=1}^T\log\text{softmax}(z_t/T)_{y_t}", (), None),
    # the negatives of a target
    ("negatives", "hard row", r"-\log\frac{e^{z_y}}{e^{z_y}+\sum_{j\ne y}e^{z_j}}", (), ce),
    ("negatives", "hard row", r"-\log\frac{e^{z_y}}{\sum_{j=0}^{K-1}e^{z_j}}", (), ce),
    *(("negatives", "hard row", text, (), None) for text in (
        r"-\log\frac{e^{z_y}}{e^{z_y}+\sum_{j=1}^{K-1}e^{z_j}}", r"\log(1+\sum_{j=1}^{K-1}e^{z_j-z_y})", r"-\log\frac{e^{z_y}}{1+\sum_{j=1}^{K-1}e^{z_j}}")),
    # the row of logits and its normaliser, without an index
    ("row", "hard row", r"L=-\log p_y+\lambda\log^2 Z, Z=\sum_k e^{z_k}", (), lambda s, t: ce(s, t) + lam * lse(s) ** 2),
    ("row", "hard row", r"L=-\log\frac{e^{z_y}}{Z}, Z=\sum_k e^{z_k}", (), ce),
    *(("row", "hard row", text, (), None) for text in (r"L=-\log p_y+\lambda\log^2 Z", r"L=-\log\frac{e^{z_y}}{Z}", r"L=-\log p_y+\lambda z^2")),
    # a batch of which nothing below the sum is a sample
    ("batch", "hard", r"-\sum_{(x,y)\in D}\log p(y|x)", (), ce),
    ("batch", "hard", r"-\sum_{x\in D}\log p(y|x)", (), ce),
    ("batch", "hard", r"-\frac{1}{|B|}\sum_{i\in B}\log p_{i,y_i}", (), mean(ce)),
    ("batch", "binary", r"-\sum_{x\in D}[y\log p+(1-y)\log(1-p)]", (), bce),
    *(("batch", "hard", text, (), None) for text in (
        r"\frac{1}{|B|}\sum_{x\in B}\sum_{c=1}^C -y_c\log p_c", r"\frac{1}{|B|}\sum_{x\in B}-\log p_y", r"L = \frac{1}{|B|}\sum_{x\in B}\sum_c q_c\log\frac{q_c}{p_c}")),
    # as they were pasted, of kinds that were read before
    ("pasted", "hard", r"\mathcal{L}_{\text{WCE}} = - \frac{1}{B} \sum_{i=1}^B w_{y_i} \log P(y_i \mid X_i)", (), mean(weighted)),
    ("pasted", "square", r"\mathcal{L}_{i} = -\log \frac{\exp(\text{sim}(q_i, d_i^+) / \tau)}{\exp(\text{sim}(q_i, d_i^+) / \tau) + \sum_{j \neq i} \exp(\text{sim}(q_i, d_j^+) / \tau)}", (), infonce),
    ("pasted", "square", r"\mathcal{L}_{cl} = -\log \frac{e^{\text{sim}(h_i, h_i^+)/\tau}}{\sum_{j=1}^N e^{\text{sim}(h_i, h_j^+)/\tau}}", (), infonce),
    ("pasted", "hard row", r"\mathcal{L}_{\text{LA}}((x,y); f) = -\log \frac{e^{f(x)_y - \tau \log \pi_y}}{{\sum_j e^{f(x)_j - \tau \log \pi_j}}}", (), lambda s, t: ce(s - tau * np.log(numbers("pi", 4)), t)),
    ("pasted", "hard row", r"\mathcal{L}_{\text{CB}}(p, y) = - \frac{1 - \beta}{1 - \beta^{n_y}} \log(\hat{p}_y)", (), lambda s, t: -np.sum(t * (1 - be) / (1 - be ** numbers("nu", 4)) * lsm(s))),
    ("pasted", "hard binary", r"\mathcal{L}_{\text{Hinge}} = \frac{1}{n} \sum_{i=1}^{n} \max(0, 1 - y_i \hat{y}_i) \quad \text{where } y_i \in \{-1, +1\}", (), mean(hinges)),
    ("pasted", "hard row", r"\mathcal{L}_{\text{focal}} = (1 - p_y)^{\gamma_f}\;\Big(-\sum_{k} q_k \log p_k\Big), \quad q_k = (1-\epsilon)\mathbb{1}[k=y] + \frac{\epsilon}{K}", (),
        lambda s, t: (1 - true(s, t)) ** number("gamma_f") * -np.sum(((1 - eps) * t + eps / 4) * lsm(s))),
    # a label and the prediction that it selects are of one sample
    *(("samples", "hard", text, (), None) for text in (
        r"-\mathbb{E}_{(x,y)\sim D}\left[\sum_{t=1}^T \log p(y_t|x,y_{<t})\right]", r"\mathbb{E}_{x}[\frac1T\sum_t \log p(x_t|x_{<t})]",
        r"-\sum_{(x,y)\in D}\sum_t \log p(y_t|x,y_{<t})", r"\mathbb{E}_{(x,y)}[\frac1{|y|}\sum_{t=1}^{|y|}\log\pi_\theta(y_t|x,y_{<t})]",
        r"-\frac1N\sum_{n=1}^N\sum_t\log p(y_t|x_n)", r"-\sum_i\sum_t \log p_{i,y_t}", r"-\sum_{i}\log p(y_i|x_a) - \sum_j\log p(y_j|x_b)", r"-\sum_n\sum_t\log f(x_n)_{y_t}",
        r"-\sum_n\sum_t\log\frac{e^{z_{n,y_t}}}{\sum_k e^{z_{n,k}}}", r"-\sum_n\sum_t\sum_k \mathbb{1}[y_t=k]\log p_{n,k}", r"-\sum_n\sum_t\sum_k y_{t,k}\log p_{n,k}",
        r"-\mathbb{E}_{(x,y)\sim D}[\sum_t\sum_k y_{t,k}\log p(k|x)]", r"-\frac1N\sum_{n=1}^N\sum_t\log p(x_t|x_{<t})")),
    *(("samples", "hard", text, (), ref) for text, ref in (
        (r"-\sum_{t=1}^T \log p(y_t|x,y_{<t})", ce), (r"-\mathbb{E}_{(x,y)\sim D}[\log p(y|x)]", mean(ce)), (r"-\sum_i\log p(y_i|x_i)", ce), (r"-\sum_i\sum_k \mathbb{1}[y_i=k]\log p_{i,k}", ce),
        (r"-\sum_i\sum_k y_{i,k}\log p_{i,k}", ce), (r"-\sum_{i}\log p(y_i|x_i) - \sum_j\log p(y_j|x_j)", lambda s, t: 2 * ce(s, t)))),
    ("samples", "square", r"-\sum_{i=1}^N\log\frac{e^{s_{ii}/\tau}}{\sum_j e^{s_{ji}/\tau}}", (), lambda s, t: infonce(s.T, t)),
    # one letter is one distribution: what is given is the same in every term
    *(("givens", "hard", text, (), None) for text in (
        r"-\sum_t\log p(x_t|x_{<t}) - \sum_t\log p(x_t|x_{>t})", r"-\sum_t\log p(x_t|x_{<t},c) - \sum_t\log p(x_t|x_{<t})")),
    *(("givens", "hard row", text, (), None) for text in (
        r"-\log p(y|x,a)-\log p(y|x,b)", r"-\log p(y|x,\theta_1)-\log p(y|x,\theta_2)", r"-\log P(y|x)-\log P(y)", r"-\log P(y|x)+\alpha\log P(y)", r"-\log p_\theta(y|x)-\log p(y)",
        r"\sum_k p(k|x)(\log p(k|x)-\log p(k)) - \log p(y|x)", r"-\log p(y|x_1)-\log p(y|x_2)", r"-\log\hat{p}(y|x)-\log\hat{p}(y|x,c)", r"-\log p(y|x)-\log p(y|x')")),
    ("givens", "hard row", r"-\log p(y|x) + \sum_k p(k|x)\log p(k|x)", (), lambda s, t: ce(s, t) + np.sum(sm(s) * lsm(s))),
    ("givens", "hard row", r"-\log p(y|x), \quad p(k|x) = \frac{e^{z_k}}{\sum_j e^{z_j}}", (), ce),
    ("givens", "hard", r"-\sum_i\log p(y_i|x_i) + \lambda\sum_j\sum_k p(k|x_j)\log p(k|x_j)", (), lambda s, t: ce(s, t) + lam * np.sum(sm(s) * lsm(s))),
    # an outcome makes a task binary
    *(("outcome", "binary", text, (), None) for text in (r"-\sum_{i=1}^n y_i\log P(y_i=1|x_i)", r"-\sum_k y_k\log P(y_k=1|x)")),
    ("outcome", "binary", r"-\sum_i y_i\log P(y_i=1|x_i)+(1-y_i)\log(P(y_i=0|x_i)+\epsilon)", (), lambda s, t: -np.sum(t * lsig(s) + (1 - t) * np.log(sig(-s) + eps))),
    ("outcome", "binary", r"\sum_i (1-y_i)P(y_i=1|x_i) - \sum_i y_i\log P(y_i=1|x_i)", (), lambda s, t: np.sum((1 - t) * sig(s) - t * lsig(s))),
    ("outcome", "binary", r"-y\log p(y=1|x)-(1-y)\log p(y=0|x)", (), bce),
    # labels that are drawn from a distribution
    *(("drawn", "hard", text, (), None) for text in (
        r"-\mathbb{E}_{y\sim q}[\log p(y|x)]", r"-\mathbb{E}_{y\sim q(\cdot|x)}[\log p(y|x)]", r"-\mathbb{E}_{x\sim D,y\sim q}[\log p(y|x)]", r"-\mathbb{E}_{a\sim\pi_\theta(\cdot|s)}[\log\pi_\theta(a|s)]")),
    *(("drawn", "hard", text, (), mean(ce)) for text in (
        r"-\mathbb{E}_{x\sim D}[\log p(y|x)]", r"-\mathbb{E}_{(x,y)\sim p}[\log p_\theta(y|x)]", r"-\mathbb{E}_{y\sim p_{data}}[\log p(y|x)]", r"-\mathbb{E}_{(s,a)\sim D}[\log\pi_\theta(a|s)]")),
]

#: (LaTeX, part of a guess that is printed).
SAID = [
    (FOCAL + r", \gamma\in\mathbb{R}_+", "gamma >= 0, as the formula says"),
    (FOCAL + r", K\ge2", "K is 2 or more, as the formula says"),
    (CLASS + r", y\in[K]", "y is a class, as the formula says"),
    (r"-\sum_{t=1}^{T-1}\log P(x_{t+1} \mid x_1, \dots, x_t)", "T - 1 is the number of samples"),
    (r"-\sum_t\log P(x_{t+1} \mid x_{1:t})", "x_{t+1} is its target class"),
    (r"-\log p_{k^*}", "k^* is the true class, y"),
    (r"-\sum y_k \log p_k", "a sum that names no index is over k"),
    (r"-\frac{1}{N}\sum [y\log p+(1-y)\log(1-p)]", "a sum that names no index is over the samples"),
    (r"-\log\sigma(r(s,a^+)-r(s,a^-))", "a with a mark is a response"),
    (r"-y\log P(y=1|x) - (1-y)\log P(y=0|x)", "the probability of y = 1 is that of a binary task"),
]

#: (LaTeX, part of the message, part of the hint).
QUESTIONS = [
    (r"-\log P(y=1|x)", "of which outcome is this the probability?", "write p_i"),
    (r"-y\log p(y|x) - (1-y)\log(1-p(y|x))", "y is a class index and a label", "write p_i"),
    (r"-\sum_k y_k^{(\tau)}\log p_k^{(\tau)}", "or a temperature?", r"\text{softmax}(z/\tau)_k"),
    (r"-\log\frac{e^{z_y}}{e^{z_y}+\sum_{j=1}^{K-1}e^{z_j}}", "are these the other classes", r"\sum_{j \neq y}"),
    (r"-(1 - \alpha) \log(p_c) - \frac{\alpha}{K} \sum_{k=1}^K \log(p_k)", "no sum binds the class c", "c: target class"),
    (r"-\frac{1}{|B|}\sum_{x\in B}\log p_y", "what is of the sample x here?", "write the sample below"),
    (r"L=-\log p_y+\lambda\log^2 Z", "is Z made of the logits here?", r"Z = \sum_{k=1}^K e^{z_k}"),
    (r"L=-\frac{1}{T}\sum_{t=1}^T\log\text{softmax}(z_t/T)_{y_t}", "T is the length of a sequence", r"z/\tau"),
    (r"-\sum_{i\in\mathcal{M}}\log P(x_i \mid x_{\setminus i})", "is M the set of all samples", "M: samples"),
    (r"-\mathbb{E}_{(x,y)\sim D}\left[\sum_{t=1}^T \log p(y_t|x,y_{<t})\right]", "of one sample here, and the label of another", r"\sum_i \log p_{i,y_i}"),
    (r"-\log P(y|x)-\log P(y)", "P(.|x) and P(.) are two distributions here", "another letter, r_k"),
    (r"-\mathbb{E}_{y\sim q}[\log p(y|x)]", "y is drawn from q here", r"-\sum_k q_k \log p_k"),
]

# ruff: noqa: E501 - formulas stay on their lines, as sources print them
r"""Kinds that a sixth reading of other people's formulas found: (family, kind of data, LaTeX, declarations, reference)."""

import numpy as np

from .invented import lse, lsig, lsm, number, numbers, sig, sm
from .invented_cases import al, bce, be, ce, lam, tau
from .ways_out_cases import policies, true


def mean(loss):
    return lambda s, t: loss(s, t) / 3


def cosface(s, t):
    return ce(number("s_number") * (s - t * number("m_margin")), t) / 3


def tversky(s, t):
    p = sig(s)
    return 1 - np.sum(t * p) / (np.sum(t * p) + al * np.sum((1 - t) * p) + be * np.sum(t * (1 - p)))


def weighed(s, t):
    return -np.sum(t * numbers("w", 4) * lsm(s))


def penalised(s, t):
    return ce(s, t) + lam * np.sum(sm(s) ** 2)


def given(name):
    return lambda s, t: ce(s, t) + lam * np.sum(numbers(name, 4) ** 2)


CLASS = r"L = -\log p_y"
ROW = r"L = -\sum_{k=1}^K y_k \log p_k"

CASES = [
    # words are no factors
    *(("words", "hard row", rf"-\log p_y{words}", (), None) for words in (
        r" \text{ for each sample}", r" \text{ per token}", r"\ \text{averaged over the batch}", r" \text{ clipped at } 10", r"\text{ clipped}", r" + \lambda \text{ regularization}",
        r" \text{ (cross entropy)}", r" \quad \text{(nats)}", r" \text{ (see text)}", r" \mbox{ on average}")),
    *(("words", "hard row", rf"-(1-p_y)^\gamma\log p_y{words}", (), None) for words in (
        r" \text{ with } \gamma = 2 \text{ by default}", r", \gamma = 2 \text{ (default)}", r", \quad \gamma = 2 \text{ works best}", r" \text{ where } \gamma = 2 \text{ in all experiments}")),
    *(("words", "hard row", text, (), None) for text in (r"-w_y\log p_y, w_k = \text{inverse frequency}", r"-\log(p_y \text{ with dropout})")),
    ("words", "hard binary", r"L=-\log p_t \text{ where } p_t = p \text{ if } y=1 \text{ and } 1-p \text{ otherwise}", (), bce),
    ("words", "hard row", r"-\log p_y + \text{const}", (), lambda s, t: ce(s, t) + number("const")),
    # two models, two spellings, two outcomes under one letter
    *(("models", "hard row", text, (), None) for text in (
        r"-\log p_\theta(y|x)-\log p_\phi(y|x)", r"-\log p_\theta(y|x)+\lambda\sum_k p_\phi(k|x)^2", r"-\log p_{\theta,y} - \log p_{\phi,y}", r"-\log f_\theta(x)_y-\log f_\phi(x)_y",
        r"-\sum_k p_{\phi}(k|x)\log p_\theta(k|x)", r"-\log\hat{p}_\theta(y|x)-\log\hat{p}_\phi(y|x)",
        r"-\log f(x;\theta)_y - \log f(x;\phi)_y", r"-\log f(x,\theta)_y - \log f(x,\theta')_y", r"-\log\text{softmax}(f(x'))_y-\log\text{softmax}(f(x))_y", r"-\log\text{softmax}(f(x'))_y")),
    ("models", "hard row", r"-\log\text{softmax}(f(x;W))_y", (), ce),
    ("models", "hard row", r"-\log p_\theta(y|x)-\log q(y|x)", (), lambda s, t: ce(s, t) - np.sum(t * np.log(numbers("q", 4)))),
    *(("spelling", kind, text, (), None) for kind, text in (
        ("row", r"-\sum_j \hat t_j\log p_j"), ("soft row", r"-\sum_j t_j\log p_j + \lambda\sum_j \hat p_j^2"), ("soft row", r"-\sum_j t_j\log\hat p_j + \lambda\sum_j p_j^2"),
        ("hard row", r"-\log P_y + \lambda\sum_k p_k^2"), ("hard row", r"-\log P(y|x)-\lambda H(p)"), ("soft row", r"-\sum_k Y_k\log p_k - \sum_k y_k\log p_k"),
        ("hard row", r"-\log\hat{P}(y|x)+\lambda \sum_k P(k|x)^2"), ("hard row", r"-\log\hat{q}_y+\lambda \sum_k q_k^2"))),
    ("spelling", "hard row", r"-\log p_y + \lambda\sum_k P_k^2", ("P_j>0", "k in m"), given("P")),
    ("spelling", "soft row", r"-\sum_j t_j\log\hat p_j", (), ce),
    ("spelling", "hard row", r"-\log\hat{P}(y|x)", (), ce),
    ("spelling", "hard", r"-\sum_t A_t\log\pi_\theta(a_t|s_t)", (), lambda s, t: -np.sum(numbers("A", 3) * np.log(true(s, t)))),
    *(("outcomes", "hard row", text, (), None) for text in (r"-\log p(y,z|x)", r"-\log p(y_1,\dots,y_T|x)", r"-\log p(y=1,s=0|x)", r"-\log\hat{p}(y,d|x)")),
    # means over labels that nothing draws
    *(("drawn", "hard", text, (), None) for text in (
        r"-\mathbb{E}_y[\log p(y|x)]", r"-\mathbb{E}_{y|x}[\log p(y|x)]", r"\mathbb{E}_{y}\left[-\log p_y\right]", r"-\mathbb{E}_{Y}[\log p(Y|x)]")),
    *(("drawn", "hard", text, (), mean(ce)) for text in (r"-\mathbb{E}_x[\log p(y|x)]", r"-\mathbb{E}_{(x,y)}[\log p(y|x)]")),
    # what a function is of
    *(("argument", "hard row", text, (), None) for text in (
        r"-\log\mathcal{S}(z/\tau)_y", r"-\log f(z/T)_y", r"-\log f(x+\delta)_y", r"-\log f(x)_y - \log f(x+\delta)_y", r"-\log\operatorname{softmax}(z;\tau)_y", r"-\log\sigma(z; T)_y",
        r"-\log p_y + h(z_y)", r"-\log p_y + g(p_y)", r"-\log p_y + O(\epsilon)", r"-\log p_y + \mathcal{O}(n^2)", r"-\log p_y + D_d(f(x_y))")),
    ("argument", "binary", r"\sum_{i=1}^n d_i\log\frac1{G_d(f(x_i))}+(1-d_i)\log\frac1{1-G_d(f(x_i))}", ("f: probabilities",), None),
    ("argument", "row", r"\log(s_1; s_2)", (), None),
    *(("argument", "hard row", text, (), ref) for text, ref in (
        (r"-\log S(z)_y", ce), (r"-\log f(x; \theta)_y", ce), (r"-\log p(y|x; \theta)", ce), (r"L=\sum_k h(p_k), h(u)=u^2", lambda s, t: np.sum(sm(s) ** 2)),
        (r"-\log p_y + \delta(1-p_y)", lambda s, t: ce(s, t) + number("delta") * (1 - true(s, t))))),
    *(("argument", kind, text, lets, ref) for kind, text, lets, ref in (
        ("soft row", r"-\sum_k w(k) y_k\log p_k", (), weighed), ("hard row", r"-w(y)\log p_y", (), weighed), ("hard", r"-\sum_i w(y_i)\log p_{i,y_i}", (), weighed),
        ("hard", r"-\sum_i\alpha(i)\log p_{i,y_i}", (), lambda s, t: -np.sum(numbers("alpha", 3) * np.log(true(s, t)))),
        ("hard", r"-\sum_i w(x_i)\log p_{i,y_i}", (), lambda s, t: -np.sum(numbers("w", 3) * np.log(true(s, t)))),
        ("hard", r"-\sum_{x\in D} w(x)\log p(y|x)", (), lambda s, t: -np.sum(numbers("w", 3) * np.log(true(s, t)))),
        ("hard row", r"-w(x)\log p_y", (), lambda s, t: number("w") * ce(s, t)), ("hard", r"-\sum_i w(x_i,y_i)\log p_{i,y_i}", (), None),
        ("hard", r"-\sum_i w(x_i,y_i)\log p_{i,y_i}", ("w_ij",), lambda s, t: -np.sum(numbers("w", 3, 4) * t * lsm(s))),
        ("hard row", r"\sum_k c_y(k)\,p_k", (), lambda s, t: np.sum((t @ numbers("c", 4, 4)) * sm(s))), ("hard row", r"\sum_k c_k(y)\,p_k", (), lambda s, t: np.sum((numbers("c", 4, 4) @ t) * sm(s))),
        ("soft", r"-\sum_i\sum_k y_i(k)\log p_i(k)", (), ce), ("hard", r"-\sum_i\log p_i(y_i)", (), ce), ("soft", r"-\sum_i\sum_k y_i(k)\log p_k(i)", (), None),
        ("soft row", r"-\sum_k k(y_k-p_k)^2", (), lambda s, t: -np.sum(np.arange(1, 5) * (t - sm(s)) ** 2)))),
    # the sample that a sum runs over
    *(("sample", kind, text, lets, ref) for kind, text, lets, ref in (
        ("hard", r"-\sum_{x\in D}\log p(y|x)", (), ce), ("hard", r"-\sum_x\log p(y|x)", (), ce),
        ("soft", r"-\frac{1}{|D|}\sum_{x\in D}\sum_{k=1}^K p(k|x)\log p(k|x)", (), lambda s, t: -np.sum(sm(s) * lsm(s)) / 3),
        ("soft", r"-\sum_{x\in D}\sum_k q(k|x)\log p(k|x)", (), ce), ("soft", r"-\frac{1}{|U|}\sum_{u\in U}\log\max_k p(k|u)", (), None),
        ("soft", r"-\frac{1}{|U|}\sum_{u\in U}\log\max_k p(k|u)", ("U: samples",), lambda s, t: -np.mean(np.log(sm(s).max(1)))))),
    # indicators under other names
    *(("indicator", "hard row", rf"-\sum_{{k=1}}^{{K}}{text}\log(p_k)", (), ce) for text in (
        r"\delta(y-k)", r"\delta(k-y)", r"\delta(y=k)", r"\chi(y=k)", r"I(Y=k)", r"\mathbb{1}(Y=k)", r"{\bf 1}[y=k]", r"{\rm 1}\{y=k\}")),
    ("indicator", "hard", r"-\sum_{i=1}^N\sum_{k=1}^{K}\delta(y_i-k)\log(p_{ik})", (), ce),
    ("indicator", "hard row", r"-\log p_Y", (), ce),
    ("indicator", "hard row", r"-\log p(Y|X)", (), ce),
    # distributions without a definition
    *(("uniform", "row", text, (), None) for text in (r"\mathrm{KL}(\mathcal{U}\|p)", r"H(u, p)", r"H(p,y)", r"\mathrm{KL}(p\|U)")),
    ("uniform", "row", r"\mathrm{KL}(\mathcal{U}\|p), U_k = \frac{1}{K}", (), lambda s, t: np.log(1 / 4) - np.mean(lsm(s))),
    # fonts that are switched to
    *(("font", "hard row", text, (), ce) for text in (
        r"L_{\rm CE} = -\log p_y", r"{\cal L} = -\log p_y", r"{\mathcal L} = -{\rm log}\, p_y", r"L = -\log {\rm softmax}(z)_y", r"L = -\log {\bf p}_y", r"{\it L} = -\log{\bf p}_{y}",
        r"L \equiv -\log p_y", r"\therefore L = -\log p_y", r"L = -\log\,\Pr(y\mid x)")),
    ("font", "soft", r"L_{\rm CE}(\theta) = -\frac{1}{N}\sum_{i=1}^N{\bf y}_i^\top\log{\bf p}_i", (), mean(ce)),
    # rows that are turned, and entries below a bracket
    *(("row", "soft", rf"-\frac1N\sum_i {y}\log{p}", (), mean(ce)) for y, p in (
        (r"\mathbf{y}_i^T", r"\mathbf{p}_i"), (r"\bm{y}_i^{T}", r"\hat{\bm{y}}_i"), (r"\mathbf{y}_i^\top", r"\mathbf{\hat y}_i"), (r"\vec{y}_i^T", r"\vec{p}_i"))),
    *(("row", "soft row", text, (), ce) for text in (r"-\mathbf y^T\log\mathbf p", r"-y^T\log p", r"-y^{T}\ln \hat y")),
    *(("row", "soft row", text, (), None) for text in (r"-\sum_k y_k^T\log p_k", r"-q^T\log p^S", r"-\sum_k \mathbf{q}_k^T\log p_k")),
    *(("entry", "hard row", text, (), ce) for text in (
        r"-[\log\operatorname{softmax}(z)]_y", r"-\left(\log\text{softmax}(z)\right)_y", r"-\log\operatorname{softmax}_y(z)", r"-\log\sigma_y(z)", r"-\sum_{k=1}^K [y=k]\log\hat{p}_k(x)")),
    *(("entry", "soft row", text, (), lambda s, t: ce(s / number("T"), t)) for text in (r"-\sum_k y_k\log\text{softmax}_k(z/T)", r"-\sum_k y_k\log\sigma_k(\mathbf{z}/T)")),
    *(("entry", "hard row", text, (), None) for text in (r"-\log\operatorname{softmax}_\tau(z)_y", r"-[p_y - z]_y", r"-\log\sigma_y(z), \sigma_k(z) = \frac{1}{1+e^{-z_k}}")),
    ("entry", "hard", r"-\sum_{i=1}^n \sum_{k=0}^{K-1} [y_i = k] \log(\hat{p}_k(X_i))", (), ce),
    ("entry", "binary", r"\sum_{i=1}^n \left(-y_i \log(\hat{p}(X_i)) - (1 - y_i) \log(1 - \hat{p}(X_i))\right)", (), bce),
    # a minus sign after a dot
    *(("minus", "binary", text, lets, ref) for text, lets, ref in (
        (r"y \cdot -\log(\sigma(x)) + (1 - y) \cdot -\log(1 - \sigma(x))", (), bce),
        (r"q z * -\log(\sigma(x)) + (1 - z) * -\log(1 - \sigma(x))", ("x: logits", "z: labels"), lambda s, t: -np.sum(number("q") * t * lsig(s) + (1 - t) * lsig(-s))))),
    # the class before the sample
    *(("class first", "hard", text, lets, ref) for text, lets, ref in (
        (r"-\frac1N\sum_{i=1}^N\log\frac{e^{g_{y_i,i}}}{\sum_{c=1}^C e^{g_{c,i}}}", (), mean(ce)), (r"-\frac1N\sum_{i}\log\frac{e^{g_{i,y_i}}}{\sum_{c} e^{g_{i,c}}}", (), mean(ce)),
        (r"\frac{1}{N}\sum_i -\log\frac{e^{s(\cos(\theta_{y_i,i})-m)}}{e^{s(\cos(\theta_{y_i,i})-m)}+\sum_{j\neq y_i}e^{s\cos(\theta_{j,i})}}", ("m: margin",), cosface),
        (r"-\sum_i \log p_{y_i,i} + \lambda\sum_i\sum_c p_{c,i}^2", (), penalised), (r"-\sum_i \log p_{y_i,i} + \lambda\sum_i\sum_c p_{i,c}^2", (), None))),
    ("class first", "soft", r"-\frac1N\sum_{i=1}^N\sum_{c=1}^{C} y_{c,i}\log p_{c,i}", (), None),
    # sentences that say what a letter is
    *(("sentence", "soft row", ROW + said, (), ce) for said in (
        r" \quad \text{where } y_k \text{ is the one-hot label}", r", \text{ where } y \text{ is the one-hot encoded ground truth and } p \text{ the softmax output}",
        r" \text{ where } K \text{ is the number of classes, } y_k \text{ is the true label and } p_k \text{ is the predicted probability}", r" \text{ with } p_k \text{ the predicted probability of class } k")),
    *(("sentence", "hard row", text, (), ce) for text in (
        CLASS + r" \text{ where } y \text{ is the true class}", r"-\log p_c \text{ where } c \text{ is the target class}",
        r"-\log\frac{\exp(g_y)}{\sum_{k=1}^K\exp(g_k)}, \text{ where } g_k \text{ is the logit of class } k")),
    ("sentence", "binary", r"\frac1N\sum_i (y_i-\hat y_i)^2 \text{ where } \hat y_i \text{ is the predicted probability}", (), lambda s, t: np.mean((sig(s) - t) ** 2)),
    *(("sentence", "soft row", ROW + said, (), None) for said in (
        r" \text{ where } y_k \text{ is the smoothed label}", r" \text{ where } y_k \text{ is the predicted probability}", r" \text{ where } p_k \text{ is the logit}", r" \text{ where } p_k \text{ is the calibrated probability}")),
    # parts and sums
    *(("parts", "hard row", text, (), penalised) for text in (
        r"\mathcal{L}_a=-\log p_y,\quad \mathcal{L}_b=\sum_k p_k^2,\quad \mathcal L=\mathcal{L}_a+\lambda \mathcal{L}_b", r"L = L_c + \lambda L_d, L_c = -\log p_y, L_d = \sum_k p_k^2")),
    ("parts", "hard", r"\mathcal{L} = \frac1N\sum_i \mathcal{L}_i, \mathcal{L}_i = -\log p_{i,y_i}", (), mean(ce)),
    *(("parts", "soft row", text, (), None) for text in (r"-(y_1\log p_1+\dots+y_K\log p_K)", r"-y_1\log p_1-y_2\log p_2-\cdots-y_K\log p_K")),
    ("parts", "binary", r"1-\frac{TP}{TP+\alpha FP+\beta FN}, TP = \sum_i y_i p_i, FP = \sum_i (1-y_i) p_i, FN = \sum_i y_i (1-p_i)", (), tversky),
    ("parts", "binary", r"1-\frac{2TP}{2TP+FP+FN}", (), None),
    # as they were pasted, of kinds that were read before
    ("pasted", "row", r"\left(\log\frac{\pi_\theta(y_w|x)}{\pi_{\text{ref}}(y_w|x)}-\frac{\eta}{2}\right)^2+\left(\log\frac{\pi_\theta(y_l|x)}{\pi_{\text{ref}}(y_l|x)}+\frac{\eta}{2}\right)^2", (),
        lambda s, t: (policies(s)[0] - number("eta") / 2) ** 2 + (policies(s)[1] + number("eta") / 2) ** 2),
    ("pasted", "hard row", r"\ell(y, f(x)) = \log\Big[1+\sum_{y'\neq y}e^{\Delta_{yy'}}\cdot e^{f_{y'}(x)-f_y(x)}\Big], \quad \Delta_{yy'} = \tau\log\frac{\pi_{y'}}{\pi_y}", (),
        lambda s, t: np.log(1 + np.sum((1 - t) * (numbers("pi", 4) / np.sum(t * numbers("pi", 4))) ** tau * np.exp(s - np.sum(t * s))))),
    ("pasted", "hard row", r"L=-\log p_y+10^{-4}\cdot\log^2Z,\quad Z=\sum_i e^{z_i}", (), lambda s, t: ce(s, t) + 1e-4 * lse(s) ** 2),
    # norms of rows, weights that are declared as such
    ("norms", "hard row", r"-\log p_y+\lambda\|z\|_2^2, p_k=\frac{e^{z_k}}{\sum_j e^{z_j}}", ("lambda>0",), lambda s, t: ce(s, t) + lam * np.sum(s**2)),
    ("norms", "hard", r"-\sum_i\log\frac{e^{z_{i,y_i}}}{\sum_k e^{z_{i,k}}}+\lambda\sum_i\|z_i\|_2^2", ("lambda>0",), lambda s, t: ce(s, t) + lam * np.sum(s**2)),
    ("norms", "soft", r"\sum_i(\log\sum_k e^{s_{i,k}}-\sum_j t_{i,j}s_{i,j}+\frac\lambda2\lVert s_i\rVert^2)", ("lambda>0",), lambda s, t: ce(s, t) + lam / 2 * np.sum(s**2)),
    # sums over written numbers, ranges of maxima
    *(("counted", "hard row", text, (), lambda s, t: ce(s, t) + sum(np.sum(t * (1 - sm(s)) ** k) / k for k in (1, 2, 3))) for text in (
        r"-\log p_y+\sum_{k=1}^{3}\frac{(1-p_y)^k}{k}", r"-\log p_y+\sum_{k=1}^{3}\frac1k(1-p_y)^k", r"-\log p_y+\sum_{q=1}^{3}(1-p_y)^q q^{-1}")),
    ("counted", "soft", r"\sum_i\sum_j t_{i,j}\sum_{a=1}^{2}\frac{(1-p_{i,j})^a}{a}", (), lambda s, t: np.sum(t * ((1 - sm(s)) + (1 - sm(s)) ** 2 / 2))),
    ("counted", "soft", r"\sum_i\sum_j t_{i,j}\prod_{a=1}^{2}(1+a e^{s_{i,j}})", (), lambda s, t: np.sum(t * (1 + np.exp(s)) * (1 + 2 * np.exp(s)))),
    ("counted", "hard row", r"-\sum_{j=1}^{2} y^j\log p^j", (), None),
    ("ranges", "soft", r"\sum_i\left(\max_{k=1}^{m} s_{i,k}-\sum_j t_{i,j}s_{i,j}\right)", (), lambda s, t: np.sum(s.max(axis=-1)) - np.sum(t * s)),
    ("ranges", "soft", r"\sum_i\max_{k=1}^{3} s_{i,k}", (), None),
    *(("weights", "hard row", r"L=-\sum_k w_k y_k\log p_k", (let,), weighed) for let in ("w: weights", "w: class weights", "w_k>0")),
    # one model at two inputs, two models under one letter
    *(("inputs", "hard row", text, (), None) for text in (
        r"-\log S(-z)_y", r"-\log f(-z)_y", r"-\log f_y(-x)", r"-\log S(z)_y-\log S(u)_y", r"-\log h(u)_y-\log h(v)_y", r"-\log S(z)_y-\log S(z')_y", r"-\log f(x)_y-\log f(x^+)_y",
        r"-\log f(x_1)_y-\log f(x_2)_y", r"-\log f(x^*)_y-\log f(x)_y", r"-\log f(X)_y-\log f(x)_y", r"-\log f(x_{adv})_y-\log f(x)_y", r"-\log f^{(1)}(x)_y-\log f^{(2)}(x)_y",
        r"-\log p_y(x)-\log p_y(x^+)", r"-\log p_y(x)-\sum_k p_k(x)\log p_k(x^+)", r"-\log p_y(x;\theta)-\log p_y(x^+;\theta)", r"-\log\text{softmax}(f(x))_y-\log\text{softmax}(f(x^+))_y",
        r"-\log\frac{e^{f_y(x)}}{\sum_k e^{f_k(x^+)}}", r"-\log\frac{e^{f(x)_y}}{\sum_k e^{f(x')_k}}", r"-\log\Pr_\theta(y|x)-\log\Pr_\phi(y|x)")),
    *(("inputs", kind, text, (), ref) for kind, text, ref in (
        ("hard row", r"-\log f(x)_y+\lambda\sum_k f(x)_k^2", penalised), ("hard row", r"-\log p_y(x)+\lambda\sum_k p_k(x)^2", penalised), ("hard", r"-\frac1N\sum_{i=1}^N\log f(x_i)_{y_i}", mean(ce)))),
    ("inputs", "hard row", r"-\log f(x)_y-\log q_y", ("q_k>0",), lambda s, t: ce(s, t) - np.sum(t * np.log(numbers("q", 4)))),
    # means over anything but the data, and over two sets of data
    *(("means", "hard", rf"-\mathbb{{E}}_{{{over}}}[\log p(y|x)]", (), None) for over in (
        r"p(y|x)", r"p(k|x)", r"p", r"p_\theta", r"q(y|x)", r"q", r"\pi", r"\hat y", r"y'", r"c", r"\epsilon", r"\delta\sim N(0,1)", r"i\ne j", r"x:y=1", r"x|y=k", r"x,\epsilon", r"x,t", r"x'", r"P")),
    *(("means", "hard", rf"-\mathbb{{E}}{over}[\log p(y|x)]", (), mean(ce)) for over in (
        r"", r"_{x,y}", r"_{\mathcal D}", r"_D", r"_{(x,y)\in D}", r"_{(x,y)\sim p(x,y)}", r"_{x\sim p_{\text{data}}}", r"_{(x,y)\sim\mathcal{D}_{train}}")),
    *(("means", "hard", text, (), mean(ce)) for text in (r"-\underset{(x,y)\sim D}{\mathbb{E}}[\log p(y|x)]", r"-\mathop{\mathbb{E}}_{(x,y)}[\log p(y|x)]")),
    *(("means", "hard", text, (), None) for text in (
        r"-\log\mathbb{E}_\theta[p_\theta(y|x)]", r"-\mathbb{E}^{D}[\log p(y|x)]", r"-\underset{q}{\mathbb{E}}[\log p(y|x)]", r"-\mathop{\mathbb{E}}_{q}[\log p(y|x)]", r"-E_q[\log p(y|x)]",
        r"-\mathbb{E}_{D_1}[\log p(y|x)]-\mathbb{E}_{D_2}[\log p(y|x)]", r"-\mathbb{E}_{x}[\log p_y]-\mathbb{E}_{\tilde x}[\log p_y]", r"-\mathbb{E}_{x^+}[\log p_y]",
        r"-\sum_{(x,y)\in D}\log p(y|x)-\sum_{(x,y)\in D'}\log p(y|x)")),
    *(("means", "hard", rf"-\mathbb{{E}}_{{(x,y)\sim {one}}}[\log p(y|x)]-\mathbb{{E}}_{{(x,y)\sim {two}}}[\log p(y|x)]", (), None) for one, two in (("D_1", "D_2"), ("D_l", "D_u"), ("D_S", "D_T"), ("D", "D'"))),
    # what sigma, a letter and a class are said to be
    *(("told", "soft row", text, (), None) for text in (
        r"-\sum_k y_k\log\sigma(z)_k, \sigma(u)=\frac{1}{1+e^{-u}}", r"-\sum_k y_k\log a_k \text{ where } a_k \text{ is the sigmoid output}", ROW + r" \text{ where } p \text{ is the target distribution}",
        r"-\sum_k y_k\log\hat y_k \text{ where } y_k \text{ is the predicted probability}", ROW + r" \text{ where } y_k \text{ is the one-hot label of sample } k")),
    *(("told", "soft row", text, (let,), None) for text, let in ((ROW, "y: probabilities"), (ROW, "p: labels"), (r"-\sum_k y_k\log\hat p_k", "y: probabilities"))),
    *(("told", "hard row", text, lets, None) for text, lets in ((r"-w_y\log p_y \text{ where } w \text{ is the target}", ()), (r"-w_y\log p_y", ("w: labels",)))),
    ("told", "soft row", ROW + r" \text{ where } y_k \text{ is the one-hot label of class } k", (), ce),
    *(("number", "hard row", rf"-\log p_y+{text}", (), None) for text in (r"\lambda(y-\sum_k k p_k)^2", r"\lambda|y-\sum_k kp_k|", r"\lambda y^2", r"e^y")),
    ("number", "hard row", r"-\log p_y+\lambda(\sum_k k[k=y]-\sum_k k p_k)^2", (), lambda s, t: ce(s, t) + lam * np.sum(np.arange(1, 5) * (t - sm(s))) ** 2),
    *(("semicolon", "hard row", text, (), None) for text in (r"-\log\text{softmax}_y(z;T)", r"-\log\sigma_y(z;T)", r"-\log\text{softmax}_{y}(z;T)")),
    ("parts", "hard row", r"L=L_1+L_2, L_1=-\log p_y, L_2=\lambda L_1^2", (), lambda s, t: ce(s, t) + lam * ce(s, t) ** 2),
    ("parts", "hard row", r"L=L_1+L_2, L_1=-\log p_y, L_2=\lambda L_1^\gamma", (), None),
    *(("shift", "soft row", rf"-\sum_k {w}y_k\log p_k", (), None) for w in (r"w(k+1)", r"\alpha(k-1)", r"\delta(k-1)", r"w(1-k)")),
    ("shift", "soft row", r"-\sum_k \lambda \cdot (k+1) y_k\log p_k", (), lambda s, t: -lam * np.sum(np.arange(2, 6) * t * lsm(s))),
    *(("words", "hard row", text, (), None) for text in (r"-\log p_y~\text{mean}", r"-\log p_y\,\text{batch}", r"-\log p_y \text{mean}")),
]

#: (LaTeX, part of a guess that is printed).
SAID = [
    (r"-\sum_{k=1}^K\delta(y-k)\log p_k", "delta of a difference of indices is 1 where they are equal"),
    (r"-\sum_i\log\frac{e^{g_{y_i,i}}}{\sum_c e^{g_{c,i}}}", "in g the class stands before the sample"),
    (r"-\log\sigma_y(z)", "sigma with a class below is softmax"),
    (ROW + r" \text{ where } y_k \text{ is the one-hot label}", "y is the one-hot label, as is said"),
    (r"-\sum_k p_k\log\hat p_k", "p: labels"),
    (r"\sum_i\log(1+e^{-y_iz_i})\text{ where } y_i \text{ is the true label}", "y lies in [0, 1]; if it is -1 or 1"),
]

#: (LaTeX, part of the message, part of the hint).
QUESTIONS = [
    (r"-\log p_y \text{ per token}", "words in a formula are not read", "leave them out"),
    (r"-\sum_i\sum_j t_{i,j}\log p_{i,j}+\sum_i\|s_i\|_2^2", "is s the logits?", "--let 's: logits'"),
    (r"-\log p_\theta(y|x)-\log p_\phi(y|x)", "p_theta and p_phi are two models", "another letter, q_k"),
    (r"-\log p(y,z|x)", "a probability of 2 outcomes", "a factor for each"),
    (r"-\mathbb{E}_y[\log p(y|x)]", "from what is y drawn here?", r"\mathbb{E}_{(x,y)}"),
    (r"\log(s_1; s_2)", "after the semicolon", r"\text{softmax}(z/\tau)"),
    (r"-\log\mathcal{S}(z/\tau)_y", "what is S of this?", r"\text{softmax}(z/\tau)_k"),
    (r"-\log p_y + O(\epsilon)", "a remainder of higher order", "leave it out"),
    (r"\mathrm{KL}(\mathcal{U}\|p)", "is U the uniform distribution here?", r"U_k = \frac{1}{K}"),
    (r"-\log P_y + \lambda\sum_k p_k^2", "is P another array than p here?", "--let 'P_j>0'"),
    (r"-\sum_j \hat t_j\log p_j", r"which of these are the predicted probabilities: \hat{t}, p?", r"--let '\hat{t}: labels'"),
    (r"-y_1\log p_1-\cdots-y_K\log p_K", "dots between terms are not read", r"\sum_{k=1}^K"),
    (r"1-\frac{2TP}{2TP+FP+FN}", "unknown symbol T", r"TP = \sum_i y_i p_i"),
    (r"-\frac1N\sum_{i=1}^N\sum_{j=1}^N\log\sigma((2[i=j]-1)s_{ij})", "unknown symbol N", "--let 'N: classes'"),
    (r"z \cdot -\log(\sigma(x)) + (1 - z) \cdot -\log(1 - \sigma(x))", "unknown symbol z", "--let 'z: labels'"),
    (r"-\log f(x)_y-\log f(x^+)_y", "f is taken at x and at x^+ here", "an array of positive numbers"),
    (r"-\log f^{(1)}(x)_y-\log f^{(2)}(x)_y", "f^(1) and f^(2) are two models here", "an array of positive numbers"),
    (r"-\log S(-z)_y", "what is S of this?", r"\text{softmax}(z/\tau)_k"),
    (r"-E_q[\log p(y|x)]", "is E the mean here, or a factor?", r"\mathbb{E}_{(x,y)}[...]"),
    (r"-\mathbb{E}_{q(y|x)}[\log p(y|x)]", "over what does this mean run?", r"\mathbb{E}_{(x,y)}[...]"),
    (r"-\mathbb{E}_{(x,y)\sim D_l}[\log p(y|x)]-\mathbb{E}_{x\sim D_u}[\log p(y|x)]", "D_l and D_u are two sets of data", "declare 'a_i>=0' and 'b_i>=0'"),
    (r"-\sum_k y_k\log\sigma(z)_k, \sigma(u)=\frac{1}{1+e^{-u}}", "sigma is the sigmoid here", r"write \sigma(z_k)"),
    (ROW + r" \text{ where } p \text{ is the target distribution}", "p is said to be the labels", "declare 'p: probabilities'"),
    (ROW + r" \text{ where } y_k \text{ is the predicted probability}", "y and p are both predicted here", "--let 'y: labels'"),
    (ROW + r" \text{ where } y_k \text{ is the one-hot label of sample } k", "k runs over classes here", r"\sum_i \sum_k y_{i,k}"),
    (r"-\log p_y+\lambda y^2", "y is the target class elsewhere, and a number here", r"\sum_k k [k = y]"),
    (r"-\log\sigma_y(z;T)", "after the semicolon", r"\sigma(z/T)"),
    (r"L=L_1+L_2, L_1=-\log p_y, L_2=\lambda L_1^\gamma", "L_1 is defined beside the loss", "write out what L_1 is"),
    (r"-\sum_k w(k+1) y_k\log p_k", "is w a function here, or a factor?", r"w \cdot (...)"),
]

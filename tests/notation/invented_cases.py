# ruff: noqa: E501 - formulas stay on their lines, as sources print them
r"""The cases of ``invented``: (family, kind of data, LaTeX, declarations, NumPy reference of (s, t))."""

import numpy as np

from .invented import lse, lsig, lsm, number, numbers, sig, sm, xlogx

g, al, be, tau, lam, eps, T = map(number, ("gamma", "alpha", "beta", "tau", "lambda", "epsilon", "T"))


def ce(s, t):
    return -np.sum(t * lsm(s))


def bce(s, t):
    return -np.sum(t * lsig(s) + (1 - t) * lsig(-s))


def kl(q, p):
    return np.sum(xlogx(q) - np.where(q > 0, q * np.log(p), 0))


def two(s, t):
    """Student and teacher distributions."""
    return sm(s), sm(t)


CASES = [
    # classification
    ("class", "soft", r"\mathcal{L}_{CE} = -\frac{1}{N}\sum_{i=1}^{N}\sum_{c=1}^{C} y_{i,c}\log(p_{i,c})", (), lambda s, t: ce(s, t) / 3),
    ("class", "soft", r"-\sum_{c=1}^My_{o,c}\log(p_{o,c})", (), ce),
    ("class", "hard row", r"\ell = -z_y + \log\sum_{j} \exp(z_j)", (), ce),
    ("class", "hard", r"L_i = -f_{y_i} + \log\sum_j e^{f_j}", (), ce),
    ("class", "soft row", r"\mathcal{L}_{LS} = -\sum_{k=1}^K y_k^{LS}\log p_k, \quad y_k^{LS} = y_k(1-\alpha)+\alpha/K", (), lambda s, t: -np.sum((t * (1 - al) + al / 4) * lsm(s))),
    ("class", "hard row", r"-(1-\epsilon)\log p_y - \frac{\epsilon}{K}\sum_{k=1}^K \log p_k", (), lambda s, t: (1 - eps) * ce(s, t) - eps / 4 * lsm(s).sum()),
    ("class", "hard row", r"\mathcal{L} = -\log p_y + \lambda \log^2 Z, \quad Z = \sum_{j=1}^{V} e^{z_j}", (), lambda s, t: ce(s, t) + lam * lse(s) ** 2),
    ("class", "hard", r"\mathcal{L}_z=\frac{1}{B}\sum_{i=1}^{B}\left(\log\sum_{j=1}^{N} e^{x_j^{(i)}}\right)^2", (r"x: logits",), lambda s, t: np.mean(lse(s) ** 2)),
    ("class", "hard row", r"L_{\text{Poly-1}}=-\log(P_t)+\epsilon_1(1-P_t)", (), lambda s, t: ce(s, t) + number("epsilon_1") * (1 - np.sum(t * sm(s)))),
    ("class", "hard row", r"\mathcal{L}_q = \frac{1 - p_y^q}{q}", (), lambda s, t: np.sum(t * (1 - sm(s) ** number("q"))) / number("q")),
    ("class", "hard row", r"\mathcal{L}_{GCE}(f(x),y) = \frac{1-f_y(x)^q}{q}, \quad f_j(x) = \frac{e^{z_j}}{\sum_{k} e^{z_k}}", (), lambda s, t: np.sum(t * (1 - sm(s) ** number("q"))) / number("q")),
    ("class", "hard", r"\mathcal{L} = \frac{1}{N}\sum_{i=1}^N \left(1 - p_{i,y_i}\right)", (), lambda s, t: np.mean(1 - np.sum(t * sm(s), 1))),
    ("class", "soft", r"J(\theta) = -\frac{1}{m}\sum_{i=1}^{m}\sum_{k=1}^{K} y_k^{(i)}\log\left(\hat{p}_k^{(i)}\right)", (), lambda s, t: ce(s, t) / 3),
    ("class", "hard", r"J(\theta) = -\left[\sum_{i=1}^{m}\sum_{k=1}^{K} 1\left\{y^{(i)}=k\right\}\log\frac{\exp(\theta^{(k)\top}x^{(i)})}{\sum_{j=1}^K\exp(\theta^{(j)\top}x^{(i)})}\right]", None, ce),
    ("class", "hard", r"-\frac{1}{N}\sum_{i=1}^N \log p_\theta(y_i|x_i) - \beta \frac{1}{N}\sum_{i=1}^N H(p_\theta(\cdot|x_i))", (), lambda s, t: ce(s, t) / 3 + be / 3 * np.sum(sm(s) * lsm(s))),
    ("class", "soft row", r"\mathcal{L} = H(y, p) = -\sum_{c \in \mathcal{C}} y_c \log p_c", (), ce),
    ("class", "soft", r"\text{Loss} = -\frac{1}{\text{batch\_size}}\sum_{i=1}^{\text{batch\_size}}\sum_{j=1}^{\text{num\_classes}} y_{ij}\log(\hat{y}_{ij})", (), lambda s, t: ce(s, t) / 3),
    ("class", "hard row", r"\ell(z, y) = -\log\left(\text{softmax}(z)_y\right)", (), ce),
    ("class", "hard", r"\mathcal{L} = -\frac{1}{n}\sum_{i=1}^n \log\left[\text{softmax}(z_i)\right]_{y_i}", (), lambda s, t: ce(s, t) / 3),
    ("class", "hard row", r"\mathcal{L}_{\mathrm{CE}} = -\log \frac{\exp(z_y)}{\sum_{k=1}^{K} \exp(z_k)} = -z_y + \log \sum_{k=1}^{K} \exp(z_k).", (), ce),
    ("class", "soft", r"E(\mathbf{w}_1,\ldots,\mathbf{w}_K) = -\ln p(\mathbf{T}|\mathbf{w}_1,\ldots,\mathbf{w}_K) = -\sum_{n=1}^{N}\sum_{k=1}^{K} t_{nk}\ln y_{nk}", (), ce),
    ("class", "soft row", r"C = -\sum_j d_j \log p_j", (), ce),
    ("class", "soft row", r"\xi(\mathbf{t},\mathbf{z}) = -\sum_{c=1}^{C} t_c \cdot \log(y_c)", (), ce),
    ("class", "hard row", r"\mathcal{L}(y, z) = -\log\left(\frac{e^{z_y}}{\sum_{j=1}^{C} e^{z_j}}\right)", (), ce),
    ("class", "soft row", r"CE = -\sum_{i}^{C} t_i \log(s_i)", None, ce),
    ("class", "soft row", r"CE = -\sum_{i}^{C}t_{i}\log\left(f(s)_{i}\right), \quad f(s)_i = \frac{e^{s_i}}{\sum_j^C e^{s_j}}", (), ce),
    ("class", "soft row", r"\mathcal{L}(\mathbf{y},\hat{\mathbf{y}}) = -\sum_{k=1}^{K} y^{(k)}\log \hat{y}^{(k)}", (), ce),
    # focal
    ("focal", "hard row", r"\mathrm{FL}(p_t) = -(1-p_t)^\gamma\log(p_t).", (), lambda s, t: -np.sum(t * (1 - sm(s)) ** g * lsm(s))),
    ("focal", "hard", r"\mathcal{L}_{FL} = -\frac1N\sum_{i=1}^N (1-p_{i,y_i})^\gamma\log p_{i,y_i}", (), lambda s, t: -np.sum(t * (1 - sm(s)) ** g * lsm(s)) / 3),
    ("focal", "binary", r"L = -\alpha y(1-p)^\gamma\log p - (1-\alpha)(1-y)p^\gamma\log(1-p)", (), lambda s, t: -np.sum(al * t * sig(-s) ** g * lsig(s) + (1 - al) * (1 - t) * sig(s) ** g * lsig(-s))),
    ("focal", "hard binary", r"\text{CE}(p,y) = \begin{cases} -\log(p) & \text{if } y = 1 \\ -\log(1-p) & \text{otherwise.}\end{cases}", (), bce),
    ("focal", "hard binary", r"\text{FL}(p,y)=\begin{cases}-\alpha(1-p)^\gamma\log(p), & y=1\\ -(1-\alpha)p^\gamma\log(1-p), & y=0\end{cases}", (), lambda s, t: -np.sum(al * t * sig(-s) ** g * lsig(s) + (1 - al) * (1 - t) * sig(s) ** g * lsig(-s))),
    ("focal", "hard binary", r"\text{FL}(p_t) = -(1-p_t)^\gamma \log(p_t), \quad \text{where } p_t = \begin{cases} p & \text{if } y=1 \\ 1-p & \text{otherwise} \end{cases}", (), lambda s, t: -np.sum(t * sig(-s) ** g * lsig(s) + (1 - t) * sig(s) ** g * lsig(-s))),
    ("focal", "soft", r"\mathcal{L}_{focal} = -\sum_{i=1}^{N}\sum_{c=1}^{C} \alpha_c\, y_{ic}\,(1-\hat{y}_{ic})^{\gamma}\log \hat{y}_{ic}", (), lambda s, t: -np.sum(w4("alpha") * t * (1 - sm(s)) ** g * lsm(s))),
    ("focal", "hard row", r"\mathcal{L} = -\alpha_y (1 - p_y)^\gamma \log(p_y)", (), lambda s, t: -np.sum(w4("alpha") * t * (1 - sm(s)) ** g * lsm(s))),
    ("focal", "binary", r"FL = -\sum_{i=1}^{n} \alpha y_i (1-p_i)^\gamma \log p_i + (1-\alpha)(1-y_i) p_i^\gamma \log(1-p_i)", (), lambda s, t: -np.sum(al * t * sig(-s) ** g * lsig(s) + (1 - al) * (1 - t) * sig(s) ** g * lsig(-s))),
    ("focal", "binary", r"\mathcal{L}_{BFL} = -\frac{1}{N}\sum_{i=1}^N \left[ y_i (1-\sigma(z_i))^\gamma \log\sigma(z_i) + (1-y_i)\sigma(z_i)^\gamma\log(1-\sigma(z_i)) \right]", (), lambda s, t: -np.mean(t * sig(-s) ** g * lsig(s) + (1 - t) * sig(s) ** g * lsig(-s))),
    ("focal", "binary", r"L = -\frac{1}{N}\sum_i (y_i - p_i)^2 \left[ y_i\log p_i + (1-y_i)\log(1-p_i)\right]", (), lambda s, t: -np.mean((t - sig(s)) ** 2 * (t * lsig(s) + (1 - t) * lsig(-s)))),
    ("focal", "binary", r"\mathbf{QFL}(\sigma) = -\left|y-\sigma\right|^\beta\left((1-y)\log(1-\sigma)+y\log(\sigma)\right)", (), lambda s, t: -np.sum(np.abs(t - sig(s)) ** be * ((1 - t) * lsig(-s) + t * lsig(s)))),
    # long tail
    ("longtail", "hard row", r"\mathrm{CB_{softmax}}(\mathbf{z},y) = -\frac{1-\beta}{1-\beta^{n_y}}\log\left(\frac{\exp(z_y)}{\sum_{j=1}^{C}\exp(z_j)}\right).", ("0<beta<1",), lambda s, t: -np.sum(t * (1 - be) / (1 - be ** w4("nu")) * lsm(s))),
    ("longtail", "hard row", r"\text{CB}(\mathbf{p},y) = \frac{1}{E_{n_y}}\mathcal{L}(\mathbf{p},y) = \frac{1-\beta}{1-\beta^{n_y}}\mathcal{L}(\mathbf{p},y)", None, None),
    ("longtail", "hard row", r"\mathcal{L}_{LDAM}((x,y);f) = -\log\frac{e^{z_y-\Delta_y}}{e^{z_y-\Delta_y}+\sum_{j\neq y}e^{z_j}}, \quad \text{where } \Delta_j=\frac{C}{n_j^{1/4}} \text{ for } j\in\{1,\ldots,k\}", ("C: real",), lambda s, t: -np.sum(t * np.log(np.exp(s - number("C") / w4("nu") ** 0.25) / (np.exp(s - number("C") / w4("nu") ** 0.25) + np.sum(np.exp(s)) - np.exp(s))))),
    ("longtail", "hard row", r"-\log\frac{e^{z_y-\Delta_y}}{e^{z_y-\Delta_y}+\sum_{j\neq y}e^{z_j}}", (), lambda s, t: -np.sum(t * np.log(np.exp(s - w4("Delta")) / (np.exp(s - w4("Delta")) + np.sum(np.exp(s)) - np.exp(s))))),
    ("longtail", "hard row", r"\ell(y,f(x)) = -\log\frac{e^{f_y(x)+\tau\cdot\log\pi_y}}{\sum_{y'\in[L]}e^{f_{y'}(x)+\tau\cdot\log\pi_{y'}}}", (), lambda s, t: ce(s + tau * np.log(w4("pi")), t)),
    ("longtail", "hard row", r"\ell(y,f(x)) = \log\left[1+\sum_{y'\neq y}\left(\frac{\pi_{y'}}{\pi_y}\right)^\tau\cdot e^{(f_{y'}(x)-f_y(x))}\right]", (), lambda s, t: ce(s + tau * np.log(w4("pi")), t)),
    ("longtail", "hard row", r"\hat{l}(\theta) = -\log(\hat\phi_y) = -\log\left(\frac{n_y e^{\eta_y}}{\sum_{i=1}^k n_i e^{\eta_i}}\right)", (), lambda s, t: ce(s + np.log(w4("nu")), t)),
    ("longtail", "hard row", r"\ell_{VS}=-\omega_y\log\left(\frac{e^{\Delta_y z_y+\iota_y}}{\sum_{c}e^{\Delta_c z_c+\iota_c}}\right)", (), lambda s, t: -np.sum(t * w4("omega") * lsm(w4("Delta") * s + w4("iota")))),
    ("longtail", "hard", r"\mathcal{L}_{BS} = -\frac{1}{N}\sum_{i=1}^{N}\log\frac{n_{y_i}\exp(z_{i,y_i})}{\sum_{j=1}^{C} n_j\exp(z_{i,j})}", (), lambda s, t: ce(s + np.log(w4("nu")), t) / 3),
    ("longtail", "soft row", r"L = -\sum_{k=1}^{K} w_k y_k \log \hat p_k", (), lambda s, t: -np.sum(w4("w") * t * lsm(s))),
    ("longtail", "hard", r"\mathcal{L}_{LA} = \frac{1}{|\mathcal{B}|}\sum_{i\in\mathcal{B}} -\log\frac{\exp(z_{i,y_i} + \tau\log\pi_{y_i})}{\sum_{j}\exp(z_{i,j}+\tau\log\pi_j)}", (), lambda s, t: ce(s + tau * np.log(w4("pi")), t) / 3),
    # distillation
    ("distill", "teacher", r"\mathcal{L}_{KD} = \tau^2 KL(\sigma(z_t/\tau) \| \sigma(z_s/\tau))", (), lambda s, t: tau**2 * kl(sm(z4("z_teacher") / tau), sm(s / tau))),
    ("distill", "hard row", r"\mathcal{L} = (1-\alpha)\, \mathcal{H}(y, \sigma(z_s)) + \alpha\tau^2 \mathcal{H}(\sigma(z_t/\tau), \sigma(z_s/\tau))", (), lambda s, t: (1 - al) * ce(s, t) - al * tau**2 * np.sum(sm(z4("z_teacher") / tau) * lsm(s / tau))),
    ("distill", "row", r"\mathcal{L}_{KD} = -\sum_{i=1}^{K} p_i^{t} \log p_i^{s}", (), ce),
    ("distill", "soft row", r"\text{KL}(q \| p), \quad p = \text{softmax}(z), \quad q = \text{softmax}(v)", ("v_j",), lambda s, t: kl(sm(w4("v")), sm(s))),
    ("distill", "soft row", r"\mathcal{L} = D_{KL}(y \,\|\, p)", (), lambda s, t: kl(t, sm(s))),
    ("distill", "soft row", r"\mathcal{L} = \mathrm{KL}\left(y \,\middle\|\, \mathrm{softmax}(z)\right)", (), lambda s, t: kl(t, sm(s))),
    ("distill", "soft row", r"L = \mathrm{CE}(y, \mathrm{softmax}(z))", (), ce),
    ("distill", "soft row", r"L = \mathrm{CE}(y, p) + \lambda \mathrm{KL}(u \| p), \quad u_k = 1/K", (), lambda s, t: ce(s, t) + lam * kl(np.full(4, 0.25), sm(s))),
    ("distill", "soft row", r"T^2 \sum_{k} y_k \log\frac{y_k}{\mathrm{softmax}(z/T)_k}", (), lambda s, t: T**2 * kl(t, sm(s / T))),
    ("distill", "soft row", r"\sum_{i=1}^{K} q_i\log\frac{q_i}{\hat{p}_i}, \quad q_i = \frac{\exp(v_i/T)}{\sum_j\exp(v_j/T)}", ("v_j",), lambda s, t: kl(sm(w4("v") / T), sm(s))),
    ("distill", "binary", r"\mathcal{L} = \mathrm{BCE}(y, \sigma(z))", (), bce),
    ("distill", "binary", r"\mathcal{L} = \frac{1}{N}\sum_{i=1}^{N}\mathrm{BCE}(y_i, \hat{y}_i)", (), lambda s, t: bce(s, t) / 3),
    ("distill", "soft row", r"\text{JS}(y, p)", (), lambda s, t: (kl(t, (t + sm(s)) / 2) + kl(sm(s), (t + sm(s)) / 2)) / 2),
    ("distill", "soft row", r"-\sum_{k=1}^{K} y_k\, \text{log-softmax}(z)_k", (), ce),
    ("distill", "soft row", r"-\sum_k y_k \log\_softmax(z)_k", (), ce),
    # binary
    ("binary", "binary", r"L = -(y\log(p) + (1-y)\log(1-p))", (), bce),
    ("binary", "binary", r"-{(y\log(p) + (1 - y)\log(1 - p))}", (), bce),
    ("binary", "binary", r"H_p(q)=-\frac{1}{N} \sum_{i=1}^N y_i \cdot \log(p(y_i)) + (1-y_i) \cdot \log(1-p(y_i))", (), lambda s, t: bce(s, t) / 3),
    ("binary", "binary", r"J(\theta) = -\frac{1}{m}\left[\sum_{i=1}^{m} y^{(i)}\log h_\theta(x^{(i)}) + (1-y^{(i)})\log\left(1-h_\theta(x^{(i)})\right)\right]", ("h_theta: probabilities",), lambda s, t: bce(s, t) / 3),
    ("binary", "binary", r"J(\theta) = -\frac{1}{m}\sum_{i=1}^{m}\left[ y^{(i)}\log h_\theta(x^{(i)}) + (1-y^{(i)})\log\left(1-h_\theta(x^{(i)})\right)\right]", (), lambda s, t: bce(s, t) / 3),
    ("binary", "binary", r"l_n = - w_n \left[ y_n \cdot \log x_n + (1 - y_n) \cdot \log (1 - x_n) \right]", (), lambda s, t: -np.sum(numbers("w", 3) * (t * lsig(s) + (1 - t) * lsig(-s)))),
    ("binary", "signs", r"\mathcal{L} = \frac{1}{n}\sum_{i=1}^{n}\log\left(1+e^{-y_i f(x_i)}\right)", (), lambda s, t: -np.mean(lsig(t * s))),
    ("binary", "signs", r"\text{loss}(x, y) = \sum_i \frac{\log(1 + \exp(-y[i]*x[i]))}{\text{x.nelement}()}", (), lambda s, t: -np.mean(lsig(t * s))),
    ("binary", "signs", r"\sum_{i=1}^N \log(1+\exp(-y_i z_i)), \quad y_i \in \{-1, 1\}", (), lambda s, t: -np.sum(lsig((2 * t - 1) * s))),
    ("binary", "signs", r"L = \sum_{i=1}^N e^{-y_i f(x_i)}", (), lambda s, t: np.sum(np.exp(-t * s))),
    ("binary", "binary", r"\ell(z, y) = \log(1+e^{z}) - y z", (), bce),
    ("binary", "binary", r"\ell = \text{softplus}(z) - yz", (), bce),
    ("binary", "soft", r"\mathcal{L} = -\frac{1}{N}\sum_{i=1}^{N}\sum_{c=1}^{C}\left[ y_{ic}\log\sigma(z_{ic}) + (1-y_{ic})\log(1-\sigma(z_{ic})) \right]", (), lambda s, t: bce(s, t) / 3),
    ("binary", "soft row", r"\text{loss}(x, y) = - \frac{1}{C} * \sum_i y[i] * \log((1 + \exp(-x[i]))^{-1}) + (1-y[i]) * \log\left(\frac{\exp(-x[i])}{(1 + \exp(-x[i]))}\right)", (), lambda s, t: bce(s, t) / 4),
    ("binary", "binary", r"\ell_n = - w_n \left[ p\, y_n \cdot \log \sigma(x_n) + (1 - y_n) \cdot \log (1 - \sigma(x_n)) \right]", ("p>0",), lambda s, t: -np.sum(numbers("w", 3) * (number("p_number") * t * lsig(s) + (1 - t) * lsig(-s)))),
    ("binary", "binary", r"\mathcal{L}_{wBCE} = -\frac{1}{N}\sum_{i=1}^{N} \left( \beta y_i \log \hat{y}_i + (1-y_i)\log(1-\hat{y}_i) \right)", (), lambda s, t: -np.mean(be * t * lsig(s) + (1 - t) * lsig(-s))),
    ("binary", "binary", r"\mathrm{BCE} = -\frac{1}{N}\sum_{i=0}^{N-1}\left[y_i\log\hat{y}_i + (1-y_i)\log(1-\hat{y}_i)\right]", (), lambda s, t: bce(s, t) / 3),
    ("binary", "binary", r"\mathcal{L}_{WCE}(p,\hat p) = -\left(\beta p\log(\hat p)+(1-p)\log(1-\hat p)\right)", (), lambda s, t: -np.sum(be * t * lsig(s) + (1 - t) * lsig(-s))),
    # calibration
    ("calib", "soft", r"\mathrm{Brier} = \frac1N\sum_{i=1}^N\sum_{c=1}^C(p_{ic}-y_{ic})^2", (), lambda s, t: np.sum((sm(s) - t) ** 2) / 3),
    ("calib", "soft row", r"\text{BS} = \sum_{k=1}^{K}(y_k - \hat p_k)^2", (), lambda s, t: np.sum((sm(s) - t) ** 2)),
    ("calib", "hard", r"\mathcal{L}_{NLL} = -\sum_{i=1}^n\log\sigma_{SM}(z_i/T)^{(y_i)}", None, lambda s, t: ce(s / T, t)),
    ("calib", "hard", r"-\sum_{i=1}^{N}\log \hat{p}_{i,y_i}, \quad \hat p_{i,k} = \frac{\exp(z_{i,k}/T)}{\sum_{j=1}^{K}\exp(z_{i,j}/T)}", (), lambda s, t: ce(s / T, t)),
    ("calib", "hard", r"\mathcal{L} = \mathcal{L}_{CE} + \lambda \sum_{i}\sum_k p_{ik}\log p_{ik}", None, None),
    ("calib", "soft", r"\mathcal{L} = -\sum_{i=1}^{N}\sum_{k=1}^{K} y_{ik}\log p_{ik} + \beta\sum_{i=1}^{N}\sum_{k=1}^{K}p_{ik}\log p_{ik}", (), lambda s, t: ce(s, t) + be * np.sum(sm(s) * lsm(s))),
    # ranking, recommenders
    ("rank", "binary", r"-\sum_{(u,i,j)\in D_S}\ln\sigma(\hat x_{uij})", (r"\hat{x}_{uij}: logits",), lambda s, t: -np.sum(lsig(s))),
    ("rank", "row", r"L(\mathbf{s}) = -\sum_{i=1}^{n}\log\frac{\exp(s_i)}{\sum_{k=i}^{n}\exp(s_k)}", (), lambda s, t: -sum(lsm(s[k:])[0] for k in range(4))),
    ("rank", "soft row", r"\mathcal{L} = -\sum_i \frac{y_i}{\sum_j y_j}\log\frac{e^{s_i}}{\sum_j e^{s_j}}", (), ce),
    ("rank", "row", r"\sum_{i<j}\log\left(1+e^{-(s_i-s_j)}\right)", (), lambda s, t: -sum(lsig(s[a] - s[b]) for a in range(4) for b in range(a + 1, 4))),
    ("rank", "hard", r"-\frac{1}{|\mathcal{D}|}\sum_{(u,i)\in\mathcal{D}}\log\frac{\exp(\hat{y}_{ui})}{\sum_{j\in\mathcal{I}}\exp(\hat{y}_{uj})}", None, lambda s, t: ce(s, t) / 3),
    ("rank", "hard row", r"\mathcal{L}_{SSM} = -\log\frac{\exp(s_{+}/\tau)}{\exp(s_{+}/\tau)+\sum_{j=1}^{N}\exp(s_j/\tau)}", None, None),
    # contrastive
    ("contrast", "square", r"\mathcal{L} = -\frac{1}{N}\sum_{i=1}^{N}\log\frac{\exp(s_{i,i}/\tau)}{\sum_{j=1}^{N}\exp(s_{i,j}/\tau)}", (), lambda s, t: ce(s / tau, t) / 4),
    ("contrast", "square", r"\mathcal{L}_{\text{CLIP}} = -\frac{1}{2N}\sum_{i=1}^{N}\left[\log\frac{\exp(s_{ii}/\tau)}{\sum_{j=1}^{N}\exp(s_{ij}/\tau)}+\log\frac{\exp(s_{ii}/\tau)}{\sum_{j=1}^{N}\exp(s_{ji}/\tau)}\right]", (), lambda s, t: (ce(s / tau, t) + ce(s.T / tau, t)) / 8),
    ("contrast", "square", r"\mathcal{L}_{I2T} = -\frac{1}{N}\sum_{i=1}^{N}\log\frac{\exp(\text{sim}(u_i,v_i)/\tau)}{\sum_{j=1}^{N}\exp(\text{sim}(u_i,v_j)/\tau)}", (), lambda s, t: ce(s / tau, t) / 4),
    ("contrast", "square", r"-\frac{1}{N}\sum_{i=1}^N \log\frac{e^{x_i\cdot y_i/\tau}}{\sum_{j=1}^N e^{x_i\cdot y_j/\tau}}", (), lambda s, t: ce(s / tau, t) / 4),
    ("contrast", "square", r"\mathcal{L} = -\frac{1}{N}\sum_{i=1}^N\log\frac{\exp(\langle u_i, v_i\rangle/\tau)}{\sum_{k=1}^N\exp(\langle u_i,v_k\rangle/\tau)}", (), lambda s, t: ce(s / tau, t) / 4),
    ("contrast", "square", r"\mathcal{L}_{NCE} = -\mathbb{E}\left[\log\frac{\exp(f(x_i,y_i))}{\frac{1}{N}\sum_{j=1}^{N}\exp(f(x_i,y_j))}\right]", (), lambda s, t: ce(s, t) / 4 - np.log(4)),
    ("contrast", "square", r"\ell_i = -\log\frac{\exp(\mathbf{z}_i^\top\mathbf{z}'_i/\tau)}{\sum_{k=1}^{N}\exp(\mathbf{z}_i^\top\mathbf{z}'_k/\tau)}", (), lambda s, t: ce(s / tau, t)),
    ("contrast", "square", r"\mathcal{L}_q=-\log\frac{\exp(q\cdot k_+/\tau)}{\sum_{i=0}^{K}\exp(q\cdot k_i/\tau)}", None, None),
    ("contrast", "square signs", r"-\frac{1}{|\mathcal{B}|}\sum_{i=1}^{|\mathcal{B}|}\sum_{j=1}^{|\mathcal{B}|}\log\frac{1}{1+e^{z_{ij}(-t\mathbf{x}_i\cdot\mathbf{y}_j+b)}}", None, None),
    # language models
    ("lm", "hard", r"\mathcal{L}(\theta) = -\sum_{t=1}^{T}\log p_\theta(x_t \mid x_{<t})", (), ce),
    ("lm", "hard", r"\mathcal{L} = -\frac{1}{T}\sum_{t=1}^{T}\log P(w_t \mid w_1,\dots,w_{t-1})", (), lambda s, t: ce(s, t) / 3),
    ("lm", "hard", r"\mathcal{L}_{NLL} = -\sum_{t=1}^{T}\log p(y_t|y_{<t},x)", (), ce),
    ("lm", "two", r"\mathcal{L}_R = -\mathbb{E}_{(x,y_w,y_l)\sim D}\left[\log\sigma(r_\phi(x,y_w)-r_\phi(x,y_l))\right]", (), lambda s, t: -np.mean(lsig(s[:, 0] - s[:, 1]))),
    ("lm", "two", r"\mathcal{L}_{DPO}(\pi_\theta;\pi_{ref}) = -\mathbb{E}_{(x,y_w,y_l)\sim\mathcal{D}}\left[\log\sigma\left(\beta\log\frac{\pi_\theta(y_w\mid x)}{\pi_{ref}(y_w\mid x)}-\beta\log\frac{\pi_\theta(y_l\mid x)}{\pi_{ref}(y_l\mid x)}\right)\right]", (r"\pi_\theta: probabilities", r"\pi_{ref}: reference probabilities"), lambda s, t: -np.mean(lsig(be * (s[:, 0] - np.log(numbers("pi_ref", 3, 2)[:, 0]) - s[:, 1] + np.log(numbers("pi_ref", 3, 2)[:, 1]))))),
    ("lm", "two", r"\mathcal{L}_{DPO}(\pi_\theta;\pi_{ref}) = -\mathbb{E}_{(x,y_w,y_l)\sim\mathcal{D}}\left[\log\sigma\left(\beta\log\frac{\pi_\theta(y_w\mid x)}{\pi_{ref}(y_w\mid x)}-\beta\log\frac{\pi_\theta(y_l\mid x)}{\pi_{ref}(y_l\mid x)}\right)\right]", (), lambda s, t: -np.mean(lsig(be * (s[:, 0] - np.log(numbers("pi_ref", 3, 2)[:, 0]) - s[:, 1] + np.log(numbers("pi_ref", 3, 2)[:, 1]))))),
    ("lm", "two", r"\mathcal{L}_{SimPO} = -\mathbb{E}_{(x,y_w,y_l)}\left[\log\sigma\left(\frac{\beta}{|y_w|}\log\pi_\theta(y_w|x)-\frac{\beta}{|y_l|}\log\pi_\theta(y_l|x)-\gamma\right)\right]", (), lambda s, t: -np.mean(lsig(be * (lsm(s)[:, 0] / numbers("len_w", 3) - lsm(s)[:, 1] / numbers("len_l", 3)) - g))),
    ("lm", "hard row", r"\mathcal{L} = -\log p(y|x) + \alpha \log^2 Z(x), \quad Z(x) = \sum_{j} e^{z_j}", (), lambda s, t: ce(s, t) + al * lse(s) ** 2),
    # segmentation
    ("seg", "binary", r"\mathcal{L}_{Dice} = 1-\frac{2\sum_i p_i g_i}{\sum_i p_i+\sum_i g_i}", (), lambda s, t: 1 - 2 * np.sum(sig(s) * t) / (sig(s).sum() + t.sum())),
    ("seg", "binary", r"D=\frac{2\sum_{i}^{N} p_i g_i}{\sum_{i}^{N} p_i^2+\sum_{i}^{N} g_i^2}", (), lambda s, t: 2 * np.sum(sig(s) * t) / (np.sum(sig(s) ** 2) + np.sum(t**2))),
    ("seg", "binary", r"L_{Dice} = 1 - \frac{2\sum_{i=1}^{N} y_i\hat{y}_i + \epsilon}{\sum_{i=1}^N y_i + \sum_{i=1}^N\hat{y}_i + \epsilon}", (r"\hat{y}: probabilities", "epsilon>0"), lambda s, t: 1 - (2 * np.sum(sig(s) * t) + eps) / (sig(s).sum() + t.sum() + eps)),
    ("seg", "binary", r"L_{Jaccard} = 1 - \frac{\sum_{i} y_i p_i}{\sum_i y_i + \sum_i p_i - \sum_i y_i p_i}", (), lambda s, t: 1 - np.sum(sig(s) * t) / (sig(s).sum() + t.sum() - np.sum(sig(s) * t))),
    ("seg", "binary", r"TL = 1 - \frac{\sum_i p_i y_i}{\sum_i p_i y_i + \alpha\sum_i p_i(1-y_i)+\beta\sum_i(1-p_i)y_i}", (), lambda s, t: 1 - np.sum(sig(s) * t) / (np.sum(sig(s) * t) + al * np.sum(sig(s) * (1 - t)) + be * np.sum(sig(-s) * t))),
    ("seg", "binary", r"\mathcal{L}_{FTL} = \left(1 - \frac{\sum_i p_i g_i}{\sum_i p_i g_i + \alpha\sum_i p_i(1-g_i)+\beta\sum_i(1-p_i)g_i}\right)^{1/\gamma}", (), lambda s, t: (1 - np.sum(sig(s) * t) / (np.sum(sig(s) * t) + al * np.sum(sig(s) * (1 - t)) + be * np.sum(sig(-s) * t))) ** (1 / g)),
    ("seg", "binary", r"\mathcal{L} = -\frac{1}{N}\sum_{i=1}^N \left[ g_i\log p_i + (1-g_i)\log(1-p_i)\right]", (), lambda s, t: bce(s, t) / 3),
    ("seg", "soft", r"L = 1 - \frac{1}{C}\sum_{c=1}^{C}\frac{2\sum_{i=1}^{N} y_{ic}p_{ic}}{\sum_{i=1}^N y_{ic}+\sum_{i=1}^N p_{ic}}", (), lambda s, t: 1 - np.mean(2 * np.sum(t * sm(s), 0) / (t.sum(0) + sm(s).sum(0)))),
    # noisy labels
    ("noisy", "soft row", r"\mathcal{L}_{soft}(\mathbf{q},\mathbf{t}) = -\sum_{k=1}^{L}\left[\beta t_k+(1-\beta)q_k\right]\log(q_k)", (), lambda s, t: -np.sum((be * t + (1 - be) * sm(s)) * lsm(s))),
    ("noisy", "soft row", r"\ell = \frac{-\sum_{k=1}^K y_k\log p_k}{-\sum_{j=1}^{K}\log p_j}", (), lambda s, t: ce(s, t) / -lsm(s).sum()),
    ("noisy", "soft row", r"-\sum_{j=1}^{K} y_j \log\left(\sum_{k=1}^{K} T_{kj}p_k\right)", ("T_kj>0",), lambda s, t: -np.sum(t * np.log(numbers("T", 4, 4).T @ sm(s)))),
    ("noisy", "hard row", r"\alpha \left(-\log p_y\right) + \beta \left(1 - p_y\right)", (), lambda s, t: al * ce(s, t) + be * (1 - np.sum(t * sm(s)))),
    ("noisy", "hard row", r"\mathcal{L} = \frac{1-(1-p_y)^q}{q} \cdot \log 2", (), lambda s, t: (1 - (1 - np.sum(t * sm(s))) ** number("q")) / number("q") * np.log(2)),
    # metric learning
    ("metric", "hard", r"L_{lmc}=-\frac1N\sum_i\log\frac{e^{s(\cos(\theta_{i,y_i})-m)}}{e^{s(\cos(\theta_{i,y_i})-m)}+\sum_{j\neq y_i}e^{s\cos(\theta_{i,j})}}", ("m: margin", "s>0"), lambda s, t: -np.sum(t * np.log(np.exp(a1(s) - a1(number("m_margin"))) / (np.exp(a1(s) - a1(number("m_margin"))) + np.sum(np.exp(a1(s)), 1, keepdims=True) - np.exp(a1(s))))) / 3),
    ("metric", "hard", r"L = -\frac{1}{N}\sum_{i=1}^{N}\log\frac{e^{s\cos\theta_{y_i}}}{\sum_{j=1}^{n}e^{s\cos\theta_j}}", ("s>0",), lambda s, t: ce(a1(s), t) / 3),
    ("metric", "hard", r"-\frac{1}{N}\sum_{i=1}^{N}\log\frac{e^{s(z_{i,y_i}-m)}}{e^{s(z_{i,y_i}-m)}+\sum_{j\neq y_i}e^{s z_{i,j}}}", ("m: margin", "s>0"), lambda s, t: -np.sum(t * np.log(np.exp(a1(s) - a1(number("m_margin"))) / (np.exp(a1(s) - a1(number("m_margin"))) + np.sum(np.exp(a1(s)), 1, keepdims=True) - np.exp(a1(s))))) / 3),
]


def w4(name):
    return numbers(name, 4)


z4 = w4


def a1(x):
    """Scale by the number s."""
    return number("s_number") * x

"""The many ways in which one formula is typed."""

import pytest
from sympy import exp, log, sqrt, tanh

from nmderive.calculus.sums import IndexSum, mean
from nmderive.calculus.symbols import M, N, S, T, index, parameter
from nmderive.notation import Declarations, parse
from nmderive.notation.parsing import detect

i, j, k = map(index, "ijk")
g, b = parameter("g", "positive"), parameter("b")
CE = -IndexSum(IndexSum(T[i, j] * log(exp(S[i, j]) / IndexSum(exp(S[i, k]), k, M)), j, M), i, N)
LOSS_1 = parse(r"\sum_j \log \left(1 + \sum_{i,k\neq j} t_{i,j}e^{- s_{i,j} + s_{i,k}}\right)").sides[0]
LETS = Declarations.from_lets(["g>0", "b", r"\gamma>0", "w_j>0"])


def same(text, expr, declarations=LETS, form=None):
    assert parse(text, declarations, form).sides == (expr,)


CROSS_ENTROPIES = [
    r"-\sum_{i=1}^n\sum_{j=1}^m t_{i,j}\log \text{softmax}(s_{i,j})",
    r"-\sum^{n}_{i=1}\sum^m_{j=1} t_{ij}\log p_{ij}",
    r"- \sum\limits_{i=1}^{n} \sum\limits_{j=1}^{m} t_{i j} \ln p_{i j}",
    r"\mathcal{L} = -\sum_{i,j} t_{i,j} \log \hat{p}_{i,j}",
    r"\mathcal{L}(s,t) = -\sum_{i,j} t_{i,j} \log \hat p_{ij}.",
    r"L_{CE} = -\sum_{i,j} t_{i,j} \log \frac{e^{s_{i,j}}}{\sum_k e^{s_{i,k}}},",
    r"L_{\text{CE}} = -\sum_{i,j} t_{i,j} \log\frac{\exp(s_{i,j})}{\sum_k\exp(s_{i,k})}",
    r"\ell = -\sum_{i,j} t_{i,j} \log\dfrac{\exp\left(s_{i,j}\right)}{\sum_{k}\exp\{s_{i,k}\}}",
    r"$l = -\sum_{i,j} t_{i,j} \log \mathrm{softmax}(s_{i,j})$",
    r"$$l = -\sum_{i,j} t_{i,j} \log \operatorname{softmax}(s_i)_j$$",
    r"\[l = -\sum_{i,j} t_{i,j} \log \operatorname{softmax}(s)_{i,j}\]",
    r"\(l = -\sum_{\substack{i\\j}} t_{i,j} \log \tfrac{e^{s_{i,j}}}{Z_i}\)",
    "\\begin{equation}\\begin{aligned} l &= -\\sum_{i,j} t_{i,j} \\\\ &\\quad \\cdot \\log p_{i,j} \\tag{1} "
    "\\end{aligned}\\label{eq:1}\\end{equation}",
    "\\begin{align*} l =\\,& -\\sum_i\\;\\sum_j~ t_{i,j}\\! \\log % the softmax\n p_{i,j} \\nonumber \\end{align*}",
    r"l = -\sum_{i}\sum_{j} t_{i,j} \times \log \left[ p_{i,j} \right]",
    r"l = -\sum_{i}\sum_{j} t_{i,j} \bigl( \log \Big( p_{i,j} \Big) \bigr)",
    r"-\sum_{1\le i\le n}\sum_{j\in\{1,\dots,m\}} t_{i,j} \log p_{i,j}",
    r"-\sum_{i\in[n]}\sum_{j \in [m]} t_{i,j} \log p_{i,j}",
    r"-\displaystyle\sum_{i,j} t_{i,j} \log \boldsymbol{p}_{i,j}",
]


@pytest.mark.parametrize("text", CROSS_ENTROPIES)
def test_cross_entropy(text):
    assert parse(text).sides == (CE,)


def test_a_minus_after_a_sum_belongs_to_its_body():
    body = -T[i, j] * log(exp(S[i, j]) / IndexSum(exp(S[i, k]), k, M))
    same(r"\sum_{i}\sum_{j} -t_{i,j} \log p_{i,j} + 1", IndexSum(IndexSum(body, j, M), i, N) + 1)


LOSSES_1 = [
    r"\sum_j \log \left(1 + \sum_{\substack{i\\k\neq j}} t_{ij}e^{s_{ik} - s_{ij}}\right)",
    r"L = \sum_{j=1}^m \log \Big(1 + \sum_{i=1}^n\sum_{k=1,k\ne j}^m t_{ij}e^{s_{ik} - s_{ij}}\Big)",
    r"loss = \sum_j \ln (1 + \sum_{i}\sum_{k, k\neq j} t_{ij} \exp(s_{ik} - s_{ij}))",
    r"l &= \sum_j \log \left(1 + \sum_{i} \sum_{k \neq j} t_{ij}e^{s_{ik} - s_{ij}}\right).",
    "sum(j, log(1 + sum(i, k != j, t[i,j]*exp(s[i,k] - s[i,j]))))",
    "l = sum(j, log(1 + sum(i, sum(k, k != j, t[i,j]*e**(s[i,k] - s[i,j])))))",
    "loss = sum(j in m, log(1 + sum(i in n, k ≠ j, t[i,j]·exp(s[i,k] − s[i,j]))))",
]


@pytest.mark.parametrize("text", LOSSES_1)
def test_loss_1(text):
    same(text, LOSS_1)


PIECES = [
    (r"\frac1n \sum_i s_{i,1}", IndexSum(S[i, 1], i, N) / N),
    (r"\frac12 s_{i,j}", S[i, j] / 2),
    (r"\frac{1}{m}\sum_j s_{i,j}", mean(S[i, j], j, M)),
    (r"\bar s_i", mean(S[i, j], j, M)),
    (r"\sigma(s_{i,j})", 1 / (1 + exp(-S[i, j]))),
    (r"\cosh(s_{i,j})", (exp(S[i, j]) + exp(-S[i, j])) / 2),
    (r"\log\cosh s_{i,j}", log((exp(S[i, j]) + exp(-S[i, j])) / 2)),
    (r"\sinh^2(s_{i,j})", ((exp(S[i, j]) - exp(-S[i, j])) / 2)**2),
    (r"\tanh(s_{i,j})", tanh(S[i, j])),
    (r"\sqrt{g}", sqrt(g)),
    (r"\sqrt[3]{g}", g ** (parse("1/3", form="text").sides[0])),
    (r"\log_2 g", log(g) / log(2)),
    (r"g^{2}", g**2),
    (r"g^2{}3", 3 * g**2),
    (r"2\gamma", 2 * parameter("gamma", "positive")),
    (r"{1/2} g", g / 2),
    (r"g−b·2", g - 2 * b),
    (r"\text{softmax}(2 s_{i,j})", exp(2 * S[i, j]) / IndexSum(exp(2 * S[i, k]), k, M)),
    (r"\operatorname{softmax}(s_i/g)_j", exp(S[i, j] / g) / IndexSum(exp(S[i, k] / g), k, M)),
    (r"e^{g}", exp(g)),
    (r"0.7 g^{1}", g * parse("7/10", form="text").sides[0]),
    ("s_bar[i]", mean(S[i, j], j, M)),
    ("mean(k, s[i,k])", mean(S[i, k], k, M)),
    ("logsumexp(k, s[i,k])", log(IndexSum(exp(S[i, k]), k, M))),
    ("sigmoid(g) + softplus(b)", 1 / (1 + exp(-g)) + log(1 + exp(b))),
    ("softmax(s[i,j])", exp(S[i, j]) / IndexSum(exp(S[i, k]), k, M)),
    ("softmax(s[i])[j]", exp(S[i, j]) / IndexSum(exp(S[i, k]), k, M)),
    ("p[i,j]", exp(S[i, j]) / IndexSum(exp(S[i, k]), k, M)),
    ("g**-2 + g^2", g**-2 + g**2),
    ("-g**2", -(g**2)),
    ("2**-g", 2 ** (-g)),
    ("g/b/2", g / b / 2),
    ("1e-3*g", g / 1000),
    ("diff(s[i,j]**2, s[i,j])", 2 * S[i, j]),
]


@pytest.mark.parametrize(("text", "expr"), PIECES)
def test_piece(text, expr):
    same(text, expr)


def test_other_letters_for_logits_and_labels():
    lets = Declarations.from_lets(["z: logits", "y: labels", "K: classes", "N: rows"])
    same(r"-\sum_{i=1}^N\sum_{j=1}^K y_{ij} \log \frac{e^{z_{ij}}}{\sum_{k=1}^K e^{z_{ik}}}", CE, lets)
    same(r"-\sum_{i=1}^N\sum_{j=1}^K y_{ij} \log \hat{y}_{ij}", CE, lets)


def test_weights_by_class():
    w = parse(r"\sum_j w_j s_{i,j}", LETS)
    assert [str(p) for p in w.parameters] == ["w"] and w.parameters[0].is_positive


@pytest.mark.parametrize(
    "text", ["l = s_{i,j}", "L(s, t) = s_{i,j}", "= s_{i,j}", "J = s_{i,j}", "l := s_{i,j}"]
)
def test_left_names_are_dropped(text):
    assert parse(text).sides == (S[i, j],)
    assert parse("0 = s[i,j]").sides == (0, S[i, j])


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("s_i + t_i", "latex"), (r"\log 2", "latex"), ("$x$", "latex"), ("e^{2}", "latex"), ("g_1*exp(s[i,1])", "text"),
        ("s_bar[i]", "text"), ("s_neg - s_pos", "text"), ("2*m", "text"), ("log(2)", "text"),
    ],
)
def test_the_form_is_detected(text, form):
    assert detect(text) == form

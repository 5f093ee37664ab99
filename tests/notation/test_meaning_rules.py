"""Readings that other parsers get wrong without a word: what binds, what an operator takes."""

import pytest
from sympy import Le, Lt, Ne, exp, log

from nmderive.calculus.sums import (
    IndexProduct,
    IndexSum,
    Iverson,
    Remainder,
    RowFunction,
    RowFunctionDerivative,
)
from nmderive.calculus.symbols import ClassSet, M, Member, N, S, T, array, index, parameter
from nmderive.errors import ParseError, UnsupportedError
from nmderive.notation import MARGIN, Declarations, parse

i, j, k, h, a, t = map(index, "ijkhat")
x, y, b = parameter("x", "positive"), parameter("y", "positive"), parameter("b")
LETS = Declarations.from_lets(["x>0", "y>0", "b"])
NEG = ClassSet("Omega_neg")


def read(text, lets=LETS, form="latex"):
    (side,) = parse(text, lets, form).sides
    return side


def sum_j(body, *conditions):
    return IndexSum(body, j, M, *conditions)


BINDERS = [
    (
        r"\sum_j \sum_{i,k\neq j} s_{i,k} t_{i,j}",
        sum_j(IndexSum(IndexSum(S[i, k] * T[i, j], k, M, Ne(k, j)), i, N)),
    ),
    (r"\sum_{j,j\neq t} s_{i,j}", sum_j(S[i, j], Ne(j, t))),
    (r"\sum_{i=1,i\neq t}^n s_{i}", IndexSum(S[i], i, N, Ne(i, t))),
    (r"\sum_{j\neq t} s_j", sum_j(S[j], Ne(j, t))),
    (r"\sum_{j\in\Omega_{neg}} s_j", sum_j(S[j], Member(j, NEG))),
    (r"\sum_{j=2}^{m} s_j", sum_j(S[j], Ne(j, 1))),
    (r"\sum_{j=1}^{2} s_{i,j}", S[i, 1] + S[i, 2]),
    (r"\prod_{j=1}^{3} x^{j}", x**6),
    (r"\sum_{a=1}^{n} t_{a,j}", IndexSum(T[a, j], a, N)),
    (r"\sum_a t_{a,j}", IndexSum(T[a, j], a, N)),
    (r"\sum_c t_{i,c}", sum_j(T[i, j])),
    (r"\sum_{1\le j<k\le m} s_j s_k", sum_j(IndexSum(S[j] * S[k], k, M, Lt(j, k)))),
    (r"\sum_j \sum_{k>j} s_k t_j", sum_j(IndexSum(S[k] * T[j], k, M, Lt(j, k)))),
    (r"\sum_j \sum_{k\le j} s_k t_j", sum_j(IndexSum(S[k] * T[j], k, M, Le(k, j)))),
    (r"\sum_j \sum_{j<k} s_k t_j", sum_j(IndexSum(S[k] * T[j], k, M, Lt(j, k)))),
    (r"\sum_j \sum_{k, j<k} s_k t_j", sum_j(IndexSum(S[k] * T[j], k, M, Lt(j, k)))),
    (r"\sum_{k, l\neq k} s_l t_k", sum_j(IndexSum(S[k] * T[j], k, M, Ne(k, j)))),
    (r"\sum_j t_j \sum_j s_j", sum_j(T[j]) * sum_j(S[j])),
    (r"\sum_j j s_j", sum_j(j * S[j])),
    (r"\sum_{j=0}^{m-1} s_j", sum_j(S[j])),
]


@pytest.mark.parametrize(("text", "expr"), BINDERS)
def test_binders(text, expr):
    assert read(text) == expr


def test_pairs_bind_both_letters_of_a_scalar_loss():
    body = log(1 + IndexSum(T[i, j] * exp((S[i, k] - S[i, j]) / 2), i, N))
    pairs = sum_j(IndexSum(body, k, M, Ne(j, k)))
    text = r"\sum_{j\neq k} \log(1+\sum_i t_{ij} e^{(s_{ik}-s_{ij})/2})"
    assert read(text) == read("l = " + text) == pairs
    assert read("sum(j != k, log(1 + sum(i, t[i,j]*exp((s[i,k] - s[i,j])/2))))", form="text") == pairs


def test_a_letter_that_is_free_elsewhere_stays_free():
    assert read(r"t_{i,j} \sum_{k\neq j} s_{i,k}") == T[i, j] * IndexSum(S[i, k], k, M, Ne(k, j))
    gradient = parse(r"\frac{\partial l}{\partial s_{i,j}} = \sum_{k\neq j} s_{i,k}")
    assert gradient.sides == (IndexSum(S[i, k], k, M, Ne(k, j)),) and gradient.gradient_of == S[i, j]


def test_inner_binder_wins():
    assert read(r"\sum_i (s_{i,j} + \sum_i t_{i,j})") == IndexSum(S[i, j] + IndexSum(T[a, j], a, N), i, N)
    assert read(r"s_{i,j} / \sum_i t_{i,j}") == S[i, j] / IndexSum(T[a, j], a, N)


SCOPES = [
    (r"\sum_j s_j + b", sum_j(S[j]) + b),
    (r"\sum_j s_j - b t_j", sum_j(S[j]) - b * T[j]),
    (r"\sum_j s_j t_j x", sum_j(S[j] * T[j] * x)),
    (r"b \sum_j s_j", b * sum_j(S[j])),
    (r"\sum_j s_j\sum_j t_j", sum_j(S[j]) * sum_j(T[j])),
    (r"\prod_i (1+t_i) \prod_i (2+t_i)", IndexProduct(1 + T[i], i, N) * IndexProduct(2 + T[i], i, N)),
    (
        r"\sum_i t_{i,h} \sum_j s_{i,j} \sum_i s_{i,h}",
        IndexSum(T[i, h] * sum_j(S[i, j]), i, N) * IndexSum(S[i, h], i, N),
    ),
    (r"\log x y", log(x * y)),
    (r"\log(x) y", log(x) * y),
    (r"\log^2 x", log(x) ** 2),
    (r"\log x \log y", log(x) * log(y)),
    (r"\log x + y", log(x) + y),
    (r"\log \frac{x}{y}", log(x / y)),
    (r"\log \prod_i \left(1+t_i\right)^{y}", log(IndexProduct((1 + T[i]) ** y, i, N))),
    (r"\log \sum_j e^{s_j} x", log(sum_j(exp(S[j]) * x))),
    (r"x \log \sum_j e^{s_j}", x * log(sum_j(exp(S[j])))),
    (r"\log x \sum_j s_j", log(x) * sum_j(S[j])),
    (r"e^{s_j}e^{b} x", exp(S[j]) * exp(b) * x),
    (r"\left[j \neq k\right] s_j", Iverson(Ne(j, k)) * S[j]),
    (r"(1/x) y", y / x),
    (r"\sum_i 1/x", IndexSum(1 / x, index("i"), N)),
    (r"1 + \cdots", 1 + Remainder()),
    (r"1 + ...", 1 + Remainder()),
    (r"(x + y)...", x + y + Remainder()),
]


@pytest.mark.parametrize(("text", "expr"), SCOPES)
def test_scopes(text, expr):
    assert read(text) == expr


@pytest.mark.parametrize(
    "text", [r"\log x (1+y)", r"\log\frac{x}{y} b", r"\log(x)^2", r"x/y b", r"\log x \cdot y", r"x \cdots y"]
)
def test_ambiguous_text_is_asked_back(text):
    with pytest.raises(ParseError) as caught:
        parse(text, LETS, "latex")
    assert caught.value.span is not None


def test_subscripts_words_and_targets():
    assert read("s_{neg}") == parameter("s_neg")
    assert read("t_{pos}") == parameter("t_pos", "positive")
    assert read(r"s_{\text{neg}}") == parameter("s_neg")
    assert read("s_{t}") == read("s_t") == S[t]
    assert read("s_{i,t}") == read("s_{it}") == S[i, t]
    assert read("s_neg", form="text") == parameter("s_neg")
    assert read("s_{i,1}") == S[i, 1]


def test_margin_is_not_the_number_of_classes():
    assert read("2m") == 2 * M
    margin = Declarations.from_lets(["m: margin"])
    assert read("2m", margin) == 2 * MARGIN
    assert read(r"\sum_{j=1}^{m} s_j m", margin) == sum_j(S[j] * MARGIN)
    assert read(r"m \sum_{j=1}^{m} s_j", margin) == MARGIN * sum_j(S[j])


def test_undefined_functions():
    f = parameter("x").func("f")
    assert read("f(s_{i,j})") == RowFunction(f, S, i, j)
    derivative = read(r"\frac{\partial f(s_{i,j})}{\partial s_{i,k}}")
    assert derivative == RowFunctionDerivative(RowFunction(f, S, i, j), k)
    total = read(r"\frac{\partial \left(\sum_j f(s_{i,j})\right)}{\partial s_{i,k}}")
    assert total == sum_j(RowFunctionDerivative(RowFunction(f, S, i, j), k))
    assert read(r"\frac{\partial}{\partial s_{i,k}} \sum_j s_{i,j}^2") == 2 * S[i, k]
    assert read("f (s_{i,j})", Declarations.from_lets(["f"])) == parameter("f") * S[i, j]


def test_z_follows_f():
    f = parameter("x").func("f")
    assert read("Z_i") == IndexSum(exp(S[i, k]), k, M)
    assert read("Z_i f(s_{i,j})") == IndexSum(exp(RowFunction(f, S, i, k)), k, M) * RowFunction(f, S, i, j)


def test_softmax_of_a_function():
    f = RowFunction(parameter("x").func("f"), S, i, j)
    normal = IndexSum(exp(RowFunction(f.args[0], S, i, k)), k, M)
    assert read(r"\text{softmax}(f(s_{i,j}))") == exp(f) / normal


def test_classes_from_zero():
    statement = parse(r"\sum_i s_{i,0} + s_{i,1}")
    assert statement.class_base == 0 and statement.sides == (IndexSum(S[i, 1], i, N) + S[i, 2],)
    assert parse(r"s_{i,1}").class_base == 1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (r"\sum_{i=1}^{n-1} s_{i,j}", (ParseError, UnsupportedError)),
        (r"\sum_{j=2} s_j", ParseError),
        (r"\sum_{j=1}^{m+1} s_j", UnsupportedError),
        (r"\sum_i s_{j,i}", ParseError),
        (r"\sum_c x", ParseError),
        (r"s_{i+1,j}", ParseError),
        (r"\sum_{j=0}^{m} s_j", ParseError),
        (r"\sum_{j=1}^{m} s_{j} s_{0}", ParseError),
        (r"s_i s_{i,j}", ParseError),
        (r"\sum_{i}\sum_{i} s_{i,j}", ParseError),
        (r"s_{i,y_i}", UnsupportedError),
        (r"s^{(i)}_j", UnsupportedError),
        (r"\sum_{i=1}^n s_i \sum_{j=1}^m s_j", ParseError),
    ],
)
def test_what_is_refused(text, error):
    with pytest.raises(error):
        parse(text, LETS)


def test_declared_arrays_and_indices():
    w = array("w", "positive")
    lets = Declarations.from_lets(["w_j>0", "c in m", "r in n"])
    assert read(r"\sum_c w_c t_{i,c}", lets) == sum_j(w[j] * T[i, j])
    assert read(r"\sum_r t_{r,j}", lets) == IndexSum(T[i, j], i, N)


def test_a_sum_that_ends_too_early_is_asked_back():
    text = r"l = \sum_{i,j} t_{i,j} x + (1-t_{i,j}) y"
    with pytest.raises(ParseError, match="has ended here") as caught:
        parse(text, LETS)
    assert caught.value.span.start == text.index("i", 25)
    assert parse(text.removeprefix("l = "), LETS).sides

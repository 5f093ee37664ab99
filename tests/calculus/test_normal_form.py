"""The proof kernel: identities it must decide, traps it must not fall into, and soundness at random."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numeric_oracle import value_at
from strategies import losses, positive_expressions, softmax
from sympy import Integer, KroneckerDelta, Lt, Ne, Pow, Rational, Symbol, exp, log, sqrt, tanh

from nmderive.budget import limited
from nmderive.calculus.normal_form import Frame, is_zero, normal_form, reduced, settled, to_expression
from nmderive.calculus.normal_form.algebra import multiply
from nmderive.calculus.normal_form.terms import CaptureError, from_atom, make_atom
from nmderive.calculus.sums import IndexProduct, IndexSum, Iverson
from nmderive.calculus.symbols import ClassSet, M, Member, N, S, T, index, parameter
from nmderive.errors import BudgetExceeded, DomainError, NmderiveError

pytestmark = pytest.mark.slow

i, j, k, h = map(index, "ijkh")
FRAME = Frame({}, {"i": "n", "j": "m", "k": "m", "h": "m"})


def zero(expr, frame=FRAME):
    return is_zero(normal_form(expr, frame))


def row_sum(body, *conditions):
    return IndexSum(body, k, M, *conditions)


X = row_sum(exp(S[i, k]))
TRUE = {
    "softmax sums to one": IndexSum(softmax(), j, M) - 1,
    "the log of a quotient": log(softmax()) - S[i, j] + log(X),
    "A1": log(softmax()) + log(1 + row_sum(exp(S[i, k] - S[i, j]), Ne(k, j))),
    "a product is an exponential of logs": IndexProduct(1 + exp(S[i, k]), k, M)
    - exp(row_sum(log(1 + exp(S[i, k])))),
    "sigmoid": 1 / (1 + exp(-S[i, j])) + 1 / (1 + exp(S[i, j])) - 1,
    "tanh": tanh(S[i, j]) - (exp(2 * S[i, j]) - 1) / (exp(2 * S[i, j]) + 1),
    "squares": X**2 - IndexSum(row_sum(exp(S[i, k] + S[i, h])), h, M),
    "half powers": sqrt(X) * sqrt(X) - X,
    "a root in a denominator": X / sqrt(X) - sqrt(X),
    "symmetric order": IndexSum(row_sum(exp(S[i, k] + S[i, h]), Lt(k, h)), h, M)
    - IndexSum(row_sum(exp(S[i, k] + S[i, h]), Ne(k, h)), h, M) / 2,
    "order and reverse order": row_sum(S[i, k], Lt(k, j)) + row_sum(S[i, k], Lt(j, k)) + S[i, j] - row_sum(S[i, k]),
    "a symmetric fraction": IndexSum(row_sum(exp(S[i, k]) / (exp(S[i, k]) + exp(S[i, h])), Ne(k, h)), h, M)
    - M * (M - 1) / 2,
    "deltas": row_sum(KroneckerDelta(k, j) * S[i, k]) - S[i, j],
    "sets partition": row_sum(S[i, k], Member(k, ClassSet("Omega_pos")))
    + row_sum(S[i, k], Member(k, ClassSet("Omega_neg"))) - row_sum(S[i, k]),
    "roots of numbers": Pow(8, Rational(1, 2), evaluate=False) - 2 * sqrt(2),
    "conditions count": row_sum(1, Ne(k, j), Ne(k, h)) - M + 2 - KroneckerDelta(j, h),
    "an empty product": IndexSum(Iverson(Ne(j, k)) * S[i, k], k, M) - row_sum(S[i, k], Ne(k, j)),
}
FALSE = {
    "a dropped factor": X**2 - X,
    "sqrt of a square": Pow(S[i, j] ** 2, Rational(1, 2), evaluate=False) - S[i, j],
    "an exclusion dropped": row_sum(exp(S[i, k]), Ne(k, j)) - X,
    "swapped indices": row_sum(S[i, k] * T[i, j]) - row_sum(T[i, k] * S[i, j]),
    "order without symmetry": IndexSum(row_sum(S[i, k] * T[i, h], Lt(k, h)), h, M)
    - IndexSum(row_sum(S[i, k] * T[i, h], Ne(k, h)), h, M) / 2,
    "rows are not classes": IndexSum(Integer(1), i, N) - IndexSum(Integer(1), j, M),
    "log of a sum": log(1 + X) - log(X),
    "a wrong power": X ** Rational(3, 2) - X,
    "the diagonal": IndexSum(row_sum(S[i, k] * S[i, h]), h, M) - row_sum(S[i, k] ** 2),
}


@pytest.mark.parametrize("name", TRUE)
def test_true_identities_are_shown(name):
    assert zero(TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_false_identities_are_not_shown(name):
    assert not zero(FALSE[name])


@pytest.mark.parametrize("name", sorted({**TRUE, **FALSE}))
def test_fixed_sizes_agree_with_symbolic_ones(name):
    expr = {**TRUE, **FALSE}[name]
    if name in TRUE:
        for n, m in ((1, 2), (2, 3)):
            for column in range(1, m + 1):
                fixed = expr.subs({i: 1, j: column, h: m, k: 1})
                try:
                    assert zero(fixed, Frame({"n": n, "m": m}, {}))
                except DomainError:
                    pytest.fail(f"{name} is undefined at n={n}, m={m}")


@given(losses(), st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_the_normal_form_keeps_the_value(loss, seed):
    back = to_expression(settled(normal_form(loss)))
    for n, m in ((1, 2), (2, 3)):
        original, returned = value_at(loss, n, m, seed), value_at(back, n, m, seed)
        # settled() may multiply by denominators only where nothing is bound, which a loss never has.
        assert abs(original - returned) <= 1e-25 * (1 + abs(original))


@given(losses(), losses())
@settings(max_examples=60, deadline=None)
def test_what_is_shown_equal_is_equal(left, right):
    for a, b in ((left, right), (left, left + IndexSum(T[1, j] * 0, j, M)), (left, 2 * right - right)):
        if is_zero(normal_form(a - b)):
            assert abs(value_at(a, 2, 3, 1) - value_at(b, 2, 3, 1)) < 1e-25


@given(losses())
@settings(max_examples=40, deadline=None)
def test_the_way_back_has_the_same_normal_form(loss):
    form = normal_form(loss)
    assert normal_form(to_expression(form)) == form


def test_symbolic_exponents():
    q = parameter("q", "positive")
    p = softmax()
    assert zero(p**q * p ** (1 - q) - p)
    assert not zero(p**q * p ** (1 - q) - p**2)


def test_undecided_domains_are_refused():
    with pytest.raises(NmderiveError):
        normal_form(log(X - X))
    with pytest.raises(NmderiveError):
        normal_form(1 / (X - X))
    with pytest.raises(NmderiveError):
        normal_form(Symbol("complex_letter"))
    with pytest.raises(NmderiveError):
        normal_form(IndexSum(IndexSum(S[i, k], k, M, Ne(k, i)), i, N))


def nested_response():
    """Loss-1's partial optimum t = U p^2 A inside its own aggregate: sums nested in denominators nested in sums."""
    u = index("u")
    a, b = index("a"), index("b")
    weight = exp(S[a, b]) - exp(2 * S[a, b]) / IndexSum(exp(S[a, u]), u, M)
    total = 1 - IndexSum(T[a, 1] * weight, a, N)
    link = T[i, 1] * exp(2 * S[i, b]) / (total * row_sum(exp(S[i, k])))
    body = 1 + IndexSum(link * row_sum(exp(S[i, k] - S[i, b]), Ne(k, b)), i, N)
    return IndexSum(S[1, b] / body, b, M), IndexSum(S[1, b] * total, b, M)


def test_rewriting_under_bound_labels_does_not_capture():
    # A rewrite once ran under canonical bound labels and turned a sum over rows into one over classes.
    left, right = nested_response()
    reduced_value = to_expression(settled(normal_form(left)))
    for n, m in ((1, 2), (2, 3), (3, 2)):
        assert abs(value_at(left, n, m) - value_at(right, n, m)) < 1e-25
        assert abs(value_at(left, n, m) - value_at(reduced_value, n, m)) < 1e-25
    assert zero(left - right)


def test_a_label_out_of_its_scope_is_stopped():
    form = normal_form(IndexSum(1 / (1 + row_sum(exp(S[i, k]))), i, N))
    ((mono, _),) = form.terms
    (inside,) = [atom.args[0] for atom, _ in mono.factors if atom.kind == "p"]
    taller = normal_form(IndexSum(log(1 + IndexSum(exp(X), i, N)), i, N))
    with pytest.raises(CaptureError):
        multiply(inside, from_atom(make_atom("e", taller)))


@given(positive_expressions())
@settings(max_examples=40, deadline=None)
def test_reduction_keeps_the_value_of_nested_expressions(expr):
    try:
        with limited(steps=6_000):
            form = normal_form(expr)
            after = reduced(form)
    except BudgetExceeded:
        return
    for n, m in ((1, 2), (2, 3), (3, 2)):
        expected = value_at(expr, n, m, 1)
        for shown in (form, after):
            assert abs(value_at(to_expression(shown), n, m, 1) - expected) < 1e-25 * (1 + abs(expected))

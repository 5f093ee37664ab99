"""Loss-3 is alone in the article's general form: the no-go theorem, step by step, and what checks each step.

Let g_j > 0 be smooth and permutation-equivariant, not constant, and l = sum_j log(1 + sum_i t_ij g_j(s_i)) for every n.
If t = softmax(s) is stationary for every n and s, then g_j(s) = C exp(mean(s) - s_j). Steps without certificates are
argued in prose; the others are checked by the independent checker.
"""

from __future__ import annotations

from sympy import Expr, Integer, KroneckerDelta, Symbol, exp, log

from nmderive.calculus.normal_form import Frame, normal_form, to_expression
from nmderive.calculus.normal_form.derivative import derivative
from nmderive.calculus.sums import IndexProduct, IndexSum, RowFunction
from nmderive.calculus.symbols import M, N, S, T, array, index, parameter
from nmderive.evidence import Certificate
from nmderive.losses.links import softmax_link
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.symmetric_kernel import KernelStep

_I, _J, _K, _L = (index(x) for x in "ijkl")


def no_go_steps() -> list[KernelStep]:
    """Return the steps of the theorem in order."""
    return [
        KernelStep("the gradient is sum_h t_ih (dg_h/ds_ij)(s_i) / A_h, A_h = 1 + sum_a t_ah g_h(s_a)", (_gradient(),)),
        KernelStep(
            "so at t = softmax(s) the vector (p_j dg_j/ds_k)_j of a row is orthogonal to (1/A_j)_j, whatever the other "
            "rows are; with N copies of a row s' and N to infinity, to (1/q_j(s'))_j, q_j = p_j g_j, for every s'"
        ),
        KernelStep(
            "a vector v minus v with entries j, k swapped is (v_j - v_k)(e_j - e_k), for all m", (_swapped(),)
        ),
        KernelStep(
            "so the span of the (1/q_j(s')), invariant under permutations and holding (1, ..., 1) (s' = 0), is the "
            "line of (1, ..., 1) or everything: if some v in it is not constant, it holds all e_j - e_k"
        ),
        KernelStep(
            "everything would make p_j dg_j/ds_k = 0 for all j, k, so g constant: excluded; hence q_j = h for all j"
        ),
        KernelStep(
            "with g_j = h/p_j: sum_j p_j d(h/p_j)/ds_k = m dh/ds_k - h (1 - m p_k), where 1 - m p_k is the derivative "
            "of sum_j log p_j, for all m", (_equation(), _log_derivative()),
        ),
        KernelStep("so m d(log h)/ds_k = d(sum_j log p_j)/ds_k for all k, hence h = C (prod_j p_j)^(1/m)"),
        KernelStep("and g_j = (prod_k p_k)^(1/m) / p_j = exp(mean(s) - s_j), for all m", (_solution(),)),
        KernelStep("that is loss-3, for which softmax is stationary for all n, m", (_loss_3(),)),
    ]


def _p(j: Expr) -> Expr:
    k = index("k1")
    return exp(S[j]) / IndexSum(exp(S[k]), k, M)


def _row() -> Loss:
    return Loss(S[_J], (M,))


def _gradient() -> Certificate:
    g = RowFunction(Symbol("g"), S, _I, _J)
    loss = Loss(IndexSum(log(1 + IndexSum(T[_I, _J] * g, _I, N)), _J, M))
    formula = to_expression(derivative(normal_form(loss.expr, Frame()), "s", ("i", "j")))
    return Certificate("gradient", {
        "loss": to_ast(loss.expr), "shape": ["n", "m"], "gradient": to_ast(formula), "sizes": {},
        **certificates.declarations(loss),
    })


def _swapped() -> Certificate:
    v = array("v")
    sign = KroneckerDelta(_L, _J) - KroneckerDelta(_L, _K)
    image = v[_L] + sign * (v[_K] - v[_J])
    left, right = v[_L] - image, (v[_J] - v[_K]) * sign
    return certificates.identity(left, right, Loss(left + S[_J] * 0, (M,)), {"j": "m", "k": "m", "l": "m"}, {})


def _equation() -> Certificate:
    """Use u_k for dh/ds_k, and dp_j/ds_k = p_j (delta_jk - p_k)."""
    u, h = array("u"), parameter("h", "positive")
    slope = _p(_J) * (KroneckerDelta(_J, _K) - _p(_K))
    left = IndexSum(_p(_J) * (u[_K] / _p(_J) - h * slope / _p(_J) ** 2), _J, M)
    right = M * u[_K] - h * (1 - M * _p(_K))
    return certificates.identity(left, right, _row(), {"k": "m"}, {})


def _log_derivative() -> Certificate:
    loss = Loss(IndexSum(log(_p(_J)), _J, M), (M,))
    return Certificate("gradient", {
        "loss": to_ast(loss.expr), "shape": ["m"], "gradient": to_ast(1 - M * _p(_J)), "sizes": {},
        **certificates.declarations(loss),
    })


def _solution() -> Certificate:
    k = index("k2")
    left = IndexProduct(_p(k), k, M) ** (1 / M) / _p(_J)
    right = exp(IndexSum(S[k], k, M) / M - S[_J])
    return certificates.identity(left, right, _row(), {"j": "m"}, {})


def _loss_3() -> Certificate:
    k = index("k")
    mean = IndexSum(S[_I, k], k, M) / M
    loss = Loss(IndexSum(log(Integer(1) + IndexSum(T[_I, _J] * exp(mean - S[_I, _J]), _I, N)), _J, M))
    return certificates.stationary(loss, softmax_link(loss), {})


__all__ = ["no_go_steps"]

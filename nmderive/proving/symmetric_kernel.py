"""Why softmax is stationary for every l = F(B) with F(B) = F(transpose of B), for all n, m: steps and what checks them.

B_jk is a sum over rows of t_ij times a function of s_ij and s_ik that is symmetric in j, k once t = softmax(s). The
matching loss, which is built for each m, has its optimum for all m by these steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sympy import Expr, Integer, Ne, Rational, exp

from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, array, index
from nmderive.checker import check
from nmderive.evidence import Certificate
from nmderive.losses.links import softmax_link
from nmderive.losses.loss import Loss
from nmderive.proving import certificates


@dataclass(frozen=True)
class KernelStep:
    """One step: what it says, and the certificates that check it; a step without any is argued in prose."""

    says: str
    certificates: tuple[Certificate, ...] = ()

    @property
    def checked(self) -> bool:
        """Tell whether the step carries certificates, and the checker accepts all of them."""
        return bool(self.certificates) and all(check(c.as_json()).accepted for c in self.certificates)


def overlap(scale: Expr | None = None) -> Expr:
    """Return B_jk = sum_i t_ij exp(scale (s_ik - s_ij)), scale 1/2 by default."""
    i, j, k = index("i"), index("j"), index("k")
    scale = Rational(1, 2) if scale is None else scale
    return IndexSum(T[i, j] * exp(scale * S[i, k] - scale * S[i, j]), i, N)


def kernel_steps(
    kernel: Expr, function: Callable[[int, Callable[[int, int], Expr]], Expr], sizes: Iterable[int] = (2, 3, 4)
) -> list[KernelStep]:
    """Return the steps for l = F(B), B_jk = ``kernel`` in the free indices j, k, F = ``function(m, entry)``.

    Steps that are argued carry no certificate. F's symmetry under transposition is checked at ``sizes``.
    """
    return [
        KernelStep("at t = softmax(s), B_jk = B_kj for all n, m", (_symmetric(kernel),)),
        KernelStep(
            "sum over j != k of (H_jk + H_kj) B_jk is stationary at t = softmax(s), for every array H and all n, m",
            (_linear(kernel),),
        ),
        KernelStep(
            f"F(B) = F(transpose of B), at m = {', '.join(map(str, sizes))}",
            tuple(_transposed(function, m) for m in sizes),
        ),
        KernelStep("and for all m, since the transpose of a partial matching is one"),
        KernelStep("so dF/dB_jk = dF/dB_kj wherever B is symmetric: differentiate the third step"),
        KernelStep(
            "so dl/ds = sum of dF/dB_jk dB_jk/ds = 0 at t = softmax(s): the chain rule, and the second step with "
            "H = (dF/dB)/2"
        ),
    ]


def _symmetric(kernel: Expr) -> Certificate:
    loss = Loss(kernel)
    j, k, other = index("j"), index("k"), index("swap")
    at = substitute_array(kernel, T, loss.indices, softmax_link(loss).expr)
    turned = at.xreplace({j: other}).xreplace({k: j}).xreplace({other: k})
    return certificates.identity(at, turned, loss, {"j": "m", "k": "m"}, {})


def _linear(kernel: Expr) -> Certificate:
    h, j, k = array("H"), index("j"), index("k")
    loss = Loss(IndexSum(IndexSum((h[j, k] + h[k, j]) * kernel, k, M, Ne(k, j)), j, M))
    return certificates.stationary(loss, softmax_link(loss), {})


def _transposed(function: Callable[[int, Callable[[int, int], Expr]], Expr], m: int) -> Certificate:
    b = array("B", "positive")
    left = function(m, lambda j, k: b[Integer(j), Integer(k)])
    right = function(m, lambda j, k: b[Integer(k), Integer(j)])
    own = certificates.identity(left, right, Loss(left), {}, {"m": m})
    return Certificate(own.kind, {**own.data, "shapes": {"B": ["m", "m"]}})


__all__ = ["KernelStep", "kernel_steps", "overlap"]

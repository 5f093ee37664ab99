r"""The loss of one sample, summed or averaged over n samples: papers write the former, code computes the latter."""

from __future__ import annotations

from sympy import Expr, Indexed, Pow

from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, index

_SAMPLE, _CLASS, _TARGET = index("nmderive_sample"), index("nmderive_target_class"), index("t")


def over_samples(side: Expr, is_mean: bool) -> Expr:
    """Return a loss in s_j and t_j, or in s_t at the target class t, summed over the n samples, or their mean."""
    if _TARGET in side.free_symbols:
        side = IndexSum(T[_CLASS] * side.xreplace({_TARGET: _CLASS}), _CLASS, M)
    each = side.replace(
        lambda e: isinstance(e, Indexed) and e.base in (S, T) and len(e.indices) == 1,
        lambda e: e.base[(_SAMPLE, *e.indices)],
    )
    total = IndexSum(each, _SAMPLE, N)
    return total / N if is_mean else total


def divides_by_n(expr: Expr) -> bool:
    """Tell whether n stands in a denominator, as in a mean over samples."""
    return any(e.base == N and e.exp.could_extract_minus_sign() for e in expr.atoms(Pow))


__all__ = ["divides_by_n", "over_samples"]

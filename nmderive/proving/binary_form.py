"""A loss of binary tasks as a function of p_i = sigmoid(c s_i): a sum over samples of functions of one p_i."""

from __future__ import annotations

from sympy import Add, Expr, Indexed, Mul, Symbol, cancel, exp, expand_log, factor, log, together

from nmderive.calculus.expansion import expanded
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import N, S, T, index
from nmderive.structure.canonical import P

_I = index("i")
_X = Symbol("x", positive=True)


def binary_form(expr: Expr) -> tuple[Expr, Expr, Expr] | None:
    """Return (body, rest, c) with the expression equal to rest + sum_i body, the body in p_i and t_i; None for others.

    Whether they are equal is for the user to show.
    """
    bodies, rest = [], []
    for term in Add.make_args(expr):
        weight, sums = term.as_independent(IndexSum, as_Add=False)
        if not term.has(S):
            rest.append(term)
        elif isinstance(sums, IndexSum) and sums.domain == N and not sums.conditions and not weight.has(S, T):
            bodies.append(weight * sums.open(_I)[0])
        else:
            return None
    body = Add(*bodies)
    scale = _scale(body)
    entries = {e for e in body.atoms(Indexed) if e.base in (S, T)}
    if scale is None or body.has(IndexSum) or any(tuple(e.indices) != (_I,) for e in entries):
        return None
    return _in_p(body.xreplace({S[_I]: -log(_X) / scale})), Add(*rest), scale


def _scale(body: Expr) -> Expr | None:
    """Return c where the exponents are whole multiples of c s_i."""
    weights = {e.args[0].coeff(S[_I]) for e in body.atoms(exp) if e.has(S)}
    sizes = {-w if w.could_extract_minus_sign() else w for w in weights}
    return next((c for c in sorted(sizes, key=str) if c != 0 and all((w / c).is_Integer for w in sizes)), None)


def _in_p(at_odds: Expr) -> Expr:
    """Return an expression in the odds x = (1 - p) / p, and in logarithms of x and 1 + x, as one in p."""
    p = Symbol("p", positive=True)
    plain = at_odds.replace(lambda e: isinstance(e, log), lambda e: _log(e.args[0]))
    logs = {log(_X): log(1 - p) - log(p), log(1 + _X): -log(p)}
    whole = plain.xreplace(logs).xreplace({_X: (1 - p) / p})
    letters = {e: Symbol(f"letter{k}", positive=True) for k, e in enumerate(sorted(whole.atoms(log, Indexed), key=str))}
    back = {v: k for k, v in letters.items()}
    terms = Add.make_args(expanded(whole.xreplace(letters)))
    by_logs: dict[Expr, Expr] = {}
    for term in terms:
        front, own = term.as_independent(*back, as_Add=False) if back else (term, Mul())
        by_logs[own] = by_logs.get(own, Mul(0)) + front
    return Add(*(factor(cancel(together(c))) * own for own, c in by_logs.items())).xreplace(back).xreplace({p: P[_I]})


def _log(argument: Expr) -> Expr:
    """Return the logarithm of a quotient of powers of x and 1 + x as a sum."""
    return expand_log(log(factor(cancel(together(argument)))), force=True)


__all__ = ["binary_form"]

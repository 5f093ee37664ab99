"""Matching loss: a sum over partial matchings of the classes, built for any given m.

With B_jk = sum_i t_ij exp((s_ik - s_ij)/2) it is the logarithm of the sum, over all sets of pairs (j, k), j != k, in
which each j is at most once on the left and each k at most once on the right, of the product of the B_jk. That is
no indexed sum of fixed depth, so the file builds it for a given m: ``matching-3`` is the loss for three classes.
That softmax is its optimum is proved for all m (derivations/18_matching.py). Its other rows hold for the m that are
built; for all m they ask for sums over matchings in the language, the normal form and the checker.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, permutations

from sympy import Add, Expr, Integer, Mul, Rational, exp, log

from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import N, S, T, index

TITLE = "Matching loss"
LATEX = (
    r"\log \sum_{M} \prod_{(j,k) \in M} B_{j,k}, \quad "
    r"B_{j,k} = \sum_i t_{i,j} e^{(s_{i,k} - s_{i,j})/2}, \quad M \text{ the partial matchings of the classes}"
)
SOURCE = "nmderive, in answer to the open question of Su (2022), https://kexue.fm/archives/9158"
LINK = "softmax"


def matchings(m: int) -> list[tuple[tuple[int, int], ...]]:
    """Return the partial matchings of classes 1..m: pairs (j, k), j != k, no j and no k twice on its side."""
    classes = range(1, m + 1)
    found = []
    for size in range(m + 1):
        for left in combinations(classes, size):
            for right in permutations(classes, size):
                if all(j != k for j, k in zip(left, right, strict=True)):
                    found.append(tuple(zip(left, right, strict=True)))
    return found


def polynomial(m: int, entry: Callable[[int, int], Expr]) -> Expr:
    """Return the logarithm of the sum over partial matchings of the products of ``entry(j, k)``."""
    b = {(j, k): entry(j, k) for j, k in permutations(range(1, m + 1), 2)}
    return log(Add(*(Mul(*(b[pair] for pair in matching)) for matching in matchings(m))))


def build(m: int) -> Expr:
    """Return the loss for m classes and any number of samples."""
    i = index("i")
    half = Rational(1, 2)

    def entry(j: int, k: int) -> Expr:
        return IndexSum(T[i, Integer(j)] * exp(half * S[i, Integer(k)] - half * S[i, Integer(j)]), i, N)

    return polynomial(m, entry)

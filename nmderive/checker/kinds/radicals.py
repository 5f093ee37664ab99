"""radicals: no root of an integer polynomial is an expression in radicals over Q.

{"polynomial": [integer coefficients as strings, constant term first], "primes": [p, ...]}.

Let f have degree d >= 5 and Galois group G over Q.  For each listed prime, which must not
divide the leading coefficient, f must be squarefree modulo p.  Then (Dedekind) G contains, as
permutations of the roots, an element whose cycle lengths are the degrees of f's irreducible
factors modulo p.  If f = g h over Q, then (Gauss) also over Z, and for each such p the degree
of g is a sum of some of these degrees; so f is irreducible, and G transitive, if only 0 and d
are such sums for all the primes.

G is primitive if it is transitive and
- d is prime (a block's size divides d), or
- one element has a fixed point and a cycle of length d - 1 (then G is 2-transitive), or
- G contains a cycle of prime length q > d/2, fixing the rest: it permutes the blocks, fewer
  than q (at most d/2), so it fixes each; the q points it moves lie in one block, of size at
  most d/2 < q, which is impossible.
An element with exactly one cycle whose length is divisible by the prime q, this length being
q, has a power that is a cycle of length q.  Then G is not solvable if it is
- primitive and contains a cycle of prime length q, where q = 2 or q = 3 or q <= d - 3: then it
  contains all even permutations (Jordan); or
- primitive and d is not a power of a prime: a minimal normal subgroup of a solvable group is
  elementary abelian; normal in a primitive group it is transitive, and abelian and transitive it
  is regular, so that d would be its order; or
- transitive, d is prime, and an element is of a type other than d, or 1 + k + ... + k: a solvable
  transitive group of prime degree consists of maps x -> a x + b modulo d (Galois), which are of
  these types (the identity's has k = 1).
If one root of the irreducible f were in a tower of radical extensions of Q, all would be, and
G would be solvable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ..modular import factor_degrees, require_prime
from ..reject import Malformed, Reject, TooLarge

KIND = "radicals"
_INTEGER = re.compile(r"-?[0-9]{1,4000}")
_MAX_DEGREE = 100
_MAX_PRIMES = 30
_MAX_WORK = 64 * 64 * _MAX_PRIMES
_SHOWN = 1500

Cycles = list[int]


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    f = _polynomial(certificate.get("polynomial"))
    degree = len(f) - 1
    primes = _primes(certificate.get("primes"))
    if degree * degree * len(primes) > _MAX_WORK:
        raise TooLarge("too many primes for this degree")
    types = [factor_degrees(f, p) for p in primes]
    if not _irreducible(degree, types):
        raise Reject("the primes do not show that the polynomial is irreducible")
    how = _not_solvable(degree, types)
    if how is None:
        raise Reject("the primes do not show that the Galois group is not solvable")
    return (
        f"{_shown(f)} is irreducible over Q, its Galois group over Q {how} and is not solvable; "
        "none of its roots is an expression in radicals over Q"
    )


def _polynomial(given: Any) -> list[int]:
    if not isinstance(given, list | tuple) or not 2 <= len(given):
        raise Malformed("polynomial must be a list of coefficients")
    if len(given) > _MAX_DEGREE + 1:
        raise TooLarge(f"the polynomial's degree exceeds {_MAX_DEGREE}")
    if not all(isinstance(c, str) and _INTEGER.fullmatch(c) for c in given):
        raise Malformed("the coefficients must be whole numbers, written as strings")
    f = [int(c) for c in given]
    if f[-1] == 0:
        raise Malformed("the leading coefficient is zero")
    return f


def _primes(given: Any) -> list[int]:
    if not isinstance(given, list | tuple) or not 1 <= len(given) <= _MAX_PRIMES:
        raise Malformed(f"primes must be a list of 1 to {_MAX_PRIMES} primes")
    for p in given:
        if not isinstance(p, int) or isinstance(p, bool):
            raise Malformed("the primes must be whole numbers")
        require_prime(p)
    return sorted(set(given))


def _irreducible(degree: int, types: list[Cycles]) -> bool:
    """Whether no proper factor's degree is a sum of cycle lengths of every type."""
    possible = (1 << (degree + 1)) - 1
    for cycles in types:
        sums = 1
        for length in cycles:
            sums |= sums << length
        possible &= sums
    return possible == 1 | 1 << degree


def _not_solvable(degree: int, types: list[Cycles]) -> str | None:
    """What shows that the transitive group is not solvable."""
    if degree < 5:
        return None
    lengths = {q for cycles in types for q in _single_cycles(cycles)}
    big = [q for q in lengths if 2 * q > degree]
    if _is_prime(degree) or big or any(cycles == [1, degree - 1] for cycles in types):
        if 2 in lengths:
            return "is the full symmetric group"
        if any(q == 3 or q <= degree - 3 for q in lengths):
            return "contains all even permutations of the roots"
        if not _is_prime_power(degree):
            return "is primitive, of a degree that is no power of a prime,"
    if _is_prime(degree) and not all(_affine(cycles) for cycles in types):
        return "is transitive of prime degree, but not a group of affine maps,"
    return None


def _single_cycles(cycles: Cycles) -> Iterable[int]:
    """The primes q for which a power of an element of this type is a single cycle of length q."""
    for q in set(cycles):
        if _is_prime(q) and sum(length % q == 0 for length in cycles) == 1:
            yield q


def _affine(cycles: Cycles) -> bool:
    """Whether an element x -> a x + b modulo the prime degree can have this type."""
    rest = cycles[1:] if cycles[0] == 1 else cycles
    return len(cycles) == 1 or (cycles[0] == 1 and len(set(rest)) == 1)


def _is_prime(k: int) -> bool:
    return k >= 2 and all(k % q for q in range(2, k))


def _is_prime_power(k: int) -> bool:
    q = next(x for x in range(2, k + 1) if k % x == 0)
    while k % q == 0:
        k //= q
    return k == 1


def _shown(f: list[int]) -> str:
    terms = [f"{c}*x^{k}" for k, c in reversed(list(enumerate(f))) if c]
    text = " + ".join(terms)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + " ..."

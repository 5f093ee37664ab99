"""Refute "the stationary point is the minimum": a stationary point through which a line goes down on both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache

from sympy import Expr, Integer

from nmderive.calculus.symbols import M, N
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.links import Link, softmax_link
from nmderive.losses.loss import Loss
from nmderive.proving import certificates
from nmderive.proving.aggregates import aggregate_certificate
from nmderive.proving.convexity import line_certificate, line_through
from nmderive.proving.evaluate import Evaluator, Point
from nmderive.proving.numbers import ExactField
from nmderive.proving.points import entries_of, points, sizes_for
from nmderive.proving.refute import refute_stationary, size_text
from nmderive.proving.symbolic import prove_stationary

Found = tuple[tuple[Certificate, ...], str, str]
#: Proposes links for a loss; what it proposes is proved or dropped.
Guesses = Callable[[Loss], Iterator[Link]]


def link_scales(loss: Loss) -> list[Expr]:
    """Return scales c of links t = softmax(c s) to try."""
    found: list[Expr] = [Integer(1), Integer(2)]
    for p in loss.parameters:
        found += [p, 1 / p, 1 - p]
    return found


def no_guesses(loss: Loss) -> Iterator[Link]:
    """Propose no links besides the usual ones."""
    return iter(())


def stationary_links(
    loss: Loss, sizes: Mapping[str, int], guesses: Guesses = no_guesses
) -> Iterator[tuple[Link, Certificate]]:
    """Yield links that are stationary, the usual ones first, then those guessed, each with its accepted certificate."""
    fixed = tuple(sorted(sizes.items()))
    usual = [softmax_link(loss, scale) for scale in link_scales(loss)]
    for link in usual:
        certificate = link_proof(loss, link, fixed)
        if certificate is not None:
            yield link, certificate
    for link in guesses(loss):
        certificate = None if link in usual else link_proof(loss, link, fixed)
        if certificate is not None:
            yield link, certificate


def stationary_proof(loss: Loss, scale: Expr, sizes: tuple[tuple[str, int], ...]) -> Certificate | None:
    """Return the accepted certificate that t = softmax(scale s) is stationary, None where it was not shown."""
    return link_proof(loss, softmax_link(loss, scale), sizes)


@lru_cache(maxsize=512)
def link_proof(loss: Loss, link: Link, sizes: tuple[tuple[str, int], ...]) -> Certificate | None:
    """Return the accepted certificate that the link is stationary, None where it was not shown."""
    fixed = dict(sizes)
    if refute_stationary(loss, link, sizes_for(loss, fixed=fixed)[:3], 1, 10_000).witness is not None:
        return None
    through = aggregate_certificate(loss, link, fixed)
    if through is not None:
        return through
    if not prove_stationary(loss, link, fixed, 25_000).proved:
        return None
    certificate = certificates.stationary(loss, link, fixed)
    return certificate if check(certificate.as_json()).accepted else None


def second_stationary(loss: Loss, sizes: Mapping[str, int]) -> Found | None:
    """Return the proof that a stationary point is not a minimum: the link's certificate and a line through it."""
    if M not in loss.shape and N not in loss.shape:
        return None
    for link, certificate in stationary_links(loss, sizes):
        for size in [s for s in sizes_for(loss, fixed=sizes) if s["m"] <= max(3, sizes.get("m", 0))][:3]:
            for base in points(loss, size, 3):
                labels = _labels(loss, link, base)
                line = None if labels is None else line_through(loss, base, labels)
                if line is None:
                    continue
                proof = line_certificate(loss, line)
                if check(proof.as_json()).accepted:
                    parameters = ", ".join(f"{k} = {v}" for k, v in base.parameters.items())
                    text = f"{link.text} is stationary, and l is not least there: a line through it goes down both ways"
                    at = f"at {size_text(loss, size)}" + (f", {parameters}" if parameters else "")
                    return (certificate, proof), text, at
    return None


def _labels(loss: Loss, link: Link, base: Point) -> dict[tuple[int, ...], Fraction] | None:
    """Return the labels that the link gives at the point, None where they are not rational."""
    evaluator = Evaluator(ExactField(), base)
    evaluator.link("t", loss.indices, link.expr)
    table = {}
    try:
        for entry in entries_of(loss, dict(base.sizes)):
            value = evaluator.value(loss.label, dict(zip(loss.indices, entry, strict=True)))
            if not isinstance(value, Fraction) or not 0 < value < 1:
                return None
            table[entry] = value
    except NmderiveError:
        return None
    return table

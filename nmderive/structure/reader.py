"""A loss read once: the equal forms of it that proofs look at, in one order, each shown equal before it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, islice

from sympy import Expr, exp, log, preorder_traversal

from nmderive.budget import limited
from nmderive.calculus.counting import counted
from nmderive.calculus.extrema import has_extrema, has_kinks
from nmderive.calculus.log_form import log_form, without_products
from nmderive.calculus.normal_form import is_zero, normal_form, on_simplex
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.errors import NmderiveError
from nmderive.losses.loss import Loss
from nmderive.structure.canonical import P, canonical, in_probabilities, rows_to_one, scale_of
from nmderive.structure.exclusions import with_exclusions
from nmderive.structure.extremal import extremal
from nmderive.structure.factoring import factored
from nmderive.structure.inside import settled_inside
from nmderive.structure.joining import joined, outward, with_powers
from nmderive.structure.labels import before_logs, complemented, under_labels
from nmderive.structure.margins import by_margins, by_softmax
from nmderive.structure.multiplied import multiplied
from nmderive.structure.nested import nested
from nmderive.structure.own_logit import over_own_logit
from nmderive.structure.quotients import over_one_denominator

_Maker = Callable[[Loss], Expr | None]
_STEPS = 6_000
_LONG = 300
#: Parts of a formula from which on it is looked at as it is written, and as the normal form writes it, only.
_LARGE = 1500


class Views(Iterable[Expr]):
    """Different equal forms of a loss in order, each made when somebody first comes to it, and kept."""

    def __init__(self, loss: Loss, makers: tuple[_Maker, ...]) -> None:
        self._loss, self._makers = loss, makers
        self._made: dict[Expr, None] = {}
        self._next = 0

    def __iter__(self) -> Iterator[Expr]:
        given = 0
        while True:
            known = list(self._made)
            yield from known[given:]
            given = len(known)
            if given == len(self._made) and not self._make():
                return

    def _make(self) -> bool:
        """Make the next form; False where there is none. One that the clock ends is made again the next time."""
        if self._next == len(self._makers):
            return False
        form = _form(self._makers[self._next], self._loss)
        self._next += 1
        if form is not None:
            self._made[form] = None
            if self._makers[self._next - 1] is _exclusions and has_kinks(form):
                self._makers = self._makers[: self._next]  # kinks that the normal form leaves stand in every other form
        return True


@lru_cache(maxsize=2048)
def _form(make: _Maker, loss: Loss) -> Expr | None:
    try:
        made = make(loss)
        return made if made is None or made == loss.expr else before_logs(made)
    except NmderiveError:
        return None


@lru_cache(maxsize=256)
def views(loss: Loss) -> Views:
    """Return the loss as written, the forms that all its spellings share, and two of its own spelling.

    Rows of labels sum to one in the equalities.
    """
    if has_extrema(loss.expr):
        return Views(loss, (_as_written, _extremal))
    makers = _STANDARD[:1] if _is_large(loss) else (*_STANDARD, *_OF_THE_SPELLING)
    return Views(loss, (_as_written, *makers))


@lru_cache(maxsize=256)
def standard_views(loss: Loss) -> Views:
    """Return the equal forms that all spellings of a loss share."""
    if has_extrema(loss.expr):
        return Views(loss, (_extremal,))
    return Views(loss, _STANDARD[:1] if _is_large(loss) else _STANDARD)


def _is_large(loss: Loss) -> bool:
    """Tell whether a loss is written out at such length that other forms of it cost more than they show."""
    return sum(1 for _ in islice(preorder_traversal(loss.expr), _LARGE + 1)) > _LARGE


def standard(loss: Loss) -> Expr:
    """Return the shortest form besides the written one, or that where all spellings share it."""
    others = (form for form in views(loss) if form != loss.expr)
    return min(chain(standard_views(loss), others), key=lambda form: form.count_ops(), default=loss.expr)


def in_rows(loss: Loss) -> Loss:
    """Return a loss of one sample as the sum of it over rows; what holds for all n holds for n = 1."""
    if loss.shape != (M,):
        return loss
    row = index("row")
    expr = substitute_array(loss.expr, S, loss.indices, S[(row, *loss.indices)])
    expr = substitute_array(expr, T, loss.indices, T[(row, *loss.indices)])
    return replace(loss, expr=IndexSum(expr, row, N), shape=(N, M))


def _as_written(loss: Loss) -> Expr:
    return loss.expr


def _extremal(loss: Loss) -> Expr | None:
    return extremal(loss.expr)


def _written_logs(loss: Loss) -> Expr | None:
    return log_form(without_products(loss.expr))


def _inside(loss: Loss) -> Expr | None:
    return settled_inside(loss.expr, {}) if loss.expr.has(log) else None


def _multiplied(loss: Loss) -> Expr | None:
    return log_form(multiplied(loss.expr)) if loss.expr.has(log) else None


def _quotient(loss: Loss) -> Expr | None:
    return over_one_denominator(loss.expr)


def _nested(loss: Loss) -> Expr | None:
    return nested(loss.expr) if len(loss.expr.args) < _LONG else None


@lru_cache(maxsize=256)
def _exclusions(loss: Loss) -> Expr | None:
    plain = canonical(loss)
    return None if plain is None else with_powers(with_exclusions(plain))


def _joined(loss: Loss) -> Expr | None:
    plain = _exclusions(loss)
    return None if plain is None else outward(complemented(factored(joined(plain))))


def _labelled(loss: Loss) -> Expr | None:
    plain = _exclusions(loss) if M in loss.shape else None
    if plain is None:
        return None
    found = over_own_logit(under_labels(factored(outward(joined(plain)))))
    return outward(factored(with_exclusions(counted(found, loss.ranges, loss.least_sizes))))


@dataclass(frozen=True)
class InProbabilities:
    """The loss as a function of p = softmax(scale s)."""

    expr: Expr
    scale: Expr


@lru_cache(maxsize=256)
def probabilities(loss: Loss) -> InProbabilities | None:
    """Return the loss as a function of p, sums joined and factored; None where row shifts change it."""
    if has_extrema(loss.expr):
        return None
    plain, found = canonical(loss), in_probabilities(loss)
    if plain is None or found is None:
        return None
    scale = scale_of(plain)
    if not _same(by_softmax(found, loss, scale), loss):
        return None
    plain = under_labels(factored(outward(joined(with_powers(with_exclusions(found))))))
    return InProbabilities(outward(factored(with_exclusions(plain))), scale)


def probability_forms(loss: Loss) -> Iterator[InProbabilities]:
    """Yield the loss as a function of p: the form that spellings share, and as it is written, where that differs."""
    if has_extrema(loss.expr):
        return
    own = probabilities(loss)
    if own is not None:
        yield own
    scale = scale_of(loss.expr)
    written = substitute_array(loss.expr, S, loss.indices, log(P[loss.indices]) / scale)
    direct = rows_to_one(written, P)
    if M not in loss.shape or direct.has(S) or own is not None and direct == own.expr:
        return
    again = by_softmax(direct, loss, scale)
    if again == loss.expr or _same(again, loss):
        yield InProbabilities(direct, scale)


def _softmax(loss: Loss) -> Expr | None:
    own = probabilities(loss)
    return None if own is None else by_softmax(own.expr, loss, own.scale)


def _apart(loss: Loss) -> Expr | None:
    """Return the loss in p as the normal form writes it, a sum of products: p (log p - log t) is p log p - p log t."""
    plain, found = canonical(loss), in_probabilities(loss) if probabilities(loss) is not None else None
    return None if plain is None or found is None else by_softmax(found, loss, scale_of(plain))


def _labelled_in_p(loss: Loss) -> Expr | None:
    own = probabilities(loss)
    if own is None or not own.expr.has(exp):
        return None
    found = by_softmax(over_own_logit(own.expr), loss, own.scale)
    return outward(with_exclusions(counted(found, loss.ranges, loss.least_sizes)))


@lru_cache(maxsize=256)
def _margins(loss: Loss) -> Expr | None:
    own = probabilities(loss)
    return None if own is None else outward(rows_to_one(by_margins(own.expr, loss, own.scale), T))


def _logarithms(loss: Loss) -> Expr | None:
    own = _margins(loss) or _exclusions(loss)
    return None if own is None else outward(log_form(own))


_STANDARD = (_exclusions, _margins, _softmax, _joined, _labelled, _labelled_in_p, _logarithms, _apart)
_OF_THE_SPELLING = (_inside, _written_logs, _multiplied, _quotient, _nested)


def _same(form: Expr, loss: Loss) -> bool:
    """Tell whether the normal form shows that the form is the loss."""
    try:
        with limited(steps=_STEPS):
            difference = normal_form(form - loss.expr)
            return is_zero(on_simplex(difference) if M in loss.shape else difference)
    except NmderiveError:
        return False


__all__ = ["InProbabilities", "probabilities", "probability_forms", "in_rows", "standard", "standard_views", "views"]

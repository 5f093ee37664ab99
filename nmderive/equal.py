"""The verb ``equal``: are two expressions equal for all n, m? Proved, or a witness."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from sympy import Add, Expr, IndexedBase, Integer, KroneckerDelta, Symbol, exp, factorial, nan, oo, prime, zoo

from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.domains import Domain
from nmderive.calculus.expansion import expanded
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.sums import Remainder
from nmderive.calculus.symbols import M, N, S, T, array, index, parameter
from nmderive.errors import UsageError
from nmderive.evidence import Dossier, Status, Verdict
from nmderive.losses.chains import is_one_hot
from nmderive.losses.loss import Loss
from nmderive.losses.own_latex import own_latex
from nmderive.losses.samples import divides_by_n, over_samples
from nmderive.notation import Declarations, Statement, free_index_symbols, parse
from nmderive.notation.domain_forms import both
from nmderive.notation.letters import Letters
from nmderive.proving.at_zero import with_small_numbers_at_zero
from nmderive.proving.equality import judge_equal, reading_of_sides
from nmderive.tracing.sides import apart, of_formula, sizes_of, stands_in

Domains = tuple[tuple[str, Domain], ...]


def equal(
    left: str,
    right: str | None = None,
    *,
    lets: Iterable[str] = (),
    sizes: Mapping[str, int] | None = None,
    form: str | None = None,
    order: int | None = None,
    hard_labels: bool = False,
) -> Dossier:
    """Judge left = right, or every step of an equation chain given as ``left`` alone.

    With ``order`` K the sides need to agree only up to order K in a parameter that scales every exponential of
    logits, which is how papers truncate; a remainder stands for all higher orders. With ``hard_labels`` every label
    is 0 or 1, with one 1 in each row of classes; those of a square matrix of similarities are.
    """
    read = _read(left, right, lets, form, order)
    sizes = sizes_of(read.statements, sizes or {})
    verdicts = _judged(read, sizes, hard_labels)
    if not hard_labels and is_one_hot(read.read_as) and any(v.status is not Status.PROVED for v in verdicts):
        hard_labels, verdicts = True, _judged(read, sizes, True)
    asked = {"sides": [x for x in (left, right) if x is not None], "lets": list(lets), "form": form, "order": order,
             "hard_labels": hard_labels, "fixed": sizes}
    return Dossier(
        "is A = B?", read.latex, "", tuple(verdicts), is_equation=True, read_as=read.read_as, reading=asked,
    )


def _judged(read: _Read, sizes: Mapping[str, int], hard_labels: bool) -> list[Verdict]:
    """Return the verdict on every step."""
    verdicts: list[Verdict] = []
    for number, frame, (a, b), pair in read.equations():
        hard = hard_labels or frame.is_square
        verdict = judge_equal(a, b, frame, dict(sizes), time.perf_counter(), hard, number)
        verdicts.append(_in_order(verdict, pair) if number is not None else
                        with_small_numbers_at_zero(verdict, (a, b), frame, dict(sizes), hard))
    return verdicts


def read_equations(
    left: str, right: str | None, *, lets: Iterable[str], form: str | None, order: int | None, hard_labels: bool
) -> tuple[str, list[dict[str, Any]]]:
    """Return the equation in LaTeX, and what each of its verdicts is about, for whoever checks a dossier."""
    read = _read(left, right, lets, form, order)
    return read.latex, [
        reading_of_sides(a, b, frame, hard_labels or frame.is_square, number)
        for number, frame, (a, b), _ in read.equations()
    ]


@dataclass(frozen=True)
class _Read:
    """The sides of an equation, the coefficients that are compared (one list an order), and the notes."""

    statements: tuple[Any, ...]
    domains: Domains
    sides: list[Expr]
    orders: list[list[Expr]]
    is_by_order: bool

    @property
    def latex(self) -> str:
        """The equation as it was read."""
        letters = [x.letters for x in self.statements for _ in x.sides]
        return " = ".join(own_latex(side, own) for side, own in zip(self.sides, letters, strict=True))

    @property
    def read_as(self) -> tuple[str, ...]:
        """What was read into it."""
        notes = [note for statement in self.statements for note in statement.read_as]
        return tuple(dict.fromkeys([*notes, *apart(self.statements, self.sides)]))

    def equations(self) -> Iterator[tuple[int | None, Loss, tuple[Expr, Expr], tuple[Expr, Expr]]]:
        """Yield the order (None: the sides themselves), the record, the two terms, and the sides that they are of."""
        for number, terms in enumerate(self.orders):
            frame = _frame(list(self.statements), terms, self.domains)
            for terms_, pair in zip(pairwise(terms), pairwise(self.sides), strict=True):
                yield number if self.is_by_order else None, frame, terms_, pair


def _read(left: str, right: str | None, lets: Iterable[str], form: str | None, order: int | None) -> _Read:
    statements = _of_samples(_statements([text for text in (left, right) if text is not None], list(lets), form))
    domains = _common_domains(statements)
    sides = _at_target(_one_symbol_a_name([side for statement in statements for side in statement.sides], domains))
    if len(sides) < 2:
        raise UsageError("there is one side only", hint="give two expressions, or an equation A = B")
    _check_free(statements, sides)
    shapes = {tuple(x.shape) for x in statements if any(side.has(S, T) for side in x.sides)}
    if len(shapes) > 1:
        counts = " and ".join(sorted(str(len(x)) for x in shapes))
        raise UsageError(
            f"the logits have another shape on each side ({counts} indices)", hint="write s_{i,j} on both sides"
        )
    orders = [sides] if order is None else [[series_term(x, k) for x in sides] for k in range(_checked(order) + 1)]
    return _Read(tuple(statements), domains, sides, orders, order is not None)


def _in_order(verdict: Verdict, sides: tuple[Expr, Expr]) -> Verdict:
    """Return the verdict on the terms of one order; no refutation where a product may have been read as one factor."""
    if verdict.status is Status.REFUTED and any(map(_may_be_a_product, sides)):
        reason = "the order counts exponentials, and e^(-s) e^(-s) is read as the one exponential e^(-2 s)"
        return replace(verdict, status=Status.UNDECIDED, certificates=(), witness={}, findings=(reason,))
    return verdict


def _may_be_a_product(side: Expr) -> bool:
    """Tell whether an exponent holds logits of one sign more than once."""
    return any(_is_repeated(e.args[0], sign) for e in side.atoms(exp) if e.has(S) for sign in (1, -1))


def _is_repeated(exponent: Expr, sign: int) -> bool:
    terms = [t for t in Add.make_args(expanded(exponent)) if t.has(S)]
    weights = [t.as_coeff_Mul()[0] * sign for t in terms]
    return bool(sum(w for w in weights if w > 0) >= 2)


def _checked(order: int) -> int:
    if not 0 <= order <= 4:
        raise UsageError("--order takes a whole number from 0 to 4")
    return order


def series_term(side: Expr, order: int) -> Expr:
    """Return the coefficient of e^order when every exponential of logits is scaled by e; remainders are higher."""
    scale = parameter("nmderive_order", "positive")
    term = side.xreplace({Remainder(): Integer(0)})
    term = term.replace(lambda e: isinstance(e, exp) and e.has(S), lambda e: scale * e)
    for _ in range(order):
        term = differentiate(term, scale)
    found = term.xreplace({scale: Integer(0)}) / factorial(order)
    if found.has(zoo, nan, oo):
        raise UsageError(
            f"a side has no term of order {order} in the exponentials: without them a logarithm, a quotient or a root "
            "in it is not defined", hint="an expansion needs a constant beside the exponentials, as in log(1 + e^s)",
        )
    return found


def _at_target(sides: list[Expr]) -> list[Expr]:
    """Read labels as one-hot at the target class t where a side speaks of it (s_t)."""
    target, letter = index("t"), index("j")
    if not any(target in side.free_symbols for side in sides):
        return sides
    hard = KroneckerDelta(letter, target)
    return [substitute_array(side, T, (letter,), hard) for side in sides]


def _statements(texts: list[str], lets: list[str], form: str | None) -> list[Any]:
    """Read formulas, names and code; declarations belong to the arguments of code, to the letters of formulas."""
    from nmderive.tracing.target import is_target

    if not any(map(is_target, texts)):
        declarations = Declarations.from_lets(lets)
        return [_statement(text, declarations, form) for text in texts]
    from nmderive.tracing.worker import lets_of, read_target

    code, formulas = [x for x in texts if is_target(x)], [x for x in texts if not is_target(x)]
    of_formulas = {let for let in lets for text in formulas if stands_in(let, text)}
    of_code = {text: set(lets_of(text, lets)) if lets else set() for text in code}
    return [
        _named(read_target(text, lets, of_formulas.union(*of_code.values()))) if is_target(text) else
        _statement(text, of_formula(lets, text, set().union(*of_code.values())), form)
        for text in texts
    ]


def _named(loss: Loss) -> _Named:
    return _Named(
        (loss.expr,), loss.shape, loss.conditions, loss.domains, loss.read_as, is_square=loss.is_square,
        is_code=loss.form == "code", sizes=loss.sizes, least=loss.least, guards=loss.guards,
    )


def _of_samples(statements: list[Any]) -> list[Any]:
    """Read a formula of one sample beside code of n samples as their sum, or their mean where the code has one."""
    code = next((x for x in statements if getattr(x, "is_code", False) and tuple(x.shape) == (N, M)), None)
    if code is None:
        return statements
    is_mean = any(map(divides_by_n, code.sides))
    said = "averaged" if is_mean else "summed"
    return [
        _Named(
            tuple(over_samples(side, is_mean) for side in x.sides), (N, M), x.conditions, x.domains,
            (*x.read_as, f"the formula is that of one sample, {said} over the n samples as in the code"),
        ) if _is_of_one_sample(x) else x
        for x in statements
    ]


def _is_of_one_sample(statement: Any) -> bool:
    free = set().union(*(free_index_symbols(side) for side in statement.sides))
    return tuple(statement.shape) == (M,) and not statement.reused and free <= {index("t")}


def _statement(text: str, declarations: Declarations, form: str | None) -> Any:
    from nmderive.losses.catalogue import load, names

    if text.strip() in names():
        return _named(load(text.strip()))
    return parse(text, declarations, form)


@dataclass(frozen=True)
class _Named:
    """A loss of the catalogue in the place of a parsed statement."""

    sides: tuple[Expr, ...]
    shape: Any
    conditions: tuple[str, ...]
    domains: Domains
    read_as: tuple[str, ...]
    reused: tuple[str, ...] = ()
    is_paper: bool = False
    is_square: bool = False
    is_code: bool = False
    sizes: tuple[tuple[str, int], ...] = ()
    least: tuple[tuple[str, int], ...] = ()
    guards: tuple[tuple[Expr, bool], ...] = ()
    letters: Letters | None = None


def _check_free(statements: list[Statement | _Named], sides: list[Expr]) -> None:
    r"""Refuse ``\sum_i p_i - p_i t_i``, where i is free after its sum, beside a side without a free i."""
    papers = [s for s in statements if s.is_paper and any(free_index_symbols(side) for side in s.sides)]
    if papers and len(statements) > 1:
        raise UsageError("the free indices of two published formulas cannot be matched",
                         hint="write them as one equation, A = B")
    for name in (name for statement in statements for name in statement.reused):
        if any(index(name) not in side.free_symbols for side in sides):
            raise UsageError(
                f"the sum over {name} ends before the last {name}, which is free on one side only",
                hint="put what stands under the sum into brackets",
            )


def _common_domains(statements: list[Statement | _Named]) -> Domains:
    """Return the domain of every letter: what both sides allow. A side that says nothing allows every number."""
    found: dict[str, Domain] = {}
    for name, domain in (pair for statement in statements for pair in statement.domains):
        try:
            found[name] = both(found[name], domain) if name in found else domain
        except ValueError:
            raise UsageError(
                f"no number is {found[name].shown(name)} on one side and {domain.shown(name)} on the other",
                hint=f"write another letter than {name} on one side",
            ) from None
    return tuple(sorted(found.items()))


def _one_symbol_a_name(sides: list[Expr], domains: Domains) -> list[Expr]:
    """Give a letter that carries another sign on each side the sign of its common domain."""
    signs = {name: domain.sign for name, domain in domains}
    rule: dict[Any, Any] = {}
    for a in set().union(*(side.atoms(Symbol, IndexedBase) for side in sides)):
        name = str(getattr(a, "label", a))
        if name in signs and not a.is_integer:
            rule[a] = array(name, signs[name]) if isinstance(a, IndexedBase) else parameter(name, signs[name])
    labels = {a.label for a in rule if isinstance(a, IndexedBase)}
    rule = {old: new for old, new in rule.items() if old not in labels and old != new}
    return [side.xreplace(rule) for side in sides] if rule else sides


def _frame(statements: list[Statement | _Named], sides: list[Expr], domains: Domains) -> Loss:
    """Return a record that carries shape, parameters, their domains, and conditions of both sides."""
    conditions = dict.fromkeys(c for statement in statements for c in statement.conditions)
    total = Add(*(prime(k + 1) * side for k, side in enumerate(sides)))  # so that what they share does not cancel
    shape = next((x.shape for x in statements if any(side.has(S, T) for side in x.sides)), statements[0].shape)
    square = any(x.is_square for x in statements)
    known = tuple(sizes_of(statements, {}).items())
    least: dict[str, int] = {}
    for name, size in (pair for x in statements for pair in getattr(x, "least", ())):
        least[name] = max(size, least.get(name, 1))
    guards = tuple(guard for x in statements for guard in getattr(x, "guards", ()))
    return Loss(total, shape, conditions=tuple(conditions), domains=domains, is_square=square, sizes=known,
                least=tuple(least.items()), guards=guards)

"""From text or SymPy to a loss record."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from sympy import Expr, Indexed, IndexedBase, Symbol

from nmderive.calculus.sums import IndexedOperator, IndexSum, RowFunction
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.errors import ParseError, UsageError
from nmderive.losses.chains import first_side
from nmderive.losses.loss import Loss
from nmderive.notation import Declarations, Statement, free_index_symbols, from_sympy, parse, to_text
from nmderive.notation.binders import default_domain
from nmderive.notation.paper import read_paper


def read(source: str, lets: Iterable[str] = (), form: str | None = None, name: str = "") -> Loss:
    """Return the loss that ``source`` (LaTeX or text) writes down; ``lets`` declares letters."""
    lets = list(lets)
    declarations = Declarations.from_lets(lets)
    statement = parse(source, declarations, form)
    if any(index("t") in side.free_symbols for side in statement.sides) and not statement.is_paper:
        statement = read_paper(source, declarations) or statement
    if len(statement.sides) > 1 and statement.name is not None and not statement.is_paper:
        statement = read_paper(source, declarations) or statement  # a chain of equal sides, after its name
    return replace(from_statement(statement, name, lets), lets=tuple(lets), form=form or "")


def from_statement(statement: Statement, name: str = "", lets: Iterable[str] = ()) -> Loss:
    """Return the loss of a parsed statement; an equation has to agree on what the loss is."""
    if statement.gradient_of is not None:
        raise UsageError(
            "this is the formula of a gradient, not of a loss",
            hint="compare it with `nmderive equal`, or give the loss itself",
        )
    if len(statement.sides) > 1 and not statement.is_paper:
        raise ParseError(
            f"this is an equation of {len(statement.sides)} sides, not one loss",
            hint="give one side, or ask `nmderive equal` whether the sides agree",
        )
    expr, notes = _over_samples(statement, lets)
    loss = Loss(
        expr, statement.shape, name, statement.source, statement.conditions, statement.class_base,
        statement.domains, read_as=notes, letters=statement.letters, is_square=statement.is_square,
    )
    return _checked(loss, lets)


def _over_samples(statement: Statement, lets: Iterable[str]) -> tuple[Expr, tuple[str, ...]]:
    """Return the loss, summed over a sample index that its formula leaves free, and what was read in."""
    expr, notes = first_side(statement), statement.read_as
    if len(statement.sides) > 1:
        notes = (*notes, "the first side is the loss; the others have its values at points, which proves nothing")
    if statement.name is None and not statement.is_paper:
        return expr, notes
    classes = {name for name, size in Declarations.from_lets(lets).indices if size == M}
    for symbol in sorted(free_index_symbols(expr), key=str):
        if default_domain(symbol.name) == N and symbol.name not in classes:
            expr = IndexSum(expr, symbol, N)
            notes = (*notes, "the loss of one sample is summed over the samples")
    return expr, notes


def from_expression(expr: Expr, name: str = "") -> Loss:
    """Return the loss of a SymPy expression in ``s`` and ``t`` (plain Sum and Indexed are accepted)."""
    own = from_sympy(expr)
    return _checked(Loss(own, shape_of(own), name, to_text(own), form="sympy"))


def shape_of(expr: Expr) -> tuple[object, ...]:
    """Return the ranges of the logits' indices as the expression's sums bind them."""
    entries = [e for e in expr.atoms(Indexed) if e.base == S]
    lengths = {len(e.indices) for e in entries} | {len(f.args) - 2 for f in expr.atoms(RowFunction)}
    if lengths == {2} or not lengths:
        return (N, M)
    if len(lengths) > 1:
        raise UsageError("the logits are used with one index and with two")
    domains = {
        op.domain for op in expr.atoms(IndexedOperator)
        for e in op.body.atoms(Indexed) if e.base == S and e.indices[0] == op.bound
    }
    return (N,) if domains == {N} else (M,)


def _other_logits(loss: Loss, lets: Iterable[str]) -> str:
    """Return the letter of the source that may be the logits, as a declaration; nothing where there is none."""
    taken = {str(getattr(a, "label", a)) for a in loss.expr.atoms(Symbol, IndexedBase)}
    taken |= {let.partition(":")[0].strip() for let in lets}
    for letter in ("z", "x", "o", "f", "u", "v", "h"):
        if letter not in taken and re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", loss.source):
            return f", or declare another letter: --let '{letter}: logits'"
    return ""


def _checked(loss: Loss, lets: Iterable[str] = ()) -> Loss:
    if not loss.expr.has(S):
        raise UsageError(
            "the formula has no logits s, so there is nothing to differentiate by",
            hint="write the logits as s_{i,j}" + _other_logits(loss, lets),
        )
    free = {f for f in loss.expr.free_symbols if getattr(f, "is_Symbol", False) and f.is_integer} - {N, M}
    if free:
        names = sorted(f.name for f in free)
        hint = "put a sum over it, or fix it to a number"
        if re.search(rf"sum_\\?{{?\s*{names[0]}\b|sum\(\s*{names[0]}\b", loss.source):
            hint = f"a sum ends before the next + or -: put all that its {names[0]} runs over in brackets after it"
        elif not {f"{names[0]} in n", f"{names[0]} in m"} & set(lets):
            hint += f"; or declare it: --let '{names[0]}: target class'"
        raise UsageError(f"the index {', '.join(names)} is free: the loss depends on it", hint=hint)
    _check_numbered(loss)
    return loss


def _check_numbered(loss: Loss) -> None:
    """Ask back about w_1 and w_2 beside one logit a sample: they are two numbers sooner than those of two samples."""
    entries: dict[str, set[bool]] = {}
    for e in loss.expr.atoms(Indexed) if loss.shape == (N,) else ():
        if e.base not in (S, T):
            entries.setdefault(e.base.name, set()).add(all(k.is_Integer for k in e.indices))
    name = next((name for name, plain in sorted(entries.items()) if plain == {True}), None)
    if name is not None:
        raise UsageError(f"{name} has numbers for indices only, and no sum runs over them",
                         hint=f"for numbers of their own declare each by its name: --let '{name}_1>0'")


__all__ = ["from_expression", "from_statement", "read", "shape_of"]

r"""Second derivatives of a loss by its logits for symbolic n and m, as a paper would print them.

``full`` is d^2 l / ds_ij ds_ak, ``row`` the block of one row, d^2 l / ds_ij ds_ik, ``diagonal`` d^2 l / ds_ij^2. Of
cross-entropy the block is p_ij (delta_jk - p_ik), which is diag(p) - p p^T, and rows do not interact.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, Indexed, IndexedBase, Integer, Symbol

from nmderive.budget import limited
from nmderive.calculus.counting import counted
from nmderive.calculus.in_probabilities import P, definition, in_probabilities
from nmderive.calculus.normal_form import Frame, normal_form, reduced, to_expression
from nmderive.calculus.paper_form import paper_form
from nmderive.calculus.second import Pair, Parts, block_of_row, diagonal, joined, outer_product, second_parts
from nmderive.calculus.short_form import with_factors_in_front, with_sigmoids, with_whole_rows
from nmderive.calculus.symbols import M, N, S, index
from nmderive.errors import NmderiveError, UnsupportedError, UsageError
from nmderive.losses.loss import Loss
from nmderive.notation import to_latex, to_sympy, to_text, to_unicode
from nmderive.notation.ast import to_ast
from nmderive.notation.columns import in_column
from nmderive.notation.limits import MAX_PRINTED_NODES, is_printable
from nmderive.proving.refute import refute_equal, size_text
from nmderive.structure.reader import in_rows

#: Which second derivatives can be asked for.
KINDS = ("full", "row", "diagonal")
_SCHEMA = "nmderive-hessian/1"
#: Steps, and parts of an expression, up to which the normal form is tried for a shorter one.
_STEPS, _LONG = 6_000, 400


@dataclass(frozen=True, repr=False)
class Hessian:
    """A second derivative of a loss: its parts, and how it is printed."""

    loss: Loss
    kind: str
    pair: Pair
    parts: Parts

    @property
    def expr(self) -> Expr:
        """The second derivative in logits and labels, for labels whose rows sum to one."""
        return self._assembled(self.parts, lambda e: e)

    @property
    def entries(self) -> tuple[Indexed, Indexed]:
        """The two logits that it is the derivative by."""
        change: dict[Symbol, Symbol] = {}
        if self.kind != "full":
            change |= self.pair.to_first[0]
        if self.kind == "diagonal":
            change |= self.pair.to_first[1]
        return self.loss.logit, _second(self.loss, self.pair).xreplace(change)

    def shown(self, form: str, width: int | None = None) -> str:
        """Return it as ``latex``, ``unicode``, ``text``, ``sympy`` or ``json``; what it means follows in words.

        ``width`` splits LaTeX into lines of about so many printed characters, for the column of a paper.
        """
        if not is_printable(self.expr):
            raise UnsupportedError(
                f"the second derivative has more than {MAX_PRINTED_NODES:,} parts, too many to print",
                hint="ask for --hessian diagonal, or use loss.hessian() in Python",
            )
        own = self.loss.letters
        if form == "latex":
            left = self._left(lambda e: to_latex(e, own), r"\frac{{\partial^2 l}}{{{}}}", r"\partial ", " ")
            texts = self._written(lambda e: to_latex(e, own), r",\quad ")
            right = f"{left} = {texts[0]}" if width is None else in_column(left, texts, width)
            return "\n".join([right, *(f"% {line}" for line in self.words)])
        if form == "unicode":
            left = self._left(lambda e: to_unicode(e, own), "∂²l/{}", "∂", "")
            return "\n".join([f"{left} = {self._written(lambda e: to_unicode(e, own), ',  ')[0]}", *self.words])
        if form == "text":
            return "\n".join([to_text(self.expr), *self.words])
        if form == "sympy":
            return str(to_sympy(self.expr))
        if form == "json":
            return json.dumps({"schema": _SCHEMA, "kind": self.kind, "by": [to_ast(e) for e in self.entries],
                               "value": to_ast(self.expr), "words": list(self.words)}, ensure_ascii=False)
        raise UsageError(f"there is no format {form!r}", hint="one of: latex, unicode, text, sympy, json")

    def _left(self, printed: Callable[[Expr], str], frame: str, sign: str, between: str) -> str:
        one, two = (sign + printed(e) for e in self.entries)
        square = "^2" if "partial" in sign else "²"
        return frame.format(one + square if one == two else one + between + two)

    def _written(self, printed: Callable[[Expr], str], comma: str) -> list[str]:
        """Return its forms in print, the shortest first; p comes with its definition unless it is the source's own."""
        has_own = self.loss.letters is not None and "p" in self.loss.letters.by_name
        left, right = definition(self.loss.indices) if M in self.loss.shape else (Integer(0), Integer(0))
        texts = []
        for form in self.forms:
            needs = form.has(P) and not has_own and M in self.loss.shape
            text = printed(form) + (f"{comma}{printed(left)} = {printed(right)}" if needs else "")
            texts.append((len(to_unicode(form, self.loss.letters)) + (len(to_unicode(right)) if needs else 0), text))
        return [text for _, text in sorted(texts, key=lambda x: x[0])]

    @cached_property
    def forms(self) -> tuple[Expr, ...]:
        """Equal forms, to choose the shortest in print from: as it is, by p = softmax(s), and in normal form."""
        has_own = self.loss.letters is not None and "p" in self.loss.letters.by_name
        found: list[Expr] = []
        for parts in self._parts_in_forms():
            plain = self._assembled(parts, lambda e: e)
            found += [plain, self._assembled(parts, with_factors_in_front)]
            folded = parts.map(lambda e: with_sigmoids(e, has_own))
            found.append(self._assembled(folded, with_factors_in_front))
        return tuple(dict.fromkeys(found))

    def _parts_in_forms(self) -> Iterator[Parts]:
        """Yield the parts as they are and in normal form, each by p, too, where that can be."""
        normal = self.parts.map(lambda e: _normal(e, self.pair))
        for parts in (self.parts, normal):
            yield parts
            by_p = parts.map(_by_probabilities)
            if not any(getattr(by_p, name) is None for name in ("same", "row", "own", "rest")):
                yield by_p

    def _assembled(self, parts: Parts, factored: Callable[[Expr], Expr]) -> Expr:
        if self.kind == "diagonal":
            return factored(diagonal(parts, self.pair))
        if self.kind == "row":
            return joined(block_of_row(parts, self.pair), Pair(None, self.pair.classes), factored)
        return joined(parts, self.pair, factored)

    @cached_property
    def is_by_rows(self) -> bool:
        """Whether one of the forms shows that different rows do not interact."""
        return any(parts.is_by_rows for parts in self._parts_in_forms())

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What it means, a sentence each: the block of a row as matrices, and whether rows interact."""
        found = []
        if self.kind != "diagonal" and self.pair.classes is not None:
            found += _block_in_words(self)
        if self.kind == "full" and self.pair.rows is not None:
            found += _rows_in_words(self)
        return tuple(found)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.shown('latex').splitlines()[0]}$"

    def __repr__(self) -> str:
        return self.shown("unicode")


def hessian(loss: Loss, kind: str = "full") -> Hessian:
    """Return the second derivative of ``loss`` by two logits, of one row, or by one logit twice, for all n and m."""
    if kind not in KINDS:
        raise UsageError(f"there is no Hessian {kind!r}", hint="one of: " + ", ".join(KINDS))
    if kind == "row" and M not in loss.shape:
        raise UsageError("a row of binary tasks has one logit", hint="ask for --hessian diagonal, or full")
    pair = _pair(loss)
    ranges = _ranges(pair)
    has_columns = loss.letters is not None and loss.letters.target == "="

    def tidy(part: Expr) -> Expr:
        return paper_form(with_whole_rows(counted(part, ranges, loss.least_sizes), has_columns))

    return Hessian(loss, kind, pair, second_parts(loss.gradient, _second(loss, pair), pair).map(tidy))


def in_separate_rows(loss: Loss) -> Loss:
    """Return a loss whose rows do not interact, one of a single sample summed over samples; or UnsupportedError."""
    rows = in_rows(loss)
    if N in rows.shape and not rows.is_square and hessian(rows).is_by_rows:
        return rows
    raise UnsupportedError(
        "the rows of this loss interact, so its Hessian has no blocks of single rows",
        hint="verify LOSS --claim decoupled says how; a loss that is a sum over samples has them",
    )


def _pair(loss: Loss) -> Pair:
    """Return the free indices of two logits, the second of letters that the loss does not use for numbers."""
    taken = {str(getattr(a, "label", a)) for a in loss.expr.atoms(Symbol, IndexedBase) if not a.is_integer}
    row = next(x for x in ("a", "b", "d", "c", "r") if x not in taken)
    other = next(x for x in ("k", "h", "l", "q") if x not in taken)
    rows = (loss.indices[0], index(row)) if N in loss.shape else None
    return Pair(rows, (loss.indices[-1], index(other)) if M in loss.shape else None)


def _second(loss: Loss, pair: Pair) -> Indexed:
    return S[tuple(x[1] for x in (pair.rows, pair.classes) if x is not None)]


def _ranges(pair: Pair) -> dict[str, str]:
    rows, classes = pair.rows or (), pair.classes or ()
    return {**{x.name: "n" for x in rows}, **{x.name: "m" for x in classes}}


def _normal(part: Expr, pair: Pair) -> Expr:
    """Return a part in normal form, where that is found soon."""
    if part.count_ops() > _LONG:
        return part
    try:
        with limited(steps=_STEPS):
            return paper_form(to_expression(reduced(normal_form(part, Frame({}, _ranges(pair))))))
    except NmderiveError:
        return part


def _by_probabilities(part: Expr) -> Expr | None:
    return in_probabilities(part) if part.has(S) else part


def _block_in_words(found: Hessian) -> list[str]:
    """Say the block of one row as diag(d) and an outer product, where it is that."""
    blocks = [block_of_row(parts, found.pair) for parts in found._parts_in_forms()]
    best = min(blocks, key=lambda block: len(to_text(block.same + block.row)))
    if best.row == 0:
        return ["the block of one row is diagonal" if best.same != 0 else "the block of one row is zero"]
    vector = outer_product(best.row, found.pair)
    if vector is None:
        return []
    sign, front, u = vector
    letters = found.loss.letters
    own = [to_unicode(x, letters) for x in (best.same / front, u)]
    names = ["p" if x == P[found.loss.indices] else "" for x in (best.same / front, u)]
    scale = "" if front == 1 else f"{to_unicode(front, letters)} times "
    shown = [name or letter for name, letter in zip(names, ("d", "u"), strict=True)]
    block = f"the block of one row is {scale}(diag({shown[0]}) {sign} {shown[1]} {shown[1]}^T)"
    block = block.replace("(diag", "diag")[:-1] if not scale else block
    given = [f"{x}_{found.loss.index_letters[-1]} = {text}" for x, text, name in zip("du", own, names, strict=True)
             if not name]
    return [block + (", with " + ", ".join(given) if given else "")]


def _rows_in_words(found: Hessian) -> list[str]:
    """Say whether rows interact: as the formula shows, or as a point shows."""
    if found.is_by_rows:
        return ["the blocks between different rows are zero"]
    between = found.pair.deltas[1] * found.parts.own + found.parts.rest
    free = {x: size for pair, size in ((found.pair.rows, "n"), (found.pair.classes, "m")) if pair for x in pair}
    try:
        with limited(steps=_STEPS):
            sizes = [{"n": 2, "m": 2}, {"n": 2, "m": 3}]
            search = refute_equal(between, Integer(0), found.loss, sizes, 1, free)
    except NmderiveError:
        return []
    if search.witness is None or found.loss.is_square:
        return []
    return [f"the blocks between different rows are not zero, at {size_text(found.loss, search.witness.point.sizes)}"]


__all__ = ["KINDS", "Hessian", "hessian", "in_separate_rows"]

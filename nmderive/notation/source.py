"""One trip: a source becomes a ``Statement``, the sides of a formula with all definitions put in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sympy import Expr, I, nan, oo, zoo

from nmderive.calculus.free_values import with_value, without_free_value
from nmderive.calculus.sums import Remainder
from nmderive.calculus.symbols import array, index, parameter
from nmderive.errors import ParseError, Span
from nmderive.notation.builder import Builder, Scope, ZeroBased
from nmderive.notation.chunks import RawChunk, names_only, split
from nmderive.notation.counted import counted_out
from nmderive.notation.declarations import Declarations
from nmderive.notation.definitions import Definitions
from nmderive.notation.free_places import doubtful_letters, free_letters, left_out_places, reused_places
from nmderive.notation.latex_lexer import LatexLexer
from nmderive.notation.latex_raw import read_raw
from nmderive.notation.latex_scope import Scope as LatexScope
from nmderive.notation.limits import MAX_DIGITS, has_large_number, shortened
from nmderive.notation.ranges import range_conflict
from nmderive.notation.statement import Statement, conditions_of, domains_of, parameters_of, shape_of
from nmderive.notation.text_parser import lex, read_text
from nmderive.notation.tree import Big, Call, Derivative, Dots, Name, Node, Number, Product, Sum, walk
from nmderive.notation.vocabulary import LOSS_NAMES

_KNOWN_CALLS = frozenset(
    "exp log tanh cosh sinh sqrt abs sign max min relu clip sigmoid softplus logit softmax logsumexp "
    "delta iverson".split()
)


class Source:
    """The trip of one source: tokens, chunks, trees, expressions."""

    def __init__(self, source: str, declarations: Declarations, form: str) -> None:
        self.source = source
        self.declarations = declarations
        self.is_latex = form == "latex"
        #: How far the trip came: 0 in the characters, 1 in the grammar, 2 in what the names mean.
        self.stage = 0

    def statement(self) -> Statement:
        """Return the statement."""
        chunks = self._chunks()
        self.stage = 1
        defined = frozenset(c.function for c in chunks if c.function is not None)
        self.reader = LatexScope(self.source, self.declarations.vocabulary(defined))
        main = self.main = self._main(chunks)
        definitions = self._definitions([c for c in chunks if c is not main])
        name, sides = self._main_sides(main, definitions)
        self.stage = 2
        built = self._in_one_base(name, sides, definitions)
        return replace(built, read_as=tuple(dict.fromkeys((*self.reader.notes, *built.read_as))))

    def _in_one_base(self, name: str | None, sides: list[Node], definitions: Definitions) -> Statement:
        """Return the statement with its classes counted from 1, or from 0 where the source does so."""
        for base in (1, 0):
            try:
                return self._built(name, sides, definitions, base)
            except ZeroBased:
                continue
        raise self._fail("classes are counted from 0 and from 1 in one formula", Span(0, 1))

    def _fail(self, message: str, span: Span, hint: str | None = None) -> ParseError:
        return ParseError(message, source=self.source, span=span, hint=hint)

    def _chunks(self) -> list[RawChunk]:
        if self.is_latex:
            words = self.declarations.vocabulary().words
            tokens = LatexLexer(self.source, words).run()
        else:
            tokens = lex(self.source)
        return split(tokens, self.source, self.is_latex)

    def _tree(self, side: tuple[Any, ...], chunk: RawChunk) -> Node:
        if not side:
            place = max((t.end_pos or 0 for s in chunk.sides for t in s), default=0)
            raise self._fail("one side of '=' is empty", Span(place, place + 1))
        if self.is_latex:
            return counted_out(self.reader.expression(read_raw(list(side), self.source)))
        return read_text(list(side), self.source)

    def _main(self, chunks: list[RawChunk]) -> RawChunk:
        """Return the formula that the others define letters for."""
        gradients = [c for c in chunks if c.is_gradient]
        losses = [c for c in chunks if c.is_loss]
        for found in (gradients, losses):
            if len(found) > 1:
                token = next(t for side in found[1].sides for t in side)
                place = token.start_pos or 0
                raise self._fail(
                    "a second formula for the loss", Span(place, place + 1), "give one loss at a time"
                )
        return (gradients or losses or chunks)[0]

    def _definitions(self, chunks: list[RawChunk]) -> Definitions:
        definitions = Definitions(self.source)
        for chunk in chunks:
            if len(chunk.sides) != 2:
                token = next(t for side in chunk.sides for t in side)
                end = chunk.sides[-1][-1].end_pos if chunk.sides[-1] else token.end_pos
                raise self._fail(
                    "expected one definition with one '='",
                    Span(token.start_pos or 0, end or 0),
                    "after a comma or a new line come definitions: u = ...",
                )
            head, body = (self._tree(side, chunk) for side in chunk.sides)
            if isinstance(head, Name) and head.subs and head.name in ("y", "t") and isinstance(body, Number):
                raise self._fail("is this one label only, or are all of them this number?", head.span,
                                 "a part of the loss that is of one label only is written with that label as a factor")
            definitions.add(head, body, self.source[chunk.span.start : chunk.span.end])
        return definitions

    def _main_sides(self, main: RawChunk, definitions: Definitions) -> tuple[str | None, list[Node]]:
        """Return (dropped name on the left, trees of the other sides)."""
        sides = list(main.sides)
        if main.is_loss:
            name = "".join(str(t) for t in sides[0])
            return name, [self._tree(side, main) for side in sides[1:]]
        if len(sides) > 1 and not sides[0]:
            return None, [self._tree(side, main) for side in sides[1:]]
        if self.is_latex and len(sides) > 1 and names_only(sides[0], self._taken(definitions)):
            return "".join(map(str, sides[0])), [self._tree(side, main) for side in sides[1:]]
        trees = [self._tree(side, main) for side in sides]
        left = trees[0]
        if len(trees) > 1 and isinstance(left, Name) and not left.mark and self._is_new(left, definitions):
            return left.name, trees[1:]
        return None, trees

    def _taken(self, definitions: Definitions) -> frozenset[str]:
        """Return the names that mean something here: a side that speaks of one is no name of a loss."""
        defined = {name for _, name, _ in definitions.entries} | set(definitions.functions)
        return frozenset({"s", "t", "p", "n", "m", "e", "sigma", *self.declarations.names(), *defined})

    def _is_new(self, left: Name, definitions: Definitions) -> bool:
        is_index = left.name in ("n", "m", "e") or left.name in self.declarations.names()
        if left.subs:
            return left.name in LOSS_NAMES
        return not is_index and ("", left.name, 0) not in definitions.entries

    def _is_loss_derivative(self, node: Node, definitions: Definitions) -> bool:
        if not isinstance(node, Derivative) or not isinstance(node.body, Name):
            return False
        name = node.body.name
        return name in LOSS_NAMES and (node.body.mark, name, len(node.body.subs)) not in definitions.entries

    def _built(self, name: str | None, sides: list[Node], definitions: Definitions, base: int) -> Statement:
        free = frozenset().union(*(free_letters(side) for side in sides))
        gradients = [side for side in sides if self._is_loss_derivative(side, definitions)]
        binds_all = name is not None or bool(gradients) or not free - {"t"}
        builder = Builder(self.source, self.declarations, definitions, base, free, binds_all)
        builder.is_named = bool(name)
        trees = [*sides, *(d.body for d in definitions.all())]
        self._check_predicted(trees, definitions)
        predicted = {"s", "p", *self.declarations.logits, *self.declarations.probabilities}
        builder.has_no_logits = not predicted & {a.name for tree in trees for a in walk(tree) if isinstance(a, Name)}
        builder.has_entries = any(isinstance(a, Name) and a.subs for tree in trees for a in walk(tree))
        builder.row_function = self._row_function(sides, definitions)
        scope = Scope()
        if name is not None and not gradients:
            self._check_scopes(sides)
        for place, kind in (found for side in sides for found in left_out_places(side)):
            if not binds_all or place.name in free or place.name in builder.sizes:
                continue
            raise self._fail(f"which {place.name} is left out under this {kind}? No sum over it stands around",
                             place.span, "put all that stands under one sum into brackets")
        wrt = [builder.names.variable(g.by[0], scope) for g in gradients if isinstance(g, Derivative)]
        if len(set(wrt)) > 1:
            raise self._fail("derivatives by two different entries in one chain", gradients[1].span)
        built = [self._checked(builder.build(s, scope), s) for s in sides if s not in gradients]
        built = [self._without_maxima(expr, builder) for expr in built]
        for side, expr in zip((s for s in sides if s not in gradients), built, strict=True):
            self._check_dots(side, expr, len(sides) == 1)
        self._check_definitions_used(builder, definitions)
        builder.names.check_literals()
        builder.names.probabilities.check_binary(trees)
        self._check_logged(trees)
        reused = doubtful_letters(sides)
        return replace(self._result(name, built, wrt, builder, definitions), reused=reused)

    def _check_predicted(self, trees: list[Node], definitions: Definitions) -> None:
        r"""Refuse y, which is declared to be predicted, beside p or \hat{y}: both would be one softmax."""
        said = self.declarations.probabilities
        entries = {(a.mark, a.name): a for tree in trees for a in walk(tree) if isinstance(a, Name) and a.subs}
        defined = {(mark, name) for mark, name, _ in definitions.entries}
        for name in (a for a in said if ("", a) in entries and self.is_latex):
            for other in (("", "p"), *(("hat", a) for a in dict.fromkeys((name, "p", "y", "t")))):
                if other in entries and other not in defined and "".join(other) not in self.declarations.names():
                    shown = rf"\hat{{{other[1]}}}" if other[0] else "p"
                    raise self._fail(f"{name} and {shown} are both predicted here: are they one array?",
                                     entries[other].span, f"write one letter for both; where one of them is given: "
                                     f"--let '{name}: labels'")

    def _check_logged(self, trees: list[Node]) -> None:
        """Ask back about the logarithm of s itself, or of its part of a sum: in many papers s are probabilities."""
        logged = [a.args[0] for tree in trees for a in walk(tree) if isinstance(a, Call) and a.name == "log"]
        found = next((a for node in logged for a in _raw_scores(node)), None)
        if found is not None and self.is_latex and "s" not in self.declarations.logits:
            raise self._fail("are these the logits, or predicted probabilities?", found.span,
                             "--let 's: probabilities' or --let 's: logits'")

    def _without_maxima(self, expr: Expr, builder: Builder) -> Expr:
        """Return a side with maxima for the letters that stand for them, without those that are proved to cancel."""
        for operator, (letter, count) in reversed(builder.maxima.items()):
            free = array(letter) if count else parameter(letter)
            found = without_free_value(expr, free, True) if expr.has(free) else expr
            if found is None:
                expr = with_value(expr, free, tuple(index(f"place{k}") for k in range(count)), operator)
                continue
            if expr.has(free):
                builder.notes.append("the maximum over an index cancels: it is proved that nothing depends on it")
            expr = found
        return expr

    def _check_definitions_used(self, builder: Builder, definitions: Definitions) -> None:
        """Refuse a second formula that the first does not speak of: one of the two would be dropped."""
        unused = [d for d in definitions.all() if d.label not in builder.names.instances.used]
        if unused:
            span = self.main.span
            first = shortened(self.source[span.start : span.end])
            raise self._fail(
                f"two formulas, and the first does not use the second: {first}   and   {shortened(unused[0].text)}",
                Span(unused[0].head.span.start, unused[0].head.span.end),
                "give one formula at a time",
            )

    def _check_dots(self, side: Node, built: Expr, is_alone: bool) -> None:
        r"""Refuse a side of dots only, and dots that have cancelled: what two of them stand for need not be equal."""
        dots = next((node for node in walk(side) if isinstance(node, Dots)), None)
        if isinstance(side, Dots | Sum) and not is_alone and not any(isinstance(a, Name | Number) for a in walk(side)):
            raise self._fail("dots alone say nothing", side.span, r"write the terms before + \cdots")
        if dots is not None and not built.has(Remainder):
            raise self._fail("these dots cancel, but what they stand for need not be equal", dots.span,
                             r"write + \cdots once, at the end of a side")

    def _check_scopes(self, sides: list[Node]) -> None:
        """Refuse a loss in which a sum ends before all that was meant to stand under it."""
        for place in reused_places(sides):
            raise self._fail(
                f"the sum over {place.name} has ended here: a loss has no free {place.name}",
                place.span,
                "put what stands under the sum into brackets",
            )

    def _row_function(self, sides: list[Node], definitions: Definitions) -> str | None:
        trees = [*sides, *(d.body for d in definitions.entries.values())]
        for tree in trees:
            for node in walk(tree):
                if isinstance(node, Call) and node.name not in _KNOWN_CALLS | set(definitions.functions):
                    return node.name
        return None

    def _checked(self, expr: Expr, node: Node) -> Expr:
        if expr.has(zoo, nan, oo, -oo):
            raise self._fail("this divides by zero or takes the logarithm of zero", node.span)
        if range_conflict(expr, dict(self.declarations.indices)) is not None:
            raise self._fail(
                "a sample (1..n) and a class (1..m) are compared here", node.span,
                "compare indices of one range, or fix one of them to a number",
            )
        if has_large_number(expr):
            raise self._fail("a number here is too long", node.span, f"at most {MAX_DIGITS} digits")
        if expr.has(I):
            raise self._fail("this is not a real number", node.span)
        return expr

    def _result(
        self, name: str | None, built: list[Expr], wrt: list[Any], builder: Builder, definitions: Definitions
    ) -> Statement:
        return Statement(
            sides=tuple(built),
            source=self.source,
            name=name,
            gradient_of=wrt[0] if wrt else None,
            shape=shape_of(builder),
            parameters=parameters_of(built),
            conditions=conditions_of(built),
            definitions=self._definition_texts(definitions),
            class_base=builder.class_base,
            domains=domains_of(built, self.declarations),
            read_as=tuple(dict.fromkeys(builder.notes)),
        )

    def _definition_texts(self, definitions: Definitions) -> tuple[tuple[str, str], ...]:
        return tuple((d.label, self.source[d.body.span.start : d.body.span.end]) for d in definitions.all())


def _raw_scores(logged: Node) -> Iterator[Name]:
    r"""Yield the s whose logarithm is taken as it is: s_j itself, or its part of a sum, \frac{s_j}{\sum_k s_k}."""
    if isinstance(logged, Name) and logged.name == "s" and logged.subs and not logged.mark:
        yield logged
    if isinstance(logged, Product) and len(logged.below) == 1 and isinstance(logged.below[0], Big):
        if any(True for _ in _raw_scores(logged.below[0].body)):
            yield from (a for part in logged.above for a in _raw_scores(part))

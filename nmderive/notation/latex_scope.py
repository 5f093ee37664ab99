r"""What each operator of a LaTeX formula takes: from rows of items side by side to the syntax tree.

``\sum`` and ``\prod`` take the product that follows, up to a sign or to a ``\sum`` that binds the same
index again. ``\log`` takes the bracket that follows it directly; otherwise the simple factors up to the
next operator. Where two readings are in use, the writer is asked.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Rational

from nmderive.errors import NmderiveError, ParseError, Span, UnsupportedError
from nmderive.notation import latex_raw as raw
from nmderive.notation.free_places import last_outside
from nmderive.notation.latex_functions import Functions
from nmderive.notation.latex_names import Names
from nmderive.notation.paper_factors import PaperFactors
from nmderive.notation.tree import (
    Big,
    Call,
    Chain,
    Derivative,
    Dots,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Sum,
    walk,
)
from nmderive.notation.vocabulary import Vocabulary

_SIMPLE_LEAVES = ("NUMBER", "LETTER", "WORD")


class Scope(Functions, PaperFactors):
    """Converts one source; the cursor methods take (items, position) and return (node, next position)."""

    def __init__(self, source: str, vocabulary: Vocabulary, applied: frozenset[str] | None = None) -> None:
        #: In a published formula: the letters that are arrays when they are applied, as p in p(c | x_i).
        self.applied = applied or frozenset()
        #: Letters that were written with the parameters of a model, and have lost them.
        self.of_model: set[str] = set()
        #: The inputs that conditional probabilities are given, x and \tilde{x}.
        self.inputs: set[str] = set()
        self.is_paper = applied is not None
        #: Whether something was read that only published formulas write.
        self.is_special = False
        #: What was read into a published formula, a sentence each.
        self.notes: list[str] = []
        self.source = source
        self.vocabulary = vocabulary
        self.names: Names = Names(source, vocabulary, self)
        #: Letters of the sums around the place that is being read, brackets included.
        self.outer: tuple[str, ...] = ()
        #: Letters of the innermost of them.
        self.innermost: tuple[str, ...] = ()

    def fail(self, message: str, span: Span, hint: str | None = None) -> NmderiveError:
        """Return the error for a piece of the source."""
        return ParseError(message, source=self.source, span=span, hint=hint)

    def expression(self, expression: raw.Expression) -> Node:
        """Return the tree of an expression."""
        terms: list[Node] = []
        for sign, items in self._bodies_joined(expression):
            parts = self._with_dots(items)
            node = parts[0]
            terms.append(Negative(node.span, node) if sign == "-" else node)
            terms.extend(parts[1:])
        return terms[0] if len(terms) == 1 else Sum(expression.span, tuple(terms))

    def _bodies_joined(self, expression: raw.Expression) -> list[tuple[str, tuple[raw.Item, ...]]]:
        r"""Give a sum, or a product, before a minus sign that term: ``\sum_i -\log p_i``, ``y \cdot -\log p``."""
        joined: list[tuple[str, tuple[raw.Item, ...]]] = []
        for sign, items in expression.terms:
            if sign == "-" and joined and self._is(joined[-1][1][-1], "BIG", "TIMES"):
                span = Span(items[0].span.start, items[-1].span.end)
                chain = raw.Chain((raw.Expression((("-", items),), span),))
                body = raw.Item(raw.Group("{", (chain,), span), None, None, span)
                joined[-1] = (joined[-1][0], (*joined[-1][1], body))
            else:
                joined.append((sign, items))
        return joined

    def only(self, content: tuple[raw.Chain, ...], span: Span) -> Node:
        """Return the single expression of a bracket; a relation in it is an indicator."""
        if len(content) != 1:
            raise self.fail("expected one expression here", span,
                            "write out what the letter before this bracket stands for")
        chain = content[0]
        if len(chain.parts) == 1:
            return self.expression(chain.parts[0])
        return self.names.indicators(chain, span)

    def _with_dots(self, items: tuple[raw.Item, ...]) -> list[Node]:
        """Split off dots that close a term: a bracket and ``...`` after it mean ``+ ...``."""
        dots: list[Node] = []
        while items and self._is(items[-1], "DOTS"):
            dots.append(Dots(items[-1].span))
            items = items[:-1]
        return ([self.product(items)] if items else []) + dots[:1]

    def product(self, items: tuple[raw.Item, ...]) -> Node:
        """Return the tree of a whole row of items."""
        node, position = self._row(items, 0, ())
        if position < len(items):
            raise self.fail("this operator is out of place", items[position].span)
        return node

    def _row(self, items: tuple[raw.Item, ...], at: int, bound: tuple[str, ...]) -> tuple[Node, int]:
        """Read factors up to the end, or to a sum that binds one of ``bound`` again."""
        start = at
        above: list[Node] = []
        below: list[Node] = []
        while at < len(items) and not (self._is(items[at], "BIG") and self._rebinds(items[at], bound, at == start)):
            at, divides = self._operator_sign(items, at, bool(above))
            node, at = self._factor(items, at, bound)
            if divides:
                self._check_after_slash(items, at, above, node)
                self._check_divisor(node)
            (below if divides else above).append(node)
        if not above:
            place = items[min(start, len(items) - 1)] if items else None
            raise self.fail("nothing to read here", place.span if place else Span(0, 1))
        if len(above) == 1 and not below:
            return above[0], at
        span = Span(above[0].span.start, (below or above)[-1].span.end)
        return Product(span, tuple(above), tuple(below)), at

    def _operator_sign(self, items: tuple[raw.Item, ...], at: int, started: bool) -> tuple[int, bool]:
        item = items[at]
        if not self._is(item, "TIMES") and not self._is(item, "SLASH"):
            return at, False
        if not started or at + 1 >= len(items):
            raise self.fail("a factor is missing beside this operator", item.span)
        return at + 1, self._is(item, "SLASH")

    def _check_after_slash(self, items: tuple[raw.Item, ...], at: int, above: list[Node], node: Node) -> None:
        r"""Refuse an implicit product after a slash: a/2b; ``1/n \sum`` with a plain number above is clear."""
        if at >= len(items) or self._is(items[at], "TIMES", "SLASH"):
            return
        has_indices = any(isinstance(a, Name) and a.subs for part in above for a in walk(part))
        if self._is(items[at], "BIG") and not has_indices:
            return
        raise self.fail(
            "what stands under this slash is ambiguous",
            Span(node.span.start, items[at].span.end),
            r"write \frac{a}{b} c, or a / (b c)",
        )

    def _check_divisor(self, node: Node) -> None:
        r"""Refuse a sum under a slash whose last factor lies outside its index: ``a / \sum_k b_k c``."""
        last = last_outside(node)
        if last is not None:
            raise self.fail("does this stand under the slash, or after the fraction?", last.span,
                            r"write \frac{a}{b} c, or a / (b c)")

    def _rebinds(self, item: raw.Item, bound: tuple[str, ...], directly: bool) -> bool:
        r"""Tell whether a sum binds a letter again; directly after another, \sum_j \sum_{j<k} binds k only."""
        if not any(letter in bound for letter in self._bound_by(item, bound)):
            return False
        return not directly or self.names.letters_under(item.sub or ()) <= {*bound, "n", "m"}

    def _bound_by(self, item: raw.Item, bound: tuple[str, ...]) -> tuple[str, ...]:
        return self.names.bound_letters(item.sub or (), (*self.outer, *bound), self.innermost)

    def _is(self, item: raw.Item, *kinds: str) -> bool:
        return isinstance(item.atom, raw.Leaf) and item.atom.kind in kinds

    def _factor(self, items: tuple[raw.Item, ...], at: int, bound: tuple[str, ...]) -> tuple[Node, int]:
        item = items[at]
        atom = item.atom
        if self.is_paper and (found := self._marked_factor(items, at)) is not None:
            return found
        if isinstance(atom, raw.Leaf):
            if atom.kind == "BIG":
                return self._big(items, at, bound)
            if atom.kind == "FUNC":
                return self._function(items, at, bound)
            if atom.kind == "DOTS":
                raise self.fail("dots stand for higher orders and are added", item.span, r"write + \cdots")
            if atom.kind in ("TIMES", "SLASH", "PARTIAL"):
                raise self.fail(f"unexpected {self.source[item.span.start : item.span.end]!r}", item.span)
            if self.is_paper and atom.kind in ("LETTER", "WORD"):
                found = self._paper_factor(items, at)
                if found is not None:
                    return found
            if atom.kind == "LETTER" and self._applies(items, at):
                return self._application(items, at)
        if isinstance(atom, raw.Fraction) and self._is_derivative(atom):
            return self._derivative(items, at, bound)
        return self._scripted(item), at + 1

    # Sums and products.

    def _big(self, items: tuple[raw.Item, ...], at: int, bound: tuple[str, ...]) -> tuple[Node, int]:
        item = items[at]
        assert isinstance(item.atom, raw.Leaf)
        if item.sub is None:
            raise self.fail(f"this {item.atom.text} names no index", item.span, r"write \sum_{i}")
        own = self._bound_by(item, bound)
        follower = items[at + 1] if at + 1 < len(items) else None
        if follower is None or (self._is(follower, "BIG") and self._rebinds(follower, (*bound, *own), True)):
            raise self.fail(f"this {item.atom.text} has nothing after it", item.span)
        outside, self.outer, self.innermost = (self.outer, self.innermost), (*self.outer, *own), own
        body, end = self._row(items, at + 1, (*bound, *own))
        self.outer, self.innermost = outside
        upper = None if item.sup is None else self._upper_end(item.sup, item.span)
        under = self.names.under(item.sub)
        return Big(item.span, item.atom.text, under, upper, body), end

    def _upper_end(self, content: tuple[raw.Chain, ...], span: Span) -> Node:
        r"""Return the end of a range; \sum_{c=1}^{C=2}, which names the size and its value, is asked back."""
        if len(content) == 1 and content[0].relations == ("=",):
            self.is_special = True
            first, last = (p.span for p in content[0].parts)
            size = self.source[first.start : first.end]
            raise self.fail("is this the number of classes, or of other terms?", Span(first.start, last.end),
                            f"of classes: write {size}, and fix it by --where m=...; else write the number")
        return self.only(content, span)

    # Derivatives.

    def _partial(self, content: tuple[raw.Chain, ...]) -> tuple[raw.Item, ...] | None:
        """Return the items of a numerator or denominator that starts with ∂."""
        if len(content) != 1 or len(content[0].parts) != 1:
            return None
        terms = content[0].parts[0].terms
        if len(terms) != 1 or terms[0][0] != "+" or not self._is(terms[0][1][0], "PARTIAL"):
            return None
        return terms[0][1]

    def _is_derivative(self, atom: raw.Fraction) -> bool:
        return self._partial(atom.above) is not None

    def _derivative(self, items: tuple[raw.Item, ...], at: int, bound: tuple[str, ...]) -> tuple[Node, int]:
        item = items[at]
        assert isinstance(item.atom, raw.Fraction)
        above, below = self._partial(item.atom.above), self._partial(item.atom.below)
        if above is None or below is None or item.sup is not None:
            raise self.fail(
                "not a partial derivative", item.span, r"write \frac{\partial l}{\partial s_{i,j}}"
            )
        by = tuple(self._by(below))
        if len(above) > 1:
            return Derivative(item.span, self.product(above[1:]), by), at + 1
        body, end = self._row(items, at + 1, bound)
        return Derivative(item.span, body, by), end

    def _by(self, items: tuple[raw.Item, ...]) -> list[Node]:
        entries: list[Node] = []
        for k, item in enumerate(items):
            if k % 2 == 0:
                if not self._is(item, "PARTIAL"):
                    raise self.fail("expected \\partial here", item.span)
                continue
            count = 1 if item.sup is None else self._order(item)
            entries.extend([self.names.plain(item)] * count)
        if len(items) % 2:
            raise self.fail("the derivative is by nothing", items[-1].span)
        return entries

    def _order(self, item: raw.Item) -> int:
        order = self.only(item.sup or (), item.span)
        if not isinstance(order, Number) or order.value not in (1, 2, 3, 4):
            raise self.fail("the order of a derivative is a small number", item.span)
        return int(order.value)

    # Single items.

    def _scripted(self, item: raw.Item) -> Node:
        """Return one item with its scripts."""
        atom = item.atom
        if isinstance(atom, raw.Leaf) and atom.kind == "LETTER" and atom.text == "e" and item.sub is None:
            one = Number(item.span, Rational(1))
            exponent = one if item.sup is None else self.only(item.sup, item.span)
            self._check_scale(exponent)
            return Call(item.span, "exp", (exponent,))
        node = self._base(item)
        if item.sup is None:
            return node
        if self.is_paper and isinstance(node, Name):
            found = self.names.superscripted(node, item)
            if found is not None:
                return found
        self._check_superscript(item)
        return Power(item.span, node, self.only(item.sup, item.span))

    def _base(self, item: raw.Item) -> Node:
        atom = item.atom
        if isinstance(atom, raw.Group):
            inside = self.only(atom.content, atom.span)
            if item.sub is None:
                return inside
            if self._is_positive_part(item):
                return Call(item.span, "relu", (inside,))
            row, is_log = inside, isinstance(inside, Call) and inside.name == "log"
            if is_log and isinstance(inside, Call):  # [\log \text{softmax}(z)]_y
                row = inside.args[0]
            is_row = self.is_paper and isinstance(row, Call) and row.name in ("softmax", "log-softmax") and not row.subs
            if not is_row or not isinstance(row, Call):
                raise self.fail("a subscript on a bracket has no meaning here", item.span,
                                "give what stands in the bracket a letter of its own, with a definition after it")
            entry = replace(row, span=item.span, subs=self.names.subscripts(item.sub))
            return Call(item.span, "log", (entry,)) if is_log else entry
        if isinstance(atom, raw.Fraction):
            above, below = self.only(atom.above, atom.span), self.only(atom.below, atom.span)
            return Product(atom.span, (above,), (below,))
        if isinstance(atom, raw.Root):
            degree = (
                Number(atom.span, Rational(2)) if atom.degree is None else self.only(atom.degree, atom.span)
            )
            inverse = Product(atom.span, (Number(atom.span, Rational(1)),), (degree,))
            return Power(atom.span, self.only(atom.content, atom.span), inverse)
        return self.names.plain(item)

    def _check_superscript(self, item: raw.Item) -> None:
        """Refuse s^{(i)}, a label and no power, and I_j^e, which means a label more often than Euler's number."""
        assert item.sup is not None
        sign = item.sup[0].parts[0].terms[0][1][0] if item.sup else None
        if sign is not None and self._is(sign, "WORD") and self.source[sign.span.start] in "+-":
            raise self.fail("what does the sign above say here?", item.span,
                            r"for the positive part write \max(0, x); for a name of its own take another letter")
        first = item.sup[0].parts[0].terms[0][1] if item.sup else ()
        text = getattr(first[0].atom, "text", "") if len(first) == 1 and first[0].sup is None else ""
        if text == "e" and item.sub is not None:
            raise self.fail("is e Euler's number here, or does it label the entry?", item.span,
                            r"for the power write \exp(1); for a label give the entry a letter of its own")
        is_label = len(first) == 1 and isinstance(first[0].atom, raw.Group) and first[0].atom.bracket == "("
        if is_label and isinstance(item.atom, raw.Leaf) and len(item.sup) == 1:
            raise UnsupportedError(
                "a superscript in brackets is a label here, not a power",
                source=self.source,
                span=item.span,
                hint="write all indices as subscripts: s_{i,j}",
            )


__all__ = ["Chain", "Name", "Scope"]

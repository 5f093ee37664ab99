r"""Operators on distributions written out: KL(q \| p), CE(y, p), H(p), JS, BCE, log-softmax(z)_k.

Their arguments are rows over the classes, or, for BCE, entries. A class letter of its own is put in for each operator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sympy import Integer, Rational

from nmderive.errors import NmderiveError, Span
from nmderive.notation.paper_forms import less
from nmderive.notation.roles import LABEL_LETTERS, LOGIT_LETTERS
from nmderive.notation.row_products import ROWS, is_one_hot, one_hot_entry
from nmderive.notation.rows import softmax_at
from nmderive.notation.tree import Big, Call, Chain, Name, Negative, Node, Number, Power, Product, Sum, meaning, walk

#: Letters that papers give to whole distributions.
DISTRIBUTIONS = frozenset("pqPQ")
_KINDS = frozenset(["KL", "CE", "BCE", "JS", "H"])
_SHOWN = {
    "KL": "KL(a, b) is the sum over classes of a log(a/b)", "CE": "CE(a, b) is minus the sum over classes of a log b",
    "H": "H(a, b) is minus the sum over classes of a log b, and H(a) is H(a, a)",
    "JS": "JS(a, b) is the mean of KL(a, c) and KL(b, c), c = (a + b)/2",
    "BCE": "BCE(a, b) is -(a log b + (1 - a) log(1 - b))",
}


@dataclass
class Operators:
    """Writes out the operators of one source; ``vectors`` are names that stand for rows where they have no class."""

    vectors: frozenset[str]
    fail: Callable[..., NmderiveError]
    notes: list[str] = field(default_factory=list)
    count: int = 0
    #: Letters of logits that have a row and a class elsewhere: with one index they are a row.
    tables: frozenset[str] = frozenset()

    def written_out(self, node: Node) -> Node:
        """Return the node without operators; to be applied from the inside out."""
        if isinstance(node, Power):
            return self._squared_norm(node)
        if not isinstance(node, Call):
            return node
        if node.name in ("inner", ROWS) and len(node.args) == 2:
            return self._inner_product(node)
        if node.name == "log-softmax":
            return Call(node.span, "log", (replace(node, name="softmax"),))
        if node.name == "norm":
            return self._norm(node)
        if node.name == "normpower":
            return self._power_of_norm(node)
        if node.name == "norm1":
            return self._absolute_sum(node)
        if node.name in ("LSE", "logsumexp") and len(node.args) == 1:
            return self._log_sum(node)
        if node.name not in _KINDS:
            return node
        self._check(node)
        self.notes.append(_SHOWN[node.name])
        return self._binary(node) if node.name == "BCE" else self._over_classes(node)

    def _check(self, node: Call) -> None:
        wanted = (1, 2) if node.name == "H" else (2,)
        if len(node.args) not in wanted:
            raise self.fail(f"{node.name} takes {'or '.join(map(str, wanted))} arguments here", node.span,
                            r"write \text{KL}(q \| p), \text{CE}(y, p)")
        self._check_uniform(node)
        is_pair = node.name in ("CE", "BCE", "H") and len(node.args) == 2
        if is_pair and self._is_label(node.args[1]) and not self._is_label(node.args[0]):
            raise self.fail(f"which of the two are the labels in {node.name}?", node.span,
                            rf"write the labels first: \text{{{node.name}}}(y, p), or the sum as it is meant")
        if node.name in ("CE", "BCE", "H") and any(map(self._is_logit, node.args)):
            raise self.fail("is this a row of logits, or of probabilities?", node.span,
                            r"write \text{softmax}(z) for the probabilities of the logits z")

    def _check_uniform(self, node: Call) -> None:
        r"""Ask back what the U of \text{KL}(U \| p) is: the uniform distribution sooner than labels."""
        for name in (a for a in node.args if isinstance(a, Name) and not a.subs and not a.mark):
            if name.name in ("U", "u") and name.name not in self.vectors:
                raise self.fail(f"is {name.name} the uniform distribution here?", name.span,
                                rf"define it after the formula, {name.name}_k = \frac{{1}}{{K}}; for labels --let "
                                f"'{name.name}: labels', for another distribution --let '{name.name}_j>0'")

    def _is_label(self, node: Node) -> bool:
        is_truth = isinstance(node, Name) and node.name.endswith("^star")  # the p^* beside p
        return isinstance(node, Name) and not node.mark and (node.name in LABEL_LETTERS or is_truth)

    def _is_logit(self, node: Node) -> bool:
        return isinstance(node, Name) and node.name in LOGIT_LETTERS and not node.mark

    def _binary(self, node: Call) -> Node:
        span = node.span
        first, second = node.args
        terms = (Product(span, (first, Call(span, "log", (second,)))),
                 Product(span, (less(first), Call(span, "log", (less(second),)))))
        return Negative(span, Sum(span, terms))

    def _over_classes(self, node: Call) -> Node:
        self.count += 1
        letter = Name(node.span, f"opclass{self.count}")
        entries = [self._argument(a, letter) for a in node.args]
        if not any(letter in walk(a) for a in entries):
            raise self.fail(f"over which classes is this {node.name}?", node.span, "write it out with its sum")
        first, second = entries[0], entries[-1]
        self._check_mixtures(entries)
        if node.name in ("KL", "JS") and meaning(first) == meaning(second):
            raise self.fail("the two distributions are one and the same here", node.span,
                            r"give what is given a letter of its own: \text{KL}(q \| p), q being the labels")
        span = node.span
        if node.name == "KL":
            body = _divergence(first, second, span)
        elif node.name == "JS":
            half = Product(span, (Sum(span, (first, second)),), (Number(span, Integer(2)),))
            total = Sum(span, (_divergence(first, half, span), _divergence(second, half, span)))
            body = Product(span, (Number(span, Rational(1, 2)), total))
        else:
            body = Negative(span, Product(span, (first, Call(span, "log", (second,)))))
        return Big(span, "sum", (Chain(span, (letter,)),), None, body)

    def _check_mixtures(self, entries: list[Node]) -> None:
        """Ask back where a letter of a distribution is left without its class, as a number would be."""
        for a in (a for entry in entries for a in walk(entry) if isinstance(entry, Sum | Product)):
            if isinstance(a, Name) and a.name in DISTRIBUTIONS and not a.subs and not a.mark:
                raise self.fail(f"is {a.name} a distribution here, and which of the two is predicted?", a.span,
                                f"declare both: --let '{a.name}: labels' where it is given, "
                                f"--let '{a.name}: probabilities' where it is predicted")

    def _check_rows(self, node: Node) -> None:
        r"""Refuse ``\|z_i - c_k\|`` as a norm over classes: what differs in its index is an embedding, and no row."""
        parts = [a.above[-1] if isinstance(a, Product) else a for a in _terms(node)]
        names = [a for a in parts if isinstance(a, Name) and not is_one_hot(a)]
        if len({meaning(replace(a, name="", mark="")) for a in names}) > 1:
            raise self.fail("is this the distance of two embeddings? Rows of one sample have the same index", node.span,
                            r"give the distance a letter of its own, d_{i,k}: e^{-d_{i,k}} has the logits d")

    def _squared_norm(self, node: Power) -> Node:
        r"""Return ``\|y - p\|^2`` as the sum over classes of the squares of a row's entries."""
        inner = node.base.args[0] if isinstance(node.base, Call) and node.base.name == "norm" else None
        if not isinstance(inner, Sum) or not isinstance(node.exponent, Number) or node.exponent.value != 2:
            return node
        self._check_rows(inner)
        self.notes.append("the squared norm is the sum over classes of the squares")
        return self._summed(node.span, lambda letter: Power(node.span, self._terms_of(inner, letter), node.exponent))

    def _absolute_sum(self, node: Call) -> Node:
        r"""Return ``\|y - p\|_1`` as the sum over classes of the absolute values of a row's entries."""
        self._check_rows(node.args[0])
        self.notes.append("the norm with a 1 below is the sum over classes of the absolute values")
        return self._summed(node.span, lambda letter: Call(node.span, "abs", (self._terms_of(node.args[0], letter),)))

    def _terms_of(self, node: Node, letter: Name) -> Node:
        """Return the entry of a sum of rows: each letter in it is a row, known or not."""
        if isinstance(node, Sum):
            return replace(node, terms=tuple(self._terms_of(a, letter) for a in node.terms))
        if isinstance(node, Negative):
            return replace(node, operand=self._terms_of(node.operand, letter))
        if isinstance(node, Power):  # the root of a row is that of its entries
            return replace(node, base=self._terms_of(node.base, letter))
        entry = self._argument(node, letter)
        is_row = isinstance(node, Number) or letter in walk(entry)
        return entry if is_row else replace(entry, subs=(*entry.subs, letter)) if isinstance(entry, Name) else entry

    def _norm(self, node: Call) -> Node:
        r"""Return ``\|p\|`` of a row as the root of the sum over classes of the squares; other norms stay."""
        inner = node.args[0]
        rows = self.vectors | LOGIT_LETTERS
        is_row = isinstance(inner, Name) and not inner.subs and (inner.name in rows or inner.mark == "hat")
        is_row |= isinstance(inner, Name) and len(inner.subs) == 1 and isinstance(inner.subs[0], Name) and (
            inner.name in self.vectors | self.tables | {"s"} and not inner.mark)  # the row of a sample
        if not is_row and not isinstance(inner, Sum):
            return node
        self._check_rows(inner)
        self.notes.append("the norm is the root of the sum over classes of the squares")
        two = Number(node.span, Integer(2))
        total = self._summed(node.span, lambda letter: Power(node.span, self._terms_of(inner, letter), two))
        return Call(node.span, "sqrt", (total,))

    def _power_of_norm(self, node: Call) -> Node:
        r"""Return ``\|p\|_q^q`` of a row as the sum over classes of the powers of its absolute values."""
        inner, order = node.args
        if not isinstance(inner, Name) or inner.name not in self.vectors:
            raise self.fail("which row is this a norm of?", node.span, r"write it out: \sum_k |z_k|^q")
        is_positive = inner.name == "p" and not inner.mark
        self.notes.append(f"the norm is the sum over classes of the powers of the {'' if is_positive else 'absolute '}"
                          "values")

        def power(letter: Name) -> Node:
            entry = self._terms_of(inner, letter)
            return Power(node.span, entry if is_positive else Call(node.span, "abs", (entry,)), order)

        return self._summed(node.span, power)

    def _log_sum(self, node: Call) -> Node:
        self.notes.append("logsumexp is the logarithm of the sum over classes of the exponentials")
        total = self._summed(
            node.span, lambda letter: Call(node.span, "exp", (self._logit(node.args[0], letter),)))
        return Call(node.span, "log", (total,))

    def _logit(self, node: Node, letter: Name) -> Node:
        """Return the entry of a row of logits, scaled or not: z, z_i, z/T."""
        if isinstance(node, Name) and node.name in LOGIT_LETTERS | self.vectors and not node.mark:
            return replace(node, subs=(*node.subs, letter))
        if isinstance(node, Product):
            return replace(node, above=tuple(self._logit(a, letter) for a in node.above))
        return node

    def _inner_product(self, node: Call) -> Node:
        def body(letter: Name) -> Node:
            return Product(node.span, tuple(self._argument(a, letter) for a in node.args))

        self.notes.append("the inner product is the sum over classes of the products")
        return self._summed(node.span, body)

    def _summed(self, span: Span, body: Callable[[Name], Node]) -> Node:
        self.count += 1
        letter = Name(span, f"opclass{self.count}")
        return Big(span, "sum", (Chain(span, (letter,)),), None, body(letter))

    def _argument(self, node: Node, letter: Name) -> Node:
        """Return the entry of an argument, which is a row by its place: a letter in it is one too."""
        if isinstance(node, Call) and node.name == "log":
            return replace(node, args=tuple(self._argument(a, letter) for a in node.args))
        if isinstance(node, Name) and is_one_hot(node):
            return one_hot_entry(node, letter)
        if isinstance(node, Name) and any(not isinstance(a, Name) for a in node.subs):
            raise self.fail(f"is this {node.name} the prediction, or given with the data?", node.span,
                            "give the two distributions letters of their own: p and q")
        if isinstance(node, Name) and not node.mark:
            return replace(node, subs=(*node.subs, letter))
        return self._entry(node, letter)

    def _entry(self, node: Node, letter: Name) -> Node:
        """Return the entry of a row at the class ``letter``."""
        if isinstance(node, Call) and node.name in ("softmax", "sigmoid"):
            rows = node.subs or self._row_of(node.args[0])
            written = softmax_at(node.args[0], rows, letter, self.vectors)
            return written or Call(node.span, "softmax", node.args, (*rows, letter))
        if isinstance(node, Name) and (node.name in self.vectors or node.mark == "hat"):
            return replace(node, subs=(*node.subs, letter))
        if isinstance(node, Sum):
            return replace(node, terms=tuple(self._entry(a, letter) for a in node.terms))
        if isinstance(node, Negative):
            return replace(node, operand=self._entry(node.operand, letter))
        if isinstance(node, Product):
            above = tuple(self._entry(a, letter) for a in node.above)
            return replace(node, above=above)
        return node

    def _row_of(self, node: Node) -> tuple[Node, ...]:
        rows = {a.subs for a in walk(node) if isinstance(a, Name) and a.subs and a.name in LOGIT_LETTERS | self.vectors}
        return rows.pop() if len(rows) == 1 else ()


def _terms(node: Node) -> list[Node]:
    """Return the terms of a sum without their signs."""
    if isinstance(node, Negative):
        return _terms(node.operand)
    return [a for term in node.terms for a in _terms(term)] if isinstance(node, Sum) else [node]


def _divergence(first: Node, second: Node, span: Span) -> Node:
    return Product(span, (first, Call(span, "log", (Product(span, (first,), (second,)),))))


__all__ = ["DISTRIBUTIONS", "Operators"]

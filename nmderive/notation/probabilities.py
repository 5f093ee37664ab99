"""Softmax in its many spellings: p_{i,j}, Z_i, softmax(s_{i,j}), softmax(s_i)_j."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sympy import Dummy, Expr, Indexed, Integer, Symbol, exp

from nmderive.calculus.sums import IndexSum, RowFunction
from nmderive.calculus.symbols import M, N, S
from nmderive.notation.role_names import is_complement
from nmderive.notation.tree import Call, Name, Node, Product, walk

if TYPE_CHECKING:
    from nmderive.notation.builder import Scope
    from nmderive.notation.names import NameReader


class Probabilities:
    """Builds softmax expressions for the names and calls that a ``NameReader`` meets."""

    def __init__(self, reader: NameReader) -> None:
        self.reader = reader
        #: Places of probabilities with a sample index alone, and with a class index alone.
        self.binary: list[Name] = []
        self.one_row: list[Name] = []
        #: How probabilities are written: p, \hat{p} or \hat{t}.
        self.spellings: dict[str, Name] = {}
        #: Names of probabilities that are softmax.
        self.rows: set[str] = set()

    def probability(self, node: Name, scope: Scope) -> Expr:
        """Return what p and a hatted label mean: softmax(s), or sigmoid(s) where the one index is a sample's."""
        self._check_spelling(node)
        entry = self.reader.entry(S, Name(node.span, "s", node.subs), scope)
        if len(node.subs) == 1 and self.reader.range_of(node.subs[0], scope) == N:
            self.binary.append(node)
            letter = "hat " * (node.mark == "hat") + node.name
            self.reader.builder.notes.append(f"{letter}_i is the sigmoid 1/(1 + e^(-s_i)) of sample i: a binary task")
            return 1 / (1 + exp(-entry))
        if len(node.subs) == 1:
            self.one_row.append(node)
        self.rows.add(node.name)
        return self._normalised(entry, entry.indices[-1], entry, M)

    def _check_spelling(self, node: Name) -> None:
        r"""Refuse \hat{p} beside p, and \hat{t}: each alone is the prediction, and two may be two distributions."""
        shown = rf"\{node.mark}{{{node.name}}}" if node.mark else node.name
        if shown in {*self.reader.builder.declarations.probabilities}:
            return
        self.spellings.setdefault(shown, node)
        if len(self.spellings) > 1:
            one, two = self.spellings
            other = two if node.mark else one
            raise self.reader.builder.fail(
                f"are {one} and {two} one prediction here?", node.span,
                f"if so, write one letter for both; if {other} is given: --let '{other}_j>0'")

    def check_binary(self, trees: list[Node]) -> None:
        """Ask back where a probability with one index may be of a binary task or of a class.

        That is where it stands with both kinds of index, and where there are only logarithms of it, as in the
        cross-entropy of one sample: what makes a task binary is 1 - p or p outside of a logarithm.
        """
        fail = self.reader.builder.fail
        logged = [a.args[0] for tree in trees for a in walk(tree) if isinstance(a, Call) and a.name == "log"]
        names = {a.name for a in logged if isinstance(a, Name) and a.name in self.rows}
        if any(is_complement(a, names) for a in logged):
            self.reader.builder.notes.append("p is softmax(s), though log(1 - p) stands beside log p; for tasks of "
                                             r"their own write \sigma(s_j)")
        if self.binary and self.one_row:
            raise fail("p has a sample index here and a class index elsewhere", self.one_row[0].span,
                       "write both indices: p_{i,j}")
        if not self.binary:
            return
        logs = {id(x) for a in logged for x in ((*a.above, *a.below) if isinstance(a, Product) else (a,))}
        places = [a for tree in trees for a in walk(tree) if isinstance(a, Name) and self._is_probability(a)]
        beside = {id(f) for tree in trees for a in walk(tree) if isinstance(a, Product) for f in a.above
                  if any(isinstance(c, Call) and c.name == "log" and _is_same(c.args[0], f) for c in a.above)}
        if all(id(a) in logs | beside for a in places):  # p log p too is of a class as well as of a sample
            raise fail("does this index run over classes (softmax) or over samples (sigmoid)?", self.binary[0].span,
                       r"over classes: \sum_j t_j \log p_j; over samples: \sum_i t_i \log \sigma(s_i)")

    def _is_probability(self, node: Name) -> bool:
        return any(a.name == node.name and a.mark == node.mark for a in self.binary) and len(node.subs) == 1

    def partition(self, node: Name, scope: Scope) -> Expr:
        """Return the normaliser of a row: of f where the source uses an undefined f, else of s."""
        row = tuple(self.reader.place(s, scope, False) for s in node.subs)
        last = Dummy("k", integer=True, positive=True)
        self.reader.record(S, len(row) + 1, node)
        name = self.reader.builder.row_function
        inner = Indexed(S, *row, last) if name is None else RowFunction(Symbol(name), S, *row, last)
        return IndexSum(exp(inner), last, M)

    def _normalised(self, value: Expr, place: Expr, exponent: Expr, domain: Expr) -> Expr:
        last = Dummy("k", integer=True, positive=True)
        if isinstance(place, Integer):
            other = Indexed(S, *value.indices[:-1], last)
        else:
            other = exponent.xreplace({place: last})
        return exp(exponent) / IndexSum(exp(other), last, domain)

    def softmax(self, node: Call, scope: Scope) -> Expr:
        """Return softmax of an expression in s_{i,j}, or of a row, at one class."""
        if node.subs:
            return self._softmax_of_row(node, scope)
        exponent = self.reader.builder.build(node.args[0], scope)
        entries = [e for e in exponent.atoms(Indexed) if e.base == S]
        rows = [tuple(e.indices) for e in entries]
        rows += [tuple(f.args[2:]) for f in exponent.atoms(RowFunction)]
        places = {r[-1] for r in rows if not _is_bound(r[-1])}
        if len(places) != 1 or (not isinstance(next(iter(places)), Symbol) and exponent not in entries):
            raise self.reader.builder.fail(
                "over which index does this softmax run?", node.span, r"write \text{softmax}(s_i)_j"
            )
        place = places.pop()
        return self._normalised(exponent, place, exponent, self._softmax_domain(place, rows, scope))

    def _softmax_domain(self, place: Expr, rows: list[tuple[Expr, ...]], scope: Scope) -> Expr:
        if all(len(r) == 1 for r in rows):
            for _, symbol, domain in scope.bound:
                if symbol == place and domain is not None:
                    return domain
        return M

    def _softmax_of_row(self, node: Call, scope: Scope) -> Expr:
        last = Dummy("k", integer=True, positive=True)
        places = [self.reader.place(s, scope, k == len(node.subs) - 1) for k, s in enumerate(node.subs)]
        argument = node.args[0]
        own_rows = len(argument.subs) if isinstance(argument, Name) else self._rows_of(argument)
        row = (*([Integer(0)] * own_rows), *places[:-1]) if len(places) == 1 else tuple(places[:-1])
        exponent = self.reader.builder.build(argument, replace(scope, row=(row, last)))
        if not exponent.has(last):
            raise self.reader.builder.fail("this softmax does not depend on a row of s", node.span)
        return exp(exponent.xreplace({last: places[-1]})) / IndexSum(exp(exponent), last, M)

    def _rows_of(self, node: Node) -> int:
        counts = {
            len(a.subs)
            for a in walk(node)
            if isinstance(a, Name) and a.name in self.reader.logits and not a.mark
        }
        return counts.pop() if len(counts) == 1 else 0


def _is_same(one: Node, other: Node) -> bool:
    """Tell whether two nodes are one entry, wherever they stand."""
    both = [(a.name, a.mark, [getattr(s, "name", "") for s in a.subs]) for a in (one, other) if isinstance(a, Name)]
    return len(both) == 2 and both[0] == both[1]


def _is_bound(place: Any) -> bool:
    """Tell whether an index is bound inside the expression that holds it: then its name is canonical."""
    return isinstance(place, Symbol) and not isinstance(place, Dummy) and place.name.startswith("_")

"""Which index letters and sizes of a published formula belong to samples and which to classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from nmderive.calculus.symbols import N
from nmderive.errors import NmderiveError
from nmderive.notation.class_numbers import PLACE, difference, without_places
from nmderive.notation.member_sets import CLASS_SETS, SAMPLE_SETS
from nmderive.notation.roles import Roles, values
from nmderive.notation.tree import Big, Call, Chain, Name, Node, Product, Sum, walk

#: Functions in which a letter is no size that divides.
_INSIDE = frozenset(["link", "exp", "log"])
ROW, CLASS, LONE = "sample", "class", "lone"
_ROW_SIZES, _CLASS_SIZES = frozenset("NnB"), frozenset("CKm")


def _factors(below: tuple[Node, ...]) -> list[Node]:
    """Return what a product is divided by, factor by factor."""
    factors = [a for f in below for a in ((*f.above,) if isinstance(f, Product) else (f,))]
    return factors + [a.terms[0] for a in factors if isinstance(a, Sum) and len(a.terms) == 2]  # the K of K - 1


def is_hidden(letter: str) -> bool:
    """Tell whether an index letter was put in for an operator or a row, and stands in no formula."""
    return letter.startswith(("opclass", "rowclass"))


@dataclass
class Ranges:
    """Letters, array places and sizes of one source, joined where they run over the same range."""

    roles: Roles
    targets: frozenset[str]
    known: frozenset[str]
    fail: Callable[..., NmderiveError]
    #: Whether rows and classes are the same things, so that no letter tells which is which.
    is_square: bool = False
    parent: dict[Any, Any] = field(default_factory=dict)
    letters: set[str] = field(default_factory=set)
    sizes: set[str] = field(default_factory=set)

    def find(self, node: Any) -> Any:
        """Return what stands for the range of ``node``."""
        while node in self.parent:
            node = self.parent[node]
        return node

    def join(self, one: Any, other: Any, place: Node) -> None:
        """Say that two things run over one range; a sample is never a class."""
        one, other = self.find(one), self.find(other)
        if one == other:
            return
        if {one, other} == {ROW, CLASS}:
            raise self.fail("one index runs over samples and over classes here", place.span,
                            "write s_{i,j}, i over samples and j over classes")
        if one in (ROW, CLASS):
            one, other = other, one
        self.parent[one] = other

    def collect(self, trees: Iterable[Node], formals: dict[str, tuple[str, ...]]) -> None:
        """Take in all trees; ``formals`` are the index letters of each defined name."""
        trees = list(trees)
        for name, letters in formals.items():
            for k, letter in enumerate(letters):
                self.letters.add(letter)
                self.parent.setdefault(("pos", name, k), ("letter", letter))
        for node in (a for tree in trees for a in walk(tree)):
            if isinstance(node, Name):
                self._entry(node)
            elif isinstance(node, Big):
                self._operator(node)
            elif isinstance(node, Call) and node.name == "iverson" and isinstance(node.args[0], Chain):
                self._compared(node.args[0])
        for parts in filter(None, (difference(a) for tree in trees for a in walk(tree))):
            self._subtracted(parts)
        for letter in filter(is_hidden, sorted(self.letters)):
            self.join(CLASS, ("letter", letter), next(iter(trees)))

    def _subtracted(self, parts: tuple[Node, Node]) -> None:
        """Take in that indices are subtracted as numbers, j - k and k - y: they run over one range."""
        names = [p.name for p in parts if isinstance(p, Name) and not p.subs and p.name in self.letters]
        has_place = any(isinstance(p, Call) and p.name == PLACE for p in parts)
        if len(names) == 2:
            self.join(("letter", names[0]), ("letter", names[1]), parts[1])
        elif names and has_place:
            self.join(CLASS, ("letter", names[0]), parts[0])

    def declare(self, indices: Iterable[tuple[str, Any]], place: Node) -> None:
        """Take in what a declaration says that a letter runs over."""
        for name, size in indices:
            if name in self.letters and size is not None:
                self.join(ROW if size == N else CLASS, ("letter", name), place)

    def _is_main(self, node: Name) -> bool:
        roles = self.roles
        return node.name in (roles.labels, roles.logits) or (node.mark, node.name) in roles.predictions

    def _entry(self, node: Name) -> None:
        is_target = node.name in self.targets and not node.mark
        count = len(node.subs)
        for k, sub in enumerate(node.subs):
            if not isinstance(sub, Name):
                continue
            if is_target:
                place: Any = ROW
            elif self._is_main(node):
                place = LONE if count == 1 else (ROW, CLASS)[min(k, 1)]
            else:
                place = ("pos", node.name, k)
            self._index(sub, place)

    def _index(self, sub: Name, place: Any) -> None:
        if sub.name in self.targets:
            self.join(CLASS, place, sub)
        else:
            self.letters.add(sub.name)
            self.join(("letter", sub.name), place, sub)

    def _operator(self, node: Big) -> None:
        for chain in node.under:
            parts = [p for p in chain.parts if isinstance(p, Name)]
            for part in parts[:1] if chain.relations[:1] == ("in",) else parts:
                if part.name not in self.targets and not part.subs and part.mark != "range":
                    self.letters.add(part.name)
            if chain.relations and chain.relations[0] not in ("=", "in"):
                self._compared(chain)
            if chain.relations[:1] == ("in",):
                if parts[-1].mark == "range":
                    self._size(parts[-1].name, parts[0])
                    if parts[-1].name in SAMPLE_SETS | CLASS_SETS:
                        kind = ROW if parts[-1].name in SAMPLE_SETS else CLASS
                        self.join(kind, ("size", parts[-1].name), parts[0])
                else:
                    self.join(("letter", parts[0].name), CLASS, parts[0])
        upper = node.upper.terms[0] if isinstance(node.upper, Sum) else node.upper  # N, or N - 1 of a range from 0
        if isinstance(upper, Name) and not upper.subs and node.under:
            self._size(upper.name, node.under[-1].parts[0])

    def _size(self, size: str, letter: Node) -> None:
        if not isinstance(letter, Name):
            raise self.fail("expected the letter of an index here", letter.span)
        self.sizes.add(size)
        self.join(("size", size), ("letter", letter.name), letter)

    def _compared(self, chain: Chain) -> None:
        parts = [p for p in map(without_places, chain.parts) if isinstance(p, Name)]
        for part in parts:
            letter = next((p.name for p in parts if p is not part), None)
            if part.name in self.targets and letter is not None:
                self.join(CLASS, ("letter", letter), part)
        plain = [p for p in parts if p.name not in self.targets and not p.subs]
        for one, other in zip(plain, plain[1:], strict=False):
            self.join(("letter", one.name), ("letter", other.name), other)

    def decide(self, trees: list[Node]) -> None:
        """Say what a lone index runs over, and give every letter and size that is left a range."""
        lone = self.find(LONE)
        if lone not in (ROW, CLASS) and any(self.find(("letter", a)) == lone for a in self.letters):
            self.parent[lone] = self._lone_kind(trees)
        for what in [*(("letter", a) for a in sorted(self.letters)), *(("size", a) for a in sorted(self.sizes))]:
            if self.find(what) not in (ROW, CLASS):
                self._leftover(what, trees)

    @property
    def has_tasks(self) -> bool:
        """Whether each entry with a lone index is a binary task of its own."""
        return self.roles.is_binary and self.find(LONE) == ROW

    def _lone_kind(self, trees: list[Node]) -> str:
        """Return the range of a lone index: by what couples its entries, else by its size, a mean, its letter."""
        roles = self.roles
        if roles.is_softmax or roles.is_preference:
            return CLASS
        if roles.is_binary:
            return ROW
        lone = self.find(LONE)
        sizes = {a for a in self.sizes if self.find(("size", a)) == lone}
        letters = {a for a in self.letters if self.find(("letter", a)) == lone}
        below = {a.name for tree in trees for a, around in values(tree) if "below" in around}
        has_mean = bool(below & {*sizes, "N", "n"})
        if sizes and sizes <= {"C", "K"} or not sizes and letters <= set("cjkhl"):
            return CLASS
        if roles.is_lone_log and not has_mean:
            return CLASS
        if below & {"C", "K"} and not sizes and not below & {"N", "n", "B"}:
            return CLASS
        if not roles.is_lone_log and not sizes and letters <= {"i", "n"}:
            return ROW
        is_class_letter = bool(letters) and letters <= set("ckhl") and not has_mean
        if not roles.is_lone_log and not is_class_letter and (has_mean or sizes <= {"N", "n", "B"} and sizes):
            return ROW
        one = min(letters or {"i"})
        raise self.fail(
            "does this loss run over classes or over samples?", trees[0].span,
            rf"--let '{one} in m' (classes) or --let '{one} in n' (samples), or write "
            r"both indices, \sum_i \sum_j y_{i,j} \log p_{i,j}, or \sigma(z_i) for a binary task",
        )

    def check_order(self, trees: list[Node]) -> None:
        """Ask back where letters or sizes say that the class stands before the sample: y_{c,n}, y_n^{(c)}."""
        rows, classes = ({a for a in self.letters if self.find(("letter", a)) == kind} for kind in (ROW, CLASS))
        kinds = {a: self.find(("size", a)) for a in self.sizes}
        if self.is_square or self.has_tasks:
            return  # Each class is a binary task of its own: the samples are the classes.
        is_crossed = bool(rows & set("ckl") and classes & set("in"))
        has_rows = any(kinds.get(a) == ROW for a in "NB")  # Then the other of the two may count classes, or experts.
        is_crossed |= any(kinds.get(a) == ROW for a in "CK") or (
            any(kinds.get(a) == CLASS for a in "NB") and bool(rows) and not has_rows)
        if is_crossed:
            raise self.fail("which index is the sample, and which the class?", trees[0].span,
                            "write the sample before the class: y_{i,c}")

    def _leftover(self, what: Any, trees: list[Node]) -> None:
        idle = [a for tree in trees for a in walk(tree) if isinstance(a, Big) and not any(
            isinstance(b, Name) and b.name == what[1] for b in walk(a.body)) and any(
            isinstance(p, Name) and p.name == what[1] for c in a.under for p in c.parts)]
        bound = {p.name for tree in trees for a in walk(tree) if isinstance(a, Big)
                 for c in a.under for p in c.parts if isinstance(p, Name)}
        free = sorted(a for a in self.letters - bound if self.find(("letter", a)) == ROW)
        if idle and free:
            raise self.fail(f"nothing under this sum has the index {what[1]}; is {free[0]} meant?", idle[0].span,
                            f"write {what[1]} for {free[0]}, or sum over {free[0]}")
        used = {self.find(a) for a in [("letter", x) for x in self.letters]}
        if CLASS in used or self.roles.is_softmax:
            raise self.fail(f"over what does {what[1]} run?", trees[0].span,
                            f"declare it: --let '{what[1]} in m' (classes) or '{what[1]} in n' (samples)")
        self.parent[self.find(what)] = CLASS

    def renamed(self) -> dict[str, str]:
        """Return the new name of every index letter: i1, i2, ... for samples, j1, j2, ... for classes."""
        names: dict[str, str] = {}
        for head, kind in (("i", ROW), ("j", CLASS)):
            own = [a for a in sorted(self.letters) if self.find(("letter", a)) == kind]
            names.update({a: f"{head}{k + 1}" for k, a in enumerate(own)})
        return names

    def size_ranges(self, trees: list[Node]) -> dict[str, str]:
        """Return the range of every size letter, those that only divide included; n and m elsewhere are asked back."""
        found = {a: self.find(("size", a)) for a in self.sizes}
        has = {self.find(("letter", a)) for a in self.letters} | ({CLASS} if self.roles.is_softmax else set())
        divisors = {id(a) for tree in trees for f in walk(tree) if isinstance(f, Product) for a in _factors(f.below)}
        before_sums = {id(a) for tree in trees for f in walk(tree) if isinstance(f, Product)
                       and any(isinstance(b, Big) for b in f.above)
                       for part in (f, *(b for b in f.above if isinstance(b, Product))) for a in _factors(part.below)
                       if isinstance(a, Name) and len(a.name) == 1 and a.name.isupper()}
        means = self._before_samples(trees)
        for node, around in (pair for tree in trees for pair in values(tree)):
            name = node.name
            if node.subs or node.mark or name in found:
                continue
            kind = ROW if name in _ROW_SIZES else CLASS if name in _CLASS_SIZES else None
            is_length = name == "T" and "t" in self.letters and self.find(("letter", "t")) == ROW
            if id(node) in before_sums and kind is None and name not in self.known and not is_length:
                raise self._size_or_number(node)
            is_mean = id(node) in means  # in an exponential, too: the perplexity \exp(-\frac1T \sum_t ...)
            kind = ROW if is_length and "below" in around and (is_mean or not around & _INSIDE) else kind
            if kind is None or name in self.known:
                continue
            if id(node) in divisors and (is_mean or "exp" not in around) and kind in has and kind not in found.values():
                found[name] = kind
                continue
            raise self._size_or_number(node)
        for node, around in (pair for tree in trees for pair in values(tree)):
            is_scale = {"exp", "below"} <= around or {"softmax", "below"} <= around
            if node.name == "T" in found and is_scale and not node.subs and id(node) not in means:
                raise self.fail("T is the length of a sequence here, and divides logits as a temperature", node.span,
                                r"give the temperature a letter of its own: z/\tau")
        return found

    def _before_samples(self, trees: list[Node]) -> set[int]:
        """Return the divisors that stand before a sum over samples: that many it is the mean of."""
        found = set()
        for product in (a for tree in trees for a in walk(tree) if isinstance(a, Product)):
            heads = [b.under[0].parts[0] for b in product.above if isinstance(b, Big) and b.under]
            if any(self.find(("letter", getattr(a, "name", ""))) == ROW for a in heads):
                parts = (product, *(b for b in product.above if isinstance(b, Product)))
                found |= {id(a) for part in parts for a in _factors(part.below)}
        return found

    def _size_or_number(self, node: Name) -> NmderiveError:
        name = node.name
        if name in ("n", "m"):  # sizes by their names, which cannot be declared
            hint = "for a number --let 'm: margin'; for the number of classes write K" if name == "m" else (
                "give the number another letter; for the number of samples write N")
        else:
            hint = f"--let '{name}: classes', --let '{name}: rows', or for a number --let '{name}: real'"
        return self.fail(f"is {name} a size or a number of its own here?", node.span, hint)


__all__ = ["CLASS", "ROW", "Ranges"]

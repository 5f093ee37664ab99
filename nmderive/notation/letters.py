"""The letters of a source, so that what is printed comes back in them: y, z, N and C as they came."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

#: Names of indices inside, by what they run over, in the order in which printers take them.
_ROWS = ("i", "a", "b", "c", "d")
_CLASSES = ("j", "k", "h", "l", "q", "r")
#: Letters for indices that the source has none for.
_MORE_ROWS = ("i", "a", "b", "r", "u")
_MORE_CLASSES = ("j", "k", "l", "h", "c", "q")


@dataclass(frozen=True)
class Letters:
    """What the names inside are called in the source.

    ``names`` holds (name inside, letter, accent) for logits, labels, probabilities, sizes, arrays and numbers;
    ``rows`` and ``classes`` are the source's index letters; ``target`` is the letter of a class index y_i, whose
    one-hot label is [y_i = j], "=" where it is the sample's own index, and empty where labels are an array.
    """

    names: tuple[tuple[str, str, str], ...] = ()
    rows: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    target: str = ""

    @cached_property
    def by_name(self) -> dict[str, tuple[str, str]]:
        """Return (letter, accent) by the name inside."""
        return {name: (letter, mark) for name, letter, mark in self.names}

    @cached_property
    def indices(self) -> dict[str, str]:
        """Return the source's letter for every index name inside, none of them twice."""
        taken = {letter for _, letter, _ in self.names} | {self.target}
        found: dict[str, str] = {}
        for inner, own, more in ((_ROWS, self.rows, _MORE_ROWS), (_CLASSES, self.classes, _MORE_CLASSES)):
            others = {*self.rows, *self.classes}
            pool = [*own, *(a for a in more if a not in taken | others)]
            for name, letter in zip(inner, pool, strict=False):
                found[name] = letter
                taken.add(letter)
        return found

    def with_soft_labels(self) -> Letters:
        """Return the letters with labels as an array, for what is said of labels that are not one-hot."""
        return replace(self, target="")

    def index(self, name: str) -> str:
        """Return the letter of an index; "@i" is the class index of sample i."""
        if name.startswith("@"):
            rows = [self.indices.get(a, a) for a in name[1:].split(",") if a]
            if self.target == "=":
                return rows[0] if rows else "i"
            below = rows[0] if len(rows) == 1 and len(rows[0]) == 1 else f"{{{','.join(rows)}}}"
            return f"{self.target}_{below}" if rows else self.target
        return self.indices.get(name, name)


__all__ = ["Letters"]

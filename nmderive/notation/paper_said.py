"""What a reading of a published formula declares for the builder, and says of its guesses."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

from nmderive.calculus.domains import Domain
from nmderive.calculus.symbols import M, N, array, parameter
from nmderive.notation.declarations import Declarations
from nmderive.notation.index_ranges import CLASS, ROW, Ranges, is_hidden
from nmderive.notation.own_letters import INNER, KEPT, own_number
from nmderive.notation.paper_names import LENGTH
from nmderive.notation.roles import GIVEN_ARRAYS, POSITIVE, POSITIVE_ARRAYS, Roles
from nmderive.notation.row_sets import is_members
from nmderive.notation.similarities import POSITIVE_CLASS
from nmderive.notation.targets import index_places
from nmderive.notation.tree import Call, Name, Node, Product, walk

#: Letters that run over the binary tasks of one sample sooner than over samples.
_CLASS_LETTERS = frozenset("ckl")
_SHOWN = {ROW: "samples 1..n", CLASS: "classes 1..m"}


def _sign(symbol: Any) -> str:
    return "positive" if symbol.is_positive else "nonnegative" if symbol.is_nonnegative else "real"


def _is_positive(name: str) -> bool:
    """Tell whether a number is positive by its meaning: a temperature, or an entry of given probabilities."""
    return name in POSITIVE or name.rpartition("_")[0] in GIVEN_ARRAYS or name.startswith(LENGTH)


class PaperSaid:
    """The part of ``paper.PaperSource`` that declares and says; the attributes are those of the whole."""

    declarations: Declarations
    notes: list[str]
    signs: frozenset[str]
    #: What sentences of the source say to be labels, not the user.
    said_labels: frozenset[str]
    trees: list[Node]

    def _declared(self, roles: Roles, sizes: dict[str, str]) -> Declarations:
        arrays, parameters, domains = [], [], []
        above_zero = Domain(low=Fraction(0))
        for name in sorted(roles.arrays):
            inner = INNER.get(name, name)
            is_positive = name in POSITIVE_ARRAYS | GIVEN_ARRAYS | roles.positive or name.startswith(LENGTH)
            sign = "positive" if is_positive else "nonnegative" if is_members(name) else "real"
            arrays.append((name, array(inner, sign)))
            domains += [(inner, Domain(low=Fraction(0), low_open=False))] if is_members(name) else []
            domains += [(inner, above_zero)] if is_positive else []
        for name in sorted(roles.parameters - set(sizes)):
            is_positive = _is_positive(name)
            parameters.append((name, parameter(own_number(name), "positive" if is_positive else "real")))
            domains += [(name, above_zero)] if is_positive else []
        guessed = Declarations(
            arrays=tuple(arrays), parameters=tuple(parameters), domains=tuple(domains),
            sizes=tuple((name, N if kind == ROW else M) for name, kind in sizes.items()),
            logits=(roles.logits,) if roles.logits else (),
            labels=("t" if roles.labels == "p" else roles.labels,) if roles.labels else (),
        )
        said = replace(self.declarations, logits=(), labels=(), probabilities=(), targets=(), signs=())
        kept = tuple((b, parameter(own_number(b), _sign(a)) if b in KEPT else a) for b, a in said.parameters)
        renamed = tuple((own_number(name), domain) for name, domain in said.domains)
        return replace(guessed, probabilities=("p",)).merge(replace(said, parameters=kept, domains=renamed))

    def has_class_index(self, name: str, mark: str) -> bool:
        """Tell whether the predicted probabilities have a class beside the sample."""
        return any(isinstance(a, Name) and (a.mark, a.name) == (mark, name) and len(a.subs) == 2
                   for tree in self.trees for a in walk(tree))

    def _is_signed(self, roles: Roles) -> bool:
        """Tell whether the label is a factor of the logit in an exponential or a margin, as labels of -1 and 1 are."""
        calls = [c for tree in self.trees for c in walk(tree)
                 if isinstance(c, Call) and c.name in ("exp", "sigmoid", "softplus", "max", "relu")]
        products = [p for c in calls for p in walk(c) if isinstance(p, Product)]
        return any({roles.labels, roles.logits} <= {f.name for f in p.above if isinstance(f, Name)} for p in products)

    def _say(self, roles: Roles, targets: frozenset[str], ranges: Ranges, sizes: dict[str, str]) -> None:
        known = self.declarations.names()
        declared = {f"hat {a[3:]}" if a.startswith("hat") and len(a) == 4 else a for a in known} | known

        def say(note: str) -> None:
            is_plain = note in ("n: the number of samples", "m: the number of classes")
            if not is_plain and re.split(r":| runs", note)[0] not in declared:
                self.notes.append(note)

        if roles.labels:
            say(f"{roles.labels}: labels")
        told = {*self.signs, *self.declarations.labels} - self.said_labels
        if roles.labels and roles.labels not in told and self._is_signed(roles):
            own = roles.labels
            self.notes.append(f"{own} lies in [0, 1]; if it is -1 or 1, declare that: --let '{own}: sign labels'")
        for name in sorted(targets - {POSITIVE_CLASS}):
            places = [p for tree in self.trees for p in index_places(tree)]
            marks = {p.mark for p in places if isinstance(p, Name) and p.name == name}
            say(f"{max(marks, default='')} {name}: the target class, a one-hot label".lstrip())
        if roles.logits:
            say(f"{roles.logits}: logits")
        for mark, name in sorted(roles.predictions):
            say(f"{mark + ' ' if mark else ''}{name}: predicted probabilities")
            if roles.is_multi_label and self.has_class_index(name, mark):
                say(f"{name}_ij is the sigmoid of the logit: log {name} and log(1 - {name}) stand together")
        for letter in sorted(a for a in ranges.letters if not is_hidden(a)):
            kind = ranges.find(("letter", letter))
            over = "tasks 1..n" if kind == ROW and ranges.has_tasks and letter in _CLASS_LETTERS else _SHOWN[kind]
            say(f"{letter.replace('prime', chr(39))} runs over {over}")
        for name, kind in sorted(sizes.items()):
            of = "classes" if kind == CLASS else "tasks" if ranges.has_tasks and name in ("C", "K") else "samples"
            say(f"{name.replace('prime', chr(39))}: the number of {of}")
        for name in sorted(a for a in roles.arrays if not is_members(a)):
            if name.startswith(LENGTH):
                self.notes.append(f"{name} is the length of the response y_{name[4:]}, an array of positive numbers")
                continue
            written = f", written {INNER[name]}" if name in INNER else ""
            sign = "positive " if name in POSITIVE_ARRAYS | GIVEN_ARRAYS | roles.positive else ""
            say(f"{name}: an array of {sign}numbers{written}")
        for name in sorted(roles.parameters - set(sizes) - ranges.letters):  # an index may stand as its number
            if name.startswith(LENGTH):
                self.notes.append(f"{name} is the length of the response y_{name[4:]}, a positive number")
                continue
            say(f"{name}: a {'positive ' if _is_positive(name) else 'real '}number")


__all__ = ["PaperSaid"]

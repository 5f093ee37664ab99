"""Who is who in a published formula: label, prediction, logits, weights and parameters, by how each is used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nmderive.notation.latex_tokens import GREEK
from nmderive.notation.pair_masks import compares_items
from nmderive.notation.role_checks import ACCENTS, RoleChecks, as_array
from nmderive.notation.role_logits import LogitFinder
from nmderive.notation.role_names import (
    GIVEN_ARRAYS,
    LABEL_LETTERS,
    LOGIT_LETTERS,
    MODEL,
    POSITIVE,
    POSITIVE_ARRAYS,
    RESERVED,
    STUDENTS,
    TEACHERS,
    Roles,
    is_complement,
    is_complement_of_one,
    values,
)
from nmderive.notation.row_sets import is_members
from nmderive.notation.tree import Big, Call, Name, Node, Number, Product, Word, walk
from nmderive.notation.use import factors_beside, predicted_by_use
from nmderive.notation.vocabulary import LOSS_NAMES


def _is_term(name: str) -> bool:
    """Tell whether a name without an index is that of a part of the loss, L_reg or Dice, and no number."""
    head, _, label = name.partition("_")
    return bool(label) and head in LOSS_NAMES or name[0].isupper() and len(head) > 1 and head not in GREEK


def _which_is_predicted(written: list[str]) -> str:
    """Return what to declare where several letters may be predicted: one of two, the other being the labels."""
    free = [a for a in written if "_" not in a]
    if len(free) != 2 or len(free) < len(written):
        return "define the others, or declare it: " + ", ".join(f"--let '{a}: probabilities'" for a in free)
    return "; ".join(f"if {a} is: --let '{a}: probabilities' --let '{b}: labels'" for a, b in (free, free[::-1]))


def _is_ratio_of(node: Node, predictions: set[tuple[str, str]]) -> bool:
    """Tell whether a node is a ratio of two entries, one of them predicted, as in the q log(q/p) of a divergence."""
    parts = (*node.above, *node.below) if isinstance(node, Product) else ()
    names = [a for a in parts if isinstance(a, Name) and a.subs]
    return len(names) == len(parts) == 2 and any((a.mark, a.name) in predictions for a in names)


@dataclass
class Reader(LogitFinder, RoleChecks):
    """Finds the roles of the trees of one source."""

    def roles(self) -> Roles | None:
        """Return the roles, None where no label and no prediction can be told: then nothing is guessed."""
        found = Roles(self.declared.labels, self.declared.logits, set(self.declared.predictions))
        found.has_operators = self.declared.has_operators
        places = [pair for tree in self.trees for pair in values(tree)]
        places = [(a, around) for a, around in places if (a.mark, a.name) not in self.defined]
        self._check_both_predicted(places)
        self._predictions(found, places)
        if found.labels in LABEL_LETTERS and not found.predictions:
            logged = {a.name for a, around in places if "log" in around and a.name in LABEL_LETTERS and a.subs}
            found.predictions |= {("", name) for name in logged - self.known - {found.labels}}
        if not found.labels and not self.targets:
            found.labels = self._unhatted(found, places)
        if not found.labels:
            found.labels = self._starred(found, places)
        if not found.labels:
            labels = {a.name for a, _ in places if a.name in LABEL_LETTERS and a.subs and not a.mark} - self.known
            labels -= {found.logits}
            labels = labels or self._capital_label(places)
            logged = {a.name for a, around in places if "log" in around and a.name in labels}
            if len(labels) == 2 and len(logged) == 1 and not found.predictions:
                # t log y: the one in the logarithm is predicted.
                found.predictions.add(("", next(iter(logged))))
            labels -= {name for _, name in found.predictions if name != "p"} if len(labels) > 1 else set()
            if len(labels) > 1:
                raise self.fail("which letter are the labels?", places[0][0].span, "--let 'y: labels'")
            found.labels = labels.pop() if labels else ""
        if not found.labels and not self.targets and len(found.predictions) == 1:
            found.labels = self._beside(found, places)
            self._check_direction(found, places)
        if not found.logits:
            found.logits = self._logits(found, places)
        self._check_hat_labels(found, places)
        has_sets = any(isinstance(a, Big) and any(c.relations == ("in",) for c in a.under)
                       for tree in self.trees for a in walk(tree))
        found.predictions -= self.defined
        is_labelled = bool(found.labels or self.targets or has_sets or self.declared.is_preference)
        is_labelled |= self.declared.has_operators or bool(self.declared.logits)
        is_labelled |= bool(self.defined and found.predictions)
        is_labelled |= any(is_members(a.name) for a, _ in places)
        is_labelled |= self._is_entropy(found, places)
        found.has_pairs = self._has_pairs(found)
        found.is_preference = self.declared.is_preference
        is_labelled |= found.has_pairs or self.declared.is_own and found.logits == "s"
        if not is_labelled or not (found.logits or found.predictions):
            return None
        if found.labels in self.targets:
            raise self.fail(f"{found.labels} is a class index and a label in one formula", places[0][0].span,
                            f"declare one of them: --let '{found.labels}: labels'")
        self._check_said(found, places)
        self._check_batches()
        self._check_samples(found)
        self._check_factors(self.targets)
        self._check_negatives(self.targets)
        self._evidence(found)
        self._check_tasks(found)
        self._check_hats(found)
        self._check_inputs(found)
        self._check_priors(found)
        self._check_two_labels(found, places)
        self._others(found, places)
        return found

    def _unhatted(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> str:
        r"""Return the letter that is predicted with a hat and stands beside it without one: g of \hat{g}."""
        hats = {name for mark, name in found.predictions if mark == "hat"} | (
            {found.logits[3:]} if found.logits.startswith("hat") else set())
        plain = {a.name for a, around in places
                 if a.subs and not a.mark and a.name not in self.known and "exp" not in around} & hats
        plain -= {name for mark, name in found.predictions if not mark}
        return plain.pop() if len(plain) == 1 else ""

    def _starred(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> str:
        r"""Return the p^* beside predicted p: the truth."""
        stars = {a.name for a, _ in places if a.subs and not a.mark and a.name.endswith("^star")} - self.known
        is_truth = len(stars) == 1 and ("", min(stars).removesuffix("^star")) in found.predictions
        return min(stars) if is_truth else ""

    def _capital_label(self, places: list[tuple[Name, frozenset[str]]]) -> set[str]:
        """Return Y, the matrix of labels, where P, that of probabilities, stands in a logarithm."""
        names = {a.name for a, _ in places if a.subs and not a.mark} - self.known
        return {"Y"} if {"Y", "P"} <= names and not self.targets else set()

    def _beside(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> str:
        """Return the array that multiplies predictions, or logarithms of them: those are the labels."""
        teachers = {a.name for a, _ in places if a.name in TEACHERS}
        ours = (self._mine(places) | teachers) - {name for _, name in found.predictions} - {"p"}
        names = {name for name in ours if name in teachers or len(name) == 1}
        beside = {f.name for tree in self.trees for f in factors_beside(tree, found.predictions)} & names
        return beside.pop() if len(beside) == 1 else ""

    def _predictions(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> None:
        pairs = {a.name for a, _ in places if a.subs and not a.mark}
        for a, around in places:
            if not a.mark and a.name in self.known | {self.declared.labels} or self.declared.predictions:
                continue
            is_hat = a.mark == "hat" and (a.name in ("y", "p", "P", "t", "q") or a.name in pairs and "log" in around)
            is_student = a.name in STUDENTS
            if is_hat or is_student or (a.name == "p" and not a.mark and a.subs):
                found.predictions.add((a.mark, a.name))
        if {("hat", "p"), ("", "p")} <= found.predictions and not self._has_label(places):
            found.predictions.discard(("", "p"))
            found.labels = found.labels or "p"
        if not found.predictions and not found.logits:
            has_label = self._has_label(places) or self.declared.is_preference
            found.predictions |= predicted_by_use(self.trees, self._mine(places), has_label)
        if len({pair for pair in found.predictions}) > 1:
            written = sorted(rf"\hat{{{name}}}" if mark else name for mark, name in found.predictions)
            shown = ", ".join(written).replace("_", " of the ")
            raise self.fail(f"which of these are the predicted probabilities: {shown}?", places[0][0].span,
                            "one of them is declared too many: declare the other as the labels"
                            if len(self.declared.predictions) > 1 else _which_is_predicted(written))

    def _mine(self, places: list[tuple[Name, frozenset[str]]]) -> set[str]:
        """Return the arrays that use may give a role: not declared, not defined, no weights and no logits."""
        logged = {id(c.args[0]) for tree in self.trees for c in walk(tree) if isinstance(c, Call) and c.name == "log"}
        linked = {a.name for a, around in places if "link" in around and id(a) not in logged}
        return {a.name for a, _ in places if a.subs and not a.mark} - self.known - POSITIVE_ARRAYS - linked

    def _has_label(self, places: list[tuple[Name, frozenset[str]]]) -> bool:
        return bool(self.targets or self.declared.labels) or any(
            a.name in LABEL_LETTERS | {"Y"} and not a.mark and a.name not in self.known for a, _ in places)

    def _is_of_two_classes(self, name: str, places: Iterable[tuple[Name, frozenset[str]]]) -> bool:
        r"""Tell whether an array has a target class first, or beside a class of others, C_{y,k} and T_{j,y}."""
        entries = [a.subs for a, _ in places if a.name == name and not a.mark]
        classes = {s.name for a, _ in places for s in a.subs[-1:] if isinstance(s, Name) and a.name != name}
        first, second = ({getattr(e[k], "name", "") for e in entries if len(e) == 2} for k in (0, 1))
        return bool(first & self.targets) or bool(second & self.targets) and first <= classes - self.targets

    def _is_copy(self, entry: Name, found: Roles) -> bool:
        r"""Tell whether an entry is of a fixed copy of what is predicted, p_{old} beside p_\theta and labels."""
        base, _, label = entry.name.partition("_")
        is_plain = bool(label and entry.subs) and not entry.mark and label not in MODEL
        return is_plain and ("", base) in found.predictions and bool(found.labels or self.targets)

    def _evidence(self, found: Roles) -> None:
        """Note what makes a task binary (sigmoid, log(1 - p)), and what one over classes (normaliser, class index)."""
        found.is_softmax = bool(self.targets) or compares_items(self.trees) or found.has_pairs
        found.is_binary = self.declared.is_binary
        names = {name for _, name in found.predictions}
        logs = []
        has_complement = False
        inside = [c for tree in self.trees for a in walk(tree) for c in (
            a.args if isinstance(a, Call) and a.name == "log" else a.below if isinstance(a, Product) else ())]
        normalisers = {id(b) for part in inside for b in walk(part) if isinstance(b, Big)}
        for node in (a for tree in self.trees for a in walk(tree)):
            if isinstance(node, Call) and node.name == "sigmoid":
                found.is_binary = True
            if isinstance(node, Call) and node.name == "log":
                logs.append(node.args[0])
                ratio = node.args[0] if isinstance(node.args[0], Product) else Product(node.span, (node.args[0],), ())
                has_complement |= any(is_complement_of_one(a, names) for a in (*ratio.above, *ratio.below))
            if isinstance(node, Call) and node.name in ("softmax", "logsumexp"):
                found.is_softmax = True
            if id(node) in normalisers and any(
                around >= {"exp"} and not around & {"log", "below"} and a.name == found.logits
                for a, around in values(getattr(node, "body", node))
            ):
                found.is_softmax = True
        plain: list[Node] = [a for a in logs if isinstance(a, Name) and (a.mark, a.name) in found.predictions]
        plain += [a for a in logs if _is_ratio_of(a, found.predictions)]
        found.is_binary |= has_complement and bool(plain)
        found.is_multi_label = has_complement and bool(plain) and not found.is_softmax
        found.is_lone_log = bool(plain) and not found.is_binary and not found.is_softmax

    def _others(self, found: Roles, places: Iterable[tuple[Name, frozenset[str]]]) -> None:
        self._check_labels_above(found)
        main = {found.labels, found.logits}
        for a, _ in places:
            is_main = a.name in main - {""} or (a.mark, a.name) in found.predictions
            if is_main and any(isinstance(s, Word) for s in a.subs):
                raise self.fail(f"which entry of {a.name} is this?", a.span, "write its indices, or define it")
            if is_main and self.declared.is_preference and a.name == found.logits and not a.subs:
                raise self.fail(f"what is {a.name} without a response here?", a.span,
                                f"give what is made of {a.name} alone a letter of its own")
            if is_main or a.name in self.known:
                continue
            if a.subs and isinstance(a.subs[0], Word) and a.name in LOSS_NAMES:
                raise self.fail(f"what is {a.name} {a.subs[0].text} here?", a.span, "define it after the formula")
            if len(a.subs) == 1 and isinstance(a.subs[0], Number | Word) and not a.mark and a.name not in RESERVED:
                found.parameters.add(f"{a.name}_{a.subs[0].value if isinstance(a.subs[0], Number) else a.subs[0].text}")
                continue
            if is_members(a.name) or a.name in GIVEN_ARRAYS or a.name.endswith("_teacher") and a.subs and not a.mark:
                found.arrays[a.name] = len(a.subs)
                continue
            if self._is_copy(a, found):
                found.arrays[a.name] = len(a.subs)
                found.positive.add(a.name)
                continue
            if any(getattr(s, "name", "").startswith("opclass") for s in a.subs):
                if a.name in LOGIT_LETTERS and found.predictions:
                    raise self.fail(f"is {a.name} the logits?", a.span,
                                    f"--let '{a.name}: logits', or for an array of numbers --let '{a.name}_j'")
                is_label = "_" not in a.name and not found.labels
                shown = a.name.replace("_", " of the ")
                raise self.fail(f"what is {shown} here: labels, or probabilities that are given?", a.span,
                                f"--let '{a.name}: labels', or --let '{a.name}_j>0'" if is_label
                                else "define it after the formula")
            base, _, sign = a.name.rpartition("_")
            if sign in ("plus", "minus") and base in {*LOGIT_LETTERS, *LABEL_LETTERS, "p", "q", "f", found.logits}:
                raise self.fail(f"is {base} with the sign an array of its own here?", a.span,
                                f"write it as entries of {base}: {base}_1 for one, {base}_2, {base}_3 for others")
            self._check_whole_row(a)
            if not a.subs and _is_term(a.name):
                raise self.fail(f"what is {a.name.replace('_', ' ')} here?", a.span, "define it after the formula")
            if a.mark or len(a.subs) > 1 or any(not isinstance(s, Name) for s in a.subs):
                is_array = a.mark in ACCENTS or not a.mark and len(a.subs) == 2 and a.name.isalpha()
                is_array &= all(isinstance(s, Name) for s in a.subs)
                if is_array and not a.mark and a.name not in MODEL and self._is_of_two_classes(a.name, places):
                    found.arrays[a.name] = 2
                    continue
                may_be_signs = is_array and not found.labels and not a.mark
                raise self.fail(f"what is {f'{a.mark} {a.name}'.lstrip()} here?", a.span, "define it after the formula"
                                + (f", or for marks of -1 and 1 --let '{a.name}: sign labels'" if may_be_signs else "")
                                + (as_array(a) if is_array else ""))
            if a.name in ("s", "t", "p") and a.subs:
                more = "; where p is softmax(s): --let 's: logits'" if a.name == "s" and found.predictions else ""
                raise self.fail(f"{a.name} is not the logits, the labels or a probability here", a.span,
                                f"give it another letter in the formula: {a.name} is kept for those{more}")
            is_word = len(a.name) > 1 and a.name.isalpha() and a.name not in GREEK | POSITIVE_ARRAYS | {"sim", "score"}
            if a.subs and is_word and not is_members(a.name):
                raise self.fail(f"what is {a.name} here?", a.span,
                                f"define it after the formula, or for an array of numbers --let '{a.name}_j>0'")
            if a.subs and a.name in LOGIT_LETTERS and not (a.name == "theta" and found.predictions):
                if self.declared.logits and not found.labels:
                    raise self.fail(f"what is {a.name} here?", a.span,
                                    f"--let '{a.name}: labels', or for an array of numbers --let '{a.name}_j'")
                raise self.fail(f"is {a.name} the logits?", a.span,
                                f"--let '{a.name}: logits', or for an array of numbers --let '{a.name}_j'")
            if a.subs:
                self._check_case(a, found)
                self._check_logged(a, found)
                found.arrays[a.name] = 1
            else:
                found.parameters.add(a.name)
        for name in found.arrays:
            if any(b == name or b.startswith(f"{name}_") for b in found.parameters):
                raise self.fail(f"{name} is an array here and a number elsewhere", self.trees[0].span, "rename one")


__all__ = [
    "GIVEN_ARRAYS", "LABEL_LETTERS", "LOGIT_LETTERS", "POSITIVE", "POSITIVE_ARRAYS", "Reader", "Roles", "is_complement",
    "is_complement_of_one", "values",
]

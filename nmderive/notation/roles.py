"""Who is who in a published formula: label, prediction, logits, weights and parameters, by how each is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from nmderive.errors import NmderiveError
from nmderive.notation.latex_tokens import GREEK
from nmderive.notation.pair_masks import has_masks, is_value_order
from nmderive.notation.tree import (
    Big,
    Call,
    Chain,
    Derivative,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Word,
    children,
    walk,
)
from nmderive.notation.use import factors_beside, predicted_by_use
from nmderive.notation.vocabulary import LOSS_NAMES

#: Letters that papers give to logits.
LOGIT_LETTERS = frozenset(["s", "z", "x", "o", "a", "f", "u", "v", "S", "Z", "theta", "sim", "eta"])
LABEL_LETTERS = frozenset(["y", "t"])
#: Parameters that are positive by their meaning: focusing, temperature, scale.
POSITIVE = frozenset(["gamma", "tau", "T"])
#: Arrays that are positive by their meaning: weights, priors, counts.
POSITIVE_ARRAYS = frozenset(["w", "weight", "pi", "n", "N", "alpha", "omega"])
#: Probabilities that are given with the data: of a reference model, of a teacher.
GIVEN_ARRAYS = frozenset(["pi_ref", "pi_SFT", "pi_sft", "pi_old", "pi_0", "p_ref", "p_teacher", "q_teacher"])
#: Letters of a model's weights.
_MODEL = frozenset(["w", "W", "theta", "Theta", "phi"])
#: Functions that take the positive part of a margin.
_MARGINS = frozenset(["max", "relu"])
#: Letters that papers put above an entry as a label.
_ABOVE = frozenset("tsTSLlcijk")
#: Letters of logits that papers give to other arrays too: an exponential alone does not tell.
_WEAK = frozenset("uv")
_RESERVED = frozenset(["s", "t", "p"])
_LINKS = frozenset(["exp", "sigmoid", "softmax", "softplus", "logsumexp", "tanh"])


@dataclass
class Roles:
    """What the names of one source are; ``notes`` say the guesses."""

    labels: str = ""
    logits: str = ""
    predictions: set[tuple[str, str]] = field(default_factory=set)
    arrays: dict[str, int] = field(default_factory=dict)
    parameters: set[str] = field(default_factory=set)
    is_binary: bool = False
    is_softmax: bool = False
    is_lone_log: bool = False
    #: Whether log p and log(1 - p) stand together: each class is a task of its own, and p a sigmoid.
    is_multi_label: bool = False
    is_preference: bool = False
    has_operators: bool = False


def values(node: Node, around: frozenset[str] = frozenset()) -> Iterator[tuple[Name, frozenset[str]]]:
    """Yield (name, what stands around it) for every name that is a value: "exp", "log", "below", ... around it."""
    if isinstance(node, Name):
        yield node, around
    elif isinstance(node, Call) and node.name == "iverson" and is_value_order(node.args[0]):
        for part in children(node.args[0]):
            yield from values(part, around)
    elif isinstance(node, Call) and node.name != "iverson":
        for arg in node.args:
            yield from values(arg, around | {"link" if node.name in _LINKS else node.name, node.name})
    elif isinstance(node, Product):
        for part in node.above:
            yield from values(part, around)
        for part in node.below:
            yield from values(part, around | {"below"})
    elif isinstance(node, Big):
        yield from values(node.body, around)
    elif not isinstance(node, Chain | Call | Derivative):
        for child in children(node):
            yield from values(child, around)


def is_complement(node: Node, names: set[str]) -> bool:
    """Tell whether ``node`` is 1 - p for a p of ``names``."""
    if not isinstance(node, Sum) or len(node.terms) != 2:
        return False
    one, other = node.terms
    inner = other.operand if isinstance(other, Negative) else None
    return isinstance(one, Number) and one.value == 1 and isinstance(inner, Name) and inner.name in names


def _is_term(name: str) -> bool:
    """Tell whether a name without an index is that of a part of the loss, L_reg or Dice, and no number."""
    head, _, label = name.partition("_")
    return bool(label) and head in LOSS_NAMES or name[0].isupper() and len(head) > 1 and head not in GREEK


@dataclass
class Reader:
    """Finds the roles of the trees of one source; ``known`` are names that are declared or defined."""

    trees: list[Node]
    targets: frozenset[str]
    known: frozenset[str]
    defined: frozenset[tuple[str, str]]
    declared: Roles
    fail: Callable[..., NmderiveError]

    def roles(self) -> Roles | None:
        """Return the roles, None where no label and no prediction can be told: then nothing is guessed."""
        found = Roles(self.declared.labels, self.declared.logits, set(self.declared.predictions))
        found.has_operators = self.declared.has_operators
        places = [pair for tree in self.trees for pair in values(tree)]
        places = [(a, around) for a, around in places if (a.mark, a.name) not in self.defined]
        self._predictions(found, places)
        if found.labels in LABEL_LETTERS and not found.predictions:
            logged = {a.name for a, around in places if "log" in around and a.name in LABEL_LETTERS and a.subs}
            found.predictions |= {("", name) for name in logged - self.known - {found.labels}}
        if not found.labels:
            labels = {a.name for a, _ in places if a.name in LABEL_LETTERS and a.subs and not a.mark} - self.known
            labels -= {found.logits}
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
        has_sets = any(isinstance(a, Big) and any(c.relations == ("in",) for c in a.under)
                       for tree in self.trees for a in walk(tree))
        found.predictions -= self.defined
        is_labelled = bool(found.labels or self.targets or has_sets or self.declared.is_preference)
        is_labelled |= self.declared.has_operators or bool(self.declared.logits)
        is_labelled |= bool(self.defined and found.predictions)
        is_labelled |= self._is_entropy(found, places)
        if not is_labelled or not (found.logits or found.predictions):
            return None
        if found.labels in self.targets:
            raise self.fail(f"{found.labels} is a class index and a label in one formula", places[0][0].span,
                            f"declare one of them: --let '{found.labels}: labels'")
        self._evidence(found)
        self._check_hats(found)
        self._check_inputs(found)
        self._others(found, places)
        return found

    def _is_entropy(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> bool:
        """Tell whether predicted probabilities stand inside and outside of logarithms, and nothing else is an array."""
        main = [around for a, around in places if (a.mark, a.name) in found.predictions]
        is_alone = not any(a.subs for a, _ in places if (a.mark, a.name) not in found.predictions)
        return is_alone and any("log" in around for around in main) and any("log" not in around for around in main)

    def _beside(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> str:
        """Return the array that multiplies predictions, or logarithms of them: those are the labels."""
        teachers = {a.name for a, _ in places if a.name in ("p_teacher", "q_teacher", "y_teacher")}
        ours = (self._mine(places) | teachers) - {name for _, name in found.predictions} - {"p"}
        names = {name for name in ours if name in teachers or len(name) == 1}
        beside = {f.name for tree in self.trees for f in factors_beside(tree, found.predictions)} & names
        return beside.pop() if len(beside) == 1 else ""

    def _check_direction(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> None:
        """Ask back which is predicted in p log q, where nothing else tells: books have p as the truth there."""
        names = {name for _, name in found.predictions}
        logged = {a.name for a, around in places if "log" in around and "exp" not in around and a.subs}
        others = {a for a in logged - names - self.known if len(a) == 1} - POSITIVE_ARRAYS
        if not found.labels and logged and not logged & names and len(others) == 1 and not found.logits:
            (name,), (other,) = names, others
            raise self.fail(f"which of {name} and {other} is predicted, and which are the labels?", places[0][0].span,
                            f"--let '{name}: labels' and --let '{other}: probabilities'")

    def _normalised(self, found: Roles) -> set[str]:
        """Return the arrays in exponentials that are summed, whatever their letter: those are the logits."""
        names = set()
        for node in (a for tree in self.trees for a in walk(tree) if isinstance(a, Big)):
            for a, around in values(node.body):
                if "exp" in around and "log" not in around and len(a.subs) == 1 and not a.mark:
                    names.add(a.name)
        return names - self.known - {found.labels} - {name for _, name in found.predictions}

    def _check_inputs(self, found: Roles) -> None:
        r"""Ask back where what looks like a logit is the input of a linear model: w^\top x_i, or w x_i + b."""
        for node in (a for tree in self.trees for a in walk(tree)):
            if isinstance(node, Power) and getattr(node.exponent, "name", "") in ("top", "T"):
                raise self.fail("this is the score of a linear model", node.span,
                                r"give the score a letter, z_i for w^\top x_i + b: it is the logit")
            factors = node.above if isinstance(node, Product) else ()
            names = {f.name for f in factors if isinstance(f, Name)}
            if found.logits in names and {f.name for f in factors if isinstance(f, Name) and not f.subs} & _MODEL:
                raise self.fail(f"is {found.logits} the input of a linear model here?", node.span,
                                "give the score a letter, z_i: it is the logit")

    def _check_hats(self, found: Roles) -> None:
        """Ask back what a hatted label without a logarithm is: a probability, or the output of a regression."""
        places = [(a, around) for tree in self.trees for a, around in values(tree) if a.mark == "hat"]
        if any("log" in around and around <= {"log", "below"} for _, around in places):
            return
        hats = [a for a, _ in places if a.name != "p"]
        if hats and found.predictions:
            name = hats[0].name
            raise self.fail(f"is hat {name} a probability, or a real output?", hats[0].span,
                            rf"--let '\hat{{{name}}}: probabilities' or --let '\hat{{{name}}}: logits'")

    def _predictions(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> None:
        for a, _ in places:
            if a.name in self.known or self.declared.predictions or (a.name == self.declared.labels and not a.mark):
                continue
            is_hat = a.mark == "hat" and a.name in ("y", "p", "t", "q")
            is_student = a.name in ("p_student", "q_student", "y_student") or (
                a.name == "pi_theta" and self.declared.is_preference)
            if is_hat or is_student or (a.name == "p" and not a.mark and a.subs):
                found.predictions.add((a.mark, a.name))
        if {("hat", "p"), ("", "p")} <= found.predictions and not self._has_label(places):
            found.predictions.discard(("", "p"))
            found.labels = found.labels or "p"
        if not found.predictions and not found.logits:
            found.predictions |= predicted_by_use(self.trees, self._mine(places), self._has_label(places))
        if len({pair for pair in found.predictions}) > 1:
            written = sorted(rf"\hat{{{name}}}" if mark else name for mark, name in found.predictions)
            shown = ", ".join(written).replace("_", " of the ")
            raise self.fail(f"which of these are the predicted probabilities: {shown}?", places[0][0].span,
                            "define the others, or declare it: " + ", ".join(
                                f"--let '{a}: probabilities'" for a in written if "_" not in a))

    def _mine(self, places: list[tuple[Name, frozenset[str]]]) -> set[str]:
        """Return the arrays that use may give a role: not declared, not defined, no weights and no logits."""
        logged = {id(c.args[0]) for tree in self.trees for c in walk(tree) if isinstance(c, Call) and c.name == "log"}
        linked = {a.name for a, around in places if "link" in around and id(a) not in logged}
        return {a.name for a, _ in places if a.subs and not a.mark} - self.known - POSITIVE_ARRAYS - linked

    def _has_label(self, places: list[tuple[Name, frozenset[str]]]) -> bool:
        return bool(self.targets or self.declared.labels) or any(a.name in LABEL_LETTERS and not a.mark and a.name not in self.known
                                         for a, _ in places)

    def _logits(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> str:
        names = {
            a.name for a, around in places
            if "link" in around and (a.subs or "softmax" in around) and not a.mark and self._may_be_logits(a.name)
            and a.name not in self.known and a.name != found.labels and (a.mark, a.name) not in found.predictions
        }
        names -= {name for name in names & _WEAK if all(
            around.isdisjoint({"log", "sigmoid", "softmax", "softplus"}) for a, around in places if a.name == name
        )} - self._normalised(found)
        if not names:
            names = self._normalised(found)
        if not names and not found.predictions:
            names = self._in_margins(found, places) or self._by_elimination(found, places)
        if any(name.endswith("_student") for name in names):
            names = {name for name in names if not name.endswith("_teacher")}
        if len(names) > 1:
            raise self.fail(f"which of these are the logits: {', '.join(sorted(names))}?", places[0][0].span,
                            f"--let '{min(names)}: logits'")
        return names.pop() if names else ""

    def _in_margins(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> set[str]:
        r"""Return the letter in the positive part of a margin, \max(0, 1 + z_j - z_y), [1 - y_i f(x_i)]_+."""
        names = {a.name for a, around in places if around & _MARGINS and a.subs and not a.mark}
        names &= LOGIT_LETTERS - self.known - {found.labels}
        return names if found.labels or self.targets else set()

    def _by_elimination(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> set[str]:
        """Return the one letter of logits, where what stands in the exponentials is defined by it."""
        names = {a.name for a, _ in places if a.subs and not a.mark and a.name in LOGIT_LETTERS}
        names -= self.known | {found.labels} | _WEAK
        linked = {(a.mark, a.name) for tree in self.trees for a, around in values(tree) if "link" in around}
        calls = {c.name for tree in self.trees for c in walk(tree) if isinstance(c, Call)}
        is_evident = self.targets and (linked & self.defined or calls & _LINKS) or self.declared.labels
        return names if is_evident and len(names) == 1 else set()

    def _may_be_logits(self, name: str) -> bool:
        """Tell whether papers give the letter to logits; the reward r of a response is one too."""
        return name in LOGIT_LETTERS or name.endswith("_student") or (name == "r" and self.declared.is_preference)

    def _evidence(self, found: Roles) -> None:
        """Note what makes a task binary (sigmoid, log(1 - p)), and what one over classes (normaliser, class index)."""
        found.is_softmax = bool(self.targets) or has_masks(self.trees)  # What is compared are items of one list.
        found.is_binary = self.declared.is_binary
        names = {name for _, name in found.predictions}
        logs = []
        has_complement = False
        for node in (a for tree in self.trees for a in walk(tree)):
            if isinstance(node, Call) and node.name == "sigmoid":
                found.is_binary = True
            if isinstance(node, Call) and node.name == "log":
                logs.append(node.args[0])
                has_complement |= is_complement(node.args[0], names)
            if isinstance(node, Call) and node.name in ("softmax", "logsumexp"):
                found.is_softmax = True
            if isinstance(node, Big) and any(
                around >= {"exp"} and not around & {"log", "below"} and a.name == found.logits
                for a, around in values(node.body)
            ):
                found.is_softmax = True
        plain = [a for a in logs if isinstance(a, Name) and (a.mark, a.name) in found.predictions]
        found.is_binary |= has_complement and bool(plain)
        found.is_multi_label = has_complement and bool(plain) and not found.is_softmax
        found.is_lone_log = bool(plain) and not found.is_binary and not found.is_softmax

    def _check_labels_above(self, found: Roles) -> None:
        """Ask back what a letter above an entry is that may be a label, as in p_i^t: of a target, a teacher, a task."""
        main = {("", found.labels), ("", found.logits), *found.predictions} - {("", "")}
        for node in (a for tree in self.trees for a in walk(tree) if isinstance(a, Power)):
            base, above = node.base, node.exponent
            is_entry = isinstance(base, Name) and bool(base.subs) and (base.mark, base.name) in main
            if is_entry and isinstance(above, Name) and not above.subs and above.name in _ABOVE - self.known:
                raise self.fail(f"is {above.name} an exponent here, or does it label {getattr(base, 'name', '')}?",
                                node.span, f"for an exponent --let '{above.name}>0'; for a label define the entry "
                                "after the formula")

    def _others(self, found: Roles, places: Iterable[tuple[Name, frozenset[str]]]) -> None:
        self._check_labels_above(found)
        main = {found.labels, found.logits}
        for a, _ in places:
            is_main = a.name in main - {""} or (a.mark, a.name) in found.predictions
            if is_main and any(isinstance(s, Word) for s in a.subs):
                raise self.fail(f"which entry of {a.name} is this?", a.span, "write its indices, or define it")
            if is_main or a.name in self.known:
                continue
            if a.subs and isinstance(a.subs[0], Word) and a.name in LOSS_NAMES:
                raise self.fail(f"what is {a.name} {a.subs[0].text} here?", a.span, "define it after the formula")
            if len(a.subs) == 1 and isinstance(a.subs[0], Number | Word) and not a.mark and a.name not in _RESERVED:
                found.parameters.add(f"{a.name}_{a.subs[0].value if isinstance(a.subs[0], Number) else a.subs[0].text}")
                continue
            if a.name in GIVEN_ARRAYS or a.name.endswith("_teacher") and a.subs and not a.mark:
                found.arrays[a.name] = len(a.subs)
                continue
            if any(getattr(s, "name", "").startswith("opclass") for s in a.subs):
                is_label = "_" not in a.name and not found.labels
                shown = a.name.replace("_", " of the ")
                raise self.fail(f"what is {shown} here: labels, or probabilities that are given?", a.span,
                                f"--let '{a.name}: labels', or --let '{a.name}_j>0'" if is_label
                                else "define it after the formula")
            if not a.subs and _is_term(a.name):
                raise self.fail(f"what is {a.name.replace('_', ' ')} here?", a.span, "define it after the formula")
            if a.mark or len(a.subs) > 1 or any(not isinstance(s, Name) for s in a.subs):
                is_matrix = not a.mark and len(a.subs) == 2 and all(isinstance(s, Name) for s in a.subs)
                raise self.fail(f"what is {a.name} here?", a.span, "define it after the formula" + (
                    f", or for an array of numbers --let '{a.name}_ij' (positive: --let '{a.name}_ij>0')"
                    if is_matrix and a.name.isalpha() else ""))
            if a.name in ("s", "t", "p") and a.subs:
                raise self.fail(f"{a.name} is not the logits, the labels or a probability here", a.span,
                                f"give it another letter in the formula: {a.name} is kept for those")
            if a.subs and a.name in LOGIT_LETTERS and not (a.name == "theta" and found.predictions):
                raise self.fail(f"is {a.name} the logits?", a.span,
                                f"--let '{a.name}: logits', or for an array of numbers --let '{a.name}_j'")
            if a.subs:
                found.arrays[a.name] = 1
            else:
                found.parameters.add(a.name)
        for name in found.arrays:
            if any(b == name or b.startswith(f"{name}_") for b in found.parameters):
                raise self.fail(f"{name} is an array here and a number elsewhere", self.trees[0].span, "rename one")


__all__ = ["LABEL_LETTERS", "LOGIT_LETTERS", "POSITIVE", "POSITIVE_ARRAYS", "Reader", "Roles", "values"]

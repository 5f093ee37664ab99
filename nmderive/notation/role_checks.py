"""What is asked back about the roles of a published formula, where its letters may be meant in two ways."""

from __future__ import annotations

from collections.abc import Iterator

from nmderive.calculus.symbols import N
from nmderive.notation.binders import default_domain
from nmderive.notation.overlaps import has_overlap
from nmderive.notation.role_names import (
    ABOVE,
    MODEL,
    POSITIVE_ARRAYS,
    POSITIVE_CLASS,
    SAMPLE_SETS,
    Roles,
    Source,
    is_complement,
    values,
)
from nmderive.notation.targets import bound_letters, index_places
from nmderive.notation.tree import Big, Call, Name, Negative, Node, Number, Power, Product, Sum, meaning, walk
from nmderive.notation.use import adjusting_logits, factors_beside

#: Accents that a declared letter may have.
ACCENTS = ("hat", "bar", "tilde")


def as_array(entry: Name) -> str:
    """Return what declares the letter of an entry, accent and all, as an array of numbers."""
    letter = f"\\{entry.mark}{{{entry.name}}}" if entry.mark else entry.name
    places = "ij" if len(entry.subs) == 2 else "j"
    return f", or for an array of numbers --let '{letter}_{places}' (positive: --let '{letter}_{places}>0')"


def _negated(node: Node) -> Node:
    """Return what a term of a difference is, its sign aside."""
    return node.operand if isinstance(node, Negative) else node


def _ends_before_last(node: Big) -> bool:
    """Tell whether a sum that starts at 1 runs up to a size less 1."""
    if not isinstance(node.upper, Sum) or len(node.upper.terms) != 2 or len(node.under) != 1:
        return False
    size, less = node.upper.terms
    is_less = isinstance(size, Name) and isinstance(less, Negative) and isinstance(less.operand, Number)
    chain = node.under[0]
    return is_less and chain.relations == ("=",) and getattr(chain.parts[1], "value", 0) == 1


class RoleChecks(Source):
    """The part of ``roles.Reader`` that asks back."""

    def _check_direction(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> None:
        """Ask back which is predicted in p log q, where nothing else tells: books have p as the truth there."""
        names = {name for _, name in found.predictions}
        logged = {a.name for a, around in places if "log" in around and "exp" not in around and a.subs}
        others = {a for a in logged - names - self.known if len(a) == 1} - POSITIVE_ARRAYS
        if not found.labels and logged and not logged & names and len(others) == 1 and not found.logits:
            (name,), (other,) = names, others
            if self.declared.predictions:
                raise self.fail(f"what is {other} here: labels?", places[0][0].span, f"--let '{other}: labels'")
            raise self.fail(f"which of {name} and {other} is predicted, and which are the labels?", places[0][0].span,
                            f"--let '{name}: labels' and --let '{other}: probabilities'")

    def _check_tasks(self, found: Roles) -> None:
        """Ask back whether the classes exclude each other, where (1 - y_c) weighs a function of p_c without a log.

        In the denominator of a ratio of sums, as Tversky's, it counts what is wrongly found among classes.
        """
        is_told = found.is_softmax or found.is_binary or found.is_multi_label or self.declared.predictions
        names = {name for _, name in found.predictions}
        products = [a for tree in self.trees for a in walk(tree) if isinstance(a, Product)]
        below = {id(a) for product in products for part in product.below for a in walk(part)}
        for node in (a for a in products if id(a) not in below and not is_told):
            weights = [f for f in node.above if is_complement(f, {found.labels})]
            entries = [a for f in node.above if f not in weights for a in walk(f) if isinstance(a, Name) and a.subs]
            of_classes = [a for a in entries if a.name in names and _has_class(a)]
            if weights and of_classes:
                name = of_classes[0].name
                raise self.fail("is each class a task of its own here, or do they exclude each other?",
                                of_classes[0].span, f"if they exclude each other: --let '{name}: probabilities'; "
                                rf"for tasks of their own write \sigma(z_c) for {name}_c")

    def _check_both_predicted(self, places: list[tuple[Name, frozenset[str]]]) -> None:
        r"""Refuse y, which is declared or said to be predicted, beside p or \hat{y}: both would be one softmax."""
        said = {name for _, name in self.declared.predictions}
        entries = {(a.mark, a.name): a for a, _ in places if a.subs}
        for name in sorted(a for a in said if ("", a) in entries):
            for other in (("", "p"), ("hat", name), ("hat", "p")):
                if other in entries and not {other[1], "".join(other)} & (said - {name} | self.known | {
                        self.declared.labels}) and other != ("", name):
                    shown = rf"\hat{{{other[1]}}}" if other[0] else "p"
                    raise self.fail(f"{name} and {shown} are both predicted here: are they one array?",
                                    entries[other].span, "write one letter for both; where one of them is given: "
                                    f"--let '{name}: labels'")

    def _check_said(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> None:
        r"""Refuse what is declared as labels where it stands as the prediction, or as weights of the class, w_y."""
        name = self.declared.labels
        if name and ("", name) in found.predictions:
            raise self.fail(f"{name} is said to be the labels, and stands where the prediction does", places[0][0].span,
                            f"where it is predicted, declare '{name}: probabilities' instead")
        for entry in (a for a, _ in places if name and a.name == name and not a.mark and a.subs):
            if getattr(entry.subs[-1], "name", "") in self.targets - {name}:
                raise self.fail(f"{name} is said to be the labels, and stands at the class of the label", entry.span,
                                f"leave it out; weights of the classes are an array of numbers: --let '{name}_k>0'")

    def _check_case(self, array: Name, found: Roles) -> None:
        """Ask back whether P beside the prediction p is that prediction; so are Y and y, Z and z."""
        other = array.name.swapcase()
        hatted = next((f"\\{mark}{{{name}}}" for mark, name in found.predictions if mark and name == array.name), "")
        if hatted and not array.mark:
            raise self.fail(f"is {array.name} another array than {hatted} here?", array.span,
                            f"if not, write one letter for both; if it is given: --let '{array.name}_j>0'")
        roles = {found.labels, found.logits, *(name for _, name in found.predictions), *self.targets} - {""}
        if other in roles and other.lower() in "pqyzsf":  # the advantage A of an action a is another thing
            raise self.fail(f"is {array.name} another array than {other} here?", array.span,
                            f"if not, write one letter for both; if it is given: --let '{array.name}_j>0'")

    def _check_logged(self, array: Name, found: Roles) -> None:
        """Ask back whether the q of y log q is predicted, where the logits have another letter."""
        logs = [c.args[0] for tree in self.trees for c in walk(tree) if isinstance(c, Call) and c.name == "log"]
        is_logged = any(isinstance(x, Name) and x.name == array.name for x in logs)
        beside = {f.name for tree in self.trees for f in factors_beside(tree, {("", array.name)})}
        if found.logits and not found.predictions and is_logged and found.labels in beside:
            raise self.fail(f"is {array.name} predicted, by the logits {found.logits}?", array.span,
                            f"--let '{array.name}: probabilities', or for an array of numbers --let '{array.name}_j>0'")

    def _check_two_labels(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> None:
        r"""Refuse two labels of one sample, y_a and y_b of mixup, where nothing binds the a and the b."""
        bound = set().union(*map(bound_letters, self.trees))
        rows = [a for a, _ in places if a.name == found.labels and len(a.subs) == 2 and not a.mark]
        classes = [p for tree in self.trees for p in index_places(tree)
                   if isinstance(p, Name) and p.name in self.targets and len(p.subs) == 1]
        for entries in (rows, classes):
            letters = {a.subs[0].name: a for a in entries if isinstance(a.subs[0], Name)}
            apart = [letters[name] for name in sorted(letters) if name not in bound]
            if len(apart) > 1:
                shown = " and ".join(f"{a.name}_{a.subs[0].name}" for a in apart)  # type: ignore[attr-defined]
                raise self.fail(f"{shown} are labels of one sample, and there is one label here", apart[-1].span,
                                r"mix them first: -\sum_k q_k \log p_k, where q_k is the mixture of the two")

    def _check_priors(self, found: Roles) -> None:
        r"""Ask back whether the p of e^{z_k + \log p_k} is predicted by z, or a prior of the classes."""
        for entry in adjusting_logits(self.trees):
            if found.logits and (entry.mark, entry.name) in found.predictions:
                raise self.fail(f"is {entry.name} predicted by the logits {found.logits}, or a prior of the classes?",
                                entry.span, r"give the prior another letter: \log \pi_k")
            if not entry.mark and entry.name not in {found.labels, found.logits}:
                found.positive.add(entry.name)

    def _check_inputs(self, found: Roles) -> None:
        r"""Ask back where what looks like a logit is the input of a linear model: w^\top x_i, or w x_i + b."""
        for node in (a for tree in self.trees for a in walk(tree)):
            if isinstance(node, Power) and getattr(node.exponent, "name", "") in ("top", "T"):
                raise self.fail("this is the score of a linear model", node.span,
                                r"give the score a letter, z_i for w^\top x_i + b: it is the logit")
            factors = node.above if isinstance(node, Product) else ()
            names = {f.name for f in factors if isinstance(f, Name)}
            if found.logits in names and {f.name for f in factors if isinstance(f, Name) and not f.subs} & MODEL:
                raise self.fail(f"is {found.logits} the input of a linear model here?", node.span,
                                "give the score a letter, z_i: it is the logit")

    def _check_hat_labels(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> None:
        """Ask for a hatted label beside predictions that are declared, where there is no other label."""
        hats = [a for a, _ in places if a.mark == "hat" and a.name in ("y", "t", "p", "q")
                and (a.mark, a.name) not in found.predictions | self.defined and a.subs]
        if hats and self.declared.predictions and not found.labels and not self.targets:
            raise self.fail(f"what is hat {hats[0].name} here: labels?", hats[0].span,
                            rf"--let '\hat{{{hats[0].name}}}: labels'")

    def _check_hats(self, found: Roles) -> None:
        """Ask back what a hatted label without a logarithm is: a probability, or the output of a regression."""
        places = [(a, around) for tree in self.trees for a, around in values(tree) if a.mark == "hat"]
        if any("log" in around and around <= {"log", "below"} for _, around in places):
            return
        hats = [a for a, _ in places if a.name != "p"]
        if hats and found.predictions:
            name = hats[0].name
            if self.declared.predictions and ("hat", name) not in self.declared.predictions:
                raise self.fail(f"what is hat {name} here: labels?", hats[0].span, rf"--let '\hat{{{name}}}: labels'")
            if ("hat", name) not in found.predictions:
                raise self.fail(f"what is hat {name} here?", hats[0].span, "define it after the formula"
                                + ("" if found.labels or self.targets else rf", or --let '\hat{{{name}}}: labels'")
                                + as_array(hats[0]))
            if found.labels and has_overlap(self.trees, found.labels, ("hat", name)):
                return
            raise self.fail(f"is hat {name} a probability, or a real output?", hats[0].span,
                            rf"--let '\hat{{{name}}}: probabilities' or --let '\hat{{{name}}}: logits'")

    def _check_factors(self, targets: frozenset[str]) -> None:
        """Refuse y log p(y | x): beside its use as a class y would be the number of that class, which is not meant."""
        for node in (a for tree in self.trees for a in walk(tree) if isinstance(a, Product)):
            factors = [f for f in node.above if isinstance(f, Name)]
            pairs = [f.terms for f in node.above if isinstance(f, Sum) and len(f.terms) == 2]
            factors += [a for pair in pairs for a in map(_negated, pair) if isinstance(a, Name)]
            found = next((a for a in factors if a.name in targets and not a.subs and not a.mark), None)
            if found is not None:
                raise self.fail(f"{found.name} is a class index and a label in one formula", found.span,
                                "of a binary task write p_i for the probability that y_i is 1; of classes leave out "
                                f"the factor {found.name}")

    def _check_batches(self) -> None:
        r"""Ask back where the sample of \sum_{x \in B} \log p_c stands: nothing below the sum depends on it."""
        for big in (a for tree in self.trees for a in walk(tree) if isinstance(a, Big) and a.kind == "sum"):
            chain = big.under[0] if len(big.under) == 1 else None
            head, where = (chain.parts[0], chain.parts[-1]) if chain is not None else (None, None)
            if chain is None or chain.relations != ("in",) or not isinstance(head, Name) or head.subs or not (
                    isinstance(where, Name) and where.mark == "range" and where.name in SAMPLE_SETS):
                continue
            inside = [a for a in walk(big.body) if isinstance(a, Name)]
            if any(a.subs for a in inside) and all(a.name != head.name for a in inside):
                raise self.fail(f"what is of the sample {head.name} here?", big.span,
                                "write the sample below what it has, p_{i,c}, and the sum over i")

    def _check_samples(self, found: Roles) -> None:
        r"""Refuse \log p_{i,y_t}, where the label is of one sample and the prediction that it selects of another."""
        main = {("", found.logits), *found.predictions}
        nodes = [a for tree in self.trees for a in walk(tree)]
        pairs = [(a, a.subs[1]) for a in nodes if isinstance(a, Name) and (a.mark, a.name) in main and len(a.subs) == 2
                 and self._is_class_of_sample(a.subs[1])]
        pairs += [pair for a in nodes if isinstance(a, Product) for pair in self._weighed(a, found)]
        for entry, label in pairs:
            rows = [s.name for s in (entry.subs[0], label.subs[0]) if isinstance(s, Name) and not s.subs]  # type: ignore[attr-defined]
            if len({*rows}) > 1:
                raise self.fail("the prediction is of one sample here, and the label of another", label.span,
                                r"write one sum over all samples, \sum_i \log p_{i,y_i}: each token of a sequence is "
                                "a sample of its own")

    def _is_class_of_sample(self, node: Node) -> bool:
        """Tell whether a node is y_i; the column i of a square matrix, which is the class of row i too, is none."""
        is_target = isinstance(node, Name) and node.name in self.targets - {POSITIVE_CLASS}
        return is_target and len(node.subs) == 1  # type: ignore[attr-defined]

    def _weighed(self, product: Product, found: Roles) -> Iterator[tuple[Name, Node]]:
        r"""Yield (prediction, label of one class) of y_{t,k} \log p_{i,k}, and of an indicator that y_t is k."""
        logs = [f.args[0] for f in product.above if isinstance(f, Call) and f.name == "log"]
        entries = [a for a in logs if isinstance(a, Name) and (a.mark, a.name) in found.predictions]
        for entry in (a for a in entries if len(a.subs) == 2):
            for factor in product.above:
                if isinstance(factor, Name) and factor.name == found.labels and len(factor.subs) == 2:
                    yield from [(entry, factor)] if meaning(factor.subs[1]) == meaning(entry.subs[1]) else []
                elif isinstance(factor, Call) and factor.name == "iverson":
                    yield from ((entry, p) for p in index_places(factor) if self._is_class_of_sample(p))

    def _check_whole_row(self, name: Name) -> None:
        r"""Ask back what z and Z are without an index: the row of logits and its normaliser sooner than numbers."""
        if name.subs or name.mark or name.name not in ("z", "Z", "o"):
            return
        define = r"define it after the formula, Z = \sum_{k=1}^K e^{z_k}" if name.name == "Z" else (
            f"write its entries, {name.name}_k, or define it after the formula")
        raise self.fail(f"is {name.name} made of the logits here?", name.span,
                        f"{define}; for a number --let '{name.name}>0'")

    def _check_negatives(self, targets: frozenset[str]) -> None:
        r"""Ask back whether \sum_{j=1}^{K-1} beside the target is over the others, or leaves out the last class."""
        nodes = [a for tree in self.trees for a in walk(tree)]
        at_target = {a.name for a in nodes if isinstance(a, Name) and a.subs
                     and getattr(a.subs[-1], "name", "") in targets}
        for big in (a for a in nodes if isinstance(a, Big) and a.kind == "sum" and _ends_before_last(a)):
            letter = getattr(big.under[0].parts[0], "name", "")
            mine = {a.name for a in walk(big.body) if isinstance(a, Name) and a.subs
                    and getattr(a.subs[-1], "name", "") == letter}
            if mine & at_target:
                raise self.fail("are these the other classes, or all but the last one?", big.span,
                                rf"the others are \sum_{{{letter} \neq y}}; all but the last one are a set of their "
                                r"own, \sum_{k \in \mathcal{S}}")

    def _check_labels_above(self, found: Roles) -> None:
        """Ask back what a letter above an entry is that may be a label, as in p_i^t: of a target, a teacher, a task."""
        main = {("", found.labels), ("", found.logits), *found.predictions} - {("", "")}
        for node in (a for tree in self.trees for a in walk(tree) if isinstance(a, Power)):
            base, above = node.base, node.exponent
            is_entry = isinstance(base, Name) and bool(base.subs) and (base.mark, base.name) in main
            if is_entry and isinstance(above, Name) and not above.subs and above.name in ABOVE - self.known:
                raise self.fail(f"is {above.name} an exponent here, or does it label {getattr(base, 'name', '')}?",
                                node.span, f"for an exponent --let '{above.name}>0'; for a label define the entry "
                                "after the formula")


def _has_class(entry: Name) -> bool:
    last = entry.subs[-1]
    return len(entry.subs) == 2 or isinstance(last, Name) and default_domain(last.name) != N


__all__ = ["ACCENTS", "RoleChecks", "as_array"]

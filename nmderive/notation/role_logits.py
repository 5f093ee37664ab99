"""Which letter of a published formula is the logits: by the functions it stands in, by margins, or by elimination."""

from __future__ import annotations

from nmderive.notation.role_names import LINKS, LOGIT_LETTERS, MARGINS, WEAK, Roles, Source, values
from nmderive.notation.tree import Big, Call, Name, Negative, Sum, walk


class LogitFinder(Source):
    """The part of ``roles.Reader`` that finds the logits."""

    def _normalised(self, found: Roles) -> set[str]:
        """Return the arrays in exponentials that are summed, whatever their letter: those are the logits."""
        names = set()
        at_target = {a.name for tree in self.trees for a, around in values(tree) if "exp" in around and len(a.subs) == 2
                     and getattr(a.subs[1], "name", "") in self.targets}
        for node in (a for tree in self.trees for a in walk(tree) if isinstance(a, Big)):
            for a, around in values(node.body):
                is_entry = len(a.subs) == 1 or len(a.subs) == 2 and a.name in at_target
                if "exp" in around and "log" not in around and is_entry and not a.mark:
                    names.add(a.name)
        return names - self.known - {found.labels} - {name for _, name in found.predictions}

    def _logits(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> str:
        names = {
            a.name for a, around in places
            if "link" in around and (a.subs or "softmax" in around) and not a.mark and self._may_be_logits(a.name)
            and a.name not in self.known and a.name != found.labels and (a.mark, a.name) not in found.predictions
        }
        names -= {name for name in names & WEAK if all(
            around.isdisjoint({"log", "sigmoid", "softmax", "softplus"}) for a, around in places if a.name == name
        )} - self._normalised(found)
        if not names:
            names = self._normalised(found)
        if not names and self.declared.is_preference and not found.predictions:
            names = {a.name for a, _ in places if a.subs and not a.mark and self._may_be_logits(a.name)} - self.known
        if not names and not found.predictions:
            names = self._in_margins(found, places) or self._compared(found)
            names = names or self._by_elimination(found, places) or self._own(found, places)
            names = names or {a.name for a, _ in places if a.name.endswith("_student") and a.name[0] in LOGIT_LETTERS}
        if any(name.endswith("_student") for name in names):
            names = {name for name in names if not name.endswith("_teacher")}
        # The similarities of two embeddings, or the scores of a linear layer: another letter marks or scales them.
        names = {"sim"} & names or {"score"} & names or names
        if len(names) > 1:
            raise self.fail(f"which of these are the logits: {', '.join(sorted(names))}?", places[0][0].span,
                            " or ".join(f"--let '{name}: logits'" for name in sorted(names)))
        return names.pop() if names else ""

    def _has_pairs(self, found: Roles) -> bool:
        r"""Tell whether a sum compares the lone indices of logits, as \sum_{i<j} does beside s_i - s_j."""
        places = [a for tree in self.trees for a, _ in values(tree) if a.name == found.logits and not a.mark]
        lone = {getattr(a.subs[0], "name", "") for a in places if len(a.subs) == 1}
        under = [c for tree in self.trees for a in walk(tree) if isinstance(a, Big) for c in a.under]
        orders = (("<",), (">",), ("!=",))
        compared = [{getattr(p, "name", "") for p in c.parts} for c in under if c.relations in orders]
        return any(len(pair) == 2 and pair <= lone for pair in compared)

    def _in_margins(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> set[str]:
        r"""Return the letter in the positive part of a margin, \max(0, 1 + z_j - z_y), [1 - y_i f(x_i)]_+."""
        names = {a.name for a, around in places if around & MARGINS and a.subs and not a.mark}
        names &= LOGIT_LETTERS - self.known - {found.labels}
        has_sets = any(isinstance(a, Big) and any(c.relations == ("in",) for c in a.under)
                       for tree in self.trees for a in walk(tree))
        return names if found.labels or self.targets or has_sets else set()

    def _compared(self, found: Roles) -> set[str]:
        r"""Return the letter of which two entries are compared beside labels, the s of (1 - s_i + s_j)^2."""
        names = set()
        for node in (a for tree in self.trees for a in walk(tree) if isinstance(a, Sum)):
            plus = {(a.name, a.subs) for a in node.terms if isinstance(a, Name) and a.subs and not a.mark}
            minus = {(a.operand.name, a.operand.subs) for a in node.terms
                     if isinstance(a, Negative) and isinstance(a.operand, Name) and not a.operand.mark}
            names |= {name for name, _ in plus} & {name for name, _ in minus}
        return names & LOGIT_LETTERS - self.known - {found.labels} if found.labels else set()

    def _own(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> set[str]:
        """Return s beside labels t, this program's own letters."""
        has_own = any(a.name == "s" and a.subs and not a.mark for a, _ in places)
        return {"s"} - self.known if (found.labels == "t" or self.declared.is_own) and has_own else set()

    def _by_elimination(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> set[str]:
        """Return the one letter of logits, where what stands in the exponentials is defined by it."""
        names = {a.name for a, _ in places if a.subs and not a.mark and a.name in LOGIT_LETTERS}
        names -= self.known | {found.labels} | WEAK
        linked = {(a.mark, a.name) for tree in self.trees for a, around in values(tree) if "link" in around}
        calls = {c.name for tree in self.trees for c in walk(tree) if isinstance(c, Call)}
        if self.declared.labels and not self.targets and not self.declared.has_signs:
            names &= {"s", "z"}  # Other letters may be forecasts: (f_i - o_i)^2.
        is_evident = bool(self.targets and (linked & self.defined or calls & LINKS) or self.declared.labels)
        is_evident |= self.declared.has_signs
        return names if is_evident and len(names) == 1 else set()

    def _may_be_logits(self, name: str) -> bool:
        """Tell whether papers give the letter to logits; the reward r of a response is one too."""
        is_reward = name in ("r", "h", "g", "R", "V", "U") and self.declared.is_preference
        return name in LOGIT_LETTERS or name.endswith("_student") or is_reward

    def _is_entropy(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> bool:
        """Tell whether predicted probabilities stand inside and outside of logarithms, and nothing else is an array."""
        main = [around for a, around in places if (a.mark, a.name) in found.predictions]
        is_alone = not any(a.subs for a, _ in places if (a.mark, a.name) not in found.predictions)
        return is_alone and any("log" in around for around in main) and any("log" not in around for around in main)


__all__ = ["LogitFinder"]

"""Random formulas of the whole grammar, with the declarations that they need, and numbers for them.

Powers with letters below and above, indices as numbers, literal indices, products, class sets, parameters by class,
conditions, nested sums, labels inside exponentials; of one sample, of binary tasks, of samples and classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

LETS = ("g>0", "b", "w_j>0", "N_j>0")
_FUNCTIONS = (r"\log({})", r"\log(1+{})", r"\log(1+e^{{{}}})", "e^{{{}}}", r"\tanh({})", r"\sigma({})", r"\sqrt{{{}}}")
_EXPONENTS = ("2", "3", "-1", "-2", "5", "1/2", "-1/2", "g", "b", "-g", "1/g", "m", "n", "1-g", "2g", "7")
_CONDITIONS = ("", "", "", r"{new} \neq {old}", "{new} < {old}", r"{new} > {old}")


@dataclass(frozen=True)
class Drawn:
    """One formula in LaTeX, and the ranges that its logits have."""

    latex: str
    shape: str


class Source:
    """Draws formulas of one shape: "nm", "m" (one sample) or "n" (binary tasks)."""

    def __init__(self, random: Random, shape: str) -> None:
        self.random, self.shape, self.letters = random, shape, 0

    def formula(self) -> str:
        """Return a formula that holds logits and labels."""
        rows, classes = ("i" if "n" in self.shape else ""), ("j" if "m" in self.shape else "")
        body = self.value(3, rows, [classes] if classes else [])
        own = self._entry("t", rows, classes) + " " + self._entry("s", rows, classes)
        sums = "".join(rf"\sum_{x} " for x in (rows, classes) if x)
        return self.random.choice([
            rf"{sums} ({own} + {body})", rf"{sums} {self._wrapped(own)} + {sums} {body}",
            rf"\log(1+{sums} e^{{{own}}} {body}^2)", rf"{sums} {self._entry('t', rows, classes)} {body}",
        ])

    def value(self, depth: int, row: str, classes: list[str]) -> str:
        """Return an expression in brackets, of the bound letters given."""
        kinds = ["atom"] if depth <= 0 else ["atom", "sum", "product", "power", "of", "+", "*", "/", "base", "+", "*"]
        kind = self.random.choice(kinds)
        if kind == "atom":
            return self._atom(row, classes)
        if kind in ("sum", "product") and classes and self.letters < 3:
            return self._bound(kind, depth, row, classes)
        a = self.value(depth - 1, row, classes)
        if kind == "power":
            return rf"({a})^{{{self.random.choice(_EXPONENTS)}}}"
        if kind == "base":
            return rf"{self.random.choice(['2', '(-1)', 'g', 'm', '(1/2)', 'b'])}^{{{a}}}"
        if kind == "of":
            return self.random.choice(_FUNCTIONS).format(a)
        b = self.value(depth - 1, row, classes)
        if kind == "/":
            return rf"\frac{{{a}}}{{{b}}}"
        return rf"({a} {self.random.choice('+-')} {b})" if kind == "+" else rf"({a}) ({b})"

    def _wrapped(self, inner: str) -> str:
        return rf"\tanh({inner})" if self.random.random() < 0.3 else inner

    def _bound(self, kind: str, depth: int, row: str, classes: list[str]) -> str:
        new = "kljh"[self.letters]
        self.letters += 1
        condition = self.random.choice(_CONDITIONS).format(new=new, old=self.random.choice(classes))
        if not condition:
            condition = self.random.choice([new, new, rf"{new} \in \Omega_{{pos}}", rf"{new} \neq 2", f"{new}=2"])
        body = self.value(depth - 1, row, [*classes, new])
        limit = "^m" if condition.endswith("=2") else ""
        return rf"\{'sum' if kind == 'sum' else 'prod'}_{{{condition}}}{limit} ({self._entry('s', row, new)} {body})"

    def _atom(self, row: str, classes: list[str]) -> str:
        last = self.random.choice(classes) if classes else ""
        atoms = [self._entry(x, row, last) for x in "sstt"] + ["2", "g", "b", "3", "1/2", "m" if last else "n"]
        if last:
            atoms += [rf"w_{last}", rf"N_{last}", last, rf"b^{{N_{last}}}", rf"(-1)^{last}", rf"p_{{{row}{last}}}"]
            atoms += [self._entry("s", row, "1"), self._entry("t", row, "2")]
        if row:
            atoms += [row]
        return self.random.choice(atoms)

    def _entry(self, array: str, row: str, last: str) -> str:
        return f"{array}_{{{','.join(x for x in (row, last) if x)}}}"


def drawn(seed: int | str, count: int) -> list[Drawn]:
    """Return ``count`` formulas, the same for the same seed."""
    random = Random(f"formulas {seed}")
    found = []
    for _ in range(count):
        shape = random.choice(["nm", "nm", "nm", "m", "n"])
        found.append(Drawn(Source(random, shape).formula(), shape))
    return found

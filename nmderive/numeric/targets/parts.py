"""The parts of a module that PyTorch and JAX share: heads, checks, reductions, values; a text table gives the words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, T
from nmderive.losses.loss import Loss
from nmderive.numeric.dialect import (
    Parameter,
    Value,
    default_reduction,
    keywords,
    parameters,
    passed,
    shape_text,
    value_code,
)
from nmderive.numeric.lower import Lowered
from nmderive.numeric.row_sums import RowSum
from nmderive.numeric.words import Words


@dataclass(frozen=True)
class Parts:
    """What one module of a loss is made of; ``text`` is the target's table of texts, ``words`` its operations."""

    loss: Loss
    lowered: Lowered
    rows: RowSum | None
    text: Any
    words: Words

    @cached_property
    def given(self) -> list[Parameter]:
        """The parameters."""
        return parameters(self.loss, self.lowered)

    @cached_property
    def passed(self) -> str:
        """The code that hands the parameters on."""
        return passed(self.given)

    @cached_property
    def total(self) -> Loss:
        """The sum over rows, where the formula is their mean; else the loss."""
        if self.rows is None or not self.rows.averaged:
            return self.loss
        return replace(self.loss, expr=IndexSum(self.rows.term, self.rows.row, N))

    @cached_property
    def whole(self) -> Value:
        """The code of ``total``."""
        return value_code(self.total, self.words)

    @property
    def single(self) -> bool:
        """Whether the loss is one sample's."""
        return N not in self.loss.shape

    @property
    def labelled(self) -> bool:
        """Whether the loss takes labels."""
        return bool(self.loss.expr.has(T))

    @property
    def classed(self) -> bool:
        """Whether labels may be class indices."""
        return self.labelled and M in self.loss.shape

    @property
    def ignores(self) -> bool:
        """Whether rows may be left out: a sum over rows with class indices."""
        return self.rows is not None and self.classed

    def head(self) -> list[str]:
        """Return the first statements of ``loss``: its head, docstring, the reduction's check, checked arrays."""
        default = f'*,{keywords(self.given)} reduction="{default_reduction(self.rows)}"'
        default += ", ignore_index=None" if self.ignores else ""
        refused = self.rows is None and not self.single
        kinds = '("sum", "mean")' if refused else '("sum", "mean", "none")'
        said = "sum or mean, as rows are coupled in one number," if refused else "sum, mean or none,"
        return [
            f"def loss(s, t{'' if self.labelled else '=None'}, {default}):",
            f'    """Return the loss at logits s of shape {shape_text(self.loss)}; the module says the rest."""',
            f"    if reduction not in {kinds}:",
            f'        raise ValueError(f"reduction must be {said} not {{reduction!r}}")',
            f"    s, t{', keep' if self.ignores else ''} = prepared(s, t{', ignore_index' if self.ignores else ''})",
        ]

    def reduced(self, **more: str) -> str:
        """Return the last statements of ``loss``: the value, reduced."""
        if self.single or self.rows is None:
            return str((self.text.SINGLE if self.single else self.text.COUPLED).format(passed=self.passed))
        where = self.text.IGNORE.split("t = ")[-1].split("(")[0]  # torch.where or jnp.where
        drop = f"        if keep is not None:\n            each = {where}(keep, each, 0)\n" if self.ignores else ""
        count = "{size} if keep is None else keep.sum()" if self.ignores else "{size}"
        return str(self.text.ROWS.format(
            or_keep=" or keep is not None" if self.ignores else "", passed=self.passed, drop=drop,
            count=count.format(size=more.pop("size")), **more))

    def value(self, name: str) -> str:
        """Return the function ``value``, the loss as one number, or ``row_terms``."""
        whole = name == "value"
        code = self.whole if whole else value_code(self.loss, self.words, self.rows)
        said = "l, every logarithm kept as one" if whole else "the term of each row"
        head = f"def {name}(s, t, n, m, dtype{self.passed}):"
        return "\n    ".join([head, f'"""Return {said}."""', *code.lines, f"return {code.result}"])

    def values(self) -> list[str]:
        """Return the functions of the value and, for a sum over rows, of their terms."""
        return [self.value("value"), *([self.value("row_terms")] if self.rows else [])]

    def prepared(self) -> list[str]:
        """Return the functions that check logits and labels."""
        text, keep = self.text, ", keep" if self.ignores else ""
        labels = text.LABELS if self.labelled else ""
        if self.classed:
            labels = text.CLASS_LABELS.format(
                keep_all="    keep = None\n" if self.ignores else "", keep=keep,
                no_ignored=text.NO_IGNORED if self.ignores else "", ignore=text.IGNORE if self.ignores else "")
        head = text.PREPARED.format(
            ignored=", ignore_index" if self.ignores else "", and_keep=", and which rows count" if self.ignores else "",
            ndim=len(self.loss.shape), shape=shape_text(self.loss), labels=labels, keep=keep,
            no_class=text.NO_CLASS if M in self.loss.shape else "")
        return [head, text.ONE_HOT] if self.classed else [head]


__all__ = ["Parts"]

"""A PyTorch module: the loss as a function and as an ``nn.Module``, checked, differentiable any number of times.

Logits on the CPU whose gradient alone is wanted take the fast code: value and derived gradient in one go over
blocks of rows, from the same graph as the NumPy module. All else, and whatever lies outside its safe range, takes
the robust value, and PyTorch differentiates.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, T
from nmderive.export import _torch_text as text
from nmderive.export._torch_helpers import HELPERS
from nmderive.export._words import TORCH
from nmderive.losses.loss import Loss
from nmderive.numeric.dialect import (
    Parameter,
    about,
    class_name,
    default_reduction,
    keywords,
    least_size_checks,
    parameters,
    passed,
    shape_text,
    sizes_code,
    used,
    value_code,
)
from nmderive.numeric.lower import Lowered, lower
from nmderive.numeric.program import program
from nmderive.numeric.row_sums import RowSum, row_sum

_NOTES = (
    "Result: of s's type, float32 for 16-bit logits, whatever autocast says; a nan in s or t gives a nan. Gradients of",
    "any order, by s, t and parameters that are tensors; torch.func, torch.compile and devices other than the CPU",
    "take code without branches on data. Soft labels are not checked to lie in [0, 1]: that would be a pass over t.",
)
#: Names that ``nn.Module`` has itself.
_TAKEN = {"type", "to", "half", "float", "double", "training", "train", "eval", "apply", "forward", "cpu", "reduction"}


def render(loss: Loss) -> str:
    """Return the text of a module with ``loss(s, t, ...)`` and an ``nn.Module`` of the loss."""
    return _Module(loss, lower(loss), row_sum(loss)).text()


@dataclass(frozen=True)
class _Module:
    loss: Loss
    lowered: Lowered
    rows: RowSum | None

    def text(self) -> str:
        """Return the module's text: docstring, functions for the user, what they call."""
        fast = [*self._fast(), self._known()] if self._fast() else []
        parts = [self._function(), self._class(), *([] if self._single else [self._whole(bool(fast))]), *fast]
        parts += [self._value("value"), *([self._value("row_terms")] if self.rows else []), *self._prepared()]
        helpers = used(parts, HELPERS)
        code = "\n\n\n".join([*parts, *helpers])
        imports = "import math\n\nimport torch" if "math." in code else "import torch"
        top = about(self.loss, "PyTorch", self._given, self.rows, _NOTES)
        return f"{top}\n\n{imports}\n\n\n{code}\n"

    @cached_property
    def _given(self) -> list[Parameter]:
        return parameters(self.loss, self.lowered)

    @cached_property
    def _total(self) -> Loss:
        """The sum over rows, where the formula is their mean; else the loss."""
        if self.rows is None or not self.rows.averaged:
            return self.loss
        return replace(self.loss, expr=IndexSum(self.rows.term, self.rows.row, N))

    @property
    def _single(self) -> bool:
        return N not in self.loss.shape

    @property
    def _labelled(self) -> bool:
        return self.loss.expr.has(T)

    @property
    def _ignores(self) -> bool:
        """Tell whether rows may be left out: a sum over rows with class indices."""
        return self.rows is not None and self._labelled and M in self.loss.shape

    # What the user calls

    def _function(self) -> str:
        head = f"*,{keywords(self._given)} reduction=\"{default_reduction(self.rows)}\""
        head += ", ignore_index=None" if self._ignores else ""
        own = "".join(f", {p.keyword}={p.keyword}" for p in self._given)
        again = f"loss(s, t{own}, reduction=reduction{', ignore_index=ignore_index' if self._ignores else ''})"
        kinds = '("sum", "mean")' if self.rows is None and not self._single else '("sum", "mean", "none")'
        body = [
            f'"""Return the loss at logits s of shape {shape_text(self.loss)}; the module\'s docstring says the rest."""',
            f"if reduction not in {kinds}:",
            f"    raise ValueError(f\"reduction must be one of {kinds[1:-1]}, not {{reduction!r}}{self._why_not_none()}\")"
            .replace('"sum", "mean", "none"', "sum, mean, none").replace('"sum", "mean"', "sum, mean"),
            f"s, t{', keep' if self._ignores else ''} = prepared(s, t{', ignore_index' if self._ignores else ''})",
            "if torch.is_autocast_enabled(s.device.type):",
            "    with torch.autocast(s.device.type, enabled=False):",
            f"        return {again}",
            sizes_code(self.loss),
            *least_size_checks(self.loss),
            *(line for p in self._given for line in _taken(p)),
        ]
        t = "" if self._labelled else "=None"
        return "\n    ".join([f"def loss(s, t{t}, {head}):", *body]) + "\n" + self._reduced()

    def _why_not_none(self) -> str:
        return "" if self.rows is not None or self._single else ": rows are coupled in one number"

    def _reduced(self) -> str:
        given = passed(self._given)
        if self._single:
            return text.SINGLE.format(passed=given)
        if self.rows is None:
            return text.COUPLED.format(passed=given)
        ndim, shape = len(self.loss.shape), "-1, m" if M in self.loss.shape else "-1"
        if value_code(self._total, TORCH).joins_batches:
            labels = f", t.reshape({shape})" if self._labelled else ", t"
            joined = f"        if s.ndim > {ndim}:\n            s, t = s.reshape({shape}){labels}\n"
            joined += f"        count = s.numel() // m\n        total = whole(s, t, count, m{given})"
        else:
            joined = f"        total, count = whole(s, t, n, m{given}).sum(), s.numel() // m"
        drop = "        if keep is not None:\n            each = torch.where(keep, each, 0)\n" if self._ignores else ""
        count = "each.numel() if keep is None else keep.sum()" if self._ignores else "each.numel()"
        over = " / (max(count, 1) if keep is None else count.clamp(min=1))" if self._ignores else " / max(count, 1)"
        kept = " or keep is not None" if self._ignores else ""
        return text.ROWS.format(or_keep=kept, passed=given, drop=drop, count=count, joined=joined, over_count=over)

    def _class(self) -> str:
        numbers, sets = [], []
        for p in self._given:
            name = _attribute(p)
            line = f"self.{name} = {p.keyword}"
            if p.kind == "array":
                line = f'self.register_buffer("{name}", torch.as_tensor({p.keyword}))'
            if p.kind == "set":
                line = f"self.{name} = sorted(int(k) for k in {p.keyword})"
            (numbers if p.kind != "array" else sets).append(f"        {line}\n")
        own = "".join(f", {p.keyword}=self.{_attribute(p)}" for p in self._given)
        shown = ", ".join(f"{p.keyword}={{self.{_attribute(p)}}}" for p in self._given)
        ignored = self._ignores
        return text.MODULE.format(
            name=class_name(self.loss), example=", ".join(f"{p.keyword}=..." for p in self._given),
            keywords=f",{keywords(self._given)}", default=default_reduction(self.rows), set="".join(numbers + sets),
            ignored=", ignore_index=None" if ignored else "", t_default="" if self._labelled else "=None", own=own,
            set_ignored="        self.ignore_index = ignore_index\n" if ignored else "",
            own_ignored=", ignore_index=self.ignore_index" if ignored else "",
            repr='f"' + (shown + ", " if shown else "") + 'reduction={self.reduction}"',
        )

    # Values

    def _whole(self, fast: bool) -> str:
        given = passed(self._given)
        if not fast:
            return (f'def whole(s, t, n, m{given}):\n    """Return l."""\n'
                    f"    return value(s, t, n, m, s.dtype{given})")
        alone = " and not t.requires_grad" if self._labelled else ""
        alone += "".join(f" and not wants_gradient({p.variable})" for p in self._given if p.kind != "set")
        return text.WHOLE.format(
            passed=given, wide="m <= 48 and " if value_code(self._total, TORCH).is_one_softmax else "", ndim=len(self.loss.shape), alone=alone, t="t" if self._labelled else "None")

    def _fast(self) -> list[str]:
        names = [name for name in self.lowered.arguments]
        found = None if self._single else program(self._total, "value_and_grad", "fast", names, words=TORCH)
        if found is None:
            return []
        head, rest = found.code.split("\n", 1)
        said = "Return (l, gradient) by factorised exponentials, in blocks of rows; None where they leave the safe range."
        return [f'{head.replace("value_and_grad_fast", "value_and_grad")}\n    """{said}"""\n{rest}'.rstrip()]

    def _known(self) -> str:
        given = passed(self._given)
        return text.KNOWN.format(
            passed=given, tuple="".join(f"{p.variable}, " for p in self._given).strip(),
            sizes=sizes_code(self.loss).split(" = ")[1], nones=", None" * len(self._given))

    def _value(self, name: str) -> str:
        whole = name == "value"
        code = value_code(self._total if whole else self.loss, TORCH, None if whole else self.rows)
        said = "l, every logarithm kept as one" if whole else "the term of each row"
        head = f"def {name}(s, t, n, m, dtype{passed(self._given)}):"
        return "\n    ".join([head, f'"""Return {said}."""', *code.lines, f"return {code.result}"])

    def _prepared(self) -> list[str]:
        ignores, classes = self._ignores, M in self.loss.shape
        labels = "" if not self._labelled else text.LABELS
        if classes and self._labelled:
            labels = text.CLASS_LABELS.format(
                keep_all="    keep = None\n" if ignores else "", no_ignored=text.NO_IGNORED if ignores else "",
                keep=", keep" if ignores else "", ignore=text.IGNORE if ignores else "")
        head = text.PREPARED.format(
            ignored=", ignore_index" if ignores else "", and_keep=", and which rows count" if ignores else "",
            ndim=len(self.loss.shape), shape=shape_text(self.loss), no_class=text.NO_CLASS if classes else "",
            labels=labels, keep=", keep" if ignores else "")
        return [head, text.ONE_HOT] if classes and self._labelled else [head]


def _attribute(p: Parameter) -> str:
    return p.variable if p.keyword in _TAKEN else p.keyword


def _taken(p: Parameter) -> list[str]:
    """Return the statements that check a parameter and bring it into the form of the generated code."""
    name, own = p.keyword, p.variable
    if p.kind == "set":
        said = f"{name} must hold class numbers from 1 to {{m}}, not {{{name}}}"
        return [f"{name} = sorted({{int(k) for k in {name}}})", f"if {name} and ({name}[0] < 1 or {name}[-1] > m):",
                f'    raise ValueError(f"{said}")', f"{own} = torch.tensor({name}, dtype=torch.int64, device=s.device)"]
    if p.kind == "number":
        said = f"{name} must be a number with {p.said}, not {{{name}}}" if p.test else ""
        check = [f"if not torch.is_tensor({name}) and not ({p.test.format(*[name] * 4)}):",
                 f'    raise ValueError(f"{said}")'] if p.test else []
        return [*check, f"{own} = {name} if torch.is_tensor({name}) else float({name})"]
    wanted = "(" + ", ".join(p.sizes) + ("," if len(p.sizes) == 1 else "") + ")"
    said = f"{name} has shape {{tuple({own}.shape)}}, but {wanted} is {{{wanted}}}"
    lines = [f"{own} = torch.as_tensor({name}, dtype=s.dtype, device=s.device)", f"if {own}.shape != {wanted}:",
             f'    raise ValueError(f"{said}")']
    if p.test:
        lines += [f"if s.device.type == \"cpu\" and eager() and not bool(({p.test.format(*[own] * 4)}).all()):",
                  f'    raise ValueError(f"every entry of {name} must satisfy {p.said}; the least is {{{own}.min()}}")']
    return lines


__all__ = ["render"]

"""A PyTorch module: the loss as a function and as an ``nn.Module``, checked, differentiable any number of times.

Logits on the CPU whose gradient alone is wanted take the fast code: value and derived gradient in one go over
blocks of rows, from the same graph as the NumPy module. All else, and whatever lies outside its safe range, takes
the robust value, and PyTorch differentiates. A loss that is one softmax and one sum has a kernel for that already.
"""

from __future__ import annotations

from nmderive.calculus.symbols import M
from nmderive.losses.loss import Loss
from nmderive.numeric.dialect import (
    Parameter,
    about,
    class_name,
    default_reduction,
    keywords,
    sizes_code,
    used,
)
from nmderive.numeric.lower import lower
from nmderive.numeric.module_text import own_size_checks
from nmderive.numeric.program import program
from nmderive.numeric.row_sums import row_sum
from nmderive.numeric.targets import torch_text as text
from nmderive.numeric.targets.parts import Parts
from nmderive.numeric.targets.torch_helpers import HELPERS
from nmderive.numeric.targets.words import TORCH

_NOTES = (
    "Result: of s's type, float32 for 16-bit logits, whatever autocast says; a nan that l reads gives a nan.",
    "Gradients of any order, by s, t and parameters that are tensors; torch.func, torch.compile and devices other",
    "than the CPU take code without branches on data{but}. Soft labels are not checked to lie in [0, 1].",
)
#: Names that ``nn.Module`` has itself.
_TAKEN = {"type", "to", "half", "float", "double", "training", "train", "eval", "apply", "forward", "cpu", "reduction"}


def render(loss: Loss) -> str:
    """Return the text of a module with ``loss(s, t, ...)`` and an ``nn.Module`` of the loss."""
    parts = Parts(loss, lower(loss), row_sum(loss), text, TORCH)
    fast = _fast(parts)
    code = [_function(parts), _class(parts), *_whole(parts, bool(fast)), *fast, *parts.values(), *parts.prepared()]
    code += used(code, HELPERS)
    body = "\n\n\n".join(code)
    imports = "import math\n\nimport torch" if "math." in body else "import torch"
    but = " (but for one look at sums that underflow)" if "def lsedot" in body else ""
    top = about(loss, "PyTorch", parts.given, parts.rows, [line.format(but=but) for line in _NOTES])
    return f"{top}\n\n{imports}\n\n\n{body}\n"


def _function(parts: Parts) -> str:
    own = "".join(f", {p.keyword}={p.keyword}" for p in parts.given)
    ignored = ", ignore_index=ignore_index" if parts.ignores else ""
    body = [
        "if torch.is_autocast_enabled(s.device.type):", "    with torch.autocast(s.device.type, enabled=False):",
        f"        return loss(s, t{own}, reduction=reduction{ignored})" if not parts.ignores else
        f"        return loss(s, given, {own[2:] + ', ' if own else ''}reduction=reduction{ignored})",
        sizes_code(parts.loss), *own_size_checks(parts.loss), *(line for p in parts.given for line in _taken(p)),
    ]
    head = parts.head()
    if parts.ignores:
        head[-1] = "    given = t\n" + head[-1]
    over = "(max(count, 1) if keep is None else count.clamp(min=1))" if parts.ignores else "max(count, 1)"
    lines = [*head, *("    " + line for line in body)]
    return "\n".join(lines) + "\n" + parts.reduced(size="each.numel()", joined=_joined(parts), over_count=f" / {over}")


def _joined(parts: Parts) -> str:
    """Return the statements of a sum over the rows of all batches: as one batch, where no row is told from another."""
    if not parts.whole.joins_batches:
        return f"        total, count = whole(s, t, n, m{parts.passed}).sum(), s.numel() // m"
    shape = "-1, m" if M in parts.loss.shape else "-1"
    labels = f"t.reshape({shape})" if parts.labelled else "t"
    lines = [f"if s.ndim > {len(parts.loss.shape)}:", f"    s, t = s.reshape({shape}), {labels}",
             "count = s.numel() // m", f"total = whole(s, t, count, m{parts.passed})"]
    return "\n".join("        " + line for line in lines)


def _class(parts: Parts) -> str:
    lines = []
    for p in parts.given:
        lines.append(f"self.{_attribute(p)} = {p.keyword}")
        if p.kind == "array":
            lines[-1] = f'self.register_buffer("{_attribute(p)}", torch.as_tensor({p.keyword}))'
        if p.kind == "set":
            lines[-1] = f"self.{_attribute(p)} = sorted(int(k) for k in {p.keyword})"
    shown = "".join(f"{p.keyword}={{self.{_attribute(p)}}}, " for p in parts.given)
    return text.MODULE.format(
        name=class_name(parts.loss), example=", ".join(f"{p.keyword}=..." for p in parts.given),
        keywords=f",{keywords(parts.given)}", default=default_reduction(parts.rows),
        set="".join(f"        {line}\n" for line in lines), t_default="" if parts.labelled else "=None",
        ignored=", ignore_index=None" if parts.ignores else "",
        own="".join(f", {p.keyword}=self.{_attribute(p)}" for p in parts.given),
        set_ignored="        self.ignore_index = ignore_index\n" if parts.ignores else "",
        own_ignored=", ignore_index=self.ignore_index" if parts.ignores else "",
        repr=f'f"{shown}reduction={{self.reduction}}"',
    )


def _whole(parts: Parts, fast: bool) -> list[str]:
    """Return the function that chooses the code of the loss as one number."""
    if parts.single:
        return []
    if not fast:
        head = f"def whole(s, t, n, m{parts.passed}):"
        return [f'{head}\n    """Return l."""\n    return value(s, t, n, m, s.dtype{parts.passed})']
    alone = " and not t.requires_grad" if parts.labelled else ""
    alone += "".join(f" and not wants_gradient({p.variable})" for p in parts.given if p.kind != "set")
    return [text.WHOLE.format(
        passed=parts.passed, wide="m <= 48 and " if parts.whole.is_one_softmax else "", ndim=len(parts.loss.shape),
        alone=alone, t="t" if parts.labelled else "None")]


def _fast(parts: Parts) -> list[str]:
    """Return the fast code and the function that hands its gradient to autograd; nothing where it does not fit."""
    names = parts.lowered.arguments
    found = None if parts.single else program(parts.total, "value_and_grad", "fast", names, words=TORCH)
    if found is None:
        return []
    head, rest = found.code.split("\n", 1)
    said = "Return (l, gradient) by factorised exponentials, in blocks of rows; None where they leave the safe range."
    known = text.KNOWN.format(
        passed=parts.passed, tuple="".join(f"{p.variable}, " for p in parts.given).strip(),
        sizes=sizes_code(parts.loss).split(" = ")[1], nones=", None" * len(parts.given))
    return [f'{head.replace("value_and_grad_fast", "value_and_grad")}\n    """{said}"""\n{rest}'.rstrip(), known]


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

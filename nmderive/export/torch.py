"""A PyTorch module: the loss as one differentiable function of tensors."""

from __future__ import annotations

import re

from nmderive.losses.loss import Loss
from nmderive.numeric.dialect import signature, used, value_lines
from nmderive.numeric.lower import lower
from nmderive.numeric.module_text import argument, docstring, shape_of

_HELPERS = {
    "exp": "def exp(x):\n    return torch.exp(torch.as_tensor(x))",
    "log": "def log(x):\n    return torch.log(torch.as_tensor(x))",
    "log1p": "def log1p(x):\n    return torch.log1p(torch.as_tensor(x))",
    "tanh": "def tanh(x):\n    return torch.tanh(torch.as_tensor(x))",
    "log0": "def log0(x):\n    return torch.log(torch.where(x == 0, torch.ones_like(x), x))",
    "log1p0": "def log1p0(x):\n    return torch.log1p(torch.where(x == -1, torch.zeros_like(x), x))",
    "logsoftplus": '''def logsoftplus(x):
    return torch.where(x < -37, x, torch.log(softplus(torch.clamp(x, min=-37))))''',
    "lse": '''def lse(x, axis):
    """Return log(sum(exp(x))) whose gradient is 0, not nan, where every term is 0."""
    top = x.detach().amax(axis, keepdim=True)
    top = torch.where(top == -torch.inf, torch.zeros_like(top), top)
    total = torch.sum(torch.exp(x - top), axis, keepdim=True)
    some = total > 0
    result = torch.where(some, torch.log(torch.where(some, total, torch.ones_like(total))) + top, -torch.inf)
    return result.squeeze(axis)''',
    "logadd": '''def logadd(*parts):
    total = torch.as_tensor(parts[0])
    for part in parts[1:]:
        total = torch.logaddexp(total, torch.as_tensor(part))
    return total''',
    "softplus": '''def softplus(x):
    return torch.nn.functional.softplus(x, threshold=60.0)''',
    "lsex": '''def lsex(x, axis):
    """Return log(sum over k != j of exp(x_k)) from the sums before and after j."""
    x = x.movedim(axis, 0)
    none = torch.full_like(x[:1], -torch.inf)
    before = torch.cat([none, torch.logcumsumexp(x[:-1], 0)])
    after = torch.cat([torch.logcumsumexp(x[1:].flip(0), 0).flip(0), none])
    return lse(torch.stack([before, after]), 0).movedim(0, axis)''',
    "exsum": '''def exsum(x, axis):
    """Return the sum over k != j of x_k from the sums before and after j."""
    x = x.movedim(axis, 0)
    none = torch.zeros_like(x[:1])
    before = torch.cat([none, torch.cumsum(x[:-1], 0)])
    after = torch.cat([torch.cumsum(x[1:].flip(0), 0).flip(0), none])
    return (before + after).movedim(0, axis)''',
}


def render(loss: Loss) -> str:
    """Return the text of a module with ``loss(s, t, ...)``, differentiable by autograd."""
    lowered = lower(loss)
    lines, result = value_lines(loss)
    lines = [_translated(line) for line in lines]
    arguments = [argument(a) for a in lowered.arguments]
    head, names = signature(lowered.arguments, arguments)
    sets = {argument(a) for a in loss.class_sets}
    kinds = ["torch.as_tensor(list({}))" if a in sets else "torch.as_tensor({}, dtype=dtype)" for a in arguments]
    convert = [f"{name} = {kind.format(a)}" for name, kind, a in zip(names, kinds, arguments, strict=True)]
    n = "s.shape[0]" if loss.shape[0].name == "n" else "1"
    m = "s.shape[-1]" if loss.shape[-1].name == "m" else "1"
    body = [f'"""Return the loss for tensors s and t of shape {shape_of(loss)}."""', f"n, m, dtype = {n}, {m}, s.dtype"]
    body += [*convert, *lines, f"return {result}"]
    function = "\n    ".join([f"def loss(s, t{head}):", *body])
    top = docstring(loss, lowered, "PyTorch (gradients by autograd)")
    return "\n\n\n".join([top, "import torch", *used(lines, _HELPERS), function]) + "\n"


def _translated(line: str) -> str:
    line = re.sub(r"np\.(exp|log1p|log|tanh)\(", r"\1(", line)
    line = re.sub(r"\.transpose\(", ".permute(", line)
    line = line.replace(".astype(dtype)", ".to(dtype)").replace("np.power(", "torch.pow(")
    return re.sub(r"\bnp\.", "torch.", line)


__all__ = ["render"]

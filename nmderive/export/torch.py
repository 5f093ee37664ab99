"""A PyTorch module: the loss as one differentiable function of tensors."""

from __future__ import annotations

import re
from dataclasses import replace

from nmderive.losses.loss import Loss
from nmderive.numeric.dialect import function, used, value_code
from nmderive.numeric.lower import lower
from nmderive.numeric.module_text import docstring

_HELPERS = {
    "real": "def real(x):\n    return x if torch.is_tensor(x) else torch.tensor(x, dtype=torch.float64)",
    "exp": "def exp(x):\n    return torch.exp(real(x))",
    "log": "def log(x):\n    return torch.log(real(x))",
    "log1p": "def log1p(x):\n    return torch.log1p(real(x))",
    "tanh": "def tanh(x):\n    return torch.tanh(real(x))",
    "power": "def power(x, y):\n    return torch.pow(real(x), real(y))",
    "log0": "def log0(x):\n    return torch.log(torch.where(x == 0, torch.ones_like(x), x))",
    "log1p0": "def log1p0(x):\n    return torch.log1p(torch.where(x == -1, torch.zeros_like(x), x))",
    "logsoftplus": '''def logsoftplus(x):
    return torch.where(x < -37, x, torch.log(softplus(torch.clamp(x, min=-37))))''',
    "lse": '''def lse(x, axis):
    """Return log(sum(exp(x))) whose gradient is 0, not nan, where every term is 0."""
    top = x.detach().amax(axis, keepdim=True)
    top = torch.where(top == -torch.inf, torch.zeros_like(top), top)
    total = torch.sum(torch.exp(x - top), axis, keepdim=True)
    none = total == 0  # not "total > 0": a nan has to stay one
    result = torch.where(none, -torch.inf, torch.log(torch.where(none, torch.ones_like(total), total)) + top)
    return result.squeeze(axis)''',
    "logadd": '''def logadd(*parts):
    total = real(parts[0])
    for part in parts[1:]:
        total = torch.logaddexp(total, real(part))
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
    value = value_code(loss)
    lines = tuple(_translated(line) for line in value.lines)
    text = function(loss, lowered, replace(value, lines=lines), "torch.as_tensor({}, dtype=s.dtype)",
                    "torch.as_tensor(list({}))", "s = torch.as_tensor(s) * 1.0")
    top = docstring(loss, lowered, "PyTorch (gradients by autograd)")
    return "\n\n\n".join([top, "import torch", *used(lines, _HELPERS), text]) + "\n"


def _translated(line: str) -> str:
    line = re.sub(r"np\.(exp|log1p|log|tanh|power)\(", r"\1(", line)
    line = re.sub(r"\.transpose\(", ".permute(", line)
    line = line.replace(".astype(dtype)", ".to(dtype)")
    return re.sub(r"\bnp\.", "torch.", line)


__all__ = ["render"]

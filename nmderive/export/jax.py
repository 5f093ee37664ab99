"""A jax module: the loss as one function for jax.jit, jax.grad and jax.value_and_grad."""

from __future__ import annotations

import re
from dataclasses import replace

from nmderive.losses.loss import Loss
from nmderive.numeric.dialect import function, used, value_code
from nmderive.numeric.lower import lower
from nmderive.numeric.module_text import docstring

_HELPERS = {
    "log0": "def log0(x):\n    return jnp.log(jnp.where(x == 0, 1, x))",
    "log1p0": "def log1p0(x):\n    return jnp.log1p(jnp.where(x == -1, 0, x))",
    "logsoftplus": '''def logsoftplus(x):
    return jnp.where(x < -37, x, jnp.log(softplus(jnp.maximum(x, -37))))''',
    "lse": '''def lse(x, axis):
    """Return log(sum(exp(x))) whose gradient is 0, not nan, where every term is 0."""
    top = jax.lax.stop_gradient(jnp.max(x, axis=axis, keepdims=True))
    top = jnp.where(top == -jnp.inf, 0, top)
    total = jnp.sum(jnp.exp(x - top), axis=axis, keepdims=True)
    result = jnp.where(total == 0, -jnp.inf, jnp.log(jnp.where(total == 0, 1, total)) + top)
    return jnp.squeeze(result, axis)''',
    "logadd": '''def logadd(*parts):
    total = parts[0]
    for part in parts[1:]:
        total = jnp.logaddexp(total, part)
    return total''',
    "softplus": "def softplus(x):\n    return jnp.logaddexp(x, 0.0)",
    "lsex": '''def lsex(x, axis):
    """Return log(sum over k != j of exp(x_k)) from the sums before and after j."""
    x = jnp.moveaxis(x, axis, 0)
    none = jnp.full_like(x[:1], -jnp.inf)
    before = jnp.concatenate([none, jax.lax.cumlogsumexp(x[:-1], 0)])
    after = jnp.concatenate([jax.lax.cumlogsumexp(x[1:], 0, reverse=True), none])
    return jnp.moveaxis(lse(jnp.stack([before, after]), 0), 0, axis)''',
    "exsum": '''def exsum(x, axis):
    """Return the sum over k != j of x_k from the sums before and after j."""
    x = jnp.moveaxis(x, axis, 0)
    none = jnp.zeros_like(x[:1])
    before = jnp.concatenate([none, jnp.cumsum(x[:-1], 0)])
    after = jnp.concatenate([jnp.cumsum(x[:0:-1], 0)[::-1], none])
    return jnp.moveaxis(before + after, 0, axis)''',
}


def render(loss: Loss) -> str:
    """Return the text of a module with ``loss(s, t, ...)``, to be jitted and differentiated by jax."""
    lowered = lower(loss)
    value = value_code(loss)
    lines = tuple(re.sub(r"\bnp\.", "jnp.", line) for line in value.lines)
    text = function(loss, lowered, replace(value, lines=lines), "jnp.asarray({}, dtype=s.dtype)", "jnp.asarray({})",
                    "s = jnp.asarray(s, dtype=jnp.result_type(s, float))")
    top = "import jax\nimport jax.numpy as jnp"
    return "\n\n\n".join([docstring(loss, lowered, "jax"), top, *used(lines, _HELPERS), text]) + "\n"


__all__ = ["render"]

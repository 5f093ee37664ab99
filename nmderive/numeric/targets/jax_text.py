"""The parts of a JAX module that do not come from the formula's graph; {names} are filled in."""

from __future__ import annotations

PREPARED = '''def prepared(s, t{ignored}):
    """Return logits and labels of one type{and_keep}; raise where their shapes or types do not fit."""
    s = jnp.asarray(s)
    if not jnp.issubdtype(s.dtype, jnp.floating):
        raise TypeError(f"s has dtype {{s.dtype}}, but logits are floating-point numbers")
    if s.ndim < {ndim}:
        raise ValueError(f"s has shape {{s.shape}}, but the loss takes logits of shape {shape}")
{no_class}    s = s.astype(jnp.promote_types(s.dtype, jnp.float32))
{labels}    return s, t{keep}'''

NO_CLASS = '''    if s.shape[-1] == 0:
        raise ValueError(f"s has shape {s.shape}: there must be at least one class")
'''

LABELS = '''    t = jnp.asarray(t)
    if t.shape != s.shape:
        raise ValueError(f"t has shape {t.shape}, but s has shape {s.shape}, and labels have the same")
    t = t.astype(s.dtype)
'''

CLASS_LABELS = '''    t = jnp.asarray(t)
{keep_all}    if t.shape == s.shape:
{no_ignored}        return s, t.astype(s.dtype){keep}
    if t.shape != s.shape[:-1] or not jnp.issubdtype(t.dtype, jnp.integer):
        raise ValueError(
            f"t has shape {{t.shape}} and dtype {{t.dtype}}, but s has shape {{s.shape}}: labels have the shape of s; "
            f"class indices? pass them as integers of shape {{s.shape[:-1]}}"
        )
{ignore}    t = one_hot(t, s.shape[-1], s.dtype)
'''

NO_IGNORED = '''        if ignore_index is not None:
            raise ValueError("ignore_index speaks of class indices, but t holds a label for every class")
'''

IGNORE = '''    if ignore_index is not None:
        keep = t != ignore_index
        t = jnp.where(keep, t, 0)
'''

ROWS = '''    if reduction == "none"{or_keep}:
        each = row_terms(s, t, n, m, s.dtype{passed})
{drop}        if reduction == "none":
            return each
        total, count = jnp.sum(each), {count}
    else:
        total, count = jnp.sum(value(s, t, n, m, s.dtype{passed})), s.size // m
    return total / jnp.maximum(count, 1) if reduction == "mean" else total'''

COUPLED = '''    each = value(s, t, n, m, s.dtype{passed})
    return jnp.sum(each) / max(each.size, 1) if reduction == "mean" else jnp.sum(each)'''

SINGLE = '''    each = value(s, t, n, m, s.dtype{passed})
    if reduction == "none":
        return each
    return jnp.sum(each) / max(each.size, 1) if reduction == "mean" else jnp.sum(each)'''

ONE_HOT = '''def one_hot(t, m, dtype):
    """Return one-hot labels; a class outside 0 .. m - 1 is an error, and nan where jax traces."""
    if not isinstance(t, jax.core.Tracer) and t.size:
        least, most = int(t.min()), int(t.max())
        if least < 0 or most >= m:
            wrong = least if least < 0 else most
            raise ValueError(f"t holds class {wrong}, but with {m} classes indices are 0 to {m - 1}")
    inside = (t >= 0) & (t < m)
    return jnp.where(inside[..., None], jax.nn.one_hot(t, m, dtype=dtype), jnp.nan)'''

HELPERS = {
    "log0": '''def log0(x):
    """Return log(x), and 0 where x is 0: for products that vanish there anyway."""
    return jnp.log(jnp.where(x == 0, 1, x))''',
    "log1p0": '''def log1p0(x):
    """Return log(1 + x), and 0 where x is -1: for products that vanish there anyway."""
    return jnp.log1p(jnp.where(x == -1, 0, x))''',
    "softplus": '''def softplus(x):
    """Return log(1 + exp(x))."""
    return jnp.logaddexp(x, 0.0)''',
    "logsoftplus": '''def logsoftplus(x):
    """Return log(log(1 + exp(x))), which is x where exp(x) is below the rounding."""
    return jnp.where(x < -37, x, jnp.log(softplus(jnp.maximum(x, -37))))''',
    "logadd": '''def logadd(*parts):
    """Return log(exp(a) + exp(b) + ...); where every part is -inf its gradient is 0, not nan."""
    return lse(jnp.stack(jnp.broadcast_arrays(*parts)), 0)''',
    "lse": '''def lse(x, axis):
    """Return log(sum(exp(x))) whose gradient is 0, not nan, where every term is 0."""
    if not x.size:
        return jnp.sum(x, axis=axis) - jnp.inf
    top = jax.lax.stop_gradient(jnp.max(x, axis=axis, keepdims=True))
    top = jnp.where(top == -jnp.inf, 0, top)
    total = jnp.sum(jnp.exp(x - top), axis=axis, keepdims=True)
    none = total == 0  # not "total > 0": a nan has to stay one
    return jnp.squeeze(jnp.where(none, -jnp.inf, jnp.log(jnp.where(none, 1, total)) + top), axis)''',
    "lsex": '''def lsex(x, axis):
    """Return log(sum over k != j of exp(x_k)) for every j: total minus own, the largest handled apart."""
    if not x.size:
        return x - jnp.inf
    fixed = jax.lax.stop_gradient(x)
    top = fixed.max(axis, keepdims=True)
    top = jnp.where(top == -jnp.inf, 0, top)
    below = jnp.sign(top - fixed)  # 0 at the largest, 1 elsewhere
    second = jnp.where(below > 0, fixed, -jnp.inf).max(axis, keepdims=True)
    second = jnp.where(second == -jnp.inf, top, second)
    e = jnp.exp(x - (below * second + (1 - below) * top))
    large, small = (1 - below) * e, below * e
    most, rest = large.sum(axis, keepdims=True), small.sum(axis, keepdims=True)
    none = rest == 0
    own = jnp.where(none, -jnp.inf, jnp.log(jnp.where(none, 1, rest)) + second)
    alone = (1 - below) * (most < 1.5) > 0  # largest, and no other entry equals it
    others = (most - large) + jnp.exp(second - top) * (rest - small)
    return jnp.where(alone, own, top + jnp.log(jnp.where(alone, 1, others)))''',
    "amax": '''def amax(x, axis):
    """Return the largest entry along an axis; its gradient is shared by the entries that attain it, a nan stays one."""
    return jnp.max(x, axis=axis)''',
    "larger": '''def larger(x, y):
    """Return the larger one of two entries; where they are equal each has half of the gradient."""
    return jnp.maximum(x, y)''',
    "amaxex": '''def amaxex(x, axis):
    """Return the largest x_k with k != j for every j, as the mean of those that attain it: they share its gradient."""
    if not x.size:
        return x
    fixed = jax.lax.stop_gradient(x)
    first = fixed == jnp.max(fixed, axis=axis, keepdims=True)
    left = jnp.where(first, -jnp.inf, fixed)
    next_ = (left == jnp.max(left, axis=axis, keepdims=True)) & ~first
    a, b = (jnp.sum(y, axis=axis, keepdims=True) for y in (first, next_))
    total, second = (jnp.sum(jnp.where(y, x, 0), axis=axis, keepdims=True) for y in (first, next_))
    next_ = jnp.where(b > 0, second / jnp.maximum(b, 1), -jnp.inf)
    own = jnp.where(a > 1, (total - x) / jnp.maximum(a - 1, 1), next_)
    return jnp.where(first, own, total / a)''',
    "exsum": '''def exsum(x, axis):
    """Return the sum over k != j of x_k for every j: total minus own, the largest handled apart."""
    if not x.size:
        return x
    size = jnp.abs(jax.lax.stop_gradient(x))
    first = size == jnp.max(size, axis=axis, keepdims=True)
    large, small = jnp.where(first, x, 0), jnp.where(first, 0, x)
    return (jnp.sum(large, axis=axis, keepdims=True) - large) + (jnp.sum(small, axis=axis, keepdims=True) - small)''',
    "gather": '''def gather(x, place, axis):
    """Return the entries of ``x`` along ``axis``, counted from the end, at positions ``place`` of the other axes."""
    index = place.reshape(*place.shape, *(1,) * -axis)
    ndim = max(x.ndim, index.ndim)
    x, index = (a.reshape(*(1,) * (ndim - a.ndim), *a.shape) for a in (x, index))
    return jnp.squeeze(jnp.take_along_axis(x, index, axis), axis)''',
    "log_softmax": '''def log_softmax(x, axis):
    """Return x - log(sum(exp(x)))."""
    return jax.nn.log_softmax(x, axis)''',
    "softmax": '''def softmax(x, axis):
    """Return exp(x) / sum(exp(x))."""
    return jax.nn.softmax(x, axis)''',
    "log_shares": '''def log_shares(x, axis):
    """Return log(softmax(x)), exact also where it is close to 0: -log(1 + rest) at the largest entry."""
    top = jax.lax.stop_gradient(jnp.max(x, axis=axis, keepdims=True, initial=-jnp.inf))
    top = jnp.where(top == -jnp.inf, 0, top)
    hit = (x == top).astype(x.dtype)
    rest = jnp.sum(jnp.exp(x - top) - hit, axis=axis, keepdims=True) + (jnp.sum(hit, axis=axis, keepdims=True) - 1)
    return x - top - jnp.log1p(rest)''',
    "rest_power": '''def rest_power(logs, power):
    """Return (1 - p)^power from log(p); where 1 - p is 0 the gradient is 0, not nan."""
    rest = -jnp.expm1(logs)
    none = rest == 0
    return jnp.where(none, 0, jnp.where(none, 1, rest) ** power)''',
    "squared_distance": '''def squared_distance(x, y, axes):
    """Return the sum of (x - y)^2 over the last ``axes`` axes."""
    return jnp.sum(jnp.square(x - y), axis=tuple(range(-axes, 0)))''',
    "inner": '''def inner(x, y, axes=2):
    """Return the sum of x y over the last ``axes`` axes."""
    return jnp.sum(x * y, axis=tuple(range(-axes, 0)))''',
    "lsedot": '''def lsedot(a, b):
    """Return log(sum over i of exp(a_ij + b_ik)) for every j, k: one product of scaled exponentials.

    Where one of these underflows every pair is summed anew, which takes m times as long.
    """
    if not (a.size and b.size):
        return lse(a[..., :, None] + b[..., None, :], -3)
    shift = jax.lax.stop_gradient(jnp.max(b, axis=-1, keepdims=True))
    shift = jnp.where(shift == -jnp.inf, 0, shift)
    a, b = a + shift, b - shift
    p, q = (jax.lax.stop_gradient(jnp.max(x, axis=-2, keepdims=True)) for x in (a, b))
    none = jnp.swapaxes(p == -jnp.inf, -1, -2) | (q == -jnp.inf)
    p, q = (jnp.where(x == -jnp.inf, 0, x) for x in (p, q))
    total = jnp.matmul(jnp.swapaxes(jnp.exp(a - p), -1, -2), jnp.exp(b - q), precision="highest")
    poor = (total < jnp.finfo(total.dtype).tiny ** 0.5) & ~none
    out = jnp.log(jnp.where(poor | none, 1, total)) + jnp.swapaxes(p, -1, -2) + q
    out = jnp.where(none, -jnp.inf, out)
    anew = jax.checkpoint(lambda a, b: lse(a[..., :, None] + b[..., None, :], -3))  # its terms are not kept
    return jnp.where(poor, jax.lax.cond(jnp.any(poor), anew, lambda a, b: jnp.zeros_like(out), a, b), out)''',
}

__all__ = [
    "CLASS_LABELS", "COUPLED", "HELPERS", "IGNORE", "LABELS", "NO_CLASS", "NO_IGNORED", "ONE_HOT", "PREPARED", "ROWS",
    "SINGLE",
]

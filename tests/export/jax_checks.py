"""What every exported JAX module has to do. Cases come pickled on standard input, faults leave pickled."""

import math
import pickle
import sys
import traceback

import jax
import jax.numpy as jnp
import numpy as np

N_ROWS, CLASSES = 5, 4


class Case:
    """One module with inputs of its shape."""

    def __init__(self, name, text, extra, shape, labels, rows):
        self.name, self.extra, self.shape, self.labels, self.rows = name, extra, shape, labels, rows
        self.space = {}
        exec(compile(text, name, "exec"), self.space)

    def loss(self, s, t, **more):
        return self.space["loss"](s, t, **self.extra, **more)

    def inputs(self, *front, rows=N_ROWS):
        made = np.random.default_rng(1)
        shape = (*front, *({"n": rows, "m": CLASSES}[x] for x in self.shape))
        s = made.normal(size=shape) * 2
        t = np.exp(made.normal(size=shape))
        return jnp.asarray(s), jnp.asarray(t / t.sum(axis=-1, keepdims=True))

    @property
    def classed(self):
        return self.labels and self.shape[-1] == "m"


def close(a, b, size=1e-9):
    np.testing.assert_allclose(np.asarray(a), np.asarray(b), atol=size, rtol=size)


def refuses(word, run, kind=ValueError):
    try:
        run()
    except kind as error:
        assert word in str(error), f"{word!r} is not in {error}"
    else:
        raise AssertionError(f"nothing was refused, where {word!r} was to be said")


def check_reductions_and_batches(case):
    s, t = case.inputs(2, 3)
    total, mean = case.loss(s, t, reduction="sum"), case.loss(s, t, reduction="mean")
    parts = [case.loss(s[i, j], t[i, j], reduction="sum") for i in range(2) for j in range(3)]
    close(total, sum(parts))
    if case.rows or case.shape == ("m",):
        each = case.loss(s, t, reduction="none")
        close(each.sum(), total)
        close(each.mean(), mean)
    else:
        refuses("coupled", lambda: case.loss(s, t, reduction="none"))
        close(mean, total / 6)


def check_class_indices(case):
    if not case.classed:
        return
    s, _ = case.inputs(2)
    shape = s.shape[:-1]
    k = jnp.arange(int(np.prod(shape))).reshape(shape) % CLASSES
    hot = jax.nn.one_hot(k, CLASSES)
    value = case.loss(s, hot)
    close(case.loss(s, k), value)
    close(case.loss(s, hot.astype(int)), value)
    refuses("holds class 4", lambda: case.loss(s, jnp.full(shape, 4)))
    refuses("class indices? pass them as integers", lambda: case.loss(s, k.astype(float)))
    assert jnp.isnan(jax.jit(case.loss)(s, jnp.full(shape, 4)))
    if case.rows and jnp.isfinite(value):
        kept = k.at[0, 0].set(-100)
        each = case.loss(s, k, reduction="none")
        close(case.loss(s, kept, reduction="sum", ignore_index=-100), each.sum() - each[0, 0])
        close(case.loss(s, kept, reduction="mean", ignore_index=-100), (each.sum() - each[0, 0]) / (each.size - 1))


def check_wrong_shapes_and_types(case):
    s, t = case.inputs()
    refuses(f"logits of shape (..., {', '.join(case.shape)})", lambda: case.loss(s[(0,) * s.ndim], t))
    refuses("s has dtype int", lambda: case.loss(s.astype(int), t), TypeError)
    if case.labels:
        refuses("t has shape", lambda: case.loss(s, t[..., :-1]))


def check_nan_stays_nan(case):
    for where in ("s", "t") if case.labels else ("s",):
        s, t = case.inputs()
        place = (0,) * s.ndim
        s, t = (s.at[place].set(jnp.nan), t) if where == "s" else (s, t.at[place].set(jnp.nan))
        assert jnp.isnan(case.loss(s, t)) and jnp.isnan(jax.jit(case.loss)(s, t))


def check_types_and_empty_batches(case):
    s, t = case.inputs()
    low = case.loss(s.astype(jnp.bfloat16), t.astype(jnp.bfloat16))
    assert low.dtype == jnp.float32 and jnp.isfinite(low)
    assert case.loss(s.astype(jnp.float32), t).dtype == jnp.float32
    if case.shape[0] == "n":
        s, t = case.inputs(rows=0)
        assert jax.grad(case.loss)(s, t).shape == s.shape
        assert not case.rows or case.loss(s, t, reduction="mean") == 0


def check_transforms(case):
    s, t = case.inputs(3)
    slopes = jax.grad(case.loss)(s[0], t[0])
    close(jax.jit(jax.vmap(jax.grad(case.loss)))(s, t)[0], slopes)
    v = jnp.cos(jnp.arange(s[0].size)).reshape(s[0].shape)
    h = 1e-5
    found = jax.grad(lambda x: jnp.sum(jax.grad(case.loss)(x, t[0]) * v))(s[0])
    wanted = (jax.grad(case.loss)(s[0] + h * v, t[0]) - jax.grad(case.loss)(s[0] - h * v, t[0])) / (2 * h)
    close(found, wanted, 1e-7)


def check_confident_rows_keep_their_digits(case):
    if case.name != "focal":
        return
    s, t = jnp.asarray([[30.0, 1.0, -2.0]]), jnp.asarray([[1.0, 0.0, 0.0]])
    rest = (math.exp(-29) + math.exp(-32)) / (1 + math.exp(-29) + math.exp(-32))
    g = case.extra["g"]
    assert math.isclose(case.loss(s, t), -(rest**g) * math.log1p(-rest), rel_tol=1e-12)
    for g in (0.5, 2.0):
        assert jnp.isfinite(jax.grad(lambda x, g=g: case.space["loss"](x, t, g=g))(s * 100)).all()


CHECKS = {name: check for name, check in globals().items() if name.startswith("check_")}


def faults(cases, wanted):
    """Return (loss, what went wrong) for every fault."""
    found = []
    for given in cases:
        try:
            CHECKS[wanted](Case(*given))
        except Exception:
            found.append((given[0], traceback.format_exc(limit=-3)))
    return found


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    sys.stdout.buffer.write(pickle.dumps(faults(pickle.load(sys.stdin.buffer), sys.argv[1])))

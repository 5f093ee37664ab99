"""Values and gradients against mpmath at 50 digits, on random, extreme and hard-label inputs."""

import numpy as np
import pytest
from numeric.losses_here import NUMERIC, parameters
from numeric.reference import errors, reference

from nmderive.errors import DomainError
from nmderive.losses.catalogue import load
from nmderive.numeric.lower import lower

pytestmark = pytest.mark.slow

WORST = []
EPS = np.finfo(float).eps


def inputs(shape, kind, rng):
    scale = {"random": 2.0, "wide": 60.0, "hard": 3.0, "extreme": 500.0, "tie": 1.0}[kind]
    s = rng.normal(size=shape) * scale
    t = rng.dirichlet(np.ones(shape[-1]), size=shape[:-1])
    if kind == "tie":
        s = np.round(s)
    if kind == "hard":
        t = np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])]
    return s, t


def styles(lowered, s, t, extra):
    n, m = lowered.sizes(s)
    values = [lowered.checked(s, t, extra)[a] for a in lowered.arguments]
    for style in ("fast", "robust"):
        run = lowered._run("value_and_grad", style)
        with np.errstate(all="ignore"):
            found = run(s, t, None, n, m, s.dtype, *values) if run else None
        if found is not None:
            yield style, found


@pytest.mark.parametrize("name", NUMERIC)
@pytest.mark.parametrize("kind", ["random", "wide", "tie", "hard", "extreme"])
def test_both_codes_are_right_to_the_last_digits(name, kind):
    loss, extra = load(name), parameters(load(name))
    rng = np.random.default_rng(len(name))
    shape = ((2, 3) if kind == "extreme" else (3, 4)) if len(loss.shape) == 2 else (4,)
    if kind == "extreme" and loss.class_sets:
        extra = {**extra, "Omega_neg": [1, 3], "Omega_pos": [2]}
        shape = (2, 3) if len(loss.shape) == 2 else (3,)
    s, t = inputs(shape, kind, rng)
    if kind == "hard" and name == "reverse-kl":
        with pytest.raises(DomainError, match="exactly 0"):
            lower(loss).value_and_grad(s, t, **extra)
        return
    expected, slopes = reference(loss, s, t, extra)
    if abs(expected) > 1e300:
        with pytest.raises(DomainError):
            lower(loss).value_and_grad(s, t, **extra)
        return
    largest = 1 + 2 * np.abs(s).max()
    for style, (value, gradient) in styles(lower(loss), s, t, extra):
        wrong, worst = errors(value, np.broadcast_to(gradient, s.shape), expected, slopes)
        WORST.append((wrong / EPS / largest, worst, f"{name}, {kind} inputs, {style} code"))
        assert wrong <= 8 * EPS * largest, (style, wrong / EPS / largest)
        assert worst <= 1, (style, worst)


def test_the_worst_case_is_printed(capsys):
    if not WORST:
        return
    value, gradient = max(WORST), max(WORST, key=lambda w: w[1])
    with capsys.disabled():
        print(f"\nworst value: {value[0]:.2f} ulp times (1 + largest exponent): {value[2]}; "
              f"worst gradient: {gradient[1]:.1e} of the bound (1e-10 relative or 1e-12): {gradient[2]}")

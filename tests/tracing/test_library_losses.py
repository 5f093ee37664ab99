"""Losses of libraries: value, gradient, verdicts and published formula of each, against the library's own numbers."""

import functools
import importlib
import inspect
import sys
from pathlib import Path

import numpy as np
import pytest
from today import rest_slow

from nmderive.proving.equality import judge_equal
from nmderive.tracing.check import Real
from nmderive.tracing.functions import by_name
from nmderive.tracing.libraries import libraries_of
from nmderive.tracing.read import read_function

from .library_losses import ROWS

sys.path.insert(0, str(Path(__file__).parent.parent / "data"))
#: A slope, or a bend, that is none but for rounding; NumPy's are differences.
FLAT, BENT = 1e-7, 1e-6
POINTS = 40


def function_of(row):
    module, _, name = row.partition(" ")[0].partition(":")
    found = pytest.importorskip(module, reason=f"{module} is not installed: pip install 'nmderive[test-frameworks]'")
    function, given = getattr(found, name), ROWS[row][0]
    return functools.partial(function, **given) if given else function


class Library:
    """The library's own values and slopes, by the names of its arguments."""

    def __init__(self, function, kind):
        self.names = list(inspect.signature(function).parameters)[:2]
        session = importlib.import_module(f"nmderive.tracing.frontends.{libraries_of(function)[0]}_session")
        self.real, self.kind = Real(by_name(function), session), kind

    def given(self, s, t):
        return dict(zip(self.names, (s, t.argmax(axis=1) if self.kind == "class" else t), strict=True))

    def value(self, s, t):
        return self.real.value(self.given(s, t))

    def gradient(self, s, t):
        if self.real.has_gradient:
            return self.real.gradient(self.given(s, t), self.names[0])
        return differences(lambda x: self.value(x, t), s)


def differences(function, s, step=1e-3):
    result = np.empty(s.shape)
    for place in np.ndindex(s.shape):
        found = []
        for k in (1, -1, 2, -2):
            moved = s.copy()
            moved[place] += k * step
            found.append(function(moved))
        result[place] = (8 * (found[0] - found[1]) - (found[2] - found[3])) / (12 * step)
    return result


def labels(kind, n, m, random):
    if kind in ("class", "hard"):
        return np.eye(m)[random.integers(m, size=n)]
    return random.dirichlet(np.ones(m), n) if kind == "soft" else random.uniform(0.1, 0.9, (n, m))


def read(row):
    function, kind = function_of(row), ROWS[row][1]
    logits, target = list(inspect.signature(function).parameters)[:2]
    lets = [f"{logits}: logits", *([f"{target}: labels"] if kind != "class" else [])]
    return read_function(function, lets), Library(function, kind)


@pytest.fixture(params=rest_slow(ROWS, 8), scope="module")
def row(request):
    return request.param, *read(request.param)


def judged(loss, claim):
    from nmderive.verify import judge_one

    return judge_one(loss, claim, {}, 60)


@pytest.mark.filterwarnings("ignore:reduction:UserWarning")
def test_value_and_gradient_are_the_librarys(row):
    name, loss, library = row
    random, code = np.random.default_rng(4), numpy_of(loss)
    for n, m in ((5, 3), (2, 4), (1, 2)):
        s, t = random.normal(size=(n, m)), labels(ROWS[name][1], n, m, random)
        value, gradient = code.value_and_grad(s, t)
        assert value == pytest.approx(library.value(s, t), rel=1e-10, abs=1e-12)
        tolerance = 1e-10 if library.real.has_gradient else 1e-8
        np.testing.assert_allclose(gradient, library.gradient(s, t), rtol=tolerance, atol=tolerance)


def numpy_of(loss):
    from nmderive.numeric.lower import lower

    return lower(loss)


@pytest.mark.filterwarnings("ignore:reduction:UserWarning")
def test_softmax_optimum_is_what_the_slopes_say(row):
    name, loss, library = row
    verdict, random = judged(loss, "softmax-optimum"), np.random.default_rng(5)
    code, takes_soft = numpy_of(loss), ROWS[name][1] in ("soft", "unit")
    slopes = []
    for _ in range(5):
        s = random.normal(size=(2, 3))
        t = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
        # Functions of classes have no values at soft labels: the reading goes on there, as it says.
        slopes.append(np.abs(library.gradient(s, t) if takes_soft else code.value_and_grad(s, t)[1]).max())
    if verdict.status.value == "PROVED":
        assert max(slopes) < FLAT
    if verdict.status.value == "REFUTED":
        assert max(slopes) > FLAT, verdict.findings
    assert verdict.status.value != "UNDECIDED" or max(slopes) > FLAT, "a true claim is left open"


def bends(library, kind):
    """The least second derivative along random lines, by differences of the library's slopes."""
    random, found = np.random.default_rng(6), []
    for k in range(POINTS):
        m = 2 + k % 2
        s, t = random.normal(size=(1, m)) * (0.5 + k / 8), labels(kind, 1, m, random)
        direction, step = random.normal(size=s.shape), 1e-4
        slopes = [(library.gradient(s + x * direction, t) * direction).sum() for x in (step, -step)]
        found.append((slopes[0] - slopes[1]) / (2 * step))
    return min(found)


@pytest.mark.filterwarnings("ignore:reduction:UserWarning")
def test_convex_is_what_the_bends_say(row):
    name, loss, library = row
    verdict, least = judged(loss, "convex"), bends(library, ROWS[name][1])
    if verdict.status.value == "PROVED":
        assert least > -BENT
    if verdict.status.value == "REFUTED":
        assert least < -BENT, verdict.findings
    assert verdict.status.value != "UNDECIDED" or least < -BENT or name in OPEN


#: Convex losses of which that is not shown: where labels may be 0, or at kinks; and one of which it is not known.
OPEN = ("torch.nn.functional:kl_div", "torch.nn.functional:kl_div 2", "optax.losses:kl_divergence",
        "torch.nn.functional:huber_loss", "losses_from_code:poly1")


@pytest.mark.filterwarnings("ignore:reduction:UserWarning")
def test_the_published_formula_is_proved_equal(row):
    import nmderive

    name, loss, _ = row
    _, kind, formula = ROWS[name]
    paper = nmderive.loss(formula)
    verdict = judge_equal(loss.expr, paper.expr, loss, {})
    if verdict.status.value != "PROVED" and kind in ("class", "hard"):
        verdict = judge_equal(loss.expr, paper.expr, loss, {}, hard=True)
    assert verdict.status.value == "PROVED", verdict.findings

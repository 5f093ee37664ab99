"""Neural-network functions with the parameters of losses: softmax, cross-entropy, BCE, KL and their reductions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Abs, Rational, exp, log

from nmderive.calculus.kinks import positive_part
from nmderive.calculus.symbols import M
from nmderive.tracing.array import Array, axis_number, broadcast_shape, rearranged, scalar
from nmderive.tracing.context import LabelsIndex, current, refused
from nmderive.tracing.operations.elementwise import elementwise, equal, huber_of, logical_not, softplus_of
from nmderive.tracing.operations.indexing import getitem, one_hot, take_along_axis
from nmderive.tracing.operations.infinite import filled
from nmderive.tracing.operations.reductions import exponential, logsumexp, mean, sum_


def softmax(x: Array, axis: Any = -1) -> Array:
    """e^x divided by its sum over axes."""
    powers = exponential(x)
    return Array(powers.expr / sum_(powers, axis, keepdims=True).expr, x.shape)


def log_softmax(x: Array, axis: Any = -1) -> Array:
    """The logarithm of the softmax: x minus the log-sum-exp."""
    return Array(filled(x).number("log_softmax") - logsumexp(x, axis, keepdims=True).expr, x.shape, hole=x.hole)


def reduced(x: Array, reduction: str, what: str, batch: Any = None) -> Array:
    """``reduction`` of entries: "mean" over all of them, "sum", "none", "batchmean" (the sum divided by axis 0)."""
    if reduction == "none":
        return x
    if reduction == "sum":
        return sum_(x)
    if reduction == "batchmean" and batch is not None:
        return Array(sum_(x).expr / batch)
    if reduction == "mean":
        return mean(x)
    raise refused(f"{what}: there is no reduction {reduction!r}", "mean, sum or none")


def cross_entropy(
    x: Array, target: Array, weight: Array | None = None, reduction: str = "mean", label_smoothing: Any = 0.0,
    ignored: int | None = None,
) -> Array:
    """Cross-entropy of logits with classes along axis 1 (or 0 of one sample), as PyTorch defines it.

    With target classes and weights the mean is divided by the sum of the samples' weights, else by their number;
    samples of the class ``ignored`` (from 0) count nowhere.
    """
    smoothing = label_smoothing if isinstance(label_smoothing, Array) else scalar(label_smoothing)
    classes = 1 if x.ndim > 1 else 0
    if x.ndim > 2:
        raise refused("cross_entropy of logits with more than two axes", "two axes: samples and classes")
    logs = log_softmax(x, classes)
    if target.kind == "real" and target.expr.is_Integer and target.ndim == x.ndim - 1 and weight is None:
        if smoothing.expr != 0:
            raise refused("cross_entropy of one class for all samples, with label_smoothing")
        return reduced(Array(-_column(logs, classes, int(target.expr)).expr, target.shape), reduction, "cross_entropy")
    if target.kind == "index":
        return _of_classes(logs, target, weight, reduction, smoothing, ignored)
    if target.role == "labels":
        raise refused("cross_entropy takes target classes", "--let 'y: labels' where they are numbers", LabelsIndex)
    if weight is not None:
        current().note("cross_entropy with weights divides the mean by n, as its labels are numbers")
    soft = target.number("cross_entropy") * (1 - smoothing.expr) + smoothing.expr / x.shape[classes]
    if target.shape != x.shape:
        raise refused("cross_entropy with labels of another shape than the logits")
    entries = -soft * logs.expr * (1 if weight is None else _per_class(weight))
    rows = sum_(Array(entries, x.shape), axis=classes)
    return reduced(rows, reduction, "cross_entropy")


def _column(x: Array, axis: int, k: int) -> Array:
    return getitem(x, (slice(None),) * axis + (k,))


def _per_class(weight: Array) -> Any:
    if weight.ndim != 1 or weight.shape[0] not in (M,):
        raise refused("cross_entropy: the weights need one entry a class", "--let 'weight_j>0'")
    return weight.number("cross_entropy")


def _of_classes(
    logs: Array, target: Array, weight: Array | None, reduction: str, smoothing: Array, ignored: int | None
) -> Array:
    own = nll_loss(logs, target, weight, "none")
    weighted = Array(-logs.expr * (1 if weight is None else _per_class(weight)), logs.shape)
    spread = sum_(weighted, axis=-1)
    rows = Array((1 - smoothing.expr) * own.expr + smoothing.expr / logs.shape[-1] * spread.expr, own.shape)
    return _over_samples(rows, target, weight, reduction, "cross_entropy", ignored)


def nll_loss(
    x: Array, target: Array, weight: Array | None = None, reduction: str = "mean", ignored: int | None = None
) -> Array:
    """Minus the entry of log-probabilities at the target class, weighted by its class."""
    if x.ndim > 2 or target.ndim != x.ndim - 1:
        raise refused("nll_loss with a target of another shape than one class a sample")
    target.position("nll_loss")
    if x.ndim == 1:
        picked = getitem(x, target)
    else:
        picked = rearranged(take_along_axis(x, rearranged(target, [0, None]), 1), [0])
    if x.ndim == 2 and picked.shape != x.shape[:1]:
        raise refused("nll_loss of samples that do not align")
    own = 1 if weight is None else _weight_of(weight, target).expr
    return _over_samples(Array(-picked.number("nll_loss") * own, picked.shape), target, weight, reduction, "nll_loss",
                         ignored)


def _weight_of(weight: Array, target: Array) -> Array:
    _per_class(weight)
    return getitem(weight, target)


def _over_samples(
    rows: Array, target: Array, weight: Array | None, reduction: str, what: str, ignored: int | None
) -> Array:
    if ignored is not None:
        return _without_class(rows, target, weight, reduction, what, ignored)
    if weight is None or reduction != "mean":
        return reduced(rows, reduction, what)
    current().note(f"{what} with weights and reduction='mean' divides by the sum of the samples' weights, not by n")
    return Array(sum_(rows).expr / sum_(_weight_of(weight, target)).expr)


def _without_class(
    rows: Array, target: Array, weight: Array | None, reduction: str, what: str, ignored: int
) -> Array:
    """Return the reduction of samples of other classes; the mean is over them, by their weights where there are any."""
    current().note(f"{what} ignores samples of class {ignored}, from 0: they count neither above nor below a mean")
    kept = logical_not(equal(target, scalar(ignored)))
    left = Array(rows.expr * kept.expr, rows.shape)
    if reduction != "mean":
        return reduced(left, reduction, what)
    weights = kept if weight is None else Array(kept.expr * _weight_of(weight, target).expr, kept.shape)
    return Array(sum_(left).expr / sum_(weights).expr)


def poisson_nll_loss(x: Array, target: Array, log_input: bool, eps: Array, reduction: str = "mean") -> Array:
    """e^x - t x, or x - t log(x + eps) without ``log_input``."""
    def meaning(a: Any, t: Any, e: Any) -> Any:
        return exp(a) - t * a if log_input else a - t * log(a + e)

    return reduced(elementwise("poisson_nll_loss", meaning, x, target, eps), reduction, "poisson_nll_loss")


def binary_cross_entropy(x: Array, target: Array, weight: Array | None = None, reduction: str = "mean") -> Array:
    """-t log p - (1 - t) log(1 - p) of probabilities p."""
    def meaning(p: Any, t: Any, w: Any) -> Any:
        return -w * (t * log(p) + (1 - t) * log(1 - p))

    entries = elementwise("binary_cross_entropy", meaning, x, target, weight or scalar(1))
    return reduced(entries, reduction, "binary_cross_entropy")


def binary_cross_entropy_with_logits(
    x: Array, target: Array, weight: Array | None = None, reduction: str = "mean", pos_weight: Array | None = None,
) -> Array:
    """(1 - t) log(1 + e^x) + w t log(1 + e^-x), w the weight of positives."""
    def meaning(s: Any, t: Any, w: Any, positive: Any) -> Any:
        return w * ((1 - t) * softplus_of(s) + positive * t * softplus_of(-s))

    entries = elementwise(
        "binary_cross_entropy_with_logits", meaning, x, target, weight or scalar(1), pos_weight or scalar(1)
    )
    return reduced(entries, reduction, "binary_cross_entropy_with_logits")


def kl_div(x: Array, target: Array, reduction: str = "mean", log_target: bool = False) -> Array:
    """T (log t - x) of log-probabilities x, as PyTorch defines it.

    "mean" divides by all entries (n m), "batchmean" by the samples (n).
    """
    if reduction == "mean" and x.ndim == 2:
        current().note("kl_div with reduction='mean' divides by n m; the KL divergence, 'batchmean', divides by n")

    def meaning(q: Any, t: Any) -> Any:
        return exp(t) * (t - q) if log_target else t * (log(t) - q)

    entries = elementwise("kl_div", meaning, x, target)
    return reduced(entries, reduction, "kl_div", x.shape[0] if x.ndim else None)


def mse_loss(x: Array, target: Array, reduction: str = "mean") -> Array:
    """(x - t)^2."""
    if x.shape != target.shape:
        raise refused("mse_loss of arrays of different shapes")
    return reduced(elementwise("mse_loss", lambda a, b: (a - b) ** 2, x, target), reduction, "mse_loss")


def l1_loss(x: Array, target: Array, reduction: str = "mean") -> Array:
    """|x - t|."""
    if x.shape != target.shape:
        raise refused("l1_loss of arrays of different shapes")
    return reduced(elementwise("l1_loss", lambda a, b: Abs(a - b), x, target), reduction, "l1_loss")


def huber_loss(x: Array, target: Array, reduction: str = "mean", delta: Array | None = None) -> Array:
    """(x - t)^2 / 2 where |x - t| is below delta, linear beyond."""
    if x.shape != target.shape:
        raise refused("huber_loss of arrays of different shapes")
    entries = elementwise("huber_loss", lambda a, b, d: huber_of(a - b, d), x, target, delta or scalar(1))
    return reduced(entries, reduction, "huber_loss")


def margin_ranking_loss(x: Array, y: Array, target: Array, margin: Array, reduction: str = "mean") -> Array:
    """max(0, margin - t (x - y))."""
    def meaning(a: Any, b: Any, t: Any, c: Any) -> Any:
        return positive_part(c - t * (a - b))

    entries = elementwise("margin_ranking_loss", meaning, x, y, target, margin)
    return reduced(entries, reduction, "margin_ranking_loss")


def multi_margin_loss(
    x: Array, target: Array, p: Array, margin: Array, weight: Array | None = None, reduction: str = "mean",
) -> Array:
    """Return sum_k max(0, margin - x_y + x_k)^p / m over the other classes k, times the weight of the target y."""
    if x.ndim != 2 or p.expr not in (1, 2):
        raise refused("multi_margin_loss of other than (n, m) logits and a power of 1 or 2")
    own = take_along_axis(x, rearranged(target, [0, None]), 1)
    others = 1 - one_hot(target, x.shape[1]).number("multi_margin_loss")
    gaps = elementwise("multi_margin_loss", lambda a, b, c: positive_part(c - a + b), own, x, margin)
    summed = sum_(Array(gaps.expr ** p.expr * others, x.shape), axis=1)
    scale = 1 if weight is None else _weight_of(weight, target).expr
    return reduced(Array(summed.expr * scale / x.shape[1], summed.shape), reduction, "multi_margin_loss")


def soft_margin_loss(x: Array, target: Array, reduction: str = "mean") -> Array:
    """log(1 + e^(-t x))."""
    return reduced(elementwise("soft_margin_loss", lambda a, t: softplus_of(-t * a), x, target), reduction, "loss")


def scaled_softplus(x: Array, beta: Any = 1) -> Array:
    """log(1 + e^(b x)) / b."""
    b = beta if isinstance(beta, Array) else scalar(beta)
    return elementwise("softplus", lambda a, c: softplus_of(a * c) / c, x, b)


def cosine_similarity(x: Array, y: Array, axis: Any = 1) -> Array:
    """The product of two vectors divided by their norms; PyTorch's floor under the norms is a condition."""
    current().above_floor("norm under cosine_similarity", 1e-8)
    shape = broadcast_shape((x.shape, y.shape), "cosine_similarity")
    axis_number(axis, len(shape), "cosine_similarity")
    a, b = x.number("cosine_similarity"), y.number("cosine_similarity")
    above, left, right = (sum_(Array(e, shape), axis) for e in (a * b, a * a, b * b))
    return Array(above.expr * (left.expr * right.expr) ** Rational(-1, 2), above.shape)


OPERATIONS: dict[str, Callable[..., Array]] = {
    "softmax": softmax, "reduced": reduced, "log_softmax": log_softmax, "cross_entropy": cross_entropy,
    "nll_loss": nll_loss,
    "binary_cross_entropy": binary_cross_entropy,
    "binary_cross_entropy_with_logits": binary_cross_entropy_with_logits, "kl_div": kl_div,
    "poisson_nll_loss": poisson_nll_loss, "mse_loss": mse_loss,
    "l1_loss": l1_loss, "huber_loss": huber_loss, "margin_ranking_loss": margin_ranking_loss,
    "multi_margin_loss": multi_margin_loss,
    "soft_margin_loss": soft_margin_loss, "scaled_softplus": scaled_softplus, "cosine_similarity": cosine_similarity,
}

"""The loss functions of torch.nn.functional, with their parameters, as operations of the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nmderive.tracing.array import Array
from nmderive.tracing.context import current, refused
from nmderive.tracing.frontends.torch_table import TABLE, arr, plain
from nmderive.tracing.operations import OPERATIONS as OPS


def _legacy(function: Callable[..., Array]) -> Callable[..., Array]:
    """Return a loss with PyTorch's older names of reductions, size_average and reduce, as PyTorch means them."""
    def loss(*args: Any, size_average: Any = None, reduce: Any = None, **options: Any) -> Array:
        if size_average is not None or reduce is not None:
            is_mean = size_average is None or size_average
            options["reduction"] = "none" if reduce is False else "mean" if is_mean else "sum"
        return function(*args, **options)

    return loss


def _ignored(index: Any) -> int | None:
    """Return the class that is ignored; None for a number that is no class."""
    if not isinstance(index, int):
        raise refused("an ignore_index that is no plain number", "give the number of a class, or leave it out")
    if index < 0:
        current().note("no target is ignored: ignore_index is no class")
    return index if index >= 0 else None


def _cross_entropy(input: Array, target: Array, weight: Any = None, size_average: Any = None, ignore_index: int = -100,
                   reduce: Any = None, reduction: str = "mean", label_smoothing: Any = 0.0) -> Array:
    plain("cross_entropy", size_average=size_average, reduce=reduce)
    ignored = _ignored(ignore_index) if target.kind == "index" else None
    return OPS["cross_entropy"](input, target, weight, reduction, label_smoothing, ignored)


def _nll_loss(input: Array, target: Array, weight: Any = None, size_average: Any = None, ignore_index: int = -100,
              reduce: Any = None, reduction: str = "mean") -> Array:
    plain("nll_loss", size_average=size_average, reduce=reduce)
    target.position("nll_loss")
    return OPS["nll_loss"](input, target, weight, reduction, _ignored(ignore_index))


def _bce(input: Array, target: Array, weight: Any = None, size_average: Any = None, reduce: Any = None,
         reduction: str = "mean") -> Array:
    plain("binary_cross_entropy", size_average=size_average, reduce=reduce)
    current().note("binary_cross_entropy takes no logarithm below -100; the reading has no such floor")
    return OPS["binary_cross_entropy"](input, target, weight, reduction)


def _bce_with_logits(input: Array, target: Array, weight: Any = None, size_average: Any = None, reduce: Any = None,
                     reduction: str = "mean", pos_weight: Any = None) -> Array:
    plain("binary_cross_entropy_with_logits", size_average=size_average, reduce=reduce)
    positive = None if pos_weight is None else arr(pos_weight)
    return OPS["binary_cross_entropy_with_logits"](input, target, weight, reduction, positive)


def _kl_div(input: Array, target: Array, size_average: Any = None, reduce: Any = None, reduction: str = "mean",
            log_target: bool = False) -> Array:
    plain("kl_div", size_average=size_average, reduce=reduce)
    return OPS["kl_div"](input, target, reduction, log_target)


def _two(name: str) -> Callable[..., Array]:
    def function(input: Array, target: Array, size_average: Any = None, reduce: Any = None, reduction: str = "mean",
                 weight: Any = None) -> Array:
        plain(name, size_average=size_average, reduce=reduce, weight=weight)
        return OPS[name](input, target, reduction)

    return function


def _huber(input: Array, target: Array, reduction: str = "mean", delta: Any = 1.0, weight: Any = None) -> Array:
    plain("huber_loss", weight=weight)
    return OPS["huber_loss"](input, target, reduction, arr(delta))


def _smooth_l1(input: Array, target: Array, size_average: Any = None, reduce: Any = None, reduction: str = "mean",
               beta: Any = 1.0) -> Array:
    plain("smooth_l1_loss", size_average=size_average, reduce=reduce)
    found = OPS["huber_loss"](input, target, reduction, arr(beta))
    return OPS["divide"](found, arr(beta))


def _margin_ranking(input1: Array, input2: Array, target: Array, margin: Any = 0, size_average: Any = None,
                    reduce: Any = None, reduction: str = "mean") -> Array:
    plain("margin_ranking_loss", size_average=size_average, reduce=reduce)
    return OPS["margin_ranking_loss"](input1, input2, target, arr(margin), reduction)


def _multi_margin(input: Array, target: Array, p: Any = 1, margin: Any = 1.0, weight: Any = None,
                  size_average: Any = None, reduce: Any = None, reduction: str = "mean") -> Array:
    plain("multi_margin_loss", size_average=size_average, reduce=reduce)
    return OPS["multi_margin_loss"](input, target, arr(p), arr(margin), weight, reduction)


def _multilabel_soft(input: Array, target: Array, weight: Any = None, size_average: Any = None, reduce: Any = None,
                     reduction: str = "mean") -> Array:
    plain("multilabel_soft_margin_loss", size_average=size_average, reduce=reduce)
    entries = OPS["binary_cross_entropy_with_logits"](input, target, weight, "none")
    return OPS["reduced"](OPS["mean"](entries, -1), reduction, "multilabel_soft_margin_loss")


def _poisson(input: Array, target: Array, log_input: bool = True, full: bool = False, size_average: Any = None,
             eps: float = 1e-8, reduce: Any = None, reduction: str = "mean") -> Array:
    plain("poisson_nll_loss", size_average=size_average, reduce=reduce, full=full)
    return OPS["poisson_nll_loss"](input, target, log_input, arr(eps), reduction)


def _softplus(input: Array, beta: Any = 1, threshold: Any = 20) -> Array:
    if isinstance(threshold, Array) or threshold < 20:
        raise refused("softplus with a threshold below 20 is not smooth")
    return OPS["scaled_softplus"](input, beta)


def _cosine(x1: Array, x2: Array, dim: int = 1, eps: float = 1e-8) -> Array:
    return OPS["cosine_similarity"](x1, x2, dim)


_LOSSES: dict[str, Callable[..., Array]] = {
    "cross_entropy": _cross_entropy, "nll_loss": _nll_loss, "nll_loss_nd": _nll_loss, "binary_cross_entropy": _bce,
    "binary_cross_entropy_with_logits": _bce_with_logits, "kl_div": _kl_div, "mse_loss": _two("mse_loss"),
    "l1_loss": _two("l1_loss"), "huber_loss": _huber, "smooth_l1_loss": _smooth_l1,
    "margin_ranking_loss": _margin_ranking, "multi_margin_loss": _multi_margin, "poisson_nll_loss": _poisson,
    "multilabel_soft_margin_loss": _multilabel_soft, "soft_margin_loss": _two("soft_margin_loss"),
}
TABLE.update({name: _legacy(loss) for name, loss in _LOSSES.items()})
TABLE.update({
    "softplus": _softplus, "cosine_similarity": _cosine,
    "logsigmoid": lambda input: OPS["log_sigmoid"](input), "log_sigmoid": lambda input: OPS["log_sigmoid"](input),
})

__all__ = ["TABLE"]

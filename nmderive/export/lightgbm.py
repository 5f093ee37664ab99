"""A custom objective for LightGBM: ``parameters["objective"] = objective``, with nothing else but NumPy."""

from __future__ import annotations

from nmderive.hessian import in_separate_rows
from nmderive.losses.loss import Loss
from nmderive.numeric.targets.boosting_text import boosting_module


def render(loss: Loss) -> str:
    """Return the module's text: the NumPy module, and ``objective(predictions, data)`` of gradient and curvature."""
    call = 'lightgbm.train({**parameters, "objective": objective}, data)'
    rows = in_separate_rows(loss)
    return boosting_module(rows, "LightGBM", call, is_one_sample=rows.shape != loss.shape)


__all__ = ["render"]

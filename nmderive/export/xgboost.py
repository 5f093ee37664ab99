"""A custom objective for XGBoost: ``xgboost.train(..., obj=objective)``, with nothing else but NumPy."""

from __future__ import annotations

from nmderive.hessian import in_separate_rows
from nmderive.losses.loss import Loss
from nmderive.numeric.targets.boosting_text import boosting_module


def render(loss: Loss) -> str:
    """Return the module's text: the NumPy module, and ``objective(predictions, data)`` of gradient and curvature."""
    call = "xgboost.train(parameters, data, obj=objective)"
    rows = in_separate_rows(loss)
    return boosting_module(rows, "XGBoost", call, is_one_sample=rows.shape != loss.shape)


__all__ = ["render"]

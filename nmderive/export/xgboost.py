"""A custom objective for XGBoost: ``xgboost.train(..., obj=objective)``, with nothing else but NumPy."""

from __future__ import annotations

from nmderive.export._boosting import boosting_module
from nmderive.losses.loss import Loss


def render(loss: Loss) -> str:
    """Return the module's text: the NumPy module, and ``objective(predictions, data)`` of gradient and curvature."""
    return boosting_module(loss, "XGBoost", "xgboost.train(parameters, data, obj=objective)")


__all__ = ["render"]

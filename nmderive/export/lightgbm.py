"""A custom objective for LightGBM: ``parameters["objective"] = objective``, with nothing else but NumPy."""

from __future__ import annotations

from nmderive.export._boosting import boosting_module
from nmderive.losses.loss import Loss


def render(loss: Loss) -> str:
    """Return the module's text: the NumPy module, and ``objective(predictions, data)`` of gradient and curvature."""
    return boosting_module(loss, "LightGBM", 'lightgbm.train({**parameters, "objective": objective}, data)')


__all__ = ["render"]

"""One readable module that needs nothing but NumPy: ``value``, ``value_and_grad`` and ``hvp``."""

from nmderive.numeric.targets.numpy_text import render

__all__ = ["render"]

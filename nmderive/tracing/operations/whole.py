"""The whole table of operations, for those that apply others to parts; the package fills it."""

from collections.abc import Callable

from nmderive.tracing.array import Array

ALL: dict[str, Callable[..., Array]] = {}

__all__ = ["ALL"]

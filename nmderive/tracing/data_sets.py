"""Data sets of gradient boosting, as custom objectives and metrics take them: an object that holds the labels."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from nmderive.tracing.context import refused

#: What arguments are called that hold one.
NAMES = frozenset(("dtrain", "dmatrix", "dmat", "dvalid", "deval", "dtest", "train_data", "eval_data", "lgb_train"))


class DataSet:
    """The labels of a data set, as ``label`` and ``get_label()`` give them."""

    def __init__(self, label: Any) -> None:
        self.label = label

    def get_label(self) -> Any:
        """Return the labels."""
        return self.label

    def __getattr__(self, name: str) -> Any:
        raise refused(f"{name} of a data set", "labels alone are read; weights are an argument, --let 'w_i>0'")


def of_labels(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, taking labels where it takes a data set."""
    names = [name for name in inspect.signature(function).parameters if name in NAMES]
    if not names:
        return function

    @functools.wraps(function)
    def taking(**arguments: Any) -> Any:
        return function(**{key: DataSet(x) if key in names else x for key, x in arguments.items()})

    return taking


__all__ = ["NAMES", "DataSet", "of_labels"]

"""nmderive: what a training loss makes a model learn, for symbolic n and m, with proofs.

>>> import nmderive
>>> dossier = nmderive.loss("loss-3").verify("softmax-optimum")
>>> dossier.verdicts[0].status.value
'PROVED'
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from nmderive.evidence import Shown as _Shown

if TYPE_CHECKING:
    from nmderive.checker import check
    from nmderive.equal import equal
    from nmderive.errors import NmderiveError
    from nmderive.evidence import Dossier, Status, Verdict
    from nmderive.front import Loss, at_sizes, claims, compare, derive, loss, solve, verify
    from nmderive.search import search

_HOMES = {
    "Dossier": "evidence", "Loss": "front", "NmderiveError": "errors", "Status": "evidence", "Verdict": "evidence",
    "at_sizes": "front", "check": "checker", "claims": "front", "compare": "front", "derive": "front",
    "equal": "equal", "loss": "front",
    "search": "search", "solve": "front", "verify": "front",
}

__all__ = ["Dossier", "Loss", "NmderiveError", "Status", "Verdict", "at_sizes", "check", "claims", "compare", "derive",
           "equal", "loss", "search", "solve", "verify"]
__version__ = "0.1.0"


class _Package(ModuleType):
    def __setattr__(self, name: str, value: Any) -> None:
        # Importing nmderive.equal would put that module in the place of the function of the same name.
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def _present(record: Any, form: str) -> Any:
    return importlib.import_module("nmderive.display").FORMS[form](record)


_Shown.presenter = staticmethod(_present)


def __getattr__(name: str) -> Any:
    """Import public names on first use, so that ``import nmderive`` stays fast."""
    if name not in _HOMES:
        raise AttributeError(f"module 'nmderive' has no attribute {name!r}")
    return getattr(importlib.import_module(f"nmderive.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})

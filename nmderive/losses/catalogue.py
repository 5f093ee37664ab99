"""The catalogue: every file in article/, comments/, literature/ and novel/ is one loss.

A loss file has ``TITLE``, ``LATEX``, ``SOURCE``, and where needed ``LETS`` (declarations), ``SHAPE``,
``CONDITIONS``; ``LINK`` states the link that the source gives: ``"softmax"``, another link in words, or
None where it gives none. A test compares it with our verdict. The file's name is the loss's name.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from nmderive.errors import UsageError
from nmderive.losses.loss import Loss

SHELVES = ("article", "comments", "literature", "novel")


@dataclass(frozen=True)
class Entry:
    """One file of the catalogue, read without parsing its formula."""

    name: str
    shelf: str
    title: str
    latex: str
    source: str
    lets: tuple[str, ...]
    conditions: tuple[str, ...]
    link: str | None


@lru_cache(maxsize=1)
def _files() -> dict[str, tuple[str, str]]:
    root = Path(__file__).parent
    found = {}
    for shelf in SHELVES:
        for path in sorted((root / shelf).glob("[a-z]*.py")):
            found[path.stem.replace("_", "-")] = (shelf, path.stem)
    return found


def names() -> list[str]:
    """Return the names of all losses of the catalogue."""
    return list(_files())


def entry(name: str) -> Entry:
    """Return the catalogue's entry ``name``."""
    if name not in _files():
        raise UsageError(f"there is no loss called {name!r} in the catalogue", hint="see `nmderive list`")
    shelf, stem = _files()[name]
    module = importlib.import_module(f"nmderive.losses.{shelf}.{stem}")
    return Entry(
        name, shelf, module.TITLE, module.LATEX, module.SOURCE, tuple(getattr(module, "LETS", ())),
        tuple(getattr(module, "CONDITIONS", ())), getattr(module, "LINK", None),
    )


def entries() -> list[Entry]:
    """Return all entries, shelf by shelf."""
    return [entry(name) for name in names()]


@cache
def load(name: str) -> Loss:
    """Return the loss called ``name``."""
    from nmderive.losses.reading import read

    found = entry(name)
    loss = read(found.latex, found.lets, name=name)
    return replace(loss, source=found.latex, conditions=(*loss.conditions, *found.conditions))

"""The catalogue: every file in article/, comments/, literature/ and novel/ is one loss.

A loss file has ``TITLE``, ``LATEX``, ``SOURCE``, and where needed ``LETS`` (declarations), ``SHAPE``,
``CONDITIONS``; ``LINK`` states the link that the source gives: ``"softmax"``, another link in words, or
None where it gives none. A test compares it with our verdict. The file's name is the loss's name.

A file with ``build(m)`` is a family: no indexed sum of fixed depth, but built for every number of classes. Its
members are called ``matching-3``.
"""

from __future__ import annotations

import difflib
import importlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from nmderive.errors import ParseError, UsageError
from nmderive.losses.loss import Loss
from nmderive.notation import Declarations

SHELVES = ("article", "comments", "literature", "novel")
_NAME = re.compile(r"[a-z]{3,}(-[a-z0-9]+)*")
#: Numbers of classes that a family is built for.
_FAMILY_SIZES = range(2, 7)
#: What may be a name that is mistyped, and the letter that a declaration is about: g in 0<g<=1.
_WORD, _LETTER = re.compile(r"[A-Za-z][\w-]{2,}"), re.compile(r"[A-Za-z]\w*")


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
    """Return the names of all losses of the catalogue that are one formula for all n, m."""
    return [name for name in _files() if name not in families()]


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """Return the names of the losses that are built for a given number of classes."""
    root = Path(__file__).parent
    texts = {n: (root / shelf / f"{stem}.py").read_text(encoding="utf-8") for n, (shelf, stem) in _files().items()}
    return tuple(name for name, text in texts.items() if "\ndef build(" in text)


def of_family(source: str, sizes: Mapping[str, int]) -> str:
    """Return the name of a family's member where a family is named and its number of classes is fixed; else ``source``.

    ``matching`` with m = 3 is ``matching-3``.
    """
    name = source.strip().lower()
    return f"{name}-{sizes['m']}" if name in families() and "m" in sizes else source


def member(name: str) -> tuple[str, int] | None:
    """Return (family, m) for the name of a family's member such as ``matching-3``; None for any other name."""
    family, _, number = name.rpartition("-")
    given = number.isdecimal() and int(number) in _FAMILY_SIZES
    return (family, int(number)) if given and family in families() else None


def knows(name: str) -> bool:
    """Tell whether ``name`` is a loss of the catalogue or a member of one of its families."""
    return name in names() or member(name) is not None


def find(source: str, lets: Iterable[str] = (), form: str | None = None) -> Loss:
    """Return the loss of that name, its letters declared as asked, or else the loss that the formula writes down."""
    from nmderive.losses.reading import read

    name = source.strip()
    if _NAME.fullmatch(name.lower()) and (knows(name.lower()) or name.lower() in families()):
        name = name.lower()
    if knows(name) or name in families():
        return _declared(name, lets)
    try:
        return read(source, lets, form)
    except ParseError as error:
        if len(name) < 40 and (_NAME.fullmatch(name) or _WORD.fullmatch(name) and _close(name)):
            raise _no_such(name) from error
        raise


def _declared(name: str, lets: Iterable[str]) -> Loss:
    """Return the loss of that name; one with other letters than it has here is not the one that the name means."""
    lets = tuple(lets)
    Declarations.from_lets(lets)  # what is no declaration is an error, whether the loss has the letter or not
    if member(name) is not None or name in families():
        return load(name)
    own, asked = entry(name), {_letter(let): let for let in lets}
    declared = [asked.get(_letter(let), let) for let in own.lets]
    if tuple(declared) == own.lets:
        return load(name)
    from nmderive.losses.reading import read

    loss = read(own.latex, declared)
    return replace(loss, source=own.latex, conditions=(*loss.conditions, *own.conditions))


def _letter(let: str) -> str:
    found = _LETTER.search(let)
    return found[0] if found else ""


def _no_such(name: str) -> UsageError:
    close = _close(name)
    hint = (f"did you mean {close[0]}? " if close else "") + "`nmderive list` prints the names"
    return UsageError(f"there is no loss called {name!r} in the catalogue", hint=hint)


def _close(name: str) -> list[str]:
    return difflib.get_close_matches(name.lower(), _files(), 1)


def entry(name: str) -> Entry:
    """Return the catalogue's entry ``name``."""
    if name not in _files():
        raise _no_such(name)
    shelf, stem = _files()[name]
    module = importlib.import_module(f"nmderive.losses.{shelf}.{stem}")
    return Entry(
        name, shelf, module.TITLE, module.LATEX, module.SOURCE, tuple(getattr(module, "LETS", ())),
        tuple(getattr(module, "CONDITIONS", ())), getattr(module, "LINK", None),
    )


def entries() -> list[Entry]:
    """Return the entries that are one formula for all n, m, shelf by shelf."""
    return [entry(name) for name in names()]


def family_entries() -> list[Entry]:
    """Return the entries that are built for a given number of classes, and say for which."""
    last = _FAMILY_SIZES[-1]
    said = "Built for a given number of classes: {0}-" + f"{_FAMILY_SIZES[0]} to {{0}}-{last}"
    return [replace(found, title=f"{found.title}. {said.format(found.name)}") for found in map(entry, families())]


@cache
def load(name: str) -> Loss:
    """Return the loss called ``name``, or the member of a family (``matching-3``)."""
    from nmderive.losses.reading import read

    if member(name) is not None or name in families():
        return _member(name)
    found = entry(name)
    loss = read(found.latex, found.lets, name=name)
    return replace(loss, source=found.latex, conditions=(*loss.conditions, *found.conditions))


def _member(name: str) -> Loss:
    found = member(name)
    if found is None:
        raise UsageError(f"{name} is built for a given number of classes",
                         hint=f"say {name}-3, or --where m=3, for three classes; compare takes {name} itself")
    family, m = found
    shelf, stem = _files()[family]
    module = importlib.import_module(f"nmderive.losses.{shelf}.{stem}")
    return Loss(module.build(m), name=name, source=module.LATEX, sizes=(("m", m),))

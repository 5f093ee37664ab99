"""The letters of a published formula, from the roles that they took."""

from __future__ import annotations

from nmderive.notation.index_ranges import CLASS, ROW, Ranges, is_hidden
from nmderive.notation.letters import Letters
from nmderive.notation.roles import Roles
from nmderive.notation.similarities import POSITIVE_CLASS

#: Arrays whose letter is that of a size here: counts n_j, margins m_j.
INNER = {"n": "nu", "m": "mu"}
#: Letters of logits, labels and probabilities: a number of that name is called s_number inside.
KEPT = ("s", "t", "p")


def own_number(name: str) -> str:
    """Return the name inside of a number of the source."""
    return f"{name}_number" if name in KEPT else name


def letters_of(
    roles: Roles, ranges: Ranges, sizes: dict[str, str], targets: frozenset[str], signs: frozenset[str]
) -> Letters:
    """Return what names are called in the source."""
    names = [("s", roles.logits or "s", "")]
    if roles.labels and roles.labels not in signs:
        names.append(("t", roles.labels, ""))
    for mark, name in sorted(roles.predictions)[:1]:
        names.append(("p", name, mark))
    names = [(inner, *_shown(letter, mark)) for inner, letter, mark in names]
    for inner, kind, plain in (("n", ROW, "n"), ("m", CLASS, "m")):
        own = sorted(a for a, k in sizes.items() if k == kind)
        names.append((inner, _size(own, plain, ranges), ""))
    names += [(INNER[a], a, "") for a in sorted(roles.arrays) if a in INNER]
    names += [(a, *_shown(a, "")) for a in sorted(roles.arrays) if a not in INNER]
    names += [(own_number(a), a, "") for a in sorted(roles.parameters) if a in KEPT]
    rows, classes = (_indices(ranges, kind) for kind in (ROW, CLASS))
    target = "=" if POSITIVE_CLASS in targets else min(targets, default="")
    return Letters(tuple(names), rows, classes, target)


def _shown(name: str, mark: str) -> tuple[str, str]:
    """Return the letter and accent of a name that was put in one spelling."""
    for word, short in (("_student", "_s"), ("_teacher", "_t")):
        name = name.replace(word, short)
    for accent in ("hat", "bar", "tilde"):
        if name.startswith(accent) and len(name) == len(accent) + 1:
            return name[-1], accent
    return name, mark


def _size(own: list[str], plain: str, ranges: Ranges) -> str:
    plain_sizes = [a for a in own if not a.endswith("prime")] or own
    if plain_sizes:
        return plain_sizes[0].replace("prime", "'")
    return plain if plain not in ranges.letters else plain.upper()


def _indices(ranges: Ranges, kind: str) -> tuple[str, ...]:
    letters = [a for a in sorted(ranges.letters) if ranges.find(("letter", a)) == kind and not is_hidden(a)]
    return tuple(a for a in letters if "prime" not in a and len(a) == 1)


__all__ = ["INNER", "KEPT", "letters_of", "own_number"]

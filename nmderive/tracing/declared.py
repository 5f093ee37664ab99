"""What ``--let`` says of the arguments of a function: each declaration is obeyed or refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Expr, IndexedBase, Symbol

from nmderive.calculus.domains import Domain
from nmderive.calculus.symbols import M, N, array, parameter
from nmderive.errors import UsageError
from nmderive.notation import Declarations
from nmderive.tracing.roles import ALIASES, ROLES, written

_NAME = r"\s*([A-Za-z_]\w*?)(?:_\{?(ij|ik|i|j)\}?)?"
_ROLE = re.compile(rf"{_NAME}\s*:\s*([A-Za-z ]+?)\s*")
_DECLARED = re.compile(r"[A-Za-z_]\w*")
_SUBSCRIPT = re.compile(r"([A-Za-z]\w*?)_\{?(ij|ik|[ijkc])\}?(?![A-Za-z0-9_])")
_SHAPES: dict[str, tuple[Symbol, ...]] = {"ij": (N, M), "ik": (N, M), "i": (N,), "j": (M,), "k": (M,), "c": (M,)}
_SIZES = {"classes": M, "rows": N, "samples": N}
#: Names that declarations keep for sizes and for Euler's number; an argument may have them.
_KEPT = {"m": "nmderivem", "n": "nmderiven", "e": "nmderivee"}
_NUMBERS = ("real", "parameter", "scalar", "number", "offset", "margin")
_BOUNDS = {"positive": ">0", "nonnegative": ">=0", "mask": " in {0,1}"}


@dataclass(frozen=True)
class Declared:
    """What ``--let`` says of the arguments: roles with shapes, numbers, symbols with domains."""

    roles: Mapping[str, tuple[str, tuple[Symbol, ...]]]
    values: Mapping[str, Expr]
    symbols: Mapping[str, Any]
    shapes: Mapping[str, tuple[Symbol, ...]]
    domains: Mapping[str, Domain]
    masks: frozenset[str] = frozenset()

    @classmethod
    def of(cls, lets: Iterable[str], names: Iterable[str], elsewhere: Collection[str] = ()) -> Declared:
        """Read declarations of the arguments called ``names``; raises ParseError as for formulas.

        Declarations in ``elsewhere`` may be of other names, and are left out then.
        """
        names = list(names)
        roles: dict[str, tuple[str, tuple[Symbol, ...]]] = {}
        rest, shapes, masks = [], {}, set()
        for let in lets:
            if not declares(let, names):
                if let in elsewhere:
                    continue
                raise UsageError(f"the function has no argument {_head(let)!r}",
                                 hint="its arguments: " + ", ".join(names))
            name, sub, role = _with_role(let, names)
            if role in ROLES or role in _SIZES:
                if name in roles:
                    raise UsageError(f"{name} is declared twice", hint=f"leave one out: '{let}'")
                roles[name] = (role, (_SIZES[role],)) if role in _SIZES else (role, _SHAPES[sub] if sub else ())
                continue
            masks |= {name} if role == "mask" else set()
            rest.append(_as_number(let, f"{name}_{sub}" if sub else name, role))
            shapes.update({m.group(1): _SHAPES[m.group(2)] for m in _SUBSCRIPT.finditer(let)})
        values, symbols, domains = _numbers(rest, names)
        for name in roles:
            if name in values or name in symbols:
                raise UsageError(f"{name} is declared twice, as {roles[name][0]} and as a number", hint="leave one out")
        return cls(roles, values, symbols, shapes, domains, frozenset(masks))


def _head(let: str) -> str:
    """Return the name that a declaration is of, for a message."""
    found = _SUBSCRIPT.search(let.partition(":")[0]) or _DECLARED.search(let)
    return let if found is None else found[1 if found.re is _SUBSCRIPT else 0]


def declares(let: str, names: Iterable[str]) -> bool:
    """Tell whether a declaration is of an argument of ``names``, perhaps with subscripts."""
    known = set(names)
    words = set(_DECLARED.findall(let.partition(":")[0]))
    return bool(words & known) or any(m.group(1) in known for m in _SUBSCRIPT.finditer(let.partition(":")[0]))


def _with_role(let: str, names: Iterable[str]) -> tuple[str, str | None, str | None]:
    """Return name, subscript and role that a declaration gives; "" and None where it gives no role."""
    match = _ROLE.fullmatch(let)
    if match is None:
        return "", None, None
    name, sub, role = match.groups()
    role = ALIASES.get(role, role)
    return (f"{name}_{sub}", None, role) if sub and f"{name}_{sub}" in names else (name, sub, role)


def _as_number(let: str, name: str, role: str | None) -> str:
    """Return a declaration of a number in the form for formulas; raises UsageError for a role that code has not."""
    if role is None:
        if ":" in let or re.search(r"\bin\s+[nm]\s*$", let):
            raise UsageError(f"{let!r} is no declaration of an argument of a function", hint=_said_of_roles("y"))
        return let
    if role == "mask" and _SUBSCRIPT.fullmatch(name) is None:
        raise UsageError(f"{name} is declared as a mask of no entries", hint=f"say of what: samples '{name}_i: mask', "
                         f"classes '{name}_j: mask', or entries '{name}_ij: mask'")
    if role in _BOUNDS:
        return f"{name}{_BOUNDS[role]}"
    if role in _NUMBERS:
        return name
    raise UsageError(f"{role!r} is no role of an argument of a function", hint=_said_of_roles(name))


def _said_of_roles(name: str) -> str:
    roles = "', '".join(f"{name}: {role}" for role in (*ROLES, "classes", "rows"))
    return f"--let '{roles}'; numbers: '{name}=2', '{name}>0', '{name}_i>0', '{name}_j>0', '{name}_ij'; " \
           f"True and False: '{name}_i: mask'"


def _numbers(lets: Iterable[str], names: Iterable[str]) -> tuple[dict[str, Expr], dict[str, Any], dict[str, Domain]]:
    """Return the values, symbols and domains of arguments that are numbers."""
    alias = {_letter(name): name for name in names}
    known: dict[str, bool] = {}
    for let in lets:
        own = Declarations.from_lets([_in_letters(let, names)])
        for name in own.names():
            if not known.get(name, True) or name in known and not own.domains:
                raise UsageError(f"{alias.get(name, name)} is declared twice", hint=f"leave one out: '{let}'")
            known[name] = bool(own.domains)
    found = Declarations.from_lets([_in_letters(let, names) for let in lets])
    pairs = {alias.get(k, k): v for k, v in (*found.parameters, *found.arrays)}
    symbols = {name: _renamed(symbol, name) for name, symbol in pairs.items()}
    values, domains = ({alias.get(k, k): v for k, v in own} for own in (found.values, found.domains))
    return values, symbols, domains


def _letter(name: str) -> str:
    """Return a name that declarations take for one letter: label_smoothing is labelsmoothing."""
    return _KEPT.get(name, name.replace("_", ""))


def _in_letters(let: str, names: Iterable[str]) -> str:
    for name in names:
        if _letter(name) != name:
            let = re.sub(rf"(?<![A-Za-z0-9_]){name}(?![A-Za-z0-9])", _letter(name), let)
    return let


def _renamed(symbol: Any, name: str) -> Any:
    sign = next(x for x in ("positive", "nonnegative", "real") if getattr(symbol, f"is_{x}"))
    return (array if isinstance(symbol, IndexedBase) else parameter)(written(name), sign)


__all__ = ["Declared", "declares"]

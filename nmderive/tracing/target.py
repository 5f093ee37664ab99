"""The text that names a function: ``losses.py:focal``, ``package.module:name``, each perhaps with keyword arguments."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nmderive.errors import ParseError, UsageError

_PART = r"(?:\[\s*(?:-?\d+|'[^'\n]*'|\"[^\"\n]*\")\s*\])?"
_TARGET = re.compile(
    rf"(?P<file>[^:\n]+\.py):(?P<name>[A-Za-z_]\w*)(?P<call>\(.*\))?(?P<part>{_PART})|"
    r"(?P<module>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+):(?P<name2>[A-Za-z_]\w*)(?P<call2>\(.*\))?"
    rf"(?P<part2>{_PART})", re.DOTALL)


@dataclass(frozen=True)
class Target:
    """A function named by the user: a file or a module, the name in it, fixed keyword arguments, one of its results."""

    text: str
    file: str
    module: str
    name: str
    given: tuple[tuple[str, Any], ...] = ()
    part: int | str | None = None


def is_target(text: str) -> bool:
    """Tell whether ``text`` names a function in a file or module, and is no formula."""
    return _TARGET.fullmatch(text.strip()) is not None


def parse_target(text: str) -> Target:
    """Return the target that ``text`` names; arguments are literals, read and never run."""
    match = _TARGET.fullmatch(text.strip())
    if match is None:
        raise ParseError(f"not a function: {text!r}", hint="write file.py:name or package.module:name")
    parts = match.groupdict()
    call = parts["call"] or parts["call2"] or "()"
    part = parts["part"] or parts["part2"]
    return Target(text.strip(), parts["file"] or "", parts["module"] or "", parts["name"] or parts["name2"],
                  _keywords(call, text), ast.literal_eval(part.strip("[] ")) if part else None)


def _keywords(call: str, text: str) -> tuple[tuple[str, Any], ...]:
    hint = "write keyword arguments with plain values, as in 'losses.py:focal(gamma=2)'"
    try:
        node = ast.parse(f"f{call}", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ParseError(f"the arguments are not understood: {text}", hint=hint) from None
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.args:
        raise ParseError(f"the arguments are not keyword arguments: {text}", hint=hint)
    found = []
    for keyword in node.keywords:
        try:
            found.append((str(keyword.arg), ast.literal_eval(keyword.value)))
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            raise ParseError(f"the value of {keyword.arg} is no plain value: {text}", hint=hint) from None
        if keyword.arg is None:
            raise ParseError(f"the arguments are not keyword arguments: {text}", hint=hint)
    return tuple(found)


def load(target: Target) -> tuple[Callable[..., Any], dict[str, Any], tuple[str, ...]]:
    """Import the target's code; return the function, its keyword arguments, and notes on how it was made.

    A class is made an object with the keyword arguments first.
    """
    module = _from_file(target.file) if target.file else _from_package(target.module)
    try:
        found = getattr(module, target.name)
    except AttributeError:
        raise UsageError(f"there is no {target.name!r} in {target.file or target.module}") from None
    given = dict(target.given)
    notes: tuple[str, ...] = ()
    if isinstance(found, type):
        notes = (f"{target.name} is made with {_made(found, given)}",)
        found, given = _instance(found, given, target), {}
    if not callable(found):
        raise UsageError(f"{target.text} is no function but {type(found).__name__}")
    return found, given, notes


def _made(kind: type, given: dict[str, Any]) -> str:
    """Return the arguments that a class is made with, its defaults among them, in words."""
    try:
        defaults = {p.name: p.default for p in inspect.signature(kind).parameters.values() if p.default is not p.empty}
    except (TypeError, ValueError):
        defaults = {}
    return ", ".join(f"{name}={value!r}" for name, value in {**defaults, **given}.items()) or "no arguments"


def _instance(kind: type, given: dict[str, Any], target: Target) -> Any:
    try:
        instance = kind(**given)
    except Exception as error:
        needed = ", ".join(f"{name}=..." for name in _needed(kind, given)) or "..."
        raise UsageError(f"{target.text}: {type(error).__name__}: {error}", hint="give what the class needs: "
                         f"'{target.file or target.module}:{target.name}({needed})'") from None
    return instance


def _needed(kind: type, given: dict[str, Any]) -> list[str]:
    """Return the arguments without a default that are not given."""
    try:
        parameters = inspect.signature(kind).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in parameters if p.default is p.empty and p.name not in given
            and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]


def _from_file(name: str) -> Any:
    path = Path(name)
    if not path.is_file():
        raise UsageError(f"there is no file {name}")
    sys.path.insert(0, str(path.resolve().parent))
    spec = importlib.util.spec_from_file_location(f"_nmderive_user_{path.stem}", path.resolve())
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    return _imported(lambda: spec.loader.exec_module(module), name) or module  # type: ignore[union-attr]


def _from_package(name: str) -> Any:
    sys.path.insert(0, str(Path.cwd()))
    return _imported(lambda: importlib.import_module(name), name)


def _imported(run: Callable[[], Any], name: str) -> Any:
    try:
        return run()
    except (Exception, SystemExit) as error:
        said = " ".join(str(error).split())[:200]
        raise UsageError(f"{name} cannot be imported: {type(error).__name__}: {said}") from None


__all__ = ["Target", "is_target", "load", "parse_target"]

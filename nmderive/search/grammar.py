r"""Grammars of losses: rules that write formulas in the text form, enumerated from the shortest derivation on.

A grammar is a TOML file::

    start = "loss"

    [rules]
    loss = ["sum(j, log(1 + <own j>))", "sum(j, k != j, log(1 + <pair j k>))"]
    "own j" = ["sum(i, t[i,j] * exp(c*(mean(k, s[i,k]) - s[i,j])))"]
    "pair j k" = ["sum(i, t[i,j]^a * exp(c*(s[i,k] - s[i,j])))"]

    [letters]
    a = [1, 2]
    c = "solve"

A rule's name may be followed by the indices that it takes; ``<pair j j+d>`` stands for every form of that rule with
j and j+d in their place. A letter has one value in a formula: each of a list (whole numbers and fractions such as
"1/2"), or the one for which the link holds ("solve").
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, product
from pathlib import Path
from typing import Any

from nmderive.errors import UsageError

#: The value of a letter that is solved for.
SOLVE = "solve"
BUILT_IN = Path(__file__).parent / "grammar.toml"
_HOLE = re.compile(r"<([^<>]*)>")
_BINDERS = re.compile(r"\b(?:sum|prod|mean)\(\s*([a-z])\b(?:\s*,\s*([a-z])\s*!=)?")
_INDEX = re.compile(r"(?<![A-Za-z0-9_])([a-z])(?![A-Za-z0-9_(])")


@dataclass(frozen=True)
class Rule:
    """The forms of one rule; ``letters`` are the indices that it takes."""

    name: str
    letters: tuple[str, ...]
    forms: tuple[str, ...]


@dataclass(frozen=True)
class Grammar:
    """Rules by their names, where to start, and the values of each letter; ``solve`` are letters to be solved for."""

    start: str
    rules: Mapping[str, Rule]
    letters: Mapping[str, tuple[Fraction, ...]]
    solve: tuple[str, ...]

    def formulas(self) -> Iterator[str]:
        """Yield every formula, those of the fewest rules first; letters that have values are written as these."""
        for form in self._forms():
            used = [name for name in self.letters if re.search(rf"(?<![A-Za-z0-9_]){name}(?![A-Za-z0-9_(])", form)]
            for values in product(*(self.letters[name] for name in used)):
                yield with_values(form, dict(zip(used, values, strict=True)))

    def _forms(self) -> Iterator[str]:
        last = self._largest(self.start, ())
        known: dict[tuple[str, int], tuple[str, ...]] = {}
        for size in count(1):
            if last is not None and size > last:
                return
            yield from self._of_size(self.start, size, known)

    @property
    def is_finite(self) -> bool:
        """Tell whether the formulas come to an end."""
        return self._largest(self.start, ()) is not None

    def _largest(self, name: str, above: tuple[str, ...]) -> int | None:
        """Return how many rules the longest derivation takes; None where a rule leads back to itself."""
        if name in above:
            return None
        most = 0
        for form in self.rules[name].forms:
            parts = [self._largest(_called(hole)[0], (*above, name)) for hole in _HOLE.findall(form)]
            if None in parts:
                return None
            most = max(most, 1 + sum(p for p in parts if p is not None))
        return most

    def _of_size(self, name: str, size: int, known: dict[tuple[str, int], tuple[str, ...]]) -> tuple[str, ...]:
        """Return the forms of a rule that take ``size`` rules to write, with its own letters in them."""
        if (name, size) not in known:
            rule = self.rules[name]
            known[name, size] = tuple(dict.fromkeys(
                text for form in rule.forms for text in self._filled(form, size - 1, known)
            ))
        return known[name, size]

    def _filled(self, form: str, size: int, known: dict[tuple[str, int], tuple[str, ...]]) -> Iterator[str]:
        hole = _HOLE.search(form)
        if hole is None:
            if size == 0:
                yield form
            return
        name, arguments = _called(hole[1])
        letters = self.rules[name].letters
        later = len(_HOLE.findall(form)) - 1
        for own in range(1, size - later + 1):
            for text in self._of_size(name, own, known):
                put = _placed(text, dict(zip(letters, arguments, strict=True)))
                for rest in self._filled(form[hole.end():], size - own, known):
                    yield form[:hole.start()] + put + rest


def read(path: Path | None = None) -> Grammar:
    """Return the grammar of a TOML file, or the one that comes with the tool.

    Raises UsageError that names the rule, the form and the place.
    """
    path = path or BUILT_IN
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read the grammar {path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"the grammar {path.name} is no TOML: {error}") from None
    return parse(data)


def parse(data: Mapping[str, Any]) -> Grammar:
    """Return the grammar that plain data describe."""
    unknown = set(data) - {"start", "rules", "letters"}
    if unknown:
        raise UsageError(f"a grammar has no part {min(unknown)!r}", hint="its parts are start, [rules] and [letters]")
    rules = dict(_rule(head, forms) for head, forms in _table(data, "rules").items())
    if not rules:
        raise UsageError("the grammar has no rules", hint='[rules], then loss = ["sum(j, ...)"]')
    start = data.get("start", next(iter(rules)))
    if start not in rules or rules[start].letters:
        raise UsageError(f"the grammar starts with {start!r}, which is no rule without indices")
    letters = {name: _values(name, v) for name, v in _table(data, "letters").items() if v != SOLVE}
    solve = tuple(name for name, v in _table(data, "letters").items() if v == SOLVE)
    if len(solve) > 1:
        raise UsageError("two letters are to be solved for", hint="give one of them a list of values")
    grammar = Grammar(start, rules, letters, solve)
    for rule in rules.values():
        for form in rule.forms:
            _check_holes(grammar, rule, form)
    return grammar


def with_values(form: str, values: Mapping[str, Fraction]) -> str:
    """Return the formula with numbers in the place of letters."""
    return _placed(form, {k: str(v) if v.denominator == 1 and v >= 0 else f"({v})" for k, v in values.items()})


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name, {})
    if not isinstance(found, dict):
        raise UsageError(f"[{name}] of a grammar is a table")
    return found


def _rule(head: str, forms: Any) -> tuple[str, Rule]:
    if not isinstance(forms, list) or not forms or not all(isinstance(f, str) for f in forms):
        raise UsageError(f"the rule {head!r} is no list of formulas", hint=f'{head} = ["...", "..."]')
    name, *letters = head.split()
    if any(not re.fullmatch("[a-z]", x) for x in letters) or len(set(letters)) < len(letters):
        raise UsageError(f"the rule {head!r} takes indices that are no single letters, or the same one twice")
    return name, Rule(name, tuple(letters), tuple(forms))


def _values(name: str, values: Any) -> tuple[Fraction, ...]:
    try:
        if not re.fullmatch("[a-z]", name) or not isinstance(values, list) or not values:
            raise ValueError
        if not all(isinstance(v, int | str) for v in values):
            raise ValueError  # a decimal fraction would be read as a number of base two
        return tuple(map(Fraction, values))
    except (ValueError, ZeroDivisionError):
        raise UsageError(f"the letter {name!r} has no list of numbers",
                         hint=f'{name} = [1, "1/2"], or {name} = "{SOLVE}"; letters are a to z') from None


def _called(hole: str) -> tuple[str, list[str]]:
    name, *arguments = hole.split() or [""]
    return name, arguments


def _check_holes(grammar: Grammar, rule: Rule, form: str) -> None:
    for hole in _HOLE.finditer(form):
        name, arguments = _called(hole[1])
        where = f"in a form of {rule.name!r}:\n  {form}\n  {' ' * hole.start()}^"
        if name not in grammar.rules:
            raise UsageError(f"there is no rule {name!r}, {where}", hint="rules: " + ", ".join(grammar.rules))
        other = grammar.rules[name]
        if len(arguments) != len(other.letters):
            raise UsageError(f"the rule {name!r} takes {len(other.letters)} indices, not {len(arguments)}, {where}")
        for text in other.forms:
            caught = _bound(text) & set(_INDEX.findall(" ".join(arguments)))
            if caught:
                raise UsageError(f"the index {min(caught)} is given to a form that sums over {min(caught)}, {where}",
                                 hint="use another letter in one of the two")


def _bound(form: str) -> set[str]:
    return {x for pair in _BINDERS.findall(form) for x in pair if x}


def _placed(text: str, values: Mapping[str, str]) -> str:
    """Return the text with each letter, standing alone, replaced at once by its value."""
    return _INDEX.sub(lambda found: values.get(found[1], found[1]), text)

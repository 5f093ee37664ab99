"""Find a direction of the logits along which a loss tends to minus infinity; the checker follows its growth exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from sympy import lambdify

from nmderive.budget import step
from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.symbols import M, S, T
from nmderive.checker import check
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.evaluate import Point
from nmderive.proving.points import entries_of, label_table, points, sizes_for
from nmderive.proving.refute import Witness

_FAR = (20.0, 40.0)
_SIZES = 3
_TRIES = 120


def falling(loss: Loss, sizes: Mapping[str, int], hard: bool) -> Iterator[Certificate]:
    """Yield accepted certificates of a fall, at hard labels (another class than the target gaining most) or others."""
    if loss.has_undefined_functions or hard and M not in loss.shape:
        return
    small = [s for s in sizes_for(loss, 3) if s.get("m", 2) > 1 and all(s[k] == v for k, v in sizes.items())]
    for size in small[:_SIZES]:
        for number, base in enumerate(points(loss, size, 2)):
            labels = _hard(loss, size) if hard else label_table(loss, size, Random(f"falls {number}"))
            point = Point(size, base.exp_s, {**base.arrays, "t": labels}, base.parameters, base.sets)
            for direction in _directions(loss, point, hard):
                certificate = _certificate(loss, point, direction)
                if check(certificate.as_json()).accepted:
                    yield certificate


def _hard(loss: Loss, sizes: Mapping[str, int]) -> dict[tuple[int, ...], Fraction]:
    return {e: Fraction(int(e[-1] == 1)) for e in entries_of(loss, dict(sizes))}


def _directions(loss: Loss, point: Point, hard: bool) -> Iterator[dict[tuple[int, ...], int]]:
    """Yield directions along which floating-point values fall like a line; for hard labels class 1 is not on top."""
    entries = entries_of(loss, dict(point.sizes))
    value = _value(loss, point, entries)
    found = 0
    for choice in _choices(len(entries)):
        direction = dict(zip(entries, choice, strict=True))
        rows = {e[:-1] for e in entries}
        if hard and not any(
            max(direction[e] for e in entries if e[:-1] == r) > direction[(*r, 1)] for r in rows
        ):
            continue
        step()
        near, far = (_at(value, [scale * x for x in choice]) for scale in _FAR)
        if near is not None and far is not None and far < near - 1 and near < 0:
            yield direction
            found += 1
            if found == 3:
                return


def _choices(count: int) -> Iterator[tuple[int, ...]]:
    """Yield small whole directions: all of -1, 0, 1 and 2 for few entries, a selection for more."""
    if count <= 3:
        yield from (x for x in product((-1, 0, 1, 2), repeat=count) if any(x))
        return
    random = Random(f"directions {count}")
    for _ in range(_TRIES):
        yield tuple(random.choice((-1, 0, 1)) for _ in range(count))


def _value(loss: Loss, point: Point, entries: list[tuple[int, ...]]) -> Any:
    plain = specialise(loss.expr, dict(point.sizes), dict(point.sets))
    rule = {entry_symbol(T[e]): float(point.arrays["t"][e]) for e in entries}
    rule |= {p: float(point.parameters[p.name]) for p in loss.parameters}
    for entry in loss.arrays:
        for key, number in point.arrays[str(entry.base.label)].items():
            rule[entry_symbol(entry.base[key])] = float(number)
    return lambdify([[entry_symbol(S[e]) for e in entries]], plain.xreplace(rule), "math")


def _at(value: Any, logits: list[float]) -> float | None:
    try:
        found = value(logits)
    except (ValueError, ZeroDivisionError, OverflowError, TypeError):
        return None
    return float(found) if isinstance(found, float) and found == found else None


def _certificate(loss: Loss, point: Point, direction: Mapping[tuple[int, ...], int]) -> Certificate:
    given = certificates.point_data(loss, Witness(point, (), "", False, point.arrays["t"]))
    given["point"].pop("exp_s", None)
    given["point"]["t"] = certificates.nested(point.arrays["t"])
    return Certificate("falls", {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], **given, "simplex": True,
        "direction": certificates.nested({e: Fraction(x) for e, x in direction.items()}),
        **certificates.declarations(loss),
    })


def place_of(fall: Certificate) -> str:
    """Return the sizes and parameters at which a loss falls, as text."""
    given = {**fall.data["sizes"], **fall.data["point"].get("parameters", {})}
    return ", ".join(f"{name}={value}" for name, value in given.items())


def shown(table: Any) -> str:
    """Return a table of numbers in brackets."""
    if isinstance(table, list):
        return "(" + ", ".join(shown(x) for x in table) + ")"
    return str(table)


__all__ = ["falling", "place_of", "shown"]

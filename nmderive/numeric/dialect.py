"""What the PyTorch and the jax export share: the robust value, parameters with their checks, and the docstrings.

The value is written with every logarithm kept as one; the library's own automatic differentiation gives the
gradient, whose weights exp(child - parent) are then as tame as in the NumPy code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nmderive.calculus.domains import Domain
from nmderive.calculus.symbols import M, N, T
from nmderive.losses.catalogue import entries
from nmderive.losses.loss import Loss
from nmderive.notation import to_latex
from nmderive.numeric.graph import Ref, variable
from nmderive.numeric.leading import LeadingCode
from nmderive.numeric.lower import Lowered
from nmderive.numeric.module_text import argument
from nmderive.numeric.reader import Reader
from nmderive.numeric.row_sums import RowSum
from nmderive.numeric.words import Words

_CALL = re.compile(r"\b([a-z0-9_]+)\(")


@dataclass(frozen=True)
class Value:
    """A value: its statements, its name, whether batches may be joined, whether it is one softmax and one sum."""

    lines: tuple[str, ...]
    result: str
    joins_batches: bool
    is_one_softmax: bool


@dataclass(frozen=True)
class Parameter:
    """A parameter: its keyword, its variable in generated code, and the test that a value of it must pass."""

    keyword: str
    variable: str
    kind: str
    sizes: tuple[str, ...]
    test: str
    said: str


def value_code(loss: Loss, words: Words, rows: RowSum | None = None) -> Value:
    """Return the code of the loss's value, or of the term of each row; UnsupportedError where there is none."""
    reader = Reader(loss, joined=True)
    value = reader.value() if rows is None else _row_value(reader, rows)
    code = LeadingCode([value], words)
    plain = not re.search(r"\bn\b", "\n".join(code.lines)) and not _names_rows(reader)
    result = code.name(value)
    if rows is not None and value.axes != (("n", 0),):  # a term in which no row occurs
        result = f"{result} + 0 * s.sum({'-1' if M in loss.shape else '()'})"
    elif not code.leads(value):
        result = f"{result} + 0 * s.sum()"
    return Value(tuple(code.lines), result, plain and not any("n" in x for x in reader.arrays.values()),
                 code.is_one_softmax)


def _row_value(reader: Reader, rows: RowSum) -> Ref:
    reader.axes[rows.row] = ("n", 0)
    return reader.plain(rows.term)


def _names_rows(reader: Reader) -> bool:
    """Tell whether the formula names single rows, as s[1, j] does."""
    return any(x.op == "take" and x.over[0][0] == "n" for x in reader.graph.nodes)


def parameters(loss: Loss, lowered: Lowered) -> list[Parameter]:
    """Return the parameters in the order of the keywords."""
    sizes, domains, found = lowered.arrays, dict(loss.domains), []
    for name in lowered.arguments:
        kind = "set" if name in loss.class_sets else "array" if name in sizes else "number"
        test, said = _test(domains.get(name), argument(name), kind)
        found.append(Parameter(argument(name), variable(name), kind, sizes.get(name, ()), test, said))
    return found


def _test(domain: Domain | None, name: str, kind: str) -> tuple[str, str]:
    """Return the code that tells whether a number is allowed, with {} for it, and the same in words."""
    if domain is None or kind == "set":
        return "", ""
    tests = []
    if domain.values and kind == "number":
        tests.append("{} in (" + ", ".join(repr(float(v)) for v in domain.values) + ",)")
    if domain.low is not None and not domain.values:
        tests.append(f"({{}} {'>' if domain.low_open else '>='} {float(domain.low)!r})")
    if domain.high is not None and not domain.values:
        tests.append(f"({{}} {'<' if domain.high_open else '<='} {float(domain.high)!r})")
    if domain.integer and kind == "number" and not domain.values:
        tests.append("({} % 1 == 0)")
    return (" and " if kind == "number" else " & ").join(tests), domain.shown(name)


def passed(given: Iterable[Parameter]) -> str:
    """Return the code that hands the parameters on."""
    return "".join(f", {p.variable}" for p in given)


def keywords(given: Iterable[Parameter]) -> str:
    """Return the code of the parameters as keywords of a head."""
    return "".join(f" {p.keyword}," for p in given)


def shape_text(loss: Loss) -> str:
    """Return the shape of the logits with the axes that may stand in front: (..., n, m)."""
    return "(..., " + ", ".join(size.name for size in loss.shape) + ")"


def default_reduction(rows: RowSum | None) -> str:
    """Return the reduction under which the module gives the formula as it is written."""
    return "mean" if rows is not None and rows.averaged else "sum"


def class_name(loss: Loss) -> str:
    """Return a class name: CrossEntropy for cross-entropy."""
    name = "".join(part.capitalize() for part in re.findall(r"[A-Za-z0-9]+", loss.name))
    return name if name[:1].isalpha() and name != "Loss" else "Loss"


def reductions(loss: Loss, rows: RowSum | None) -> list[str]:
    """Return what the module says of ``reduction``: what each is, and which one the formula is."""
    if loss.shape == (M,):
        return ['l is one sample\'s: reduction "none" gives it for each of the leading axes, "sum" (the formula, the',
                'default) adds up, "mean" averages over them. With no samples both are 0.']
    if rows is None:
        return ["The rows are coupled: l is one number for all n of them, not a sum over rows. With leading axes",
                'reduction "sum" (the default) adds up l over them, "mean" averages l over them, never over rows;',
                'without them both are l as written. "none" is refused. A batch without rows is allowed.']
    kept, default = " (those not ignored)" if M in loss.shape and loss.expr.has(T) else "", default_reduction(rows)
    return [f'l is a {default} over rows: reduction "none" gives the term of each row, shape (..., n), "sum"',
            f'their sum, "mean" their mean over all rows{kept}; "{default}" is the formula, and the default. With no',
            "rows sum and mean are 0."]


def labels_text(loss: Loss) -> list[str]:
    """Return what the module says of labels."""
    if not loss.expr.has(T):
        return ["The loss takes no labels; t is not read."]
    shape = shape_text(loss)
    if M not in loss.shape:
        return [f"t: labels of shape {shape}, numbers of any type."]
    index = shape.replace(", m)", ")")
    lines = [f"t: labels of shape {shape}, numbers of any type, or class indices from 0 to m - 1, integers of shape",
             f"{index}, read as one-hot labels."]
    return lines


def about(loss: Loss, library: str, given: Iterable[Parameter], rows: RowSum | None, notes: Iterable[str]) -> str:
    """Return the module's docstring: formula, shapes, parameters, reductions, source, link at the optimum."""
    entry = next((e for e in entries() if e.name == loss.name), None)
    lines = [f"{loss.name or 'A loss'} in {library}.", "", f"    l = {to_latex(loss.expr)}", ""]
    lines += [f"s: logits of shape {shape_text(loss)}; sums start at 1, axes in front are separate batches."]
    lines += labels_text(loss)
    for p in given:
        what = {"number": "a number", "array": f"an array ({', '.join(p.sizes)})", "set": "class numbers from 1"}
        lines.append(f"{p.keyword}: {what[p.kind]}{', ' + p.said if p.said else ''}.")
    lines += reductions(loss, rows)
    lines += [f"Condition: {c}." for c in loss.conditions]
    lines += list(notes)
    lines += [f"Optimum: {entry.link}."] if entry is not None and entry.link else []
    lines += ["Source:", f"    {loss.source}"] if loss.source else []
    text = "\n".join([*lines, "", "Generated by nmderive; free to copy."]).replace('"""', "'''")
    return f'r"""{text}\n"""'


def sizes_code(loss: Loss) -> str:
    """Return the statement that sets n and m."""
    n = ("s.shape[-2]" if M in loss.shape else "s.shape[-1]") if N in loss.shape else "1"
    return f"n, m = {n}, {'s.shape[-1]' if M in loss.shape else '1'}"


def used(lines: Iterable[str], helpers: Mapping[str, str]) -> list[str]:
    """Return the helpers' sources that ``lines`` call, directly or through each other."""
    wanted: set[str] = set()
    found = _called("\n".join(lines), helpers)
    while new := found - wanted:
        wanted |= new
        found = {name for h in new for name in _called(helpers[h], helpers)}
    return [helpers[h] for h in helpers if h in wanted]


def _called(text: str, helpers: Mapping[str, str]) -> set[str]:
    return {name for name in re.findall(r"(?<![.\w])(?<!def )([a-z0-9_]+)\b", text) if name in helpers}


__all__ = [
    "Parameter", "Value", "about", "class_name", "default_reduction", "keywords", "parameters",
    "passed", "reductions", "shape_text", "sizes_code", "used", "value_code",
]

"""Certificates' contents in words."""

from __future__ import annotations

from typing import Any

from .context import Context
from .trees import BINDERS

_LIMIT = 2000
_RELATIONS = {"ne": "!=", "lt": "<", "le": "<=", "in": "in", "eq": "="}


def show(node: Any) -> str:
    """An expression as text (shortened when very long)."""
    text = _show(node)
    return text if len(text) <= _LIMIT else text[:_LIMIT] + " ..."


def _show(node: Any) -> str:
    head, *rest = node
    if head in ("num", "sym"):
        text = str(rest[0])
        return f"({text})" if "-" in text or "/" in text else text
    if head == "at":
        return f"{rest[0]}[{','.join(map(str, rest[1]))}]"
    if head in ("fn", "dfn"):
        by = f"_by[{','.join(map(str, rest[3]))}]" if head == "dfn" else ""
        return f"{rest[0]}{by}({rest[1]})[{','.join(map(str, rest[2]))}]"
    if head in ("add", "mul"):
        return "(" + {"add": " + ", "mul": " * "}[head].join(_show(x) for x in rest[0]) + ")"
    if head == "pow":
        return f"{_show(rest[0])}^{_show(rest[1])}"
    if head in ("exp", "log", "tanh", "sign"):
        inner = _show(rest[0])
        return f"{head}{inner}" if rest[0][0] in ("add", "mul") else f"{head}({inner})"
    if head in BINDERS:
        conds = "".join(f", {_condition(c)}" for c in rest[2])
        return f"{head}_{{{rest[0]} in 1..{rest[1]}{conds}}}({_show(rest[3])})"
    if head == "iverson":
        return f"[{_condition(rest[0])}]"
    return f"[{rest[0]} = {rest[1]}]"


def _condition(cond: Any) -> str:
    if cond[0] in ("cong", "ncong"):
        parts = [f"{c} {name}" for name, c in cond[1]] + [str(cond[2])] * (cond[2] != 0 or not cond[1])
        return f"{' + '.join(parts)} {'=' if cond[0] == 'cong' else '!='} 0 modulo m"
    return f"{cond[1]} {_RELATIONS[cond[0]]} {cond[2]}"


def quantifiers(cx: Context, certificate: dict[str, Any]) -> str:
    """For which sizes, parameters and arrays the statement holds."""
    parts = []
    symbolic = [name for name in ("n", "m") if name not in cx.sizes]
    if symbolic:
        bounds = [f"{r} >= {cx.at_least[r]}" for r in symbolic if cx.at_least.get(r, 1) > 1]
        parts.append("for all " + ", ".join(symbolic) + (f" with {' and '.join(bounds)}" if bounds else ""))
    if cx.sizes:
        parts.append("for " + ", ".join(f"{name} = {k}" for name, k in sorted(cx.sizes.items())))
    signs = [cx.domains[name].words(name) for name in cx.parameters if name in cx.domains]
    usual = (("s", "real"), ("t", "nonnegative"))
    for name, s in cx.arrays.items():
        if (name, s) not in usual:
            signs.append(cx.domains[name].words(name) if name in cx.domains else f"{name} {s}")
    if cx.sum_rule:
        signs.append("sum_j t[..j] = 1")
    if cx.t_below_one:
        signs.append("t < 1")
    elif cx.t_at_most_one and not cx.sum_rule:
        signs.append("t <= 1")
    if signs:
        parts.append("with " + ", ".join(signs))
    return ", ".join(parts)


def assumptions(cx: Context) -> list[str]:
    """The domains of parameters and arrays, and the stricter notion of being defined where it was needed."""
    found = [d.words(name) for name, d in cx.domains.items() if (name in cx.parameters or name in cx.arrays)]
    found = [text for text in found if not text.endswith(" real")]
    if cx.bodies_defined:
        found.append("what stands under a condition is defined for all values of its index")
    return found


def point(certificate: dict[str, Any]) -> str:
    """The point of a witness as text."""
    return str(certificate["point"])[:500]


def wherever(cx: Context, text: str) -> str:
    """The side condition under which equalities are meant."""
    return text + ", wherever the expressions are defined" + also_excluded(cx)


def also_excluded(cx: Context) -> str:
    """The stricter notion of being defined, where the proof needed it."""
    if not cx.bodies_defined:
        return ""
    return (
        " (what stands under a condition counts as defined only if it is defined for all values of"
        " the indices, those that the condition excludes too)"
    )

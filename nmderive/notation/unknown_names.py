"""What is said of a name that nothing tells of: how to declare or define it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nmderive.notation.limits import shortened
from nmderive.notation.tree import Name, Word
from nmderive.notation.vocabulary import LOSS_NAMES

if TYPE_CHECKING:
    from nmderive.notation.names import NameReader

_LOOKS_LIKE_LOGITS = frozenset(["z", "x", "o", "a", "u", "v"])
_LOOKS_LIKE_LABELS = frozenset(["y"])
#: What is found and missed, TP and \text{FN}, as ratios of counts have it.
_COUNT = re.compile(r"(?:\\[a-z]+\s*\{\s*)?[TF]\s*[PN]\b")
_DEFINE_COUNTS = (r"define the counts after the formula: ..., TP = \sum_i y_i p_i, FP = \sum_i (1-y_i) p_i, "
                  r"FN = \sum_i y_i (1-p_i)")


def unknown_name(reader: NameReader, node: Name) -> Exception:
    """Return the error for a name that is neither declared nor defined."""
    builder = reader.builder
    text = shortened(builder.source[node.span.start : node.span.end])
    text += "}" * (text.count("{") - text.count("}"))
    name = shortened(node.name)
    if name in reader.logits | reader.labels and not node.subs and not node.mark:
        return builder.fail(f"which entry of {text} is this?", node.span, f"write its indices: {name}_{{i,j}}")
    hint = _marked(reader, node, text) if node.mark else _plain(reader, node, name)
    if _COUNT.match(text) is not None:
        hint = _DEFINE_COUNTS
    elif not builder.has_entries and len(name) > 1 and not node.subs:
        hint = f"define it after the formula, by logits and labels: ..., {text} = ..."
    if name in LOSS_NAMES and not node.subs:
        hint = f"a loss may stand alone left of '='; {hint}"
    return builder.fail(f"unknown symbol {text}", node.span, hint)


def _plain(reader: NameReader, node: Name, name: str) -> str:
    letters = _letters(node)
    source = reader.builder.source
    if _COUNT.match(source[node.span.start :]) is not None:
        return _DEFINE_COUNTS
    if re.search(rf"\\sum[^\\^]*\^\s*\{{?\s*{re.escape(name)}\b", source) is not None:
        return f"if it is the number of classes or samples: --let '{name}: classes', --let '{name}: rows'"
    if name in _LOOKS_LIKE_LABELS and node.subs:
        return f"if these are the labels: --let '{name}: labels'"
    if name in _LOOKS_LIKE_LOGITS and node.subs:
        return f"if these are the logits: --let '{name}: logits'; if not: --let '{name}{letters}'"
    if node.subs and not isinstance(node.subs[0], Word):
        return f"declare it: --let '{name}{letters}>0'"
    hint = f"declare it: --let '{name}>0' (or '{name}' for a real number)"
    if reader.builder.has_no_logits and not node.subs and len(name) == 1:
        hint += f"; where it is predicted: --let '{name}: logits', where it is the label: --let '{name}: labels'"
    return hint


def _marked(reader: NameReader, node: Name, text: str) -> str:
    r"""Return the hint for a letter with an accent, which may be an array of numbers: \bar{P}_{ij}."""
    hint = f"define it in the formula: ..., {text} = ..."
    is_entry = len(node.subs) in (1, 2) and all(isinstance(a, Name) and not a.subs for a in node.subs)
    if is_entry and node.mark in ("hat", "bar", "tilde") and f"{node.mark}{node.name}" not in reader.arrays:
        hint += f", or for an array of numbers --let '\\{node.mark}{{{node.name}}}{_letters(node)}'"
    return hint


def _letters(node: Name) -> str:
    return "" if not node.subs else "_j" if len(node.subs) == 1 else "_ij"


__all__ = ["unknown_name"]

"""defined: at a point with everything given, the expressions have values.

{"expressions": [AST, ...], "free", "sizes": all fixed, "point" as in witness-values}.  Equalities are meant wherever
both sides are defined; this shows that there is such a place.
"""

from __future__ import annotations

from typing import Any

from .. import setup, words
from ..evaluate import Evaluator
from ..point import read_point
from ..read import measure
from ..reject import Malformed, Reject
from ..values import Arithmetic, Imprecise
from .witness_values import scope_of

KIND = "defined"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    nodes = certificate.get("expressions")
    if not isinstance(nodes, list | tuple) or not 1 <= len(nodes) <= 10:
        raise Malformed("expressions must be a list")
    for node in nodes:
        measure(node)
    free = setup.mapping(certificate, "free")
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(node, free) for node in nodes])
    scope = scope_of(cx, certificate, free)
    for bits in (64, 256, 1024):
        arithmetic = Arithmetic(bits)
        try:
            for node in nodes:
                Evaluator(read_point(cx, certificate, arithmetic), arithmetic).dual(node, scope)
        except Imprecise:
            continue
        shown = ", ".join(map(words.show, nodes))
        return f"{words.quantifiers(cx, certificate)}: {shown} are defined at {words.point(certificate)}"
    raise Reject("whether the expressions are defined there could not be told")

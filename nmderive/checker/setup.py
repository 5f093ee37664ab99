"""From a certificate to a context: sizes, declarations, shapes, free indices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from .context import Context
from .domains import domain
from .read import Env, bind, measure
from .reject import Malformed
from .trees import BINDERS

Shape = tuple[str, ...]
_SIZE_LIMIT = 64


def mapping(certificate: dict[str, Any], key: str) -> dict[str, Any]:
    """An optional part of the certificate that must be a dict with names as keys."""
    value = certificate.get(key, {})
    if not isinstance(value, dict) or not all(isinstance(k, str) for k in value):
        raise Malformed(f"{key} must be an object")
    if len(value) > 100:
        raise Malformed(f"{key} is too long")
    return value


def expression(certificate: dict[str, Any], key: str) -> Any:
    """A required expression of the certificate, its size checked."""
    if key not in certificate:
        raise Malformed(f"the certificate has no {key}")
    measure(certificate[key])
    return certificate[key]


def shape_of(certificate: dict[str, Any]) -> Shape:
    """The logits' shape."""
    shape = certificate.get("shape")
    if not isinstance(shape, list | tuple) or tuple(shape) not in (("n", "m"), ("m",), ("n",)):
        raise Malformed('shape must be ["n","m"], ["m"] or ["n"]')
    return tuple(shape)


def sizes_of(certificate: dict[str, Any]) -> dict[str, int]:
    """The fixed sizes."""
    out: dict[str, int] = {}
    for name, k in mapping(certificate, "sizes").items():
        if name not in ("n", "m"):
            raise Malformed("only the sizes n and m can be fixed")
        if not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= _SIZE_LIMIT:
            raise Malformed(f"the size {name} must be a whole number from 1 to {_SIZE_LIMIT}")
        out[name] = k
    return out


_made: ContextVar[list[Context] | None] = ContextVar("contexts of a check", default=None)


@contextmanager
def recorded() -> Iterator[list[Context]]:
    """Keep the contexts that are made inside: they know what a check rests on."""
    kept: list[Context] = []
    token = _made.set(kept)
    try:
        yield kept
    finally:
        _made.reset(token)


def context(certificate: dict[str, Any]) -> Context:
    """A context with the certificate's sizes and declarations."""
    cx = Context()
    kept = _made.get()
    if kept is not None:
        kept.append(cx)
    cx.sizes = sizes_of(certificate)
    for name, sign in mapping(certificate, "parameters").items():
        if name in ("n", "m") or not name.isidentifier() or len(name) > 40:
            raise Malformed(f"bad declaration of the parameter {name[:40]!r}")
        cx.domains[name] = domain(sign)
        cx.parameters[name] = cx.domains[name].sign
    for name, sign in mapping(certificate, "arrays").items():
        if sign == "unit" or not name.isidentifier() or len(name) > 40:
            raise Malformed(f"bad declaration of the array {name[:40]!r}")
        if name == "s" and sign != "real" or name == "t" and sign not in ("positive", "nonnegative"):
            raise Malformed("the logits s are real, the labels t are positive or nonnegative")
        found = domain(sign)
        cx.arrays[name] = found.sign
        if isinstance(sign, dict):
            cx.domains[name] = found
    if certificate.get("simplex", False) not in (True, False):
        raise Malformed("simplex must be true or false")
    cx.t_at_most_one = certificate.get("simplex", False) is True
    least = certificate.get("least_m", 1)
    if least not in (1, 2) or least > cx.sizes.get("m", 2):
        raise Malformed("least_m is 1 or 2, and no more than m")
    if least == 2:
        cx.least_m = cx.at_least["m"] = 2
    cx.may_assume_bodies_defined = certificate.get("bodies_defined", False) is True
    return cx


def shapes(cx: Context, certificate: dict[str, Any], nodes: list[tuple[Any, dict[str, str]]]) -> None:
    """Find each array's index ranges: declared, from the logits' shape, or from use."""
    found: dict[str, list[str | None]] = {}
    if "shape" in certificate:
        shape = shape_of(certificate)
        found["s"], found["t"] = list(shape), list(shape)
    for name, shape in mapping(certificate, "shapes").items():
        if not isinstance(shape, list | tuple) or not all(r in ("n", "m") for r in shape) or len(shape) > 3:
            raise Malformed(f"bad shape of the array {name[:40]!r}")
        if name in ("s", "t") and found.get(name, list(shape)) != list(shape):
            raise Malformed(f"the array {name} has another shape than the logits")
        found[name] = list(shape)
    for node, ranges in nodes:
        _use(node, ranges, found)
    cx.sum_rule = cx.t_at_most_one and found.get("t", [None])[-1] == "m"
    for name, spans in found.items():
        spans = _completed(spans, certificate)
        if None not in spans:
            cx.array_spans[name] = tuple(str(r) for r in spans)


def _completed(spans: list[str | None], certificate: dict[str, Any]) -> list[str | None]:
    """The places where only numbers stand: as those of the logits, where the array has as many, else their last."""
    usual: list[str | None] = ["n", "m"] if len(spans) == 2 else [None] * len(spans)
    if "shape" in certificate and shape_of(certificate):
        shape = shape_of(certificate)
        usual = list(shape) if len(spans) == len(shape) else [shape[-1]] * len(spans)
    return [own or other for own, other in zip(spans, usual, strict=True)]


def _use(node: Any, ranges: dict[str, str], found: dict[str, list[str | None]]) -> None:
    if not isinstance(node, list | tuple):
        return
    if len(node) == 5 and node[0] in BINDERS and isinstance(node[1], str):
        ranges = {**ranges, node[1]: str(node[2])}
    array = indexed = None
    if len(node) == 3 and node[0] == "at":
        array, indexed = node[1:]
    elif len(node) >= 4 and node[0] in ("fn", "dfn"):
        array, indexed = node[2:4]
    if isinstance(array, str) and isinstance(indexed, list | tuple):
        spans = found.setdefault(array, [None] * len(indexed))
        for k, x in enumerate(indexed[: len(spans)]):
            if spans[k] is None and isinstance(x, str):
                spans[k] = ranges.get(x)
    for x in node:
        _use(x, ranges, found)


def free_environments(cx: Context, free: dict[str, str]) -> list[Env]:
    """The free indices in scope: symbolic, or each value where the size is fixed."""
    out: list[Env] = [{}]
    for name, range_name in free.items():
        if range_name not in ("n", "m"):
            raise Malformed("a free index runs over n or m")
        if range_name in cx.sizes:
            labels: list[tuple[Any, ...]] = [("L", k + 1) for k in range(cx.sizes[range_name])]
        else:
            labels = [("F", name, range_name)]
        out = [bind(cx, env, name, label, range_name) for env in out for label in labels]
        if len(out) > 200:
            raise Malformed("too many values of the free indices")
    return out


def free_of_shape(shape: Shape) -> dict[str, str]:
    """The names of a logit's free indices: i over n, j over m."""
    return {"i" if r == "n" else "j": r for r in shape}

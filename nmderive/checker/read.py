"""From the certificate's expressions to the normal form."""

from __future__ import annotations

from typing import Any

from . import close, congruence, extrema, modulo, powers, signs, trees
from .context import Context
from .nodes import Label, Poly
from .numbers import Num, is_int, parse, rat, ratio
from .reject import Malformed, TooLarge

Env = dict[str, Label]
_MAX_NODES = 20_000
_MAX_DEPTH = 60
_MAX_EXPANSION = 400


def measure(node: Any, depth: int = 0) -> int:
    """The number of nodes of an expression; refuses what is too deep or no expression."""
    if depth > _MAX_DEPTH:
        raise TooLarge("an expression is nested too deeply")
    if isinstance(node, list | tuple):
        count = 1 + sum(measure(x, depth + 1) for x in node)
        if count > _MAX_NODES:
            raise TooLarge("an expression is too large")
        return count
    if isinstance(node, str) and len(node) <= 700:
        return 1
    if isinstance(node, int) and not isinstance(node, bool) and abs(node).bit_length() < 1000:
        return 1
    raise Malformed("an expression contains something that is not a list, a name or a number")


def read(cx: Context, node: Any, env: Env) -> Poly:
    """The normal form of an expression, its free indices given in env."""
    cx.step()
    if not isinstance(node, list | tuple) or not node or not isinstance(node[0], str):
        raise Malformed(f"not an expression: {str(node)[:60]}")
    reader = _READERS.get(node[0])
    if reader is None:
        raise Malformed(f"unknown expression {node[0][:40]!r}")
    arity = _ARITY[node[0]]
    if len(node) != arity + 1:
        raise Malformed(f"{node[0]} needs {arity} parts, not {len(node) - 1}")
    return reader(cx, node, env)


def _num(cx: Context, node: Any, env: Env) -> Poly:
    return cx.number(parse(node[1]))


def _sym(cx: Context, node: Any, env: Env) -> Poly:
    name = node[1]
    if not isinstance(name, str):
        raise Malformed("a symbol's name is not a string")
    if name in env:
        label = env[name]
        return cx.number(label[1]) if label[0] == "L" else cx.single(cx.atom("idx", "", (label,)))
    if name in ("n", "m"):
        return cx.size(name)
    if name not in cx.parameters:
        raise Malformed(f"the symbol {name[:40]!r} is neither a size, an index in scope nor declared")
    domain = cx.domains.get(name)
    if domain is not None and len(domain.values) == 1:
        return cx.number(rat(domain.values[0]))
    return cx.single(cx.atom("sym", name))


def index(cx: Context, x: Any, env: Env, range_name: str | None) -> Label:
    """The label of an index, over the given range."""
    if isinstance(x, str) and x.isdigit():
        x = int(x)
    if isinstance(x, int) and not isinstance(x, bool):
        if range_name is None:
            raise Malformed("a literal index whose range is not known")
        return cx.literal(x, range_name)
    if not isinstance(x, str) or x not in env:
        raise Malformed(f"the index {str(x)[:40]!r} is not bound and not declared")
    return env[x]


def _indices(cx: Context, array: str, given: Any, env: Env) -> tuple[Label, ...]:
    if not isinstance(given, list | tuple) or not 1 <= len(given) <= 3:
        raise Malformed("an array entry needs one to three indices")
    spans = cx.array_spans.get(array)
    if spans is None:
        raise Malformed(f"the index ranges of the array {array[:40]!r} are not known")
    if len(spans) != len(given):
        raise Malformed(f"the array {array} has {len(spans)} indices, not {len(given)}")
    out = tuple(index(cx, x, env, r) for x, r in zip(given, spans, strict=True))
    for original, label, r in zip(given, out, spans, strict=True):
        check_span(cx, original, label, r, env)
    return out


def check_span(cx: Context, original: Any, label: Label, range_name: str, env: Env) -> None:
    """Refuse an index whose range is not the wanted one."""
    if label[0] != "L":
        actual = label[-1]
    elif isinstance(original, str) and not original.isdigit():
        actual = env["range of " + original][1]
    else:
        return
    if actual != range_name:
        raise Malformed(f"the index {original} runs over {actual}, but {range_name} is needed here")


def bind(cx: Context, env: Env, name: Any, label: Label, range_name: str) -> Env:
    """Return env with one more index in scope."""
    if not isinstance(name, str) or not name.isidentifier() or len(name) > 30:
        raise Malformed("an index needs a name")
    if name in ("n", "m"):
        raise Malformed(f"the index {name} is also a size")
    return {**env, name: label, "range of " + name: ("R", range_name)}


def _at(cx: Context, node: Any, env: Env) -> Poly:
    array = node[1]
    if not isinstance(array, str) or array not in cx.arrays:
        raise Malformed(f"the array {str(array)[:40]!r} is not declared")
    labels = _indices(cx, array, node[2], env)
    number = cx.given.get((array, tuple(x[1] for x in labels))) if cx.given else None
    if number is not None:
        return cx.number(number)
    if array == "t" and cx.sum_rule and labels[-1] == ("L", cx.sizes.get("m")):
        others = [cx.single(cx.atom("at", "t", (*labels[:-1], ("L", k)))) for k in range(1, cx.sizes["m"])]
        return close.total(cx, [(cx.one, 1), *((p, -1) for p in others)])
    return cx.single(cx.atom("at", array, labels))


def _items(node: Any) -> list[Any]:
    if not isinstance(node[1], list | tuple):
        raise Malformed(f"{node[0]} needs a list")
    return list(node[1])


def _add(cx: Context, node: Any, env: Env) -> Poly:
    return close.total(cx, [(read(cx, x, env), 1) for x in _items(node)])


def _mul(cx: Context, node: Any, env: Env) -> Poly:
    return close.product(cx, [read(cx, x, env) for x in _items(node)])


def _is(node: Any, head: str, length: int) -> bool:
    return isinstance(node, list | tuple) and len(node) == length and node[0] == head


def _factors(cx: Context, node: Any, env: Env) -> list[tuple[Poly, Num]]:
    """The factors of an expression as written, with numeric exponents."""
    if _is(node, "mul", 2) and isinstance(node[1], list | tuple):
        return [pair for x in node[1] for pair in _factors(cx, x, env)]
    if _is(node, "pow", 3):
        base, exponent = read(cx, node[1], env), cx.constant(read(cx, node[2], env))
        if exponent is not None and base.terms:
            inner = _factors(cx, node[1], env)
            if is_int(exponent) or all(signs.at_least_zero(signs.sign(cx, p)) for p, _ in inner):
                return [(p, e * exponent) for p, e in inner]
    return [(read(cx, node, env), 1)]


def _split(cx: Context, node: Any, env: Env) -> tuple[list[tuple[Poly, Num]], Poly]:
    """The factors known not to be negative, and the product of the others."""
    known, other = [], cx.one
    for p, e in _factors(cx, node, env):
        if signs.at_least_zero(signs.sign(cx, p)):
            known.append((p, e))
        else:
            other = close.times(cx, other, powers.raised(cx, p, e))
    return known, other


def _pow(cx: Context, node: Any, env: Env) -> Poly:
    exponent = read(cx, node[2], env)
    if _is(node[1], "delta", 3) or _is(node[1], "iverson", 2):
        if signs.sign(cx, exponent) == "pos":
            return read(cx, node[1], env)  # 0 and 1 are their own positive powers
    value = cx.constant(exponent)
    extrema.require_continuous(cx, exponent, *([] if value is not None and value > 0 else [read(cx, node[1], env)]))
    known, other = _split(cx, node[1], env)
    parts = [(p, close.scale(cx, exponent, e)) for p, e in known]
    if other is not cx.one or not parts:
        parts.append((other, exponent))
    return close.product(cx, [powers.general_power(cx, p, e) for p, e in parts])


def _log(cx: Context, node: Any, env: Env) -> Poly:
    extrema.require_continuous(cx, read(cx, node[1], env))
    known, other = _split(cx, node[1], env)
    parts = [(powers.logarithm(cx, p), e) for p, e in known]
    if other is not cx.one:
        parts.append((powers.logarithm(cx, other), 1))
    return close.total(cx, parts)


def _exp(cx: Context, node: Any, env: Env) -> Poly:
    return powers.exponential(cx, read(cx, node[1], env))


def _sign(cx: Context, node: Any, env: Env) -> Poly:
    """The sign of what holds no logits, 0 where that is 0."""
    if trees.mentions(node[1], "s") or trees.names(node[1]) & {"fn", "dfn"}:
        raise Malformed("the sign of what holds logits is written x/|x|, which has no value where x is 0")
    return powers.sign_of(cx, read(cx, node[1], env))


def _tanh(cx: Context, node: Any, env: Env) -> Poly:
    double = powers.exponential(cx, close.scale(cx, read(cx, node[1], env), 2))
    inverse = powers.raised(cx, close.plus(cx, cx.one, double), -1)
    return close.total(cx, ((cx.one, 1), (inverse, -2)))


def _loop(cx: Context, node: Any, env: Env) -> tuple[list[tuple[Label, Env, Poly]], Any]:
    """The instances of a sum's index (all of them where its range is fixed)."""
    _, name, range_name, conds, body = node
    if range_name not in ("n", "m"):
        raise Malformed(f"an index must run over n or m, not {str(range_name)[:40]!r}")
    if not isinstance(conds, list | tuple):
        raise Malformed("the conditions of a sum must be a list")
    if range_name in cx.sizes:
        labels: list[Label] = [("L", k + 1) for k in range(cx.sizes[range_name])]
        cx.step(len(labels))
    else:
        depth = 1 + max([x[1] for x in env.values() if x[0] == "U"], default=-1)
        labels = [("U", depth, range_name)]
    out = []
    for label in labels:
        inner = bind(cx, env, name, label, range_name)
        out.append((label, inner, close.product(cx, [condition(cx, c, inner) for c in conds])))
    return out, body


def _sum(cx: Context, node: Any, env: Env) -> Poly:
    instances, body = _loop(cx, node, env)
    parts: list[tuple[Poly, Num]] = []
    for label, inner, holds in instances:
        if not holds.terms:
            continue
        summand = read(cx, body, inner)
        if holds is not cx.one:
            signs.assume_bodies_defined(cx, summand)
        summand = close.times(cx, summand, holds)
        parts.append((summand if label[0] == "L" else close.summed(cx, summand, (label,)), 1))
    return close.total(cx, parts)


def _prod(cx: Context, node: Any, env: Env) -> Poly:
    instances, body = _loop(cx, node, env)
    result = cx.one
    for label, inner, holds in instances:
        if not holds.terms:
            continue
        factor = read(cx, body, inner)
        if label[0] == "L" and holds is cx.one:
            result = close.times(cx, result, factor)
            continue
        if signs.sign(cx, factor) != "pos" and any(signs.sign(cx, p) != "pos" for p, _ in _factors(cx, body, inner)):
            raise Malformed("a product over an index whose factors are not known to be positive")
        signs.assume_bodies_defined(cx, factor)
        log = close.times(cx, _log(cx, ["log", body], inner), holds)
        whole = log if label[0] == "L" else close.summed(cx, log, (label,))
        result = close.times(cx, result, powers.exponential(cx, whole))
    return result


def _extremum(cx: Context, node: Any, env: Env) -> Poly:
    """max_k x_k as log(sum_k e^(b x_k))/b, min_k x_k as log(sum_k e^(-b x_k))/(-b)."""
    instances, body = _loop(cx, node, env)
    extrema.require_members(cx, node)
    parts: list[tuple[Poly, Num]] = []
    for label, inner, holds in instances:
        if not holds.terms:
            continue
        power = close.times(cx, extrema.sharpness(cx, node[0]), read(cx, body, inner))
        if holds is not cx.one:
            signs.assume_bodies_defined(cx, power)
        summand = close.times(cx, powers.exponential(cx, power), holds)
        parts.append((summand if label[0] == "L" else close.summed(cx, summand, (label,)), 1))
    return extrema.of_sum(cx, close.total(cx, parts), node[0])


def _two_labels(cx: Context, a: Any, b: Any, env: Env) -> tuple[Label, Label]:
    """Two compared indices; a literal has the other's range."""
    spans = [env["range of " + x][1] for x in (a, b) if isinstance(x, str) and x in env]
    if not spans or len(set(spans)) != 1:
        raise Malformed("compared indices need one common range")
    return _compared(cx, a, env, spans[0]), _compared(cx, b, env, spans[0])


def _compared(cx: Context, x: Any, env: Env, range_name: str) -> Label:
    if isinstance(x, int) and not isinstance(x, bool) or isinstance(x, str) and x.isdigit():
        return cx.compared(int(x), range_name)
    return index(cx, x, env, range_name)


def condition(cx: Context, cond: Any, env: Env) -> Poly:
    """The indicator of a condition."""
    if not isinstance(cond, list | tuple) or len(cond) != 3:
        raise Malformed("a condition has three parts")
    kind, a, b = cond
    if kind == "in":
        return _member(cx, a, b, env)
    if kind in ("cong", "ncong"):
        holds = _congruent(cx, a, b, env)
        return holds if kind == "cong" else close.total(cx, ((cx.one, 1), (holds, -1)))
    left, right = _two_labels(cx, a, b, env)
    same = close.delta(cx, left, right)
    if kind == "ne":
        return close.total(cx, ((cx.one, 1), (same, -1)))
    if kind == "eq":
        return same
    if kind not in ("lt", "le"):
        raise Malformed(f"unknown condition {str(kind)[:40]!r}")
    half, order = ratio(1, 2), close.order_sign(cx, left, right)
    return close.total(cx, ((cx.one, half), (same, half if kind == "le" else -half), (order, half)))


def _congruent(cx: Context, letters: Any, number: Any, env: Env) -> Poly:
    """The indicator that a combination of class indices is 0 modulo m."""
    pairs, rest = modulo.combination(letters, number)
    out = []
    for name, c in pairs.items():
        label = index(cx, name, env, "m")
        check_span(cx, name, label, "m", env)
        out.append((label, c))
    return congruence.indicator(cx, out, rest)


def _member(cx: Context, a: Any, name: Any, env: Env) -> Poly:
    label = index(cx, a, env, "m")
    check_span(cx, a, label, "m", env)
    if not isinstance(name, str) or not name.isidentifier() or len(name) > 30:
        raise Malformed(f"a class set needs a name, not {str(name)[:40]!r}")
    if label[0] == "L" and name in cx.sets:
        return cx.number(int(label[1] in cx.sets[name]))
    if name not in ("Omega_pos", "Omega_neg"):  # a set of its own, of which nothing is known
        return cx.single(cx.atom("in", name, (label,)))
    inside = cx.single(cx.atom("in", "Omega_pos", (label,)))
    return inside if name == "Omega_pos" else close.total(cx, ((cx.one, 1), (inside, -1)))


def _iverson(cx: Context, node: Any, env: Env) -> Poly:
    return condition(cx, node[1], env)


def _delta(cx: Context, node: Any, env: Env) -> Poly:
    return close.delta(cx, *_two_labels(cx, node[1], node[2], env))


def _function(cx: Context, node: Any, env: Env) -> Poly:
    name, array = node[1], node[2]
    if not isinstance(name, str) or array != "s":
        raise Malformed("an undefined function needs a name and the array s")
    labels = _indices(cx, array, node[3], env)
    if cx.array_spans[array][-1] != "m":
        raise Malformed("an undefined function needs a row of logits")
    derivatives: list[Label] = []
    for k in node[4] if node[0] == "dfn" and isinstance(node[4], list | tuple) else []:
        label = index(cx, k, env, "m")
        check_span(cx, k, label, "m", env)
        derivatives.append(label)
    return cx.single(cx.atom("fn", (name, array, len(labels)), labels + tuple(sorted(derivatives))))


_READERS = {
    "num": _num, "sym": _sym, "at": _at, "add": _add, "mul": _mul, "pow": _pow, "exp": _exp, "log": _log,
    "tanh": _tanh, "sign": _sign, "sum": _sum, "prod": _prod, "max": _extremum, "min": _extremum, "fn": _function,
    "dfn": _function, "iverson": _iverson, "delta": _delta,
}
_ARITY = {
    "num": 1, "sym": 1, "at": 2, "add": 1, "mul": 1, "pow": 2, "exp": 1, "log": 1,
    "tanh": 1, "sign": 1, "sum": 4, "prod": 4, "max": 4, "min": 4, "fn": 3, "dfn": 4, "iverson": 1, "delta": 2,
}

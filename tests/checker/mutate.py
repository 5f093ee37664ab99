"""Random changes of expressions."""

import copy

_NAMES = {"n": ["i", "a"], "m": ["j", "k", "l", "z", "b"]}


def places(node, path=()):
    """Paths to all sub-expressions."""
    if isinstance(node, list) and node and isinstance(node[0], str):
        yield path
        for k, x in enumerate(node):
            if isinstance(x, list) and x and isinstance(x[0], list):
                if node[0] in ("add", "mul"):
                    for p, y in enumerate(x):
                        yield from places(y, (*path, k, p))
            elif k and isinstance(x, list):
                yield from places(x, (*path, k))


def _get(node, path):
    for k in path:
        node = node[k]
    return node


def mutate(rng, expression):
    """A changed copy of the expression."""
    expression = copy.deepcopy(expression)
    spots = [p for p in places(expression) if _get(expression, p)[0] in _CHANGES]
    if not spots:
        return expression
    path = rng.choice(spots)
    old = _get(expression, path)
    new = _CHANGES[old[0]](rng, old)
    if not path:
        return new
    _get(expression, path[:-1])[path[-1]] = new
    return expression


def _num(rng, node):
    return ["num", rng.choice(["-1", "0", "1", "2", "1/2", "-1/2", "3", "1/3"])]


def _indexed(rng, node):
    idx = list(node[2])
    k = rng.randrange(len(idx))
    idx[k] = rng.choice(["i", "j", "k", "l", "z", "a", "b", 1, 1, 2])
    return [node[0], rng.choice([node[1], node[1], "s", "t"]), idx]


def _many(rng, node):
    items = list(node[1])
    rng.shuffle(items)
    how = rng.randrange(5)
    if how == 0 and len(items) > 1:
        items.pop()
    elif how == 1:
        items[0] = ["mul", [["num", rng.choice(["-1", "2", "1/2"])], items[0]]]
    elif how == 2:
        items.append(copy.deepcopy(rng.choice(items)))
    elif how == 3:
        items[0] = ["pow", items[0], ["num", rng.choice(["2", "-1", "1/2", "3/2"])]]
    else:
        return [{"add": "mul", "mul": "add"}[node[0]], items]
    return [node[0], items]


def _pow(rng, node):
    exponent = ["num", rng.choice(["-1", "0", "1", "2", "1/2", "-1/2", "-2", "3"])]
    return rng.choice([node[1], ["pow", node[1], exponent], ["pow", node, exponent]])


def _one(rng, node):
    inner = rng.choice([["mul", [["num", "-1"], node[1]]], ["mul", [["num", "2"], node[1]]], node[1]])
    return rng.choice([[node[0], inner], inner, [rng.choice(["exp", "log", "tanh"]), node[1]]])


def _sum(rng, node):
    head, name, size, conds, body = node
    how = rng.randrange(6)
    if how == 0 and conds:
        return [head, name, size, conds[1:], body]
    if how == 1:
        return [
            head,
            name,
            size,
            [*conds, [rng.choice(["ne", "lt", "le"]), name, rng.choice(["j", "k", "i", 1])]],
            body,
        ]
    if how == 2:
        return [head, name, {"n": "m", "m": "n"}[size], conds, body]
    if how == 3:
        return body
    if how == 4:
        return [head, name, size, [*conds, ["in", name, rng.choice(["Omega_pos", "Omega_neg"])]], body]
    return [head, name, size, conds, ["mul", [body, rng.choice([["sym", name], ["num", "2"]])]]]


_CHANGES = {
    "num": _num,
    "at": _indexed,
    "add": _many,
    "mul": _many,
    "pow": _pow,
    "exp": _one,
    "log": _one,
    "tanh": _one,
    "sum": _sum,
    "prod": _sum,
}

"""Random edits of certificates: numbers, names, dropped keys, swapped nodes, changed types."""

import copy

_NUMBERS = ["-2", "-1", "0", "1", "2", "3", "1/2", "-1/2", "3/2", "7/3"]
_NAMES = ["i", "j", "k", "l", "y", "a", "n", "m", "s", "t", "d", "g", "lt", "ne", "positive", "real", "interior"]
_ODD = [None, True, 1.5, "", [], {}, ["num", "1"], "zz", {"a": 1}, -1, 10**30]


def spots(node, path=()):
    """Paths to everything inside."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, x in items:
        yield (*path, key)
        yield from spots(x, (*path, key))


def _get(node, path):
    for key in path:
        node = node[key]
    return node


def edited(rng, certificate):
    """A copy with one or two edits; the kind stays."""
    new = copy.deepcopy(certificate)
    for _ in range(rng.choice([1, 1, 1, 2])):
        places = [p for p in spots(new) if p != ("kind",)]
        _edit(rng, new, rng.choice(places), places)
    return new


def _edit(rng, whole, path, places):
    holder, key = _get(whole, path[:-1]), path[-1]
    old = holder[key]
    how = rng.randrange(10)
    if how == 0:
        holder[key] = copy.deepcopy(rng.choice(_ODD))
    elif how == 1:
        holder[key] = copy.deepcopy(_get(whole, rng.choice(places)))
    elif how == 2:
        del holder[key]
    elif how == 3 and isinstance(holder, list) and len(holder) > 1:
        other = rng.randrange(len(holder))
        holder[key], holder[other] = holder[other], holder[key]
    elif how == 4 and isinstance(holder, list):
        holder.insert(rng.randrange(len(holder) + 1), copy.deepcopy(old))
    elif isinstance(old, str):
        number = old.lstrip("-").replace("/", "").isdigit()
        holder[key] = rng.choice(_NUMBERS if number else _NAMES)
    elif isinstance(old, int):
        holder[key] = rng.choice([old + 1, old - 1, 0, 1, 2, 3])
    elif isinstance(old, list) and old and isinstance(old[0], str):
        holder[key] = rng.choice([["mul", [["num", rng.choice(_NUMBERS)], old]], ["exp", old], ["log", old]])
    elif isinstance(old, list):
        rng.shuffle(old)
    elif isinstance(old, dict) and old:
        old.pop(rng.choice(sorted(old)))

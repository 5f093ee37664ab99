"""A tiny float evaluator, only for the tests: what is accepted must also be numerically true."""

import cmath
import random
from typing import Any


class Skip(Exception):
    """Not defined at this point."""


def _literals(node):
    if isinstance(node, int):
        yield node
    for x in node if isinstance(node, list) else []:
        yield from _literals(x)


class Point:
    """Sizes, arrays, parameters and class sets."""

    def __init__(self, rng: random.Random, certificate: dict[str, Any]) -> None:
        sizes = certificate.get("sizes", {})
        least = max([1, *_literals([v for v in certificate.values() if isinstance(v, list)])])
        if least > 8:
            raise Skip
        self.sizes = {r: sizes.get(r, max(least, rng.choice([1, 2, 2, 3]))) for r in ("n", "m")}
        self.rng, self.certificate = rng, certificate
        self.entries: dict[Any, complex] = {}
        self.positive = {j for j in range(1, self.sizes["m"] + 1) if rng.random() < 0.5}
        draw = {
            "positive": lambda: rng.uniform(0.2, 2.5),
            "nonnegative": lambda: rng.uniform(0.0, 2.5),
            "unit": lambda: rng.uniform(0.1, 0.9),
            "real": lambda: rng.uniform(-2, 2),
        }
        self.parameters = {k: draw[v]() for k, v in certificate.get("parameters", {}).items()}
        self.draw = draw
        self.link: Any = None

    def entry(self, name: str, idx: tuple[int, ...]) -> complex:
        if name == "t" and self.link is not None:
            return self.link(idx)
        if name == "t" and self.certificate.get("labels") == "hard" and (name, idx) not in self.entries:
            self._hard(idx)
        if name == "t" and self.certificate.get("simplex") and (name, idx) not in self.entries:
            self._simplex(idx)
        if (name, idx) not in self.entries:
            usual = {"s": "real", "t": "nonnegative"}.get(name, "real")
            self.entries[name, idx] = self.draw[self.certificate.get("arrays", {}).get(name, usual)]()
        return self.entries[name, idx]

    def _hard(self, idx: tuple[int, ...]) -> None:
        if self.certificate.get("shape") == ["n"]:
            self.entries["t", idx] = float(self.rng.randint(0, 1))
            return
        target = self.rng.randint(1, self.sizes["m"])
        for j in range(1, self.sizes["m"] + 1):
            self.entries["t", (*idx[:-1], j)] = float(j == target)

    def _simplex(self, idx: tuple[int, ...]) -> None:
        values = [self.rng.uniform(0.01, 1) for _ in range(self.sizes["m"])]
        for j, v in enumerate(values, 1):
            self.entries["t", (*idx[:-1], j)] = v / sum(values)


def holds(cond, env, point) -> bool:
    kind, a, b = cond
    left = env.get(a, a)
    if kind == "in":
        return (left in point.positive) == (b == "Omega_pos")
    right = env.get(b, b)
    return {"ne": left != right, "lt": left < right, "le": left <= right, "eq": left == right}[kind]


def _positive(x: complex) -> complex:
    if x.real <= 1e-9:
        raise Skip
    return x


def power(a: complex, b: complex) -> complex:
    if abs(b.imag) < 1e-12 and abs(b.real - round(b.real)) < 1e-12 and abs(b.real) < 40:
        k = round(b.real)
        if abs(a) < 1e-9 and k < 0:
            raise Skip
        return a**k
    if a == 0 and complex(b).imag == 0 and complex(b).real > 0:
        return 0.0  # |u| where u is zero
    return cmath.exp(b * cmath.log(_positive(a)))


def value(node, env, point) -> complex:
    head = node[0]
    if head == "num":
        top, _, bottom = str(node[1]).partition("/")
        return complex(int(top) / int(bottom or 1))
    if head == "sym":
        if node[1] in env:
            return complex(env[node[1]])
        return complex(point.sizes.get(node[1]) or point.parameters[node[1]])
    if head == "at":
        return complex(point.entry(node[1], tuple(int(env.get(x, x)) for x in node[2])))
    if head in ("add", "mul"):
        result = complex(head == "mul")
        for x in node[1]:
            v = value(x, env, point)
            result = result + v if head == "add" else result * v
        return result
    if head == "pow":
        return power(value(node[1], env, point), value(node[2], env, point))
    if head in ("exp", "log", "tanh"):
        v = value(node[1], env, point)
        return {"exp": cmath.exp, "log": lambda x: cmath.log(_positive(x)), "tanh": cmath.tanh}[head](v)
    if head in ("sum", "prod"):
        result = complex(head == "prod")
        for k in range(1, point.sizes[node[2]] + 1):
            inner = {**env, node[1]: k}
            if all(holds(c, inner, point) for c in node[3]):
                v = value(node[4], inner, point)
                result = result + v if head == "sum" else result * v
        return result
    if head in ("max", "min"):
        scopes = [{**env, node[1]: k} for k in range(1, point.sizes[node[2]] + 1)]
        found = [value(node[4], inner, point) for inner in scopes if all(holds(c, inner, point) for c in node[3])]
        return (max if head == "max" else min)(found, key=lambda v: v.real)
    if head == "iverson":
        return complex(holds(node[1], env, point))
    assert head == "delta"
    return complex(env.get(node[1], node[1]) == env.get(node[2], node[2]))


def _indices(free, sizes):
    out = [{}]
    for name, r in free.items():
        out = [{**e, name: k} for e in out for k in range(1, sizes[r] + 1)]
    return out


def differences(certificate, rng):
    """The amounts (relative) by which the certificate's claim fails at a random point."""
    point = Point(rng, certificate)
    if certificate["kind"] == "identity":
        for env in _indices(certificate.get("free", {}), point.sizes):
            a, b = (value(certificate[side], env, point) for side in ("left", "right"))
            yield abs(a - b) / (1 + abs(a) + abs(b))
        return
    shape = certificate["shape"]
    free = {"i" if r == "n" else "j": r for r in shape}
    for env in _indices(free, point.sizes):
        for other in _indices(free, point.sizes):
            point.entry("s", tuple(other.values()))
        place = ("s", tuple(env.values()))
        if certificate["kind"] == "gradient":
            expected = value(certificate["gradient"], env, point)
            point.link = None
        else:
            expected = 0
            fixed = {
                tuple(e.values()): value(certificate["link"], e, point) for e in _indices(free, point.sizes)
            }
            point.link = fixed.__getitem__
        saved = point.entries[place]
        if abs(value(certificate["loss"], {}, point)) > 1e5:
            raise Skip
        point.entries[place] = saved + 1e-30j
        slope = value(certificate["loss"], {}, point).imag / 1e-30
        point.entries[place] = saved
        point.link = None
        yield abs(slope - expected) / (1 + abs(expected))


def is_true(certificate, seed: int, points: int = 4) -> bool | None:
    """Whether the claim holds at random points; None if it was nowhere defined."""
    rng = random.Random(seed)
    seen = False
    for _ in range(3 * points):
        try:
            worst = max(differences(certificate, rng), default=0.0)
        except (Skip, OverflowError, ZeroDivisionError, ValueError):
            continue
        seen = True
        if not worst < 1e-7:
            return False
        points -= 1
        if not points:
            break
    return True if seen else None

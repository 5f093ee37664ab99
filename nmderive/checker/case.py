"""What a claim's module looks at: the loss that was read, and the accepted certificates of its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from . import defined, instances, modulo, setup, trees
from .api import Result, check
from .context import Context
from .evaluate import Evaluator
from .kinds.products import companion
from .numbers import parse
from .point import read_point
from .read import read
from .reject import Reject
from .values import Arithmetic

SCHEMA = "nmderive-certificate/1"
INTERIOR = "labels strictly between 0 and 1"
WHEREVER = "wherever the loss is defined"
_ROW = "row_of_sum"
#: Kinds whose statement is about where their loss is defined; those that claims use for labels inside the simplex.
WHERE_DEFINED = frozenset({"nonnegative", "bounded", "lipschitz", "smooth", "level", "optimum"})
OF_INTERIOR = frozenset({"level", "optimum"})
#: Names of indices, letters and arrays that claims put in under the sums of a loss.
RESERVED = frozenset({
    _ROW, "target_y", "drawn_class", "r_of_rows", "shift_of_row", "shift_of_logits", "step_of_labels", "row_of_step",
    "to_class", "from_class", "step_of_logit", "target_class", "winning_class", "class_of_row", "softmax_k",
})


@dataclass(frozen=True)
class Found:
    """An accepted certificate."""

    data: dict[str, Any]
    result: Result

    @property
    def kind(self) -> str:
        """The certificate's kind."""
        return str(self.data["kind"])

    @property
    def sizes(self) -> dict[str, int]:
        """The sizes that it fixes."""
        return dict(self.data.get("sizes", {}))


@dataclass(frozen=True)
class Basis:
    """What carries a verdict: certificates, the conditions of the claim itself, and what is known more exactly."""

    used: tuple[Found, ...]
    conditions: tuple[str, ...] = ()
    at: dict[str, int] | None = None
    fixed: dict[str, int] = field(default_factory=dict)
    detail: str = ""


class Case:
    """One verdict: the reading of the loss, and its certificates, each accepted."""

    def __init__(self, reading: dict[str, Any], certificates: Iterable[dict[str, Any]]) -> None:
        self.reading = reading = modulo.plain(reading)
        self.loss: Any = trees.listed(reading["loss"])
        self.shape: tuple[str, ...] = tuple(reading["shape"])
        self.found = [self._accepted(modulo.plain(data)) for data in certificates]
        #: What was shown on the way: it may hold from some sizes on only, and then so does what is built on it.
        self.noted: list[Result] = []
        self._require_free_names(self.loss)

    def _accepted(self, data: dict[str, Any]) -> Found:
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise Reject("a certificate has no schema that is known")
        for key in ("parameters", "arrays"):
            own, given = data.get(key, {}), self.reading.get(key, {})
            usual = {**given, "s": "real", "t": "nonnegative"} if key == "arrays" else given
            if not isinstance(own, dict) or any(own[name] != usual[name] for name in usual if name in own):
                raise Reject("a certificate declares a letter otherwise than the loss does")
        result = check(data)
        if not result.accepted:
            raise Reject(f"a certificate is not accepted: {result.reason}")
        return Found(data, result)

    def about(self, loss: Any) -> Case:
        """The same certificates, for another loss."""
        other = Case.__new__(Case)
        other.reading, other.shape, other.found = {**self.reading, "loss": loss}, self.shape, self.found
        other.loss, other.noted = trees.listed(loss), self.noted
        return other

    def _require_free_names(self, *nodes: Any) -> None:
        """Refuse names that the claims bind, or put in under the sums of a loss: they would be caught there."""
        for node in nodes:
            if trees.names(node) & RESERVED:
                raise Reject("a name occurs that is kept for what claims are made of")

    def kinds(self, *kinds: str) -> Iterator[Found]:
        """The certificates of these kinds."""
        return (x for x in self.found if x.kind in kinds)

    def own(self, *kinds: str) -> Iterator[Found]:
        """The certificates of these kinds that speak of the loss, or of what it equals.

        Kinds that speak of where their loss is defined, by how it is written, say nothing of more than that: the square
        of the root of s is at least zero, and equal to s.
        """
        for x in self.kinds(*kinds):
            if list(x.data.get("shape", self.shape)) != list(self.shape):
                continue
            node = x.data["loss"]
            if trees.listed(node) == self.loss:
                yield x
            elif self._is_defined_for(x) and self.equal(self.loss, node, sizes=x.sizes):
                yield x

    def _is_defined_for(self, x: Found) -> bool:
        other = self.about(x.data["loss"])
        is_inside = x.kind in OF_INTERIOR and other.is_defined(interior=True, least_m=2)
        return x.kind not in WHERE_DEFINED or is_inside or other.is_defined()

    def is_loss(self, node: Any, sizes: dict[str, int] | None = None) -> bool:
        """Whether an expression is the loss, or is shown equal to it for labels whose rows sum to one."""
        return trees.listed(node) == self.loss or self.equal(self.loss, node, sizes=sizes)

    def equal(
        self, left: Any, right: Any, free: dict[str, str] | None = None, sizes: dict[str, int] | None = None,
        more: dict[str, dict[str, Any]] | None = None, simplex: bool = True, hard: bool = False,
    ) -> bool:
        """Whether two expressions are shown equal; ``more`` declares letters besides those of the loss."""
        if trees.listed(left) == trees.listed(right):
            return True
        data = {"kind": "identity", "left": left, "right": right, "free": free or {}, "sizes": sizes or {},
                **self.declared(more)}
        ways: list[dict[str, Any]] = [{}, {"simplex": True}] if simplex else [{}]
        ways = [{"labels": "hard", "simplex": True}] if hard else ways
        result = next((r for r in (check({**data, **way}) for way in ways) if r.accepted), None)
        if result is not None:
            self.noted.append(result)
        return result is not None

    def declared(self, more: dict[str, dict[str, Any]] | None = None) -> dict[str, Any]:
        """The shape and the declarations of the loss."""
        both = {k: {**self.reading.get(k, {}), **(more or {}).get(k, {})} for k in ("parameters", "arrays")}
        return {**({"shape": list(self.shape)} if self.shape else {}), **both}

    @property
    def free(self) -> dict[str, str]:
        """The free indices of one logit."""
        return setup.free_of_shape(self.shape)

    def rows(self) -> Iterator[tuple[Case, Found]]:
        """The sum of functions of one row each of which the loss is an increasing function, as a loss of its own."""
        for x in self.own("increasing"):
            self._require_free_names(x.data["inner"])
            inner = _renamed(x.data["inner"], "i", _ROW)
            if x.data.get("falls", False):
                inner = trees.minus(trees.number(0), inner)
            yield self.about(["sum", _ROW, "n", [], inner]), x

    def equal_forms(self) -> Iterator[tuple[Case, Found]]:
        """What the loss is shown equal to, for all sizes and for labels whose rows sum to one, as a loss of its own."""
        for x in self.kinds("identity"):
            plain = not x.data.get("free") and not x.sizes and "labels" not in x.data and "order" not in x.data
            if plain and trees.listed(x.data["left"]) == self.loss:
                self._require_free_names(x.data["right"])
                yield self.about(x.data["right"]), x

    def at_hard_labels(self) -> Iterator[tuple[Case, tuple[Found, ...]]]:
        """The loss, and what is defined, and shown equal to it for hard labels and all sizes, as a loss of its own."""
        yield self, ()
        for x in self.kinds("identity"):
            plain = not x.data.get("free") and not x.sizes and "order" not in x.data
            if plain and x.data.get("labels") == "hard" and trees.listed(x.data["left"]) == self.loss:
                self._require_free_names(x.data["right"])
                other = self.about(x.data["right"])
                if other.is_defined(least_m=2):  # else they are known to be equal at some of the points only
                    yield other, (x,)

    def companions(self, once: bool = False) -> Iterator[tuple[Case, Found]]:
        """The sum of log(1 + X_g) beside a logarithm of products of the X_g, as a loss of its own."""
        for x in self.own("products"):
            if list(trees.listed(x.data["loss"])) == self.loss and (x.data.get("once") is True or not once):
                yield self.about(companion(self.context(), self.loss)), x

    def one_sample(self) -> Iterator[Case]:
        """The sum over rows of a loss of one sample: what holds for it and all n holds for the loss, where n = 1."""
        if self.shape == ("m",) and not _counts_rows(self.loss):
            other = self.about(["sum", _ROW, "n", [], _in_row(self.loss)])
            other.shape = ("n", "m")
            other.reading = {**other.reading, "shape": ["n", "m"]}
            yield other

    def context(self, interior: bool = False, hard: bool = False) -> Context:
        """A context for the loss: labels in [0, 1], strictly inside with ``interior``."""
        cx = setup.context({**self.declared(), "simplex": True})
        if interior:
            cx.arrays["t"] = "positive"
            cx.t_below_one = True
        setup.shapes(cx, self.declared(), [(self.loss, {})])
        return cx

    def is_defined(self, interior: bool = False, least_m: int = 1) -> bool:
        """Whether the loss is shown to be defined for all logits and labels."""
        try:
            cx = self.context(interior)
            found = defined.is_defined(cx, self.loss, {}, least_m)
        except Reject:
            return False
        if found and cx.at_least:
            self.noted.append(Result(True, "", "", at_least=dict(cx.at_least)))
        return found

    def is_number(self, node: Any) -> bool:
        """Whether an expression holds no logits, labels, arrays, sums and indices."""
        if trees.names(node) & {"at", "fn", "dfn", *trees.BINDERS}:
            return False
        try:
            read(self.context(), node, {})
        except Reject:
            return False
        return True

    def require_defined(self, interior: bool = False, least_m: int = 1) -> None:
        """Refuse a loss that is not shown to be defined everywhere."""
        if not self.is_defined(interior, least_m):
            raise Reject("the loss is not shown to be defined for all logits and labels")

    def somewhere(self, *nodes: Any) -> tuple[str, ...]:
        """The condition of a statement about where the loss is defined; refused where that may be nowhere."""
        if not nodes and self.is_defined():
            return ()
        wanted = [trees.listed(x) for x in nodes or (self.loss,)]
        for x in self.kinds("defined"):
            if all(w in trees.listed(x.data["expressions"]) for w in wanted) or self._of_an_instance(x, wanted):
                return (WHEREVER,)
        if not nodes and self.is_defined(interior=True, least_m=2):
            return (WHEREVER,)
        raise Reject("nothing shows that the loss is defined anywhere")

    def _of_an_instance(self, x: Found, wanted: list[Any]) -> bool:
        """Whether the expressions that have values are the wanted ones for some given function of a row."""
        stated = x.data["expressions"]
        if not any({"fn", "dfn"} & trees.names(w) for w in wanted) or len(stated) != len(wanted):
            return False
        free = x.data.get("free", {})
        return any(
            all(self.equal(e, instances.defined(w, k), free) for e, w in zip(stated, wanted, strict=True))
            for k in range(len(instances.FUNCTIONS))
        )

    def labels_are_allowed(self, x: Found) -> bool:
        """Whether the labels of a witness lie in [0, 1], and rows of classes sum to one."""
        table = x.data["point"].get("t")
        if table is None:
            return not trees.mentions(self.loss, "t")
        rows = table if len(self.shape) == 2 else [table] if self.shape == ("m",) else [[q] for q in table]
        values = [[Fraction(parse(q)) for q in row] for row in rows]
        inside = all(0 <= q <= 1 for row in values for q in row)
        return inside and ("m" not in self.shape or all(sum(row) == 1 for row in values))

    def differs(self, x: Found, left: Any, right: Any) -> Result:
        """Whether two expressions differ at the point of a witness, whose labels lie in [0, 1]."""
        if (trees.mentions(left, "t") or trees.mentions(right, "t")) and not self.labels_are_allowed(x):
            return Result(False, "", "the labels of a witness lie outside of [0, 1], or do not sum to one")
        names = {"kind", "schema", "sizes", "point", "shapes"}
        kept = {k: v for k, v in x.data.items() if k in names}
        return check({**kept, **self.declared(), "left": left, "right": right, "free": {}})

    def value(self, x: Found, node: Any, scope: dict[str, tuple[int, str]]) -> Fraction | None:
        """The exact value of an expression at a witness's point, where it is a rational."""
        data = {**x.data, **self.declared()}
        cx = setup.context(data)
        setup.shapes(cx, data, [(self.loss, {}), (node, self.free)])
        arithmetic = Arithmetic(256)
        return Evaluator(read_point(cx, data, arithmetic), arithmetic).dual(node, scope)[0].rational


def _in_row(node: Any) -> Any:
    """The expression with logits and labels of one row."""
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 3 and node[0] == "at" and node[1] in ("s", "t"):
        return ["at", node[1], [_ROW, *node[2]]]
    return [_in_row(x) for x in node]


def _counts_rows(node: Any) -> bool:
    """Whether an expression has anything to do with rows already."""
    if not isinstance(node, list | tuple):
        return node in (_ROW, "n")
    return bool(node) and (node[0] in ("fn", "dfn") or any(map(_counts_rows, node)))


def _renamed(node: Any, old: str, new: str) -> Any:
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 3 and node[0] == "at":
        return ["at", node[1], [new if x == old else x for x in node[2]]]
    return [_renamed(x, old, new) for x in node]

"""The functions that are known by name, as SymPy expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Abs, Expr, Indexed, KroneckerDelta, Rational, exp, log, sign, tanh

from nmderive.calculus.extrema import Attained
from nmderive.calculus.kinks import clipped, largest, positive_part, smallest
from nmderive.calculus.sums import Iverson
from nmderive.calculus.symbols import S, array, parameter
from nmderive.errors import NmderiveError
from nmderive.notation.binders import Condition
from nmderive.notation.definitions import Definitions
from nmderive.notation.limits import safe_power
from nmderive.notation.scope import Scope
from nmderive.notation.tree import Big, Call, Chain, Name, Node, walk

#: Operators over an index that entries attain.
EXTREMA = ("max", "min")
#: Functions of other than one argument: (least number, largest number).
_ARGUMENTS = {"delta": (2, 2), "max": (2, 20), "min": (2, 20), "clip": (3, 3)}


class Calls:
    """The part of ``builder.Builder`` that builds functions; the attributes are those of the whole."""

    source: str
    definitions: Definitions
    names: Any
    maxima: dict[Expr, tuple[str, int]]
    fail: Callable[..., NmderiveError]
    build: Callable[..., Expr]
    _condition: Callable[..., Any]
    _check_relation: Callable[..., None]
    _operator_of: Callable[..., Any]

    def _call(self, node: Call, scope: Scope) -> Expr:
        method = getattr(self, f"_call_{node.name}", None)
        if method is None or node.name in self.definitions.functions:
            return self.names.instances.function(node, scope)
        if node.subs and node.name != "softmax":
            raise self.fail(f"{node.name} has no subscript", node.span)
        least, most = _ARGUMENTS.get(node.name, (1, 1))
        if not least <= len(node.args) <= most:
            raise self.fail(f"wrong number of arguments for {node.name}", node.span)
        return method(node, scope)

    def _call_exp(self, node: Call, scope: Scope) -> Expr:
        return exp(self.build(node.args[0], scope))

    def _call_log(self, node: Call, scope: Scope) -> Expr:
        argument = self.build(node.args[0], scope)
        if argument.is_zero or argument.is_negative:
            raise self.fail("the logarithm of a number that is not positive", node.span)
        return log(argument)

    def _call_tanh(self, node: Call, scope: Scope) -> Expr:
        return tanh(self.build(node.args[0], scope))

    def _call_abs(self, node: Call, scope: Scope) -> Expr:
        return Abs(self.build(node.args[0], scope))

    def _call_sign(self, node: Call, scope: Scope) -> Expr:
        return sign(self.build(node.args[0], scope))

    def _call_relu(self, node: Call, scope: Scope) -> Expr:
        return positive_part(self.build(node.args[0], scope))

    def _call_max(self, node: Call, scope: Scope) -> Expr:
        return largest(*(self.build(a, scope) for a in node.args))

    def _call_min(self, node: Call, scope: Scope) -> Expr:
        return smallest(*(self.build(a, scope) for a in node.args))

    def _call_clip(self, node: Call, scope: Scope) -> Expr:
        x, low, high = (self.build(a, scope) for a in node.args)
        if (high - low).is_negative:
            raise self.fail("the upper end of this clip lies below its lower end", node.span)
        return clipped(x, low, high)

    def _call_cosh(self, node: Call, scope: Scope) -> Expr:
        argument = self.build(node.args[0], scope)
        return (exp(argument) + exp(-argument)) / 2

    def _call_sinh(self, node: Call, scope: Scope) -> Expr:
        argument = self.build(node.args[0], scope)
        return (exp(argument) - exp(-argument)) / 2

    def _call_sqrt(self, node: Call, scope: Scope) -> Expr:
        return safe_power(self.build(node.args[0], scope), Rational(1, 2), self.source, node.span)

    def _call_sigmoid(self, node: Call, scope: Scope) -> Expr:
        return 1 / (1 + exp(-self.build(node.args[0], scope)))

    def _call_logit(self, node: Call, scope: Scope) -> Expr:
        argument = self.build(node.args[0], scope)
        if argument.is_number and not (argument.is_positive and (1 - argument).is_positive):
            raise self.fail("the logit of a number that is not between 0 and 1", node.span)
        return log(argument) - log(1 - argument)

    def _call_softplus(self, node: Call, scope: Scope) -> Expr:
        return log(1 + exp(self.build(node.args[0], scope)))

    def _call_softmax(self, node: Call, scope: Scope) -> Expr:
        return self.names.probabilities.softmax(node, scope)

    def _call_delta(self, node: Call, scope: Scope) -> Expr:
        return self._equal_places(node.args[0], node.args[1], scope)

    def _equal_places(self, left: Node, right: Node, scope: Scope) -> Expr:
        places = self.names.place(left, scope), self.names.place(right, scope)
        self._check_relation(left, right, *places, scope)
        return KroneckerDelta(*places)

    def _order(self, gap: Expr, relation: str, node: Call) -> Expr:
        """Return the indicator of a gap above 0; of what depends on logits it is 1/2 at the kink, as gradients are."""
        if not self._is_of_logits(gap):
            order = sign(gap if len(relation) == 1 else -gap)
            above = (order + order**2) / 2
            return above if len(relation) == 1 else 1 - above
        if len(relation) > 1:
            raise self.fail("an indicator of logits is of < or >", node.span,
                            rf"write {'<' if relation == '<=' else '>'} there: at equality it is 1/2")
        return (1 + sign(gap)) / 2

    def _is_of_logits(self, gap: Expr) -> bool:
        """Tell whether logits stand in an expression, in a maximum over an index, too, for which a letter stands."""
        hidden = [operator for operator, (letter, count) in self.maxima.items()
                  if gap.has(array(letter) if count else parameter(letter))]
        return bool(gap.has(S)) or any(map(self._is_of_logits, hidden))

    def _equal_values(self, gap: Expr, relation: str, node: Call) -> Expr:
        """Return the indicator of a gap that is 0, or is not: exact, as the sign of 0 is 0."""
        if self._is_of_logits(gap):
            raise self.fail("an indicator of an equality of logits is 0 but at single points", node.span,
                            "write an inequality, or what is compared with the maximum: [s_{ij} = \\max_k s_{ik}]")
        return 1 - sign(gap) ** 2 if relation == "=" else sign(gap) ** 2

    def _attained(self, value: Node, over: Node, scope: Scope) -> Expr:
        """Return the indicator of an entry that is the maximum, one over their number where several are."""
        found, top = self.build(value, scope), self.build(over, scope)
        operator = self._operator_of(top) if isinstance(over, Big) and over.kind in EXTREMA else None
        entries = found.atoms(Indexed) if operator is not None else ()
        places = sorted({k for entry in entries for k in entry.indices}, key=str)
        if operator is None or not any(operator.open(k)[0] == found for k in places):
            raise self.fail("an indicator of values is that of an entry that is a maximum", over.span,
                            r"write [s_{ij} = \max_k s_{ik}]")
        return Attained(found, top)

    def _call_iverson(self, node: Call, scope: Scope) -> Expr:
        chain = node.args[0]
        if not isinstance(chain, Chain) or len(chain.parts) != 2:
            raise self.fail("an indicator holds one relation", node.span, "write [j != k]")
        left, relation, right = chain.parts[0], chain.relations[0], chain.parts[1]
        is_of_values = any(isinstance(a, Name) and a.subs for side in chain.parts for a in walk(side))
        if relation in ("<", ">", "<=", ">=") and is_of_values:
            larger, smaller = (left, right) if relation[0] == ">" else (right, left)
            return self._order(self.build(larger, scope) - self.build(smaller, scope), relation, node)
        flipped = {">": "<", ">=": "<="}.get(relation)
        if relation == "=" and any(isinstance(part, Big) for part in chain.parts):
            return self._attained(*((left, right) if isinstance(right, Big) else (right, left)), scope)
        if relation in ("=", "!=") and is_of_values:
            return self._equal_values(self.build(left, scope) - self.build(right, scope), relation, node)
        if relation == "=":
            return self._equal_places(left, right, scope)
        condition = Condition(right, flipped, left) if flipped else Condition(left, relation, right)
        return Iverson(self._condition(condition, scope))

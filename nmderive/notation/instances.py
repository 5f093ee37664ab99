"""Putting definitions in: names and functions that the source defines, and undefined functions of a row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sympy import Dummy, Expr, Symbol

from nmderive.calculus.sums import RowFunction
from nmderive.calculus.symbols import M, N, S
from nmderive.errors import ParseError
from nmderive.notation.binders import default_domain, used_domain
from nmderive.notation.definitions import Definition
from nmderive.notation.limits import shortened
from nmderive.notation.scope import Scope
from nmderive.notation.tree import Call, Name, Node, Word

if TYPE_CHECKING:
    from nmderive.notation.names import NameReader

_UNDEFINED_FUNCTIONS = frozenset("fgh")


class Instances:
    """Instantiates definitions for a ``NameReader``; each definition is built once."""

    def __init__(self, reader: NameReader) -> None:
        self.reader = reader
        self._cache: dict[Any, Any] = {}
        #: Labels of the definitions that were put in.
        self.used: set[str] = set()

    def function(self, node: Call, scope: Scope) -> Expr:
        """Return an undefined function of a row, or a defined function at its argument."""
        definition = self.reader.builder.definitions.functions.get(node.name)
        argument = node.args[0]
        if len(node.args) != 1 or node.subs:
            raise self.reader.builder.fail(f"{node.name} takes one argument", node.span)
        if definition is not None and definition.variable is not None:
            return self._pointwise(definition, definition.variable, node, scope)
        if definition is None:
            self._check_function(node)
        is_entry = isinstance(argument, Name) and argument.name in self.reader.logits and argument.subs
        if not is_entry or not isinstance(argument, Name):
            raise self.reader.builder.fail(
                f"{node.name} is an unknown function here",
                node.span,
                "an undefined function is applied to one entry: f(s_{i,j}); or define it: f(x) = ...",
            )
        if definition is not None:
            return self.instance(definition, argument.subs, scope, node)
        entry = self.reader.entry(S, argument, scope)
        return RowFunction(Symbol(node.name), S, *entry.indices)

    def _check_function(self, node: Call) -> None:
        name = shortened(node.name)
        if node.name in self.reader.parameters or node.name in self.reader.values:
            raise self.reader.builder.fail(
                f"{name} is a number, not a function", node.span, f"write {name}*(...)"
            )
        if (
            node.name not in _UNDEFINED_FUNCTIONS
            and node.name not in self.reader.builder.declarations.functions
        ):
            raise self.reader.builder.fail(
                f"unknown function {name}",
                node.span,
                "functions are exp, log, tanh, cosh, sinh, sqrt, abs, max, min, relu, clip, sigmoid, softmax; "
                f"or declare it: --let '{name}: function'",
            )

    def _pointwise(self, definition: Definition, variable: str, node: Call, scope: Scope) -> Expr:
        value = self.reader.builder.build(node.args[0], scope)
        key = ("pointwise", definition.label)
        if key not in self._cache:
            symbol = Dummy(variable, real=True)
            inner = self._inside(definition, scope)
            inner = replace(inner, variables=((variable, symbol),))
            self._cache[key] = (symbol, self.reader.builder.build_apart(definition.body, inner))
        symbol, body = self._cache[key]
        return self.reader.builder.put_in(body, {symbol: value}, node)

    def _inside(self, definition: Definition, scope: Scope) -> Scope:
        self.used.add(definition.label)
        if definition.label in scope.inside:
            cycle = " -> ".join([*scope.inside[scope.inside.index(definition.label) :], definition.label])
            raise ParseError(
                f"these definitions go round in a circle: {cycle}",
                source=self.reader.builder.source,
                span=definition.head.span,
            )
        return Scope(inside=(*scope.inside, definition.label))

    def instance(self, definition: Definition, subs: tuple[Node, ...], scope: Scope, node: Node) -> Expr:
        """Return what a defined name stands for at the given indices."""
        formals = () if any(isinstance(s, Word) for s in subs) else definition.formals
        if len(formals) != len(subs) and formals:
            raise self.reader.builder.fail(
                f"{definition.label} has {len(formals)} indices, not {len(subs)}", node.span
            )
        inner = self._inside(definition, scope)
        if definition.label not in self._cache:
            symbols = tuple(Dummy(a, integer=True, positive=True) for a in formals)
            for place, (name, symbol) in enumerate(zip(formals, symbols, strict=True)):
                inner = inner.bind(name, symbol, self._formal_domain(definition, name, place))
            self._cache[definition.label] = (symbols, self.reader.builder.build_apart(definition.body, inner))
        symbols, body = self._cache[definition.label]
        if not formals:
            return body
        self._check_ranges(definition, subs, scope)
        domains = [self._formal_domain(definition, name, place) for place, name in enumerate(formals)]
        classes = [k == len(subs) - 1 or domain == M for k, domain in enumerate(domains)]
        places = [self.reader.place(s, scope, is_class) for s, is_class in zip(subs, classes, strict=True)]
        return self.reader.builder.put_in(body, dict(zip(symbols, places, strict=True)), node)

    def _formal_domain(self, definition: Definition, name: str, place: int) -> Expr | None:
        if name in self.reader.index_domains:
            return self.reader.index_domains[name]
        if name[-1:].isdigit() and default_domain(name) is not None:
            return default_domain(name)  # A letter of a published formula, whose range is known by its use.
        used = used_domain(name, definition.body, self.reader.two_index_arrays())
        if used is not None:
            return used
        return (N, M)[place] if len(definition.formals) == 2 else default_domain(name)

    def _check_ranges(self, definition: Definition, subs: tuple[Node, ...], scope: Scope) -> None:
        """Refuse a class where the definition has a row, and the other way round."""
        for place, (name, sub) in enumerate(zip(definition.formals, subs, strict=True)):
            bound = scope.find(sub.name) if isinstance(sub, Name) else None
            expected = self._formal_domain(definition, name, place)
            if bound is None or bound[1] is None or expected is None or bound[1] == expected:
                continue
            raise self.reader.builder.fail(
                f"{definition.label} is defined for 1..{expected}, but this index runs over 1..{bound[1]}",
                sub.span,
                "use an index of the same range",
            )

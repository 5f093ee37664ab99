r"""What a function takes in LaTeX: ``\log`` its bracket, fraction, sum or simple factors; ``\sigma(x)`` its bracket.

Where the argument may end in two places, the writer is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NoReturn

from nmderive.errors import NmderiveError, Span
from nmderive.notation import latex_raw as raw
from nmderive.notation.free_places import last_outside
from nmderive.notation.latex_tokens import EXTREMA, GREEK
from nmderive.notation.tree import Big, Call, Name, Negative, Node, Number, Power, Product, Sum, walk
from nmderive.notation.vocabulary import Vocabulary

_SIMPLE_LEAVES = ("NUMBER", "LETTER", "WORD")


_INNER_BRACKET = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]")


def _text(sub: Node) -> str:
    return getattr(sub, "name", "")


class Functions:
    """The part of ``latex_scope.Scope`` that reads functions; the attributes are those of the whole."""

    source: str
    vocabulary: Vocabulary
    names: Any
    is_paper: bool
    is_special: bool
    notes: list[str]
    fail: Callable[..., NmderiveError]
    only: Callable[..., Node]
    _is: Callable[..., bool]
    _big: Callable[..., tuple[Node, int]]
    _factor: Callable[..., tuple[Node, int]]
    _paper_factor: Callable[..., tuple[Node, int] | None]
    _marked_factor: Callable[..., tuple[Node, int] | None]
    _scripted: Callable[..., Node]
    _upper_end: Callable[..., Node]
    _base: Callable[..., Node]

    # Functions by name.

    def _function(self, items: tuple[raw.Item, ...], at: int, bound: tuple[str, ...]) -> tuple[Node, int]:
        item = items[at]
        assert isinstance(item.atom, raw.Leaf)
        name = item.atom.text
        if name in EXTREMA or name == "abs" and at + 1 < len(items) and isinstance(items[at + 1].atom, raw.Group):
            return self._extremum(items, at, bound)
        items, above = self._exponent_of_value(items, at, name)
        argument, after, subs = self._argument(items, at + 1, item, bound)
        span = Span(item.span.start, argument.span.end)
        if name in ("exp", "softplus"):
            self._check_scale(argument)
        is_one = isinstance(argument, Number) and argument.value == 1
        if name == "log" and is_one and re.compile(r"\s*[-+]").match(self.source, argument.span.end):
            self.is_special = True  # so that this error is the one that is said
            raise self.fail("the logarithm of 1 is 0: is this the logarithm of all that follows?", span,
                            r"write \log\left(1 - ...\right) with brackets, or leave \log 1 out")
        is_entry = self.is_paper and name in ("softmax", "log-softmax") and not subs and item.sub is not None
        if is_entry and not {*map(_text, own := self.names.subscripts(item.sub))} & {*GREEK, "T"}:
            item, subs = raw.replace(item, sub=None), own  # \text{softmax}_k(z)
        node: Node = Call(span, name, (argument,), subs)
        if item.sub is not None:
            if name != "log":
                raise self.fail(f"{name} takes no subscript here", item.span, f"write {name}(s_i)_j for an entry, and "
                                rf"\text{{{name}}}(s_i/\tau)_j for one at a temperature")
            to = self.only(item.sub, item.span)
            if isinstance(to, Name) and to.name != "e":
                self.is_special = True
                if re.search(rf"\\log_\{{?{to.name}\}}?\s*(?:\\left)?\([^=]*\)\s*&?\s*:?=", self.source):
                    raise self.fail(f"what is this log_{to.name} of?", item.span,
                                    "put what it is of into brackets, as where it is defined")
                raise self.fail(f"is this the logarithm to the base {to.name}, or a function of its own?", item.span,
                                rf"for the base write \frac{{\log x}}{{\log {to.name}}}; define a function of its own "
                                rf"after the formula: \log_{to.name}(x) = ...")
            base = Call(item.span, "log", (to,))
            node = Product(span, (node,), (base,))
        if item.sup is not None:
            node = self._powered(node, self.only(item.sup, item.span), item)
        return (node if above is None else Power(node.span, node, above)), after

    def _check_scale(self, exponent: Node) -> None:
        r"""Ask back what sigma is in e^{-\sigma(s_i - s_j)}: RankNet's scale, or the sigmoid."""
        found = next((f for f in _factors(exponent) if isinstance(f, Call) and f.name == "sigmoid"
                      and isinstance(f.args[0], Sum)
                      and self.source[f.span.start :].startswith(("\\sigma", "σ"))), None)
        if found is not None:
            self.is_special = True  # so that this error is the one that is said
            raise self.fail("is sigma a scale before this bracket, or the sigmoid?", found.span,
                            r"for a scale --let 'sigma>0'; for the sigmoid write \text{sigmoid}(...)")

    def _exponent_of_value(
        self, items: tuple[raw.Item, ...], at: int, name: str
    ) -> tuple[tuple[raw.Item, ...], Node | None]:
        r"""Return the items without the exponent after the bracket of a function, and that: \tanh(x)^2 is a square.

        A logarithm is left as it is: \log(x)^2 is written for \log(x^2), too.
        """
        follower = items[at + 1] if at + 1 < len(items) else None
        is_bracket = follower is not None and isinstance(follower.atom, raw.Group) and follower.atom.bracket != "{"
        if follower is None or not is_bracket or follower.sup is None or name in ("log", "log-softmax") or (
                items[at].sup is not None):
            return items, None
        exponent = self.only(follower.sup, follower.span)
        return (*items[: at + 1], raw.replace(follower, sup=None), *items[at + 2 :]), exponent

    def _extremum(self, items: tuple[raw.Item, ...], at: int, bound: tuple[str, ...]) -> tuple[Node, int]:
        r"""Read ``|x|``, ``\max(a, b)``, ``\max\{a, b\}`` and clip(x, a, b), whose arguments stand between commas."""
        item, name = items[at], getattr(items[at].atom, "text", "")
        follower = items[at + 1] if at + 1 < len(items) else None
        if item.sub is not None and name in ("max", "min"):
            return self._over_index(items, at, bound)
        if item.sub is not None or item.sup is not None:
            raise self.fail(f"{name} over an index is not supported", item.span,
                            f"only {name}(a, b) of written expressions is; use a smooth form such as log-sum-exp")
        if follower is None or not isinstance(follower.atom, raw.Group) or (
                len(follower.atom.content) < 2) != (name == "abs"):
            raise self.fail(f"{name} takes expressions between commas", item.span, rf"write \{name}(0, x)")
        inside = self.source[follower.atom.span.start : follower.atom.span.end].strip("()[]{}\\")
        while (outer := _INNER_BRACKET.sub("", inside)) != inside:  # the ; of max(0, f(x; W)) is another's
            inside = outer
        if any(chain.bar for chain in follower.atom.content) or ";" in inside or ":" in inside:
            raise self.fail(f"{name} takes expressions between commas, and nothing else", follower.span,
                            rf"write \{name}(0, x); over an index it is not supported")
        args = tuple(self.only((chain,), follower.atom.span) for chain in follower.atom.content)
        node: Node = Call(Span(item.span.start, follower.atom.span.end), name, args)
        if follower.sub is not None:
            raise self.fail("a subscript on a bracket has no meaning here", follower.span)
        if follower.sup is not None:
            node = Power(node.span, node, self.only(follower.sup, follower.span))
        return node, at + 2

    def _over_index(self, items: tuple[raw.Item, ...], at: int, bound: tuple[str, ...]) -> tuple[Node, int]:
        r"""Read ``\max_{k \neq j} x_k``, over an index; what is under it is a bracket, or all up to the next sign."""
        item, name = items[at], getattr(items[at].atom, "text", "")
        assert item.sub is not None
        body, end, subs = self._argument(items, at + 1, item, bound)
        if subs:
            raise self.fail("a subscript on this bracket has no meaning here", items[at + 1].span,
                            rf"put brackets around all that \{name} is of")
        if end < len(items) and not isinstance(items[at + 1].atom, raw.Group):
            raise self.fail(f"is what follows under this {name}, or a factor of it?", items[end].span,
                            rf"put brackets around all that \{name} is of")
        under = self.names.under(item.sub)
        upper = None if item.sup is None else self._upper_end(item.sup, item.span)
        is_range = under[0].relations == ("=",) and isinstance(upper, Name)
        if upper is not None and not is_range:
            raise self.fail(f"is this the upper end of the range of this {name}, or an exponent?", item.span,
                            rf"write \{name}_{{k=1}}^{{m}} x_k for a range, \left(\{name}_k x_k\right)^2 for a power")
        return Big(item.span, name, under, upper, body), end

    def _powered(self, call: Node, exponent: Node, item: raw.Item) -> Node:
        r"""Return the power that ``\sigma^2(x)`` is, or the inverse function that ``\sigma^{-1}(x)`` is."""
        name = call.name if isinstance(call, Call) else ""
        is_minus = isinstance(exponent, Negative) and isinstance(exponent.operand, Number)
        if is_minus and name == "sigmoid" and exponent.operand.value == 1:  # type: ignore[attr-defined]
            return Call(call.span, "logit", call.args, call.subs)  # type: ignore[attr-defined]
        text = self.source[item.atom.span.start : item.atom.span.end]
        if is_minus:
            raise self.fail(
                "is this the inverse function, or one over the function?", item.span,
                rf"write 1 / {text}\left(...\right) for the quotient; the inverses of \exp, \log and \sigma are "
                r"\log, \exp and \text{logit}",
            )
        if not isinstance(exponent, Number):
            raise self.fail("only a number may stand here as an exponent", exponent.span,
                            rf"put the exponent after a bracket: \left({text}(...)\right)^{{...}}")
        return Power(call.span, call, exponent)

    def _argument(
        self, items: tuple[raw.Item, ...], at: int, function: raw.Item, bound: tuple[str, ...]
    ) -> tuple[Node, int, tuple[Node, ...]]:
        """Return (argument, next position, output subscripts) of a function without its own grammar."""
        if at >= len(items) or self._is(items[at], "TIMES", "SLASH", "DOTS", "PARTIAL"):
            raise self.fail("this function has no argument", function.span)
        item = items[at]
        if isinstance(item.atom, raw.Group):
            if item.sup is not None:
                raise self.fail(
                    "the exponent after this bracket is ambiguous",
                    item.span,
                    r"write \log^2(x), \left(\log x\right)^a or \log\left((x)^a\right)",
                )
            is_log = self.is_paper and getattr(function.atom, "text", "") == "log"
            if item.sub is not None and (is_log or self._is_positive_part(item)):
                return self._base(item), at + 1, ()
            subs = self.names.subscripts(item.sub) if item.sub is not None else ()
            return self.only(item.atom.content, item.atom.span), at + 1, subs
        if self._is(item, "BIG"):
            node, end = self._big(items, at, bound)
            self._check_extent(node, items[at:end], function)
            if end < len(items):
                # A sum that binds the same letter again: log(A) B and log(A B) are both in use.
                self._refuse_extent(function, items[end].span.end)
            return node, end, ()
        is_applied = self.is_paper and self._is(item, "LETTER", "WORD") and self._paper_factor(items, at) is not None
        is_applied = is_applied or self.is_paper and self._marked_factor(items, at) is not None
        if is_applied or self._is(item, "FUNC") or self._applies(items, at) or isinstance(item.atom, raw.Fraction):
            node, end = self._factor(items, at, bound)
            if isinstance(item.atom, raw.Fraction) and self._is_mean(node, items, end):
                return (*self._with_mean(node, items, end, bound), ())
            self._refuse_after_function(items, end, function)
            return node, end, ()
        return (*self._simple_factors(items, at, function), ())

    def _is_positive_part(self, item: raw.Item) -> bool:
        """Tell whether the script below a bracket is a plus: [x]_+ is max(0, x)."""
        one = item.sub is not None and len(item.sub) == 1
        subs: tuple[Node, ...] = self.names.subscripts(item.sub) if one else ()
        return len(subs) == 1 and getattr(subs[0], "text", getattr(subs[0], "name", "")) == "plus"

    def _is_mean(self, factor: Node, items: tuple[raw.Item, ...], at: int) -> bool:
        r"""Tell whether a number stands before a sum: ``\log \frac{1}{m} \sum_j x_j`` is the log of a mean."""
        return at < len(items) and self._is(items[at], "BIG") and _is_number(factor)

    def _with_mean(
        self, factor: Node, items: tuple[raw.Item, ...], at: int, bound: tuple[str, ...]
    ) -> tuple[Node, int]:
        node, end = self._big(items, at, bound)
        self.notes.append("a function before a factor and a sum is that of their product")
        return Product(Span(factor.span.start, node.span.end), (factor, node)), end

    def _simple_factors(self, items: tuple[raw.Item, ...], at: int, function: raw.Item) -> tuple[Node, int]:
        factors = []
        while at < len(items) and self._is_simple(items, at):
            factors.append(self._scripted(items[at]))
            at += 1
        self._refuse_after_function(items, at, function)
        is_transposed = isinstance(factors[0], Power) and getattr(factors[0].exponent, "name", "") == "top"
        if len(factors) > 1 and is_transposed:  # the product of a row of logarithms, or the logarithm of a product
            self._refuse_extent(function, factors[-1].span.end)
        span = Span(factors[0].span.start, factors[-1].span.end)
        return (factors[0] if len(factors) == 1 else Product(span, tuple(factors))), at

    def _is_simple(self, items: tuple[raw.Item, ...], at: int) -> bool:
        item = items[at]
        if isinstance(item.atom, raw.Accent | raw.Root):
            return True
        return self._is(item, *_SIMPLE_LEAVES) and not self._applies(items, at)

    def _refuse_after_function(self, items: tuple[raw.Item, ...], at: int, function: raw.Item) -> None:
        if self.is_paper and self._is_weight(items, at):
            return
        if at < len(items) and not self._is(items[at], "FUNC", "BIG"):
            self._refuse_extent(function, items[at].span.end)

    def _is_weight(self, items: tuple[raw.Item, ...], at: int) -> bool:
        """Tell whether a label or an indicator comes next: it weighs the logarithm before it, log 0 makes no sense."""
        at += 1 if at < len(items) and self._is(items[at], "TIMES") else 0
        if at >= len(items) or not self._is(items[at], "LETTER"):
            return False
        name = getattr(items[at].atom, "text", "")
        is_label = name in ("y", "t") and items[at].sub is not None and at == len(items) - 1
        if is_label:
            self.notes.append(f"the label {name} after the logarithm multiplies it")
        return name == "indicator" or is_label

    # Functions by letter: f(s_{i,j}), \sigma(x).

    def _applies(self, items: tuple[raw.Item, ...], at: int) -> bool:
        """Tell whether the letter at ``at`` is a function applied to the bracket after it."""
        item = items[at]
        if not self._is(item, "LETTER") or at + 1 >= len(items) or item.sub is not None:
            return False
        assert isinstance(item.atom, raw.Leaf)
        follower, name = items[at + 1], item.atom.text
        if not isinstance(follower.atom, raw.Group) or follower.atom.bracket == "{":
            return False
        if name in self.vocabulary.functions or name in self.vocabulary.scalars:
            return name in self.vocabulary.functions
        return name == "sigma" or (name in "fgh" and self._holds_one_entry(follower.atom))

    def _holds_one_entry(self, group: raw.Group) -> bool:
        if len(group.content) != 1 or len(group.content[0].parts) != 1:
            return False
        terms = group.content[0].parts[0].terms
        if len(terms) != 1 or len(terms[0][1]) != 1:
            return False
        item = terms[0][1][0]
        return (
            self._is(item, "LETTER")
            and item.sub is not None
            and item.sup is None
            and getattr(item.atom, "text", "") in self.vocabulary.logits
        )

    def _application(self, items: tuple[raw.Item, ...], at: int) -> tuple[Node, int]:
        item, follower = items[at], items[at + 1]
        assert isinstance(item.atom, raw.Leaf) and isinstance(follower.atom, raw.Group)
        name = item.atom.text
        if name == "sigma" and name not in self.vocabulary.functions:
            name = "sigmoid"
        args = tuple(self.only((c,), follower.atom.span) for c in follower.atom.content)
        subs = self.names.subscripts(follower.sub) if follower.sub is not None else ()
        node: Node = Call(Span(item.span.start, follower.atom.span.end), name, args, subs)
        if item.sup is not None:
            node = self._powered(node, self.only(item.sup, item.span), item)
        if follower.sup is not None:
            node = Power(node.span, node, self.only(follower.sup, follower.span))
        return node, at + 2

    def _check_extent(self, node: Node, items: tuple[raw.Item, ...], function: raw.Item) -> None:
        r"""Refuse ``\log \sum_j a_j \cdot \log b``: plain letters at the end of a sum belong to it, more does not."""
        last = last_outside(node)
        if last is None:
            return
        has_sign = any(self._is(item, "TIMES") and item.span.end <= last.span.start for item in items)
        if has_sign or not isinstance(last, Name | Number):
            self._refuse_extent(function, last.span.end)

    def _refuse_extent(self, function: raw.Item, end: int) -> NoReturn:
        name = self.source[function.span.start : function.span.end]
        raise self.fail(
            f"where the argument of {name} ends is ambiguous", Span(function.span.start, end),
            rf"write {name}\left(...\right) with brackets",
        )


def _factors(node: Node) -> tuple[Node, ...]:
    """Return the factors of a term, its sign left aside."""
    node = node.operand if isinstance(node, Negative) else node
    return node.above if isinstance(node, Product) else (node,)


def _is_number(node: Node) -> bool:
    """Tell whether an expression is made of numbers and letters without an index."""
    return not any(isinstance(x, Call) or isinstance(x, Name) and x.subs for x in walk(node))

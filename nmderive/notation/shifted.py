r"""Class indices that are counted modulo m: ``j+d``, ``2j-1``, ``(j+d) \bmod m``, and m itself, the last class.

In LaTeX a subscript or a side of a condition is a row of letters and numbers; its arithmetic becomes the same tree
that the text form has, with ``Call("mod", (j + d, m))`` where the modulus is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sympy import Expr, Integer, Rational

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.symbols import M, N
from nmderive.errors import NmderiveError, ParseError
from nmderive.notation import latex_raw as raw
from nmderive.notation.scope import Scope
from nmderive.notation.tree import Call, Name, Negative, Node, Number, Product, Sum, walk

if TYPE_CHECKING:
    from nmderive.notation.builder import Builder

#: What is said where a shift is written without its modulus.
NOTE = "class indices are counted modulo m"
_WORDS = ("mod", "bmod")
_LARGEST = 1000


def is_shifted(node: Node) -> bool:
    """Tell whether an index is arithmetic on indices."""
    return isinstance(node, Sum | Negative | Product) or isinstance(node, Call) and node.name == "mod"


def letters_of(sub: Node) -> Iterator[Name]:
    """Yield the index letters of a subscript; m, the modulus or the last class, is none."""
    if isinstance(sub, Name):
        yield sub
    elif is_shifted(sub):
        yield from (a for a in walk(sub) if isinstance(a, Name) and a.name != "m")


def is_arithmetic(expression: raw.Expression) -> bool:
    r"""Tell whether a row of a subscript adds, multiplies or counts modulo: ``j+d``, ``2j``, ``-j``, ``j \bmod m``."""
    if len(expression.terms) != 1 or expression.terms[0][0] != "+":
        return True
    items = expression.terms[0][1]
    return any(_is_modulus(item) for item in items) or _is_multiple(items)


def _is_modulus(item: raw.Item) -> bool:
    return isinstance(item.atom, raw.Leaf) and item.atom.kind == "WORD" and item.atom.text.strip() in _WORDS


def _is_multiple(items: tuple[raw.Item, ...]) -> bool:
    kinds = [item.atom.kind if isinstance(item.atom, raw.Leaf) else "" for item in items]
    return kinds in (["NUMBER", "LETTER"], ["NUMBER", "TIMES", "LETTER"]) and items[0].sub is None


def arithmetic(expression: raw.Expression, source: str) -> Node:
    """Return the tree of a shifted class index."""
    *before, (sign, last) = expression.terms
    at = next((k for k, item in enumerate(last) if _is_modulus(item)), len(last))
    terms = [_signed(s, _term(items, expression, source)) for s, items in before]
    terms.append(_signed(sign, _term(last[:at], expression, source)))
    node = terms[0] if len(terms) == 1 else Sum(expression.span, tuple(terms))
    if at == len(last):
        return node
    modulus = _letter(last[at + 1 :], expression, source)
    return Call(expression.span, "mod", (node, modulus))


def _signed(sign: str, node: Node) -> Node:
    return Negative(node.span, node) if sign == "-" else node


def _term(items: tuple[raw.Item, ...], whole: raw.Expression, source: str) -> Node:
    """Return a letter, a number, a number times a letter, or a bracket."""
    plain = [item for item in items if not (isinstance(item.atom, raw.Leaf) and item.atom.kind == "TIMES")]
    if len(plain) == 1 and isinstance(plain[0].atom, raw.Group) and plain[0].sub is None and plain[0].sup is None:
        content = plain[0].atom.content
        if len(content) == 1 and len(content[0].parts) == 1:
            return arithmetic(content[0].parts[0], source)
    if len(plain) == 2:
        number, letter = (_leaf(item, whole, source) for item in plain)
        if isinstance(number, Number) and isinstance(letter, Name):
            return Product(whole.span, (number, letter))
    if len(plain) == 1:
        return _leaf(plain[0], whole, source)
    raise _refused(whole, source)


def _leaf(item: raw.Item, whole: raw.Expression, source: str) -> Node:
    atom = item.atom
    if isinstance(atom, raw.Leaf) and item.sup is None:
        if atom.kind == "LETTER" and item.sub is None:
            return Name(item.span, atom.text)
        if atom.kind == "LETTER" and len(item.sub or ()) == 1:
            number = (item.sub or ())[0].parts[0].terms[0][1][0].atom
            if isinstance(number, raw.Leaf) and number.kind == "NUMBER":
                return Name(item.span, f"{atom.text}{number.text}")
        if atom.kind == "NUMBER" and item.sub is None and "." not in atom.text:
            return Number(item.span, Rational(atom.text))
    raise _refused(whole, source)


def _letter(items: tuple[raw.Item, ...], whole: raw.Expression, source: str) -> Node:
    r"""Return the modulus: a letter, or a letter in braces as in ``\pmod{m}``."""
    if len(items) == 1 and isinstance(items[0].atom, raw.Group) and len(items[0].atom.content) == 1:
        items = items[0].atom.content[0].parts[0].terms[0][1]
    if len(items) != 1:
        raise _refused(whole, source)
    return _leaf(items[0], whole, source)


def _refused(whole: raw.Expression, source: str) -> NmderiveError:
    return ParseError(
        "this arithmetic on indices is not supported", source=source, span=whole.span,
        hint=r"a class index is a sum of letters and whole numbers, counted modulo m: j+d, 2j-1, (j+d) \bmod m",
    )


class Shifted:
    """The part of ``names.NameReader`` that reads shifted class indices; the attributes are those of the whole."""

    builder: Builder
    place: Callable[..., Expr]
    range_of: Callable[..., Expr | None]

    def is_last_class(self, node: Node, scope: Scope) -> bool:
        """Tell whether an index is m itself."""
        if not isinstance(node, Name) or node.subs or node.mark or scope.find(node.name) is not None:
            return False
        return bool(self.builder.sizes.get(node.name) == M)

    def shifted(self, node: Node, scope: Scope, is_class: bool) -> Expr:
        """Return the class of 1..m that a sum of indices is, modulo m."""
        builder = self.builder
        if not is_class:
            raise builder.fail("arithmetic on samples is not supported", node.span,
                                      "class indices are counted modulo m, samples are not counted in a circle")
        if builder.class_base == 0:
            raise builder.fail("class indices are shifted while classes are counted from 0", node.span,
                                      "count classes from 1")
        combination = self._combination(node, scope)
        is_modular = any(isinstance(a, Call) for a in walk(node))
        if isinstance(combination, Integer) and combination > 0 and is_shifted(node) and not is_modular:
            raise builder.fail("this class comes after the last one", node.span,
                               r"count that class among the m: let it be m, and sum over the others, \sum_{j=1}^{m-1}")
        place = Cyclic(combination)
        if is_shifted(node) and not any(isinstance(a, Call) for a in walk(node)):
            builder.notes.append(NOTE)
        return place

    def _combination(self, node: Node, scope: Scope) -> Expr:
        if isinstance(node, Number):
            if node.value.q != 1 or abs(node.value) > _LARGEST:
                raise self.builder.fail("an index is a small whole number", node.span, "write an index such as j+1")
            return Integer(node.value)
        if self.is_last_class(node, scope):
            return Integer(0)
        if isinstance(node, Name):
            if self.range_of(node, scope) == N:
                raise self.builder.fail(f"{node.name} is a sample (1..n), but classes are counted here", node.span,
                                        "only class indices are shifted")
            return self.place(node, scope)
        if isinstance(node, Negative):
            return -self._combination(node.operand, scope)
        if isinstance(node, Sum):
            return sum((self._combination(a, scope) for a in node.terms), Integer(0))
        if isinstance(node, Product) and not node.below:
            return self._multiple(node, scope)
        if isinstance(node, Call) and node.name == "mod" and len(node.args) == 2:
            if not self.is_last_class(node.args[1], scope):
                raise self.builder.fail("classes are counted modulo m, their number", node.args[1].span,
                                        "write m, or the letter that is declared to be their number")
            return self._combination(node.args[0], scope)
        raise self.builder.fail("this is not an index", node.span,
                                "a class index is a sum of letters and whole numbers, counted modulo m")

    def _multiple(self, node: Product, scope: Scope) -> Expr:
        factors = [self._combination(a, scope) for a in node.above]
        letters = [a for a in factors if not isinstance(a, Integer)]
        if len(letters) > 1:
            raise self.builder.fail("indices are multiplied here", node.span, "an index is multiplied by a number only")
        product = Integer(1)
        for factor in factors:
            product = product * factor
        return product.expand()


__all__ = ["NOTE", "Shifted", "arithmetic", "is_arithmetic", "is_shifted", "letters_of"]

"""Letters with subscripts: which subscript letters are indices, which are labels; what a sum binds."""

from __future__ import annotations

import re
from typing import Any

from sympy import Rational

from nmderive.errors import NmderiveError, Span, UnsupportedError
from nmderive.notation import latex_raw as raw
from nmderive.notation.latex_fonts import SAID_IN_WORDS
from nmderive.notation.paper_names import MEMBERS, PaperNames
from nmderive.notation.shifted import arithmetic, is_arithmetic
from nmderive.notation.tree import Call, Chain, Name, Node, Number, Product, Word
from nmderive.notation.vocabulary import INDEX_LETTERS, LABEL_WORDS, Vocabulary

#: Words that a space sets apart from the formula that they follow.
_SET_APART = re.compile(r"\\[a-z]+\s*\{(?:\s|~|\\[ ,;:])")
#: An entry of a Latin letter, p_y, at the end of what stands before a word.
_AFTER_ENTRY = re.compile(r"(?<![A-Za-z\\])[A-Za-z]\s*_\s*(?:\w|\{[^{}]*\})(?:\s|~|\\[ ,;:!]|\\q?quad)*\Z")


class Names(PaperNames):
    """Reads names of one source; ``scope`` reports errors."""

    def __init__(self, source: str, vocabulary: Vocabulary, scope: Any) -> None:
        self.source = source
        self.vocabulary = vocabulary
        self.scope = scope

    def plain(self, item: raw.Item) -> Node:
        """Return the name or number of an item, its superscript left aside."""
        atom, mark = item.atom, ""
        if isinstance(atom, raw.Accent):
            mark, inner = atom.mark, self._single(atom.content, item.span)
            own = inner.sub if inner.sub is not None else item.sub
            atom = inner.atom
        else:
            own = item.sub
        if not isinstance(atom, raw.Leaf) or atom.kind not in ("LETTER", "NUMBER", "WORD"):
            raise self.scope.fail("expected a letter here", item.span)
        if atom.kind == "NUMBER":
            if own is not None:
                raise self.scope.fail("a number has no subscript", item.span)
            if "e" in atom.text.lower():
                digits, _, power = atom.text.lower().partition("e")
                self.scope.notes.append(f"{atom.text} is {digits} * 10^{int(power)}, as programs write numbers")
            return Number(item.span, Rational(atom.text))
        if atom.kind == "WORD":
            self._check_word(atom)
        subs = () if own is None else self.subscripts(own)
        number = subs[0] if len(subs) == 1 and isinstance(subs[0], Number) else None
        if number is not None and number.value > 9 and atom.text in self.vocabulary.logits | {"t", "p", "y"}:
            digits = str(number.value)
            raise self.scope.fail("is this one index, or two?", number.span,
                                  f"write both with a comma: {digits[0]},{digits[1:]}, or 1,{digits} for entry "
                                  f"{digits} of one row")
        return Name(item.span, atom.text, subs, mark)

    def _check_word(self, atom: raw.Leaf) -> None:
        r"""Refuse words that speak to the reader, \text{ per token}: as a letter they would be a factor."""
        is_case = atom.text in ("otherwise", "else")
        is_size = re.search(rf"\^\s*\{{\s*\\\w+\s*\{{\s*{re.escape(atom.text)}", self.source) is not None
        is_said = " " in atom.text and not is_size or not is_case and self._is_after_entry(atom)
        if is_said or not is_case and _SET_APART.match(self.source, atom.span.start):
            self.scope.is_special = True
            raise self.scope.fail("words in a formula are not read", atom.span, SAID_IN_WORDS)

    def _is_after_entry(self, atom: raw.Leaf) -> bool:
        r"""Tell whether a word that nothing defines stands after an entry, p_y~\text{mean}: it is no factor."""
        if not atom.text.islower() or len(atom.text) < 3:
            return False
        is_defined = re.search(rf"{re.escape(atom.text)}\s*\}}\s*(?:[_^(:]|&?\s*=)", self.source) is not None
        return not is_defined and _AFTER_ENTRY.search(self.source[: atom.span.start]) is not None

    def _single(self, content: tuple[raw.Chain, ...], span: Span) -> raw.Item:
        if len(content) == 1 and len(content[0].parts) == 1:
            terms = content[0].parts[0].terms
            if len(terms) == 1 and terms[0][0] == "+" and len(terms[0][1]) == 1:
                return terms[0][1][0]
        raise self.scope.fail("expected a single letter here", span)

    def subscripts(self, content: tuple[raw.Chain, ...]) -> tuple[Node, ...]:
        """Return the subscripts of a letter: indices, integers and labels."""
        pair = self._digit_and_letter(content)
        if pair is not None:
            return pair
        found: list[Node] = []
        for chain in content:
            if len(chain.parts) != 1:
                raise self.scope.fail("a relation cannot stand in this subscript", chain.parts[0].span,
                                      r"write an indicator, \mathbb{1}[y_i > j]")
            found.extend(self._row(chain.parts[0]))
        return tuple(found)

    def _digit_and_letter(self, content: tuple[raw.Chain, ...]) -> tuple[Node, ...] | None:
        """Return the two indices of s_{1j}, which no comma parts; after a comma, s_{i,2j}, it is a product."""
        items = content[0].parts[0].terms[0][1] if len(content) == 1 and len(content[0].parts) == 1 else ()
        if len(items) != 2 or len(content[0].parts[0].terms) != 1 or any(a.sub or a.sup for a in items):
            return None
        digit, letter = (a.atom for a in items)
        if not isinstance(digit, raw.Leaf) or not isinstance(letter, raw.Leaf) or (
                digit.kind, letter.kind) != ("NUMBER", "LETTER") or content[0].parts[0].terms[0][0] != "+":
            return None
        if len(digit.text) > 1:
            raise self.scope.fail("is this two indices, or a product?", content[0].parts[0].span,
                                  f"write two indices with a comma: {digit.text},{letter.text}")
        return Number(digit.span, Rational(digit.text)), Name(letter.span, letter.text)

    def _row(self, expression: raw.Expression) -> list[Node]:
        if is_arithmetic(expression):
            return [self._arithmetic(expression)]
        found: list[Node] = []
        run: list[raw.Leaf] = []
        for item in expression.terms[0][1]:
            atom = item.atom
            plain_letter = isinstance(atom, raw.Leaf) and atom.kind == "LETTER" and item.sub is None
            if plain_letter and item.sup is None:
                assert isinstance(atom, raw.Leaf)
                if run and run[-1].span.end != atom.span.start:
                    found, run = found + self._letters(run), []
                run.append(atom)
                continue
            word = self._numbered_word(run, item)
            if word is not None:
                found, run = [*found, word], []
                continue
            found, run = found + self._letters(run), []
            found.append(self._other(item))
        return found + self._letters(run)

    def _arithmetic(self, expression: raw.Expression) -> Node:
        """Return a class index that is counted modulo m; in a published formula it may be meant otherwise."""
        if self.scope.is_paper:
            raise UnsupportedError(
                "arithmetic on indices is not supported in a published formula",
                source=self.source,
                span=expression.span,
                hint="write logits s_{i,j} and labels t_{i,j}: then class indices are counted modulo m",
            )
        return arithmetic(expression, self.source)

    def _numbered_word(self, run: list[raw.Leaf], item: raw.Item) -> Node | None:
        """Return the label that ``neg_1`` is, None if the letters are indices."""
        atom = item.atom
        is_letter = isinstance(atom, raw.Leaf) and atom.kind == "LETTER" and item.sub is not None
        if len(run) < 2 or not is_letter or run[-1].span.end != atom.span.start:
            return None
        assert isinstance(atom, raw.Leaf)
        label = self._numbered(atom, item)
        word = "".join(leaf.text for leaf in run)
        text = f"{word}{atom.text}_{getattr(label, 'name', '')[len(atom.text) :]}"
        return Word(Span(run[0].span.start, item.span.end), text)

    def _other(self, item: raw.Item) -> Node:
        atom = item.atom
        if self.scope.is_paper and isinstance(atom, raw.Accent) and item.sup is None:
            return self.plain(item)  # the class of a complementary or noisy label
        if self.scope.is_paper and isinstance(atom, raw.Leaf) and atom.kind == "LETTER" and item.sup is not None:
            found = self.superscripted(self.plain(item), item)
            if isinstance(found, Name):
                return found
        if isinstance(atom, raw.Leaf) and item.sup is None:
            if atom.kind == "NUMBER" and item.sub is None and "." not in atom.text:
                return Number(item.span, Rational(atom.text))
            if atom.kind in ("WORD", "FUNC") and item.sub is None:
                return Word(item.span, atom.text.strip().replace(" ", "_").replace("-", "_"))
            if atom.kind == "LETTER" and item.sub is not None:
                return self._numbered(atom, item)
        raise UnsupportedError(
            "this cannot stand as an index",
            source=self.source,
            span=item.span,
            hint="an index is a letter or a positive integer"
            + (r"; number the items in their order: s_i for s_{\pi(i)}" if isinstance(atom, raw.Group) else ""),
        )

    def _numbered(self, atom: raw.Leaf, item: raw.Item) -> Node:
        subs = self.subscripts(item.sub or ())
        if self.scope.is_paper and atom.kind == "LETTER" and all(isinstance(s, Name) for s in subs):
            return Name(item.span, atom.text, subs)
        if len(subs) == 1 and isinstance(subs[0], Number):
            return Name(item.span, f"{atom.text}{subs[0].value}")
        raise UnsupportedError(
            "an index with an index of its own is not supported",
            source=self.source,
            span=item.span,
            hint="for the target of a row use one-hot labels t_{i,j}, or a fixed target index t",
        )

    def _letters(self, run: list[raw.Leaf]) -> list[Node]:
        if not run:
            return []
        word = "".join(leaf.text for leaf in run)
        span = Span(run[0].span.start, run[-1].span.end)
        more = frozenset("nmyup") if self.scope.is_paper else frozenset()
        known = INDEX_LETTERS | self.vocabulary.indices | more
        is_triple = self.scope.is_paper and len(run) == 3 and set(word) <= set("uvijkln")
        is_last_class = len(run) == 2 and run[1].text == "m"
        is_pair = len(run) == 2 and word not in LABEL_WORDS and all(
            a.text.replace("prime", "") in known or is_last_class and a is run[1] for a in run)
        if len(run) == 1 or is_triple or is_pair:
            return [Name(leaf.span, leaf.text) for leaf in run]
        return [Word(span, word)]

    def under(self, content: tuple[raw.Chain, ...]) -> tuple[Chain, ...]:
        """Return what stands under a sum, one chain per item."""
        found: list[Chain] = []
        for chain in content:
            if len(chain.parts) == 1:
                brace = self._brace(chain.parts[0])
                if brace is not None:
                    found.extend(self.under(brace))
                    continue
                found.extend(Chain(node.span, (node,)) for node in self._row(chain.parts[0]))
            else:
                found.append(self.chain(chain))
        return tuple(found)

    def _brace(self, expression: raw.Expression) -> tuple[raw.Chain, ...] | None:
        items = expression.terms[0][1]
        if len(items) == 1 and isinstance(items[0].atom, raw.Group) and len(expression.terms) == 1:
            return items[0].atom.content
        return None

    def indicators(self, chain: raw.Chain, span: Span) -> Node:
        """Return the indicator of a relation; that of 0 < x < 1 is the product of both relations'."""
        if len(chain.relations) < 2 or not any(map(_has_entry, chain.parts)) or not (
                set(chain.relations) <= {"<", ">", "<=", ">="}):
            return Call(span, "iverson", (self.relation(chain),))
        pairs = [raw.Chain(chain.parts[k : k + 2], (r,)) for k, r in enumerate(chain.relations)]
        return Product(span, tuple(Call(span, "iverson", (self.relation(pair),)) for pair in pairs))

    def relation(self, chain: raw.Chain) -> Chain:
        r"""Return what stands in an indicator: a relation of indices, or of values, [x > 0] and [x_j = \max_k x_k]."""
        try:
            return self._of_values(chain) if any(map(_is_of_values, chain.parts)) else self.chain(chain)
        except NmderiveError:
            if not set(chain.relations) <= {"<", ">", "<=", ">=", "=", "!="} or not any(map(_has_entry, chain.parts)):
                raise
            return self._of_values(chain)

    def _of_values(self, chain: raw.Chain) -> Chain:
        parts = tuple(self.scope.expression(p) for p in chain.parts)
        return Chain(Span(parts[0].span.start, parts[-1].span.end), parts, chain.relations)

    def chain(self, chain: raw.Chain) -> Chain:
        """Return a chain of relations between indices, integers, sizes and sets."""
        parts = tuple(self._part(p) for p in chain.parts)
        if chain.relations == ("in",) and getattr(parts[1], "name", "") == "tuple":
            raise self.scope.fail("this is no set that an index runs over", parts[1].span,
                                  "write the sum out, one term for each member")
        return Chain(Span(parts[0].span.start, parts[-1].span.end), parts, chain.relations)

    def _part(self, expression: raw.Expression) -> Node:
        content = self._brace(expression)
        if content is not None and self._is_bracketed(content, expression):
            return self._part(content[0].parts[0])
        if content is not None and self.scope.is_paper and (members := self._members(content, expression.span)):
            return Name(expression.span, MEMBERS, members)
        if content is not None and self.scope.is_paper and len(content) > 1 and self._is_tuple(content, expression):
            letters = tuple(self._part(c.parts[0]) for c in content)
            return Name(expression.span, "tuple", letters)
        if content is not None:
            return self._range(content, expression)
        if len(expression.terms) == 1 and expression.terms[0][0] == "+":
            items = expression.terms[0][1]
            row_set = self.row_set(items) if self.scope.is_paper else None
            if row_set is not None:
                return row_set
            if len(items) == 1 and (items[0].sup is None or self.scope.is_paper):
                node = self.plain(items[0])
                if items[0].sup is not None:
                    labelled = self.superscripted(node, items[0])
                    if labelled is None:
                        self.scope.is_special = True  # so that this error is the one that is said
                        raise self.scope.fail("what does this stand for?", items[0].span,
                                              "give it a letter of its own, without a superscript")
                    node = labelled
                if isinstance(node, Name) and len(node.subs) == 1 and isinstance(node.subs[0], Number):
                    return Name(node.span, f"{node.name}{node.subs[0].value}")
                return node
        if is_arithmetic(expression) and not self.scope.is_paper:
            return arithmetic(expression, self.source)
        raise UnsupportedError(
            "only indices, integers, n, m and class sets can stand in a condition",
            source=self.source,
            span=expression.span,
            hint=r"give the set one letter, k \in \mathcal{P}, or say by indices what the sum runs over",
        )

    def _is_bracketed(self, content: tuple[raw.Chain, ...], expression: raw.Expression) -> bool:
        r"""Tell whether TeX's own braces, no set's \{, hold one part: {y_i}, put in for the y of a definition."""
        atom = expression.terms[0][1][0].atom
        is_set = self.source[atom.span.start : atom.span.start + 1] == "\\"
        return getattr(atom, "bracket", "") in "({" and not is_set and len(content) == 1 and len(content[0].parts) == 1

    def _is_tuple(self, content: tuple[raw.Chain, ...], expression: raw.Expression) -> bool:
        """Tell whether a round bracket holds letters only: (u, i, j), (x_i, y_i)."""
        bracket = getattr(expression.terms[0][1][0].atom, "bracket", "")
        return bracket == "(" and all(self.single_letter(c) is not None for c in content)

    def _range(self, content: tuple[raw.Chain, ...], expression: raw.Expression) -> Node:
        """Return the size that [m], [1, m] or {1, ..., m} runs up to; {1, m} would be a set of two."""
        span = expression.span
        node = self._part(content[-1].parts[0])
        atoms: list[raw.Atom | None] = [c.parts[0].terms[0][1][0].atom for c in content[:-1]]
        first, *middle = atoms or [None]
        is_interval = getattr(expression.terms[0][1][0].atom, "bracket", "") == "["
        has_dots = any(getattr(atom, "kind", "") == "DOTS" for atom in middle)
        starts_at_one = first is None or (getattr(first, "text", "") == "1" and (has_dots or is_interval))
        if isinstance(node, Name) and not node.subs and starts_at_one:
            return Name(span, node.name, (), "range")
        raise self.scope.fail(
            "not a range of indices", span, r"write j \in \{1, \dots, m\} or \sum_{j=1}^{m}"
        )

    def letters_under(self, content: tuple[raw.Chain, ...]) -> set[str]:
        """Return all letters that stand in a subscript of a sum."""
        return {p.name for chain in self.under(content) for p in chain.parts if isinstance(p, Name)}

    def bound_letters(
        self, content: tuple[raw.Chain, ...], outer: tuple[str, ...], innermost: tuple[str, ...]
    ) -> tuple[str, ...]:
        r"""Return the letters that a sum with this subscript binds among letters bound outside.

        ``outer`` are all of those, ``innermost`` the ones of the sum in whose product it stands:
        ``\sum_{k \neq j} a_k \sum_{k \neq j} b_k`` binds k again. A condition binds what is not bound yet.
        """
        letters: list[str] = []
        after_exclusion = False
        for chain in self.under(content):
            names = [p.name for p in chain.parts if isinstance(p, Name) and not p.subs and not p.mark]
            names = [n for n in names if n not in ("n", "m")]
            if not chain.relations:
                letters.extend(n for n in names if not (after_exclusion and n in (*outer, *letters)))
                continue
            after_exclusion = chain.relations == ("!=",)
            if names and chain.relations[0] in ("=", "in"):
                letters.append(names[0])
            elif names and names[0] not in letters:
                new = [n for n in names if n not in outer and n not in letters]
                again = [n for n in names if n in innermost] if names[0] in innermost else []
                letters.extend(new if new or set(names).intersection(letters) else again)
        return tuple(letters)


def _is_of_values(expression: raw.Expression) -> bool:
    """Tell whether a maximum over an index, or a sum with an entry of an array, stands in an expression."""
    items = [item for _, term in expression.terms for item in term if item.sub is not None]
    return len(expression.terms) > 1 and bool(items) or any(
        getattr(item.atom, "text", "") in ("max", "min") for item in items)


def _has_entry(expression: raw.Expression) -> bool:
    """Tell whether a letter with a subscript stands in an expression."""
    return any(item.sub is not None for _, term in expression.terms for item in term)

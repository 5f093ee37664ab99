r"""Definitions with arguments are put in before a published formula is parsed: \ell(y, f) = ... used as \ell(k, f).

The arguments of the use take the places of the letters of the head. Letters that the definition binds itself get a
prime where the arguments have them too, so that nothing is bound that was free.
"""

from __future__ import annotations

from dataclasses import replace

from lark import Token

from nmderive.notation.brackets import closing
from nmderive.notation.chunks import RawChunk

Tokens = tuple[Token, ...]
#: Formulas that grow beyond this are left as they are.
_MAX_TOKENS = 4_000
_SEPARATORS = ("COMMA", "SEP")


def with_applied(chunks: list[RawChunk]) -> list[RawChunk]:
    """Return the formulas with what is defined with arguments put in where it is used with others."""
    for chunk in list(chunks):
        head = _head(chunk)
        if head is None or chunk not in chunks:
            continue
        name, formals = head
        others = [c for c in chunks if c is not chunk]
        uses = [use for c in others for side in c.sides for use in _uses(side, name)]
        is_called = uses and all(len(arguments) == len(formals) for _, _, arguments in uses)
        is_needed = chunk.sides[0][0].type == "FUNC" or _is_needed(formals, uses, chunk.sides[1])
        if not is_called or _uses(chunk.sides[1], name) or not is_needed:
            continue
        made = [replace(c, sides=tuple(_put_in(side, name, formals, chunk.sides[1]) for side in c.sides))
                for c in others]
        if sum(len(side) for c in made for side in c.sides) <= _MAX_TOKENS:
            chunks = made
    return chunks


def _head(chunk: RawChunk) -> tuple[list[str], list[str]] | None:
    """Return (name, letters of the arguments) of a definition; None where it has no such head."""
    if len(chunk.sides) != 2:
        return None
    head = chunk.sides[0]
    if not head or not chunk.sides[1]:
        return None
    start = next((k for k, t in enumerate(head) if t.type == "LPAR"), 0)
    is_own = head[0].type in ("LETTER", "WORD") or head[0].type == "FUNC" and start > 1  # \log_t(x) = ...
    if not start or closing(head, start) != len(head) - 1 or not is_own:
        return None
    formals = [[str(t) for t in part] for part in _parts(head[start + 1 : -1])]
    is_plain = all(len(a) == 1 and t.type == "LETTER" for a, t in zip(formals, head[start + 1 :: 2], strict=False))
    letters = [a[0] for a in formals if a]
    if not is_plain or len(set(letters)) != len(formals):
        return None
    return [str(t) for t in head[:start]], letters


def _is_needed(formals: list[str], uses: list[tuple[int, int, list[Tokens]]], body: Tokens) -> bool:
    """Tell whether a function of one argument has it as an index, or always stands with the letter of its head.

    Other functions of one argument are functions of a value, which are known without this.
    """
    below = {str(b) for a, b in zip(body, body[1:], strict=False) if a.type == "SUB"}
    below |= {str(body[k]) for k in _subscripts(body)}
    return len(formals) > 1 or formals[0] in below or all(
        [str(t) for t in a] == formals for _, _, arguments in uses for a in arguments)


def _parts(inside: Tokens) -> list[Tokens]:
    """Return the arguments between the commas."""
    found: list[list[Token]] = [[]]
    depth = 0
    for token in inside:
        depth += (token.type in ("LPAR", "LBRACK", "LBRACE")) - (token.type in ("RPAR", "RBRACK", "RBRACE"))
        if depth == 0 and token.type in _SEPARATORS:
            found.append([])
        else:
            found[-1].append(token)
    return [tuple(part) for part in found]


def _uses(side: Tokens, name: list[str]) -> list[tuple[int, int, list[Tokens]]]:
    """Return (start, end, arguments) of every place where the name stands before a bracket."""
    found = []
    size = len(name)
    for at in range(len(side) - size):
        if [str(t) for t in side[at : at + size]] == name and side[at + size].type == "LPAR":
            end = closing(side, at + size)
            found.append((at, end, _parts(side[at + size + 1 : end])))
    return found


def _put_in(side: Tokens, name: list[str], formals: list[str], body: Tokens) -> Tokens:
    """Return a side with the definition in the places where it is used."""
    for at, end, arguments in reversed(_uses(side, name)):
        inner = _at_arguments(_bound_anew(body, arguments), dict(zip(formals, arguments, strict=True)))
        place = side[at].start_pos or 0, side[end].end_pos
        is_argument = at > 0 and side[at - 1].type == "FUNC"
        kinds = (("LPAR", "("), ("RPAR", ")")) if is_argument else (("LBRACE", "{"), ("RBRACE", "}"))
        opened, closed = (Token(kind, text, place[0], end_pos=place[1]) for kind, text in kinds)
        side = (*side[:at], opened, *inner, closed, *side[end + 1 :])
    return side


def _bound_anew(body: Tokens, arguments: list[Tokens]) -> Tokens:
    """Return the body with a prime on the letters that it binds and the arguments have, too."""
    taken = {str(t) for part in arguments for t in part if t.type == "LETTER"}
    bound = set()
    for k, token in enumerate(body):
        if token.type == "BIG" and [t.type for t in body[k + 1 : k + 3]] == ["SUB", "LBRACE"]:
            bound.add(str(body[k + 3]))
        elif token.type == "BIG" and k + 2 < len(body) and body[k + 1].type == "SUB":
            bound.add(str(body[k + 2]))
    names = {}
    used = taken | {str(t) for t in body}
    for letter in sorted(bound & taken):
        names[letter] = f"{letter}prime"
        while names[letter] in used:
            names[letter] += "prime"
    return tuple(Token(t.type, names[t], t.start_pos or 0, end_pos=t.end_pos) if t.type == "LETTER" and t in names
                 else t for t in body)


def _at_arguments(body: Tokens, values: dict[str, Tokens]) -> Tokens:
    """Return the body with each letter of the head replaced by its argument."""
    found: list[Token] = []
    subscripts = _subscripts(body)
    for k, token in enumerate(body):
        value = values.get(str(token)) if token.type == "LETTER" else None
        if value is None:
            found.append(token)
        elif len(value) == 1 or k in subscripts:
            found += value
        else:
            found += [Token("LBRACE", "{", token.start_pos or 0, end_pos=token.end_pos), *value,
                      Token("RBRACE", "}", token.start_pos or 0, end_pos=token.end_pos)]
    return tuple(found)


def _subscripts(body: Tokens) -> set[int]:
    """Return the places inside the braces of subscripts, where an argument needs no braces of its own."""
    found: set[int] = set()
    for k, token in enumerate(body[:-1]):
        if token.type == "SUB" and body[k + 1].type == "LBRACE":
            found |= set(range(k + 2, closing(body, k + 1)))
    return found


__all__ = ["with_applied"]

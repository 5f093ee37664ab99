r"""Names of several tokens made one before a published formula is parsed: \mathcal{L}_{ce}, z_i^t, f(x_i; W), p(x).

A part of the loss that is defined beside it is a letter with a label, and so is an entry with a label above it; what
names a model's weights beside its input says nothing of the loss.
"""

from __future__ import annotations

import re
from dataclasses import replace

from lark import Token

from nmderive.notation.brackets import closing
from nmderive.notation.chunks import RawChunk
from nmderive.notation.paper_names import MODEL_LETTERS
from nmderive.notation.vocabulary import INDEX_LETTERS, LOSS_NAMES

#: Names of a loss or a likelihood that a side may consist of.
_NAMED = frozenset(["H", "Pr", "P", "p", "CE", "BCE", "KL", *LOSS_NAMES])
#: Spellings of the sigmoid of the letter at the question mark, token by token.
_SIGMOIDS = ("frac{1}{1+exp(-?)}", "frac{1}{1+e^{-?}}", "1/(1+e^{-?})", "1/(1+exp(-?))", "(1+e^{-?})^{-1}")
#: How the name of a part of the loss ends inside.
PART = "part"
Tokens = tuple[Token, ...]


def _past_scripts(tokens: Tokens, at: int) -> int:
    """Return the place after the scripts of the letter before ``at``."""
    while at + 1 < len(tokens) and tokens[at].type in ("SUB", "SUP"):
        at = closing(tokens, at + 1) + 1 if tokens[at + 1].type == "LBRACE" else at + 2
    return at


def _part_name(head: Tokens, letters: list[str]) -> Tokens:
    """Return the tokens of a labelled name of a loss, L_{ce}, without its arguments; nothing for l_n and for L.

    The b of L_b is a label where it stands nowhere else among the ``letters`` of the source.
    """
    if not head or str(head[0]) not in LOSS_NAMES:
        return ()
    end = _past_scripts(head, 1)
    labels = [t for t in head[1:end] if t.type in ("LETTER", "WORD", "NUMBER")]
    is_index = len(labels) == 1 and str(labels[0]) in INDEX_LETTERS | {"n", "m"} and str(labels[0]) in letters
    is_whole = end == len(head) or head[end].type == "LPAR" and closing(head, end) == len(head) - 1
    return head[:end] if labels and not is_index and is_whole else ()


def with_indices_below(chunks: list[RawChunk]) -> list[RawChunk]:
    """Return the formulas with q(k), where one defines it for an index k, as the entry q_k."""
    names = {str(c.function) for c in chunks if c.function is not None and len(c.sides[0]) == 4
             and c.sides[0][2].type == "LETTER" and str(c.sides[0][2]) in INDEX_LETTERS}
    if not names:
        return chunks
    return [replace(c, sides=tuple(_with_index_below(side, names) for side in c.sides)) for c in chunks]


def _with_index_below(side: Tokens, names: set[str]) -> Tokens:
    found: list[Token] = []
    end = -1
    for k, token in enumerate(side):
        is_open = token.type == "LPAR" and k and side[k - 1].type == "LETTER" and str(side[k - 1]) in names
        if is_open and k + 2 < len(side) and side[k + 1].type == "LETTER" and side[k + 2].type == "RPAR":
            place = token.start_pos or 0
            found += [Token("SUB", "_", place, end_pos=place), Token("LBRACE", "{", place, end_pos=token.end_pos)]
            end = k + 2
        elif k == end:
            found.append(Token("RBRACE", "}", token.start_pos or 0, end_pos=token.end_pos))
        else:
            found.append(token)
    return tuple(found)


def _word_name(head: Tokens) -> Tokens:
    """Return the capitals side by side that a definition gives a value, the TI of TI_c."""
    count = next((k for k, t in enumerate(head) if t.type != "LETTER" or not (len(t) == 1 and t.isupper())), len(head))
    return head[:count] if count > 1 and _past_scripts(head, count) == len(head) else ()


def with_words(chunks: list[RawChunk]) -> list[RawChunk]:
    """Return the formulas with TI_c, where one defines it and another uses it, as an entry of one letter TI."""
    for chunk in chunks:
        word = [str(t) for t in _word_name(chunk.sides[0])] if len(chunk.sides) > 1 else []
        if word:
            chunks = [replace(c, sides=tuple(_with_word(side, word) for side in c.sides)) for c in chunks]
    return chunks


def _with_word(side: Tokens, word: list[str]) -> Tokens:
    for at in reversed(range(len(side) - len(word) + 1)):
        if [str(t) for t in side[at : at + len(word)]] == word:
            end = side[at + len(word) - 1].end_pos
            side = (*side[:at], Token("LETTER", "".join(word), side[at].start_pos or 0, end_pos=end),
                    *side[at + len(word) :])
    return side


def sizes_in_code(tokens: list[Token]) -> tuple[list[Token], list[str]]:
    r"""Return the tokens with \text{x.size}(0), as code asks for a size, as C beside a class x[y] and else as N."""
    texts = [str(t) for t in tokens]
    has_class = any(texts[k : k + 2] == ["[", "y"] and texts[k + 2 : k + 3] == ["]"] for k in range(len(texts)))
    size = "C" if has_class else "N"
    found: list[Token] = []
    notes: list[str] = []
    at = 0
    while at < len(tokens):
        end = closing(tokens, at + 1) if at + 1 < len(tokens) and tokens[at + 1].type == "LPAR" else 0
        is_size = tokens[at].type == "WORD" and re.fullmatch(r"\w+\.(size|nelement|numel|shape)", texts[at]) is not None
        if is_size and end and texts[at + 2 : end] in ([], ["0"]) and size not in texts:
            found.append(Token("LETTER", size, tokens[at].start_pos or 0, end_pos=tokens[end].end_pos))
            notes.append(f"{texts[at]} is the number of {'classes' if has_class else 'samples'}, {size}")
            at = end
        else:
            found.append(tokens[at])
        at += 1
    return found, notes


def without_known(chunks: list[RawChunk]) -> list[RawChunk]:
    r"""Return the formulas without one that says what \sigma(x) is, where it is the sigmoid that is known by name."""

    def is_known(chunk: RawChunk) -> bool:
        head = "".join(map(str, chunk.sides[0]))
        if len(chunk.sides) != 2 or not head.startswith("sigma(") or len(chunk.sides[0]) != 4:
            return False
        x = str(chunk.sides[0][2])
        return "".join(map(str, chunk.sides[1])) in {form.replace("?", x) for form in _SIGMOIDS}

    kept = [c for c in chunks if not is_known(c)]
    return kept or chunks


def with_parts(chunks: list[RawChunk]) -> list[RawChunk]:
    r"""Return the formulas with \mathcal{L}_{ce}, where one defines it and another uses it, as one letter."""
    letters = [str(t) for c in chunks for side in c.sides for before, sign, t in zip(
        ("", "", *side), ("", *side), side, strict=False) if not (sign == "_" and str(before) in LOSS_NAMES)]
    for chunk in chunks:
        name = _part_name(chunk.sides[0], letters) if len(chunk.sides) > 1 else ()
        used = any(_places(side, name) for c in chunks if c is not chunk for side in c.sides[1:]) if name else False
        if used:
            arguments = [str(t) for t in chunk.sides[0][len(name) :]]
            chunks = [replace(c, sides=tuple(_with_name(side, name, arguments) for side in c.sides)) for c in chunks]
    return chunks


def _places(side: Tokens, name: Tokens) -> list[int]:
    """Return where a name stands in a side, as a whole."""
    wanted = [str(t) for t in name]
    found = []
    for at in range(len(side) - len(name) + 1):
        end = at + len(name)
        if [str(t) for t in side[at:end]] == wanted and (_past_scripts(side, at + 1) == end or _is_power(side, end)):
            found.append(at)
    return found


def _is_power(side: Tokens, at: int) -> bool:
    r"""Tell whether a number stands above, and nothing after it above or below: the 2 of L_1^2."""
    if at + 1 >= len(side) or side[at].type != "SUP":
        return False
    end = _past_scripts(side, at)
    inside = [t.type for t in side[at + 1 : end] if t.type not in ("LBRACE", "RBRACE")]
    return bool(inside) and set(inside) <= {"NUMBER", "MINUS", "SLASH", "FRAC"}


def _with_name(side: Tokens, name: Tokens, arguments: list[str]) -> Tokens:
    """Return a side with the name, and the arguments of its definition after it, as one letter."""
    word = "".join(a for a in map(str, name) if a.isalnum()) + PART
    for at in reversed(_places(side, name)):
        end = at + len(name)
        has_arguments = [str(t) for t in side[end : end + len(arguments)]] == arguments
        stop = end + len(arguments) if has_arguments else end
        letter = Token("LETTER", word, side[at].start_pos or 0, end_pos=side[stop - 1].end_pos)
        side = (*side[:at], letter, *side[stop:])
    return side


def with_labels_above(chunks: list[RawChunk]) -> list[RawChunk]:
    """Return the formulas with the letter above z_i^t, where a formula defines z_i^t, as a label and no exponent."""
    labelled = {pair for c in chunks if len(c.sides) > 1 for pair in _labels_above(c.sides[0], True)}
    if not labelled:
        return chunks

    def change(side: Tokens) -> Tokens:
        places = [k for k, pair in _above(side) if pair in labelled]
        return tuple(Token("WORD", t, t.start_pos or 0, end_pos=t.end_pos) if k in places else t
                     for k, t in enumerate(side))

    return [replace(c, sides=tuple(map(change, c.sides))) for c in chunks]


def _labels_above(head: Tokens, is_head: bool) -> list[tuple[str, str]]:
    return [pair for _, pair in _above(head)] if is_head and _past_scripts(head, 1) == len(head) else []


def _above(side: Tokens) -> list[tuple[int, tuple[str, str]]]:
    """Return (place, (base, letter)) of every single letter that stands above an entry."""
    found = []
    for k, token in enumerate(side):
        if token.type != "LETTER" or k + 1 >= len(side) or side[k + 1].type != "SUB":
            continue
        at = closing(side, k + 2) + 1 if k + 2 < len(side) and side[k + 2].type == "LBRACE" else k + 3
        if at + 1 >= len(side) or side[at].type != "SUP":
            continue
        place = at + 2 if side[at + 1].type == "LBRACE" and closing(side, at + 1) == at + 3 else at + 1
        if side[place].type == "LETTER":
            found.append((place, (str(token), str(side[place]))))
    return found


def without_dress(tokens: list[Token]) -> list[Token]:
    """Return the tokens with braces around one letter, the {L} of {L}_{ce}, taken off where they are no argument."""
    found: list[Token] = []
    for k, token in enumerate(tokens):
        around = [t.type for t in tokens[max(k - 2, 0) : k + 3]]
        is_open = k > 1 and around[2:5] == ["LBRACE", "LETTER", "RBRACE"] or k < 2 and (
            [t.type for t in tokens[k : k + 3]] == ["LBRACE", "LETTER", "RBRACE"])
        before = tokens[k - 1].type if k else ""
        if is_open and before not in ("SUB", "SUP", "FRAC", "SQRT", "ACCENT", "RBRACE"):
            continue
        is_close = token.type == "RBRACE" and [t.type for t in found[-1:]] == ["LETTER"] and k > 1 and (
            tokens[k - 2].type == "LBRACE" and (len(found) < 2 or found[-2] is not tokens[k - 2]))
        if not is_close:
            found.append(token)
    return found


def without_weights(tokens: list[Token]) -> list[Token]:
    r"""Return the tokens with the weights beside the input of a model left out: y_k(x_n, w), f(x_i; W)."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        end = closing(tokens, at) if tokens[at].type == "LPAR" and found and found[-1].type in (
            "LETTER", "RBRACE", "WORD") else 0
        inside = tokens[at + 1 : end]
        stop = next((k for k, t in enumerate(inside) if t.type in ("COMMA", "SEP")), 0)
        rest = [t for t in inside[stop + 1 :] if t.type not in ("COMMA", "SEP", "SUB", "NUMBER", "LBRACE", "RBRACE")]
        is_model = bool(stop and rest) and str(inside[0]) in ("x", "X") and all(
            str(t) in MODEL_LETTERS | {"b"} for t in rest)
        found.append(tokens[at])
        if is_model:
            found += inside[:stop]
            at = end
            continue
        at += 1
    return found


def outcomes_as_classes(tokens: list[Token]) -> list[Token]:
    r"""Return the tokens with x of \sum_{x \in \mathcal{X}} p(x) as a letter of classes: x is the outcome there."""
    texts = [str(t) for t in tokens]
    is_function = any(texts[k + 1 : k + 4] == ["(", "x", ")"] and texts[k] in ("p", "q", "P", "Q")
                      for k in range(len(texts)))  # \sum_x p(x) \log q(x)
    starts = [k for k, t in enumerate(tokens) if t.type == "BIG" and (
        texts[k + 4 : k + 6] == ["in", "X"] and texts[k + 1 : k + 3] == ["_", "{"]
        or is_function and (texts[k + 1 : k + 3] == ["_", "x"] or texts[k + 1 : k + 5] == ["_", "{", "x", "}"]))]
    below = {k + 2 for k in starts}
    used = set(texts)
    letter = next((a for a in "kjc" if a not in used), "")
    is_given = any("x" in pair and ({*pair} & {"_"} and k + 1 not in below or "BAR" in (a.type, b.type))
                   for k, (a, b) in enumerate(zip(tokens, tokens[1:], strict=False)) for pair in [(str(a), str(b))])
    if not starts or is_given or not letter:
        return tokens
    return [Token("LETTER", {"x": letter, "X": "C"}[str(t)], t.start_pos or 0, end_pos=t.end_pos)
            if t.type == "LETTER" and str(t) in ("x", "X") else t for t in tokens]


def only_names(side: Tokens, later: list[str], source: str) -> bool:
    r"""Tell whether a side only says what the loss is called, -\log \Pr(y | p) or \frac1N \sum_n H(p_n, q_n).

    That is one application of a name to letters of which some stand in no later side; what is given in it is not x.
    """
    at = 0
    while at < len(side) and side[at].type in ("MINUS", "FRAC", "BIG", "FUNC", "SUB", "SUP", "LBRACE", "NUMBER"):
        is_log = side[at].type != "FUNC" or str(side[at]) in ("log", "ln")
        if not is_log:
            return False
        if side[at].type == "FRAC":
            at = closing(side, closing(side, at + 1) + 1) + 1 if side[at + 1].type == "LBRACE" else at + 3
        else:
            at = _past_scripts(side, at + 1)
    if at + 1 >= len(side) or str(side[at]) not in _NAMED:
        return False
    start = _past_scripts(side, at + 1)
    if start >= len(side) or side[start].type != "LPAR" or closing(side, start) != len(side) - 1:
        return False
    inside = side[start:]
    ends = [_past_scripts(inside, k) if t.type in ("SUB", "SUP") else 0 for k, t in enumerate(inside)]
    scripts = {place for k, end in enumerate(ends) for place in range(k, end)}
    letters = {str(t) for k, t in enumerate(inside) if t.type == "LETTER" and k not in scripts}
    has_input = any(t == "x" and "x" in source[t.start_pos or 0 : t.end_pos] for t in inside)  # no list w_1, ..., w_K
    is_prediction = str(side[at]) == "Pr" and any(t.type == "BAR" for t in inside)
    return not has_input and (is_prediction or bool(letters - {*later, "x"}))


__all__ = [
    "closing", "only_names", "outcomes_as_classes", "sizes_in_code", "with_indices_below", "with_labels_above",
    "with_parts", "with_words",
    "without_dress", "without_known", "without_weights",
]

r"""Sentences that say what a letter is: y_k \text{ is the one-hot label}, z_k \text{ is the logit of class } k.

What is said so is a declaration, as if the user had made it. Only plain words for labels, probabilities and logits are
known here; a smoothed label or a calibrated probability is another thing, and its sentence is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lark import Token

from nmderive.notation.brackets import closing
from nmderive.notation.chunks import RawChunk

Tokens = tuple[Token, ...]
_VERB = r"(?:is|are|denotes?|represents?|being) "
_OF = r"(?: (?:of|for|in) (?:the )?(?:class|category|sample|example|instance|input|model|network)(?: [a-zA-Z])?)*"
_TRUE = r"(?:one-?hot|hard|binary|ground-?\s?truth|true|target|gold|correct|encoded|corresponding|class)"
#: (role, what a sentence calls it after its verb).
_ROLES = tuple((role, re.compile(rf"(?:the |a )?{form}{_OF}")) for role, form in (
    ("labels", rf"(?:{_TRUE} )*(?:labels?|targets?|ground-?\s?truth)(?: (?:vectors?|distribution|encoding))?"),
    ("labels", r"(?:one-?hot|true|target)(?: encoded)? (?:vector|distribution|probability|encoding)"),
    ("classes", r"(?:ground-?\s?truth|true|target|correct) class(?: index)?"),
    ("probabilities", r"(?:(?:predicted|estimated|softmax|class|model|output) )*(?:predicted|estimated|softmax|output) "
                      r"(?:class )?(?:probabilit(?:y|ies)|distribution)"),
    ("probabilities", r"(?:softmax|sigmoid) output"),
    ("logits", r"(?:(?:raw|output|class|model|predicted) )*logits?(?: vector)?"),
    ("logits", r"unnormali[sz]ed (?:class )?scores?")))


def said_role(side: Tokens, source: str) -> tuple[str, str] | None:
    """Return (declaration, sentence) of what a side says a letter to be, no declaration for a class index.

    None where the side says anything else.
    """
    found = list(_sentences(side))
    name, words = found[0][:2] if len(found) == 1 else ("", "")
    plain = re.sub(rf"^{_VERB}", "", words)
    role = next((role for role, form in _ROLES if form.fullmatch(plain)), "")
    if not name or not role or role == "logits" and name in ("p", "q", "y", "t"):
        return None
    is_below = re.search(rf"_\s*(?:{re.escape(name)}\b|\{{[^{{}}=]*\b{re.escape(name)}\b)", source) is not None
    if role == "classes" and not is_below or role not in ("labels", "classes") and is_below:
        return None
    is_class = re.search(r"_\s*(?:[yt]\b|\{[^{}=]*\b[yt]\b)", source) is not None
    if role == "labels" and name not in ("y", "t") and is_class or "sigmoid" in plain and not _is_of_tasks(source):
        return None
    let = "" if is_below and name in "yt" else f"{name}: target class" if is_below else f"{name}: {role}"
    return let, f"{name} is {plain}, as is said"


def _is_of_tasks(source: str) -> bool:
    """Tell whether a source has 1 less a prediction: its classes are tasks of their own, or two."""
    return re.search(r"1\s*-\s*(?:\\\w+\s*\{?\s*)?[A-Za-z]", source) is not None


def contradicted(notes: list[str], kinds: dict[str, str]) -> tuple[str, str] | None:
    """Return (letter, sentence) where it is said to be of a sample and runs over classes, or the other way round.

    ``kinds`` are "class" and "sample" by the letter of what it runs over.
    """
    for note in (a for a in notes if a.endswith(", as is said")):
        for what, letter in re.findall(r"\b(?:of|for|in) (?:the )?(\w+) ([A-Za-z])\b", note):
            kind = "class" if what in ("class", "category") else "sample"
            if kinds.get(letter, kind) != kind:
                return letter, note.removesuffix(", as is said")
    return None


def sentences_apart(chunk: RawChunk) -> list[RawChunk]:
    """Return the sentences of a remark, K is the number of classes and y the true label, one by one."""
    side = chunk.sides[0]
    if len(chunk.sides) > 1 or not starts_sentence(side):
        return [chunk]
    found = list(_sentences(side))
    return [RawChunk((_with_verb(part),)) for *_, part in found] if all(name for name, *_ in found) else [chunk]


def _with_verb(side: Tokens) -> Tokens:
    """Return a sentence with the verb that stands in the one before it: y is the label and p the prediction."""
    at = _past_name(side, 0)
    word = side[at]
    if re.match(_VERB, f"{word} "):
        return side
    return (*side[:at], Token("WORD", f"is {word}", word.start_pos or 0, end_pos=word.end_pos), *side[at + 1 :])


def starts_sentence(side: Tokens) -> bool:
    """Tell whether a side is a letter and words that say what it is."""
    end = _past_name(side, 0)
    words = str(side[end]) if 0 < end < len(side) and side[end].type == "WORD" else ""
    return re.match(rf"{_VERB}|the ", f"{words} ") is not None


def _sentences(side: Tokens) -> Iterator[tuple[str, str, Tokens]]:
    """Yield (letter, what is said of it, tokens) of a row of names and words; no letter where it is none of such."""
    at = 0
    while at < len(side):
        end = _past_name(side, at)
        stop = next((k for k in range(end, len(side)) if side[k].type != "WORD"), len(side))
        words = " ".join(str(t) for t in side[end:stop])
        if stop < len(side) and side[stop].type == "LETTER" and re.search(r"(?:class|sample|example)$", words):
            words, stop = f"{words} {side[stop]}", stop + 1
            more = next((k for k in range(stop, len(side)) if side[k].type != "WORD"), len(side))
            words, stop = " ".join((words, *(str(t) for t in side[stop:more]))), more
        is_said = end > at and bool(words)
        yield _shown(side[at:end]) if is_said else "", re.sub(r"\s*\band$", "", words), side[at:stop]
        at = max(stop, at + 1)


def _past_name(side: Tokens, at: int) -> int:
    """Return the place after a letter with its accent and its scripts; ``at`` itself where there is none."""
    start = at
    if at < len(side) and side[at].type == "ACCENT":
        at += 1
        at = closing(side, at) + 1 if at < len(side) and side[at].type == "LBRACE" else at + 1
    elif at < len(side) and side[at].type == "LETTER":
        at += 1
    if at == start:
        return start
    while at + 1 < len(side) and side[at].type in ("SUB", "SUP"):
        at = closing(side, at + 1) + 1 if side[at + 1].type == "LBRACE" else at + 2
    return at


def _shown(name: Tokens) -> str:
    """Return the letter of a name as a declaration has it, its accent with it and its scripts left out."""
    letter = next((str(t) for t in name if t.type == "LETTER"), "")
    return rf"\{name[0]}{{{letter}}}" if name[0].type == "ACCENT" else letter


__all__ = ["contradicted", "said_role", "sentences_apart", "starts_sentence"]

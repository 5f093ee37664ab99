r"""Spellings of published formulas put in one form: student and teacher, cosines, constant heads.

Each function takes the trees of one source and returns a change of nodes (None where there is nothing to change) with
what it reads in, a sentence each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sympy import Integer

from nmderive.errors import NmderiveError
from nmderive.notation.paper_names import MODEL_LETTERS
from nmderive.notation.roles import LABEL_LETTERS, LOGIT_LETTERS, is_complement
from nmderive.notation.targets import bound_letters, index_places
from nmderive.notation.tree import Big, Call, Chain, Name, Negative, Node, Number, Power, Sum, Word, walk

Change = Callable[[Node], Node]
Found = tuple[Change | None, list[str]]
Failure = Callable[..., NmderiveError]
_TEACHER, _STUDENT = ("t", "T"), ("s", "S")
#: Words that say whose an entry is: p_{\text{teacher}} and z^{stu}.
_WHOSE = {"teacher": "T", "tea": "T", "tch": "T", "student": "S", "stu": "S", "std": "S"}


#: Letters of what a student and a teacher each have.
_HELD = LOGIT_LETTERS | {"p", "q", "y", "P", "Q"}


def nodes(trees: list[Node]) -> Iterator[Node]:
    """Yield all nodes of all trees."""
    return (a for tree in trees for a in walk(tree))


def student_and_teacher(trees: list[Node]) -> Found:
    r"""Return ``z_s`` and ``z_t``, or ``p^S`` and ``p^T``, as names of their own: the student's and the teacher's."""
    marks: dict[str, set[str]] = {}
    bound = set().union(*map(bound_letters, trees))
    for node in nodes(trees):
        found = _marked(node, bound)
        if found is not None and found[1] not in bound:
            marks.setdefault(found[0], set()).add(found[1])
    pairs = {name for name, found in marks.items() if found in ({"s", "t"}, {"S", "T"})}
    if not pairs and sorted(map(sorted, marks.values())) == [["S"], ["T"]]:
        pairs = set(marks)  # q^T log p^S: each has a letter of its own
    if not pairs:
        return None, []

    def change(node: Node) -> Node:
        found = _marked(node, bound)
        if found is None or found[0] not in pairs:
            return node
        base = node.base if isinstance(node, Power) else node
        assert isinstance(base, Name)
        who = "student" if found[1] in _STUDENT else "teacher"
        if _in_words(node) is not None:
            kept = tuple(s for s in base.subs if _WHOSE.get(getattr(s, "text", "")) is None)
            return Name(node.span, f"{found[0]}_{who}", kept, base.mark)
        subs = base.subs if isinstance(node, Power) else tuple(s for s in base.subs if s is not _mark_of(base, bound))
        return Name(node.span, f"{found[0]}_{who}", subs, base.mark)

    said = {"S": "of the student (s)", "T": "of the teacher (t), which is fixed"}
    return change, [f"{name}: {' and '.join(said[x.upper()] for x in sorted(marks[name]))}" for name in sorted(pairs)]


def _marked(node: Node, bound: set[str]) -> tuple[str, str] | None:
    """Return (letter, mark) of a name one of whose scripts is s, t, S or T, the last or, beside an index, the first."""
    if isinstance(node, Power) and isinstance(node.base, Name) and node.span.start == node.base.span.start:
        above = node.exponent
        if isinstance(above, Name) and not above.subs and above.name in _TEACHER + _STUDENT:
            return node.base.name, above.name
    if (found := _in_words(node)) is not None:
        return found
    mark = _mark_of(node, bound) if isinstance(node, Name) else None
    return (node.name, mark.name) if mark is not None and isinstance(node, Name) else None


def _in_words(node: Node) -> tuple[str, str] | None:
    r"""Return (letter, S or T) of a name whose script is a word: p_{\text{teacher}}, p_c^{\text{student}}."""
    if not isinstance(node, Name):
        return None
    base, _, above = node.name.partition("^")
    words = [above, *(s.text for s in node.subs if isinstance(s, Word))]
    marks = [_WHOSE[w.lower()] for w in words if w.lower() in _WHOSE]
    return (base, marks[0]) if len(marks) == 1 and base in _HELD else None


def _mark_of(node: Name, bound: set[str]) -> Name | None:
    """Return the subscript that says whose the entry is: the t of p_t, z_{i,t} and, i being bound, p_{t,i}."""
    if not node.subs or node.name not in _HELD:
        return None
    first, last = node.subs[0], node.subs[-1]
    places = [last] if len(node.subs) != 2 or getattr(last, "name", "") not in bound else [first]
    found = [s for s in places if isinstance(s, Name) and not s.subs and s.name in _TEACHER + _STUDENT]
    return found[0] if found and found[0].name not in bound else None


def cosines(trees: list[Node], fail: Failure) -> Found:
    r"""Return ``\cos\theta_j`` as the logit theta_j: a loss of cosines is no function of the angle alone."""
    calls = [a for a in nodes(trees) if isinstance(a, Call) and a.name == "cos"]
    if not calls:
        return None, []
    for call in calls:
        if not isinstance(call.args[0], Name):
            raise fail("a cosine of more than one angle is not supported", call.span,
                       r"a loss of cosines, \cos(\theta_j) - m, is read with the cosines as logits")
    names = {a.args[0].name for a in calls}  # type: ignore[attr-defined]
    inside = {id(a.args[0]) for a in calls}
    bare = [a for a in nodes(trees) if isinstance(a, Name) and a.name in names and a.subs and id(a) not in inside]
    if bare or len(names) != 1:
        raise fail("an angle stands outside of its cosine here", (bare or calls)[0].span,
                   r"write the cosine with a letter of its own: c_j for \cos\theta_j")

    def change(node: Node) -> Node:
        return node.args[0] if isinstance(node, Call) and node.name == "cos" else node

    (name,) = names
    return change, [f"the cosine of {name} is the logit, written {name}"]


def constant_definitions(heads: list[tuple[Node, Node]], trees: list[Node]) -> Found:
    r"""Return ``p_t``, defined without using the t, as what it stands for: p where y = 1, else 1 - p."""
    bound = set().union(*map(bound_letters, trees))
    found: dict[tuple[str, str, str], Node] = {}
    for head, body in heads:
        if not isinstance(head, Name) or len(head.subs) != 1 or not isinstance(head.subs[0], Name):
            continue
        letter = head.subs[0].name
        used = {a.name for a in walk(body) if isinstance(a, Name)}
        places = [a.subs for a in nodes(trees) if isinstance(a, Name) and a.subs
                  and (a.mark, a.name) == (head.mark, head.name)]
        is_same = all(len(p) == 1 and getattr(p[0], "name", "") == letter for p in places) and bool(places)
        if letter not in used | bound and not head.subs[0].subs and is_same:
            found[(head.mark, head.name, letter)] = body

    def change(node: Node) -> Node:
        if isinstance(node, Name) and len(node.subs) == 1 and isinstance(node.subs[0], Name):
            return found.get((node.mark, node.name, node.subs[0].name), node)
        return node

    return (change, []) if found else (None, [])


def binary_indicators(trees: list[Node]) -> Found:
    r"""Return ``\mathbb{1}[y_i = 1]`` as y_i and ``[y_i = 0]`` as 1 - y_i where log(1 - p) or a sigmoid says binary."""
    calls = [a for a in nodes(trees) if isinstance(a, Call)]
    is_binary = any(c.name == "sigmoid" or c.name == "log" and _is_less(c.args[0]) for c in calls)
    found = [p for c in calls if (p := _is_bit(c)) is not None]
    places = {str(getattr(p.subs[0], "name", "")) for p in found if len(p.subs) == 1}
    is_binary |= any(isinstance(a, Name) and a.name in LOGIT_LETTERS | {"p"} and len(a.subs) == 1
                     and getattr(a.subs[0], "name", None) in places for a in nodes(trees))  # a label of each logit
    others = [p for p in index_places_of(trees) if isinstance(p, Name) and p.name in {a.name for a in found}]
    if not is_binary or not found or len(others) > len(found):
        return None, []

    def change(node: Node) -> Node:
        label = _is_bit(node)
        if label is None or not isinstance(node, Call) or not isinstance(node.args[0], Chain):
            return node
        chain = node.args[0]
        is_one = (getattr(chain.parts[1], "value", None) == 1) == (chain.relations == ("=",))  # y != 0 is y = 1
        return label if is_one else less(label)

    return change, [f"{found[0].name} is 0 or 1"]


def _is_bit(node: Node) -> Name | None:
    """Return the label that an indicator compares with 0 or 1."""
    chain = node.args[0] if isinstance(node, Call) and node.name == "iverson" else None
    if not isinstance(chain, Chain) or chain.relations not in (("=",), ("!=",)) or not isinstance(
            chain.parts[0], Name):
        return None
    is_bit = getattr(chain.parts[1], "value", None) in (0, 1)
    return chain.parts[0] if is_bit and chain.parts[0].name in LABEL_LETTERS else None


def _is_less(node: Node) -> bool:
    """Tell whether a node is 1 - p."""
    names = {a.name for a in walk(node) if isinstance(a, Name)}
    return is_complement(node, names)


def index_places_of(trees: list[Node]) -> Iterator[Node]:
    """Yield what stands as an index in all trees."""
    return (p for tree in trees for p in index_places(tree))


def less(node: Node) -> Node:
    """Return 1 - node."""
    return Sum(node.span, (Number(node.span, Integer(1)), Negative(node.span, node)))


def squared_norms(trees: list[Node], arrays: frozenset[str]) -> Found:
    r"""Return ``\|w\|^2`` of a declared array, or of a model's weights, as the sum of its squares."""
    def change(node: Node) -> Node:
        if not isinstance(node, Power) or not isinstance(node.base, Call) or node.base.name != "norm":
            return node
        inner = node.base.args[0]
        is_square = isinstance(node.exponent, Number) and node.exponent.value == 2
        if is_square and isinstance(inner, Name) and not inner.subs and inner.name in MODEL_LETTERS - arrays:
            return replace(node, base=Name(node.span, f"norm_{inner.name}"))
        if not is_square or not isinstance(inner, Name) or inner.subs or inner.mark or inner.name not in arrays:
            return node
        letter = Name(node.span, "opclass0")
        entry = replace(inner, subs=(letter,))
        return Big(node.span, "sum", (Chain(node.span, (letter,)),), None, Power(node.span, entry, node.exponent))

    has_norm = any(isinstance(a, Call) and a.name == "norm" for a in nodes(trees))
    inner = {getattr(a.args[0], "name", "") for a in nodes(trees) if isinstance(a, Call) and a.name == "norm"}
    notes = ["the squared norm is the sum of the squares of the entries"] if inner & arrays else []
    notes += [f"the norm of {a} is a number: no logit is in it" for a in sorted(inner & MODEL_LETTERS - arrays)]
    return (change, notes) if has_norm else (None, [])


def sums_of_weights(trees: list[Node], arrays: frozenset[str]) -> Found:
    r"""Return ``\sum_k\sum_l W_{k,l}^2``, of a model's matrix of weights, as the square of its norm, ``\|W\|^2``."""
    found = {name for a in nodes(trees) if isinstance(a, Big) and (name := _squared(a, ()))} - arrays
    if not found:
        return None, []

    def change(node: Node) -> Node:
        name = _squared(node, ()) if isinstance(node, Big) else ""
        if name not in found:
            return node
        return Power(node.span, Name(node.span, f"norm_{name}"), Number(node.span, Integer(2)))

    return change, [f"the sum of the squares of {a} is that of its norm, a number: no logit is in it"
                    for a in sorted(found)]


def _squared(node: Node, bound: tuple[str, ...]) -> str:
    """Return W where a sum over both indices of W, from 1 on and with no condition, is of its squares; else ""."""
    if isinstance(node, Big):
        letters = [c.parts[0] for c in node.under]
        is_plain = all(isinstance(a, Name) and not a.subs for a in letters) and all(
            c.relations == () or c.relations == ("=",) and getattr(c.parts[1], "value", None) == 1 for c in node.under)
        more = tuple(a.name for a in letters if isinstance(a, Name))
        return _squared(node.body, (*bound, *more)) if node.kind == "sum" and is_plain else ""
    base = node.base if isinstance(node, Power) and getattr(node.exponent, "value", None) == 2 else None
    if not isinstance(base, Name) or base.name not in MODEL_LETTERS or base.mark:
        return ""
    return base.name if sorted(getattr(x, "name", "") for x in base.subs) == sorted(bound) and len(bound) == 2 and (
        len(set(bound)) == 2) else ""


__all__ = [
    "binary_indicators",
    "constant_definitions",
    "cosines",
    "less",
    "nodes",
    "squared_norms",
    "student_and_teacher",
    "sums_of_weights",
]

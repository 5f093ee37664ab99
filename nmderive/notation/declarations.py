"""What a user declares about the letters of a loss: ``--let 'g>0'``, ``'z: logits'``, ``'c in m'``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

from sympy import Expr, IndexedBase, Rational, Symbol

from nmderive.calculus.domains import Domain
from nmderive.calculus.sums import RowFunction
from nmderive.calculus.symbols import SIZES, M, N, S, T, array, index, parameter
from nmderive.errors import ParseError, Span
from nmderive.notation.ast import free_index_symbols
from nmderive.notation.domain_forms import both, read_domain
from nmderive.notation.limits import MAX_DIGITS
from nmderive.notation.ordering import MARGIN, writes_m
from nmderive.notation.vocabulary import INDEX_LETTERS, Vocabulary

Pairs = tuple[tuple[str, Any], ...]

_NAME = (r"(?P<name>\\?[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z]+(?=_\d))?(?:\^star)?)"  # pi_ref of pi_ref_1
         r"(?:_\{?(?P<sub>[A-Za-z0-9, ]+)\}?|\[(?P<list>[A-Za-z, ]+)\])?")
_FORMS = (
    re.compile(rf"\s*{_NAME}\s*=\s*(?P<value>-?[0-9./]+)\s*"),
    re.compile(rf"\s*{_NAME}\s*:\s*(?P<role>[A-Za-z]+(?: [a-z]+)*)\s*"),
    re.compile(rf"\s*{_NAME}\s+in\s+(?P<size>[A-Za-z]+)\s*"),
    re.compile(rf"\s*{_NAME}\s*"),
)
_HINT = (
    "declare like: 'g>0', '0<q<=1', 'k in {1,2,3}', 'N_j integer>=1', 'w_j>=0', 'b', 'q=0.7', 'z: logits', "
    "'y: labels', 'f: function', 'c in m'"
)
_RESERVED = {"n": "the number of samples", "m": "the number of classes", "e": "Euler's number"}
#: Letters of indices in a declared role: \\hat{x}_{uij}, z_{i,k}.
_PLACES = frozenset("ijkluvn, ")
_CLASS_SIZES = ("K", "C", "M", "k", "c")
_ROW_SIZES = ("N", "B", "T")
#: An array of positive numbers.
_OF_WEIGHTS = ("weights", "class weights", "sample weights", "positive weights", "positive numbers")


@dataclass(frozen=True)
class Declarations:
    """Names by their use. Each field holds (name, object) pairs, or plain names.

    ``domains`` says which values a parameter, or every entry of an array, may take; a name declared without a
    bound ("b", "w_j") is any real number and has no domain. The symbol itself carries the domain's sign only.
    """

    parameters: Pairs = ()
    arrays: Pairs = ()
    values: Pairs = ()
    indices: Pairs = ()
    sizes: Pairs = ()
    logits: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    probabilities: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    domains: tuple[tuple[str, Domain], ...] = ()

    @classmethod
    def from_lets(cls, lets: Iterable[str]) -> Declarations:
        """Build from the command line's ``--let`` strings."""
        result = cls()
        for let in lets:
            result = result.merge(_with_known_bounds(_declaration(let), result, let))
        if len(result.logits) > 1:
            one, other = result.logits[:2]
            raise ParseError(
                f"{one} and {other} are both declared as the logits: the gradient is by one array",
                hint=f"declare the other as numbers that are given: --let '{other}_j'",
            )
        return result

    @classmethod
    def of(cls, expr: Expr) -> Declarations:
        """Return declarations under which a printed ``expr`` is read back as itself."""
        scalars, indices, arrays = [], [], []
        for symbol in sorted(expr.atoms(Symbol), key=lambda a: str(a.name)):
            if symbol.is_real and not symbol.is_integer:
                scalars.append((str(symbol.name), symbol))
        if (MARGIN.name, MARGIN) in scalars and not writes_m(expr):
            scalars.append(("m", MARGIN))
        for base in sorted(expr.atoms(IndexedBase), key=str):
            scalars = [(name, a) for name, a in scalars if a != base.label]
            if base not in (S, T):
                arrays.append((base.name, base))
        for free in sorted(free_index_symbols(expr), key=lambda a: str(a.name)):
            indices.append((str(free.name), None))
        functions = tuple(sorted({str(f.args[0]) for f in expr.atoms(RowFunction)}))
        return cls(
            parameters=tuple(scalars), arrays=tuple(arrays), indices=tuple(indices), functions=functions
        )

    def merge(self, other: Declarations) -> Declarations:
        """Return both together; ``other`` wins where a name is declared twice."""
        merged: dict[str, Any] = {}
        taken = other.names()
        for field in fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            kept = tuple(item for item in mine if (item if isinstance(item, str) else item[0]) not in taken)
            merged[field.name] = kept + theirs
        return replace(self, **merged)

    def names(self) -> frozenset[str]:
        """Return all declared names."""
        found: set[str] = set()
        for field in fields(self):
            found.update(item if isinstance(item, str) else item[0] for item in getattr(self, field.name))
        return frozenset(found)

    @property
    def is_against_own_letters(self) -> bool:
        """Whether s, t or p has another role than in this program's own letters, as in 's: probabilities'."""
        return bool({"t", "p"} & set(self.logits) or {"s", "p"} & set(self.labels) or
                    {"s", "t"} & set(self.probabilities))

    def vocabulary(self, defined: frozenset[str] = frozenset()) -> Vocabulary:
        """Return what the readers need; ``defined`` are functions that the source defines itself."""
        scalars = frozenset(name for name, _ in self.parameters + self.values)
        return Vocabulary(
            functions=frozenset(self.functions) | defined,
            scalars=scalars,
            logits=frozenset(self.logits or ("s",)),
            indices=frozenset(name for name, _ in self.indices),
            words=frozenset(n for n in self.names() if len(n) > 1),
        )


def _with_known_bounds(new: Declarations, known: Declarations, let: str) -> Declarations:
    """Return ``new`` with the bounds that were declared of the same letter before: 'q>0' and then 'q<1'."""
    before = dict(known.domains)
    for name, domain in new.domains:
        if name in before:
            try:
                return _bounded(name, both(before[name], domain), bool(new.arrays))
            except ValueError as error:
                span = Span(0, len(let))
                raise ParseError(f"{error}, together with {before[name].shown(name)}", source=let, span=span,
                                 hint="declare each letter once, as in '0<q<1'") from None
    return new


def _bounded(name: str, domain: Domain, is_array: bool) -> Declarations:
    if is_array:
        return Declarations(arrays=((name, array(name, domain.sign)),), domains=((name, domain),))
    return Declarations(parameters=((name, parameter(name, domain.sign)),), domains=((name, domain),))


def _domain(let: str) -> Declarations | None:
    """Return the declaration of a letter with its domain, None where ``let`` states no domain."""
    try:
        found = read_domain(let)
    except ValueError as error:
        raise ParseError(str(error), source=let, span=Span(0, len(let)), hint="write '0<q<1'") from None
    match = None if found is None else re.fullmatch(_NAME, found[0])
    if found is None or match is None:
        return None
    name, _, is_array = _split_name(match.groupdict())
    if name in _RESERVED:
        raise ParseError(f"{name} is {_RESERVED[name]}", source=let, span=Span(0, len(let)),
                         hint="use another letter, or 'm: margin'")
    return _bounded(name, found[1], is_array)


def _plain_name(let: str) -> str:
    r"""Return ``let`` with the dress of its letter taken off: \mathbf{y}, P^*, y_{\text{true}}, p(c|x), h(x^{(i)})."""
    let = re.sub(r"\\(?:wide)?(hat|tilde)\s*\{?\s*\\?([A-Za-z]+)\s*\}?", r"\1\2", let)
    let = re.sub(r"\\(?:bar|overline)\s*\{?\s*\\?([A-Za-z]+)\s*\}?", r"bar\1", let)
    head, colon, role = let.partition(":")
    if not colon:
        return let
    if role.strip() in ("square similarity matrix", "similarity matrix"):
        return "sim: logits"  # Whatever the embeddings are called, their similarities are one matrix.
    head = head.replace("'", "prime")
    head = re.sub(r"\\(?:mathbf|boldsymbol|bm|mathrm|text|mathcal|mathit)\{([^{}]*)\}", r"\1", head)
    head = re.sub(r"_\{?\\?([A-Za-z]+)\}?(?=\s*$)", r"_\1", head)
    head = re.sub(r"\^\{?(\*|\\star|\\ast)\}?", "^star", head)
    return f"{head}:{role}"


def _declaration(let: str) -> Declarations:
    if len(let) > MAX_DIGITS:
        raise ParseError("the declaration is too long", hint=_HINT)
    let = _plain_name(let)
    domain = _domain(let)
    if domain is not None:
        return domain
    for form in _FORMS:
        match = form.fullmatch(let)
        if match is not None:
            return _from_match(let, match)
    raise ParseError(f"not a declaration: {let!r}", source=let, span=Span(0, len(let)), hint=_HINT)


def _from_match(let: str, match: re.Match[str]) -> Declarations:
    parts = match.groupdict()
    name, subs, is_array = _split_name(parts)

    def fail(message: str, hint: str = _HINT) -> ParseError:
        return ParseError(message, source=let, span=Span(match.start("name"), match.end("name")), hint=hint)

    if "role" in parts:
        if parts["role"] in ("logits", "labels", "probabilities") and set(parts.get("sub") or "") <= _PLACES:
            name = name.partition("_")[0]  # The indices say what the letter has, not what it is called.
        return _with_role(name, parts["role"], fail)
    if name in _RESERVED:
        raise fail(f"{name} is {_RESERVED[name]}", "use another letter, or 'm: margin'")
    if "size" in parts:
        return _index(name, parts["size"], fail)
    if "value" in parts:
        return Declarations(values=((name, _number(parts["value"], fail)),))
    if is_array:
        return Declarations(arrays=((name, array(name)),))
    return Declarations(parameters=((name, parameter(name)),))


def _split_name(parts: dict[str, str]) -> tuple[str, str, bool]:
    """Return (name, subscripts, whether it is an array): w_j is an array, t_neg is a scalar."""
    name, sub = parts["name"].lstrip("\\"), parts.get("sub") or ""
    letters = sub.replace(",", "").replace(" ", "")
    known = INDEX_LETTERS | {"n"}
    if parts.get("list") or (0 < len(letters) <= 2 and all(a in known for a in letters)):
        return name, letters, True
    return (f"{name}_{sub.strip()}" if sub else name), "", False


def _with_role(name: str, role: str, fail: Callable[..., ParseError]) -> Declarations:
    if role == "margin":
        if name != "m":
            return Declarations(parameters=((name, parameter(name)),))
        return Declarations(parameters=(("m", MARGIN), (MARGIN.name, MARGIN)))
    if name in _RESERVED:
        raise fail(f"{name} is {_RESERVED[name]}", "only 'm: margin' can be declared of it")
    if re.fullmatch(r"(reference|teacher|target) (probabilities|logits)", role):
        return _given_array(name, role.endswith("probabilities"))
    if role in ("logits", "labels", "function", "probabilities", "target class"):
        field = {"function": "functions", "target class": "targets"}.get(role, role)
        return replace(Declarations(), **{field: (name,)})  # type: ignore[arg-type]
    if role in ("signs", "sign labels"):
        return Declarations(labels=(name,), signs=(name,))
    if role in ("positive", "nonnegative"):
        return _bounded(name, Domain(low=Fraction(0), low_open=role == "positive"), False)
    if role in _OF_WEIGHTS:
        return _bounded(name, Domain(low=Fraction(0)), True)
    if role == "class":
        # One class among the others is an array: 1 at that class and 0 elsewhere.
        return _bounded(name, Domain(low=Fraction(0)), True)
    if role == "array":
        return Declarations(arrays=((name, array(name)),))
    if role == "real":
        return Declarations(parameters=((name, parameter(name)),))
    if role in ("parameter", "scalar", "offset", "number"):
        return Declarations(parameters=((name, parameter(name)),))
    sizes = {"classes": M, "rows": N, "samples": N}
    if role == "size":
        sizes["size"] = M if name in _CLASS_SIZES else N
        if name not in _CLASS_SIZES + _ROW_SIZES:
            raise fail(
                f"is {name} the number of classes or of samples?", f"'{name}: classes' or '{name}: rows'"
            )
    if role in sizes:
        return Declarations(sizes=((name, sizes[role]),))
    raise fail(
        f"unknown role {role!r}",
        "roles: logits, labels, sign labels, probabilities, target class, class, weights, function, margin, classes, "
        "rows, real"
    )


def _given_array(name: str, is_positive: bool) -> Declarations:
    """Return the declaration of an array that is given with the data: reference probabilities, teacher logits."""
    domain = ((name, Domain(low=Fraction(0))),) if is_positive else ()
    return Declarations(arrays=((name, array(name, "positive" if is_positive else "real")),), domains=domain)


def _index(name: str, size: str, fail: Callable[..., ParseError]) -> Declarations:
    if size not in ("n", "m") or len(name) > 3:
        raise fail(f"an index runs over n or m, not over {size}", "'c in m' or 'r in n'")
    return Declarations(indices=((name, N if size == "n" else M),))


def _number(text: str, fail: Callable[..., ParseError]) -> Rational:
    if not re.fullmatch(r"-?(\d+(\.\d+)?|\.\d+|\d+/\d+)", text) or re.fullmatch(r".*/0+", text):
        raise fail(f"{text!r} is not a number")
    return Rational(text)


__all__ = ["MARGIN", "SIZES", "Declarations", "index"]

"""What a search came to: finds with their properties and costs, and the combinations of claims that no loss has."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations

from nmderive.claims import claim_names
from nmderive.errors import UsageError
from nmderive.evidence import Shown, Status
from nmderive.search.candidate import ordered
from nmderive.search.cost import operations
from nmderive.search.cost import shown as shown_cost
from nmderive.search.store import SCREENED, Known

SCHEMA = "nmderive-search/1"
_MARKS = {"PROVED": "yes", "REFUTED": "no", "UNDECIDED": "?", "NOT APPLICABLE": "n/a", SCREENED: "no (numbers)"}
_PROVED, _REFUTED = Status.PROVED.value, Status.REFUTED.value


@dataclass(frozen=True)
class Find:
    """A loss with all that was wanted; ``on_front``: no other find has its properties and more, or costs less."""

    loss: Known
    latex: str
    on_front: bool = False

    @property
    def properties(self) -> frozenset[str]:
        """The claims that are PROVED."""
        return frozenset(c for c, s in self.loss.statuses.items() if s == _PROVED)


@dataclass(frozen=True, repr=False)
class Findings(Shown):
    """The outcome of a search.

    ``formulas`` were read and stand for ``losses`` of different normal forms; ``exhausted`` says that the grammar has
    no more. ``open`` are losses with no claim against them that could not be decided.
    """

    want: tuple[str, ...]
    forbid: tuple[str, ...]
    formulas: int
    refused: tuple[tuple[str, str], ...]
    losses: tuple[Known, ...]
    finds: tuple[Find, ...]
    exhausted: bool
    judged: int
    seconds: float
    is_interrupted: bool = False

    @property
    def open(self) -> tuple[tuple[Known, str], ...]:
        """The losses that are neither found nor put aside, with the first claim that is not decided."""
        found = []
        for loss in self.losses:
            if not self._against(loss) and not _is_found(loss, self.want, self.forbid):
                found.append((loss, next(c for c in ordered((*self.want, *self.forbid))
                                         if loss.statuses.get(c) not in (_PROVED, _REFUTED))))
        return tuple(found)

    @property
    def empty(self) -> tuple[tuple[str, ...], ...]:
        """The smallest combinations of what was wanted of which each loss lacks a part; () where there is none."""
        against = {frozenset(self._against(loss)) for loss in self.losses}
        names = ordered((*self.want, *self.forbid))
        found: list[tuple[str, ...]] = []
        for size in range(1, len(names) + 1):
            for chosen in combinations(names, size):
                if all(a & set(chosen) for a in against) and not any(set(f) <= set(chosen) for f in found):
                    found.append(chosen)
        return tuple(found) if self.losses else ()

    def _against(self, loss: Known) -> list[str]:
        lacking = [c for c in self.want if loss.statuses.get(c) in (_REFUTED, SCREENED, Status.NOT_APPLICABLE.value)]
        return lacking + [c for c in self.forbid if loss.statuses.get(c) == _PROVED]

    def render(self, form: str = "terminal") -> str:
        """Return the outcome as ``terminal``, ``markdown`` or ``json``."""
        if form not in FORMS:
            raise UsageError(f"there is no format {form!r} of a search", hint="one of: " + ", ".join(FORMS))
        return FORMS[form](self)


def finds_of(losses: Iterable[Known], want: tuple[str, ...], forbid: tuple[str, ...]) -> tuple[Find, ...]:
    """Return the finds among ``losses``, the cheapest first, with those on the front of properties and cost marked."""
    found = [Find(x, _latex(x)) for x in losses if _is_found(x, want, forbid)]
    found.sort(key=lambda f: (operations(f.loss.cost), len(f.loss.text), f.loss.text))
    return tuple(Find(f.loss, f.latex, not any(_beats(other, f) for other in found)) for f in found)


def _is_found(loss: Known, want: tuple[str, ...], forbid: tuple[str, ...]) -> bool:
    return (all(loss.statuses.get(c) == _PROVED for c in want)
            and all(loss.statuses.get(c) == _REFUTED for c in forbid))


def _beats(a: Find, b: Find) -> bool:
    costs = operations(a.loss.cost), operations(b.loss.cost)
    return (a.properties >= b.properties and costs[0] <= costs[1]
            and (a.properties > b.properties or costs[0] < costs[1]))


def _latex(loss: Known) -> str:
    return str((loss.dossier or {}).get("latex", loss.text))


def _rows(found: Findings) -> list[list[str]]:
    claims = [*ordered(found.want), *(c for c in claim_names() if c not in found.want)]
    names = [_name(k, f) for k, f in enumerate(found.finds)]
    rows = [["", *names], ["cost", *(shown_cost(f.loss.cost) for f in found.finds)]]
    rows += [[c, *(_MARKS.get(f.loss.statuses.get(c, ""), "?") for f in found.finds)] for c in claims]
    return rows + [["on the front", *("yes" if f.on_front else "no" for f in found.finds)]]


def _name(number: int, find: Find) -> str:
    return f"{number + 1}" if find.loss.same_as.startswith("new") else f"{number + 1} {find.loss.same_as}"


def _summary(found: Findings) -> list[str]:
    counts = Counter(s for x in found.losses for s in [_why(found, x)])
    aside = ", ".join(f"{n} by {claim}" for claim, n in counts.most_common() if claim)
    lines = [f"{found.formulas} formulas, {len(found.losses)} losses of different normal forms; "
             f"{len(found.finds)} found, {len(found.open)} open" + (f"; put aside: {aside}" if aside else "")]
    end = "the grammar has no more formulas" if found.exhausted else "the grammar has more formulas"
    rate = f"{found.judged} judged in this run, {found.judged / found.seconds:.2f} a second" if found.judged else ""
    lines.append(f"{end}; {found.seconds:.0f} s" + (f", {rate}" if rate else ""))
    for chosen in found.empty:
        some = " (some by numbers only)" if _by_numbers(found, chosen) else ""
        where = "of the grammar" if found.exhausted else "so far"
        lines.append(f"no loss {where} has all of: {', '.join(chosen)}{some}")
    lines += [f"open: {claim} of {loss.text}" for loss, claim in found.open[:10]]
    lines += [f"not read: {text}: {why}" for text, why in found.refused[:10]]
    return lines + ["interrupted; a later run with the same folder goes on from here"] * found.is_interrupted


def _why(found: Findings, loss: Known) -> str:
    against = found._against(loss)
    first = next((c for c in ordered((*found.want, *found.forbid)) if c in against), "")
    return first and (f"{first} (numbers)" if loss.statuses.get(first) == SCREENED else first)


def _by_numbers(found: Findings, chosen: tuple[str, ...]) -> bool:
    return any(not any(loss.statuses.get(c) in (_REFUTED, _PROVED) for c in found._against(loss) if c in chosen)
               for loss in found.losses)


def _formulas(found: Findings) -> list[str]:
    lines = []
    for k, f in enumerate(found.finds):
        lines += [f"{k + 1:>3}  {f.loss.text}", f"     {f.loss.same_as}; key {f.loss.key}"]
    return lines


def _terminal(found: Findings) -> str:
    rows = _rows(found) if found.finds else []
    widths = [max(len(r[k]) for r in rows) for k in range(len(rows[0]))] if rows else []
    table = ["  ".join(x.ljust(w) for x, w in zip(r, widths, strict=True)).rstrip() for r in rows]
    return "\n".join([*_formulas(found), "", *table, "", *_summary(found)]).strip()


def _markdown(found: Findings) -> str:
    rows = _rows(found)
    lines = ["| " + " | ".join(rows[0]) + " |", "|---" * len(rows[0]) + "|"] if found.finds else []
    lines += ["| " + " | ".join(r) + " |" for r in rows[1:]] if found.finds else []
    list_ = [f"{k + 1}. `{f.loss.text}` ({f.loss.same_as})" for k, f in enumerate(found.finds)]
    return "\n".join([*list_, "", *lines, "", *(f"- {line}" for line in _summary(found))]).strip()


def _json(found: Findings) -> str:
    return json.dumps({
        "schema": SCHEMA, "want": found.want, "forbid": found.forbid, "formulas": found.formulas,
        "losses": len(found.losses), "exhausted": found.exhausted, "empty": found.empty,
        "finds": [{"text": f.loss.text, "latex": f.latex, "key": f.loss.key, "same_as": f.loss.same_as,
                   "statuses": f.loss.statuses, "cost": f.loss.cost, "on_front": f.on_front} for f in found.finds],
        "open": [{"text": x.text, "claim": claim} for x, claim in found.open],
        "refused": [{"text": t, "why": w} for t, w in found.refused],
        "judged": found.judged, "seconds": round(found.seconds, 3), "interrupted": found.is_interrupted,
    }, indent=2, ensure_ascii=False)


FORMS: dict[str, Callable[[Findings], str]] = {"terminal": _terminal, "markdown": _markdown, "json": _json}
__all__ = ["FORMS", "Find", "Findings", "finds_of"]

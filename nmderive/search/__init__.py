"""The verb ``search``: losses of a grammar that have the claims that are wanted, each find with its dossier.

Formulas are read in order and put aside where numbers contradict a claim (which proves nothing); the rest is judged,
claims that fall soonest first, once a normal form. What is found out goes to one SQLite file at once: a later run goes
on from there, however the first one ended.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from nmderive.claims import claim
from nmderive.errors import UsageError
from nmderive.files import write
from nmderive.search.candidate import Formula, Judged, Question, Screened, judge, screen
from nmderive.search.findings import FORMS, Findings, finds_of
from nmderive.search.grammar import Grammar, read
from nmderive.search.store import LOST, SCREENED, Known, Store
from nmderive.workers import Lost, Workers

__all__ = ["Findings", "search"]
#: Formulas that a worker reads in one piece of work.
_BATCH = 8
#: Losses that wait to be judged before no more are read: the longest of them go first, so that workers end together.
_WAITING = 32
_SETTLED = ("PROVED", "REFUTED", "NOT APPLICABLE", "UNDECIDED", SCREENED, LOST)
_Task = tuple[Formula, ...] | Question


def search(
    want: Iterable[str], *, forbid: Iterable[str] = (), grammar: str | Path | Grammar | None = None,
    budget: int = 1000, out: str | Path = "search", workers: Workers | None = None,
    progress: Callable[[str], None] | None = None,
) -> Findings:
    """Return the losses among the first ``budget`` formulas of a grammar of which all of ``want`` is PROVED.

    ``forbid`` are claims that must be REFUTED. ``out`` is a folder: ``search.sqlite`` keeps all results, ``finds/``
    gets a dossier a find. An interruption ends the search; the findings so far are returned and say so. Raises
    UsageError for an unknown claim, a grammar that does not stand, and workers out of reach.
    """
    wanted, forbidden = tuple(dict.fromkeys(want)), tuple(dict.fromkeys(forbid))
    for name in (*wanted, *forbidden):
        claim(name)
    if not wanted or set(wanted) & set(forbidden):
        raise UsageError("a search wants at least one claim, and none that it forbids",
                         hint="--want softmax-optimum,convex")
    rules = grammar if isinstance(grammar, Grammar) else read(Path(grammar) if grammar else None)
    if rules.solve and "softmax-optimum" not in wanted:
        raise UsageError(f"the letter {rules.solve[0]} is solved for from softmax-optimum, which is not wanted",
                         hint="want it, or give the letter a list of values in the grammar")
    folder = Path(out)
    with Store(folder / "search.sqlite") as store:
        run = _Run(store, rules, wanted, forbidden, budget, progress or (lambda line: None))
        try:
            with workers or Workers() as pool:
                run.go(pool)
        except KeyboardInterrupt:
            run.is_interrupted = True
        found = run.findings()
    for find in found.finds:
        if find.loss.dossier is not None:
            text = json.dumps(find.loss.dossier, indent=2, ensure_ascii=False)
            write(folder / "finds" / f"{find.loss.key}.json", text + "\n")
    return found


def require_form(form: str) -> None:
    """Raise UsageError unless findings can be shown as ``form``."""
    if form not in FORMS:
        raise UsageError(f"there is no format {form!r} of a search", hint="one of: " + ", ".join(FORMS))


@dataclass
class _Run:
    """One run of a search: what is still to do, and what came out."""

    store: Store
    grammar: Grammar
    want: tuple[str, ...]
    forbid: tuple[str, ...]
    budget: int
    say: Callable[[str], None]
    is_interrupted: bool = False
    judged: int = 0
    found: int = 0
    started: float = field(default_factory=time.perf_counter)
    texts: list[str] = field(default_factory=list)
    exhausted: bool = False
    _to_judge: list[Question] = field(default_factory=list)
    _asked: set[str] = field(default_factory=set)
    _reading: int = 0

    def go(self, pool: Workers) -> None:
        """Read and judge until nothing is left to do."""
        tasks: Iterator[_Task | None] = self._tasks()
        for task, result in pool.each(_work, tasks):
            if isinstance(task, Question):
                self._take_verdicts(task, result)
            elif isinstance(task, tuple):
                self._take_formulas(task, result)

    def _tasks(self) -> Iterator[_Task | None]:
        """Yield what there is to do: reading ahead, then the longest loss; None while only results are awaited."""
        reading = self._to_read()
        while True:
            if len(self._to_judge) < _WAITING and (batch := tuple(islice(reading, _BATCH))):
                self._reading += 1
                yield batch
            elif self._to_judge:
                longest = max(self._to_judge, key=lambda question: len(question.text))
                self._to_judge.remove(longest)
                yield longest
            elif self._reading:
                yield None
            elif not self._to_judge:
                return

    def _to_read(self) -> Iterator[Formula]:
        """Yield the formulas that no earlier run has read; the losses of the others are judged where that is open."""
        letter = self.grammar.solve[0] if self.grammar.solve else None
        formulas = self.grammar.formulas()
        for text in islice(formulas, self.budget):
            self.texts.append(text)
            keys = self.store.keys(text)
            if keys is None:
                yield Formula(text, letter, (*self.want,))
            for key in keys or ():
                self._ask(key)
        self.exhausted = next(formulas, None) is None

    def _take_formulas(self, batch: tuple[Formula, ...], result: object) -> None:
        self._reading -= 1
        if isinstance(result, Lost):
            result = tuple(Screened(f.text, refused=result.reason) for f in batch)
        assert isinstance(result, tuple)
        for found in result:
            self.store.add_formula(found)
            for candidate in found.candidates:
                self._ask(candidate.key)

    def _ask(self, key: str) -> None:
        """Put a loss on the list to be judged, unless that is known, or a claim stands against it."""
        known = self.store.known(key)
        if known is None or key in self._asked:
            return
        self._asked.add(key)
        if question := _question(known, self.want, self.forbid):
            self._to_judge.append(question)
        else:
            self.found += known.dossier is not None

    def _take_verdicts(self, question: Question, result: object) -> None:
        if isinstance(result, Lost):
            first = (*question.want, *question.forbid)[0]
            result = Judged(question.key, {first: LOST})
        assert isinstance(result, Judged)
        self.judged += 1
        self.store.add_verdicts(result)
        self.found += result.dossier is not None
        rate = self.judged / (time.perf_counter() - self.started)
        counts = f"{len(self.texts)} formulas, {self.judged} judged, {rate:.2f} a second, {self.found} found"
        self.say(f"{counts}: {_short(question.text)}")

    def _losses(self) -> list[Known]:
        keys = dict.fromkeys(k for text in self.texts for k in self.store.keys(text) or ())
        return [x for x in map(self.store.known, keys) if x is not None]

    def findings(self) -> Findings:
        """Return what is known by now."""
        losses = self._losses()
        refused = tuple((t, why) for t in self.texts if (why := self.store.refused(t)))
        return Findings(self.want, self.forbid, len(self.texts), refused, tuple(losses),
                        finds_of(losses, self.want, self.forbid), self.exhausted, self.judged,
                        time.perf_counter() - self.started, self.is_interrupted)


def _question(known: Known, want: tuple[str, ...], forbid: tuple[str, ...]) -> Question | None:
    """Return what is still to be asked of a loss; None where it is found, or a claim is not as it should be."""
    for names, right in ((want, "PROVED"), (forbid, "REFUTED")):
        if any(known.statuses.get(c, right) in _SETTLED and known.statuses.get(c, right) != right for c in names):
            return None
    if known.dossier is not None and all(c in known.statuses for c in (*want, *forbid)):
        return None
    return Question(known.text, known.key, want, forbid)


def _work(task: object) -> tuple[Screened, ...] | Judged:
    """Do one piece of work, in a worker."""
    assert isinstance(task, Question | tuple)
    return judge(task) if isinstance(task, Question) else screen(task)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."

"""What a search has found out, in one SQLite file: a reader sees each result whole or not at all, kill -9 or not.

``formulas`` says which losses each text stands for, ``losses`` what is known of each by the key of its normal form.
Results carry the hash of the tool that found them: another version judges anew, and leaves them where they are.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from nmderive.errors import UsageError
from nmderive.files import tool_hash
from nmderive.search.candidate import Candidate, Judged, Screened

_TABLES = """
CREATE TABLE IF NOT EXISTS formulas (tool TEXT, text TEXT, refused TEXT, keys TEXT, PRIMARY KEY (tool, text));
CREATE TABLE IF NOT EXISTS losses (tool TEXT, key TEXT, text TEXT, cost TEXT, statuses TEXT, dossier TEXT, same_as TEXT,
                                   seconds REAL, PRIMARY KEY (tool, key));
"""


@dataclass(frozen=True)
class Known:
    """A loss as far as it is known: the words of ``Status`` by claim, and "screened" where numbers contradict it."""

    key: str
    text: str
    cost: tuple[tuple[int, int], ...] = ()
    statuses: dict[str, str] = field(default_factory=dict)
    dossier: dict[str, Any] | None = None
    same_as: str = ""
    seconds: float = 0.0


#: The word for a claim that numbers contradict, and for one at which workers died.
SCREENED, LOST = "screened", "lost"


class Store:
    """The file of a search, to be entered; it is made where there is none."""

    def __init__(self, path: Path) -> None:
        self.path, self.tool = path, tool_hash()

    def __enter__(self) -> Store:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(self.path, isolation_level=None)
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.executescript(_TABLES)
        except (sqlite3.Error, OSError) as error:
            raise UsageError(f"cannot keep results in {self.path}: {error}") from None
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._base.close()

    def keys(self, text: str) -> tuple[str, ...] | None:
        """Return the keys of the losses that a formula stands for, None where it has not been read yet."""
        row = self._row("SELECT keys FROM formulas WHERE tool = ? AND text = ?", self.tool, text)
        return None if row is None else tuple(json.loads(row[0]))

    def refused(self, text: str) -> str:
        """Return why a formula is no loss, "" where it is one."""
        row = self._row("SELECT refused FROM formulas WHERE tool = ? AND text = ?", self.tool, text)
        return "" if row is None else str(row[0])

    def known(self, key: str) -> Known | None:
        """Return what is known of a loss."""
        row = self._row("SELECT key, text, cost, statuses, dossier, same_as, seconds FROM losses "
                        "WHERE tool = ? AND key = ?", self.tool, key)
        if row is None:
            return None
        cost = tuple((a, b) for a, b in json.loads(row[2]))
        return Known(row[0], row[1], cost, json.loads(row[3]), json.loads(row[4]), row[5], row[6])

    def add_formula(self, found: Screened) -> None:
        """Keep what a formula stands for, and its losses as far as they are new or more is known of them."""
        with self._whole():
            for candidate in found.candidates:
                self._add_loss(candidate)
            keys = json.dumps([c.key for c in found.candidates])
            self._base.execute("INSERT OR REPLACE INTO formulas VALUES (?, ?, ?, ?)",
                               (self.tool, found.text, found.refused, keys))

    def _add_loss(self, candidate: Candidate) -> None:
        old = self.known(candidate.key)
        statuses = {} if old is None else old.statuses
        more = {claim: SCREENED for claim in candidate.contradicted if claim not in statuses}
        if old is None or more:
            self._keep(old or Known(candidate.key, candidate.text, candidate.cost), {**statuses, **more})

    def add_verdicts(self, found: Judged) -> None:
        """Keep how claims of a loss stand."""
        old = self.known(found.key)
        assert old is not None, "a loss is screened before it is judged"
        new = Known(old.key, old.text, old.cost, {}, found.dossier or old.dossier, found.same_as or old.same_as,
                    old.seconds + found.seconds)
        self._keep(new, {**old.statuses, **found.statuses})

    def _keep(self, loss: Known, statuses: dict[str, str]) -> None:
        data = asdict(loss)
        self._base.execute("INSERT OR REPLACE INTO losses VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (
            self.tool, loss.key, loss.text, json.dumps(data["cost"]), json.dumps(statuses), json.dumps(loss.dossier),
            loss.same_as, loss.seconds,
        ))

    def _row(self, question: str, *values: Any) -> Any:
        return self._base.execute(question, values).fetchone()

    def _whole(self) -> _Transaction:
        return _Transaction(self._base)


class _Transaction:
    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def __enter__(self) -> None:
        self._base.execute("BEGIN")

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._base.execute("COMMIT" if kind is None else "ROLLBACK")

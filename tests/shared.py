"""What one worker of a test run has computed, for the others too: kept on disk, where all of them see it."""

import fcntl
import pickle
from dataclasses import dataclass
from pathlib import Path

from nmderive.losses import catalogue
from nmderive.verify import judge_one

#: Far more than any claim of the suite takes: its budget are steps, on a busy machine as on a quiet one.
SECONDS = 600.0


@dataclass(frozen=True)
class Shared:
    """Results by name; the worker that asks first computes, those that ask meanwhile wait.

    They wait on a lock, however long that takes: it goes with the worker that holds it, should that one die.
    """

    folder: Path

    def once(self, name, make):
        file = self.folder / name
        with (self.folder / f"{name} begun").open("w") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX)
            if not file.exists():
                part = self.folder / f"{name} part"
                part.write_bytes(pickle.dumps(make()))
                part.replace(file)
        return pickle.loads(file.read_bytes())


@dataclass(frozen=True)
class Judged:
    """Judges as ``judge_one`` does; a loss of the catalogue is judged once a run."""

    shared: Shared

    def __call__(self, loss, name, sizes=None, _seconds=None):
        if sizes or not catalogue.knows(loss.name):
            return judge_one(loss, name, sizes or {}, SECONDS)
        return self.shared.once(f"{loss.name} {name}", lambda: judge_one(loss, name, {}, SECONDS))

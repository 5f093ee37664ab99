"""What one worker of a test run has computed, for the others too: kept on disk, where all of them see it."""

import os
import pickle
import time
from dataclasses import dataclass
from pathlib import Path

from nmderive.verify import judge_one

SECONDS = 240.0
PATIENCE = 240.0


@dataclass(frozen=True)
class Shared:
    """Results by name; the worker that asks first computes, those that ask meanwhile wait."""

    folder: Path

    def once(self, name, make):
        file, mark = self.folder / name, self.folder / f"{name} begun"
        try:
            os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            patience = time.monotonic() + PATIENCE
            while not file.exists() and time.monotonic() < patience:
                time.sleep(0.05)
        if not file.exists():
            part = file.with_name(f"{name} {os.getpid()}")
            part.write_bytes(pickle.dumps(make()))
            part.replace(file)
        return pickle.loads(file.read_bytes())


@dataclass(frozen=True)
class Judged:
    """Judges as ``judge_one`` does; a loss of the catalogue without sizes of its own is judged once a run."""

    shared: Shared

    def __call__(self, loss, name, sizes, seconds):
        if not loss.name or sizes or seconds != SECONDS:
            return judge_one(loss, name, sizes, seconds)
        return self.shared.once(f"{loss.name} {name}", lambda: judge_one(loss, name, sizes, seconds))

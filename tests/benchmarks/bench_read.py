"""Time to read a published formula: the corpora of tests/data, milliseconds each, the median and the slowest.

Run: python -m tests.benchmarks.bench_read (the goal is 50 ms a formula; no test asserts it).
"""

from __future__ import annotations

import statistics
import time
import tomllib
from pathlib import Path

from nmderive.errors import NmderiveError
from nmderive.losses.reading import read

DATA = [Path(__file__).parents[1] / "data" / name for name in ("formulas.toml", "pasted.toml")]


def main() -> None:
    """Print the times; the first formula, which also builds the grammar, is read once before."""
    formulas = [x for path in DATA for x in tomllib.loads(path.read_text(encoding="utf-8"))["formula"]]
    times: dict[str, float] = {}
    for turn in range(2):
        for formula in formulas:
            start = time.perf_counter()
            try:
                read(formula["latex"], formula["needs"])
            except NmderiveError:
                pass
            times[formula["id"]] = 1e3 * (time.perf_counter() - start) if turn else 0.0
    slowest = max(times, key=times.__getitem__)
    print(f"{len(times)} formulas: median {statistics.median(times.values()):.1f} ms, "
          f"slowest {times[slowest]:.1f} ms ({slowest})")


if __name__ == "__main__":
    main()

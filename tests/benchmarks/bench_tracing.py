"""Time to read losses from code: those of training code in tests/data, milliseconds each, traced and checked.

Run: python -m tests.benchmarks.bench_tracing (the goal is 100 ms a loss for the trace; no test asserts it). The trace
is the function run on symbolic arrays and what is made of it; the check compares values and slopes with the function,
for which JAX compiles it at each size. Libraries are imported, and one loss of each read, before the clock runs.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import time
import warnings
from pathlib import Path
from typing import Any

from nmderive.errors import NmderiveError
from nmderive.tracing import read
from tests.tracing import training

FILES = {"torch_losses_of_classes": training.CLASSES, "torch_losses_of_pairs": training.PAIRS,
         "torch_losses_more": training.MORE, "torch_losses_of_objects": training.OBJECTS, "jax_losses": training.JAX}


def milliseconds(function: Any, lets: list[str], checked: bool) -> float:
    """Return the time to read a function that was not read before."""
    check, start = read.check, time.perf_counter()
    try:
        if not checked:
            read.check = lambda *_: ()  # type: ignore[assignment]
        read.read_function(function, lets)
    except NmderiveError:
        pass
    finally:
        read.check = check
    return 1e3 * (time.perf_counter() - start)


def main() -> None:
    """Print medians, the slowest, and how many take longer than 100 ms."""
    warnings.filterwarnings("ignore")
    sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
    for file, names in FILES.items():
        module = importlib.import_module(file)
        found = [(name, getattr(module, name)) for name in names]
        losses = [(name, x() if isinstance(x, type) else x) for name, x in found]
        milliseconds(losses[0][1], training.LETS.get(losses[0][0], []), True)
        for said, checked in (("traced", False), ("and checked", True)):
            times = {name: milliseconds(f, training.LETS.get(name, []), checked) for name, f in losses}
            slowest = max(times, key=times.__getitem__)
            print(f"{file:24} {said:12} {len(times):3} losses: median {statistics.median(times.values()):6.1f} ms, "
                  f"slowest {times[slowest]:6.1f} ms ({slowest}), above 100 ms: {sum(t > 100 for t in times.values())}")


if __name__ == "__main__":
    main()

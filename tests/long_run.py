"""Long campaigns: in a process of their own with bounded memory, kept on disk, going on where they were stopped."""

from __future__ import annotations

import argparse
import json
import resource
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import get_context
from pathlib import Path

#: Bytes a worker may take; what needs more fails there, and is counted as a fault.
MEMORY = 2 * 2**30
#: A worker is replaced after so many pieces: caches of what was judged before go with it.
PIECES = 20

Piece = tuple[Counter, list[str]]


def arguments_of(about: str | None, option: str, usual: int) -> argparse.Namespace:
    """Return the options of a campaign."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(option, type=int, default=usual)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--kept", type=Path, help="a file that keeps what was done, a line a piece")
    return parser.parse_args()


def walked(one: Callable[[str, int], Piece], arguments: argparse.Namespace, pieces: int) -> Iterator[Piece]:
    """Yield the results of all pieces, those that are kept first; the others are computed and kept."""
    done = _kept(arguments.kept, arguments.seed)
    yield from (done[k] for k in sorted(done) if k < pieces)
    todo = [k for k in range(pieces) if k not in done]
    with get_context("spawn").Pool(1, _bounded, maxtasksperchild=PIECES) as pool:
        for number, piece in pool.imap(partial(_numbered, one, arguments.seed), todo):
            if arguments.kept:
                with arguments.kept.open("a") as file:
                    file.write(json.dumps([arguments.seed, number, list(piece[0].items()), piece[1]]) + "\n")
            yield piece


def _kept(file: Path | None, seed: str) -> dict[int, Piece]:
    if file is None or not file.exists():
        return {}
    found = {}
    for line in file.read_text().splitlines():
        own, number, counts, wrong = json.loads(line)
        if own == seed:
            found[number] = (Counter({tuple(key): value for key, value in counts}), wrong)
    return found


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _numbered(one: Callable[[str, int], Piece], seed: str, number: int) -> tuple[int, Piece]:
    return number, one(seed, number)


def totals(counts: Counter) -> Iterator[str]:
    """Yield the table of verdicts by each part of their keys but the last, which is the verdict itself."""
    results = sorted({key[-1] for key in counts})
    for place in range(len(next(iter(counts), ())) - 1):
        yield "  ".join([f"{'':22}", *(f"{x:>14}" for x in results)])
        for name in sorted({key[place] for key in counts}):
            row = [sum(v for k, v in counts.items() if (k[place], k[-1]) == (name, x)) for x in results]
            yield "  ".join([f"{name:22}", *(f"{v:14d}" for v in row)])
        yield ""


def together(one: Callable[[str, int], Piece], pieces: int, seed: str) -> Piece:
    """Return the counts and contradictions of so many pieces, worked on here."""
    counts: Counter = Counter()
    wrong: list[str] = []
    for number in range(pieces):
        own, contradicted = one(seed, number)
        counts += own
        wrong += contradicted
    return counts, wrong


def run(about: str | None, one: Callable[[str, int], Piece]) -> int:
    """Run a campaign of the command line and print what came out, and what was contradicted."""
    arguments = arguments_of(about, "--formulas", 200)
    counts: Counter = Counter()
    wrong: list[str] = []
    for own, contradicted in walked(one, arguments, arguments.formulas):
        counts.update(own)
        wrong += contradicted
    print("\n".join(totals(counts)))
    print(f"{sum(counts.values())} verdicts, {len(wrong)} contradicted or at fault")
    for line in wrong:
        print("  " + line)
    return 1 if wrong else 0

"""Formulas that nobody would write, from parsing to verdicts: an answer or an error of ours, in time and memory.

Published formulas with their tokens deleted, doubled, swapped, replaced and spliced, kinds of losses put together, and
tokens at random. What is read is derived and printed in every format, and a property of it is judged.

    python tests/fuzz_formulas.py --formulas 10000 --kept fuzz.jsonl
"""

from __future__ import annotations

import random
import re
import signal
import sys
from collections import Counter
from contextlib import contextmanager

from campaign_kinds import CORES, KINDS, LETS, WHOLE
from long_run import arguments_of, totals, walked
from notation.published import formulas

from nmderive.claims import claim_names
from nmderive.derive import FORMATS, derive
from nmderive.errors import NmderiveError
from nmderive.evidence import Status
from nmderive.losses.reading import read
from nmderive.verify import FAULT, judge_one

#: Formulas of a piece of work.
EACH = 20
#: Seconds of this process's own work after which a step of a long run counts as a hang, however busy the machine; the
#: suite's short run has no such watch.
PATIENCE = 120
#: Letters of an error that is still read.
LONGEST = 1500
TOKENS = re.compile(r"\\[A-Za-z]+|\\.|[A-Za-z]|\d+|\s+|.", re.DOTALL)
LOOSE = tuple((
    r"\sum_i \sum_j \sum_{k\neq j} \prod_j \log \exp \frac{ \sqrt{ \bar{s}_i s_{i,j} t_{i,j} p_{i,j} s_i t_i s_{1,2} "
    r"e^{ ^{2} ^{-1} ^{g} _{j} + - * / ( ) { } | , = 0 1 2 -1 1/2 n m g i j k \sigma \tanh \max \cdots \left( \right) "
    r"\in \Omega_{neg} < \leq \begin{cases} & \\ \text{if} \infty \partial \mathbb{E} \prime ! ; \operatorname{sg}"
).split())


class Hang(BaseException):
    """A step took longer than the patience of a long run; no handler of ours takes it for a fault."""


@contextmanager
def watched(seconds: int):
    """Raise Hang after so many seconds of work; 0 watches nothing."""
    def ring(*_):
        raise Hang

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def damaged(rng: random.Random) -> tuple[str, list[str]]:
    """Return a published formula with a few tokens changed."""
    one, other = rng.choice(formulas()), rng.choice(formulas())
    tokens, others = TOKENS.findall(one["latex"]), TOKENS.findall(other["latex"])
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        at = rng.randrange(len(tokens))
        change = rng.choice(("delete", "double", "swap", "replace", "loose", "splice"))
        if change == "delete" and len(tokens) > 1:
            del tokens[at]
        elif change == "double":
            tokens.insert(at, tokens[at])
        elif change == "swap":
            with_ = rng.randrange(len(tokens))
            tokens[at], tokens[with_] = tokens[with_], tokens[at]
        elif change == "replace":
            tokens[at] = rng.choice(others)
        elif change == "loose":
            tokens.insert(at, rng.choice(LOOSE))
        elif change == "splice" and rng.random() < 0.3:
            tokens[at:] = others[rng.randrange(len(others)):]
    return "".join(tokens), list(one["needs"])


def composed(rng: random.Random) -> tuple[str, list[str]]:
    """Return kinds of losses within one another."""
    parts = [*CORES, *(x for kind in (*KINDS.values(), *WHOLE.values()) for x in kind)]
    frames = ("{a}+{b}", "({a})({b})", r"\frac{{a}}{1+({b})^2}", r"\log(1+({a})^2)+{b}", "({a})^2-{b}", "({a})^{g}",
              "e^{{a}}", r"\sqrt{1+({a})^2}", r"\sum_h ({a})", r"\frac{1}{{a}}", r"\tanh({a})", "({a})^{3}({b})^{2}",
              r"\prod_h ({a})", "0({a})+{b}", "({a})^0", r"\log({a})")
    text = rng.choice(parts)
    for _ in range(rng.choice((1, 1, 2, 3))):
        text = rng.choice(frames).replace("{a}", text).replace("{b}", rng.choice(parts))
    text = text.replace("{core1}", "s_{i,1}").replace("LIT", rng.choice("1234"))
    return text, [rng.choice(LETS)]


def random_tokens(rng: random.Random) -> tuple[str, list[str]]:
    """Return loose tokens in a row."""
    return " ".join(rng.choice(LOOSE) for _ in range(rng.randint(1, 14))), [rng.choice(LETS)] * rng.randint(0, 1)


#: Where formulas come from, each with its share: what is composed is mostly read, and costs the most.
SOURCES = {"damaged": damaged, "composed": composed, "tokens": random_tokens}
SHARES = (5, 2, 3)


def tried(source: str, text: str, lets: list[str], rng: random.Random, counts: Counter, patience: int) -> str:
    """Read, derive and judge one formula; return what went wrong, "" where nothing did."""
    step = "read"
    try:
        with watched(patience):
            loss = read(text, lets)
        counts[source, step, "done"] += 1
        step = "derive"
        with watched(patience):
            _derived(loss)
        counts[source, step, "done"] += 1
    except NmderiveError as error:
        counts[source, step, "refused"] += 1
        if len(str(error)) > LONGEST:
            return f"{step}: an error of {len(str(error))} letters"
        if step == "read":
            return ""
    except (Exception, Hang) as error:
        counts[source, step, "at fault"] += 1
        return f"{step}: {type(error).__name__}: {str(error)[:200]}"
    return _judged(source, loss, rng.choice(claim_names()), counts, patience)


def _derived(loss) -> None:
    gradient = derive(loss)
    for form in FORMATS:
        gradient.shown(form)


def _judged(source, loss, name: str, counts: Counter, patience: int) -> str:
    try:
        with watched(patience):
            verdict = judge_one(loss, name, {}, 240.0)
    except (Exception, Hang) as error:
        counts[source, name, "at fault"] += 1
        return f"{name}: {type(error).__name__}: {str(error)[:200]}"
    fault = next((f for f in verdict.findings if f.startswith(FAULT)), "")
    counts[source, name, "at fault" if fault else verdict.status.value] += 1
    if verdict.status in (Status.PROVED, Status.REFUTED) and not verdict.certificates:
        return f"{name}: {verdict.status.value} without a certificate"
    return f"{name}: {fault}" if fault else ""


def piece(seed: str, number: int, each: int = EACH, patience: int = PATIENCE) -> tuple[Counter, list[str]]:
    """Try the formulas of one piece of work: the same whatever was tried before."""
    rng, counts, wrong = random.Random(f"fuzz {seed} {number}"), Counter(), []
    for _ in range(each):
        source = rng.choices(list(SOURCES), SHARES)[0]
        text, lets = SOURCES[source](rng)
        problem = tried(source, text, lets, rng, counts, patience)
        if problem:
            wrong.append(f"{text!r} {lets} {problem}")
    return counts, wrong


def main() -> int:
    """Run so many formulas and print what came out: by source and by step."""
    arguments = arguments_of(__doc__, "--formulas", 200)
    counts, wrong = Counter(), []
    for own, faults in walked(piece, arguments, -(-arguments.formulas // EACH)):
        counts.update(own)
        wrong += faults
    print("\n".join(totals(counts)))
    tried_ = sum(v for k, v in counts.items() if k[1] == "read")
    print(f"{tried_} formulas, {len(wrong)} crashed, hung or ran out of memory")
    for line in wrong:
        print("  " + line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

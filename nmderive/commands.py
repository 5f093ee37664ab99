"""What each command does with its arguments: it calls a verb, prints, and returns the exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nmderive.console import knows_unicode, printed
from nmderive.errors import UsageError

_EXIT = {"PROVED": 0, "CERTIFIED": 0, "NOT APPLICABLE": 0, "REFUTED": 1}
#: A formula longer than this is refused before anything reads it.
_MAX_INPUT = 1_000_000


def loss_of(arguments: argparse.Namespace) -> Any:
    """Return the loss that the arguments name, unless --strict refuses how it is read."""
    from nmderive.front import loss
    from nmderive.losses.catalogue import of_family

    source = _read(arguments.loss)
    found = loss(of_family(source, _sizes(getattr(arguments, "where", ()))), lets=arguments.let, form=arguments.form)
    _refuse_guesses(found.read_as, arguments)
    return found


def _refuse_guesses(read_as: Sequence[str], arguments: argparse.Namespace) -> None:
    if not arguments.strict or not read_as:
        return
    from nmderive.notation.guesses import declaration_of

    let = declaration_of(read_as[0])
    hint = f"declare it: --let '{let}'" if let else "write the formula so that nothing is left out"
    raise UsageError(f"--strict: this would be read by a guess: {read_as[0]}", hint=hint)


def say_reading(read_as: tuple[str, ...]) -> None:
    """Print what was read into the formula on stderr, so that the output stays a formula."""
    from nmderive.report.terminal import read_as_lines

    for line in read_as_lines(read_as):
        print(line, file=sys.stderr)


def _read(source: str) -> str:
    if source == "-":
        source = sys.stdin.read(_MAX_INPUT + 1)
    if len(source) > _MAX_INPUT:
        raise UsageError("the input is longer than a million characters", hint="give one formula")
    return source


def _sizes(pairs: Sequence[str]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if name.strip() not in ("n", "m") or not value.strip().isdecimal() or not 1 <= int(value) <= 100:
            raise UsageError(
                f"--where {pair} does not fix a size", hint="write --where n=1 or --where m=2, with numbers up to 100"
            )
        if sizes.setdefault(name.strip(), int(value)) != int(value):
            raise UsageError(f"--where fixes {name.strip()} twice", hint="fix each size once")
    return sizes


def verify(arguments: argparse.Namespace) -> int:
    """Run ``verify``."""
    from nmderive.claims import claim
    from nmderive.report import format_names, render
    from nmderive.verify import main_status, verify

    form = "json" if arguments.json else arguments.format
    if form not in format_names():
        raise UsageError(f"there is no report format {form!r}", hint="one of: " + ", ".join(format_names()))
    for name in arguments.claim or ():
        claim(name)
    sizes = _sizes(arguments.where)
    loss = loss_of(arguments)
    if arguments.diagonal is not None:
        from nmderive.losses.diagonal import with_diagonal

        loss = with_diagonal(loss, arguments.diagonal)
    dossier = verify(loss, arguments.claim, sizes, arguments.seconds, progress_on_stderr())
    printed(render(dossier, form), form)
    if any(note.startswith("interrupted") for note in dossier.notes):
        return 130
    return _exit(main_status(dossier, arguments.claim).value)


def progress_on_stderr() -> Any:
    """Return a reporter that speaks on stderr once the work has taken a second."""
    import time

    started = time.monotonic()

    def report(name: str) -> None:
        if time.monotonic() - started > 1.0:
            print(f"{name} ...", file=sys.stderr)

    return report


def derive(arguments: argparse.Namespace) -> int:
    """Run ``derive``."""
    from nmderive.hessian import KINDS, hessian

    if arguments.hessian is not None and arguments.hessian not in KINDS and arguments.loss is None:
        arguments.loss, arguments.hessian = arguments.hessian, "full"  # derive --hessian LOSS
    if (arguments.script is None) == (arguments.loss is None):
        raise UsageError("give a loss, or a script with --script FILE", hint="see `nmderive derive --help`")
    if arguments.script is not None:
        return _script(arguments)
    from nmderive.derive import derive

    form = arguments.to or ("unicode" if knows_unicode() else "text")
    loss = loss_of(arguments)
    say_reading(loss.read_as)
    if arguments.width is not None and form != "latex":
        raise UsageError("--width splits LaTeX into lines", hint="add --to latex")
    found = derive(loss) if arguments.hessian is None else hessian(loss, arguments.hessian)
    printed(found.shown(form, arguments.width), form)
    gradient = derive(loss)
    if gradient.has_kinks:
        print(f"holds     {gradient.at_kinks}", file=sys.stderr)
    return 0


def _script(arguments: argparse.Namespace) -> int:
    from nmderive.derivation import StepFailed, run_script

    if arguments.let or arguments.form or arguments.hessian:
        raise UsageError("--let, --from and --hessian belong to a loss", hint="a script declares its letters itself")
    try:
        run_script(arguments.script, arguments.to or "text")
    except StepFailed as error:
        print(f"nmderive: {arguments.script}: {error}", file=sys.stderr)
        return 1
    return 0


def equal(arguments: argparse.Namespace) -> int:
    """Run ``equal``."""
    from nmderive.equal import equal
    from nmderive.report import render

    left = _read(arguments.left)
    right = None if arguments.right is None else _read(arguments.right)
    dossier = equal(
        left, right, lets=arguments.let, sizes=_sizes(arguments.where), form=arguments.form, order=arguments.order,
        hard_labels=arguments.hard_labels,
    )
    _refuse_guesses(dossier.read_as, arguments)
    form = "json" if arguments.json else "terminal"
    printed(render(dossier, form), form)
    return max((_exit(v.status.value) for v in dossier.verdicts), key=lambda code: (code == 1, code))


def _exit(status: str) -> int:
    return _EXIT.get(status, 3)


def solve(arguments: argparse.Namespace) -> int:
    """Run ``solve``."""
    from nmderive.solve import solve

    loss = loss_of(arguments)
    say_reading(loss.read_as)
    results = []
    for direction in arguments.direction or ("t", "s"):
        results.append(solve(loss, direction, arguments.seconds, progress_on_stderr(), arguments.all))
        if not arguments.json:
            print(results[-1], end="\n\n")
        if results[-1].record.notes:
            break
    if arguments.json:
        import json

        read_as = {"read_as": list(loss.read_as)} if loss.read_as else {}
        printed(json.dumps([{**r.as_data(), **read_as} for r in results], indent=2, ensure_ascii=False), "json")
    if any(r.record.notes for r in results):
        return 130
    return 0 if all(r.outcome.value == "SOLVED" for r in results) else 3


def compare(arguments: argparse.Namespace) -> int:
    """Run ``compare``."""
    from nmderive.compare import compare, require_form

    require_form(arguments.format)
    losses = [_read(x) for x in arguments.losses]
    table = compare(losses, lets=arguments.let, claims=arguments.claim, form=arguments.form,
                    progress=progress_on_stderr(), workers=_workers(arguments))
    if arguments.out is None:
        printed(table.render(arguments.format), arguments.format)
        return 0
    from nmderive.files import write

    write(Path(arguments.out), table.render(arguments.format))
    print(arguments.out)
    return 0


def search(arguments: argparse.Namespace) -> int:
    """Run ``search``."""
    from nmderive.search import require_form, search

    require_form(arguments.format)
    found = search(arguments.want, forbid=arguments.forbid, grammar=arguments.grammar, budget=arguments.budget,
                   out=arguments.out, workers=_workers(arguments), progress=progress_on_stderr())
    printed(found.render(arguments.format), arguments.format)
    if found.is_interrupted:
        return 130
    return 0 if found.finds else 1 if found.exhausted and not found.open else 3


def _workers(arguments: argparse.Namespace) -> Any:
    from nmderive.workers import Workers

    return Workers(arguments.executor, arguments.scheduler, arguments.workers)


def code(arguments: argparse.Namespace) -> int:
    """Run ``code``."""
    from nmderive.export import render

    if arguments.test and not arguments.out:
        raise UsageError("tests stand beside a module in a file", hint="--out loss.py --test")
    loss = loss_of(arguments)
    say_reading(loss.read_as)
    text = render(loss, arguments.to, arguments.order)
    if not arguments.out:
        print(text)
        return 0
    from nmderive.files import write

    out = Path(arguments.out)
    write(out, text)
    print(f"wrote {out}")
    if arguments.test:
        from nmderive.module_tests import tests_of

        beside = out.with_name(f"test_{out.name}")
        write(beside, tests_of(loss, arguments.to, out.name))
        print(f"wrote {beside}: python -m pytest {beside}")
    return 0


def reproduce(arguments: argparse.Namespace) -> int:
    """Run ``reproduce``."""
    from nmderive.reproduce import reproduce

    done = reproduce(arguments.out, lambda line: print(line, file=sys.stderr, flush=True), workers=_workers(arguments))
    if arguments.json:
        import json

        printed(json.dumps(done.as_data(), indent=2, ensure_ascii=False), "json")
    else:
        print(done)
    return 3 if done.counts["UNDECIDED"] else 0


def list(arguments: argparse.Namespace) -> int:
    """Run ``list``."""
    from nmderive.losses.catalogue import entries, family_entries

    found = [*entries(), *family_entries()]
    if arguments.json:
        import json
        from dataclasses import asdict

        printed(json.dumps([asdict(e) for e in found], indent=2, ensure_ascii=False), "json")
        return 0
    width = max(len(e.name) for e in found)
    for e in found:
        print(f"{e.name:<{width}}  {e.latex}")
        print(f"{'':<{width}}  {e.title}. {e.source}")
    return 0


def claims(arguments: argparse.Namespace) -> int:
    """Run ``claims``."""
    import textwrap

    from nmderive.loss_page import definitions

    found = definitions()
    if arguments.json:
        import json

        printed(json.dumps(found, indent=2, ensure_ascii=False), "json")
        return 0
    for name, meaning in found.items():
        print(name)
        print(textwrap.fill(meaning, 100, initial_indent="    ", subsequent_indent="    "))
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Run ``check``."""
    from nmderive.checking import check_text

    results = check_text(_read_file(arguments.file))
    for result in results:
        print(f"{'ACCEPTED' if result.accepted else 'REJECTED'}  {result.statement or result.reason}")
        if not result.accepted and result.statement:
            print(f"          {result.reason}")
    if not results:
        print("no certificates found", file=sys.stderr)
        return 2
    return 0 if all(r.accepted for r in results) else 1


def _read_file(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    try:
        with open(name, encoding="utf-8") as handle:
            return handle.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {name}: {error}") from error

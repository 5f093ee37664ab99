"""The command line: arguments, output format, exit code; no mathematics.

Exit codes: 0 proved or done, 1 refuted, 2 usage or parse error, 3 undecided, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nmderive.errors import NmderiveError, UsageError

_EXIT = {"PROVED": 0, "CERTIFIED": 0, "REFUTED": 1, "UNDECIDED": 3}
_LOSS_HELP = "a name of the catalogue, LaTeX, text, or - for standard input"
#: A formula longer than this is refused before anything reads it.
_MAX_INPUT = 1_000_000


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except NmderiveError as error:
        print(f"nmderive: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("nmderive: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader has gone; point stdout elsewhere so that the shutdown flush stays silent.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"nmderive: cannot write the output: {error.strerror or error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nmderive",
        description="Says what a training loss makes a model learn: gradient, optimum, properties, with proofs.",
        epilog="exit codes: 0 proved, 1 refuted, 2 usage or parse error, 3 undecided, 130 interrupted",
    )
    parser.add_argument("--version", action="version", version="nmderive 0.1.0")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_verify(commands)
    _add_derive(commands)
    _add_equal(commands)
    _add_solve(commands)
    _add_compare(commands)
    _add_code(commands)
    _add_reproduce(commands)
    listing = commands.add_parser("list", help="the catalogue: name, formula, source")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=_list)
    check = commands.add_parser("check", help="re-check certificates in a JSON file")
    check.add_argument("file", help="a certificate, a list of them, or the output of --json; - for standard input")
    check.set_defaults(run=_check)
    return parser


def _add_verify(commands: Any) -> None:
    verify = commands.add_parser("verify", help="judge the properties of a loss, each with proof or counterexample")
    _add_loss(verify)
    verify.add_argument("--claim", action="append", metavar="NAME", help="judge this claim (repeatable; default: all)")
    verify.add_argument("--where", action="append", default=[], metavar="m=2", help="fix n or m (repeatable)")
    verify.add_argument("--seconds", type=_seconds, default=60.0, help="time limit per claim (default 60)")
    verify.add_argument("--json", action="store_true", help="print JSON, the same as --format json")
    verify.add_argument("--format", default="terminal", help="report format: terminal, json, ...")
    verify.set_defaults(run=_verify)


def _add_derive(commands: Any) -> None:
    derive = commands.add_parser("derive", help="print the gradient for symbolic n and m, or run a derivation script")
    derive.add_argument("loss", nargs="?", help=_LOSS_HELP)
    _add_lets(derive)
    derive.add_argument("--script", metavar="FILE", help="run this Python file of steps instead; each step is checked")
    derive.add_argument("--to", help="latex, unicode, text, sympy or json (default unicode); "
                        "of a script: text, latex, json or html (default text)")
    derive.set_defaults(run=_derive)


def _add_equal(commands: Any) -> None:
    equal = commands.add_parser("equal", help="is A = B for all n, m? proved, or a witness")
    equal.add_argument("left", help=_LOSS_HELP + "; alone, an equation A = B")
    equal.add_argument("right", nargs="?", help="the other side")
    _add_lets(equal)
    equal.add_argument("--where", action="append", default=[], metavar="n=1", help="fix n or m (repeatable)")
    equal.add_argument("--order", type=int, metavar="K", help="up to order K in the exponentials of logits")
    equal.add_argument("--hard-labels", action="store_true", help="labels are 0 or 1, one 1 in each row of classes")
    equal.add_argument("--json", action="store_true", help="print JSON")
    equal.set_defaults(run=_equal)


def _add_solve(commands: Any) -> None:
    solve = commands.add_parser("solve", help="search for the optimum in closed form, solving dl/ds = 0")
    _add_loss(solve)
    solve.add_argument("--for", dest="direction", choices=("t", "s"), action="append",
                       help="t: labels from logits; s: logits from labels (default: both)")
    solve.add_argument("--seconds", type=_seconds, help="time limit per strategy (default: each strategy's own)")
    solve.add_argument("--all", action="store_true", help="run costly strategies even when the optimum is solved")
    solve.add_argument("--json", action="store_true", help="print JSON")
    solve.set_defaults(run=_solve)


def _add_compare(commands: Any) -> None:
    compare = commands.add_parser("compare", help="losses side by side: a table of properties and verdicts")
    compare.add_argument("losses", nargs="+", help="names of the catalogue, LaTeX or text")
    _add_lets(compare)
    compare.add_argument("--claim", action="append", metavar="NAME", help="judge this claim (repeatable; default: all)")
    compare.add_argument("--format", default="terminal", help="terminal, markdown, latex or json")
    compare.set_defaults(run=_compare)


def _add_code(commands: Any) -> None:
    code = commands.add_parser("code", help="value and gradient as a module that can be copied")
    _add_loss(code)
    code.add_argument("--to", default="numpy", help="the format: numpy, ... (default numpy)")
    code.set_defaults(run=_code)


def _add_reproduce(commands: Any) -> None:
    reproduce = commands.add_parser("reproduce", help="judge every claim of the article; writes a report to read")
    reproduce.add_argument("--out", default="reproduction", metavar="DIR",
                           help="where records and report go (default: reproduction); a later run continues there")
    reproduce.add_argument("--json", action="store_true", help="print JSON")
    reproduce.set_defaults(run=_reproduce)


def _add_loss(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("loss", help=_LOSS_HELP)
    _add_lets(parser)


def _add_lets(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--let", action="append", default=[], metavar="DECL",
        help="declare a letter: 'g>0', '0<q<=1', 'b', 'q=0.7', 'w_j>0', 'm: margin', 'z: logits' (repeatable)",
    )
    parser.add_argument("--from", dest="form", choices=("latex", "text"), help="how to read the formula")
    parser.add_argument("--strict", action="store_true", help="refuse a formula that is read by a guess (see read as)")


def _loss(arguments: argparse.Namespace) -> Any:
    from nmderive.front import loss

    found = loss(_read(arguments.loss), lets=arguments.let, form=arguments.form)
    _refuse_guesses(found.read_as, arguments)
    return found


def _refuse_guesses(read_as: Sequence[str], arguments: argparse.Namespace) -> None:
    if arguments.strict and read_as:
        raise UsageError(f"--strict: this would be read by a guess: {read_as[0]}", hint="declare it with --let")


def _say_reading(read_as: tuple[str, ...]) -> None:
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


def _seconds(text: str) -> float:
    value = float(text)
    if not 0.01 <= value <= 1e6:
        raise argparse.ArgumentTypeError(f"{text} is no time limit: give seconds from 0.01 to 1000000")
    return value


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


def _verify(arguments: argparse.Namespace) -> int:
    from nmderive.claims import claim
    from nmderive.report import format_names, render
    from nmderive.verify import main_status, verify

    form = "json" if arguments.json else arguments.format
    if form not in format_names():
        raise UsageError(f"there is no report format {form!r}", hint="one of: " + ", ".join(format_names()))
    for name in arguments.claim or ():
        claim(name)
    sizes = _sizes(arguments.where)
    loss = _loss(arguments)
    dossier = verify(loss, arguments.claim, sizes, arguments.seconds, _progress())
    dossier = replace(dossier, read_as=loss.read_as)
    print(render(dossier, form))
    if any(note.startswith("interrupted") for note in dossier.notes):
        return 130
    return _EXIT[main_status(dossier, arguments.claim).value]


def _progress() -> Any:
    """Return a reporter that speaks on stderr once the work has taken a second."""
    import time

    started = time.monotonic()

    def report(name: str) -> None:
        if time.monotonic() - started > 1.0:
            print(f"{name} ...", file=sys.stderr)

    return report


def _derive(arguments: argparse.Namespace) -> int:
    if (arguments.script is None) == (arguments.loss is None):
        raise UsageError("give a loss, or a script with --script FILE", hint="see `nmderive derive --help`")
    if arguments.script is not None:
        return _script(arguments)
    from nmderive.derive import derive

    loss = _loss(arguments)
    _say_reading(loss.read_as)
    print(derive(loss).shown(arguments.to or "unicode"))
    return 0


def _script(arguments: argparse.Namespace) -> int:
    from nmderive.derivation import StepFailed, run_script

    if arguments.let or arguments.form:
        raise UsageError("--let and --from belong to a loss", hint="a script declares its letters itself")
    try:
        run_script(arguments.script, arguments.to or "text")
    except StepFailed as error:
        print(f"nmderive: {arguments.script}: {error}", file=sys.stderr)
        return 1
    return 0


def _equal(arguments: argparse.Namespace) -> int:
    from nmderive.equal import equal
    from nmderive.report import render

    left = _read(arguments.left)
    right = None if arguments.right is None else _read(arguments.right)
    dossier = equal(
        left, right, lets=arguments.let, sizes=_sizes(arguments.where), form=arguments.form, order=arguments.order,
        hard_labels=arguments.hard_labels,
    )
    _refuse_guesses(dossier.read_as, arguments)
    print(render(dossier, "json" if arguments.json else "terminal"))
    statuses = [v.status.value for v in dossier.verdicts]
    return max((_EXIT[s] for s in statuses), key=lambda code: (code == 1, code))


def _solve(arguments: argparse.Namespace) -> int:
    from nmderive.solve import solve

    loss = _loss(arguments)
    _say_reading(loss.read_as)
    results = []
    for direction in arguments.direction or ("t", "s"):
        results.append(solve(loss, direction, arguments.seconds, _progress(), arguments.all))
        if not arguments.json:
            print(results[-1], end="\n\n")
        if results[-1].record.notes:
            break
    if arguments.json:
        import json

        read_as = {"read_as": list(loss.read_as)} if loss.read_as else {}
        print(json.dumps([{**r.as_data(), **read_as} for r in results], indent=2, ensure_ascii=False))
    if any(r.record.notes for r in results):
        return 130
    return 0 if all(r.outcome.value == "SOLVED" for r in results) else 3


def _compare(arguments: argparse.Namespace) -> int:
    from nmderive.compare import compare, require_form

    require_form(arguments.format)
    losses = [_read(x) for x in arguments.losses]
    table = compare(losses, lets=arguments.let, claims=arguments.claim, form=arguments.form, progress=_progress())
    print(table.render(arguments.format))
    return 0


def _code(arguments: argparse.Namespace) -> int:
    from nmderive.export import render

    loss = _loss(arguments)
    _say_reading(loss.read_as)
    print(render(loss, arguments.to))
    return 0


def _reproduce(arguments: argparse.Namespace) -> int:
    from nmderive.reproduce import reproduce

    done = reproduce(arguments.out, lambda line: print(line, file=sys.stderr, flush=True))
    if arguments.json:
        import json

        print(json.dumps(done.as_data(), indent=2, ensure_ascii=False))
    else:
        print(done)
    return 3 if done.counts["UNDECIDED"] else 0


def _list(arguments: argparse.Namespace) -> int:
    from nmderive.losses.catalogue import entries

    found = entries()
    if arguments.json:
        import json
        from dataclasses import asdict

        print(json.dumps([asdict(e) for e in found], indent=2, ensure_ascii=False))
        return 0
    width = max(len(e.name) for e in found)
    for e in found:
        print(f"{e.name:<{width}}  {e.latex}")
        print(f"{'':<{width}}  {e.title}. {e.source}")
    return 0


def _check(arguments: argparse.Namespace) -> int:
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

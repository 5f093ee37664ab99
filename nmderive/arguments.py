"""The arguments of every command, and what each of them runs."""

from __future__ import annotations

import argparse
import difflib
import re
from typing import Any, NoReturn

from nmderive import commands, commands_pages
from nmderive.completion import SHELLS

_LOSS_HELP = "a name of the catalogue, LaTeX, text, code (file.py:function), or - for standard input"
_EXIT_CODES = """exit codes: 0 done, or proved; 1 refuted (verify: one of the claims that --claim asked for, without
any softmax-optimum; where that has no meaning 0 says that all was decided); 2 usage or parse error; 3 undecided;
70 a fault of nmderive's own; 130 interrupted"""


#: A formula that begins with a minus, -\log(p_y) or -log(p[y]), and no option.
_FORMULA = re.compile(r"-(?=[^-])(?!\d+(\.\d*)?$)(?=[^A-Za-z]|.*[\\()\[\]{}^_*/+])", re.DOTALL)


class _Parser(argparse.ArgumentParser):
    """A parser that says which command was meant."""

    def _parse_optional(self, arg_string: str) -> Any:
        """Take a formula that begins with a minus for what it is; argparse has no public place for that."""
        return None if _FORMULA.match(arg_string) else super()._parse_optional(arg_string)

    def error(self, message: str) -> NoReturn:
        """Say in two lines what is wrong, and exit with 2."""
        tried = re.search(r"argument COMMAND: invalid choice: '([^']*)' \(choose from (.*)\)", message)
        if tried is None:
            self.exit(2, f"nmderive: {message}\nhint: {self._option_meant(message) or f'see `{self.prog} --help`'}\n")
        known = re.findall(r"[a-z]+", tried[2])
        close = difflib.get_close_matches(tried[1].lower(), known, 1)
        hint = f"did you mean {close[0]}?" if close else "one of: " + ", ".join(known)
        self.exit(2, f"nmderive: there is no command {tried[1]!r}\nhint: {hint}\n")

    def _option_meant(self, message: str) -> str:
        """Return which option an unknown one may stand for, of whatever command; empty where none is near."""
        tried = re.search(r"unrecognized arguments: (--[\w-]+)", message)
        commands = next((a.choices for a in self._actions if isinstance(a, argparse._SubParsersAction)), {})
        takers: dict[str, list[str]] = {}
        for name, command in commands.items():
            for option in {x for a in command._actions for x in a.option_strings}:
                takers.setdefault(option, []).append(name)
        close = difflib.get_close_matches(tried[1], sorted(takers), 1) if tried else []
        if tried and close == [tried[1]]:
            return f"{tried[1]} is an option of {', '.join(takers[tried[1]])}"
        return f"did you mean {close[0]}?" if close else ""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; its result has ``run``, which does the command."""
    top = _Parser(
        prog="nmderive",
        description="Says what a training loss makes a model learn: gradient, optimum, properties, with proofs.",
        epilog=_EXIT_CODES,
    )
    top.add_argument("--debug", action="store_true", help="show the traceback of a fault (after the command too)")
    top.add_argument("--version", action="version", version="nmderive 0.1.0")
    parsers = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_verify(parsers)
    _add_derive(parsers)
    _add_equal(parsers)
    _add_solve(parsers)
    _add_compare(parsers)
    _add_code(parsers)
    _add_report(parsers)
    _add_plot(parsers)
    _add_serve(parsers)
    _add_reproduce(parsers)
    _add_search(parsers)
    _add_lists(parsers)
    completion = parsers.add_parser("completion", help="a script that completes commands and options in a shell")
    completion.add_argument("shell", choices=SHELLS, help="the shell that is to source it")
    completion.set_defaults(run=lambda given: commands_pages.completion(given, top))
    for command in parsers.choices.values():
        command.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return top


def _add_lists(parsers: Any) -> None:
    listing = parsers.add_parser("list", help="the catalogue: name, formula, source")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=commands.list)
    meaning = parsers.add_parser("claims", help="the properties that are judged: name and definition")
    meaning.add_argument("--json", action="store_true", help="print JSON")
    meaning.set_defaults(run=commands.claims)
    check = parsers.add_parser("check", help="re-check certificates in a JSON file")
    check.add_argument("file", help="a certificate, a list of them, or the output of --json; - for standard input")
    check.set_defaults(run=commands.check)


def _add_verify(parsers: Any) -> None:
    verify = parsers.add_parser("verify", help="judge the properties of a loss, each with proof or counterexample")
    _add_loss(verify)
    verify.add_argument("--claim", type=_claims, action="extend", metavar="NAMES",
                        help="judge these claims, with commas between them (repeatable; default: all)")
    verify.add_argument("--where", action="append", default=[], metavar="m=2", help="fix n or m (repeatable)")
    verify.add_argument("--diagonal", metavar="D", help="the entry D_ij of a diagonal that --claim diagonal-majorant "
                        "holds against the Hessian (default: twice the Hessian's own)")
    verify.add_argument("--seconds", type=_seconds, default=60.0, help="the clock ends a claim then (default 60)")
    verify.add_argument("--json", action="store_true", help="print JSON, the same as --format json")
    verify.add_argument("--format", default="terminal", help="report format: terminal, json, ...")
    verify.set_defaults(run=commands.verify)


def _width(text: str) -> int:
    if not text.isdecimal() or not 20 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError("a width is a number from 20 to 1000")
    return int(text)


def _add_derive(parsers: Any) -> None:
    derive = parsers.add_parser("derive", help="print the gradient for symbolic n and m, or run a derivation script")
    derive.add_argument("loss", nargs="?", help=_LOSS_HELP)
    _add_lets(derive)
    derive.add_argument("--script", metavar="FILE", help="run this Python file of steps instead; each step is checked")
    derive.add_argument("--to", help="latex, unicode, text, sympy or json (default: unicode, else text); "
                        "of a script: text, latex, json or html (default text)")
    derive.add_argument("--hessian", nargs="?", const="full", metavar="KIND",
                        help="the second derivative: full (the default), row (the block of one row) or diagonal")
    derive.add_argument("--width", type=_width, metavar="N", help="split LaTeX into lines of about N characters")
    derive.set_defaults(run=commands.derive)


def _add_equal(parsers: Any) -> None:
    equal = parsers.add_parser("equal", help="is A = B for all n, m? proved, or a witness")
    equal.add_argument("left", help=_LOSS_HELP + "; alone, an equation A = B")
    equal.add_argument("right", nargs="?", help="the other side")
    _add_lets(equal)
    equal.add_argument("--where", action="append", default=[], metavar="n=1", help="fix n or m (repeatable)")
    equal.add_argument("--order", type=int, metavar="K", help="up to order K in the exponentials of logits")
    equal.add_argument("--hard-labels", action="store_true", help="labels are 0 or 1, one 1 in each row of classes")
    equal.add_argument("--json", action="store_true", help="print JSON")
    equal.set_defaults(run=commands.equal)


def _add_solve(parsers: Any) -> None:
    solve = parsers.add_parser("solve", help="search for the optimum in closed form, solving dl/ds = 0")
    _add_loss(solve)
    solve.add_argument("--for", dest="direction", choices=("t", "s"), action="append",
                       help="t: labels from logits; s: logits from labels (default: both)")
    solve.add_argument("--seconds", type=_seconds, help="the clock ends a strategy then")
    solve.add_argument("--all", action="store_true", help="run costly strategies even when the optimum is solved")
    solve.add_argument("--json", action="store_true", help="print JSON")
    solve.set_defaults(run=commands.solve)


def _add_compare(parsers: Any) -> None:
    compare = parsers.add_parser("compare", help="losses side by side: a table of properties and verdicts")
    compare.add_argument("losses", nargs="+",
                         help="names of the catalogue, LaTeX or text; NAME=FORMULA gives a formula a name")
    _add_lets(compare)
    compare.add_argument("--claim", type=_claims, action="extend", metavar="NAMES",
                        help="judge these claims, with commas between them (repeatable; default: all)")
    compare.add_argument("--format", default="terminal", help="terminal, markdown, latex, html or json")
    compare.add_argument("--out", metavar="FILE", help="write the table here (default: standard output)")
    _add_executor(compare)
    compare.set_defaults(run=commands.compare)


def _claims(text: str) -> list[str]:
    return [name for name in re.split(r"[,\s]+", text) if name]


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10**9:
        raise argparse.ArgumentTypeError("this is a whole number from 1 to 1,000,000,000")
    return int(text)


def _add_search(parsers: Any) -> None:
    search = parsers.add_parser("search", help="losses of a grammar that have the properties wanted, each judged",
                                epilog="exit codes: 0 found; 1 none, and the grammar has no more; 3 none so far")
    search.add_argument("--want", type=_claims, action="extend", required=True, metavar="CLAIMS",
                        help="claims that must be PROVED, with commas between them")
    search.add_argument("--forbid", type=_claims, action="extend", default=[], metavar="CLAIMS",
                        help="claims that must be REFUTED")
    search.add_argument("--grammar", metavar="FILE", help="a TOML file of rules (default: the one that comes along; "
                        "docs/search.md explains it)")
    search.add_argument("--budget", type=_count, default=1000, metavar="N", help="formulas to look at (default 1000)")
    search.add_argument("--out", default="search", metavar="DIR", help="where results are kept (default: search); "
                        "a later run with the same folder goes on")
    search.add_argument("--format", default="terminal", help="terminal, markdown or json")
    _add_executor(search)
    search.set_defaults(run=commands.search)


def _add_executor(command: argparse.ArgumentParser) -> None:
    command.add_argument("--executor", default="processes", metavar="KIND",
                         help="processes of this machine, or dask (default processes)")
    command.add_argument("--scheduler", metavar="ADDRESS", help="of the Dask scheduler, such as tcp://HOST:8786")
    command.add_argument("--workers", type=_count, metavar="N", help="processes of this machine (default: its cores)")


def _add_code(parsers: Any) -> None:
    code = parsers.add_parser("code", help="value and gradient as a module that can be copied")
    _add_loss(code)
    code.add_argument("--to", default="numpy", help="numpy, torch, jax, xgboost or lightgbm (default numpy)")
    code.add_argument("--order", default="written",
                      help="random: and the loss with its classes counted in an order drawn at each call")
    code.add_argument("--out", metavar="FILE", help="write the module to this file")
    code.add_argument("--test", action="store_true", help="and tests of it beside it, as test_FILE")
    code.set_defaults(run=commands.code)


def _add_report(parsers: Any) -> None:
    report = parsers.add_parser("report", help="all about one loss as a page to read, with its certificates")
    _add_loss(report)
    report.add_argument("--out", default="report", metavar="DIR", help="where page and dossier go (default: report)")
    report.add_argument("--seconds", type=_seconds, default=60.0, help="the clock ends a claim then (default 60)")
    report.set_defaults(run=commands_pages.report)


def _add_plot(parsers: Any) -> None:
    plot = parsers.add_parser("plot", help="pictures of a loss as SVG: landscape, optimum, gradient norm, class shares")
    _add_loss(plot)
    plot.add_argument("--picture", action="append", default=[], metavar="NAME",
                      help="draw this one (repeatable; default: all that the loss has)")
    plot.add_argument("--set", action="append", default=[], metavar="g=2", help="draw at this value of a parameter")
    plot.add_argument("--out", metavar="FILE", help="write the SVG here (default: standard output)")
    plot.set_defaults(run=commands_pages.plot)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _add_serve(parsers: Any) -> None:
    serve = parsers.add_parser("serve", help="a web page of this machine to paste a formula into (the extra web)")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on (default 127.0.0.1: this machine)")
    serve.add_argument("--port", type=_port, default=8642, help="the port (default 8642; 0: one that is free)")
    serve.add_argument("--name", action="append", default=[], metavar="HOST", help="answer to this name too")
    serve.add_argument("--seconds", type=_seconds, default=300.0, help="the clock ends a question then (default 300)")
    serve.add_argument("--megabytes", type=_count, default=4096, help="memory of a question's process (default 4096)")
    serve.add_argument("--workers", type=_count, metavar="N", help="questions at once (default: the cores)")
    serve.set_defaults(run=commands_pages.serve)


def _add_reproduce(parsers: Any) -> None:
    reproduce = parsers.add_parser("reproduce", help="judge every claim of the article; writes a report to read")
    reproduce.add_argument("--out", default="reproduction", metavar="DIR",
                           help="where records and report go (default: reproduction); a later run continues there")
    reproduce.add_argument("--json", action="store_true", help="print JSON")
    _add_executor(reproduce)
    reproduce.set_defaults(run=commands.reproduce)


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


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.01 <= value <= 1e6:
        raise argparse.ArgumentTypeError(f"{text} is no time limit: give seconds from 0.01 to 1000000")
    return value

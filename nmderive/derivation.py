"""Derivations on paper, each step checked: expression, rule, next expression, side condition.

A script starts from an expression, names a rule and the next expression; the tool proves that both are equal before
it prints the step, and stops where it cannot. A step in prose is printed as ARGUED and counted as such.
"""

from __future__ import annotations

import argparse
import json
import runpy
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sympy import Expr

from nmderive.calculus.paper_form import paper_form
from nmderive.checker import check
from nmderive.equal import equal
from nmderive.errors import NmderiveError, UsageError
from nmderive.evidence import Certificate, Shown, Verdict
from nmderive.front import loss
from nmderive.losses.catalogue import names
from nmderive.losses.novel.matching import polynomial
from nmderive.notation import Declarations, parse, to_ast, to_latex, to_unicode
from nmderive.pages.latex import FORMULA, prose
from nmderive.proving.certificates import declarations
from nmderive.proving.no_go import no_go_steps
from nmderive.proving.symmetric_kernel import KernelStep, kernel_steps, overlap

FORMATS = ("text", "latex", "json", "html")


class StepFailed(NmderiveError):
    """A step of a derivation does not hold, or could not be decided."""


@dataclass(frozen=True)
class Line:
    """One line of a derivation: the rule, the expression (LaTeX) that it gives, the verdict and its condition."""

    rule: str
    latex: str = ""
    shown: str = ""
    verdict: str = ""
    condition: str = ""
    notes: tuple[str, ...] = ()
    certificates: tuple[dict[str, Any], ...] = field(default=(), repr=False)


class Derivation(Shown):
    """A derivation under a title; ``lets`` declares letters as on the command line."""

    def __init__(self, title: str, lets: Sequence[str] = ()) -> None:
        self.title = title
        self.lets = tuple(lets)
        self.lines: list[Line] = []
        self._last = ""

    def start(self, expression: str, what: str = "start") -> None:
        """Begin at an expression; nothing is claimed yet."""
        self._last = expression
        self.lines.append(Line(what, *self._looks(expression)))

    def step(self, rule: str, expression: str, condition: str = "", order: int | None = None,
             sizes: Mapping[str, int] | None = None) -> None:
        """Prove that the last expression equals this one, and go on from here."""
        verdicts = self._compared(expression, order, sizes)
        self._add(rule, expression, verdicts, "PROVED", condition)
        self._last = expression

    def differs(self, rule: str, expression: str) -> None:
        """Refute that the last expression equals this one; the derivation stays where it was."""
        self._add(rule, expression, self._compared(expression, None, None), "REFUTED", "")

    def has(self, name: str, claim: str, status: str = "PROVED", sizes: Mapping[str, int] | None = None,
            what: str = "") -> None:
        """Judge a property of a loss; ``status`` is what the text around it says, and is checked."""
        verdict = loss(name).verify(claim, sizes=sizes).verdicts[0]
        self.judged(verdict, status, f"{what}: {name}" if what else name)

    def judged(self, verdict: Verdict, status: str, what: str = "") -> None:
        """Add a verdict that was found elsewhere; it has to be ``status``."""
        rule = f"{what}: {verdict.statement}" if what else verdict.statement
        self._add(rule, "", (verdict,), status, "; ".join(verdict.conditions))

    def certified(self, what: str, certificate: Certificate) -> None:
        """Add what a certificate proves, if the independent checker accepts it."""
        result = check(certificate.as_json())
        if not result.accepted:
            raise StepFailed(f"{what}: {result.reason}")
        self.lines.append(Line(what, verdict="PROVED", certificates=(certificate.as_json(),)))

    def differentiate(self, rule: str, by: str = "") -> None:
        """Go from a loss to its derivative ``by`` one logit; the independent checker has to confirm it."""
        own = loss(self._last, lets=self.lets)
        data = {"loss": to_ast(own.expr), "shape": [x.name for x in own.shape], "gradient": to_ast(own.gradient),
                **declarations(own)}
        self.certified(rule, Certificate("gradient", data))
        letters = self._parsed(by).indices if by else own.indices
        gradient = paper_form(own.gradient.subs(dict(zip(own.indices, letters, strict=True))))
        self._last = to_latex(gradient)
        scope = "for all " + ", ".join(x.name for x in own.shape)
        self.lines[-1] = replace(self.lines[-1], latex=self._last, shown=to_unicode(gradient), condition=scope)

    def put(self, what: str, definition: str) -> None:
        """Put a definition, such as ``t_{i,j} = ...``, into the last expression."""
        self.start(rf"{self._last}, \quad {definition}", what)

    def proof(self, steps: Iterable[KernelStep]) -> None:
        """Add the steps of a proof that the library keeps; a step without a certificate is argued."""
        for step in steps:
            if step.certificates and not step.checked:
                raise StepFailed(f"the checker does not accept: {step.says}")
            certificates = tuple(c.as_json() for c in step.certificates)
            self.lines.append(Line(step.says, verdict="PROVED" if certificates else "ARGUED",
                                   certificates=certificates))

    def found(self, name: str, direction: str = "t", seconds: float = 2.0) -> None:
        """Print what the search for the optimum finds: proposals of the search, exact where it says so."""
        record = loss(name).solve(direction, seconds).record
        for finding in record.findings:
            for solution in finding.solutions:
                left = f"; unknowns left: {solution.unknowns_left}" if solution.unknowns_left else ""
                line = f"{solution.scope}; {solution.role}{left}"
                self.lines.append(Line(f"found by {finding.strategy}", solution.formula, solution.formula, "FOUND",
                                       line))

    def argued(self, text: str) -> None:
        """Print a step in prose, which nothing checks."""
        self.lines.append(Line(text, verdict="ARGUED"))

    def finish(self) -> None:
        """Print the derivation in the form asked for with ``--to``."""
        parser = argparse.ArgumentParser(description=self.title)
        parser.add_argument("--to", default="text", choices=FORMATS)
        print(self.shown(parser.parse_args().to))
        sys.stdout.flush()

    def shown(self, form: str) -> str:
        """Return the derivation as text, latex (a document), json or html (a page)."""
        if form == "json":
            return json.dumps({"title": self.title, "lines": [asdict(x) for x in self.lines]}, ensure_ascii=False)
        if form == "latex":
            return _latex(self)
        if form == "html":
            return _html(self)
        return "\n".join([self.title, "=" * len(self.title), *(t for x in self.lines for t in _text(x)), "",
                          self.summary])

    def body(self) -> str:
        """Return the lines and the summary as a piece of HTML."""
        return _html_lines(self)

    @property
    def summary(self) -> str:
        """How many steps were checked, and how many only argued."""
        found = [x.verdict for x in self.lines]
        checked = sum(found.count(word) for word in ("PROVED", "CERTIFIED", "REFUTED"))
        return f"{checked} steps checked, {found.count('ARGUED')} argued, {found.count('FOUND')} found by the search"

    def _compared(self, expression: str, order: int | None, sizes: Mapping[str, int] | None) -> tuple[Verdict, ...]:
        return equal(self._last, expression, lets=self.lets, sizes=sizes, order=order).verdicts

    def _add(self, rule: str, expression: str, verdicts: tuple[Verdict, ...], status: str, condition: str) -> None:
        for verdict in verdicts:
            if verdict.status.value != status:
                why = "; ".join((*verdict.findings, *_witness(verdict)))
                raise StepFailed(f"{rule}: {verdict.status.value}, not {status}: {why}")
        last = verdicts[-1]
        notes = tuple(_witness(last) or last.findings[:1]) if status == "REFUTED" else ()
        scope = "; ".join(x for x in (last.scope.strip(), condition) if x not in ("", "for"))
        looks = self._looks(expression) if expression else ("", "")
        if looks[1] and looks[1] == self.lines[-1].shown:  # reading it simplified it: show it as written
            looks = looks[0], expression
        certificates = tuple(c.as_json() for v in verdicts for c in v.certificates)
        self.lines.append(Line(rule, *looks, status, scope, notes, certificates))

    def _looks(self, expression: str) -> tuple[str, str]:
        if expression in names():
            expr = loss(expression).expr
            return to_latex(expr), to_unicode(expr)
        side = self._parsed(expression)
        return expression if "\\" in expression else to_latex(side), to_unicode(side)

    def _parsed(self, expression: str) -> Expr:
        return parse(expression, Declarations.from_lets(list(self.lets))).sides[0]


def run_script(path: str, form: str) -> None:
    """Run a derivation script as ``python PATH --to FORM`` does, in a namespace of its own.

    Raises UsageError where the script cannot be read or fails, StepFailed where a step of it does.
    """
    if form not in FORMATS:
        raise UsageError(f"a derivation has no format {form!r}", hint="one of: " + ", ".join(FORMATS))
    if not Path(path).is_file():
        raise UsageError(f"there is no script {path}", hint="give the path of a Python file")
    before = sys.argv, sys.path
    sys.argv, sys.path = [path, "--to", form], [str(Path(path).resolve().parent), *sys.path]
    try:
        runpy.run_path(path, run_name="__main__")
    except (NmderiveError, BrokenPipeError):
        raise
    except Exception as error:
        raise UsageError(f"the script {path} fails{_place(error, path)}: {type(error).__name__}: {error}") from error
    finally:
        sys.argv, sys.path = before


def _place(error: Exception, path: str) -> str:
    """Return the line of the script at which it failed."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == path]
    return f" in line {lines[-1]}" if lines else ""


def matching_steps() -> list[KernelStep]:
    """Return why softmax is stationary for the matching loss, for all n, m."""
    return kernel_steps(overlap(), polynomial)


def _witness(verdict: Verdict) -> list[str]:
    w = verdict.witness
    if not w:
        return []
    point = ", ".join(f"{k} = {w[k]}".replace("'", "") for k in ("exp_s", "t", "free") if w.get(k))
    value = f"{w['quantity']} = {w['value']}"
    return [f"{point.replace('exp_s', 'e^s')}: {value}" if point else value]


def _text(line: Line) -> list[str]:
    head = f"{line.verdict or ' ':<9}{line.rule}"
    rows = ["", head if not line.condition else f"{head}   [{line.condition}]"]
    rows += [f"{'':<9}{note}" for note in line.notes]
    sign = "= " if line.verdict in ("PROVED", "REFUTED") else "  "
    return [*rows, *([f"{'':<11}{sign if line.verdict != 'REFUTED' else '≠ '}{line.shown}"] if line.shown else [])]


_HEAD = r"""\documentclass{article}
\usepackage{amsmath,graphicx}
""" + FORMULA + r"""
\setlength{\parindent}{0pt}\setlength{\parskip}{4pt}\emergencystretch=3em
\begin{document}"""


def _latex(derivation: Derivation) -> str:
    rows = [_HEAD, rf"\section*{{{prose(derivation.title)}}}"]
    for line in derivation.lines:
        given = f" ({prose(line.condition)})" if line.condition else ""
        word = rf"\textbf{{{line.verdict}}} " if line.verdict else ""
        rows += [word + prose(line.rule) + given + r"\par", *(prose(note) + r"\par" for note in line.notes)]
        rows += [rf"\formula{{{line.latex}}}"] if line.latex else []
    return "\n".join([*rows, prose(derivation.summary), r"\end{document}"])


def _html(derivation: Derivation) -> str:
    from nmderive.pages import html

    return html.document(derivation.title, f"<h1>{html.prose(derivation.title)}</h1>{derivation.body()}")


def _html_lines(derivation: Derivation) -> str:
    from nmderive.pages.html import badge, formula
    from nmderive.pages.html import prose as words

    rows = []
    for line in derivation.lines:
        word = badge(line.verdict) + " " if line.verdict else ""
        given = f' <span class="soft">{words(line.condition)}</span>' if line.condition else ""
        notes = "".join(f"<p>{words(note)}</p>" for note in line.notes)
        rows.append(f'<div class="part"><p>{word}{words(line.rule)}{given}</p>{notes}'
                    + (formula(line.latex) if line.latex else "") + "</div>")
    return "".join(rows) + f"<p>{words(derivation.summary)}</p>"


__all__ = ["FORMATS", "Derivation", "Line", "StepFailed", "matching_steps", "no_go_steps", "run_script"]

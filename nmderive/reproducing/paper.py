"""The report as an article in LaTeX: amsmath, amssymb, xcolor, hyperref; for pdflatex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nmderive.pages.latex import FORMULA, escaped, itemised, prose, table
from nmderive.reproducing.past import COLUMNS, NEW, ROWS
from nmderive.reproducing.pictures import picture
from nmderive.reproducing.sections import (
    ABOUT,
    EVIDENCE,
    MEANING,
    NEW_LOSSES,
    PAST,
    PAST_PARTS,
    QUESTION,
    SECTIONS,
    TABLE,
    TITLE,
)

_HEAD = r"""\documentclass[10pt,a4paper]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage{amsmath,amssymb,xcolor,graphicx}
\usepackage[margin=22mm]{geometry}
\usepackage[colorlinks=true,linkcolor=blue!50!black,urlcolor=blue!50!black]{hyperref}
\definecolor{PROVED}{HTML}{14713D}\definecolor{CERTIFIED}{HTML}{14713D}\definecolor{REFUTED}{HTML}{B3261E}
\definecolor{CONDITIONAL}{HTML}{8A5A00}\definecolor{ARGUED}{HTML}{5B4BB5}\definecolor{UNDECIDED}{HTML}{5B6470}
\definecolor{FOUND}{HTML}{5B6470}
\newcommand{\verdict}[1]{\textcolor{#1}{\textbf{\footnotesize #1}}}
""" + FORMULA + r"""
\setlength{\parindent}{0pt}\setlength{\parskip}{4pt}\emergencystretch=3em\allowdisplaybreaks
"""
def paper(data: Mapping[str, Any]) -> str:
    """Return the article of a whole reproduction, given as plain data."""
    known = {c["id"]: c for c in data["claims"]}
    pictures = [p for p in data["pictures"] if "numbers" in p]
    counts = ", ".join(rf"{v} \verdict{{{k}}} ({prose(MEANING[k])})" for k, v in data["counts"].items() if v)
    lines = [
        _HEAD, rf"\title{{{escaped(TITLE)}}}", r"\author{nmderive}\date{}", r"\begin{document}", r"\maketitle",
        r"Su Jianlin (2022), \url{https://kexue.fm/archives/9158}, and its reader comments. "
        + prose(f"{ABOUT} {EVIDENCE}"), "", f"Of {len(known)} claims: {counts}.", r"\tableofcontents",
    ]
    for anchor, title, ids in SECTIONS:
        lines.append(rf"\section{{{escaped(title)}}}\label{{{anchor}}}")
        for k in (k for k in ids if k in known):
            lines += [*_claim(known[k]), *(x for p in pictures if p["claim"] == k for x in _picture(p))]
    return "\n".join([*lines, *_past(data["past"]), r"\end{document}", ""])


def _formula(latex: str) -> list[str]:
    return [rf"\formula{{{latex}}}"] if latex else []


def _claim(data: Mapping[str, Any]) -> list[str]:
    lines = [rf"\subsection*{{{data['id']}\quad\verdict{{{data['verdict']}}}\quad "
             rf"\normalfont\small {prose(data['where'])}}}\label{{{data['id']}}}", f"{prose(data['claim'])}."]
    lines += _formula(data["latex"])
    lines += [rf"\emph{{Condition:}} {prose(data['condition'])}.", ""] if data["condition"] else []
    lines += [f"Argued, not proved: {prose(x)}." for x in data["argued"]]
    for found in data["formulas"]:
        lines += [f"Found by the search, {prose(found['note'])}:", *_formula(found["latex"])]
    items, shown = [], {data["latex"], ""}
    for part in data["parts"]:
        items += _part(part, shown)
        shown.add(part["latex"])
    return [*lines, *itemised("itemize", items), *(f"{prose(x)}." for x in data["remarks"]), ""]


def _part(data: Mapping[str, Any], shown: set[str]) -> list[str]:
    kinds = ", ".join(sorted({c["kind"] for c in data["certificates"]}))
    given = [f"given {'; '.join(data['conditions'])}"] if data["conditions"] else []
    tail = "; ".join([x for x in (data["scope"].strip(), *given, f"certificate: {kinds}" if kinds else "")
                      if x not in ("", "for")])
    lines = [rf"\item \verdict{{{data['status']}}} {prose(data['question'])}" + (f" ({prose(tail)})" if tail else "")]
    lines += _formula(data["latex"]) if data["latex"] not in shown else []
    for step in data["steps"]:
        lines += [f"{prose(step['rule'])} {prose(step['note'])}", *_formula(step["latex"])]
    witness = ", ".join(f"{k} = {_plain(v)}" for k, v in data["witness"].items()
                        if k != "exact" and v not in ({}, [], ""))
    return [*lines, *([f"Witness: {prose(witness)}."] if witness else [])]


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} = {_plain(v)}" for k, v in value.items())
    if isinstance(value, list):
        return f"({', '.join(_plain(v) for v in value)})"
    return str(value)


def _picture(data: Mapping[str, Any]) -> list[str]:
    """Return a picture as the table of its numbers; the page has it drawn."""
    head, rows = picture(data["picture"]).table(data["numbers"])
    columns = "l" + "r" * (len(head) - 1)
    lines = table([prose(x) for x in head], [[prose(x) for x in row] for row in rows], columns)
    return [rf"\paragraph{{{prose(data['title'])}}} {prose(data['caption'])}", *lines]


def _past(data: Mapping[str, Any]) -> list[str]:
    cells = {(c["loss"], c["claim"]): c for c in data["cells"] if "loss" in c}
    rows = []
    for claim in ROWS:
        found = [cells.get((name, claim)) for name in COLUMNS]
        title = next((c["title"] for c in found if c), claim)
        words = (rf"\textcolor{{{c['verdict']}}}{{{prose(c['text'])}}}" if c else "?" for c in found)
        rows.append([prose(title), *words])
    lines = [rf"\section{{{PAST[1]}}}\label{{{PAST[0]}}}", rf"\subsection{{{TABLE}}}", prose(QUESTION),
             *table(["", *COLUMNS], rows, r"p{45mm}" + r"p{17mm}" * len(COLUMNS)),
             rf"\subsection{{{NEW_LOSSES}}}"]
    for name in NEW:
        lines += _loss(data["facts"][name], [c for (own, _), c in cells.items() if own == name])
        lines += _derivation(data["derivations"][name])
    for _, title, names in PAST_PARTS:
        lines += [rf"\subsection{{{escaped(title)}}}", *(x for n in names for x in _derivation(data["derivations"][n]))]
    return lines


def _loss(facts: Mapping[str, Any], cells: Sequence[Mapping[str, Any]]) -> list[str]:
    if "fault" in facts:
        return [prose(facts["fault"]), ""]
    sizes = f" at ${facts['sizes']}$" if facts["sizes"] else ""
    lines = [rf"\subsubsection{{{escaped(facts['title'])}}}", *_formula(facts["latex"]), f"Gradient{sizes}:",
             *_formula(facts["gradient"])]
    items = [rf"\item \verdict{{{c['verdict']}}} {prose(c['title'])}: {prose(c['text'])}" for c in cells]
    return [*lines, *itemised("itemize", items)]


def _derivation(data: Mapping[str, Any]) -> list[str]:
    if "fault" in data:
        return [prose(data["fault"]), ""]
    items = []
    for line in data["lines"]:
        word = rf"\verdict{{{line['verdict']}}} " if line["verdict"] else ""
        given = f" ({prose(line['condition'])})" if line["condition"] else ""
        items += [rf"\item {word}{prose(line['rule'])}{given}", *map(prose, line["notes"]), *_formula(line["latex"])]
    return [rf"\paragraph{{{prose(data['title'])}}} ({prose(data['text'])})", *itemised("enumerate", items)]

"""The check of LaTeX documents where pdflatex is not there: it takes what the project writes, and nothing broken."""

import pytest
from reproducing.typeset import assert_compiles

import nmderive
from nmderive.report import render


@pytest.fixture
def without_pdflatex(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")


def test_a_report_passes_without_pdflatex(without_pdflatex, tmp_path):
    text = render(nmderive.loss("loss-3").verify("convex"), "latex")
    assert_compiles(text, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("body", [r"{", r"\begin{itemize}", r"\nosuchcommand", "∑"])
def test_a_broken_document_does_not(body, without_pdflatex, tmp_path):
    text = "\\documentclass{article}\n\\begin{document}\n%s\n\\end{document}\n"
    with pytest.raises((AssertionError, IndexError)):
        assert_compiles(text % body, tmp_path)

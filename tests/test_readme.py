"""README and docs: every Python block runs as it stands, every command line runs with its placeholders filled in."""

import importlib
import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest

import nmderive
from nmderive.arguments import parser
from nmderive.cli import main

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
#: Commands that are run elsewhere: they take minutes, or do not end by themselves.
ELSEWHERE = {"reproduce": "tests/test_reproduce.py", "serve": "tests/serving/test_server.py"}
LOSSES = """
import numpy as np
from scipy.special import log_softmax, softmax


def focal(s, t, gamma=2.0):
    p = softmax(s, axis=1)
    return -np.sum(t * (1 - p) ** gamma * np.log(p))


def cross_entropy(s, t):
    return -np.sum(t * log_softmax(s, axis=1))


def cross_entropy_naive(s, t):
    return -np.sum(t * np.log(np.exp(s) / np.sum(np.exp(s), axis=1, keepdims=True)))
"""


def command_lines():
    """Return (page, line) of every command of ours in an indented block."""
    found = [(page.relative_to(ROOT), line) for page in PAGES
             for line in re.findall(r"^    (?:\$ )?(nmderive .*)|^\$ (nmderive .*)", page.read_text(encoding="utf-8"),
                                    re.MULTILINE)]
    return [(str(page), a or b) for page, (a, b) in found]


def filled(line):
    """Return the words of a line: notes and what may be left out are dropped, placeholders get a value."""
    line = re.sub(r"\s\[-.*?\]", "", line)
    line = line.replace("'...' '...'", "'s[1,1]' 's[1,1] + 0'")
    line = line.replace("'... = ... + \\cdots'", r"'\log(1 + \sum_j e^{s_j}) = \sum_j e^{s_j} + \cdots'")
    words = shlex.split(line, comments=True)[1:]
    return ["loss-3" if word == "LOSS" else word for word in words]


def shortened(argv):
    """Return a command that takes minutes with less to do: as many rows, or formulas, as show that it runs."""
    if argv[0] == "search":
        return [*argv, "--budget", "3", "--out", "found"]
    if argv[0] == "compare" and "--claim" not in argv:
        return [*argv, "--claim", "convex"]
    return argv


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Go to a folder with the files that the lines name."""
    (tmp_path / "losses.py").write_text(LOSSES, encoding="utf-8")
    (tmp_path / "derivations").symlink_to(ROOT / "derivations")
    dossier = nmderive.loss("loss-3").verify("convex")
    from nmderive.report import render

    (tmp_path / "dossier.json").write_text(render(dossier, "json"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_there_are_command_lines_and_the_tour_has_the_main_ones():
    named = {line.split()[1] for _, line in command_lines()}
    assert {"verify", "derive", "solve", "equal", "check", "list", "code", "compare", "plot", "serve", "report",
            "completion", "search", "reproduce", "claims"} == named


@pytest.mark.slow
@pytest.mark.parametrize("page, line", command_lines())
def test_every_command_line_runs(page, line, folder, capsys):
    line, _, target = line.partition(" > ")
    argv = filled(line)
    given = parser().parse_args(argv)
    if given.command in ELSEWHERE:
        assert (ROOT / ELSEWHERE[given.command]).exists()
        return
    if "torch" in line and find_spec("torch") is None:
        pytest.skip("this line is run where PyTorch is installed: pip install '.[torch]'")
    code = main(shortened(argv))
    out = capsys.readouterr()
    assert code in (0, 1, 3), out.err
    assert out.out.strip() and (code != 3 or given.command == "search")
    if target:
        (folder / target.strip()).write_text(out.out, encoding="utf-8")


def test_options_in_the_text_exist():
    known = {option for command in next(a for a in parser()._actions if a.dest == "command").choices.values()
             for action in command._actions for option in action.option_strings} | {"--debug", "--version", "--help"}
    known |= {"--kept"}  # of the campaigns, which are scripts of tests/
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for spoken in re.findall(r"`(?:nmderive )?([^`\n]*--[a-z][^`\n]*)`", text):
            if not spoken.startswith(("python ", "pip ", "pytest")):
                assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", spoken)) <= known, (page.name, spoken)


def blocks(page):
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)


def test_every_page_with_python_is_tried_below():
    pages = {str(page.relative_to(ROOT)): len(blocks(page)) for page in PAGES if blocks(page)}
    assert pages == {"README.md": 1, "docs/pictures.md": 1, "docs/serve.md": 1}


@pytest.mark.slow
def test_the_python_example_of_the_readme_runs(capsys):
    (code,) = blocks("README.md")
    names: dict = {}
    exec(compile(code, "README.md", "exec"), names)  # our own file, not a user's text
    out = capsys.readouterr().out
    assert r"\frac{\partial l}{\partial s_{i,j}}" in out and "SOLVED for all n, m" in out
    assert names["gradient"].shape == (2, 3)


def test_the_python_examples_of_the_docs_run(folder, capsys, monkeypatch):
    (code,) = blocks("docs/pictures.md")
    exec(compile(code, "docs/pictures.md", "exec"), {})
    assert "focal: slopes" in capsys.readouterr().out and (folder / "focal.svg").exists()


def test_the_request_of_the_docs_is_answered(capsys, monkeypatch):
    for package in ("starlette", "httpx2"):
        pytest.importorskip(package, reason=f"it is answered where {package} is installed: pip install '.[test]'")
    import io
    import urllib.request

    from starlette.testclient import TestClient

    from nmderive.serving.app import application
    from nmderive.serving.jobs import Jobs

    jobs = Jobs()

    def answer(request):
        client = TestClient(application(jobs), base_url="http://127.0.0.1:8642")
        return io.BytesIO(client.post(request.selector, content=request.data, headers=dict(request.headers)).content)

    monkeypatch.setattr(urllib.request, "urlopen", answer)
    (code,) = blocks("docs/serve.md")
    exec(compile(code, "docs/serve.md", "exec"), {})
    jobs.close()
    assert capsys.readouterr().out == "nmderive-dossier/1 ['PROVED']\n"


def test_every_public_name_is_in_the_reference_and_every_entry_exists():
    pages = (ROOT / "docs" / "reference").glob("*.md")
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    listed = set()
    for module, members in re.findall(r"^::: ([\w.]+)\n    options:\n      members: \[(.*)\]", text, re.MULTILINE):
        for name in members.split(", "):
            assert getattr(importlib.import_module(module), name).__doc__, (module, name)
            listed.add(name)
    assert set(nmderive.__all__) <= listed


def test_links_of_the_docs_lead_somewhere_and_every_page_is_in_the_site():
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), (page.name, link)
    site = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    listed = re.findall(r"[\w/-]+\.md", site)
    assert sorted(listed) == sorted(str(p.relative_to(ROOT / "docs")) for p in PAGES[2:])


@pytest.mark.slow
def test_the_site_is_built(tmp_path):
    for package in ("mkdocs", "mkdocstrings"):
        pytest.importorskip(package, reason=f"the site is built where {package} is installed: pip install '.[test]'")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(tmp_path / "site")))
    page = (tmp_path / "site" / "reference" / "library" / "index.html").read_text(encoding="utf-8")
    assert "nmderive.front.Loss.plot" in page


def test_the_sample_page_says_what_is_found_today():
    """Made by tools/sample.py; a claim or a verdict that is new makes it anew."""
    page = (ROOT / "docs" / "sample" / "index.html").read_text(encoding="utf-8")
    rows = re.findall(r'<tr><td><a href="#[^"]*"[^>]*>([\w-]+)</a></td>.*?>([A-Z ]+)</span>', page)
    table = (ROOT / "docs" / "properties.md").read_text(encoding="utf-8")
    heads, own = (line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith(("| |", "| loss-3 ")))
    words = {"PROVED": "yes", "REFUTED": "no", "UNDECIDED": "?", "NOT APPLICABLE": "n/a"}
    assert dict(zip(heads, (cell.split(" (")[0] for cell in own[1:]), strict=True)) == {k: words[v] for k, v in rows}

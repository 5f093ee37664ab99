"""The notebooks: each is what its source says, was run, is small, names no machine, and runs."""

import importlib.util
from pathlib import Path

import pytest
from today import of_today

pytestmark = pytest.mark.slow

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")
FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def build():
    spec = importlib.util.spec_from_file_location("build_notebooks", FOLDER / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_five_and_each_has_its_source():
    assert [p.stem[:2] for p in NOTEBOOKS] == ["01", "02", "03", "04", "05"]
    assert [p.stem for p in NOTEBOOKS] == sorted(p.stem for p in (FOLDER / "source").glob("*.py"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_what_is_committed(path):
    text = path.read_text(encoding="utf-8")
    assert len(text) < 300_000
    assert not any(place in text for place in ("/home/", "/root/", "/tmp/", "/Users/", str(FOLDER.parent)))
    book = nbformat.reads(text, 4)
    nbformat.validate(book)
    fresh = build().notebook(FOLDER / "source" / f"{path.stem}.py")
    assert [(c.cell_type, c.source) for c in book.cells] == [(c.cell_type, c.source) for c in fresh.cells]
    code = [c for c in book.cells if c.cell_type == "code"]
    assert [c.execution_count for c in code] == list(range(1, len(code) + 1))
    assert not any(o.output_type == "error" or o.get("name") == "stderr" for c in code for o in c.outputs)


@pytest.mark.parametrize("path", of_today(NOTEBOOKS, 2), ids=lambda p: p.stem)
def test_it_runs(path, monkeypatch):
    if "training" in path.stem:
        pytest.importorskip("sklearn")
        pytest.importorskip("matplotlib")
    monkeypatch.setenv("NMDERIVE_SEEDS", "2")
    monkeypatch.setenv("NMDERIVE_STEPS", "60")
    book = build().executed(nbformat.read(path, 4), 900)
    assert all(c.outputs or "=" in c.source or "def " in c.source or "import" in c.source
               for c in book.cells if c.cell_type == "code")

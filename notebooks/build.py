"""Make the notebooks from their sources and run them: ``python notebooks/build.py [NAME ...]``.

A source is a Python file in cells: ``# %%`` begins code, ``# %% [markdown]`` text in comments.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent


def notebook(path: Path) -> nbformat.NotebookNode:
    """Return the notebook of one source, not yet run."""
    cells = []
    for number, block in enumerate(path.read_text(encoding="utf-8").split("# %%")[1:]):
        kind, _, body = block.partition("\n")
        lines = body.strip().splitlines()
        if "markdown" in kind:
            cell = nbformat.v4.new_markdown_cell("\n".join(x.removeprefix("#").removeprefix(" ") for x in lines))
        else:
            cell = nbformat.v4.new_code_cell("\n".join(lines))
        cell.id = f"cell-{number}"  # the same in every build
        cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}, "kernelspec": {
        "name": "python3", "display_name": "Python 3", "language": "python"}})


def executed(book: nbformat.NotebookNode, seconds: int) -> nbformat.NotebookNode:
    """Run a notebook; what would differ from machine to machine is left out."""
    NotebookClient(book, timeout=seconds, record_timing=False, resources={"metadata": {"path": str(HERE)}}).execute()
    book.metadata.language_info = {"name": "python"}
    return book


if __name__ == "__main__":
    for source in sorted((HERE / "source").glob("*.py")):
        if not sys.argv[1:] or any(source.stem.startswith(name) for name in sys.argv[1:]):
            nbformat.write(executed(notebook(source), 600), HERE / f"{source.stem}.ipynb")
            print(source.stem)

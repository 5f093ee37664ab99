"""The house: imports go down only, shelves do not import each other, public things are documented."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "nmderive"
FLOORS = {
    "errors": 0, "evidence": 0, "budget": 0, "progress": 0, "console": 0, "checker": 0,
    "calculus": 1, "notation": 2, "losses": 3, "pages": 3, "tracing": 3,
    "numeric": 4, "proving": 4, "solving": 5, "claims": 6, "export": 4, "derive": 7, "equal": 7, "checking": 8,
    "verify": 7, "solve": 7, "compare": 7, "front": 8, "report": 8, "commands": 9, "cli": 9, "derivation": 9,
    "reproduce": 9, "reproducing": 9, "display": 9,
    "__main__": 10, "__init__": 10,
}
SHELVES = ("claims", "report", "export", "solving/strategies", "losses/article", "losses/comments",
           "losses/literature", "losses/novel")
FILES = sorted(ROOT.rglob("*.py"))


def room(path):
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("nmderive") and not node.level:
            yield node.module.split(".")
        elif isinstance(node, ast.Import):
            yield from (a.name.split(".") for a in node.names if a.name.startswith("nmderive"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_down(path):
    own = FLOORS[room(path)]
    for parts in imported(path):
        if len(parts) > 1 and parts[1] != room(path):
            other = FLOORS[parts[1]]
            assert other < own or (other == own and parts[1] != room(path)), (path.name, ".".join(parts))


@pytest.mark.parametrize("shelf", SHELVES)
def test_items_of_a_shelf_do_not_import_each_other(shelf):
    for path in (ROOT / shelf).glob("*.py"):
        for parts in imported(path):
            prefix = ["nmderive", *shelf.split("/")]
            if parts[: len(prefix)] == prefix and path.stem != "__init__":
                assert len(parts) == len(prefix), (path, parts)


def test_the_checker_uses_the_standard_library_only():
    import sys

    for path in (ROOT / "checker").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert all(a.name.split(".")[0] in sys.stdlib_module_names for a in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                assert node.module.split(".")[0] in sys.stdlib_module_names, (path, node.module)


def test_user_text_never_reaches_an_evaluator():
    for path in FILES:
        if room(path) == "numeric":
            continue  # compiles source that it generated itself from an expression tree
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "parse_expr"), path
                if node.func.id == "sympify":
                    assert path.name == "links.py", path  # numbers and expressions of our own


def test_no_loss_is_judged_by_its_name():
    shelves = ("article", "comments", "literature", "novel")
    names = {p.stem.replace("_", "-") for shelf in shelves for p in (ROOT / "losses" / shelf).glob("[a-z]*.py")}
    for folder in ("proving", "claims", "solving", "numeric", "calculus", "checker"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    assert node.value not in names, (path, node.value)

"""The house: imports go down only, shelves do not import each other, public things are documented."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "nmderive"
#: Imports go to strictly lower floors.
FLOORS = {
    "errors": 0, "evidence": 0, "progress": 0, "console": 0, "files": 0, "completion": 0,
    "budget": 1, "checker": 1, "workers": 2,
    "calculus": 2, "notation": 3, "losses": 4, "pages": 4, "derive": 6, "report": 5, "structure": 5, "tracing": 5,
    "numeric": 5, "proving": 6, "equal": 7, "hessian": 7, "solving": 7, "claims": 8, "export": 8, "solve": 8,
    "verify": 9, "plots": 9, "compare_page": 9, "module_tests": 10,
    "checking": 10, "compare": 10, "loss_page": 10, "search": 10, "front": 11, "derivation": 12, "display": 13,
    "reproducing": 13, "reproduce": 14, "serving": 14, "commands": 15, "commands_pages": 16, "arguments": 17,
    "cli": 18, "__main__": 19, "__init__": 19,
}
#: Files that still import each other, each one recursion: powers of sums, and signs and powers in the checker.
CIRCLES = {
    frozenset({"calculus.normal_form.algebra", "calculus.normal_form.functions"}),
    frozenset({"checker.reduce", "checker.close", "checker.signs", "checker.primitive", "checker.powers"}),
}
SHELVES = ("claims", "report", "export", "plots/kinds", "solving/strategies", "losses/article", "losses/comments",
           "losses/literature", "losses/novel")
FILES = sorted(ROOT.rglob("*.py"))


def room(path):
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def module(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module(p): p for p in FILES}


@cache
def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path):
    """Return the modules of ours that a file imports, lazy and relative imports too, those for types alone left out."""
    tree = parsed(path)
    types = {x for n in ast.walk(tree) if isinstance(n, ast.If) and getattr(n.test, "id", "") == "TYPE_CHECKING"
             for x in ast.walk(n)}
    package = ("nmderive." + module(path)).split(".")[: None if path.name == "__init__.py" else -1]
    found = []
    for node in (n for n in ast.walk(tree) if n not in types):
        if isinstance(node, ast.Import):
            found += (a.name[9:] for a in node.names if a.name.startswith("nmderive."))
        elif isinstance(node, ast.ImportFrom):
            up = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*up, *filter(None, [node.module])])
            if base.split(".")[0] == "nmderive":
                names = [f"{base}.{a.name}"[9:] for a in node.names]
                found += (n if n in MODULES else base[9:] for n in names if n in MODULES or base != "nmderive")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_down(path):
    for name in imported(path):
        other = name.split(".")[0]
        assert other == room(path) or FLOORS[other] < FLOORS[room(path)], (path.name, name)


def test_files_import_each_other_in_no_circle():
    above = {name: set(imported(path)) - {name} for name, path in MODULES.items()}
    reached = dict(above)
    for _ in range(len(above)):
        more = {name: seen.union(*(reached.get(n, set()) for n in seen)) for name, seen in reached.items()}
        if more == reached:
            break
        reached = more
    circles = {frozenset(n for n in seen if name in reached.get(n, ())) for name, seen in reached.items()
               if name in seen}
    assert circles == CIRCLES


@pytest.mark.parametrize("shelf", SHELVES)
def test_items_of_a_shelf_do_not_import_each_other(shelf):
    prefix = shelf.replace("/", ".")
    for path in (ROOT / shelf).glob("[!_]*.py"):
        for name in imported(path):
            assert not name.startswith(prefix + "."), (path, name)


def test_the_checker_uses_the_standard_library_only():
    import sys

    for path in (ROOT / "checker").rglob("*.py"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Import):
                assert all(a.name.split(".")[0] in sys.stdlib_module_names for a in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                assert node.module.split(".")[0] in sys.stdlib_module_names, (path, node.module)


def test_user_text_never_reaches_an_evaluator():
    for path in FILES:
        if room(path) == "numeric":
            continue  # compiles source that it generated itself from an expression tree
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "parse_expr"), path
                if node.func.id == "sympify":
                    assert path.name == "links.py", path  # numbers and expressions of our own


def test_no_loss_is_judged_by_its_name():
    shelves = ("article", "comments", "literature", "novel")
    names = {p.stem.replace("_", "-") for shelf in shelves for p in (ROOT / "losses" / shelf).glob("[a-z]*.py")}
    for folder in ("proving", "claims", "solving", "numeric", "calculus", "checker"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(parsed(path)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    assert node.value not in names, (path, node.value)

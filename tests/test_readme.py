"""The README's Python example runs as it stands, and its commands exist."""

import re
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_python_example_runs(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict = {}
    exec(compile(code, "README.md", "exec"), names)  # our own file, not a user's text
    out = capsys.readouterr().out
    assert r"\frac{\partial l}{\partial s_{i,j}}" in out and "SOLVED for all n, m" in out
    assert names["gradient"].shape == (2, 3)


def test_every_command_of_the_tour_exists():
    from nmderive.arguments import parser

    known = set(next(a for a in parser()._actions if a.dest == "command").choices)
    named = set(re.findall(r"^    nmderive (\w+)", README, re.MULTILINE))
    assert named <= known and {"verify", "derive", "solve", "equal", "check", "list", "code", "compare"} <= named

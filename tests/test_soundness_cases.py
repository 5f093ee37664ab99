"""Inputs on which a wrong verdict, a wrong reading or a crash was seen once: each as a user would type it."""

import json
import tomllib
from pathlib import Path

import pytest
from today import of_today

from nmderive.cli import main

CASES = tomllib.loads((Path(__file__).parent / "data" / "soundness.toml").read_text(encoding="utf-8"))["case"]
SIZES = ("n >=", "m >=")


TODAY = of_today([c for c in CASES if not c.get("slow")], 8)


def is_slow(case):
    """The fast tier looks at a part of them a day."""
    return case not in TODAY


def run(args, capsys):
    code = main([*args, "--json"] if args[0] in ("verify", "equal") else args)
    out = capsys.readouterr()
    return code, out.out, out.out + out.err


@pytest.mark.parametrize("case", [
    pytest.param(c, id=f"{c['kind']} {' '.join(c['args'])[:70]}", marks=[pytest.mark.slow] if is_slow(c) else [])
    for c in CASES
])
def test_case(case, capsys):
    code, out, text = run(case["args"], capsys)
    want = case.get("want", "")
    assert code != 70 and "Traceback" not in text and "internal fault" not in text
    if want.startswith(("refused", "ask")):
        assert code == 2
        return
    if code == 2 and case["kind"] != "crash":
        assert not want or case.get("may_refuse")
        return
    verdicts = json.loads(out)["verdicts"] if case["args"][0] in ("verify", "equal") else []
    for bad in case.get("never", ()):
        check_never(bad, verdicts, text)
    check_wanted(want, [v["status"] for v in verdicts], text)


def check_never(bad, verdicts, text):
    status = bad.split()[0]
    if status not in ("PROVED", "REFUTED"):
        assert bad not in text
    for v in verdicts:
        words = " ".join([v["statement"], v["scope"], *v["conditions"]])
        everywhere = "for all n, m" in words and not any(x in words for x in SIZES)
        assert v["status"] != status or bad.endswith("for all n, m") and not everywhere, words


def check_wanted(want, statuses, text):
    first = want.split()[0].rstrip(":,") if want else ""
    if first in ("PROVED", "REFUTED") and " or " not in want and statuses:
        assert first in statuses
    if first == "SOLVED":
        assert "SOLVED" in text

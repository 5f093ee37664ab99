"""Equal spellings get equal verdicts, claim by claim, and none against what is known.

``spellings.toml`` are other people's; of ``more_spellings.toml`` the day draws two, the whole file is run by hand.
"""

import datetime
import random
import tomllib
from pathlib import Path

import pytest
from today import of_today

from nmderive.claims import claim_names
from nmderive.evidence import Status
from nmderive.losses.catalogue import find
from nmderive.verify import judge_one

pytestmark = pytest.mark.slow
DATA = Path(__file__).parent.parent / "data"


def groups(name):
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))["loss"]


def drawn():
    return random.Random(datetime.date.today().isoformat()).sample(groups("more_spellings.toml"), 1)


@pytest.mark.parametrize("group", [*of_today(groups("spellings.toml"), 12), *drawn()], ids=lambda g: g["name"])
def test_equal_spellings_get_equal_verdicts(group):
    losses = [find(text, tuple(group.get("lets", ())), None) for text in group["spellings"]]
    for claim in claim_names():
        found = [judge_one(loss, claim, {}, 600).status for loss in losses]
        assert len(set(found)) == 1, (claim, found)
        truth = group["truth"].get(claim)
        if truth is not None:
            assert found[0] is not (Status.REFUTED if truth else Status.PROVED), claim

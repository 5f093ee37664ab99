"""Shared settings: the tests' own modules are importable, hypothesis is the same in every run."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))
settings.register_profile("steady", derandomize=True, print_blob=True)
settings.load_profile("steady")


def pytest_configure(config):
    """Keep the tests of one ``xdist_group`` on one worker, so that what they share is computed once."""
    if getattr(config.option, "dist", "no") == "load":
        config.option.dist = "loadgroup"


@pytest.fixture(scope="session")
def judged(tmp_path_factory):
    """Return ``judge_one`` with a memory that the workers of this run share."""
    from judged import Judged

    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "judged"
    folder.mkdir(exist_ok=True)
    return Judged(folder)

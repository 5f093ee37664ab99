"""Shared settings: the tests' own modules are importable, hypothesis is the same in every run."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))
settings.register_profile("steady", derandomize=True, print_blob=True)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """Return the memory that the workers of this run share."""
    from shared import Shared

    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared"
    folder.mkdir(exist_ok=True)
    return Shared(folder)


@pytest.fixture(scope="session")
def judged(shared):
    """Return ``judge_one`` with that memory."""
    from shared import Judged

    return Judged(shared)

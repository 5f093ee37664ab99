"""Shared settings: the tests' own modules are importable, hypothesis is the same in every run."""

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))
settings.register_profile("steady", derandomize=True, print_blob=True)
settings.load_profile("steady")

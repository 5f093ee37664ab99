"""The library that a function works with is told by its own code, not by what its file imports."""

import importlib
import sys
from pathlib import Path

import pytest

import nmderive

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'nmderive[test-frameworks]'")
sys.path.insert(0, str(Path(__file__).parent.parent / "data"))


@pytest.mark.parametrize("name, library", [
    ("in_numpy", "numpy"), ("by_methods_of_numpy", "numpy"), ("in_torch", "torch"), ("wrapped", "torch"),
    ("by_operators", "torch"), ("CallOnly", "torch"),
])
def test_a_function_in_a_file_of_several_libraries_is_read(name, library):
    from nmderive.tracing.functions import called
    from nmderive.tracing.libraries import libraries_of

    found = getattr(importlib.import_module("torch_beside_numpy"), name)
    function = found() if isinstance(found, type) else found
    assert libraries_of(called(function))[0] == library
    assert nmderive.loss(function).logit is not None

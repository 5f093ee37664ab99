"""The table of operations, one file a family; each file's ``OPERATIONS`` maps a name to its meaning.

Front ends translate a library's calls into these names; a test compares each meaning with the real library.
"""

from collections.abc import Callable

from nmderive.tracing.array import Array
from nmderive.tracing.operations import (
    assignment,
    blocks,
    circle,
    elementwise,
    extrema,
    indexing,
    joined,
    linear,
    network,
    picked_rows,
    picking,
    reductions,
    shapes,
)
from nmderive.tracing.operations.whole import ALL

OPERATIONS: dict[str, Callable[..., Array]] = {
    name: meaning if family is joined else joined.over_parts(name, picked_rows.over_rows(name, meaning))
    for family in (elementwise, reductions, extrema, indexing, assignment, linear, network, circle,
                   picking, shapes, joined, blocks)
    for name, meaning in family.OPERATIONS.items()
}

ALL.update(OPERATIONS)

__all__ = ["OPERATIONS"]

"""Long laws over many items look at a part of them a day, at all of them within some days, and at all when asked to."""

import datetime
import os

import pytest

#: Set to "all" to look at everything in one run.
VARIABLE = "NMDERIVE_TESTS"


def of_today(items, days):
    """Return every ``days``-th item, others each day, so that all come up within ``days`` days."""
    items = list(items)
    if os.environ.get(VARIABLE) == "all":
        return items
    return items[datetime.date.today().toordinal() % days::days]


def rest_slow(items, days, several=False):
    """Return all items for a parametrisation, those that are not of today marked as slow.

    ``several``: an item is a tuple of values for several names.
    """
    items = list(items)
    today = {id(item) for item in of_today(items, days)}
    return [item if id(item) in today else _slow(item, several) for item in items]


def _slow(item, several):
    if hasattr(item, "marks"):
        return pytest.param(*item.values, id=item.id, marks=[*item.marks, pytest.mark.slow])
    return pytest.param(*(item if several else (item,)), marks=pytest.mark.slow)

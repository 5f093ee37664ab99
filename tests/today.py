"""Long laws over many items look at a part of them a day, at all of them within some days, and at all when asked to."""

import datetime
import os

#: Set to "all" to look at everything in one run.
VARIABLE = "NMDERIVE_TESTS"


def of_today(items, days):
    """Return every ``days``-th item, others each day, so that all come up within ``days`` days."""
    items = list(items)
    if os.environ.get(VARIABLE) == "all":
        return items
    return items[datetime.date.today().toordinal() % days::days]

"""``python -m nmderive`` and the ``nmderive`` command."""

from __future__ import annotations

import sys


def entry_point() -> None:
    """Run the command line and exit with its code."""
    from nmderive.cli import main

    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    entry_point()

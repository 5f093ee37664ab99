"""The command line: what an end of any kind means for the exit code; no mathematics."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from nmderive.arguments import parser
from nmderive.console import speak_what_the_terminal_knows
from nmderive.errors import ClockEnded, NmderiveError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    speak_what_the_terminal_knows()
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except NmderiveError as error:
        print(f"nmderive: {error}", file=sys.stderr)
        return 2
    except ClockEnded as error:
        print(f"nmderive: {error.message}: nothing is decided", file=sys.stderr)
        return 3
    except MemoryError:
        print("nmderive: the memory was used up: nothing is decided", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("nmderive: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader has gone; point stdout elsewhere so that the shutdown flush stays silent.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"nmderive: cannot write the output: {error.strerror or error}", file=sys.stderr)
        return 2
    except Exception as error:  # whatever it is, it is no verdict
        return _fault(error, arguments.debug)


def _fault(error: Exception, debug: bool) -> int:
    """Say in one line that nmderive failed, with the traceback where it was asked for, and return 70."""
    if debug:
        import traceback

        traceback.print_exception(error)
    said = " ".join(str(error).split())[:200]
    hint = "" if debug else "; --debug shows where"
    print(f"nmderive: a fault of its own: {type(error).__name__}: {said}; please report it{hint}", file=sys.stderr)
    return 70

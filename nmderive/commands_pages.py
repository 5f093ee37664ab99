"""The commands that make pages and pictures, and the shell's completion."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from nmderive.commands import loss_of, progress_on_stderr, say_reading
from nmderive.errors import UsageError


def report(arguments: argparse.Namespace) -> int:
    """Run ``report``."""
    from nmderive.files import write
    from nmderive.loss_page import loss_page
    from nmderive.losses.catalogue import knows

    loss, name = loss_of(arguments), arguments.loss.strip().lower()
    say_reading(loss.read_as)
    page = loss_page(loss, name if knows(name) else "", arguments.seconds, progress_on_stderr())
    write(Path(arguments.out) / "dossier.json", page.dossier)
    write(Path(arguments.out) / "index.html", page.html)
    print(Path(arguments.out) / "index.html")
    return 0


def plot(arguments: argparse.Namespace) -> int:
    """Run ``plot``."""
    from nmderive.files import write
    from nmderive.plots import plot

    values: dict[str, Any] = dict(map(_value, arguments.set))
    loss = loss_of(arguments)
    say_reading(loss.read_as)
    found = plot(loss, *arguments.picture, **values)
    if arguments.out is None:
        print(found.svg)
    else:
        write(Path(arguments.out), found.svg)
        print(arguments.out)
    return 0


def _value(pair: str) -> tuple[str, float]:
    name, _, text = pair.partition("=")
    try:
        return name.strip(), float(text)
    except ValueError:
        raise UsageError(f"--set {pair} gives no value", hint="write --set g=2") from None


def serve(arguments: argparse.Namespace) -> int:
    """Run ``serve``."""
    from nmderive.serving.jobs import Limits
    from nmderive.serving.server import serve

    usual = Limits()
    limits = Limits(seconds=arguments.seconds, megabytes=arguments.megabytes,
                    running=arguments.workers or usual.running)
    serve(arguments.host, arguments.port, arguments.name, limits)
    return 0


def completion(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Run ``completion``."""
    from nmderive.completion import script

    print(script(parser, arguments.shell), end="")
    return 0

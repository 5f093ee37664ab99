"""Make docs/gallery.md anew: the questions of the web page's gallery, each with its command and what that prints."""

import io
import re
import shlex
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from nmderive.cli import main
from nmderive.serving.gallery import Question, questions

PAGE = Path(__file__).parent.parent / "docs" / "gallery.md"
HEAD = """# Questions that people have asked

Each is a link of the [web page](serve.md)'s gallery, too. What stands under a command is what it prints, without times;
`tools/gallery.py` makes this page, and a test asks every question again.
"""
#: Code is long; its first lines say what it is. A record of a search ends in what was found.
_LINES = 30


def command(question: Question) -> list[str]:
    """Return the words of the command that asks a question."""
    verb = ["derive"] if question.verb == "hessian" else [question.verb]
    words = [*verb, question.loss.strip(), *([question.right] if question.right else [])]
    words += [w for let in question.lets for w in ("--let", let)] + [w for c in question.claims for w in ("--claim", c)]
    words += ["--hard-labels"] * question.hard + ["--hessian", "full"] * (question.verb == "hessian")
    more = {"solve": ["--for", "s"], "code": ["--to", "numpy"]}
    return [*words, *more.get(question.verb, [])]


def printed(words: list[str]) -> str:
    """Return what a command prints, without the time that it took."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        main(words)
    lines = re.sub(r" +\(\d+ ms\)$", "", out.getvalue().rstrip(), flags=re.MULTILINE).splitlines()
    kept = [line.rstrip() for line in lines[:_LINES]]
    return "\n".join([*kept, "..."] if len(lines) > _LINES else kept)


def block(question: Question) -> str:
    """Return the part of the page about one question."""
    words = command(question)
    return f"\n## {question.asks}\n\n```\n> nmderive {shlex.join(words)}\n{printed(words)}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(HEAD + "".join(map(block, questions())), encoding="utf-8")

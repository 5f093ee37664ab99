"""Scripts that complete commands and options in bash, zsh and fish, read off the parser of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass

SHELLS = ("bash", "zsh", "fish")


@dataclass(frozen=True)
class Word:
    """A word that may follow: a command or an option, what it is for, the values that it takes."""

    names: tuple[str, ...]
    help: str
    values: tuple[str, ...] = ()
    takes_value: bool = False


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return the script of one shell, to be sourced by it."""
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](parser.prog, commands(parser))


def commands(parser: argparse.ArgumentParser) -> dict[str, tuple[str, list[Word]]]:
    """Return each command with its help and the words that may follow it."""
    (subparsers,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    helps = {a.dest: a.help or "" for a in subparsers._choices_actions}
    return {name: (_plain(helps.get(name, "")), _words(own)) for name, own in subparsers.choices.items()}


def _words(parser: argparse.ArgumentParser) -> list[Word]:
    found = []
    for action in parser._actions:
        values = tuple(map(str, action.choices or ()))
        if action.option_strings and action.help != argparse.SUPPRESS or values:
            found.append(Word(tuple(action.option_strings), _plain(action.help or ""), values, action.nargs != 0))
    return found


def _plain(text: str) -> str:
    """Return a help text without what a shell's quotes or a description's syntax would take for its own."""
    return "".join(c for c in " ".join(text.split()) if c not in "'\"`$\\[]:%")


def _bash(prog: str, known: Mapping[str, tuple[str, list[Word]]]) -> str:
    cases = []
    for name, (_, words) in known.items():
        values = "".join(f"      {name},{option}) words='{' '.join(w.values)}' ;;\n"
                         for w in words if w.values for option in w.names)
        plain = " ".join([*(o for w in words for o in w.names), *(v for w in words if not w.names for v in w.values)])
        cases.append(f"{values}      {name},*) words='{plain}' ;;\n")
    return f"""# bash completion of {prog}: source <({prog} completion bash)
_{prog}() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} words=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='{' '.join(known)}'
  else
    case "${{COMP_WORDS[1]}},$before" in
{''.join(cases)}    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _{prog} {prog}
"""


def _zsh(prog: str, known: Mapping[str, tuple[str, list[Word]]]) -> str:
    listed = "\n".join(f"    '{name}:{text}'" for name, (text, _) in known.items())
    cases = "\n".join(f"    {name})\n      _arguments {' '.join(map(_zsh_word, words))} '*:loss or file:_files' ;;"
                      for name, (_, words) in known.items())
    return f"""#compdef {prog}
# zsh completion of {prog}: source <({prog} completion zsh), after compinit
_{prog}() {{
  local -a known
  known=(
{listed}
  )
  if (( CURRENT == 2 )); then
    _describe command known
    return
  fi
  local name=$words[2]
  shift words
  (( CURRENT-- ))
  case $name in
{cases}
  esac
}}
compdef _{prog} {prog}
"""


def _zsh_word(word: Word) -> str:
    values = f"({' '.join(word.values)})" if word.values else ""
    if not word.names:
        return f"'1:value:{values}'"
    after = f":value:{values}" if word.takes_value else ""
    return " ".join(f"'*{name}[{word.help}]{after}'" for name in word.names)


def _fish(prog: str, known: Mapping[str, tuple[str, list[Word]]]) -> str:
    lines = [f"# fish completion of {prog}: {prog} completion fish | source"]
    for name, (text, words) in known.items():
        lines.append(f"complete -c {prog} -n __fish_use_subcommand -a {name} -d '{text}'")
        here = f"-n '__fish_seen_subcommand_from {name}'"
        for word in words:
            options = " ".join(f"-l {x[2:]}" if x.startswith("--") else f"-s {x[1:]}" for x in word.names)
            takes = " -r" if word.takes_value and word.names else ""
            values = f" -f -a '{' '.join(word.values)}'" if word.values else ""
            lines.append(f"complete -c {prog} {here} {options}{takes}{values} -d '{word.help}'".replace("  ", " "))
    return "\n".join(lines) + "\n"


__all__ = ["SHELLS", "commands", "script"]

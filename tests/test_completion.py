"""Completion: every command and option of the parser, in scripts that the shells accept."""

import shutil
import subprocess

import pytest

from nmderive.arguments import parser
from nmderive.cli import main
from nmderive.completion import SHELLS, commands, script

KNOWN = commands(parser())


def test_every_command_and_option_is_in_every_script():
    assert {"verify", "serve", "plot", "completion"} <= set(KNOWN)
    for shell in SHELLS:
        text = script(parser(), shell)
        for name, (_, words) in KNOWN.items():
            assert name in text
            for option in (option for word in words for option in word.names if option.startswith("--")):
                assert (option[2:] if shell == "fish" else option) in text, (shell, name, option)
    assert "--debug" not in {o for _, words in KNOWN.values() for w in words for o in w.names}  # hidden in the help


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_accepts_its_script(shell, capsys, tmp_path):
    assert main(["completion", shell]) == 0
    path = tmp_path / "script"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    if shutil.which(shell) is None:
        pytest.skip(f"the script of {shell} is read by {shell} where it is installed")
    done = subprocess.run([shell, "-n", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr


@pytest.mark.parametrize("words, wanted, unwanted", [
    (["nmderive", "ver"], {"verify"}, {"derive"}), (["nmderive", "solve", "x", "--for", ""], {"t", "s"}, {"--all"}),
    (["nmderive", "verify", "loss-1", "--cl"], {"--claim"}, {"--json"}),
    (["nmderive", "completion", ""], set(SHELLS), {"s"}),
])
def test_bash_completes(words, wanted, unwanted):
    if shutil.which("bash") is None:
        pytest.skip("bash completes where it is installed")
    line = " ".join(f"'{word}'" for word in words)
    ask = f"COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _nmderive; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    text = f"{script(parser(), 'bash')}\n{ask}"
    done = subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=True)
    found = set(done.stdout.split())
    assert wanted <= found and not unwanted & found


def test_an_unknown_shell_is_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["completion", "csh"])
    assert ended.value.code == 2 and "bash" in capsys.readouterr().err

"""The server as it is started: its address, its end, what it says where something is missing."""

import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from nmderive.cli import main


@pytest.mark.parametrize("package", ["starlette", "uvicorn"])
def test_a_missing_package_is_one_line_with_what_to_install(package, monkeypatch, capsys):
    for name in [m for m in sys.modules if m.split(".")[0] == package or m == "nmderive.serving.app"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    assert main(["serve"]) == 2
    err = capsys.readouterr().err
    assert err == "nmderive: the web page needs Starlette and uvicorn\nhint: pip install 'nmderive[web]'\n"


@pytest.fixture
def served():
    """Start the server as a user does; yield its address and process."""
    pytest.importorskip("uvicorn", reason="the server is started where uvicorn is installed: pip install '.[test]'")
    pytest.importorskip("starlette", reason="the server is started where Starlette is installed: pip install '.[test]'")
    command = [sys.executable, "-m", "nmderive", "serve", "--port", "0", "--workers", "2"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    yield process.stderr.readline().split()[1], process
    process.kill()
    process.wait()


def test_it_answers_on_its_own_address_and_ends_on_an_interruption(served):
    address, process = served
    assert address.startswith("http://127.0.0.1:")
    with urllib.request.urlopen(address) as page:
        assert b"What does this loss teach?" in page.read()
    process.send_signal(signal.SIGINT)
    assert process.wait() in (0, 130, -signal.SIGINT) and "Traceback" not in process.stderr.read()


def test_a_port_that_is_taken_is_said_in_two_lines(capsys):
    pytest.importorskip("uvicorn", reason="the server is started where uvicorn is installed: pip install '.[test]'")
    pytest.importorskip("starlette", reason="the server is started where Starlette is installed: pip install '.[test]'")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert main(["serve", "--port", port]) == 2
    err = capsys.readouterr().err
    assert f"cannot listen on 127.0.0.1, port {port}" in err and "--port" in err and err.count("\n") == 2

"""Pieces of work: done once, by workers, taken over whole, and never lost with a fault or a kill."""

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from nmderive.errors import DomainError
from nmderive.reproducing.jobs import Job, run_all

pytestmark = pytest.mark.slow


def _work(folder, k, seconds):
    time.sleep(seconds)
    with open(folder / "log", "a", encoding="utf-8") as log:
        log.write(f"{k} {os.getpid()}\n")
    return {"verdict": "PROVED", "square": k * k}


def _fine():
    return {"text": "fine"}


def _fails(error):
    raise error


def _dies():
    os.kill(os.getpid(), signal.SIGKILL)


def _jobs(folder, count=6, seconds=0.0):
    return [Job(f"job {k}", f"work/{k}.json", k, partial(_work, folder, k, seconds)) for k in range(count)]


def _log(folder):
    return [line.split() for line in (folder / "log").read_text(encoding="utf-8").splitlines()]


def test_all_results_come_in_order_and_two_processes_share_the_work(tmp_path):
    lines = []
    found = run_all(tmp_path, _jobs(tmp_path, 8, 0.1), lines.append)
    assert [x["square"] for x in found] == [k * k for k in range(8)]
    assert len({pid for _, pid in _log(tmp_path)}) == (2 if (os.cpu_count() or 1) > 1 else 1)
    assert sorted(line.split(":")[0] for line in lines) == [f"job {k}" for k in range(8)]


def test_a_second_run_does_nothing_and_a_changed_job_is_done_again(tmp_path):
    run_all(tmp_path, _jobs(tmp_path))
    count = len(_log(tmp_path))
    lines = []
    run_all(tmp_path, _jobs(tmp_path), lines.append)
    assert len(_log(tmp_path)) == count and all("earlier" in line for line in lines)
    jobs = _jobs(tmp_path)
    jobs[2] = Job(jobs[2].name, jobs[2].file, "about something else", jobs[2].run)
    run_all(tmp_path, jobs)
    assert len(_log(tmp_path)) == count + 1


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"key": "of another version"}', '{"square": 4}'])
def test_a_broken_file_is_never_read(tmp_path, text):
    run_all(tmp_path, _jobs(tmp_path))
    (tmp_path / "work" / "2.json").write_text(text, encoding="utf-8")
    assert run_all(tmp_path, _jobs(tmp_path))[2]["square"] == 4


@pytest.mark.parametrize("error", [DomainError("no"), ValueError("no"), RecursionError("no")])
def test_a_fault_costs_one_piece(tmp_path, error):
    jobs = [Job("a", "a.json", 1, partial(_fails, error)), Job("b", "b.json", 1, _fine)]
    first, second = run_all(tmp_path, jobs)
    assert "no" in first["fault"] and second["text"] == "fine"


def test_work_at_which_its_worker_dies_is_said_to_be_and_the_rest_goes_on(tmp_path):
    jobs = [*_jobs(tmp_path, 3, 0.1), Job("last", "last.json", 1, _dies)]
    found = run_all(tmp_path, jobs)
    assert [x["square"] for x in found[:3]] == [0, 1, 4] and found[3]["fault"] == "its worker died"


def test_nothing_survives_a_kill_and_what_was_done_is_kept(tmp_path):
    code = (
        "import os, time\nfrom functools import partial\nfrom pathlib import Path\n"
        "from nmderive.reproducing.jobs import Job, run_all\n"
        "def work(k):\n    time.sleep(0.4)\n    return {'text': k, 'pid': os.getpid()}\n"
        f"run_all(Path({str(tmp_path)!r}), [Job(str(k), f'{{k}}.json', k, partial(work, k)) for k in range(40)])\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    patience = time.monotonic() + 600
    while len(list(tmp_path.glob("*.json"))) < 4 and time.monotonic() < patience:
        time.sleep(0.02)
    process.kill()
    process.wait()
    time.sleep(2.5)
    kept = {p.name: p.read_text(encoding="utf-8") for p in tmp_path.glob("*.json")}
    time.sleep(1.0)
    assert len(kept) >= 4 and len(list(tmp_path.glob("*.json"))) == len(kept) < 20
    assert all(json.loads(text)["text"] in range(40) for text in kept.values())

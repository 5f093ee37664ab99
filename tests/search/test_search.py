"""The search: finds, goes on after any end, judges nothing twice, and runs on any executor."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from today import of_today

import nmderive
from nmderive.checking import check_dossier
from nmderive.errors import UsageError
from nmderive.search import search
from nmderive.search.grammar import parse
from nmderive.workers import Lost, Workers

WANT = ("softmax-optimum", "shift-invariant", "convex")
GRAMMAR = """
[rules]
loss = ["sum(j, k != j, log(1 + <pair j k>))", "log(prod(j, k != j, 1 + <pair j k>))", "log(1 + sum(j, <own j>))",
        "sum(j, log(1 + sum(k, k != j, <pair j k>)))", "sum(i, sum(j, t[i,j]*s[i,j]"]
"pair j k" = ["sum(i, t[i,j]*exp(c*(s[i,k] - s[i,j])))"]
"own j" = ["sum(i, t[i,j]*exp(c*(mean(h, s[i,h]) - s[i,j])))"]
[letters]
c = "solve"
"""


@pytest.fixture
def grammar(tmp_path):
    path = tmp_path / "grammar.toml"
    path.write_text(GRAMMAR)
    return path


def has_found(folder):
    """Tell whether a dossier is kept; the file is there a moment before its tables are."""
    try:
        return (folder / "search.sqlite").exists() and any(dossier != "null" for *_, dossier, _ in rows(folder))
    except sqlite3.OperationalError as error:
        assert "no such table" in str(error)
        return False


def rows(folder):
    with sqlite3.connect(folder / "search.sqlite") as base:
        return base.execute("SELECT key, statuses, dossier, seconds FROM losses ORDER BY key").fetchall()


@pytest.mark.slow
def test_finds_carry_their_dossiers_and_equal_formulas_are_one_loss(grammar, tmp_path):
    found = search(WANT, grammar=grammar, out=tmp_path / "s", workers=Workers(count=1))
    assert {f.loss.same_as for f in found.finds} == {"pairwise", "new"}
    assert (found.formulas, len(found.losses), found.exhausted) == (5, 2, True)
    assert [text for text, _ in found.refused] == ["sum(i, sum(j, t[i,j]*s[i,j]"]
    assert not found.open and not found.empty
    for find in found.finds:
        data = json.loads((tmp_path / "s" / "finds" / f"{find.loss.key}.json").read_text())
        results = list(check_dossier(data))
        assert results and all(r.accepted for r in results)
    again = search(WANT, grammar=grammar, out=tmp_path / "s", workers=Workers(count=1))
    assert again.judged == 0 and [f.loss for f in again.finds] == [f.loss for f in found.finds]


@pytest.mark.slow
def test_every_format_shows_what_was_found(grammar, tmp_path):
    found = search(["softmax-optimum", "label-linear"], grammar=grammar, out=tmp_path / "s")
    assert found.empty and not found.finds and found.exhausted
    for form in ("terminal", "markdown"):
        assert "no loss of the grammar has all of: label-linear (some by numbers only)" in found.render(form)
    assert json.loads(found.render("json"))["empty"] == [["label-linear"]]
    with pytest.raises(UsageError, match="format"):
        found.render("odd")


def test_a_find_that_has_less_and_costs_more_is_not_on_the_front():
    from nmderive.search.findings import finds_of
    from nmderive.search.store import Known

    cheap = Known("a", "a", ((1, 1),), {"convex": "PROVED", "balance": "PROVED"})
    dear = Known("b", "b", ((1, 2),), {"convex": "PROVED", "balance": "REFUTED"})
    rich = Known("c", "c", ((1, 2),), {"convex": "PROVED", "balance": "PROVED", "decoupled": "PROVED"})
    found = finds_of([dear, rich, cheap], ("convex",), ())
    assert [(f.loss.key, f.on_front) for f in found] == [("a", True), ("b", False), ("c", True)]
    assert [f.loss.key for f in finds_of([dear, rich, cheap], ("convex",), ("balance",))] == ["b"]


@pytest.mark.parametrize(("arguments", "message"), [
    ({"want": []}, "at least one claim"), ({"want": ["convex"], "forbid": ["convex"]}, "at least one claim"),
    ({"want": ["convexx"]}, "convexx"), ({"want": ["convex"]}, "solved for from softmax-optimum"),
])
def test_what_cannot_be_searched_for_is_one_error(arguments, message, grammar, tmp_path):
    with pytest.raises(UsageError, match=message):
        search(**arguments, grammar=grammar, out=tmp_path / "s")


@pytest.mark.slow
def test_the_command_says_by_its_exit_code_what_came_out(grammar, tmp_path):
    command = [sys.executable, "-m", "nmderive", "search", "--grammar", str(grammar), "--out", str(tmp_path / "s")]
    done = subprocess.run([*command, "--want", "softmax-optimum,label-linear"], capture_output=True, text=True)
    assert done.returncode == 1 and "the grammar has no more formulas" in done.stdout
    done = subprocess.run([*command, "--want", "softmax-optimum", "--budget", "2"], capture_output=True, text=True)
    assert done.returncode == 0 and "pairwise" in done.stdout
    done = subprocess.run([*command, "--want", "nothing"], capture_output=True, text=True)
    assert done.returncode == 2 and "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGKILL, *of_today([signal.SIGINT, signal.SIGTERM], 2)])
def test_a_search_that_was_ended_goes_on_and_judges_nothing_twice(end, grammar, tmp_path):
    command = [sys.executable, "-m", "nmderive", "search", "--grammar", str(grammar), "--out", str(tmp_path / "s"),
               "--want", ",".join(WANT), "--workers", "1"]
    # A suite that a shell runs in the background hands on that interruptions are ignored.
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
    while not has_found(tmp_path / "s"):
        assert running.poll() is None, running.communicate()
        time.sleep(0.1)
    running.send_signal(end)
    output, _ = running.communicate()
    assert running.returncode == (-signal.SIGKILL if end is signal.SIGKILL else 130)
    if end is not signal.SIGKILL:
        assert "interrupted; a later run with the same folder goes on from here" in output
    before = {key: data for key, *data in rows(tmp_path / "s")}
    found = search(WANT, grammar=grammar, out=tmp_path / "s", workers=Workers(count=1))
    after = {key: data for key, *data in rows(tmp_path / "s")}
    assert len(found.finds) == 2
    assert all(after[key] == data for key, data in before.items() if data[1] != "null")


def _square(number):
    return number * number


def _deadly(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def _deadly_once(task):
    number, marker = task
    if number == 1 and not os.path.exists(marker):
        open(marker, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_a_worker_can_still_be_terminated_and_the_signal_is_given_back():
    before = signal.getsignal(signal.SIGTERM)
    with Workers(count=1) as pool:
        ((_, found),) = pool.each(_handler_of_termination, [0])
        assert found and signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before


def _handler_of_termination(number):
    return signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_work_that_ends_its_worker_is_lost_and_no_other():
    with Workers(count=2) as pool:
        found = dict(pool.each(_deadly, range(8)))
    assert isinstance(found.pop(3), Lost) and found == {k: k for k in (0, 1, 2, 4, 5, 6, 7)}


def test_a_worker_that_dies_once_costs_nothing(tmp_path):
    tasks = [(k, str(tmp_path / "died")) for k in range(4)]
    with Workers(count=1) as pool:
        assert dict(pool.each(_deadly_once, tasks)) == {t: t[0] for t in tasks}


def test_items_may_come_from_results():
    waiting, seen = [3], []

    def items():
        while waiting or len(seen) < 4:
            yield waiting.pop() if waiting else None

    with Workers(count=2) as pool:
        for item, result in pool.each(_square, items()):
            seen.append((item, result))
            waiting.extend([item - 1] if item else [])
    assert seen == [(3, 9), (2, 4), (1, 1), (0, 0)]


@pytest.mark.parametrize(("arguments", "message"), [
    (("threads",), "no executor"), (("dask",), "go together"), (("processes", "tcp://x:1"), "go together"),
])
def test_an_executor_that_is_none_is_one_error(arguments, message):
    with pytest.raises(UsageError, match=message):
        Workers(*arguments)


@pytest.mark.slow
def test_dask_finds_the_same_though_a_worker_dies_in_mid_task(grammar, tmp_path):
    distributed = pytest.importorskip("distributed", reason="needs the extra nmderive[dask]")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        tasks = [(k, str(tmp_path / "died")) for k in range(6)]
        with Workers("dask", address) as pool:
            assert dict(pool.each(_deadly_once, tasks)) == {t: t[0] for t in tasks}
        found = search(WANT, grammar=grammar, out=tmp_path / "s", workers=Workers("dask", address))
        assert {f.loss.same_as for f in found.finds} == {"pairwise", "new"}
        table = nmderive.compare(["pairwise"], claims=["convex"], workers=Workers("dask", address))
        assert table.rows[0].cells[0].status is nmderive.Status.PROVED
    with pytest.raises(UsageError, match="no scheduler of Dask answers"), Workers("dask", "tcp://127.0.0.1:1"):
        pass


def test_the_search_of_the_library_is_that_of_the_command():
    assert nmderive.search is search
    assert parse({"rules": {"a": ["1"]}}).start == "a"

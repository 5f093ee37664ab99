"""Jobs: each in a process of its own, ended by cancelling, by the clock, at its memory, and said to be so."""

import json
import threading

import pytest

from nmderive.errors import UsageError
from nmderive.serving import tasks
from nmderive.serving.asked import Asked, asked
from nmderive.serving.jobs import Busy, Jobs, Limits
from nmderive.serving.readings import chips, declared_in

SHORT = {"verb": "derive", "loss": "loss-3"}
#: A search that nobody waits for to the end here.
LONG = {"verb": "solve", "loss": "focal"}


@pytest.fixture
def jobs():
    made = []

    def make(**limits):
        made.append(Jobs(Limits(**{"running": 1, **limits})))
        return made[-1]

    yield make
    for own in made:
        own.close()


def until(true):
    """Wait for it; what never comes is ended by the suite's own limits."""
    pause = threading.Event()
    while not true():
        pause.wait(0.01)


def ended(job):
    until(lambda: job.has_ended)
    return job


def test_a_job_tells_reading_part_and_the_answer_of_the_command_line(jobs, capsys):
    from nmderive.cli import main

    job = ended(jobs().submit(asked(SHORT)))
    assert [e["kind"] for e in job.events] == ["reading", "part", "answer", "end"] and job.state == "done"
    main(["derive", "loss-3", "--to", "json"])
    assert json.loads(job.answer()) == json.loads(capsys.readouterr().out)


def test_a_refusal_has_its_place_its_hint_and_what_to_declare(jobs):
    own = jobs()
    job = ended(own.submit(asked({"verb": "derive", "loss": "sum(j, log("})))
    assert job.state == "refused" and "never closed" in job.events[-1]["message"] and "^" in job.events[-1]["where"]
    job = ended(own.submit(asked({"verb": "derive", "loss": r"-\log p_y + \sum_c w_c y_c"})))
    assert job.events[-1]["lets"] == ["y: labels"]


def test_a_job_that_runs_and_one_that_waits_are_cancelled(jobs):
    own = jobs()
    running, waiting = own.submit(asked(LONG)), own.submit(asked(SHORT))
    until(lambda: running.of_kind("reading"))
    own.cancel(waiting)
    assert waiting.state == "cancelled" and not waiting.of_kind("reading")
    own.cancel(running)
    assert ended(running).state == "cancelled" and "cancelled" in running.events[-1]["message"]
    assert running.answer() is None
    assert ended(own.submit(asked(SHORT))).state == "done"


def test_a_process_that_does_not_end_is_ended_by_the_clock_which_says_so(jobs):
    job = ended(jobs(seconds=0.0, grace=0.0).submit(asked(LONG)))
    assert job.state == "clock" and "ended by the clock" in job.events[-1]["message"] and job.answer() is None


def test_a_job_that_nobody_waits_for_is_ended_whether_it_runs_or_waits(jobs):
    own = jobs(absence=0.0)
    running, waiting = own.submit(asked(LONG)), own.submit(asked(SHORT))
    for job in (running, waiting):
        assert ended(job).state == "left" and "nobody" in job.events[-1]["message"]
    kept = jobs(absence=float("inf"))
    assert ended(kept.submit(asked(SHORT))).state == "done"


def test_a_queue_that_is_full_of_jobs_that_were_left_takes_the_next_one_in(jobs):
    own = jobs(waiting=1, absence=float("inf"))
    first = own.submit(asked(LONG))
    until(lambda: first.state == "running")
    left = own.submit(asked(SHORT))
    left.is_left = lambda absence: True
    assert own.submit(asked(SHORT)).state == "waiting" and left.state == "left"


def test_claims_that_the_clock_ends_say_so_and_are_not_decided(monkeypatch):
    monkeypatch.setattr(tasks, "_LEAST", 0.0)
    told = []
    # Of a formula that nothing before has seen, nothing is kept.
    never_seen = r"\sum_j \log(1+\frac{17}{19}\sum_i t_{i,j}\sum_{k\neq j} e^{s_{i,k}-s_{i,j}})"
    tasks.run(Asked("verify", never_seen, claims=("softmax-optimum", "unique-optimum")), told.append, 0.0)
    verdicts = json.loads(told[-1]["json"])["verdicts"]
    assert [v["status"] for v in verdicts] == ["UNDECIDED"] * 2
    assert all("ended by the clock" in v["findings"][0] for v in verdicts)


def test_the_memory_is_bounded_and_so_is_the_answer(jobs):
    job = ended(jobs(megabytes=64).submit(asked(LONG)))
    assert job.state == "memory" and "memory" in job.events[-1]["message"]
    job = ended(jobs(output=100).submit(asked(SHORT)))
    assert job.state == "output" and job.answer() is None


def test_a_queue_that_is_full_takes_no_more_in(jobs):
    own = jobs(waiting=1)
    first = own.submit(asked(LONG))
    until(lambda: first.state == "running")
    own.submit(asked(SHORT))
    with pytest.raises(Busy, match="too many"):
        own.submit(asked(SHORT))


def test_old_answers_are_forgotten(jobs):
    own = jobs(kept=1, waiting=1)
    names = [ended(own.submit(asked(SHORT))).id for _ in range(5)]
    known = [own.get(name) is not None for name in names]
    assert not known[0] and known[-1] and sum(known) <= 3


def test_a_dossier_of_a_job_is_accepted_by_the_checker(jobs):
    own = jobs()
    job = ended(own.submit(asked({"verb": "verify", "loss": "loss-3", "claims": ["convex", "degenerates-n1"]})))
    assert [e["status"] for e in job.of_kind("verdict")] == ["PROVED", "REFUTED"]
    checked = ended(own.submit(Asked("check", job.answer())))
    assert all(r["accepted"] for r in json.loads(checked.answer())) and "ACCEPTED" in checked.events[0]["html"]


@pytest.mark.parametrize("data, says", [
    ({}, "verb"), ({"verb": "run", "loss": "loss-1"}, "verb"), ({"verb": "verify"}, "no formula"),
    ({"verb": "verify", "loss": "  "}, "no formula"), ({"verb": "verify", "loss": ["loss-1"]}, "no formula"),
    ({"verb": "verify", "loss": "s" * 20_001}, "longer"), ({"verb": "verify", "loss": "x", "file": "y"}, "no field"),
    ({"verb": "verify", "loss": "losses.py:focal"}, "no code"), ({"verb": "verify", "loss": "os.path:join"}, "no code"),
    ({"verb": "equal", "loss": "loss-1", "right": "os.path:join()"}, "no code"),
    ({"verb": "verify", "loss": "x", "lets": "g>0"}, "lets"),
    ({"verb": "verify", "loss": "x", "lets": ["g"] * 41}, "lets"),
    ({"verb": "verify", "loss": "x", "sizes": {"k": 2}}, "sizes"),
    ({"verb": "verify", "loss": "x", "sizes": {"m": True}}, "sizes"),
    ({"verb": "verify", "loss": "x", "form": "python"}, "latex or text"),
])
def test_what_is_no_question_is_refused_before_a_process_starts(data, says):
    with pytest.raises(UsageError, match=says):
        asked(data)


def test_a_guess_is_shown_with_what_else_may_be_declared():
    role, plain, number = chips(["y: the target class, a one-hot label", "the sum ends at m", "a: a real number"])
    assert role["let"] == "y: target class" and role["others"] == ["y: labels", "y: logits", "y: probabilities"]
    assert not plain["let"] and not plain["others"]
    assert number["let"] == "a" and "a>0" in number["others"]
    assert declared_in("declare one: --let 'y: labels', or --let 'q>0'") == ["y: labels", "q>0"]
    assert declared_in(None) == []

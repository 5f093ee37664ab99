"""The page and its JSON interface, asked as a browser and as a program ask."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

pytest.importorskip("starlette", reason="the web page is tested where Starlette is installed: pip install '.[test]'")
pytest.importorskip("httpx2", reason="the web page is tested where httpx2 is installed: pip install '.[test]'")

from starlette.testclient import TestClient  # noqa: E402

from nmderive.losses.catalogue import names  # noqa: E402
from nmderive.serving.app import application  # noqa: E402
from nmderive.serving.jobs import Jobs, Limits  # noqa: E402

HERE = "http://127.0.0.1:8642"


@pytest.fixture(scope="module")
def app():
    jobs = Jobs(Limits(running=2))
    yield application(jobs)
    jobs.close()


@pytest.fixture
def client(app):
    return TestClient(app, base_url=HERE)


def followed(client, job):
    """Return the state in which a job ends, and its events."""
    events, told = [], {"state": "", "next": 0}
    while told["state"] in ("", "waiting", "running"):
        told = client.get(f"/api/jobs/{job}?after={told['next']}").json()
        events += told["events"]
    return told["state"], events


def test_the_page_has_all_that_it_needs_and_loads_nothing_from_elsewhere(client):
    page = client.get("/")
    assert page.status_code == 200 and "content-security-policy" in page.headers
    assert not re.search(r"""(src|href|action)=["'](https?:)?//""", page.text) and "{{" not in page.text
    assert "<script>" not in page.text and " style=" not in re.sub(r"<math.*?</math>", "", page.text, flags=re.DOTALL)
    assert not re.search(r" on[a-z]+=", page.text)
    for address in re.findall(r'(?:src|href)="(/page[^"]*)"', page.text):
        assert client.get(address).status_code == 200
    assert all(f'href="/?loss={name}"' in page.text for name in names())
    for script in (client.get("/page.js").text, client.get("/jobs.js").text):
        assert "eval(" not in script and "new Function" not in script and "http" not in script


def test_what_a_user_wrote_is_escaped_and_stays_in_its_field(client):
    hostile = '</textarea><script>alert(1)</script>{{results}}{{right}}'
    page = client.get("/", params={"loss": hostile, "m": '"><script>'}).text
    assert "<script>alert" not in page and '"><script>' not in page
    assert "&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;{{results}}{{right}}</textarea>" in page
    answer = client.post("/judge", data={"loss": hostile, "verb": "derive"})
    assert answer.status_code == 422 and "<script>alert" not in answer.text


def test_the_plain_form_answers_without_scripts(client):
    answer = client.post("/judge", data={"loss": r"-\log p_y", "verb": "derive"})
    assert answer.status_code == 200 and "y: the target class" in answer.text and "y: target class" in answer.text
    assert "<math" in answer.text and r"-\log p_y</textarea>" in answer.text
    answer = client.post("/judge", data={"loss": "sum(j, log(", "verb": "verify"})
    assert answer.status_code == 422 and "never closed" in answer.text and "^" in answer.text
    answer = client.post("/judge", data={"loss": "loss-1", "m": "two", "verb": "verify"})
    assert answer.status_code == 422 and "whole number" in answer.text
    both = {"loss": "s[1,1]+1", "right": "1+s[1,1]", "verb": "equal"}
    assert "PROVED" in client.post("/judge", data=both).text


def test_a_job_streams_its_verdicts_and_its_files_are_accepted(client, tmp_path, capsys):
    from nmderive.cli import main

    asked = {"verb": "verify", "loss": "loss-3", "claims": ["convex", "label-linear"]}
    job = client.post("/api/jobs", json=asked).json()["job"]
    state, events = followed(client, job)
    kinds = [e["kind"] for e in events]
    assert state == "done" and kinds[:2] == ["reading", "gradient"] and kinds.count("verdict") == 2
    assert [e["status"] for e in events if e["kind"] == "verdict"] == ["PROVED", "REFUTED"]
    for name in ("dossier.json", "certificates/convex.json"):
        file = client.get(f"/api/jobs/{job}/{name}")
        assert file.headers["content-disposition"].startswith("attachment")
        (tmp_path / "file.json").write_text(file.text, encoding="utf-8")
        assert main(["check", str(tmp_path / "file.json")]) == 0
    capsys.readouterr()
    again = client.post("/api/jobs", json={"verb": "check", "of": job}).json()["job"]
    assert "ACCEPTED" in followed(client, again)[1][0]["html"]


@pytest.mark.parametrize("verb, asked, argv", [
    ("verify", {"loss": "loss-3", "claims": ["convex"], "sizes": {"m": 2}},
     ["verify", "loss-3", "--claim", "convex", "--where", "m=2", "--json"]),
    ("verify", {"loss": r"-\sum_i\sum_j t_{i,j} (1-p_{i,j})^g \log p_{i,j}", "lets": ["g>0"], "claims": ["decoupled"]},
     ["verify", r"-\sum_i\sum_j t_{i,j} (1-p_{i,j})^g \log p_{i,j}", "--let", "g>0", "--claim", "decoupled", "--json"]),
    ("equal", {"loss": "s[1,1]", "right": "s[1,1] + 0"}, ["equal", "s[1,1]", "s[1,1] + 0", "--json"]),
])
def test_the_interface_answers_what_the_command_line_prints(client, capsys, verb, asked, argv):
    from nmderive.cli import main

    answer = client.post(f"/api/{verb}", json=asked)
    main(argv)
    own = json.loads(capsys.readouterr().out)
    found = answer.json()
    for data in (own, found):  # times differ, and so does the digest over them
        data.pop("digest")
        for verdict in data["verdicts"]:
            verdict.pop("seconds")
    assert answer.status_code == 200 and found == own


def test_lists_are_those_of_the_command_line(client, capsys):
    from nmderive.cli import main

    for path, command in (("catalogue", "list"), ("claims", "claims")):
        main([command, "--json"])
        assert client.get(f"/api/{path}").json() == json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("path, options, status, says", [
    ("/api/verify", {"json": {"loss": "sum(j, log("}}, 422, "never closed"),
    ("/api/verify", {"json": {"loss": "os.path:join"}}, 422, "no code"),
    ("/api/verify", {"content": "{", "headers": {"content-type": "application/json"}}, 422, "not JSON"),
    ("/api/verify", {"content": "[" * 50_000, "headers": {"content-type": "application/json"}}, 422, "not JSON"),
    ("/api/verify", {"json": ["loss-1"]}, 422, "object"), ("/api/verify", {"data": {"loss": "loss-1"}}, 422, "JSON"),
    ("/api/conquer", {"json": {"loss": "loss-1"}}, 422, "no verb"),
    ("/api/check", {"json": {"loss": "{}"}}, 422, "verb"),
    ("/api/jobs", {"json": {"verb": "check", "of": "nobody"}}, 404, "no such job"),
    ("/api/jobs", {"json": {"verb": "verify", "loss": "loss-1", "claims": ["nonsense"], "of": ""}}, 202, ""),
])
def test_what_is_wrong_is_said_in_one_line(client, path, options, status, says):
    answer = client.post(path, **options)
    assert answer.status_code == status
    if status != 202:
        message = answer.json()["error"]["message"]
        assert says in message and "\n" not in message


@pytest.mark.parametrize(
    "text", ["9**9**9**9", "(" * 9_000 + ")" * 9_000, "__import__('os')", "\x00", r"\sum_" * 3000, "💥", "<b>&amp;"],
    ids=["tower", "parentheses", "import", "null", "sums", "emoji", "tags"],
)
def test_hostile_formulas_are_refused(client, text):
    answer = client.post("/api/derive", json={"loss": text})
    assert answer.status_code == 422 and answer.json()["error"]["state"] == "refused"


def test_a_job_is_cancelled_and_a_forgotten_one_is_said_to_be(client):
    job = client.post("/api/jobs", json={"verb": "solve", "loss": "focal"}).json()["job"]
    client.delete(f"/api/jobs/{job}")
    state, events = followed(client, job)
    assert state == "cancelled" and "cancelled" in events[-1]["message"]
    assert client.get(f"/api/jobs/{job}/dossier.json").status_code == 404
    assert client.get("/api/jobs/nobody").status_code == 404


def test_whoever_asks_for_events_or_for_the_whole_answer_is_heard(app, client):
    jobs = app.inner.routes[0].endpoint.__self__.jobs
    job = jobs.get(client.post("/api/jobs", json={"verb": "derive", "loss": "loss-3"}).json()["job"])
    followed(client, job.id)
    job._heard = float("-inf")
    assert job.is_left(1e9)
    client.get(f"/api/jobs/{job.id}?after=0")
    assert not job.is_left(1e9)


@pytest.mark.slow
def test_fifty_clients_at_once_each_get_their_own_answer(app):
    def ask(k):
        client = TestClient(app, base_url=HERE)
        job = client.post("/api/jobs", json={"verb": "derive", "loss": f"sum(j, {k}*s[1,j]*t[1,j])"}).json()["job"]
        state, events = followed(client, job)
        return state, next(e["latex"] for e in events if e["kind"] == "reading")

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(ask, range(101, 151)))
    assert [state for state, _ in answers] == ["done"] * 50
    assert all(str(k) in latex for k, (_, latex) in zip(range(101, 151), answers, strict=True))

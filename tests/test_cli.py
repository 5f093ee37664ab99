"""The command line as a user runs it: outputs, exit codes, errors, speed of --help."""

import json
import subprocess
import sys

import pytest

from nmderive.cli import main

LOSS_3 = {
    "name": "loss-3",
    "latex": r"l = \sum_j \log \left(1 + \sum_i t_{i,j}e^{- s_{i,j} + \bar{s}_i}\right)",
    "text": "sum(j, log(1 + sum(i, t[i,j]*exp(mean(k, s[i,k]) - s[i,j]))))",
}


def run(capsys, *argv):
    code = main(list(argv))
    out = capsys.readouterr()
    return code, out.out, out.err


@pytest.mark.parametrize("form", LOSS_3)
def test_loss_3_is_proved_from_every_notation(capsys, form):
    code, out, _ = run(capsys, "verify", LOSS_3[form], "--claim", "softmax-optimum")
    assert code == 0 and "PROVED" in out and "for all n, m" in out


def test_loss_1_is_refuted_and_its_link_at_two_classes_is_proved(capsys):
    code, out, _ = run(capsys, "verify", "loss-1", "--claim", "softmax-optimum", "--json")
    data = json.loads(out)
    assert code == 1 and data["schema"].startswith("nmderive-dossier/")
    verdict = data["verdicts"][0]
    assert verdict["status"] == "REFUTED" and verdict["witness"]["exact"]
    assert any("softmax(2 s)" in f and "m=2 and all n: PROVED" in f for f in verdict["findings"])
    assert any("n=1, m=3" in f and "REFUTED" in f for f in verdict["findings"])


def test_where_fixes_sizes(capsys):
    link = r"\sum_j \log \left(1 + \sum_{i,k\neq j} t_{i,j}e^{(s_{i,k} - s_{i,j})/2}\right)"
    assert run(capsys, "verify", link, "--claim", "softmax-optimum", "--where", "m=2")[0] == 0
    assert run(capsys, "verify", link, "--claim", "softmax-optimum")[0] == 1


@pytest.mark.slow
def test_certificates_can_be_checked_from_a_file(capsys, tmp_path):
    _, out, _ = run(capsys, "verify", "loss-1", "--json")
    path = tmp_path / "dossier.json"
    path.write_text(out)
    code, out, _ = run(capsys, "check", str(path))
    assert code == 0 and out.count("ACCEPTED") >= 4 and "REJECTED" not in out
    path.write_text(path.read_text().replace('"-1"', '"-2"'))
    assert run(capsys, "check", str(path))[0] == 1


@pytest.mark.parametrize("claim", ["convex", "nonnegative", "softmax-optimum"])
def test_a_proof_for_all_sizes_is_accepted_where_one_was_fixed(claim, capsys, tmp_path):
    _, out, _ = run(capsys, "verify", "loss-3", "--where", "m=2", "--claim", claim, "--json")
    path = tmp_path / "dossier.json"
    path.write_text(out)
    assert run(capsys, "check", str(path))[0] == 0


@pytest.mark.parametrize("scope, name, size, fine", [
    ("for all n, m", "m", 2, True), ("for m=2 and all n", "m", 2, True), ("for m=2 and all n", "m", 3, False),
    ("for m=2 and all n", "n", 5, True), ("for all n, m with m >= 3", "m", 2, False), ("at n=1, m=3", "m", 3, True),
    ("for all n, m with m >= 3", "m", 3, True), ("for all n, m with n >= 2 and m >= 3", "n", 1, False),
    ("for all m", "n", 1, False), ("at n=1, m=30", "m", 3, False), ("for all n, m with m odd", "n", 1, False),
])
def test_a_scope_in_words_speaks_of_a_size(scope, name, size, fine):
    from nmderive.checker.headline import covers

    assert covers(scope, name, size) is fine


def test_equal(capsys):
    code, out, _ = run(capsys, "equal", "log(exp(s[1,1])*2)", "s[1,1] + log(2)")
    assert code == 0 and "PROVED" in out
    b4 = (
        r"\log \left(1 + \sum_{j, j \neq t} e^{ s_{j} - s_t}\right)"
        r"= \log \left(1 + \sum_{j} (1-t_j) e^{ s_{j}}\right)"
    )
    code, out, _ = run(capsys, "equal", b4)
    assert code == 1 and "REFUTED" in out and "exactly" in out


@pytest.mark.parametrize("form", ["latex", "unicode", "text", "sympy", "json"])
def test_derive_prints_every_form(capsys, form):
    code, out, _ = run(capsys, "derive", "loss-1", "--to", form)
    assert code == 0 and out.strip()
    assert "delta" not in out or form == "sympy" and "KroneckerDelta" in out


def test_a_family_with_a_number_of_classes_is_a_loss(capsys):
    code, out, _ = run(capsys, "verify", "matching", "--where", "m=2", "--claim", "shift-invariant")
    assert code == 0 and "matching-2" in out and "PROVED" in out
    code, _, err = run(capsys, "code", "matching")
    assert code == 2 and "matching-3" in err
    code, _, err = run(capsys, "verify", "matching", "--where", "m=7")
    assert code == 2 and "matching-7" in err


def test_list_names_every_loss(capsys):
    code, out, _ = run(capsys, "list")
    assert code == 0 and all(name in out for name in ("loss-1", "cross-entropy", "pairwise", "multi-label"))
    assert "matching-2 to matching-6" in out
    code, out, _ = run(capsys, "list", "--json")
    assert len(json.loads(out)) >= 25


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["verify", "sum(j, log(1 +"], "^"),
        (["verify", r"\sum_j \lgo s_{i,j}"], r"did you mean \log"),
        (["verify", "loss-3", "--claim", "nonsense"], "softmax-optimum"),
        (["verify", "loss-3", "--where", "k=2"], "--where n=1"),
        (["verify", "loss-3", "--format", "papyrus"], "terminal"),
        (["derive", "loss-3", "--to", "papyrus"], "latex"),
        (["verify", r"\sum_j t_{i,j}"], "no logits"),
        (["verify", r"\sum_j s_{i,j}"], "free"),
        (["verify", r"\sum_i\sum_j s_{i,j} = 3"], "equation"),
        (["verify", r"\sum_i\sum_j s_{i,j} + \cdots"], "remainder"),
        (["check", "/nonexistent/file"], "cannot read"),
        (["equal", "s[1,1]"], "one side"),
    ],
)
def test_bad_input_is_one_clear_error(capsys, argv, words):
    code, out, err = run(capsys, *argv)
    assert code == 2 and not out
    assert err.startswith("nmderive: ") and words in err and "Traceback" not in err


@pytest.mark.parametrize(
    "text",
    ["9**9**9**9", "(" * 10_000 + ")" * 10_000, "s" * 1_000_000, "__import__('os')", "\x00", r"\sum_" * 3000, "💥"],
    ids=["tower", "parentheses", "megabyte", "import", "null", "sums", "emoji"],
)
def test_hostile_input_is_refused(capsys, text):
    code, _, err = run(capsys, "verify", text)
    assert code == 2 and err.startswith("nmderive: ") and len(err) < 2000


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom nmderive.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'sympy', 'scipy', 'numpy', 'matplotlib', 'lark', 'flint'} & set(sys.modules)\n"
        "sys.exit(1 if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "verify" in done.stdout


def test_standard_input_is_read(monkeypatch, capsys):
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO(LOSS_3["latex"]))
    assert run(capsys, "verify", "-", "--claim", "softmax-optimum")[0] == 0


def test_an_interruption_keeps_what_is_known(monkeypatch, capsys):
    from nmderive.claims import convex

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(convex, "judge", interrupt)
    code, out, _ = run(capsys, "verify", "loss-3")
    assert code == 130 and "PROVED" in out and "interrupted while judging convex" in out


@pytest.mark.parametrize("verb", ["verify", "derive", "solve", "code", "compare"])
def test_a_misspelt_name_is_answered_by_the_catalogue(verb, capsys):
    more = ["--to", "numpy"] if verb == "code" else []
    assert main([verb, "quadradic", *more]) == 2
    err = capsys.readouterr().err
    assert "there is no loss called 'quadradic'" in err and "did you mean quadratic?" in err and "nmderive list" in err


def test_compare_judges_the_claims_asked_for_and_knows_its_formats_first(capsys):
    assert main(["compare", "loss-1", "sum(j, log(1 + sum(i, t[i,j]*exp(-s[i,j]))))", "--from", "text",
                 "--claim", "convex", "--format", "markdown"]) == 0
    assert capsys.readouterr().out.count("\n") == 5  # the formula without a name stands below
    for wrong in (["--format", "nope"], ["--claim", "nope"], ["--from", "text"]):
        assert main(["compare", r"\sum_j s_j", *wrong]) == 2
        assert capsys.readouterr().err.startswith("nmderive: ")


@pytest.mark.slow
@pytest.mark.parametrize(("argv", "code"), [
    (["loss-3"], 0), (["loss-3", "--claim", "degenerates-n1"], 1), (["loss-3", "--claim", "convex"], 0),
    (["focal", "--claim", "softmax-optimum"], 1), (["loss-3", "--claim", "convex", "--claim", "degenerates-n1"], 1),
])
def test_a_report_is_done_where_all_is_decided_and_a_claim_asked_for_decides(argv, code, capsys):
    assert main(["verify", *argv]) == code


def test_a_fault_exits_with_70_in_one_line_and_shows_where_only_if_asked(monkeypatch, capsys):
    from nmderive import derive

    def fail(*_):
        raise KeyError(3)

    monkeypatch.setattr(sys.modules["nmderive.derive"], "derive", fail)
    assert derive is not None
    code, out, err = run(capsys, "derive", "loss-3")
    assert code == 70 and not out and err.count("\n") == 1 and "KeyError" in err and "--debug" in err
    for argv in (["--debug", "derive", "loss-3"], ["derive", "loss-3", "--debug"]):
        code, _, err = run(capsys, *argv)
        assert code == 70 and "Traceback" in err


@pytest.mark.parametrize("error", ["MemoryError()", "ClockEnded('the time limit of the run was reached')"])
def test_what_ran_out_is_undecided_and_said(error, monkeypatch, capsys):
    from nmderive.errors import ClockEnded

    def fail(*_):
        raise {"M": MemoryError(), "C": ClockEnded("the time limit of the run was reached")}[error[0]]

    monkeypatch.setattr(sys.modules["nmderive.derive"], "derive", fail)
    code, _, err = run(capsys, "derive", "loss-3")
    assert code == 3 and err.count("\n") == 1 and "nothing is decided" in err


@pytest.mark.slow
@pytest.mark.parametrize("argv", [
    ["derive", "cross-entropy"], ["derive", "loss-1", "--to", "unicode"], ["list"], ["code", "loss-1"],
    ["verify", "loss-3", "--claim", "convex", "--format", "html"], ["verify", "\\sum_j s_j \u00e9"],
    ["compare", "loss-3", "brier", "--claim", "convex"], ["solve", "cross-entropy", "--for", "t"],
    ["equal", "loss-3", "brier"], ["derive", "--script", "derivations/05_loss_3.py"],
])
def test_a_terminal_that_knows_ascii_only_gets_ascii(argv):
    import os
    from pathlib import Path

    done = subprocess.run(
        [sys.executable, "-m", "nmderive", *argv], capture_output=True, cwd=Path(__file__).parent.parent, check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "LANG": "C", "LC_ALL": "C"},
    )
    assert done.returncode in (0, 1, 2, 3) and b"Traceback" not in done.stderr
    assert (done.stdout + done.stderr).isascii() and done.stdout + done.stderr


@pytest.mark.parametrize("formula", [
    r"-\log(p_y)", r"-\log{p_y}", r"-\log(p_t)(1-p_t)^2", "-sum(j,t[j]*log(p[j]))", "-2*sum(j,t[j]*log(p[j]))",
])
def test_a_formula_may_begin_with_a_minus(formula, capsys):
    assert main(["derive", formula, "--to", "text"]) == 0
    assert main(["verify", formula, "--claim", "shift-invariant"]) == 0
    out, err = capsys.readouterr()
    assert "PROVED" in out and "unrecognized" not in err


@pytest.mark.parametrize("wrong", ["-x", "-to", "--claims-of"])
def test_an_unknown_option_is_still_one(wrong, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["derive", "cross-entropy", wrong])
    assert ended.value.code == 2 and "unrecognized arguments" in capsys.readouterr().err

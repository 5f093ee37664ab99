"""Mistakes that people make, on the command line, from Python, on the page: one clear line, and never a traceback."""

import numpy as np
import pytest

import nmderive
from nmderive.cli import main
from nmderive.errors import NmderiveError

T = np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
S = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, 1.0]])


@pytest.mark.parametrize("argv, says", [
    (["verify", "focl"], "did you mean focal?"), (["derive", "loss3"], "did you mean loss-3?"),
    (["verify", r"\sum_j \lgo p_j"], r"did you mean \log?"), (["verify", r"\sum_j t_j \log(p_j"], "never closed"),
    (["verify", r"\sum_{j t_j"], "never closed"), (["verify", "\frac{1}{2} s_1"], "put an r before the string"),
    (["verify", "loss-3", "--claim", "convx"], "did you mean convex?"),
    (["verify", "loss-3", "--claim", "Softmax_Optimum"], "did you mean softmax-optimum?"),
    (["verify", "loss-3", "--clam", "convex"], "did you mean --claim?"),
    (["derive", "loss-3", "--json"], "--json is an option of verify, equal"),
    (["verify", "loss-3", "--where", "m=2.5"], "does not fix a size"),
    (["verify", "loss-3", "--where", "k=2"], "does not fix a size"),
    (["verify", "loss-3", "--seconds", "soon"], "no time limit"),
    (["verify", "loss-3", "loss-1"], "unrecognized arguments: loss-1"),
    (["derive", "focal", "--let", "g=nan"], "not a declaration"), (["plot", "focal", "--set", "g=nan"], "positive"),
    (["solve", "loss-3", "--for", "x"], "choose from"), (["equal", "loss-3"], "one side only"),
    (["verify", "[1, 2, 3]"], "unexpected"), (["verify", "3"], "no logits"), (["verify", ""], "no formula"),
    (["compare"], "losses"), (["compare", "x=", "loss-3"], "is empty"), (["check", "nothing.json"], "cannot read"),
    (["code", "loss-3", "--to", "tensorflow"], "one of: jax"), (["verify", r"\sum_j s_j/0"], "division by zero"),
])
def test_the_command_line(argv, says, capsys):
    try:
        code = main(argv)
    except SystemExit as ended:  # the arguments themselves are wrong
        code = ended.code
    said = capsys.readouterr()
    assert code == 2 and not said.out and "Traceback" not in said.err
    assert said.err.startswith("nmderive: ") and says in said.err and said.err.count("nmderive: ") == 1
    assert len(said.err.splitlines()) <= 4  # what is wrong, where, and how to mend it


@pytest.mark.parametrize("call, says", [
    (lambda code: code.value(T, S, g=2), "logits s come first"),
    (lambda code: code.value(S * np.nan, T, g=2), "not finite"),
    (lambda code: code.value(S, T.T, g=2), "shape"), (lambda code: code.value(S[0], T[0], g=2), "shape"),
    (lambda code: code.value(S, [0, 1], g=2), "shape"), (lambda code: code.value([[1, 2], [3]], T, g=2), "one length"),
    (lambda code: code.value(S, "labels", g=2), "real numbers"), (lambda code: code.value(S, T), "missing"),
    (lambda code: code.value(S, T, gamma=2), "no parameter"), (lambda code: code.value(S, T, g="two"), "a number"),
    (lambda code: code.value(S, T, g=-1), "positive"), (lambda code: nmderive.loss([1, 2]), "not list"),
    (lambda code: nmderive.loss("loss-3").verify(["convex"]), "a claim is a name"),
    (lambda code: nmderive.loss("loss-3").verify("convex", sizes={"m": 2.5}), "fixes no size"),
    (lambda code: nmderive.loss("loss-3").verify("convex", sizes={"k": 2}), "fixes no size"),
    (lambda code: nmderive.loss("focal").plot("slopes", g=[1, 2]), "a number"),
    (lambda code: nmderive.loss("loss-3").stationary([0.2, 0.8]), "shape"),
    (lambda code: nmderive.compare([3]), "not int"),
    (lambda code: nmderive.loss("loss-3").solve("x"), "for t or for s"),
])
def test_python(call, says):
    with pytest.raises(NmderiveError, match=says) as caught:
        call(nmderive.loss("focal").numpy())
    assert len(str(caught.value).splitlines()) <= 4


def test_integers_lists_and_one_declaration_are_no_mistakes():
    code = nmderive.loss("focal").numpy()
    assert code.value([[0, 0, 0]], [[1, 0, 0]], g=2) == pytest.approx(4 / 9 * np.log(3))
    assert nmderive.loss("sum(j, g*s[1,j])", lets="g>0").domains[0][0] == "g"


def test_a_letter_of_the_catalogue_is_declared_anew():
    fixed = nmderive.loss("focal", lets=["g=2"])
    assert not fixed.parameters and fixed.expr != nmderive.loss("focal").expr
    assert nmderive.loss("focal", lets=["g>0", "b"]).name == "focal"
    assert dict(nmderive.loss("focal", lets=["0<g<1"]).domains)["g"].high == 1


@pytest.mark.parametrize("asked, says", [
    ({"loss": "focl"}, "no loss called"), ({"loss": r"\sum_j t_j \log(p_j"}, "never closed"),
    ({"loss": "loss-3", "claims": ["convx"]}, "no claim called"), ({"loss": "loss-3", "claims": "convex"}, "claims is"),
    ({"loss": "loss-3", "sizes": {"m": 2.5}}, "sizes fixes"), ({"loss": [1, 2]}, "no formula"),
    ({"los": "x"}, "no field"),
    ({"loss": "loss-3", "lets": ["g=nan"]}, "not a declaration"),
    ({"loss": "focal", "lets": ["g=nan"]}, "not a declaration"),
])
def test_the_page(asked, says):
    from nmderive.serving import tasks
    from nmderive.serving.asked import asked as read
    from nmderive.serving.worker import refusal

    with pytest.raises(NmderiveError) as caught:
        tasks.run(read({"verb": "verify", **asked}), [].append, 60.0)
    data = refusal(caught.value)
    assert says in data["message"] and "\n" not in data["message"]

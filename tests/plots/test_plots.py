"""Pictures of any loss: the numbers are the loss's own, the SVG stands alone, what cannot be drawn says why."""

import math
from xml.etree import ElementTree

import numpy as np
import pytest

import nmderive
from nmderive.cli import main
from nmderive.errors import DomainError, UnsupportedError, UsageError
from nmderive.pages.svg import ticks
from nmderive.plots import names
from nmderive.plots.kinds import landscape, optimum, slopes
from nmderive.plots.subject import Subject

BINARY = r"\sum_i \left(\max(s_i, 0) - s_i t_i + \log(1 + e^{-|s_i|})\right)"
WEIGHTED = r"-\sum_i \sum_j w_j t_{i,j} \log p_{i,j}"
KINDS = {"landscape", "optimum", "slopes", "shares", "gaps"}


def subject(text, lets=(), **values):
    return Subject(nmderive.loss(text, lets=lets), values)


@pytest.mark.slow
@pytest.mark.parametrize("text, lets, drawn", [
    ("loss-3", (), KINDS), (WEIGHTED, ["w_j>0"], KINDS), (BINARY, (), {"slopes"}),
    (r"-\log p_y + a \sum_k p_k^2", (), KINDS - {"shares"}), ("reverse-kl", (), {"optimum", "gaps"}),
    ("comment-4-11", (), {"landscape", "slopes", "gaps"}),
])
def test_every_loss_has_the_pictures_that_make_sense_and_says_why_no_others(text, lets, drawn):
    plot = nmderive.loss(text, lets=lets).plot()
    shown = {figure.name for figure in plot.figures}
    assert shown <= drawn and drawn - shown <= {"gaps", "optimum"}, plot.left_out
    assert set(plot.left_out) == KINDS - shown and all(plot.left_out.values())


def test_the_file_is_one_svg_that_needs_nothing_else():
    plot = nmderive.loss("focal").plot("landscape", "slopes", g=3)
    root = ElementTree.fromstring(plot.svg)
    width, height = map(float, root.get("viewBox").split()[2:])
    assert root.tag == "{http://www.w3.org/2000/svg}svg" and plot.svg.count("<svg") == 3
    assert "http" not in plot.svg.replace("http://www.w3.org/2000/svg", "") and "Drawn at g\u00a0=\u00a03" in plot.svg
    assert "prefers-color-scheme: dark" in plot.svg and width == 440
    for inner in root.iter("{http://www.w3.org/2000/svg}svg"):
        assert float(inner.get("y", 0)) + float(inner.get("height", 0)) <= height
    assert "data:image/svg+xml;base64," in plot._repr_html_() and "landscape, slopes" in repr(plot)


def test_a_loss_of_three_samples_in_numbers_is_that_of_its_formula():
    own = subject("focal", g=3.0)
    s = np.array([[1.0, 0.5, -1.5]])
    p = np.exp(s[0]) / np.exp(s[0]).sum()
    assert own.value(s, [[1.0, 0, 0]]) == pytest.approx(-((1 - p[0]) ** 3) * math.log(p[0]))
    single = subject(r"-\log p_y")
    assert single.value(s, [[1.0, 0, 0]]) == pytest.approx(-math.log(p[0]))
    assert single.gradient(s, [[1.0, 0, 0]]) == pytest.approx((p - [1, 0, 0])[None])
    binary = subject(BINARY)
    assert binary.gradient([[0.0]], [[1.0]]) == pytest.approx(np.array([[-0.5]]))


def test_letters_get_a_value_inside_their_domain():
    assert subject("focal").parameters(1, 3) == {"g": 2.0} and subject("tsallis").parameters(1, 3) == {"q": 0.5}
    assert subject("focal", g=0.5).said() == "g = 0.5"
    assert subject(WEIGHTED, ["w_j>0"]).parameters(1, 3)["w"].tolist() == [1.0, 1.0, 1.0]
    assert subject("sum(i, sum(j, k*s[i,j]*t[i,j]))", ["k in {3, 5}"]).parameters(1, 3) == {"k": 3.0}


def test_pictures_show_what_is_known():
    cross = {"cross-entropy": subject("cross-entropy")}
    found = slopes.numbers(cross)
    assert found["norms"]["cross-entropy"] == pytest.approx([math.sqrt(1.5) * (1 - p) for p in found["p"]], abs=1e-5)
    assert found["norms"]["cross-entropy"] == pytest.approx(found["norms"][slopes.REFERENCE], abs=1e-5)
    near = optimum.numbers({"loss-3": subject("loss-3")})
    assert max(near["softmax(s)"]) < 1e-5 and near["converged"] == 136
    plane = landscape.numbers({"l": subject("sum(i, sum(j, s[i,j]*t[i,j]))")})
    levels = landscape.levels(plane["values"]["l"])
    assert levels == tuple(sorted(levels)) and len(levels) == 6


def test_round_values_for_an_axis():
    assert ticks(0, 1) == ((0.0, "0"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75"), (1.0, "1"))
    for top in (1e-9, 0.013, 0.75, 3.3, 17, 4e7):
        found = [value for value, _ in ticks(0, top)]
        assert 3 <= len(found) <= 7 and found[0] == 0 and found[-1] <= top * (1 + 1e-9)


@pytest.mark.parametrize("pictures, values, error", [
    (("nonsense",), {}, UsageError), (("shares",), {"q": 1.0}, DomainError), ((), {"q": 1.0}, DomainError),
])
def test_what_there_is_not_is_said(pictures, values, error):
    with pytest.raises(error):
        nmderive.loss("loss-3").plot(*pictures, **values)
    with pytest.raises(UnsupportedError, match="no classes"):
        nmderive.loss(BINARY).plot("shares")
    with pytest.raises(UsageError, match="no picture of this loss"):
        nmderive.loss("loss-2").plot()


def test_the_command_writes_a_file_or_prints(tmp_path, capsys):
    path = tmp_path / "picture.svg"
    assert main(["plot", "focal", "--picture", "slopes", "--set", "g=1", "--out", str(path)]) == 0
    assert capsys.readouterr().out.strip() == str(path) and path.read_text(encoding="utf-8").startswith("<svg")
    assert main(["plot", BINARY, "--picture", "slopes"]) == 0
    out = capsys.readouterr()
    assert out.out.startswith("<svg") and ElementTree.fromstring(out.out) is not None
    for wrong in (["--picture", "nonsense"], ["--set", "g"], ["--set", "h=2"]):
        assert main(["plot", "focal", *wrong]) == 2
        assert capsys.readouterr().err.startswith("nmderive: ")


def test_all_pictures_are_found_by_their_place():
    assert names() == ["landscape", "optimum", "slopes", "shares", "gaps"]

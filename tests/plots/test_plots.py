"""Pictures of any loss: the numbers are the loss's own, the SVG stands alone, what cannot be drawn says why."""

import math
import re
from base64 import b64decode
from xml.etree import ElementTree

import numpy as np
import pytest

import nmderive
from nmderive import plots
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


def test_a_picture_moves_with_each_letter_and_its_axes_stand_still():
    loss = nmderive.loss(r"-\log p_y + a \sum_k p_k^2 - b \sum_k p_k^3", lets=["b>0"])
    (picture,) = loss.plot("slopes").figures
    assert [[(s.letter, s.value) for s in row] for row in picture.stops] == [
        [("a", x) for x in ("-2", "-1", "0", "1", "2", "3")], [("b", x) for x in ("0.25", "0.5", "1", "2", "3", "5")]]
    frames = [stop.figure for row in picture.stops for stop in row]
    assert len({frame.panels for frame in frames}) == len(frames) - 1  # a = 1 and b = 2 are the picture as it stands
    assert len({tuple(re.findall(r"<text[^>]*>[\d.]+</text>", frame.panels[0])) for frame in frames}) == 1
    html = picture.html()
    assert html.count('type="radio"') == html.count('class="frame"') == 12 and html.count(" checked") == 1
    assert html.count('class="usual"') == 2 and 'aria-label="b = 0.25"' in html and "Drawn at a = 1, b = 5" in html
    assert len(set(re.findall(r' id="(at-[^"]*)"', html))) == 12 and not re.search(r"<script| on[a-z]+=", html)


def test_what_does_not_depend_on_a_letter_or_has_a_value_stands_still():
    focal = nmderive.loss("focal")
    assert [bool(own.stops) for own in focal.plot("slopes", "shares").figures] == [True, False]
    assert not focal.plot("slopes", g=3).figures[0].stops
    assert not nmderive.loss("loss-3").plot("slopes").figures[0].stops
    assert not plots.plot(focal, "slopes").figures[0].stops  # the file of the command line is one picture


def test_a_notebook_gets_the_frames_as_images_with_a_slider():
    html = nmderive.loss("focal").plot("slopes", "shares")._repr_html_()
    images = [b64decode(x).decode() for x in re.findall(r'base64,([^"]*)"', html)]
    assert html.startswith("<style>.moving") and len(images) == 7 and html.count('type="radio"') == 6
    assert [re.findall("g\u00a0=\u00a0(\\d[\\d.]*?)\\.?<", image) for image in images[:6]] == [
        [x] for x in ("0.25", "0.5", "1", "2", "3", "5")]


@pytest.mark.parametrize("let, stops", [
    ("0<k<1", (0.1, 0.25, 0.5, 0.75, 0.9)), ("k in {3, 5}", (3, 5)), ("k<4", (-1, 1, 2, 3, 3.5, 3.75)),
    ("k", (-2, -1, 0, 1, 2, 3)), ("k>=1", (1.25, 1.5, 2, 3, 4, 6)), ("0<k<=1", (0.1, 0.25, 0.5, 0.75, 0.9)),
])
def test_letters_stop_inside_their_domain(let, stops):
    own = subject("sum(i, sum(j, k*s[i,j]*t[i,j]))", [let])
    assert own.stops() == {"k": stops} and own.parameters(1, 3)["k"] in stops


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

"""Pictures: what they show is what the losses do; SVG that is well-formed and small."""

import math
from xml.etree import ElementTree

import pytest

from nmderive.pages.svg import Axis, contour, path
from nmderive.reproducing import pictures
from nmderive.reproducing.source import entries

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=pictures.names())
def shown(request, numbers):
    return request.param, pictures.picture(request.param), numbers[request.param]


@pytest.fixture(scope="module")
def numbers(shared):
    return {name: shared.once(f"picture {name}", pictures.picture(name).numbers) for name in pictures.names()}


def test_each_picture_belongs_to_a_claim_and_draws_itself(shown):
    name, own, data = shown
    assert own.CLAIM in entries() and 40 < len(own.CAPTION) < 420 and own.TITLE
    panels = own.draw(data)
    assert sum(map(len, panels)) < 30_000
    for panel in panels:
        root = ElementTree.fromstring(panel)
        x, y, width, height = map(float, root.get("viewBox").split())
        assert (x, y) == (0, 0) and width <= 360
        for text in root.iter("text"):
            assert 0 <= float(text.get("x")) <= width and 0 <= float(text.get("y")) <= height
    head, rows = own.table(data)
    assert rows and all(len(row) == len(head) for row in rows)


def test_every_picture_computes_the_same_numbers_again(shown):
    assert shown[1].numbers() == shown[2]


def test_captions_say_what_the_numbers_say(numbers):
    ray = numbers["landscape"]["on_ray"]
    assert all(b < a / 2 for a, b in zip(ray["loss-3"], ray["loss-3"][1:], strict=False))
    for name in ("loss-1", "pairwise", "quadratic"):
        assert ray[name] == sorted(ray[name]) and ray[name][0] > 1
    assert numbers["landscape"]["values"]["quadratic"] == numbers["landscape"]["values"]["loss-1"]
    assert max(numbers["distance"]["softmax(2 s)"]) < 0.04 < 0.1 < sum(numbers["distance"]["softmax(s)"]) / 136
    assert numbers["distance"]["converged"] == len(numbers["distance"]["labels"]) == 136
    shares = numbers["shares"]["shares"]
    sizes = numbers["shares"]["sizes"]
    assert all(math.isclose(v, r / sum(sizes), abs_tol=1e-6)
               for v, r in zip(shares["cross-entropy"], sizes, strict=True))
    for name in ("loss-1", "loss-3", "pairwise", "quadratic"):
        assert min(shares[name]) > 0.08 and math.isclose(sum(shares[name]), 1, abs_tol=1e-5)
    assert shares["loss-1"] == shares["quadratic"] and shares["loss-3"] == shares["pairwise"]
    for name, gaps in numbers["gaps"]["gaps"].items():
        last = gaps[-1]["gap"]
        assert last < 0.003 if name == "loss-3" else math.isclose(last, math.log(2), abs_tol=1e-3)


def test_contours_of_a_plane_and_of_a_cone():
    plane = [[float(c) for c in range(5)] for _ in range(4)]
    (line,) = contour(plane, 1.5)
    assert all(abs(x - 1.5) < 1e-6 for x, _ in line) and sorted({y for _, y in line} & {0.0, 3.0}) == [0.0, 3.0]
    cone = [[math.hypot(c - 10, r - 10) for c in range(21)] for r in range(21)]
    (circle,) = contour(cone, 6.0)
    assert circle[0] == circle[-1]
    assert all(abs(math.hypot(x - 10, y - 10) - 6) < 0.06 for x, y in circle)
    assert contour(plane, 9.0) == []


def test_axes_map_values_to_pixels():
    assert Axis(1, 1000, 0, 300, (), True).at(100) == pytest.approx(200)
    assert Axis(0, 2, 100, 0).at(0.5) == 75


def test_points_on_a_line_are_left_out():
    assert path([(0, 0), (1, 1), (2, 2), (3, 0)]) == '<path d="M0 0L2 2L3 0"/>'

"""The page of performance says what was measured, and its picture draws that."""

from __future__ import annotations

import json
from pathlib import Path

from defusedxml import ElementTree

from docs.generator.curves_picture import CURVES, picture
from docs.generator.performance import FIGURES, TITLES, performance_page
from tests.curves import _CURVES, PICTURE, SIZES

SVG = "{http://www.w3.org/2000/svg}"


def _figures() -> dict:
    return json.loads(FIGURES.read_text())


def test_the_picture_is_drawn_from_the_figures() -> None:
    assert PICTURE.read_text() == picture(_figures())


def test_every_point_is_a_dot_inside_the_picture() -> None:
    figures = _figures()
    root = ElementTree.fromstring(picture(figures))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    dots = root.findall(f"{SVG}circle")
    assert len(dots) == sum(len(figures["curves"][curve.name]) for curve in CURVES)
    assert all(0 < float(dot.attrib["cx"]) < width and 0 < float(dot.attrib["cy"]) < height for dot in dots)


def test_more_of_anything_is_drawn_further_right() -> None:
    root = ElementTree.fromstring(picture(_figures()))
    paths = [p.attrib["d"] for p in root.findall(f"{SVG}path") if p.attrib.get("class") == "line"]
    lines = [path for path in paths if "L" in path]
    assert lines
    for path in lines:
        places = [float(point.split()[0]) for point in path.removeprefix("M").split("L")]
        assert places == sorted(places)


def test_every_curve_has_a_measurement_a_title_and_a_line() -> None:
    assert set(SIZES) == set(_CURVES) == set(TITLES) == {curve.name for curve in CURVES}
    assert set(_figures()["curves"]) == set(SIZES)


def test_the_page_has_a_row_for_every_point() -> None:
    page = performance_page()
    for name, points in _figures()["curves"].items():
        section = page.partition(f"## {TITLES[name]}\n")[2].partition("\n## ")[0]
        rows = [line for line in section.split("\n") if line.startswith("| ") and line[2].isdigit()]
        assert [row.split("|")[1].strip() for row in rows] == [f"{point['size']:,}" for point in points]
    assert Path(FIGURES).is_file()

"""The picture of docs/reference/performance.md: how time grows, as SVG, from what was measured."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

WIDTH, HEIGHT = 800, 430
LEFT, RIGHT, TOP, BOTTOM = 70, 230, 20, 50

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #333 }
.grid { stroke: #ddd } .axis { stroke: #666 }
.ideal { stroke: #999; stroke-dasharray: 4 4; fill: none }
.line { fill: none; stroke-width: 2 } .dot { stroke: none }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd } .grid { stroke: #444 } .axis { stroke: #aaa } .ideal { stroke: #777 }
}
"""


class Curve(NamedTuple):
    """One line of the picture.

    Attributes:
        name: of the curve in the figures.
        label: beside its end.
        colour: that is told from the others on white and on black, and by those who see few colours.
        dash: pattern of the line, so that colour is not all that tells it.
    """

    name: str
    label: str
    colour: str
    dash: str


CURVES = (
    Curve("tokens", "tokens, one process", "#0072b2", ""),
    Curve("tokens-two", "tokens, two processes", "#56b4e9", "8 3"),
    Curve("requirements", "requirements", "#d55e00", "2 3"),
    Curve("artefacts", "artefacts", "#009e73", "10 3 2 3"),
    Curve("components", "components of a manifest", "#cc79a7", "5 5"),
)


class _Scale(NamedTuple):
    """Both axes, logarithmic: powers of ten from and to."""

    x0: int
    x1: int
    y0: int
    y1: int

    def x(self, value: float) -> float:
        share = (math.log10(value) - self.x0) / (self.x1 - self.x0)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        share = (math.log10(value) - self.y0) / (self.y1 - self.y0)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def picture(figures: dict[str, Any]) -> str:
    """Draw the curves.

    Args:
        figures: as ``tests/curves.py`` writes them.
    """
    curves = [(curve, figures["curves"].get(curve.name, [])) for curve in CURVES]
    curves = [(curve, points) for curve, points in curves if points]
    scale = _scale([point for _, points in curves for point in points])
    body = [*_grid(scale)]
    for number, (curve, points) in enumerate(curves):
        body += _curve(curve, points, scale, number)
    title = "Seconds of work against the number of things, both axes logarithmic"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
            f"<title>{title}</title>",
            f"<style>{STYLE}</style>",
            *body,
            "</svg>",
            "",
        ]
    )


def _scale(points: Sequence[dict[str, Any]]) -> _Scale:
    sizes = [point["size"] for point in points]
    seconds = [point["seconds"] for point in points]
    return _Scale(
        math.floor(math.log10(min(sizes))),
        max(1, math.ceil(math.log10(max(sizes)))),
        math.floor(math.log10(min(seconds))),
        math.ceil(math.log10(max(seconds))),
    )


def _grid(scale: _Scale) -> Iterator[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    for power in range(scale.x0, scale.x1 + 1):
        x = scale.x(10**power)
        yield f'<line class="grid" x1="{x}" y1="{TOP}" x2="{x}" y2="{bottom}"/>'
        yield f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{10**power:,}</text>'
    for power in range(scale.y0, scale.y1 + 1):
        y = scale.y(10.0**power)
        label = f"{10**power:,} s" if power >= 0 else f"{10 ** (power + 3):g} ms"
        yield f'<line class="grid" x1="{LEFT}" y1="{y}" x2="{right}" y2="{y}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{label}</text>'
    yield f'<path class="axis" fill="none" d="M{LEFT} {TOP}V{bottom}H{right}"/>'
    yield f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 10}" text-anchor="middle">how many</text>'


def _curve(curve: Curve, points: Sequence[dict[str, Any]], scale: _Scale, number: int) -> Iterator[str]:
    places = [(scale.x(point["size"]), scale.y(point["seconds"])) for point in points]
    path = "M" + "L".join(f"{x} {y}" for x, y in places)
    dash = f' stroke-dasharray="{curve.dash}"' if curve.dash else ""
    yield f'<path class="line" stroke="{curve.colour}"{dash} d="{path}"/>'
    for x, y in places:
        yield f'<circle class="dot" fill="{curve.colour}" cx="{x}" cy="{y}" r="3.5"/>'
    y = TOP + 12 + 24 * number
    x = WIDTH - RIGHT + 14
    yield f'<path class="line" stroke="{curve.colour}"{dash} d="M{x} {y - 4}h24"/>'
    yield f'<text x="{x + 30}" y="{y}">{curve.label}</text>'

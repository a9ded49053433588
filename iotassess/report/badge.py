"""A badge in SVG: one line of the result, for a README or a page about the product.

It is one file that refers to nothing else. Its colours bear white text in any surroundings (contrast of 4.5
and more, WCAG 2.2 section 1.4.3), and its words say what the colours do. Green says that the gate was passed,
and nothing more: without a gate no badge is green.
"""

from __future__ import annotations

from typing import Literal
from xml.etree import ElementTree as ET

from iotassess.model.assessment import Assessment, BaselineResult
from iotassess.report.escape import safe
from iotassess.report.headline import percent, short_name
from iotassess.report.registry import Look

LABEL = "device security"
MOST_NAME = 24
"""Characters of a baseline's name."""

Colour = Literal["label", "green", "red", "blue", "grey"]
COLOURS: dict[Colour, str] = {
    "label": "#3d444d",
    "green": "#1a7f37",
    "red": "#b62324",
    "blue": "#0a5ea8",
    "grey": "#656d76",
}
"""What a part of the badge says → its colour: passed, failed or contradicted, no gate, nothing to rely on."""
TEXT = "#ffffff"

HEIGHT = 20
PADDING = 6
"""Pixels left and right of a text."""
BASELINE = 14
SIZE = 11

_CHARACTERS = {
    3: "ijl|'",
    4: " .,:;!f·",
    5: "rtI()[]{}/\\-",
    6: "cksvxyz",
    8.6: "wGHNOQDU&@<>+=",
    10.7: "mMW%",
}
_WIDTHS = {char: width for width, chars in _CHARACTERS.items() for char in chars}
_OTHER, _CAPITAL, _BEYOND = 6.9, 7.6, 11.0
"""Pixels of other characters, of other capitals, and of characters beyond Latin, at :data:`SIZE` in Verdana,
the widest of the fonts that are asked for. A text is told its width, so that a guess only spaces its letters.
"""


def render(assessment: Assessment, look: Look) -> str:
    """Render as SVG.

    Args:
        assessment: what to show.
        look: not used.
    """
    words, colour = message(assessment)
    return _svg(words, colour)


def message(assessment: Assessment) -> tuple[str, Colour]:
    """What the badge says, and its colour.

    Args:
        assessment: what is shown. Of several baselines it is the one of the lowest level.
    """
    gate, worst = assessment.gate, _worst(assessment)
    count = sum(d.severity == "error" for d in assessment.discrepancies)
    pieces = ["example"] if assessment.example else []
    if gate is not None:
        answer = "undecided" if gate.open else "passed" if gate.passed else "failed"
        pieces.append("no verdict" if assessment.unusable else f"gate {answer}")
        if gate.waived:
            pieces.append(f"{len(gate.waived)} waived")
    if count:
        pieces.append(f"{count} contradiction{'' if count == 1 else 's'}")
    if worst is not None:
        name = safe(worst.short_name or short_name(worst.id), MOST_NAME).replace("·", "-")
        pieces.append(f"{name} {worst.level}{worst.suffix}")
        if gate is None and not count:
            pieces.append(f"proven {percent(worst.proven)}")
    elif gate is None:
        pieces.append("nothing assessed")
    return " · ".join(pieces), _colour(assessment, count)


def _worst(assessment: Assessment) -> BaselineResult | None:
    """The baseline of the lowest level; of several of them the first."""
    return min(assessment.baselines, key=lambda result: result.level, default=None)


def _colour(assessment: Assessment, contradictions: int) -> Colour:
    """Red comes first, so that an example that fails looks like one that fails."""
    gate = assessment.gate
    if contradictions or (gate is not None and not gate.passed):
        return "red"
    undecided = gate is not None and gate.open
    if assessment.example or assessment.unusable or undecided or not assessment.baselines:
        return "grey"
    return "green" if gate is not None else "blue"


# --- the drawing -------------------------------------------------------------------------------------------


def _svg(words: str, colour: Colour) -> str:
    left, right = _width(LABEL) + 2 * PADDING, _width(words) + 2 * PADDING
    size = {"width": str(left + right), "height": str(HEIGHT)}
    title = f"{LABEL}: {words}"
    root = ET.Element(
        "svg", {"xmlns": "http://www.w3.org/2000/svg", **size, "role": "img", "aria-label": title}
    )
    ET.SubElement(root, "title").text = title
    # Paths and no clipping, so that nothing in it has an id that another badge in the same page could have.
    sides: tuple[tuple[str, Colour], ...] = (
        (f"M3 0H{left}V20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z", "label"),
        (f"M{left} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H{left}z", colour),
    )
    for path, fill in sides:
        ET.SubElement(root, "path", d=path, fill=COLOURS[fill])
    font = {"font-family": "Verdana,Geneva,DejaVu Sans,sans-serif", "font-size": str(SIZE), "fill": TEXT}
    texts = ET.SubElement(root, "g", font)
    for text, x, room in ((LABEL, 0, left), (words, left, right)):
        at = {"x": str(x + PADDING), "y": str(BASELINE), "textLength": str(room - 2 * PADDING)}
        ET.SubElement(texts, "text", at).text = text
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _width(text: str) -> int:
    """Pixels that a text takes, about."""
    return round(sum(_WIDTHS.get(char) or _usual(char) for char in text))


def _usual(char: str) -> float:
    if ord(char) > 0x24F:
        return _BEYOND
    return _CAPITAL if char.isupper() else _OTHER

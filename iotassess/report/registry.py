"""The one table of report formats. Adding a format is one module and one row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Literal, NamedTuple

from iotassess.model.assessment import Assessment

Show = Literal["all", "failed", "gate"]


@dataclass(frozen=True, slots=True)
class Look:
    """How a report is to look; none of it changes what it says.

    Attributes:
        width: columns of the terminal.
        colour: whether ANSI colours may be used.
        show: all requirements, only those that are neither verified nor declared, or the gate's answer alone.
        profile: path of the profile as given, for formats that point into it; "" for its name.
        folder: the current folder, absolute: where relative paths start, and what is cut from absolute ones.
    """

    width: int = 100
    colour: bool = False
    show: Show = "all"
    profile: str = ""
    folder: str = ""


class Format(NamedTuple):
    """One report format.

    Attributes:
        id: name for ``-f``.
        title: what it is for.
        suffix: usual file suffix.
        render: "module:function" of ``(Assessment, Look) -> str``.
        seal: "module:function" of ``(str, SigningKey | None) -> bytes`` by which the caller makes the file's
            bytes of the text, signed if there is a key; "" where the text is the file.
        drawn: it shows ``Assessment.picture``.
        binary: it does not go to a terminal.
    """

    id: str
    title: str
    suffix: str
    render: str
    seal: str = ""
    drawn: bool = False
    binary: bool = False


FORMATS: tuple[Format, ...] = (
    Format("text", "for a terminal", ".txt", "iotassess.report.text:render"),
    Format(
        "json", "for programs (iotassess/assessment/v1)", ".json", "iotassess.report.assessment_json:render"
    ),
    Format("html", "one page for readers", ".html", "iotassess.report.html.page:render", drawn=True),
    Format("csv", "one row a requirement, for spreadsheets", ".csv", "iotassess.report.table_csv:render"),
    Format(
        "oscal",
        "for tools of governance, risk and compliance (OSCAL 1.2.1)",
        ".oscal.json",
        "iotassess.report.oscal:render",
    ),
    Format(
        "oscal-mapping",
        "the crosswalk between the baselines (OSCAL 1.2.1)",
        ".mapping.json",
        "iotassess.report.oscal_mapping:render",
        drawn=True,
    ),
    Format(
        "ear",
        "attestation result (EAR); signed, a JSON Web Token",
        ".ear.json",
        "iotassess.report.ear:render",
        seal="iotassess.signing.ear:as_json",
    ),
    Format(
        "ear-cbor",
        "attestation result (EAR); signed, a CBOR Web Token",
        ".ear.cbor",
        "iotassess.report.ear:render",
        seal="iotassess.signing.ear:as_cbor",
        binary=True,
    ),
    Format("junit", "test cases for Jenkins and GitLab", ".junit.xml", "iotassess.report.junit:render"),
    Format("markdown", "for a step summary or a comment", ".md", "iotassess.report.markdown:render"),
    Format("badge", "one line as a picture", ".svg", "iotassess.report.badge:render"),
    Format("sarif", "for code scanning (SARIF 2.1.0)", ".sarif", "iotassess.report.sarif:render"),
    Format("github", "GitHub annotations, in a step's log", ".github.txt", "iotassess.report.github:render"),
    Format("gitlab", "GitLab Code Quality report", ".gitlab.json", "iotassess.report.gitlab:render"),
)


def renderer(id: str) -> Callable[[Assessment, Look], str]:
    """Import the renderer of a format.

    Args:
        id: a format of :data:`FORMATS`; another one is a bug (``KeyError``).
    """
    rows = {row.id: row for row in FORMATS}
    module, _, name = rows[id].render.partition(":")
    function: Callable[[Assessment, Look], str] = getattr(import_module(module), name)
    return function

"""GitLab Code Quality: a JSON array of what stands at the lines of the profile.

The fields are those of "Code Quality report format" in GitLab's documentation; it ignores others. The
fingerprints tell two findings of a file apart, and one that was there before from a new one.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from iotassess.model.assessment import Assessment
from iotassess.report.artefact_json import dumps
from iotassess.report.escape import safe
from iotassess.report.location import locate
from iotassess.report.notices import Notice, notices
from iotassess.report.registry import Look

Severity = Literal["info", "minor", "major", "critical", "blocker"]

MOST_DESCRIPTION: Final = 2_000
"""Characters of a description: GitLab shows it in one cell of a list."""
MOST_NAME: Final = 255
"""Characters of the name of a check, and so of an id that somebody's own baseline has."""
MOST_PATH: Final = 4_096
"""Characters of a path: what Linux takes."""


def render(assessment: Assessment, look: Look) -> str:
    """Write the report; an empty array where nothing is wrong.

    Args:
        assessment: what to report, with or without the gate's answer.
        look: which profile was given, and in which folder.
    """
    locations = locate(assessment, look)
    gated = assessment.gate is not None
    return dumps([_row(notice, locations.profile, gated) for notice in notices(assessment, locations)])


def _row(notice: Notice, path: str, gated: bool) -> dict[str, Any]:
    return {
        "description": safe(notice.said, MOST_DESCRIPTION) or "-",
        "check_name": safe(notice.rule.id, MOST_NAME) or "-",
        "fingerprint": safe(notice.fingerprint),
        "severity": _severity(notice, gated),
        "location": {"path": safe(path, MOST_PATH), "lines": {"begin": notice.place.line}},
    }


def _severity(notice: Notice, gated: bool) -> Severity:
    """What fails the gate blocks; a contradiction that no gate was asked about is critical."""
    if notice.waivers or notice.severity == "note":
        return "info"
    if notice.severity == "warning":
        return "minor"
    return "blocker" if gated else "critical"

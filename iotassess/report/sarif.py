"""SARIF 2.1.0 (OASIS), for GitHub code scanning and other readers of static analysis results.

Every result stands at one line of the profile, since GitHub refuses a whole file for one result without a
location ("SARIF support for code scanning"). The artefact that shows it is a related location. What a waiver
holds back stays, as suppressed.

A message string is a small language of its own: ``{0}`` is a placeholder (section 3.11.5), ``[text](target)``
a link (3.11.6), and HTML must not be in it (3.11.3). Text of others is escaped so that it is none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from iotassess.model.artefact import Severity
from iotassess.model.assessment import Assessment, RequirementResult
from iotassess.model.places import NOWHERE
from iotassess.model.problems import PROBLEMS
from iotassess.model.visible import cut
from iotassess.model.waiver import REASONS, Waiver
from iotassess.report.artefact_json import dumps
from iotassess.report.escape import safe
from iotassess.report.headline import headline
from iotassess.report.location import Locations, locate, uri
from iotassess.report.notices import Notice, Rule, RuleKind, notices
from iotassess.report.registry import Look

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT: Final = "%SRCROOT%"
"""What relative paths start from: the root of the sources (section 3.14.14)."""
FINGERPRINT: Final = "iotassess/v1"
CUT: Final = Rule("results-cut", "report", "not all results are in this file")

MOST_RESULTS: Final = 5_000
"""Results of a run: GitHub shows so many, and refuses a file of more than 25,000 ("SARIF
results exceed limits")."""
MOST_DESCRIPTION: Final = 1_024
"""Characters of a short or full description that GitHub takes."""
MOST_MESSAGE: Final = 2_000
"""Characters of another text: more than a reader reads, and so many results fit in GitHub's 10 MB, packed."""
MOST_ID: Final = 255
"""Characters of an id: what GitHub takes for the name of a rule."""
MOST_NOTES: Final = 100
"""Notifications of what was not done; the JSON report has all of them."""

_TAG: Final = re.compile(r"<(?=[A-Za-z/!?])")
"""What could begin an HTML tag."""
_SEMANTIC: Final = re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?", re.ASCII)
"""A version by Semantic Versioning 2.0.0."""
_ACTIVE: Final = re.compile(r"[\\`*_\[\]<>#|~&:@!$]|^[-+]|(?<=\d)[.)]")
"""What means something in Markdown, as GitHub reads it: by itself, or first in a line."""
_ADDRESS: Final = re.compile(r"(?<=:)(?=//)|(?<=@)(?=\w)|(?<=www)(?=\.)", re.IGNORECASE)
"""The middle of what readers link that look for addresses once Markdown was read."""
BREAK: Final = "&#8203;"
"""ZERO WIDTH SPACE, which parts it."""
_NAME: Final = re.compile(r"[\w./@-]+", re.ASCII)
"""An id that can be shown as code."""

LEVELS: Final[dict[RuleKind, Severity]] = {
    "discrepancy": "error",
    "requirement": "warning",
    "gate-rule": "error",
    "profile-rule": "warning",
    "waiver": "note",
    "report": "warning",
}
"""Kind of a rule → its level where a result has none; that of a problem is in the list of problems."""
EXPLAINED: Final[tuple[RuleKind, ...]] = ("discrepancy", "problem", "requirement", "gate-rule")
"""Kinds of rules that ``iotassess explain`` knows."""
FALLBACKS: Final[dict[RuleKind, str]] = {
    "discrepancy": "the profile and an artefact disagree",
    "problem": "something is wrong with an artefact",
    "requirement": "a requirement of a security baseline",
    "gate-rule": "a rule of the release gate",
    "profile-rule": "a rule for profiles",
    "waiver": "a waiver that holds nothing back",
    "report": "something that this report does not show",
}
"""Kind of a rule → what it is where nothing better is known."""


def render(assessment: Assessment, look: Look) -> str:
    """Write the assessment as a SARIF log with one run.

    Args:
        assessment: what to report, with or without the gate's answer.
        look: which profile was given, and in which folder.
    """
    locations = locate(assessment, look)
    found = _limited(notices(assessment, locations))
    rules = {safe(notice.rule.id, MOST_ID) or "-": notice.rule for notice in found}
    indices = {id: index for index, id in enumerate(rules)}
    judged = any(notice.waivers for notice in found)
    run: dict[str, Any] = {
        "tool": {"driver": _driver(assessment, rules)},
        "automationDetails": {"id": f"iotassess/{uri(locations.profile)}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(assessment)],
        "results": [_result(notice, indices, locations, judged) for notice in found],
        "properties": _properties(assessment),
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _limited(found: Sequence[Notice]) -> Sequence[Notice]:
    """The worst ones where there are too many, and one that tells how many were cut."""
    if len(found) <= MOST_RESULTS:
        return found
    kept = found[: MOST_RESULTS - 1]
    message = (
        f"{len(found) - len(kept)} more results were cut, as GitHub shows {MOST_RESULTS}; -f json has all"
    )
    rule = Rule("results-cut", "gate-rule", "not all results are shown")
    return [*kept, Notice(rule, "warning", message, NOWHERE, FINGERPRINT)]


# --- rules -------------------------------------------------------------------------------------------------


def _driver(assessment: Assessment, rules: dict[str, Rule]) -> dict[str, Any]:
    rows = {f"{b.id}/{row.id}": row for b in assessment.baselines for row in b.requirements}
    names = assessment.technologies
    driver = {
        "name": "iotassess",
        "version": safe(assessment.tool_version, MOST_ID) or "-",
        "rules": [_rule(id, rule, rows.get(rule.id), names) for id, rule in rules.items()],
    }
    if _SEMANTIC.fullmatch(assessment.tool_version):
        driver["semanticVersion"] = assessment.tool_version
    return driver


def _rule(id: str, rule: Rule, row: RequirementResult | None, names: dict[str, str]) -> dict[str, Any]:
    means = rule.means or FALLBACKS[rule.kind]
    whole = means if row is None or not row.summary else row.summary
    paragraphs = list(_help(rule, row, names))
    text = [_plain(paragraph, MOST_MESSAGE) for paragraph in paragraphs]
    markdown = [f"**{_code(rule.id)}**", *map(_markdown, paragraphs)]
    if rule.kind in EXPLAINED:
        text.append(_plain(f"Run: iotassess explain {rule.id}", MOST_MESSAGE))
        markdown.append(f"Run: {_code(f'iotassess explain {rule.id}')}")
    return {
        "id": id,
        "shortDescription": {"text": _plain(means, MOST_DESCRIPTION)},
        "fullDescription": {"text": _plain(whole, MOST_DESCRIPTION)},
        "help": {"text": "\n\n".join(text), "markdown": "\n\n".join(markdown)},
        "defaultConfiguration": {"level": _level(rule)},
        "properties": {"tags": ["security", "iot", rule.kind]},
    }


def _level(rule: Rule) -> Severity:
    return PROBLEMS[rule.id][0] if rule.kind == "problem" else LEVELS[rule.kind]


def _help(rule: Rule, row: RequirementResult | None, names: dict[str, str]) -> Iterator[str]:
    """What a rule means, and what to do."""
    yield rule.means or FALLBACKS[rule.kind]
    if row is not None:
        yield from filter(None, (row.summary, row.remediation))
        means = ", ".join(names.get(id, id) for id in row.technologies)
        if means:
            yield f"Technologies that serve it: {means}"


# --- results -----------------------------------------------------------------------------------------------


def _result(notice: Notice, indices: dict[str, int], locations: Locations, judged: bool) -> dict[str, Any]:
    id = safe(notice.rule.id, MOST_ID) or "-"
    result: dict[str, Any] = {
        "ruleId": id,
        "ruleIndex": indices[id],
        "level": notice.severity,
        "message": {"text": _message(notice)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _artifact(locations.profile),
                    "region": {"startLine": notice.place.line, "startColumn": notice.place.column},
                }
            }
        ],
        "partialFingerprints": {FINGERPRINT: safe(notice.fingerprint)},
    }
    if notice.artefact is not None:
        result["relatedLocations"] = [_related(notice, notice.artefact)]
    if judged:
        # For all results or for none: section 3.27.23.
        result["suppressions"] = [_suppression(waiver) for waiver in notice.waivers]
    if notice.gate:
        result["properties"] = {"gateRule": safe(notice.gate, MOST_ID)}
    return result


def _artifact(path: str) -> dict[str, str]:
    return {"uri": uri(path), "uriBaseId": ROOT}


def _message(notice: Notice) -> str:
    """What is wrong, with a link to the artefact: GitHub shows a related location only so."""
    text = _plain(notice.said, MOST_MESSAGE)
    if notice.artefact is None:
        return text
    name = _TAG.sub(r"\\x3c", safe(notice.artefact, MOST_ID))
    return f"{text}. Artefact: [{_braced(_linked(name))}](1)"


def _related(notice: Notice, artefact: str) -> dict[str, Any]:
    """Where an artefact shows it: a binary file has no lines (section 3.30.1), and only an offset's begin."""
    physical: dict[str, Any] = {"artifactLocation": _artifact(artefact)}
    said = artefact
    if notice.offset is not None:
        physical["region"] = {"byteOffset": notice.offset}
    location: dict[str, Any] = {"id": 1, "physicalLocation": physical}
    if notice.claim:
        location["logicalLocations"] = [
            {"fullyQualifiedName": safe(notice.claim, MOST_MESSAGE), "kind": "member"}
        ]
        said += f", claim {notice.claim}"
    if notice.offset is not None:
        said += f", byte {notice.offset} (0x{notice.offset:x})"
    return {**location, "message": {"text": _plain(said, MOST_MESSAGE)}}


def _suppression(waiver: Waiver) -> dict[str, Any]:
    """A waiver: not in the source, and accepted by who answers for it (section 3.35)."""
    said = (
        f"{waiver.reason} ({REASONS[waiver.reason]}): {waiver.justification}; approved by {waiver.approver}, "
        f"{waiver.approved} to {waiver.expires}"
    )
    return {
        "kind": "external",
        "status": "accepted",
        "justification": safe(said, MOST_MESSAGE),
        "properties": {
            "reason": waiver.reason,
            "approver": safe(waiver.approver, MOST_ID),
            "expires": waiver.expires.isoformat(),
        },
    }


# --- the run -----------------------------------------------------------------------------------------------


def _invocation(assessment: Assessment) -> dict[str, Any]:
    """What was not done.

    The run is said to have succeeded also where it gave no verdict: GitHub refuses the results of one that
    failed ("unsuccessful execution"), and the errors of the profile are among them.
    """
    said = assessment.not_done
    notes = [_note(text) for text in said[:MOST_NOTES]]
    if len(said) > len(notes):
        notes.append(_note(f"and {len(said) - len(notes)} more; -f json has all"))
    return {"executionSuccessful": True, "toolExecutionNotifications": notes}


def _note(text: str) -> dict[str, Any]:
    return {"level": "note", "message": {"text": _plain(f"not done: {text}", MOST_MESSAGE)}}


def _properties(assessment: Assessment) -> dict[str, Any]:
    gate = assessment.gate
    return {
        "asOf": assessment.as_of.date.isoformat(),
        "example": assessment.example,
        "profileSha256": safe(assessment.profile_sha256, MOST_ID),
        "headlines": [headline(assessment, result) for result in assessment.baselines],
        "gate": None
        if gate is None
        else {
            "passed": gate.passed,
            "policy": safe(gate.policy, MOST_ID),
            "policySha256": safe(gate.policy_sha256, MOST_ID),
            "against": None if gate.against is None else safe(gate.against, MOST_ID),
            "undecided": _ids(gate.undecided),
        },
    }


def _ids(found: Iterable[str]) -> list[str]:
    return [safe(id, MOST_ID) for id in found]


# --- message strings ---------------------------------------------------------------------------------------


def _plain(text: str, limit: int) -> str:
    """Write text as a plain message string that shows it and does nothing.

    Args:
        text: anything.
        limit: most characters of the result; a longer one ends in "…".
    """
    kept = safe(text, limit)
    while len(shown := _inert(kept)) > limit:
        kept = cut(kept, min(len(kept) - 1, len(kept) * limit // len(shown)))
    return shown or "-"


def _inert(text: str) -> str:
    shown = _TAG.sub(r"\\x3c", text)
    # Brackets elsewhere may stay, and do: "sw_components[0]" is read by people.
    return _braced(_linked(shown) if "](" in shown else shown)


def _linked(text: str) -> str:
    """Write brackets and backslashes as they stand in the text of a link."""
    return re.sub(r"[\\\[\]]", r"\\\g<0>", text)


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _markdown(text: str) -> str:
    """Write text so that it shows as it is in Markdown, and so that no address in it becomes a link."""
    shown = _ACTIVE.sub(r"\\\g<0>", safe(text, MOST_MESSAGE).strip())
    return _braced(_ADDRESS.sub(BREAK, shown))


def _code(text: str) -> str:
    """Write an id, or a command with one, as code: to copy it, nothing may be in it that is not shown."""
    return f"`{text}`" if _NAME.fullmatch(text.replace(" ", "")) else _markdown(text)

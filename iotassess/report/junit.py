"""JUnit XML, as Jenkins and GitLab read it: a case a requirement, a suite a baseline, and one for the gate.

With a gate, a case fails exactly where the gate does: on a rule, and on the requirement that it is about.
What the policy lets pass is skipped, with the verdict as the message: nothing unproven counts as passed.
Without a gate, what is contradicted or not satisfied fails.

Both readers show the text of an element, Jenkins its message, too, and both only the first element of a case,
so that each case has one, with everything in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Literal, NamedTuple
from xml.etree import ElementTree as ET

from iotassess.model.assessment import Assessment, BaselineResult, RequirementResult
from iotassess.model.claim import grade_name
from iotassess.model.gate import Finding, Gate
from iotassess.model.verdict import MET
from iotassess.model.waiver import Waiver, WaiverUse
from iotassess.report.escape import safe
from iotassess.report.gate_text import STATES
from iotassess.report.headline import headline
from iotassess.report.registry import Look

MOST_MESSAGE = 600
"""Characters of a message, which lists show in one line; the text of the element has all of it."""

FAILING = ("contradicted", "not-satisfied")
"""Verdicts that fail where no gate says what is let pass."""

NOTICE = "A self-assessment against paraphrased requirements."
NOT_ASKED = {
    "off": "the policy switches this rule off",
    "not-asked": "there was nothing to ask: no earlier result was given, or the policy names nothing for it",
}

_NOT_A_NAME = re.compile(r"[^\w@-]+")
_ATTACHMENT = re.compile(r"\[(?=\[ATTACHMENT)", re.IGNORECASE)
"""GitLab and Jenkins attach the file that this mark names in a text."""

State = Literal["passed", "failure", "skipped", "error"]


class _Case(NamedTuple):
    """One test case: its state, and why.

    Attributes:
        classname: what readers group it by.
        name: unique in its class.
        state: what came of it.
        kind: id of the rule or verdict that decided; "" where it passed.
        lines: why, in one or more lines.
        reasons: how many of them fail it.
    """

    classname: str
    name: str
    state: State
    kind: str
    lines: tuple[str, ...]
    reasons: int = 1


class _Suite(NamedTuple):
    name: str
    properties: Mapping[str, str]
    cases: Sequence[_Case]
    output: Sequence[str] = ()


def render(assessment: Assessment, look: Look) -> str:
    """Render as XML that is valid by the schema of Jenkins's xunit plugin (junit-10.xsd).

    Args:
        assessment: what to show.
        look: for the path of the profile.
    """
    suites = list(_suites(assessment, look.profile or assessment.profile_path))
    cases = [case for suite in suites for case in suite.cases]
    root = ET.Element("testsuites", {"name": _plain(_title(assessment)), **_counts(cases)})
    for suite in suites:
        root.append(_suite_element(suite, assessment))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


# --- what is shown -----------------------------------------------------------------------------------------


def _title(assessment: Assessment) -> str:
    product = assessment.product
    firmware = f"firmware {product.firmware_version}" if product.firmware_version else ""
    words = ("iotassess", product.vendor, product.model, product.hardware_revision, firmware)
    return ("EXAMPLE · " if assessment.example else "") + " ".join(word for word in words if word)


def _suites(assessment: Assessment, profile: str) -> Iterator[_Suite]:
    """The gate's suite, then one a baseline; the first of them has the waivers that hold nothing back."""
    idle = [_idle(use) for use in assessment.waivers if use.state != "applied"]
    if assessment.gate is not None:
        yield _gate_suite(assessment, assessment.gate, profile, idle)
        idle = []
    for result in assessment.baselines:
        yield _baseline_suite(assessment, result, profile, idle)
        idle = []


def _gate_suite(assessment: Assessment, gate: Gate, profile: str, idle: Sequence[str]) -> _Suite:
    properties = {
        "policy": gate.policy,
        "policy-sha256": gate.policy_sha256,
        "against": gate.against or "",
        "passed": str(gate.passed).lower(),
    }
    cases = [_rule_case(rule, gate, profile) for rule in gate.rules]
    cases += [
        _Case(
            "iotassess.gate",
            f"readable: {path}",
            "error",
            "no-verdict",
            (f"{path}: nothing in it is a known artefact, so there is no verdict",),
        )
        for path in assessment.unusable
    ]
    undecided = [f"undecided (mandatory, not assessed): {id}" for id in gate.undecided]
    return _Suite("gate", properties, cases, [*undecided, *idle])


def _rule_case(rule: str, gate: Gate, profile: str) -> _Case:
    found = [f for f in gate.findings if f.rule == rule]
    failing = [f for f in found if not f.waivers]
    classname = "iotassess.gate"
    if failing:
        lines = tuple(_reason(f, profile) for f in failing)
        return _Case(classname, rule, "failure", rule, lines, len(lines))
    if found:
        return _Case(classname, rule, "skipped", "waived", tuple(_held(f, profile) for f in found))
    outcome = gate.rules[rule]
    if outcome in NOT_ASKED:
        return _Case(classname, rule, "skipped", outcome, (f"{outcome}: {NOT_ASKED[outcome]}",))
    return _Case(classname, rule, "passed", "", ("it found nothing",))


def _baseline_suite(
    assessment: Assessment, result: BaselineResult, profile: str, idle: Sequence[str]
) -> _Suite:
    properties = {
        "headline": headline(assessment, result),
        "edition": result.edition,
        "catalogue-sha256": result.catalogue_sha256,
        "level": f"{result.level}{result.suffix}",
    }
    gate = assessment.gate
    errors = {d.fingerprint for d in assessment.discrepancies if d.severity == "error"}
    cases = []
    for row in result.requirements:
        if gate is None:
            answer = _without_gate(row)
        else:
            answer = _with_gate(row, list(_about(gate, f"{result.id}/{row.id}", row, errors)), profile)
        cases.append(_Case(_class_of(result, row), f"{row.id} {row.title}", *answer))
    return _Suite(result.id, properties, cases, idle)


def _class_of(result: BaselineResult, row: RequirementResult) -> str:
    """``iotassess.BASELINE.CATEGORY``: readers split it at its dots, so that there are no others."""
    parts = (_NOT_A_NAME.sub("-", safe(part)).strip("-") or "-" for part in (result.id, row.category))
    return ".".join(("iotassess", *parts))


_Answer = tuple[State, str, tuple[str, ...]]


def _with_gate(row: RequirementResult, found: Sequence[Finding], profile: str) -> _Answer:
    """What the gate makes of a requirement: what it lets pass without being satisfied is skipped."""
    failing = [f for f in found if not f.waivers]
    if failing:
        reasons = tuple(f"{f.rule}: {_reason(f, profile)}" for f in failing)
        return "failure", failing[0].rule, (*reasons, _verdict(row))
    if found:
        return "skipped", "waived", (*(_held(f, profile) for f in found), _verdict(row))
    if row.verdict in MET:
        return "passed", "", (_verdict(row),)
    return "skipped", row.verdict, (_verdict(row), *_waiver_lines(row), "the policy lets it pass")


def _about(gate: Gate, name: str, row: RequirementResult, errors: Set[str]) -> Iterator[Finding]:
    """Findings that are about a requirement: by its name, or by what contradicts it.

    Args:
        gate: the answer.
        name: ``baseline/id`` of the requirement.
        row: the requirement.
        errors: fingerprints of all contradictions.
    """
    against = errors & set(row.discrepancies)
    for found in gate.findings:
        if name in (found.requirement, found.about) or not against.isdisjoint(found.discrepancies):
            yield found


def _without_gate(row: RequirementResult) -> _Answer:
    lines = (_verdict(row), *_waiver_lines(row))
    if row.verdict in FAILING:
        return "failure", row.verdict, lines
    return ("passed", "", lines) if row.verdict in MET else ("skipped", row.verdict, lines)


def _verdict(row: RequirementResult) -> str:
    grade = f" at grade {row.grade} ({grade_name(row.grade)})" if row.verdict in MET else ""
    because = f": {'; '.join(row.because)}" if row.because else ""
    return f"{row.verdict}{grade}{because}"


def _reason(found: Finding, profile: str) -> str:
    return f"{profile}:{found.place.line}:{found.place.column}: {found.told}"


def _held(found: Finding, profile: str) -> str:
    return f"waived: {'; '.join(map(_waiver, found.waivers))} - {_reason(found, profile)}"


def _waiver_lines(row: RequirementResult) -> tuple[str, ...]:
    return () if row.waiver is None else (f"waived: {_waiver(row.waiver)}",)


def _waiver(waiver: Waiver) -> str:
    return (
        f"{waiver.reason} until {waiver.expires}, approved by {waiver.approver}: {waiver.justification} "
        f"({waiver.file}:{waiver.line})"
    )


def _idle(use: WaiverUse) -> str:
    told = STATES.get(use.state, use.state)
    return f"waiver {use.waiver.file}:{use.waiver.line} for {use.waiver.target}: {told}"


# --- as XML ------------------------------------------------------------------------------------------------


def _plain(text: object, limit: int | None = None) -> str:
    """Text of others: no character that XML 1.0 does not allow (section 2.2), no line end, no attachment."""
    return _ATTACHMENT.sub("[ ", safe(text, limit))


def _counts(cases: Sequence[_Case]) -> dict[str, str]:
    states = [case.state for case in cases]
    return {
        "tests": str(len(cases)),
        "failures": str(states.count("failure")),
        "errors": str(states.count("error")),
    }


def _suite_element(suite: _Suite, assessment: Assessment) -> ET.Element:
    element = ET.Element("testsuite", {"name": _plain(suite.name), **_counts(suite.cases)})
    element.set("skipped", str(sum(case.state == "skipped" for case in suite.cases)))
    # The moment of judgement, UTC, without a zone: as Ant, where the format comes from, writes it.
    element.set("timestamp", assessment.as_of.start.strftime("%Y-%m-%dT%H:%M:%S"))
    properties = ET.SubElement(element, "properties")
    common = {"notice": NOTICE, "example": str(assessment.example).lower(), "tool": assessment.tool_version}
    for name, value in (*common.items(), *suite.properties.items()):
        ET.SubElement(properties, "property", name=name, value=_plain(value))
    for case in suite.cases:
        element.append(_case_element(case))
    if suite.output:
        ET.SubElement(element, "system-out").text = _lines(suite.output)
    return element


def _case_element(case: _Case) -> ET.Element:
    element = ET.Element("testcase", name=_plain(case.name), classname=case.classname)
    if case.state == "passed":
        ET.SubElement(element, "system-out").text = _lines(case.lines)
        return element
    count = f"{case.reasons} reasons, the first: " if case.reasons > 1 else ""
    message = _plain(f"{count}{case.lines[0]}", MOST_MESSAGE)
    ET.SubElement(element, case.state, type=case.kind, message=message).text = _lines(case.lines)
    return element


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(map(_plain, lines))

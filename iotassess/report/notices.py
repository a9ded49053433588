"""What stands at a line of the profile: one flat list, shared by the formats that point into files.

1. Take what the gate found, each with its waivers.
2. Add what no finding tells already: discrepancies, problems of artefacts, remarks on the profile, and, where
   no gate was asked, requirements that are not satisfied.
3. Add the waivers that hold nothing back.
4. Where a gate was asked, only what fails it is an error: so it passes just where there is none.
5. Put the worst first, and give each a fingerprint of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from iotassess.model.artefact import Severity, walk
from iotassess.model.assessment import Assessment, BaselineResult, Discrepancy, Remark, RequirementResult
from iotassess.model.discrepancies import DISCREPANCIES
from iotassess.model.gate import Finding, Gate, Place
from iotassess.model.places import NOWHERE, place_of_discrepancy, place_of_requirement, sound
from iotassess.model.problems import PROBLEMS
from iotassess.model.waiver import Waiver, WaiverState
from iotassess.report.location import Locations

RuleKind = Literal["discrepancy", "problem", "requirement", "gate-rule", "profile-rule", "waiver", "report"]

IDLE: dict[WaiverState, str] = {
    "unused": "nothing needs it; take it out",
    "expired": "it ended on {0.expires}; renew it, or take it out",
    "not-yet": "it holds from {0.approved}",
    "other-firmware": "it is for other firmware versions",
}
"""State of a waiver that holds nothing back → what is said of it."""


class Rule(NamedTuple):
    """What a notice is an instance of.

    Attributes:
        id: of a discrepancy, a problem, a requirement (``baseline/id``), a rule of the gate or of profiles;
            ``waiver-`` and the state of a waiver; or of what a report says of itself.
        kind: which of them.
        means: what it means in a few words, or "" where the assessment does not tell.
    """

    id: str
    kind: RuleKind
    means: str = ""


class Notice(NamedTuple):
    """One thing to show at a line of the profile. Its texts are as somebody wrote them, not made harmless.

    Attributes:
        rule: the most specific that there is.
        severity: in a run with a gate "error" is what fails it, and nothing else.
        message: what is wrong, in one line.
        place: in the profile; its first line where nothing better is known.
        fingerprint: stable over runs (16 hex digits), and not shared by two notices of a run.
        gate: id of the gate's rule that fired, or "".
        artefact: path of its file from the current folder, or None.
        claim: claim path in it, or None.
        offset: byte offset in it, or None.
        waivers: those that hold it back.
        lapsed: the one that would if its time were not over, or None.
    """

    rule: Rule
    severity: Severity
    message: str
    place: Place
    fingerprint: str
    gate: str = ""
    artefact: str | None = None
    claim: str | None = None
    offset: int | None = None
    waivers: tuple[Waiver, ...] = ()
    lapsed: Waiver | None = None

    @property
    def said(self) -> str:
        """The message, with the gate's rule, what a waiver has to name, and the waivers that there are."""
        names = [f"gate rule {self.gate}"] if self.gate and self.gate != self.rule.id else []
        if self.rule.kind == "discrepancy":
            names.append(f"fingerprint {self.fingerprint}")
        held = [
            f". Waived until {w.expires} by {w.approver}, {w.reason}: {w.justification}" for w in self.waivers
        ]
        if self.lapsed is not None:
            ended = f"{self.lapsed.file}:{self.lapsed.line} ended on {self.lapsed.expires}"
            held.append(f". The waiver for it in {ended}, so that it counts again")
        named = f" ({', '.join(names)})" if names else ""
        return f"{self.message}{named}{''.join(held)}"


def notices(assessment: Assessment, locations: Locations) -> tuple[Notice, ...]:
    """List what stands at the lines of the profile, the worst first.

    Args:
        assessment: with or without the gate's answer.
        locations: of its files.
    """
    writer = _Writer(assessment, locations)
    gate = assessment.gate
    findings = gate.findings if gate is not None else ()
    found = [writer.finding(one) for one in findings]
    others = [*writer.discrepancies(findings), *writer.problems(findings), *writer.remarks(findings)]
    if gate is None:
        others += writer.requirements()
    others += writer.idle_waivers([*found, *others])
    capped = [_capped(one, gate) for one in others]
    return tuple(_distinct(sorted([*found, *capped], key=_rank)))


def _capped(notice: Notice, gate: Gate | None) -> Notice:
    """An error is what fails the gate; without one, what nobody has waived."""
    if notice.severity == "error" and (gate is not None or notice.waivers):
        return notice._replace(severity="warning")
    return notice


def _rank(notice: Notice) -> tuple[bool, int]:
    order: tuple[Severity, ...] = ("error", "warning", "note")
    return bool(notice.waivers), order.index(notice.severity)


def _distinct(found: Iterable[Notice]) -> Iterator[Notice]:
    """Give the second of two with one fingerprint another, by its number."""
    counts: dict[str, int] = {}
    taken: set[str] = set()
    for notice in found:
        mark = notice.fingerprint
        while mark in taken:
            counts[notice.fingerprint] = counts.get(notice.fingerprint, 0) + 1
            mark = _fingerprint(notice.fingerprint, counts[notice.fingerprint])
        taken.add(mark)
        yield notice._replace(fingerprint=mark)


def _fingerprint(*parts: object) -> str:
    mark = json.dumps([str(part) for part in parts])
    return hashlib.sha256(mark.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class _Writer:
    """Writes notices of one assessment."""

    def __init__(self, assessment: Assessment, locations: Locations) -> None:
        self._assessment = assessment
        self._locations = locations
        self._expired = [use.waiver for use in assessment.waivers if use.state == "expired"]
        self._titles = {_name(b, row): row.title for b in assessment.baselines for row in b.requirements}

    # --- what the gate found ---------------------------------------------------------------------------

    def finding(self, found: Finding) -> Notice:
        remark = next((r for r in self._assessment.remarks if _tells(found, r)), None)
        rule = self._rule(found.about, found.rule) if remark is None else Rule(remark.rule, "profile-rule")
        message = found.message.removeprefix(f"{rule.id}: ")
        place = sound(found.place)
        if place == NOWHERE and found.artefact is not None:
            place = self._locations.of(found.artefact).place
        return self._at(
            Notice(
                rule,
                "warning" if found.waivers else "error",
                message,
                place,
                found.fingerprint,
                found.rule,
                waivers=found.waivers,
                lapsed=found.lapsed,
            ),
            found.artefact,
            found.claim,
            found.offset,
        )

    def _rule(self, about: str, asked: str = "") -> Rule:
        """Which rule an id names: the lists of ids have none in common.

        A rule of the gate is about itself, or about what has an id of its own.
        """
        if about in DISCREPANCIES:
            return Rule(about, "discrepancy", DISCREPANCIES[about])
        if about in PROBLEMS:
            return Rule(about, "problem", PROBLEMS[about][1])
        if about == asked:
            titles = self._assessment.gate.titles if self._assessment.gate is not None else {}
            return Rule(about, "gate-rule", titles.get(about, ""))
        return Rule(about, "requirement", self._titles.get(about, ""))  # one that is gone has no title

    def _at(self, notice: Notice, path: str | None, claim: str | None, offset: int | None) -> Notice:
        """Say in which file it is, and where in that file."""
        if path is None:
            return notice
        standing = self._locations.of(path)
        if standing.inside:
            claim = f"{standing.inside}#{claim}" if claim else standing.inside
            if notice.rule.kind == "problem":
                offset = None  # it is counted from the first byte of the token, and not of the file
        if offset is not None and offset < 0:
            offset = None
        return notice._replace(artefact=standing.file, claim=claim, offset=offset)

    # --- what no finding tells -------------------------------------------------------------------------

    def discrepancies(self, findings: Iterable[Finding]) -> Iterator[Notice]:
        told = {found.fingerprint for found in findings}
        for found in self._assessment.discrepancies:
            if found.fingerprint not in told:
                yield self._discrepancy(found)

    def _discrepancy(self, found: Discrepancy) -> Notice:
        first, offset = next(iter(found.located()), (None, None))
        notice = Notice(
            self._rule(found.id),
            found.severity,
            found.message,
            place_of_discrepancy(found, lambda path: self._locations.of(path).place),
            found.fingerprint,
            waivers=(found.waiver,) if found.waiver is not None else (),
            lapsed=next((w for w in self._expired if w.discrepancy == found.fingerprint), None),
        )
        return self._at(
            notice, first.source.artefact if first else None, first.source.path if first else None, offset
        )

    def problems(self, findings: Iterable[Finding]) -> Iterator[Notice]:
        told = {(found.artefact, found.about, found.claim) for found in findings}
        for artefact in walk(self._assessment.artefacts):
            for problem in artefact.problems:
                whole = (artefact.path, problem.id)
                if problem.severity == "note" or {(*whole, problem.at), (*whole, None)} & told:
                    continue
                standing = self._locations.of(artefact.path)
                at = f" {problem.at}" if problem.at else ""
                # An absolute path is of one machine, and a fingerprint of all.
                name = (standing.file, standing.inside) if artefact.path.startswith("/") else artefact.path
                notice = Notice(
                    self._rule(problem.id),
                    problem.severity,
                    f"{artefact.path}{at}: {problem.message}",
                    standing.place,
                    _fingerprint("problem", problem.id, name, problem.at),
                )
                yield self._at(notice, artefact.path, problem.at, problem.offset)

    def remarks(self, findings: Iterable[Finding]) -> Iterator[Notice]:
        findings = list(findings)
        for remark in self._assessment.remarks:
            if not any(_tells(found, remark) for found in findings):
                yield Notice(
                    Rule(remark.rule, "profile-rule"),
                    remark.severity,
                    remark.message,
                    sound(remark.place),
                    _fingerprint("profile", remark.rule, remark.place, remark.message),
                )

    def requirements(self) -> Iterator[Notice]:
        told = {found.fingerprint for found in self._assessment.discrepancies}
        for baseline in self._assessment.baselines:
            for row in baseline.requirements:
                contradicted = row.verdict == "contradicted" and told.isdisjoint(row.discrepancies)
                if row.verdict == "not-satisfied" or contradicted:
                    yield self._requirement(baseline, row)

    def _requirement(self, baseline: BaselineResult, row: RequirementResult) -> Notice:
        name = _name(baseline, row)
        contradicted = row.verdict == "contradicted"
        verdict = "contradicted" if contradicted else "not satisfied"
        return Notice(
            self._rule(name),
            "error" if contradicted else "warning",
            f"{name} is {verdict}: {'; '.join(row.because)}",
            place_of_requirement(row),
            _fingerprint("requirement", name),
            waivers=(row.waiver,) if row.waiver is not None else (),
            lapsed=next((w for w in self._expired if w.requirement == name), None),
        )

    def idle_waivers(self, told: Iterable[Notice]) -> Iterator[Notice]:
        """Waivers that hold nothing back, but for those that a notice tells of."""
        lapsed = {notice.lapsed for notice in told}
        for waiver, state in self._assessment.waivers:
            if state == "applied" or waiver in lapsed:
                continue
            yield Notice(
                Rule(f"waiver-{state}", "waiver", "a waiver that holds nothing back"),
                "note",
                f"{waiver.file}:{waiver.line}: the waiver for {waiver.target}: {IDLE[state].format(waiver)}",
                NOWHERE,
                _fingerprint("waiver", *waiver),
            )


def _name(baseline: BaselineResult, row: RequirementResult) -> str:
    return f"{baseline.id}/{row.id}"


def _tells(found: Finding, remark: Remark) -> bool:
    """Whether a finding is that the profile breaks the rule of a remark."""
    return (found.message, found.place) == (f"{remark.rule}: {remark.message}", remark.place)

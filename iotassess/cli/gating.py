"""``gate`` and ``waivers check``: the relying party's files in, the gate's answer and its exit code out."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import NamedTuple

from iotassess import __version__
from iotassess.assess import assess as judge
from iotassess.assess import unusable_profile
from iotassess.cli.asking import Asked
from iotassess.cli.judging import Wanted
from iotassess.cli.loading import load, load_catalogues
from iotassess.cli.main import NO_VERDICT, NOT_ACCEPTABLE
from iotassess.cli.options import check_format, parse_as_of
from iotassess.cli.output import note, write_stdout
from iotassess.cli.writing import Reports
from iotassess.errors import ProfileError, UsageError
from iotassess.evidence.collect import kind_of
from iotassess.evidence.trust import TrustStore
from iotassess.intake import Request
from iotassess.model.assessment import Assessment
from iotassess.model.waiver import Waiver
from iotassess.policy.gate import Will
from iotassess.policy.policy import Policy
from iotassess.policy.snapshot import Snapshot
from iotassess.policy.waivers import load_waivers, state_of
from iotassess.report.artefact_json import dumps
from iotassess.report.escape import inert, safe
from iotassess.report.gate_json import waiver as waiver_json
from iotassess.report.registry import Show

UNDECIDED = 4
SHOWN: dict[str, Show] = {"gate": "gate", "failed": "failed", "all": "all"}
SCHEMA = "iotassess/waiver-check/v1"


class Terms(NamedTuple):
    """What a release is held against, as on the command line."""

    policy: Path | None
    waivers: Path | None
    against: Path | None
    strict: bool
    allow_example: bool


def gate(profile: Path, asked: Asked, terms: Terms, wanted: Wanted) -> int:
    """Ask the gate, write the reports, and give the exit code; parameters as on the command line.

    Raises:
        UsageError: an option, or a file that is named, is unusable.
        ProfileError: the profile is invalid; the reports are written all the same.
    """
    reports = Reports.of(wanted.formats, wanted.sign_with)
    if wanted.show not in SHOWN:
        raise UsageError(f"--show: got {wanted.show!r}, expected {', '.join(SHOWN)}")
    request = asked.request()
    policy = _policy(terms.policy)
    request = request.with_anchors(policy.anchors)
    waivers = load_waivers(terms.waivers) if terms.waivers is not None else ()
    will = Will(policy, _earlier(terms.against), terms.allow_example, _wanted(policy), terms.strict)
    catalogues = load_catalogues(wanted.baselines or policy.baselines)
    own = (
        profile,
        terms.policy,
        terms.waivers,
        terms.against,
        *asked.denylists,
        *map(Path, policy.baselines),
    )
    try:
        loaded = load(profile)
    except ProfileError as error:
        refuse_bad_usage(request)
        wanted.refuse_overwriting(reports.files, request, own, None)
        nothing = unusable_profile(profile, error, request, policy, tool_version=__version__)
        reports.write(nothing, profile, SHOWN[wanted.show])
        raise
    wanted.refuse_overwriting(reports.files, request, own, loaded)
    found = judge(
        loaded,
        request,
        catalogues,
        tool_version=__version__,
        waivers=waivers,
        will=will,
        crosswalk=reports.crosswalk(catalogues),
    )
    reports.write(found, profile, SHOWN[wanted.show])
    return _exit_code(found)


def _policy(path: Path | None) -> Policy:
    if path is None:
        return Policy()
    from iotassess.policy.reading import load_policy  # the shipped policy needs no reading

    return load_policy(path)


def _earlier(path: Path | None) -> Snapshot | None:
    if path is None:
        return None
    from iotassess.policy.old_result import read_result

    return read_result(path)


def _wanted(policy: Policy) -> tuple[str, ...]:
    """Ids of the baselines that the policy names: of a file, the id that it gives itself."""
    return tuple(catalogue.id for catalogue in load_catalogues(policy.baselines)) if policy.baselines else ()


def refuse_bad_usage(request: Request) -> None:
    """Let what is wrong with the command line be told before what is wrong with the profile.

    Raises:
        UsageError: an anchor is unusable, or a file that is named is missing.
    """
    TrustStore.load(request.anchors)
    for path in request.artefacts:
        if kind_of(path) == "missing":
            raise UsageError(f"{path} does not exist; expected an artefact or a folder of them")


def _exit_code(found: Assessment) -> int:
    """The contract's code: 3 before 1 before 4 before 0."""
    for path in found.unusable:
        note(safe(f"iotassess: {path}: nothing in it is a known artefact, so there is no verdict"))
    if found.unusable:
        return NO_VERDICT
    if found.gate is None or not found.gate.passed:
        return NOT_ACCEPTABLE
    return UNDECIDED if found.gate.open else 0


def check_waivers(file: Path, *, format: str, as_of: str | None) -> None:
    """Print the waivers of a file, and which of them hold at a moment.

    Raises:
        PolicyError: the file is faulty.
    """
    check_format(format)
    day = parse_as_of(as_of).date
    waivers = load_waivers(file)
    states = [_standing(waiver, day) for waiver in waivers]
    if format == "json":
        rows = [{"state": s, **(waiver_json(w) or {})} for s, w in zip(states, waivers, strict=True)]
        write_stdout(dumps({"schema": SCHEMA, "as_of": day.isoformat(), "waivers": rows}))
        return
    lines = [_line(state, waiver) for state, waiver in zip(states, waivers, strict=True)]
    holding = sum(state == "holds" for state in states)
    lines.append(f"{file}: valid, {len(waivers)} waiver(s), {holding} of them hold on {day}")
    write_stdout("".join(f"{inert(safe(line))}\n" for line in lines))


def _standing(waiver: Waiver, day: datetime.date) -> str:
    """Whether a waiver holds, whatever the firmware."""
    return state_of(waiver._replace(firmware_from="", firmware_to=""), day, None) or "holds"


def _line(state: str, waiver: Waiver) -> str:
    firmware = " to ".join(filter(None, (waiver.firmware_from, waiver.firmware_to)))
    only = f", firmware {firmware}" if firmware else ""
    return (
        f"{waiver.file}:{waiver.line}: {state}: {waiver.target}: {waiver.reason}, approved by "
        f"{waiver.approver}, {waiver.approved} to {waiver.expires}{only}"
    )

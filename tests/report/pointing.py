"""Assessments for the formats that point into files: with and without the gate's answer, real and made up."""

from __future__ import annotations

import datetime
import functools
from dataclasses import replace
from pathlib import Path
from typing import get_args

from iotassess.assess import assess, unusable_profile
from iotassess.baseline.loader import DEFAULTS, load_catalogue
from iotassess.errors import ProfileError
from iotassess.intake import Request
from iotassess.model.artefact import Artefact, Problem, Role
from iotassess.model.assessment import Assessment, ProductName, Remark
from iotassess.model.discrepancies import DISCREPANCIES
from iotassess.model.gate import Place, RuleOutcome
from iotassess.model.problems import PROBLEMS
from iotassess.model.waiver import REASONS, Waiver, WaiverState
from iotassess.policy.gate import Will
from iotassess.policy.policy import Policy
from iotassess.policy.registry import PROFILE_VALID, RULES
from iotassess.profile import load_profile
from iotassess.report.registry import Look
from tests.examples import AS_OF, PROFILES, request
from tests.report.hostile import poisoned

FOLDER = "/repository"
SENSOR_NODE = Look(profile="profiles/sensor-node/flawed.yaml", folder=FOLDER)

_CLOSED = {*DISCREPANCIES, *PROBLEMS, *REASONS, *get_args(RuleOutcome), *get_args(WaiverState)}
_CLOSED |= {PROFILE_VALID, *(rule.id for rule in RULES), "file", "document", "trust-anchor"}
"""Words that no input can change, besides those of :mod:`tests.report.hostile`."""


def look(product: str, twin: str) -> Look:
    """As from the root of a repository that has the examples."""
    return Look(profile=f"profiles/{product}/{twin}.yaml", folder=FOLDER)


@functools.cache
def gated(
    product: str = "sensor-node",
    twin: str = "flawed",
    waivers: tuple[Waiver, ...] = (),
    policy: Policy | None = None,
    allow_example: bool = True,
) -> Assessment:
    """A twin, through the gate; None stands for the shipped policy."""
    will = Will(Policy() if policy is None else policy, allow_example=allow_example)
    return judged(PROFILES / product / f"{twin}.yaml", request(product), waivers, will)


@functools.cache
def assessed(
    product: str = "sensor-node", twin: str = "flawed", waivers: tuple[Waiver, ...] = ()
) -> Assessment:
    """A twin, without a gate."""
    return judged(PROFILES / product / f"{twin}.yaml", request(product), waivers)


def judged(
    profile: Path, asked: Request, waivers: tuple[Waiver, ...] = (), will: Will | None = None
) -> Assessment:
    """Any profile, against the default baselines."""
    return assess(
        load_profile(profile),
        asked,
        [load_catalogue(name) for name in DEFAULTS],
        tool_version="0.0.0",
        waivers=waivers,
        will=will,
    )


def waiver(
    requirement: str = "", discrepancy: str = "", expires: str = "2026-12-31", **changes: object
) -> Waiver:
    """A waiver that holds on the day of the examples, where it has not expired."""
    end = datetime.date.fromisoformat(expires)
    plain = Waiver(
        requirement,
        discrepancy,
        "remediation-planned",
        "fixed in 3.2.1",
        "product-security@sensing.example",
        end - datetime.timedelta(90),
        end,
        file="waivers.yaml",
        line=7,
    )
    return plain._replace(**changes)


def marks(found: Assessment) -> dict[str, str]:
    """Fingerprint of the first discrepancy of each id."""
    return {row.id: row.fingerprint for row in reversed(found.discrepancies)}


EXPIRED = "2026-10-31"
"""The last day of a waiver that is over on the day of the examples."""


def some_waivers() -> tuple[Waiver, ...]:
    """For the flawed sensor node: two that hold something back, one that is over, two that are no use."""
    mark = marks(assessed())
    return (
        waiver(discrepancy=mark["debug-contradiction"]),
        waiver(requirement="etsi-en-303-645@3.1.3/5.0-1", line=12),
        waiver(discrepancy=mark["anti-rollback-contradiction"], expires=EXPIRED, line=17),
        waiver(requirement="enisa-gp-tm/GP-TM-01", line=22),
        waiver(discrepancy="0" * 16, expires=EXPIRED, line=27),
    )


def empty() -> Assessment:
    """An assessment in which there is nothing."""
    return Assessment(
        tool_version="0.0.0",
        as_of=AS_OF,
        product=ProductName("", ""),
        profile_path="device.yaml",
        profile_sha256="",
        example=False,
        artefacts=(),
        anchors=(),
        discrepancies=(),
        baselines=(),
        not_done=(),
    )


def unusable(folder: Path) -> Assessment:
    """What the gate makes of a profile that cannot be used."""
    file = folder / "device.yaml"
    file.write_text("schema: iotassess/profile/v1\nproduct:\n  vendor: [x]\n  modle: y\n")
    try:
        load_profile(file)
    except ProfileError as error:
        return unusable_profile(file, error, request("sensor-node"), Policy(), tool_version="0.0.0")
    raise AssertionError("this profile should be of no use")


def with_token_inside(found: Assessment, problem: Problem, line: int = 31) -> Assessment:
    """Put an artefact in front that holds a token with a problem; the profile names the file in a line."""
    inner = Artefact("a.cbor#submods.x", "eat-cwt", None, "00", 9, True, "unsigned", problems=(problem,))
    outer = Artefact(
        "a.cbor", "eat-cwt", None, "01", 90, True, "unsigned", nested=(inner,),
        role=Role("artefact", None, line, 5),
    )  # fmt: skip
    return replace(found, artefacts=(outer, *found.artefacts))


def hostile(found: Assessment, text: str) -> Assessment:
    """Add a text to everything that somebody else wrote; one requirement of each verdict stays."""
    results = tuple(
        replace(result, requirements=tuple({row.verdict: row for row in result.requirements}.values()))
        for result in found.baselines
    )
    remarks = (Remark("a-rule", "warning", "a remark", Place(3, 4)),)
    short = replace(found, baselines=results, remarks=remarks)
    return poisoned(short, lambda plain: plain if plain in _CLOSED else f"{plain}{text}")

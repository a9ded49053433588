"""Releases put through the gate, waivers, and hostile forms of them, for the tests of report formats."""

from __future__ import annotations

import datetime
import functools
from dataclasses import replace
from typing import Any, get_args

import pytest

from iotassess.assess import assess, unusable_profile
from iotassess.baseline.loader import DEFAULTS, load_catalogue
from iotassess.errors import ProfileError
from iotassess.model.assessment import Assessment
from iotassess.model.comparison import Change
from iotassess.model.counter import COUNTER_KINDS
from iotassess.model.gate import RuleOutcome
from iotassess.model.waiver import REASONS, Waiver, WaiverState
from iotassess.policy.gate import Will
from iotassess.policy.policy import Policy, Rules
from iotassess.policy.registry import PROFILE_VALID, RULES
from iotassess.profile import load_profile
from tests.examples import PROFILES, request
from tests.report.hostile import poisoned

APPROVER = "product-security@sensing.example"
JUSTIFICATION = "The supplier ships it with the next revision."

_CLOSED = {*get_args(RuleOutcome), *get_args(WaiverState), *get_args(Change), *REASONS, *COUNTER_KINDS}
_CLOSED |= {PROFILE_VALID, *(rule.id for rule in RULES)}
"""Words of the gate's closed lists: no input can change them."""


@functools.cache
def gated(
    product: str, twin: str, *waivers: Waiver, off: tuple[str, ...] = (), allow: bool = True
) -> Assessment:
    """Assess a twin and ask the gate.

    Args:
        product: the example.
        twin: good or flawed.
        waivers: of the run.
        off: rules that the policy switches off.
        allow: examples may pass.
    """
    rules = Rules(**{name.replace("-", "_"): False for name in off})
    return assess(
        load_profile(PROFILES / product / f"{twin}.yaml"),
        request(product),
        [load_catalogue(name) for name in DEFAULTS],
        tool_version="0.0.0",
        waivers=waivers,
        will=Will(Policy(rules=rules), allow_example=allow),
    )


def waiver(
    requirement: str = "", *, discrepancy: str = "", expires: str = "2027-01-31", line: int = 3
) -> Waiver:
    """A waiver for a requirement or a discrepancy, approved before the day of judgement."""
    return Waiver(
        requirement,
        discrepancy,
        "third-party",
        JUSTIFICATION,
        APPROVER,
        datetime.date(2026, 10, 1),
        datetime.date.fromisoformat(expires),
        file="waivers.yaml",
        line=line,
    )


UNMET = (
    "enisa-gp-tm/GP-TM-02",
    "enisa-gp-tm/GP-TM-04",
    "enisa-gp-tm/GP-TM-18",
    "etsi-en-303-645@3.1.3/5.4-2",
)
"""What the good smart plug does not satisfy, though it is mandatory."""


def waived_plug(*, expires: str = "2027-01-31") -> Assessment:
    """The good smart plug, everything that fails waived: it passes as long as the waivers hold."""
    waivers = [waiver(name, expires=expires, line=3 + n) for n, name in enumerate(UNMET)]
    return gated("smart-plug", "good", *waivers, off=("lifecycle-shown-secured",))


def unusable(tmp_path) -> Assessment:
    """The gate's answer on a profile that cannot be used."""
    file = tmp_path / "broken.yaml"
    file.write_text("schema: nothing\nproduct: [1, 2]\n")
    with pytest.raises(ProfileError) as caught:
        load_profile(file)
    return unusable_profile(file, caught.value, request("sensor-node"), Policy(), tool_version="0.0.0")


def shortened(found: Assessment) -> Assessment:
    """The same with one requirement of each verdict that occurs in a baseline."""
    results = tuple(
        replace(result, requirements=tuple({row.verdict: row for row in result.requirements}.values()))
        for result in found.baselines
    )
    return replace(found, baselines=results)


def poison(value: Any, hostile: str) -> Any:
    """Put a hostile text before and behind every text that is not ours."""
    return poisoned(value, lambda plain: plain if plain in _CLOSED else f"{hostile}{plain}{hostile}")

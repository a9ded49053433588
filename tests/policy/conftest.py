"""Releases of the example product put through the gate."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from iotassess.assess import assess
from iotassess.baseline.loader import DEFAULTS, load_catalogue
from iotassess.model.assessment import Assessment
from iotassess.model.gate import Gate
from iotassess.policy.gate import Will
from iotassess.policy.policy import Policy
from iotassess.policy.reading import load_policy
from iotassess.policy.waivers import load_waivers
from iotassess.profile import load_profile
from tests.examples import copy, edit, request

CATALOGUES = [load_catalogue(name) for name in DEFAULTS]


def gated(profile: Path, asked, *, waivers=(), **will) -> Assessment:
    """Assess a release and ask the gate."""
    wanted = Will(**{"allow_example": True, **will})
    return assess(
        load_profile(profile), asked, CATALOGUES, tool_version="0.0.0", waivers=waivers, will=wanted
    )


def fired(gate: Gate | None) -> set[str]:
    """Rules with a finding that nothing holds back."""
    assert gate is not None
    return {finding.rule for finding in gate.failures}


class Release(NamedTuple):
    """A copy of the sensor node that a test may change."""

    folder: Path

    @property
    def profile(self) -> Path:
        return self.folder / "good.yaml"

    @property
    def evidence(self) -> Path:
        return self.folder / "evidence"

    def edit(self, *pairs: tuple[str, str]) -> Release:
        """Change pieces of the profile."""
        edit(self.profile, *pairs)
        return self

    def leave_out(self, name: str) -> Release:
        """Take a file out of the profile's evidence, with its challenge and component."""
        lines = self.profile.read_text().split("\n")
        begin = next(
            i for i, line in enumerate(lines) if f"evidence/{name}" in line and ": evidence/" in line
        )
        end = begin + 1
        while end < len(lines) and lines[end].startswith("    "):
            end += 1
        self.profile.write_text("\n".join(lines[:begin] + lines[end:]))
        return self

    def exchange(self, name: str, other: str) -> Release:
        """Put one file in the place of another."""
        (self.evidence / name).write_bytes((self.evidence / other).read_bytes())
        return self

    def policy(self, text: str) -> Policy:
        """A policy with these rules, beside the profile."""
        file = self.folder / "policy.yaml"
        file.write_text(f"schema: iotassess/policy/v1\n{text}")
        return load_policy(file)

    def waivers(self, *rows: str):
        """A waiver file; each row a mapping in braces, with what most have in common left out."""
        file = self.folder / "waivers.yaml"
        common = "reason: risk-accepted, justification: known, approver: product-security@sensing.example"
        days = "" if any("approved" in row for row in rows) else ", approved: 2026-10-01, expires: 2026-12-31"
        body = "".join(f"  - {{{row}, {common}{days}}}\n" for row in rows)
        file.write_text(f"schema: iotassess/waivers/v1\nwaivers:\n{body}")
        return load_waivers(file)

    def gate(self, *artefacts, waivers=(), asked=None, **will) -> Assessment:
        """Ask the gate, with the anchors and the challenge of the README."""
        wanted = request("sensor-node", *artefacts, folder=self.folder) if asked is None else asked
        return gated(self.profile, wanted, waivers=waivers, **will)

    def fired(self, *artefacts, **options) -> set[str]:
        """Rules that fail the release."""
        return fired(self.gate(*artefacts, **options).gate)


@pytest.fixture
def release(tmp_path) -> Release:
    return Release(copy("sensor-node", tmp_path))


@pytest.fixture(scope="session")
def good(tmp_path_factory) -> Assessment:
    """The good release, through the gate; read only."""
    return Release(copy("sensor-node", tmp_path_factory.mktemp("good"))).gate()

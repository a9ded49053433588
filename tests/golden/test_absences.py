"""A device without passwords, personal data and debug ports: what is absent makes requirements inapplicable.

The device is the sensor node, and its profile and evidence are changed here. Not applicable is derived from
what is declared, it earns nothing, and it is no way out when an artefact shows the feature all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from iotassess.assess import assess
from iotassess.baseline.loader import load_catalogue
from iotassess.model.assessment import Assessment, BaselineResult, RequirementResult
from iotassess.profile import load_profile
from tests.examples import ROOT, copy, request

ETSI = "etsi-en-303-645@3.1.3"
BASELINES = (ETSI, "enisa-baseline", "nist-ir-8259a", "nist-ir-8425")
NODE = "sensor-node"
EAT = "evidence/eat.cbor"

Profile = dict[str, Any]
Edit = Callable[[Profile], None]


def without_passwords(profile: Profile) -> None:
    """Users and servers authenticate by certificate alone."""
    assert all(row["method"] == "certificate" for row in profile["authentication_mechanisms"])
    profile["auth"]["passwords"] = {"used": False}


def without_personal_data(profile: Profile) -> None:
    """Nothing about people, so nothing of it in telemetry either, which is not collected at all."""
    profile["personal_data"] = []
    profile["telemetry"] = {"collected": False}


def without_debug_ports(profile: Profile) -> None:
    """No debug interface, and so nothing that has a state or is unlocked."""
    profile["debug"] = {"present": False, "physical": False}
    profile["interfaces"] = [row for row in profile["interfaces"] if row["type"] != "debug"]


def silent_of_passwords(profile: Profile) -> None:
    """Say nothing of passwords: not of mechanisms either, as those tell."""
    without_passwords(profile)
    del profile["auth"]["passwords"]
    del profile["authentication_mechanisms"]


def silent_of_personal_data(profile: Profile) -> None:
    """Say nothing of personal data and of telemetry."""
    without_personal_data(profile)
    del profile["personal_data"], profile["telemetry"]


def silent_of_debug_ports(profile: Profile) -> None:
    """Say nothing of debug interfaces."""
    without_debug_ports(profile)
    del profile["debug"]


ABSENCES: tuple[Edit, ...] = (without_passwords, without_personal_data, without_debug_ports)
SILENCES: tuple[Edit, ...] = (silent_of_passwords, silent_of_personal_data, silent_of_debug_ports)
EACH = pytest.mark.parametrize(("absence", "silence"), list(zip(ABSENCES, SILENCES, strict=True)))

HANG_ON = {
    "5.1-1": "auth.passwords.used",
    "5.1-2": "authentication_mechanisms[",
    "5.6-4A": "debug.present",
    "5.6-4B": "debug.p",
    "5.8-1": "personal_data",
    "5.8-2": "personal_data",
    "5.10-1": "telemetry.collected",
    "5.11-2": "personal_data",
    "6-2": "personal_data",
    "6-3A": "personal_data",
    "6-3B": "personal_data",
    "6-4": "telemetry.collected",
    "6-5": "telemetry.collected",
    "6-6": "personal_data",
    "6-7": "personal_data",
    "6-8": "personal_data",
}
"""Provisions of ETSI EN 303 645 that hang on one of the three, and the answer that this follows from."""

OPEN = (("enabled", 0), ("disabled-since-boot", 2))
"""Debug states (RFC 9711 section 4.2.9) of a facility that is there: open, or waiting to be opened again."""


class Node:
    """The sensor node's folder, with a profile that tests change before it is assessed.

    Attributes:
        folder: a copy of the example's.
        profile: its good twin, parsed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.profile: Profile = yaml.safe_load((folder / "good.yaml").read_text())
        self.profile["justifications"] = []

    def apply(self, *edits: Edit) -> Node:
        """Change the profile."""
        for edit in edits:
            edit(self.profile)
        return self

    def keep(self, *artefacts: str) -> Node:
        """Drop all artefacts but these from the evidence; images and anchors stay."""
        self.profile["evidence"] = [
            row for row in self.profile["evidence"] if row.get("artefact", artefacts[0]) in artefacts
        ]
        return self

    def answer(self, requirement: str, answer: str) -> Node:
        """Add a justification."""
        self.profile["justifications"].append(
            {"requirement": requirement, "answer": answer, "reason": "There is none."}
        )
        return self

    def sign(self, state: int) -> Node:
        """Put a debug state into the node's token, which its own key signs."""
        from builder import good, keys, tokens  # type: ignore[import-not-found]

        claims = good.sensor_eat_claims() | {tokens.DBGSTAT: state}
        (self.folder / EAT).write_bytes(tokens.eat_token(claims, keys.DEVICE_1))
        return self

    def judge(self, *, vouched: bool = True) -> Assessment:
        """Assess it; without anchors, the user's and its own, nobody vouches for any artefact."""
        if not vouched:
            rows = self.profile["evidence"]
            self.profile["evidence"] = [row for row in rows if "trust_anchor" not in row]
        file = self.folder / "bare.yaml"
        file.write_text(yaml.safe_dump(self.profile, sort_keys=False))
        asked = request(NODE, folder=self.folder, anchors=None if vouched else ())
        return assess(load_profile(file), asked, [load_catalogue(id) for id in BASELINES], tool_version="0")


@pytest.fixture
def another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Node]:
    """Makes nodes whose debug facility is fully and permanently disabled, as their token says."""
    monkeypatch.syspath_prepend(str(ROOT / "fixtures"))
    made: list[Node] = []

    def make() -> Node:
        made.append(Node(copy(NODE, tmp_path / str(len(made)))))
        return made[-1].sign(4)

    return make


@pytest.fixture
def node(another: Callable[[], Node]) -> Node:
    return another()


def rows(assessment: Assessment, baseline: str = ETSI) -> dict[str, RequirementResult]:
    (found,) = [result for result in assessment.baselines if result.id == baseline]
    return {row.id: row for row in found.requirements}


def denials(assessment: Assessment, requirement: str) -> list[str]:
    """Severities of the contradictions of an absence that touch a requirement."""
    return [
        d.severity
        for d in assessment.discrepancies
        if d.id == "not-applicable-contradiction" and requirement in d.requirements
    ]


# --- absence that is derived -----------------------------------------------------------------------


def test_what_hangs_on_an_absent_feature_is_not_applicable_and_says_why(node: Node) -> None:
    found = rows(node.apply(*ABSENCES).judge())
    assert {id for id in HANG_ON if found[id].verdict != "not-applicable"} == set()
    for id, leaf in HANG_ON.items():
        assert "profile:" in found[id].because[0], id
        assert leaf in found[id].because[0], id
        assert found[id].not_applicable_basis == "published"


@pytest.mark.parametrize("silence", SILENCES)
def test_what_is_not_said_makes_nothing_inapplicable(node: Node, silence: Edit) -> None:
    found = rows(node.apply(*ABSENCES, silence).keep("evidence/update.suit").judge())
    leaf = {"passwords": "auth.passwords", "personal_data": "personal_data", "debug_ports": "debug."}
    spoken = leaf[silence.__name__.removeprefix("silent_of_")]
    quiet = {id for id, path in HANG_ON.items() if path.startswith(spoken)}
    assert quiet
    assert {id for id in quiet if found[id].verdict == "not-applicable"} == set()


def test_where_the_document_knows_no_such_status_an_absence_changes_nothing(node: Node) -> None:
    found = rows(node.apply(*ABSENCES).judge())
    never = [row for row in found.values() if row.not_applicable_basis == "never"]
    assert never
    assert [row.id for row in never if row.verdict == "not-applicable"] == []


def test_the_whole_bare_device_has_no_discrepancy(node: Node) -> None:
    assert node.apply(*ABSENCES).judge().discrepancies == ()


# --- absence that is declared proves nothing ---------------------------------------------------------


@EACH
def test_a_declared_absence_does_not_raise_what_is_proven(
    another: Callable[[], Node], absence: Edit, silence: Edit
) -> None:
    others = [edit for edit in ABSENCES if edit is not absence]
    evidence = ("evidence/update.suit", "evidence/psa-token.cbor")
    declared = another().apply(*others, absence).keep(*evidence).judge()
    silent = another().apply(*others, silence).keep(*evidence).judge()
    assert [r.proven for r in declared.baselines] == [r.proven for r in silent.baselines]
    assert any(r.proven > 0 for r in silent.baselines)


@EACH
def test_beside_evidence_it_is_never_more(another: Callable[[], Node], absence: Edit, silence: Edit) -> None:
    declared, silent = (another().sign(3).apply(edit).judge() for edit in (absence, silence))
    pairs: list[tuple[BaselineResult, BaselineResult]] = list(
        zip(declared.baselines, silent.baselines, strict=True)
    )
    assert [said.id for said, unsaid in pairs if said.proven > unsaid.proven] == []
    assert [row.id for said, _ in pairs for row in said.requirements if row.absence_shown] == []


# --- absence that is a lie ---------------------------------------------------------------------------


@pytest.mark.parametrize(("word", "state"), OPEN)
def test_an_authentic_token_contradicts_a_debug_port_that_is_said_not_to_be_there(
    node: Node, word: str, state: int
) -> None:
    found = node.sign(state).apply(*ABSENCES).judge()
    assert set(denials(found, "5.6-4A")) == {"error"}
    row = rows(found)["5.6-4A"]
    assert row.verdict == "contradicted"
    (told,) = {text for text in row.because if text.startswith("not-applicable-contradiction")}
    assert EAT in told
    assert f"debug.state is {word}" in told
    assert "debug.present" in told


@pytest.mark.parametrize(("word", "state"), OPEN)
def test_a_token_that_nobody_vouches_for_casts_doubt_on_it(node: Node, word: str, state: int) -> None:
    found = node.sign(state).apply(*ABSENCES).judge(vouched=False)
    assert {a.grade for a in found.artefacts if a.path == EAT} == {2}, word
    assert set(denials(found, "5.6-4A")) == {"warning"}
    assert rows(found)["5.6-4A"].verdict in ("partial", "not-assessed", "not-satisfied")


def test_a_justification_that_answers_not_applicable_is_held_against_the_token(node: Node) -> None:
    found = node.sign(0).apply(silent_of_debug_ports).answer("5.6-4A", "not-applicable").judge()
    assert denials(found, "5.6-4A") == ["error"]
    assert rows(found)["5.6-4A"].verdict == "contradicted"


def test_beside_a_token_that_nobody_vouches_for_it_makes_nothing_inapplicable(node: Node) -> None:
    node.sign(0).apply(silent_of_debug_ports).answer("5.6-4A", "not-applicable")
    row = rows(node.judge(vouched=False))["5.6-4A"]
    assert row.verdict not in ("not-applicable", "verified", "declared")


def test_a_justification_cannot_deny_what_the_profile_itself_declares(node: Node) -> None:
    found = node.answer("5.6-4A", "not-applicable").judge()
    assert denials(found, "5.6-4A") == ["warning"]
    assert rows(found)["5.6-4A"].verdict not in ("not-applicable", "verified", "declared")


def test_a_justification_alone_makes_nothing_inapplicable(node: Node) -> None:
    node.apply(silent_of_debug_ports).keep("evidence/update.suit").answer("5.6-4A", "not-applicable")
    found = node.judge()
    assert denials(found, "5.6-4A") == []
    assert rows(found)["5.6-4A"].verdict in ("partial", "not-assessed")


def test_what_is_never_inapplicable_cannot_be_answered_so(node: Node) -> None:
    found = node.answer("5.2-1", "not-applicable").judge()
    assert denials(found, "5.2-1") == ["warning"]
    assert rows(found)["5.2-1"].verdict not in ("not-applicable", "verified", "declared")


def test_an_answer_that_the_facts_bear_out_is_no_lie(node: Node) -> None:
    node.apply(*ABSENCES)
    for id in HANG_ON:
        node.answer(id, "not-applicable")
    found = node.judge()
    assert found.discrepancies == ()
    assert {id for id in HANG_ON if rows(found)[id].verdict != "not-applicable"} == set()

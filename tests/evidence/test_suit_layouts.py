"""The generations of layouts: told apart by what is signed, and each read by its own tables."""

from __future__ import annotations

import cbor2
import pytest

from iotassess.evidence.suit_layout import LAYOUTS, detect_layout
from tests.evidence import suit_builder as build
from tests.evidence.suit_reading import ids, read, shown

ACTS = build.sequence(12, 0, 21, 2)
RUNS = build.sequence(12, 0, 23, 2)
CHECKS = build.sequence(3, 15)
SETS = build.sequence(20, {1: b""})


@pytest.mark.parametrize(
    ("make", "layout"),
    [
        (build.good, "current"),
        (build.two_slots, "current"),
        (build.draft_17, "draft-17-27"),
        (build.draft_16, "draft-16-older"),
        (build.draft_08, "draft-16-older"),
        (build.draft_04, "draft-16-older"),
    ],
)
def test_each_generation_shows_the_same(make, layout):
    artefact = read(make())
    assert artefact.claims["layout"] == layout
    assert artefact.authenticity == "authenticated"
    assert artefact.wellformed
    legacy = layout != "current"
    assert ids(artefact) - {"suit-alg-not-mti", "suit-digest-alg-not-mti"} == (
        {"suit-legacy-layout"} if legacy else set()
    )
    for property_, value in [
        ("update.authenticated", True),
        ("update.integrity-checked", True),
        ("update.target-checked", True),
        ("boot.image-verified", True),
        ("identity.vendor-id", build.VENDOR.hex()),
        ("identity.class-id", build.CLASS.hex()),
        ("update.transport", "https"),
    ]:
        assert shown(artefact, property_) == [value], property_
    digests = [str(s.value) for s in artefact.shown if s.property == "component.digest"]
    assert f"sha-256:{build.sha256(build.IMAGE).hex()}" in digests


def test_old_sections_have_their_old_names():
    assert read(build.draft_16()).claims["sections"] == [
        "shared-sequence",
        "install",
        "validate",
        "run",
        "text",
    ]
    assert read(build.draft_04()).claims["sections"] == ["shared-sequence", "install", "validate", "run"]


@pytest.mark.parametrize(
    ("manifest", "old_digest", "expected"),
    [
        ({7: CHECKS, 9: RUNS, 20: ACTS}, False, "current"),
        ({7: CHECKS, 9: RUNS}, False, "current"),
        ({}, False, "current"),
        ({9: SETS}, False, "current"),
        ({7: CHECKS}, False, "current"),
        ({16: ACTS}, True, "current"),
        ({7: CHECKS, 9: RUNS, 17: ACTS}, False, "draft-17-27"),
        ({17: ACTS, 23: b""}, False, "draft-17-27"),
        ({9: ACTS}, False, "draft-16-older"),
        ({9: build.sequence(15, [ACTS, None])}, False, "draft-16-older"),
        ({9: build.sequence(32, ACTS)}, False, "draft-16-older"),
        ({9: build.sequence(18, 15)}, False, "draft-16-older"),
        ({9: [-16, b""]}, False, "draft-16-older"),
        ({9: SETS, 10: CHECKS}, False, "draft-16-older"),
        ({7: build.sequence(13, 0, 21, 2)}, False, "draft-16-older"),
        ({8: ACTS}, False, "draft-16-older"),
        ({9: SETS}, True, "draft-16-older"),
        ({}, True, "draft-16-older"),
        ({9: RUNS}, True, "current"),
        ({9: b"\xff"}, False, "current"),
        ({9: build.dumps(1)}, False, "current"),
        ({9: build.sequence("x", 21)}, False, "current"),
        ({17: ACTS, 20: ACTS}, False, "unknown"),
        ({10: CHECKS, 20: ACTS}, False, "unknown"),
        ({10: CHECKS, 23: b""}, False, "unknown"),
    ],
)
def test_layout_is_told_by_the_signed_keys(manifest, old_digest, expected):
    assert detect_layout(manifest, None, old_digest).id == expected


def test_looking_for_the_layout_ends():
    bomb = build.sequence(15, [build.sequence(15, [SETS] * 100)] * 100)
    assert detect_layout({9: bomb}, None, False).id == "current"
    deep = ACTS
    for _ in range(10):
        deep = build.sequence(32, deep)
    assert detect_layout({9: deep}, None, False).id == "current"


def test_unsigned_members_do_not_change_how_the_manifest_is_read():
    """Keys 9 and 17 beside a manifest that says "current" change nothing, and are reported."""
    plan = build.good()
    plan.sections.pop(20)
    expected = read(plan).claims
    plan.members |= {17: ACTS, 13: ACTS}
    artefact = read(plan)
    assert ids(artefact) == {"suit-member-unauthenticated"}
    assert {k: v for k, v in artefact.claims.items() if k != "payloads"} == {
        k: v for k, v in expected.items() if k != "payloads"
    }


def test_shape_of_the_wrapper_does_not_change_how_the_manifest_is_read():
    plan = build.good()
    plan.sections = {7: CHECKS, 9: SETS}
    manifest, _ = plan.encoded_manifest()
    assert read(plan).claims["layout"] == "current"
    payload = build.dumps(build.digest(build.dumps(manifest)))
    plan.wrapper = build.dumps([build.cose_block(payload, attached=True)])
    artefact = read(plan)
    assert artefact.authenticity == "authenticated"
    assert artefact.claims["layout"] == "current"
    assert "suit-legacy-layout" in ids(artefact)


def test_tables_have_no_name_twice():
    for layout in LAYOUTS:
        for table in (layout.sections, layout.parameters):
            assert len(set(table.values())) == len(table), layout.id
        for key in layout.severable:
            assert layout.name_of(key)


# --- what only old drafts have --------------------------------------------------------------------


def listed_dependency():
    plan = build.draft_16()
    plan.common[1] = [{1: build.digest(b"dependency"), 2: [b"prefix"]}]
    plan.sections[7] = [13, 0, 19, {21: build.URI + ".suit"}, 21, None, 3, None]
    plan.sections[9] = [13, 0, 18, None, *plan.sections[9]]
    return plan


def test_listed_dependencies_have_digests_of_their_own():
    artefact = read(listed_dependency())
    assert artefact.claims["dependencies"] == 1
    found = [p for p in artefact.claims["payloads"] if p.get("dependency")]
    assert [(p["component"], p["digest"]["value"]) for p in found] == [
        ("dependency 0", build.sha256(b"dependency").hex())
    ]
    assert "suit-dependency-unverified" not in ids(artefact)
    assert "suit-fetch-without-image-match" not in ids(artefact)


def test_listed_dependency_processed_unchecked():
    plan = listed_dependency()
    plan.sections[7] = plan.sections[7][:-2]
    assert {"suit-dependency-unverified", "suit-fetch-without-image-match"} <= ids(read(plan))


@pytest.mark.parametrize("index", [True, [0]])
def test_dependency_index_of_other_forms(index):
    plan = listed_dependency()
    plan.sections[7][1] = index
    assert "suit-fetch-without-image-match" not in ids(read(plan))


def test_dependency_index_out_of_range():
    plan = listed_dependency()
    plan.sections[7][1] = 1
    assert "suit-component-index-range" in ids(read(plan))


def test_dependency_in_the_list_without_digest():
    plan = listed_dependency()
    plan.common[1] = [{2: [b"prefix"]}]
    assert not read(plan).wellformed


def test_process_dependency_had_number_18_in_draft_17():
    plan = build.draft_17()
    plan.common[1] = [{1: build.digest(b"dependency")}]
    plan.text = None
    plan.sections[17] = [13, 0, 18, 15, *plan.sections[17]]
    assert "suit-dependency-unverified" in ids(read(plan))


@pytest.mark.parametrize(
    ("commands", "names"),
    [
        ([30, build.sequence(3, None)], ["run-sequence", "image-match"]),
        ([32, build.sequence(3, None)], ["run-sequence", "image-match"]),
        ([31, b"arguments"], ["invoke"]),
        ([20, {22: 0}, 31, None, 3, None], ["override-parameters", "swap", "image-match"]),
        ([20, {22: 0}, 32, None, 3, None], ["override-parameters", "swap", "image-match"]),
        (
            [20, {30: build.dumps([build.URI])}, 30, None, 3, None],
            ["override-parameters", "fetch-uri-list", "image-match"],
        ),
    ],
)
def test_numbers_that_were_dealt_out_anew(commands, names):
    plan = build.draft_16()
    plan.sections[9] += commands
    artefact = read(plan)
    assert artefact.claims["commands"]["install"][-len(names) :] == names
    assert ids(artefact) <= {"suit-legacy-layout", "suit-alg-not-mti", "suit-digest-alg-not-mti"}


def test_old_conditions_bring_their_values_along():
    plan = build.draft_16()
    plan.shared += [26, 50, 28, [1, [2]], 27, 3]
    assert "suit-parameter-missing" not in ids(read(plan))


def test_integer_keys_of_integrated_payloads():
    plan = build.draft_16()
    plan.sections[9][3] = {21: "#31"}
    plan.members = {31: build.IMAGE, -5: b"unused"}
    artefact = read(plan)
    assert artefact.claims["integrated"] == {"#31": len(build.IMAGE), "#-5": 6}
    assert "suit-payload-unreferenced" in ids(artefact)
    assert "suit-payload-digest-mismatch" not in ids(artefact)


def test_delegation_of_old_envelopes_is_noted_and_not_trusted():
    plan = build.draft_17()
    plan.members[1] = build.dumps([[build.dumps(cbor2.CBORTag(18, []))]])
    artefact = read(plan)
    assert artefact.claims["delegation"] is True
    assert "suit-member-unauthenticated" not in ids(artefact)


def test_compressed_payload_is_not_held_against_the_digest_of_what_is_inside():
    plan = build.draft_16()
    plan.sections[9][3] = {21: "#31", 19: build.dumps({1: 1})}
    plan.members = {31: b"compressed"}
    artefact = read(plan)
    assert "suit-payload-digest-mismatch" not in ids(artefact)
    assert artefact.claims["payloads"][0]["encrypted"] is False


def test_unwrapped_digest_is_old():
    plan = build.good()
    plan.shared[3][3] = build.digest(build.IMAGE)
    assert "suit-malformed" in ids(read(plan))
    plan = build.draft_16()
    plan.shared[3][3] = build.digest(build.IMAGE)
    assert read(plan).wellformed


def test_components_wrapped_in_bytes_that_are_none():
    plan = build.draft_04()
    plan.common[2] = b"\xff"
    plan.wrapper = build.dumps([])
    assert not read(plan).wellformed

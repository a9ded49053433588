"""Payloads: supplied images, encryption, transport, severed members, dependencies."""

from __future__ import annotations

import dataclasses

import cbor2
import pytest

from iotassess.codec import cbor
from iotassess.evidence import suit
from iotassess.evidence.peek import Peek
from tests.evidence import suit_builder as build
from tests.evidence.suit_reading import context, ids, image, read, shown

APP = "00/617070"


# --- images ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("component", [None, APP])
def test_image_that_the_manifest_is_for(component):
    assert read(build.good(), images=(image(build.IMAGE, component),)).problems == ()


@pytest.mark.parametrize(
    ("data", "component", "expected"),
    [
        (build.IMAGE[::-1], None, {"suit-payload-digest-mismatch"}),
        (build.IMAGE[::-1], APP, {"suit-payload-digest-mismatch"}),
        (build.IMAGE[:9], None, {"suit-payload-digest-mismatch"}),
        (build.IMAGE[:9], APP, {"suit-payload-digest-mismatch", "suit-payload-size-mismatch"}),
        (build.IMAGE, "01", {"suit-payload-digest-mismatch"}),
    ],
)
def test_swapped_image(data, component, expected):
    artefact = read(build.good(), images=(image(data, component),))
    assert ids(artefact) == expected
    assert (
        artefact.authenticity == "authenticated"
    )  # the manifest is; the file beside it is not what it means
    assert all(problem.severity == "error" for problem in artefact.problems)


def test_image_of_either_slot_fits():
    for data in (build.IMAGE, build.IMAGE[1:]):
        assert read(build.two_slots(), images=(image(data, APP),)).problems == ()


def test_image_is_compared_under_the_manifests_algorithm():
    plan = build.good()
    plan.shared[3][3] = build.dumps(build.digest(build.IMAGE, -44))
    assert ids(read(plan, images=(image(build.IMAGE),))) == {"suit-digest-alg-not-mti"}


def test_image_for_a_manifest_without_digests_does_not_fit():
    plan = build.good()
    plan.shared = [12, 0, 20, {1: build.VENDOR, 2: build.CLASS}, 1, 15, 2, 15]
    plan.sections = {9: [12, 0, 23, 2]}
    (found,) = read(plan, images=(image(build.IMAGE),)).problems
    assert found.id == "suit-payload-digest-mismatch"
    assert "it gives none" in found.message


# --- encryption and transport ---------------------------------------------------------------------


def test_payload_that_is_decrypted_when_copied_was_encrypted_on_its_way():
    plan = build.good()
    plan.text = None
    plan.common[2].append([b"\x01"])
    plan.sections[7] = [12, 0, 3, 15]
    plan.sections[20] = [
        12, 1, 20, {21: build.URI}, 21, 2,
        12, 0, 20, {22: 1, 19: build.encryption_info()}, 22, 2, 3, 15,
    ]  # fmt: skip
    artefact = read(plan)
    assert artefact.problems == ()
    assert shown(artefact, "update.encrypted") == [True]
    assert {p["component"]: p["encrypted"] for p in artefact.claims["payloads"]} == {APP: True, "01": True}


def test_one_payload_in_the_clear_makes_the_update_one_in_the_clear():
    plan = build.good()
    plan.common[2].append([b"\x01"])
    plan.text = None
    plan.sections[20] = [
        12, 0, 20, {21: build.URI, 19: build.encryption_info()}, 21, 2, 3, 15,
        12, 1, 20, {21: build.URI, 3: plan.shared[3][3]}, 21, 2, 3, 15,
    ]  # fmt: skip
    assert shown(read(plan), "update.encrypted") == [False]


def test_manifest_that_delivers_nothing_says_nothing_of_encryption():
    plan = build.good()
    plan.sections.pop(20)
    artefact = read(plan)
    assert shown(artefact, "update.encrypted") == []
    assert shown(artefact, "update.transport") == []


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("HTTPS://a.example/x", ["https"]),
        ("coaps://a.example/x", ["coaps"]),
        ("relative/x", []),
        ("#absent", []),
        ("http://[", []),
    ],
)
def test_transport_is_the_scheme_of_the_uri(uri, expected):
    plan = build.good()
    plan.sections[20][3][21] = uri
    assert shown(read(plan), "update.transport") == expected


# --- severed members ------------------------------------------------------------------------------


def test_severed_members_are_read_from_the_envelope():
    plan = build.good()
    plan.severed = {20, 23}
    artefact = read(plan)
    assert artefact.problems == ()
    assert artefact.claims["severed"] == {"install": True, "text": True}
    assert artefact.claims["payloads"] == read(build.good()).claims["payloads"]
    assert {(s.property, s.value, s.covered) for s in artefact.shown} == {
        (s.property, s.value, s.covered) for s in read(build.good()).shown
    }


def test_severed_members_that_are_gone_are_no_fault():
    plan = build.good()
    plan.severed_absent = {20, 23}
    artefact = read(plan)
    assert artefact.problems == ()
    assert artefact.authenticity == "authenticated"
    assert artefact.claims["severed"] == {"install": False, "text": False}
    assert shown(artefact, "update.transport") == []


def test_severed_text_that_was_changed_is_not_shown():
    plan = build.good()
    plan.severed_absent = {23}
    plan.members[23] = build.dumps({"en": {tuple(build.APP): {6: "9.9.9"}}})
    artefact = read(plan)
    assert ids(artefact) == {"suit-severed-digest-mismatch"}
    assert artefact.authenticity == "failed"
    assert shown(artefact, "component.version") == []


def test_severed_digest_of_an_unknown_algorithm_covers_nothing():
    plan = build.good()
    plan.severed = {20}
    plan.finish = lambda manifest: manifest.update({20: [-15, manifest[20][1]]})
    artefact = read(plan)
    assert artefact.authenticity == "failed"
    assert ids(artefact) == {"suit-severed-digest-mismatch", "suit-digest-alg-not-mti"}


def test_section_that_may_not_be_severed():
    plan = build.good()
    plan.severed = {9}
    artefact = read(plan)
    assert not artefact.wellformed
    assert artefact.claims["layout"] == "current"
    assert "invoke" not in artefact.claims["commands"]


# --- dependencies ---------------------------------------------------------------------------------


def test_integrated_dependency_is_checked_and_read_by_itself():
    artefact = read(build.with_dependency(build.dependency().build()))
    assert artefact.problems == ()
    assert artefact.claims["dependencies"] == 1
    (nested,) = artefact.nested
    assert (nested.path, nested.kind, nested.authenticity) == (
        "update.suit#dependency",
        "suit-envelope",
        "authenticated",
    )
    assert [p.get("dependency") for p in artefact.claims["payloads"]] == [None, True]
    components = {s.subject.name for s in artefact.shown if s.subject.kind == "component"}
    assert components == {APP}


def test_dependency_lends_no_authenticity_and_takes_none():
    unsigned = build.dependency()
    unsigned.blocks = lambda payload: []
    artefact = read(build.with_dependency(unsigned.build()))
    assert artefact.authenticity == "authenticated"
    assert artefact.nested[0].authenticity == "unsigned"
    outer = build.with_dependency(build.dependency().build())
    outer.blocks = lambda payload: []
    artefact = read(outer)
    assert artefact.authenticity == "unsigned"
    assert artefact.nested[0].authenticity == "authenticated"


def test_dependency_that_was_changed_makes_the_envelope_fail():
    plan = build.with_dependency(build.dependency().build())
    other = build.dependency()
    other.manifest[2] = 8
    plan.members["#dependency"] = other.build()
    artefact = read(plan)
    assert artefact.authenticity == "failed"
    assert ids(artefact) == {"suit-payload-digest-mismatch"}


def test_dependency_by_the_digest_of_its_whole_envelope_holds_too():
    envelope = build.dependency().build()
    plan = build.with_dependency(envelope)
    plan.sections[15][3][3] = build.dumps(build.digest(envelope))
    assert read(plan).authenticity == "authenticated"


def test_dependency_that_is_no_envelope_fails():
    plan = build.with_dependency(build.dependency().build())
    plan.members["#dependency"] = b"\xff"
    artefact = read(plan)
    assert artefact.authenticity == "failed"
    assert artefact.nested == ()
    plan.members["#dependency"] = build.dumps(cbor2.CBORTag(107, 5))
    assert read(plan).authenticity == "failed"


@pytest.mark.parametrize("commands", [(11, 15), (3, 15, 11, 15), (11, 15, 7, 15)])
def test_dependency_processed_without_an_integrity_check(commands):
    artefact = read(build.with_dependency(build.dependency().build(), *commands))
    assert ids(artefact) == {"suit-dependency-unverified"}


def test_dependency_changed_after_its_integrity_check():
    plan = build.with_dependency(build.dependency().build(), 7, 15, 21, 2, 11, 15)
    assert "suit-dependency-unverified" in ids(read(plan))


def test_integrity_check_without_digest_checks_nothing():
    plan = build.with_dependency(build.dependency().build())
    del plan.sections[15][3][3]
    assert {"suit-dependency-unverified", "suit-parameter-missing"} <= ids(read(plan))


def test_nested_envelopes_are_not_followed_without_end():
    envelope = build.dependency().build()
    plan = build.with_dependency(envelope)
    for index in range(20):
        plan.members[f"#copy{index}"] = envelope
    assert len(read(plan).nested) == suit.MAX_NESTED
    peek = Peek(plan.build())
    assert suit.decode(peek, context()).nested == ()  # nobody to read them
    deep = dataclasses.replace(context(read=lambda data, inner: pytest.fail("read")), depth=99)
    assert suit.decode(peek, deep).nested == ()


def test_dependencies_whose_keys_are_alike_have_paths_of_their_own():
    """Whoever has the envelope in hand chooses the keys; two artefacts of one path would be taken for one."""
    inner = build.dependency()
    plan = build.with_dependency(inner.build())
    inner.members = {"#b": build.dependency().build()}
    keys = ["dependency", "##b", "#a#b", "#a", "#=a", "=a", ":24", "#%23b"]
    plan.members |= dict.fromkeys(keys[:6], inner.build())
    artefact = read(plan)
    paths = [nested.path for outer in artefact.nested for nested in (outer, *outer.nested)]
    assert "update.suit#dependency" in paths
    assert len(set(paths)) == len(paths) == 13
    plan = build.with_dependency(build.dependency().build())
    plan.members |= dict.fromkeys(keys[4:], inner.build())
    paths = [nested.path for nested in read(plan).nested]
    assert len(set(paths)) == len(paths) == 5


def test_dependencies_that_are_left_aside_are_named():
    plan = build.with_dependency(build.dependency().build())
    plan.members |= {f"#copy{index}": build.dependency().build() for index in range(8)}
    assert read(plan).claims["not_evaluated"] == ["integrated.#copy7"]


def test_images_are_for_the_outer_manifest():
    plan = build.with_dependency(build.dependency().build())
    artefact = read(plan, images=(image(build.IMAGE),))
    assert artefact.nested[0].problems == ()


# --- encryption information -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (cbor2.CBORTag(96, [build.dumps({1: 1}), {}, None, []]), {"alg": "A128GCM", "key_exchange": []}),
        (cbor2.CBORTag(96, [b"", {1: -99}, None, []]), {"alg": "unknown (-99)", "key_exchange": []}),
        (cbor2.CBORTag(96, [b"", {}, None, [[b"", {}, b""]]]), {"alg": None, "key_exchange": []}),
        (
            cbor2.CBORTag(96, [b"", {1: 3}, None, [[b"", {1: -6}, b""], [b"", {1: -6}, b"", []]]]),
            {"alg": "A256GCM", "key_exchange": ["direct"]},
        ),
        (
            cbor2.CBORTag(16, [build.dumps({1: 24}), {}, b""]),
            {"alg": "ChaCha20/Poly1305", "key_exchange": []},
        ),
        (cbor2.CBORTag(96, [b"", {}, None]), None),
        (cbor2.CBORTag(96, [b"", {}, None, 5]), None),
        (cbor2.CBORTag(96, [b"", {}, None, [[b""]]]), None),
        (cbor2.CBORTag(96, [b"\xff", {}, None, []]), None),
        (cbor2.CBORTag(96, 5), None),
        ([b"", {}, None, []], None),
    ],
)
def test_encryption_info(value, expected):
    plan = build.good()
    plan.sections[20][3][19] = build.dumps(value)
    artefact = read(plan)
    assert artefact.wellformed is (expected is not None)
    assert artefact.claims["payloads"][0].get("encryption") == expected


def test_locating_works_through_severed_members():
    plan = build.good()
    plan.severed = {20}
    plan.sections[20][3][21] = "http://a.example/"
    data = plan.build()
    (found,) = read(data).problems
    assert found.offset == cbor.locate(data, (20, cbor.INTO, 3, 21))

"""PSA tokens of all three profiles: all of them are read, and what differs is reported."""

from __future__ import annotations

import cbor2
import pytest

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import psa
from iotassess.evidence.peek import Peek
from iotassess.model.claim import PRODUCT, Digest, Subject
from tests.evidence import token_builder as build
from tests.evidence.token_builder import context, ids, only, read, shown

PROFILES = {build.TFM: build.psa, build.ARM_2: build.psa_2, build.ARM_1: build.psa_1}
BL, PROT = (Subject("component", name, "measurement-type") for name in ("BL", "PRoT"))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("protect", [build.sign1, build.mac0])
def test_a_good_token_of_each_profile_has_no_problem(profile, protect):
    artefact = read(protect(PROFILES[profile]()))
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == ("psa-token", True, "authenticated")
    assert ids(artefact) == ({"cose-symmetric-key"} if protect is build.mac0 else set())
    assert (artefact.fresh, artefact.device) == ("nonce", build.INSTANCE.hex())
    claims = artefact.claims
    assert claims["profile"] == profile
    assert claims["nonce"] == build.NONCE.hex()
    assert claims["instance_id"] == build.INSTANCE.hex()
    assert claims["implementation_id"] == build.IMPLEMENTATION.hex()
    assert claims["lifecycle"]["name"] == "secured"
    assert claims["boot_seed"].startswith("b0b0")
    assert claims["verification_service"] == "https://verifier.example"
    assert claims["sw_components"][0] == {
        "type": "BL",
        "version": "3.4.2",
        "digest": "b1" * 32,
        "digest_alg": "sha-256",
        "signer_id": "51" * 32,
    }


def test_a_good_token_shows_what_can_be_compared():
    artefact = read(build.sign1(build.psa()))
    key = artefact.signatures[0].thumbprint
    assert {(s.subject, s.property, s.value) for s in artefact.shown} == {
        (PRODUCT, "identity.implementation-id", build.IMPLEMENTATION.hex()),
        (PRODUCT, "lifecycle", "secured"),
        (PRODUCT, "attestation.supported", True),
        (PRODUCT, "attestation.format", "psa-token"),
        (PRODUCT, "attestation.algorithm", "ES256"),
        (PRODUCT, "crypto.algorithms", "ES256"),
        (PRODUCT, "attestation.nonce-bound", True),
        (PRODUCT, "attestation.measures-software", True),
        (Subject("device", build.INSTANCE.hex(), "instance-id"), "device.attestation-key", key),
        (BL, "component.measurement", Digest("sha-256", "b1" * 32)),
        (BL, "component.version", "3.4.2"),
        (BL, "component.signer", "51" * 32),
        (PROT, "component.measurement", Digest("sha-384", "a9" * 48)),
        (PROT, "component.version", "1.2.0"),
        (PROT, "component.signer", "52" * 48),
    }
    assert all(s.covered and not s.observed for s in artefact.shown)


@pytest.mark.parametrize("make", PROFILES.values())
def test_every_statement_about_a_claim_can_be_located(make):
    data = build.sign1(make({}))
    located = [s for s in read(data).shown if s.trail]
    assert len(located) >= 5
    for statement in located:
        assert cbor.locate(data, statement.trail) is not None, statement
    (measured, *_) = [s for s in located if s.property == "component.measurement"]
    assert data[cbor.locate(data, measured.trail) :].startswith(b"\x58\x20\xb1")
    assert measured.path == "sw_components[0].digest"


FAULTS = [
    # id, edits, claim path
    ("psa-claim-missing", {256: ...}, "instance_id"),
    ("psa-claim-missing", {2394: ...}, "client_id"),
    ("psa-claim-missing", {2395: ...}, "lifecycle"),
    ("psa-claim-missing", {265: ..., 2394: -3}, "profile"),
    ("psa-claim-invalid", {256: b"\x01" * 32}, "instance_id"),
    ("psa-claim-invalid", {256: b"\x02" * 33}, "instance_id"),
    ("psa-claim-invalid", {256: 1}, "instance_id"),
    ("psa-claim-invalid", {268: b"\x00" * 7}, "boot_seed"),
    ("psa-claim-invalid", {268: b"\x00" * 33}, "boot_seed"),
    ("psa-claim-invalid", {268: "seed"}, "boot_seed"),
    ("psa-claim-invalid", {2394: 0}, "client_id"),
    ("psa-claim-invalid", {2394: 1 << 31}, "client_id"),
    ("psa-claim-invalid", {2394: True}, "client_id"),
    ("psa-claim-invalid", {2395: "secured"}, "lifecycle"),
    ("psa-claim-invalid", {2396: b"\x00" * 31}, "implementation_id"),
    ("psa-claim-invalid", {2396: "x"}, "implementation_id"),
    ("psa-claim-invalid", {2398: "1234567890123"}, "certification_reference"),
    ("psa-claim-invalid", {2398: "1234567890123+12345"}, "certification_reference"),
    ("psa-claim-invalid", {2398: "１２３４５６７８９０１２３-12345"}, "certification_reference"),
    ("psa-claim-invalid", {2398: 7}, "certification_reference"),
    ("psa-claim-invalid", {2399: "none"}, "sw_components"),
    ("psa-claim-invalid", {2399: [build.COMPONENT, 7]}, "sw_components[1]"),
    ("psa-claim-invalid", {2399: [{**build.COMPONENT, 1: 7}]}, "sw_components[0].type"),
    ("psa-claim-invalid", {2399: [{**build.COMPONENT, 4: 7}]}, "sw_components[0].version"),
    ("psa-claim-invalid", {2399: [{**build.COMPONENT, 6: 7}]}, "sw_components[0].description"),
    ("psa-claim-invalid", {2399: [{**build.COMPONENT, 2: "m"}]}, "sw_components[0].digest"),
    ("psa-claim-invalid", {2399: [{**build.COMPONENT, 5: b"short"}]}, "sw_components[0].signer_id"),
    ("psa-claim-invalid", {2400: 1}, "verification_service"),
    ("psa-claim-missing", {2399: [{1: "BL", 5: build.SIGNER}]}, "sw_components[0].digest"),
    ("psa-lifecycle-debug", {2395: 0x4000}, "lifecycle"),
    ("psa-lifecycle-not-secured", {2395: 0x0000}, "lifecycle"),
    ("psa-lifecycle-not-secured", {2395: 0x1000}, "lifecycle"),
    ("psa-lifecycle-not-secured", {2395: 0x20FF}, "lifecycle"),
    ("psa-lifecycle-not-secured", {2395: 0x5000}, "lifecycle"),
    ("psa-lifecycle-not-secured", {2395: 0x6000}, "lifecycle"),
    ("psa-lifecycle-invalid", {2395: 0x3100}, "lifecycle"),
    ("psa-lifecycle-invalid", {2395: 0x7000}, "lifecycle"),
    ("psa-lifecycle-invalid", {2395: 0x13000}, "lifecycle"),
    ("psa-lifecycle-invalid", {2395: -1}, "lifecycle"),
    ("psa-no-sw-components", {2399: ...}, "sw_components"),
    ("psa-no-sw-components", {2399: []}, "sw_components"),
    ("psa-measurement-length", {2399: [{**build.COMPONENT, 2: b"\x00" * 31}]}, "sw_components[0].digest"),
    ("psa-measurement-length", {2399: [{**build.COMPONENT, 6: "sha-512"}]}, "sw_components[0].digest"),
    ("psa-signer-id-missing", {2399: [{1: "BL", 2: b"\x00" * 32}]}, "sw_components[0].signer_id"),
    ("eat-profile-unknown", {265: "https://profile.example"}, "profile"),
    ("eat-draft-labels", {2397: b"\xb0" * 32}, "other.2397"),
    ("eat-draft-labels", {-75003: b"\x00" * 32}, "other.-75003"),
    ("eat-debug-enabled", {263: 0}, "dbgstat"),
    ("eat-expired", {4: build.NOW - 61}, "exp"),
]  # fmt: skip


@pytest.mark.parametrize(("id_", "edits", "at"), FAULTS)
def test_one_fault_gives_its_own_problem(id_, edits, at):
    artefact = read(build.sign1(build.psa(edits)))
    assert artefact.kind == "psa-token"
    assert (ids(artefact), only(artefact, id_).at) == ({id_}, at)
    assert artefact.authenticity == "authenticated"


def test_without_implementation_id_a_named_profile_still_makes_a_psa_token():
    artefact = read(build.sign1(build.psa({2396: ...})))
    assert only(artefact, "psa-claim-missing").at == "implementation_id"


@pytest.mark.parametrize(
    ("nonce", "expected"),
    [
        (b"\x00" * 31, {"eat-nonce-length", "eat-nonce-mismatch"}),
        ([build.NONCE, b"\x00" * 32], {"psa-claim-invalid"}),
        ("nonce", {"psa-claim-invalid", "eat-nonce-missing"}),
        (..., {"psa-claim-missing", "eat-nonce-missing"}),
    ],
)
def test_a_psa_nonce_is_one_byte_string_as_long_as_a_hash(nonce, expected):
    assert ids(read(build.sign1(build.psa({10: nonce})))) == expected


def test_a_debug_lifecycle_shows_debugging_enabled():
    for value, state in ((0x4000, "non-psa-rot-debug"), (0x5000, "recoverable-psa-rot-debug")):
        artefact = read(build.sign1(build.psa({2395: value})))
        assert shown(artefact, "lifecycle") == [state]
        assert shown(artefact, "debug.state") == ["enabled"]
    artefact = read(build.sign1(build.psa({2395: 0x6000})))
    assert shown(artefact, "lifecycle") == ["decommissioned"]
    assert shown(artefact, "debug.state") == []


def test_an_invalid_claim_shows_nothing_to_compare():
    edits = {256: b"\x02" * 33, 2395: 0x7000, 2396: b"short", 2399: [{1: "BL", 2: "x", 5: b"y"}]}
    artefact = read(build.sign1(build.psa(edits)))
    assert artefact.device == ""
    for property_ in ("identity.implementation-id", "component.measurement", "component.signer"):
        assert shown(artefact, property_) == []
    assert shown(artefact, "attestation.measures-software") == [False]
    assert artefact.claims["implementation_id"] == b"short".hex(), "people still want to see it"


def test_no_components_mean_that_software_is_not_measured():
    for edits in ({2399: ...}, {2399: []}):
        artefact = read(build.sign1(build.psa(edits)))
        assert shown(artefact, "attestation.measures-software") == [False]


@pytest.mark.parametrize(
    ("component", "subject", "count"),
    [
        ({2: b"m" * 32, 5: b"s" * 32}, Subject("component", b"s".hex() * 32, "signer"), 2),
        ({1: "", 2: b"m" * 32, 5: b"s" * 32}, Subject("component", b"s".hex() * 32, "signer"), 2),
        ({2: b"m" * 32}, Subject("component", "", "signer"), 1),
    ],
)
def test_a_component_without_type_is_named_by_its_signer(component, subject, count):
    artefact = read(build.sign1(build.psa({2399: [component]})))
    found = [s for s in artefact.shown if s.subject.kind == "component"]
    assert len(found) == count
    assert {s.subject for s in found} == {subject}


@pytest.mark.parametrize(
    ("description", "size", "alg", "compared"),
    [
        (None, 32, "sha-256", True),
        ("sha-256", 32, "sha-256", True),
        ("SHA_384", 48, "sha-384", True),
        ("sha3-256", 32, "sha3-256", True),
        ("TF-M_SHA256MemPreXIP", 32, "sha-256", True),
        ("SHA3-256 of the flash", 32, None, False),
        ("blake2s", 32, None, False),
    ],
)
def test_the_hash_of_a_measurement_is_named_or_follows_from_the_length(description, size, alg, compared):
    component = {1: "BL", 2: b"m" * size, 5: b"s" * 32}
    if description is not None:
        component[6] = description
    artefact = read(build.sign1(build.psa({2399: [component]})))
    (entry,) = artefact.claims["sw_components"]
    assert entry.get("digest_alg") == alg
    assert entry.get("description") == description
    (measured,) = shown(artefact, "component.measurement")
    assert measured.value == "6d" * size
    assert (measured.alg == alg) is compared, "one that is not compared is shown all the same"


def test_other_parts_of_a_component_are_kept():
    component = {**build.COMPONENT, 3: "epoch", "x": b"\x01", 6: None}
    artefact = read(build.sign1(build.psa({2399: [component]})))
    (entry,) = artefact.claims["sw_components"]
    assert entry["other"] == {"3": "epoch", "x": "01"}
    assert entry["signer_id"] == build.SIGNER.hex()
    assert artefact.problems == ()


def test_a_component_with_an_empty_part_is_like_one_without_it():
    plain = read(build.sign1(build.psa({2399: [build.COMPONENT]})))
    empty = read(build.sign1(build.psa({2399: [{**build.COMPONENT, 6: None}]})))
    assert (plain.claims, plain.shown) == (empty.claims, empty.shown)


def test_remembered_components_are_not_shared_between_artefacts():
    first, second = (read(build.sign1(build.psa())) for _ in range(2))
    first.claims["sw_components"][0]["type"] = "changed"
    assert second.claims["sw_components"][0]["type"] == "BL"
    assert read(build.sign1(build.psa())).claims["sw_components"][0]["type"] == "BL"


def test_a_component_too_long_to_remember_is_read_alike():
    component = {**build.COMPONENT, 4: "v" * 1000}
    artefact = read(build.sign1(build.psa({2399: [component]})))
    assert artefact.claims["sw_components"][0]["version"] == "v" * 1000
    assert shown(artefact, "component.version") == ["v" * 1000]


# --- profiles -----------------------------------------------------------------------------------


def test_the_retired_claim_of_no_measurements_is_a_finding():
    artefact = read(build.sign1(build.psa_1({-75006: ..., -75007: 1})))
    assert ids(artefact) == {"psa-no-sw-components"}
    assert artefact.claims["no_sw_measurements"] == 1
    assert "psa-claim-invalid" in ids(read(build.sign1(build.psa_1({-75006: ..., -75007: 2}))))
    both = read(build.sign1(build.psa_1({-75007: 1})))
    assert only(both, "psa-claim-invalid").at == "no_sw_measurements"


def test_profile_1_needs_no_profile_claim_but_a_boot_seed():
    assert read(build.sign1(build.psa_1({-75000: ...}))).problems == ()
    assert only(read(build.sign1(build.psa_1({-75004: ...}))), "psa-claim-missing").at == "boot_seed"
    assert "psa-claim-invalid" in ids(read(build.sign1(build.psa_1({-75004: b"\x00" * 8}))))


def test_profile_1_with_another_name_is_reported():
    artefact = read(build.sign1(build.psa_1({-75000: "http://example.com"})))
    assert ids(artefact) == {"eat-profile-unknown"}
    assert "psa-claim-invalid" in ids(read(build.sign1(build.psa_1({-75000: 1}))))


def test_newer_labels_in_profile_1_are_not_read():
    artefact = read(build.sign1(build.psa_1({2396: b"\x00" * 32, 10: b"\x00" * 32, 256: b"\x01" * 33})))
    assert artefact.claims["implementation_id"] == build.IMPLEMENTATION.hex()
    assert artefact.claims["nonce"] == build.NONCE.hex()
    assert ids(artefact) == {"eat-draft-labels"}
    assert set(artefact.claims["other"]) == {"2396", "10", "256"}


def test_the_boot_seed_of_the_rfc_is_another_label_in_the_drafts():
    artefact = read(build.sign1(build.psa_2({268: b"\x00" * 8})))
    assert ids(artefact) == {"eat-draft-labels"}
    assert artefact.claims["boot_seed"] == "b0" * 32


@pytest.mark.parametrize("reference", ["1234567890123", "1234567890123-12345"])
@pytest.mark.parametrize(("make", "label"), [(build.psa_1, -75005), (build.psa_2, 2398)])
def test_older_profiles_take_both_forms_of_a_certification_reference(make, label, reference):
    assert read(build.sign1(make({label: reference}))).problems == ()


def test_a_boot_seed_is_optional_today():
    assert read(build.sign1(build.psa({268: ...}))).problems == ()


def test_indefinite_lengths_are_reported_for_the_profile_of_the_rfc():
    def opened(claims):
        return b"\xbf" + build.encoded(claims)[1:] + b"\xff"

    assert ids(read(build.sign1(opened(build.psa())))) == {"cbor-indefinite-length"}
    assert read(build.sign1(opened(build.psa_1()))).problems == ()


@pytest.mark.parametrize("extra", [{2399: [{**build.COMPONENT, 2: b"\xff" * 32}]}, {10: b"\xff" * 32}])
def test_a_byte_that_looks_like_a_break_is_no_indefinite_length(extra):
    data = build.sign1(build.psa({**extra, 4711: (1 << 64) - 1}))
    assert "cbor-indefinite-length" not in ids(read(data, nonce=b"\xff" * 32))


def test_a_cwt_tag_and_a_missing_tag_are_no_obstacle():
    assert read(build.sign1(build.psa(), tags=(61, 18))).authenticity == "authenticated"
    artefact = read(build.sign1(build.psa(), tags=()))
    assert (artefact.kind, ids(artefact)) == ("psa-token", {"cose-untagged"})


def test_a_token_of_arm_cca_is_not_taken_for_one_of_psa():
    cca = {10: build.NONCE, 256: build.INSTANCE, 265: "tag:arm.com,2023:cca_platform#1.0.0"}
    cca |= {2395: 0x3003, 2396: build.IMPLEMENTATION, 2399: [build.COMPONENT], 2400: "https://v.example"}
    artefact = read(build.sign1({**cca, 2398: 7}))
    assert artefact.kind == "eat-cwt"
    assert ids(artefact) == {"eat-profile-unknown"}
    assert artefact.claims["implementation_id"] == build.IMPLEMENTATION.hex()
    assert artefact.claims["lifecycle"] == {"value": 0x3003, "name": "secured"}
    assert artefact.claims["other"] == {"2398": 7}
    assert shown(artefact, "identity.implementation-id") == [], "its rules are not those of PSA"


# --- damage -------------------------------------------------------------------------------------


def test_trailing_bytes_name_the_kind_and_the_fault():
    artefact = read(build.sign1(build.psa()) + b"\x00")
    assert (artefact.kind, artefact.wellformed, ids(artefact)) == (
        "psa-token",
        False,
        {"cbor-trailing-bytes"},
    )


def test_a_duplicate_claim_is_refused():
    payload = build.encoded(build.psa())
    twice = bytes([payload[0] + 1]) + payload[1:] + cbor2.dumps(2395) + cbor2.dumps(0x3000)
    artefact = read(build.sign1(twice))
    assert (artefact.kind, artefact.wellformed, ids(artefact)) == ("psa-token", False, {"cbor-duplicate-key"})
    assert artefact.shown == ()


@pytest.mark.parametrize("data", [b"", b"\xd2", b"\xd2\x80", cbor2.dumps(7), build.uccs(build.psa())])
def test_what_is_no_cose_message_is_no_psa_token(data):
    assert not psa.is_psa_token(Peek(data))
    with pytest.raises(MalformedArtefact):
        psa.decode(Peek(data), context())


def test_many_tokens_can_be_decoded_without_sniffing():
    data = build.sign1(build.psa())
    assert psa.decode_bytes(data, context()).claims == read(data).claims


def test_each_psa_problem_is_provoked_here():
    from iotassess.model.problems import PROBLEMS

    assert {id_ for id_ in PROBLEMS if id_.startswith("psa-")} <= {row[0] for row in FAULTS}

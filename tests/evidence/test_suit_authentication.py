"""Who signed it, and whether it is what was signed: no fault may end as "authenticated"."""

from __future__ import annotations

import cbor2
import pytest

from iotassess.codec import keys
from tests.evidence import suit_builder as build
from tests.evidence.suit_reading import ANCHORS, anchor, ids, read, shown

STRANGER = anchor("stranger", keys.from_cryptography(build.STRANGER))
OKP = anchor("okp", keys.from_cryptography(build.ED_SIGNER))


def not_authenticated(artefact):
    """The statement that everybody may rely on, whoever signed."""
    return [
        (s.value, s.observed, s.covered) for s in artefact.shown if s.property == "update.authenticated"
    ] == [(False, True, False)]


@pytest.mark.parametrize(
    ("alg", "name", "more"),
    [
        (build.ESP256, "ESP256", set()),
        (build.ED25519, "Ed25519", set()),
        (build.HMAC, "HMAC 256/256", {"cose-symmetric-key"}),
        (build.ES256, "ES256", {"suit-alg-not-mti"}),
    ],
)
def test_each_algorithm_authenticates(alg, name, more):
    plan = build.good()
    plan.blocks = lambda payload: [build.cose_block(payload, alg)]
    artefact = read(plan)
    assert artefact.authenticity == "authenticated"
    assert ids(artefact) == more
    assert shown(artefact, "update.signature-algorithm") == [name]


def test_changed_manifest_under_a_good_signature_fails():
    """COSE alone would say "verified": the digest that it covers is not that of the manifest."""
    plan = build.good()
    plan.digest = lambda data: build.digest(data + b"x")
    artefact = read(plan)
    assert [s.status for s in artefact.signatures] == ["verified"]
    assert artefact.claims["digest_matches"] is False
    assert artefact.authenticity == "failed"
    assert "suit-manifest-digest-mismatch" in ids(artefact)
    assert not_authenticated(artefact)
    assert not any(s.covered for s in artefact.shown)


def test_digest_without_the_header_of_the_byte_string_is_not_that_of_the_manifest():
    plan = build.good()
    plan.digest = lambda data: build.digest(cbor2.loads(data))
    assert read(plan).authenticity == "failed"


def test_longer_header_of_the_manifest_changes_what_is_digested():
    data = build.good().build()
    manifest, _ = build.good().encoded_manifest()
    plain = build.dumps(manifest)
    longer = b"\x5a" + len(manifest).to_bytes(4, "big") + manifest
    assert read(data.replace(plain, longer)).authenticity == "failed"


def test_wrong_key_that_fits_fails():
    artefact = read(build.good(), STRANGER)
    assert artefact.authenticity == "failed"
    assert "cose-bad-signature" in ids(artefact)
    assert not_authenticated(artefact)


def test_no_key_that_fits_leaves_it_unverified_but_signed():
    artefact = read(build.good(), OKP)
    assert artefact.authenticity == "unverified"
    assert ids(artefact) == {"cose-no-key"}
    assert shown(artefact, "update.authenticated") == [True]
    assert all(s.covered for s in artefact.shown)


def test_anchor_for_attestation_does_not_authenticate_an_update():
    artefact = read(
        build.good(), anchor("signer", keys.from_cryptography(build.SIGNER), purpose="attestation")
    )
    assert artefact.authenticity == "unverified"


def test_key_that_only_the_profile_names_is_intact():
    artefact = read(build.good(), anchor("signer", keys.from_cryptography(build.SIGNER), source="profile"))
    assert artefact.authenticity == "intact"


@pytest.mark.parametrize("wrapper", [None, b"", "digest only", build.dumps([]), build.dumps(None)])
def test_envelope_without_blocks_is_unsigned(wrapper):
    plan = build.good()
    if wrapper == "digest only":
        plan.blocks = lambda payload: []
    else:
        plan.wrapper = wrapper
    artefact = read(plan)
    assert artefact.authenticity in (("failed",) if wrapper == b"" else ("unsigned",))
    assert artefact.claims["digest_matches"] is (True if wrapper == "digest only" else None)
    assert not_authenticated(artefact)
    assert not any(s.covered for s in artefact.shown)
    if wrapper != b"":
        assert ids(artefact) == {"cose-unsigned"}


def test_unsigned_envelope_with_a_wrong_digest_says_both():
    plan = build.good()
    plan.blocks = lambda payload: []
    plan.digest = lambda data: build.digest(b"")
    artefact = read(plan)
    assert artefact.authenticity == "unsigned"
    assert ids(artefact) == {"cose-unsigned", "suit-manifest-digest-mismatch"}


def test_second_block_may_be_by_another_party():
    plan = build.good()
    plan.blocks = lambda payload: [build.cose_block(payload), build.cose_block(payload, build.ED25519)]
    artefact = read(plan)
    assert artefact.authenticity == "authenticated"
    assert [s.status for s in artefact.signatures] == ["verified", "verified"]
    assert shown(artefact, "update.signature-algorithm") == ["ESP256", "Ed25519"]


def test_second_block_that_is_bad_fails_all():
    plan = build.good()
    plan.blocks = lambda payload: [build.cose_block(payload), build.cose_block(payload, key=build.STRANGER)]
    assert read(plan).authenticity == "failed"


def test_second_block_over_another_digest_fails_all():
    """Good signatures over two digests: one of them is not that of the manifest."""
    other = build.dumps(build.digest(b"something else"))
    plan = build.good()
    plan.blocks = lambda payload: [
        build.cose_block(payload),
        build.cose_block(other, build.ED25519, attached=True),
    ]
    for anchors in (ANCHORS, ANCHORS[:1]):  # also where nobody can verify the second
        artefact = read(plan, *anchors)
        assert artefact.authenticity == "failed"
        assert "suit-manifest-digest-mismatch" in ids(artefact)


def test_signature_over_the_manifest_instead_of_the_digest_fails():
    plan = build.good()
    manifest, _ = plan.encoded_manifest()
    plan.blocks = lambda payload: [build.cose_block(manifest)]
    assert read(plan).authenticity == "failed"


def test_signature_over_the_wrapped_digest_fails():
    plan = build.good()
    plan.blocks = lambda payload: [build.cose_block(build.dumps(payload))]
    assert read(plan).authenticity == "failed"


@pytest.mark.parametrize(
    ("block", "id"),
    [
        (b"", "cose-empty-block"),
        (b"\xff", "cbor-malformed"),
        (build.dumps(1), "cbor-malformed"),
        (build.dumps(cbor2.CBORTag(99, [])), "cbor-malformed"),
        (build.dumps(cbor2.CBORTag(18, [b"", {}])), "cbor-malformed"),
    ],
)
def test_block_that_cannot_be_read_fails_even_beside_a_good_one(block, id):
    plan = build.good()
    plan.blocks = lambda payload: [build.cose_block(payload), block]
    artefact = read(plan)
    assert artefact.authenticity == "failed"
    assert ids(artefact) == {id}
    assert [s.status for s in artefact.signatures] == ["verified", "malformed"]
    assert next(p for p in artefact.problems if p.id == id).offset is not None


def test_untagged_block_is_reported():
    plan = build.good()
    plan.blocks = lambda payload: [build.cose_block(payload, tagged=False)]
    artefact = read(plan)
    assert ids(artefact) == {"cose-untagged"}
    assert artefact.authenticity == "authenticated"


@pytest.mark.parametrize(
    ("headers", "id"),
    [
        ({"protected": {}}, "cose-alg-missing"),
        ({"protected": {}, "unprotected": {1: build.ESP256}}, "cose-alg-unprotected"),
        ({"protected": {1: -65535}}, "cose-alg-unsupported"),
        ({"protected": {1: build.ESP256, 2: ["x"], "x": 1}}, "cose-crit-unknown"),
    ],
)
def test_header_that_forbids_verifying_is_never_verified(headers, id):
    plan = build.good()
    plan.blocks = lambda payload: [build.cose_block(payload, **headers)]
    artefact = read(plan)
    assert artefact.authenticity != "authenticated"
    assert id in ids(artefact)
    assert "verified" not in {s.status for s in artefact.signatures}


@pytest.mark.parametrize(
    ("headers", "id"),
    [
        ({"protected": {}}, "cose-alg-missing"),
        ({"protected": {}, "unprotected": {1: build.ESP256}}, "cose-alg-unprotected"),
        ({"protected": {1: -65535}}, "cose-alg-unsupported"),
    ],
)
def test_second_block_that_nobody_can_verify_leaves_the_good_one_and_an_error(headers, id):
    plan = build.good()
    plan.blocks = lambda payload: [build.cose_block(payload), build.cose_block(payload, **headers)]
    artefact = read(plan)
    assert artefact.authenticity == "authenticated"
    assert {p.id for p in artefact.problems if p.severity == "error"} == {id}
    first, second = (s.status for s in artefact.signatures)
    assert first == "verified" != second


def test_malformed_block_claims_no_authentication():
    plan = build.good()
    plan.blocks = lambda payload: [build.cose_block(payload, protected={})]
    assert shown(read(plan), "update.authenticated") == []


@pytest.mark.parametrize("number", [-43, -44, -18, -45])
def test_digests_of_other_algorithms_are_compared(number):
    plan = build.good()
    plan.digest = lambda data: build.digest(data, number)
    artefact = read(plan)
    assert artefact.authenticity == "authenticated"
    assert ids(artefact) == {"suit-digest-alg-not-mti"}
    plan.digest = lambda data: build.digest(data + b"x", number)
    assert read(plan).authenticity == "failed"


@pytest.mark.parametrize("number", [-15, 77, 2])
def test_digest_of_an_unknown_algorithm_never_authenticates(number):
    """The private number 2 is unknown too to who reads a current layout."""
    plan = build.good()
    plan.digest = lambda data: [number, build.sha256(data)]
    artefact = read(plan)
    assert artefact.claims["digest_matches"] is None
    assert artefact.authenticity == "unverified"
    assert "suit-digest-alg-not-mti" in ids(artefact)
    assert not any(s.covered for s in artefact.shown)
    assert ("suit-legacy-layout" in ids(artefact)) is (number > 0)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_digest_of_a_wrong_length_fails(length):
    plan = build.good()
    plan.digest = lambda data: [-16, (build.sha256(data) + b"\0")[:length]]
    artefact = read(plan)
    assert artefact.authenticity == "failed"
    assert "suit-digest-length" in ids(artefact)


@pytest.mark.parametrize("value", [1, [], [-16], ["sha-256", b""], [True, bytes(32)], [-16, "text"], None])
def test_wrapper_whose_first_element_is_no_digest_fails(value):
    plan = build.good()
    plan.digest = lambda data: value
    artefact = read(plan)
    assert artefact.claims["digest_matches"] is False
    assert artefact.authenticity == "failed"
    assert not artefact.wellformed


def test_wrapper_whose_first_element_cannot_be_decoded_fails():
    plan = build.good()
    plan.wrapper = build.dumps([b"\xff", build.dumps(build.cose_block(b"\xff"))])
    artefact = read(plan)
    assert [s.status for s in artefact.signatures] == ["verified"]
    assert (artefact.wellformed, artefact.authenticity) == (False, "failed")


@pytest.mark.parametrize("wrapper", [b"\xff", build.dumps(1), build.dumps({}), 5, "text"])
def test_wrapper_that_is_no_array_fails(wrapper):
    plan = build.good()
    plan.wrapper = wrapper
    artefact = read(plan)
    assert (artefact.wellformed, artefact.authenticity) == (False, "failed")


def test_attached_digest_in_a_current_envelope_is_an_old_shape():
    plan = build.good()
    plan.blocks = lambda payload: [build.cose_block(payload, attached=True)]
    artefact = read(plan)
    assert artefact.authenticity == "authenticated"
    assert ids(artefact) == {"suit-legacy-layout"}


@pytest.mark.parametrize(("beside", "attached"), [("right", "wrong"), ("wrong", "right")])
def test_attached_digest_that_is_signed_is_the_one_that_is_compared(beside, attached):
    """Of the digest beside the signature and that inside it neither may speak for the other."""
    plan = build.good()
    manifest, _ = plan.encoded_manifest()
    encoded = {
        "right": build.dumps(build.digest(build.dumps(manifest))),
        "wrong": build.dumps(build.digest(b"another manifest")),
    }
    block = build.dumps(build.cose_block(encoded[attached], attached=True))
    plan.wrapper = build.dumps([encoded[beside], block])
    artefact = read(plan)
    assert artefact.authenticity == "failed"
    assert {"suit-manifest-digest-mismatch", "suit-legacy-layout"} <= ids(artefact)
    assert not_authenticated(artefact)


@pytest.mark.parametrize("attached", ["right", "wrong"])
def test_old_wrapper_around_a_current_manifest_compares_the_digest_inside_the_block(attached):
    plan = build.good()
    manifest, _ = plan.encoded_manifest()
    payload = build.dumps(build.digest(build.dumps(manifest) if attached == "right" else b""))
    plan.wrapper = build.dumps([build.dumps(build.cose_block(payload, attached=True))])
    artefact = read(plan)
    assert artefact.authenticity == ("authenticated" if attached == "right" else "failed")
    assert artefact.claims["digest_matches"] is (attached == "right")
    assert "suit-legacy-layout" in ids(artefact)


def test_more_blocks_than_any_envelope_has_are_refused():
    plan = build.good()
    plan.blocks = lambda payload: [b""] * 100
    artefact = read(plan)
    assert ids(artefact) == {"artefact-too-large"}
    assert artefact.authenticity == "unverified"


def test_cose_sign_without_signatures_authenticates_nothing():
    plan = build.good()
    plan.blocks = lambda payload: [cbor2.CBORTag(98, [b"", {}, None, []])]
    artefact = read(plan)
    assert artefact.authenticity == "unsigned"
    assert "cose-empty-block" in ids(artefact)
    assert not_authenticated(artefact)

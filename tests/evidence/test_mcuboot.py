"""MCUboot images: what they show, who signed them, and one fault at a time beside a good twin."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import replace

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils

from iotassess.evidence import mcuboot_test_keys, published_keys
from iotassess.evidence.eat_reading import MAX_SAME_PROBLEMS
from iotassess.evidence.mcuboot import decode, is_mcuboot_image
from iotassess.evidence.peek import Peek
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Role
from iotassess.model.claim import Digest, Subject
from iotassess.model.problems import PROBLEMS
from tests.evidence import mcuboot_builder as build
from tests.evidence.mcuboot_builder import COUNTER, PAYLOAD, SHA384, SHA512, flipped, image
from tests.evidence.signing import ALICE, BOB, CAROL, EDDY, context, named

RSA_2048 = rsa.generate_private_key(65537, 2048)
RSA_3072 = rsa.generate_private_key(65537, 3072)
BY_ALICE = context(named(ALICE))


def ids(artefact):
    return [found.id for found in artefact.problems]


def said(artefact, property_):
    return [shown for shown in artefact.shown if shown.property == property_]


def the(artefact, property_):
    (shown,) = said(artefact, property_)
    return shown


# --- a good image -------------------------------------------------------------------------------


def test_a_good_image_is_authenticated_without_a_problem():
    data = image()
    artefact = read(data, BY_ALICE)
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == (
        "mcuboot-image",
        True,
        "authenticated",
    )
    assert ids(artefact) == []
    (signature,) = artefact.signatures
    assert (signature.type, signature.alg, signature.status, signature.key) == (
        "MCUboot",
        "ES256",
        "verified",
        "anchor",
    )
    assert signature.kid == hashlib.sha256(build.public_bytes(ALICE)).hexdigest()
    assert artefact.purpose == "update"
    json.dumps(artefact.claims, allow_nan=False)


def test_it_shows_version_counter_digests_sizes_and_that_it_is_signed():
    data = image()
    artefact = decode(Peek(data), BY_ALICE)
    own = Subject("component", "artefact", "file")
    version = the(artefact, "component.version")
    assert (version.subject, version.value, version.covered, version.observed) == (
        own,
        "1.2.3+4",
        True,
        False,
    )
    counter = the(artefact, "component.security-counter")
    assert (counter.value, counter.covered) == (7, True)
    signing = the(artefact, "component.image-signed")
    assert (signing.value, signing.covered, signing.observed) == (True, True, False)
    assert said(artefact, "software.code-signing") == []  # one signed image does not say that all code is
    digests = {(s.path, s.covered): s.value.value for s in said(artefact, "component.image-digest")}
    signed = data[: 32 + len(PAYLOAD) + 12]
    assert digests["digests.sha-256", False] == hashlib.sha256(data).hexdigest()
    assert digests["payload.sha-256", True] == hashlib.sha256(PAYLOAD).hexdigest()
    assert digests["payload.sha-512", True] == hashlib.sha512(PAYLOAD).hexdigest()
    assert digests["hash.computed", True] == hashlib.sha256(signed).hexdigest()
    assert len(digests) == 7
    assert all(s.observed for s in said(artefact, "component.image-digest"))
    sizes = {s.path: (s.value, s.covered) for s in said(artefact, "component.size")}
    assert sizes == {"size": (len(data), False), "payload.size": (len(PAYLOAD), True)}
    algorithms = {s.value for s in said(artefact, "crypto.algorithms")}
    assert algorithms == {"ES256", "SHA-256"}


def test_claims_have_what_the_file_says():
    data = image(extra=((0x1234, b"ours"),), load=0x1000, flags=0x20 | 0x80000000, size=64)
    claims = decode(Peek(data), BY_ALICE).claims
    assert claims["magic"] == "0x96f3b83d"
    assert claims["version"] == "1.2.3+4"
    assert (claims["load_addr"], claims["header_size"], claims["image_size"]) == (0x1000, 64, len(PAYLOAD))
    assert claims["flags"] == {"value": 0x80000020, "names": ["RAM_LOAD", "unknown (0x80000000)"]}
    assert claims["protected_tlvs"] == [
        {"type": {"value": 0x50, "name": "SEC_CNT"}, "length": 4, "value": "07000000"}
    ]
    assert claims["tlvs"][-1] == {
        "type": {"value": 0x1234, "name": "unknown"},
        "length": 4,
        "value": b"ours".hex(),
    }
    assert claims["hash"]["matches"] is True
    assert claims["hash"]["value"] == claims["hash"]["computed"]
    assert claims["payload"]["sha-256"] == hashlib.sha256(PAYLOAD).hexdigest()
    assert (claims["trailing_bytes"], "trailer" in claims, "not_evaluated" in claims) == (0, False, False)


def test_a_build_number_of_nought_is_left_out_of_the_version_that_is_compared():
    artefact = decode(Peek(image(version=(3, 2, 0, 0))), BY_ALICE)
    assert the(artefact, "component.version").value == "3.2.0"
    assert artefact.claims["version"] == "3.2.0+0"


def test_an_image_of_a_declared_component_speaks_of_that():
    role = Role("artefact", "app", 12)
    artefact = decode(Peek(image()), replace(BY_ALICE, role=role))
    about = {s.subject for s in artefact.shown if s.property.startswith("component.")}
    assert about == {Subject("component", "app")}
    assert artefact.role == role


@pytest.mark.parametrize(
    ("key", "more", "alg"),
    [
        (ALICE, {}, "ES256"),
        (CAROL, {"hash_type": SHA384}, "ES384"),
        (RSA_2048, {}, "PS256"),
        (RSA_3072, {}, "PS256"),
        (EDDY, {}, "Ed25519"),
        (EDDY, {"hash_type": SHA384}, "Ed25519"),
        (EDDY, {"hash_type": SHA512}, "Ed25519"),
        (EDDY, {"hash_type": SHA512, "pure": True}, "Ed25519"),
        (EDDY, {"pure": True, "with_hash": False}, "Ed25519"),
    ],
)
def test_every_kind_of_signature_verifies_with_its_key_and_with_no_other(key, more, alg):
    data = image(key, **more)
    artefact = read(data, context(named(BOB), named(key)))
    assert (artefact.authenticity, artefact.signatures[0].alg) == ("authenticated", alg)
    assert ids(artefact) == []
    other = {
        ec.EllipticCurvePrivateKey: ec.generate_private_key(getattr(key, "curve", ec.SECP256R1())),
        rsa.RSAPrivateKey: RSA_3072 if key is RSA_2048 else RSA_2048,
    }
    for kind, stranger in other.items():
        if isinstance(key, kind):
            wrong = read(data, context(named(stranger)))
            assert wrong.authenticity == "failed"
            assert ids(wrong) == ["mcuboot-signature-invalid"]
    unknown = read(data, context())
    assert (unknown.authenticity, ids(unknown)) == ("unverified", ["cose-no-key"])
    assert said(unknown, "software.code-signing") == said(unknown, "component.image-signed") == []


@pytest.mark.parametrize(
    "more", [{}, {"hash_type": SHA512}, {"pure": True}, {"pure": True, "with_hash": False}]
)
def test_no_byte_under_an_ed25519_signature_can_be_changed(more):
    data = image(EDDY, payload=b"short", **more)
    for at in range(32 + 5 + 12):
        artefact = read(flipped(data, at), context(named(EDDY)))
        assert artefact.authenticity != "authenticated", at


def test_an_anchor_of_another_purpose_does_not_authenticate():
    artefact = read(image(), context(named(ALICE, purpose="attestation")))
    assert (artefact.authenticity, ids(artefact)) == ("unverified", ["cose-no-key"])


def test_a_zero_padded_ecdsa_signature_verifies():
    data = image(extra=())
    value = build.sign(ALICE, hashlib.sha256(data[: 32 + len(PAYLOAD) + 12]).digest())[1]
    digest = (0x10, hashlib.sha256(data[: 32 + len(PAYLOAD) + 12]).digest())
    padded = image(unprotected=(digest, (0x22, value.ljust(72, b"\0"))))
    assert read(padded, BY_ALICE).authenticity == "authenticated"
    filled = image(unprotected=(digest, (0x22, value.ljust(73, b"\x01"))))
    assert ids(read(filled, BY_ALICE)) == ["mcuboot-signature-invalid"]


def test_several_signatures_are_authenticated_if_one_verifies_and_none_is_bad():
    digest = hashlib.sha256(image()[: 32 + len(PAYLOAD) + 12]).digest()
    both = ((0x10, digest), build.sign(ALICE, digest), build.sign(BOB, digest))
    artefact = read(image(unprotected=both), context(named(ALICE), named(BOB, "bob")))
    assert artefact.authenticity == "authenticated"
    assert [s.status for s in artefact.signatures] == ["verified", "verified"]
    assert read(image(unprotected=both), BY_ALICE).authenticity == "failed"


def test_more_signatures_than_are_verified_are_told():
    digest = hashlib.sha256(image()[: 32 + len(PAYLOAD) + 12]).digest()
    many = ((0x10, digest), *(build.sign(EDDY, digest) for _ in range(40)))
    artefact = read(image(unprotected=many), context(named(EDDY)))
    assert len(artefact.signatures) == 40
    assert artefact.authenticity == "unverified"
    assert "artefact-too-large" in ids(artefact)


# --- keys ---------------------------------------------------------------------------------------


def test_a_key_that_the_image_carries_makes_it_intact_at_most():
    data = image(public_key=True)
    artefact = read(data, context())
    assert (artefact.authenticity, ids(artefact)) == ("intact", ["cose-self-asserted-key"])
    assert artefact.claims["public_keys"] == [build.public_bytes(ALICE).hex()]
    assert read(data, BY_ALICE).authenticity == "authenticated"
    assert read(image(RSA_2048, public_key=True), context()).authenticity == "intact"


@pytest.mark.parametrize(
    "value",
    [b"", b"\x30\x03abc", b"-----BEGIN PUBLIC KEY-----", b"\x30-----BEGIN PUBLIC KEY-----"],
)
def test_a_carried_key_that_is_none_is_as_good_as_not_there(value):
    digest = hashlib.sha256(image()[: 32 + len(PAYLOAD) + 12]).digest()
    artefact = read(image(unprotected=((0x10, digest), (0x02, value), build.sign(ALICE, digest))), context())
    assert (artefact.authenticity, ids(artefact)) == ("unverified", ["cose-no-key"])


TEST_KEY = bytes.fromhex("c1907fa4eac7fae3840a78902b6f0710b037e9968e5c6274a12a28790c7d4e3c")


@pytest.mark.parametrize("key", [EDDY, RSA_2048, ALICE])
def test_an_image_that_names_a_published_test_key_is_told_without_any_anchor(key):
    artefact = read(image(key, key_hash=TEST_KEY), context())
    assert "mcuboot-test-key" in ids(artefact)
    assert artefact.authenticity == "unverified"
    (found,) = [p for p in artefact.problems if p.id == "mcuboot-test-key"]
    assert (found.at, found.severity) == ("signatures[0]", "error")
    assert "root-ed25519" in found.message
    assert "mcuboot-test-key" not in ids(read(image(key), context()))


def test_an_image_that_names_a_test_key_which_did_not_sign_it_is_not_accused():
    artefact = read(image(key_hash=TEST_KEY), BY_ALICE)
    assert (artefact.authenticity, ids(artefact)) == ("authenticated", [])


def test_a_signature_by_a_published_key_is_told_by_the_signature_itself(monkeypatch):
    thumbprint = named(BOB).key.thumbprint
    monkeypatch.setitem(published_keys._PUBLIC, thumbprint, "somebody's example key")
    artefact = read(image(BOB), context())
    assert ids(artefact) == ["mcuboot-test-key"]
    assert artefact.authenticity == "unverified"
    (signature,) = artefact.signatures
    assert (signature.status, signature.test_key) == ("verified", "published")
    with_anchor = read(image(BOB), context(named(BOB, test_key="published")))
    assert ids(with_anchor) == ["mcuboot-test-key"]
    tried = read(image(BOB), BY_ALICE)
    assert sorted(ids(tried)) == ["mcuboot-signature-invalid", "mcuboot-test-key"]
    assert tried.authenticity == "failed"


def test_a_test_key_of_this_project_is_told_under_its_own_id(monkeypatch):
    own = {named(BOB).key.thumbprint: published_keys.OwnKey("bob", None)}
    monkeypatch.setattr(published_keys, "own_keys", lambda: own)
    assert ids(read(image(BOB), context())) == ["cose-test-key"]


def test_every_published_key_hash_of_the_two_tables_is_known_by_both():
    known = {digest for digests in mcuboot_test_keys._HASHES.values() for digest in digests[:1]}
    listed = {
        digest
        for digest, title in (published_keys._PUBLIC | published_keys._RSA).items()
        if "mcu-tools/mcuboot" in title and "encryption" not in title
    }
    unsupported = known - listed
    assert listed <= known
    assert len(unsupported) == 2, "the two keys on P-224, which no algorithm here fits"
    for digest in known:
        assert mcuboot_test_keys.published_name(bytes.fromhex(digest)) is not None
    assert mcuboot_test_keys.published_name(b"") is None


# --- hash ---------------------------------------------------------------------------------------


def test_a_changed_payload_fails_whether_or_not_a_key_is_known():
    data = flipped(image(), 100)
    artefact = read(data, BY_ALICE)
    assert artefact.authenticity == "failed"
    assert ids(artefact) == ["mcuboot-hash-mismatch", "mcuboot-signature-invalid"]
    found = artefact.problems[0]
    assert (found.at, found.offset) == ("hash", data.index(struct.pack("<HH", 0x10, 32)) + 4)
    assert artefact.claims["hash"]["matches"] is False
    without = read(data, context())
    assert (without.authenticity, ids(without)) == ("failed", ["mcuboot-hash-mismatch", "cose-no-key"])
    for one in (artefact, without):
        assert the(one, "component.image-signed").value is False
        signing = the(one, "software.code-signing")
        assert (signing.value, signing.observed, signing.covered) == (False, True, False)
        assert not any(s.covered for s in one.shown)


@pytest.mark.parametrize("at", [4, 20, 21, 24, 32, 32 + len(PAYLOAD) + 8])
def test_header_payload_and_protected_tlvs_are_all_under_the_hash(at):
    assert "mcuboot-hash-mismatch" in ids(read(flipped(image(), at), BY_ALICE))


def test_a_hash_that_was_made_to_fit_a_changed_payload_leaves_the_signature_bad():
    changed = image(BOB, payload=b"other")
    digest = hashlib.sha256(changed[: 32 + 5 + 12]).digest()
    old = build.sign(ALICE, hashlib.sha256(image()[: 32 + len(PAYLOAD) + 12]).digest())
    artefact = read(image(payload=b"other", unprotected=((0x10, digest), old)), BY_ALICE)
    assert (artefact.authenticity, ids(artefact)) == ("failed", ["mcuboot-signature-invalid"])


def test_a_changed_signature_is_invalid():
    data = image()
    artefact = read(flipped(data, len(data) - 1), BY_ALICE)
    assert (artefact.authenticity, ids(artefact)) == ("failed", ["mcuboot-signature-invalid"])
    assert the(artefact, "software.code-signing").value is False


def test_an_image_without_a_signature_is_unsigned_and_shows_it():
    artefact = read(image(None), BY_ALICE)
    assert (artefact.authenticity, ids(artefact)) == ("unsigned", ["mcuboot-unsigned"])
    signing = the(artefact, "software.code-signing")
    assert (signing.value, signing.observed, signing.covered) == (False, True, False)
    assert not any(s.covered for s in artefact.shown)
    assert artefact.wellformed


def test_an_unsigned_image_with_a_wrong_hash_stays_unsigned():
    artefact = read(flipped(image(None), 40), context())
    assert (artefact.authenticity, sorted(ids(artefact))) == (
        "unsigned",
        ["mcuboot-hash-mismatch", "mcuboot-unsigned"],
    )


DIGEST = (0x10, hashlib.sha256(image()[: 32 + len(PAYLOAD) + 12]).digest())
SIGNATURE = build.sign(ALICE, DIGEST[1])


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ((SIGNATURE,), ["mcuboot-malformed", "mcuboot-signature-invalid"]),
        ((DIGEST, DIGEST, SIGNATURE), ["mcuboot-malformed", "mcuboot-signature-invalid"]),
        (((0x10, DIGEST[1][:31]), SIGNATURE), ["mcuboot-malformed", "mcuboot-signature-invalid"]),
        ((DIGEST, (0x25, b"\x00"), SIGNATURE), ["cose-alg-unsupported", "mcuboot-malformed"]),
        ((DIGEST, (0x22, b"")), ["mcuboot-signature-invalid"]),
        ((DIGEST, (0x22, b"\x30\x81" + SIGNATURE[1][1:])), ["mcuboot-signature-invalid"]),
        ((DIGEST, (0x22, b"\x30\x02ab")), ["mcuboot-signature-invalid"]),
        ((DIGEST, (0x22, utils.encode_dss_signature(1 << 256, 1))), ["mcuboot-signature-invalid"]),
        ((DIGEST, (0x20, b"x" * 255)), ["mcuboot-signature-invalid"]),
        ((DIGEST, (0x24, b"x" * 63)), ["mcuboot-signature-invalid"]),
        ((DIGEST, (0x21, SIGNATURE[1])), ["cose-alg-unsupported"]),
    ],
)
def test_hash_and_signature_that_are_not_as_the_format_has_them(entries, expected):
    artefact = read(image(unprotected=entries), BY_ALICE)
    assert sorted(ids(artefact)) == expected
    assert artefact.authenticity == "unverified"
    assert said(artefact, "software.code-signing") == []
    assert artefact.wellformed == ("mcuboot-malformed" not in expected)


def test_a_pure_signature_of_another_algorithm_is_not_verified():
    data = image(unprotected=(DIGEST, (0x25, b"\x01"), SIGNATURE))
    assert ids(read(data, BY_ALICE)) == ["cose-alg-unsupported"]


def test_ecdsa_and_rsa_with_a_hash_that_does_not_belong_to_them_are_not_verified():
    for hash_type, key in ((SHA512, ALICE), (SHA384, RSA_2048)):
        signed = image(None, hash_type=hash_type)[: 32 + len(PAYLOAD) + 12]
        digest = (hash_type, hashlib.new(build.HASHES[hash_type], signed).digest())
        kind = 0x22 if key is ALICE else 0x20
        artefact = read(image(unprotected=(digest, (kind, b"x" * 70))), context(named(key)))
        assert (ids(artefact), artefact.authenticity) == (["cose-alg-unsupported"], "unverified")


def test_a_hash_or_signature_among_the_protected_tlvs_proves_nothing():
    artefact = read(image(protected=(COUNTER, DIGEST), with_hash=False), BY_ALICE)
    assert "mcuboot-malformed" in ids(artefact)
    assert (artefact.authenticity, artefact.wellformed) == ("unverified", False)
    inside = read(image(None, protected=(COUNTER, SIGNATURE)), BY_ALICE)
    assert (inside.authenticity, ids(inside)) == ("unverified", ["mcuboot-signature-invalid"])


# --- encryption ---------------------------------------------------------------------------------


def encrypted(key=ALICE, **more):
    """The payload changed after hash and signature were made, as encrypting does."""
    plain = image(key, flags=0x4, extra=((0x32, b"k" * 113),), **more)
    return plain[:32] + bytes(byte ^ 0x5A for byte in PAYLOAD) + plain[32 + len(PAYLOAD) :]


@pytest.mark.parametrize("key", [ALICE, EDDY, RSA_2048])
def test_an_encrypted_image_is_not_authenticated_though_its_signature_verifies(key):
    artefact = read(encrypted(key), context(named(key)))
    assert artefact.signatures[0].status == "verified"
    assert (artefact.authenticity, ids(artefact)) == ("unverified", ["mcuboot-encrypted"])
    assert artefact.problems[0].severity == "warning"
    assert artefact.claims["hash"]["matches"] is None
    assert artefact.claims["encryption"] == [{"type": {"value": 0x32, "name": "ENC_EC256"}, "length": 113}]
    assert len(artefact.claims["not_evaluated"]) == 1
    assert not any(s.covered for s in artefact.shown)
    assert said(artefact, "software.code-signing") == []
    assert {s.path for s in said(artefact, "component.image-digest")} == {
        f"digests.{alg}" for alg in ("sha-256", "sha-384", "sha-512")
    }
    assert "A128CTR" in {s.value for s in said(artefact, "crypto.algorithms")}


def test_marking_a_signed_image_as_encrypted_does_not_hide_a_change():
    data = bytearray(image())
    data[16] |= 0x4
    data[20] = 9  # another major version
    artefact = read(bytes(data), BY_ALICE)
    assert artefact.authenticity == "unverified"
    assert not any(s.covered for s in artefact.shown)


def test_an_image_that_says_it_is_encrypted_and_is_in_the_clear_is_checked_like_any():
    artefact = read(image(flags=0x8), BY_ALICE)
    assert (artefact.authenticity, artefact.claims["hash"]["matches"]) == ("authenticated", True)
    assert "mcuboot-encrypted" not in ids(artefact)
    assert "payload.sha-256" in {s.path for s in artefact.shown}
    assert "A256CTR" not in {s.value for s in artefact.shown}


def test_a_bad_signature_of_an_encrypted_image_is_bad():
    artefact = read(encrypted(), context(named(BOB)))
    assert artefact.authenticity == "failed"
    assert ids(artefact) == ["mcuboot-signature-invalid", "mcuboot-encrypted"]


@pytest.mark.parametrize("with_hash", [True, False])
def test_a_pure_signature_over_an_encrypted_payload_cannot_be_checked(with_hash):
    artefact = read(encrypted(EDDY, pure=True, with_hash=with_hash), context(named(EDDY)))
    assert (artefact.authenticity, ids(artefact)) == (
        "unverified",
        ["cose-alg-unsupported", "mcuboot-encrypted"],
    )
    assert not any(s.covered for s in artefact.shown)


def test_of_a_compressed_payload_no_digest_is_shown():
    artefact = read(image(flags=0x400), BY_ALICE)
    assert artefact.authenticity == "authenticated"
    assert not any(s.path.startswith("payload.") for s in artefact.shown)
    assert "compressed" in artefact.claims["not_evaluated"][0]


def test_an_empty_payload_shows_no_digest_that_everybody_has():
    artefact = read(image(payload=b""), BY_ALICE)
    assert artefact.authenticity == "authenticated"
    assert Digest("sha-256", hashlib.sha256(b"").hexdigest()) not in {s.value for s in artefact.shown}


# --- what the TLVs say --------------------------------------------------------------------------


def test_an_image_without_a_security_counter_is_told():
    artefact = read(image(protected=()), BY_ALICE)
    assert (artefact.authenticity, ids(artefact)) == ("authenticated", ["mcuboot-no-security-counter"])
    assert said(artefact, "component.security-counter") == []
    assert artefact.claims["security_counter"] is None


def test_a_security_counter_that_nothing_protects_counts_as_none():
    artefact = read(image(protected=(), extra=(COUNTER,)), BY_ALICE)
    assert ids(artefact) == ["mcuboot-no-security-counter"]
    counter = the(artefact, "component.security-counter")
    assert (counter.value, counter.covered) == (7, False)
    (found,) = artefact.problems
    assert "unprotected" in found.message
    assert found.offset is not None


def test_a_protected_security_counter_stands_before_an_unprotected_one():
    artefact = read(image(extra=((0x50, struct.pack("<I", 99)),)), BY_ALICE)
    counter = the(artefact, "component.security-counter")
    assert (counter.value, counter.covered, ids(artefact)) == (7, True, [])


def test_two_different_security_counters_are_none():
    artefact = read(image(protected=(COUNTER, (0x50, struct.pack("<I", 8)))), BY_ALICE)
    assert (ids(artefact), artefact.wellformed) == (
        ["mcuboot-malformed", "mcuboot-no-security-counter"],
        False,
    )
    assert said(artefact, "component.security-counter") == []
    twice = read(image(protected=(COUNTER, COUNTER)), BY_ALICE)
    assert (ids(twice), the(twice, "component.security-counter").value) == ([], 7)


@pytest.mark.parametrize(
    ("entry", "at"),
    [
        ((0x50, b"\x01"), "security_counter"),
        ((0x40, b"\x01" * 11), "dependencies"),
        ((0x60, b"\xa1"), "boot_record"),
        ((0x60, b"\x01"), "boot_record"),
    ],
)
def test_a_tlv_that_is_not_as_the_format_has_it(entry, at):
    artefact = read(image(protected=(COUNTER, entry)), BY_ALICE)
    found = artefact.problems[0]
    assert (found.id, found.at, artefact.wellformed) == ("mcuboot-malformed", at, False)
    assert 0 < found.offset < artefact.size
    assert artefact.authenticity == "authenticated", "it is what was signed all the same"


@pytest.mark.parametrize("kind", [0x40, 0x50, 0x25])
def test_the_same_fault_many_times_is_listed_up_to_a_limit(kind):
    artefact = read(image(protected=(COUNTER, *[(kind, b"x" * i) for i in range(5, 55)])), BY_ALICE)
    assert ids(artefact).count("mcuboot-malformed") == MAX_SAME_PROBLEMS + 1


def test_dependencies_and_boot_record_are_read():
    record = {1: "SPE", 2: b"\0" * 32, 4: "1.2.3", 5: b"s" * 32, 6: "SHA256", 7: 8, 3: "x", "a": 1}
    artefact = read(
        image(
            protected=(
                COUNTER,
                (0x40, struct.pack("<BxxxBBHI", 1, 1, 2, 0, 5)),
                (0x60, cbor2.dumps(record)),
            )
        ),
        BY_ALICE,
    )
    assert ids(artefact) == []
    assert artefact.claims["dependencies"] == [{"image": 1, "min_version": "1.2.0+5"}]
    assert artefact.claims["boot_record"] == {
        "sw_type": "SPE",
        "measurement_value": "00" * 32,
        "sw_version": "1.2.3",
        "signer_id": "73" * 32,
        "measurement_description": "SHA256",
        "other": {"7": 8, "3": "x", "a": 1},
    }


def test_a_claim_of_the_boot_record_of_the_wrong_type_is_kept_among_the_others():
    artefact = read(image(protected=(COUNTER, (0x60, cbor2.dumps({1: 5})))), BY_ALICE)
    assert artefact.claims["boot_record"] == {"other": {"1": 5}}


DEPENDENCY = (0x40, struct.pack("<BxxxBBHI", 7, 9, 9, 9, 9))


@pytest.mark.parametrize(
    ("entry", "name", "value"),
    [
        (DEPENDENCY, "dependencies", [{"image": 7, "min_version": "9.9.9+9"}]),
        ((0x60, cbor2.dumps({1: "EVIL"})), "boot_record", {"sw_type": "EVIL"}),
    ],
)
def test_what_anybody_added_behind_the_signature_is_not_what_the_image_says(entry, name, value):
    own = (COUNTER, (0x40, struct.pack("<BxxxBBHI", 0, 1, 0, 0, 0)), (0x60, cbor2.dumps({1: "APP"})))
    for protected in (own, (COUNTER,)):
        plain = read(image(protected=protected), BY_ALICE)
        artefact = read(image(protected=protected, extra=(entry,)), BY_ALICE)
        assert artefact.claims.get(name) == plain.claims.get(name)
        assert artefact.claims["unprotected"] == {name: value}
        assert (artefact.authenticity, artefact.wellformed) == ("authenticated", True)
        (found,) = artefact.problems
        assert (found.id, found.severity) == ("mcuboot-malformed", "warning")
        assert found.at == f"unprotected.{name}"
        assert "unprotected" not in plain.claims


@pytest.mark.parametrize("entry", [(0x40, b"\x01"), (0x60, b"\x01")])
def test_a_broken_tlv_behind_the_signature_is_malformed_as_well(entry):
    artefact = read(image(extra=(entry,)), BY_ALICE)
    assert not artefact.wellformed
    assert "unprotected" not in artefact.claims


# --- the slot's trailer -------------------------------------------------------------------------

MAGIC = bytes.fromhex("77c295f360d2ef7f3552500f2cb67980")
ALIGNED = bytes.fromhex("2de15d29410b8d77679c110f1f8a")


def slot(alignment, image_ok, copy_done, swap_info):
    unit = [bytes([byte]).ljust(alignment, b"\xff") for byte in (swap_info, copy_done, image_ok)]
    magic = MAGIC if alignment == 8 else struct.pack("<H", alignment) + ALIGNED
    return b"\xff" * 100 + b"".join(unit) + magic.rjust(-(-16 // alignment) * alignment, b"\xff")


@pytest.mark.parametrize("alignment", [8, 16, 32, 512])
def test_the_trailer_of_a_slot_is_read_and_nothing_of_it_is_covered(alignment):
    rest = slot(alignment, 1, 0xFF, 0x12)
    artefact = read(image(rest=rest), BY_ALICE)
    assert artefact.claims["trailer"] == {
        "alignment": alignment,
        "confirmed": True,
        "copy_done": False,
        "swap_type": {"value": 2, "name": "test"},
        "swap_image": 1,
    }
    assert artefact.claims["trailing_bytes"] == len(rest)
    assert (artefact.authenticity, ids(artefact)) == ("authenticated", [])
    assert "trailing_bytes" in artefact.claims["not_evaluated"][0]


def test_a_trailer_that_is_not_confirmed_or_cut_short():
    artefact = read(image(rest=slot(8, 0xFF, 1, 0xFF)), BY_ALICE)
    assert artefact.claims["trailer"] == {"alignment": 8, "confirmed": False, "copy_done": True}
    assert read(image(rest=MAGIC), BY_ALICE).claims["trailer"] == {
        "alignment": 8,
        "confirmed": False,
        "copy_done": False,
    }


@pytest.mark.parametrize("rest", [b"\xff" * 50, b"\0" * 50, b"\x07\x00" + ALIGNED])
def test_padding_is_no_trailer(rest):
    artefact = read(image(rest=rest), BY_ALICE)
    assert artefact.claims["trailing_bytes"] == len(rest)
    assert "trailer" not in artefact.claims
    assert ("not_evaluated" in artefact.claims) == (rest[:1] == b"\x07")


# --- structure ----------------------------------------------------------------------------------


def test_it_is_told_by_its_first_word():
    assert is_mcuboot_image(Peek(image()))
    assert is_mcuboot_image(Peek(image()[:4]))
    assert not is_mcuboot_image(Peek(b""))
    assert not is_mcuboot_image(Peek(b"\x7fELF"))


BARE = build.header() + PAYLOAD


@pytest.mark.parametrize(
    ("data", "at"),
    [
        (image()[:8] + b"\x1f\x00" + image()[10:], "header_size"),
        (image()[:500], "image_size"),
        (BARE, "tlvs"),
        (BARE + b"abcdef", "tlvs"),
        (image()[: len(BARE) + 6], "tlvs"),
        (image()[:-1], "tlvs"),
        (image()[:10] + b"\x0d" + image()[11:], "protected_tlv_size"),
        (image(protected=())[:10] + b"\x0c" + image(protected=())[11:], "protected_tlv_size"),
        (BARE + struct.pack("<HH", 0x6907, 3), "tlvs"),
        (BARE + struct.pack("<HHH", 0x6907, 6, 1), "tlvs"),
        (BARE + struct.pack("<HHHH", 0x6907, 8, 1, 1), "tlvs[0]"),
        (image()[: len(BARE) + 12], "tlvs"),
    ],
)
def test_an_image_whose_tlvs_cannot_be_found_is_malformed_and_keeps_its_digests(data, at):
    artefact = read(data, BY_ALICE)
    (found,) = artefact.problems
    assert (found.id, found.at, artefact.wellformed) == ("mcuboot-malformed", at, False)
    assert 0 <= found.offset <= len(data)
    assert artefact.authenticity == "unverified"
    assert artefact.claims["version"] == "1.2.3+4"
    assert artefact.claims["not_evaluated"]
    assert {s.property for s in artefact.shown} == {"component.image-digest", "component.size"}
    assert artefact.shown[0].value == Digest("sha-256", hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("size", [4, 31])
def test_an_image_without_a_whole_header_is_malformed(size):
    artefact = read(image()[:size], BY_ALICE)
    assert (artefact.kind, ids(artefact), artefact.wellformed) == (
        "mcuboot-image",
        ["mcuboot-malformed"],
        False,
    )


def test_bytes_that_are_said_to_be_an_image_and_are_not():
    artefact = read(b"x" * 100, BY_ALICE, kind="mcuboot-image")
    assert ids(artefact) == ["mcuboot-malformed"]


def test_more_tlvs_than_any_image_has_are_too_large():
    artefact = read(image(extra=((0xA0, b""),) * 600), BY_ALICE)
    assert ids(artefact) == ["artefact-too-large"]
    protected = read(image(protected=((0xA0, b""),) * 512), BY_ALICE)
    assert ids(protected) == ["artefact-too-large"]


def test_all_problems_are_of_the_list_and_say_something():
    artefact = read(flipped(image(extra=((0x50, b""),), protected=()), 40), context(store=TrustStore()))
    for found in artefact.problems:
        assert found.id in PROBLEMS
        assert len(found.message) > 20

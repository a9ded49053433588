"""A key identifier is a hint and proves nothing; what a key was named for decides what it may sign."""

from __future__ import annotations

from typing import Any

import pytest

from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import PURPOSES
from tests.crypto import making, second
from tests.crypto.making import BAD, EVIL, P256, P384, Row, anchor, cose, jws, read
from tests.evidence import suit_builder, suit_reading, test_ear, token_builder

KID = b"device"


def test_of_several_anchors_with_one_identifier_the_one_that_signed_counts():
    strangers = [making.ec.derive_private_key(n, making.ec.SECP256R1()) for n in (7, 8, 9)]
    others = [anchor(key, f"other {n}", kid=KID) for n, key in enumerate(strangers)]
    found = read(cose(P256, unprotected={4: KID}), *others[:2], anchor(P256, "right", kid=KID), others[2])
    assert (found.authenticity, found.signatures[0].key) == ("authenticated", "right")
    without = read(cose(P256, unprotected={4: KID}), *others)
    assert (without.authenticity, without.signatures[0].status) == ("failed", "bad-signature")


def test_a_key_of_the_profile_with_the_users_identifier_is_still_the_profiles():
    anchors = (anchor(P256, "user's", kid=KID), anchor(EVIL, "profile's", kid=KID, source="profile"))
    by_profile = read(cose(EVIL, unprotected={4: KID}), *anchors)
    assert (by_profile.authenticity, by_profile.signatures[0].anchor_source) == ("intact", "profile")
    by_user = read(cose(P256, unprotected={4: KID}), *anchors)
    assert (by_user.authenticity, by_user.signatures[0].anchor_source) == ("authenticated", "user")


@pytest.mark.parametrize("where", ["protected", "unprotected"])
def test_an_identifier_of_another_anchor_does_not_say_who_signed(where):
    headers: dict[str, Any] = {"protected": {1: -7}, "unprotected": {}}
    headers[where][4] = b"other"
    found = read(cose(P256, **headers), anchor(EVIL, "other", kid=b"other"), anchor(P256, "right", kid=KID))
    assert (found.authenticity, found.signatures[0].key) == ("authenticated", "right")
    assert found.signatures[0].thumbprint == anchor(P256).key.thumbprint


@pytest.mark.parametrize("where", ["protected", "unprotected"])
@pytest.mark.parametrize("kid", ["device", 7, [b"device"], None, True, {1: b"device"}], ids=repr)
def test_an_identifier_that_is_no_byte_string_is_malformed(where, kid):
    headers: dict[str, Any] = {"protected": {1: -7}, "unprotected": {}}
    headers[where][4] = kid
    data = cose(P256, **headers)
    found = read(data, anchor(P256, kid=KID))
    good = cose(P256, unprotected={4: KID})
    if kid is None:  # as much as no identifier, or malformed, but never another's
        assert found.signatures[0].kid is None
        return
    lax = "it looks at no key identifier"
    row = Row("kid", data, *making.malformed("cbor-malformed"), (anchor(P256, kid=KID),), good, lax)
    making.hold(row)
    making.agree(row, second.cose_holds)


@pytest.mark.parametrize("kid", [b"", b"\0", b"device\0", b"Device", b"d" * 4096], ids=len)
def test_an_identifier_that_is_nearly_another_is_another_and_forbids_nothing(kid):
    found = read(cose(P256, unprotected={4: kid}), anchor(P256, "right", kid=KID))
    assert (found.authenticity, found.signatures[0].key) == ("authenticated", "right")
    forged = read(cose(EVIL, unprotected={4: kid}), anchor(P256, "right", kid=KID))
    assert (forged.authenticity, forged.signatures[0].status) == ("failed", "bad-signature")


def test_an_identifier_of_a_key_that_does_not_fit_is_told():
    row = Row(
        "of another curve",
        cose(P256, unprotected={4: b"large"}),
        "unverified",
        "no-key",
        ("cose-key-mismatch", "cose-no-key"),
        (anchor(P384, kid=b"large"),),
        cose(P384, "ES384", unprotected={4: b"large"}),
    )
    making.hold(row)
    making.agree(row, second.cose_holds)


def test_a_forged_message_with_the_identifier_fails_and_does_not_name_the_anchor():
    row = Row("forged", cose(EVIL, unprotected={4: KID}), *BAD, (anchor(P256, kid=KID),))
    making.hold(row)
    making.agree(row, second.cose_holds)
    assert read(bytes(row.data), *row.anchors).signatures[0].key is None


# --- purposes -----------------------------------------------------------------------------------

ENVELOPE = suit_builder.good().build()
RESULT = test_ear.build.jwt(test_ear.claims())
SIGNED: dict[str, tuple[Any, bytes, Any]] = {
    "attestation": (P256, cose(P256), None),
    "attestation, as JWT": (P256, jws(P256), None),
    "update": (suit_builder.SIGNER, ENVELOPE, None),
    "results": (token_builder.DEVICE, RESULT, None),
}


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("name", SIGNED)
def test_a_key_signs_for_the_purpose_that_it_was_named_for_and_for_no_other(name, purpose):
    private, data, _ = SIGNED[name]
    right = name.split(",")[0]
    found = read(data, anchor(private, purpose=purpose))
    if purpose == right:
        assert (found.authenticity, found.signatures[0].status) == ("authenticated", "verified")
        assert found.signatures[0].anchor_purpose == purpose
    else:
        assert (found.authenticity, found.signatures[0].status) == ("unverified", "no-key")
        assert found.signatures[0].key is None


@pytest.mark.parametrize("name", SIGNED)
def test_a_key_named_for_two_purposes_serves_for_both_and_one_for_none_says_so(name):
    private, data, _ = SIGNED[name]
    right: Any = name.split(",")[0]
    other: Any = "network" if right != "network" else "update"
    both = TrustStore([anchor(private, "a", purpose=other), anchor(private, "b", purpose=right)])
    found = read(data, store=both)
    assert (found.authenticity, found.signatures[0].key) == ("authenticated", "b")
    found = read(data, anchor(private, purpose=None))
    assert (found.authenticity, found.signatures[0].anchor_purpose) == ("authenticated", None)


def test_an_identifier_does_not_lend_the_purpose_of_its_anchor():
    attestation, reference = anchor(P256, "a", kid=KID), anchor(EVIL, "r", kid=KID, purpose="reference")
    found = read(cose(EVIL, unprotected={4: KID}), attestation, reference)
    assert (found.authenticity, found.signatures[0].status) == ("failed", "bad-signature")
    assert read(cose(P256, unprotected={4: KID}), attestation, reference).authenticity == "authenticated"


def test_a_manifest_by_the_attestation_key_is_not_an_update():
    plan = suit_builder.good()
    plan.blocks = lambda payload: [suit_builder.cose_block(payload, key=P256)]
    anchors = (anchor(P256), anchor(suit_builder.SIGNER, purpose="update"))
    forged, good = read(plan.build(), *anchors), read(ENVELOPE, *anchors)
    assert (forged.authenticity, forged.signatures[0].status) == ("failed", "bad-signature")
    assert good.authenticity == "authenticated"
    assert suit_reading.read(ENVELOPE).authenticity == "authenticated"

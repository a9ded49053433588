"""Who signed: every way in which a signature may, and above all may not, authenticate an artefact."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from iotassess.codec import cbor, cose, jose, keys
from iotassess.errors import MalformedArtefact
from iotassess.evidence import authenticate, published_keys, signature_block
from iotassess.evidence.authenticate import (
    check_cose,
    check_cose_blocks,
    check_jws,
    with_failed_digest,
)
from iotassess.evidence.certificates import name_anchor
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.trust import AnchorSpec, TrustStore
from tests.evidence.signing import (
    ALICE,
    AS_OF,
    BOB,
    CAROL,
    DAY,
    EDDY,
    NOON,
    PAYLOAD,
    ROOT_KEY,
    SECRET,
    certificate,
    context,
    jwk,
    jwt,
    leaf,
    message,
    message_of_several,
    middle,
    named,
    public,
    root,
)


def ids(checked):
    return [problem.id for problem in checked.problems]


def the(checked):
    (result,) = checked.signatures
    return result


@pytest.fixture
def published(monkeypatch):
    """Make ALICE's key, and the secret, published test keys."""
    monkeypatch.setitem(published_keys._PUBLIC, public(ALICE).thumbprint, "a published key")
    monkeypatch.setattr(published_keys, "own_keys", dict)


# --- anchors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["user", "policy"])
def test_a_signature_by_a_named_anchor_authenticates(source):
    checked = check_cose(message(ALICE), context(named(ALICE, source=source)), "update")
    assert checked.authenticity == "authenticated"
    assert checked.verified
    assert checked.key == public(ALICE)
    result = the(checked)
    assert (result.type, result.alg, result.status) == ("COSE_Sign1", "ES256", "verified")
    assert (result.key, result.anchor_source, result.anchor_purpose) == ("anchor", source, "update")
    assert result.thumbprint == public(ALICE).thumbprint
    assert result.test_key is None
    assert not result.symmetric
    assert ids(checked) == []


def test_an_anchor_that_only_the_profile_names_makes_intact():
    checked = check_cose(message(ALICE), context(named(ALICE, source="profile")), "update")
    assert (checked.authenticity, checked.verified) == ("intact", True)


def test_an_anchor_for_another_purpose_is_not_tried():
    checked = check_cose(message(ALICE), context(named(ALICE, purpose="attestation")), "update")
    assert (checked.authenticity, the(checked).status) == ("unverified", "no-key")
    assert ids(checked) == ["cose-no-key"]
    assert not checked.verified


def test_an_anchor_without_purpose_serves_and_says_so():
    checked = check_cose(message(ALICE), context(named(ALICE, purpose=None)), "update")
    assert (checked.authenticity, the(checked).anchor_purpose) == ("authenticated", None)


def test_an_anchor_with_a_purpose_does_not_serve_a_kind_without_one():
    assert check_cose(message(ALICE), context(named(ALICE)), None).authenticity == "unverified"


def test_a_key_that_fits_and_does_not_verify_makes_failed():
    checked = check_cose(message(ALICE), context(named(BOB)), "update")
    assert (checked.authenticity, the(checked).status) == ("failed", "bad-signature")
    assert (checked.verified, checked.key, the(checked).key) == (False, None, None)
    assert ids(checked) == ["cose-bad-signature"]
    assert "the one anchor that fits" in checked.problems[0].message


def test_a_changed_signature_fails_with_the_right_key():
    checked = check_cose(message(ALICE, spoil=True), context(named(ALICE), named(BOB)), "update")
    assert checked.authenticity == "failed"
    assert "any of 2 anchors" in checked.problems[0].message


def test_a_key_of_another_curve_is_no_key():
    checked = check_cose(message(ALICE), context(named(CAROL), named(EDDY)), "update")
    assert (checked.authenticity, ids(checked)) == ("unverified", ["cose-no-key"])


def test_a_public_key_never_serves_as_a_secret():
    checked = check_cose(message(SECRET), context(named(ALICE)), "update")
    assert the(checked).status == "no-key"


def test_a_secret_authenticates_and_is_said_to_be_one():
    checked = check_cose(message(SECRET), context(named(SECRET)), "update")
    assert checked.authenticity == "authenticated"
    assert (the(checked).symmetric, the(checked).thumbprint) == (True, None)
    assert ids(checked) == ["cose-symmetric-key"]


def test_a_matching_key_identifier_is_tried_first(monkeypatch):
    tried = []
    real = cose.verify
    monkeypatch.setattr(cose, "verify", lambda *a, **k: tried.append(a[2]) or real(*a, **k))
    ctx = context(named(BOB, "bob"), named(ALICE, "alice", kid=b"a"))
    checked = check_cose(message(ALICE, kid=b"a"), ctx, "update")
    assert the(checked).key == "alice"
    assert the(checked).kid == "61"
    assert tried == [public(ALICE, b"a")]


def test_another_key_of_the_same_identifier_does_not_stop_the_search():
    ctx = context(named(BOB, "bob", kid=b"a"), named(ALICE, "alice"))
    assert the(check_cose(message(ALICE, kid=b"a"), ctx, "update")).key == "alice"


def test_the_key_that_the_message_names_but_of_the_wrong_type_is_reported():
    checked = check_cose(message(ALICE, kid=b"c"), context(named(CAROL, kid=b"c")), "update")
    assert ids(checked) == ["cose-key-mismatch", "cose-no-key"]
    assert checked.authenticity == "unverified"


def test_the_same_key_named_by_user_and_profile_counts_as_the_users():
    theirs = named(ALICE, "theirs", source="profile", kid=b"a")
    ctx = context(theirs, named(ALICE, "mine"))
    checked = check_cose(message(ALICE, kid=b"a"), ctx, "update")
    assert (checked.authenticity, the(checked).key) == ("authenticated", "mine")


def test_bare_keys_without_a_store_do():
    class Bare:
        def candidates(self, purpose, alg, kid):
            return [named(ALICE), Candidate("unnamed", public(BOB), None, None, "published")]

    assert check_cose(message(ALICE), Context("x", Bare(), AS_OF), "update").authenticity == "authenticated"
    assert check_cose(message(BOB, kid=b"b"), Context("x", Bare(), AS_OF), "update").authenticity == "failed"


# --- blocks that are never verified -------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status", "found"),
    [
        ({"protected": {}}, "malformed", "cose-alg-missing"),
        ({"protected": {}, "unprotected": {1: -7}}, "malformed", "cose-alg-unprotected"),
        ({"protected": {1: -7, 2: [99], 99: 1}}, "malformed", "cose-crit-unknown"),
        ({"protected": {1: -46}}, "unsupported-alg", "cose-alg-unsupported"),
        ({"protected": {1: 5}}, "malformed", "cose-alg-unsupported"),
    ],
)
def test_a_block_that_must_not_be_verified_is_not_though_the_key_is_right(headers, status, found):
    checked = check_cose(message(ALICE, **headers), context(named(ALICE)), "update")
    assert (checked.authenticity, checked.verified, the(checked).status) == ("unverified", False, status)
    assert ids(checked) == [found]
    assert checked.problems[0].at == "signature"


def test_a_detached_payload_is_what_is_verified():
    plain = message(ALICE)
    detached = plain._replace(payload=None)
    ctx = context(named(ALICE))
    assert check_cose(detached, ctx, "update", payload=PAYLOAD).authenticity == "authenticated"
    assert check_cose(detached, ctx, "update", payload=b"something else").authenticity == "failed"
    assert check_cose(detached, ctx, "update").authenticity == "failed"


# --- several blocks -----------------------------------------------------------------------------


def test_one_bad_signature_among_good_ones_makes_failed():
    checked = check_cose_blocks([message(ALICE), message(BOB, spoil=True)], context(named(ALICE)), "update")
    assert (checked.authenticity, checked.verified, checked.key) == ("failed", False, None)
    assert [result.status for result in checked.signatures] == ["verified", "bad-signature"]
    assert checked.problems[0].at == "signature[1]"


def test_a_block_without_key_does_not_take_from_a_good_one():
    checked = check_cose_blocks([message(CAROL), message(ALICE)], context(named(ALICE)), "update")
    assert checked.authenticity == "authenticated"
    assert [result.status for result in checked.signatures] == ["no-key", "verified"]


def test_the_best_source_gives_the_key():
    anchors = (named(BOB, "theirs", source="profile"), named(EDDY, "mine"))
    checked = check_cose_blocks([message(BOB), message(EDDY)], context(*anchors), "update")
    assert (checked.authenticity, checked.key) == ("authenticated", public(EDDY))


def test_several_signatures_of_one_message_each_have_a_result():
    checked = check_cose(message_of_several([ALICE, CAROL]), context(named(ALICE)), "update", at="s")
    assert [result.type for result in checked.signatures] == ["COSE_Sign", "COSE_Sign"]
    assert [problem.at for problem in checked.problems] == ["s[1]"]
    assert checked.authenticity == "authenticated"


def test_a_block_that_cannot_be_parsed_counts_as_a_signature():
    fault = MalformedArtefact("cbor-malformed", "no COSE message", offset=7)
    checked = check_cose_blocks([fault], context(named(ALICE)), "update", at="w")
    assert (checked.authenticity, the(checked).status, the(checked).alg) == ("unverified", "malformed", None)
    assert checked.problems[0] == ("cbor-malformed", "error", "no COSE message", "w", 7)
    both = check_cose_blocks([fault, message(ALICE)], context(named(ALICE)), "update", at="w")
    assert [result.status for result in both.signatures] == ["malformed", "verified"]
    assert both.problems[0].at == "w[0]"


def test_no_block_at_all_is_unsigned():
    checked = check_cose_blocks([], context(named(ALICE)), "update", at="w")
    assert checked == ((), checked.problems, "unsigned", False, None)
    assert ids(checked) == ["cose-unsigned"]


def test_blocks_beyond_the_limit_keep_an_artefact_from_being_believed():
    blocks = [message(ALICE)] * authenticate.MAX_BLOCKS
    assert check_cose_blocks(blocks, context(named(ALICE)), "update").authenticity == "authenticated"
    checked = check_cose_blocks([*blocks, message(ALICE)], context(named(ALICE)), "update")
    assert (checked.authenticity, checked.verified, checked.key) == ("unverified", False, None)
    assert "artefact-too-large" in ids(checked)
    assert checked.signatures[-1].status == "no-key"


def test_a_wrong_digest_makes_whatever_was_signed_failed():
    good = check_cose(message(ALICE), context(named(ALICE)), "update")
    assert with_failed_digest(good) == good._replace(authenticity="failed", verified=False, key=None)
    unsigned = check_cose_blocks([], context(), "update")
    assert with_failed_digest(unsigned).authenticity == "unsigned"
    unknown = check_cose(message(ALICE), context(), "update")
    assert with_failed_digest(unknown).authenticity == "failed"


# --- more anchors than can be tried -------------------------------------------------------------


def test_a_key_among_too_many_to_try_is_found_by_the_signature(monkeypatch):
    monkeypatch.setattr(signature_block, "MAX_TRIES", 3)
    crowd = [named(_numbered(index), f"key {index}") for index in range(10)]
    checked = check_cose(message(_numbered(9)), context(*crowd), "update")
    assert (checked.authenticity, the(checked).key) == ("authenticated", "key 9")
    stranger = check_cose(message(ALICE), context(*crowd), "update")
    assert (stranger.authenticity, the(stranger).status) == ("failed", "bad-signature")


def test_where_the_signature_hides_its_key_the_limit_is_said(monkeypatch):
    monkeypatch.setattr(signature_block, "MAX_TRIES", 3)
    crowd = [named(bytes([index]) * 32, f"secret {index}") for index in range(10)]
    checked = check_cose(message(bytes([9]) * 32), context(*crowd), "update")
    assert (checked.authenticity, the(checked).status) == ("unverified", "no-key")
    assert "4 anchors were tried in vain" in checked.problems[-1].message
    known = [*crowd[:-1], named(bytes([9]) * 32, "secret 9", kid=b"9")]
    assert check_cose(message(bytes([9]) * 32, kid=b"9"), context(*known), "update").verified


def test_the_limit_is_shared_by_all_blocks(monkeypatch):
    monkeypatch.setattr(signature_block, "MAX_TRIES", 3)
    crowd = [named(bytes([index]) * 32, f"secret {index}") for index in range(4)]
    checked = check_cose_blocks([message(SECRET)] * 2, context(*crowd), "update")
    assert [result.status for result in checked.signatures] == ["bad-signature", "no-key"]


def test_bare_keys_without_a_store_are_tried_up_to_the_limit(monkeypatch):
    monkeypatch.setattr(signature_block, "MAX_TRIES", 1)

    class Bare:
        def candidates(self, purpose, alg, kid):
            return [named(_numbered(index), f"key {index}") for index in range(5)]

    assert the(check_cose(message(_numbered(4)), Context("x", Bare(), AS_OF), "update")).status == "no-key"


# --- more bytes than can be hashed --------------------------------------------------------------


@pytest.fixture
def two_hashes(monkeypatch):
    """Let twice the signed bytes of a message be hashed, and count how often they are."""
    monkeypatch.setattr(signature_block, "MAX_HASHED_BYTES", 2 * len(PAYLOAD))
    monkeypatch.setattr(authenticate, "MAX_HASHED_BYTES", 2 * len(PAYLOAD))
    tried = []
    verify = cose.verify
    monkeypatch.setattr(cose, "verify", lambda *a, **k: tried.append(a) or verify(*a, **k))
    return tried


def test_signatures_beyond_what_may_be_hashed_keep_an_artefact_from_being_believed(two_hashes):
    good = [message(EDDY)] * 2
    assert check_cose_blocks(good, context(named(EDDY)), "update").authenticity == "authenticated"
    two_hashes.clear()
    checked = check_cose_blocks(good * 16, context(named(EDDY)), "update")
    assert len(two_hashes) == 2
    assert (checked.authenticity, checked.verified, checked.key) == ("unverified", False, None)
    assert ids(checked) == ["artefact-too-large"]
    assert "30 of 32 signatures" in checked.problems[0].message
    assert [result.status for result in checked.signatures] == ["verified"] * 2 + ["no-key"] * 30


def test_anchors_beyond_what_may_be_hashed_are_not_said_to_have_failed(two_hashes):
    crowd = [named(_edwards(index), f"key {index}") for index in range(5)]
    checked = check_cose(message(_edwards(4)), context(*crowd), "update")
    assert len(two_hashes) == 2
    assert (checked.authenticity, the(checked).status) == ("unverified", "no-key")
    assert ids(checked) == ["artefact-too-large"]
    assert check_cose(message(_edwards(4)), context(*crowd[4:]), "update").verified


def test_a_bad_signature_stays_bad_whatever_was_not_looked_at(two_hashes):
    blocks = [message(BOB, kid=b"b"), *[message(EDDY)] * 5]
    checked = check_cose_blocks(blocks, context(named(ALICE), named(EDDY)), "update")
    assert (checked.authenticity, checked.verified) == ("failed", False)
    assert {"cose-bad-signature", "artefact-too-large"} == set(ids(checked))


def test_blocks_that_are_too_many_and_too_long_are_both_told(two_hashes):
    checked = check_cose_blocks([message(EDDY)] * 40, context(named(EDDY)), "update")
    assert "38 of 40 signatures" in checked.problems[0].message


def test_a_detached_content_counts_like_any(two_hashes):
    blocks = [message(EDDY)._replace(payload=None)] * 5
    checked = check_cose_blocks(blocks, context(named(EDDY)), "update", payload=PAYLOAD)
    assert (len(two_hashes), ids(checked)) == (2, ["artefact-too-large"])


def _edwards(index: int):
    from cryptography.hazmat.primitives.asymmetric import ed25519

    return ed25519.Ed25519PrivateKey.from_private_bytes(bytes([index]) * 32)


def _numbered(index: int):
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.derive_private_key(1000 + index, ec.SECP256R1())


# --- published test keys ------------------------------------------------------------------------


@pytest.mark.usefixtures("published")
def test_a_published_key_that_nobody_named_is_noticed_and_authenticates_nothing():
    checked = check_cose(message(ALICE), context(), "update")
    assert (checked.authenticity, checked.verified) == ("unverified", True)
    result = the(checked)
    assert (result.status, result.key, result.anchor_source) == ("verified", "a published key", None)
    assert (result.test_key, result.thumbprint) == ("published", public(ALICE).thumbprint)
    assert ids(checked) == ["cose-test-key"]
    assert checked.problems[0].severity == "error"


@pytest.mark.usefixtures("published")
def test_a_published_key_does_not_better_a_signature_that_no_anchor_made():
    checked = check_cose(message(ALICE), context(named(BOB)), "update")
    assert (checked.authenticity, the(checked).status) == ("failed", "bad-signature")
    assert (the(checked).test_key, the(checked).key) == ("published", None)
    assert ids(checked) == ["cose-test-key", "cose-bad-signature"]


@pytest.mark.usefixtures("published")
def test_a_published_key_that_the_user_named_authenticates_and_is_an_error():
    checked = check_cose(message(ALICE), context(named(ALICE, test_key="published")), "update")
    assert (checked.authenticity, the(checked).test_key) == ("authenticated", "published")
    assert ids(checked) == ["cose-test-key"]


@pytest.mark.usefixtures("published")
def test_a_changed_signature_of_a_published_key_is_not_recognised():
    checked = check_cose(message(ALICE, spoil=True), context(), "update")
    assert (the(checked).status, ids(checked)) == ("no-key", ["cose-no-key"])


@pytest.mark.usefixtures("published")
def test_an_authentic_block_outranks_one_by_a_published_key():
    for blocks in ([ALICE, EDDY], [EDDY, ALICE]):
        checked = check_cose_blocks([message(key) for key in blocks], context(named(EDDY)), "update")
        assert (checked.authenticity, checked.key) == ("authenticated", public(EDDY))


# --- certificates -------------------------------------------------------------------------------


def store_of(*anchors, keys_too=(), example=False):
    """A store with certificates as anchors: (name, certificate, source, purpose)."""
    certificates = [name_anchor(*anchor) for anchor in anchors]
    candidates = [Candidate(c.name, c.key, c.source, c.purpose, None) for c in certificates]
    return TrustStore([*candidates, *keys_too], certificates, example=example)


CHAIN = [leaf(), middle()]


def test_a_chain_that_builds_to_a_named_certificate_authenticates():
    ctx = context(store=store_of(("root", root(), "user", "update")))
    checked = check_cose(message(ALICE, chain=CHAIN), ctx, "update")
    assert checked.authenticity == "authenticated"
    result = the(checked)
    assert (result.key, result.anchor_source, result.anchor_purpose) == ("root", "user", "update")
    assert result.thumbprint == public(ALICE).thumbprint
    assert ids(checked) == []


def test_a_chain_that_builds_to_the_profiles_certificate_makes_intact():
    ctx = context(store=store_of(("root", root(), "profile", "update")))
    checked = check_cose(message(ALICE, chain=CHAIN), ctx, "update")
    assert (checked.authenticity, the(checked).anchor_source, ids(checked)) == ("intact", "profile", [])


def test_a_chain_that_nobody_named_makes_intact_and_says_so():
    checked = check_cose(message(ALICE, chain=CHAIN), context(), "update")
    assert (checked.authenticity, the(checked).anchor_source, the(checked).key) == (
        "intact",
        "artefact",
        None,
    )
    assert ids(checked) == ["cose-self-asserted-key"]
    assert "no certificate that was named" in checked.problems[0].message


def test_a_chain_does_not_build_to_a_certificate_for_another_purpose():
    ctx = context(store=store_of(("root", root(), "user", "attestation")))
    assert check_cose(message(ALICE, chain=CHAIN), ctx, "update").authenticity == "intact"


def test_an_expired_chain_is_not_authentic_and_says_why():
    ctx = context(store=store_of(("root", root(), "user", "update")))
    old = [leaf(until=NOON - DAY), middle()]
    checked = check_cose(message(ALICE, chain=old), ctx, "update")
    assert checked.authenticity == "intact"
    assert ids(checked) == ["cose-self-asserted-key", "x509-expired"]
    assert checked.problems[1].at == "signature"


def test_a_chain_whose_key_did_not_sign_is_bad():
    ctx = context(store=store_of(("root", root(), "user", "update")))
    checked = check_cose(message(BOB, chain=CHAIN), ctx, "update")
    assert (checked.authenticity, the(checked).status) == ("failed", "bad-signature")
    assert "the key that it carries" in checked.problems[0].message


def test_an_anchor_that_verifies_counts_though_the_chain_is_somebody_elses():
    ctx = context(named(BOB))
    checked = check_cose(message(BOB, chain=CHAIN), ctx, "update")
    assert (checked.authenticity, ids(checked)) == ("authenticated", ["cose-key-mismatch"])


def test_a_chain_that_is_no_certificate_is_reported_and_proves_nothing():
    broken = message(ALICE, unprotected={33: b"no certificate"})
    assert ids(check_cose(broken, context(), "update")) == ["cose-key-mismatch", "cose-no-key"]
    assert check_cose(broken, context(named(ALICE)), "update").authenticity == "authenticated"


def test_a_chain_with_a_key_of_another_curve_is_a_mismatch():
    other = [certificate("Leaf", CAROL, "Root", ROOT_KEY)]
    checked = check_cose(message(ALICE, chain=other), context(), "update")
    assert ids(checked) == ["cose-key-mismatch", "cose-no-key"]


def test_the_users_certificate_outranks_the_profiles_key():
    profiles = named(ALICE, "theirs", source="profile")
    ctx = context(store=store_of(("root", root(), "user", "update"), keys_too=[profiles]))
    checked = check_cose(message(ALICE, chain=CHAIN), ctx, "update")
    assert (checked.authenticity, the(checked).key) == ("authenticated", "root")


def test_the_users_key_outranks_an_unnamed_chain():
    checked = check_cose(message(ALICE, chain=CHAIN), context(named(ALICE)), "update")
    assert (checked.authenticity, the(checked).key, ids(checked)) == ("authenticated", "anchor", [])


def test_a_named_certificates_own_key_verifies_directly():
    own = certificate("Signer", ALICE, "Signer", ALICE)
    checked = check_cose(message(ALICE), context(store=store_of(("signer", own, "user", "update"))), "update")
    assert (checked.authenticity, the(checked).key) == ("authenticated", "signer")


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ({"until": NOON - DAY}, "x509-expired"),
        ({"since": NOON + DAY}, "x509-not-yet-valid"),
    ],
)
def test_a_named_certificate_out_of_date_does_not_authenticate(dates, found):
    own = certificate("Signer", ALICE, "Signer", ALICE, **dates)
    checked = check_cose(message(ALICE), context(store=store_of(("signer", own, "user", "update"))), "update")
    assert (checked.authenticity, ids(checked)) == ("intact", [found])
    assert (the(checked).anchor_source, the(checked).anchor_purpose) == ("user", None)


def test_the_same_key_named_bare_as_well_does_not_expire():
    own = certificate("Signer", ALICE, "Signer", ALICE, until=NOON - DAY)
    store = store_of(("signer", own, "user", "update"), keys_too=[named(ALICE, "bare")])
    assert check_cose(message(ALICE), context(store=store), "update").authenticity == "authenticated"


@pytest.mark.usefixtures("published")
def test_a_chain_over_a_published_key_is_an_error():
    ctx = context(store=store_of(("root", root(), "user", "update")))
    checked = check_cose(message(ALICE, chain=CHAIN), ctx, "update")
    assert (checked.authenticity, the(checked).test_key) == ("authenticated", "published")
    assert ids(checked) == ["cose-test-key"]


def test_a_chain_issued_by_a_published_key_is_an_error(monkeypatch):
    monkeypatch.setitem(published_keys._PUBLIC, public(ROOT_KEY).thumbprint, "a published root")
    ctx = context(store=store_of(("root", root(), "user", "update")))
    checked = check_cose(message(ALICE, chain=CHAIN), ctx, "update")
    assert (the(checked).test_key, ids(checked)) == ("published", ["cose-test-key"])


@pytest.mark.usefixtures("published")
def test_an_unnamed_chain_over_a_published_key_says_both():
    checked = check_cose(message(ALICE, chain=CHAIN), context(), "update")
    assert (checked.authenticity, the(checked).test_key) == ("intact", "published")
    assert ids(checked) == ["cose-self-asserted-key", "cose-test-key"]


# --- JSON Web Signatures ------------------------------------------------------------------------


def test_a_jws_is_authenticated_like_a_cose_message():
    token = jose.parse(jwt(ALICE, {"alg": "ES256", "kid": "a"}))
    checked = check_jws(token, context(named(ALICE, kid=b"a")), "update")
    assert (checked.authenticity, the(checked).type, the(checked).kid) == ("authenticated", "JWS", "61")


def test_alg_none_is_unsigned_even_if_something_stands_where_the_signature_is():
    for signer in (None, ALICE):
        checked = check_jws(jose.parse(jwt(signer, {"alg": "none"})), context(named(ALICE)), "update")
        assert (checked.authenticity, checked.verified, checked.signatures) == ("unsigned", False, ())
        assert ids(checked) == ["cose-unsigned"]


def test_a_jws_with_an_algorithm_that_is_not_known_is_never_verified():
    checked = check_jws(jose.parse(jwt(ALICE, {"alg": "XY1"})), context(named(ALICE)), "update", "jws")
    assert (the(checked).status, ids(checked)) == ("unsupported-alg", ["cose-alg-unsupported"])
    assert checked.problems[0].at == "jws"


@pytest.mark.parametrize("header", [{}, {"alg": "ES256", "crit": ["x"], "x": 1}])
def test_a_jws_that_must_not_be_processed_is_malformed(header):
    checked = check_jws(jose.parse(jwt(ALICE, header)), context(named(ALICE)), "update")
    assert (checked.authenticity, the(checked).status) == ("unverified", "malformed")


def test_a_jws_that_hashes_with_a_public_key_is_not_verified():
    key = json.dumps(jwk(ALICE)).encode()
    token = jose.parse(jwt(key[:32], {"alg": "HS256", "kid": "a"}))
    checked = check_jws(token, context(named(ALICE, kid=b"a")), "update")
    assert (checked.authenticity, ids(checked)) == ("unverified", ["cose-key-mismatch", "cose-no-key"])


def test_a_key_in_the_header_makes_intact():
    token = jose.parse(jwt(ALICE, {"alg": "ES256", "jwk": jwk(ALICE)}))
    checked = check_jws(token, context(), "update")
    assert (checked.authenticity, the(checked).anchor_source) == ("intact", "artefact")
    assert ids(checked) == ["cose-self-asserted-key"]
    assert "nobody named that key" in checked.problems[0].message


def test_a_key_in_the_header_that_did_not_sign_is_bad():
    token = jose.parse(jwt(BOB, {"alg": "ES256", "jwk": jwk(ALICE)}))
    assert check_jws(token, context(), "update").authenticity == "failed"


def test_eddsa_and_p384_are_verified_too():
    for private in (EDDY, CAROL):
        assert check_cose(message(private), context(named(private)), "update").authenticity == "authenticated"


def test_keys_that_must_not_verify_are_not_used():
    key = keys.from_cryptography(ALICE.public_key(), may_verify=False)
    ctx = context(Candidate("encryption", key, "user", "update", None))
    assert the(check_cose(message(ALICE), ctx, "update")).status == "no-key"


def test_a_published_corim_with_a_chain_is_authenticated_by_its_root_and_by_no_other():
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    path = Path(folder) / "corim" / "corim-store--sample__corim__signed-with-cert-cca-ta.cbor"
    corim = cose.parse(cbor.loads(path.read_bytes()))
    found = {}
    for name in ("corim-store-root.pem", "corim-rs-root.pem"):
        spec = AnchorSpec(Path(folder) / "x509" / name, "reference")
        checked = check_cose(corim, context(store=TrustStore.load([spec])), "reference")
        assert the(checked).test_key == "published"
        found[name] = checked.authenticity
    assert found == {"corim-store-root.pem": "authenticated", "corim-rs-root.pem": "intact"}

"""CCA tokens: two tokens, two signatures, and the binder between them."""

from __future__ import annotations

import hashlib
import json

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import cca
from iotassess.evidence.context import Context
from iotassess.evidence.peek import Peek
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact
from iotassess.model.claim import Digest, Subject
from tests.evidence import cca_builder as build
from tests.evidence import signing
from tests.evidence.cca_builder import collection, errors, ids, read
from tests.evidence.token_builder import AS_OF, IMPLEMENTATION, INSTANCE, SIGNER


def shown(artefact: Artefact, property: str) -> list[object]:
    return [statement.value for statement in artefact.shown if statement.property == property]


def nested(artefact: Artefact) -> dict[str, Artefact]:
    return {inner.path.rpartition("#")[2]: inner for inner in artefact.nested}


@pytest.mark.parametrize("tag", [399, 907, None])
def test_a_good_token_is_authenticated_by_the_platforms_key(tag):
    artefact = read(collection(tag=tag))
    assert (artefact.kind, artefact.wellformed) == ("cca-token", True)
    assert artefact.authenticity == "authenticated"
    assert errors(artefact) == set()
    assert [found.key for found in artefact.signatures] == ["platform key"]
    assert {name: inner.authenticity for name, inner in nested(artefact).items()} == {
        "platform": "authenticated",
        "realm": "authenticated",
    }
    assert artefact.claims["collection_tag"] == tag


def test_the_claims_of_both_tokens_are_given():
    claims = read(collection()).claims
    assert claims["implementation_id"] == IMPLEMENTATION.hex()
    assert claims["instance_id"] == INSTANCE.hex()
    assert claims["nonce"] == build.CHALLENGE.hex(), "a CCA token's nonce is the realm challenge"
    assert claims["platform_nonce"] == build.binder().hex()
    assert claims["binder"] == {"alg": "sha-256", "expected": build.binder().hex(), "holds": True}
    assert claims["realm"]["initial_measurement"] == "71" * 32
    assert claims["realm"]["extensible_measurements"][3] == "75" * 32
    assert claims["realm"]["public_key"] == build.RAK.hex()
    assert claims["lifecycle"] == {"value": 0x3003, "name": "secured"}
    assert claims["sw_components"][1] == {
        "type": "RMM",
        "digest": "a3" * 32,
        "digest_alg": "sha-256",
        "signer_id": SIGNER.hex(),
    }


def test_each_token_has_its_own_claims_and_no_statements():
    inner = nested(read(collection()))
    assert inner["platform"].kind == inner["realm"].kind == "eat-cwt"
    assert inner["platform"].claims["nonce"] == build.binder().hex()
    assert inner["realm"].claims["nonce"] == build.CHALLENGE.hex()
    assert inner["platform"].shown == inner["realm"].shown == ()
    assert inner["realm"].signatures[0].anchor_source == "artefact"


def test_what_the_platform_says_is_shown():
    artefact = read(collection())
    assert shown(artefact, "identity.implementation-id") == [IMPLEMENTATION.hex()]
    assert shown(artefact, "attestation.format") == ["cca-token"]
    assert shown(artefact, "attestation.algorithm") == ["ES384"]
    assert shown(artefact, "attestation.nonce-bound") == [True]
    assert shown(artefact, "attestation.measures-software") == [True]
    assert shown(artefact, "lifecycle") == ["secured"]
    assert shown(artefact, "component.version") == ["1.0.1"]
    assert shown(artefact, "component.measurement") == [
        Digest("sha-256", "b2" * 32),
        Digest("sha-256", "a3" * 32),
    ]
    (key,) = [one for one in artefact.shown if one.property == "device.attestation-key"]
    assert key.subject == Subject("device", INSTANCE.hex(), "instance-id")
    assert key.value == build.anchor().key.thumbprint
    assert all(one.covered for one in artefact.shown)
    assert artefact.device == INSTANCE.hex()


@pytest.mark.parametrize("tag", [399, 907])
def test_a_statement_is_found_in_the_file(tag):
    data = collection(tag=tag)
    (one,) = [found for found in read(data).shown if found.property == "identity.implementation-id"]
    at = cbor.locate(data, one.trail)
    assert cbor2.loads(data[at:]) == IMPLEMENTATION


def test_a_measurement_has_the_platforms_hash_where_it_names_none():
    common = {2402: "sha3-256", 2399: [build.COMPONENT, build.BARE]}
    artefact = read(collection(build.platform(common)))
    assert shown(artefact, "component.measurement") == [
        Digest("sha-256", "b2" * 32),
        Digest("sha3-256", "a3" * 32),
    ]
    assert "description" not in artefact.claims["sw_components"][1]


def test_the_realm_key_may_be_a_raw_point():
    rak = build.point(build.REALM_KEY)
    tokens = build.platform({10: build.binder(rak)}), build.realm({44237: rak, 265: ...})
    artefact = read(collection(*tokens))
    assert (artefact.authenticity, errors(artefact)) == ("authenticated", set())


@pytest.mark.parametrize(("name", "function"), [("sha-384", "sha384"), ("SHA-512", "sha512")])
def test_the_binder_may_be_a_longer_hash(name, function):
    tokens = build.platform({10: build.binder(name=function)}), build.realm({44240: name})
    assert read(collection(*tokens)).authenticity == "authenticated"


# --- the binder ---------------------------------------------------------------------------------


def never_believed(artefact: Artefact) -> None:
    assert artefact.authenticity == "failed"
    assert artefact.fresh is None
    assert shown(artefact, "attestation.nonce-bound") == []
    assert nested(artefact)["realm"].authenticity != "authenticated"


@pytest.mark.parametrize(
    "edits",
    [{10: b"\x00" * 32}, {10: ...}, {10: b""}, {10: [build.binder(), build.binder()]}],
    ids=["another", "none", "empty", "several"],
)
def test_a_platform_token_for_another_realm_key_is_not_believed(edits):
    artefact = read(collection(build.platform(edits)), nonce=build.CHALLENGE)
    assert "cca-binder-mismatch" in errors(artefact)
    never_believed(artefact)
    assert nested(artefact)["realm"].authenticity == "intact"
    assert nested(artefact)["platform"].authenticity == "authenticated"
    assert "cose-self-asserted-key" in ids(nested(artefact)["realm"])


def test_a_hash_that_is_too_weak_to_bind_does_not():
    tokens = (
        build.platform({10: hashlib.sha1(build.RAK, usedforsecurity=False).digest()}),
        build.realm({44240: "sha-1"}),
    )
    artefact = read(collection(*tokens))
    assert {"cca-binder-mismatch", "psa-claim-invalid"} <= errors(artefact)
    never_believed(artefact)


def test_the_mismatch_points_to_the_realms_key():
    data = collection(build.platform({10: b"\x00" * 32}))
    (found,) = [one for one in read(data).problems if one.id == "cca-binder-mismatch"]
    assert cbor2.loads(data[found.offset :]) == build.RAK


def test_a_realm_token_signed_by_another_key_fails():
    forged = build.sign1(build.realm_claims(), build.OTHER_KEY)
    artefact = read(collection(None, forged), nonce=build.CHALLENGE)
    assert "cose-bad-signature" in errors(artefact)
    never_believed(artefact)
    assert artefact.claims["binder"]["holds"], "the key is the right one, and did not sign"
    assert nested(artefact)["realm"].authenticity == "failed"


def test_an_anchor_of_the_user_does_not_stand_in_for_the_realms_key():
    forged = build.sign1(build.realm_claims(), build.OTHER_KEY)
    artefact = read(collection(None, forged), build.anchor(), build.anchor(build.OTHER_KEY))
    never_believed(artefact)


def test_a_certificate_chain_in_the_header_does_not_stand_in_for_the_realms_key():
    leaf = signing.certificate("leaf", build.OTHER_KEY, "leaf", build.OTHER_KEY)
    from cryptography.hazmat.primitives.serialization import Encoding

    outer = {33: leaf.public_bytes(Encoding.DER)}
    forged = build.sign1(build.realm_claims(), build.OTHER_KEY, outer=outer)
    artefact = read(collection(None, forged))
    never_believed(artefact)
    assert nested(artefact)["realm"].authenticity == "failed"


def test_a_realm_token_whose_algorithm_its_key_does_not_fit_fails():
    artefact = read(collection(None, build.realm(alg=-7)))
    never_believed(artefact)
    assert nested(artefact)["realm"].authenticity == "unverified"


@pytest.mark.parametrize(
    "key",
    [
        b"Y" * 97,
        b"\x04" + b"\x01" * 96,
        cbor2.dumps({1: 4, -1: b"a secret that everybody can read"}),
        cbor2.dumps({1: 3, -1: b"\xc1" * 256, -2: b"\x01\x00\x01"}),
        cbor2.dumps({1: 2}),
        b"",
        b"\xa1",
        7,
    ],
    ids=["no-point", "off-curve", "secret", "rsa", "no-curve", "empty", "cut", "number"],
)
def test_a_realm_key_that_is_no_public_key_verifies_nothing(key):
    rak = key if isinstance(key, bytes) else b""
    artefact = read(collection(build.platform({10: build.binder(rak)}), build.realm({44237: key})))
    assert "psa-claim-invalid" in errors(artefact)
    never_believed(artefact)


# --- the platform token -------------------------------------------------------------------------


def test_a_bad_signature_of_the_platform_fails():
    artefact = read(collection(build.platform(spoil=True)))
    assert (artefact.authenticity, "cose-bad-signature" in errors(artefact)) == ("failed", True)
    assert nested(artefact)["realm"].authenticity == "intact", "nobody trusted vouches for its key"
    assert shown(artefact, "device.attestation-key") == []


def test_without_the_platforms_key_it_is_unverified():
    artefact = cca.decode(Peek(collection()), Context("token", TrustStore(), AS_OF))
    assert artefact.authenticity == "unverified"
    assert {one.authenticity for one in artefact.nested} == {"unverified", "intact"}
    assert shown(artefact, "attestation.nonce-bound") == [True]
    assert artefact.fresh is None


def test_a_key_that_only_the_profile_names_makes_it_intact():
    artefact = read(collection(), build.anchor(source="profile"))
    assert artefact.authenticity == "intact"
    assert nested(artefact)["realm"].authenticity == "intact"


@pytest.mark.parametrize(
    ("edits", "problem"),
    [
        *(({label: ...}, "psa-claim-missing") for label in (265, 2396, 256, 2401, 2395, 2402)),
        ({2399: ...}, "psa-no-sw-components"),
        ({2399: []}, "psa-no-sw-components"),
        ({2399: 7}, "psa-claim-invalid"),
        ({2402: "none"}, "psa-claim-invalid"),
        ({2402: 7}, "psa-claim-invalid"),
        ({2401: b""}, "psa-claim-invalid"),
        ({2401: "x"}, "psa-claim-invalid"),
        ({265: 7}, "psa-claim-invalid"),
        ({256: b"\x02" * 33}, "psa-claim-invalid"),
        ({2395: 0x5001}, "psa-lifecycle-not-secured"),
        ({2395: 0x7F35}, "psa-lifecycle-invalid"),
        ({2399: [{2: b"\xa3" * 32}]}, "psa-signer-id-missing"),
        ({2399: [{2: b"\xa3" * 31, 5: SIGNER}]}, "psa-measurement-length"),
    ],
)
def test_a_fault_in_the_platforms_claims_is_reported(edits, problem):
    artefact = read(collection(build.platform(edits)))
    assert problem in errors(artefact)
    assert problem in errors(nested(artefact)["platform"])
    assert artefact.authenticity == "authenticated"


def test_an_unknown_profile_is_a_warning():
    artefact = read(collection(build.platform({265: "tag:arm.com,2099:cca_platform#9"})))
    assert "eat-profile-unknown" in ids(artefact)
    assert errors(artefact) == set()


def test_a_debug_lifecycle_is_shown_as_open():
    artefact = read(collection(build.platform({2395: 0x4000})))
    assert "psa-lifecycle-debug" in ids(artefact)
    assert shown(artefact, "debug.state") == ["enabled"]


def test_other_claims_are_kept():
    claims = read(collection(build.platform({2397: b"x", 99999: 1, 2394: 7}))).claims
    assert claims["other"] == {"2397": "78", "99999": 1, "2394": 7}


# --- the realm token ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edits", "problem"),
    [
        *(({label: ...}, "psa-claim-missing") for label in (10, 44235, 44236, 44238, 44239)),
        ({10: b"\x00" * 63}, "eat-nonce-length"),
        ({10: [b"\x00" * 64]}, "psa-claim-invalid"),
        ({44235: b"\x00" * 63}, "psa-claim-invalid"),
        ({44238: b"\x00" * 31}, "psa-claim-invalid"),
        ({44239: [b"\x00" * 32] * 3}, "psa-claim-invalid"),
        ({44239: [b"\x00" * 31] * 4}, "psa-claim-invalid"),
        ({44239: b"\x00"}, "psa-claim-invalid"),
        ({44236: "crc32"}, "psa-claim-invalid"),
        ({44243: 9}, "psa-claim-invalid"),
        ({256: b"\x01" * 32}, "psa-claim-invalid"),
    ],
)
def test_a_fault_in_the_realms_claims_is_reported(edits, problem):
    artefact = read(collection(None, build.realm(edits)))
    (found,) = [one for one in artefact.problems if one.id == problem]
    assert found.at.startswith("realm.")
    inner = nested(artefact)["realm"]
    assert [one.at for one in inner.problems if one.id == problem] == [found.at.removeprefix("realm.")]
    assert artefact.authenticity == "authenticated"


def test_the_optional_claims_of_a_realm_are_read():
    edits = {44243: 1, 256: b"\x01" * 33, 265: "tag:arm.com,2024:realm#2.0.0", 1234567: "x"}
    artefact = read(collection(None, build.realm(edits)))
    assert errors(artefact) == set()
    assert artefact.claims["realm"]["mec_policy"] == {"value": 1, "name": "private"}
    assert artefact.claims["realm"]["other"] == {"1234567": "x"}
    assert artefact.device == INSTANCE.hex(), "a realm is no device"


# --- freshness ----------------------------------------------------------------------------------


def test_the_challenge_is_the_realms():
    artefact = read(collection(), nonce=build.CHALLENGE)
    assert artefact.fresh == "nonce"
    assert ids(artefact) == set()


def test_another_challenge_is_a_mismatch_and_points_to_the_realms_nonce():
    data = collection()
    artefact = read(data, nonce=b"\x01" * 64)
    (found,) = artefact.problems
    assert found.id == "eat-nonce-mismatch"
    assert cbor2.loads(data[found.offset :]) == build.CHALLENGE
    assert (artefact.fresh, shown(artefact, "attestation.nonce-bound")) == (None, [False])


def test_the_binder_is_no_challenge():
    artefact = read(collection(), nonce=build.binder())
    assert "eat-nonce-mismatch" in errors(artefact)
    assert artefact.fresh is None


def test_a_realm_token_is_not_fresh_where_the_platforms_key_is_unknown():
    artefact = read(collection(), build.anchor(build.OTHER_KEY), nonce=build.CHALLENGE)
    assert (artefact.authenticity, artefact.fresh) == ("failed", None)


# --- what is missing or wrapped wrongly ---------------------------------------------------------


def test_a_missing_realm_token_is_reported_and_nothing_is_fresh():
    artefact = read(collection(None, ...), nonce=build.CHALLENGE)
    assert {"cca-token-incomplete", "eat-nonce-missing"} <= errors(artefact)
    assert (artefact.wellformed, artefact.authenticity) == (False, "authenticated")
    assert artefact.fresh is None
    assert shown(artefact, "attestation.nonce-bound") == []
    assert set(nested(artefact)) == {"platform"}


def test_a_missing_platform_token_leaves_nothing_to_believe():
    artefact = read(collection(..., None))
    assert "cca-token-incomplete" in errors(artefact)
    assert (artefact.wellformed, artefact.authenticity) == (False, "failed")
    assert artefact.shown == ()
    assert set(nested(artefact)) == {"realm"}


@pytest.mark.parametrize("token", [b"\xa0", b"\xd2\x84", b"", 7, [263], [263, 5], None])
def test_a_realm_token_that_cannot_be_read_fails(token):
    data = cbor2.dumps(cbor2.CBORTag(399, {44234: build.platform(), 44241: token}))
    artefact = read(data)
    assert "cca-token-incomplete" in errors(artefact)
    assert (artefact.wellformed, artefact.authenticity) == (False, "failed")


@pytest.mark.parametrize("payload", [b"\x80", b"\xff", b""])
def test_a_token_without_claims_is_malformed(payload):
    artefact = read(collection(None, build.sign1(payload, build.REALM_KEY)))
    assert (artefact.wellformed, artefact.authenticity) == (False, "failed")
    artefact = read(collection(build.sign1(payload, build.PLATFORM_KEY)))
    assert (artefact.wellformed, artefact.authenticity) == (False, "failed")
    assert artefact.shown == ()


def test_a_token_with_detached_claims_is_malformed():
    message = cbor2.loads(build.realm())
    parts = list(message.value)
    parts[2] = None
    artefact = read(collection(None, cbor2.dumps(cbor2.CBORTag(18, parts))))
    assert "eat-claim-type" in errors(artefact)
    assert artefact.authenticity == "failed"


@pytest.mark.parametrize(
    ("tag", "member"),
    [
        (907, build.platform),
        (399, lambda: [263, build.platform()]),
        (907, lambda: [60, build.platform()]),
        (907, lambda: ["text/plain", build.platform()]),
        (907, lambda: [263, cbor2.loads(build.platform())]),
    ],
)
def test_a_member_that_is_wrapped_wrongly_is_read_and_reported(tag, member):
    members = {44234: member(), 44241: [263, build.realm()] if tag == 907 else build.realm()}
    artefact = read(cbor2.dumps(cbor2.CBORTag(tag, members)))
    assert errors(artefact) == {"cmw-malformed"}
    assert artefact.claims["implementation_id"] == IMPLEMENTATION.hex()
    at = next(one for one in artefact.shown if one.property == "identity.implementation-id").trail
    data = cbor2.dumps(cbor2.CBORTag(tag, members))
    assert cbor2.loads(data[cbor.locate(data, at) :]) == IMPLEMENTATION


@pytest.mark.parametrize("type_", ["application/eat+cwt", 'Application/EAT+CWT; eat_profile="x"'])
def test_a_content_type_may_be_spelled_out(type_):
    artefact = read(collection([type_, build.platform()], [type_, build.realm(), 4]))
    assert errors(artefact) == set()


def test_a_member_may_have_the_tag_of_a_cwt():
    token = cbor2.dumps(cbor2.CBORTag(61, cbor2.loads(build.platform())))
    assert read(collection(token)).authenticity == "authenticated"


def test_other_members_are_kept():
    members = {44234: build.platform(), 44241: build.realm(), 1: b"x", "__cmwc_t": "tag:x"}
    artefact = read(cbor2.dumps(members))
    assert artefact.claims["other_members"] == {"1": "78", "__cmwc_t": "tag:x"}


@pytest.mark.parametrize("value", [5, [], {}, {1: 2}])
def test_a_tag_around_something_else_is_malformed(value):
    artefact = read(cbor2.dumps(cbor2.CBORTag(907, value)))
    assert (artefact.kind, artefact.wellformed, ids(artefact)) == (
        "cca-token",
        False,
        {"cca-token-incomplete"},
    )


@pytest.mark.parametrize("data", [cbor2.dumps({1: 2}), cbor2.dumps([44234]), b"", b"{}", b"\xd2\x84"])
def test_what_is_no_collection_is_not_taken_for_one(data):
    assert not cca.is_cca_token(Peek(data))


# --- hostile bytes ------------------------------------------------------------------------------


def attempt(data: bytes) -> Artefact | None:
    try:
        artefact = cca.decode(Peek(data), Context("token", TrustStore([build.anchor()]), AS_OF))
    except MalformedArtefact:
        return None
    json.dumps(artefact.claims, allow_nan=False)
    return artefact


def test_a_cut_token_is_never_authenticated():
    data = collection()
    for length in range(len(data)):
        assert attempt(data[:length]) is None


def test_a_flipped_bit_changes_nothing_that_is_believed():
    data = collection(tag=399)
    good = attempt(data)
    assert good is not None
    assert good.authenticity == "authenticated"
    signed = {name: good.claims[name] for name in ("implementation_id", "instance_id", "sw_components")}
    for position in range(len(data)):
        damaged = bytearray(data)
        damaged[position] ^= 1 << (position % 8)
        artefact = attempt(bytes(damaged))
        if artefact is None or artefact.authenticity != "authenticated":
            continue
        # Outside the signatures: the collection's tag, a key of it, an unprotected header.
        assert {name: artefact.claims[name] for name in signed} == signed, position
        if "realm" in artefact.claims:
            assert artefact.claims["realm"] == good.claims["realm"], position
        else:
            assert "cca-token-incomplete" in errors(artefact), position


@given(st.binary(max_size=200))
def test_any_bytes_give_a_result_or_the_one_error(data):
    attempt(data)
    attempt(b"\xd9\x01\x8f\xa2\x19\xac\xca" + data)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**70) | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(0, 50000) | st.text(), inner),
    max_leaves=8,
)


@given(st.sampled_from(sorted(build.platform_claims())), values)
def test_any_value_of_a_platform_claim_is_survived(label, value):
    artefact = attempt(collection(build.sign1({**build.platform_claims(), label: value}, build.PLATFORM_KEY)))
    assert artefact is None or artefact.kind == "cca-token"


@given(st.sampled_from(sorted(build.realm_claims())), values)
def test_any_value_of_a_realm_claim_is_survived(label, value):
    artefact = attempt(collection(None, build.sign1({**build.realm_claims(), label: value}, build.REALM_KEY)))
    assert artefact is None or artefact.kind == "cca-token"

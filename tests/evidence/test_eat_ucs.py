"""Claims sets that nobody signed: read, and worth no more than that."""

from __future__ import annotations

import base64
import json

import cbor2
import pytest

from iotassess.errors import MalformedArtefact
from iotassess.evidence import eat_ucs
from iotassess.evidence.peek import Peek
from tests.evidence import token_builder as build
from tests.evidence.token_builder import context, ids, read, shown


@pytest.mark.parametrize("data", [build.uccs(build.eat()), cbor2.dumps(build.eat())], ids=["tagged", "bare"])
def test_a_claims_set_without_protection_is_unsigned(data):
    artefact = read(data)
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == ("eat-ucs", True, "unsigned")
    assert (ids(artefact), artefact.signatures) == ({"cose-unsigned"}, ())
    assert artefact.fresh is None, "anybody can write down the challenge"
    assert artefact.claims["hwmodel"] == b"model-7".hex()
    assert artefact.shown
    assert not any(s.covered for s in artefact.shown)


def test_a_psa_claims_set_is_read_by_its_own_rules():
    artefact = read(cbor2.dumps(build.psa({2395: 0x5000})))
    assert artefact.kind == "eat-ucs"
    assert shown(artefact, "attestation.format") == ["psa-token"]
    assert "psa-lifecycle-not-secured" in ids(artefact)
    assert artefact.device == build.INSTANCE.hex()


def test_a_json_claims_set_is_read():
    claims = {"eat_nonce": build.b64(build.NONCE), "oemid": 32473, "swname": "OS"}
    artefact = read(json.dumps(claims).encode())
    assert (artefact.kind, artefact.media_type) == ("eat-ucs", "application/eat-ucs+json")
    assert artefact.claims["oemid"] == {"form": "pen", "value": 32473}


def psa_json(**edits):
    text = lambda data: base64.b64encode(data).decode()  # noqa: E731 - short and local
    good = {
        "eat-profile": build.ARM_2,
        "psa-nonce": text(build.NONCE),
        "psa-instance-id": text(build.INSTANCE),
        "psa-implementation-id": text(build.IMPLEMENTATION),
        "psa-client-id": 1,
        "psa-security-lifecycle": 0x3000,
        "psa-boot-seed": text(b"\xb0" * 32),
        "psa-software-components": [
            {"measurement-type": "BL", "measurement-value": text(b"m" * 32), "signer-id": text(b"s" * 32)}
        ],
        "psa-certification-reference": "1234567890123-12345",
    }
    return json.dumps({**good, **edits}).encode()


@pytest.mark.parametrize("profile", [build.ARM_2, build.TFM, build.ARM_1])
def test_the_claims_files_of_psa_tools_are_read_in_all_profiles(profile):
    artefact = read(psa_json(**{"eat-profile": profile}))
    assert ids(artefact) == {"cose-unsigned"}
    assert artefact.claims["profile"] == profile
    assert artefact.claims["boot_seed"] == "b0" * 32
    assert artefact.claims["implementation_id"] == build.IMPLEMENTATION.hex()
    assert artefact.claims["sw_components"] == [
        {"type": "BL", "digest": b"m".hex() * 32, "digest_alg": "sha-256", "signer_id": b"s".hex() * 32}
    ]


def test_of_two_names_for_one_claim_the_newer_counts():
    artefact = read(psa_json(**{"psa-profile": build.ARM_1, "psa-hwver": "1234567890123"}))
    assert artefact.claims["profile"] == build.ARM_2
    assert artefact.claims["certification_reference"] == "1234567890123-12345"
    assert artefact.claims["other"] == {"psa-profile": build.ARM_1, "psa-hwver": "1234567890123"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("psa-nonce", 1), ("psa-instance-id", "*"), ("psa-software-components", "x"), ("psa-client-id", "1")],
)
def test_a_psa_json_claim_of_the_wrong_form_is_reported(name, value):
    assert "psa-claim-invalid" in ids(read(psa_json(**{name: value}), nonce=None))


def test_a_psa_component_that_is_no_object_is_reported():
    assert "psa-claim-invalid" in ids(read(psa_json(**{"psa-software-components": ["x"]})))


@pytest.mark.parametrize(
    "data",
    [
        cbor2.dumps({1: 2, -1: 1}),
        cbor2.dumps({4: 9999}),
        cbor2.dumps({10: b"12345678"}),
        cbor2.dumps({2396: b"x", b"odd": 1}),
        cbor2.dumps([1]),
        cbor2.dumps(cbor2.CBORTag(107, {256: b""})),
        b'{"name": "a json file"}',
        b'{"ueid": "AAAA", "ueid": "AAAA"}',
        b'{"ear_status": 2, "eat_nonce": "AAAA"}',
        b'["ueid"]',
        b"{",
        b"",
    ],
)
def test_what_is_not_plainly_an_eat_is_not_taken_for_one(data):
    assert not eat_ucs.is_unprotected_claims_set(Peek(data))


@pytest.mark.parametrize("data", [b"[1]", b"\x01", b"{", build.uccs([1])])
def test_decoding_what_is_no_map_raises_only_malformed_artefact(data):
    with pytest.raises(MalformedArtefact):
        eat_ucs.decode(Peek(data), context())

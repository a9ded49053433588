"""EAT in a JSON Web Token: the same claims by name, and who signed them."""

from __future__ import annotations

import json

import pytest

from iotassess.errors import MalformedArtefact
from iotassess.evidence import eat_jwt
from iotassess.evidence.peek import Peek
from tests.evidence import token_builder as build
from tests.evidence.token_builder import context, ids, only, read, shown

UEID = b"\x01" + b"\xd2" * 16

GOOD = {
    "iss": "attester",
    "exp": build.NOW + 60,
    "iat": build.NOW,
    "jti": "seven",
    "eat_nonce": build.b64(build.NONCE),
    "ueid": build.b64(UEID),
    "sueids": {"first": build.b64(b"\x02" + b"\xe0" * 6)},
    "oemid": build.b64(b"abc"),
    "hwmodel": build.b64(b"model-7"),
    "hwversion": ["3.1"],
    "oemboot": True,
    "dbgstat": "disabled-since-boot",
    "location": {"latitude": 1, "longitude": 2},
    "bootseed": build.b64(b"seed"),
    "swname": "Acme OS",
    "swversion": ["2.4.0", "semver"],
    "measurements": [[258, "ZXZpZGVuY2U"]],
    "manifests": [[258, {"tag": 1}]],
    "measres": [["boot", [["app", "success"]]]],
    "intuse": "csr",
}


def test_a_good_jwt_is_read_like_a_cwt():
    artefact = read(build.jwt(GOOD))
    assert (artefact.kind, artefact.authenticity, artefact.fresh) == ("eat-jwt", "authenticated", "nonce")
    assert ids(artefact) == {"eat-location-present"}
    assert artefact.claims == {
        "iss": "attester",
        "exp": build.NOW + 60,
        "iat": build.NOW,
        "jti": "seven",
        "nonce": build.NONCE.hex(),
        "ueid": UEID.hex(),
        "sueids": {"first": "02" + "e0" * 6},
        "oemid": {"form": "ieee", "value": "616263"},
        "hwmodel": b"model-7".hex(),
        "hwversion": {"version": "3.1"},
        "oemboot": True,
        "dbgstat": {"value": 2, "name": "disabled-since-boot"},
        "location": {"latitude": 1, "longitude": 2},
        "boot_seed": b"seed".hex(),
        "swname": "Acme OS",
        "swversion": {"version": "2.4.0", "scheme": {"value": "semver", "name": "semver"}},
        "measurements": [{"content_format": 258, "size": 11}],
        "manifests": [{"content_format": 258, "body": {"tag": 1}}],
        "measres": [
            {"system": "boot", "results": [{"id": "app", "result": {"value": 1, "name": "success"}}]}
        ],
        "intuse": {"value": 4, "name": "csr"},
    }
    assert shown(artefact, "attestation.algorithm") == ["ES256"]
    assert shown(artefact, "debug.state") == ["disabled-since-boot"]
    assert all(s.trail == () for s in artefact.shown), "JSON has no offsets to look for"


def test_alg_none_is_unsigned_and_shows_nothing_covered():
    artefact = read(build.jwt({**GOOD, "location": None}, None, alg="none"))
    assert (artefact.authenticity, artefact.fresh) == ("unsigned", None)
    assert "cose-unsigned" in ids(artefact)
    assert artefact.shown
    assert not any(s.covered for s in artefact.shown)
    assert shown(artefact, "attestation.algorithm") == []


def test_a_signature_that_claims_to_be_none_verifies_nothing():
    signed = build.jwt(GOOD)
    header = build.b64(json.dumps({"alg": "none"}).encode()).encode()
    forged = header + b"." + signed.split(b".", 1)[1]
    assert read(forged).authenticity == "unsigned"


def test_a_changed_payload_is_failed():
    head, _, tail = build.jwt(GOOD).split(b".")
    payload = build.b64(json.dumps({**GOOD, "dbgstat": "enabled"}).encode()).encode()
    artefact = read(b".".join((head, payload, tail)))
    assert (artefact.authenticity, artefact.fresh) == ("failed", None)


def test_a_key_in_the_header_is_only_itself():
    numbers = build.STRANGER.public_key().public_numbers()
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": build.b64(numbers.x.to_bytes(32, "big")),
        "y": build.b64(numbers.y.to_bytes(32, "big")),
    }
    artefact = read(build.jwt(GOOD, build.STRANGER, jwk=jwk), none=True)
    assert artefact.authenticity == "intact"
    assert "cose-self-asserted-key" in ids(artefact)


@pytest.mark.parametrize("payload", ['{"a": 1, "a": 2}', '{"ueid": }', '{"eat_nonce": NaN}'])
def test_a_damaged_claims_set_is_an_artefact_with_a_problem(payload):
    artefact = read(build.jwt(payload))
    assert (artefact.kind, artefact.wellformed) == ("eat-jwt", False)
    assert "eat-claim-type" in ids(artefact)


def test_a_payload_that_is_no_object_is_no_claims_set():
    assert read(build.jwt("[1]")).kind is None
    artefact = eat_jwt.decode(Peek(build.jwt("[1]")), context())
    assert not artefact.wellformed
    assert "object" in only(artefact, "eat-claim-type").message


def test_an_attestation_result_is_not_evidence():
    assert not eat_jwt.is_jwt(Peek(build.jwt({"ear_status": "affirming", "eat_nonce": "AAAA"})))
    assert not eat_jwt.is_jwt(Peek(build.jwt({"submods": {"x": {"ear.status": 2}}})))


@pytest.mark.parametrize("data", [b"a.b.c", b"no token at all", b"\x00.\x01.\x02", b"eyJ9.eyJ9.", b"a.b"])
def test_what_is_no_jws_is_not_taken_for_one(data):
    assert not eat_jwt.is_jwt(Peek(data))
    with pytest.raises(MalformedArtefact):
        eat_jwt.decode(Peek(data), context())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dbgstat", "off"),
        ("ueid", "*"),
        ("oemid", "*"),
        ("eat_nonce", 7),
        ("intuse", "fun"),
        ("measres", [["x"]]),
        ("measres", 1),
        ("location", [1, 2]),
        ("hwmodel", "é"),
        ("exp", 10**50),
        ("submods", []),
    ],
)
def test_a_json_claim_of_the_wrong_form_is_reported(name, value):
    artefact = read(build.jwt({**GOOD, "location": None, name: value}), nonce=None)
    expected = {
        "dbgstat": "eat-dbgstat-invalid",
        "oemid": "eat-oemid-form",
        "submods": "eat-submod-malformed",
    }
    assert expected.get(name, "eat-claim-type") in ids(artefact)
    assert artefact.wellformed


def test_base64_in_another_alphabet_is_read_and_reported():
    ueid = b"\x01" + b"\xff" * 16
    text = build.b64(ueid).replace("_", "/")
    artefact = read(build.jwt({"eat_nonce": build.b64(build.NONCE), "ueid": text}))
    assert artefact.claims["ueid"] == ueid.hex()
    assert ids(artefact) == {"eat-claim-type"}


def test_submodules_of_a_json_token_are_read():
    inner = build.jwt({"eat_nonce": build.b64(b"own nonce")}, build.ELEMENT).decode()
    cwt = build.b64(build.sign1({10: b"own nonce"}))
    digest = build.b64(build.digest_of(b"claims")[1])
    submods = {
        "set": {"dbgstat": "enabled", "submods": {"deep": {"swname": "x"}}},
        "jwt": ["JWT", inner],
        "cwt": ["CBOR", cwt],
        "digest": ["DIGEST", ["sha_256", digest]],
        "bad": ["XML", "<a/>"],
    }
    artefact = read(build.jwt({"eat_nonce": build.b64(build.NONCE), "submods": submods}))
    assert [inner.kind for inner in artefact.nested] == ["eat-jwt", "eat-cwt"]
    assert {inner.authenticity for inner in artefact.nested} == {"authenticated"}
    found = artefact.claims["submods"]
    assert found["set"] == {
        "dbgstat": {"value": 0, "name": "enabled"},
        "submods": {"deep": {"swname": "x"}},
    }
    assert found["digest"]["detached_digest"]["alg"] == "SHA-256"
    assert {found.at for found in artefact.problems} == {
        "submods.set.dbgstat",
        "submods.digest",
        "submods.bad",
    }

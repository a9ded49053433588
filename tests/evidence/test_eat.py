"""A good EAT in a CWT: all of it is read, nothing is wrong with it, and it shows what it should."""

from __future__ import annotations

import datetime
import json

import cbor2
import pytest

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import eat
from iotassess.evidence.peek import Peek
from iotassess.model.assessment import AsOf
from iotassess.model.claim import PRODUCT, Subject
from tests.evidence import token_builder as build
from tests.evidence.token_builder import context, ids, only, read, shown

UEID = "01" + "d2" * 16


def test_a_good_eat_is_authenticated_without_any_problem():
    artefact = read(build.sign1(build.eat(), tags=(61, 18)))
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == ("eat-cwt", True, "authenticated")
    assert artefact.problems == ()
    assert artefact.media_type == "application/eat+cwt"
    assert (artefact.device, artefact.fresh, artefact.purpose) == (UEID, "nonce", "attestation")


def test_every_claim_of_a_good_eat_is_in_the_tree():
    claims = read(build.sign1(build.eat())).claims
    assert claims == {
        "iss": "attester",
        "sub": "device 7",
        "aud": ["verifier", "auditor"],
        "exp": build.NOW + 3600,
        "nbf": build.NOW - 60,
        "iat": build.NOW - 30,
        "cti": "07",
        "cnf": {"1": {"1": 2, "-1": 1}},
        "nonce": build.NONCE.hex(),
        "ueid": UEID,
        "sueids": {"first": "02" + "e0" * 6},
        "oemid": {"form": "pen", "value": 32473},
        "hwmodel": b"model-7".hex(),
        "hwversion": {"version": "3.1", "scheme": {"value": 1, "name": "multipartnumeric"}},
        "uptime": 86400,
        "oemboot": True,
        "dbgstat": {"value": 3, "name": "disabled-permanently"},
        "profile": build.RFC_9711,
        "bootcount": 12,
        "boot_seed": b"seed".hex(),
        "dloas": [{"registrar": "https://registrar.example", "platform": "platform", "application": "app"}],
        "swname": "Acme OS",
        "swversion": {"version": "2.4.0", "scheme": {"value": 16384, "name": "semver"}},
        "manifests": [{"content_format": 258, "size": 7}],
        "measurements": [{"content_format": 258, "size": 8}],
        "measres": [
            {
                "system": "boot check",
                "results": [
                    {"id": "loader", "result": {"value": 1, "name": "success"}},
                    {"id": "app", "result": {"value": 3, "name": "not-run"}},
                ],
            }
        ],
        "intuse": {"value": 1, "name": "generic"},
    }


def test_a_good_eat_shows_what_can_be_compared():
    artefact = read(build.sign1(build.eat()))
    key = artefact.signatures[0].thumbprint
    assert {(s.subject, s.property, s.value) for s in artefact.shown} == {
        (PRODUCT, "identity.oemid", "pen:32473"),
        (PRODUCT, "identity.hwmodel", b"model-7".hex()),
        (PRODUCT, "product.hardware-revision", "3.1"),
        (PRODUCT, "product.firmware-version", "2.4.0"),
        (PRODUCT, "boot.secure-boot", True),
        (PRODUCT, "debug.state", "disabled-permanently"),
        (PRODUCT, "attestation.supported", True),
        (PRODUCT, "attestation.format", "eat"),
        (PRODUCT, "attestation.algorithm", "ES256"),
        (PRODUCT, "crypto.algorithms", "ES256"),
        (PRODUCT, "attestation.nonce-bound", True),
        (PRODUCT, "attestation.measures-software", True),
        (Subject("device", UEID, "instance-id"), "device.attestation-key", key),
    }
    assert all(s.covered and not s.observed for s in artefact.shown)


def test_a_statement_can_be_located_in_the_bytes():
    data = build.sign1(build.eat(), tags=(61, 18))
    for statement in read(data).shown:
        if not statement.trail:
            continue
        offset = cbor.locate(data, statement.trail)
        assert offset is not None, statement
    (hwmodel,) = [s for s in read(data).shown if s.property == "identity.hwmodel"]
    assert data[cbor.locate(data, hwmodel.trail) :].startswith(b"\x47model-7")


def test_a_problem_has_the_offset_of_its_claim():
    data = build.sign1(build.eat({263: 7}))
    found = only(read(data), "eat-dbgstat-invalid")
    assert (found.at, data[found.offset]) == ("dbgstat", 7)


@pytest.mark.parametrize("tags", [(18,), (61, 18)])
def test_tag_61_makes_no_difference(tags):
    assert read(build.sign1(build.eat(), tags=tags)).authenticity == "authenticated"


def test_cose_without_tag_is_read_and_reported():
    artefact = read(build.sign1(build.eat(), tags=()))
    assert (artefact.kind, artefact.authenticity) == ("eat-cwt", "authenticated")
    assert ids(artefact) == {"cose-untagged"}


def test_a_cose_mac_over_a_claims_set_is_read():
    artefact = read(build.mac0(build.eat()))
    assert artefact.authenticity == "authenticated"
    assert ids(artefact) == {"cose-symmetric-key"}
    assert shown(artefact, "device.attestation-key") == []


def test_without_key_it_is_unverified_and_shows_no_device_key():
    artefact = read(build.sign1(build.eat()), none=True)
    assert artefact.authenticity == "unverified"
    assert shown(artefact, "device.attestation-key") == []
    assert artefact.fresh is None, "anybody can put a nonce into a token that nobody verified"


def test_a_bad_signature_is_failed_and_never_fresh():
    data = build.sign1(build.eat(), build.STRANGER)
    artefact = read(data)
    assert (artefact.authenticity, artefact.fresh) == ("failed", None)
    assert shown(artefact, "device.attestation-key") == []


def test_an_algorithm_outside_the_protected_header_is_not_shown():
    data = build.sign1(build.eat(), headers={}, unprotected={1: -7})
    artefact = read(data)
    assert artefact.authenticity == "unverified"
    assert "cose-alg-unprotected" in ids(artefact)
    assert shown(artefact, "crypto.algorithms") == []


def test_every_algorithm_of_a_cose_sign_is_shown():
    payload = build.encoded(build.eat())
    signers = []
    for key in (build.DEVICE, build.ELEMENT):
        protected = cbor2.dumps({1: -7 if key is build.DEVICE else -9})
        data = cbor2.dumps(["Signature", b"", protected, b"", payload])
        signers.append([protected, {}, build.raw_ecdsa(key, data)])
    artefact = read(cbor2.dumps(cbor2.CBORTag(98, [b"", {}, payload, signers])))
    assert artefact.authenticity == "authenticated"
    assert shown(artefact, "attestation.algorithm") == ["ES256", "ESP256"]


@pytest.mark.parametrize("payload", [b"", b"\xa1\x0a", b"\x84\x01\x02\x03\x04", b"\xa1\x0a\x41\x00\x00"])
def test_a_damaged_claims_set_is_an_artefact_with_a_problem(payload):
    artefact = read(build.sign1(payload, tags=(61, 18)))
    assert (artefact.kind, artefact.wellformed, artefact.claims) == ("eat-cwt", False, None)
    assert artefact.authenticity == "authenticated", "the bytes are what was signed, whatever they mean"
    assert ids(artefact) & {"cbor-malformed", "cbor-trailing-bytes", "eat-claim-type"}
    assert artefact.shown == ()


def test_a_detached_payload_is_reported():
    value = cbor2.loads(build.sign1(build.eat())).value
    data = cbor2.dumps(cbor2.CBORTag(61, cbor2.CBORTag(18, [value[0], {}, None, value[3]])))
    artefact = read(data)
    assert not artefact.wellformed
    assert "detached" in only(artefact, "eat-claim-type").message
    assert artefact.authenticity != "authenticated"


def test_two_nonces_are_a_list_and_either_may_be_the_challenge():
    artefact = read(build.sign1(build.eat({10: [b"\x00" * 8, build.NONCE]})))
    assert artefact.claims["nonce"] == ["00" * 8, build.NONCE.hex()]
    assert (artefact.fresh, artefact.problems) == ("nonce", ())


def test_a_plain_cwt_is_read_but_attests_nothing():
    artefact = read(build.sign1({1: "issuer", 4: build.NOW + 60}))
    assert artefact.kind == "eat-cwt"
    assert artefact.shown == (), "an access token is no evidence about a device"


def test_an_indefinite_length_is_reported_where_the_profile_asks_for_definite_ones():
    claims = build.eat()
    open_map = b"\xbf" + build.encoded(claims)[2:] + b"\xff"
    assert ids(read(build.sign1(open_map))) == {"cbor-indefinite-length"}
    other = build.eat({265: ..., 261: ..., 267: ...})
    assert ids(read(build.sign1(b"\xbf" + build.encoded(other)[1:] + b"\xff"))) == set()


def test_an_indefinite_length_around_the_claims_is_reported_as_well():
    inner = build.sign1(build.eat(), tags=())
    data = b"\xd2\x9f" + inner[1:] + b"\xff"
    assert only(read(data), "cbor-indefinite-length").at == "signature"


def test_other_labels_are_kept_as_text():
    odd = {-70000: b"\x01", "text": 1.5, 4711: cbor2.CBORTag(99, [None, True]), 4712: float("nan")}
    artefact = read(build.sign1(build.eat(odd)))
    assert artefact.claims["other"] == {
        "-70000": "01",
        "text": 1.5,
        "4711": {"tag": 99, "value": [None, True]},
        "4712": "nan",
    }
    json.dumps(artefact.claims, allow_nan=False)


def test_two_labels_never_share_a_place():
    artefact = read(build.sign1(build.eat({4711: 1, "4711": 2})))
    assert sorted(artefact.claims["other"].values()) == [1, 2]


def test_a_long_unknown_value_is_not_printed_whole():
    artefact = read(build.sign1(build.eat({4711: bytes(5000)})))
    assert artefact.claims["other"]["4711"]["size"] == 5000


@pytest.mark.parametrize(
    "data",
    [
        build.sign1(cbor2.CBORTag(501, {0: "corim"})),
        build.sign1({0: "tag", 1: "name", 12: 1}),
        build.sign1({265: "tag:github.com,2023:veraison/ear", 1004: {0: "v"}, 266: {"x": {1000: 2}}}),
        build.sign1({266: {"x": {1000: 2}}}, tags=(61, 18)),
        build.sign1({b"key": 1}),
        build.sign1(["not", "a", "map"]),
        cbor2.dumps([1, 2, 3, 4]),
        cbor2.dumps({1: 2}),
        b"\x00",
        b"",
    ],
    ids=["corim", "coswid", "ear", "ear-submod", "byte-label", "array", "numbers", "map", "int", "empty"],
)
def test_what_is_no_claims_set_of_a_device_is_not_taken_for_one(data):
    assert not eat.is_cwt(Peek(data))


@pytest.mark.parametrize("data", [b"\x01", b"\xd8\x3d\xd0\x83\x40\xa0\x40", cbor2.dumps({10: b"x" * 8})])
def test_decoding_what_is_no_cose_message_raises_only_malformed_artefact(data):
    with pytest.raises(MalformedArtefact):
        eat.decode(Peek(data), context())


def test_a_bare_date_stands_for_its_whole_day():
    day = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
    whole = AsOf(day, day + datetime.timedelta(days=1, microseconds=-1))
    in_the_day = build.eat({4: build.NOW - 3600, 5: build.NOW + 3600, 6: build.NOW + 3600})
    assert read(build.sign1(in_the_day), as_of=whole).problems == ()
    assert ids(read(build.sign1(in_the_day))) == {"eat-expired", "eat-not-yet-valid"}


@pytest.mark.parametrize(
    ("label", "text"),
    [(True, "true"), (1.5, "1.5"), (b"\x01", "h'01'"), (None, "null"), ((1, 2), "an array of 2")],
)
def test_a_label_that_is_none_is_kept_and_not_taken_for_a_number(label, text):
    claims = build.eat({1: ...})
    claims[label] = "issuer?"  # in one display, true and 1 would be the same key
    artefact = read(build.sign1(claims, tags=(61, 18)))
    assert artefact.kind == "eat-cwt"
    assert artefact.claims["other"] == {text: "issuer?"}
    assert "iss" not in artefact.claims


@pytest.mark.parametrize("value", [cbor2.undefined, cbor2.CBORSimpleValue(99)])
def test_a_simple_value_is_no_claim(value):
    artefact = read(build.sign1(build.eat({270: value})))
    assert "eat-claim-type" in ids(artefact)
    json.dumps(artefact.claims)


def test_a_large_token_is_read_without_looking_for_offsets():
    many = {str(number): [bytes(300)] * 3 for number in range(100)}
    artefact = read(build.sign1(build.eat({4711: many, 263: 9})))
    assert only(artefact, "eat-dbgstat-invalid").offset is None
    assert artefact.authenticity == "authenticated"

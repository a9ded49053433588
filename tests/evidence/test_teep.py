"""TEEP messages of both numberings: signed, unsigned, damaged, and with artefacts inside."""

from __future__ import annotations

import json
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import teep
from iotassess.evidence.context import Context
from iotassess.evidence.peek import Peek
from iotassess.evidence.reading import read as read_artefact
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Artefact
from tests.evidence import signing
from tests.evidence import token_builder as tokens
from tests.evidence.signing import ALICE, AS_OF, BOB, EDDY, named

TOKEN = bytes(range(16))
COMPONENT = [b"TEEP-Device", b"SecureFS"]
ENVELOPE = cbor2.dumps(cbor2.CBORTag(107, {2: b"\x81\x40", 3: b"\xa0"}))
EVIDENCE = tokens.psa_token() if hasattr(tokens, "psa_token") else b""

SUITES = [[[18, -9]], [[18, -19]]]
PROFILES = [[-16, -9, -29, -65534]]

QUERY_REQUEST = [1, {19: TOKEN, 2: b"\x0c" * 32, 3: [0], 20: [0, 1]}, SUITES, PROFILES, 3]
QUERY_RESPONSE = [
    2,
    {
        19: TOKEN,
        5: 0,
        6: b"",
        7: [{0: COMPONENT, 3: b"\x82\x2f\x40", 14: 99, 77: 1}],
        8: [1, 2],
        13: [{15: COMPONENT, 16: 3, 17: True}],
        14: [COMPONENT],
    },
]
UPDATE = [3, {19: TOKEN, 9: [ENVELOPE], 14: [COMPONENT], 11: "why", 21: "en"}]
SUCCESS = [4, {19: TOKEN, 10: "done"}]
ERROR = [5, {19: TOKEN, 11: "disk full"}, 11]

OLD_REQUEST = [1, {20: TOKEN, 3: [0], 21: [1]}, SUITES, 1]
OLD_RESPONSE = [
    2,
    {20: TOKEN, 5: [[18, -7]], 6: 0, 7: b"", 8: [{16: COMPONENT}], 14: [{16: COMPONENT, 18: True}]},
]
OLD_UPDATE = [3, {20: TOKEN, 10: [ENVELOPE]}]
OLD_SUCCESS = [5, {20: TOKEN, 11: "done"}]
OLD_ERROR = [6, {20: TOKEN, 12: "disk full", 1: SUITES}, 17]


def signed(message: Any, private: Any = ALICE, *, tagged: bool = True, spoil: bool = False) -> bytes:
    """A COSE_Sign1 around a message; EdDSA or ES256 by the key."""
    payload = message if isinstance(message, bytes) else cbor2.dumps(message)
    raw = cbor2.dumps({1: signing.alg_of(private)})
    signature = signing.sign(private, cbor2.dumps(["Signature1", raw, b"", payload]), signing.alg_of(private))
    if spoil:
        signature = signature[:-1] + bytes([signature[-1] ^ 1])
    parts = [raw, {}, payload, signature]
    return cbor2.dumps(cbor2.CBORTag(18, parts) if tagged else parts)


def signed_by_two(message: Any) -> bytes:
    payload = cbor2.dumps(message)
    signers = []
    for private in (ALICE, EDDY):
        raw = cbor2.dumps({1: signing.alg_of(private)})
        data = cbor2.dumps(["Signature", b"", raw, b"", payload])
        signers.append([raw, {}, signing.sign(private, data, signing.alg_of(private))])
    return cbor2.dumps(cbor2.CBORTag(98, [b"", {}, payload, signers]))


def read(data: bytes, *anchors: Any) -> Artefact:
    store = TrustStore(list(anchors) or [named(ALICE)])
    return read_artefact(data, Context("message", store, AS_OF))


def ids(artefact: Artefact) -> set[str]:
    return {found.id for found in artefact.problems}


def claims(message: Any) -> dict[str, Any]:
    artefact = read(signed(message))
    assert artefact.kind == "teep-message"
    assert artefact.claims is not None
    return artefact.claims


@pytest.mark.parametrize(
    ("message", "name", "numbering"),
    [
        (QUERY_REQUEST, "query-request", "draft-26"),
        (QUERY_RESPONSE, "query-response", "draft-26"),
        (UPDATE, "update", "draft-26"),
        (SUCCESS, "success", "draft-26"),
        (ERROR, "error", "draft-26"),
        (OLD_REQUEST, "query-request", "older-draft"),
        (OLD_RESPONSE, "query-response", "older-draft"),
        (OLD_UPDATE, "update", "older-draft"),
        (OLD_SUCCESS, "success", "older-draft"),
        (OLD_ERROR, "error", "older-draft"),
    ],
)
def test_each_message_is_read_in_both_numberings(message, name, numbering):
    artefact = read(signed(message))
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == (
        "teep-message",
        True,
        "authenticated",
    )
    assert artefact.claims["type"] == {"value": message[0], "name": name}
    assert artefact.claims["numbering"] == numbering
    assert artefact.claims["token"] == TOKEN.hex()
    assert ids(artefact) == set()
    assert artefact.purpose == "update"
    bare = read(cbor2.dumps(message))
    assert (bare.kind, bare.authenticity, ids(bare)) == ("teep-message", "unsigned", {"cose-unsigned"})
    assert bare.claims == artefact.claims


def test_the_options_of_a_request_have_their_names():
    found = claims(QUERY_REQUEST)
    assert found["challenge"] == "0c" * 32
    assert found["versions"] == [0]
    assert found["supported_freshness_mechanisms"] == [
        {"value": 0, "name": "nonce"},
        {"value": 1, "name": "timestamp"},
    ]
    assert found["supported_teep_cipher_suites"][0] == [
        {"cose": {"value": 18, "name": "COSE_Sign1"}, "alg": "ESP256"}
    ]
    assert found["supported_suit_cose_profiles"][0][0] == {"value": -16, "name": "SHA-256"}
    assert found["data_item_requested"] == {"value": 3, "names": ["attestation", "trusted-components"]}


def test_the_options_of_a_response_have_their_names():
    found = claims(QUERY_RESPONSE)
    path = [segment.hex() for segment in COMPONENT]
    assert found["selected_version"] == 0
    assert found["attestation_payload"] == ""
    assert found["tc_list"] == [{"component_id": path, "image_digest": "822f40", "image_size": 99, "77": 1}]
    assert found["ext_list"] == [1, 2]
    assert found["requested_tc_list"] == [
        {"component_id": path, "tc_manifest_sequence_number": 3, "have_binary": True}
    ]
    assert found["unneeded_manifest_list"] == [path]
    old = claims(OLD_RESPONSE)
    assert old["tc_list"] == [{"component_id": path}]
    assert old["requested_tc_list"] == [{"component_id": path, "have_binary": True}]
    assert old["selected_cipher_suite"] == [{"cose": {"value": 18, "name": "COSE_Sign1"}, "alg": "ES256"}]


def test_a_component_of_the_other_numbering_is_read_by_its_own():
    found = claims([2, {19: TOKEN, 13: [{16: COMPONENT, 17: 5, 18: True}]}])
    path = [segment.hex() for segment in COMPONENT]
    wanted = {"component_id": path, "tc_manifest_sequence_number": 5, "have_binary": True}
    assert found["requested_tc_list"] == [wanted]
    old = claims([2, {20: TOKEN, 14: [{15: COMPONENT, 16: 5, 17: True}]}])
    assert old["requested_tc_list"] == [wanted]


@pytest.mark.parametrize(
    ("message", "name"),
    [
        (ERROR, "manifest-processing-failed"),
        (OLD_ERROR, "manifest-processing-failed"),
        ([5, {19: TOKEN}, 6], "bad-certificate"),
        ([5, {19: TOKEN}, 22], "unknown"),
    ],
)
def test_an_error_code_is_named(message, name):
    assert claims(message)["err_code"] == {"value": message[2], "name": name}


def test_the_error_code_of_an_update_is_an_option():
    assert claims([3, {19: TOKEN, 22: 2}])["err_code"] == {"value": 2, "name": "unsupported-extension"}


# --- signature ----------------------------------------------------------------------------------


def test_a_signed_message_shows_how_trust_anchors_are_transferred():
    (statement,) = read(signed(UPDATE)).shown
    assert (statement.property, statement.value, statement.covered) == ("trust-anchor.transfer", "teep", True)
    (statement,) = read(cbor2.dumps(UPDATE)).shown
    assert not statement.covered


def test_a_bad_signature_fails():
    artefact = read(signed(UPDATE, spoil=True))
    assert (artefact.authenticity, "cose-bad-signature" in ids(artefact)) == ("failed", True)


def test_a_stranger_does_not_authenticate():
    assert read(signed(UPDATE, BOB)).authenticity == "failed"
    assert read(signed(UPDATE), named(ALICE, purpose="attestation")).authenticity == "unverified"


def test_a_message_without_the_tag_of_cose_is_read():
    artefact = read(signed(UPDATE, tagged=False))
    assert (artefact.kind, artefact.authenticity) == ("teep-message", "authenticated")
    assert "cose-untagged" in ids(artefact)


def test_several_signatures_are_checked():
    artefact = read(signed_by_two(QUERY_REQUEST), named(ALICE), named(EDDY, "eddy"))
    assert artefact.authenticity == "authenticated"
    assert [found.key for found in artefact.signatures] == ["anchor", "eddy"]


# --- what is inside -----------------------------------------------------------------------------


@pytest.mark.parametrize("message", [UPDATE, OLD_UPDATE, [3, {10: [cbor2.loads(ENVELOPE)], 20: TOKEN}]])
def test_a_manifest_is_read_as_an_artefact_of_its_own(message):
    artefact = read(signed(message))
    (inner,) = artefact.nested
    assert (inner.kind, inner.path) == ("suit-envelope", "message#manifest_list[0]")
    assert inner.authenticity != "authenticated"
    assert artefact.authenticity == "authenticated"


def test_a_manifest_that_is_none_is_reported():
    artefact = read(signed([3, {19: TOKEN, 9: [b"\xa0"]}]))
    assert "teep-malformed" in ids(artefact)
    assert not artefact.wellformed
    assert artefact.shown == ()


def test_evidence_is_read_as_a_token_with_its_own_key():
    token = tokens.sign1(tokens.psa(), tokens.DEVICE)
    anchors = named(ALICE), named(tokens.DEVICE, "device", purpose="attestation")
    artefact = read(signed([2, {19: TOKEN, 6: token, 12: "application/eat+cwt"}]), *anchors)
    (inner,) = artefact.nested
    assert (inner.kind, inner.authenticity) == ("psa-token", "authenticated")
    assert inner.path == "message#attestation_payload"
    assert artefact.claims["attestation_payload_format"] == "application/eat+cwt"


def test_more_artefacts_than_anybody_sends_are_not_read():
    artefact = read(signed([3, {19: TOKEN, 9: [ENVELOPE] * 40, 6: b"\x01"}]))
    assert len(artefact.nested) == teep.MAX_NESTED
    assert "artefact-too-large" in ids(artefact)


@pytest.mark.parametrize("more", [{}, {6: b"\x01"}])
def test_the_first_manifest_too_many_is_an_error_and_the_last_that_is_read_is_none(more):
    for count, expected in ((teep.MAX_NESTED - len(more), 0), (teep.MAX_NESTED + 1, 1)):
        artefact = read(signed([3, {19: TOKEN, 9: [ENVELOPE] * count, **more}]))
        found = [one for one in artefact.problems if one.id == "artefact-too-large"]
        assert [one.severity for one in found] == ["error"] * expected


def test_a_message_too_deep_inside_others_reads_nothing_inside():
    context = Context("message", TrustStore(), AS_OF, depth=8)
    artefact = read_artefact(signed(UPDATE), context)
    assert artefact.nested == ()
    assert "cbor-too-deep" in ids(artefact)


def test_without_a_reader_nothing_inside_is_read():
    artefact = teep.decode(Peek(signed(UPDATE)), Context("message", TrustStore(), AS_OF))
    assert artefact.nested == ()


# --- faults -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "at"),
    [
        ([4, {19: b"short"}], "token"),
        ([4, {19: b"x" * 65}], "token"),
        ([4, {19: "text"}], "token"),
        ([4, {19: TOKEN, 10: ""}], "msg"),
        ([4, {19: TOKEN, 10: "x" * 129}], "msg"),
        ([5, {19: TOKEN, 11: 7}, 1], "err_msg"),
        ([5, {19: TOKEN, 21: "x" * 36}, 1], "err_lang"),
        ([5, {19: TOKEN}, 24], "err_code"),
        ([5, {19: TOKEN, 2: b"\x00" * 7}, 1], "challenge"),
        ([1, {19: TOKEN, 3: []}, SUITES, PROFILES, 3], "versions"),
        ([1, {19: TOKEN, 3: [1 << 32]}, SUITES, PROFILES, 3], "versions"),
        ([1, {19: TOKEN}, [], PROFILES, 3], "supported_teep_cipher_suites"),
        ([1, {19: TOKEN}, [[[18]]], PROFILES, 3], "supported_teep_cipher_suites"),
        ([1, {19: TOKEN}, SUITES, [[1]], 3], "supported_suit_cose_profiles"),
        ([1, {19: TOKEN}, SUITES, PROFILES, -1], "data_item_requested"),
        ([1, {19: TOKEN}], "data_item_requested"),
        ([1, {19: TOKEN}, SUITES, PROFILES, 1, 3], "[4]"),
        ([2, {19: TOKEN, 7: [{1: 2}]}], "tc_list"),
        ([2, {19: TOKEN, 7: [{0: "x"}]}], "tc_list"),
        ([2, {19: TOKEN, 13: [{}]}], "requested_tc_list"),
        ([2, {19: TOKEN, 14: [["x"]]}], "unneeded_manifest_list"),
        ([2, {19: TOKEN, 8: [1] * 300}], "ext_list"),
        ([2, {19: TOKEN}, 7], "[2]"),
        ([3, {19: TOKEN, 9: []}], "manifest_list"),
        ([3, {19: TOKEN, 9: [5]}], "manifest_list"),
        ([3, {19: TOKEN, 9: 5}], "manifest_list"),
        ([5, {19: TOKEN}, 1, 2], "[3]"),
        ([6, {20: TOKEN}], "err_code"),
    ],
)
def test_what_the_format_does_not_allow_is_reported(message, at):
    artefact = read(signed(message))
    assert artefact.kind == "teep-message"
    assert at in {found.at for found in artefact.problems if found.id == "teep-malformed"}
    assert (artefact.wellformed, artefact.shown) == (False, ())


def test_a_fault_is_found_in_the_file():
    data = signed([4, {19: b"short"}])
    (found,) = [one for one in read(data).problems if one.id == "teep-malformed"]
    assert cbor2.loads(data[found.offset :]) == b"short"


def test_options_that_the_type_does_not_have_are_kept_apart():
    found = claims([4, {19: TOKEN, 40: b"x", 22: 3}])
    assert found["other"] == {"40": "78", "22": 3}


def test_a_payload_that_is_no_message_is_malformed_where_its_type_says_what_it_should_be():
    raw = cbor2.dumps({1: -7, 3: "application/teep+cbor"})
    payload = b"\x80"
    signature = signing.sign(ALICE, cbor2.dumps(["Signature1", raw, b"", payload]))
    artefact = read(cbor2.dumps(cbor2.CBORTag(18, [raw, {}, payload, signature])))
    assert (artefact.kind, artefact.wellformed, ids(artefact)) == ("teep-message", False, {"teep-malformed"})


def test_a_detached_message_is_malformed():
    with pytest.raises(MalformedArtefact, match="detached"):
        teep.decode(
            Peek(cbor2.dumps(cbor2.CBORTag(18, [b"", {}, None, b"x"]))), Context("m", TrustStore(), AS_OF)
        )


def test_an_unknown_type_is_malformed():
    artefact = read(signed([6, {1: "x"}]))
    assert artefact.wellformed is False
    data = cbor2.dumps([4, {20: TOKEN, 9: 7}, 5, 6])
    assert not teep.is_teep_message(Peek(data))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x82\x03\xa0",
        cbor2.dumps([1, {}]),
        cbor2.dumps([7, {19: TOKEN}]),
        cbor2.dumps([True, {19: TOKEN}]),
        cbor2.dumps([3, {-1: TOKEN}]),
        cbor2.dumps([3, {19: "text"}]),
        cbor2.dumps([3, [19]]),
        cbor2.dumps([3, {19: TOKEN}] + [0] * 7),
        cbor2.dumps(cbor2.CBORTag(18, [b"", {}, b"\x82\x03\xff", b""])),
        cbor2.dumps(cbor2.CBORTag(18, [b"", {}, b"\x82\x09\xa0", b""])),
        cbor2.dumps(cbor2.CBORTag(18, [b"", {}, b"hello", b""])),
        cbor2.dumps(cbor2.CBORTag(18, [b"", {}, cbor2.dumps({1: 2}), b""])),
        cbor2.dumps(cbor2.CBORTag(17, [b"", {}, cbor2.dumps(SUCCESS), b""])),
        cbor2.dumps(cbor2.CBORTag(600, SUCCESS)),
    ],
)
def test_other_structures_are_not_taken_for_messages(data):
    assert not teep.is_teep_message(Peek(data))


# --- hostile bytes ------------------------------------------------------------------------------


def attempt(data: bytes) -> Artefact | None:
    try:
        teep.is_teep_message(Peek(data))
        artefact = teep.decode(Peek(data), Context("message", TrustStore([named(ALICE)]), AS_OF))
    except MalformedArtefact:
        return None
    json.dumps(artefact.claims, allow_nan=False)
    return artefact


def test_a_cut_message_is_never_authenticated():
    data = signed(QUERY_RESPONSE)
    for length in range(len(data)):
        assert attempt(data[:length]) is None


def test_a_flipped_bit_is_never_authenticated_but_in_the_unprotected_header():
    data = signed(QUERY_RESPONSE)
    good = attempt(data)
    assert good is not None
    for position in range(len(data)):
        for bit in range(8):
            damaged = bytearray(data)
            damaged[position] ^= 1 << bit
            artefact = attempt(bytes(damaged))
            if artefact is not None and artefact.authenticity == "authenticated":
                assert artefact.claims == good.claims, (position, bit)


@given(st.binary(max_size=120))
def test_any_bytes_give_a_result_or_the_one_error(data):
    attempt(data)
    attempt(signed(data))


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**70) | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(0, 20) | st.text(), inner),
    max_leaves=8,
)


@given(
    st.integers(1, 6), st.dictionaries(st.integers(0, 24), values, max_size=5), st.lists(values, max_size=4)
)
def test_any_options_are_survived(number, options, rest):
    artefact = attempt(signed([number, options, *rest]))
    assert artefact is None or artefact.kind == "teep-message"
    attempt(cbor2.dumps([number, options, *rest]))


def test_a_long_list_is_read_in_bounded_time():
    assert cbor.loads(cbor2.dumps([2, {8: [1] * 20000}]))
    artefact = read(signed([2, {19: TOKEN, 8: [1] * 20000}]))
    assert len(artefact.claims["ext_list"]) <= 256

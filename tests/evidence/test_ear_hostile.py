"""Attestation results, whatever the bytes: an artefact or MalformedArtefact; nothing damaged verifies."""

from __future__ import annotations

import json

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.errors import MalformedArtefact
from iotassess.evidence import ear
from iotassess.evidence.ear_claims import PROFILE
from iotassess.evidence.peek import Peek
from iotassess.evidence.reading import read as read_artefact
from iotassess.model.artefact import Artefact
from iotassess.model.problems import PROBLEMS
from tests.evidence import token_builder as build
from tests.evidence.test_ear import VERIFIER, cbor_claims, claims
from tests.evidence.token_builder import context, ids, read
from tests.tries import tries

NAMES = st.sampled_from(
    ["eat_profile", "iat", "exp", "eat_nonce", "submods", "ear_status", "ear.status", "ear_raw_evidence"]
    + ["ear_verifier_id", "ear_trustworthiness_vector", "ear.trustworthiness-vector", "ear_teep_claims"]
    + ["ear_appraisal_policy_ids", "ear.appraisal-policy-id", "ear_veraison_key_attestation", "hardware"]
) | st.text(max_size=6)
LABELS = st.sampled_from([4, 5, 6, 10, 265, 266, 1000, 1001, 1002, 1003, 1004, 65000, -70000, -70002]) | (
    st.integers(-3, 9) | st.text(max_size=4) | st.binary(max_size=4)
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-200, 200)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["affirming", "warning", "none", "contraindicated", PROFILE, "AQID", "?"])
    | st.text(max_size=8)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)
CBOR = st.recursive(
    SCALARS | st.binary(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LABELS, inner, max_size=5),
    max_leaves=20,
)


def check(data: bytes) -> Artefact | None:
    """Decode as a result; what comes of it can be written, and has known problems."""
    try:
        found = ear.decode(Peek(data), context(VERIFIER))
    except MalformedArtefact as fault:
        known = fault.problem in PROBLEMS
        assert known
        return None
    json.dumps(found.claims, allow_nan=False)
    assert ids(found) <= set(PROBLEMS)
    assert isinstance(ear.is_ear(Peek(data)), bool)
    return found


@given(st.dictionaries(NAMES, JSON, max_size=6))
@settings(max_examples=tries(150), deadline=None)
def test_any_claims_set_in_json_is_read(value):
    check(json.dumps(value).encode())
    found = check(build.jwt(value))
    assert found is not None
    assert found.authenticity == "authenticated"


@given(st.dictionaries(LABELS, CBOR, max_size=6))
@settings(max_examples=tries(150), deadline=None)
def test_any_claims_set_in_cbor_is_read(value):
    check(cbor2.dumps(value))
    check(build.sign1(value))


@given(st.binary(max_size=200))
@settings(max_examples=tries(150), deadline=None)
def test_any_bytes_end_in_an_artefact_or_a_fault(data):
    check(data)
    for front in (b"{", b"\xd2\x84", b"\xa1\x19\x03\xec", b"a.b."):
        check(front + data)


@pytest.mark.parametrize("data", [build.sign1(cbor_claims()), build.jwt(claims())], ids=["cwt", "jwt"])
def test_no_truncation_is_authenticated(data):
    assert read(data, VERIFIER).authenticity == "authenticated"
    for length in range(len(data)):
        found = check(data[:length])
        assert found is None or found.authenticity != "authenticated", length
        assert read_artefact(data[:length], context(VERIFIER)).authenticity != "authenticated"


@pytest.mark.parametrize("data", [build.sign1(cbor_claims()), build.jwt(claims())], ids=["cwt", "jwt"])
def test_no_flipped_bit_is_authenticated(data):
    good = ear.decode(Peek(data), context(VERIFIER))
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1 << at % 8
        found = check(bytes(changed))
        if found is not None and found.authenticity == "authenticated":
            # Bits outside the signed part (the tag, an unprotected header) change nothing of what it says.
            assert found.claims == good.claims, at


@pytest.mark.parametrize("payload", [b"\xff", b"\x81\x01", b"", b"\xa1\x01\x02\x03"])
def test_a_cwt_around_something_else_is_malformed(payload):
    found = check(build.sign1(payload))
    assert found is not None
    assert (found.wellformed, found.claims, found.shown) == (False, None, ())


def test_a_detached_payload_is_no_result():
    value = cbor2.CBORTag(18, [cbor2.dumps({1: -7}), {}, None, b"s" * 64])
    found = check(cbor2.dumps(value))
    assert found is not None
    assert (found.wellformed, found.claims) == (False, None)


@pytest.mark.parametrize("text", ["[1]", "7", "not json", '{"a":1,"a":2}'])
def test_a_jwt_around_something_else_is_malformed(text):
    found = check(build.jwt(text))
    assert found is not None
    assert (found.wellformed, found.claims) == (False, None)


@pytest.mark.parametrize("data", [cbor2.dumps(7), cbor2.dumps("x" * 99), cbor2.dumps(cbor2.CBORTag(37, {}))])
def test_other_cbor_is_no_result(data):
    with pytest.raises(MalformedArtefact) as fault:
        ear.decode(Peek(data), context())
    assert fault.value.problem == "ear-malformed"


def test_json_that_is_no_object_is_no_result():
    with pytest.raises(MalformedArtefact):
        ear.decode(Peek(b'{"a":'), context())


def test_many_faults_are_capped():
    many = {f"attester {number}": 7 for number in range(200)}
    found = read(json.dumps(claims({"submods": many})).encode())
    assert sum(one.id == "ear-malformed" for one in found.problems) == 21

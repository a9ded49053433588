"""Whatever the bytes: a decoder raises MalformedArtefact or nothing; a changed bit never authenticates."""

from __future__ import annotations

import json

import cbor2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iotassess.errors import MalformedArtefact
from iotassess.evidence import eat, eat_deb, eat_jwt, eat_ucs, psa
from iotassess.evidence.peek import Peek
from iotassess.evidence.reading import read as read_artefact
from iotassess.model.problems import PROBLEMS
from tests.evidence import token_builder as build
from tests.evidence.token_builder import context, read
from tests.tries import tries

DECODERS = (eat, eat_deb, eat_jwt, eat_ucs, psa)
SNIFFERS = (
    eat.is_cwt,
    eat_deb.is_bundle,
    eat_jwt.is_jwt,
    eat_ucs.is_unprotected_claims_set,
    psa.is_psa_token,
)

LABELS = st.sampled_from([*range(1, 11), *range(11, 21), *range(256, 277), *range(2394, 2401)]) | (
    st.integers(-75010, -75000) | st.integers(-76041, -76000) | st.integers(-100, 300) | st.text(max_size=8)
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.integers(-2, 6)
    | st.floats()
    | st.binary(max_size=70)
    | st.sampled_from([b"\x01" * 33, b"\x00" * 32, b"\x00" * 48])
    | st.text(max_size=20)
    | st.sampled_from([build.TFM, build.ARM_2, build.ARM_1, build.RFC_9711, "1234567890123-12345"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(LABELS, inner, max_size=4)
        | st.builds(cbor2.CBORTag, st.integers(30, 2000), inner)
    ),
    max_leaves=12,
)
CLAIMS = st.dictionaries(LABELS, VALUES, max_size=10)
JSON_NAMES = st.sampled_from(
    ["eat_nonce", "ueid", "sueids", "oemid", "hwmodel", "dbgstat", "location", "submods", "measres", "exp"]
    + ["iat", "intuse", "measurements", "swversion", "psa-nonce", "psa-software-components", "eat-profile"]
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20) | st.binary(max_size=40).map(build.b64),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(JSON_NAMES | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)  # fmt: skip

GOOD = {
    "cwt": build.sign1(build.eat({266: {"x": build.sign1(build.eat(), build.ELEMENT)}})),
    "psa": build.sign1(build.psa()),
    "mac": build.mac0(build.psa()),
    "jwt": build.jwt(
        {"eat_nonce": build.b64(build.NONCE), "oemid": 7, "submods": {"x": {"dbgstat": "enabled"}}}
    ),
    "bundle": build.bundle(
        build.sign1({10: build.NONCE, 266: {"x": build.digest_of(b"\xa1\x19\x01\x07\x02")}}),
        {"x": b"\xa1\x19\x01\x07\x02"},
    ),
}


def decode_all(data):
    """Sniff and decode as every kind; gives what came out."""
    for sniff in SNIFFERS:
        assert sniff(Peek(data)) in (True, False)
    found, refused = [], set()
    for decoder in DECODERS:
        try:
            found.append(decoder.decode(Peek(data), context(read=read_artefact)))
        except MalformedArtefact as fault:
            refused.add(fault.problem)
    assert refused <= PROBLEMS.keys()
    return found


def assert_printable(artefact):
    json.dumps(artefact.claims, allow_nan=False)
    for found in artefact.problems:
        found.message.encode()
        assert len(found.message) < 1000
    for inner in artefact.nested:
        assert_printable(inner)


@given(st.binary(max_size=300))
@example(b"\xd2\x84\x40\xa0\x40\x40")
@example(b"\xd8\x3d\xd8\x3d\xf6")
@example(b"\xd9\x02\x5a\x82\x41\xc0\xa0")
def test_arbitrary_bytes_raise_nothing_else(data):
    for artefact in decode_all(data):
        assert artefact.authenticity != "authenticated"


@given(st.binary(max_size=200))
def test_arbitrary_payloads_under_a_good_signature_raise_nothing_else(payload):
    for artefact in decode_all(build.sign1(payload)):
        assert_printable(artefact)


@settings(max_examples=tries(300))
@given(CLAIMS)
def test_arbitrary_claims_under_a_good_signature_raise_nothing_else(claims):
    payload = cbor2.dumps(claims)
    for data in (build.sign1(payload), b"\xd9\x02\x59" + payload, payload):
        for artefact in decode_all(data):
            assert_printable(artefact)
        artefact = read(data)
        if artefact.kind in ("eat-cwt", "psa-token") and artefact.wellformed:
            assert artefact.authenticity == "authenticated", artefact.problems


@given(st.dictionaries(JSON_NAMES | st.text(max_size=6), JSON_VALUES, max_size=8))
def test_arbitrary_json_claims_raise_nothing_else(claims):
    for data in (
        build.jwt(claims),
        json.dumps(claims).encode(),
        json.dumps([["JWT", "a.b.c"], claims]).encode(),
    ):
        for artefact in decode_all(data):
            assert_printable(artefact)


@pytest.mark.parametrize("name", GOOD)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_changed_bit_never_authenticates(name, place, bit):
    data = bytearray(GOOD[name])
    assert read(bytes(data)).authenticity == "authenticated"
    position = int(place * len(data))
    data[position] ^= 1 << bit
    assert read(bytes(data)).authenticity != "authenticated"


@pytest.mark.parametrize("name", GOOD)
@given(cut=st.floats(0, 1, exclude_max=True))
def test_a_truncated_token_never_authenticates(name, cut):
    data = GOOD[name][: int(cut * len(GOOD[name]))]
    assert read(data).authenticity != "authenticated"


@given(st.lists(st.tuples(st.text(max_size=6), VALUES), max_size=4))
def test_arbitrary_submodules_never_lend_authenticity(pairs):
    claims = {10: build.NONCE, 266: dict(pairs)}
    artefact = read(build.sign1(claims, build.STRANGER))
    assert artefact.authenticity == "failed"
    assert artefact.fresh is None


@given(st.binary(max_size=60))
def test_a_changed_detached_set_never_authenticates(content):
    good = b"\xa1\x19\x01\x07\x02"
    main = build.sign1({10: build.NONCE, 266: {"x": build.digest_of(good)}})
    artefact = read(build.bundle(main, {"x": content}))
    assert (artefact.authenticity == "authenticated") == (content == good)

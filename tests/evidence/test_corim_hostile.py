"""Whatever the bytes: reading ends in an artefact or in MalformedArtefact; damage never authenticates."""

from __future__ import annotations

import cbor2
import pytest
from cbor2 import CBORTag
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iotassess.errors import MalformedArtefact
from iotassess.evidence import comid, corim
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact
from iotassess.model.problems import PROBLEMS
from iotassess.model.vocabulary import COMPARED
from tests.evidence import corim_builder as build
from tests.evidence.corim_builder import context, manifest, read, signed, unsigned
from tests.tries import tries

SIGNED, UNSIGNED, MODULE = signed(), unsigned(), cbor2.dumps(build.comid())

KEYS = st.integers(-3, 16) | st.sampled_from([258, 259, 260, "x", b"x"])
TAGS = st.sampled_from([1, 32, 37, 111, 500, 501, 502, 505, 506, 507, 508, *range(550, 565), 600, 601, 602])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.integers(-2, 12)
    | st.floats()
    | st.binary(max_size=40)
    | st.sampled_from([b"\1" * 16, b"\1" * 32, b"\1" * 33])
    | st.text(max_size=12)
    | st.sampled_from([build.PSA, build.CCA_PLATFORM, build.CCA_REALM, "psa.software-component", "sha-256"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(KEYS, inner, max_size=5)
        | st.builds(CBORTag, TAGS, inner)
    ),
    max_leaves=20,
)
MAPS = st.dictionaries(KEYS, VALUES, max_size=6)


def assert_sound(artefact: Artefact) -> None:
    for problem in artefact.problems:
        assert problem.id in PROBLEMS
    for statement in artefact.shown:
        assert artefact.kind in COMPARED[statement.property].shown_by
        assert statement.scope


def decode_all(data: bytes) -> None:
    refused = set()
    for module in (corim, comid):
        try:
            assert_sound(module.decode(Peek(data), context()))
        except MalformedArtefact as fault:
            refused.add(fault.problem)
    assert refused <= set(PROBLEMS)
    corim.is_corim(Peek(data))
    comid.is_comid(Peek(data))
    assert_sound(read(data))


@pytest.mark.parametrize("data", [SIGNED, UNSIGNED, MODULE])
def test_no_beginning_of_it_is_read_as_the_whole(data):
    for end in range(len(data)):
        artefact = read(data[:end])
        assert not (artefact.wellformed and artefact.kind in ("corim", "comid")), end
        assert artefact.authenticity != "authenticated"


def test_no_changed_bit_authenticates():
    for at in range(len(SIGNED)):
        for bit in (0x01, 0x80):
            data = SIGNED[:at] + bytes((SIGNED[at] ^ bit,)) + SIGNED[at + 1 :]
            assert read(data).authenticity != "authenticated", (at, bit)


@pytest.mark.parametrize("data", [UNSIGNED, MODULE])
def test_a_changed_byte_ends_in_an_artefact(data):
    for at in range(len(data)):
        for bit in (0x01, 0x20):
            decode_all(data[:at] + bytes((data[at] ^ bit,)) + data[at + 1 :])


@given(st.binary(max_size=200))
@settings(max_examples=tries(200), deadline=None)
def test_any_bytes_end_in_an_artefact(data):
    decode_all(data)
    decode_all(b"\xd9\x01\xf5" + data)


@given(MAPS)
@settings(max_examples=tries(300), deadline=None)
@example({})
def test_any_map_ends_in_an_artefact(content):
    decode_all(cbor2.dumps(CBORTag(501, content)))
    decode_all(signed(cbor2.dumps(CBORTag(501, content))))
    decode_all(cbor2.dumps(CBORTag(506, content)))


@given(MAPS, MAPS)
@settings(max_examples=tries(200), deadline=None)
def test_any_triples_end_in_an_artefact(triples, measurement):
    decode_all(unsigned(manifest(build.comid(triples))))
    decode_all(unsigned(manifest(build.comid({0: [build.reference({0: 1, 1: measurement})]}))))


@given(VALUES, VALUES, VALUES)
@settings(max_examples=tries(200), deadline=None)
def test_any_parts_of_triples_end_in_an_artefact(environment, key, digest):
    triples = {
        0: [[environment, [build.measured(k2=[digest])]]],
        2: [[{1: environment}, [key]]],
        3: [[{0: environment, 1: CBORTag(550, build.INSTANCE)}, [key]]],
    }
    decode_all(unsigned(manifest(build.comid(triples), profile=None)))


@given(MAPS)
@settings(max_examples=tries(100), deadline=None)
def test_any_header_ends_in_an_artefact(headers):
    decode_all(signed(headers=headers))


def test_deep_and_wide_content_is_refused_or_read_quickly():
    decode_all(b"\xd9\x01\xf5" + b"\x81" * 5000 + b"\0")
    decode_all(cbor2.dumps(CBORTag(501, {0: "x", 1: [CBORTag(506, b"\x81" * 900 + b"\0")]})))
    wide = {0: "x", 1: [CBORTag(506, cbor2.dumps(build.comid({9: [0] * 20000})))] * 20}
    artefact = read(cbor2.dumps(CBORTag(501, wide)))
    assert artefact.kind == "corim"

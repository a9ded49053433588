"""Whatever the bytes: a CoSWID is read or refused, and a changed one is never authenticated."""

import json

import cbor2
from hypothesis import given
from hypothesis import strategies as st

from iotassess.errors import MalformedArtefact
from iotassess.evidence import coswid
from iotassess.evidence.peek import Peek
from iotassess.model.problems import PROBLEMS
from tests.evidence.coswid_builder import GOOD, TAG, context, read, sign1
from tests.evidence.signing import ALICE

SIGNED = sign1(GOOD, headers={3: 258})
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=40) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(0, 60) | st.text(max_size=3), inner, max_size=5)
        | st.builds(cbor2.CBORTag, st.sampled_from([1, 18, 32, 37, TAG]), inner)
    ),
    max_leaves=14,
)


def decode(data):
    assert coswid.is_coswid(Peek(data)) in (True, False)
    try:
        artefact = coswid.decode(Peek(data), context(ALICE))
    except MalformedArtefact as fault:
        refused = fault.problem
    else:
        refused = ""
    if refused:
        assert refused in PROBLEMS
        return None
    json.dumps(artefact.claims, allow_nan=False)
    assert all(len(found.message) < 1000 for found in artefact.problems)
    return artefact


def test_no_truncation_is_authenticated():
    for length in range(len(SIGNED)):
        artefact = decode(SIGNED[:length])
        assert artefact is None or artefact.authenticity != "authenticated"
        assert read(SIGNED[:length], ALICE).authenticity != "authenticated"


def test_no_flipped_bit_is_authenticated_with_other_claims():
    good = read(SIGNED, ALICE)
    assert good.authenticity == "authenticated"
    for place in range(len(SIGNED)):
        changed = bytearray(SIGNED)
        changed[place] ^= 1 << place % 8
        artefact = read(bytes(changed), ALICE)
        if artefact.authenticity == "authenticated":  # the empty unprotected header may change
            assert artefact.claims == good.claims


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    artefact = decode(data)
    assert artefact is None or artefact.authenticity == "unsigned" or artefact.signatures


@given(st.dictionaries(st.integers(0, 20), VALUES, max_size=8))
def test_any_map_is_read(members):
    artefact = decode(cbor2.dumps(cbor2.CBORTag(TAG, {**GOOD, **members})))
    assert artefact is None or artefact.authenticity in ("unsigned", "unverified", "failed")

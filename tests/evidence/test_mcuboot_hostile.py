"""Damaged and hostile MCUboot images: an artefact comes out, and nothing damaged is authenticated."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.errors import MalformedArtefact
from iotassess.evidence import signature_block
from iotassess.evidence.mcuboot import decode
from iotassess.evidence.mcuboot_layout import MAX_TLVS
from iotassess.evidence.peek import Peek
from iotassess.evidence.reading import read
from iotassess.model.problems import PROBLEMS
from tests.evidence import mcuboot_builder as build
from tests.evidence.mcuboot_builder import COUNTER, flipped, image
from tests.evidence.signing import ALICE, EDDY, context, named
from tests.tries import tries

TRUSTED = context(named(ALICE), named(EDDY, "eddy"))
SMALL = image(payload=b"payload", protected=(COUNTER, (0x60, b"\xa0")), rest=b"\xff" * 20)
COVERED = 32 + len(b"payload") + 4 + 8 + 5
HASH = SMALL.index(struct.pack("<HH", 0x10, 32))
SIGNATURE = SMALL.index(struct.pack("<H", 0x22), HASH)


def check(data):
    """Whatever the bytes: an artefact or the one error; problems of the list; offsets inside."""
    try:
        artefact = decode(Peek(data), TRUSTED)
    except MalformedArtefact:
        return None
    json.dumps(artefact.claims, allow_nan=False)
    for found in artefact.problems:
        assert found.id in PROBLEMS
        assert found.offset is None or 0 <= found.offset <= len(data), found
    if artefact.authenticity != "authenticated":
        assert not any(s.property == "software.code-signing" and s.value is True for s in artefact.shown)
    return artefact


def test_the_sample_is_good():
    artefact = check(SMALL)
    assert (artefact.authenticity, artefact.problems) == ("authenticated", ())


def test_no_truncated_image_is_authenticated():
    end = len(SMALL) - 20
    for length in range(end):
        artefact = check(SMALL[:length])
        assert artefact is None or artefact.authenticity == "unverified", length
        assert read(SMALL[:length], TRUSTED).authenticity != "authenticated", length


def test_no_flipped_bit_under_hash_or_signature_leaves_an_authenticated_image():
    for at in range(len(SMALL) - 20):
        for bit in range(8):
            artefact = check(flipped(SMALL, at, 1 << bit))
            if artefact is None or artefact.authenticity != "authenticated":
                continue
            # What names the key is not covered, and MCUboot's own padding byte of the type is free.
            assert HASH + 36 <= at < SIGNATURE, (at, bit)
            covered = [shown for shown in artefact.shown if shown.covered]
            assert covered == [shown for shown in check(SMALL).shown if shown.covered]


def test_what_is_covered_is_the_same_in_every_authenticated_variant():
    good = {shown for shown in check(SMALL).shown if shown.covered}
    for more in ((0x50, struct.pack("<I", 99)), (0xA0, b"x"), (0x60, b"\xa0"), (0x40, b"\0" * 12)):
        artefact = check(image(payload=b"payload", protected=(COUNTER, (0x60, b"\xa0")), extra=(more,)))
        assert artefact.authenticity == "authenticated"
        assert {shown for shown in artefact.shown if shown.covered} == good


@settings(max_examples=tries(300))
@given(st.binary(max_size=200))
def test_any_bytes_behind_the_magic(data):
    artefact = check(b"\x3d\xb8\xf3\x96" + data)
    assert artefact is None or artefact.authenticity in ("unverified", "unsigned", "failed")


@settings(max_examples=tries(300))
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0x01, 0x02, 0x10, 0x11, 0x20, 0x22, 0x24, 0x25, 0x32, 0x40, 0x50, 0x60, 0xA0]),
            st.binary(max_size=80),
        ),
        max_size=12,
    ),
    st.booleans(),
    st.sampled_from([0, 4, 0x400]),
)
def test_any_tlvs(entries, inside, flags):
    entries = tuple(entries)
    more = {"protected": entries} if inside else {"extra": entries}
    artefact = check(image(payload=b"payload", flags=flags, **more))
    assert artefact is not None
    if inside and not any(kind in (0x10, 0x11) for kind, _ in entries):
        assert artefact.authenticity != "unsigned"


@pytest.mark.parametrize(("pure", "seen"), [(True, 2), (False, 32)])
def test_only_signatures_over_the_whole_image_are_counted_as_hashing_it(monkeypatch, pure, seen):
    monkeypatch.setattr(signature_block, "MAX_HASHED_BYTES", 12_000)
    extra = ((0x24, b"x" * 64),) * 31
    artefact = check(image(EDDY, payload=b"p" * 10_000, pure=pure, extra=extra))
    assert artefact.authenticity == "failed"
    assert [s.status for s in artefact.signatures].count("no-key") == 32 - seen
    assert ("artefact-too-large" in {found.id for found in artefact.problems}) is pure


@pytest.mark.parametrize("kind", [0x22, 0x24, 0x02, 0x60, 0x40, 0x50])
def test_as_many_tlvs_as_are_read_take_no_time_to_speak_of(kind):
    value = build.sign(ALICE, b"\0" * 32)[1] if kind == 0x22 else b"\x30" * 64
    artefact = check(image(extra=((kind, value),) * (MAX_TLVS - 10)))
    assert len(artefact.problems) < 200

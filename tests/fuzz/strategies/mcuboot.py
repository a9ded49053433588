"""MCUboot images, with every kind of key and TLV."""

from __future__ import annotations

import struct

from hypothesis import strategies as st

from tests.evidence import mcuboot_builder as build
from tests.evidence.signing import ALICE, EDDY

TLVS = st.lists(
    st.tuples(
        st.sampled_from([0x40, 0x50, 0x51, 0x60, 0x70, 0xA0, 0xFF, 0x60A0]),
        st.binary(max_size=24) | st.just(struct.pack("<I", 9)),
    ),
    max_size=4,
).map(tuple)


@st.composite
def images(draw: st.DrawFn) -> bytes:
    eddy = draw(st.integers(0, 3)) == 0
    return build.image(
        EDDY if eddy else ALICE,
        payload=draw(st.binary(max_size=200) | st.just(build.PAYLOAD)),
        protected=draw(TLVS | st.just((build.COUNTER,))),
        extra=draw(TLVS),
        pure=draw(st.booleans()) and eddy,
        public_key=draw(st.booleans()),
        rest=draw(st.sampled_from([b"", b"", b"\xff" * 20, b"trailer"])),
        size=draw(st.sampled_from([32, 64, 512])),
        flags=draw(st.sampled_from([0, 0, 0, 1, 4, 8, 0x10, 0x400])),
        version=draw(
            st.tuples(st.integers(0, 255), st.integers(0, 255), st.integers(0, 65535), st.integers(0, 9))
        ),
    )
